"""Records behind a page about classes, as the stage would gather them, with names that would like to be more."""

from __future__ import annotations

import itertools
from dataclasses import replace

from prle.explanation.calibration import CalibrationGroup
from prle.stages.explain.interface import ClassAnchor, ClassExample, ClassExplainReport
from prle.stages.explain.parts import OtherVoters, Voter, VotesReport
from prle.stages.report.interface import (
    BenchLine,
    BenchTable,
    ClassChecks,
    ClassLabels,
    Confused,
    Confusion,
    PredictedClass,
    ReportContents,
    SplitFigures,
    WrittenReport,
)
from tests.prle_cli.made import class_reports, class_table_reports, pages, table_reports

CLASSES = (*class_reports.CLASSES[:6], pages.SCRIPT[0])
"""Long names, markup of the terminal, and a script."""

FIGURES = (
    SplitFigures(
        split="validation",
        rows=1000,
        accuracy=0.931,
        auc=0.9989,
        log_loss=0.2541,
        brier=0.1041,
        calibration_error=0.0183,
        macro_f1=0.932,
    ),
    SplitFigures(
        split="test",
        rows=3080,
        accuracy=0.9244,
        auc=0.9992,
        log_loss=0.2604,
        brier=0.1104,
        calibration_error=0.0121,
        macro_f1=0.9242,
    ),
)
_EVEN = dict.fromkeys(CLASSES, 1 / len(CLASSES))


def contents(classes: tuple[str, ...] = CLASSES) -> ReportContents:
    """A model of texts and seven classes, in which experts speak."""
    base, names = pages.spoken(pages.contents()), itertools.cycle(classes)
    points = tuple(
        replace(
            point,
            row=PredictedClass(
                row=point.row.row,
                texts=point.row.texts,
                label=name,
                prediction=classes[0],
                probability=0.9312,
                prototype=point.row.prototype,
            ),
        )
        for point, name in zip(base.map.points, names, strict=False)
    )
    shares = dict(zip(classes, (0.52, 0.3, 0.1, 0.05, 0.02, 0.01, *[0.0] * len(classes)), strict=False))
    labels = ClassLabels(shares=shares, predicted={name: share * 0.9 for name, share in shares.items()})
    regimes = tuple(
        replace(
            regime,
            anchor=ClassAnchor(row=regime.anchor.row, texts=regime.anchor.texts, label=classes[regime.prototype % 2]),
            labels=labels if regime.rows else None,
            typical=tuple(
                ClassExample(row=each.row, texts=each.texts, label=classes[-1], distance=0.5) for each in regime.typical
            ),
            figures=tuple(
                SplitFigures(
                    split=figures.split,
                    rows=figures.rows,
                    accuracy=0.85 if figures.rows else None,
                    log_loss=0.3121 if figures.rows else None,
                )
                for figures in regime.figures
            ),
        )
        for regime in base.regimes
    )
    return replace(
        base,
        data=replace(base.data, dataset="banking77", fields=("text",), target="multiclass", classes=classes),
        figures=FIGURES,
        map=replace(base.map, points=points),
        labels=ClassLabels(shares=_EVEN, predicted=_EVEN),
        regimes=regimes,
        checks=checks(classes),
        explained=tuple(map(_explained, range(len(pages.TEXTS)))),
    )


def checks(classes: tuple[str, ...] = CLASSES) -> ClassChecks:
    """Groups that are right about as often as they say, and a few mistakes."""
    width = len(classes)
    return ClassChecks(
        about=None,
        calibration=tuple(
            CalibrationGroup(
                rows=308,
                predicted=0.55 + 0.05 * group,
                observed=0.54 + 0.05 * group,
                standard_error=0.02,
                interval=(0.5 + 0.05 * group, 0.545 + 0.05 * group),
            )
            for group in range(10)
        ),
        confusion=Confusion(
            classes=classes,
            others=0,
            counts=tuple(
                tuple(29 if down == across else (down + across) % 3 == 0 for across in range(width))
                for down in range(width)
            ),
            pairs=(Confused(label=classes[1], prediction=classes[-1], rows=5, share=0.125),),
        ),
    )


