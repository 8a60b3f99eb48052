"""Rows of a table to vectors: numbers, categories and what is missing, by what was measured on training rows."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from prle.data.columns import parse_number
from prle.data.row_text import row_cells
from prle.data.table import is_missing
from prle.encoders.interface import Encoder, EncoderRecord, EncoderState
from prle.encoders.tabular.piecewise_numbers import PiecewiseNumbers
from prle.encoders.tabular.quantile_numbers import QuantileNumbers
from prle.encoders.tabular.standard_numbers import StandardNumbers
from prle.errors import DataError, PrleError, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.encoders.interface import NumericName
    from prle.encoders.tabular.numbers import Numbers

NUMBERS: Final[Mapping[NumericName, type[Numbers]]] = {
    "standard": StandardNumbers,
    "quantile": QuantileNumbers,
    "piecewise": PiecewiseNumbers,
}

PREFIX: Final = "numbers/"
MEDIAN: Final = "median"
KNOWN: Final = ""
"""How a category that is not known is written among the others."""


@final
class TabularEncoder(Encoder):
    """``[numbers, 1 where a number is missing, 1 for the category of each column]``, frozen.

    A missing number is the median of its column, and has an indicator where training rows miss it too. Categories that
    are rare in the training rows share one feature, and so do those that were never seen, if there is any rare one. A
    missing category is a category. NumPy alone: what scikit-learn measured is in ``state``.

    :param state: what :func:`prle.encoders.tabular.fitting.fit_tabular` measured.
    :raises WorkspaceError: where it does not fit together.
    """

    def __init__(self, state: EncoderState) -> None:
        self.state = state
        try:
            self._read(state.settings, state.arrays)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            message = f"encoder tabular: its settings and arrays do not fit together ({error})."
            raise WorkspaceError(message, hint="run `prle embed` again") from error

    def _read(self, settings: Mapping[str, Any], arrays: Mapping[str, NDArray[np.generic]]) -> None:
        numbers, categories = settings["numbers"], settings["categories"]
        self._columns: list[str] = [*(each["name"] for each in numbers), *(each["name"] for each in categories)]
        self._median = np.asarray(arrays[MEDIAN], np.float64).reshape(len(numbers))
        self._indicators = [position for position, each in enumerate(numbers) if each["indicator"]]
        parts = {name.removeprefix(PREFIX): array for name, array in arrays.items() if name.startswith(PREFIX)}
        self._numbers = NUMBERS[settings["numeric"]](**parts)
        self._numbers(self._median[None, :])
        self._categories = [_Category(each["kept"], shared=each["shared"]) for each in categories]
        width = self._numbers.width + len(self._indicators) + sum(each.width for each in self._categories)
        self._record = EncoderRecord(
            name=f"tabular:{settings['numeric']}",
            kind="tabular",
            fingerprint=_fingerprint(self.state),
            width=width,
            source="training rows",
        )

    @property
    def record(self) -> EncoderRecord:
        """A hash of everything that was measured as an identity."""
        return self._record

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector a row, a text as :func:`prle.data.row_text.row_text` writes it. *Shape:* (B, width).

        :raises DataError: for a text that is no row of these columns, or a cell that is no number where one should be.
        """
        rows = [row_cells(text, self._columns) for text in texts]
        count = len(self._median)
        values = np.array([[_number(cell) for cell in row[:count]] for row in rows]).reshape(len(rows), count)
        blocks = [
            *self._of_numbers(values),
            *(category([row[count + position] for row in rows]) for position, category in enumerate(self._categories)),
        ]
        return np.concatenate(blocks, axis=1).astype(np.float32)

    def encode_numbers(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the vectors that :meth:`encode` gives the same rows, where no column is one of categories.

        :param values: NaN where a number is missing. *Shape:* (B, M)
        :returns: *Shape:* (B, width)
        :raises PrleError: for a table with categories, or another number of columns.
        """
        if self._categories or values.shape[1] != len(self._median):
            expected = f"{len(self._median)} numbers and {len(self._categories)} categories"
            message = f"encoder tabular: rows are {expected}, got {values.shape[1]} numbers."
            raise PrleError(message)
        return np.concatenate(self._of_numbers(values), axis=1).astype(np.float32)

    def _of_numbers(self, values: NDArray[np.float64]) -> list[NDArray[Any]]:
        """Return the features of the numbers, and a one where a number is missing. *Shapes:* (B, F), (B, I)."""
        missing = np.isnan(values)
        return [self._numbers(np.where(missing, self._median, values)), missing[:, self._indicators]]


class _Category:
    """One column of categories: a feature for each that is ``kept``, and a last one for the others if ``shared``."""

    def __init__(self, kept: Sequence[str], *, shared: bool) -> None:
        self._place = {name: position for position, name in enumerate(kept)}
        self._shared = shared
        self.width = len(kept) + shared

    def __call__(self, cells: Sequence[str]) -> NDArray[np.float64]:
        """Return one row of zeros and at most a one a cell. *Shape:* (B, width)."""
        features = np.zeros((len(cells), self.width + 1))
        elsewhere = self.width - 1 if self._shared else self.width
        places = [self._place.get(category(cell), elsewhere) for cell in cells]
        features[np.arange(len(cells)), places] = 1.0
        return features[:, : self.width]


def category(cell: str) -> str:
    """Return what a cell of a category says; nothing where it is not known."""
    return KNOWN if is_missing(cell) else cell.strip()


def _number(cell: str) -> float:
    number = parse_number(cell)
    if number is None or number in (np.inf, -np.inf):
        message = f"expected a number, got {cell!r}."
        raise DataError(message)
    return number


def _fingerprint(state: EncoderState) -> str:
    """Return the SHA-256 of the settings and of each array: its name, type, shape and bytes."""
    digest = sha256(json.dumps(state.settings, sort_keys=True).encode())
    for name, array in sorted(state.arrays.items()):
        digest.update(f"\0{name}\0{array.dtype.str}\0{array.shape}\0".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
