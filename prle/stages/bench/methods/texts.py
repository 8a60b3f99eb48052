"""Ways to find a text, each ready to be timed and ranked: the models of a workspace, and what they have to beat."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, final

import numpy as np

from prle.arrays.geometry import unit
from prle.baselines import CLASSIFIERS
from prle.baselines.interface import Table
from prle.config import Config, resolve
from prle.metrics.rankings import Ranking, places_of
from prle.models.texts.checkpoint import restore_answers
from prle.models.texts.experts import MATRICES
from prle.models.texts.model import AnswerModel, rank
from prle.models.texts.routers import ExemplarRouting, GlobalRouting
from prle.models.texts.training.fitting import fit_answers
from prle.stages import can
from prle.stages.bench.interface import model_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from prle.baselines.interface import ClassifierName
    from prle.config import SoftTargetName
    from prle.models.students.checkpoint import RestoredStudent
    from prle.models.texts.checkpoint import Restored
    from prle.models.texts.interface import Questions
    from prle.models.texts.training.fitting import Job
    from prle.observer import Observer
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel

DOCUMENT: Final = "document 002"
"""What rows of the document's own model begin with: a rotation for each k-means cluster of the answers."""

CENTROIDS: Final = f"{DOCUMENT}, centroids"
QUESTIONS: Final = f"{DOCUMENT}, questions"
SOFT: Final[tuple[SoftTargetName, ...]] = ("none", "pairwise", "prototype", "hybrid", "uniform")

_NEIGHBOUR_TEMPERATURES: Final = (0.01, 0.03, 0.05, 0.1)
_FEW: Final = 100
"""With at most so many different texts they are labels, and a classifier can name them."""

PARTS: Final[Mapping[str, str]] = {
    "no words": "score of words beside that of vectors",
    "equal gates": "routing against equal gates",
    "random gates": "routing against random gates",
}
"""What is left out of a model, and what that says something of."""

Gates: TypeAlias = "Callable[[NDArray[np.float32]], NDArray[np.float32]]"
"""Gives clusters other weights than a routing does."""

Fit: TypeAlias = "tuple[AnswerModel, int, float]"
"""A model, how many clusters it has, and the seconds that fitting took."""

