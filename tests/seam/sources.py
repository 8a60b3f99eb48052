"""Tiny data sets of every kind and shape, with something to be learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, Literal

Kind = Literal["numbers", "classes", "texts"]
Row = dict[str, Any]

ROWS: Final = 96
PARTS: Final = ("train", "train", "train", "dev", "dev", "test")
"""Of six rows: so that few are enough for intervals, too."""
SENTENCES: Final = tuple(
    " ".join(words)
    for words in product(
        ("A man", "A woman", "A boy", "A girl", "A nurse", "A baker"),
        ("plays", "paints", "carries", "washes"),
        ("a guitar", "the drum", "a small lamp", "the old clock", "a red kettle"),
    )
)
CLASSES: Final = ("bad", "fair", "good")
DEVICES: Final = ("lamp", "clock", "radio", "kettle")
SHELVES: Final = ("light", "light", "sound", "kitchen")
CELLS: Final = "--table --drop writer"
TASKS: Final = {"use": "Press", "clean": "Wipe", "mend": "Open"}


def _pair(row: int) -> Row:
    first, second = _sentence(row), SENTENCES[(7 * row + (1, 5, 20, 33)[row % 4]) % len(SENTENCES)]
    shared = len({*first.split()} & {*second.split()})
    return {"sentence1": first, "sentence2": second, "label": shared + 0.1 * (row % 5)}


def _single(row: int) -> Row:
    return {"sentence": _sentence(row), "label": 3 * (_subject(row) % 2) + _subject(row) // 2 + 0.1 * (row % 5)}


def _judged(row: int) -> Row:
    return {"sentence": _sentence(row), "label": CLASSES[_subject(row) // 2]}


def _measured(row: int) -> Row:
    cells = _cells(row)
    return {**cells, "label": cells["size"] + cells["weight"] + 3 * (row % 3)}


def _sorted(row: int) -> Row:
    cells = _cells(row)
    return {**cells, "label": CLASSES[cells["size"] // 8]}


def _question(row: int) -> Row:
    device, (task, done) = row % 4, tuple(TASKS.items())[row // 4 % 3]
    return {
        "question": f"How do I {task} my {DEVICES[device]} number {row}?",
        "answer": f"{done} the {DEVICES[device]}.",
        "shelf": SHELVES[device],
        "place": f"house > {SHELVES[device]}",
    }


def _cells(row: int) -> Row:
    return {"size": row * 7 % 23, "weight": 0.5 * (row * 5 % 17), "colour": ("red", "green", "blue")[row % 3]}


def _sentence(row: int) -> str:
    return SENTENCES[7 * row % len(SENTENCES)]


def _subject(row: int) -> int:
    return 7 * row % len(SENTENCES) // 20


@dataclass(frozen=True)
class Source:
    """A data set that can be made.

    :param kind: of its targets.
    :param row: makes the row of a number.
    :param fields: the columns that somebody has to give who asks something new.
    :param columns: the words of ``prle embed`` that say what its columns are.
    :param again: whether it only has another shape than one before it, so that what is asked matters, and no more.
    """

    name: str
    kind: Kind
    row: Callable[[int], Row]
    fields: tuple[str, ...]
    columns: str = ""
    again: bool = False

    @property
    def table(self) -> bool:
        return "--table" in self.columns

    def rows(self) -> Iterator[Row]:
        for row in range(ROWS):
            beside = {"title": f"{SENTENCES[row]} again", "topic": f"topic {row % 4}", "other": row % 7}
            yield {**self.row(row), **({} if self.table else beside), "writer": f"writer {row % 9}"}


SOURCES: Final = (
    Source("numbers of pairs", "numbers", _pair, ("sentence1", "sentence2")),
    Source("numbers of single texts", "numbers", _single, ("sentence",), again=True),
    Source("numbers of a table", "numbers", _measured, ("size", "weight", "colour"), CELLS, again=True),
    Source("classes of single texts", "classes", _judged, ("sentence",), again=True),
    Source("classes of a table", "classes", _sorted, ("size", "weight", "colour"), CELLS),
    Source("texts", "texts", _question, ("question",), "--text question --target answer --group shelf --path place"),
)
