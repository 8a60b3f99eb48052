"""Reports about classes as the stages would return them, with names as people write them and one as nobody should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prle.explanation.distinction import Distinction
from prle.observer import EpochRecord
from prle.stages.bench.interface import BenchReport, BenchRow, Finding
from prle.stages.embed.interface import EmbedReport
from prle.stages.explain.interface import ClassAnchor, ClassExample, ClassExplainReport, ClassShare, ExplainRowsReport
from prle.stages.fit.interface import FitReport
from prle.stages.info.interface import (
    HistoryReport,
    InfoReport,
    Regime,
    RegimeRow,
    RegimesReport,
    SeedOccupation,
    SplitOccupation,
)
from prle.stages.predict.interface import ClassPrediction, ClassPredictReport
from tests.prle_cli.made import reports

CLASSES = (
    "activate_my_card",
    "balance_not_updated_after_bank_transfer",
    "card_arrival",
    "card_delivery_estimate",
    "lost_or_stolen_card",
    "[bold]why[/bold]",
    "order_physical_card",
)
_QUESTION = "I ordered a card two weeks ago and it has not arrived. Can you find out where it is, please?"
_SHARES = (0.0121, 0.0004, 0.6213, 0.3304, 0.0282, 0.0002, 0.0074)


def _probabilities(shares: tuple[float, ...] = _SHARES) -> dict[str, float]:
    return dict(zip(CLASSES, shares, strict=True))


def explanation() -> ClassExplainReport:
    weights = (0.61, 0.2703, 0.0512, *([(1 - 0.61 - 0.2703 - 0.0512) / 13] * 13))
    says = (0.7, 0.55, 0.31, *([0.2] * 13))
    texts = ("My card still has not come.", "How long does a new card take?", reports.MARKUP[0])
    labels = (CLASSES[2], CLASSES[3], CLASSES[5])
    shares = tuple(
        ClassShare(
            prototype=7 + 3 * place,
            weight=weight,
            expert_prediction=said,
            contribution=weight * said,
            expert_class=labels[place % 3],
            anchor=ClassAnchor(row=100 + place, texts=(texts[place % 3],), label=labels[place % 3]),
        )
        for place, (weight, said) in enumerate(zip(weights, says, strict=True))
    )
    total = sum(share.contribution for share in shares)
    return ClassExplainReport(
        model="default",
        dataset="banking77",
        fields=("text",),
        label_name="label",
        texts=(_QUESTION,),
        row="test:1",
        prediction=CLASSES[2],
        probability=total,
        label=CLASSES[3],
        probabilities={**_probabilities(), CLASSES[2]: total},
        shown_class=CLASSES[2],
        space="probabilities",
        total=total,
        prototypes=shares,
        examples=(
            ClassExample(row=23, texts=("where is my new card?",), label=CLASSES[2], distance=0.61),
            ClassExample(row=2311, texts=(reports.LONG[0],), label=CLASSES[1], distance=1.19),
        ),
        completeness_gap={"prototypes": 1.1e-16},
    )


def explained_logits() -> ClassExplainReport:
    """Another class than the predicted one, in logits, of which some are negative."""
    known = explanation()
    shares = tuple(
        replace(share, expert_prediction=1.5 - place, contribution=share.weight * (1.5 - place))
        for place, share in enumerate(known.prototypes)
    )
    total = sum(share.contribution for share in shares)
    return replace(
        known, space="logits", shown_class=CLASSES[1], prototypes=shares, total=total, label=None, row=None, examples=()
    )


def predictions() -> ClassPredictReport:
    rows = (_QUESTION, reports.LONG[0], reports.MARKUP[0])
    shares = (_SHARES, (0.02, 0.9, 0.02, 0.02, 0.02, 0.01, 0.01), (0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0))
    made = []
    for text, each in zip(rows, shares, strict=True):
        likeliest = CLASSES[each.index(max(each))]
        made.append(
            ClassPrediction(
                texts=(text,), prediction=likeliest, probability=max(each), probabilities=_probabilities(each)
            )
        )
    return ClassPredictReport(
        model="default", fields=("text",), label="label", split=None, classes=CLASSES, predictions=tuple(made)
    )


def split_predictions() -> ClassPredictReport:
    known = predictions()
    labels = (CLASSES[3], CLASSES[1], CLASSES[5])
    rows = tuple(
        replace(each, row=row, label=label)
        for row, (each, label) in enumerate(zip(known.predictions, labels, strict=True))
    )
    return replace(known, split="test", predictions=rows)


def history() -> tuple[EpochRecord, ...]:
    figures = ((0.928, 0.2638), (0.9301, 0.2551), (0.9342, 0.2473), (0.9339, 0.2512))
    return tuple(
        EpochRecord(
            epoch=epoch,
            epochs=25,
            phase="joint" if epoch else "start",
            losses={"task": 0.31 / (epoch + 1), "local": 0.32 / (epoch + 1)} if epoch else {},
            validation_accuracy=accuracy,
            validation_log_loss=loss,
            prototypes_in_use=60 - epoch,
            best=epoch < 3,
        )
        for epoch, (accuracy, loss) in enumerate(figures)
    )


def fitting() -> FitReport:
    known = reports.fitting()
    return replace(
        known,
        projection="identity",
        em=False,
        solved=False,
        target="multiclass",
        prototypes=58,
        pruned=6,
        prune_change=0.0093,
        prune_tolerance=0.01,
        best_epoch=2,
        validation_pearson=None,
        validation_rmse=None,
        validation_spearman=None,
        prior_validation_pearson=None,
        validation_accuracy=0.9342,
        validation_log_loss=0.2473,
        prior_validation_accuracy=0.928,
        prior_validation_log_loss=0.2638,
        majority_rate=0.032,
        validation={
            "accuracy": 0.9342,
            "auc": 0.9987,
            "log_loss": 0.2473,
            "brier": 0.1052,
            "calibration_error": 0.0223,
            "macro_f1": 0.9331,
        },
        history=history(),
    )


def whole_history() -> HistoryReport:
    return HistoryReport(workspace=Path("prle.h5"), model="default", label="label", best_epoch=2, epochs=history())


def embedding() -> EmbedReport:
    return replace(reports.embedding(), dataset="banking77", fields=("text",), classes=CLASSES)


def workspace() -> InfoReport:
    known = reports.workspace()
    model = replace(
        known.models[0],
        validation_pearson=None,
        validation_rmse=None,
        validation_accuracy=0.9342,
        validation_log_loss=0.2473,
    )
    return replace(known, dataset="banking77", classes=CLASSES, label_range=(0.0, 6.0), models=(model,))


def benchmark() -> BenchReport:
    def row(name, kind, figures, seconds, difference=None, **others):
        accuracy, auc, log_loss, macro_f1 = figures
        return BenchRow(
            name=name,
            kind=kind,
            split="test",
            accuracy=accuracy,
            auc=auc,
            log_loss=log_loss,
            macro_f1=macro_f1,
            fit_seconds=seconds,
            predict_rows_per_second=41_000.0,
            size_bytes=712_004,
            difference=difference,
            **others,
        )

    spread = {"seeds": 3, "accuracy_sd": 0.0011, "auc_sd": 0.0001, "log_loss_sd": 0.0021}
    whole = row("prle:default", "model", (0.9342, 0.9987, 0.2473, 0.9339), 61.2, (0.0052, 0.0003, 0.0101), **spread)
    lesser = row(
        "prle:default (random prototypes)",
        "ablation",
        (0.9311, 0.9986, 0.2501, 0.9308),
        60.0,
        (0.0021, -0.002, 0.0062),
        ablates="prle:default",
        change="random prototypes",
    )
    return BenchReport(
        dataset="banking77",
        encoder="all-MiniLM-L6-v2",
        rows=(
            whole,
            lesser,
            row("majority", "baseline", (0.013, float("nan"), 4.34, 0.0003), 0.0),
            row("logistic_regression", "baseline", (0.929, 0.9986, 0.2638, 0.9286), 21.4),
        ),
        best_baseline="logistic_regression",
        verdict="prle:default is ahead of the best baseline, logistic_regression (accuracy 0.934 to 0.929).",
        best_model="prle:default",
        findings=(
            Finding(
                model="prle:default",
                change="random prototypes",
                answer="level",
                difference=(0.0031, -0.001, 0.0072),
                words="chosen prototypes cannot be told from random ones",
            ),
        ),
        target="multiclass",
    )


DISTINCTIONS = (
    Distinction(feature="card", value=None, number=False, own=0.79, every=0.26, correlation=0.55),
    Distinction(feature="[bold]transfer", value=None, number=False, own=0.02, every=0.1, correlation=-0.12),
    Distinction(feature="arrived", value=None, number=False, own=0.12, every=0.01, correlation=0.11),
    Distinction(feature="yet", value=None, number=False, own=0.1, every=0.02, correlation=0.1),
)


def _regime(prototype: int, share: float, rows: int, **said: object) -> Regime:
    anchor = RegimeRow(split="train", row=prototype, texts=(_QUESTION,), label=CLASSES[prototype % 7])
    typical = RegimeRow(split="validation", row=3, texts=(reports.MARKUP[0],), label=CLASSES[2])
    plain: dict[str, object] = {"prediction": None, "label": None, "predicted_classes": {}, "label_classes": {}}
    return Regime(
        prototype=prototype,
        share=share,
        rows=rows,
        anchor=anchor,
        typical=(typical,) * 3 if rows else (),
        error=None,
        distinctions=DISTINCTIONS if rows else (),
        **{**plain, **said},
    )


def regimes() -> RegimesReport:
    """Three regimes of some size and one that nobody is in, compared over seeds that do not agree."""
    found = (
        _regime(4, 0.52, 540, predicted_classes=_probabilities(), label_classes={CLASSES[2]: 0.7, CLASSES[1]: 0.3}),
        _regime(0, 0.31, 301, predicted_classes=_probabilities(), label_classes={CLASSES[6]: 1.0, CLASSES[1]: 0.0}),
        _regime(2, 0.165, 159, predicted_classes=_probabilities(), label_classes={CLASSES[5]: 1.0}),
        _regime(1, 0.005, 0),
    )
    found = (replace(found[0], error=0.081), replace(found[1], error=0.0), replace(found[2], error=0.5), found[3])
    return RegimesReport(
        workspace=Path("prle.h5"),
        model="default",
        dataset="banking77",
        fields=("text",),
        label_name="label",
        target="multiclass",
        label_range=(0.0, 6.0),
        split="validation",
        prototypes=4,
        occupations=(
            SplitOccupation(split="train", rows=9003, effective=2.91, active=3),
            SplitOccupation(split="validation", rows=1000, effective=2.88, active=3),
        ),
        regimes=found,
        seeds=(SeedOccupation(seed=0, effective=2.9, active=3), SeedOccupation(seed=1, effective=1.4, active=2)),
        agreement=(0.31,),
    )


def number_regimes() -> RegimesReport:
    """Regimes of pairs and a number, fitted once."""
    found = tuple(
        replace(
            _regime(prototype, share, rows, prediction=prediction, label=label),
            error=error,
            anchor=RegimeRow(split="train", row=1, texts=reports.GUITAR, label=4.9),
            typical=(RegimeRow(split="validation", row=2, texts=reports.LONG, label=2.7),),
        )
        for prototype, share, rows, prediction, label, error in (
            (11, 0.6, 900, 4.12, 4.05, 0.61),
            (3, 0.4, 600, 0.71, 0.93, 0.8812),
        )
    )
    return replace(
        regimes(),
        dataset="stsb",
        target="number",
        label_range=(0.0, 5.0),
        prototypes=2,
        regimes=found,
        seeds=(),
        agreement=(),
        alone=11,
    )


def many_explanations() -> ExplainRowsReport:
    """More rows than the table shows, of two classes."""
    one = explanation()
    other = replace(
        one, texts=reports.MARKUP[:1], prediction=CLASSES[1], probability=0.4049, prototypes=one.prototypes[1:]
    )
    return ExplainRowsReport(model="default", fields=one.fields, explanations=(one, other) * 11)
