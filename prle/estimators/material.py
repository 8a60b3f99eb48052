"""The rows that an estimator was fitted on, as a fit reads them and as a workspace holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.data.interface import Column, Dataset, Split
from prle.data.row_text import ROW, number_cell, row_text
from prle.data.splitting import cut_rows, numbered
from prle.encoders.tabular.fitting import TabularSettings, fit_numbers, keep_numbers
from prle.errors import DataError
from prle.estimators.interface import InputError
from prle.models.labels.training.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.encoders.interface import NumericName
    from prle.encoders.tabular.encoder import TabularEncoder

PLACES: Final[tuple[SplitName, ...]] = ("train", "validation")
"""The sides that rows are cut into."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Rows, labels, which of them are trained on, and how they become vectors.

    :param names: of the columns, all different.
    :param values: as they were given, NaN where one is missing. *Shape:* (N, M)
    :param labels: label units, or codes of classes. *Shape:* (N,)
    :param classes: names by code; none where labels are numbers.
    :param places: the rows of each side, in order.
    :param table: whether ``auto`` settings mean what they mean for tables, or for vectors of texts.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    labels: NDArray[np.float64]
    classes: tuple[str, ...]
    places: Mapping[SplitName, NDArray[np.int64]]
    encoder: TabularEncoder
    table: bool

    def rows(self, split: SplitName) -> Rows:
        """Return the rows of one side as a fit takes them."""
        chosen = self.places[split]
        return Rows(
            sentences=vectors(self.encoder, self.values[chosen]),
            labels=self.labels[chosen],
            table=self.table,
            classes=self.classes,
        )

    def dataset(self, name: str) -> Dataset:
        """Return everything as a data set that can be embedded, each row in the words of a table."""
        return Dataset(
            name=name,
            fields=(ROW,),
            label="y",
            origin="an array",
            splits={split: self._split(split) for split in PLACES},
            columns=tuple(Column(name=column, kind="number") for column in self.names),
            classes=self.classes,
        )

    def _split(self, split: SplitName) -> Split:
        chosen = self.places[split]
        texts = tuple(
            (row_text(dict(zip(self.names, map(number_cell, row), strict=True)), self.names),)
            for row in self.values[chosen].tolist()
        )
        return Split(texts=texts, labels=self.labels[chosen])


def vectors(encoder: TabularEncoder, values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the vectors of rows as the model reads them. *Shape:* (N, M) to (N, 1, H)."""
    return encoder.encode_numbers(values)[:, None, :]


def measured_encoder(names: Sequence[str], values: NDArray[np.float64], numeric: NumericName | None) -> TabularEncoder:
    """Return what turns rows into vectors, measured on training rows (N, M); None leaves them as they are."""
    return keep_numbers(names) if numeric is None else fit_numbers(names, values, TabularSettings(numeric=numeric))


def cut(
    values: NDArray[np.float64], labels: NDArray[np.float64], *, classes: bool, fraction: float, seed: int
) -> dict[SplitName, NDArray[np.int64]]:
    """Cut validation rows off, as ``prle embed`` does where a source has none: rows that are alike stay on one side.

    Rows of a class that would have none left to train on are trained on.

    :raises InputError: for too few different rows, or none to validate on.
    """
    try:
        keys = numbered(row.tobytes() for row in values)
        sides = cut_rows(keys, ["validation"], seed=seed, share=fraction)
    except DataError:
        count = len(np.unique(values, axis=0))
        message = f"expected at least 4 different rows, 2 to train and 2 to validate on; got {count} of n_samples = "
        message += f"{len(values)}."
        raise InputError(message) from None
    train, validation = (sides[name] for name in PLACES)
    if classes:
        kept = np.isin(labels[validation], labels[train])
        train, validation = np.sort(np.append(train, validation[~kept])), validation[kept]
    if not len(validation):
        message = "no row is left to validate on: every class is so rare that all its rows are needed to train."
        raise InputError(message)
    return {"train": train, "validation": validation}
