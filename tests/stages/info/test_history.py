from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from prle.config import resolve
from prle.errors import WorkspaceError
from prle.stages.fit.stage import fit
from prle.stages.info import read_history
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.stages.conftest import QUICK
from tests.workspace.builders import make_model


def test_the_history_is_what_fit_reported(workspace):
    reported = fit(workspace, resolve(None, {**QUICK, "train.em_alt_training": False}), name="ridge")
    report = read_history(workspace, name="ridge")
    assert report.epochs == reported.history
    assert report.best_epoch == reported.best_epoch
    assert (report.model, report.epochs[0].phase, report.epochs[-1].phase) == ("ridge", "start", "ridge")


def test_a_model_that_is_not_there_is_an_error(workspace):
    with pytest.raises(WorkspaceError, match="smal"):
        read_history(workspace, name="smal")


@pytest.mark.parametrize(
    ("change", "message"),
    [({"losses": 3}, "history 0.losses"), ({"validation_rmse": "low"}, "history 0.validation_rmse")],
)
def test_a_history_of_other_types_is_refused(workspace, change, message):
    epoch = asdict(read_history(workspace).epochs[0]) | change
    _save(workspace, (epoch,))
    with pytest.raises(WorkspaceError, match=message) as raised:
        read_history(workspace, name="foreign")
    assert raised.value.hint == "run `prle fit --name foreign` again"


def test_where_nothing_was_trained_by_steps_there_are_no_epochs(workspace):
    fit(workspace, resolve(None, {**QUICK, "votes.voters": "examples", "votes.base": "kernel"}), name="solved")
    report = read_history(workspace, name="solved")
    assert (report.epochs, report.best_epoch) == ((), 0)


def _save(workspace, epochs):
    with open_workspace(workspace) as opened:
        model = replace(make_model(opened.identity, name="foreign"), history=epochs)
    save_model(workspace, model)
