from __future__ import annotations

import signal
import subprocess
import sys
import time
import tomllib

import pytest

from prle_cli.__main__ import run
from prle_cli.terminal.stopping import stopped_cleanly
from tests.prle_cli.test_process import ROOT, STANDINS, _environment

WAITING = STANDINS.replace("from prle_cli.app import main", "from prle_cli.__main__ import run as main")


@pytest.fixture(autouse=True)
def handlers():
    """The handlers that Python begins with, and afterwards those of the test run."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Deaf:
    """Is in a place that nothing can be raised from when the signal comes."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_both_signals_unwind_and_handlers_come_back(number):
    cleaned = []

    @stopped_cleanly()
    def work():
        try:
            signal.raise_signal(number)
        finally:
            cleaned.append(True)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert cleaned == [True]
    assert signal.getsignal(number) is signal.SIG_DFL


def test_a_signal_that_python_swallows_comes_again():
    hook = sys.unraisablehook

    @stopped_cleanly()
    def work():
        Deaf()
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert sys.unraisablehook is hook


def test_what_is_ignored_stays_ignored():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with stopped_cleanly():
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_command_says_so_in_one_line_and_exits_with_130(number):
    command = [sys.executable, "-c", WAITING, "info", "-w", "wait.h5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waiting\n"
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, b"Interrupted.\n")


def test_a_command_that_is_stopped_while_it_loads_is_quiet():
    code = """
import os, signal, sys
from types import ModuleType
class Trap(ModuleType):
    def __getattr__(self, name):
        os.kill(os.getpid(), signal.SIGINT)
        raise AttributeError(name)
sys.modules["prle_cli.app"] = Trap("prle_cli.app")
from prle_cli.__main__ import run
sys.exit(run())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=_environment(), cwd=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_the_installed_command_begins_there():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]["prle"] == "prle_cli.__main__:run"
    assert callable(run)
