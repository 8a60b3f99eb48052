"""What can be said at the prompt, and what a beginning of it may become."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prle.stages.serve.interface import ModelFacts

MARK: Final = ":"
"""What a command begins with, and no question: one that has to is typed behind a blank."""

COMMANDS: Final = {
    "explain": ("[TEXT]", "explain a text; without one, all that follow"),
    "predict": ("[TEXT]", "only the prediction of a text; without one, of all that follow"),
    "why": ("[CLASS]", "the last answer again with every ledger; of classes, why not another one"),
    "row": ("SPLIT:ROW", "explain a row of the data, such as test:17"),
    "prototype": ("NUMBER", "explain the training row that a prototype stands on"),
    "model": ("[NAME]", "ask another model; without a name, list them"),
    "help": ("", "this table"),
    "quit": ("", "leave, as Ctrl-D does"),
}
"""By name: what follows it, and what it does."""

_LAST_WORD: Final = re.compile(r"(?:\\.|[^ \\])*\Z")
_SPECIAL: Final = re.compile(r"([^\w@%+:,./=-])")


@dataclass(frozen=True, kw_only=True)
class Known:
    """The names that can be completed.

    :param prototypes: how many there are.
    """

    facts: ModelFacts
    models: tuple[str, ...]
    splits: tuple[str, ...]
    prototypes: int


def completions(before: str, known: Known) -> tuple[int, list[str]]:
    """Return where the last name before the cursor begins, and all that it may become."""
    command, space, argument = before.partition(" ")
    if before.startswith(MARK) and not space:
        names = (f"{MARK}{name} " if takes else f"{MARK}{name}" for name, (takes, _) in COMMANDS.items())
        return 0, [name for name in names if name.startswith(before)]
    name = command.removeprefix(MARK) if before.startswith(MARK) else ""
    if name in ("", "explain", "predict"):
        return _columns(before, known.facts)
    begins = {
        "model": known.models,
        "why": known.facts.classes,
        "row": tuple(f"{split}:" for split in known.splits),
        "prototype": tuple(map(str, range(known.prototypes))),
    }
    found = [candidate for candidate in begins.get(name, ()) if candidate.startswith(argument)]
    return len(before) - len(argument), found


def _columns(before: str, facts: ModelFacts) -> tuple[int, list[str]]:
    """Complete the columns of a table, without those that have been given."""
    if not facts.table:
        return len(before), []
    word = _LAST_WORD.findall(before)[0]
    start = len(before) - len(word)
    names = [_SPECIAL.sub(r"\\\1", column) + "=" for column in facts.fields]
    given = f" {before[:start]}"
    return start, [name for name in names if name.startswith(word) and f" {name}" not in given]
