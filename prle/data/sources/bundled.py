"""The tables that scikit-learn carries: small, real, and there without a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prle.data.formats.records import Opened, numbered_records
from prle.data.row_text import number_cell

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Bundled:
    """One of them.

    :param loader: the function of ``sklearn.datasets`` that gives it.
    :param label: what its target is called here.
    :param classes: whether that is a class, which then has the name that scikit-learn gives it.
    :param options: for the loader.
    """

    loader: str
    label: str
    classes: bool
    options: Mapping[str, object]


BUNDLED: Final[Mapping[str, Bundled]] = {
    "diabetes": Bundled(loader="load_diabetes", label="progression", classes=False, options={"scaled": False}),
    "breast_cancer": Bundled(loader="load_breast_cancer", label="diagnosis", classes=True, options={}),
    "wine": Bundled(loader="load_wine", label="cultivar", classes=True, options={}),
    "digits": Bundled(loader="load_digits", label="digit", classes=True, options={}),
}


def open_bundled(name: str) -> Opened:
    """Return a table that scikit-learn carries, to be cut three ways."""
    from sklearn import datasets

    bundled = BUNDLED[name]
    found = getattr(datasets, bundled.loader)(**bundled.options)
    labels = [
        str(found.target_names[label]) if bundled.classes else number_cell(label) for label in found.target.tolist()
    ]
    cells = [tuple(map(number_cell, features)) for features in found.data.tolist()]
    columns = (*map(str, found.feature_names), bundled.label)
    records = numbered_records(name, columns, ((*row, label) for row, label in zip(cells, labels, strict=True)))
    origin = f"scikit-learn's {bundled.loader}"
    return Opened(
        name=name,
        origin=origin,
        tables={"train": records},
        divided=False,
        label=bundled.label,
        target="class" if bundled.classes else "auto",
    )
