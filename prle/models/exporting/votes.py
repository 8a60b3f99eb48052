"""Models in which labels vote as a graph: it holds all who may vote, and looks at every one of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from prle.arrays.geometry import softmax, squared_distances
from prle.models.exporting import operators
from prle.models.exporting.labels import CONTRIBUTIONS, RESPONSIBILITIES, VECTORS, give_answer
from prle.models.exporting.tracing import ROWS
from prle.models.exporting.trees import trace_trees
from prle.models.labels.routers import ROUTERS, Spaces
from prle.models.labels.targets import NumberTarget
from prle.models.labels.votes.ballot import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.config import Config
    from prle.models.exporting.tracing import Graph, Traced
    from prle.models.labels.targets import Target
    from prle.models.labels.votes.ballot import Ballot
    from prle.models.labels.votes.scores import Base, Expected

VOTERS: Final = "voters"
SHARES: Final = "shares"
"""Names of outputs."""

_WALKED: Final[Mapping[str, Callable[[Mapping[str, NDArray[np.generic]], Traced], Expected]]] = {
    "boosting": trace_trees
}
"""Bases that are no array-API code."""


def trace_votes(graph: Graph, ballot: Ballot, config: Config, target: Target, shape: tuple[int, int]) -> None:
    """Write down a model in which labels vote: ``vectors`` (B, S, H) to what it predicts, and who votes for whom.

    ``voters`` (B, K) are the training rows that weigh most, the heaviest first, and ``shares`` (B, K) their weights;
    the rest is as :func:`prle.models.exporting.labels.trace_predictor` has it. All is computed in double precision.
    """
    vectors = graph.input(VECTORS, np.float32, (ROWS, *shape)).cast(np.float64)
    election = _Election(graph, ballot, config, target)
    learned, content = election.placed(vectors)
    alphas = election.alphas(learned, content)
    weights, said = election.by_prototype(alphas, learned)
    give_answer(graph, operators.sum(said, axis=1), target)
    contributions = said
    if isinstance(target, NumberTarget):
        contributions = said[:, :, 0] * target.deviation + weights * target.mean
    graph.output(RESPONSIBILITIES, weights.cast(np.float32))
    graph.output(CONTRIBUTIONS, contributions.cast(np.float32))
    heaviest = operators.smallest(-alphas, election.count)
    graph.output(VOTERS, operators.take(graph.constant(ballot.voters.rows), heaviest, axis=0))
    graph.output(SHARES, operators.take_along_axis(alphas, heaviest, axis=1).cast(np.float32))


@final
class _Election:
    """The parts of a vote, each as values of a graph; N voters in P cells."""

    def __init__(self, graph: Graph, ballot: Ballot, config: Config, target: Target) -> None:
        self._graph, self._ballot, self._config, self._target = graph, ballot, config, target
        self._voters, self._place = ballot.voters, place_of(config, target)
        self._everyone = float(config.place.everyone)
        self.count = min(int(config.place.neighbours), len(ballot.voters))
        self._filed = operators.take(graph.constant(np.eye(len(self._voters.anchors))), self._voters.cells, axis=0)

    def placed(self, vectors: Traced) -> tuple[Any, Any]:
        """Place inputs. *Shape:* (B, S, H) to (B, L), (B, C)."""
        made = [self._expected(name, base, vectors) for name, base in self._place.bases.items()]
        reading = self._place.read(_known(self._graph, self._ballot.place), made, vectors)
        return self._place.learned(reading, self._config.place), reading.content

    def alphas(self, learned: Traced, content: Traced) -> Traced:
        """Return the weight of every voter, without what all have in equal parts. *Shape:* (B, N)."""
        voters, ballot, settings = self._voters, self._ballot, self._config
        inputs = _weighed(learned, content, voters.about)
        own = self._graph.constant(np.asarray(voters.learned[:], np.float32))
        about = self._graph.constant(np.asarray(voters.content[:])).cast(np.float32)
        points = _weighed(own, about, voters.about).cast(np.float64)
        far, temperature = squared_distances(inputs, points), float(settings.place.temperature)
        if not ballot.router:
            return _nearest(far, self.count, temperature) * (1.0 - self._everyone)
        centres = operators.take(points, voters.place_of[voters.anchors], axis=0)
        weights = ROUTERS[settings.router.kind](settings.router)(
            _known(self._graph, ballot.router),
            Spaces(retrieval=inputs, value=inputs),
            Spaces(retrieval=centres, value=centres),
            None,
        )
        return _shared(weights, far, voters.starts, temperature) * (1.0 - self._everyone)

    def by_prototype(self, alphas: Traced, learned: Traced) -> tuple[Traced, Traced]:
        """Return the weight of each prototype, and what its voters add to the sum. *Shapes:* (B, P), (B, P, T)."""
        voters, labels = self._voters, self._target.exact(self._voters.labels)
        shares, common = np.diff(voters.starts) / len(voters), np.zeros((len(voters.anchors), labels.shape[1]))
        np.add.at(common, voters.cells, labels / len(voters))
        values = self._values(labels, learned)
        said = [((alphas * value) @ self._filed)[:, :, None] for value in values]
        return (
            alphas @ self._filed + self._everyone * shares,
            operators.concat(said, axis=2) + self._everyone * common,
        )

    def _expected(self, name: str, base: Base, vectors: Traced) -> Expected:
        arrays = self._ballot.scores[name]
        if name in _WALKED:
            return _WALKED[name](arrays, vectors)
        return base(_known(self._graph, arrays), vectors)

    def _values(self, labels: NDArray[np.float64], learned: Traced) -> list[Any]:
        """Return what each voter says, one array an output: a label, and what differs. *Shape:* (N,) or (B, N)."""
        differs, cells = self._ballot.differs, self._voters.cells
        if differs is None:
            return list(labels.T)
        own = np.asarray(self._voters.learned[:], np.float64) @ differs.axes
        level = labels + differs.level[cells] - np.sum(own * differs.slope[cells], axis=1)[:, None]
        toward = (learned @ np.asarray(differs.axes, np.float64)) @ differs.slope.T @ self._filed.T
        return [toward + each for each in level.T]


def _known(graph: Graph, arrays: Mapping[str, NDArray[np.generic]]) -> dict[str, Any]:
    """Return arrays as values of a graph, kept as they are and computed with in double precision."""
    return {
        name: graph.constant(array[()]).cast(np.float64) if array.dtype.kind == "f" else array
        for name, array in arrays.items()
    }


def _weighed(learned: Traced, content: Traced, about: float) -> Traced:
    """Write down :func:`prle.models.labels.votes.voters.weighed`."""
    if about == 0.0 and learned.shape[1]:
        return learned
    return operators.concat([learned, content * float(np.sqrt(about or 1.0))], axis=1)


def _nearest(far: Traced, count: int, temperature: float) -> Traced:
    """Share out one among the nearest. *Shape:* (B, N) squared distances to (B, N)."""
    places = operators.smallest(far, count)
    shares = softmax(operators.take_along_axis(far, places, axis=1) * (-1.0 / temperature))
    return operators.put_along_axis(far * 0.0, places, shares, axis=1)


def _shared(weights: Traced, far: Traced, starts: NDArray[np.int64], temperature: float) -> Traced:
    """Share out the weight of each prototype in its cell by nearness. *Shapes:* (B, P), (B, N) to (B, N)."""
    cells = [
        weights[:, cell : cell + 1] * softmax(far[:, begin:end] * (-1.0 / temperature))
        for cell, (begin, end) in enumerate(itertools.pairwise(starts.tolist()))
        if end > begin
    ]
    alphas = operators.concat(cells, axis=1)
    return alphas / operators.sum(alphas, axis=1, keepdims=True)
