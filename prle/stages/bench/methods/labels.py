"""Who takes part in a comparison: the models of a workspace, what is left of them without a part, and the baselines."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from prle.baselines import baselines_for
from prle.errors import UsageError, unknown_name
from prle.stages.bench.interface import model_row
from prle.stages.bench.measuring import Entrant, Timed
from prle.stages.bench.methods.ablations import FORMS, VOTES
from prle.stages.bench.methods.contender import Contender, fit_contender, load_contender
from prle.stages.common.memory import vectors_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.baselines.interface import Baseline, Table
    from prle.config import Config
    from prle.models.students.checkpoint import RestoredStudent
    from prle.models.students.model import DistilledPredictor
    from prle.stages.bench.methods.ablations import AblationName
    from prle.stages.bench.methods.contender import Fitted
    from prle.workspace import Workspace


SAMPLE: Final = 50_000
"""Rows that a baseline is fitted on, and as many tuned on, where vectors stay in the file."""


@dataclass(frozen=True, kw_only=True)
class Lineup:
    """What is compared.

    :param names: rows to make, as the report spells them; a model brings its ablations.
    :param seeds: how often whatever is random is fitted, seeds 0 to K - 1; None leaves stored models as they are.
    :param every_ablation: take away each part of a model in turn; else only what its form is tested by.
    :param memory: bytes that a fit should make do with; what the machine has where it is None.
    """

    names: frozenset[str]
    seeds: int | None
    every_ablation: bool
    memory: int | None = None

    def draws(self, seed: int) -> tuple[int, ...]:
        """Return the seeds of something random: ``seed`` alone where no number of seeds was asked for."""
        return (seed,) if self.seeds is None else tuple(range(self.seeds))

    def student(self, row: str, student: RestoredStudent, seconds: float) -> Entrant:
        """Return a student, which took so long to make, as it is stored.

        :raises WorkspaceError: where it is one of texts.
        """
        method = StudentMethod(predictor=student.of_labels, size_bytes=student.size_bytes)
        return Entrant(name=row, kind="model", fit=lambda _: Timed(method, seconds))


def chosen(only: Iterable[str] | None, models: Iterable[str], texts: int, classes: int = 0) -> frozenset[str]:
    """Return the names of the rows to make.

    :param texts: S, how many texts a row has: not every baseline suits both kinds.
    :param classes: T, 0 where labels are numbers, which have baselines of their own.
    :raises UsageError: for a name that is neither a model nor a baseline that suits the rows and is installed, or
        no name at all.
    """
    known = [
        *(model_row(model) for model in models),
        *(name for name, kind in baselines_for(classes).items() if kind().suits(texts)),
    ]
    if only is None:
        return frozenset(known)
    wanted = frozenset(only)
    if not wanted:
        message = "only: expected at least one name; got none."
        raise UsageError(message, hint=f"one of: {', '.join(known)}")
    for name in sorted(wanted.difference(known)):
        if name in baselines_for(classes):
            baselines_for(classes)[name].require_installed()
        kind = "--only"
        raise unknown_name(kind, name, known)
    return wanted


def entrants(opened: Workspace, model: str, lineup: Lineup) -> list[Entrant]:
    """Return a fitted model with its ablations.

    :raises WorkspaceError: where it is stale or broken.
    """
    whole = _Whole(opened=opened, stored=load_contender(opened, model), lineup=lineup)
    name, config = model_row(model), whole.stored.config
    draws = lineup.draws(config.train.seed)
    changes = FORMS[config.votes.voters].ablations(whole.stored, every=lineup.every_ablation)
    return [
        Entrant(name=name, kind="model", fit=_timed(whole.fit), seeds=draws),
        *(
            Entrant(
                name=ablation_row(name, change),
                kind="ablation",
                fit=_timed(partial(left, whole)),
                seeds=draws,
                ablates=name,
                change=change,
            )
            for change, left in changes.items()
        ),
    ]


def ablation_row(model: str, change: AblationName) -> str:
    """Return the name of the row of a model that something was taken away from; what it is alone stands after it."""
    return f"{model}, {change}" if change == VOTES.always else f"{model} ({change})"


@dataclass(frozen=True, kw_only=True)
class _Whole:
    """A stored model, and how it is fitted again."""

    opened: Workspace
    stored: Contender
    lineup: Lineup
    fitted: dict[int, Contender] = field(default_factory=dict)

    @property
    def train(self) -> Sentences:
        """Frozen vectors of the training rows. *Shape:* (N, S, H)."""
        return vectors_in(self.opened, "train", self.lineup.memory)

    def fit(self, seed: int) -> Contender:
        """Return the stored model, or where several seeds were asked for its settings fitted with this one, once."""
        if self.lineup.seeds is None:
            return self.stored
        if seed not in self.fitted:
            self.fitted[seed] = self.refit(self.stored.config, seed)
        return self.fitted[seed]

    def refit(self, config: Config, seed: int) -> Contender:
        """Fit settings, the seed apart."""
        train = config.train.model_copy(update={"seed": seed})
        return fit_contender(self.opened, config.model_copy(update={"train": train}), memory=self.lineup.memory)


@dataclass(frozen=True, kw_only=True)
class StudentMethod:
    """A student as bench measures it."""

    predictor: DistilledPredictor
    size_bytes: int

    def predict(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return predictions: (N, S, H) to label units (N,), or to class probabilities (N, T)."""
        return self.predictor.predict(embeddings)


def baselines(train: Table, validation: Table, lineup: Lineup) -> Iterator[Entrant]:
    """Yield the chosen baselines, to be fitted and timed when their turn comes."""
    for name, baseline in baselines_for(train.classes).items():
        if name in lineup.names:
            seeds = lineup.draws(0) if baseline.seeded else (0,)
            yield Entrant(name=name, kind="baseline", fit=_tuned(baseline, train, validation), seeds=seeds)


def _timed(fit: Callable[[int], Fitted]) -> Callable[[int], Timed]:
    """Return a ``fit`` that says how long it took when it was made."""

    def timed(seed: int) -> Timed:
        fitted = fit(seed)
        return Timed(fitted, fitted.fit_seconds)

    return timed


def _tuned(baseline: type[Baseline], train: Table, validation: Table) -> Callable[[int], Timed]:
    """Return a ``fit`` that watches the clock, tuning included; on a sample where rows stay in the file."""

    def fit(seed: int) -> Timed:
        started = time.perf_counter()
        rows = train.sampled(SAMPLE, seed)
        fitted = baseline(seed=seed).fit(rows, validation.sampled(SAMPLE, seed))
        return Timed(fitted, time.perf_counter() - started, fitted_on=len(rows))

    return fit
