"""Settle what near means, and how many vote: by what training rows say of validation rows, and of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from prle.arrays.geometry import squared_distances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.config import PlaceConfig
    from prle.models.labels.targets import Target
    from prle.models.labels.votes.place import Reading

VALUES: Final = (0.0, 0.5, 1.0)
CONTENTS: Final = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
TEMPERATURES: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 4.0)
NEIGHBOURS: Final = (25, 50, 100, 200)

COMPARED: Final = 1 << 25
"""Distances to training rows that are looked at; of more rows, some are drawn."""

NOISE: Final = 0.5
"""Standard errors by which a place with more content may be worse than the best, to be taken instead."""

FEW: Final = 0.25
"""Those for fewer voters: a whole one costs adult all that it has on boosting (benchmarks/log/votes.md)."""

EVERYONE: Final = (0.002, 0.005, 0.01, 0.02, 0.05)
"""Of classes alone, and never nothing: what none of the nearest is may still be true, and the rows that judge may hold
no such case. Labels that are numbers have a mean, and lose nothing where nobody near is otherwise."""

ALIKE: Final = 1e-5
"""Squared distances between contents of length one below this are rounding."""

ROUNDING: Final = 1e-9
"""Errors that differ by less are the same."""

LARGEST: Final = float(np.finfo(np.float64).max)

WORSE: Final = 1.15
"""A weight of the content beyond which errors are this much above the best is the last one tried."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One way to weigh a place, and the errors (V,) on rows that judge it."""

    value: float
    content: float
    temperature: float
    neighbours: int
    everyone: float
    errors: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The mean of them."""
        return float(self.errors.mean())

    def level(self, best: Trial, noise: float) -> bool:
        """Whether its paired excess over the best is at most so many of its standard errors."""
        excess = self.errors - best.errors
        return bool(excess.mean() <= noise * excess.std() / np.sqrt(len(excess)) + ROUNDING)


@final
class Choice:
    """Tries weights of a place on validation rows, and on training rows that are placed out of fold.

    Few validation rows would choose by chance how sharp a vote is; a training row is as good a judge, as long as it was
    placed by what has not seen its label, and neither it nor its like votes on it: rows that are alike lie on one side
    of a cut, so validation rows meet none of theirs.

    :param train: the training rows as they are placed, and ``labels`` of them. *Shape:* (N,)
    :param checks: the validation rows, and ``goal``, their labels. *Shape:* (V,)
    :param unseen: whether training rows are placed so.
    """

    def __init__(
        self,
        target: Target,
        train: Reading,
        labels: NDArray[np.float64],
        checks: Reading,
        goal: NDArray[np.float64],
        *,
        seed: int,
        unseen: bool,
    ) -> None:
        rng, most = np.random.default_rng(seed), max(1, COMPARED // max(1, len(labels)))
        drawn = rng.permutation(len(goal))[:most]
        own = rng.permutation(len(labels))[: most - len(drawn) if unseen else 0]
        self._target, self._rows, self._labels = target, len(labels), target.exact(labels)
        self._goal = target.exact(np.concatenate([goal[drawn], labels[own]]))[:, None, :]
        self._far: dict[str, NDArray[np.floating] | None] = {}
        for part in ("score", "value", "content"):
            known, asked = getattr(train, part), getattr(checks, part)
            there = known is not None
            self._far[part] = _squares(np.concatenate([asked[drawn], known[own]]), known) if there else None
        self._like = np.asarray(self._far["content"])[len(drawn) :] < ALIKE

    def best(self, settings: PlaceConfig) -> Trial:
        """Return what to take: the largest content, then the fewest voters, that are within the noise of the best."""
        trials = [trial for value in self._values(settings) for trial in self._over_contents(settings, value)]
        best = min(trials, key=lambda trial: trial.error)
        alike = (trial for trial in trials if trial.value == best.value and trial.level(best, NOISE))
        likely = max(alike, key=lambda each: each.content)
        if settings.neighbours != "auto":
            return likely
        fewer = [
            self._coolest(
                self._distances(settings, likely.value, likely.content), settings, likely.value, likely.content, k
            )
            for k in NEIGHBOURS
            if k <= max(NEIGHBOURS[0], self._rows)
        ]
        return next((trial for trial in fewer if trial.level(best, FEW)), likely)

    def _values(self, settings: PlaceConfig) -> Sequence[float]:
        if self._far["value"] is None:
            return (0.0,)
        if settings.value != "auto":
            return (settings.value,)
        return VALUES[1:] if self._far["score"] is None else VALUES

    def _over_contents(self, settings: PlaceConfig, value: float) -> list[Trial]:
        """Try weights of the content one after the other, until it costs too much."""
        nothing = self._far["score"] is None and (self._far["value"] is None or value == 0.0)
        tried: list[Trial] = []
        for content in CONTENTS if settings.content == "auto" else (settings.content,):
            if nothing and content == 0.0:
                continue
            count = NEIGHBOURS[-1] if settings.neighbours == "auto" else settings.neighbours
            tried.append(self._coolest(self._distances(settings, value, content), settings, value, content, count))
            if tried[-1].error > WORSE * min(trial.error for trial in tried):
                break
        return tried

    def _distances(self, settings: PlaceConfig, value: float, content: float) -> NDArray[np.floating]:
        """Return squared distances under some weights, infinity to who may not vote. *Shape:* (V, N)."""
        weights = {"score": settings.score**2, "value": value**2, "content": content}
        parts = [weight * far for part, weight in weights.items() if weight and (far := self._far[part]) is not None]
        total: NDArray[np.floating] = sum(parts[1:], parts[0])
        total[len(total) - len(self._like) :][self._like] = np.inf
        return total

    def _coolest(
        self, far: NDArray[np.floating], settings: PlaceConfig, value: float, content: float, count: int
    ) -> Trial:
        """Return the best temperature for given distances (V, N) and number of voters."""
        count = min(count, far.shape[1])
        near = np.argpartition(far, count - 1, axis=1)[:, :count]
        nearest, labels = np.take_along_axis(far, near, axis=1).astype(np.float64), self._labels[near]
        # Of a row whose like are all others nobody votes, whatever is tried.
        nearest -= np.minimum(nearest.min(axis=1, keepdims=True), LARGEST)
        trials, common = [], self._labels.mean(axis=0)
        for temperature in TEMPERATURES if settings.temperature == "auto" else (settings.temperature,):
            raised = np.exp(-nearest / temperature)
            raised /= np.maximum(raised.sum(axis=1, keepdims=True), ROUNDING)
            said = raised[:, None, :] @ labels
            for everyone in self._shares(settings):
                mixed = (1.0 - everyone) * said + everyone * common
                errors = np.asarray(self._target.errors(mixed, self._goal), np.float64)[:, 0]
                trials.append(
                    Trial(
                        value=value,
                        content=content,
                        temperature=temperature,
                        neighbours=count,
                        everyone=everyone,
                        errors=errors,
                    )
                )
        return min(trials, key=lambda trial: trial.error)

    def _shares(self, settings: PlaceConfig) -> Sequence[float]:
        if settings.everyone != "auto":
            return (settings.everyone,)
        return EVERYONE if self._target.name != "number" else (0.0,)


def _squares(points: NDArray[Any], centres: NDArray[Any]) -> NDArray[np.float32]:
    far: NDArray[np.float32] = squared_distances(np.asarray(points, np.float32), np.asarray(centres, np.float32))
    return far
