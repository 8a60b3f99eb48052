"""What went wrong as problem details (RFC 9457): the line and the hint of the command line, and nothing else."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from prle.errors import DataError, LockedError, OfflineError, PrleError, UsageError
from prle_cli.failures import failure_of
from prle_cli.formats.reports import to_json

if TYPE_CHECKING:
    from pathlib import Path

_MEDIA_TYPE: Final = "application/problem+json"
_AGAIN: Final = {"Retry-After": "1"}
"""Seconds after which a server that was busy may be asked again."""


class RefusedError(PrleError):
    """A request that is not answered.

    :param status: says why, in the words of HTTP.
    """

    def __init__(self, status: HTTPStatus, message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


def problem(error: Exception, *, workspace: Path) -> Response:
    """Return what to tell whoever asked. Of an error that nobody foresaw that is its kind alone.

    :param workspace: is called by its name, since where it lies is nobody's business.
    """
    status = _status(error)
    message, hint, _ = failure_of(error)
    if not isinstance(error, PrleError):
        message, hint = f"unexpected {type(error).__name__}.", "the terminal of `prle serve` says more"
    said = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": message.replace(str(workspace), workspace.name),
    }
    if hint:
        said["hint"] = hint
    content = to_json(said).encode("utf-8", "backslashreplace")
    headers = _AGAIN if status is HTTPStatus.SERVICE_UNAVAILABLE else None
    return Response(content, status.value, media_type=_MEDIA_TYPE, headers=headers)


def _status(error: Exception) -> HTTPStatus:
    if isinstance(error, RefusedError):
        return error.status
    if isinstance(error, UsageError | DataError):
        return HTTPStatus.BAD_REQUEST
    if isinstance(error, LockedError | OfflineError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.INTERNAL_SERVER_ERROR
