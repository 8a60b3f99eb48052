"""What ``prle shell`` says of itself: whom one asks, what can be said, and which models there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from prle_cli.shell.commands import COMMANDS, MARK
from prle_cli.terminal.console import ACCENT, MODEL, MUTED, cell, prose, safe
from prle_cli.views.common.cells import facts

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.serve.interface import ModelFacts


def welcome(model: ModelFacts) -> RenderableType:
    """Say whom one asks, and how."""
    where = Text.assemble((safe(f"{model.dataset} · {model.model}"), MODEL), ": ", _question(model))
    return Group(where, prose(f"`{MARK}help` lists what else there is; Ctrl-C abandons a line, Ctrl-D leaves.", MUTED))


def commands(model: ModelFacts) -> RenderableType:
    """List what can be said at the prompt."""
    lines = [(f"{MARK}{name} {takes}".rstrip(), does) for name, (takes, does) in COMMANDS.items()]
    return Group(
        facts((name, Text(does)) for name, does in lines),
        Text(),
        _question(model),
        prose(f"A text that begins with {MARK} is typed behind a blank. Tab completes commands and names.", MUTED),
    )


def models(names: tuple[str, ...], asked: str) -> RenderableType:
    """List the models, the one that is asked marked."""
    return Group(
        *(
            Text.assemble(("● " if name == asked else "  ", ACCENT), cell(name, MODEL if name == asked else ""))
            for name in names
        )
    )


def _question(model: ModelFacts) -> Text:
    """Say how a question is typed."""
    if model.table:
        first = safe(model.fields[0])
        return prose(f"type a row, {first}=VALUE and so on, or a JSON object.")
    if len(model.fields) > 1:
        return prose("type the first text, then the other; or both with a tab between them.")
    return prose("type a text.")
