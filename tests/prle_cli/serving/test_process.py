"""``prle serve`` as a process: it says where it is, answers, and ends when it is told to."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from importlib.util import find_spec

import pytest

from prle_cli.app import main
from prle_cli.serving import server
from tests.prle_cli.serving.conftest import Client
from tests.prle_cli.test_process import _environment

NEW = ["A man is playing a guitar.", "Someone plays an instrument."]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_told_to_end(pairs_file, number):
    command = [sys.executable, "-m", "prle_cli", "serve", "-w", str(pairs_file), "--port", "0", "--format", "json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(PRLE_CACHE="off")
    )
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    while lines[-1].strip() != b"}" or lines[-1].startswith(b" "):
        lines.append(process.stdout.readline())
    said = json.loads(b"".join(lines))
    client = Client(int(said["address"].rpartition(":")[2]))
    assert client.post("/explain", {"row": NEW}).status == 200
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    told, ended = errors.decode().splitlines()
    assert told.startswith("Answered: POST /explain with 200 in ")
    assert ended == "Interrupted."
    with pytest.raises(ConnectionRefusedError):
        client.ask("GET", "/health")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "8.8.8.8"])
def test_where_others_can_reach_it_it_does_not_listen(pairs_file, capsys, host):
    assert main(["serve", "--host", host, "-w", str(pairs_file)]) == 2
    assert capsys.readouterr().err == (
        f"Error: --host {host}: expected a loopback address; others can reach this one, and there is no password.\n"
        "Hint: leave out --host, or add `--expose` if you mean it\n"
    )


def test_it_listens_elsewhere_where_that_is_meant():
    with server.listening("0.0.0.0", 0, expose=True) as listener:
        assert listener.getsockname()[0] == "0.0.0.0"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_loopback_address_is_one_that_others_cannot_reach(host):
    with server.listening(host, 0, expose=False) as listener:
        assert server.address_of(listener, host) == f"http://{host}:{listener.getsockname()[1]}"


def test_a_host_that_is_not_there(pairs_file, capsys):
    assert main(["serve", "--host", "not a host", "-w", str(pairs_file)]) == 2
    assert capsys.readouterr().err.startswith("Error: --host not a host: expected a name or an address of this machine")


def test_a_port_that_is_taken(pairs_file, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port), "-w", str(pairs_file)]) == 1
    assert capsys.readouterr().err == (
        f"Error: 127.0.0.1:{port}: cannot listen there ({os.strerror(errno.EADDRINUSE)}).\n"
        "Hint: choose another `--port`; 0 takes one that is free\n"
    )


def test_without_its_packages_it_says_what_to_install(pairs_file, capsys, monkeypatch):
    monkeypatch.setattr(server, "find_spec", lambda name: None if name == "uvicorn" else find_spec(name))
    assert main(["serve", "-w", str(pairs_file)]) == 1
    assert capsys.readouterr().err == (
        "Error: serve: a server needs uvicorn, which is not installed.\nHint: pip install 'prle[serve]'\n"
    )


def test_a_workspace_that_is_not_there(tmp_path, capsys):
    assert main(["serve", "--port", "0", "-w", str(tmp_path / "no.h5")]) == 3
    assert "no.h5 does not exist." in capsys.readouterr().err
