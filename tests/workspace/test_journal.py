"""Edits of a stored model: undone, every byte is what it was; whatever goes wrong, the model is there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.errors import UsageError, WorkspaceError
from prle.workspace import journal, layout
from prle.workspace.files import commit
from prle.workspace.files.tree import branch, leaf
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_edit, save_model, undo_edit
from tests.workspace.builders import make_model


@pytest.fixture
def model(workspace):
    """Store a model, and return it."""
    with open_workspace(workspace) as opened:
        model = make_model(opened.identity)
    save_model(workspace, model)
    return model


def edited(workspace, model, step):
    """Commit another model over it as an edit."""
    with open_workspace(workspace) as opened:
        seal = opened.seal(model.name)
    save_edit(workspace, model, record={"kind": "relabel", "step": step}, seal=seal)


def changed(model, **arrays):
    from dataclasses import replace

    return replace(model, arrays={**model.arrays, **arrays})


def test_undoing_gives_back_every_byte_of_every_state(workspace, model):
    first = "anchors"
    states = [workspace.read_bytes()]
    told = changed(model, **{first: model.arrays[first] + 1, "relabelled/rows": np.array([3])})
    edited(workspace, told, 1)
    states.append(workspace.read_bytes())
    fewer = changed(told, **{first: model.arrays[first][:1]})
    edited(workspace, fewer, 2)
    assert workspace.read_bytes() not in states
    for state in reversed(states):
        undo_edit(workspace, model.name)
        assert workspace.read_bytes() == state


def test_what_an_edit_took_away_comes_back(workspace, model):
    from dataclasses import replace

    before = workspace.read_bytes()
    edited(workspace, replace(model, arrays={"anchors": model.arrays["anchors"]}), 1)
    with open_workspace(workspace) as opened:
        assert list(opened.model(model.name).arrays) == ["anchors"]
    undo_edit(workspace, model.name)
    assert workspace.read_bytes() == before


def test_only_what_changed_is_kept(workspace, model):
    large = changed(model, features=np.zeros((50_000, 2)))
    save_model(workspace, large)
    size = workspace.stat().st_size
    edited(workspace, changed(large, extra=np.arange(4)), 1)
    assert workspace.stat().st_size - size < 20_000


def test_the_log_lists_edits_in_their_order(workspace, model):
    for step in range(1, 13):
        edited(workspace, changed(model, extra=np.array([step])), step)
    with open_workspace(workspace) as opened:
        assert [each["step"] for each in opened.edits(model.name)] == list(range(1, 13))


def test_fitting_anew_begins_a_new_journal(workspace, model):
    edited(workspace, changed(model, extra=np.arange(2)), 1)
    save_model(workspace, model)
    with open_workspace(workspace) as opened:
        assert opened.edits(model.name) == ()
    with pytest.raises(UsageError, match="no edit to undo"):
        undo_edit(workspace, model.name)


def test_a_model_that_was_changed_meanwhile_is_not_overwritten(workspace, model):
    with open_workspace(workspace) as opened:
        seal = opened.seal(model.name)
    edited(workspace, changed(model, extra=np.arange(2)), 1)
    state = workspace.read_bytes()
    with pytest.raises(WorkspaceError, match="changed by another process"):
        save_edit(workspace, model, record={}, seal=seal)
    assert workspace.read_bytes() == state


def test_a_journal_that_does_not_give_the_model_back_is_refused(workspace, model, monkeypatch):
    monkeypatch.setattr(journal, "_replaced", lambda before, after: {})
    first = next(iter(model.arrays))
    edited(workspace, changed(model, **{first: model.arrays[first] + 1}), 1)
    state = workspace.read_bytes()
    with pytest.raises(WorkspaceError, match="does not give back the model"):
        undo_edit(workspace, model.name)
    assert workspace.read_bytes() == state


@pytest.mark.parametrize("step", ["write_tree", "_sync"])
def test_an_edit_that_dies_leaves_the_model_as_it_was(workspace, model, monkeypatch, step):
    state = workspace.read_bytes()

    def dies(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(commit, step, dies)
        with pytest.raises(KeyboardInterrupt):
            edited(workspace, changed(model, extra=np.arange(2)), 1)
    assert workspace.read_bytes() == state
    edited(workspace, changed(model, extra=np.arange(2)), 1)
    undo_edit(workspace, model.name)
    assert workspace.read_bytes() == state


def trees(names):
    """Nested groups of small arrays."""
    leaves = st.integers(0, 3).map(lambda value: np.full(2, value))
    return st.recursive(leaves, lambda below: st.dictionaries(st.sampled_from(names), below, max_size=3), max_leaves=8)


def as_branch(tree):
    return branch(
        layout.ARRAYS,
        {
            name: as_branch(value) if isinstance(value, dict) else leaf(layout.ARRAY, value, made_from="m")
            for name, value in tree.items()
        },
        made_from="m",
    )


GROUPS = st.dictionaries(st.sampled_from("abc"), trees("abcd"), max_size=3)


@given(before=GROUPS, between=GROUPS, after=GROUPS)
def test_whatever_an_edit_does_is_undone(before, between, after):
    """Members come, go, change, and become groups or arrays."""
    states = [as_branch(before)]
    for tree in (between, after):
        states.append(journal.with_edit(states[-1], as_branch(tree), {"kind": "any"}))
    for state in reversed(states[:-1]):
        assert journal.without_last_edit(states.pop(), "any").checksum == state.checksum
