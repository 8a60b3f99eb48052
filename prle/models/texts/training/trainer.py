"""Epochs for learned maps: move, validate, keep the best; the start is measured too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, final

import numpy as np
import torch

from prle.encoders.pretrained.device import CPU
from prle.errors import PrleError
from prle.models.labels.training.noise import TorchNoise
from prle.models.labels.training.state import Average
from prle.models.texts.experts import mapped, mapped_answers
from prle.models.texts.soft_targets import LabelState, make_soft_targets
from prle.models.texts.training.goals import Compared, goal_terms
from prle.observer import SILENT, EpochRecord, Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.config import Config
    from prle.models.texts.experts import Matrices, Pairs
    from prle.models.texts.interface import Library

Maps: TypeAlias = "dict[str, NDArray[np.generic]]"

BATCH: Final = 128
LEARNING_RATE: Final = 1e-3
PATIENCE: Final = 8
"""What ``auto`` means where labels are texts."""

ALL_UP_TO: Final = 4096
"""With at most so many different training texts each question is compared with all of them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Learned:
    """The best maps seen, and how they were reached.

    :param soft: what soft targets remember of texts, by name; nothing where they are off.
    """

    maps: Maps
    history: tuple[EpochRecord, ...]
    best_epoch: int
    soft: Mapping[str, NDArray[np.generic]]


