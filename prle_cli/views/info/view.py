"""A workspace at a glance: the data, the encoder, and the models with what has gone stale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.text import Text

from prle.stages.info.facts import NO_MODEL, UNFINISHED, beyond, contents, headline, models
from prle_cli.terminal.console import MODEL, MUTED, TITLE, WARNING, prose, safe
from prle_cli.views.common.cells import facts, figure, synthetic_notice, table, words

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.style import Style
    from rich.table import Table

    from prle.stages.info.facts import Listing
    from prle.stages.info.interface import InfoReport

_SAID: Final[tuple[Style | str, ...]] = ("", MUTED, WARNING)
"""How the lines of an entry look: what it is, when it was made, and what makes it stale."""


def view(report: InfoReport) -> RenderableType:
    """Show what the file holds and what can be done with it."""
    file, rest = map(safe, headline(report))
    return Group(
        Text.assemble((file, TITLE), rest),
        Text(),
        facts((name, Text(safe(value), WARNING if name == UNFINISHED else "")) for name, value in contents(report)),
        *synthetic_notice(synthetic=report.synthetic),
        Text(),
        _listing(models(report), MODEL) if report.models else prose(NO_MODEL),
        *(part for listing in beyond(report) for part in (Text(), _listing(listing))),
    )


def _listing(listing: Listing, name_style: Style | str = "") -> Table:
    name, said, *figures = listing.heads
    drawn = table(words(name), words(said), *map(figure, figures), title=listing.title)
    for entry in listing.entries:
        lines = [Text(safe(line), style) for line, style in zip(entry.said, _SAID, strict=False)]
        drawn.add_row(Text(safe(entry.name), name_style), Text("\n").join(lines), *entry.figures)
    return drawn
