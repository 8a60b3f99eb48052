"""Compare models of texts with ordinary ways to find a text, and say what routing and words are worth."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.errors import UsageError, unknown_name
from prle.metrics.numbers import Difference, paired_bootstrap
from prle.metrics.rankings import RANKED
from prle.models.labels.training.threads import one_thread
from prle.observer import SILENT
from prle.stages import can
from prle.stages.bench.interface import TextBenchReport, TextBenchRow, TextFinding, model_row
from prle.stages.bench.methods.texts import (
    CENTROIDS,
    DOCUMENT,
    PARTS,
    QUESTIONS,
    TextLineup,
    TextMethod,
    baselines,
    entrants,
    soft_targets,
)
from prle.stages.bench.verdict import answer_of
from prle.stages.common.provenance import provenance
from prle.stages.common.splits import known_split
from prle.stages.common.text_rows import questions_of
from prle.stages.fit.texts import job_of
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.texts.interface import Questions
    from prle.models.texts.training.fitting import Job
    from prle.observer import Observer
    from prle.stages.bench.interface import Answer, BenchRequest
    from prle.workspace import Workspace

__all__ = ["bench", "entrants"]

_RELATIONS: Final[dict[Answer, str]] = {"helps": "is ahead of", "level": "is level with", "hurts": "is behind"}
_WORTH: Final[dict[Answer, str]] = {
    "helps": "earns something",
    "level": "earns nothing that can be told from chance",
    "hurts": "costs something",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class _Measured:
    """One method on the reported rows.

    :param hits: of each fit, which rows have the right text first; of several cuts the rows stand one after the other.
        *Shape:* (K, N)
    :param fits: the figures of each fit on each cut.
    :param validation: mean MRR on validation rows.
    """

    row: TextBenchRow
    hits: NDArray[np.float64]
    fits: tuple[Mapping[str, float], ...]
    validation: float
    whole: str
    part: str


@dataclass(frozen=True, kw_only=True, eq=False)
class _Cut:
    """What is measured on: one workspace."""

    workspace: Workspace
    job: Job
    rows: Questions


def bench(workspace: Workspace, request: BenchRequest, *, observer: Observer = SILENT) -> TextBenchReport:
    """Rank all texts of the workspace for one split by every method.

    Of several cuts of the same data, each is measured for itself and their rows are pooled.

    :raises UsageError: for a split that is not there, or a name that nothing has.
    """
    split = known_split(workspace, request.split)
    if split != "test":
        observer.warn(f"{split} rows were fitted or tuned on: the figures flatter every method.")
    with ExitStack() as stack:
        opened = [workspace, *(stack.enter_context(open_workspace(path)) for path in request.cuts)]
        cuts = [_cut(each, workspace, split, request) for each in opened]
        measured = _pooled([_measured_on(cut, request, observer) for cut in cuts], observer)
        return _report(cuts, measured, request)


def _cut(opened: Workspace, first: Workspace, split: SplitName, request: BenchRequest) -> _Cut:
    """Return what is measured on in one workspace.

    :raises UsageError: where it does not hold what the first one holds.
    """
    can.check("bench", can.subject(opened), request)
    if opened.manifest.label != first.manifest.label:
        message = f"--cut {opened.path}: expected {first.manifest.label} to be found, as in {first.path}."
        raise UsageError(message, hint="embed the same data, cut in another way")
    return _Cut(workspace=opened, job=job_of(opened), rows=questions_of(opened, known_split(opened, split)))


def _measured_on(cut: _Cut, request: BenchRequest, observer: Observer) -> list[_Measured]:
    """Measure every method that was asked for."""
    lineup = TextLineup(job=cut.job, seeds=tuple(range(request.seeds or 0)), observer=observer)
    methods = _chosen(
        [
            *_models(cut.workspace, lineup),
            *(soft_targets(cut.workspace, lineup) if request.soft_targets else ()),
            *baselines(lineup),
        ],
        request.only,
    )
    measured = []
    with one_thread():
        for done, method in enumerate(methods):
            observer.progress("bench", done, len(methods), "methods")
            measured.append(_measure(method, cut, request.split))
    observer.progress("bench", len(methods), len(methods), "methods")
    return measured


def _models(workspace: Workspace, lineup: TextLineup) -> Iterator[TextMethod]:
    """Yield each model with what is left of it without a part; a stale one is left out aloud."""
    for name in workspace.model_names:
        if workspace.stale(name):
            lineup.observer.warn(f"{model_row(name)} is left out: it is stale; run `prle fit --name {name}` again.")
            continue
        yield from can.module("bench", can.subject(workspace, name)).entrants(workspace, name, lineup)


def _chosen(methods: Sequence[TextMethod], only: Sequence[str] | None) -> list[TextMethod]:
    """Return the methods of these names, models with what is left of them without a part.

    :raises UsageError: for a name that nothing has.
    """
    if only is None:
        return list(methods)
    known = [method.name for method in methods if not method.whole]
    for name in only:
        if name not in known:
            unknown = unknown_name("--only", name, known)
            raise unknown
    return [method for method in methods if (method.whole or method.name) in only]


def _measure(method: TextMethod, cut: _Cut, split: str) -> _Measured:
    """Fit a method with each of its seeds, and rank the rows."""
    hits, figures, validation, seconds, rankers = [], [], [], [], []
    for seed in method.seeds:
        ranker = method.fit(seed)
        started = time.perf_counter()
        ranking = ranker.rank(cut.rows)
        seconds.append(max(time.perf_counter() - started, 1e-9))
        hits.append(ranking.hits(1).astype(np.float64))
        figures.append(ranking.figures())
        validation.append(ranker.rank(cut.job.validation).figures()["mrr"])
        rankers.append(ranker)
    first = rankers[0]
    row = TextBenchRow(
        name=method.name,
        kind=method.kind,
        split=split,
        **_means(figures, cosines=first.cosines),
        fit_seconds=float(np.mean([ranker.seconds for ranker in rankers])),
        predict_rows_per_second=len(cut.rows) / float(np.mean(seconds)),
        size_bytes=first.size_bytes,
        prototypes=first.prototypes,
    )
    return _Measured(
        row=row,
        hits=np.stack(hits),
        fits=tuple(figures),
        validation=float(np.mean(validation)),
        whole=method.whole,
        part=method.part,
    )


def _means(figures: Sequence[Mapping[str, float]], *, cosines: bool) -> dict[str, Any]:
    """Return the means over fits, and where there are several their standard deviations."""
    found: dict[str, Any] = {"fits": len(figures)}
    for name in RANKED:
        values = [each[name] for each in figures]
        known = cosines or name != "cosine"
        found[name] = float(np.mean(values)) if known else None
        found[f"{name}_sd"] = float(np.std(values, ddof=1)) if known and len(values) > 1 else None
    return found


def _pooled(cuts: Sequence[Sequence[_Measured]], observer: Observer) -> list[_Measured]:
    """Return the methods that every cut has, over the rows of all."""
    if len(cuts) == 1:
        return list(cuts[0])
    by_name = [{each.row.name: each for each in cut} for cut in cuts]
    found = []
    for name in dict.fromkeys(name for cut in by_name for name in cut):
        own = [cut[name] for cut in by_name if name in cut]
        if len(own) < len(cuts) or len({len(each.hits) for each in own}) > 1:
            observer.warn(f"{name} is left out: not every cut has it.")
            continue
        fits = [each for part in own for each in part.fits]
        rates = [part.row.predict_rows_per_second for part in own]
        row = replace(
            own[0].row,
            **_means(fits, cosines=own[0].row.cosine is not None),
            fit_seconds=float(np.mean([part.row.fit_seconds for part in own])),
            predict_rows_per_second=float(np.mean(rates)),
        )
        found.append(
            replace(
                own[0],
                row=row,
                hits=np.concatenate([part.hits for part in own], axis=1),
                fits=tuple(fits),
                validation=float(np.mean([part.validation for part in own])),
            )
        )
    return found


def _report(cuts: Sequence[_Cut], measured: Sequence[_Measured], request: BenchRequest) -> TextBenchReport:
    manifest, first = cuts[0].workspace.manifest, cuts[0]
    best = max((each for each in measured if each.row.kind == "baseline"), key=_first, default=None)
    speaker = max(
        (each for each in measured if each.row.kind == "model"), key=lambda each: each.validation, default=None
    )
    found = _findings(measured)
    encoder = "" if manifest.target_encoder is None else manifest.target_encoder.name
    return TextBenchReport(
        dataset=manifest.dataset,
        encoder=encoder,
        rows=tuple(_against(best, each) for each in measured),
        pool=len(first.job.library),
        unseen=float(np.mean(~np.isin(first.rows.codes, first.job.train.codes))),
        best_baseline=best.row.name if best else "",
        best_model=speaker.row.name if speaker else "",
        verdict=_verdict(speaker, best, found),
        findings=found,
        resampling=_resampling(cuts, request),
        provenance=provenance(),
        seeds=request.seeds,
        cuts=len(cuts),
    )


def _resampling(cuts: Sequence[_Cut], request: BenchRequest) -> str:
    """Say what an interval of this comparison is an interval of."""
    rows = sum(len(cut.rows) for cut in cuts)
    of = f"the {rows:,} {request.split} rows" + (f" of {len(cuts)} cuts" if len(cuts) > 1 else "")
    drawn = f"2,000 paired bootstrap samples of {of}, the same rows for both methods"
    if request.seeds is None:
        return f"{drawn}; fits are not resampled."
    return (
        f"{drawn}; R@1 is the mean over each method's fits ({request.seeds} where chance plays a part), not resampled."
    )


def _first(each: _Measured) -> float:
    return each.row.recall_at_1


def _against(best: _Measured | None, each: _Measured) -> TextBenchRow:
    if best is None or each.row.kind == "baseline":
        return each.row
    return replace(each.row, difference=_difference(each, best))


def _difference(ours: _Measured, theirs: _Measured) -> Difference:
    """Return how much higher our R@1 is, with its paired 95 % interval over rows."""
    return paired_bootstrap(np.ones(ours.hits.shape[1]), ours.hits, theirs.hits, "accuracy")


def _findings(measured: Sequence[_Measured]) -> tuple[TextFinding, ...]:
    """Say what gates and words are worth to each model, and questions in the place of centroids to the document's."""
    by_name = {each.row.name: each for each in measured}
    pairs = [(by_name[each.whole], each) for each in measured if each.whole in by_name]
    found = [_finding(whole.row.name, PARTS[part.part], whole, part) for whole, part in pairs]
    if CENTROIDS in by_name and QUESTIONS in by_name:
        subject = "routing by training questions against centroids"
        found.append(_finding(DOCUMENT, subject, by_name[QUESTIONS], by_name[CENTROIDS]))
    return tuple(found)


