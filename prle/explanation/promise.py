"""What a model promises of its explanations, as figures: who carries a prediction, and could a reader have said it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import unit
from prle.metrics.promise import Promise
from prle.models.labels.pairing import topic
from prle.models.labels.prototypes.count import needed_prototypes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.predictor import Answering
    from prle.models.labels.training.rows import Rows

__all__ = ["Promise", "promise"]

SHOWN: Final = 5
"""Prototypes that a reader looks at."""

HEAVIEST: Final = 10
"""Carriers whose likeness to the input is measured."""

INPUTS: Final = 1_024
"""Rows that figures are taken over at most."""

SHARE: Final = 0.8
"""Of the weight, which so many voters and prototypes hold."""


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What labels say of B inputs.

    :param labels: by prototype, the mean label of those who carry it. *Shape:* (B, P, T)
    :param carriers: the training rows that weigh most, the heaviest first. *Shape:* (B, C)
    """

    weights: NDArray[np.floating]
    labels: NDArray[np.floating]
    prediction: NDArray[np.floating]
    anchors: NDArray[np.floating]
    carriers: NDArray[np.int64]
    voters: float


def promise(checkpoint: Checkpoint, train: Rows, inputs: Rows, *, seed: int = 0) -> Promise:
    """Measure what a model promises over some inputs, at most 1,024 of them, drawn by the seed."""
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.permutation(len(inputs.labels))[:INPUTS])
    drawn = np.sort(rng.permutation(len(train.labels))[:INPUTS])
    rows, sample = inputs.sentences[chosen], train.sentences[drawn]
    predictor = checkpoint.predictor()
    said = _said(checkpoint, train.labels, rows)
    middle = topic(sample).mean(axis=0) if train.table else np.zeros(sample.shape[2], sample.dtype)
    about, others = unit(topic(rows) - middle), unit(topic(sample) - middle)
    scores, known = _wide(predictor, rows), _wide(predictor, sample)
    nearest = np.argpartition(_squares(scores, known), min(HEAVIEST, len(known)) - 1, axis=1)[:, :HEAVIEST]
    shown = np.argsort(-said.weights, axis=1, kind="stable")[:, :SHOWN]
    told = _mixed(
        np.take_along_axis(said.weights, shown, axis=1), np.take_along_axis(said.labels, shown[:, :, None], 1)
    )
    whole = np.einsum("bp,bpt->bt", said.weights, said.labels)
    return Promise(
        carried=_explained(said.prediction, whole),
        anchored=_explained(said.prediction, said.weights @ said.anchors),
        told=_explained(said.prediction, told),
        content=_likeness(about, unit(topic(train.sentences[said.carriers.ravel()]) - middle), said.carriers.shape[1]),
        content_chance=float(np.mean(about @ others.T)),
        content_score_only=_likeness(about, others[nearest.ravel()], nearest.shape[1]),
        voters_80=said.voters,
        prototypes_80=float(needed_prototypes(said.weights, SHARE).mean()),
    )


def _said(checkpoint: Checkpoint, labels: NDArray[np.float64], rows: NDArray[np.floating]) -> _Said:
    """Ask who says what: voters, or where experts speak, the labels of their anchors."""
    target = checkpoint.target
    anchors = target.exact(checkpoint.taught(labels)[checkpoint.anchors])
    if checkpoint.ballot is None:
        answer = checkpoint.routed().answer(rows)
        weights = np.asarray(answer.weights, np.float64)
        heavy = np.argsort(-weights, axis=1, kind="stable")[:, :HEAVIEST]
        return _Said(
            weights=weights,
            labels=np.broadcast_to(anchors, (*weights.shape, anchors.shape[1])),
            prediction=_scaled(checkpoint, answer.predictions),
            anchors=anchors,
            carriers=checkpoint.anchors[heavy],
            voters=float(needed_prototypes(weights, SHARE).mean()),
        )
    predictor = checkpoint.ballot.predictor(checkpoint.config, target)
    votes = [predictor.votes(rows[first : first + 256]) for first in range(0, len(rows), 256)]
    carriers = [
        np.take_along_axis(each.places, np.argsort(-each.alphas, axis=1, kind="stable")[:, :HEAVIEST], axis=1)
        for each in votes
    ]
    return _Said(
        weights=np.concatenate([each.weights for each in votes]),
        labels=np.concatenate([each.said for each in votes]),
        prediction=np.concatenate([each.prediction for each in votes]),
        anchors=anchors,
        carriers=predictor.voters.rows[np.concatenate(carriers)],
        voters=float(np.concatenate([needed_prototypes(each.alphas, SHARE) for each in votes]).mean()),
    )


def _scaled(checkpoint: Checkpoint, predictions: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return predictions in scaled units, probabilities of classes. *Shape:* (B,) or (B, T) to (B, T)."""
    reported = np.asarray(checkpoint.target.reported(predictions), np.float64)
    return checkpoint.target.exact(reported) if reported.ndim == 1 else reported


def _wide(predictor: Answering, rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return predictions as points. *Shape:* (B, T)."""
    predicted = predictor.predict(rows)
    return predicted[:, None] if predicted.ndim == 1 else predicted


def _squares(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.float64]:
    squares: NDArray[np.float64] = (points**2).sum(1)[:, None] + (centres**2).sum(1)[None] - 2.0 * points @ centres.T
    return squares


def _mixed(weights: NDArray[np.floating], labels: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the weighted mean. *Shapes:* (B, K), (B, K, T) to (B, T)."""
    total = weights.sum(axis=1, keepdims=True)
    mean: NDArray[np.float64] = np.einsum("bk,bkt->bt", weights / np.where(total > 0.0, total, 1.0), labels)
    return mean


def _explained(prediction: NDArray[np.floating], said: NDArray[np.floating]) -> float:
    """Return the R2 of predictions (B, T) by what is said (B, T); 1 where all predictions are alike and said."""
    off, spread = np.mean((prediction - said) ** 2), np.mean((prediction - prediction.mean(axis=0)) ** 2)
    return float(1.0 - off / spread) if spread > 0.0 else float(off == 0.0)


def _likeness(about: NDArray[np.floating], carriers: NDArray[np.floating], each: int) -> float:
    """Return the mean cosine of inputs (B, H) and their carriers (B * each, H)."""
    return float(np.einsum("bh,bkh->bk", about, carriers.reshape(len(about), each, -1)).mean())
