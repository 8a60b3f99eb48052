"""The table of verbs and kinds: every cell can be asked, every refusal says what helps, and nobody else asks."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import prle
import prle_cli
from prle.errors import UsageError
from prle.models.students.teaching.distilling import DistillSettings
from prle.stages import can
from prle.stages.consolidate import ConsolidateRequest
from prle.stages.explain import ExplainRequest
from prle.stages.predict import PredictRequest
from prle_cli.app import VERBS

ROOT = Path(prle.__file__).parents[1]
CELLS = [(verb, kind, module) for verb, row in can.TABLE.items() for kind, module in row.items()]
REFUSED = [(verb, kind) for verb, row in can.TABLE.items() for kind in can.KINDS if kind not in row]
ANSWERING = ("fit", "predict", "explain", "consolidate", "distill", "bench", "export")
"""Verbs that have a module for each kind, each with the same way in."""

_ASKED = re.compile(r"has_texts|refuse_texts|is_student|ranking_wanted|manifest\.classes|manifest\.target_encoder")
_TOLD = re.compile(
    r"classes=\w*\.?manifest\.classes,|kind_of\(|len\(opened\.manifest\.classes\)|!= manifest\.classes"
    r"|target_encoder=|recorded = |told = |encoder = "
)
"""Where what a workspace holds is handed on or compared, not asked for."""


def about(kind: can.Kind, *, target: can.Target = "number") -> can.Subject:
    if kind == "student":
        return can.Subject("w.h5", target, "small", "big")
    return can.Subject("w.h5", kind, "big")


@pytest.mark.parametrize(("verb", "kind", "module"), CELLS)
def test_every_cell_is_a_module_of_its_verb(verb, kind, module):
    assert can.module(verb, about(kind)) is import_module(f"prle.stages.{module}")
    folder = module.split(".")[0]
    assert folder in (verb.split()[0], "serve")


@pytest.mark.parametrize("verb", ANSWERING)
def test_the_modules_of_a_verb_share_their_way_in(verb):
    names = [set(vars(import_module(f"prle.stages.{each}"))) for each in set(can.TABLE[verb].values())]
    shared = set.intersection(*names)
    ways = {
        "predict": "predictor",
        "explain": "explainer",
        "export": "exportable",
        "distill": "course",
        "bench": "entrants",
    }
    assert ways.get(verb, verb) in shared


@pytest.mark.parametrize(("verb", "kind"), REFUSED)
def test_what_has_no_cell_is_refused_with_what_helps(verb, kind):
    with pytest.raises(UsageError) as refused:
        can.place(verb, about(kind))
    assert refused.value.message.startswith(f"{verb}: expected ")
    helps = "--name big" if kind == "student" else "fit, predict"
    assert helps in (refused.value.hint or "")


def test_every_verb_of_the_command_line_is_a_row_but_those_without_a_workspace():
    assert {verb.split()[0] for verb in can.TABLE} == set(VERBS) - {"config", "cache"}


@pytest.mark.parametrize(
    ("verb", "request_", "target", "option"),
    [
        ("predict", PredictRequest(level=0.9), "class", "predict --level"),
        ("predict", PredictRequest(group="g"), "number", "predict --group"),
        ("predict", PredictRequest(first=3), "class", "predict --top"),
        ("explain", ExplainRequest(move=0.5), "text", "explain --move"),
        ("explain", ExplainRequest(class_name="a"), "number", "explain --class"),
        ("explain", ExplainRequest(ledger="features"), "class", "explain --ledger features"),
        ("explain", ExplainRequest(ledger="all"), "text", "explain --ledger"),
        ("consolidate", ConsolidateRequest(to=2, merging="low_rank"), "number", "consolidate --how low_rank"),
    ],
)
def test_an_option_of_other_kinds_is_named(verb, request_, target, option):
    with pytest.raises(UsageError) as refused:
        can.check(verb, about(target), request_)
    assert refused.value.message.startswith(f"{option}: expected labels that are ")
    assert refused.value.hint
    for kind in ("number", "class", "text"):
        can.check(verb, about(kind), type(request_)())


@pytest.mark.parametrize(
    ("verb", "request_", "option"),
    [
        ("consolidate", ConsolidateRequest(to=2, merging="retrain"), "--how retrain"),
        ("distill", DistillSettings(strategy="routing-only"), "--strategy routing-only"),
    ],
)
@pytest.mark.parametrize("target", ["number", "class"])
def test_an_option_about_experts_is_for_models_whose_experts_speak(verb, request_, option, target):
    can.check(verb, can.Subject("w.h5", target, "big"), request_)
    with pytest.raises(UsageError, match="in big labels of examples vote") as refused:
        can.check(verb, can.Subject("w.h5", target, "big", votes=True), request_)
    assert refused.value.message.startswith(f"{verb} {option}: expected a model whose experts speak")
    assert refused.value.hint
    can.check(verb, can.Subject("w.h5", target, "big", votes=True), type(request_)())


@pytest.mark.parametrize("target", ["number", "class", "text"])
def test_as_many_prototypes_as_one_likes_are_shown_of_any_kind(target):
    can.check("explain", about(target), ExplainRequest(first=3))


@pytest.mark.parametrize(
    ("base", "router", "unread"),
    [
        ("boosting+linear", "softmax", "experts.kind, train.epochs, prototypes.prune"),
        ("boosting+linear", "attention", "experts.kind, prototypes.prune"),
        ("kernel+map", "softmax", "experts.kind, prototypes.prune"),
        ("experts+kernel", "softmax", "prototypes.prune"),
    ],
)
def test_settings_of_experts_that_a_base_does_not_read_are_named(base, router, unread):
    given = ("prototypes.init", "experts.kind", "train.epochs", "prototypes.prune")
    assert f"these are not read: {unread}; `--voters none`" in can.unread_by(base, router, given)
    assert can.unread_by("", router, given) == ""


def test_nobody_else_asks_for_a_kind():
    folders = (Path(prle.__file__).parent / "stages", Path(prle_cli.__file__).parent)
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for folder in folders
        for file in sorted(folder.rglob("*.py"))
        if file.name != "can.py"
        for line in file.read_text(encoding="utf-8").splitlines()
        if _ASKED.search(line) and not _TOLD.search(line)
    ]
    assert found == []


def test_the_readme_has_the_table():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"<!-- verbs and kinds -->\n\n{can.markdown()}\n\n<!-- end of verbs and kinds -->" in readme
