from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from prle.config.rows import Given, Origin
from prle.errors import WorkspaceError
from prle.stages.config.stage import settings
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.workspace.builders import make_model

FLAG = Origin(kind="flag", place="--router")


def rows(report):
    return {row.key: row for row in report.settings}


def test_without_a_model_no_workspace_is_needed():
    report = settings(Path("nowhere.h5"), file=None, given={})
    assert (report.workspace, report.model, report.config) == (None, None, None)
    assert {row.origin for row in report.settings} == {"default"}
    assert all(row.value == row.default for row in report.settings)
    assert {row.section for row in report.settings} == set(report.sections)


def test_what_the_model_was_fitted_with_lies_under_what_is_given(workspace):
    report = settings(workspace, file=None, given={"router.kind": Given(value="knn", origin=FLAG)}, name="default")
    found = rows(report)
    assert (report.model, report.workspace) == ("default", workspace)
    assert (found["router.kind"].value, found["router.kind"].origin) == ("knn", "flag")
    assert (found["prototypes.count"].value, found["prototypes.count"].place) == (6, "default")
    assert found["prototypes.count"].origin == "recorded"
    assert found["value_space.projection"].value == "siamese"


def test_a_model_that_is_not_there_is_an_error(workspace):
    with pytest.raises(WorkspaceError, match="defualt"):
        settings(workspace, file=None, given={}, name="defualt")


def test_settings_of_another_version_are_an_error_of_the_workspace(workspace):
    with open_workspace(workspace) as opened:
        foreign = replace(make_model(opened.identity, name="foreign"), config={"router": {"gates": 3}})
    save_model(workspace, foreign)
    with pytest.raises(WorkspaceError, match=r"other settings .* unknown key router.gates") as raised:
        settings(workspace, file=None, given={}, name="foreign")
    assert raised.value.hint == "run `prle fit --name foreign` again"
