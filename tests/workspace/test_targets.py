"""Target texts in a workspace: encoded once each, with the groups and paths of rows, and part of what it is."""

from __future__ import annotations

import re
from dataclasses import replace

import h5py
import numpy as np
import pytest

from prle.data.interface import Dataset, Split
from prle.encoders import TabularSettings, fit_tabular
from prle.errors import UsageError, WorkspaceError
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.workspace import layout
from prle.workspace.opened import open_workspace
from tests.workspace.builders import StubEncoder, forge, make_dataset
from tests.workspace.test_format_page import ROWS, page_path
from tests.workspace.test_tables import make_table

TARGETS = ("turn it off", "call_for_help", "wait")


def answers(rows: int = 9) -> Dataset:
    def split(kind: str) -> Split:
        return Split(
            texts=tuple((f"{kind} {row}",) for row in range(rows)),
            labels=np.arange(rows) % 3.0,
            groups=tuple("ab"[row % 2] for row in range(rows)),
            paths=tuple(("", "x", "x > y")[row % 3] for row in range(rows)),
        )

    splits = {"train": split("train"), "validation": split("validation")}
    return Dataset(
        name="answers",
        fields=("question",),
        label="answer",
        origin="o",
        splits=splits,
        targets=TARGETS,
        group="tree",
        path="place",
    )


@pytest.fixture
def asked(tmp_path):
    path = tmp_path / "answers.h5"
    embed(EmbedRequest(workspace=path), answers(), StubEncoder())
    return path


def test_targets_groups_and_paths_come_back(asked):
    with open_workspace(asked) as ws:
        assert tuple(ws.targets) == TARGETS
        assert ws.groups("train")[:3] == ("a", "b", "a")
        assert ws.paths("validation")[:3] == ("", "x", "x > y")
        assert (ws.manifest.group, ws.manifest.path) == ("tree", "place")
        assert ws.labels("train").tolist() == answers().splits["train"].labels.tolist()
        assert ws.manifest.target_encoder == StubEncoder().record


def test_names_are_encoded_as_words(asked):
    with open_workspace(asked) as ws:
        np.testing.assert_array_equal(ws.target_vectors, StubEncoder().encode(["turn it off", "call for help", "wait"]))


def test_each_target_is_encoded_once_and_not_again(asked):
    encoder = StubEncoder()
    assert embed(EmbedRequest(workspace=asked), answers(), encoder).reused
    assert encoder.encoded == 0
    other = replace(answers(), targets=("turn it on", *TARGETS[1:]))
    embed(EmbedRequest(workspace=asked), other, encoder)
    assert encoder.encoded == len(TARGETS), "rows keep their vectors"
    again = StubEncoder()
    embed(EmbedRequest(workspace=asked), replace(other, group="other"), again)
    assert again.encoded == 0


def test_other_targets_or_groups_make_another_workspace(asked, tmp_path):
    def identity(dataset: Dataset) -> str:
        path = tmp_path / "other.h5"
        embed(EmbedRequest(workspace=path), dataset, StubEncoder())
        with open_workspace(path) as ws:
            return ws.identity

    same = identity(answers())
    split = answers().splits["train"]
    regrouped = replace(split, groups=tuple("c" for _ in split.groups))
    assert identity(replace(answers(), targets=("turn it on", *TARGETS[1:]))) != same
    assert identity(replace(answers(), splits={**answers().splits, "train": regrouped})) != same
    with open_workspace(asked) as ws:
        assert ws.identity == same


def test_a_workspace_of_numbers_has_none(tmp_path):
    path = tmp_path / "numbers.h5"
    embed(EmbedRequest(workspace=path), make_dataset(), StubEncoder())
    with open_workspace(path) as ws:
        assert (len(ws.targets), ws.groups("train"), ws.paths("train")) == (0, (), ())
        with pytest.raises(WorkspaceError, match="expected labels that are texts"):
            _ = ws.target_vectors


def test_codes_that_name_nothing_are_refused(asked):
    forge(asked, "splits/train/groups", np.full(9, 7))
    with open_workspace(asked) as ws, pytest.raises(WorkspaceError, match="expected 9 groups from 0 to 1"):
        ws.groups("train")


def test_rows_of_a_table_need_an_encoder_of_texts_for_targets(tmp_path):
    dataset = make_table()
    encoder = fit_tabular(dataset, TabularSettings(bins=3))
    named = replace(dataset, targets=TARGETS, splits={"train": replace(dataset.splits["train"], labels=np.zeros(12))})
    path = tmp_path / "table.h5"
    with pytest.raises(UsageError, match="expected an encoder of texts"):
        embed(EmbedRequest(workspace=path), named, encoder)
    embed(EmbedRequest(workspace=path), named, encoder, target_encoder=StubEncoder(width=5))
    with open_workspace(path) as ws:
        assert ws.target_vectors.shape == (3, 5)
        assert ws.manifest.encoder.kind == "tabular"


def test_every_element_is_on_the_page(asked):
    with h5py.File(asked, "r") as file:
        found = {}
        file.visititems(lambda _, element: found.update({page_path(element.name): element}))
    assert {path for path in ROWS if re.match(r"/targets|(/splits/SPLIT)?/(groups|paths)", path)} <= set(found)
    with h5py.File(asked, "r") as file:
        assert file["targets"].attrs[layout.ENCODING_TYPE].decode() == ROWS["/targets"]
        assert file["splits/train/groups"].attrs[layout.ENCODING_TYPE].decode() == ROWS["/splits/SPLIT/groups"]
