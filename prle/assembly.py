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
    from prle.config import Config, ExpertInitName, ProjectionName, Section, ValueSpaceConfig


@dataclass(frozen=True, kw_only=True)
class _Defaults:
    """What ``auto`` means for one kind of rows, by setting, as validation chose it (benchmarks/LOG.md)."""

    projection: ProjectionName = "mlp"
    dropout: float = 0.5
    input_dropout: float = 0.3
    em_alt_training: bool = False
    batch_size: int = 32
    learning_rate: float = 1.5e-4
    expert_learning_rate: float = 1.5e-4
    patience: int = 8


_TEXTS: Final = _Defaults()

# Experts of pairs start at a calibrated cosine, which is nearly right: small steps.
_PAIRS: Final = _Defaults(projection="siamese", em_alt_training=True, expert_learning_rate=3e-5)

# Columns of a table do not say the same twice, as those of an embedding do: nothing is silenced on the way in.
_TABLES: Final = _Defaults(
    dropout=0.1, input_dropout=0.0, batch_size=128, learning_rate=5e-4, expert_learning_rate=5e-4, patience=16
)


def settle(config: Config, sentences: int, *, table: bool = False) -> Config:
    """Replace every ``auto`` by what it means for rows of S ``sentences``, or of a ``table``.

    :raises UsageError: where a setting needs a pair and rows are single texts.
    """
    pairs = sentences == 2
    defaults = _TABLES if table else _PAIRS if pairs else _TEXTS
    space = config.value_space
    if not space.enabled:
        space = space.model_copy(update={"projection": "identity"})
    space = space.model_copy(update=_settled(space, defaults))
    train = config.train.model_copy(update=_settled(config.train, defaults))
    if train.em_closed_form == "auto":
        solved = pairs and train.em_alt_training is True and config.experts.kind == "linear"
        train = train.model_copy(update={"em_closed_form": solved})
    if space.projection == "siamese" and not pairs:
        each = "a table" if table else "one text a row"
        message = f"projection siamese: expected rows of two texts, this workspace has {each}."
        raise UsageError(message, hint="use --projection mlp")
    init = _settled_init(config, space, pairs=pairs)
    experts = config.experts.model_copy(update={"init": init})
    settled = config.model_copy(update={"value_space": space, "experts": experts, "train": train})
    _check_closed_form(settled)
    return settled


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


def _named(space: ValueSpaceConfig) -> ProjectionName:
    """Return the name of the projection, which is no longer ``auto``.

    :raises UsageError: where it still is.
    """
    if space.projection == "auto":
        message = "value_space.projection: expected a settled name, got auto."
        raise UsageError(message)
    return space.projection


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
    return PRLE(
        retrieval=RetrievalSpace(),
        projection=PROJECTIONS[_named(config.value_space)](config.value_space),
        router=ROUTERS[config.router.kind](config.router),
        experts=EXPERTS[config.experts.kind](config.experts),
    )
