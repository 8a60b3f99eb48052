"""A small neural network over columns and how it is trained, whatever it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple, final

import torch
from torch import nn

from prle.baselines.features import Columns, compose, cosine_weights
from prle.baselines.interface import Fitted, Table
from prle.models.labels.training.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

COSINE_WEIGHTS: Final = (0.25, 1.0)
"""Of ``cosine_weights``, pairs only."""
EPOCHS: Final = 60
PATIENCE: Final = 8
"""Epochs without a lower validation error before it stops."""
BATCH: Final = 128
WEIGHT_DECAY: Final = 1e-2


class Setting(NamedTuple):
    """What a network is made of, and how fast it learns."""

    first: int
    second: int
    input_dropout: float
    dropout: float
    learning_rate: float
    cosine_weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a network is asked.

    :param outputs: T, how many numbers it says.
    :param targets: what it should say of the training rows, as ``loss`` takes it. *Shape:* (N,)
    :param loss: of outputs (B, T) and targets (B,), a scalar that training makes small.
    :param answer: what is reported of outputs. *Shape:* (N, T) to (N,) or (N, T)
    :param error: of validation labels and what was reported, by which epochs and settings are chosen.
    """

    outputs: int
    targets: torch.Tensor
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    answer: Callable[[NDArray[np.float32]], NDArray[np.float64]]
    error: Callable[[NDArray[np.float64], NDArray[np.float64]], float]


@final
@dataclass(frozen=True, kw_only=True)
class Network:
    """A network: standardise, run, report."""

    columns: Columns
    layers: nn.Sequential
    question: Question

    @property
    def nbytes(self) -> int:
        """Return the bytes of the weights and the column scales."""
        return self.columns.nbytes + sum(each.nbytes for each in self.layers.parameters())

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """*Shape:* (N, S, H) -> (N,) or (N, T)."""
        return self.answer(self.columns(compose(embeddings)))

    def answer(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """*Shape:* (N, F) standardised columns -> (N,) or (N, T)."""
        with one_thread(), torch.no_grad():
            said: NDArray[np.float32] = self.layers.eval()(torch.from_numpy(inputs)).numpy()
        return self.question.answer(said)


def fit_network(
    question: Question, settings: Sequence[Setting], train: Table, validation: Table, *, seed: int
) -> Fitted:
    """Train every setting, for pairs with the cosine counted in two ways, and keep what validation likes best."""
    features, checks = compose(train.embeddings), compose(validation.embeddings)
    columns, texts = Columns.of(features), train.embeddings.shape[1]
    candidates = []
    with one_thread(), torch.random.fork_rng(devices=[]):
        for setting, weight in product(settings, COSINE_WEIGHTS if texts == 2 else (1.0,)):
            weighted = columns.weighted(cosine_weights(features.shape[1], texts, weight))
            torch.manual_seed(seed)
            layers = _layers(features.shape[1], setting, question.outputs)
            network = Network(columns=weighted, layers=layers, question=question)
            error, epochs = _train(network, setting, weighted(features), weighted(checks), validation.labels)
            choice = {**setting._replace(cosine_weight=weight)._asdict(), "epochs": epochs}
            candidates.append((error, choice, network))
    _, choice, network = min(candidates, key=lambda candidate: candidate[0])
    return Fitted(predict=network, size_bytes=network.nbytes, choice=choice)


def copied(layers: nn.Module) -> dict[str, torch.Tensor]:
    """Return the weights as they are now."""
    return {name: tensor.clone() for name, tensor in layers.state_dict().items()}


def _train(
    network: Network,
    setting: Setting,
    rows: NDArray[np.float32],
    checks: NDArray[np.float32],
    labels: NDArray[np.float64],
) -> tuple[float, int]:
    """Train until validation gets no better, go back to the best epoch; return its error and number.

    :param rows: standardised columns of the training rows. *Shape:* (N, F)
    :param checks: those of the validation rows. *Shape:* (V, F)
    :param labels: of the validation rows. *Shape:* (V,)
    """
    layers, question, inputs = network.layers, network.question, torch.from_numpy(rows)
    optimizer = torch.optim.AdamW(layers.parameters(), lr=setting.learning_rate, weight_decay=WEIGHT_DECAY)
    best, kept, at = question.error(labels, network.answer(checks)), copied(layers), 0
    for epoch in range(1, EPOCHS + 1):
        layers.train()
        for chosen in torch.split(torch.randperm(len(inputs)), BATCH):
            optimizer.zero_grad()
            loss = question.loss(layers(inputs[chosen]), question.targets[chosen])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        error = question.error(labels, network.answer(checks))
        if error < best:
            best, kept, at = error, copied(layers), epoch
        elif epoch - at >= PATIENCE:
            break
    layers.load_state_dict(kept)
    return best, at


def _layers(width: int, setting: Setting, outputs: int) -> nn.Sequential:
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
