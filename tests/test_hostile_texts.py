"""Texts from the open world, through the whole job: shown harmlessly, kept exactly."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from rich.cells import cell_len

from prle_cli.app import main

LONG = "a very long line " * 60_000
HOSTILE = (
    "[bold red]markup[/bold red] [/x] [link=file:///etc/passwd]here[/link] :smile:",
    "\x1b[2J\x1b]0;title\x07\x1b[31mred\x9b31m and \r overwritten \b\b",
    "\u202egnp.exe \u2066isolated\u2069 \u200f\u200e",
    "nothing\0at all",
    "\N{FAMILY} \U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301 \ufeff\ufffe 你好",
    '=cmd|" /C calc"!A0',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    'quotes "inside", commas, \t tabs',
    "two\r\nlines\nand\u2028separators\u0085",
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %} ${jndi:ldap://x}",
    "../../etc/passwd\\..\\..",
    LONG,
)
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What must not reach a terminal; line feeds end lines."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A fitted model of hostile texts, between tame ones; all of them are in test."""
    folder = tmp_path_factory.mktemp("hostile")
    for split in ("train", "validation", "test"):
        hostile = HOSTILE if split == "test" else HOSTILE[:-1]
        tame = [f"{split} text number {number}" for number in range(10)]
        rows = [{"text": text, "label": number % 7} for number, text in enumerate([*hostile, *tame])]
        (folder / f"{split}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    path = str(folder / "prle.h5")
    files = [
        part for split in ("train", "validation", "test") for part in (f"--{split}", str(folder / f"{split}.jsonl"))
    ]
    assert main(["embed", *files, "--encoder", "hashing", "-w", path, "-q"]) == 0
    options = ["--prototypes", "4", "--epochs", "1", "--projection", "identity"]
    assert main(["fit", *options, "-w", path, "-q"]) == 0
    return path


@pytest.fixture
def prle(workspace, capsys, monkeypatch):
    """Ask about the workspace; give the exit code and what went to stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments):
        verb, *others = arguments
        code = main([verb, "-w", workspace, *others])
        captured = capsys.readouterr()
        assert not STEERING.search(captured.err)
        assert "unexpected" not in captured.err
        return code, captured.out

    return call


@pytest.mark.parametrize("row", range(len(HOSTILE)))
def test_the_terminal_shows_every_text_harmlessly(prle, row):
    code, shown = prle("explain", "--row", f"test:{row}", "--ledger", "all")
    assert code == 0
    assert not STEERING.search(shown)
    assert max(map(cell_len, shown.splitlines())) <= 100


def test_markup_is_text(prle):
    _, shown = prle("explain", "--row", "test:0")
    assert "[bold red]markup[/bold red] [/x]" in shown.replace("\n", " ")


@pytest.mark.parametrize(
    "verb", [["predict", "--split", "test"], ["info"], ["info", "--regimes"], ["info", "--history"]]
)
def test_other_pictures_are_harmless_too(prle, verb):
    code, shown = prle(*verb)
    assert code == 0
    assert not STEERING.search(shown)


def test_json_keeps_every_text_exactly(prle):
    _, lines = prle("predict", "--split", "test", "--format", "jsonl")
    assert [json.loads(line)["texts"][0] for line in lines.splitlines()][: len(HOSTILE)] == list(HOSTILE)
    assert not STEERING.search(lines)
    _, explained = prle("explain", "--row", "test:4", "--format", "json")
    assert json.loads(explained)["texts"] == [HOSTILE[4]]


def test_csv_keeps_every_text_exactly(prle, monkeypatch):
    monkeypatch.setattr(csv, "field_size_limit", csv.field_size_limit(2 * len(LONG)))
    _, table = prle("predict", "--split", "test", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [row["text"] for row in rows][: len(HOSTILE)] == list(HOSTILE)


@pytest.mark.parametrize("verb", ["predict", "explain"])
@pytest.mark.parametrize("text", [*HOSTILE, "unseen \x1b[31m[/x] \u202e", "\ud800 half", "half \udc80"])
def test_new_texts_are_answered_or_refused(prle, verb, text):
    code, shown = prle(verb, "--", text)
    assert code == 0
    assert not STEERING.search(shown)


@pytest.mark.parametrize("text", ["", "   ", "\t\n", "\u2003\u00a0"])
@pytest.mark.parametrize("verb", ["predict", "explain"])
def test_nothing_is_no_text(prle, verb, text):
    assert prle(verb, text) == (2, "")


def test_the_page_shows_texts_as_texts(prle, tmp_path):
    page = tmp_path / "page.html"
    code, _ = prle("report", "--rows", "15", "-o", str(page))
    content = page.read_text(encoding="utf-8")
    assert code == 0
    assert "alert(1)" not in content.replace("&lt;script&gt;alert(1)", "")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", content)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "half \\ud800", "label": 1}', "line 2: 'text' holds half of a surrogate pair"),
        ('{"text": ["a", "\\udc00"], "label": 1}', "line 2: 'text' holds half of a surrogate pair"),
        ("[" * 100_000, "line 2 is not JSON"),
        ('{"text": ' * 5000, "line 2 is not JSON"),
        ('{"text": "x", "label": ' + "9" * 5000 + "}", "line 2"),
    ],
    ids=["half", "nested half", "deep list", "deep object", "long number"],
)
def test_lines_that_are_no_rows_are_named(tmp_path, capsys, line, said):
    file = tmp_path / "bad.jsonl"
    file.write_text(f'{{"text": "good", "label": 1}}\n{line}\n', encoding="utf-8")
    assert main(["embed", str(file), "--encoder", "hashing", "-w", str(tmp_path / "w.h5"), "-q"]) == 1
    assert said in capsys.readouterr().err
