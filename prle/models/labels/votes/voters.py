"""The rows that may vote, filed under their prototypes: the cells are the index in which near ones are looked up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.arrays.geometry import squared_distances

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

HELD: Final = 1 << 28
"""Bytes that positions may take to be held ready; more are read cell by cell."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Voters:
    """Training rows with their places and labels, those of a cell one after the other.

    :param learned: what was learned of their places, weighed. *Shape:* (N, L), float32
    :param content: their unit frozen vectors. *Shape:* (N, C), float16, in memory or in the file
    :param rows: which training row each one is. *Shape:* (N,)
    :param starts: where each cell begins, and where the last one ends. *Shape:* (P + 1,)
    :param labels: label units or codes of classes. *Shape:* (N,)
    :param anchors: the training row of each prototype. *Shape:* (P,)
    :param about: weight of a squared distance between contents.
    """

    learned: NDArray[np.floating]
    content: NDArray[np.floating]
    rows: NDArray[np.int64]
    starts: NDArray[np.int64]
    labels: NDArray[np.float64]
    anchors: NDArray[np.int64]
    about: float
    precision: type[np.floating] = np.float32

    @classmethod
    def filed(
        cls,
        learned: NDArray[np.floating],
        content: NDArray[np.floating],
        labels: NDArray[np.float64],
        anchors: NDArray[np.int64],
        about: float,
    ) -> Voters:
        """File rows (N,) under the nearest of the anchors (P,), each anchor under itself."""
        content = content.astype(np.float16)
        points = weighed(learned, content, about)
        cells = np.concatenate(
            [
                squared_distances(points[first : first + 4096], points[anchors]).argmin(axis=1)
                for first in range(0, len(points), 4096)
            ]
        )
        cells[anchors] = np.arange(len(anchors))
        order = np.argsort(cells, kind="stable")
        return cls(
            learned=learned[order].astype(np.float32),
            content=content[order],
            rows=order.astype(np.int64),
            starts=np.searchsorted(cells[order], np.arange(len(anchors) + 1)).astype(np.int64),
            labels=labels[order],
            anchors=anchors,
            about=about,
        )

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def cells(self) -> NDArray[np.int64]:
        """The prototype of each voter. *Shape:* (N,)."""
        return np.repeat(np.arange(len(self.anchors)), np.diff(self.starts))

    @cached_property
    def place_of(self) -> NDArray[np.int64]:
        """Where each training row is filed; -1 of one that does not vote. *Shape:* (highest row + 1,)."""
        places = np.full(int(self.rows.max()) + 1, -1, np.int64)
        places[self.rows] = np.arange(len(self.rows))
        return places

    @cached_property
    def centres(self) -> NDArray[np.floating]:
        """Where the anchors are. *Shape:* (P, D)."""
        places = self.place_of[self.anchors]
        return weighed(self.learned[places], self.content[places], self.about).astype(self.precision)

    @cached_property
    def held(self) -> NDArray[np.floating] | None:
        """All places, where they are few enough to be held. *Shape:* (N, D)."""
        width = self.learned.shape[1] + self.content.shape[1]
        if len(self) * width * np.dtype(self.precision).itemsize > HELD:
            return None
        return weighed(self.learned[:], self.content[:], self.about).astype(self.precision)

    @cached_property
    def squares(self) -> NDArray[np.floating]:
        """Squared lengths of all places. *Shape:* (N,)."""
        every = range(0, len(self), 4_096)
        points = (self.points(slice(first, first + 4_096)) for first in every)
        return np.concatenate([np.einsum("nd,nd->n", each, each) for each in points])

    def points(self, chosen: slice | NDArray[np.int64]) -> NDArray[np.floating]:
        """Return places of voters. *Shape:* (n, D)."""
        if self.held is not None:
            return self.held[chosen]
        return weighed(self.learned[chosen], self.content[chosen], self.about).astype(self.precision)

    def placed(self, learned: NDArray[np.floating], content: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the place of inputs among them. *Shapes:* (B, L), (B, C) to (B, D)."""
        return weighed(learned, content, self.about).astype(self.precision)

    def nearest(
        self, inputs: NDArray[np.floating], count: int, probes: int
    ) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
        """Return the nearest voters, the nearest first, and their squared distances; infinity where there are fewer.

        :param inputs: places. *Shape:* (B, D)
        :param probes: how many of the nearest cells are looked into.
        :returns: *Shapes:* (B, count), (B, count)
        """
        count = min(count, len(self))
        if probes >= len(self.anchors):
            found, far = None, squared_distances(inputs, self.points(slice(None)), squares=self.squares)
        else:
            found, far = self._probed(inputs, probes, count)
        if count < far.shape[1]:
            chosen = np.argpartition(far, count - 1, axis=1)[:, :count]
            far = np.take_along_axis(far, chosen, axis=1)
        else:
            chosen = np.broadcast_to(np.arange(far.shape[1]), far.shape)
        # By number where distances are equal, so that ties do not hang on who is asked beside them.
        places = chosen if found is None else np.take_along_axis(found, chosen, axis=1)
        order = np.lexsort((places, far), axis=1)
        return np.take_along_axis(places, order, axis=1), np.take_along_axis(far, order, axis=1)

    def _probed(
        self, inputs: NDArray[np.floating], probes: int, least: int
    ) -> tuple[NDArray[np.int64], NDArray[np.floating]]:
        """Measure the distance to the rows of the nearest cells. *Shapes:* (B, C), (B, C), padded with infinity."""
        sizes, toward = np.diff(self.starts), squared_distances(inputs, self.centres)
        ranked = np.argsort(toward, axis=1, kind="stable")
        # Small cells around an input may hold fewer rows than are asked for: it looks farther.
        enough = (np.cumsum(sizes[ranked], axis=1) < least).sum(axis=1) + 1
        looked = np.arange(len(sizes)) < np.maximum(probes, enough)[:, None]
        asked = np.zeros(toward.shape, np.bool_)
        np.put_along_axis(asked, ranked, looked, axis=1)
        room = int((asked * sizes).sum(axis=1).max())
        places = np.zeros((len(inputs), room), np.int64)
        far = np.full((len(inputs), room), np.inf, self.precision)
        filled = np.zeros(len(inputs), np.int64)
        for cell in np.flatnonzero(asked.any(axis=0) & (sizes > 0)):
            who, own = np.flatnonzero(asked[:, cell]), slice(self.starts[cell], self.starts[cell + 1])
            into = filled[who, None] + np.arange(sizes[cell])
            far[who[:, None], into] = squared_distances(inputs[who], self.points(own))
            places[who[:, None], into] = np.arange(own.start, own.stop)
            filled[who] += sizes[cell]
        return places, far

    def under(self, anchors: NDArray[np.int64]) -> Voters:
        """File those who vote, which need not be all training rows, under other anchors (P',) among them."""
        order, alone = np.argsort(self.rows), np.sort(self.rows)
        places = np.searchsorted(alone, anchors)
        filed = Voters.filed(self.learned[order], self.content[order], self.labels[order], places, self.about)
        return replace(filed, rows=alone[filed.rows], anchors=anchors)

    def anchors_alone(self) -> Voters:
        """Return the anchors, each the only one of its cell."""
        places = self.place_of[self.anchors]
        return replace(
            self,
            learned=self.learned[places],
            content=self.content[places],
            rows=self.anchors,
            labels=self.labels[places],
            starts=np.arange(len(places) + 1),
        )

    def without(self, rows: Collection[int]) -> Voters:
        """Return them without some training rows, which no prototype may stand on."""
        stay = ~np.isin(self.rows, list(rows))
        return replace(
            self,
            learned=self.learned[stay],
            content=self.content[stay],
            rows=self.rows[stay],
            labels=self.labels[stay],
            starts=np.concatenate([[0], np.cumsum(np.bincount(self.cells[stay], minlength=len(self.anchors)))]),
        )

    def told(self, labels: dict[int, float]) -> Voters:
        """Return them with other labels for some training rows."""
        changed = self.labels.copy()
        changed[self.place_of[list(labels)]] = list(labels.values())
        return replace(self, labels=changed)

    def at(self, precision: type[np.floating]) -> Voters:
        """Return them ready to be compared in a precision."""
        return self if precision is self.precision else replace(self, precision=precision)


def weighed(learned: NDArray[np.floating], content: NDArray[np.floating], about: float) -> NDArray[np.floating]:
    """Put both parts of a place side by side. *Shapes:* (B, L), (B, C) to (B, L + C); nothing of no weight."""
    if about == 0.0 and learned.shape[1]:
        return np.asarray(learned)
    return np.concatenate(
        [learned, np.asarray(content, learned.dtype) * np.sqrt(about or 1.0).astype(learned.dtype)], axis=1
    )


def recall_of_cells(voters: Voters, inputs: NDArray[np.floating], count: int, wanted: float) -> tuple[int, float]:
    """Return how many of the nearest cells keep recall of the ``count`` nearest rows, and the recall that they have.

    :param inputs: places, such as those of validation rows. *Shape:* (B, D)
    """
    cells = len(voters.anchors)
    places, far = voters.nearest(inputs, count, cells)
    ranks = np.argsort(np.argsort(squared_distances(inputs, voters.centres), axis=1, kind="stable"), axis=1)
    needed = np.take_along_axis(ranks, voters.cells[places], axis=1)[np.isfinite(far)]
    reached = np.cumsum(np.bincount(needed, minlength=cells)) / max(1, needed.size)
    probes = min(int(np.searchsorted(reached, wanted)) + 1, cells)
    return probes, float(reached[probes - 1])
