"""A place in a hierarchy decides: the deepest that is known, and those above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from prle.models.texts.routers.interface import Asked, Routing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from prle.config import RoutingName
    from prle.models.texts.routers.federated import FederatedRouting

Levels = tuple[str, ...]


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class PathRouting(Routing):
    """The longest known prefix of a path takes ``n / (n + prior)``, its parent as much of the rest, and so on.

    n counts the training questions at or below a place, so a place with few of them leaves most to those above it. The
    top takes what is left. ``unknown`` says it for questions of no known place (document 003, hierarchical).

    :param names: the place of each cluster, as :func:`joined` writes it; the empty one, the top, is among them.
    :param sizes: n of each. *Shape:* (K,)
    :param prior: rows.
    """

    name: ClassVar[RoutingName] = "path"

    names: tuple[str, ...]
    sizes: NDArray[np.int64]
    prior: float
    unknown: FederatedRouting

    def __call__(self, asked: Asked) -> NDArray[np.float32]:
        """Return the weights of places. *Shape:* (B, K)."""
        found = np.zeros((len(asked), len(self.names)), np.float32)
        others = []
        for row, known in enumerate(self._places(asked)):
            if len(known) > 1:
                found[row, known] = self._shares(known)
            else:
                others.append(row)
        if others:
            rows = np.array(others, np.int64)
            found[rows] = self.unknown(asked.take(rows))
        return found

    def filed(self, asked: Asked) -> NDArray[np.bool_]:
        """Tell which questions have a known place below the top. *Shape:* (B,)."""
        return np.array([len(known) > 1 for known in self._places(asked)], np.bool_)

    def _places(self, asked: Asked) -> list[list[int]]:
        """Return the known places of each question, from the top to the deepest."""
        place = {name: cluster for cluster, name in enumerate(self.names)}
        paths = asked.paths or ("",) * len(asked)
        return [[place[name] for name in prefixes(levels_of(path)) if name in place] for path in paths]

    def _shares(self, known: list[int]) -> NDArray[np.float64]:
        """Return the weights of places from the top to the deepest one."""
        shares = np.zeros(len(known))
        left = 1.0
        for depth in range(len(known) - 1, 0, -1):
            size = float(self.sizes[known[depth]])
            shares[depth] = left * size / (size + self.prior)
            left -= shares[depth]
        shares[0] = left
        return shares


def levels_of(path: str) -> Levels:
    """Return the levels of ``A > B`` or ``A/B`` from the top; nothing for an empty path."""
    mark = ">" if ">" in path else "/"
    return tuple(level.strip() for level in path.split(mark) if level.strip())


def joined(levels: Iterable[str]) -> str:
    """Return levels as one name; that of the top is empty."""
    return " > ".join(levels)


def prefixes(levels: Levels) -> list[str]:
    """Return the names of all places on the way, the top first."""
    return [joined(levels[:depth]) for depth in range(len(levels) + 1)]
