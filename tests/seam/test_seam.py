"""Every option of every verb, for every kind of target and model, from the command line to what is printed.

None may fail, or do nothing that nobody is told of; what a kind does not have is refused in a line that names it.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.prle_cli.conftest import Outcome
from tests.seam.calls import SILENT
from tests.seam.command import run
from tests.seam.driving import Driver
from tests.seam.matrix import Case, Words, cases, commands, counts, options_of
from tests.seam.refusals import is_refused
from tests.seam.sources import SOURCES, Source
from tests.seam.visits import visited
from tests.seam.workspaces import make

pytestmark = pytest.mark.slow
MATRIX = cases()
ENDED = {"serve": 130}
"""How a verb ends that somebody has to stop."""


@pytest.fixture(scope="session")
def driver(tmp_path_factory) -> Driver:
    folder = tmp_path_factory.mktemp("seam")
    (folder / "runs").mkdir()
    worlds = {source.name: make(source, folder / source.name) for source in SOURCES}
    return Driver(worlds, folder / "runs", free_ports())


@pytest.mark.parametrize("case", MATRIX, ids=str)
def test_an_option_is_heard_or_refused(driver: Driver, case: Case) -> None:
    driver.driven.add(case.triple)
    changed = False
    for ending in case.formats:
        seen = driver.see(case, (*case.words, *ending))
        if is_refused(case):
            require_refusal(case, seen.outcome)
        else:
            require_result(case, (*case.words, *ending), seen.outcome)
            changed |= seen.differs(driver.see(case, (*case.without, *ending)))
    if not is_refused(case) and case.option.name != "--quiet":
        silent = case.exception(SILENT)
        assert changed or silent, "expected another output, a file, or a line in SILENT that says why not"
        assert not (changed and silent), f"it is heard, though SILENT says: {silent}"


def free_ports() -> tuple[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return str(one.getsockname()[1]), str(other.getsockname()[1])


def require_result(case: Case, words: Words, outcome: Outcome) -> None:
    """Require that a command did what it was asked, and that machines can read what it says to them."""
    assert outcome.code == ENDED.get(case.verb, 0), outcome.err
    assert outcome.out.strip()
    if not (case.verb == "shell" and case.subject.student):  # where no reasons are to be had, line by line
        assert not re.search("^(Error|Traceback)", outcome.err, re.MULTILINE), outcome.err
    if case.option.name == "--quiet":
        assert all(line.startswith(("Error: ", "Hint: ", "Interrupted.")) for line in outcome.err.splitlines())
    form = words[words.index("--format") + 1] if "--format" in words else "json" if "--json" in words else ""
    if form in ("json", "jsonl"):
        documents = list(parsed(outcome.out))
        assert documents
        assert form == "jsonl" or all(each["schema_version"] == 1 for each in documents)


def require_refusal(case: Case, outcome: Outcome) -> None:
    """Require one line that names what is refused, and at most one that helps, before anything is printed."""
    assert outcome.code == 2, outcome.err or outcome.out
    assert outcome.out == ""
    lines = outcome.err.splitlines()
    errors = [line for line in lines if line.startswith("Error: ")]
    assert len(errors) == 1, outcome.err
    assert lines.index(errors[0]) >= len(lines) - 2
    assert lines[-1].startswith(("Error: ", "Hint: "))
    assert case.option.name == "--debug" or "Traceback" not in outcome.err
    said = (case.verb.split()[0], *(word for word in case.words if word.startswith("--")))
    assert any(word in errors[0] for word in said), errors[0]


def parsed(text: str) -> Iterator[Any]:
    """Yield JSON documents that follow each other."""
    decoder, place = json.JSONDecoder(), 0
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        document, place = decoder.raw_decode(text, place)
        yield document


@pytest.mark.parametrize("student", [False, True], ids=["model", "student"])
@pytest.mark.parametrize("source", [source for source in SOURCES if not source.again], ids=lambda source: source.kind)
def test_a_server_answers_what_is_printed(driver: Driver, source: Source, student: bool) -> None:
    world, name = driver.worlds[source.name], "student" if student else "default"
    words = ("--workspace", str(world.folder / ("student.h5" if student else "prle.h5")), "--name", name)
    row = next(world.new())
    code, replies = visited(
        *words, folder=world.folder, questions={"/predict": {"rows": [row]}, "/explain": {"row": row}}
    )
    assert code == 130
    for path, reply in replies.items():
        printed = run(path[1:], *world.asked, *words, "--format", "json", folder=world.folder)
        if printed.code == 0:
            assert (reply.status, reply.json) == (200, json.loads(printed.out))
        else:
            assert (path, reply.status) == ("/explain", 400)
            assert printed.err.startswith(f"Error: {reply.json['detail']}")


def test_every_parameter_is_driven(request: pytest.FixtureRequest, driver: Driver) -> None:
    """Last of all, so that it can count."""
    every = {option.key for verb, command in commands().items() for option in options_of(verb, command)}
    assert {case.option.key for case in MATRIX} == every
    chosen = [getattr(item, "callspec", None) for item in request.session.items]
    assert driver.driven == {each.params["case"].triple for each in chosen if each and "case" in each.params}
    assert counts().total() > 900
