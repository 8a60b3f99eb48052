"""The table of contents: every verb is there, says of itself what its stage says, and does it to the file."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import prle
from prle.config import resolve
from prle.errors import PrleError
from prle.stages import can
from prle.stages.info import info
from prle.stages.predict import PredictRequest
from prle.stages.project import Project, Verb
from prle_cli.app import main
from tests.stages.conftest import QUICK

METHODS = {name: verb for name, verb in vars(Project).items() if isinstance(verb, Verb)}
VERBS = sorted({verb.split()[0] for verb in can.TABLE if find_spec(f"prle.stages.{verb.split()[0]}")})
FOR_STREAMS = {"predicting", "explaining"}
"""What commands need, who read line by line; ``answering`` is for everybody who has many questions."""


def _offered(verb: str) -> set[str]:
    """The functions of a stage that are about a workspace."""
    face = import_module(f"prle.stages.{verb}")
    functions = {name: getattr(face, name) for name in face.__all__ if inspect.isfunction(getattr(face, name))}
    return {
        name
        for name, function in functions.items()
        if next(iter(inspect.signature(function).parameters)) == "workspace"
    }


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_a_method(verb):
    listed = {method.name for method in METHODS.values() if f"{method.module}.".startswith(f"prle.stages.{verb}.")}
    assert _offered(verb) - FOR_STREAMS <= listed
    assert listed


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_its_stage_without_the_workspace(name, tmp_path):
    stage = getattr(Project, name)
    method = getattr(prle.open(tmp_path / "prle.h5"), name)
    first, *others = inspect.signature(stage).parameters.values()
    assert (first.name, first.annotation) == ("workspace", "Path")
    assert list(inspect.signature(method).parameters.values()) == others
    assert inspect.signature(method).return_annotation == inspect.signature(stage).return_annotation
    assert method.__doc__ == stage.__doc__
    assert stage.__doc__.splitlines()[0] in pydoc.render_doc(method)
    assert name in dir(prle.open())


def test_nothing_is_asked_for_but_what_a_verb_is_about():
    about = {"source", "rows", "split", "row", "texts", "prototype", "label", "folder", "trials"}
    for name in METHODS:
        _, *others = inspect.signature(getattr(Project, name)).parameters.values()
        assert {each.name for each in others if each.default is each.empty} <= about, name


def test_the_whole_job(tmp_path):
    job = prle.open(tmp_path / "prle.h5")
    lines = [f"A man plays {row} songs.,Somebody plays {row % 7} songs.,{row % 7}" for row in range(80)]
    (tmp_path / "songs.csv").write_text("\n".join(("sentence1,sentence2,label", *lines)), encoding="utf-8")
    assert job.embed(str(tmp_path / "songs.csv"), "hashing:16").workspace == job.file
    job.fit(resolve(None, QUICK))
    new = ("A man plays a guitar.", "Somebody plays an instrument.")
    answers = job.predict([new, ("A dog runs.", "A cat sleeps.")])
    why = job.explain(new)
    assert why.prediction == pytest.approx(answers.predictions[0].prediction, abs=1e-5)
    assert job.explain_row("test", 0).prediction == pytest.approx(
        job.predict_split("test", PredictRequest()).predictions[0].prediction, abs=1e-5
    )
    with job.answering() as answering:
        assert answering.predict([new], PredictRequest()).predictions[0].prediction == pytest.approx(
            why.prediction, abs=1e-5
        )
    job.fit(resolve(None, {**QUICK, "votes.voters": "examples", "votes.base": "linear"}), name="votes")
    job.relabel(0, 2.5, name="votes")
    assert [edit.kind for edit in job.edit_log(name="votes").edits] == ["relabel"]
    job.undo(name="votes")
    assert job.edit_log(name="votes").edits == ()
    assert [model.name for model in job.info().models] == ["default", "votes"]
    assert len(job.history().epochs) >= 1


def test_the_usual_request_is_made_where_none_is_given(workspace):
    job = prle.open(workspace)
    assert (job.audit().model, job.audit().refits) == ("default", 0)
    with pytest.raises(PrleError, match="expected a model in which labels vote"):
        job.audit_labels()
    assert (job.regimes().model, job.report().model.name) == ("default", "default")
    assert job.distill().model == "default-mlp"
    with pytest.raises(PrleError, match="routing of model default is peaked already"):
        job.consolidate()


def test_it_prints_what_the_command_prints(workspace, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(workspace.parent)
    assert main(("info", "-w", workspace.name)) == 0
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert repr(prle.open(workspace.name)).splitlines() == printed
    assert str(prle.open(workspace.name)).splitlines() == printed


def test_a_notebook_gets_tables(workspace):
    page = prle.open(workspace)._repr_html_()
    assert page.startswith('<div class="prle-workspace">')
    assert f"<bdi>{info(workspace).models[0].name}</bdi>" in page


def test_what_is_not_there_yet_says_what_makes_it(tmp_path):
    job = prle.open(tmp_path / "<b>.h5")
    assert repr(job) == f"{tmp_path}/<b>.h5 is not there yet; embed(SOURCE) makes it."
    assert job._repr_html_() == f"<p><bdi>{tmp_path}/&lt;b&gt;.h5 is not there yet; embed(SOURCE) makes it.</bdi></p>"
    with pytest.raises(PrleError, match="does not exist"):
        job.info()


@pytest.mark.parametrize("content", [b"", b"no workspace\x1b[2J"])
def test_to_look_at_what_cannot_be_read_is_no_failure(tmp_path, content):
    (tmp_path / "prle.h5").write_bytes(content)
    job = prle.open(tmp_path / "prle.h5")
    with pytest.raises(PrleError) as refused:
        job.info()
    assert repr(job) == f"{refused.value.message} Hint: {refused.value.hint}"
    assert refused.value.hint in job._repr_html_()


def test_the_usual_file_is_that_of_the_commands():
    assert prle.open().file == Path("prle.h5")
    assert prle.open("a.h5") == prle.open(Path("a.h5"))


def test_a_look_at_one_verb_imports_no_other():
    code = (
        "import sys, prle; job = prle.open('nowhere.h5'); repr(job), dir(job); first = set(sys.modules); job.info\n"
        "print(*first & set(sys.argv[1:])); print(*sorted(name for name in sys.modules if name.endswith('.stage')))"
    )
    heavy = ["torch", "numpy", "h5py", "pydantic", "sklearn"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["", "prle.stages.info.stage"]
