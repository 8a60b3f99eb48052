"""Workspaces of tiny data sets: embedded, fitted and distilled by the command line itself."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as arrow
from pyarrow import parquet

from tests.seam.command import run
from tests.seam.sources import PARTS, ROWS, SENTENCES, Kind, Row, Source


@dataclass(frozen=True)
class World:
    """A data set with its files, among them workspaces, small since all of one is read every time.

    That is ``data.h5`` without a model, ``prle.h5`` with the models of ``FITS``, ``student.h5`` with a student and its
    teacher, ``edited.h5`` with models that were edited where that can be, and of texts ``cut.h5``, cut in another way.

    :param folder: holds them.
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
            "cut": (str(self.folder / ("student.h5" if student else "cut.h5")),),
            "name": (model or "default",),
            "model": (f"prle:{model or 'default'}",),
            "baseline": ("ridge" if texts else "knn",),
            "other_baseline": ("procrustes" if texts else "decision_tree",),
            "grouped": (model or "second",),
            "placed": (model or ("placed" if texts else "second"),),
            "flat": (model or ("default" if texts else "second"),),
            "new_label": ("fair" if kind == "classes" else "9.5",),
            "newer_label": ("good" if kind == "classes" else "7.5",),
            "space": () if kind != "numbers" else ("--projection", "linear", "--value-dim", "8"),
            "maps": ("--routing", "federated", "--matrices", "gated_low_rank") if texts else (),
            "combine": ("logits" if kind == "classes" else "outputs",),
            "text": (self.source.fields[0],),
            "other_label": ("weight" if table else "other",),
            "target": ("colour" if table else "topic",),
        }

    @property
    def lines(self) -> str:
        """The new rows as stdin has them."""
        return "".join(json.dumps(row) + "\n" for row in self.new())

    @property
    def typed(self) -> str:
        """What somebody types into a shell."""
        row = " ".join(self.asked) if self.source.table else "\t".join(self.asked)
        return "\n".join(
            (row, f":predict {row}", ":why", ":row test:3", ":prototype 0", ":model", ":help", ":quit", "")
        )


QUICK: Final = "--epochs 1 --projection identity"
FLAT: Final = "--prototypes 16 --config flat.yaml"
VOTES: Final = "--prototypes 6 --base linear"
SPEAK: Final = f"{FLAT} --voters none"
FITS: Final[dict[Kind, dict[str, str]]] = {
    "numbers": {"default": VOTES, "second": SPEAK},
    "classes": {"default": VOTES, "second": SPEAK},
    "texts": {
        "second": "--routing group --matrices cluster_ridge",
        "default": f"{FLAT} --routing federated --matrices cluster_ridge",
        "placed": "--routing path --matrices cluster_ridge",
    },
}
"""By kind of target: the models of a workspace, and what they are fitted with; the first has a student."""
STUDENT: Final = "--student linear --size 4 --epochs 1"
ROUTING: Final = "router: {kind: radius, weighting: equal, radius: 6.0}\nanswers: {temperature: 2.0}\n"
"""Routing that is far from peaked."""
SETTINGS: Final = "train: {seed: 2, epochs: 1}\nprototypes: {count: 2}\nrouter: {temperature: 3.0}\n"
SUITE: Final = "datasets: [{data}]\nencoder: hashing:16\nmodels: {{default: settings.yaml}}\n"


def make(source: Source, folder: Path) -> World:
    """Write the files of a data set, and let ``prle`` make the workspaces."""
    folder.mkdir()
    world = World(source, folder)
    _write_files(world)

    def prle(words: str) -> str:
        outcome = run(*words.split(), folder=folder)
        assert outcome.code == 0, (source.name, words, outcome.err)
        return outcome.out

    encoder = "" if "--table" in source.columns else "--encoder hashing:16"
    embed, (teacher, *others) = f"embed data.csv {source.columns} {encoder}", FITS[source.kind]
    fits = {name: f"fit --name {name} {QUICK} {settings}" for name, settings in FITS[source.kind].items()}
    prle(f"{embed} --split part")
    shutil.copy(folder / "prle.h5", folder / "data.h5")
    prle(fits[teacher])
    shutil.copy(folder / "prle.h5", folder / "student.h5")
    prle(f"distill {STUDENT} --name {teacher} --as student -w student.h5")
    for name in others:
        prle(fits[name])
    shutil.copy(folder / "prle.h5", folder / "edited.h5")
    if source.kind != "texts":
        prle("edit drop 0 --name default -w edited.h5")
    if source.kind == "texts":
        prle(f"{embed} --seed 1 -w cut.h5")
        prle(f"{fits['default']} -w cut.h5")
    else:
        (folder / "bench.json").write_text(prle("bench --only prle:default --only knn --format json"))
    return world


def _write_files(world: World) -> None:
    rows = list(world.source.rows())
    _write_table(world.folder / "data.csv", [{**row, "part": PARTS[place % 6]} for place, row in enumerate(rows)])
    for part in {*PARTS}:
        of_part = [row for place, row in enumerate(rows) if PARTS[place % 6] == part]
        _write_table(world.folder / f"{part}.csv", of_part)
    new = list(world.new())
    _write_table(world.folder / "rows.csv", new)
    label = "answer" if world.source.kind == "texts" else "label"
    beside = [{"text": text, "label": row[label]} for text, row in zip(SENTENCES, rows, strict=False)]
    _write_table(world.folder / "suite.csv", beside)
    (world.folder / "shards").mkdir()
    parquet.write_table(arrow.Table.from_pylist(new), world.folder / "shards" / "0.parquet")
    (world.folder / "pool.txt").write_text("Wipe the lamp.\nAsk somebody else.\n")
    (world.folder / "flat.yaml").write_text(ROUTING)
    (world.folder / "settings.yaml").write_text(SETTINGS)
    (world.folder / "suite.yaml").write_text(SUITE.format(data=world.folder / "suite.csv"))


def _write_table(file: Path, rows: Sequence[Row]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
