"""A fitted model that answers by the labels of training rows: NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.arrays.geometry import squared_distances
from prle.models.labels.committee import Answer
from prle.models.labels.predictor import Answering
from prle.models.labels.routers import ROUTERS, Spaces
from prle.models.labels.votes.poll import Poll
from prle.models.labels.votes.saying import within_cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Points, Sentences
    from prle.config import Config
    from prle.models.labels.targets import Target
    from prle.models.labels.votes.differs import Differs
    from prle.models.labels.votes.place import Place
    from prle.models.labels.votes.voters import Voters

ROWS_AT_A_TIME: Final = 256
"""Inputs answered at once: enough to fill the matrix products, small enough to stay in the cache."""


@dataclass(frozen=True, kw_only=True)
class Votes:
    """Who votes for B inputs, the nearest first.

    :param places: where voters are filed. *Shape:* (B, K)
    :param alphas: their weights; zero of rows that are only kept ready. With the ``everyone`` of all training rows in
        equal parts they sum to one. *Shape:* (B, K)
    :param far: squared distances; infinity where nobody is. *Shape:* (B, K)
    :param labels: scaled: deviations, or one where the class is theirs. *Shape:* (B, K, T)
    :param adds: what is added to each label, scaled, for what differs; zero where nothing is. *Shape:* (B, K, T)
    :param cells: the prototypes of the voters. *Shape:* (B, K)
    :param weights: of prototypes: what their rows weigh together. *Shape:* (B, P)
    :param everyone: what all training rows share, whoever is near; ``common``
        are the label sums of each prototype over all rows, as a share of them. *Shape:* (P, T)
    """

    places: NDArray[np.int64]
    alphas: NDArray[np.float64]
    far: NDArray[np.floating]
    labels: NDArray[np.float64]
    adds: NDArray[np.float64]
    cells: NDArray[np.int64]
    weights: NDArray[np.float64]
    everyone: float
    common: NDArray[np.float64]

    @property
    def carried(self) -> NDArray[np.float64]:
        """What labels alone say. *Shape:* (B, T)."""
        near: NDArray[np.float64] = np.einsum("bk,bkt->bt", self.alphas, self.labels)
        near += self.everyone * self.common.sum(axis=0)
        return near

    @property
    def prediction(self) -> NDArray[np.float64]:
        """What labels say, and what differs. *Shape:* (B, T)."""
        differs: NDArray[np.float64] = np.einsum("bk,bkt->bt", self.alphas, self.adds)
        return self.carried + differs

    @property
    def said(self) -> NDArray[np.float64]:
        """What the labels of the voters of each prototype say, their weighted mean; zero where none votes.

        *Shape:* (B, P, T)
        """
        return self._by_prototype(self.labels)

    @property
    def outputs(self) -> NDArray[np.float64]:
        """The same with what differs. *Shape:* (B, P, T)."""
        return self._by_prototype(self.labels + self.adds)

    def _by_prototype(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        said = np.zeros((*self.weights.shape, values.shape[2])) + self.everyone * self.common
        np.add.at(said, (np.arange(len(self.places))[:, None], self.cells), self.alphas[:, :, None] * values)
        means: NDArray[np.float64] = said / np.where(self.weights > 0.0, self.weights, 1.0)[:, :, None]
        return means


@final
class StandingRows:
    """Voters where they were filed, taken by slices or by numbers."""

    def __init__(self, voters: Voters) -> None:
        self._voters = voters

    def __len__(self) -> int:
        return len(self._voters)

    def __getitem__(self, rows: slice | NDArray[np.int64]) -> NDArray[np.floating]:
        return self._voters.points(rows)


@final
class VotingPredictor(Answering):
    """Predicts label units or class probabilities: ``sum_i alpha_i (y_i + what differs)``.

    :param config: settled settings, those of the place included.
    :param scores: the arrays of each base, ``place`` those of the place, ``router`` those of a router that is not
        softmax, in whose place examples decide (:meth:`votes`).
    :param probes: how many of the nearest cells are looked into.
    """

    def __init__(
        self,
        config: Config,
        place: Place,
        target: Target,
        voters: Voters,
        *,
        scores: Mapping[str, Mapping[str, NDArray[np.generic]]],
        measured: Mapping[str, NDArray[np.generic]],
        router: Mapping[str, NDArray[np.generic]],
        differs: Differs | None,
        probes: int,
        precision: type[np.floating] = np.float32,
    ) -> None:
        self.config, self.place, self.target, self.differs = config, place, target, differs
        self.voters, self.anchors = voters.at(precision), voters.anchors
        self.probes, self.neighbours = probes, int(config.place.neighbours)
        self._temperature, self._precision = float(config.place.temperature), precision
        self._scores = {name: _at(arrays, precision) for name, arrays in scores.items()}
        self._measured, self._router = _at(measured, precision), _at(router, precision)
        self._labels = target.exact(voters.labels)
        self._everyone = float(config.place.everyone)
        self._crowd = np.diff(voters.starts) / len(voters)
        self._common = np.zeros((len(voters.anchors), target.width))
        np.add.at(self._common, voters.cells, self._labels / len(voters))

    def placed(self, sentences: NDArray[np.floating]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
        """Place inputs: what was learned of them, and their content. *Shape:* (B, S, H) to (B, L), (B, C)."""
        vectors = sentences.astype(self._precision, copy=False)
        reading = self.place.read(self._measured, self.place.expected(self._scores, vectors), vectors)
        return self.place.learned(reading, self.config.place), reading.content

    def score(self, sentences: Sentences) -> NDArray[np.float64] | None:
        """Return what the bases expect, their mean, as it would be reported; None where they only place.

        *Shape:* (N, S, H) to (N,) or (N, T).
        """
        said: list[NDArray[np.floating]] = []
        for block in self._blocks(sentences):
            scores = [each.score for each in self.place.expected(self._scores, block) if each.score is not None]
            if not scores:
                return None
            said.append(np.mean(scores, axis=0))
        nothing = np.empty((0, self.target.width))
        return np.asarray(self.target.reported(self.target.additive(np.concatenate([nothing, *said]))), np.float64)

    def votes(self, sentences: NDArray[np.floating], *, spare: int = 0) -> Votes:
        """Say who votes for inputs (B, S, H).

        With router softmax every example votes for its prototype: the weight of a prototype is the sum of
        ``softmax(-distance^2 / temperature)`` over its rows among the nearest. Any other router decides the weight of a
        prototype by itself, and the rows of it share that by nearness.

        :param spare: as many rows more that do not vote, the next nearest, for who takes the place of a row that is
            left out.
        """
        learned, content = self.placed(sentences)
        inputs = self.voters.placed(learned, content)
        if self._router:
            places, far, alphas = self._routed(inputs)
        else:
            places, far = self.voters.nearest(inputs, self.neighbours + spare, self.probes)
            alphas = self.shares(far)
        adds = np.zeros((*places.shape, self.target.width))
        if self.differs is not None:
            adds = self.differs.at(learned, self.voters.learned, places, self.voters.cells[places])
        return self._counted(places, alphas * (1.0 - self._everyone), far=far, adds=adds)

    def polled(self, poll: Poll) -> Votes:
        """Count the labels of those who are known to vote, without what differs. Distances are not known: infinity."""
        places = self.voters.place_of[poll.rows]
        nothing = np.zeros((*places.shape, self.target.width))
        return self._counted(places, poll.alphas, far=np.full(places.shape, np.inf), adds=nothing)

    def _counted(
        self,
        places: NDArray[np.int64],
        alphas: NDArray[np.float64],
        *,
        far: NDArray[np.floating],
        adds: NDArray[np.float64],
    ) -> Votes:
        """Add up by prototype. *Shapes:* (B, K), what is added (B, K, T)."""
        cells = self.voters.cells[places]
        weights = np.zeros((len(places), len(self.anchors))) + self._everyone * self._crowd
        np.add.at(weights, (np.arange(len(places))[:, None], cells), alphas)
        return Votes(
            places=places,
            alphas=alphas,
            far=far,
            labels=self._labels[places],
            adds=adds,
            cells=cells,
            weights=weights,
            everyone=self._everyone,
            common=self._common,
        )

    def shares(self, far: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return the weights of rows by their squared distances, the nearest first. *Shape:* (B, K) to (B, K)."""
        far = np.asarray(far, np.float64)
        raised = np.exp(-(far - far[:, :1]) / self._temperature)
        raised[:, self.neighbours :] = 0.0
        shares: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
        return shares

    def _routed(
        self, inputs: NDArray[np.floating]
    ) -> tuple[NDArray[np.int64], NDArray[np.floating], NDArray[np.float64]]:
        """Let a router decide about prototypes, and nearness within them, over all rows. *Shapes:* (B, N) each."""
        kind = ROUTERS[self.config.router.kind](self.config.router)
        around, centres = Spaces(retrieval=inputs, value=inputs), self.voters.centres
        weights = kind(self._router, around, Spaces(retrieval=centres, value=centres), None)
        far = squared_distances(inputs, self.voters.points(slice(None)))
        raised = within_cells(far, self.voters.starts, self._temperature)
        alphas = np.asarray(weights, np.float64)[:, self.voters.cells] * raised
        order = np.argsort(-alphas, axis=1, kind="stable")
        take = np.take_along_axis
        return order, take(far, order, axis=1), take(alphas / alphas.sum(axis=1, keepdims=True), order, axis=1)

    def answer(self, sentences: NDArray[np.floating]) -> Answer:
        """Return what is said by prototype. *Shape:* sentences (B, S, H)."""
        return self.answered(self.votes(sentences))

    def answered(self, votes: Votes) -> Answer:
        """Return who voted as what is said by prototype."""
        said, target = votes.outputs, self.target
        outputs = target.additive(said)
        weights = votes.weights if outputs.ndim == votes.weights.ndim else votes.weights[:, :, None]
        return Answer(
            weights=votes.weights,
            contributions=weights * outputs,
            outputs=outputs,
            predictions=target.additive(votes.prediction),
        )

    def predict(self, sentences: Sentences) -> NDArray[np.float64]:
        """Return predictions: (N, S, H) to label units (N,), or to class probabilities (N, T)."""
        blocks = [self.target.additive(self.votes(block).prediction) for block in self._blocks(sentences)]
        nothing = self.target.additive(np.empty((0, self.target.width)))
        return np.asarray(self.target.reported(np.concatenate([nothing, *blocks])), np.float64)

    def weights(self, sentences: Sentences) -> NDArray[np.floating]:
        """Return responsibilities of prototypes. *Shape:* (N, S, H) to (N, P)."""
        blocks = [self.votes(block).weights for block in self._blocks(sentences)]
        return np.concatenate([np.empty((0, len(self.anchors))), *blocks])

    def retrieval(self, sentences: Sentences) -> NDArray[np.floating]:
        """Place inputs. *Shape:* (N, S, H) to (N, D)."""
        width = self.prototypes.shape[1]
        blocks = [self.voters.placed(*self.placed(block)) for block in self._blocks(sentences)]
        return np.concatenate([np.empty((0, width), self._precision), *blocks])

    def standing(self, sentences: Sentences) -> Points:  # noqa: ARG002
        """Return those who may vote, as they were placed when they were filed. *Shape:* (N, D)."""
        return StandingRows(self.voters)

    @property
    def prototypes(self) -> NDArray[np.floating]:
        """Where the prototypes are. *Shape:* (P, D)."""
        return self.voters.centres

    @property
    def size_bytes(self) -> int:
        """Bytes of all arrays that answering needs, voters and their labels included."""
        arrays = [array for part in self._scores.values() for array in part.values()]
        voters = self.voters
        arrays += [*self._measured.values(), *self._router.values(), voters.learned, voters.content, voters.labels]
        return sum(int(np.asarray(array).nbytes) for array in arrays)

    def poll(self, sentences: Sentences) -> Poll | None:
        """Write down who votes on rows (N, S, H); None where all do, or their places are asked for as well."""
        if self._router or self.differs is not None:
            return None
        asked = [self.votes(block) for block in self._blocks(sentences)]
        return Poll(
            rows=np.concatenate([self.voters.rows[each.places] for each in asked]).astype(np.int32),
            alphas=np.concatenate([each.alphas for each in asked]),
        )

    def _blocks(self, sentences: Sentences) -> list[NDArray[np.floating]]:
        starts = range(0, len(sentences), ROWS_AT_A_TIME)
        return [np.asarray(sentences[first : first + ROWS_AT_A_TIME], self._precision) for first in starts]


def _at(arrays: Mapping[str, NDArray[np.generic]], precision: type[np.floating]) -> dict[str, NDArray[np.generic]]:
    """Return arrays ready to be computed with: numbers at a precision, integers as they are."""
    return {name: array.astype(precision) if array.dtype.kind == "f" else array for name, array in arrays.items()}
