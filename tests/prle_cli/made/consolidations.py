"""Reports of consolidated models as the stage would return them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prle.models.consolidation import Coverage
from prle.stages.consolidate.interface import ConsolidateReport, PutTogether, Quality
from tests.prle_cli.made import reports, text_reports


def _coverage(prototypes: int, top_1: float, top_10: float, *needed: float) -> Coverage:
    half, most, nearly_all = needed
    return Coverage(prototypes=prototypes, top_1=top_1, top_10=top_10, half=half, most=most, nearly_all=nearly_all)


def of_texts() -> ConsolidateReport:
    """124 clusters become 50, found by themselves, of a model of texts whose groups have names."""
    groups = tuple(
        PutTogether(
            prototype=group,
            name=f"skill_extract_records_{group:03} and {members - 1} more" if members > 1 else "skill_alone",
            members=tuple(range(group, group + members)),
            share=members / 124,
            row=7 * group,
            texts=(text_reports.QUESTION if group % 2 else reports.MARKUP[0],),
        )
        for group, members in enumerate((2, 9, 1, 5, 3, 4, 2))
    )
    return ConsolidateReport(
        workspace=Path("prle.h5"),
        model="default-50",
        source="default",
        target="text",
        grouping="kmeans",
        merging="merge",
        automatic=True,
        fields=("question",),
        table=False,
        rows=188,
        before=_coverage(124, 0.184, 0.522, 11.2, 29.5, 58.1),
        after=_coverage(50, 0.381, 0.812, 2.6, 9.8, 21.4),
        tried=(
            _coverage(100, 0.202, 0.575, 9.3, 25.0, 49.6),
            _coverage(80, 0.258, 0.661, 6.1, 18.7, 38.0),
            _coverage(64, 0.319, 0.744, 4.2, 13.9, 29.9),
            _coverage(50, 0.381, 0.812, 2.6, 9.8, 21.4),
        ),
        qualities=(
            Quality(name="recall_at_1", before=0.6809, after=0.6756, difference=(-0.0053, -0.0266, 0.0106)),
            Quality(name="recall_at_10", before=0.9202, after=0.9202),
            Quality(name="mrr", before=0.7712, after=0.7698),
        ),
        likeness_name="cosine",
        likeness=0.99712,
        groups=groups,
        parameters=(1_159_680, 1_159_680),
        seconds=0.76,
    )


def of_numbers() -> ConsolidateReport:
    """64 prototypes of pairs of sentences become two."""
    groups = tuple(
        PutTogether(
            prototype=group,
            name=None,
            members=tuple(range(32 * group, 32 * group + 32)),
            share=0.5,
            row=1200 + group,
            texts=reports.LONG if group else reports.MARKUP,
        )
        for group in range(2)
    )
    return ConsolidateReport(
        workspace=Path("prle.h5"),
        model="default-2",
        source="default",
        target="number",
        grouping="circle",
        merging="retrain",
        automatic=False,
        fields=("sentence1", "sentence2"),
        table=False,
        rows=1500,
        before=_coverage(64, 0.21, 0.792, 4.1, 10.3, 18.8),
        after=_coverage(2, 0.88, 1.0, 1.0, 1.2, 1.4),
        tried=(),
        qualities=(
            Quality(name="pearson", before=0.8912, after=0.8875),
            Quality(name="rmse", before=0.6822, after=0.6930, difference=(0.0108, 0.0051, 0.0166)),
        ),
        likeness_name="mean_move",
        likeness=0.0831,
        groups=groups,
        parameters=(153_216, 149_018),
        seconds=72.0,
    )


def of_classes() -> ConsolidateReport:
    """A model of classes whose interval is on its accuracy."""
    numbers = of_numbers()
    return ConsolidateReport(
        **{
            **vars(numbers),
            "target": "multiclass",
            "merging": "merge",
            "qualities": (
                Quality(name="accuracy", before=0.9111, after=0.9083, difference=(-0.0028, -0.0081, 0.0024)),
                Quality(name="log_loss", before=0.3145, after=0.3211),
            ),
            "likeness_name": "same_class",
            "likeness": 0.9813,
            "fields": ("text",),
            "groups": tuple(PutTogether(**{**vars(each), "texts": each.texts[:1]}) for each in numbers.groups),
        }
    )


def of_votes() -> ConsolidateReport:
    """The same, where labels vote: an index of fewer cells misses few of the rows."""
    report = of_numbers()
    qualities = tuple(replace(each, after=each.before, difference=None) for each in report.qualities)
    return replace(report, same_vote=0.9912, likeness=0.00108, qualities=qualities)
