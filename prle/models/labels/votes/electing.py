"""From placed rows to who may vote: prototypes, cells, a router where one decides, and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.arrays.geometry import squared_distances
from prle.errors import UsageError
from prle.models.labels.routers import ROUTERS
from prle.models.labels.votes.anchors import choose_anchors
from prle.models.labels.votes.saying import said_by_cells
from prle.models.labels.votes.solving import CARRIED, Cast, solve_anchored, solve_slopes
from prle.models.labels.votes.voters import Voters, recall_of_cells, weighed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import Config
    from prle.models.labels.targets import Target
    from prle.models.labels.votes.differs import Differs

RECALL: Final = 0.99
"""Share of the nearest rows that an index has to find on validation rows."""

ALL: Final = 16_384
"""Rows up to which all are looked at: an index would cost more than it saves."""

CHECKED: Final = 512
"""Validation rows that recall is measured on."""

SOLVED: Final = 4_096
"""Training rows that a router or what differs is fitted on at most, and validation rows that judge it."""

TEMPERATURES: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Tried where the anchors alone vote: they lie farther from inputs than the nearest of all rows."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Rows as they are placed, with their labels.

    :param learned: the weighed score and value. *Shape:* (N, L)
    :param content: the unit frozen vector. *Shape:* (N, C)
    :param labels: label units or codes. *Shape:* (N,)
    :param residuals: of labels that are numbers, by how much they differ from what was expected. *Shape:* (N,)
    """

    learned: NDArray[np.float32]
    content: NDArray[np.float32]
    labels: NDArray[np.float64]
    residuals: NDArray[np.float64] | None = None

    def taken(self, rows: NDArray[np.int64] | slice) -> Placed:
        """Return some of the rows."""
        return Placed(learned=self.learned[rows], content=self.content[rows], labels=self.labels[rows])


@dataclass(frozen=True, kw_only=True)
class Electorate:
    """Who may vote, and what is added to their labels.

    :param config: with the temperature and the number of voters that hold for them.
    :param recall: of the index, on validation rows.
    """

    config: Config
    voters: Voters
    router: dict[str, NDArray[np.float32]]
    differs: Differs | None
    probes: int
    recall: float


def elect(config: Config, target: Target, train: Placed, checks: Placed) -> Electorate:
    """Choose prototypes among training rows, file the rows under them, and fit what is left to fit.

    :param config: settled settings, those of the place included.
    :raises UsageError: for more prototypes than training rows.
    """
    rng = np.random.default_rng(config.train.seed)
    voters = _filed(config, train, rng)
    drawn = rng.permutation(len(train.labels))[:SOLVED]
    making = _Making(config, target, voters, train.taken(drawn), checks.taken(slice(SOLVED)), drawn)
    return making.anchored() if config.votes.voters == "prototypes" else making.open_to_all()


def _filed(config: Config, train: Placed, rng: np.random.Generator) -> Voters:
    """Choose prototypes in the place, and file all training rows under them."""
    count, about = config.prototypes.count, float(config.place.content)
    if count == "auto" or count > len(train.labels):
        message = f"prototypes: expected at most one a training row ({len(train.labels)}), got {count}."
        raise UsageError(message, hint=f"use --prototypes {len(train.labels)} or fewer")
    points = weighed(train.learned, train.content, about)
    anchors = choose_anchors(points, config.prototypes, count, rng, residuals=train.residuals)
    return Voters.filed(train.learned, train.content, train.labels, anchors, about)


