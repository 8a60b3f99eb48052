"""The user's cache at a glance, and what is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle_cli.terminal.console import MODEL, MUTED, TITLE, prose, safe
from prle_cli.views.common.cells import facts, figure, table, words
from prle_cli.views.common.figures import count, size

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from prle.stages.cache.interface import CacheReport, ClearReport, ConvertedEncoder

_OFF: Final = "The cache is off: nothing is kept between runs."
_FINGERPRINT: Final = 12
_DIGITS: Final = 8
"""Of a cosine that is one but for rounding."""


def view(report: CacheReport) -> RenderableType:
    """Show what is kept, and how much at most."""
    if report.folder is None:
        return prose(_OFF)
    total = report.vectors_size_bytes + report.history_size_bytes + sum(each.size_bytes for each in report.encoders)
    vectors = f"{count(report.vectors)} vectors of at most {count(report.most_vectors)}"
    room = f"{size(report.vectors_size_bytes)} of at most {size(report.most_size_bytes)}"
    encoders: RenderableType = prose("No converted encoder yet. `prle embed` makes one where it can.")
    return Group(
        Text.assemble((safe(str(report.folder)), TITLE), f", {size(total)}"),
        Text(),
        facts([("texts asked", f"{vectors}, {room}"), *_history(report)]),
        Text(),
        _encoders(report.encoders) if report.encoders else encoders,
    )


def cleared(report: ClearReport) -> RenderableType:
    """Say what was removed."""
    if report.folder is None:
        return prose(_OFF)
    things = [_several(report.vectors, "vector")]
    if report.encoders:
        things.append(_several(report.encoders, "converted encoder"))
    if report.history:
        things.append("the lines typed into `prle shell`")
    *others, last = things
    listed = f"{', '.join(others)} and {last}" if others else last
    return prose(f"Removed {listed}, {size(report.size_bytes)}.")


def _history(report: CacheReport) -> list[tuple[str, str]]:
    """Return a line about the only texts that are kept, where there are any."""
    typed = f"{size(report.history_size_bytes)} of lines typed into prle shell, as texts"
    return [("history", typed)] if report.history_size_bytes else []


def _encoders(encoders: tuple[ConvertedEncoder, ...]) -> Table:
    rows = table(
        words("encoder"),
        words("fingerprint", MUTED),
        figure("size"),
        figure("smallest cosine"),
        figure("on texts"),
        title="Encoders that answer without torch, compared with the original",
    )
    for each in encoders:
        rows.add_row(
            Text(safe(each.name), style=MODEL),
            safe(each.fingerprint[:_FINGERPRINT]),
            size(each.size_bytes),
            f"{each.minimum_cosine:.{_DIGITS}f}",
            count(each.texts),
        )
    return rows


def _several(number: int, thing: str) -> str:
    return f"{count(number)} {thing}{'' if number == 1 else 's'}"
