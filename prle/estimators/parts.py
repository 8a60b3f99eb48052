"""What predictions are made of: a weight, a value and a contribution of every prototype, which add up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, final

import numpy as np

from prle.estimators.picture import Line, Portrait, as_html, as_text
from prle.models.labels.predictor import ROWS_AT_A_TIME
from prle.models.labels.targets import ClassTarget

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.committee import Answer
    from prle.models.labels.predictor import Answering, Predictor
    from prle.models.labels.targets import Target
    from prle.models.labels.votes.predictor import VotingPredictor

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
    :param values: what each prototype says: its expert, of a committee their mean by weight, or the labels of its rows
        that vote. *Shape:* (N, P[, T])
    :param contributions: *Shape:* (N, P[, T])
    :param sums: what the model gets, computed by itself and not from the terms. *Shape:* (N[, T])
    :param predictions: label units or probabilities: ``sums``, or their softmax where they are logits.
        *Shape:* (N[, T])
    :param space: what it is that adds up.
    :param anchors: the row of the fitted ``X`` that each prototype stands on. *Shape:* (P,)
    :param anchor_labels: what ``y`` says of those rows. *Shape:* (P,)
    :param classes: as ``classes_``; None for numbers.
    :param voters: where labels of examples vote, the rows of the fitted ``X`` that do, the nearest first; None where
        experts speak. *Shape:* (N, K)
    :param alphas: what they weigh; they sum to 1 but for what all training rows have in equal parts. *Shape:* (N, K)
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
    voters: NDArray[np.int64] | None = None
    alphas: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[RoutedParts]:
        return (self[row] for row in range(len(self)))

    def __getitem__(self, rows: int | slice) -> RoutedParts:
        chosen = slice(rows, rows + 1 or None) if isinstance(rows, int) else rows
        if isinstance(rows, int) and not -len(self) <= rows < len(self):
            message = f"expected a row below {len(self)}, got {rows}"
            raise IndexError(message)
        taken = ("rows", "weights", "values", "contributions", "sums", "predictions", "voters", "alphas")
        found = {name: getattr(self, name) for name in taken}
        return replace(self, **{name: array[chosen] for name, array in found.items() if array is not None})

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


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """What is known of a fitted ``X``.

    :param rows: those that were trained on. *Shape:* (n,)
    """

    rows: NDArray[np.int64]
    anchors: NDArray[np.int64]
    anchor_labels: NDArray[Any]
    classes: NDArray[Any] | None


Parts = Callable[["NDArray[np.float32]", Known], RoutedParts]
"""Takes the predictions for vectors (N, 1, H) apart, a block of rows at a time."""


def taken_apart(checkpoint: Checkpoint, *, precision: type[np.floating]) -> tuple[Answering, Parts]:
    """Return what answers, and what takes its answers apart: by prototype, and where labels vote by who votes."""
    if checkpoint.ballot is None:
        routed = checkpoint.routed(precision=precision)
        return routed, partial(_routed, routed)
    voting = checkpoint.ballot.predictor(checkpoint.config, checkpoint.target, precision)
    return voting, partial(_voted, voting)


def _routed(predictor: Predictor, vectors: NDArray[np.float32], known: Known) -> RoutedParts:
    return _together([predictor.answer(block) for block in _blocks(vectors)], predictor.target, known)


def _voted(predictor: VotingPredictor, vectors: NDArray[np.float32], known: Known) -> RoutedParts:
    votes = [predictor.votes(block) for block in _blocks(vectors)]
    parts = _together([predictor.answered(each) for each in votes], predictor.target, known)
    places = np.concatenate([each.places for each in votes])
    return replace(
        parts,
        voters=known.rows[predictor.voters.rows[places]],
        alphas=np.concatenate([each.alphas for each in votes]),
    )


def _blocks(vectors: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    starts = range(0, max(1, len(vectors)), ROWS_AT_A_TIME)
    return [vectors[start : start + ROWS_AT_A_TIME] for start in starts]


def _together(answers: list[Answer], target: Target, known: Known) -> RoutedParts:
    sums = _joined(answers, "predictions")
    return RoutedParts(
        rows=np.arange(len(sums), dtype=np.int64),
        weights=_joined(answers, "weights"),
        values=_joined(answers, "outputs"),
        contributions=_joined(answers, "contributions"),
        sums=sums,
        predictions=np.asarray(target.reported(sums), np.float64),
        space=target.combination if isinstance(target, ClassTarget) else "label units",
        anchors=known.anchors,
        anchor_labels=known.anchor_labels,
        classes=known.classes,
    )


def _joined(answers: list[Answer], name: str) -> NDArray[np.float64]:
    return np.concatenate([np.asarray(getattr(answer, name), np.float64) for answer in answers])


def _decimals(largest: float) -> int:
    """Return how many decimals show so many significant digits of the largest number, none of them before the point."""
    return max(0, DIGITS - 1 - int(np.floor(np.log10(largest)))) if largest > 0.0 else DIGITS


def _written(number: float, decimals: int) -> str:
    """Return a number with so many decimals; adding zero leaves no minus before one that is rounded to nothing."""
    return f"{round(number, decimals) + 0.0:.{decimals}f}"


def _label(label: Any) -> str:
    """Return a label as short as it is still itself."""
    return f"{label:.6g}" if isinstance(label, float) else str(label)
