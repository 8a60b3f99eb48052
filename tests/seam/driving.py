"""Commands of the matrix, run on copies of the workspaces, and what can be seen of each."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.prle_cli.conftest import Outcome
from tests.seam.calls import CALLS
from tests.seam.command import run
from tests.seam.matrix import Case, Subject
from tests.seam.workspaces import World

_WORD: Final = re.compile(r"\{(\w+)\}")
_TIMES: Final = re.compile(r"[\d.,]+ (?:ms|s|min|h)\b|[\d.,]+ k? ?a second|(?<=seconds\": )[\d.]+")
"""How long something took."""


@dataclass(frozen=True)
class Seen:
    """What a command left behind.

    :param files: what it wrote beside the workspace, by name.
    """

    outcome: Outcome
    files: Mapping[str, bytes]

    def differs(self, other: Seen) -> bool:
        """Say whether anything but the time that it took tells two commands apart."""
        first, second = (
            (each.outcome.code, _TIMES.sub("", each.outcome.out), _TIMES.sub("", each.outcome.err), each.files)
            for each in (self, other)
        )
        return first != second


@dataclass
class Driver:
    """Runs commands on tiny workspaces, each different one once.

    :param folder: where they may write.
    """

    worlds: Mapping[str, World]
    folder: Path
    _seen: dict[tuple[str, ...], Seen] = field(default_factory=dict)
    _runs: int = 0

    def see(self, case: Case, words: Sequence[str]) -> Seen:
        """Run a command and return what can be seen of it."""
        key = (str(case.subject), *words)
        if key not in self._seen:
            self._seen[key] = self._run(case.verb, case.subject, words)
        return self._seen[key]

    def _run(self, verb: str, subject: Subject, words: Sequence[str]) -> Seen:
        self._runs += 1
        folder = self.folder / str(self._runs)
        folder.mkdir()
        world = self.worlds[subject.source.name] if subject.source else None
        known = {} if world is None else {**world.words(student=subject.student), **self._place(verb, world, folder)}
        filled = [word for template in words for word in _filled(template, known)]
        outcome = run(*filled, folder=folder, stdin=world.lines if world else "")
        files = {
            str(file.relative_to(folder)): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.suffix != ".h5"
        }
        shutil.rmtree(folder)
        return Seen(outcome, files)

    @staticmethod
    def _place(verb: str, world: World, folder: Path) -> dict[str, tuple[str, ...]]:
        """Return the workspace that a verb is asked about, a copy where it changes it."""
        call = CALLS[verb]
        if not call.writes:
            return {"workspace": (str(world.folder / call.workspace),)}
        if call.about != "data":
            shutil.copy(world.folder / call.workspace, folder / "copy.h5")
        return {"workspace": ("copy.h5",)}


def _filled(template: str, known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the words that stand for a template."""
    whole = _WORD.fullmatch(template)
    if whole:
        yield from known[whole[1]]
    else:
        yield _WORD.sub(lambda found: known[found[1]][0], template)
