"""Commands of the matrix, run on tiny workspaces, and all that can be seen of each."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from unittest import mock

import h5py

from tests.prle_cli.conftest import Outcome
from tests.seam.calls import CALLS
from tests.seam.command import run
from tests.seam.matrix import Case, Subject, Triple, Words
from tests.seam.workspaces import World

_TEMPLATE: Final = re.compile(r"\{(\w+)\}")
_TIMES: Final = re.compile(r'[\d.,]+ (?:ms|s|min|h)\b|[\d.,]+ k? ?a second|(?<=seconds": )[\d.]+')
"""How long something took, which depends on what was imported before."""


@dataclass(frozen=True)
class Seen:
    """What a command left behind.

    :param files: what it wrote, by name; of workspaces the arrays of their models.
    """

    outcome: Outcome
    files: Mapping[str, object]

    def differs(self, other: Seen) -> bool:
        """Say whether two commands can be told apart by anything but the time that they took."""
        return self._told() != other._told()

    def _told(self) -> tuple[object, ...]:
        outcome = self.outcome
        return outcome.code, _TIMES.sub("", outcome.out), _TIMES.sub("", outcome.err), self.files


@dataclass
class Driver:
    """Runs commands, each different one once.

    :param folder: where each has a folder of its own while it runs.
    :param ports: that are free.
    :param driven: the combinations of a verb, a kind and an option that were driven so far.
    """

    worlds: Mapping[str, World]
    folder: Path
    ports: Words
    driven: set[Triple] = field(default_factory=set)
    _seen: dict[tuple[Subject, Words], Seen] = field(default_factory=dict)

    def see(self, case: Case, words: Words) -> Seen:
        """Run a command line of a case and return what can be seen of it."""
        if (case.subject, words) not in self._seen:
            self._seen[case.subject, words] = self._run(case.verb, case.subject, words)
        return self._seen[case.subject, words]

    def _run(self, verb: str, subject: Subject, words: Words) -> Seen:
        folder = self.folder / str(len(self._seen))
        folder.mkdir()
        world = self.worlds[subject.source.name] if subject.source else None
        known = _known(verb, subject, world, folder) | dict(zip(("port", "other_port"), zip(self.ports), strict=True))
        filled = [word for each in words for word in _filled(each, known)]
        # A server whose first answer is Ctrl-C: what comes before it is all that options are about.
        with mock.patch("prle_cli.serving.server.run", side_effect=KeyboardInterrupt):
            shell = verb == "shell"
            stdin = "" if world is None else world.typed if shell else world.lines
            outcome = run(*filled, folder=folder, stdin=stdin, terminal=shell)
        files = {str(file.relative_to(folder)): _content(file) for file in folder.rglob("*") if file.is_file()}
        shutil.rmtree(folder)
        return Seen(outcome, files)


def _content(file: Path) -> object:
    """Return what a file says: of a workspace the arrays of its models, which say nothing of how they were made."""
    if file.suffix != ".h5":
        return file.read_bytes()
    arrays: dict[str, bytes] = {}

    def read(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and "/arrays/" in name:
            arrays[name] = item[()].tobytes()

    with h5py.File(file) as opened:
        opened.get("models", {}).visititems(read)
    return arrays


def _known(verb: str, subject: Subject, world: World | None, folder: Path) -> dict[str, Words]:
    """Return the words that stand for templates; what a verb changes is a copy in the folder that it runs in."""
    if world is None:
        return {}
    call, workspace = CALLS[verb], "copy.h5"
    original = world.folder / ("student.h5" if subject.student else call.workspace)
    if not call.writes:
        workspace = str(original)
    elif call.about != "data":
        shutil.copy(original, folder / workspace)
    return {**world.words(student=subject.student), "workspace": (workspace,)}


def _filled(template: str, known: Mapping[str, Words]) -> Iterator[str]:
    """Yield the words that stand for a template: as many as it is, where it is nothing else."""
    whole = _TEMPLATE.fullmatch(template)
    if whole:
        yield from known[whole[1]]
    else:
        yield _TEMPLATE.sub(lambda found: known[found[1]][0], template)
