"""Which columns hold the texts and the label: as the user says, or guessed where only one guess is possible."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from prle.data.formats.records import Columns
from prle.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prle.data.formats.records import Records
    from prle.data.interface import SourceRequest
    from prle.observer import Observer

TEXT_PAIRS: Final = (
    ("sentence1", "sentence2"),
    ("sentence_1", "sentence_2"),
    ("sentence_a", "sentence_b"),
    ("text1", "text2"),
    ("text_1", "text_2"),
    ("text_a", "text_b"),
    ("question1", "question2"),
    ("premise", "hypothesis"),
)
TEXTS: Final = ("text", "sentence", "review", "content", "comment")
LABELS: Final = ("label", "score", "similarity", "similarity_score", "relatedness", "rating", "stars", "target")
LARGEST_NUMBER: Final = 1e100
"""Numbers beyond this are mistakes; their squares, which errors are made of, would soon be infinite."""

MISSING: Final = frozenset({"", "?", "na", "n/a", "nan", "none", "null"})
"""What stands for "no label" in a cell, in lower case."""


def choose_columns(
    records: Records, request: SourceRequest, known: Columns | None, ignored: str | None, observer: Observer
) -> Columns:
    """Return the columns to read: the request's first, then the source's known ones, then a guess.

    :param known: the columns of a source whose layout is known, if it is.
    :param ignored: a column that is neither text nor label: the one that names the split.
    :raises UsageError: a column that is not there, one used twice, or a guess that has no or several answers.
    """
    fields = _requested_fields(request) or (known.fields if known else None)
    label = request.label or (known.label if known else None)
    for option, name in (("--text", fields), ("--label", (label,) if label else None)):
        for column in name or ():
            require_column(records, option, column)
    guesses = []
    if label is None:
        label = guess_label(records, taken=(*(fields or ()), ignored))
        guesses.append(f"label: {label}")
    if fields is None:
        fields = _guess_fields(records, taken=(label, ignored))
        guesses.insert(0, f"text: {', '.join(fields)}")
    if len({*fields, label}) <= len(fields):
        message = f"{records.origin}: expected different columns for the texts and the label; got {(*fields, label)}."
        raise UsageError(message)
    if guesses:
        observer.note(f"{records.origin}: columns guessed from the header ({'; '.join(guesses)}).")
    return Columns(fields=fields, label=label)


def require_column(records: Records, option: str, name: str) -> None:
    """Refuse a column that the table does not have, suggesting the near one."""
    if name not in records.positions:
        what = f"{option}: column of {records.origin}"
        raise unknown_name(what, name, records.columns)


def _requested_fields(request: SourceRequest) -> tuple[str, ...] | None:
    if request.text is None:
        if request.text_pair is not None:
            message = f"--text-pair {request.text_pair} needs --text as well: the column of the first text."
            raise UsageError(message)
        return None
    return (request.text,) if request.text_pair is None else (request.text, request.text_pair)


def _guess_fields(records: Records, taken: Sequence[str | None]) -> tuple[str, ...]:
    by_name = {name.lower(): name for name in records.columns if name not in taken}
    pairs = [(by_name[a], by_name[b]) for a, b in TEXT_PAIRS if a in by_name and b in by_name]
    singles = [(by_name[name],) for name in TEXTS if name in by_name]
    wordy = [(name,) for name in records.columns if name not in taken and not _is_numeric(records.column(name))]
    candidates = [*pairs, *singles] or wordy
    return _only(records, "--text", candidates)


def guess_label(records: Records, taken: Sequence[str | None]) -> str:
    """Return the one column that is called like a label, or else the only one of numbers.

    :param taken: columns that are something else.
    :raises UsageError: where there are none or several.
    """
    by_name = {name.lower(): name for name in records.columns if name not in taken}
    named = [(by_name[name],) for name in LABELS if name in by_name]
    numeric = [(name,) for name in records.columns if name not in taken and _is_numeric(records.column(name))]
    return _only(records, "--label", named or numeric)[0]


def _only(records: Records, option: str, candidates: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    if len(candidates) == 1:
        return candidates[0]
    found = " or ".join("+".join(names) for names in candidates) if candidates else "no likely column"
    message = f"{records.origin}: {option} cannot be guessed ({found}); columns: {', '.join(records.columns)}."
    hint = f"name it: {option} COLUMN"
    if option == "--text":
        hint += "; or read all columns as features with --table"
    raise UsageError(message, hint=hint)


def _is_numeric(cells: Iterable[str]) -> bool:
    """Say whether every cell that has something in it is a number, and at least one is."""
    said = False
    for cell in cells:
        if cell.strip().lower() not in MISSING:
            said = True
            if parse_number(cell) is None:
                return False
    return said


def parse_number(cell: str) -> float | None:
    """Return the number that a cell spells, which may be infinite or NaN; nothing where it spells none."""
    if cell.strip().lower() in MISSING:
        return math.nan
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None
