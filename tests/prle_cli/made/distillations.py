"""Reports about students as the stage would return them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prle.stages.bench.importance import verdict_of
from prle.stages.bench.interface import ImportanceReport, ImportanceRow
from prle.stages.distill.interface import DistillReport, Measured, StudentTrial
from prle.stages.info.interface import InfoReport
from tests.prle_cli.made import reports

FALLING = tuple(0.0021 + 0.004 * 0.8**epoch for epoch in range(41))


def _trial(size: int, error: float, cosine: float, recall: float, parameters: int) -> StudentTrial:
    return StudentTrial(
        size=size,
        agreement={"relative_error": error, "cosine": cosine, "identity_cosine": 0.9754, "same_answer": 0.96},
        task={"recall_at_1": recall, "recall_at_10": 0.91, "mrr": recall + 0.11, "cosine": 0.72},
        parameters=parameters,
        single_seconds=3.5e-5,
        batch_seconds=parameters * 6e-9,
    )


def distilled() -> DistillReport:
    """A student of texts, of the size that was asked for."""
    return DistillReport(
        workspace=Path("prle.h5"),
        model="k124-mlp",
        teacher="k124",
        target="text",
        student="mlp",
        strategy="projection",
        size=64,
        heads=4,
        layers=2,
        importance="uniform",
        group_embedding="",
        rows=1318,
        mixtures=3954,
        taught=Measured(
            task={"recall_at_1": 0.5851, "recall_at_10": 0.93, "mrr": 0.6978, "cosine": 0.718},
            parameters=1_207_296,
            single_seconds=1.17e-4,
            batch_seconds=1.36e-2,
        ),
        trials=(_trial(64, 0.0247, 0.9994, 0.5745, 86_656),),
        reason="as it was asked for",
        errors={"output": FALLING},
        seconds=17.0,
        seed=0,
        dense_parameters=18_284_544,
        validation_recall_at_1=0.5745,
        validation_mrr=0.6892,
    )


def sized() -> DistillReport:
    """Several sizes, one of which was taken; a group is told."""
    return replace(
        distilled(),
        student="transformer",
        strategy="two-stage",
        importance="combined",
        uncertainty="masked",
        group_embedding="title",
        size=16,
        trials=(
            _trial(8, 0.091, 0.9931, 0.5426, 6_400),
            _trial(16, 0.0544, 0.9985, 0.5745, 14_112),
            _trial(32, 0.0422, 0.9990, 0.5745, 33_152),
        ),
        reason=(
            "the smallest of 8, 16, 32 whose task error is at most a standard error above the best one, and whose "
            "relative error is within 0.02 of the lowest"
        ),
        errors={"routing": FALLING, "output": FALLING[:9]},
    )


def of_numbers() -> DistillReport:
    """A student of numbers that is no faster than its teacher."""
    return replace(
        distilled(),
        model="a [b]name[/]",
        teacher="default",
        target="number",
        dense_parameters=None,
        taught=Measured(
            task={"pearson": 0.8912, "rmse": 0.6822}, parameters=215_386, single_seconds=2e-5, batch_seconds=3e-4
        ),
        trials=(
            StudentTrial(
                size=64,
                agreement={"relative_error": 0.042, "pearson": 0.9791, "rmse": 0.27},
                task={"pearson": 0.8737, "rmse": 0.7329},
                parameters=207_364,
                single_seconds=4.7e-5,
                batch_seconds=5e-4,
            ),
        ),
        validation_recall_at_1=None,
        validation_mrr=None,
        validation_pearson=0.8737,
        validation_rmse=0.7329,
    )


def workspace() -> InfoReport:
    """A workspace with a model and its student."""
    report = reports.workspace()
    told = {"projection": "mlp", "experts": "student", "router": "none", "prototypes": 0, "size_bytes": 168_000}
    student = replace(report.models[0], name="small", teacher="default", strategy="projection", **told)
    return replace(report, models=(*report.models[:1], student))


def weighed() -> ImportanceReport:
    """Ways to weigh rows, one of which differs beyond the noise."""
    figures = {"score_sd": 0.0021, "relative_error": 0.0251, "relative_error_sd": 0.0004}
    differing = {"entropy": (0.0017, 0.0042), "fisher": (-0.0081, 0.0035), "uncertainty": (0.0, 0.0021)}
    rows = [ImportanceRow(name="uniform", score=0.5969, **figures)]
    rows += [
        ImportanceRow(name=name, score=0.5969 + gap, difference=gap, noise=noise, **figures)
        for name, (gap, noise) in differing.items()
    ]
    return ImportanceReport(
        dataset="skills",
        model="k124",
        student="mlp",
        size=64,
        split="test",
        seeds=3,
        score_name="recall_at_1",
        rows=tuple(rows),
        verdict=verdict_of(tuple(rows), 3),
        uncertainty="dropout",
    )
