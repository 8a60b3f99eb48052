"""Compare models of texts with ordinary ways to find a text, and say what routing and words are worth."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.errors import UsageError, unknown_name
from prle.metrics import Difference, paired_bootstrap
from prle.observer import SILENT
from prle.stages.predict import known_split
from prle.stages.provenance import provenance
from prle.stages.text_bench_interface import TextBenchReport, TextBenchRow, TextFinding
from prle.stages.text_fit import job_of
from prle.stages.text_methods import (
    CENTROIDS,
    DOCUMENT,
    PARTS,
    QUESTIONS,
    TextMethod,
    baselines,
    models,
    soft_targets,
)
from prle.stages.text_rows import questions_of
from prle.stages.verdict import answer_of
from prle.training.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.answering.fitting import Job
    from prle.answering.interface import Questions
    from prle.observer import Observer
    from prle.ranking import Ranking
    from prle.stages.bench_request import BenchRequest
    from prle.stages.interface import Answer
    from prle.workspace import Workspace

_RELATIONS: Final[dict[Answer, str]] = {"helps": "is ahead of", "level": "is level with", "hurts": "is behind"}
_WORTH: Final[dict[Answer, str]] = {
    "helps": "earns something",
    "level": "earns nothing that can be told from chance",
    "hurts": "costs something",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class _Measured:
    """One method on the reported rows, and its MRR on the validation rows."""

    row: TextBenchRow
    ranking: Ranking
    validation: float
    whole: str
    part: str


def bench_texts(workspace: Workspace, request: BenchRequest, *, observer: Observer = SILENT) -> TextBenchReport:
    """Rank all texts of the workspace for one split by every method.

    :raises UsageError: for what a comparison of labels has and this has not, or a name that nothing has.
    """
    if request.seeds is not None or request.ablations:
        message = "--seeds and --ablations: expected labels that are numbers or classes; these are texts."
        raise UsageError(message, hint="gates and words are left out by default; --soft-targets compares those")
    split = known_split(workspace, request.split)
    if split != "test":
        observer.warn(f"{split} rows were fitted or tuned on: the figures flatter every method.")
    job, rows = job_of(workspace), questions_of(workspace, split)
    methods = _chosen(
        [
            *models(workspace, job, observer),
            *(soft_targets(workspace, job) if request.soft_targets else ()),
            *baselines(job),
        ],
        request.only,
    )
    measured = []
    with one_thread():
        for done, method in enumerate(methods):
            observer.progress("bench", done, len(methods), "methods")
            measured.append(_measure(method, job, rows, split))
    observer.progress("bench", len(methods), len(methods), "methods")
    return _report(workspace, job, rows, measured, split)


def _chosen(methods: Sequence[TextMethod], only: Sequence[str] | None) -> list[TextMethod]:
    """Return the methods of these names, models with what is left of them without a part.

    :raises UsageError: for a name that nothing has.
    """
    if only is None:
        return list(methods)
    known = [method.name for method in methods if not method.whole]
    for name in only:
        if name not in known:
            unknown = unknown_name("method", name, known)
            raise unknown
    return [method for method in methods if (method.whole or method.name) in only]


def _measure(method: TextMethod, job: Job, rows: Questions, split: str) -> _Measured:
    ranker = method.fit()
    started = time.perf_counter()
    ranking = ranker.rank(rows)
    seconds = time.perf_counter() - started
    figures = ranking.figures()
    row = TextBenchRow(
        name=method.name,
        kind=method.kind,
        split=split,
        recall_at_1=figures["recall_at_1"],
        recall_at_10=figures["recall_at_10"],
        mrr=figures["mrr"],
        cosine=figures["cosine"] if ranker.cosines else None,
        fit_seconds=ranker.seconds,
        predict_rows_per_second=len(rows) / max(seconds, 1e-9),
        size_bytes=ranker.size_bytes,
        prototypes=ranker.prototypes,
    )
    validation = ranker.rank(job.validation).figures()["mrr"]
    return _Measured(row=row, ranking=ranking, validation=validation, whole=method.whole, part=method.part)


def _report(
    workspace: Workspace, job: Job, rows: Questions, measured: Sequence[_Measured], split: str
) -> TextBenchReport:
    manifest = workspace.manifest
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
        pool=len(job.library),
        unseen=float(np.mean(~np.isin(rows.codes, job.train.codes))),
        best_baseline=best.row.name if best else "",
        best_model=speaker.row.name if speaker else "",
        verdict=_verdict(speaker, best, found),
        findings=found,
        resampling=f"2,000 paired bootstrap samples of the {len(rows):,} {split} rows, the same rows for both methods; "
        "fits are not resampled.",
        provenance=provenance(),
    )


def _first(each: _Measured) -> float:
    return each.row.recall_at_1


def _against(best: _Measured | None, each: _Measured) -> TextBenchRow:
    if best is None or each.row.kind == "baseline":
        return each.row
    return replace(each.row, difference=_difference(each, best))


def _difference(ours: _Measured, theirs: _Measured) -> Difference:
    """Return how much higher our R@1 is, with its paired 95 % interval over rows."""
    first, second = (_hits(each) for each in (ours, theirs))
    return paired_bootstrap(np.ones(len(first)), first, second, "accuracy")


def _hits(each: _Measured) -> NDArray[np.float64]:
    return each.ranking.hits(1).astype(np.float64)


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
