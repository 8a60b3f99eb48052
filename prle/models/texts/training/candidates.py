"""What is tried where settings leave it open: maps and routings, the simplest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from prle.config import MatrixName, RoutingName
from prle.errors import UsageError
from prle.models.texts.experts import MATRICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prle.config import Config

PENALTIES: Final = (10.0, 30.0, 100.0, 300.0)
CLUSTER_PENALTIES: Final = (30.0, 100.0)
"""What is tried for a ridge penalty that is left open: of one map, and of one for each cluster."""

TEMPERATURES: Final = (0.03, 0.1)
USUAL_TEMPERATURE: Final = 0.1
"""What is tried for a routing temperature that is left open; and where it only decides for questions of no place."""

_ONE_MAP: Final[tuple[MatrixName, ...]] = ("identity", "ridge", "low_rank", "two_sided")
_SEVERAL: Final[tuple[MatrixName, ...]] = ("cluster_ridge", "gated_low_rank")
"""What is tried for maps that are left open: rotations are not, which fit their pairs too well."""

SMALL: Final = 1_000
LARGE: Final = 10_000
"""Document 003 advises one map below the first, and clusters by content above the second."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One way to be fitted.

    :param penalty: of ridge maps; 0 where there are none.
    :param temperature: of the routing; 0 where it has none.
    """

    matrices: MatrixName
    routing: RoutingName
    penalty: float = 0.0
    temperature: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What decides which candidates there are.

    :param rows: training questions.
    :param one_space: whether questions and texts live in one space.
    :param groups: how many different groups are known; 0 where there are none.
    :param paths: likewise.
    """

    rows: int
    one_space: bool
    groups: int
    paths: int


def advised(situation: Situation) -> RoutingName:
    """Return what document 003 advises for so many rows: one map, a map for each group, or clusters by content."""
    if situation.rows < SMALL:
        return "global"
    if situation.groups > 1 and situation.rows <= LARGE:
        return "group"
    return "federated"


def candidates(config: Config, situation: Situation) -> tuple[Candidate, ...]:
    """Return everything that the settings allow, the simplest first; the raw vector is among it unless it is ruled out.

    :raises UsageError: for maps that need one space where there are two.
    """
    found = dict.fromkeys(_found(config, situation))
    return tuple(found)


def _found(config: Config, situation: Situation) -> Iterator[Candidate]:
    for routing in _routings(config, situation):
        for matrices in _maps(config, routing, situation):
            for penalty in _penalties(config, matrices):
                for temperature in _temperatures(config, routing):
                    yield Candidate(matrices=matrices, routing=routing, penalty=penalty, temperature=temperature)


def _penalties(config: Config, matrices: MatrixName) -> tuple[float, ...]:
    if matrices not in ("ridge", "cluster_ridge"):
        return (0.0,)
    if config.answers.penalty != "auto":
        return (config.answers.penalty,)
    return PENALTIES if matrices == "ridge" else CLUSTER_PENALTIES


def _temperatures(config: Config, routing: RoutingName) -> tuple[float, ...]:
    if routing == "global":
        return (0.0,)
    if config.answers.temperature != "auto":
        return (config.answers.temperature,)
    return TEMPERATURES if routing in ("federated", "exemplar") else (USUAL_TEMPERATURE,)


def _routings(config: Config, situation: Situation) -> tuple[RoutingName, ...]:
    wanted, matrices = config.answers.routing, config.answers.matrices
    if wanted != "auto":
        return (wanted,)
    if matrices != "auto" and not MATRICES[matrices].clustered:
        return ("global",)
    known = {"group": situation.groups > 1, "path": situation.paths > 1}
    routings: tuple[RoutingName, ...] = get_args(RoutingName)
    return tuple(name for name in routings if known.get(name, True) and (name != "global" or matrices == "auto"))


def _maps(config: Config, routing: RoutingName, situation: Situation) -> tuple[MatrixName, ...]:
    wanted = config.answers.matrices
    if wanted != "auto":
        if MATRICES[wanted].one_space and not situation.one_space:
            message = f"--matrices {wanted}: expected questions and texts in one space, got two of different width."
            raise UsageError(message, hint="ridge, cluster_ridge, low_rank and gated_low_rank map between spaces")
        return (wanted,)
    return _ONE_MAP if routing == "global" else _SEVERAL
