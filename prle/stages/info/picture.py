"""How a workspace looks where no terminal draws it: in plain text, and in a notebook."""

from __future__ import annotations

from html import escape
from textwrap import fill
from typing import TYPE_CHECKING, Final

from prle.stages.common.writing import SYNTHETIC, safe
from prle.stages.info.facts import NO_MODEL, beyond, contents, headline, models

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prle.stages.info.facts import Listing
    from prle.stages.info.interface import InfoReport

_WIDTH: Final = 100
"""Characters that a fact is folded to."""

_STYLE: Final = """
.prle-workspace { font-variant-numeric: tabular-nums; max-width: 60em; }
.prle-workspace table { border-collapse: collapse; margin: 0 0 1em; color: inherit; background: none; }
.prle-workspace caption { text-align: left; padding: 0.2em 0; font-weight: 600; color: inherit; }
.prle-workspace th, .prle-workspace td { text-align: left; vertical-align: top; padding: 0.15em 0.7em; }
.prle-workspace th, .prle-workspace td { color: inherit; background: none; }
.prle-workspace th { font-weight: 400; opacity: 0.7; }
.prle-workspace thead th { border-bottom: 1px solid currentColor; }
.prle-workspace .figure { text-align: right; }
.prle-workspace td div + div { opacity: 0.7; }
"""
"""Nothing has a colour of its own, so that it fits the light and the dark theme of whatever shows it."""


def as_text(report: InfoReport) -> str:
    """Return what ``prle info`` prints."""
    parts = [part if isinstance(part, str) else "\n".join(_lines(part)) for part in _below(report)]
    return "\n\n".join((safe("".join(headline(report))), _folded(list(contents(report))), *parts))


def as_html(report: InfoReport) -> str:
    """Return the same as tables for a notebook: everything escaped, nothing loaded."""
    facts = "".join(f'<tr><th scope="row">{name}</th><td>{_bdi(said)}</td></tr>' for name, said in contents(report))
    parts = [paragraph(part) if isinstance(part, str) else _html_table(part) for part in _below(report)]
    caption = _bdi("".join(headline(report)))
    return (
        f'<div class="prle-workspace"><style>{_STYLE}</style>'
        f"<table><caption>{caption}</caption><tbody>{facts}</tbody></table>{''.join(parts)}</div>"
    )


def paragraph(sentence: str) -> str:
    """Return a sentence for a notebook."""
    return f"<p>{_bdi(sentence)}</p>"


def _below(report: InfoReport) -> Iterator[str | Listing]:
    """Yield the sentences and tables that stand below the facts."""
    if report.synthetic:
        yield SYNTHETIC
    yield models(report) if report.models else NO_MODEL
    yield from beyond(report)


def _folded(facts: list[tuple[str, str]]) -> str:
    """Set names and facts in two columns, the second as wide as there is room."""
    indent = max(len(name) for name, _ in facts) + 2
    return "\n".join(
        fill(
            safe(said),
            _WIDTH,
            initial_indent=name.ljust(indent),
            subsequent_indent=" " * indent,
            break_on_hyphens=False,
        )
        for name, said in facts
    )


def _lines(listing: Listing) -> Iterator[str]:
    """Yield a table line by line: words to the left, figures to the right."""
    rows = [listing.heads]
    for entry in listing.entries:
        first, *others = map(safe, entry.said)
        rows.append((safe(entry.name), first, *entry.figures))
        rows += [("", line, *("" for _ in entry.figures)) for line in others]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    yield listing.title
    for place, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row[:2], widths, strict=False))
        figures = (cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))
        yield "  ".join((*cells, *figures)).rstrip()
        if place == 0:
            yield "─" * (sum(widths) + 2 * (len(widths) - 1))


def _html_table(listing: Listing) -> str:
    kinds = ("", "", *(' class="figure"' for _ in listing.heads[2:]))
    heads = "".join(f'<th scope="col"{kind}>{head}</th>' for head, kind in zip(listing.heads, kinds, strict=True))
    rows = []
    for entry in listing.entries:
        said = "".join(f"<div>{_bdi(line)}</div>" for line in entry.said)
        figures = "".join(f'<td class="figure">{figure}</td>' for figure in entry.figures)
        rows.append(f"<tr><td>{_bdi(entry.name)}</td><td>{said}</td>{figures}</tr>")
    return (
        f"<table><caption>{listing.title}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _bdi(text: str) -> str:
    """Return somebody's text, escaped, and kept from turning the direction of what follows."""
    return f"<bdi>{escape(safe(text))}</bdi>"
