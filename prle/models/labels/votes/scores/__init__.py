"""Bases: what expects something of a row before anybody votes, and so decides who is near."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from prle.config import BaseName
from prle.errors import UsageError
from prle.models.labels.assembly import settle
from prle.models.labels.votes.scores.boosting import BoostingBase
from prle.models.labels.votes.scores.experts import ExpertsBase
from prle.models.labels.votes.scores.interface import Base, Expected, Learned, Work
from prle.models.labels.votes.scores.kernel import KernelBase
from prle.models.labels.votes.scores.linear import LinearBase
from prle.models.labels.votes.scores.mlp import MLPBase
from prle.models.labels.votes.scores.neighbourhood_map import MapBase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config import Config
    from prle.models.labels.assembly import RowKind

BASES: Final[Mapping[str, Callable[[Config], Base]]] = {
    "experts": lambda config: ExpertsBase(config=config),
    "linear": lambda config: LinearBase(folds=config.votes.folds, seed=config.train.seed),
    "kernel": lambda config: KernelBase(seed=config.train.seed),
    "boosting": lambda config: BoostingBase(folds=config.votes.folds, seed=config.train.seed),
    "mlp": lambda config: MLPBase(folds=config.votes.folds, seed=config.train.seed),
    "map": lambda config: MapBase(
        maps=config.votes.maps * config.train.committee,
        dropout=float(config.value_space.dropout),
        input_dropout=float(config.value_space.input_dropout),
        epochs=config.train.epochs,
        seed=config.train.seed,
    ),
}
"""A base, made from settled settings, by name."""


MANY: Final = 10_000
"""Rows of a table beyond which ``auto`` tries trees alone: what else it tries costs more there, and serves less."""


def suited(kind: RowKind, rows: int) -> tuple[BaseName, ...]:
    """Return what ``auto`` tries for so many rows of a kind; the first is the one to beat (benchmarks/log/votes.md)."""
    if kind.table:
        others: tuple[BaseName, ...] = ("linear", "boosting+linear") if kind.classes else ("kernel", "boosting+kernel")
        return ("boosting", *(others if rows <= MANY else ()))
    if kind.classes:
        return ("experts",) if kind.pairs else ("linear",)
    return ("experts+kernel",) if kind.pairs else ("kernel+map",)


def suiting(kind: RowKind, config: Config) -> tuple[BaseName, ...]:
    """Return all bases, and what is joined of them, that can be fitted to rows of a kind."""
    return tuple(name for name in get_args(BaseName) if _suits(name, kind, settle(config, kind)))


def _suits(name: BaseName, kind: RowKind, config: Config) -> bool:
    try:
        for base in together(name, config).values():
            base.check(kind)
    except UsageError:
        return False
    return True


def together(name: BaseName, config: Config) -> dict[str, Base]:
    """Return the bases that a name joins, from settled settings."""
    return {part: BASES[part](config) for part in name.split("+")}


__all__ = ["BASES", "Base", "Expected", "Learned", "Work", "suited", "suiting", "together"]
