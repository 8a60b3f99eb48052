"""One HTML file that says everything about one model and asks nobody for anything."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from prle_cli.html import charts, class_charts, ledgers
from prle_cli.html.classes import Classes
from prle_cli.html.forms import FORMS
from prle_cli.html.kinds import Kind, minus
from prle_cli.html.marks import SHADES, harmless
from prle_cli.html.numbers import Numbers
from prle_cli.html.policy import digest
from prle_cli.views.common import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prle.stages.report.interface import ReportContents

LONGEST: Final = 2000
"""Characters of a text that the page shows."""

_KINDS: Final[dict[str, type[Kind]]] = {"numbers": Numbers, "classes": Classes}

_FILTERS: Final[dict[str, Callable[..., str]]] = {
    "difference": lambda value: minus(figures.signed(value, 3)),
    "fixed": lambda value, places: minus(figures.fixed(value, places)),
    "error": lambda value: figures.UNKNOWN if value is None else figures.error(value),
    "mean": lambda value: minus(figures.fixed(value, figures.label_decimals((0.0, value)))),
    "share": lambda value: figures.UNKNOWN if value is None else figures.percent(value, 1),
    "count": figures.count,
    "plural": figures.plural,
    "percent": lambda share, places=0: minus(figures.percent(share, places)),
    "size": figures.size,
    "setting": lambda value: str(value).lower() if isinstance(value, bool) else f"{value}",
    "moment": lambda value: value.replace("T", " ").replace("+00:00", " UTC"),
    "shortened": lambda text, length=LONGEST: charts.shortened(text, length),
    "cell": lambda text: charts.shortened(text, LONGEST) or figures.UNKNOWN_CELL,
}
"""How templates write what is the same of every kind of label."""


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
    kind, settings = _KINDS[contents.of](contents), contents.model.settings
    form = FORMS[str(settings["votes.voters"])]
    environment.filters |= {**_FILTERS, **kind.filters}
    environment.filters["named"] = lambda row: _named(row, contents.data.fields)
    style, script = _own("report.css"), _own("report.js")
    return environment.get_template("report.html.j2").render(
        contents=contents,
        kind=kind,
        form=form,
        facing=next(each for each in contents.figures if each.split == contents.split),
        charts=charts,
        class_charts=class_charts,
        ledgers=ledgers,
        headline=[(key, settings[key]) for key in form.headline],
        shades=SHADES,
        style=style,
        script=script,
        policy=_policy(style, script),
    )


def _named(row: Sequence[str], columns: Sequence[str]) -> list[tuple[str, str]]:
    """Return what each cell of a row of a table is called, and what it says."""
    shown = (charts.shortened(cell, LONGEST) or figures.UNKNOWN_CELL for cell in row)
    return list(zip(columns, shown, strict=True))


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
