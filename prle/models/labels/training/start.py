"""Where training begins: the first prototypes, and every part's first parameters, measured on the training rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.errors import UsageError
from prle.models.labels.experts import WARM_STARTS, Ground, neighbourhood_labels
from prle.models.labels.projections import Points
from prle.models.labels.prototypes import METRICS, SELECTIONS
from prle.models.labels.routers import Spaces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.config import Config
    from prle.models.labels.model import PRLE, ModelParameters
    from prle.models.labels.targets import Target

SAMPLE: Final = 1 << 15
"""Training rows that the first prototypes are chosen among, and first parameters measured on, at most."""

BLOCK: Final = 4096
"""Rows routed at a time, so that the intermediates of a router stay bounded."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where training begins.

    :param anchors: the training row of each prototype. *Shape:* (P,)
    """

    parameters: ModelParameters
    anchors: NDArray[np.int64]


def start(
    model: PRLE,
    config: Config,
    target: Target,
    sentences: Sentences,
    labels: NDArray[np.float64],
    *,
    anchors: NDArray[np.int64] | None = None,
) -> Start:
    """Choose the first prototypes and measure every part's first parameters on the training rows.

    Of more than :data:`SAMPLE` rows that many are drawn, and seen by all of this in the place of all.

    :param sentences: frozen vectors. *Shape:* (N, S, H)
    :param labels: label units or codes. *Shape:* (N,)
    :param anchors: the training rows to begin on, where they were chosen before. *Shape:* (P,)
    :raises UsageError: for more prototypes than training rows.
    """
    count = config.prototypes.count
    if count == "auto":
        message = "prototypes.count: expected a settled number, got auto."
        raise UsageError(message)
    if count > len(sentences):
        message = f"prototypes: expected at most one a training row ({len(sentences)}), got {count}."
        raise UsageError(message, hint=f"use --prototypes {len(sentences)} or fewer")
    if config.experts.init == "auto":
        message = "experts.init: expected a settled name, got auto."
        raise UsageError(message)
    rng = np.random.default_rng(config.train.seed)
    chosen = _sample(len(sentences), max(SAMPLE, count), anchors, rng)
    if anchors is not None:
        anchors = np.searchsorted(chosen, anchors)
    sentences, labels = sentences[chosen], labels[chosen]
    space = model.retrieval.start(sentences)
    points = Points(sentences=sentences, retrieval=model.retrieval(space, sentences))
    if anchors is None:
        placed = METRICS[config.prototypes.metric](points.retrieval)
        anchors = SELECTIONS[config.prototypes.init](placed, count, rng)
    projection = model.projection.start(points, space, rng)
    inputs = Spaces(retrieval=points.retrieval, value=model.projection(projection, points, None))
    prototypes = Spaces(retrieval=inputs.retrieval[anchors], value=inputs.value[anchors])
    router = model.router.start(inputs, prototypes, rng)
    scaled = target.scaled(labels)
    ground = Ground(
        prior=WARM_STARTS[config.experts.init](inputs.value, scaled, rng),
        inputs=inputs.value,
        prototypes=prototypes.value,
        labels=target.level(
            neighbourhood_labels(_responsibilities(model, router, inputs, prototypes), scaled, anchors),
            scaled.mean(axis=0, dtype=np.float64),
        ),
    )
    return Start(
        parameters={
            "retrieval": space,
            "prototypes": {"vectors": sentences[anchors].copy()},
            "projection": projection,
            "router": router,
            "experts": model.experts.start(ground, rng),
        },
        anchors=chosen[anchors],
    )


def _sample(rows: int, most: int, anchors: NDArray[np.int64] | None, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return all row numbers, or of more than ``most`` as many drawn at random and the anchors, ascending."""
    if rows <= most:
        return np.arange(rows)
    drawn = rng.choice(rows, size=most, replace=False)
    return np.unique(drawn if anchors is None else np.concatenate([drawn, anchors]))


def _responsibilities(
    model: PRLE, router: dict[str, NDArray[np.float32]], inputs: Spaces, prototypes: Spaces
) -> NDArray[np.floating]:
    """Route all inputs, a block at a time. *Shape:* (N, P)."""
    blocks = [slice(first, first + BLOCK) for first in range(0, len(inputs.value), BLOCK)]
    return np.concatenate(
        [
            model.router(router, Spaces(retrieval=inputs.retrieval[rows], value=inputs.value[rows]), prototypes, None)
            for rows in blocks
        ]
    )
