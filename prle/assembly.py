"""From settings to a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prle.errors import UsageError
from prle.experts import EXPERTS
from prle.model import PRLE
from prle.projections import PROJECTIONS
from prle.retrieval import RetrievalSpace
from prle.routers import ROUTERS

if TYPE_CHECKING:
    from prle.config import Config, ExpertConfig, ExpertInitName, ProjectionName, Section, ValueSpaceConfig


@dataclass(frozen=True, kw_only=True)
class _Defaults:
    """What ``auto`` means for one kind of rows, by setting, as validation chose it (benchmarks/LOG.md)."""

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


def settle(config: Config, sentences: int, *, table: bool = False) -> Config:
    """Replace every ``auto`` but a number of prototypes by what it means for rows of S ``sentences``, or a ``table``.

    :raises UsageError: where a setting needs a pair and rows are single texts, or a closed form does not exist.
    """
    pairs = sentences == 2
    defaults = _TABLES if table else _PAIRS if pairs else _TEXTS
    space = config.value_space
    if not space.enabled:
        space = space.model_copy(update={"projection": "identity"})
    space = space.model_copy(update=_settled(space, defaults))
    if space.projection == "siamese" and not pairs:
        each = "a table" if table else "one text a row"
        message = f"projection siamese: expected rows of two texts, this workspace has {each}."
        raise UsageError(message, hint="use --projection mlp")
    experts = {"init": _settled_init(config, space, pairs=pairs), "solver": _settled_solver(config.experts)}
    return config.model_copy(
        update={
            "value_space": space,
            "experts": config.experts.model_copy(update=experts),
            "train": config.train.model_copy(update=_settled(config.train, defaults)),
        }
    )


def _settled(section: Section, defaults: _Defaults) -> dict[str, object]:
    """Return the values of what is ``auto`` in a section."""
    return {name: value for name, value in vars(defaults).items() if getattr(section, name, None) == "auto"}


def _settled_init(config: Config, space: ValueSpaceConfig, *, pairs: bool) -> ExpertInitName:
    """Return the prior of the experts, which is a cosine only where the value space keeps one."""
    name = _named(space)
    keeps = pairs and PROJECTIONS[name](space).keeps_cosine
    init = config.experts.init
    if init == "auto":
        return "calibrated_cosine" if keeps else "meta_linear_regression"
    if init == "calibrated_cosine" and not keeps:
        message = f"expert init calibrated_cosine: expected pairs and a projection that keeps their cosine, got {name}."
        raise UsageError(message, hint="use --expert-init meta_linear_regression")
    return init


def _settled_solver(experts: ExpertConfig) -> str:
    """Return how the experts' own parts are found.

    :raises UsageError: where a closed form is asked for that does not exist.
    """
    if experts.solver == "ridge" and experts.kind != "linear":
        message = f"solver ridge: expected linear experts, got {experts.kind}."
        raise UsageError(message, hint="use --experts linear")
    if experts.solver == "auto":
        return "ridge" if experts.kind == "linear" else "gradient"
    return experts.solver


def _named(space: ValueSpaceConfig) -> ProjectionName:
    """Return the name of the projection, which is no longer ``auto``.

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
    )


def retrieval_space(config: Config) -> RetrievalSpace:
    """Build the space in which nearness is measured."""
    weight = config.retrieval.cosine_weight
    return RetrievalSpace(
        cosine_weight=None if weight == "auto" else weight, topic_weight=config.retrieval.topic_weight
    )