@final
class _Making:
    """What there is to fit once rows are filed; training rows never vote on themselves."""

    def __init__(
        self, config: Config, target: Target, voters: Voters, train: Placed, checks: Placed, rows: NDArray[np.int64]
    ) -> None:
        self._config, self._target, self._voters, self._rows = config, target, voters, rows
        self._train, self._checks = train, checks
        self._told = target.exact(voters.labels)

    def open_to_all(self) -> Electorate:
        """Let all rows vote that are near."""
        config, voters = self._config, self._voters
        probes, recall = len(voters.anchors), 1.0
        if len(voters) > ALL:
            probes, recall = recall_of_cells(
                voters, self._points(self._checks)[:CHECKED], int(config.place.neighbours), RECALL
            )
        return Electorate(
            config=config,
            voters=voters,
            router=self._router(),
            differs=self._differs(),
            probes=probes,
            recall=recall,
        )

    def anchored(self) -> Electorate:
        """Let the anchors alone vote, all of them, with levels and slopes of their own."""
        voters = self._voters.anchors_alone()
        told, tried = self._target.exact(voters.labels), []
        for temperature in TEMPERATURES:
            train, checks = (self._all(voters, rows, temperature) for rows in (self._train, self._checks))
            tried.append((temperature, solve_anchored(voters, told, train, checks, self._target)))
        temperature, solution = min(tried, key=lambda each: each[1].rank)
        place = {"temperature": temperature, "neighbours": len(voters)}
        config = self._config.model_copy(update={"place": self._config.place.model_copy(update=place)})
        return Electorate(
            config=config, voters=voters, router={}, differs=solution.differs, probes=len(voters.anchors), recall=1.0
        )

    def _points(self, rows: Placed) -> NDArray[np.floating]:
        return self._voters.placed(rows.learned, rows.content)

    def _all(self, voters: Voters, rows: Placed, temperature: float) -> Cast:
        """Let all of few voters vote. *Shapes:* (B, P)."""
        far = squared_distances(voters.placed(rows.learned, rows.content), voters.points(slice(None)))
        return _cast(rows, np.broadcast_to(np.arange(len(voters)), far.shape), far, temperature, self._target)

    def _near(self, rows: Placed, own: NDArray[np.int64] | None) -> Cast:
        """Let the nearest vote, but nobody on himself. *Shapes:* (B, K)."""
        count, voters = int(self._config.place.neighbours), self._voters
        places, far = voters.nearest(self._points(rows), count + (own is not None), len(voters.anchors))
        if own is not None:
            far = np.where(voters.rows[places] == own[:, None], np.inf, far)
        return _cast(rows, places, far, float(self._config.place.temperature), self._target)

    def _differs(self) -> Differs | None:
        """Solve slopes where they are asked for, or may be worth something: numbers, and examples that decide."""
        wish = self._config.votes.differs
        if wish == "off" or self._target.width > 1 or self._config.router.kind != "softmax":
            return None
        train, checks = self._near(self._train, self._rows), self._near(self._checks, None)
        return solve_slopes(self._voters, self._told, train, checks, least=-np.inf if wish == "on" else CARRIED)

    def _router(self) -> dict[str, NDArray[np.float32]]:
        """Fit a router in the place; with softmax examples decide themselves, and there is nothing to fit."""
        config = self._config
        if config.router.kind == "softmax":
            return {}
        from prle.models.labels.votes.routing import Said, train_router

        voters, told, temperature = self._voters, self._told, float(config.place.temperature)
        points, checks = self._points(self._train), self._points(self._checks)
        own = voters.place_of[self._rows]
        return train_router(
            ROUTERS[config.router.kind](config.router),
            voters.centres,
            Said(points, said_by_cells(voters, told, points, temperature, own=own), told[own]),
            Said(
                checks,
                said_by_cells(voters, told, checks, temperature),
                self._target.exact(self._checks.labels),
            ),
            self._target,
            epochs=config.train.epochs,
            seed=config.train.seed,
        )


def _cast(
    rows: Placed, places: NDArray[np.int64], far: NDArray[np.floating], temperature: float, target: Target
) -> Cast:
    """Turn squared distances into weights."""
    far = np.asarray(far, np.float64)
    raised = np.exp(-(far - far.min(axis=1, keepdims=True)) / temperature)
    return Cast(
        learned=rows.learned,
        places=places,
        alphas=raised / raised.sum(axis=1, keepdims=True),
        labels=target.exact(rows.labels),
    )
