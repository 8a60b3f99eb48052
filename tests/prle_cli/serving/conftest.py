"""Real servers on a port of their own, and a client that says what it gets."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from prle.stages.serve.stage import answering
from prle_cli.serving import server
from prle_cli.serving.assembly import application
from prle_cli.serving.limits import Limits
from prle_cli.session import Session


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Client:
    """Speaks plain HTTP with a server, so that nothing is put right on the way."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, named, answer.read())
        finally:
            connection.close()

    def post(self, path: str, value: Any, **headers: str) -> Reply:
        return self.ask("POST", path, json.dumps(value).encode(), Content_Type="application/json", **headers)


@contextmanager
def serving(workspace: Path, *, limits: Limits | None = None, host: str = "127.0.0.1"):
    """Serve a workspace in a thread while the block runs; give a client."""
    session = Session(quiet=True)
    with server.listening("127.0.0.1", 0, expose=False) as listener, answering(workspace) as answers:
        answers.prepare()
        app = application(answers, answers.facts(), workspace=workspace, host=host, session=session, limits=limits)
        running = server.server_of(app)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Client(listener.getsockname()[1])
        finally:
            running.should_exit = True
            thread.join(30)


@pytest.fixture(scope="session")
def client(pairs_file):
    with serving(pairs_file) as client:
        yield client


@pytest.fixture(scope="session")
def voting_pairs_client(voting_pairs_file):
    with serving(voting_pairs_file) as client:
        yield client


@pytest.fixture(scope="session")
def voting_table_client(voting_table_file):
    with serving(voting_table_file) as client:
        yield client


@pytest.fixture(scope="session")
def table_client(table_file):
    with serving(table_file) as client:
        yield client


@pytest.fixture(scope="session")
def rankings_client(rankings_file):
    with serving(rankings_file) as client:
        yield client
