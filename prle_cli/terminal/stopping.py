"""How a command stops when it is told to: what is open is closed on the way out."""

import signal
import sys
import threading
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

AGAIN_SECONDS: Final = 0.01
"""When to try again where Python was in a place that nothing can be raised from."""

_DEFAULTS: Final = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}


@contextmanager
def stopped_cleanly() -> Iterator[None]:
    """Let SIGTERM raise ``KeyboardInterrupt`` as Ctrl-C does, so that no temporary file outlives the block.

    A second signal ends the process at once, and so does one after the block. A signal that whoever started the process
    had it ignore (``nohup``) stays ignored.
    """
    taken = [number for number, default in _DEFAULTS.items() if signal.getsignal(number) is default]
    shown = sys.unraisablehook

    def listen() -> None:
        for number in taken:
            signal.signal(number, stop)

    def stop(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
        _give_back(taken)
        raise KeyboardInterrupt

    def unraisable(told: "sys.UnraisableHookArgs") -> None:
        # Python prints what is raised inside of a destructor or a callback, and goes on as if nobody had asked.
        if issubclass(told.exc_type, KeyboardInterrupt):
            listen()
            again = threading.Timer(AGAIN_SECONDS, _interrupt)
            again.daemon = True
            again.start()
        else:
            shown(told)

    sys.unraisablehook = unraisable
    listen()
    try:
        yield
    finally:
        _give_back(taken)
        sys.unraisablehook = shown


class LineAbandoned(KeyboardInterrupt):
    """Somebody who is asked something does not want to go on with it, but to be asked again."""


@contextmanager
def line_by_line() -> Iterator[None]:
    """Let Ctrl-C end lines alone, never the block: outside of :func:`abandonable` nobody hears it."""
    before = signal.signal(signal.SIGINT, _unheard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def abandonable() -> Iterator[None]:
    """Let the first Ctrl-C of the block raise :class:`LineAbandoned`; those after it come too late to do harm."""

    def abandon(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
        signal.signal(signal.SIGINT, _unheard)
        raise LineAbandoned

    signal.signal(signal.SIGINT, abandon)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, _unheard)


def _interrupt() -> None:
    """Send Ctrl-C to the main thread, which wakes it up where the system can do that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        return
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        interrupt_main()


def _unheard(number: int, frame: FrameType | None) -> None:
    """Do nothing: unlike ``SIG_IGN``, it is not inherited by programs that are started meanwhile."""


def _give_back(numbers: list[signal.Signals]) -> None:
    for number in numbers:
        signal.signal(number, signal.SIG_DFL)
