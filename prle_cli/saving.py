"""Pictures as files, exactly as the terminal shows them."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final

from rich.console import Console

from prle.errors import PrleError, UsageError
from prle_cli.console import output, say
from prle_cli.session import session_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import typer
    from rich.console import RenderableType

_WRITERS: Final[Mapping[str, Callable[[Console], str]]] = {
    ".svg": lambda console: console.export_svg(title="prle"),
    ".html": lambda console: console.export_html(),
    ".txt": lambda console: console.export_text(),
}

_WIDTH: Final = 100
"""Of a picture that no terminal gives a width."""


def check_ending(file: Path | None) -> None:
    """Refuse a file whose ending no picture can be saved under, before anything is computed.

    :raises UsageError: where it is none of ``.svg``, ``.html`` and ``.txt``.
    """
    if file is not None and file.suffix not in _WRITERS:
        message = f"--save {file}: expected a name that ends in {', '.join(_WRITERS)}."
        raise UsageError(message, hint=f"for example `--save {file.stem}.svg`")


def save(context: typer.Context, picture: RenderableType, file: Path | None) -> None:
    """Save a picture, in colours where the format has them, and say where it is; no file, nothing to do.

    :raises PrleError: where the file cannot be written.
    """
    if file is None:
        return
    terminal = output()
    width = terminal.width if terminal.is_terminal else _WIDTH
    console = Console(
        record=True, file=StringIO(), width=width, force_terminal=True, markup=False, emoji=False, highlight=False
    )
    console.print(picture)
    try:
        file.write_text(_WRITERS[file.suffix](console), encoding="utf-8")
    except OSError as error:
        message = f"--save {file}: cannot be written ({error.strerror or error})."
        raise PrleError(message) from error
    if not session_of(context).quiet:
        say("Saved", str(file))
