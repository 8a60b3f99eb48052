"""The package torch-supercluster, where it is installed: prototypes that are learned, not real rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np
import torch
from torch import nn

from prle.arrays.geometry import softmax
from prle.baselines.features import Columns, compose, deviation
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.network import copied
from prle.metrics.classes import log_loss
from prle.metrics.numbers import rmse
from prle.models.labels.training.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

CLUSTERS: Final = 8
EMBEDDING: Final = 64
"""What its own examples take."""
LEARNING_RATE: Final = 1e-3
DIVERSITY: Final = 0.1
PATIENCE: Final = 50
"""What its authors recommend; patience in epochs, the shorter end of what they say."""
EPOCHS: Final = 200
BATCH: Final = 256


@final
class SuperClusterBaseline(Baseline):
    """Route by cross-attention to learned centres that each have a score (torch-supercluster, as it is shipped).

    Its authors' recommendations, not a grid: it has no fit of its own, so Adam trains it here on cross-entropy or
    squared error plus 0.1 times its diversity loss. Validation chooses the epoch to stop after. Scores start at zero,
    and so does the gradient of the routing: it may end with all rows on one prototype. Size: its weights and the column
    scales.
    """

    name = "supercluster"
    texts = frozenset({1})
    seeded = True
    package = "supercluster"

    def _fit(self, train: Table, validation: Table) -> Fitted:
        from supercluster import SuperCluster

        features, checks = compose(train.embeddings), compose(validation.embeddings)
        columns = Columns.of(features)
        with one_thread(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            layers = SuperCluster(
                input_dim=features.shape[1],
                embedding_dim=EMBEDDING,
                num_clusters=CLUSTERS,
                num_classes=train.classes if train.classes > 2 else 1,
            )
            rule = _Rule(columns=columns, layers=layers, target=_Target.of(train))
            epochs = _train(rule, columns(features), train, columns(checks), validation)
        return Fitted(predict=rule, size_bytes=rule.nbytes, choice={"epochs": epochs})


@final
@dataclass(frozen=True, kw_only=True)
class _Target:
    """What its outputs mean: label units, or probabilities of two or more classes.

    :param centre: mean of the training labels, label units.
    :param spread: their deviation; both are not read where labels are classes.
    """

    classes: int
    centre: float
    spread: float

    @classmethod
    def of(cls, train: Table) -> _Target:
        return cls(classes=train.classes, centre=float(train.labels.mean()), spread=deviation(train.labels))

    @property
    def loss(self) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
        if self.classes > 2:
            return nn.functional.cross_entropy
        return nn.functional.binary_cross_entropy_with_logits if self.classes else nn.functional.mse_loss

    def given(self, table: Table) -> torch.Tensor:
        """Return labels as the loss takes them. *Shape:* (N,), or (N, 1) beside one output."""
        if self.classes > 2:
            return torch.from_numpy(table.codes)
        labels = table.labels if self.classes else (table.labels - self.centre) / self.spread
        return torch.from_numpy(labels.astype(np.float32)[:, None])

    def reported(self, outputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return predictions. *Shape:* (N, 1) to (N,), of classes (N, 1) or (N, T) to (N, T)."""
        if not self.classes:
            return outputs[:, 0] * self.spread + self.centre
        logits = outputs if self.classes > 2 else np.concatenate([np.zeros_like(outputs), outputs], axis=1)
        return np.asarray(softmax(logits))

    def error(self, labels: NDArray[np.float64], predictions: NDArray[np.float64]) -> float:
        return log_loss(labels, predictions) if self.classes else rmse(labels, predictions)


@final
@dataclass(frozen=True, kw_only=True)
class _Rule:
    """A network: standardise, run, report."""

    columns: Columns
    layers: nn.Module
    target: _Target

    @property
    def nbytes(self) -> int:
        """Return the bytes of the weights and the column scales."""
        return self.columns.nbytes + sum(each.nbytes for each in self.layers.parameters())

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return self.answer(self.columns(compose(embeddings)))

    def answer(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """*Shape:* (N, F) standardised columns -> predictions."""
        with one_thread(), torch.no_grad():
            outputs = self.layers.eval()(torch.from_numpy(inputs))[0].numpy()
        return self.target.reported(outputs.astype(np.float64))


def _train(rule: _Rule, rows: NDArray[np.float32], train: Table, checks: NDArray[np.float32], validation: Table) -> int:
    """Train until validation gets no better and go back to the best epoch; return its number."""
    from supercluster import center_diversity_loss

    layers, target = rule.layers, rule.target
    inputs, labels = torch.from_numpy(rows), target.given(train)
    optimizer = torch.optim.Adam(layers.parameters(), lr=LEARNING_RATE)
    best, kept, at = target.error(validation.labels, rule.answer(checks)), copied(layers), 0
    for epoch in range(1, EPOCHS + 1):
        layers.train()
        for chosen in torch.split(torch.randperm(len(labels)), BATCH):
            optimizer.zero_grad()
            loss = target.loss(layers(inputs[chosen])[0], labels[chosen])
            loss = loss + DIVERSITY * center_diversity_loss(layers.centers)
            loss.backward()
            optimizer.step()
        error = target.error(validation.labels, rule.answer(checks))
        if error < best:
            best, kept, at = error, copied(layers), epoch
        elif epoch - at >= PATIENCE:
            break
    layers.load_state_dict(kept)
    return at
