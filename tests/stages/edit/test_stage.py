"""Edits of stored models: held to fits of the same pieces, and taken back byte by byte."""

import subprocess
import sys

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import UsageError, WorkspaceError
from prle.explanation import place
from prle.models.labels.checkpoint import restore
from prle.stages.common.tracing import influence_of
from prle.stages.edit import drop, edit_log, relabel, undo
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.fit.stage import fit
from prle.stages.info import info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace
from tests.stages.conftest import QUICK


@pytest.fixture(params=[1, 2], ids=["one member", "two members"])
def edited(request, workspace):
    """A workspace whose default model has so many members."""
    if request.param > 1:
        fit(workspace, resolve(None, {**QUICK, "train.epochs": 1, "train.committee": request.param}))
    return workspace


def predictions(workspace, split="validation", name="default"):
    return np.array(
        [each.prediction for each in predict_split(workspace, split, PredictRequest(name=name)).predictions]
    )


def refitted(workspace, change):
    """What a change of the regressions predicts for the test rows."""
    with open_workspace(workspace) as opened:
        checkpoint = restore(opened.model("default"))
        influence = influence_of(opened, "default", checkpoint)
        predictor = checkpoint.predictor(precision=np.float64)
        return change(influence, place(predictor, predictor.forwards(opened.embeddings("test"))))


def test_another_label_is_the_exact_refit_with_it(edited):
    expected = refitted(edited, lambda influence, placed: influence.relabelled({7: 4.5}).predict(placed))
    before = predictions(edited, "test")
    relabel(edited, 7, 4.5)
    after = predictions(edited, "test")
    np.testing.assert_allclose(after, expected, atol=1e-4)
    assert np.abs(after - before).max() > 1e-3


def test_a_dropped_prototype_is_the_exact_refit_without_it(edited):
    def without(influence, placed):
        return influence.without_prototypes([2]).predict([each.without_prototypes([2]) for each in placed])

    expected = refitted(edited, without)
    gone = explain_row(edited, "test", 0).prototypes
    report = drop(edited, 2)
    np.testing.assert_allclose(predictions(edited, "test"), expected, atol=1e-4)
    assert report.prototypes == 5
    left = {share.prototype: share.anchor.row for share in explain_row(edited, "test", 0).prototypes}
    rows = {share.prototype: share.anchor.row for share in gone}
    assert left == {number - (number > 2): row for number, row in rows.items() if number != 2}


def test_every_ledger_still_adds_up(edited):
    relabel(edited, 7, 4.5)
    drop(edited, 0)
    relabel(edited, 8, 0.5)
    report = explain_row(edited, "test", 17)
    assert set(report.completeness_gap) == {"prototypes", "features", "examples"}
    assert max(report.completeness_gap.values()) <= 1e-6


def test_undoing_gives_back_the_bytes_of_every_state(edited):
    states = []
    for change in (lambda: relabel(edited, 7, 4.5), lambda: drop(edited, 1), lambda: relabel(edited, 7, 0.25)):
        states.append(edited.read_bytes())
        change()
    assert len(set(states)) == 3
    for left, state in reversed(list(enumerate(states))):
        report = undo(edited)
        assert report.undone
        assert report.edits == left
        assert edited.read_bytes() == state
    with pytest.raises(UsageError, match="no edit to undo"):
        undo(edited)


def test_a_receipt_says_what_moved(workspace):
    before = predictions(workspace)
    report = relabel(workspace, 7, 4.5)
    after = predictions(workspace)
    moves = np.abs(after - before)
    assert report.rows == len(before)
    assert report.moved == np.count_nonzero(moves >= report.noticeable)
    assert report.mean_move == pytest.approx(moves.mean(), rel=1e-3)
    assert report.edit.largest_move == pytest.approx(moves.max(), rel=1e-3)
    assert [each.row for each in report.moves] == np.argsort(-moves, kind="stable")[: len(report.moves)].tolist()
    for each in report.moves:
        assert (each.before, each.after) == pytest.approx((before[each.row], after[each.row]))
    own = predictions(workspace, "train")[7]
    assert report.own.after == pytest.approx(own)
    assert abs(4.5 - report.own.after) < abs(4.5 - report.own.before)


def test_figures_and_intervals_are_measured_anew(workspace):
    old = info(workspace).models[0]
    report = drop(workspace, 3)
    new = info(workspace).models[0]
    assert (new.prototypes, new.created) == (5, old.created)
    assert new.validation_rmse == pytest.approx(report.validation_rmse.after)
    assert old.validation_rmse == pytest.approx(report.validation_rmse.before)
    with open_workspace(workspace) as opened:
        model = restore(opened.model("default"))
        assert len(opened.history("default")) > 0
        off = np.abs(predictions(workspace) - opened.labels("validation"))
    np.testing.assert_allclose(model.calibration.errors, off, atol=1e-5)
    assert model.calibration.prototypes == 5


