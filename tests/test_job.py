"""The whole job through the real command line: every verb, in new processes, as a user would."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
HEAVY = {"torch", "transformers", "sentence_transformers", "sklearn", "scipy"}
GUITAR = ("A man is playing a guitar.", "Someone plays an instrument.")


def prle(workspace: Path, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prle_cli", *arguments, "-w", str(workspace)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        cwd=workspace.parent,
    )


def done(workspace: Path, *arguments: str, stdin: str | None = None) -> str:
    process = prle(workspace, *arguments, stdin=stdin)
    assert process.returncode == 0, process.stderr
    return process.stdout


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """A workspace made by the commands themselves, with hashed vectors."""
    workspace = tmp_path_factory.mktemp("job") / "prle.h5"
    done(workspace, "embed", "demo", "--encoder", "hashing")
    done(workspace, "fit", "--router", "softmax", "--em", "--prototypes", "8", "--epochs", "4")
    return workspace


def test_explain_keeps_its_contract(job):
    told = json.loads(done(job, "explain", *GUITAR, "--format", "json"))
    assert told["schema_version"] == 1
    assert told["label"] is None
    assert len(told["prototypes"]) == 8
    total = sum(each["contribution"] for each in told["prototypes"])
    assert total == pytest.approx(told["prediction"], rel=1e-6)
    assert {"prototype", "weight", "expert_prediction", "contribution", "anchor"} <= set(told["prototypes"][0])
    assert {"row", "texts", "label"} == set(told["prototypes"][0]["anchor"])
    assert {"row", "texts", "label", "distance"} == set(told["examples"][0])
    assert told["completeness_gap"]["prototypes"] <= 1e-6


def test_explain_shows_the_same_numbers_as_a_picture(job):
    told = json.loads(done(job, "explain", "--row", "test:17", "--format", "json"))
    picture = done(job, "explain", "--row", "test:17")
    assert f"{told['prediction']:.3f}" in picture
    assert told["texts"][0].split()[0] in picture
    assert told["label"] is not None


def test_predict_keeps_its_contract(job):
    line = json.loads(done(job, "predict", *GUITAR, "--format", "jsonl"))
    assert line["texts"] == list(GUITAR)
    explained = json.loads(done(job, "explain", *GUITAR, "--format", "json"))
    assert line["prediction"] == pytest.approx(explained["prediction"], rel=1e-5)


def test_predict_from_a_split_a_file_and_stdin_agree(job):
    split = list(csv.DictReader(io.StringIO(done(job, "predict", "--split", "test", "--format", "csv"))))
    assert [int(row["row"]) for row in split] == list(range(len(split)))
    table = job.parent / "rows.csv"
    with table.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["sentence1", "sentence2"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(split[:20])
    from_file = list(csv.DictReader(io.StringIO(done(job, "predict", "--file", str(table), "--format", "csv"))))
    lines = "".join(f"{row['sentence1']}\t{row['sentence2']}\n" for row in split[:20])
    from_stdin = list(csv.DictReader(io.StringIO(done(job, "predict", "-", "--format", "csv", stdin=lines))))
    expected = [pytest.approx(float(row["prediction"]), rel=1e-5) for row in split[:20]]
    assert [float(row["prediction"]) for row in from_file] == expected
    assert [float(row["prediction"]) for row in from_stdin] == expected


def test_bench_keeps_its_contract(job):
    only = [word for name in ("prle:default", "mean", "ridge") for word in ("--only", name)]
    told = json.loads(done(job, "bench", *only, "--format", "json"))
    assert told["schema_version"] == 1
    names = [row["name"] for row in told["rows"]]
    assert "prle:default" in names
    assert {"mean", "ridge"} <= set(names)
    for row in told["rows"]:
        assert row["split"] == "test"
        assert {"pearson", "spearman", "rmse", "r2", "fit_seconds", "predict_rows_per_second"} <= set(row)
    assert isinstance(told["verdict"], str)
    assert told["verdict"]


def test_info_lists_the_model(job):
    told = json.loads(done(job, "info", "--format", "json"))
    assert told["dataset"] == "demo"
    assert told["synthetic"] is True
    assert [model["name"] for model in told["models"]] == ["default"]


def test_embed_again_does_nothing(job):
    before = job.read_bytes()
    assert "already" in done(job, "embed", "demo", "--encoder", "hashing").lower()
    assert job.read_bytes() == before


def loaded_by(workspace: Path, *arguments: str) -> set[str]:
    """Modules in memory after a command has answered, packages among them."""
    code = (
        "import sys, prle_cli.app\n"
        f"sys.argv = ['prle', *{[*arguments, '-w', str(workspace), '--format', 'json']!r}]\n"
        "assert prle_cli.app.main() == 0\n"
        "print('\\nloaded:', ' '.join(sorted(sys.modules)))\n"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(process.stdout.rsplit("loaded:", 1)[1].split())


@pytest.mark.parametrize("verb", [("explain", "--row", "test:0"), ("predict", "--split", "test"), ("info",)])
def test_answering_from_the_workspace_loads_no_engine(job, verb):
    assert loaded_by(job, *verb) & HEAVY == set()


@pytest.mark.parametrize("verb", [("explain", "--row", "test:0"), ("predict", "--split", "test")])
def test_answers_of_numbers_load_nothing_of_texts_and_students(job, verb):
    others = {
        "prle.models.texts",
        "prle.models.students",
        "prle.models.texts.lexicon",
        "prle.stages.common.students",
        "prle.stages.predict.texts",
    }
    assert loaded_by(job, *verb) & others == set()


def test_a_stream_gives_what_one_call_each_gives(job):
    given = "\t".join(GUITAR) + "\nonly one\nTwo men talk.\tTwo men are talking.\n"
    process = prle(job, "explain", "-", "--format", "jsonl", stdin=given)
    assert process.returncode == 1
    first, bad, last = map(json.loads, process.stdout.splitlines())
    assert first == json.loads(done(job, "explain", *GUITAR, "--format", "json"))
    assert bad["line"] == 2
    predicted = done(job, "predict", "-", "--format", "jsonl", stdin=given.splitlines()[2])
    assert json.loads(predicted)["prediction"] == pytest.approx(last["prediction"], rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("fit", "--router", "sofmax"), 2, "did you mean softmax?"),
        (("explain", "only one text"), 2, "expected 2 texts"),
        (("explain", "--row", "test:99999"), 2, "expected a row from 0"),
        (("predict", *GUITAR, "--name", "nobody"), 3, "default"),
        (("fit", "--prototypes", "100000"), 2, "at most one a training row"),
        (("embed", "stbs"), 2, "stsb"),
    ],
)
def test_mistakes_end_in_one_line_and_a_hint(job, arguments, code, said):
    before = job.read_bytes()
    process = prle(job, *arguments)
    assert process.returncode == code
    assert said in process.stderr
    assert "Traceback" not in process.stderr
    assert process.stdout == ""
    assert job.read_bytes() == before


def test_a_missing_workspace_says_what_to_run(tmp_path):
    process = prle(tmp_path / "none.h5", "explain", *GUITAR)
    assert process.returncode == 3
    assert "prle embed" in process.stderr
