"""Epochs: move, snap, validate, and keep the best, in that order, so that what is kept is what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
import torch

from prle.models.labels.losses import LOSSES
from prle.models.labels.losses.interface import Batch, Compared
from prle.models.labels.model import Forward
from prle.models.labels.prototypes import METRICS, snap_to
from prle.models.labels.routers.interface import Spaces
from prle.models.labels.training.closed_form import is_solved, solve_experts
from prle.models.labels.training.compute import HERE
from prle.models.labels.training.noise import TorchNoise
from prle.models.labels.training.order import shuffled
from prle.models.labels.training.phases import schedule
from prle.models.labels.training.rows import Rows, blocks_of
from prle.models.labels.training.state import TrainingState
from prle.observer import SILENT, EpochRecord, Observer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import Config
    from prle.models.labels.model import PRLE, ModelParameters
    from prle.models.labels.targets import Target
    from prle.models.labels.training.compute import Compute
    from prle.models.labels.training.phases import Phase

__all__ = ["Fitted", "Rows", "Trainer"]

VALIDATION_ROWS: Final = 4096
"""Rows predicted at a time while validating, so that memory stays bounded; fewer where there are many classes."""

FEWEST_ROWS: Final = 64

SNAPPED_ROWS: Final = 1 << 16
"""Training rows that prototypes are compared with at a time."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """The best parameters seen, on their anchors, and how they were reached.

    :param anchors: the training row of each prototype. *Shape:* (P,)
    """

    parameters: ModelParameters
    anchors: NDArray[np.int64]
    history: tuple[EpochRecord, ...]
    best_epoch: int
    stopped_early: bool


@final
class Trainer:
    """Fits one model; every random draw comes from ``config.train.seed``.

    Of several processes each places its rows of a batch. What a batch has become is then gathered, and losses see all
    of it, those included that are no means over rows; each process follows the gradient of its own rows and of its
    share of the prototypes, and the sum of these is the gradient that one process would have found.

    :param compute: on which device, and as one of how many processes.
    """

    def __init__(
        self,
        model: PRLE,
        target: Target,
        config: Config,
        train: Rows,
        validation: Rows,
        observer: Observer = SILENT,
        *,
        compute: Compute = HERE,
    ) -> None:
        self._device, self._ranks, self._compute = compute.device, compute.ranks, compute
        self._model, self._target, self._config, self._observer = model, target, config, observer
        self._labels = torch.from_numpy(target.scaled(train.labels)).to(self._device)
        self._train, self._validation = train, validation
        self._places = torch.arange(len(train.labels)) if train.places is None else torch.from_numpy(train.places)
        self._generator = torch.Generator().manual_seed(config.train.seed)
        self._nothing = torch.zeros((), device=self._device)
        self._terms = {str(name): make(config.losses.metric) for name, make in LOSSES.items()}

    def fit(self, start: ModelParameters, anchors: NDArray[np.int64]) -> Fitted:
        """Train from ``start`` with prototypes on training rows ``anchors`` (P,).

        The start itself is validated first and kept if nothing beats it.
        """
        train = self._config.train
        prototypes = self._config.prototypes
        state = TrainingState(self._model, start, train, learn_prototypes=prototypes.learnable, compute=self._compute)
        self._anchors = self._agreed(anchors)
        best, kept = self._validate(state, 0, "start", {}, self._target.criterion.worst), state.snapshot()
        history, best_anchors = [best], self._anchors
        phases = schedule(self._config)
        patience = max(int(train.patience), len(phases))
        for epoch in range(1, train.epochs + 1):
            phase = phases[(epoch - 1) % len(phases)]
            losses = self._epoch(state, phase)
            if prototypes.learnable and prototypes.snap and "prototypes" in phase.moving:
                self._snap(state)
            if phase.solved:
                self._solve(state)
            record = self._validate(state, epoch, phase.name, losses, best.error)
            history.append(record)
            if record.best:
                best, kept, best_anchors = record, state.snapshot(), self._anchors
            elif epoch - best.epoch >= patience:
                break
        stopped = len(history) <= train.epochs
        if self._config.experts.solver == "ridge" and not is_solved(kept):
            state.restore(kept)
            self._solve(state)
            history.append(self._validate(state, len(history), "ridge", {}, best.error))
            if history[-1].best:
                best, kept = history[-1], state.snapshot()
        return Fitted(
            parameters=kept,
            anchors=best_anchors,
            history=tuple(history),
            best_epoch=best.epoch,
            stopped_early=stopped,
        )

    def _epoch(self, state: TrainingState, phase: Phase) -> dict[str, float]:
        """Go once through the training rows in a new order; return the mean of each loss."""
        if not state.moving(phase):
            return {}
        totals: dict[str, float] = {}
        for part in shuffled(self._places, self._generator):
            for chosen in torch.split(part, int(self._config.train.batch_size)):
                terms = self._losses(state, phase, chosen)
                state.step(sum((phase.losses[name] * term for name, term in terms.items()), self._nothing))
                for name, term in terms.items():
                    totals[name] = totals.get(name, 0.0) + float(term.detach()) * len(chosen)
        return {name: total / len(self._labels) for name, total in totals.items()}

    def _taken(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the vectors of training rows. *Shape:* (B,) to (B, S, H)."""
        return torch.from_numpy(self._train.sentences[rows.numpy()]).to(self._device)

    def _noise(self, rows: int) -> TorchNoise:
        """Return the noise of this process's rows of a batch of so many."""
        return TorchNoise(self._generator, rows=rows, own=self._ranks.own(rows))

    def _whole(self, own: Forward, rows: int) -> Forward:
        """Return the forward pass of a batch of so many rows, of which this process has computed its own."""
        inputs, prototypes = own.inputs, own.prototypes
        retrieval, value, weights, outputs, prediction = self._ranks.gathered(
            [inputs.retrieval, inputs.value, own.weights, own.outputs, own.prediction], rows
        )
        common = self._ranks.common
        return Forward(
            inputs=Spaces(retrieval=retrieval, value=value),
            prototypes=Spaces(retrieval=common(prototypes.retrieval), value=common(prototypes.value)),
            weights=weights,
            outputs=outputs,
            prediction=prediction,
        )

    def _losses(self, state: TrainingState, phase: Phase, chosen: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return every loss that the phase asks for, on one batch."""
        rows, common = len(chosen), self._ranks.common
        own = self._model.forward(state.parameters, self._taken(chosen[self._ranks.own(rows)]), noise=self._noise(rows))
        prototypes, each = own.prototypes, torch.arange(len(self._anchors))
        at_anchors = self._model.link(self._model.experts(state.parameters["experts"], prototypes.value, None))
        forward = self._whole(own, rows)
        batch = Batch(
            target=self._target,
            forward=forward,
            labels=self._labels[chosen],
            anchor_outputs=common(at_anchors[each, each]),
            anchor_labels=self._labels[torch.from_numpy(self._anchors)],
            anchor_weights=common(self._model.router(state.parameters["router"], prototypes, prototypes, None)),
            compared=self._compared(state, phase, chosen, forward),
        )
        return {name: self._terms[name](batch) for name, weight in phase.losses.items() if weight > 0.0}

    def _compared(self, state: TrainingState, phase: Phase, chosen: torch.Tensor, forward: Forward) -> Compared:
        """Return what metric learning compares: the batch, or as many rows as the settings ask for, drawn anew."""
        rows = self._config.losses.metric.rows
        if rows <= len(chosen) or not phase.losses["metric"] > 0.0:
            return Compared(value=forward.inputs.value, labels=self._labels[chosen])
        drawn = torch.randperm(len(self._labels), generator=self._generator)[:rows]
        own = drawn[self._ranks.own(len(drawn))]
        placed = self._model.place(state.parameters, self._taken(own), self._noise(len(drawn)))
        (value,) = self._ranks.gathered([placed.value], len(drawn))
        return Compared(value=value, labels=self._labels[drawn])

    def _snap(self, state: TrainingState) -> None:
        """Put every prototype onto the nearest training row of its own."""
        measured = METRICS[self._config.prototypes.metric]
        with torch.no_grad():
            space = state.parameters["retrieval"]
            prototypes = measured(self._model.retrieval(space, state.parameters["prototypes"]["vectors"]))
            points = (
                measured(self._model.retrieval(space, torch.from_numpy(block).to(self._device))).cpu().numpy()
                for block in blocks_of(self._train.sentences, SNAPPED_ROWS)
            )
            self._anchors = self._agreed(snap_to(prototypes.cpu().numpy(), points))
        state.place("prototypes", {"vectors": self._train.sentences[self._anchors]})

    def _agreed(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return what the first process has in the place of ``array``."""
        tensor = torch.from_numpy(array.copy())
        self._ranks.agree([tensor])
        return tensor.numpy()

    def _solve(self, state: TrainingState) -> None:
        """Put the experts at their closed-form solution, given everything else as it is."""
        solved = solve_experts(self._model, state.snapshot(), self._target, self._train, self._validation)
        state.place("experts", solved)

    def _validate(
        self,
        state: TrainingState,
        epoch: int,
        phase: str,
        losses: dict[str, float],
        best: float,
    ) -> EpochRecord:
        """Measure on the validation rows and tell the observer; ``best`` is the criterion to beat."""
        state.agree()
        prediction, dominant, parameters = [], [], state.averaged
        with torch.no_grad():
            block = max(FEWEST_ROWS, VALIDATION_ROWS // self._target.width)
            for rows in blocks_of(self._validation.sentences, block):
                forward: Forward = self._model.forward(parameters, torch.from_numpy(rows).to(self._device))
                prediction.append(forward.prediction.cpu().numpy())
                dominant.append(forward.weights.argmax(dim=1).cpu().numpy())
        target = self._target
        predicted = target.reported(target.additive(np.concatenate(prediction).astype(np.float64)))
        measured = target.watched(self._validation.labels, predicted)
        # What decides about the next epoch is the same everywhere, or one process would wait for another forever.
        measured = dict(zip(measured, self._agreed(np.asarray([*measured.values()])).tolist(), strict=True))
        record = EpochRecord(
            epoch=epoch,
            epochs=max(self._config.train.epochs, epoch),
            phase=phase,
            losses=losses,
            prototypes_in_use=len(np.unique(np.concatenate(dominant))),
            best=target.criterion.better(measured[target.criterion.name], best),
            **{f"validation_{name}": value for name, value in measured.items()},
        )
        self._observer.epoch(record)
        return record
