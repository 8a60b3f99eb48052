"""A small neural network for classes: the strongest ordinary method on single texts, and the least readable one."""

from __future__ import annotations

from typing import Final, final

import numpy as np
import torch
from torch import nn

from prle.arrays.geometry import softmax
from prle.baselines.interface import Baseline, Fitted, Table
from prle.baselines.network import Question, Setting, fit_network
from prle.metrics.classes import log_loss

_SETTINGS: Final = (
    Setting(first=256, second=64, input_dropout=0.2, dropout=0.4, learning_rate=5e-4),
    Setting(first=512, second=128, input_dropout=0.3, dropout=0.5, learning_rate=5e-4),
    Setting(first=512, second=256, input_dropout=0.2, dropout=0.3, learning_rate=1e-3),
)


@final
class MlpClassifier(Baseline):
    """Two hidden GELU layers with dropout over standardised columns, trained by AdamW on cross-entropy.

    Validation chooses widths, dropout and step size, for pairs how much the cosine counts, and the epoch to stop after;
    that epoch's weights answer. One network, not an average of several. Size: its weights and the column scales.
    """

    name = "mlp"
    seeded = True

    def _fit(self, train: Table, validation: Table) -> Fitted:
        question = Question(
            outputs=train.classes,
            targets=torch.from_numpy(train.codes),
            loss=nn.functional.cross_entropy,
            answer=lambda said: np.asarray(softmax(said.astype(np.float64))),
            error=log_loss,
        )
        return fit_network(question, _SETTINGS, train, validation, seed=self.seed)
