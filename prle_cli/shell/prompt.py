"""Lines from a terminal, with arrow keys, history and completion where Python has readline."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, final

from prle.data.inputs.texts import require_utf8
from prle.encoders.cache.history import add_to_history, read_history
from prle.errors import UsageError
from prle_cli.terminal.stopping import line_by_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import ModuleType

Complete = Callable[[str], tuple[int, list[str]]]

_TAB: Final = {"gnu": "tab: complete", "libedit": "bind ^I rl_complete"}


def require_terminal() -> None:
    """Refuse to ask where nobody can answer.

    :raises UsageError: where stdin or stdout is no terminal.
    """
    for stream, name in ((sys.stdin, "stdin"), (sys.stdout, "stdout")):
        if not stream.isatty():
            message = f"shell: expected a terminal, {name} is a file or a pipe."
            raise UsageError(message, hint="`prle explain -` and `prle predict -` read questions from a pipe")


@final
class Prompt:
    """Asks for lines.

    :param folder: where lines are kept for the next time; None keeps none.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def ask(self, prompt: str) -> str:
        """Return one line.

        :raises DataError: for one that is no UTF-8.
        :raises EOFError: for Ctrl-D.
        """
        line = input(prompt)
        require_utf8(line, "the line")
        return line

    def remember(self, line: str) -> None:
        """Keep a line for the arrow keys."""
        if (editor := _readline()) is not None:
            editor.add_history(line)
        if self._folder is not None:
            add_to_history(self._folder, line)


@contextmanager
def prompting(folder: Path | None, complete: Complete) -> Iterator[Prompt]:
    """Give a prompt.

    :param folder: as in :class:`Prompt`.
    :param complete: returns where the last name before the cursor begins, and all that it may become.
    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")
    with ExitStack() as stack:
        if (editor := _readline()) is not None:
            stack.enter_context(_editing(editor, read_history(folder) if folder else [], complete))
        stack.enter_context(line_by_line())
        yield Prompt(folder)


@contextmanager
def _editing(editor: ModuleType, history: Iterable[str], complete: Complete) -> Iterator[None]:
    """Set up arrow keys and completion while the block runs."""
    editor.set_auto_history(False)
    for line in history:
        editor.add_history(line)
    editor.set_completer_delims(" ")
    editor.set_completer(_completer(editor, complete))
    editor.parse_and_bind(_TAB["libedit" if "libedit" in (editor.__doc__ or "") else "gnu"])
    try:
        yield
    finally:
        editor.set_completer(None)
        editor.clear_history()


def _readline() -> ModuleType | None:
    """Return what edits lines; a Python without it still asks, without arrow keys."""
    try:
        import readline
    except ImportError:
        return None
    return readline


def _completer(editor: ModuleType, complete: Complete) -> Callable[[str, int], str | None]:
    """Return what readline asks for one candidate after another, each as it goes on from the last blank."""
    found: list[str] = []

    def candidate(_: str, number: int) -> str | None:
        if number == 0:
            begin, names = complete(editor.get_line_buffer()[: editor.get_endidx()])
            found[:] = [name[max(0, editor.get_begidx() - begin) :] for name in names]
        return found[number] if number < len(found) else None

    return candidate
