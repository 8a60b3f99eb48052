"""What ``predict`` and ``explain`` ask of the library, and what they do with the answer."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from tests.prle_cli.made import reports


def test_explain_verbatim(stages, prle):
    outcome = prle("explain", "sentence A", "sentence B")
    assert outcome.code == 0
    assert stages.calls["explain_texts"][0][:-1] == (Path("prle.h5"), ("sentence A", "sentence B"))
    assert stages.calls["explain_texts"][0][-1].examples == 5
    assert "27 others" in outcome.out
    assert outcome.err == ""


def test_explain_json_has_every_prototype_whatever_top_says(stages, prle):
    explained = json.loads(prle("explain", "a", "--top", "2", "--format", "json").out)
    assert explained["schema_version"] == 1
    assert len(explained["prototypes"]) == 32


@pytest.mark.parametrize(
    ("ledger", "shown"),
    [
        (None, {"Who decided"}),
        ("prototypes", {"Who decided"}),
        ("votes", {"Who voted"}),
        ("examples", {"Nearest in training"}),
        ("all", {"Who decided", "Who voted", "Nearest in training"}),
    ],
)
def test_explain_shows_the_ledgers_that_are_asked_for(stages, prle, ledger, shown):
    picture = prle("explain", "a", *(("--ledger", ledger) if ledger else ())).out
    titles = ("Who decided", "What was read", "Who voted", "Nearest in training")
    assert {title for title in titles if title in picture} == shown


def test_explain_a_file(stages, prle, tmp_path):
    stages.answers["read_inputs"] = [("from", "file")]
    outcome = prle("explain", "--file", str(tmp_path / "rows.csv"), "--move", "0.5")
    assert stages.calls["explain_rows"][0][:-1] == (Path("prle.h5"), [("from", "file")])
    assert stages.calls["explain_rows"][0][-1].move == 0.5
    assert "3 more rows" in outcome.out


def test_explain_many_rows_for_machines(stages, prle, tmp_path):
    file = ("explain", "--file", str(tmp_path / "rows.csv"), "--format")
    stages.answers["read_inputs"] = []
    assert [json.loads(line)["level"] for line in prle(*file, "jsonl").out.splitlines()] == [0.9] * 23
    assert len(json.loads(prle(*file, "json").out)["explanations"]) == 23
    header, *rows = csv.reader(io.StringIO(prle(*file, "csv", "--top", "1").out, newline=""))
    assert header[-1] == "prototype_1_label"
    assert len(rows) == 23


@pytest.mark.parametrize(("ending", "begins"), [("svg", "<svg "), ("html", "<!DOCTYPE html>"), ("txt", "╭─ stsb")])
def test_explain_saves_what_it_shows(stages, prle, tmp_path, ending, begins):
    file = tmp_path / f"picture.{ending}"
    outcome = prle("explain", "a", "b", "--save", str(file))
    assert outcome.err == f"Saved: {file}\n"
    saved = file.read_text(encoding="utf-8")
    assert saved.startswith(begins)
    if ending == "txt":
        assert saved.rstrip() == outcome.out.rstrip()
    else:
        assert "Who" in saved


def test_explain_saves_under_known_endings_only_and_says_so_first(stages, prle, tmp_path):
    outcome = prle("explain", "a", "b", "--save", str(tmp_path / "picture.pdf"))
    assert outcome.code == 2
    assert "expected a name that ends in .svg, .html, .txt" in outcome.err
    assert "explain_texts" not in stages.calls
    assert prle("explain", "a", "b", "--save", str(tmp_path / "missing" / "picture.svg")).code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a", "--row", "test:1"),
        ("--row", "test17"),
        ("--row", "test:-1"),
        ("--file", "f", "--row", "test:1"),
        ("-", "b"),
    ],
)
def test_explain_needs_one_input(stages, prle, arguments):
    outcome = prle("explain", *arguments)
    assert outcome.code == 2
    assert outcome.err.startswith(("Error: explain: expected", "Error: --row: expected SPLIT:ROW"))


def test_predict_texts(stages, prle):
    outcome = prle("predict", "a", "b", "--format", "jsonl", "--name", "small")
    assert stages.calls["predict_texts"][0][:-1] == (Path("prle.h5"), [("a", "b")])
    assert stages.calls["predict_texts"][0][-1].name == "small"
    assert stages.calls["predict_texts"][0][-1].level is None
    assert [list(json.loads(line)) for line in outcome.out.splitlines()] == [["texts", "prediction"]] * 4


def test_predict_answers_each_line_of_stdin(stages, prle, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ttwo\nalone\n\nthree\tfour\n"))
    outcome = prle("predict", "-", "--format", "jsonl", "--name", "small", "--no-cache")
    assert outcome.code == 1
    assert [json.loads(line) for line in outcome.out.splitlines()] == [
        {"texts": ["one", "two"], "prediction": 1.5},
        {"line": 2, "error": "line 2: expected 2 texts with a tab between them, got 1."},
        {"texts": ["three", "four"], "prediction": 1.5},
    ]
    assert outcome.err == "Error: line 2: expected 2 texts with a tab between them, got 1.\n"
    (workspace, request), _ = stages.calls["predicting"]
    assert (workspace, request.name, request.remember) == (Path("prle.h5"), "small", False)


def test_predict_reads_all_of_stdin_for_a_table(stages, prle, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ttwo\n"))
    assert prle("predict", "-", "--format", "csv").code == 0
    assert stages.calls["predict_texts"][0][1] == [("one", "two")]
    assert stages.calls["predict_texts"][0][-1].remember is True


@pytest.mark.parametrize("output_format", ["table", "json", "jsonl"])
def test_explain_answers_each_line_of_stdin(stages, prle, monkeypatch, output_format):
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ttwo\nalone\nthree\tfour\n"))
    outcome = prle("explain", "-", "--format", output_format)
    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    if output_format == "jsonl":
        first, bad, last = map(json.loads, outcome.out.splitlines())
        assert (first["schema_version"], first["texts"], bad["line"], last["texts"]) == (
            1,
            ["one", "two"],
            2,
            ["three", "four"],
        )
    assert outcome.out.index("one") < outcome.out.index("three")
    assert ("alone" in outcome.out, '"line": 2' in outcome.out) == (False, output_format != "table")


def test_explain_reads_all_of_stdin_for_csv(stages, prle, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ttwo\nthree\tfour\n"))
    assert prle("explain", "-", "--format", "csv").code == 0
    assert stages.calls["explain_rows"][0][1] == [("one", "two"), ("three", "four")]
    assert "explaining" not in stages.calls


def test_explain_saves_every_picture_of_a_stream(stages, prle, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ttwo\nalone\nthree\tfour\n"))
    file = tmp_path / "pictures.txt"
    outcome = prle("explain", "-", "--save", str(file))
    assert outcome.code == 1
    assert file.read_text(encoding="utf-8").rstrip() == outcome.out.rstrip()
    assert outcome.err.endswith(f"Saved: {file}\n")


def test_predict_a_split_as_csv_has_nothing_else_on_stdout(stages, prle):
    outcome = prle("predict", "--split", "test", "--format", "csv")
    assert stages.calls["predict_rows"][0][:-1] == (Path("prle.h5"), "test")
    assert outcome.out.startswith("row,sentence1,sentence2,label,prediction\n0,")
    assert len(outcome.out.splitlines()) == 24


def test_predict_with_intervals(stages, prle):
    stages.answers["predict_texts"] = reports.bounded_predictions()
    outcome = prle("predict", "a", "b", "--level", "0.9", "--format", "csv")
    assert stages.calls["predict_texts"][0][-1].level == 0.9
    assert outcome.out.startswith("sentence1,sentence2,prediction,lower,upper\n")
    assert "90 % interval" in prle("predict", "a", "b", "--level", "0.9").out


def test_blocks_of_a_file_are_one_table_with_one_header(stages, prle):
    outcome = prle("predict", "--file", "rows.csv", "--format", "csv", "--no-cache")
    assert stages.calls["predict_file"][0][:-1] == (Path("prle.h5"), Path("rows.csv"))
    assert stages.calls["predict_file"][0][-1].remember is False
    header, *rows = outcome.out.splitlines()
    assert header == "sentence1,sentence2,prediction"
    assert header not in rows
    assert len(rows) == 2 * (len(prle("predict", "a", "b", "--format", "csv").out.splitlines()) - 1)


@pytest.mark.parametrize(
    "arguments", [(), ("a", "--split", "test"), ("-", "b"), ("--file", "f", "--split", "test"), ("-", "--file", "f")]
)
def test_predict_needs_one_input(stages, prle, arguments):
    outcome = prle("predict", *arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("Error: predict: expected either TEXT, - for stdin, --file or --split.\n")
