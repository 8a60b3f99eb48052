"""A page that asks a served model: it comes from the server, talks to nobody else, and needs no template engine."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from prle_cli.formats.reports import record, to_json
from prle_cli.html.policy import digest

if TYPE_CHECKING:
    from prle.stages.serve.interface import ModelFacts


def _own(name: str) -> str:
    return files("prle_cli.html").joinpath("templates", name).read_text(encoding="utf-8")


_STYLE: Final = _own("report.css") + _own("playground.css")
"""The playground wears what the report wears, and a few things of its own."""

_SCRIPT: Final = _own("playground.js")

POLICY: Final = (
    f"default-src 'none'; script-src {digest(_SCRIPT)}; style-src {digest(_STYLE)}; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a browser may do with the page: run this script, apply this style, and ask the server that it came from."""


def page(facts: ModelFacts, characters: int) -> bytes:
    """Return the page. What it knows of the model is data in it, in which no ``<`` can end an element.

    :param characters: the most of a text.
    """
    known = to_json({**record(facts), "characters": characters}).replace("<", "\\u003c")
    whole = _own("playground.html").replace("/*style*/", _STYLE).replace("/*script*/", _SCRIPT)
    return whole.replace("/*facts*/", known).encode("utf-8", "backslashreplace")