@final
class MapTrainer:
    """Fits the learned arrays of one strategy; every random draw comes from ``train.seed``.

    What is measured and kept is the moving average of all steps (``train.averaging``), as it is of other models.

    :param weights: of the clusters for each training question; routing is not learned. *Shape:* (N, K)
    :param library: whose texts the codes of the pairs name.
    :param measure: gives the validation figures of maps.
    :param device: of torch.
    """

    def __init__(
        self,
        strategy: Matrices,
        config: Config,
        pairs: Pairs,
        weights: NDArray[np.float32],
        library: Library,
        measure: Callable[[Maps], Mapping[str, float]],
        observer: Observer = SILENT,
        *,
        device: str = CPU,
    ) -> None:
        self._device = device
        self._strategy, self._config, self._measure, self._observer = strategy, config, measure, observer
        self._questions = torch.from_numpy(np.ascontiguousarray(pairs.questions)).to(device)
        self._answers = torch.from_numpy(np.ascontiguousarray(pairs.answers)).to(device)
        self._weights = torch.from_numpy(weights).to(device)
        self._codes = pairs.codes
        self._library = torch.from_numpy(np.ascontiguousarray(library.vectors)).to(device)
        self._known = np.unique(pairs.codes)
        self._generator = torch.Generator().manual_seed(config.train.seed)
        self._noise = TorchNoise(self._generator)
        self._soft = make_soft_targets(config.answer_losses)
        self._state = _label_state(config, library, observer)

    def fit(self, start: Maps, *, remembered: Mapping[str, NDArray[np.generic]] | None = None) -> Learned:
        """Train from ``start``, which is measured first and kept if nothing beats it.

        :param remembered: what soft targets go on from; by default they remember nothing.
        :raises PrleError: where the strategy has nothing to learn.
        """
        if not self._strategy.learned:
            message = f"{self._strategy.name}: expected maps with something to learn."
            raise PrleError(message)
        if remembered and self._config.answer_losses.soft_targets != "none":
            self._state.restore(remembered)
        parameters = {name: torch.from_numpy(np.array(array)).to(self._device) for name, array in start.items()}
        moving = [parameters[name].requires_grad_() for name in self._strategy.learned]
        train = self._config.train
        rate = LEARNING_RATE if train.learning_rate == "auto" else train.learning_rate
        optimizer = torch.optim.Adam(moving, lr=rate)
        patience = PATIENCE if train.patience == "auto" else train.patience
        best = self._validate(start, 0, {}, None)
        kept, history = start, [best]
        average = Average(moving, memory=train.averaging)
        for epoch in range(1, train.epochs + 1):
            losses = self._epoch(parameters, optimizer, average)
            now = {**start, **dict(zip(self._strategy.learned, average.arrays(), strict=True))}
            record = self._validate(now, epoch, losses, best)
            history.append(record)
            if record.best:
                best, kept = record, now
            elif epoch - best.epoch >= patience:
                break
        remembered = {} if self._config.answer_losses.soft_targets == "none" else self._state.arrays()
        return Learned(maps=kept, history=tuple(history), best_epoch=best.epoch, soft=remembered)

    def _epoch(
        self, parameters: Mapping[str, torch.Tensor], optimizer: torch.optim.Optimizer, average: Average
    ) -> dict[str, float]:
        """Go once through the training questions in a new order; return the mean of each term."""
        batch = self._config.train.batch_size
        order = torch.randperm(len(self._questions), generator=self._generator)
        totals: dict[str, float] = {}
        for chosen in torch.split(order, BATCH if batch == "auto" else batch):
            terms = goal_terms(self._config.answer_losses, self._compared(parameters, chosen))
            optimizer.zero_grad()
            torch.stack(list(terms.values())).sum().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            average.step()
            for name, term in terms.items():
                totals[name] = totals.get(name, 0.0) + float(term.detach()) * len(chosen)
        return {name: total / len(order) for name, total in totals.items()}

    def _compared(self, parameters: Mapping[str, torch.Tensor], chosen: torch.Tensor) -> Compared:
        """Map one batch and the texts that it is compared with."""
        rate = self._config.answers.dropout
        codes = self._codes[chosen.numpy()]
        columns = self._known if self._all else np.unique(codes)
        right = np.searchsorted(columns, codes)

        def dropped(values: torch.Tensor) -> torch.Tensor:
            return self._noise.dropout(values, rate)

        texts = mapped_answers(parameters, self._library[torch.from_numpy(columns)], dropped)
        self._see(codes, texts, right)
        return Compared(
            predicted=mapped(parameters, self._questions[chosen], self._weights[chosen], dropped),
            texts=texts,
            wanted=self._wanted(codes, columns, right),
            goals=self._answers[chosen],
        )

    @property
    def _all(self) -> bool:
        """Whether each question is compared with every training text, not only with those of its batch."""
        negatives = self._config.answer_losses.negatives
        return negatives == "all" or (negatives == "auto" and len(self._known) <= ALL_UP_TO)

    def _see(self, codes: NDArray[np.int64], texts: torch.Tensor, right: NDArray[np.int64]) -> None:
        """Let soft targets remember the texts of this batch, as they are mapped now."""
        if self._config.answer_losses.soft_targets != "none":
            self._state.see(codes, texts.detach().cpu().numpy()[right])

    def _wanted(self, codes: NDArray[np.int64], columns: NDArray[np.int64], right: NDArray[np.int64]) -> torch.Tensor:
        """Return how much weight each compared text should get. *Shape:* (B, C)."""
        wanted = np.zeros((len(codes), len(columns)), np.float32)
        wanted[np.arange(len(codes)), right] = 1.0
        soft = self._soft(self._state, codes, columns)
        if soft is not None:
            share = self._config.answer_losses.soft_target_weight
            wanted = (1.0 - share) * wanted + share * soft
        return torch.from_numpy(wanted).to(self._device)

    def _validate(self, maps: Maps, epoch: int, losses: dict[str, float], best: EpochRecord | None) -> EpochRecord:
        figures = self._measure(maps)
        error = float("inf") if best is None else best.error
        record = EpochRecord(
            epoch=epoch,
            epochs=self._config.train.epochs,
            phase="maps" if epoch else "start",
            losses=losses,
            prototypes_in_use=self._weights.shape[1],
            best=1.0 - figures["mrr"] < error,
            validation_recall_at_1=figures["recall_at_1"],
            validation_mrr=figures["mrr"],
        )
        self._observer.epoch(record)
        return record


def _label_state(config: Config, library: Library, observer: Observer) -> LabelState:
    losses = config.answer_losses
    return LabelState(
        library.vectors,
        clusters=losses.clusters,
        each=losses.cluster_labels,
        interval=losses.update_interval,
        names=library.texts,
        observer=observer,
    )