Kind = Literal["model", "ablation", "soft", "baseline"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranker:
    """A method after fitting.

    :param rank: where the right texts of questions stand.
    :param seconds: that fitting took, tuning included.
    :param cosines: whether it predicts a vector, whose cosine means something.
    """

    rank: Callable[[Questions], Ranking]
    seconds: float
    size_bytes: int
    prototypes: int | None = None
    cosines: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class TextMethod:
    """One row of a comparison, to be fitted when its turn comes.

    :param fit: seed -> the method, fitted.
    :param seeds: it is fitted once for each; one where chance plays no part, or what is stored is measured.
    :param whole: the model that it is a part of; ablations alone.
    :param part: what was left out, by the names of ``PARTS``; likewise.
    """

    name: str
    kind: Kind
    fit: Callable[[int], Ranker]
    seeds: tuple[int, ...] = (0,)
    whole: str = ""
    part: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class TextLineup:
    """What is compared.

    :param job: the rows of a workspace and its texts.
    :param seeds: whatever is random is fitted with each; none leaves stored models as they are.
    :param observer: is told what is not fitted again.
    """

    job: Job
    seeds: tuple[int, ...]
    observer: Observer

    def student(self, row: str, student: RestoredStudent, seconds: float) -> TextMethod:
        """Return a student, which took so long to make, as it is stored.

        :raises WorkspaceError: where it is one of numbers or classes.
        """
        answers, job = student.of_texts, self.job

        def ranked(questions: Questions) -> Ranking:
            return rank(answers, questions, job.library, job.lexicon)

        ready = Ranker(rank=ranked, seconds=seconds, size_bytes=student.size_bytes)
        return TextMethod(name=row, kind="model", fit=lambda _: ready)


def entrants(workspace: Workspace, name: str, lineup: TextLineup) -> list[TextMethod]:
    """Return a fitted model, without words where they count, and with other gates where there are clusters.

    :raises WorkspaceError: where it is broken.
    """
    job, seeds, stored = lineup.job, lineup.seeds, workspace.model(name)
    restored = _restored(stored, job)
    kept = restored.model, len(restored.clusters), float(stored.summary.get("fit_seconds", 0.0))
    if seeds and "consolidated" in stored.summary:
        lineup.observer.warn(f"prle:{name} was consolidated: it is measured as it is, not fitted again.")
        seeds = ()
    source = _Refits(restored.config, job, {} if seeds else {0: kept})
    method = partial(_variant, source, job, name=model_row(name), seeds=seeds or (0,))
    words = [method(part="no words")] if restored.model.lexical > 0.0 else []
    gates = [method(part="equal gates", weigh=_equal), method(part="random gates", weigh=_random)]
    return [method(), *words, *(gates if len(restored.clusters) > 1 else [])]


def _restored(stored: StoredModel, job: Job) -> Restored:
    return restore_answers(stored, job.train.asked.vectors, width=job.library.vectors.shape[1])


@final
class _Refits:
    """The same settings fitted with other seeds, once each.

    :param known: what needs no fit, by seed.
    """

    def __init__(self, config: Config, job: Job, known: Mapping[int, Fit] | None = None) -> None:
        self._config, self._job = config, job
        self._found = dict(known or {})

    def __call__(self, seed: int) -> Fit:
        if seed not in self._found:
            started = time.perf_counter()
            fitted = fit_answers(_seeded(self._config, seed), self._job)
            self._found[seed] = fitted.model, len(fitted.clusters), time.perf_counter() - started
        return self._found[seed]


def _variant(
    source: Callable[[int], Fit],
    job: Job,
    *,
    name: str,
    seeds: tuple[int, ...],
    part: str = "",
    weigh: Gates | None = None,
) -> TextMethod:
    """Return a model as a method, or with ``part`` what is left of it without that part."""

    def fit(seed: int) -> Ranker:
        model, count, seconds = source(seed)
        told = replace(model, lexical=0.0) if part == "no words" else model
        return _ready(told, job, seconds, count, weigh)

    if not part:
        return TextMethod(name=name, kind="model", fit=fit, seeds=seeds)
    return TextMethod(name=f"{name} ({part})", kind="ablation", fit=fit, seeds=seeds, whole=name, part=part)


def _seeded(config: Config, seed: int) -> Config:
    return config.model_copy(update={"train": config.train.model_copy(update={"seed": seed})})


def soft_targets(workspace: Workspace, lineup: TextLineup) -> Iterator[TextMethod]:
    """Yield the maps of the first model that learns some, fitted with each kind of soft targets.

    Without seeds they are fitted with the seed of that model.
    """
    config = resolve(None, {"answers.matrices": "low_rank", "answers.routing": "global"})
    for name in workspace.model_names:
        if can.subject(workspace, name).teacher is not None:
            continue
        known = _restored(workspace.model(name), lineup.job).config
        if known.answers.matrices != "auto" and MATRICES[known.answers.matrices].learned:
            config = known
            break
    for kind in SOFT:
        losses = config.answer_losses.model_copy(update={"soft_targets": kind})
        settings = config.model_copy(update={"answer_losses": losses})
        told = lineup.seeds or (config.train.seed,)
        yield TextMethod(name=f"soft targets: {kind}", kind="soft", fit=_fitted(settings, lineup.job), seeds=told)


def baselines(lineup: TextLineup) -> Iterator[TextMethod]:
    """Yield what can be compared on these rows; without seeds, chance has seed 0."""
    job, seeds = lineup.job, lineup.seeds
    one_space = job.situation.one_space
    raw = {"answers.matrices": "identity", "answers.routing": "global", "scores.shrinkage": 0.0, "scores.lexical": 0.0}
    yield _baseline("raw vector" if one_space else "mean text", job, raw)
    if job.lexicon is not None:
        yield TextMethod(name="words (TF-IDF)", kind="baseline", fit=lambda _: _words(job))
        yield _baseline("raw + words", job, {**raw, "scores.lexical": "auto"})
    if one_space:
        yield _baseline("procrustes", job, {**raw, "answers.matrices": "procrustes"})
    yield _baseline("ridge", job, {**raw, "answers.matrices": "ridge"})
    yield TextMethod(name="texts of neighbours", kind="baseline", fit=lambda _: _neighbours(job))
    if one_space:
        document = {
            **raw,
            "answers.matrices": "cluster_procrustes",
            "answers.temperature": 0.1,
            "prototypes.count": "auto",
            "scores.guard": False,
        }
        questions = {**document, "answers.routing": "exemplar"}
        yield _baseline(CENTROIDS, job, {**document, "answers.routing": "federated"}, seeds)
        yield _baseline(QUESTIONS, job, questions, seeds)
        two = {**questions, "answers.second_softmax": True}
        yield _baseline(f"{QUESTIONS}, two softmaxes", job, two, seeds)
    if _nameable(job):
        # Boosting needs a tree for each label in every round: it is for the few labels and features of a table.
        classifiers: tuple[ClassifierName, ...] = ("logistic_regression",)
        for name in classifiers if job.lexicon is not None else (*classifiers, "boosting"):
            yield TextMethod(name=name, kind="baseline", fit=partial(_classifier, job, name), seeds=_drawn(name, seeds))


def _drawn(name: ClassifierName, seeds: tuple[int, ...]) -> tuple[int, ...]:
    """Return the seeds of a classifier: one where chance plays no part in it."""
    return seeds if seeds and CLASSIFIERS[name].seeded else (0,)


def _nameable(job: Job) -> bool:
    """Say whether texts are few enough to be labels, all of which validation and training share."""
    known = np.unique(job.train.codes)
    return len(known) <= _FEW and bool(np.isin(job.validation.codes, known).all())


def _baseline(name: str, job: Job, settings: Mapping[str, object], seeds: tuple[int, ...] = ()) -> TextMethod:
    return TextMethod(name=name, kind="baseline", fit=_fitted(resolve(None, settings), job), seeds=seeds or (0,))


def _ready(
    model: AnswerModel,
    job: Job,
    seconds: float,
    count: int,
    weigh: Gates | None = None,
) -> Ranker:
    """Return a fitted model that ranks, with other gates where ``weigh`` is given."""

    def ranked(questions: Questions) -> Ranking:
        weights = None if weigh is None else weigh(model.weights(questions.asked))
        return rank(model, questions, job.library, job.lexicon, weights)

    size = sum(array.nbytes for array in model.maps.values())
    return Ranker(rank=ranked, seconds=seconds, size_bytes=size, prototypes=count)


def _equal(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give every cluster the same."""
    return np.full_like(weights, 1.0 / weights.shape[1])


def _random(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the same weights to clusters drawn by lot, for each question anew."""
    return np.random.default_rng(0).permuted(weights, axis=1)


def _fitted(config: Config, job: Job) -> Callable[[int], Ranker]:
    """Return a ``fit`` of these settings."""
    refits = _Refits(config, job)

    def fit(seed: int) -> Ranker:
        model, count, seconds = refits(seed)
        return _ready(model, job, seconds, count)

    return fit


def _words(job: Job) -> Ranker:
    """Rank by the words that question and text share, and by nothing else."""
    width = job.library.vectors.shape[1]
    silent = AnswerModel(routing=GlobalRouting(), maps={"offset": np.zeros((1, width), np.float32)}, lexical=1.0)
    return replace(_ready(silent, job, 0.0, 1), cosines=False, prototypes=None)


def _neighbours(job: Job) -> Ranker:
    """Predict the mean of what training questions asked for, nearer ones louder; validation chooses how much louder."""
    started = time.perf_counter()
    distinct, owner = np.unique(job.train.codes, return_inverse=True)
    texts = {"offset": job.library.vectors[distinct]}
    tried = [
        AnswerModel(
            routing=ExemplarRouting(
                questions=unit(job.train.asked.vectors),
                owner=owner.astype(np.int64),
                count=len(distinct),
                temperature=temperature,
            ),
            maps=texts,
        )
        for temperature in _NEIGHBOUR_TEMPERATURES
    ]
    reached = [rank(model, job.validation, job.library, None).figures()["mrr"] for model in tried]
    best = tried[int(np.argmax(reached))]
    size = job.train.asked.vectors.nbytes + texts["offset"].nbytes
    return replace(_ready(best, job, time.perf_counter() - started, 1), size_bytes=size, prototypes=None)


def _classifier(job: Job, name: ClassifierName, seed: int) -> Ranker:
    """Rank labels by the probabilities of a classifier; those that train does not have come last."""
    started = time.perf_counter()
    known = np.unique(job.train.codes)
    place = {code: column for column, code in enumerate(known.tolist())}

    def table(questions: Questions) -> Table:
        kept = np.array([row for row, code in enumerate(questions.codes.tolist()) if code in place], np.int64)
        codes = np.array([place[code] for code in questions.codes[kept].tolist()], np.float64)
        return Table(embeddings=questions.asked.vectors[kept][:, None], labels=codes, classes=len(known))

    fitted = CLASSIFIERS[name](seed=seed).fit(table(job.train), table(job.validation))
    seconds = time.perf_counter() - started

    def ranked(questions: Questions) -> Ranking:
        scores = np.full((len(questions), len(job.library)), -1.0)
        scores[:, known] = fitted.predict(questions.asked.vectors[:, None])
        places = places_of(lambda rows: scores[rows], questions.codes, len(job.library))
        return Ranking(places=places, cosines=np.zeros(len(questions)))

    return Ranker(rank=ranked, seconds=seconds, size_bytes=fitted.size_bytes, cosines=False)
