from __future__ import annotations

import pytest

from prle.config import resolve
from prle.errors import UsageError, WorkspaceError
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row, explain_texts
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_texts
from prle.stages.serve.stage import EXAMPLES, answering
from prle.workspace import Workspace
from tests.stages.conftest import QUICK

NEW = ("A cat is sleeping.", "A dog is barking.")


def test_answers_are_those_of_the_stages(workspace):
    with answering(workspace) as answers:
        assert answers.predict([NEW], PredictRequest(level=0.8)) == predict_texts(
            workspace, [NEW], PredictRequest(level=0.8)
        )
        assert answers.predict([NEW], PredictRequest()) == predict_texts(workspace, [NEW])
        assert answers.explain(NEW, ExplainRequest(examples=2)) == explain_texts(
            workspace, NEW, ExplainRequest(examples=2)
        )
        assert answers.explain_row("test", 3, ExplainRequest()) == explain_row(workspace, "test", 3)


def test_a_prototype_is_explained_by_the_row_that_it_stands_on(workspace):
    with answering(workspace) as answers:
        report = answers.explain_prototype(2, ExplainRequest())
        anchor = next(share.anchor for share in report.prototypes if share.prototype == 2)
        assert (report.row, report.texts) == (f"train:{anchor.row}", anchor.texts)
        assert answers.prototypes() == 6
        with pytest.raises(UsageError, match="prototype 6: expected a number from 0 to 5"):
            answers.explain_prototype(6, ExplainRequest())


def test_every_model_can_be_asked_and_each_is_loaded_once(workspace, monkeypatch):
    fit(workspace, resolve(None, {**QUICK, "prototypes.count": 3}), name="small")
    read = []
    usual = Workspace.model

    def counted(opened, name):
        read.append(name)
        return usual(opened, name)

    with answering(workspace) as answers:
        answers.prepare()
        answers.prepare("small")
        monkeypatch.setattr(Workspace, "model", counted)
        assert answers.models == ("default", "small")
        assert answers.predict([NEW], PredictRequest(name="small")) == predict_texts(
            workspace, [NEW], PredictRequest(name="small")
        )
        assert len(answers.explain(NEW, ExplainRequest(name="small")).prototypes) == 3
        assert len(answers.explain(NEW, ExplainRequest()).prototypes) == 6
    assert read == ["small"]  # by the stage, which is asked once


def test_facts_are_those_of_the_workspace(workspace):
    with answering(workspace) as answers:
        facts = answers.facts()
        assert (facts.fields, facts.label, facts.classes, facts.table) == (
            ("sentence1", "sentence2"),
            "label",
            (),
            False,
        )
        assert 0.0 <= facts.label_range[0] < facts.label_range[1] <= 5.0
        assert len(facts.examples) == EXAMPLES
        assert facts.examples[0] == answers.explain_row("test", 0, ExplainRequest()).texts
        with pytest.raises(WorkspaceError, match="has no model nope"):
            answers.facts("nope")


def test_an_encoder_that_was_prepared_is_not_looked_for_again(workspace, monkeypatch):
    with answering(workspace) as answers:
        answers.prepare()
        monkeypatch.setattr("prle.encoders.load_encoder", lambda *_, **__: pytest.fail("it was looked for"))
        assert len(answers.predict([NEW], PredictRequest()).predictions) == 1
