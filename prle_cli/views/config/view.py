"""Every setting of a fit with its value, where that came from, and what it does."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

from prle_cli.terminal.console import ACCENT, MODEL, MUTED, TITLE, cell, safe
from prle_cli.views.common.cells import ByWidth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from prle.config.rows import OriginKind, Value
    from prle.stages.config.interface import Setting, SettingsReport

_ONE_LINE: Final = 130
"""From this width on, what a setting does stands beside its value instead of below it."""

_CHOSEN: Final = ("flag", "environment", "file")
_COUNTED: Final[dict[OriginKind, str]] = {
    "flag": "from options",
    "environment": "from the environment",
    "file": "from the file",
    "recorded": "from the model",
    "default": "by default",
}


def view(report: SettingsReport) -> RenderableType:
    """Show the settings by section; what somebody chose stands out."""
    return Group(_headline(report), _origins(report), ByWidth(partial(_sections, report)))


def _headline(report: SettingsReport) -> Text:
    if report.model is None:
        return Text.assemble(("Settings", TITLE), " that ", ("prle fit", ACCENT), " would use")
    return Text.assemble(
        ("Settings", TITLE),
        " of model ",
        (safe(report.model), TITLE),
        f" in {safe(str(report.workspace))}, and on top what was given here",
    )


def _origins(report: SettingsReport) -> Text:
    counted = Counter(setting.origin for setting in report.settings)
    parts = [f"{counted[origin]} {words}" for origin, words in _COUNTED.items() if counted[origin]]
    return Text(", ".join(parts), style=MUTED)


def _sections(report: SettingsReport, width: int) -> RenderableType:
    """Draw all sections on the same columns, so that the eye can run down one of them."""
    one_line = width >= _ONE_LINE
    names = max(len(_name(setting)) for setting in report.settings)
    values = max(len(_written(setting.value)) for setting in report.settings)
    places = max(len(_place(setting)) for setting in report.settings)
    pictures: list[RenderableType] = []
    for section, purpose in report.sections.items():
        settings = [setting for setting in report.settings if setting.section == section]
        pictures += [Text(), Text.assemble((section, TITLE), "  ", (purpose, MUTED))]
        if one_line:
            pictures.append(_wide(settings, (names, values, min(places, width // 4))))
        else:
            pictures.append(_narrow(settings, names, values))
    return Group(*pictures)


def _wide(settings: Sequence[Setting], widths: tuple[int, int, int]) -> Padding:
    """Set one line for a setting: name, value, origin, meaning."""
    grid = Table.grid(*(Column(width=width, no_wrap=True) for width in widths), Column(), padding=(0, 2))
    for setting in settings:
        grid.add_row(_name(setting), _shown_value(setting), _shown_place(setting), Text(setting.description, MUTED))
    return _indented(grid)


def _narrow(settings: Sequence[Setting], names: int, values: int) -> Padding:
    """Set two lines for a setting: its value and origin beside its name, its meaning below them."""
    grid = Table.grid(Column(width=names, no_wrap=True), Column(), padding=(0, 2))
    for setting in settings:
        inner = Table.grid(Column(width=values, no_wrap=True), Column(), padding=(0, 2))
        inner.add_row(_shown_value(setting), _shown_place(setting))
        grid.add_row(_name(setting), Group(inner, Text(setting.description, MUTED)))
    return _indented(grid)


def _indented(grid: Table) -> Padding:
    return Padding(grid, (0, 0, 0, 2))


def _name(setting: Setting) -> str:
    return setting.key.rpartition(".")[2]


def _written(value: Value) -> str:
    """Return a value as YAML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else safe(str(value))


def _place(setting: Setting) -> str:
    """Return where a value came from, and what it would have been by default where it is something else."""
    place = f"model {setting.place}" if setting.origin == "recorded" else safe(setting.place) or "default"
    return place if setting.value == setting.default else f"{place} (default {_written(setting.default)})"


def _shown_value(setting: Setting) -> Text:
    return Text(_written(setting.value), style=MODEL if setting.value != setting.default else "")


def _shown_place(setting: Setting) -> Text:
    return cell(_place(setting), ACCENT if setting.origin in _CHOSEN else MUTED)
