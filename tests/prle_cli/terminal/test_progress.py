from __future__ import annotations

from io import StringIO

from rich.console import Console

from prle_cli.terminal.progress import LiveObserver, LogObserver
from tests.prle_cli.made import reports

EPOCH = (
    "epoch 1/24 experts: task 0.59  metric 0.1132  local 0.4217; "
    "validation Pearson 0.8203, RMSE 1.0080; 32 prototypes in use, kept"
)


def _log(*times):
    file = StringIO()
    clock = iter(times).__next__
    return LogObserver(Console(file=file, width=40, markup=False, highlight=False), clock), file


def test_a_log_hears_of_a_task_now_and_then_and_at_its_end():
    observer, file = _log(0.0, 1.0, 10.5, 20.0)
    for done in (64, 128, 6400, 12800):
        observer.progress("encoding", done, 12800, "texts")
    assert file.getvalue().splitlines() == [
        "encoding: 64 of 12,800 texts",
        "encoding: 6,400 of 12,800 texts",
        "encoding: 12,800 texts in 20 s, 637 a second",
    ]


def test_a_task_that_ends_at_once_has_no_speed():
    observer, file = _log(5.0)
    observer.progress("reading", 10, 10, "rows")
    assert file.getvalue() == "reading: 10 rows in 0.00 s\n"


def test_a_slow_task_has_no_speed_either():
    observer, file = _log(0.0, 274.0)
    observer.progress("bench", 0, 9, "methods")
    observer.progress("bench", 9, 9, "methods")
    assert file.getvalue().splitlines()[-1] == "bench: 9 methods in 4 min 34 s"


def test_a_log_has_one_line_an_epoch_a_note_and_a_warning():
    observer, file = _log()
    observer.note("the text column is [review]")
    observer.warn("3 rows have no label\x1b[2J")
    observer.epoch(reports.history()[0])
    assert file.getvalue().splitlines() == [
        "Note: the text column is [review]",
        "Warning: 3 rows have no label␛[2J",
        EPOCH,
    ]


def _terminal() -> tuple[LiveObserver, StringIO]:
    file = StringIO()
    console = Console(file=file, width=100, force_terminal=True, color_system=None, markup=False, highlight=False)
    return LiveObserver(console), file


def test_a_terminal_sees_the_bar_move_and_keeps_one_line():
    observer, file = _terminal()
    with observer.live:
        observer.progress("encoding [x]", 64, 128, "texts")
        observer.live.refresh()
        observer.progress("encoding [x]", 128, 128, "texts")
    assert "64 of 128 texts" in file.getvalue()
    assert "encoding [x]: 128 texts in " in file.getvalue()


def test_a_terminal_sees_the_training_and_notes_above_it():
    observer, file = _terminal()
    with observer.live:
        for record in reports.history():
            observer.epoch(record)
        observer.note("stopped early")
        observer.warn("two prototypes are unused")
    assert "10 of 24, phase geometry" in file.getvalue()
    assert "▁▄▆▇▇█████  0.8574" in file.getvalue()
    assert "Note: stopped early" in file.getvalue()
    assert "Warning: two prototypes are unused" in file.getvalue()
    assert file.getvalue().count("\x1b[?25l") == file.getvalue().count("\x1b[?25h")
