"""Fitting where labels are texts: every candidate, the best on validation, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.encoders.pretrained.device import CPU
from prle.models.texts.clusters import find_clusters
from prle.models.texts.experts import count_parameters, make_matrices
from prle.models.texts.model import AnswerModel, lexical_places, rank
from prle.models.texts.routed import make_routing
from prle.models.texts.routers import Clusters, anchors_of
from prle.models.texts.training.candidates import Candidate, Situation, advised, candidates
from prle.models.texts.training.trainer import MapTrainer
from prle.observer import SILENT, EpochRecord, Observer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.config import Config, RoutingName
    from prle.metrics.rankings import Ranking
    from prle.models.texts.experts import Pairs
    from prle.models.texts.interface import Library, Questions
    from prle.models.texts.lexicon import Lexicon

SHRINKAGES: Final = (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0)
LEXICAL: Final = (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
"""What is tried on validation."""

GUARDED: Final = 0.01
"""R@1 that a model may be below the raw vector on validation before that is kept instead."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One candidate and its validation figures."""

    candidate: Candidate
    figures: Mapping[str, float]
    parameters: int


@dataclass(frozen=True, kw_only=True, eq=False)
class FittedAnswers:
    """What a fit leaves behind.

    :param config: settled settings.
    :param clusters: of the training questions.
    :param anchors: the training question nearest to the centre of each. *Shape:* (K,)
    :param figures: on the validation rows, by the names of ``prle.metrics.rankings.RANKED``.
    :param raw: those of the raw vector.
    :param trials: of all candidates, in their order.
    :param advice: the routing that document 003 advises.
    :param guarded: whether the raw vector was kept since the best candidate was below it.
    :param soft: what soft targets remember, by name.
    """

    config: Config
    model: AnswerModel
    clusters: Clusters
    anchors: NDArray[np.int64]
    figures: Mapping[str, float]
    raw: Mapping[str, float]
    trials: tuple[Trial, ...]
    history: tuple[EpochRecord, ...]
    best_epoch: int
    advice: RoutingName
    guarded: bool
    soft: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """What is fitted on and chosen by.

    :param lexicon: over the library; None for rows of a table, which have no words.
    """

    train: Questions
    validation: Questions
    library: Library
    lexicon: Lexicon | None

    @property
    def situation(self) -> Situation:
        """What decides which candidates there are."""
        asked = self.train.asked
        return Situation(
            rows=len(self.train),
            one_space=self.train.pairs(self.library).one_space,
            groups=len(set(asked.groups) - {""}),
            paths=len(set(asked.paths) - {""}),
        )


def fit_answers(config: Config, job: Job, *, device: str = CPU, observer: Observer = SILENT) -> FittedAnswers:
    """Fit every candidate, keep the best on validation, and settle shrinkage and the weight of words there.

    :param device: of torch, for what is learned.
    :raises UsageError: where settings do not fit the data.
    """
    situation = job.situation
    fitting = _Fitting(config, job, device, observer)
    found = [fitting.fit(candidate) for candidate in fitting.listed(situation)]
    raw = fitting.raw
    best = found[0]
    for one in found[1:]:
        best = one if surely_better(one.places, best.places) else best
    best, guarded = fitting.guard(fitting.scored(best), raw)
    return FittedAnswers(
        config=_settled(config, best),
        model=best.model,
        clusters=best.clusters,
        anchors=anchors_of(best.clusters, job.train.asked.vectors),
        figures=rank(best.model, job.validation, job.library, job.lexicon).figures(),
        raw=raw.trial.figures,
        trials=tuple(one.trial for one in found),
        history=best.history,
        best_epoch=best.best_epoch,
        advice=advised(situation),
        guarded=guarded,
        soft=best.soft,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fit:
    """One fitted candidate."""

    trial: Trial
    model: AnswerModel
    places: NDArray[np.float64]
    clusters: Clusters
    history: tuple[EpochRecord, ...] = ()
    best_epoch: int = 0
    soft: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)


def surely_better(places: NDArray[np.float64], than: NDArray[np.float64]) -> bool:
    """Say whether the mean reciprocal rank is higher by more than a standard error of the difference.

    With two dozen candidates and a few hundred validation rows, the highest figure is often that of the luckiest.

    :param places: of the same questions, twice. *Shape:* (N,)
    """
    gained = 1.0 / (1.0 + places) - 1.0 / (1.0 + than)
    return bool(gained.mean() > gained.std() / np.sqrt(len(gained)))


