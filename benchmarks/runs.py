"""prle's command line in processes of their own, with a blow on the way.

Processes come out of a server that has loaded everything heavy once, so that what is hit is work and not start-up.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

HEAVY = [
    "array_api_compat.torch",
    "torch._dynamo",
    "prle_cli.app",
    "prle.data",
    "prle.encoders",
    "prle.encoders.tabular.fitting",
    "prle.stages.embed.stage",
    "prle.stages.fit.labels",
    "prle.stages.edit.numbers",
    "prle.stages.consolidate.labels",
    "prle.stages.audit.suspects",
    "prle_cli.terminal.progress",
    "prle_cli.views.embed.view",
    "prle_cli.views.fit.labels",
    "prle_cli.views.consolidate.view",
    "prle_cli.views.edit.view",
    "prle_cli.views.audit.suspects",
    "filelock",
    "sklearn.datasets",
    "sklearn.preprocessing",
    "sklearn.cluster",
]
SIGNALS = {"killed": signal.SIGKILL, "interrupted": signal.SIGINT, "terminated": signal.SIGTERM}
ENDS_WITHIN = 120.0
"""Seconds after which a process that was asked to stop counts as one that hangs."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a command ended: its exit code, or minus the signal that killed it; what it said to stderr; its time."""

    code: int
    errors: str
    seconds: float


def run(arguments: tuple[str, ...], *, largest: int | None = None) -> Run:
    """Run a command to its end.

    :param largest: bytes that no file may grow beyond.
    """
    return command(arguments, how=None, after=0.0, largest=largest)


def command(arguments: tuple[str, ...], *, how: str | None, after: float, largest: int | None = None) -> Run:
    """Run a command and send it a signal so many seconds after it began."""
    began, here = server().Pipe(duplex=False)
    # A pipe, not a file, which the limit would hold for as well.
    errors, there = server().Pipe(duplex=False)
    process = server().Process(target=_answer, args=(arguments, here, there, largest))
    process.start()
    here.close()
    there.close()
    began.recv()
    started = time.monotonic()
    if how is not None:
        process.join(after)
        if process.exitcode is None and process.pid is not None:
            # The server takes away a process that ends just now.
            with suppress(ProcessLookupError):
                os.kill(process.pid, SIGNALS[how])
    process.join(ENDS_WITHIN)
    seconds = time.monotonic() - started
    hangs = process.exitcode is None
    if hangs:
        process.kill()
        process.join()
    said = _rest(errors.fileno())
    errors.close()
    expect(not hangs, f"{' '.join(arguments)} did not end: {said}")
    assert process.exitcode is not None
    return Run(code=process.exitcode, errors=said, seconds=seconds)


def server() -> ForkServerContext:
    """Return the context whose processes have everything loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(HEAVY)
    return context


def expect(holds: bool, otherwise: str) -> None:
    """End the torture where something does not hold."""
    if not holds:
        sys.exit(f"torture: {otherwise}")


def _rest(pipe: int) -> str:
    """Return what is left in a pipe that nobody writes to any more."""
    parts = []
    while part := os.read(pipe, 1 << 16):
        parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")


def _answer(arguments: tuple[str, ...], began: Any, errors: Any, largest: int | None) -> None:
    """Be ``prle`` from here on."""
    os.environ.update(SOURCE_DATE_EPOCH="0", PRLE_CACHE="off", OMP_NUM_THREADS="1")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(errors.fileno(), 2)
    errors.close()
    # New ones, which know that they can no longer seek.
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    from prle_cli.__main__ import INTERRUPTED
    from prle_cli.__main__ import run as answer
    from prle_cli.terminal.stopping import stopped_cleanly

    # Listening before it is told to begin, so that no signal comes too early for what is looked at here.
    with stopped_cleanly():
        try:
            began.send(None)
            code = answer(arguments)
        except KeyboardInterrupt:  # while it said so
            code = INTERRUPTED
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
