"""An audit on a page: what holds in plain words, then every figure beside what chance would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from rich.console import Group
from rich.constrain import Constrain
from rich.text import Text

from prle.stages.audit.interface import Group as Subject
from prle_cli.terminal.console import BEST, MODEL, MUTED, TITLE, WARNING, prose, safe
from prle_cli.views.common.cells import WIDEST, facts, figure, synthetic_notice, table, words
from prle_cli.views.common.figures import count, duration, fixed, label_decimals, plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType
    from rich.style import Style
    from rich.table import Table

    from prle.stages.audit.interface import AuditReport, Finding, Measure, Unit

_TITLES: Final[Mapping[Subject, str]] = {
    "who carries": "Who carries: do labels of training rows make the predictions?",
    "training examples": "Training examples: do the heaviest votes matter?",
    "prototypes": "Prototypes: do they decide, and are they what they show?",
    "labels": "Labels: would wrong ones be found?",
}
_DECIMALS: Final[Mapping[Unit, int]] = {
    "r2": 3,
    "cosine": 3,
    "rows": 1,
    "correlation": 3,
    "probability": 3,
    "logits": 3,
    "prototypes": 1,
    "share": 3,
    "area": 3,
    "spacings": 2,
}
_STYLES: Final[Mapping[Finding, Style | str]] = {"holds": BEST, "open": "", "fails": WARNING, "described": ""}
_LEGEND: Final = (
    "Beside each figure its 95 % interval, by resampling inputs; below, how to read it. holds: better than "
    "what it stands beside, as far as the interval can tell; open: it cannot tell."
)


def view(report: AuditReport) -> RenderableType:
    """Show the verdict first, then the measures by what they are about."""
    headline = Text.assemble((safe(report.dataset), TITLE), " · ", (safe(report.model), MODEL), _made(report))
    parts: list[RenderableType] = [headline, Text()]
    parts.append(facts(("·", Text(sentence)) for sentence in report.verdict))
    for subject in get_args(Subject):
        listed = [measure for measure in report.measures if measure.group == subject]
        if listed:
            parts += [Text(), _measures(subject, listed, label_decimals(report.label_range) + 1)]
    parts += [Text(), Text(_LEGEND, MUTED)]
    if report.refused:
        hints = {name: f"; {each.hint}" if each.hint else "" for name, each in report.refused.items()}
        parts += [
            Text(),
            facts((f"no {name}", prose(f"{each.reason}{hints[name]}", MUTED)) for name, each in report.refused.items()),
        ]
    return Constrain(Group(*parts, *synthetic_notice(synthetic=report.synthetic)), WIDEST)


def _made(report: AuditReport) -> str:
    """Say what was audited, on what, and how long it took."""
    members = f", {plural(report.members, 'member')}" if report.members > 1 else ""
    return (
        f": {plural(report.prototypes, 'prototype')}{members}, {count(report.rows)} training rows; audited on "
        f"{report.split} rows in {duration(report.seconds)}."
    )


def _measures(subject: Subject, listed: list[Measure], label_places: int) -> Table:
    measures = table(words("measure"), figure("value"), figure("beside"), words("so"), title=_TITLES[subject])
    for measure in listed:
        decimals = label_places if measure.unit == "label units" else _DECIMALS[measure.unit]
        value = Text(fixed(measure.value, decimals), MODEL)
        if measure.interval is not None:
            low, high = (fixed(bound, decimals) for bound in measure.interval)
            value.append(f"\n{low} to {high}", MUTED)
        measures.add_row(
            Text.assemble((measure.title, TITLE), "\n", prose(measure.meaning, MUTED)),
            value,
            _beside(measure, decimals),
            Text("" if measure.finding == "described" else measure.finding, _STYLES[measure.finding]),
        )
    return measures


def _beside(measure: Measure, decimals: int) -> Text:
    """Return what a figure stands beside; nothing where it stands alone."""
    if measure.reference is None:
        return Text()
    return Text.assemble(fixed(measure.reference, decimals), "\n", (measure.against, MUTED))
