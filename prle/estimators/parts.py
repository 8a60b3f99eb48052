"""What predictions are made of: a weight, a value and a contribution of every prototype, which add up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, final

import numpy as np

from prle.estimators.picture import Line, Portrait, as_html, as_text
from prle.models.labels.predictor import ROWS_AT_A_TIME
from prle.models.labels.targets import ClassTarget

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from prle.models.labels.committee import Answer
    from prle.models.labels.predictor import Answering

Space = Literal["label units", "probabilities", "logits"]

ROWS_SHOWN: Final = 5
LINES_SHOWN: Final = 6
LEAST_WEIGHT: Final = 0.0005
"""Prototypes that weigh less are counted among the others."""

_UNITS: Final[Mapping[Space, str]] = {
    "label units": "prediction",
    "probabilities": "probability",
    "logits": "logit",
}
"""What the total of a picture is called."""

DIGITS: Final = 4
"""Significant digits of the largest number of a picture."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class RoutedParts:
    """Predictions as routed sums: ``contributions = weights * values``, and over prototypes they add up to ``sums``.

    N rows, P prototypes; of classes ``values``, ``contributions``, ``sums`` and ``predictions`` have one more axis of
    T, in the order of ``classes``. ``parts[3]`` and ``parts[3:5]`` are those of some rows alone. A notebook shows the
    first rows as tables.

    :param rows: which rows of what was explained these are. *Shape:* (N,)
    :param weights: who talks; each row sums to 1. *Shape:* (N, P)
    :param values: what the expert of each prototype says; of a committee, their mean by weight. *Shape:* (N, P[, T])
    :param contributions: *Shape:* (N, P[, T])
    :param sums: what the model gets, computed by itself and not from the terms. *Shape:* (N[, T])
    :param predictions: label units or probabilities: ``sums``, or their softmax where they are logits.
        *Shape:* (N[, T])
    :param space: what it is that adds up.
    :param anchors: the row of the fitted ``X`` that each prototype stands on. *Shape:* (P,)
    :param anchor_labels: what ``y`` says of those rows. *Shape:* (P,)
    :param classes: as ``classes_``; None for numbers.
    """

    rows: NDArray[np.int64]
    weights: NDArray[np.float64]
    values: NDArray[np.float64]
    contributions: NDArray[np.float64]
    sums: NDArray[np.float64]
    predictions: NDArray[np.float64]
    space: Space
    anchors: NDArray[np.int64]
    anchor_labels: NDArray[Any]
    classes: NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[RoutedParts]:
        return (self[row] for row in range(len(self)))

    def __getitem__(self, rows: int | slice) -> RoutedParts:
        chosen = slice(rows, rows + 1 or None) if isinstance(rows, int) else rows
        if isinstance(rows, int) and not -len(self) <= rows < len(self):
            message = f"expected a row below {len(self)}, got {rows}"
            raise IndexError(message)
        taken = ("rows", "weights", "values", "contributions", "sums", "predictions")
        return replace(self, **{name: getattr(self, name)[chosen] for name in taken})

    def __repr__(self) -> str:
        return as_text(*self._shown())

    def _repr_html_(self) -> str:
        return as_html(*self._shown())

    def _shown(self) -> tuple[list[Portrait], int]:
        """Return the portraits of the first rows, and how many rows there are more."""
        first = range(min(ROWS_SHOWN, len(self)))
        return [self._portrait(row) for row in first], len(self) - len(first)

    def _portrait(self, row: int) -> Portrait:
        """Lay out one row, of classes what speaks for the predicted one; the largest parts come first."""
        place = () if self.classes is None else (int(self.predictions[row].argmax()),)
        values, terms = self.values[row][:, *place], self.contributions[row][:, *place]
        total = float(self.sums[row, *place])
        order = np.argsort(-np.abs(terms), kind="stable")
        audible = max(1, int(np.count_nonzero(self.weights[row] >= LEAST_WEIGHT)))
        shown, hidden = np.split(order, [min(LINES_SHOWN, audible)])
        decimals = _decimals(max(float(np.abs(terms).max()), abs(total)))
        rounded = [round(float(terms[prototype]), decimals) for prototype in shown]
        rest = round(total, decimals) - sum(rounded)
        if not len(hidden):
            # All parts are there: what rounding left over goes where it is the smallest part of the number.
            rounded[0] += rest
        return Portrait(
            title=self._title(row, decimals),
            lines=tuple(
                Line(
                    prototype=str(prototype),
                    anchor=str(self.anchors[prototype]),
                    label=_label(self.anchor_labels[prototype]),
                    weight=float(self.weights[row, prototype]),
                    says=_written(float(values[prototype]), decimals),
                    contributes=_written(term, decimals),
                )
                for prototype, term in zip(shown.tolist(), rounded, strict=True)
            ),
            others=len(hidden),
            rest=(float(self.weights[row, hidden].sum()), _written(rest, decimals)),
            total=_written(total, decimals),
            space=_UNITS[self.space],
        )

    def _title(self, row: int, decimals: int) -> str:
        which = f"row {self.rows[row]}"
        if self.classes is None:
            return f"{which}: {_written(float(self.predictions[row]), decimals)}"
        likeliest = int(self.predictions[row].argmax())
        return f"{which}: {_label(self.classes[likeliest])}, probability {self.predictions[row, likeliest]:.3f}"


def routed_parts(
    predictor: Answering,
    vectors: NDArray[np.float32],
    *,
    anchors: NDArray[np.int64],
    anchor_labels: NDArray[Any],
    classes: NDArray[Any] | None,
) -> RoutedParts:
    """Take the predictions for vectors (N, 1, H) apart, a block of rows at a time."""
    starts = range(0, max(1, len(vectors)), ROWS_AT_A_TIME)
    answers = [predictor.answer(vectors[start : start + ROWS_AT_A_TIME]) for start in starts]
    sums = _joined(answers, "predictions")
    return RoutedParts(
        rows=np.arange(len(vectors), dtype=np.int64),
        weights=_joined(answers, "weights"),
        values=_joined(answers, "outputs"),
        contributions=_joined(answers, "contributions"),
        sums=sums,
        predictions=np.asarray(predictor.target.reported(sums), np.float64),
        space=_space(predictor),
        anchors=anchors,
        anchor_labels=anchor_labels,
        classes=classes,
    )


def _joined(answers: list[Answer], name: str) -> NDArray[np.float64]:
    return np.concatenate([np.asarray(getattr(answer, name), np.float64) for answer in answers])


def _space(predictor: Answering) -> Space:
    target = predictor.target
    return target.combination if isinstance(target, ClassTarget) else "label units"


def _decimals(largest: float) -> int:
    """Return how many decimals show so many significant digits of the largest number, none of them before the point."""
    return max(0, DIGITS - 1 - int(np.floor(np.log10(largest)))) if largest > 0.0 else DIGITS


def _written(number: float, decimals: int) -> str:
    """Return a number with so many decimals; adding zero leaves no minus before one that is rounded to nothing."""
    return f"{round(number, decimals) + 0.0:.{decimals}f}"


def _label(label: Any) -> str:
    """Return a label as short as it is still itself."""
    return f"{label:.6g}" if isinstance(label, float) else str(label)