def pooled() -> ReportContents:
    """More classes than there are colours, most of them together in the matrix."""
    many = tuple(f"class_number_{code:02d}" for code in range(77))
    base = contents()
    confusion = replace(
        base.checks.confusion, classes=many[:11], others=66, counts=tuple((3,) * 12 for _ in range(12)), pairs=()
    )
    shares = dict.fromkeys(many, 1 / 77)
    rows = (replace(point.row, label=many[place]) for place, point in enumerate(base.map.points))
    return replace(
        base,
        data=replace(base.data, classes=many),
        map=replace(
            base.map, points=tuple(replace(point, row=row) for point, row in zip(base.map.points, rows, strict=True))
        ),
        labels=ClassLabels(shares=shares, predicted=shares),
        regimes=tuple(replace(regime, labels=ClassLabels(shares=shares, predicted=shares)) for regime in base.regimes),
        checks=replace(base.checks, confusion=confusion),
        explained=tuple(
            replace(each, probabilities=shares, prediction=many[0], label=many[5]) for each in base.explained
        ),
    )


def compared() -> ReportContents:
    """The same beside a comparison."""
    rows = tuple(
        BenchLine(
            name=row.name,
            kind=row.kind,
            split="test",
            accuracy=row.accuracy,
            auc=row.auc,
            log_loss=row.log_loss,
            macro_f1=row.macro_f1,
            difference=row.difference,
        )
        for row in class_reports.benchmark().rows
    )
    verdict = class_reports.benchmark().verdict
    table = BenchTable(dataset="banking77", encoder="all-MiniLM-L6-v2", rows=rows, verdict=verdict)
    return replace(contents(), bench=replace(table, best_baseline="logistic_regression"))


def table() -> ReportContents:
    """A table of three classes."""
    base = contents(class_table_reports.CLASSES)
    flats = itertools.cycle((table_reports.FLAT, (*pages.SCRIPT, *[""] * 8)))
    points = tuple(replace(point, row=replace(point.row, texts=next(flats))) for point in base.map.points)
    regimes = tuple(
        replace(
            regime,
            anchor=replace(regime.anchor, texts=next(flats)),
            typical=tuple(replace(each, texts=next(flats)) for each in regime.typical),
            distinctions=class_table_reports.DISTINCTIONS if regime.rows else (),
        )
        for regime in base.regimes
    )
    even = dict.fromkeys(class_table_reports.CLASSES, 1 / 3)
    return replace(
        base,
        data=replace(base.data, dataset="flats.csv", fields=table_reports.COLUMNS, label="outcome", table=True),
        map=replace(base.map, points=points),
        labels=ClassLabels(shares=even, predicted=even),
        regimes=regimes,
        explained=(class_table_reports.explained_row(),),
    )


def logits() -> ReportContents:
    """A model whose parts add up to logits, of which some are negative."""
    explained = replace(class_reports.explained_logits(), row="test:1", label=CLASSES[3])
    return replace(contents(), explained=(explained,))


def voting() -> ReportContents:
    """The same classes, on which examples vote."""
    base, numbers = contents(), pages.contents()
    return replace(base, model=numbers.model, promise=numbers.promise, explained=tuple(map(_voted, base.explained)))


def _voted(known: ClassExplainReport) -> ClassExplainReport:
    """Two of three examples have the class that is shown."""
    heavy = known.prototypes[0]
    rows = zip((0.4021, 0.1507, 0.0002), (known.shown_class, CLASSES[-1], known.shown_class), strict=True)
    listed = tuple(
        Voter(
            row=row,
            texts=(pages.SCRIPT[0],),
            label=label,
            alpha=alpha,
            contribution=alpha if label == known.shown_class else 0.0,
            prototype=heavy.prototype,
        )
        for row, (alpha, label) in enumerate(rows)
    )
    rest = known.total - sum(each.contribution for each in listed)
    others = OtherVoters(rows=9000, alpha=1.0 - sum(each.alpha for each in listed), contribution=rest)
    return replace(
        known,
        votes=VotesReport(listed=listed, others=others, differs=0.0),
        prototypes=tuple(replace(share, examples_say=share.expert_prediction) for share in known.prototypes),
        carried=1.0,
        score=0.4021,
        examples=(),
    )


def written() -> WrittenReport:
    return replace(pages.written(), dataset="banking77", figures=FIGURES, target="multiclass")


def _explained(number: int):
    known = class_reports.explanation()
    probabilities = dict(zip(CLASSES, known.probabilities.values(), strict=True))
    return replace(
        known,
        texts=pages.TEXTS[number][:1],
        row=f"test:{number}",
        label=CLASSES[number % len(CLASSES)],
        probabilities=probabilities,
        prototypes=tuple(replace(share, prototype=place % 6) for place, share in enumerate(known.prototypes)),
    )
