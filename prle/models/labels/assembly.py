"""From settings to a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prle.arrays.geometry import softmax
from prle.errors import UsageError
from prle.models.labels.experts import CLASS_STARTS, EXPERTS, NUMBER_STARTS
from prle.models.labels.model import PRLE
from prle.models.labels.projections import PROJECTIONS
from prle.models.labels.retrieval import RetrievalSpace
from prle.models.labels.routers import ROUTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.arrays.shapes import Array
    from prle.config import (
        CombineName,
        Config,
        ExpertConfig,
        ExpertInitName,
        ProjectionName,
        Section,
        ValueSpaceConfig,
    )
    from prle.models.labels.targets import TargetName


@dataclass(frozen=True, kw_only=True)
class RowKind:
    """What rows are, as far as the meaning of ``auto`` depends on it.

    :param sentences: S, how many texts a row has: 1, or 2 for pairs.
    :param table: whether that text stands for the cells of a table.
    :param target: what labels are.
    """

    sentences: int
    table: bool = False
    target: TargetName = "number"

    @property
    def pairs(self) -> bool:
        """Whether a row is two texts."""
        return self.sentences == 2

    @property
    def classes(self) -> bool:
        """Whether labels are classes."""
        return self.target != "number"


@dataclass(frozen=True, kw_only=True)
class _Defaults:
    """What ``auto`` means for one kind of rows, by setting, as validation chose it (benchmarks/log/defaults.md)."""

    projection: ProjectionName = "mlp"
    dropout: float = 0.5
    input_dropout: float = 0.3
    em_alt_training: bool = False
    batch_size: int = 128
    learning_rate: float = 5e-4
    expert_learning_rate: float = 5e-4
    patience: int = 8


# All at once, since the hidden layers and what reads them have to find each other.
_TEXTS: Final = _Defaults()

# In turns and in small steps, since experts of pairs start at a calibrated cosine, which is nearly right.
_PAIRS: Final = _Defaults(
    projection="siamese", em_alt_training=True, batch_size=32, learning_rate=1.5e-4, expert_learning_rate=3e-5
)

# Columns of a table do not say the same twice, as those of an embedding do: nothing is silenced on the way in.
_TABLES: Final = _Defaults(dropout=0.1, input_dropout=0.0, patience=16)

# Class probabilities saturate, and with them gradients: larger steps of the experts than of what places them.
_CLASS_TEXTS: Final = _Defaults(projection="identity", batch_size=32, learning_rate=1.5e-4)
_CLASS_PAIRS: Final = _Defaults(projection="siamese", batch_size=32, learning_rate=1.5e-4)


def as_it_is(outputs: Array) -> Array:
    """Sum what experts say. Any shape."""
    return outputs


LINKS: Final[Mapping[CombineName, Callable[[Array], Array]]] = {
    "outputs": as_it_is,
    "probabilities": softmax,
    "logits": as_it_is,
}
"""What experts say becomes what is summed."""


def settle(config: Config, kind: RowKind) -> Config:
    """Replace every ``auto`` but a number of prototypes by what it means for rows of a kind.

    :raises UsageError: where a setting needs a pair and rows are single texts, numbers and labels are classes, or a
        closed form that does not exist.
    """
    defaults, space = _defaults(kind), config.value_space
    if not space.enabled:
        space = space.model_copy(update={"projection": "identity"})
    space = space.model_copy(update=_settled(space, defaults))
    if space.projection == "siamese" and not kind.pairs:
        each = "a table" if kind.table else "one text a row"
        message = f"projection siamese: expected rows of two texts, this workspace has {each}."
        raise UsageError(message, hint="use --projection mlp")
    experts = {
        "init": _settled_init(config.experts, space, kind),
        "combine": _settled_combine(config.experts, kind),
        "solver": _settled_solver(config.experts, kind),
    }
    return config.model_copy(
        update={
            "value_space": space,
            "experts": config.experts.model_copy(update=experts),
            "train": config.train.model_copy(update=_settled(config.train, defaults)),
        }
    )


def _defaults(kind: RowKind) -> _Defaults:
    """Return what ``auto`` means for rows of a kind."""
    if kind.table:
        return _TABLES
    if kind.classes:
        return _CLASS_PAIRS if kind.pairs else _CLASS_TEXTS
    return _PAIRS if kind.pairs else _TEXTS


def _settled(section: Section, defaults: _Defaults) -> dict[str, object]:
    """Return the values of what is ``auto`` in a section."""
    return {name: value for name, value in vars(defaults).items() if getattr(section, name, None) == "auto"}


def _settled_init(experts: ExpertConfig, space: ValueSpaceConfig, kind: RowKind) -> ExpertInitName:
    """Return the prior of the experts, which is a cosine only where the value space keeps one.

    :raises UsageError: for a prior that does not suit the labels or the value space.
    """
    name, init = _named(space), experts.init
    keeps = kind.pairs and PROJECTIONS[name](space).keeps_cosine
    usual: ExpertInitName = "calibrated_cosine" if keeps else "meta_linear_regression"
    if kind.classes:
        usual = "meta_logistic_regression"
    if init == "auto":
        return usual
    if init not in (CLASS_STARTS if kind.classes else NUMBER_STARTS):
        message = f"expert init {init}: expected a start for {'classes' if kind.classes else 'numbers'}."
        raise UsageError(message, hint=f"use --expert-init {usual}")
    if init == "calibrated_cosine" and not keeps:
        message = f"expert init calibrated_cosine: expected pairs and a projection that keeps their cosine, got {name}."
        raise UsageError(message, hint="use --expert-init meta_linear_regression")
    return init


def _settled_combine(experts: ExpertConfig, kind: RowKind) -> CombineName:
    """Return what of the experts is summed.

    :raises UsageError: for what labels of this kind have not.
    """
    if experts.combine == "auto":
        return "probabilities" if kind.classes else "outputs"
    if (experts.combine != "outputs") != kind.classes:
        allowed = "probabilities or logits for classes" if kind.classes else "outputs for numbers"
        message = f"experts.combine: expected {allowed}, got {experts.combine}."
        raise UsageError(message, hint="leave out --combine")
    return experts.combine


def _settled_solver(experts: ExpertConfig, kind: RowKind) -> str:
    """Return how the experts' own parts are found.

    :raises UsageError: where a closed form is asked for that does not exist.
    """
    if experts.solver == "ridge" and kind.classes:
        message = "solver ridge: expected labels that are numbers; class probabilities have no closed form."
        raise UsageError(message, hint="leave out --experts-solver")
    if experts.solver == "ridge" and experts.kind != "linear":
        message = f"solver ridge: expected linear experts, got {experts.kind}."
        raise UsageError(message, hint="use --experts linear")
    if experts.solver == "auto":
        return "ridge" if experts.kind == "linear" and not kind.classes else "gradient"
    return experts.solver


def _named(space: ValueSpaceConfig) -> ProjectionName:
    """Return the name of the projection, which has to be settled.

    :raises UsageError: where it still is.
    """
    if space.projection == "auto":
        message = "value_space.projection: expected a settled name, got auto."
        raise UsageError(message)
    return space.projection


def assemble(config: Config) -> PRLE:
    """Build the model that settled settings describe."""
    return PRLE(
        retrieval=retrieval_space(config),
        projection=PROJECTIONS[_named(config.value_space)](config.value_space),
        router=ROUTERS[config.router.kind](config.router),
        experts=EXPERTS[config.experts.kind](config.experts),
        # A stored model that does not say what it sums has numbers: it is what experts say.
        link=LINKS["outputs" if config.experts.combine == "auto" else config.experts.combine],
    )


def retrieval_space(config: Config) -> RetrievalSpace:
    """Build the space in which nearness is measured."""
    weight = config.retrieval.cosine_weight
    return RetrievalSpace(
        cosine_weight=None if weight == "auto" else weight, topic_weight=config.retrieval.topic_weight
    )
