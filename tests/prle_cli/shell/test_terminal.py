"""``prle shell`` on a real terminal: typed into, interrupted, completed, and left."""

from __future__ import annotations

import io
import random
import signal
import stat
import sys
import time
from contextlib import contextmanager

import pytest

from prle.encoders.cache.folder import history_file
from prle_cli.app import main
from tests.prle_cli.test_process import _environment
from tests.terminal import CTRL_C, CTRL_D, UP, terminal

pytestmark = pytest.mark.slow
HOSTILE = "<script> [bold]x[/bold] [/x] {{7*7}} \u202egnp.exe"


@contextmanager
def shell(workspace, *arguments, cache="off"):
    """A shell that has said its first words."""
    command = [sys.executable, "-m", "prle_cli", "shell", "-w", str(workspace), *arguments]
    environment = _environment(PRLE_CACHE=str(cache), TERM="xterm")
    del environment["COLUMNS"]
    with terminal(command, environment) as opened:
        opened.wait_for("explain> ")
        yield opened


def ask(opened, *lines, prompt="explain> "):
    """Type lines, and return what was shown until the next prompt."""
    for line in lines:
        opened.type(f"{line}\r")
    return opened.wait_for(f"\n{prompt}")


def test_a_pair_is_asked_text_by_text_or_with_a_tab_between_and_explained_as_ever(pairs_file, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    texts = ("A man is playing a guitar.", "Someone plays an instrument.")
    assert main(["explain", *texts, "-w", str(pairs_file)]) == 0
    expected = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    with shell(pairs_file) as opened:
        opened.type(f"{texts[0]}\r")
        opened.wait_for("sentence2> ")
        one_by_one = [line.rstrip() for line in ask(opened, texts[1]).split("\n")]
        pasted = ask(opened, f"\x1b[200~{texts[0]}\t{texts[1]}\x1b[201~")
        opened.type(CTRL_D)
        assert opened.wait() == 0
    start = one_by_one.index(next(line for line in one_by_one if line.startswith("╭")))
    figures = [line for line in expected if "prediction" in line or "predicted" in line]
    assert [line for line in one_by_one[start:] if "prediction" in line or "predicted" in line] == figures
    assert all(figure in pasted for figure in figures)


def test_the_few_commands(pairs_file):
    with shell(pairs_file) as opened:
        assert "explain the training row that a prototype stands on" in ask(opened, ":help")
        assert "expected a question before it" in ask(opened, ":why")
        assert "Who decided" in ask(opened, ":row test:3")
        assert "Nearest in training" in ask(opened, ":why")
        assert "train:" in ask(opened, ":prototype 0")
        assert "prototype 600: expected a number from 0 to 5." in ask(opened, ":prototype 600")
        assert "● default" in ask(opened, ":model")
        ask(opened, ":predict", prompt="predict> ")
        opened.type("one\r")
        opened.wait_for("sentence2> ")
        assert "label" in ask(opened, "two", prompt="predict> ")
        opened.type(":quit\r")
        assert opened.wait() == 0


def test_an_error_costs_its_line_alone(pairs_file):
    with shell(pairs_file) as opened:
        assert "Error: command: expected one of :explain" in ask(opened, ":expalin x")
        assert "did you mean :explain?" in opened.text
        assert "has no model nope" in ask(opened, ":model nope")
        assert "--row: expected SPLIT:ROW" in ask(opened, ":row 17")
        assert "--row test:100000: expected a row from 0" in ask(opened, ":row test:100000")
        opened.type("a\r")
        opened.wait_for("sentence2> ")
        assert "sentence2: expected a text, got an empty one." in ask(opened, " ")
        assert "Who decided" in ask(opened, ":row test:3")
        assert "Traceback" not in opened.text


def test_ctrl_c_abandons_the_line_as_often_as_one_likes(pairs_file):
    with shell(pairs_file) as opened:
        for _ in range(3):
            opened.type("half a li")
            opened.wait_for("half a li")
            opened.wait_until_idle()
            opened.type(CTRL_C)
            opened.wait_for("explain> ")
        opened.type("a text\r")
        opened.wait_for("sentence2> ")
        opened.wait_until_idle()
        opened.type(CTRL_C)
        opened.wait_for("explain> ")
        assert "Who decided" in ask(opened, ":row test:3")
        opened.type(CTRL_D)
        assert opened.wait() == 0


def test_a_key_that_is_held_down_does_not_end_it(pairs_file):
    with shell(pairs_file) as opened:
        for wait in random.Random(0).choices([0.0, 0.0005, 0.003, 0.02], k=400):
            opened.process.send_signal(signal.SIGINT)
            time.sleep(wait)
        opened.press(":help\r", until="explain the training row")  # the last signal may cost a line
        opened.wait_for("\nexplain> ")
        assert "Who decided" in ask(opened, ":row test:3")
        opened.type(CTRL_D)
        assert opened.wait() == 0


def test_sigterm_ends_it_as_any_command(pairs_file):
    with shell(pairs_file) as opened:
        opened.wait_until_idle()
        opened.process.send_signal(signal.SIGTERM)
        assert opened.wait() == 130
        assert "Interrupted." in opened.text


def test_tab_completes(pairs_file, table_file):
    with shell(pairs_file) as opened:
        assert "Who decided" in ask(opened, ":ro\tte\t3")
        assert "● default" in ask(opened, ":m\tdef\t")
    with shell(table_file) as opened:
        assert "Who decided" in ask(opened, "alco\t13.2 hu\t0.9")
        assert "class_1" in ask(opened, ":why class_1")
        assert "Error: --class class_9: expected one of 3 classes" in ask(opened, ":why class_9")
        assert "expected NAME=VALUE for each column" in ask(opened, "'alcohol=3")


def test_lines_come_back_in_the_next_shell_and_nobody_else_reads_them(pairs_file, tmp_path):
    with shell(pairs_file, cache=tmp_path / "cache") as opened:
        opened.type("first text\r")
        opened.wait_for("sentence2> ")
        ask(opened, "second text")
        opened.type(CTRL_D)
        opened.wait()
    file = history_file(tmp_path / "cache")
    assert file.read_text() == "first text\tsecond text\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with shell(pairs_file, cache=tmp_path / "cache") as opened:
        assert "Who decided" in ask(opened, UP)
        opened.type(CTRL_D)
        opened.wait()
    with shell(pairs_file, "--no-cache", cache=tmp_path / "cache") as opened:
        ask(opened, ":row test:3")
        opened.type(CTRL_D)
        opened.wait()
    assert file.read_text() == "first text\tsecond text\n" * 2


def test_hostile_texts_are_shown_harmlessly(pairs_file):
    with shell(pairs_file) as opened:
        opened.type(f"{HOSTILE}\r")
        opened.wait_for("sentence2> ")
        shown = ask(opened, HOSTILE)
        picture = shown[shown.index("╭") :]
        assert "[bold]x[/bold] [/x] {{7*7}} \ufffdgnp.exe" in picture
        assert "\u202e" not in picture
        # A row of the data that would like to be more than text.
        assert "</script><script>" in ask(opened, ":row test:0")


def test_without_a_terminal_it_says_what_to_do_instead(pairs_file, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a text\n"))
    assert main(["shell", "-w", str(pairs_file)]) == 2
    assert capsys.readouterr().err == (
        "Error: shell: expected a terminal, stdin is a file or a pipe.\n"
        "Hint: `prle explain -` and `prle predict -` read questions from a pipe\n"
    )
