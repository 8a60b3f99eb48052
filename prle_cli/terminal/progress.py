"""What happens during a stage, told on stderr: moving on a terminal, one line at a time in a log."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from prle_cli.terminal.console import ACCENT, MUTED, WARNING, messages, safe, say
from prle_cli.views.common.figures import count, duration
from prle_cli.views.fit import training

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from prle.observer import EpochRecord, Observer

_BAR: Final = 30
"""Leaves room behind it, so that the ^C of an impatient terminal does not wrap and spoil the tidying up."""

LOG_SECONDS: Final = 10.0
"""A log hears of a running task this often."""


@contextmanager
def observing(*, live: bool = True) -> Iterator[Observer]:
    """Yield the observer for whatever stderr is, and leave the terminal tidy however the stage ends.

    :param live: false where even a terminal gets plain lines.
    """
    console = messages()
    if not (live and console.is_interactive and sys.stderr.isatty()):
        yield LogObserver(console)
        return
    observer = LiveObserver(console)
    with observer.live:
        yield observer


class LogObserver:
    """Tells what happens in plain lines that a log can keep.

    :param clock: seconds that only ever grow; decides when a running task is worth another line.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._started: dict[str, tuple[float, int]] = {}
        self._told = -LOG_SECONDS

    def note(self, message: str) -> None:
        """Write a note."""
        say("Note", message, console=self._console)

    def warn(self, message: str) -> None:
        """Write a warning."""
        say("Warning", message, WARNING, console=self._console)

    def progress(self, task: str, done: int, total: int, unit: str) -> None:
        """Write how far a task is, now and then, and what it took when it ends."""
        now = self._clock()
        started, from_ = self._started.setdefault(task, (now, done))
        if done >= total:
            self._write(finished(task, total, total - from_, unit, now - started))
            del self._started[task]
        elif now - self._told >= LOG_SECONDS:
            self._told = now
            self._write(f"{task}: {count(done)} of {count(total)} {unit}")

    def epoch(self, record: EpochRecord) -> None:
        """Write one line an epoch."""
        self._write(training.line(record))

    def _write(self, line: str) -> None:
        self._console.print(Text(safe(line)), soft_wrap=True)


class LiveObserver:
    """Shows what happens on one moving piece of the terminal, which disappears when the stage is done.

    Notes, warnings and finished tasks stay above it. Use it inside ``with observer.live``.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._history: list[EpochRecord] = []
        self._tasks: dict[str, tuple[TaskID, int]] = {}
        self._bars = Progress(
            SpinnerColumn(style=ACCENT),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=_BAR, complete_style=ACCENT, finished_style=ACCENT),
            _Done(),
            _Speed(),
            TimeRemainingColumn(compact=True),
            console=console,
        )
        self.live = Live(self._bars, console=console, refresh_per_second=8, transient=True)

    def note(self, message: str) -> None:
        """Leave a note above the moving part."""
        say("Note", message, console=self._console)

    def warn(self, message: str) -> None:
        """Leave a warning above the moving part."""
        say("Warning", message, WARNING, console=self._console)

    def progress(self, task: str, done: int, total: int, unit: str) -> None:
        """Move the bar of a task; when it ends, leave one line that says what it took."""
        if task not in self._tasks:
            bar = self._bars.add_task(safe(task), total=total, completed=done, unit=safe(unit))
            self._tasks[task] = (bar, done)
        bar, from_ = self._tasks[task]
        self._bars.update(bar, completed=done, total=total)
        if done >= total:
            seconds = next((shown.elapsed for shown in self._bars.tasks if shown.id == bar), None) or 0.0
            self._bars.remove_task(bar)
            del self._tasks[task]
            self._console.print(Text(safe(finished(task, total, total - from_, unit, seconds)), style=MUTED))

    def epoch(self, record: EpochRecord) -> None:
        """Show the newest epoch below the bars."""
        self._history.append(record)
        self.live.update(Group(self._bars, training.view(self._history)))


def finished(task: str, total: int, moved: int, unit: str, seconds: float) -> str:
    """Return the line that stays of a task: ``encoding: 11,498 texts in 41 s, 280 a second``; no speed below one."""
    speed = f", {moved / seconds:,.0f} a second" if moved >= seconds > 0 else ""
    return f"{task}: {count(total)} {unit} in {duration(seconds)}{speed}"


class _Done(ProgressColumn):
    """How many of how many."""

    def render(self, task: Task) -> Text:
        return Text(f"{count(int(task.completed))} of {count(int(task.total or 0))} {task.fields['unit']}")


class _Speed(ProgressColumn):
    """How many a second, lately; nothing where it is less than one."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.0f}/s" if task.speed and task.speed >= 1 else "", style=MUTED)
