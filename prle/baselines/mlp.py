"""A small neural network: the strongest ordinary method on single texts, and the least readable one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple, final

import numpy as np
import torch
from torch import nn

from prle.baselines.features import Columns, compose, cosine_weights, deviation
from prle.baselines.interface import Baseline, Fitted, Table
from prle.metrics import rmse
from prle.training.threads import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Setting(NamedTuple):
    """What a network is made of, and how fast it learns."""

    first: int
    second: int
    input_dropout: float
    dropout: float
    learning_rate: float
    cosine_weight: float = 1.0


_SETTINGS: Final = (
    Setting(first=256, second=64, input_dropout=0.2, dropout=0.4, learning_rate=3e-4),
    Setting(first=256, second=64, input_dropout=0.3, dropout=0.5, learning_rate=5e-4),
    Setting(first=512, second=128, input_dropout=0.3, dropout=0.5, learning_rate=3e-4),
)
_COSINE_WEIGHTS: Final = (0.25, 1.0)
"""Of ``cosine_weights``, pairs only."""
EPOCHS: Final = 60
PATIENCE: Final = 8
"""Epochs without a lower validation RMSE before it stops."""
BATCH: Final = 128
WEIGHT_DECAY: Final = 1e-2


@final
class MlpBaseline(Baseline):
    """Two hidden GELU layers with dropout over standardised columns, trained by AdamW on squared error.

    Dropout on the inputs too, since neighbouring embedding columns say much the same: without it one layer or two
    overfit within three epochs. Validation chooses widths, dropout and step size, for pairs how much the cosine counts,
    and the epoch to stop after; that epoch's weights answer. One network, not an average of several.
    Size: its weights and the column scales.
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
                candidates.append(
                    _train(
                        setting._replace(cosine_weight=weight),
                        weighted,
                        Table(embeddings=weighted(features), labels=train.labels),
                        Table(embeddings=weighted(checks), labels=validation.labels),
                    )
                )
        best = min(candidates, key=lambda candidate: candidate.error)
        return Fitted(predict=best.network, size_bytes=best.network.nbytes, choice=best.choice)


@final
@dataclass(frozen=True, kw_only=True)
class _Network:
    """A trained network: standardise, run, put back into label units."""

    columns: Columns
    layers: nn.Sequential
    centre: float
    spread: float

    @property
    def nbytes(self) -> int:
        """Return the bytes of the weights and the column scales."""
        return self.columns.nbytes + sum(each.nbytes for each in self.layers.parameters())

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        return self.answer(self.columns(compose(embeddings)))

    def answer(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """*Shape:* (N, F) standardised columns -> (N,)."""
        with one_thread(), torch.no_grad():
            said: NDArray[np.float32] = self.layers.eval()(torch.from_numpy(inputs))[:, 0].numpy()
        return said.astype(np.float64) * self.spread + self.centre


@final
@dataclass(frozen=True, kw_only=True)
class _Trained:
    """A network at its best epoch, and the validation RMSE there, label units."""

    network: _Network
    error: float
    choice: dict[str, float]


def _train(setting: Setting, columns: Columns, train: Table, validation: Table) -> _Trained:
    """Train one setting until validation gets no better. Tables hold standardised columns, *Shape:* (N, F)."""
    inputs = torch.from_numpy(train.embeddings)
    centre, spread = float(train.labels.mean()), deviation(train.labels)
    labels = torch.from_numpy(((train.labels - centre) / spread).astype(np.float32))
    layers = network_layers(inputs.shape[1], setting)
    network = _Network(columns=columns, layers=layers, centre=centre, spread=spread)
    optimizer = torch.optim.AdamW(layers.parameters(), lr=setting.learning_rate, weight_decay=WEIGHT_DECAY)
    best, kept, at = rmse(validation.labels, network.answer(validation.embeddings)), copied(layers), 0
    for epoch in range(1, EPOCHS + 1):
        layers.train()
        for rows in torch.split(torch.randperm(len(labels)), BATCH):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(layers(inputs[rows])[:, 0], labels[rows])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        error = rmse(validation.labels, network.answer(validation.embeddings))
        if error < best:
            best, kept, at = error, copied(layers), epoch
        elif epoch - at >= PATIENCE:
            break
    layers.load_state_dict(kept)
    return _Trained(network=network, error=best, choice={**setting._asdict(), "epochs": at})


def network_layers(width: int, setting: Setting, outputs: int = 1) -> nn.Sequential:
    """Build the network; its last layer starts at zero, so that it begins by saying the same of every row."""
    last = nn.Linear(setting.second, outputs)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(
        nn.Dropout(setting.input_dropout),
        nn.Linear(width, setting.first),
        nn.GELU(),
        nn.Dropout(setting.dropout),
        nn.Linear(setting.first, setting.second),
        nn.GELU(),
        nn.Dropout(setting.dropout),
        last,
    )


def copied(layers: nn.Module) -> dict[str, torch.Tensor]:
    """Return the weights as they are now."""
    return {name: tensor.clone() for name, tensor in layers.state_dict().items()}
