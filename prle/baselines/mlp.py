"""A small neural network: the strongest ordinary method on single texts, and the least readable one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import numpy as np
import torch
from torch import nn

from prle.baselines.features import deviation
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.network import Question, Setting, fit_network
from prle.metrics.numbers import rmse

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SETTINGS: Final = (
    Setting(first=256, second=64, input_dropout=0.2, dropout=0.4, learning_rate=3e-4),
    Setting(first=256, second=64, input_dropout=0.3, dropout=0.5, learning_rate=5e-4),
    Setting(first=512, second=128, input_dropout=0.3, dropout=0.5, learning_rate=3e-4),
)


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
        centre, spread = float(train.labels.mean()), deviation(train.labels)

        def in_label_units(said: NDArray[np.float32]) -> NDArray[np.float64]:
            return said[:, 0].astype(np.float64) * spread + centre

        question = Question(
            outputs=1,
            targets=torch.from_numpy(((train.labels - centre) / spread).astype(np.float32)),
            loss=lambda outputs, targets: nn.functional.mse_loss(outputs[:, 0], targets),
            answer=in_label_units,
            error=rmse,
        )
        return fit_network(question, _SETTINGS, train, validation, seed=self.seed)
