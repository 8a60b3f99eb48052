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
    from prle.config import Config, TrainConfig

PAIR_EXPERT_RATE: Final = 3e-5
"""Experts of pairs start at a calibrated cosine, which is nearly right: small steps."""

SINGLE_EXPERT_RATE: Final = 1.5e-4


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
    settled = config.model_copy(
        update={
            "value_space": space.model_copy(update={"projection": projection}),
            "experts": config.experts.model_copy(update={"init": init}),
            "train": _settle_train(config, pairs=pairs),
        }
    )
    _check_closed_form(settled)
    return settled


def _settle_train(config: Config, *, pairs: bool) -> TrainConfig:
    """Settle how to train: what validation chose for pairs, and for single texts (benchmarks/LOG.md)."""
    train = config.train
    em = pairs if train.em_alt_training == "auto" else train.em_alt_training
    closed = train.em_closed_form
    if closed == "auto":
        closed = pairs and em and config.experts.kind == "linear"
    rate = train.expert_learning_rate
    if rate == "auto":
        rate = PAIR_EXPERT_RATE if pairs else SINGLE_EXPERT_RATE
    return train.model_copy(update={"em_alt_training": em, "em_closed_form": closed, "expert_learning_rate": rate})


def _check_closed_form(config: Config) -> None:
    """Raise where a closed form is asked for that does not exist."""
    wanted = {"solver ridge": config.experts.solver == "ridge", "em_closed_form": config.train.em_closed_form is True}
    for setting, asked in wanted.items():
        if asked and config.experts.kind != "linear":
            message = f"{setting}: expected linear experts, got {config.experts.kind}."
            raise UsageError(message, hint="use --experts linear")
    if config.train.em_closed_form is True and not config.train.em_alt_training:
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
