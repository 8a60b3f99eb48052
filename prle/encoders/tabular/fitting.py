"""What a tabular encoder has to know, measured by scikit-learn on training rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.data.columns import parse_number
from prle.data.row_text import row_cells
from prle.encoders.interface import EncoderState
from prle.encoders.tabular.encoder import MEDIAN, NUMBERS, PREFIX, TabularEncoder, category
from prle.encoders.tabular.standard_numbers import StandardNumbers
from prle.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.data.interface import Dataset
    from prle.encoders.interface import NumericName
    from prle.encoders.tabular.numbers import Numbers

DEFAULT_NUMERIC: Final[NumericName] = "piecewise"

ROWS_A_BIN: Final = 100
MOST_BINS: Final = 128
"""As many bins as leave each so many training rows, at most; where nobody says how many."""

RARE: Final = 10
"""A category in fewer training rows than this is rare; in small tables one in fewer than a hundredth of them."""


@dataclass(frozen=True, kw_only=True)
class TabularSettings:
    """How a table is encoded.

    :param numeric: what becomes of numbers, a name of :data:`prle.encoders.tabular.encoder.NUMBERS`.
    :param bins: how many a number is divided into (piecewise), at least 1; None: by the number of training rows.
    """

    numeric: NumericName = DEFAULT_NUMERIC
    bins: int | None = None

    def __post_init__(self) -> None:
        if self.numeric not in NUMBERS:
            what = "numeric"
            raise unknown_name(what, self.numeric, NUMBERS)
        if self.bins is not None and self.bins < 1:
            message = f"bins: expected at least 1, got {self.bins}."
            raise UsageError(message)

    def bins_for(self, rows: int) -> int:
        """Return how many bins a number is divided into where there are so many training rows."""
        return self.bins or min(MOST_BINS, max(2, rows // ROWS_A_BIN))


def fit_tabular(dataset: Dataset, settings: TabularSettings) -> TabularEncoder:
    """Measure the training rows of a table, and nothing else of it.

    :param dataset: one that has columns.
    """
    numbers, categories = (
        [column.name for column in dataset.columns if column.kind == kind] for kind in ("number", "category")
    )
    rows = [row_cells(text, [*numbers, *categories]) for (text,) in dataset.splits["train"].texts]
    values = np.array([[parse_number(cell) for cell in row[: len(numbers)]] for row in rows], np.float64)
    measured = _measure_numbers(values, settings) if numbers else _NO_NUMBERS
    described: list[dict[str, Any]] = []
    for position, name in enumerate(categories, start=len(numbers)):
        kept, shared = _measure_category([category(row[position]) for row in rows])
        described.append({"name": name, "kept": kept, "shared": shared})
    return _encoder(numbers, measured, described)


def fit_numbers(names: Sequence[str], values: NDArray[np.float64], settings: TabularSettings) -> TabularEncoder:
    """Measure the training rows of a table that has nothing but numbers.

    :param names: of the columns, all different, at least one.
    :param values: NaN where one is missing. *Shape:* (N, M)
    """
    return _encoder(names, _measure_numbers(values, settings), [])


def keep_numbers(names: Sequence[str]) -> TabularEncoder:
    """Return an encoder that leaves numbers as they are: the columns of a vector that something else made."""
    count = len(names)
    same = StandardNumbers(mean=np.zeros(count), scale=np.ones(count))
    nothing: frozenset[int] = frozenset()
    return _encoder(names, _Measured(median=np.zeros(count), indicators=nothing, numeric="standard", numbers=same), [])


def _encoder(names: Sequence[str], measured: _Measured, categories: Sequence[Mapping[str, Any]]) -> TabularEncoder:
    """Return the encoder of numbers with these names, and of categories that are described."""
    return TabularEncoder(
        EncoderState(
            settings={
                "numeric": measured.numeric,
                "numbers": [
                    {"name": name, "indicator": position in measured.indicators} for position, name in enumerate(names)
                ],
                "categories": list(categories),
            },
            arrays={
                MEDIAN: measured.median,
                **{f"{PREFIX}{name}": array for name, array in vars(measured.numbers).items()},
            },
        )
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Measured:
    """The numbers of a table. ``indicators`` are the positions of the columns that training rows miss."""

    median: NDArray[np.float64]
    indicators: frozenset[int]
    numeric: NumericName
    numbers: Numbers


_NO_NUMBERS: Final = _Measured(
    median=np.empty(0),
    indicators=frozenset(),
    numeric="standard",
    numbers=StandardNumbers(mean=np.empty(0), scale=np.empty(0)),
)


def _measure_numbers(values: NDArray[np.float64], settings: TabularSettings) -> _Measured:
    """Measure columns of numbers. *Shape:* (N, M), NaN where one is missing, M >= 1."""
    from sklearn.impute import SimpleImputer

    imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True).fit(values)
    # A column without any number in the training rows has no median either; its constant says nothing.
    median = np.nan_to_num(imputer.statistics_)
    numbers = NUMBERS[settings.numeric].fitted(
        np.where(np.isnan(values), median, values), settings.bins_for(len(values))
    )
    return _Measured(
        median=median,
        indicators=frozenset(imputer.indicator_.features_.tolist()),
        numeric=settings.numeric,
        numbers=numbers,
    )


def _measure_category(cells: Sequence[str]) -> tuple[list[str], bool]:
    """Return the categories that have a feature of their own, and whether the others share one."""
    from sklearn.preprocessing import OneHotEncoder

    rare = max(1, min(RARE, len(cells) // 100))
    encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=rare)
    encoder.fit(np.array(cells, dtype=object)[:, None])
    infrequent = encoder.infrequent_categories_[0]
    others = frozenset(() if infrequent is None else infrequent.tolist())
    return [name for name in encoder.categories_[0].tolist() if name not in others], bool(others)
