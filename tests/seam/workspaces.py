"""Tiny data sets of every kind, and their workspaces: embedded, fitted and distilled by the command line itself."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as arrow
from pyarrow import parquet

from tests.seam.command import run

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
    """

    name: str
    kind: Kind
    row: Callable[[int], Row]
    fields: tuple[str, ...]
    columns: str = ""

    @property
    def table(self) -> bool:
        return "--table" in self.columns

    def rows(self) -> Iterator[Row]:
        for row in range(ROWS):
            beside = {"title": f"{SENTENCES[row]} again", "topic": f"topic {row % 4}", "other": row % 7}
            yield {**self.row(row), **({} if self.table else beside), "writer": f"writer {row % 9}"}


SOURCES: Final = (
    Source("pairs", "numbers", _pair, ("sentence1", "sentence2")),
    Source("singles", "numbers", _single, ("sentence",)),
    Source("cells", "numbers", _measured, ("size", "weight", "colour"), CELLS),
    Source("classes", "classes", _judged, ("sentence",)),
    Source("class-cells", "classes", _sorted, ("size", "weight", "colour"), CELLS),
    Source(
        "texts", "texts", _question, ("question",), "--text question --target answer --group shelf --path place"
    ),
)


@dataclass(frozen=True)
class World:
    """A data set with its files, its workspace ``prle.h5`` and three models: default, second and student.

    :param folder: holds all files.
    """

    source: Source
    folder: Path

    @property
    def asked(self) -> tuple[str, ...]:
        """A row that is not in the data, as somebody types it."""
        row = next(self.new())
        return tuple(f"{name}={row[name]}" if self.source.table else str(row[name]) for name in self.source.fields)

    def new(self) -> Iterator[Row]:
        """Yield some rows that are not in the data."""
        for number in range(ROWS, ROWS + 3):
            row = self.source.row(number)
            yield {name: row[name] if self.source.table else f"{row[name]} today" for name in self.source.fields}

    def words(self, *, student: bool) -> dict[str, tuple[str, ...]]:
        """Return the words that a command needs about these data, and one of its models or the student."""
        kind, table, model = self.source.kind, self.source.table, "student" if student else None
        texts = kind == "texts"
        return {
            "asked": self.asked,
            "encoder": () if table else ("--encoder", "hashing:16"),
            "data": (str(self.folder / "data.csv"),),
            "folder": (str(self.folder),),
            "model": (f"prle:{model or 'default'}",),
            "baseline": ("ridge" if texts else "knn",),
            "other_baseline": ("procrustes" if texts else "decision_tree",),
            "grouped": (model or "second",),
            "placed": (model or ("placed" if texts else "second"),),
            "flat": (model or ("default" if texts else "second"),),
            "new_label": ("fair" if kind == "classes" else "9.5",),
            "newer_label": ("bad" if kind == "classes" else "7.5",),
            "class": ("good",),
            "combine": ("logits" if kind == "classes" else "outputs",),
            "text": (self.source.fields[0],),
            "other_label": ("weight" if table else "other",),
            "target": ("colour" if table else "topic",),
            "dropped": ("colour",),
        }

    @property
    def lines(self) -> str:
        """The new rows as stdin has them."""
        return "".join(json.dumps(row) + "\n" for row in self.new())


QUICK: Final = "--epochs 1 --projection identity"
FLAT: Final = "--prototypes 16 --config flat.yaml"
FITS: Final[dict[Kind, dict[str, str]]] = {
    "numbers": {"default": "--prototypes 6", "second": FLAT},
    "classes": {"default": "--prototypes 6", "second": FLAT},
    "texts": {
        "default": f"{FLAT} --routing federated --matrices cluster_ridge",
        "second": "--routing group --matrices cluster_ridge",
        "placed": "--routing path --matrices cluster_ridge",
    },
}
"""By kind of target: the models of its workspaces, and what they are fitted with."""
STUDENT: Final = "--student linear --size 4 --epochs 1"
ROUTING: Final = "router: {kind: radius, weighting: equal, radius: 6.0}\nanswers: {temperature: 2.0}\n"
"""Routing that is far from peaked."""
SETTINGS: Final = "train: {seed: 2, epochs: 1}\nprototypes: {count: 2}\nrouter: {temperature: 3.0}\n"
SUITE: Final = "datasets: [{data}]\nencoder: hashing:16\nmodels: {{default: settings.yaml}}\nonly: [prle:default, mean]\n"


def make(source: Source, folder: Path) -> World:
    """Write the files of a data set, and let ``prle`` make the workspaces."""
    folder.mkdir()
    world = World(source, folder)
    _write_files(world)

    def prle(words: str) -> str:
        outcome = run(*words.split(), folder=folder)
        assert outcome.code == 0, (source.name, words, outcome.err)
        return outcome.out

    embed = f"embed data.csv {source.columns} --encoder hashing:16"
    prle(f"{embed} --split part")
    for name, settings in FITS[source.kind].items():
        prle(f"fit --name {name} {QUICK} {settings}")
    teacher = "second" if source.kind == "texts" else "default"
    prle(f"distill {STUDENT} --name {teacher} --as student")
    if source.kind == "texts":
        prle(f"{embed} --seed 1 -w cut.h5")
    else:
        (folder / "bench.json").write_text(prle("bench --only prle:default --only knn --format json"))
    shutil.copy(folder / "prle.h5", folder / "edited.h5")
    if source.kind == "numbers":
        prle("edit drop 0 -w edited.h5")
    return world


def _write_files(world: World) -> None:
    rows = list(world.source.rows())
    _write_table(world.folder / "data.csv", [{**row, "part": PARTS[place % 6]} for place, row in enumerate(rows)])
    for part in {*PARTS}:
        of_part = [row for place, row in enumerate(rows) if PARTS[place % 6] == part]
        _write_table(world.folder / f"{part}.csv", of_part)
    new = list(world.new())
    _write_table(world.folder / "rows.csv", new)
    (world.folder / "shards").mkdir()
    parquet.write_table(arrow.Table.from_pylist(new), world.folder / "shards" / "0.parquet")
    numbers = world.folder / "numbers.csv"
    _write_table(numbers, [_single(row) for row in range(ROWS)])
    (world.folder / "pool.txt").write_text("Wipe the lamp.\nAsk somebody else.\n")
    (world.folder / "flat.yaml").write_text(ROUTING)
    (world.folder / "settings.yaml").write_text(SETTINGS)
    (world.folder / "suite.yaml").write_text(SUITE.format(data=numbers))


def _write_table(file: Path, rows: Sequence[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
