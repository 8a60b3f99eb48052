"""What is refused, and how: one line and a hint, as problem details, before anything is computed."""

from __future__ import annotations

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from prle.stages.serve.stage import Answers
from prle_cli.serving.limits import Limits
from tests.prle_cli.serving.conftest import serving

NEW = ["A man is playing a guitar.", "Someone plays an instrument."]


@pytest.mark.parametrize(
    ("path", "asked", "said"),
    [
        ("/predict", {}, "rows: expected a list of at least one row, got nothing."),
        ("/predict", {"rows": []}, "rows: expected a list of at least one row, got []."),
        ("/predict", {"rows": [NEW], "lvel": 0.9}, "body: expected one of rows, level; got 'lvel'."),
        ("/predict", {"rows": [NEW], "level": 2}, "level: expected a share between 0 and 1, got 2."),
        ("/predict", {"rows": [NEW], "level": True}, "level: expected a share between 0 and 1, got true."),
        ("/predict", {"rows": [["one"]]}, "expected 2 texts (sentence1, sentence2), got 1."),
        ("/predict", {"rows": [["one", "  "]]}, "sentence2: expected a text, got an empty one."),
        ("/predict", {"rows": [["one", 2]]}, "row: expected an object of sentence1, sentence2, or a list of texts"),
        ("/predict", {"rows": ["one"]}, "row: expected an object of sentence1, sentence2, or a list of texts"),
        ("/predict", [], "body: expected a JSON object, got []."),
        ("/explain", {"row": {"sentence1": "a"}}, "sentence2: expected a text, got nothing."),
        ("/explain", {"row": {"sentence3": "a"}}, "row: expected one of sentence1, sentence2; got 'sentence3'."),
        ("/explain", {"row": NEW, "examples": 51}, "examples: expected a whole number from 0 to 50, got 51."),
        ("/explain", {"row": NEW, "examples": 1.5}, "examples: expected a whole number from 0 to 50, got 1.5."),
        ("/explain", {"row": NEW, "class": 1}, "class: expected the name of a class, got 1."),
        ("/explain", {"row": NEW, "class": "x"}, "explain --class: expected labels that are classes"),
        ("/explain", {"row": NEW, "move": 0.5}, "body: expected one of row, examples, level, class; got 'move'."),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(client, path, asked, said):
    reply = client.post(path, asked)
    assert reply.status == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["detail"].startswith(said)
    assert (reply.json["status"], reply.json["title"]) == (400, "Bad Request")


def test_a_near_miss_is_suggested(client):
    assert client.post("/predict", {"rows": [NEW], "lvel": 0.9}).json["hint"] == "did you mean level?"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["13.2"], "row: expected an object of its columns (alcohol, malic_acid, ash, ...), got"),
        ({"alcohol": "strong"}, "alcohol: expected a number, got 'strong'."),
        ({"alcohol": [1]}, "alcohol: expected a text, a number, true, false or null, got [1]."),
        ({"alcool": 1}, "column: expected one of alcohol"),
        ({}, "expected a value for at least one of alcohol"),
    ],
)
def test_a_wrong_row_of_a_table_is_told_what_is_wrong(table_client, row, said):
    reply = table_client.post("/predict", {"rows": [row]})
    assert (reply.status, reply.json["detail"][: len(said)]) == (400, said)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b'{"rows": NaN}', b"[" * 100_000, b'{"row":' * 5000, b'{"level": ' + b"9" * 5000 + b"}"],
    ids=["nothing", "half", "no UTF-8", "NaN", "deep list", "deep object", "long number"],
)
def test_what_is_no_json_is_refused(client, body):
    reply = client.ask("POST", "/predict", body, Content_Type="application/json")
    assert reply.status == 400
    assert reply.json["detail"].startswith("body: expected a JSON object in UTF-8 (")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_page_could_send_without_asking_is_refused(client, kind):
    reply = client.ask("POST", "/predict", json.dumps({"rows": [NEW]}).encode(), Content_Type=kind)
    assert reply.status == 415


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/predict", 405), ("POST", "/", 405), ("GET", "/../../etc/passwd", 404), ("GET", "/prle.h5", 404)],
)
def test_there_is_nothing_else(client, method, path, status):
    reply = client.ask(method, path)
    assert (reply.status, reply.json["hint"]) == (status, "POST /predict, POST /explain, GET /health or GET /")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[", "localhost.evil"])
def test_a_name_that_somebody_else_points_here_is_refused(client, host):
    for method, path in (("GET", "/"), ("GET", "/health"), ("POST", "/explain")):
        reply = client.ask(method, path, Host=host)
        assert (reply.status, reply.json["detail"]) == (
            421,
            f"host: expected 127.0.0.1, localhost or an address, got {host}.",
        )


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000", "LOCALHOST"])
def test_its_own_names_are_taken(client, host):
    assert client.ask("GET", "/health", Host=host).status == 200


def test_the_name_that_it_was_told_is_taken(pairs_file):
    with serving(pairs_file, host="Lab.example") as client:
        assert client.ask("GET", "/health", Host="lab.example:80").status == 200
        assert client.ask("GET", "/health", Host="lab.example.evil").status == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
def test_pages_of_other_origins_may_not_ask(client, origin):
    assert client.post("/predict", {"rows": [NEW]}, Origin=origin).status == 403
    assert client.post("/predict", {"rows": [NEW]}, Origin=client.url).status == 200


def test_every_answer_says_what_a_browser_may_do_with_it(client):
    for reply in (client.ask("GET", "/"), client.post("/predict", {"rows": [NEW]}), client.ask("GET", "/x")):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert reply.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in reply.headers
        assert "server" not in reply.headers


def test_too_much_is_refused(pairs_file):
    with serving(pairs_file, limits=Limits(body=1000, rows=2, characters=50)) as client:
        assert client.post("/predict", {"rows": [NEW] * 2}).status == 200
        for asked, said in (
            ({"rows": [NEW] * 3}, "rows: expected at most 2, got 3."),
            ({"rows": [["a", "b" * 51]]}, "sentence2: expected at most 50 characters, got 51."),
            ({"rows": [["a", "b" * 1000]]}, "body: expected at most 1,000 bytes."),
        ):
            reply = client.post("/predict", asked)
            assert (reply.status, reply.json["detail"]) == (413, said)


def test_who_sends_slowly_is_not_waited_for(pairs_file):
    with serving(pairs_file, limits=Limits(seconds=0.2)) as client:
        head = (
            "POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        with socket.create_connection(("127.0.0.1", client.port), timeout=30) as slow:
            slow.sendall(head.encode())
            assert slow.recv(100).startswith(b"HTTP/1.1 408 ")


def test_who_comes_when_too_many_wait_is_sent_away(pairs_file, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    with serving(pairs_file, limits=Limits(waiting=2)) as client:
        usual = Answers.predict

        def slow(*arguments, **options):
            begun.set()
            assert go_on.wait(30)
            return usual(*arguments, **options)

        monkeypatch.setattr(Answers, "predict", slow)
        with ThreadPoolExecutor(3) as together:
            first = together.submit(client.post, "/predict", {"rows": [NEW]})
            assert begun.wait(30)
            others = [together.submit(client.post, "/predict", {"rows": [NEW]}) for _ in range(2)]
            refused = next(reply for reply in _as_they_come(others))
            go_on.set()
            statuses = sorted(reply.result().status for reply in (first, *others))
    assert statuses == [200, 200, 503]
    assert refused.json["detail"] == "busy: 2 requests are waiting."
    assert refused.headers["retry-after"] == "1"


def _as_they_come(futures):
    from concurrent.futures import as_completed

    return (future.result() for future in as_completed(futures))


def test_what_takes_too_long_is_given_up(pairs_file, monkeypatch):
    go_on = threading.Event()
    with serving(pairs_file, limits=Limits(seconds=0.2)) as client:
        monkeypatch.setattr(Answers, "predict", lambda *_, **__: go_on.wait(30))
        reply = client.post("/predict", {"rows": [NEW]})
        go_on.set()
    assert (reply.status, reply.json["detail"]) == (503, "busy: no answer within 0.2 s.")
