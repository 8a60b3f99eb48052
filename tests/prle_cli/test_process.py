"""The command line as a real process: start-up, pipes, signals and stdin are only true there."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import prle_cli

ROOT = Path(prle_cli.__file__).parents[1]
HEAVY = ("torch", "numpy", "sklearn", "scipy", "h5py", "sentence_transformers", "transformers")

STANDINS = """
import sys
from types import ModuleType, SimpleNamespace
from prle_cli.app import main
from tests.prle_cli.made import reports

def module(name, **members):
    sys.modules[name] = ModuleType(name)
    vars(sys.modules[name]).update(members)

def predict_texts(workspace, rows, request, **_):
    return reports.predicted(rows)

def read_inputs(workspace, source, *, observer):
    return [tuple(line.rstrip("\\n").split("\\t")) for line in source]

def stream_inputs(workspace, lines, *, observer):
    from prle.data import stream_texts
    return stream_texts(lines, reports.workspace().fields)

def predicting(workspace, request, **_):
    from contextlib import nullcontext
    return nullcontext(reports.predicted)

def predict_split(workspace, split, request, *, observer):
    from dataclasses import replace
    report = reports.split_predictions()
    return replace(report, predictions=report.predictions * 4000)

def predict_rows(workspace, split, request, *, observer):
    for _ in range(4000):
        yield reports.split_predictions()

def info(workspace):
    if str(workspace) == "wait.h5":
        import time
        print("waiting", flush=True)
        time.sleep(60)
    return reports.workspace()

import prle.stages.explain.interface
import prle.stages.info.facts
import prle.stages.predict.interface

module("prle.stages.common.query", read_inputs=read_inputs, stream_inputs=stream_inputs)
module(
    "prle.stages.predict",
    PredictRequest=prle.stages.predict.interface.PredictRequest,
    predict_texts=predict_texts,
    predict_split=predict_split,
    predicting=predicting,
)
module("prle.stages.predict.blocks", predict_file=None, predict_rows=predict_rows)
module("prle.stages.info", info=info)
module(
    "prle.stages.explain",
    ExplainRequest=prle.stages.explain.interface.ExplainRequest,
    explain_texts=lambda *_, **__: reports.explanation(),
    explain_row=None,
    explain_rows=None,
    explaining=None,
)
sys.exit(main())
"""


def _environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PRLE_", "FORCE_", "COV_"))}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"} | changes


def _python(code: str, *arguments: str, given: bytes = b"", **changes: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False, env=_environment(**changes))


def test_help_loads_nothing_heavy():
    code = f"""
import sys
from prle_cli.app import main
main(["--help"])
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"loaded {{loaded}}" if loaded else 0)
"""
    done = _python(code)
    assert done.returncode == 0, done.stderr.decode()
    assert b"explain" in done.stdout


def test_help_is_there_at_once():
    """Counted in processor time, so that a busy machine does not blame the command line."""

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "prle_cli", "--help"], capture_output=True, check=True, env=_environment()
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(3)) < 0.5


def test_what_was_loaded_is_not_searched_for_garbage():
    code = """
import gc
from prle_cli.__main__ import OBJECTS_BEFORE_COLLECTION, run
before = gc.get_freeze_count()
run(["--version"])
assert gc.isenabled()
assert gc.get_threshold()[0] == OBJECTS_BEFORE_COLLECTION
assert gc.get_freeze_count() > before
"""
    done = _python(code)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("output_format", ["table", "csv", "jsonl", "json"])
def test_a_reader_may_leave_early(output_format):
    command = [sys.executable, "-c", STANDINS, "predict", "--split", "test", "--format", output_format]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment())
    assert process.stdout is not None
    assert process.stderr is not None
    if output_format == "table":
        process.stdout.close()
    else:
        process.stdout.read(10)
        process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait() == 141
    assert errors == b""


def test_ctrl_c_ends_with_one_line_and_130():
    command = [sys.executable, "-c", STANDINS, "info", "-w", "wait.h5"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment())
    assert process.stdout is not None
    assert process.stdout.readline() == b"waiting\n"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == b"Interrupted.\n"


def test_stdin_is_lines_of_utf8_whatever_the_locale():
    given = "\ufeffein Mädchen\tzwei\r\nA man is [playing]\t[/x]\n".encode()
    done = _python(STANDINS, "predict", "-", "--format", "jsonl", given=given, LC_ALL="C", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr.decode()
    rows = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert [row["texts"] for row in rows] == [["ein Mädchen", "zwei"], ["A man is [playing]", "[/x]"]]


def test_each_line_is_answered_before_the_next_one_is_there():
    command = [sys.executable, "-c", STANDINS, "predict", "-", "--format", "jsonl"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment())
    assert process.stdin is not None
    assert process.stdout is not None
    answers = []
    for line in (b"one\ttwo\n", b"alone\n", b"caf\xe9\tx\n", b"three\tfour\n"):
        process.stdin.write(line)
        process.stdin.flush()
        answers.append(json.loads(process.stdout.readline()))
    assert [answer.get("texts") or answer["line"] for answer in answers] == [["one", "two"], 2, 3, ["three", "four"]]
    process.stdin.close()
    assert process.stdout.read() == b""
    process.stdout.close()
    assert process.wait() == 1


def test_stdin_that_is_no_utf8_is_an_error_not_a_traceback():
    done = _python(STANDINS, "predict", "-", given=b"caf\xe9\n")
    assert done.returncode == 1
    assert done.stderr.startswith(b"Error: stdin: expected UTF-8, got the byte 0xe9.\nHint: ")


def test_a_terminal_without_unicode_or_colours_gets_a_picture_too():
    done = _python(STANDINS, "explain", "a", "b", PYTHONIOENCODING="ascii", PYTHONUTF8="0", NO_COLOR="1")
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.isascii()
    assert b"predicted 3.235" in done.stdout


def test_no_colour_when_nobody_looks():
    assert b"\x1b" not in _python(STANDINS, "explain", "a", "b").stdout
