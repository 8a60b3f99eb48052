"""A server in this process, as ``prle serve`` runs it, and one who visits it and then presses Ctrl-C."""

from __future__ import annotations

import json
import signal
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from prle_cli.app import main
from tests.prle_cli.serving.conftest import Client, Reply
from tests.seam.command import Stream, surroundings

PATIENCE: Final = 30.0
"""Seconds that a server may take until it listens."""


def visited(*words: str, folder: Path, questions: dict[str, Any]) -> tuple[int, dict[str, Reply]]:
    """Serve, ask, and stop: return the exit code, and what was answered.

    :param questions: what to post, by path.
    """
    said, ended, replies = Stream(), Event(), {}

    def visit() -> None:
        try:
            client = Client(_port(said, ended))
            replies.update({path: client.post(path, question) for path, question in questions.items()})
        finally:
            if not ended.is_set():
                signal.raise_signal(signal.SIGINT)

    visitor = Thread(target=visit)
    with surroundings(folder), redirect_stdout(said), redirect_stderr(Stream()):
        visitor.start()
        try:
            code = main(("serve", *words, "--port", "0", "--format", "json"))
        finally:
            ended.set()
    visitor.join()
    return code, replies


def _port(said: Stream, ended: Event) -> int:
    """Return the port of a server, once it has said it."""
    begun = time.monotonic()
    while not said.getvalue().endswith("}\n"):
        assert not ended.wait(0.01), "expected a server, it has ended"
        assert time.monotonic() - begun < PATIENCE, "expected a server that says where it is"
    return int(json.loads(said.getvalue())["address"].rpartition(":")[2])
