"""From settings to a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.errors import UsageError
from prle.experts import CLASS_STARTS, EXPERTS, NUMBER_STARTS
from prle.geometry import softmax
from prle.model import PRLE
from prle.projections import PROJECTIONS
from prle.retrieval import RetrievalSpace
from prle.routers import ROUTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config import CombineName, Config, ExpertConfig, ExpertInitName, TrainConfig
    from prle.shapes import Array
    from prle.targets import TargetName

PAIR_EXPERT_RATE: Final = 3e-5
"""Experts of pairs start at a calibrated cosine, which is nearly right: small steps."""

SINGLE_EXPERT_RATE: Final = 1.5e-4

CLASS_EXPERT_RATE: Final = 5e-4
"""Class probabilities saturate, and with them gradients: larger steps."""


def as_it_is(outputs: Array) -> Array:
    """Sum what experts say. Any shape."""
    return outputs


LINKS: Final[Mapping[CombineName, Callable[[Array], Array]]] = {
    "outputs": as_it_is,
    "probabilities": softmax,
    "logits": as_it_is,
}
"""What experts say becomes what is summed."""


def settle(config: Config, sentences: int, target: TargetName = "number") -> Config:
    """Replace every ``auto`` by what it means for rows of S ``sentences`` and a kind of target.

    :raises UsageError: where a setting needs a pair and rows are single texts, or numbers and labels are classes.
    """
    pairs = sentences == 2
    space = config.value_space
    projection = "identity" if not space.enabled else space.projection
    if projection == "auto":
        projection = "siamese" if pairs else "mlp" if target == "number" else "identity"
    if projection == "siamese" and not pairs:
        message = "projection siamese: expected rows of two texts, this workspace has one text a row."
        raise UsageError(message, hint="use --projection mlp")
    keeps = pairs and PROJECTIONS[projection](space).keeps_cosine
    settled = config.model_copy(
        update={
            "value_space": space.model_copy(update={"projection": projection}),
            "experts": _settle_experts(config.experts, projection, target, keeps=keeps),
            "train": _settle_train(config, target, pairs=pairs),
        }
    )
    _check_closed_form(settled, target)
    return settled


def _settle_experts(experts: ExpertConfig, projection: str, target: TargetName, *, keeps: bool) -> ExpertConfig:
    """Settle where experts start and what of theirs is summed.

    :param keeps: whether rows are pairs and ``projection`` keeps their cosine.
    """
    init, combine, classes = experts.init, experts.combine, target != "number"
    usual: ExpertInitName = (
        "meta_logistic_regression" if classes else "calibrated_cosine" if keeps else "meta_linear_regression"
    )
    if init == "auto":
        init = usual
    if init not in (CLASS_STARTS if classes else NUMBER_STARTS):
        message = f"expert init {init}: expected a start for {'classes' if classes else 'numbers'}."
        raise UsageError(message, hint=f"use --expert-init {usual}")
    if init == "calibrated_cosine" and not keeps:
        message = (
            f"expert init calibrated_cosine: expected pairs and a projection that keeps their cosine, got {projection}."
        )
        raise UsageError(message, hint="use --expert-init meta_linear_regression")
    if combine == "auto":
        combine = "probabilities" if classes else "outputs"
    if (combine != "outputs") != classes:
        allowed = "probabilities or logits for classes" if classes else "outputs for numbers"
        message = f"experts.combine: expected {allowed}, got {combine}."
        raise UsageError(message, hint="leave out --combine")
    return experts.model_copy(update={"init": init, "combine": combine})


def _settle_train(config: Config, target: TargetName, *, pairs: bool) -> TrainConfig:
    """Settle how to train: what validation chose for pairs, and for single texts (benchmarks/LOG.md)."""
    train = config.train
    closed_pairs = pairs and target == "number"
    em = closed_pairs if train.em_alt_training == "auto" else train.em_alt_training
    closed = train.em_closed_form
    if closed == "auto":
        closed = closed_pairs and em and config.experts.kind == "linear"
    rate = train.expert_learning_rate
    if rate == "auto":
        rate = CLASS_EXPERT_RATE if target != "number" else PAIR_EXPERT_RATE if pairs else SINGLE_EXPERT_RATE
    return train.model_copy(update={"em_alt_training": em, "em_closed_form": closed, "expert_learning_rate": rate})


def _check_closed_form(config: Config, target: TargetName) -> None:
    """Raise where a closed form is asked for that does not exist."""
    wanted = {"solver ridge": config.experts.solver == "ridge", "em_closed_form": config.train.em_closed_form is True}
    for setting, asked in wanted.items():
        if asked and target != "number":
            message = f"{setting}: expected labels that are numbers; class probabilities have no closed form."
            raise UsageError(message, hint="leave out --experts-solver and --em-solve")
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
        # Models of before there were classes do not say what they sum: it is what experts say.
        link=LINKS["outputs" if config.experts.combine == "auto" else config.experts.combine],
    )
