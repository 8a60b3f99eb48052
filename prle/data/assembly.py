"""An opened source to a data set: columns, clean rows, the splits that are missing, and the checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.data.clean import check_splits, clean
from prle.data.columns import choose_columns, require_column
from prle.data.interface import SPLITS, Dataset
from prle.data.labels import choose_labelling
from prle.data.records import Columns
from prle.data.row_text import ROW
from prle.data.splitting import SPLIT_WORDS, cut, divide_by_column
from prle.data.table import tabulate
from prle.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.data.interface import Column, SourceRequest, Split, SplitName
    from prle.data.records import Opened, Records
    from prle.observer import Observer


def assemble(opened: Opened, request: SourceRequest, observer: Observer) -> Dataset:
    """Return the data set that a request describes.

    :raises DataError: rows that cannot be used, or too few of them.
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
    tables, columns, features = _read_columns(tables, opened, request, split_column, observer)
    target = opened.target if request.target == "auto" else request.target
    labelling = choose_labelling(tables, columns.label, target, observer)
    found = {name: clean(tables[name], columns, observer, labelling=labelling) for name in SPLITS if name in tables}
    divided = opened.divided or split_column is not None
    splits = _complete(found, request.seed, divided=divided, observer=observer)
    check_splits(splits, columns.label, observer, classes=labelling.classes)
    return Dataset(
        name=opened.name,
        fields=columns.fields,
        label=columns.label,
        origin=opened.origin,
        splits=splits,
        columns=features,
        synthetic=opened.synthetic,
        classes=labelling.classes,
    )


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
