"""What training makes small: the one goal that knows wrong texts, and two that do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import normalize

if TYPE_CHECKING:
    from prle.config import AnswerLosses


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One batch after the forward pass.

    :param predicted: mapped questions, of any length. *Shape:* (B, T)
    :param texts: those that are compared, each once, mapped too where that side is; of any length. *Shape:* (C, T)
    :param wanted: how much weight each text should get, rows sum to one. *Shape:* (B, C)
    :param goals: the frozen vectors of the right texts. *Shape:* (B, T)
    """

    predicted: torch.Tensor
    texts: torch.Tensor
    wanted: torch.Tensor
    goals: torch.Tensor


def goal_terms(losses: AnswerLosses, batch: Compared) -> dict[str, torch.Tensor]:
    """Return the weighted terms of the goal that the settings ask for."""
    if losses.loss == "mse":
        return {"mse": mean_squared(batch)}
    if losses.loss == "cosine":
        return {"cosine": cosine_gap(batch)}
    terms = {"contrastive": contrastive(batch, losses.temperature)}
    if losses.cosine > 0.0:
        terms["cosine"] = losses.cosine * cosine_gap(batch)
    return terms


def contrastive(batch: Compared, temperature: float) -> torch.Tensor:
    """Cross entropy of the wanted weights and ``softmax(cos / temperature)`` (InfoNCE, van den Oord et al., 2018)."""
    scores = normalize(batch.predicted, dim=1) @ normalize(batch.texts, dim=1).T / temperature
    return -(batch.wanted * torch.log_softmax(scores, dim=1)).sum(dim=1).mean()


def cosine_gap(batch: Compared) -> torch.Tensor:
    """``1 - cos`` of each prediction and the frozen vector of its text, 0 to 2."""
    return (1.0 - (normalize(batch.predicted, dim=1) * batch.goals).sum(dim=1)).mean()


def mean_squared(batch: Compared) -> torch.Tensor:
    """Squared distance of each prediction and the frozen vector of its text."""
    return ((batch.predicted - batch.goals) ** 2).sum(dim=1).mean()
