"""Pictures as files, exactly as the terminal shows them."""

from __future__ import annotations

from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Final

from rich.console import Console

from prle.errors import PrleError, UsageError
from prle_cli.session import session_of
from prle_cli.terminal.console import output, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
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


@contextmanager
def saving(context: typer.Context, file: Path | None) -> Iterator[Callable[[RenderableType], None] | None]:
    """Give a function that takes pictures; at the end they are saved one below the other. No file, no function.

    What was taken is saved too where something fails, or somebody stops it, before the end.

    :raises UsageError: before anything is computed, where the file ends in none of ``.svg``, ``.html`` and ``.txt``.
    :raises PrleError: where the file cannot be written.
    """
    if file is None:
        yield None
        return
    if file.suffix not in _WRITERS:
        message = f"--save {file}: expected a name that ends in {', '.join(_WRITERS)}."
        raise UsageError(message, hint=f"for example `--save {file.stem}.svg`")
    pictures: list[RenderableType] = []
    try:
        yield pictures.append
    finally:
        if pictures:
            _save(pictures, file)
            if not session_of(context).quiet:
                say("Saved", str(file))


def _save(pictures: Sequence[RenderableType], file: Path) -> None:
    """Write pictures to a file, in colours where the format has them."""
    terminal = output()
    width = terminal.width if terminal.is_terminal else _WIDTH
    console = Console(
        record=True, file=StringIO(), width=width, force_terminal=True, markup=False, emoji=False, highlight=False
    )
    for picture in pictures:
        console.print(picture)
    try:
        file.write_text(_WRITERS[file.suffix](console), encoding="utf-8")
    except OSError as error:
        message = f"--save {file}: cannot be written ({error.strerror or error})."
        raise PrleError(message) from error
