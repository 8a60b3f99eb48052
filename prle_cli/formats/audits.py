"""Audits as CSV: a line a measure, or a line a suspected label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle_cli.formats.reports import csv_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prle.stages.audit.interface import AuditReport, LabelsReport


def measure_table(report: AuditReport) -> Iterator[str]:
    """Yield the measures as CSV under a header."""
    heads = ("name", "value", "low", "high", "reference", "against", "unit", "finding", "title", "meaning")
    yield csv_line(heads)
    for each in report.measures:
        figures = (each.name, each.value, *(each.interval or (None, None)), each.reference)
        yield csv_line([*figures, each.against, each.unit, each.finding, each.title, each.meaning])


def suspect_table(report: LabelsReport) -> Iterator[str]:
    """Yield the suspected labels as CSV under a header, with the rows that contradict each and that it harms most."""
    told = ("label", "prediction", "suspicion", "validation_change")
    yield csv_line(["row", *report.fields, *told, "contradicted_by", "contradicting_label", "harms", "harmed_by"])
    for each in report.suspects:
        against, harmed = next(iter(each.contradicted_by), None), next(iter(each.damages), None)
        yield csv_line(
            [
                each.row,
                *each.texts,
                *(getattr(each, name) for name in told),
                *((against.row, against.label) if against else (None, None)),
                *((harmed.row, harmed.worse_by) if harmed else (None, None)),
            ]
        )
