"""A program on a terminal of its own (a pty), typed into as a person would."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PATIENCE = 60.0
"""Seconds that any answer may take, on a machine that is busy with other tests."""
AGAIN = 5.0
"""Seconds after which somebody types once more what had no answer."""

CTRL_C = "\x03"
CTRL_D = "\x04"
UP = "\x1b[A"
_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x07")


class Terminal:
    """What a person sees and types. ``raw`` is all that was written to the screen, byte by byte."""

    def __init__(self, screen: int, process: subprocess.Popen[bytes]) -> None:
        self.raw = b""
        self.process = process
        self._screen = screen
        self._read = 0

    @property
    def text(self) -> str:
        """All that was shown, without colours."""
        return _STYLE.sub("", self.raw.decode("utf-8", "replace")).replace("\r", "")

    def type(self, keys: str | bytes) -> None:
        """Press keys; ``\\r`` ends a line."""
        os.write(self._screen, keys.encode() if isinstance(keys, str) else keys)

    def press(self, keys: str, until: str) -> None:
        """Type keys again and again until something is shown, as a person does who sees nothing happen."""
        for _ in range(int(PATIENCE / AGAIN)):
            self.type(keys)
            deadline = time.monotonic() + AGAIN
            while until not in self.text[self._read :] and self._more(deadline):
                pass
            if until in self.text[self._read :]:
                break
        self.wait_for(until)

    def wait_until_idle(self) -> None:
        """Return once the program waits for a key.

        Python looks for signals only while it waits: one that comes as readline still draws is heard with the next key.
        """
        state = Path(f"/proc/{self.process.pid}/stat")
        deadline = time.monotonic() + PATIENCE
        while state.exists() and ") S " not in state.read_text():
            assert time.monotonic() < deadline, "expected a program that waits for a key"
            time.sleep(0.001)

    def wait_for(self, text: str) -> str:
        """Return what was shown since the last time, once ``text`` is in it."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.text[self._read :]:
            assert self._more(deadline), f"expected {text!r} in {self.text[self._read :]!r}"
        seen = self.text[self._read :]
        self._read += seen.index(text) + len(text)
        return seen

    def wait(self) -> int:
        """Return the exit code, once the program has ended."""
        deadline = time.monotonic() + PATIENCE
        while self._more(deadline):
            pass
        return self.process.wait(PATIENCE)

    def _more(self, deadline: float) -> bool:
        """Read what there is; false where nothing comes any more."""
        ready, _, _ = select.select([self._screen], [], [], max(0.0, deadline - time.monotonic()))
        try:
            part = os.read(self._screen, 1 << 16) if ready else b""
        except OSError:  # how Linux says that nobody holds the other end
            part = b""
        self.raw += part
        return bool(part)


@contextmanager
def terminal(command: Sequence[str], environment: Mapping[str, str], *, columns: int = 100) -> Iterator[Terminal]:
    """Start a program on a new terminal; it ends with the block."""
    screen, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))

    def own() -> None:
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, env=environment, preexec_fn=own)
    os.close(inside)
    try:
        yield Terminal(screen, process)
    finally:
        process.kill()
        process.wait()
        os.close(screen)
