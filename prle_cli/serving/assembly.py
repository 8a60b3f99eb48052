"""The application as ``prle serve`` runs it: guarded, within limits, and telling on stderr what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle_cli.failures import failure_of, tell
from prle_cli.serving.app import Service
from prle_cli.serving.guard import Guard
from prle_cli.serving.limits import Limits
from prle_cli.terminal.console import messages, say

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp

    from prle.stages.serve.interface import ModelFacts
    from prle.stages.serve.stage import Answers
    from prle_cli.session import Session


def application(
    answers: Answers,
    facts: ModelFacts,
    *,
    workspace: Path,
    host: str,
    session: Session,
    limits: Limits | None = None,
) -> ASGIApp:
    """Return what answers requests about one model.

    :param host: what the server was told to listen on.
    :param session: decides whether requests are told of, and tracebacks shown: on this terminal, never to whoever asks.
    """
    console = messages()

    def told(method: str, path: str, status: int, milliseconds: float) -> None:
        if not session.quiet:
            say("Answered", f"{method} {path} with {status} in {milliseconds:.0f} ms", console=console)

    def failed(error: Exception) -> None:
        tell(failure_of(error, debug=session.debug), error, debug=session.debug)

    service = Service(answers, facts, workspace=workspace, limits=limits or Limits(), failed=failed)
    return Guard(service.app(), host=host, workspace=workspace, told=told)
