"""Real servers on a port of their own, and a client that says what it gets."""

from __future__ import annotations

import http.client
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.data.interface import Split
from prle.encoders import TabularSettings, fit_tabular, load_encoder
from prle.stages.answers import answering
from prle.stages.embed import EmbedRequest, embed
from prle.stages.fit import fit
from prle_cli.serving import server
from prle_cli.serving.assembly import application
from prle_cli.serving.limits import Limits
from prle_cli.session import Session

QUICK = {"prototypes.count": 6, "train.epochs": 2, "value_space.projection": "identity"}
HOSTILE = "</script><script>document.title='taken'</script> <img src=x onerror=alert(1)>"


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
    """Serve a workspace in a thread while the block runs; give a client, and the answers behind the server."""
    session = Session(quiet=True)
    with server.listening("127.0.0.1", 0, expose=False) as listener, answering(workspace) as answers:
        answers.prepare()
        app = application(answers, answers.facts(), workspace=workspace, host=host, session=session, limits=limits)
        running = server.server_of(app)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Client(listener.getsockname()[1]), answers
        finally:
            running.should_exit = True
            thread.join(30)


def _shortened(dataset, rows):
    splits = {
        name: Split(texts=split.texts[:rows], labels=split.labels[:rows]) for name, split in dataset.splits.items()
    }
    return replace(dataset, splits=splits)


@pytest.fixture(scope="session")
def pairs_file(tmp_path_factory) -> Path:
    """Pairs with numbers; the first test row would like to be more than text."""
    path = tmp_path_factory.mktemp("pairs") / "prle.h5"
    demo = _shortened(load(SourceRequest(source="demo")), 200)
    test = demo.splits["test"]
    texts = ((HOSTILE, "A man plays."), *test.texts[1:])
    demo = replace(demo, splits={**demo.splits, "test": replace(test, texts=texts)})
    embed(EmbedRequest(workspace=path), demo, load_encoder("hashing:64"))
    fit(path, resolve(None, QUICK))
    return path


@pytest.fixture(scope="session")
def table_file(tmp_path_factory) -> Path:
    """Rows of a table with classes."""
    path = tmp_path_factory.mktemp("table") / "prle.h5"
    wine = load(SourceRequest(source="wine"))
    embed(EmbedRequest(workspace=path), wine, fit_tabular(wine, TabularSettings(bins=8)))
    fit(path, resolve(None, QUICK))
    return path


@pytest.fixture(scope="session")
def client(pairs_file):
    with serving(pairs_file) as (client, _):
        yield client


@pytest.fixture(scope="session")
def table_client(table_file):
    with serving(table_file) as (client, _):
        yield client
