"""How many prototypes suit these rows: a look at a grid of counts, without training any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np
from threadpoolctl import threadpool_limits

from prle.arrays.geometry import COINCIDENT, distances, softmax
from prle.errors import UsageError
from prle.models.labels.assembly import retrieval_space
from prle.models.labels.experts import WARM_STARTS
from prle.models.labels.prototypes import METRICS, SELECTIONS
from prle.models.labels.prototypes.count import (
    CountTrial,
    Coverage,
    Dimensions,
    Recommendation,
    coverage,
    grid,
    measure_dimensions,
    recommend,
    silhouette,
)
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.studies.probe import CountProbe
from prle.observer import SILENT, Observer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import Config
    from prle.models.labels.training.rows import Rows

ROWS: Final = 8192
"""At most this many training rows are looked at, and as many validation rows; more are sampled."""

PAIRED_ROWS: Final = 2000
"""At most this many rows are compared with each other for the silhouette."""

TEMPERATURES: Final = (5.0, 10.0, 20.0, 40.0)
"""Looked at beside the temperature of the settings."""


@dataclass(frozen=True, kw_only=True)
class CountStudy:
    """What was seen, and what follows from it.

    :param sampled_rows: training rows looked at.
    :param width: retrieval width F.
    :param temperature: of the settings; readability and the probe are measured there.
    """

    sampled_rows: int
    width: int
    temperature: float
    dimensions: Dimensions
    trials: tuple[CountTrial, ...]
    recommendation: Recommendation


def study_counts(config: Config, train: Rows, validation: Rows, *, observer: Observer = SILENT) -> CountStudy:
    """Measure a grid of counts on the training rows, probe each on the validation rows, and recommend one.

    Prototypes are chosen, and the prior is fitted, as a fit with these settings would. One thread is used throughout:
    sums come out the same however many processors there are, and so does the count.

    :param config: settled settings; the count in it is not read.
    :raises UsageError: where the settings are not settled, or labels are classes.
    """
    if config.experts.combine not in ("auto", "outputs"):
        message = "--prototypes auto: expected labels that are numbers; none is suggested for classes."
        raise UsageError(message, hint="use --prototypes N, or leave it out")
    with threadpool_limits(limits=1):
        return _Study(config, train, validation).run(observer)


@dataclass(frozen=True)
class _Sight:
    """One count, before it is compared with the others."""

    count: int
    silhouette: float
    coverage: tuple[Coverage, ...]
    errors: NDArray[np.float64]


@final
class _Study:
    """The rows in the retrieval space, and what every count is measured with."""

    def __init__(self, config: Config, train: Rows, validation: Rows) -> None:
        if config.experts.init == "auto":
            message = "experts.init: expected a settled name, got auto."
            raise UsageError(message)
        self._prototypes, self._temperature = config.prototypes, config.router.temperature
        self._temperatures = sorted({*TEMPERATURES, self._temperature})
        self._seed, self._rows = config.train.seed, len(train.labels)
        rng = np.random.default_rng(self._seed)
        train, validation = _sample(train, rng), _sample(validation, rng)
        space, target = retrieval_space(config), NumberTarget.measured(train.labels)
        scale = space.start(train.sentences[:])
        self._points, self._inputs = space(scale, train.sentences[:]), space(scale, validation.sentences[:])
        self._placed = METRICS[self._prototypes.metric](self._points)
        labels = target.scaled(train.labels)
        prior = WARM_STARTS[config.experts.init](self._points, labels, rng)
        left, goal = (
            scaled - points @ prior.weight.T - prior.bias
            for points, scaled in ((self._points, labels), (self._inputs, target.scaled(validation.labels)))
        )
        self._unit = target.deviation
        self._probe = CountProbe(self._points, left, self._inputs, goal)
        self._compared = np.sort(rng.permutation(len(self._points))[:PAIRED_ROWS])
        self._between = distances(self._points[self._compared], self._points[self._compared])

    def run(self, observer: Observer) -> CountStudy:
        """Look at every count, then compare."""
        counts, sights = grid(len(self._points)), []
        for done, count in enumerate(counts):
            observer.progress("trying counts", done, len(counts), "counts")
            sights.append(self._look(count))
        observer.progress("trying counts", len(counts), len(counts), "counts")
        here = self._temperatures.index(self._temperature)
        needed = [sight.coverage[here].needed for sight in sights]
        errors = np.stack([sight.errors for sight in sights])
        chosen = recommend(counts, needed, errors, unit=self._unit)
        return CountStudy(
            sampled_rows=len(self._points),
            width=self._points.shape[1],
            temperature=self._temperature,
            dimensions=measure_dimensions(self._points, self._rows),
            trials=tuple(
                CountTrial(
                    count=sight.count,
                    silhouette=sight.silhouette,
                    coverage=sight.coverage,
                    validation_rmse=self._unit * float(np.sqrt(sight.errors.mean())),
                    standard_errors=above,
                    readable=readable,
                )
                for sight, above, readable in zip(sights, chosen.standard_errors, chosen.readable, strict=True)
            ),
            recommendation=chosen,
        )

    def _look(self, count: int) -> _Sight:
        """Choose so many prototypes, route to them, and probe them."""
        rng = np.random.default_rng(self._seed)
        anchors = SELECTIONS[self._prototypes.init](self._placed, count, rng)
        far, judged = (distances(rows, self._points[anchors]) for rows in (self._points, self._inputs))
        spacing = float(far.min(axis=1).mean())
        spacing = spacing if spacing > COINCIDENT else 1.0
        far, judged = far / spacing, judged / spacing
        return _Sight(
            count=count,
            silhouette=silhouette(self._between, far[self._compared].argmin(axis=1)),
            coverage=tuple(coverage(far, temperature) for temperature in self._temperatures),
            errors=self._probe.errors(softmax(-self._temperature * far), softmax(-self._temperature * judged)),
        )


def _sample(rows: Rows, rng: np.random.Generator) -> Rows:
    """Return the rows, or a random part of them where there are too many."""
    if len(rows.labels) <= ROWS:
        return rows
    chosen = np.sort(rng.choice(len(rows.labels), size=ROWS, replace=False))
    return rows.taken(chosen)
