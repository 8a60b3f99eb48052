"""What is answered: the very JSON of the command line, whoever else asks meanwhile."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from prle.errors import WorkspaceError
from prle.stages.serve.stage import Answers
from prle_cli.app import main
from tests.prle_cli.serving.conftest import serving
from tests.prle_cli.workspaces import HOSTILE

NEW = ["A man is playing a guitar.", "Someone plays an instrument."]


@pytest.fixture
def printed(capsys):
    """What the command line prints as JSON."""

    def call(*arguments):
        verb, *others = map(str, arguments)
        assert main([verb, "--format", "json", *others]) == 0
        return json.loads(capsys.readouterr().out)

    return call


@pytest.mark.parametrize("row", [NEW, {"sentence2": NEW[1], "sentence1": NEW[0]}, [HOSTILE, "\ud800 half \u202e"]])
def test_an_explanation_is_that_of_the_command_line(client, pairs_file, printed, row):
    texts = row if isinstance(row, list) else NEW
    reply = client.post("/explain", {"row": row})
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.json == printed("explain", "-w", pairs_file, "--", *texts)


def test_what_an_explanation_should_hold_can_be_said(client, pairs_file, printed):
    reply = client.post("/explain", {"row": NEW, "examples": 2, "level": 0.8})
    assert reply.json == printed("explain", *NEW, "-w", pairs_file, "--examples", "2", "--level", "0.8")
    assert (len(reply.json["examples"]), reply.json["level"]) == (2, 0.8)


def test_predictions_are_those_of_the_command_line(client, pairs_file, printed, tmp_path):
    rows = [NEW, [HOSTILE, NEW[1]], NEW[::-1]]
    file = tmp_path / "rows.txt"
    file.write_text("\n".join("\t".join(row) for row in rows))
    reply = client.post("/predict", {"rows": rows, "level": 0.9})
    assert reply.json == printed("predict", "--file", file, "-w", pairs_file, "--level", "0.9", "-q")
    assert [each["texts"] for each in reply.json["predictions"]] == rows


def test_classes_and_tables_answer_too(table_client, table_file, printed):
    row = {"alcohol": 13.2, "ash": "2.1", "hue": None}
    reply = table_client.post("/explain", {"row": row, "class": "class_1"})
    words = ("alcohol=13.2", "ash=2.1", "hue=")
    assert reply.json == printed("explain", *words, "-w", table_file, "--class", "class_1", "-q")
    assert reply.json["shown_class"] == "class_1"
    predicted = table_client.post("/predict", {"rows": [row]}).json["predictions"][0]
    assert set(predicted["probabilities"]) == {"class_0", "class_1", "class_2"}


@pytest.mark.parametrize(
    ("kind", "row", "words"),
    [("pairs", NEW, NEW), ("table", {"alcohol": 13.2, "ash": "2.1"}, ("alcohol=13.2", "ash=2.1"))],
)
def test_those_who_voted_are_answered(kind, row, words, printed, request):
    client, file = (request.getfixturevalue(f"voting_{kind}_{what}") for what in ("client", "file"))
    reply = client.post("/explain", {"row": row, "examples": 3})
    assert reply.json == printed("explain", *words, "-w", file, "--examples", "3", "-q")
    votes = reply.json["votes"]
    total = reply.json.get("total", reply.json["prediction"])
    parts = (*(each["contribution"] for each in votes["listed"]), votes["others"]["contribution"], votes["differs"])
    assert sum(parts) == pytest.approx(total)


def test_everybody_gets_the_same_numbers(client):
    alone = client.post("/explain", {"row": NEW}).body
    with ThreadPoolExecutor(8) as together:
        bodies = list(together.map(lambda _: client.post("/explain", {"row": NEW}).body, range(24)))
    assert set(bodies) == {alone}


def test_health_says_who_answers_and_not_from_where(client, pairs_file):
    reply = client.ask("GET", "/health")
    assert reply.json["status"] == "ok"
    assert (reply.json["dataset"], reply.json["model"]) == ("demo", "default")
    assert str(pairs_file.parent) not in reply.body.decode()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("/home/jo/secret"), "unexpected KeyError."),
        (WorkspaceError("{path}: it is damaged."), "prle.h5: it is damaged."),
    ],
)
def test_what_goes_wrong_inside_is_said_on_the_terminal_alone(pairs_file, monkeypatch, capfd, error, said):
    if isinstance(error, WorkspaceError):
        error = WorkspaceError(error.message.format(path=pairs_file))

    def fail(*_, **__):
        raise error

    with serving(pairs_file) as client:
        monkeypatch.setattr(Answers, "predict", fail)
        reply = client.post("/predict", {"rows": [NEW]})
        assert client.ask("GET", "/health").status == 200
    assert (reply.status, reply.json["detail"]) == (500, said)
    assert reply.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in reply.body.decode()
    assert str(pairs_file.parent) not in reply.body.decode()
    assert "Error: " in capfd.readouterr().err