class _Fitting:
    """Fits candidates on one job; clusters are found once for each kind."""

    def __init__(self, config: Config, job: Job, device: str, observer: Observer) -> None:
        self._config, self._job, self._device, self._observer = config, job, device, observer
        self._pairs: Pairs = job.train.pairs(job.library)
        self._clusters: dict[str, Clusters] = {}

    @property
    def _drawn(self) -> tuple[float, ...]:
        """How far candidates are drawn back when they are compared; :meth:`scored` settles it more finely.

        A map that was learned from some texts is often no good for others until it is half drawn back.
        """
        wanted = self._config.scores.shrinkage
        if not self._pairs.one_space:
            return (0.0,)
        return (0.0, 0.5) if wanted == "auto" else (wanted,)

    def listed(self, situation: Situation) -> tuple[Candidate, ...]:
        """Return the candidates; the only one left is told of every epoch."""
        found = candidates(self._config, situation)
        self._alone = len(found) == 1
        return found

    @property
    def raw(self) -> _Fit:
        """The raw vector, as a candidate."""
        return self.fit(Candidate(matrices="identity", routing="global"))

    def fit(self, candidate: Candidate) -> _Fit:
        """Fit one candidate and measure it on the validation rows, by vectors alone."""
        strategy = make_matrices(candidate.matrices, self._config, penalty=candidate.penalty)
        clusters = self._found(candidate.routing)
        asked = self._job.train.asked
        routing = make_routing(
            candidate.routing, self._config, clusters, asked.vectors, temperature=candidate.temperature
        )
        start = strategy.solve(self._pairs, clusters.members)
        model = AnswerModel(routing=routing, maps=start)
        weights = model.weights(self._job.validation.asked)

        def ranking(maps: Mapping[str, NDArray[np.generic]]) -> Ranking:
            tried = [replace(model, maps=maps, shrinkage=value) for value in self._drawn]
            ranked = [rank(each, self._job.validation, self._job.library, None, weights) for each in tried]
            return max(ranked, key=lambda each: each.figures()["mrr"])

        if not strategy.learned:
            reached = ranking(start)
            trial = Trial(candidate=candidate, figures=reached.figures(), parameters=count_parameters(start))
            return _Fit(trial=trial, model=model, places=reached.places, clusters=clusters)
        observer = self._observer if self._alone else SILENT
        trainer = MapTrainer(
            strategy,
            self._config,
            self._pairs,
            model.weights(asked),
            self._job.library,
            lambda maps: ranking(maps).figures(),
            observer,
            device=self._device,
        )
        learned = trainer.fit(start)
        reached = ranking(learned.maps)
        trial = Trial(candidate=candidate, figures=reached.figures(), parameters=count_parameters(learned.maps))
        return _Fit(
            trial=trial,
            places=reached.places,
            model=replace(model, maps=learned.maps),
            clusters=clusters,
            history=learned.history,
            best_epoch=learned.best_epoch,
            soft=learned.soft,
        )

    def scored(self, found: _Fit) -> _Fit:
        """Settle how far predictions are drawn back, and how much words count."""
        scores, job = self._config.scores, self._job
        model, weights = found.model, found.model.weights(job.validation.asked)
        if self._pairs.one_space and scores.shrinkage != 0.0:
            grid = SHRINKAGES if scores.shrinkage == "auto" else (scores.shrinkage,)
            tried = [replace(model, shrinkage=value) for value in grid]
            mrr = [rank(each, job.validation, job.library, None, weights).figures()["mrr"] for each in tried]
            model = tried[int(np.argmax(mrr))]
        if job.lexicon is not None and scores.lexical != 0.0:
            values = LEXICAL if scores.lexical == "auto" else (scores.lexical,)
            cosines = model.vectors(job.validation.asked, weights) @ model.texts(job.library.vectors).T
            places = lexical_places(cosines, job.validation, job.lexicon, values)
            model = replace(model, lexical=max(values, key=lambda value: float(np.mean(1.0 / (1.0 + places[value])))))
        return replace(found, model=model)

    def guard(self, found: _Fit, raw: _Fit) -> tuple[_Fit, bool]:
        """Keep the raw vector where what was found is a point below it, and say whether that happened."""
        job = self._job
        reached = rank(found.model, job.validation, job.library, job.lexicon).figures()["recall_at_1"]
        if not self._config.scores.guard or reached >= raw.trial.figures["recall_at_1"] - GUARDED:
            return found, False
        return raw, True

    def _found(self, routing: RoutingName) -> Clusters:
        kind = "federated" if routing == "exemplar" else routing
        if kind not in self._clusters:
            self._clusters[kind] = find_clusters(kind, self._config, self._pairs, self._job.train.asked)
        return self._clusters[kind]


def _settled(config: Config, found: _Fit) -> Config:
    """Return the settings with what was chosen in the place of every ``auto``."""
    chosen, model = found.trial.candidate, found.model
    answers: dict[str, object] = {"matrices": chosen.matrices, "routing": chosen.routing}
    if chosen.penalty:
        answers["penalty"] = chosen.penalty
    if chosen.temperature:
        answers["temperature"] = chosen.temperature
    return config.model_copy(
        update={
            "answers": config.answers.model_copy(update=answers),
            "scores": config.scores.model_copy(update={"shrinkage": model.shrinkage, "lexical": model.lexical}),
        }
    )
