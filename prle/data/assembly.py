"""An opened source to a data set: columns, clean rows, the splits that are missing, and the checks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prle.data.clean import check_splits, clean
from prle.data.columns import choose_columns, require_column
from prle.data.formats.records import Beside, Columns
from prle.data.interface import SPLITS, Dataset
from prle.data.labels import choose_labelling
from prle.data.row_text import ROW
from prle.data.splitting import SPLIT_WORDS, cut, divide_by_column
from prle.data.table import tabulate
from prle.data.text_rows import shared
from prle.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.data.formats.records import Opened, Records
    from prle.data.interface import Column, SourceRequest, Split, SplitName
    from prle.data.labels import Labelling
    from prle.observer import Observer


@dataclass(frozen=True, kw_only=True)
class Usable:
    """What can be used of a source: the rows of the splits that it has, and what is known of them.

    :param dataset: with those splits.
    :param labelling: how labels were read.
    :param divided: whether the source names its splits; one that does not is cut three ways.
    """

    dataset: Dataset
    labelling: Labelling
    divided: bool


def usable(opened: Opened, request: SourceRequest, observer: Observer) -> Usable:
    """Return the rows that a request describes, each different text once: nothing else of the source is needed.

    :raises DataError: rows that cannot be used.
    :raises UsageError: columns that are not there or cannot be guessed.
    """
    for table in opened.tables.values():
        if not len(table):
            message = f"{table.origin}: expected rows below the header, got none."
            raise DataError(message)
    split_column = _split_column(opened, request, observer)
    tables: Mapping[SplitName, Records] = opened.tables
    if split_column is not None:
        tables = divide_by_column(opened.tables["train"], split_column)
    beside = _beside(tables, request)
    tables, columns, features = _read_columns(tables, opened, request, split_column, observer)
    target = opened.target if request.target == "auto" else request.target
    labelling = choose_labelling(tables, columns.label, target, observer)
    found = {
        name: clean(tables[name], columns, observer, labelling=labelling, beside=beside)
        for name in SPLITS
        if name in tables
    }
    texts = shared([split.texts for split in found.values()])
    dataset = Dataset(
        name=opened.name,
        fields=columns.fields,
        label=columns.label,
        origin=opened.origin,
        splits={name: replace(split, texts=of) for (name, split), of in zip(found.items(), texts, strict=True)},
        columns=features,
        synthetic=opened.synthetic,
        classes=labelling.classes,
        targets=labelling.targets,
        group=beside.group or "",
        path=beside.path or "",
    )
    return Usable(dataset=dataset, labelling=labelling, divided=opened.divided or split_column is not None)


def assemble(rows: Usable, request: SourceRequest, observer: Observer) -> Dataset:
    """Return the data set of these rows, with the splits that the source did not have.

    :raises DataError: too few rows, or labels that nothing can be learnt from.
    """
    dataset = rows.dataset
    splits = _complete(dataset.splits, request.seed, divided=rows.divided, observer=observer)
    check_splits(splits, dataset.label, observer, labelling=rows.labelling)
    return replace(dataset, splits=splits)


def _beside(tables: Mapping[SplitName, Records], request: SourceRequest) -> Beside:
    """Return what is kept of a row beside its inputs and its label, which has to be there in every split.

    :raises UsageError: for a column that is not there, or one that only texts as targets can use.
    """
    beside = Beside(group=request.group, path=request.path, split_by=request.split_by)
    for option, name in (("--group", beside.group), ("--path", beside.path), ("--split-by", beside.split_by)):
        if name is None:
            continue
        for table in tables.values():
            require_column(table, option, name)
        if option != "--split-by" and request.target != "text":
            message = f"{option} {name}: expected a target that is a text; groups and paths route its questions."
            raise UsageError(message, hint="name the column of the texts with --target")
    if beside.split_by is not None and "validation" in tables and "train" in tables:
        message = f"--split-by {beside.split_by}: expected splits that are still to be cut; they are given."
        raise UsageError(message)
    return beside


def _read_columns(
    tables: Mapping[SplitName, Records],
    opened: Opened,
    request: SourceRequest,
    split_column: str | None,
    observer: Observer,
) -> tuple[Mapping[SplitName, Records], Columns, tuple[Column, ...]]:
    """Return the tables with the columns that hold their texts and labels, and the features of a table as an input."""
    if request.table or opened.label is not None:
        tabulated = tabulate(tables, request, opened.label, split_column, observer)
        return tabulated.tables, Columns(fields=(ROW,), label=tabulated.label), tabulated.columns
    if request.drop:
        message = "--drop: expected a table, where every column but the label is a feature."
        raise UsageError(message, hint="use --table with it")
    columns = choose_columns(opened.tables["train"], request, opened.columns, split_column, observer)
    for table in tables.values():
        for name in (*columns.fields, columns.label):
            require_column(table, "columns", name)
    return tables, columns, ()


def _split_column(opened: Opened, request: SourceRequest, observer: Observer) -> str | None:
    """Return the column that names the splits: the requested one, or one called ``split`` that does nothing else."""
    table = opened.tables["train"]
    if request.split is not None:
        if opened.divided:
            message = f"--split {request.split}: {opened.name} already comes as {', '.join(opened.tables)}."
            raise UsageError(message)
        require_column(table, "--split", request.split)
        return request.split
    if opened.divided or "split" not in table.columns:
        return None
    if all(cell.strip().lower() in SPLIT_WORDS for cell in table.column("split")):
        observer.note(f"{table.origin}: splits taken from the column 'split'.")
        return "split"
    return None


def _complete(
    found: Mapping[SplitName, Split], seed: int, *, divided: bool, observer: Observer
) -> dict[SplitName, Split]:
    """Cut the splits that are missing: validation from train, and test too where the source has no splits at all."""
    missing: tuple[SplitName, ...] = () if "validation" in found else ("validation",)
    if not divided:
        missing = ("validation", "test")
    if not missing:
        return dict(found)
    splits = {**found, **cut(found["train"], missing, seed=seed)}
    sizes = ", ".join(f"{name} {len(splits[name])}" for name in ("train", *missing))
    observer.note(f"{' and '.join(missing)} cut from the training rows with seed {seed}: {sizes}.")
    return {name: splits[name] for name in SPLITS if name in splits}
