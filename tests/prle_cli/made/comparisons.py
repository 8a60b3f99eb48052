"""Comparisons as the stages would return them: over seeds, without parts, over several data sets."""

from __future__ import annotations

from dataclasses import replace

from prle.stages.bench.interface import BenchReport, Finding, SuiteLine, SuiteReport
from prle.stages.common.provenance import Provenance
from tests.prle_cli.made import reports

_MODEL = "prle:default"
_CHANGES = (
    ("one expert", "level", (0.0012, -0.0021, 0.0045), "local experts earn nothing that can be told from chance"),
    ("no value space", "helps", (0.0154, 0.0101, 0.0207), "the value space helps"),
    ("random prototypes", "level", (0.0003, -0.0014, 0.0019), "chosen prototypes cannot be told from random ones"),
    ("equal voices", "hurts", (-0.0051, -0.0092, -0.001), "equal voices beat routing"),
)


def provenance() -> Provenance:
    return Provenance(
        date="2026-05-04T10:31:00+00:00",
        versions={"prle": "0.1.0", "numpy": "2.4.0", "torch": "2.13.0", "scikit-learn": "1.8.0", "python": "3.12.1"},
        processor="Acme Tetra 9000 [rev 2]",
        cores=2,
        platform="Linux x86_64",
    )


def ablated_benchmark() -> BenchReport:
    """Three seeds, a model without each of its parts, and all that stands behind a comparison."""
    model, _, _, *baselines = reports.benchmark().rows
    model = replace(
        model,
        seeds=3,
        pearson_sd=0.0012,
        spearman_sd=0.0009,
        rmse_sd=0.0031,
        r2_sd=0.0022,
        prototypes=64,
        prototypes_in_use=61.3,
        effective_experts=10.52,
        coverage=0.8687,
        worst_regime_coverage=0.8125,
        interval_width=2.3646,
    )
    ablated = tuple(
        replace(
            model,
            name=f"{_MODEL} ({change})",
            kind="ablation",
            pearson=model.pearson - difference[0],
            difference=(0.02, 0.01, 0.03),
            ablates=_MODEL,
            change=change,
            prototypes=1 if change == "one expert" else 64,
            prototypes_in_use=1.0 if change == "one expert" else 63.0,
            effective_experts=1.0 if change == "one expert" else 63.98 if change == "equal voices" else 11.2,
            worst_regime_coverage=None if change == "equal voices" else 0.8,
        )
        for change, _, difference, _ in _CHANGES
    )
    return replace(
        reports.benchmark(),
        rows=(model, *ablated, *baselines),
        best_model=_MODEL,
        findings=tuple(
            Finding(model=_MODEL, change=change, answer=answer, difference=difference, words=words)
            for change, answer, difference, words in _CHANGES
        ),
        seeds=3,
        resampling="2,000 paired bootstrap samples of the 1,379 test rows, the same rows for both.",
        provenance=provenance(),
    )


_VOTED = (
    ("the score alone", "helps", (0.0063, 0.0011, 0.0118), "the vote is ahead of the score alone"),
    ("voters prototypes", "level", (0.0015, -0.0032, 0.0061), "all examples together are level with prototypes"),
    ("random anchors", "level", (0.0, 0.0, 0.0), "chosen anchors are level with random ones"),
    ("only the score decides", "level", (0.0021, -0.0012, 0.0054), "looking at more than the score changes nothing"),
    ("shared experts", "level", (-0.0007, -0.0069, 0.0051), "the vote is level with experts that share what they know"),
)


def voted_benchmark() -> BenchReport:
    """A model in which examples vote, without each of its parts, beside one whose experts share what they know."""
    model, experts, _, *baselines = reports.benchmark().rows
    model = replace(
        model,
        prototypes=64,
        prototypes_in_use=61.0,
        effective_experts=7.9,
        carried=1.0,
        anchored=0.4512,
        told=0.9771,
        content=0.514,
        content_chance=0.031,
        content_score_only=0.043,
        voters_80=139.2,
        prototypes_80=4.21,
        fit_cpu_seconds=22.41,
    )
    ablated = [
        replace(
            model,
            name=f"{_MODEL} ({change})",
            kind="ablation",
            pearson=model.pearson - difference[0],
            ablates=_MODEL,
            change=change,
            told=model.told - place / 50,
            fit_cpu_seconds=None,
        )
        for place, (change, _, difference, _) in enumerate(_VOTED)
    ]
    ablated[0] = replace(
        reports.benchmark().rows[0],
        name=f"{_MODEL}, the score alone",
        kind="ablation",
        ablates=_MODEL,
        change="the score alone",
        fit_seconds=float("nan"),
    )
    experts = replace(
        experts,
        carried=-0.442,
        anchored=-0.442,
        told=-0.0012,
        content=0.37,
        content_chance=0.06,
        content_score_only=0.07,
    )
    return replace(
        reports.benchmark(),
        rows=(model, *ablated, replace(experts, voters_80=1.1, prototypes_80=1.1), *baselines),
        best_model=_MODEL,
        findings=tuple(
            Finding(model=_MODEL, change=change, answer=answer, difference=difference, words=words)
            for change, answer, difference, words in _VOTED
        ),
    )


def models_alone() -> BenchReport:
    """No baseline to set them against."""
    whole = ablated_benchmark()
    rows = tuple(replace(row, difference=None) for row in whole.rows if row.kind != "baseline")
    return replace(whole, rows=rows, best_baseline="", verdict="prle:default has Pearson 0.848.")


def suite() -> SuiteReport:
    """A data set of pairs and one of single texts, which has no cosine."""
    pairs = replace(reports.benchmark(), best_model=_MODEL)
    singles = replace(
        pairs,
        dataset="emobank",
        rows=tuple(replace(row, pearson=row.pearson - 0.15) for row in pairs.rows if row.name != "cosine"),
        best_baseline="ridge",
    )
    return SuiteReport(
        encoder="all-MiniLM-L6-v2",
        datasets=(pairs, singles),
        summary=(
            _line("stsb", "cosine", 0.827, (0.0211, 0.0123, 0.0305), "helps"),
            _line("emobank", "ridge", 0.6312, (-0.0042, -0.0131, 0.0047), "level"),
        ),
        provenance=provenance(),
    )


def _line(dataset, baseline, pearson, difference, answer) -> SuiteLine:
    return SuiteLine(
        dataset=dataset,
        model=_MODEL,
        pearson=pearson + difference[0],
        rmse=0.82,
        baseline=baseline,
        baseline_pearson=pearson,
        baseline_rmse=0.87,
        difference=difference,
        answer=answer,
    )
