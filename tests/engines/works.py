"""Work that tests send to workers."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prle.errors import DataError


@dataclass(frozen=True, kw_only=True)
class Dying:
    """Does other work, in a process that is killed over one item as often as the folder has room for marks."""

    work: Any
    item: Any
    folder: Path
    times: int = 1

    @contextmanager
    def __call__(self, observer):
        with self.work(observer) as compute:

            def work(item):
                marks = len(list(self.folder.iterdir()))
                if item == self.item and marks < self.times:
                    (self.folder / str(marks)).touch()
                    os.kill(os.getpid(), signal.SIGKILL)
                return compute(item)

            yield work


@dataclass(frozen=True)
class Doubling:
    """Doubles numbers; says something of each worker, and refuses what is negative."""

    @contextmanager
    def __call__(self, observer):
        observer.warn("doubling is easy")

        def double(item):
            if item is None:
                raise ZeroDivisionError("by\nnothing")
            if item < 0:
                message = f"expected a positive number, got {item}."
                raise DataError(message, hint="take another")
            return 2 * item

        yield double


@dataclass(frozen=True)
class Unloadable:
    """Cannot be made ready for."""

    @contextmanager
    def __call__(self, observer):
        message = "expected a model, got none."
        raise DataError(message, hint="look elsewhere")
        yield
