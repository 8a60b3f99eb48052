"""Reports about texts as targets as the stages would return them, with questions as people type them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prle.observer import EpochRecord
from prle.stages.bench.interface import TextBenchReport, TextBenchRow, TextFinding
from prle.stages.common.provenance import Provenance
from prle.stages.embed.interface import EmbedReport
from prle.stages.explain.interface import ExplainRowsReport, TextAnchor, TextExample, TextExplainReport, TextShare
from prle.stages.fit.interface import TextFitReport, TextTrial
from prle.stages.info.interface import InfoReport, ModelSummary
from prle.stages.predict.interface import Found, TextPrediction, TextPredictReport
from tests.prle_cli.made import reports

QUESTION = "how do I get the records out of my markdown notes"
ANSWERS = (
    (
        "To extract structured data from Markdown notes, run `extract_records.pl` from the scripts folder. It reads "
        "the fields of every record, keeps blocks of several lines together, and writes JSON, one object a line."
    ),
    "Choose a record tool over grep where values span several lines.",
    reports.MARKUP[0],
    "card_arrival",
)


def _found(place: int, *, words: bool = True) -> Found:
    cosine = 0.71 - 0.06 * place
    lexical = 0.21 / (1 + place) if words else 0.0
    return Found(
        text=ANSWERS[place], score=cosine + lexical, cosine=cosine, lexical=lexical, code=place, raw_place=1 + 3 * place
    )


def embedding() -> EmbedReport:
    return replace(
        reports.embedding(),
        dataset="skills.csv",
        fields=("question",),
        label="answer",
        targets=1849,
        target_encoder="all-MiniLM-L6-v2",
        groups=384,
        paths=150,
    )


def history() -> tuple[EpochRecord, ...]:
    return tuple(
        EpochRecord(
            epoch=epoch,
            epochs=12,
            phase="maps" if epoch else "start",
            losses={"contrastive": 2.1 - 0.1 * epoch, "cosine": 0.9 - 0.01 * epoch} if epoch else {},
            prototypes_in_use=1,
            best=epoch in (0, 1, 2, 4, 7),
            validation_recall_at_1=0.52 + 0.09 * epoch / (epoch + 2) - 0.001 * epoch,
            validation_mrr=0.63 + 0.08 * epoch / (epoch + 2) - 0.001 * epoch,
        )
        for epoch in range(13)
    )


def fitting() -> TextFitReport:
    made = (
        ("identity", "global", None, None),
        ("ridge", "global", 30.0, None),
        ("low_rank", "global", None, None),
        ("two_sided", "global", None, None),
        ("cluster_ridge", "federated", 30.0, 0.1),
        ("gated_low_rank", "exemplar", None, 0.03),
    )
    trials = tuple(
        TextTrial(
            matrices=matrices,
            routing=routing,
            penalty=penalty,
            temperature=temperature,
            recall_at_1=0.505 + 0.02 * place,
            recall_at_10=0.879,
            mrr=0.628 + 0.015 * place,
            cosine=0.643,
            parameters=147_456,
        )
        for place, (matrices, routing, penalty, temperature) in enumerate(made)
    )
    return TextFitReport(
        workspace=Path("skills.h5"),
        model="default",
        matrices="two_sided",
        routing="global",
        advice="group",
        prototypes=1,
        parameters=24_577,
        pool=1849,
        shrinkage=0.125,
        lexical=0.5,
        guarded=False,
        validation={"recall_at_1": 0.6484, "recall_at_10": 0.9312, "mrr": 0.7413, "cosine": 0.6977},
        raw={"recall_at_1": 0.5053, "recall_at_10": 0.8789, "mrr": 0.6279, "cosine": 0.7102},
        validation_recall_at_1=0.6484,
        validation_mrr=0.7413,
        trials=trials,
        history=history(),
        best_epoch=7,
        seconds=21.4,
        seed=0,
    )


def guarded() -> TextFitReport:
    report = fitting()
    raw = report.raw
    return replace(
        report,
        matrices="identity",
        parameters=1,
        shrinkage=0.0,
        lexical=0.0,
        guarded=True,
        validation=raw,
        history=(),
        trials=report.trials[:1],
    )


def predictions() -> TextPredictReport:
    answers = tuple(_found(place) for place in range(4))
    one = TextPrediction(texts=(QUESTION,), prediction=answers[0].text, score=answers[0].score, answers=answers)
    return TextPredictReport(
        model="default",
        fields=("question",),
        label="answer",
        split=None,
        pool=1849,
        pool_source="skills.h5",
        predictions=(one,),
    )


def split_predictions() -> TextPredictReport:
    one = predictions().predictions[0]
    rows = [
        replace(
            one, texts=(f"{QUESTION} {'and then some ' * (row % 4)}",), row=row, label=ANSWERS[0], place=1 + row % 3
        )
        for row in range(23)
    ]
    return replace(predictions(), split="test", predictions=tuple(rows))


def explanation() -> TextExplainReport:
    answers = tuple(_found(place) for place in range(3))
    weights = (0.6121, 0.2504, 0.1, 0.0375)
    texts = (QUESTION, "what is a record", reports.STEERING[0], "why not grep")
    shares = tuple(
        TextShare(
            prototype=7 * place,
            name=("skill_extract_records_003", "", "notes > markdown", "")[place],
            weight=weights[place],
            rows=4 + place,
            moved=0.12 - 0.02 * place,
            anchor=TextAnchor(row=10 * place, texts=(texts[place],), label=ANSWERS[place]),
        )
        for place in range(4)
    )
    examples = tuple(
        TextExample(row=31 * place, texts=(texts[place],), label=ANSWERS[place], cosine=0.8 - 0.1 * place, weight=0.05)
        for place in range(3)
    )
    return TextExplainReport(
        model="default",
        dataset="skills.csv",
        fields=("question",),
        label_name="answer",
        texts=(QUESTION,),
        row="test:3",
        label=ANSWERS[1],
        prediction=answers[0].text,
        score=answers[0].score,
        answers=answers,
        pool=1849,
        raw_prediction=ANSWERS[1],
        raw_score=0.594,
        moved=0.078,
        label_place=2,
        label_raw_place=8,
        matrices="gated_low_rank",
        routing="group",
        lexical=0.5,
        prototypes=shares,
        examples=examples,
    )


def explained_alone() -> TextExplainReport:
    """A typed question, one map, no words."""
    report = explanation()
    answers = tuple(_found(place, words=False) for place in range(3))
    alone = (replace(report.prototypes[0], weight=1.0, name=""),)
    return replace(
        report,
        row=None,
        label=None,
        label_place=None,
        label_raw_place=None,
        answers=answers,
        prototypes=alone,
        raw_prediction=answers[0].text,
        matrices="two_sided",
        routing="global",
    )


def many_explanations() -> ExplainRowsReport:
    return ExplainRowsReport(
        model="default", fields=("question",), explanations=(explanation(), explained_alone(), explanation())
    )


def _row(name, kind, figures, difference=None, *, cosine=0.66, prototypes=None) -> TextBenchRow:
    return TextBenchRow(
        name=name,
        kind=kind,
        split="test",
        recall_at_1=figures[0],
        recall_at_10=figures[1],
        mrr=figures[2],
        cosine=cosine,
        fit_seconds=12.4 if kind != "baseline" else 0.2,
        predict_rows_per_second=1250.0,
        size_bytes=98_308,
        difference=difference,
        prototypes=prototypes,
    )


def benchmark_over_cuts() -> TextBenchReport:
    """Two seeds and three cuts."""
    whole = benchmark()
    spread = {"recall_at_1_sd": 0.0213, "recall_at_10_sd": 0.0101, "mrr_sd": 0.0154}
    rows = tuple(
        replace(row, fits=6 if row.kind != "baseline" or "002" in row.name else 3, **spread) for row in whole.rows
    )
    drawn = (
        "2,000 paired bootstrap samples of the 1,134 test rows of 3 cuts, the same rows for both methods; R@1 is the "
    )
    drawn += "mean over each method's fits (2 where chance plays a part), not resampled."
    return replace(whole, rows=rows, seeds=2, cuts=3, resampling=drawn)


def benchmark() -> TextBenchReport:
    rows = (
        _row(
            "prle:default", "model", (0.6335, 0.9398, 0.7436), (0.0497, 0.0209, 0.0812), cosine=0.7518, prototypes=380
        ),
        _row(
            "prle:default (no words)", "ablation", (0.5733, 0.9424, 0.7019), (-0.0105, -0.0471, 0.0340), cosine=0.7518
        ),
        _row("prle:default (random gates)", "ablation", (0.5916, 0.9005, 0.6948), (0.0079, -0.0079, 0.0236)),
        _row("soft targets: pairwise", "soft", (0.5612, 0.9005, 0.6701), (-0.0226, -0.0501, 0.0049)),
        _row("raw vector", "baseline", (0.4764, 0.8403, 0.5971), cosine=0.6466),
        _row("words (TF-IDF)", "baseline", (0.4921, 0.8351, 0.6146), cosine=None),
        _row("raw + words", "baseline", (0.5838, 0.8822, 0.6860), cosine=0.6466),
        _row("document 002, centroids", "baseline", (0.3534, 0.7906, 0.4930), cosine=0.8019),
        _row("document 002, questions, two softmaxes", "baseline", (0.4215, 0.8194, 0.5545), cosine=0.7617),
    )
    found = (
        TextFinding(
            model="prle:default",
            subject="score of words beside that of vectors",
            answer="helps",
            difference=(0.0602, 0.0262, 0.0942),
            words="earns something in R@1; cosine 0.752 to 0.752",
        ),
        TextFinding(
            model="document 002",
            subject="routing by training questions against centroids",
            answer="level",
            difference=(0.0288, -0.0026, 0.0628),
            words="earns nothing that can be told from chance in R@1; cosine 0.802 to 0.794",
        ),
    )
    return TextBenchReport(
        dataset="skills.csv",
        encoder="all-MiniLM-L6-v2",
        rows=rows,
        pool=1849,
        unseen=0.971,
        best_baseline="raw + words",
        best_model="prle:default",
        verdict="prle:default is ahead of the best baseline, raw + words (R@1 0.634 to 0.584, difference +0.050, 95 % "
        "interval +0.021 to +0.081).",
        findings=found,
        resampling="2,000 paired bootstrap samples of the 382 test rows, the same rows for both methods; fits are not "
        "resampled.",
        provenance=Provenance(
            date="2026-11-21", versions={"prle": "0.1.0", "numpy": "2.4.0"}, processor="x86", cores=2, platform="Linux"
        ),
    )


def workspace() -> InfoReport:
    base = reports.workspace()
    model: ModelSummary = replace(
        base.models[0],
        router="group",
        projection="identity",
        experts="gated_low_rank",
        em=False,
        prototypes=380,
        validation_pearson=None,
        validation_rmse=None,
        validation_recall_at_1=0.7128,
        validation_mrr=0.8055,
    )
    return replace(
        base,
        dataset="skills.csv",
        fields=("question",),
        label="answer",
        targets=1849,
        target_encoder="all-MiniLM-L6-v2",
        models=(model,),
        searches=(),
    )
