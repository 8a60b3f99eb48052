"""The error boundary: every way to fail ends in one line, a hint and the right exit code."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from prle import __version__
from prle.errors import DataError, LockedError, OfflineError, UsageError, WorkspaceError
from prle_cli.app import application


@pytest.mark.parametrize(
    ("error", "code"), [(DataError, 1), (UsageError, 2), (WorkspaceError, 3), (LockedError, 4), (OfflineError, 5)]
)
def test_an_error_of_the_library_is_a_line_a_hint_and_its_code(stages, prle, error, code):
    stages.answers["info"] = error("prle.h5 has no [/model].\x1b[2J", hint="run `prle fit` first")
    outcome = prle("info")
    assert outcome.code == code
    assert outcome.out == ""
    assert outcome.err == "Error: prle.h5 has no [/model].␛[2J\nHint: run `prle fit` first\n"


def test_an_error_without_a_hint_has_none(stages, prle):
    stages.answers["info"] = DataError("no rows")
    assert prle("info").err == "Error: no rows\n"


def test_an_unexpected_error_is_a_line_and_the_way_to_its_traceback(stages, prle):
    stages.answers["info"] = RuntimeError("shapes\ndiffer")
    outcome = prle("info")
    assert outcome.code == 1
    assert outcome.err == "Error: unexpected RuntimeError: shapes differ\nHint: `--debug` shows the traceback.\n"


@pytest.mark.parametrize("arguments", [("--debug", "info"), ("info", "--debug")])
def test_debug_shows_the_traceback_wherever_it_stands(stages, prle, arguments):
    stages.answers["info"] = RuntimeError("shapes differ")
    error = prle(*arguments).err
    assert error.startswith("Traceback (most recent call last):")
    assert error.endswith("Error: unexpected RuntimeError: shapes differ\n")


def test_ctrl_c_is_one_line(stages, prle):
    stages.answers["info"] = KeyboardInterrupt()
    outcome = prle("info")
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "Interrupted.\n")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("fti",), "did you mean fit?"),
        (("zzz",), "`prle --help` shows how to call it."),
        (("fit", "--routr", "knn"), "did you mean --router or --routing or --voters?"),
        (("config", "shwo"), "did you mean show?"),
        (("--versoin",), "did you mean --version?"),
        (("fit", "--epochs", "-1"), "`prle fit --help` shows how to call it."),
        (("explain", "a", "--format", "jsn"), "`prle explain --help` shows how to call it."),
        (("info", "a"), "`prle info --help` shows how to call it."),
    ],
)
def test_a_wrong_call_is_two_lines_and_exit_code_two(prle, arguments, hint):
    outcome = prle(*arguments)
    first, second = outcome.err.splitlines()
    assert outcome.code == 2
    assert first.startswith("Error: ")
    assert second == f"Hint: {hint}"
    assert "Value error" not in first


def test_a_count_that_is_none_is_one_line(prle):
    outcome = prle("fit", "--prototypes", "many")
    assert outcome.code == 2
    assert outcome.err == "Error: prototypes.count: expected a number or auto, got 'many'.\n"


def test_version(prle):
    assert prle("--version").out == f"prle {__version__}\n"


def test_nothing_to_do_shows_the_help(prle):
    outcome = prle()
    assert outcome.code == 0
    assert "explain" in outcome.out


@pytest.mark.parametrize("verb", ["embed", "fit", "predict", "explain", "bench", "info", "config show"])
def test_every_verb_has_help_the_workspace_quiet_and_debug(verb):
    result = CliRunner().invoke(application(), [*verb.split(), "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    for option in ("--workspace", "-w", "--format", "--quiet", "-q", "--debug"):
        assert option in result.stdout
