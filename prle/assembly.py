"""From settings to a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.errors import UsageError
from prle.experts import EXPERTS
from prle.model import PRLE
from prle.projections import PROJECTIONS
from prle.retrieval import RetrievalSpace
from prle.routers import ROUTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import Config, TrainConfig

PAIRS: Final[Mapping[str, object]] = {
    "em_alt_training": True,
    "batch_size": 32,
    "learning_rate": 1.5e-4,
    "expert_learning_rate": 3e-5,
}
"""How pairs are trained: in turns, and in small steps, since experts begin at a calibrated cosine, nearly right."""

SINGLES: Final[Mapping[str, object]] = {
    "em_alt_training": False,
    "batch_size": 128,
    "learning_rate": 5e-4,
    "expert_learning_rate": 5e-4,
}
"""How single texts are trained: all at once, since the hidden layers and what reads them have to find each other."""


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
    return config.model_copy(
        update={
            "value_space": space.model_copy(update={"projection": projection}),
            "experts": config.experts.model_copy(update={"init": init, "solver": _settle_solver(config)}),
            "train": _settle_train(config.train, pairs=pairs),
        }
    )


def _settle_train(train: TrainConfig, *, pairs: bool) -> TrainConfig:
    """Settle how to train: what validation chose for pairs, and for single texts (benchmarks/LOG.md)."""
    chosen = PAIRS if pairs else SINGLES
    return train.model_copy(update={key: value for key, value in chosen.items() if getattr(train, key) == "auto"})


def _settle_solver(config: Config) -> str:
    """Settle how the experts' own parts are found.

    :raises UsageError: where a closed form is asked for that does not exist.
    """
    experts = config.experts
    if experts.solver == "ridge" and experts.kind != "linear":
        message = f"solver ridge: expected linear experts, got {experts.kind}."
        raise UsageError(message, hint="use --experts linear")
    if experts.solver == "auto":
        return "ridge" if experts.kind == "linear" else "gradient"
    return experts.solver


def assemble(config: Config) -> PRLE:
    """Build the model that settled settings describe."""
    if config.value_space.projection == "auto":
        message = "value_space.projection: expected a settled name, got auto."
        raise UsageError(message)
    return PRLE(
        retrieval=retrieval_space(config),
        projection=PROJECTIONS[config.value_space.projection](config.value_space),
        router=ROUTERS[config.router.kind](config.router),
        experts=EXPERTS[config.experts.kind](config.experts),
    )


def retrieval_space(config: Config) -> RetrievalSpace:
    """Build the space in which nearness is measured."""
    weight = config.retrieval.cosine_weight
    return RetrievalSpace(
        cosine_weight=None if weight == "auto" else weight, topic_weight=config.retrieval.topic_weight
    )
