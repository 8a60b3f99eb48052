"""A small neural network for classes: the strongest ordinary method on single texts, and the least readable one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, final

import numpy as np
import torch
from torch import nn

from prle.baselines.features import Columns, compose, cosine_weights
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.mlp import BATCH, EPOCHS, PATIENCE, WEIGHT_DECAY, Setting, copied, network_layers
from prle.class_metrics import log_loss
from prle.geometry import softmax
from prle.training.threads import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SETTINGS: Final = (
    Setting(first=256, second=64, input_dropout=0.2, dropout=0.4, learning_rate=5e-4),
    Setting(first=512, second=128, input_dropout=0.3, dropout=0.5, learning_rate=5e-4),
    Setting(first=512, second=256, input_dropout=0.2, dropout=0.3, learning_rate=1e-3),
)
_COSINE_WEIGHTS: Final = (0.25, 1.0)
"""Of ``cosine_weights``, pairs only."""


@final
class MlpClassifier(Baseline):
    """Two hidden GELU layers with dropout over standardised columns, trained by AdamW on cross-entropy.

    Validation chooses widths, dropout and step size, for pairs how much the cosine counts, and the epoch to stop after;
    that epoch's weights answer. One network, not an average of several. Size: its weights and the column scales.
    """

    name = "mlp"
    seeded = True

    def _fit(self, train: Table, validation: Table) -> Fitted:
        features, checks = compose(train.embeddings), compose(validation.embeddings)
        columns, texts = Columns.of(features), train.embeddings.shape[1]
        candidates = []
        with one_thread(), torch.random.fork_rng(devices=[]):
            for setting, weight in product(_SETTINGS, _COSINE_WEIGHTS if texts == 2 else (1.0,)):
                weighted = columns.weighted(cosine_weights(features.shape[1], texts, weight))
                torch.manual_seed(self.seed)
                network = _Network(columns=weighted, layers=network_layers(features.shape[1], setting, train.classes))
                chosen = setting._replace(cosine_weight=weight)
                error, epochs = _train(network, chosen, weighted(features), train, weighted(checks), validation)
                candidates.append((error, {**chosen._asdict(), "epochs": epochs}, network))
        _, choice, network = min(candidates, key=lambda candidate: candidate[0])
        return Fitted(predict=network, size_bytes=network.nbytes, choice=choice)


@final
@dataclass(frozen=True, kw_only=True)
class _Network:
    """A network: standardise, run, softmax."""

    columns: Columns
    layers: nn.Sequential

    @property
    def nbytes(self) -> int:
        """Return the bytes of the weights and the column scales."""
        return self.columns.nbytes + sum(each.nbytes for each in self.layers.parameters())

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return self.answer(self.columns(compose(embeddings)))

    def answer(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """*Shape:* (N, F) standardised columns -> (N, T)."""
        with one_thread(), torch.no_grad():
            said: NDArray[np.float32] = self.layers.eval()(torch.from_numpy(inputs)).numpy()
        return np.asarray(softmax(said.astype(np.float64)))


def _train(
    network: _Network,
    setting: Setting,
    rows: NDArray[np.float32],
    train: Table,
    checks: NDArray[np.float32],
    validation: Table,
) -> tuple[float, int]:
    """Train until validation gets no better, go back to the best epoch; return its log loss and number."""
    layers, inputs, codes = network.layers, torch.from_numpy(rows), torch.from_numpy(train.codes)
    optimizer = torch.optim.AdamW(layers.parameters(), lr=setting.learning_rate, weight_decay=WEIGHT_DECAY)
    best, kept, at = log_loss(validation.labels, network.answer(checks)), copied(layers), 0
    for epoch in range(1, EPOCHS + 1):
        layers.train()
        for chosen in torch.split(torch.randperm(len(codes)), BATCH):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(layers(inputs[chosen]), codes[chosen])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        error = log_loss(validation.labels, network.answer(checks))
        if error < best:
            best, kept, at = error, copied(layers), epoch
        elif epoch - at >= PATIENCE:
            break
    layers.load_state_dict(kept)
    return best, at
