"""From settings to a model, and from training rows to its first parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.errors import UsageError
from prle.experts import EXPERTS, WARM_STARTS, Ground, neighbourhood_labels
from prle.model import PRLE
from prle.projections import PROJECTIONS, Points
from prle.prototypes import SELECTIONS
from prle.retrieval import RetrievalSpace
from prle.routers import ROUTERS, Spaces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import Config
    from prle.model import ModelParameters
    from prle.targets import NumberTarget

BLOCK: Final = 4096
"""Rows routed at a time, so that the intermediates of a router stay bounded."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where training begins.

    :param anchors: the training row of each prototype. *Shape:* (P,)
    """

    parameters: ModelParameters
    anchors: NDArray[np.int64]


def settle(config: Config, sentences: int) -> Config:
    """Replace every ``auto`` by what it means for rows of S ``sentences``.

    :raises UsageError: where a setting needs a pair and rows are single texts.
    """
    pairs = sentences == 2
    space = config.value_space
    projection = "identity" if not space.enabled else space.projection
    if projection == "auto":
        projection = "siamese" if pairs else "mlp"
    if projection == "siamese" and not pairs:
        message = "projection siamese: expected rows of two texts, this workspace has one text a row."
        raise UsageError(message, hint="use --projection mlp")
    keeps = pairs and PROJECTIONS[projection](space).keeps_cosine
    init = config.experts.init
    if init == "auto":
        init = "calibrated_cosine" if keeps else "meta_linear_regression"
    if init == "calibrated_cosine" and not keeps:
        message = (
            f"expert init calibrated_cosine: expected pairs and a projection that keeps their cosine, got {projection}."
        )
        raise UsageError(message, hint="use --expert-init meta_linear_regression")
    _check_closed_form(config)
    return config.model_copy(
        update={
            "value_space": space.model_copy(update={"projection": projection}),
            "experts": config.experts.model_copy(update={"init": init}),
        }
    )


def _check_closed_form(config: Config) -> None:
    """Raise where a closed form is asked for that does not exist."""
    wanted = {"solver ridge": config.experts.solver == "ridge", "em_closed_form": config.train.em_closed_form}
    for setting, asked in wanted.items():
        if asked and config.experts.kind != "linear":
            message = f"{setting}: expected linear experts, got {config.experts.kind}."
            raise UsageError(message, hint="use --experts linear")
    if config.train.em_closed_form and not config.train.em_alt_training:
        message = "em_closed_form: expected phases that alternate, got joint training."
        raise UsageError(message, hint="use --em")


def assemble(config: Config) -> PRLE:
    """Build the model that settled settings describe."""
    if config.value_space.projection == "auto":
        message = "value_space.projection: expected a settled name, got auto."
        raise UsageError(message)
    return PRLE(
        retrieval=RetrievalSpace(),
        projection=PROJECTIONS[config.value_space.projection](config.value_space),
        router=ROUTERS[config.router.kind](config.router),
        experts=EXPERTS[config.experts.kind](config.experts),
    )


def start(
    model: PRLE,
    config: Config,
    target: NumberTarget,
    sentences: NDArray[np.float32],
    labels: NDArray[np.float64],
) -> Start:
    """Choose the first prototypes and measure every part's first parameters on the training rows.

    :param sentences: frozen vectors. *Shape:* (N, S, H)
    :param labels: label units. *Shape:* (N,)
    :raises UsageError: for more prototypes than training rows.
    """
    if config.prototypes.count > len(sentences):
        message = f"prototypes: expected at most one a training row ({len(sentences)}), got {config.prototypes.count}."
        raise UsageError(message, hint=f"use --prototypes {len(sentences)} or fewer")
    if config.experts.init == "auto":
        message = "experts.init: expected a settled name, got auto."
        raise UsageError(message)
    rng = np.random.default_rng(config.train.seed)
    space = model.retrieval.start(sentences)
    points = Points(sentences=sentences, retrieval=model.retrieval(space, sentences))
    anchors = SELECTIONS[config.prototypes.init](points.retrieval, config.prototypes.count, rng)
    projection = model.projection.start(points, space, rng)
    inputs = Spaces(retrieval=points.retrieval, value=model.projection(projection, points, None))
    prototypes = Spaces(retrieval=inputs.retrieval[anchors], value=inputs.value[anchors])
    router = model.router.start(inputs, prototypes, rng)
    scaled = target.scaled(labels)
    ground = Ground(
        prior=WARM_STARTS[config.experts.init](inputs.value, scaled, rng),
        prototypes=prototypes.value,
        labels=neighbourhood_labels(_responsibilities(model, router, inputs, prototypes), scaled, anchors),
    )
    return Start(
        parameters={
            "retrieval": space,
            "prototypes": {"vectors": sentences[anchors].copy()},
            "projection": projection,
            "router": router,
            "experts": model.experts.start(ground, rng),
        },
        anchors=anchors,
    )


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
