"""An explained number laid out: every prototype, the nearest rows, the interval and what speaks against it."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, final

import numpy as np

from prle.arrays.geometry import effective_count
from prle.explanation import UNFAMILIAR, bracket, disagreement, percentile
from prle.stages.explain.interface import Anchor, Bracket, Example, PrototypeShare
from prle.stages.explain.parts import DoubtReport, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.explanation import Ledger, Neighbours
    from prle.models.labels.checkpoint import Checkpoint
    from prle.workspace import Workspace


@final
class Layout:
    """Lays out what a model of numbers did with an input.

    :param labels: of the training rows, as the model was told them, label units. *Shape:* (N,)
    """

    def __init__(self, workspace: Workspace, name: str, checkpoint: Checkpoint, labels: NDArray[np.float64]) -> None:
        self._workspace, self._name, self._checkpoint, self._labels = workspace, name, checkpoint, labels

    @cached_property
    def _anchors(self) -> tuple[Anchor, ...]:
        """The training row of each prototype."""
        return tuple(
            Anchor(row=row, texts=self._workspace.row_cells("train", row), label=float(self._labels[row]))
            for row in self._checkpoint.anchors.tolist()
        )

    @cached_property
    def _past(self) -> tuple[list[float | None], list[int]]:
        """The validation error of every prototype's regime, and its rows."""
        calibration = self._checkpoint.calibration
        if calibration is None:
            return [None] * len(self._anchors), [0] * len(self._anchors)
        errors = [None if math.isnan(error) else error for error in calibration.past_errors.tolist()]
        return errors, calibration.rows.tolist()

    def shares(self, ledger: Ledger, said: NDArray[np.float64] | None) -> list[PrototypeShare]:
        """Return what every prototype had to say, by its number.

        :param said: what the labels of its voters say alone, where examples vote. *Shape:* (P,)
        """
        errors, rows = self._past
        labels = [None] * len(ledger.weights) if said is None else said.tolist()
        columns = (ledger.weights.tolist(), ledger.outputs.tolist(), ledger.contributions.tolist())
        return [
            PrototypeShare(
                prototype=prototype,
                weight=weight,
                expert_prediction=output,
                contribution=part,
                anchor=self._anchors[prototype],
                past_error=errors[prototype],
                past_rows=rows[prototype],
                examples_say=labels[prototype],
                differs=None if labels[prototype] is None else output - labels[prototype],
            )
            for prototype, (weight, output, part) in enumerate(zip(*columns, strict=True))
        ]

    def examples(self, near: Neighbours) -> tuple[Example, ...]:
        """List the nearest training rows."""
        return tuple(
            Example(
                row=row,
                texts=self._workspace.row_cells("train", row),
                label=float(self._labels[row]),
                distance=distance,
            )
            for row, distance in zip(near.rows.tolist(), near.distances.tolist(), strict=True)
        )

    def interval(
        self, ledger: Ledger, half_widths: NDArray[np.float64] | None, level: float
    ) -> tuple[tuple[float, float] | None, dict[str, Refusal]]:
        """Return the interval of a prediction, or why there is none."""
        if half_widths is None:
            return None, {"interval": uncalibrated(self._name)}
        half = float(half_widths[int(np.argmax(ledger.weights))])
        if math.isinf(half):
            reason = f"there are too few validation rows for a level of {level:g}"
            return None, {"interval": Refusal(reason=reason, hint="use a lower --level")}
        return (ledger.prediction - half, ledger.prediction + half), {}

    def bracket(self, ledger: Ledger, shares: Sequence[PrototypeShare]) -> Bracket:
        """Find the heaviest prototypes with a label below and above the prediction."""
        labels = np.array([anchor.label for anchor in self._anchors])
        below, above = bracket(ledger.weights, labels, ledger.prediction)
        return Bracket(below=None if below is None else shares[below], above=None if above is None else shares[above])

    def doubt(self, ledger: Ledger, near: Neighbours) -> DoubtReport:
        """Gather what speaks against a prediction."""
        usual, distance = self._checkpoint.usual, float(near.distances[0]) if len(near.distances) else None
        known = distance is not None and usual is not None and len(usual) > 0
        rank = percentile(distance, usual) if known and distance is not None and usual is not None else None
        return DoubtReport(
            distance=distance,
            percentile=rank,
            unfamiliar=rank is not None and rank > UNFAMILIAR,
            effective_prototypes=float(effective_count(ledger.weights[None])[0]),
            disagreement=disagreement(ledger.weights, ledger.outputs),
        )


def uncalibrated(name: str) -> Refusal:
    """Say that a model was fitted before intervals were."""
    return Refusal(reason=f"model {name} was fitted without a calibration", hint=f"run `prle fit --name {name}` again")