def test_the_log_says_what_was_done(workspace, demo):
    assert edit_log(workspace).edits == ()
    label = float(demo.splits["train"].labels[7])
    anchors = {share.prototype: share for share in explain_row(workspace, "test", 0).prototypes}
    relabel(workspace, 7, 4.5)
    drop(workspace, 3)
    first, second = edit_log(workspace).edits
    assert (first.number, first.kind, first.row, first.label) == (1, "relabel", 7, (label, 4.5))
    assert first.texts == demo.splits["train"].texts[7]
    assert (second.kind, second.prototype, second.row) == ("drop", 3, anchors[3].anchor.row)
    assert 0 < second.weight < 1


def test_explanations_show_the_label_that_was_told_and_the_data_keep_theirs(workspace, demo):
    row = explain_row(workspace, "test", 17).influence.listed[0].row
    label = float(demo.splits["train"].labels[row])

    def explained():
        report = explain_row(workspace, "test", 17, ExplainRequest(examples=300))
        return next(each.label for each in report.influence.listed if each.row == row), report.relabelled

    assert explained() == (label, {})
    relabel(workspace, row, label + 1.0)
    assert explained() == (label + 1.0, {row: label})
    with open_workspace(workspace) as opened:
        assert opened.labels("train")[row] == label
    relabel(workspace, row, label)
    assert explained() == (label, {})


def test_editing_needs_no_torch(workspace):
    code = (
        "import sys; from pathlib import Path; from prle.stages.edit import drop, relabel, undo; "
        "file = Path(sys.argv[1]); relabel(file, 7, 4.5); drop(file, 1); undo(file); "
        "sys.exit('torch was loaded' if 'torch' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(workspace)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [edit.kind for edit in edit_log(workspace).edits] == ["relabel"]


def test_what_cannot_be_edited_is_refused(workspace, demo):
    label = float(demo.splits["train"].labels[7])
    state = workspace.read_bytes()
    for edit, said in (
        (lambda: drop(workspace, 6), "a prototype from 0 to 5, got 6"),
        (lambda: drop(workspace, -1), "a prototype from 0 to 5"),
        (lambda: relabel(workspace, 300, 1.0), "a training row from 0 to 299"),
        (lambda: relabel(workspace, 7, label), "a finite label other than"),
        (lambda: relabel(workspace, 7, float("nan")), "a finite label other than"),
        (lambda: relabel(workspace, 7, "good"), "a finite label other than .*, got good"),
    ):
        with pytest.raises(UsageError, match=said):
            edit()
    assert workspace.read_bytes() == state


def test_an_only_prototype_stays(workspace):
    fit(workspace, resolve(None, {**QUICK, "prototypes.count": 1, "train.epochs": 1}))
    with pytest.raises(UsageError, match="more than one"):
        drop(workspace, 0)


def test_a_model_that_was_not_solved_cannot_be_edited(workspace):
    fit(workspace, resolve(None, {**QUICK, "train.epochs": 1, "experts.solver": "gradient"}), name="other")
    for edit in (lambda: drop(workspace, 0, name="other"), lambda: relabel(workspace, 0, 1.0, name="other")):
        with pytest.raises(
            WorkspaceError, match="editing needs experts that are solved; linear experts fitted by"
        ) as it:
            edit()
        assert "--experts-solver ridge" in it.value.hint


def test_evidence_that_is_too_large_is_placed_anew(workspace, monkeypatch):
    monkeypatch.setattr("prle.stages.edit.numbers.EVIDENCE_BYTES", 0)
    before = workspace.read_bytes()
    relabel(workspace, 7, 4.5)
    assert explain_row(workspace, "test", 17).completeness_gap["examples"] <= 1e-6
    undo(workspace)
    assert workspace.read_bytes() == before


@pytest.mark.parametrize("router", ["knn", "radius", "mlp_sparse"])
def test_every_router_goes_on_without_a_prototype(workspace, router):
    fit(workspace, resolve(None, {**QUICK, "train.epochs": 1, "router.kind": router}), name="other")
    report = drop(workspace, 1, name="other")
    shares = explain_row(workspace, "test", 3, ExplainRequest(name="other")).prototypes
    assert len(shares) == report.prototypes == 5
    assert sum(share.weight for share in shares) == pytest.approx(1.0)


def test_the_order_of_edits_does_not_matter_to_the_model(workspace, tmp_path):
    from shutil import copy

    other = copy(workspace, tmp_path / "other.h5")
    for path, rows in ((workspace, (7, 8)), (other, (8, 7))):
        for row in rows:
            relabel(path, row, 4.5)
    with open_workspace(workspace) as one, open_workspace(other) as two:
        arrays = one.model("default").arrays, two.model("default").arrays
    assert arrays[0].keys() == arrays[1].keys()
    assert all(np.array_equal(arrays[0][name], arrays[1][name]) for name in arrays[0])


def test_a_label_for_a_row_that_there_is_not_is_refused(workspace):
    from dataclasses import replace

    from prle.workspace import save_model

    with open_workspace(workspace) as opened:
        model = opened.model("default")
    told = {"relabelled/rows": np.array([300]), "relabelled/labels": np.array([1.0])}
    save_model(workspace, replace(model, arrays={**model.arrays, **told}))
    with pytest.raises(WorkspaceError, match="relabelled rows from 0 to 299"):
        explain_row(workspace, "test", 0)
