"""The requests that are answered: /predict, /explain, /health, and a page to try them."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from prle_cli.formats.reports import document, to_json
from prle_cli.html.playground import POLICY, page
from prle_cli.serving.problems import RefusedError, problem
from prle_cli.serving.questions import read_explain, read_predict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request

    from prle.stages.serve.interface import ModelFacts
    from prle.stages.serve.stage import Answers
    from prle_cli.serving.limits import Limits

_JSON: Final = "application/json"


@final
class Service:
    """Answers requests about one model, one at a time, in a thread of their own.

    :param answers: what answers; nobody else may ask it meanwhile.
    :param failed: hears of every error that is not the fault of whoever asked.
    """

    def __init__(
        self,
        answers: Answers,
        facts: ModelFacts,
        *,
        workspace: Path,
        limits: Limits,
        failed: Callable[[Exception], None],
    ) -> None:
        self._answers, self._facts, self._limits = answers, facts, limits
        self._workspace, self._failed = workspace, failed
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prle")
        self._waiting = 0
        self._page = page(facts, limits.characters)

    def app(self) -> Starlette:
        """Return the application."""
        return Starlette(
            routes=[
                Route("/", self._show, methods=["GET"]),
                Route("/health", self._health, methods=["GET"]),
                Route("/predict", self._predict, methods=["POST"]),
                Route("/explain", self._explain, methods=["POST"]),
            ],
            exception_handlers={HTTPException: self._unknown},
        )

    async def _show(self, _: Request) -> Response:
        """Give the page."""
        return Response(self._page, media_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def _health(self, _: Request) -> Response:
        """Say that there is somebody, and who."""
        facts = self._facts
        said = {"status": "ok", "model": facts.model, "dataset": facts.dataset, "fields": facts.fields}
        return _json({**said, "label": facts.label, "classes": facts.classes, "table": facts.table})

    async def _predict(self, request: Request) -> Response:
        """Predict rows: what ``prle predict --format json`` says of them."""

        def answer(body: bytes) -> dict[str, Any]:
            asked = read_predict(body, self._facts, self._limits)
            return document(self._answers.predict(asked.rows, asked.request))

        return await self._answer(request, answer)

    async def _explain(self, request: Request) -> Response:
        """Explain a row: what ``prle explain --format json`` says of it."""

        def answer(body: bytes) -> dict[str, Any]:
            asked = read_explain(body, self._facts, self._limits)
            return document(self._answers.explain(asked.row, asked.request))

        return await self._answer(request, answer)

    async def _answer(self, request: Request, answer: Callable[[bytes], dict[str, Any]]) -> Response:
        """Read a request, have it answered when its turn comes, and send what came of it."""
        try:
            body = await self._body(request)
            return await self._in_turn(lambda: _json(answer(body)))
        except Exception as error:  # the server has to outlive whatever one request meets
            response = problem(error, workspace=self._workspace)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, RefusedError):
                self._failed(error)
            return response

    async def _body(self, request: Request) -> bytes:
        """Return the body, of which never more than the limit is kept.

        :raises RefusedError: for one that is too long, too slow, or not JSON.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != _JSON:
            message = f"content-type: expected {_JSON}, got {kind or 'none'}."
            raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
        read = bytearray()
        try:
            async with asyncio.timeout(self._limits.seconds):
                async for part in request.stream():
                    read += part
                    if len(read) > self._limits.body:
                        message = f"body: expected at most {self._limits.body:,} bytes."
                        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
        except TimeoutError:
            message = f"body: expected it within {self._limits.seconds:g} s."
            raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, message) from None
        return bytes(read)

    async def _in_turn(self, work: Callable[[], Response]) -> Response:
        """Do some work when those before are done.

        :raises RefusedError: where too many wait, or it takes too long.
        """
        if self._waiting >= self._limits.waiting:
            message = f"busy: {self._waiting} requests are waiting."
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, message, hint="ask again in a moment")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except TimeoutError:
            message = f"busy: no answer within {self._limits.seconds:g} s."
            raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE, message, hint="ask again, for less") from None
        finally:
            self._waiting -= 1

    async def _unknown(self, request: Request, error: Exception) -> Response:
        """Answer a request for something that there is not."""
        status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND)
        message = f"{request.method} {request.url.path}: {status.phrase.lower()}."
        hint = "POST /predict, POST /explain, GET /health or GET /"
        return problem(RefusedError(status, message, hint=hint), workspace=self._workspace)


def _json(said: dict[str, Any]) -> Response:
    return Response(to_json(said).encode("utf-8", "backslashreplace"), media_type=_JSON)
