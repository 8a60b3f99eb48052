"""Prototypes that became fewer: how peaked routing is before and after, what that costs, and who became one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle_cli.terminal.console import MODEL, MUTED, TITLE, prose, safe
from prle_cli.views.common.cells import WIDEST, facts, figure, table, words
from prle_cli.views.common.figures import count, duration, error, fixed, percent, plural, signed
from prle_cli.views.common.rows import row_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType
    from rich.table import Table

    from prle.models.consolidation import Coverage
    from prle.stages.consolidate.interface import ConsolidateReport, PutTogether, Quality

LARGEST: Final = 5
"""As many groups are shown."""

_NAMES: Final[Mapping[str, str]] = {
    "recall_at_1": "R@1",
    "recall_at_10": "R@10",
    "mrr": "MRR",
    "pearson": "Pearson",
    "rmse": "RMSE",
    "accuracy": "accuracy",
    "log_loss": "log loss",
}
_LIKENESS: Final[Mapping[str, str]] = {
    "cosine": "predictions before and after have a mean cosine of {}",
    "same_class": "{} of the rows keep their class",
    "mean_move": "predictions move by {} on average, in label units",
}
_MERGED: Final[Mapping[str, str]] = {
    "merge": "experts of a group averaged",
    "low_rank": "experts of a group averaged, at the rank of one",
    "retrain": "experts fitted anew",
}
_LEGEND: Final = (
    "Means over validation rows. Heaviest, ten heaviest: their share of an input's weight. "
    "For 50 %: how many prototypes carry that much of it."
)


def view(report: ConsolidateReport) -> RenderableType:
    """Show what became of a model."""
    before, after = report.before.prototypes, report.after.prototypes
    headline = Text.assemble(
        (safe(report.model), TITLE),
        f": {plural(after, 'prototype')} from the {count(before)} of {safe(report.source)}, "
        f"in {duration(report.seconds)}.",
    )
    parts: list[RenderableType] = [
        headline,
        Text(),
        facts(_facts(report)),
        Text(),
        _coverage(report),
        Text(),
        _qualities(report),
        Text(),
        _groups(report),
        Text(),
        prose(_LEGEND, MUTED),
    ]
    return Constrain(Group(*parts), WIDEST)


def _facts(report: ConsolidateReport) -> list[tuple[str, RenderableType]]:
    likeness = percent(report.likeness, 1) if report.likeness_name == "same_class" else fixed(report.likeness, 4)
    fewer, many = report.parameters[1], report.parameters[0]
    chosen = "" if not report.automatic else ", the largest of the tried counts whose routing is peaked"
    return [
        ("groups by", Text(f"{report.grouping}{chosen}")),
        ("what became of them", prose(_became(report))),
        ("likeness", prose(_LIKENESS[report.likeness_name].format(likeness))),
        ("numbers in it", Text(f"{count(fewer)}, before {count(many)}")),
    ]


def _became(report: ConsolidateReport) -> str:
    """Say what became of experts, or of the rows that vote."""
    if report.same_vote is None:
        return f"{report.merging}: {_MERGED[report.merging]}"
    kept = percent(report.same_vote, 1)
    return f"rows are filed under fewer of them and vote as before: {kept} of the weight is the same rows'"


def _coverage(report: ConsolidateReport) -> Table:
    """Lay out how peaked routing is, one row a count."""
    heads = ("prototypes", "heaviest", "ten heaviest", "for 50 %", "80 %", "95 %")
    coverage = table(words("", MUTED), *map(figure, heads), title="How many have to be asked")
    tried = [
        each for each in report.tried if each.prototypes not in {report.before.prototypes, report.after.prototypes}
    ]
    for name, each in (("before", report.before), *(("tried", each) for each in tried), ("after", report.after)):
        coverage.add_row(Text(name), *_covered(each), style=MODEL if name == "after" else "")
    return coverage


def _covered(each: Coverage) -> tuple[str, ...]:
    shares = (percent(each.top_1, 1), percent(each.top_10, 1))
    return (count(each.prototypes), *shares, *(fixed(value, 1) for value in (each.half, each.most, each.nearly_all)))


def _qualities(report: ConsolidateReport) -> Table:
    """Lay out what it costs."""
    title = f"What it costs, on {count(report.rows)} validation rows"
    quality = table(words(""), *map(figure, ("before", "after", "change", "95 % interval")), title=title)
    for each in report.qualities:
        quality.add_row(
            Text(_NAMES.get(each.name, each.name)),
            error(each.before),
            Text(error(each.after), MODEL),
            signed(each.after - each.before, 4),
            _interval(each),
        )
    return quality


def _interval(quality: Quality) -> str:
    if quality.difference is None:
        return ""
    _, low, high = quality.difference
    return f"{signed(low, 4)} to {signed(high, 4)}"


def _groups(report: ConsolidateReport) -> RenderableType:
    """Lay out the groups of most prototypes."""
    largest = sorted(report.groups, key=lambda each: (-len(each.members), each.prototype))[:LARGEST]
    hidden = len(report.groups) - len(largest)
    title = "Groups of most prototypes" if hidden else "Groups"
    groups = table(figure("#", MUTED), figure("share"), figure("from"), words("in the middle"), title=title)
    for each in largest:
        row = row_line(report.fields, each.texts, table=report.table)
        groups.add_row(str(each.prototype), percent(each.share, 1), count(len(each.members)), _named(each, row))
    return Group(groups, Text(f"and {plural(hidden, 'other')}", MUTED)) if hidden else groups


def _named(group: PutTogether, row: RenderableType) -> RenderableType:
    return row if group.name is None else Group(Text(safe(group.name), MUTED), row)
