"""Records behind a page, as the stage would gather them, with texts that would like to be more than texts."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path

from prle.config.rows import Value
from prle.explanation.calibration import CalibrationGroup
from prle.explanation.distinction import Distinction
from prle.metrics.promise import Promise
from prle.stages.common.provenance import Provenance
from prle.stages.explain.interface import Anchor, Example
from prle.stages.info.interface import SeedOccupation, SplitOccupation
from prle.stages.report.interface import (
    BenchLine,
    BenchTable,
    DataFacts,
    EmbeddingMap,
    MapPoint,
    ModelFacts,
    NumberChecks,
    NumberLabels,
    PredictedNumber,
    RegimeProfile,
    ReportContents,
    SplitFigures,
    WrittenReport,
)
from tests.prle_cli.made import reports, table_reports

SCRIPT = ("<script>document.title = 'taken'</script>", '</textarea></style></svg><img src=x onerror="alert(1)">')
TEMPLATE = ("{{ contents.data.dataset }} {% raw %}", "--> ]]> &amp; <!-- ' \"")
STEERING = (
    "moc.elpmaxe\u202e reversed \x1b[31m \x00 \udc80",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
)
HOSTILE = (SCRIPT, TEMPLATE, STEERING)
ORDINARY = (
    reports.GUITAR,
    reports.LONG,
    ("A plane is taking off.", "An aeroplane leaves the ground."),
    ("A cat sits on a mat.", "A dog runs through the snow."),
)
TEXTS = (*ORDINARY, *HOSTILE)
FIGURES = (
    SplitFigures(split="validation", rows=1500, rmse=0.6833, mae=0.527, pearson=0.8909, spearman=0.8843, r2=0.7925),
    SplitFigures(split="test", rows=1379, rmse=0.8091, mae=0.6179, pearson=0.8491, spearman=0.8395, r2=0.7185),
)
DISTINCTIONS = (
    Distinction(feature="guitar", value=None, number=False, own=0.41, every=0.03, correlation=0.52),
    Distinction(feature=SCRIPT[0], value="", number=False, own=0.02, every=0.3, correlation=-0.31),
    Distinction(feature="square_metres", value=None, number=True, own=112.4, every=64.02, correlation=0.2),
)
OCCUPATIONS = (
    SplitOccupation(split="train", rows=5749, effective=5.21, active=5),
    SplitOccupation(split="validation", rows=1500, effective=5.18, active=5),
    SplitOccupation(split="test", rows=1379, effective=4.97, active=5),
)
PROMISE = Promise(
    carried=1.0,
    anchored=0.9852,
    told=0.9713,
    content=0.393,
    content_chance=0.0254,
    content_score_only=0.0295,
    voters_80=133.6,
    prototypes_80=6.2256,
)
_PROTOTYPES = 6
_BINS = 20


def contents() -> ReportContents:
    """A model of six prototypes in which examples vote, explained on rows of every kind."""
    explained = tuple(
        replace(
            reports.explanation(),
            texts=texts,
            row=f"test:{number}",
            label=2.0 + number / 4,
            prototypes=reports.explanation().prototypes[:_PROTOTYPES],
        )
        for number, texts in enumerate(TEXTS)
    )
    rows = tuple(map(_row, range(60)))
    return ReportContents(
        data=DataFacts(
            workspace="prle.h5",
            dataset="stsb",
            synthetic=False,
            fields=("sentence1", "sentence2"),
            label="label",
            label_range=(0.0, 5.0),
            rows={"train": 5749, "validation": 1500, "test": 1379},
            texts=15_487,
            encoder="all-MiniLM-L6-v2",
            encoder_fingerprint="4e1efcfc7d0a" * 5,
            width=384,
        ),
        model=ModelFacts(
            name="default",
            created="2026-01-02T03:04:05+00:00",
            prototypes=_PROTOTYPES,
            members=1,
            parameters=228_714,
            size_bytes=921_700,
            settings=_settings("examples"),
        ),
        provenance=Provenance(
            date="2026-01-03T03:04:05+00:00",
            versions={"prle": "0.1.0", "numpy": "2.4.0", "python": "3.11.9"},
            processor="A Processor",
            cores=2,
            platform="Linux x86_64",
        ),
        figures=FIGURES,
        map=EmbeddingMap(
            rows=5749,
            points=tuple(MapPoint(x=math.cos(row.row) * row.row, y=math.sin(row.row), row=row) for row in rows),
            prototypes=tuple((float(number - 3), 0.1 * number) for number in range(_PROTOTYPES)),
            shares=(0.31, 0.014),
        ),
        labels=_labels((10,) * _BINS),
        occupations=OCCUPATIONS,
        regimes=tuple(map(_regime, range(_PROTOTYPES))),
        split="test",
        checks=NumberChecks(
            calibration=tuple(
                CalibrationGroup(
                    rows=138,
                    predicted=0.5 * group,
                    observed=0.5 * group + 0.1,
                    standard_error=0.07,
                    interval=(0.5 * group - 0.037, 0.5 * group + 0.237),
                )
                for group in range(10)
            ),
            predicted=rows,
        ),
        explained=explained,
        promise=PROMISE,
    )


def spoken(base: ReportContents) -> ReportContents:
    """The same model, but that experts speak in it and nothing was measured of what labels carry."""
    return replace(base, model=replace(base.model, settings=_settings("none")), promise=None)


def _settings(voters: str) -> dict[str, Value]:
    return {each.key: each.value for each in reports.settings().settings} | {"votes.voters": voters}


def compared() -> ReportContents:
    """The same beside a comparison that was made before the model was fitted again."""
    rows = tuple(
        BenchLine(
            name=row.name, kind=row.kind, split="test", pearson=row.pearson, rmse=row.rmse, difference=row.difference
        )
        for row in reports.benchmark().rows
    )
    table = BenchTable(
        dataset="stsb",
        encoder="all-MiniLM-L6-v2",
        rows=rows,
        verdict="prle:default is ahead of the best baseline, knn.",
        best_baseline="knn",
        resampling="2,000 paired bootstrap samples.",
    )
    seeds = tuple(SeedOccupation(seed=seed, effective=5.2 - seed, active=5) for seed in range(3))
    return replace(
        contents(), bench=table, bench_of_another_fit=True, seeds=seeds, agreement=(0.62, 0.71, 0.55), alone=2
    )


def covered() -> ReportContents:
    """The same of a model with prediction intervals."""
    base = contents()
    figures = tuple(replace(each, coverage=0.9012) for each in base.figures)
    regimes = tuple(replace(regime, figures=figures) for regime in base.regimes)
    return replace(base, figures=figures, regimes=regimes)


def table() -> ReportContents:
    """Experts that speak of the rows of a table, with cells that would like to be more than cells."""
    base, row = spoken(contents()), table_reports.explained_row()
    flats = itertools.cycle((row.texts, *(share.anchor.texts for share in row.prototypes), (*SCRIPT, *[""] * 8)))
    points = tuple(replace(point, row=replace(point.row, texts=next(flats))) for point in base.map.points)
    regimes = tuple(
        replace(
            regime,
            anchor=replace(regime.anchor, texts=next(flats)),
            typical=tuple(replace(example, texts=next(flats)) for example in regime.typical),
        )
        for regime in base.regimes
    )
    data = replace(base.data, dataset="flats.csv", fields=row.fields, label="price", label_range=row.label_range)
    return replace(
        base,
        data=replace(data, encoder="tabular:piecewise", table=True),
        map=replace(base.map, points=points),
        checks=replace(base.checks, predicted=tuple(point.row for point in points)),
        regimes=regimes,
        explained=(row,),
    )


def written() -> WrittenReport:
    return WrittenReport(
        path=Path("pages/report.html"),
        size_bytes=1_545_263,
        model="default",
        dataset="stsb",
        synthetic=False,
        figures=FIGURES,
        regimes=64,
        explained=20,
        bench=False,
    )


def written_of_the_demo() -> WrittenReport:
    """Synthetic data, a comparison, intervals, and a split without rows."""
    figures = (replace(FIGURES[0], coverage=0.9012), SplitFigures(split="test", rows=0, rmse=None, mae=None))
    return replace(written(), dataset="demo", synthetic=True, bench=True, figures=figures)


def _labels(histogram: tuple[int, ...]) -> NumberLabels:
    edges = tuple(step / 4 for step in range(_BINS + 1))
    return NumberLabels(mean=2.4, predicted=2.5, range=(1.0, 4.0), edges=edges, histogram=histogram)


def _row(number: int) -> PredictedNumber:
    return PredictedNumber(
        row=number,
        texts=TEXTS[number % len(TEXTS)],
        label=number % 11 / 2,
        prediction=number % 10 / 2 + 0.1,
        prototype=number % _PROTOTYPES,
    )


def _regime(prototype: int) -> RegimeProfile:
    """The last one has no row."""
    empty = prototype == _PROTOTYPES - 1
    examples = tuple(Example(row=number, texts=texts, label=2.0, distance=0.5) for number, texts in enumerate(HOSTILE))
    return RegimeProfile(
        prototype=prototype,
        anchor=Anchor(row=prototype, texts=TEXTS[prototype], label=2.5),
        rows=0 if empty else 100,
        share=0.0 if empty else 0.2,
        weight=0.003 if empty else 0.1994,
        labels=None if empty else _labels((0, 20, 30, *(0,) * 16, 50)),
        distinctions=() if empty else DISTINCTIONS,
        typical=() if empty else examples,
        figures=tuple(
            SplitFigures(split=split, rows=0 if empty else 20, rmse=None if empty else 0.7, mae=None if empty else 0.5)
            for split in ("validation", "test")
        ),
    )
