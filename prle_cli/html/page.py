"""One HTML file that says everything about one model and asks nobody for anything."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from prle_cli.html import charts, ledgers
from prle_cli.html.marks import SHADES, harmless
from prle_cli.html.policy import digest
from prle_cli.views import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prle.stages.report_interface import ReportContents

LONGEST: Final = 2000
"""Characters of a text that the page shows."""

_HEADLINE: Final = (
    "router.kind",
    "router.temperature",
    "prototypes.count",
    "prototypes.init",
    "value_space.projection",
    "experts.kind",
    "experts.init",
    "train.em_alt_training",
    "train.epochs",
    "train.seed",
)
"""The settings that are shown at once; the others are there to be unfolded."""


def render(contents: ReportContents) -> str:
    """Return the page. Every text of a user is escaped, and no script or style runs but those of this package."""
    environment = Environment(
        loader=PackageLoader("prle_cli.html"),
        autoescape=True,
        finalize=harmless,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    decimals = figures.label_decimals(contents.data.label_range)
    environment.filters |= _filters(decimals)
    environment.filters["named"] = lambda row: _named(row, contents.data.fields)
    style, script = _own("report.css"), _own("report.js")
    return environment.get_template("report.html.j2").render(
        contents=contents,
        facing=next(each for each in contents.figures if each.split == contents.split),
        charts=charts,
        ledgers=ledgers,
        decimals=decimals,
        headline=[(key, contents.model.settings[key]) for key in _HEADLINE],
        covered=any(each.coverage is not None for each in contents.figures),
        shades=SHADES,
        style=style,
        script=script,
        policy=_policy(style, script),
    )


def _filters(decimals: int) -> dict[str, Callable[..., str]]:
    """Return how templates write numbers.

    :param decimals: of a label; what adds up to one has one more.
    """
    return {
        "label": lambda value: _minus(figures.fixed(value, decimals)),
        "total": lambda value: _minus(figures.fixed(value, decimals + 1)),
        "amount": lambda value: _minus(figures.signed(value, decimals + 1)),
        "difference": lambda value: _minus(figures.signed(value, 3)),
        "fixed": lambda value, places: _minus(figures.fixed(value, places)),
        "error": lambda value: figures.UNKNOWN if value is None else figures.error(value),
        "share": lambda value: figures.UNKNOWN if value is None else figures.percent(value, 1),
        "count": figures.count,
        "plural": figures.plural,
        "percent": figures.percent,
        "size": figures.size,
        "setting": lambda value: str(value).lower() if isinstance(value, bool) else f"{value}",
        "moment": lambda value: value.replace("T", " ").replace("+00:00", " UTC"),
        "shortened": lambda text: charts.shortened(text, LONGEST),
    }


def _named(row: Sequence[str], columns: Sequence[str]) -> list[tuple[str, str]]:
    """Return what each cell of a row of a table is called, and what it says."""
    shown = (charts.shortened(cell, LONGEST) or figures.UNKNOWN_CELL for cell in row)
    return list(zip(columns, shown, strict=True))


def _minus(number: str) -> str:
    return number.replace("-", "\N{MINUS SIGN}")


def _own(name: str) -> Markup:
    """Return a style sheet or a script of this package, as it stands in the page."""
    text = files("prle_cli.html").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704 - our own file, nothing of a user's is in it


def _policy(style: str, script: str) -> str:
    """Return what a browser may do with the page: run this script, apply this style, and load nothing at all."""
    return (
        f"default-src 'none'; script-src {digest(script)}; style-src {digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