def _finding(model: str, subject: str, ours: _Measured, theirs: _Measured) -> TextFinding:
    difference = _difference(ours, theirs)
    answer = answer_of(difference)
    words = f"{_WORTH[answer]} in R@1"
    if ours.row.cosine is not None and theirs.row.cosine not in (None, ours.row.cosine):
        words += f"; cosine {theirs.row.cosine:.3f} to {ours.row.cosine:.3f}"
    return TextFinding(model=model, subject=subject, answer=answer, difference=difference, words=words)


def _verdict(speaker: _Measured | None, best: _Measured | None, found: Sequence[TextFinding]) -> str:
    """Say in a few sentences what the table shows of the model that speaks."""
    if speaker is None:
        return "No model was compared." if best is None else f"No model was compared; the best is {best.row.name}."
    if best is None:
        return f"{speaker.row.name} has R@1 {speaker.row.recall_at_1:.3f}; no baseline was compared."
    difference = _difference(speaker, best)
    point, low, high = difference
    relation = _RELATIONS[answer_of(difference)]
    figures = f"R@1 {speaker.row.recall_at_1:.3f} to {best.row.recall_at_1:.3f}, difference {point:+.3f}, "
    figures += f"95 % interval {low:+.3f} to {high:+.3f}"
    sentences = [f"{speaker.row.name} {relation} the best baseline, {best.row.name} ({figures})."]
    sentences += [
        f"{_owner(each.model, speaker.row.name)} {each.subject} {each.words} (difference {each.difference[0]:+.3f})."
        for each in found
        if each.model in (speaker.row.name, DOCUMENT)
    ]
    return " ".join(sentences)


def _owner(model: str, speaker: str) -> str:
    """Return whose part a sentence is about, at its beginning."""
    return "Its" if model == speaker else f"In the model of {model},"
