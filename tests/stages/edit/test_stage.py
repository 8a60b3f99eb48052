"""Edits of stored models: held to what the votes say, and taken back byte by byte."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import UsageError, WorkspaceError
from prle.models.labels.checkpoint import load, restore, store
from prle.models.labels.votes.differs import Differs
from prle.stages.edit import drop, edit_log, relabel, undo
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.fit.stage import fit
from prle.stages.info import info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace, save_model
from tests.stages.edit.conftest import VOTING

OTHER = {"numbers": (4.5, 0.25), "classes": ("cat", "dog")}
"""Labels that row 7 does not have."""


@pytest.fixture
def told(request, voting):
    return OTHER[request.node.callspec.params["voting"]]


def said(workspace, split="validation", name="default"):
    """What a model predicts, and by whom. *Shapes:* (N,) or (N, T), (N, P)."""
    with open_workspace(workspace) as opened:
        predictor, rows = load(opened, name).predictor(), opened.embeddings(split)
        return predictor.predict(rows), predictor.weights(rows)


def alphas(workspace, row, split="validation"):
    """The weight of one training row in each prediction."""
    with open_workspace(workspace) as opened:
        predictor = load(opened, "default").predictor()
        votes = predictor.votes(opened.embeddings(split))
        own = (votes.alphas * (predictor.voters.rows[votes.places] == row)).sum(axis=1)
        return own + votes.everyone / len(predictor.voters)


def test_a_told_number_moves_predictions_by_its_weight(numbers, demo):
    before, weight = said(numbers), alphas(numbers, 7)
    relabel(numbers, 7, 4.5)
    after = said(numbers)
    by = 4.5 - float(demo.splits["train"].labels[7])
    np.testing.assert_allclose(after[0] - before[0], weight * by, atol=1e-9)
    np.testing.assert_array_equal(after[1], before[1])
    assert np.abs(after[0] - before[0]).max() > 1e-3


def test_a_told_class_gets_the_weight_of_the_old_one(classes):
    before, weight = said(classes)[0], alphas(classes, 7)
    report = relabel(classes, 7, "cat")
    old, new = (report.classes.index(name) for name in report.edit.label)
    expected = np.zeros_like(before)
    expected[:, old], expected[:, new] = -weight, weight
    np.testing.assert_allclose(said(classes)[0] - before, expected, atol=1e-9)
    assert weight.max() > 1e-3
    assert report.own_class == "cat"
    assert report.own.after - report.own.before == pytest.approx(alphas(classes, 7, "train")[7], rel=1e-4)


def test_a_dropped_prototype_leaves_predictions_and_gives_its_rows_to_others(voting):
    before, weights = said(voting)
    report = drop(voting, 2)
    after, left = said(voting)
    np.testing.assert_allclose(after, before, atol=1e-6)
    assert left.shape == (len(weights), 5)
    assert (left - np.delete(weights, 2, axis=1) >= -1e-6).all()
    np.testing.assert_allclose(left.sum(axis=1), 1.0)
    assert report.edit.weight == pytest.approx(weights[:, 2].mean())
    assert (report.moved, report.prototypes, report.moves) == (0, 5, ())
    assert report.edit.refiled >= 1
    assert report.validation_rmse is None or report.validation_rmse.before == report.validation_rmse.after


def test_explanations_add_up_after_edits(voting, told):
    relabel(voting, 7, told[0])
    drop(voting, 0)
    relabel(voting, 8, told[1])
    report = explain_row(voting, "test", 17)
    assert set(report.completeness_gap) == {"prototypes", "votes"}
    assert max(report.completeness_gap.values()) <= 1e-6


def test_undoing_gives_back_the_bytes_of_every_state(voting, told):
    states = []
    for change in (
        lambda: relabel(voting, 7, told[0]),
        lambda: drop(voting, 1),
        lambda: relabel(voting, 7, told[1]),
        lambda: drop(voting, 0),
    ):
        states.append(voting.read_bytes())
        change()
    assert len(set(states)) == 4
    for left, state in reversed(list(enumerate(states))):
        report = undo(voting)
        assert report.undone
        assert report.edits == left
        assert voting.read_bytes() == state
    with pytest.raises(UsageError, match="no edit to undo"):
        undo(voting)


def test_undoing_says_the_opposite_of_the_edit(voting, told):
    done, back = relabel(voting, 7, told[0]), undo(voting)
    assert (back.own.before, back.own.after) == pytest.approx((done.own.after, done.own.before)) or back.classes
    assert back.mean_move == pytest.approx(done.mean_move)
    assert (back.edit, back.moved) == (done.edit, done.moved)


def test_a_receipt_says_what_moved(numbers):
    before = said(numbers)[0]
    report = relabel(numbers, 7, 4.5)
    after = said(numbers)[0]
    moves = np.abs(after - before)
    assert report.rows == len(before)
    assert report.moved == np.count_nonzero(moves >= report.noticeable) > 0
    assert report.mean_move == pytest.approx(moves.mean())
    assert report.edit.largest_move == pytest.approx(moves.max())
    assert [each.row for each in report.moves] == np.argsort(-moves, kind="stable")[: len(report.moves)].tolist()
    for each in report.moves:
        assert (each.before, each.after) == pytest.approx((before[each.row], after[each.row]))
    own = said(numbers, "train")[0][7]
    assert report.own.after == pytest.approx(own)
    assert abs(4.5 - report.own.after) < abs(4.5 - report.own.before)


def test_a_receipt_of_classes_says_which_has_gained(classes):
    before = said(classes)[0]
    report = relabel(classes, 7, "cat")
    after = said(classes)[0]
    cat = report.classes.index("cat")
    gained = (after - before)[:, cat]
    assert report.moved == np.count_nonzero(gained >= report.noticeable) > 0
    assert report.mean_move == pytest.approx(gained.mean())
    for each in report.moves:
        assert each.class_name == "cat"
        assert each.label in report.classes
        assert (each.before, each.after) == pytest.approx((before[each.row, cat], after[each.row, cat]))


def test_figures_and_intervals_are_measured_anew(numbers):
    old = info(numbers).models[0]
    for change in (lambda: drop(numbers, 3), lambda: relabel(numbers, 7, 4.5)):
        report = change()
        new = info(numbers).models[0]
        assert (new.prototypes, new.created) == (5, old.created)
        assert new.validation_rmse == pytest.approx(report.validation_rmse.after)
        with open_workspace(numbers) as opened:
            model = restore(opened.model("default"))
            off = np.abs(said(numbers)[0] - opened.labels("validation"))
        np.testing.assert_allclose(model.calibration.errors, off, atol=1e-9)
        np.testing.assert_array_equal(model.calibration.regimes, said(numbers)[1].argmax(axis=1))
        assert model.calibration.prototypes == 5
    assert new.validation_rmse != old.validation_rmse


def test_figures_of_classes_are_measured_anew(classes):
    report = relabel(classes, 7, "cat")
    with open_workspace(classes) as opened:
        measured = load(opened, "default").measured
    assert measured["validation_log_loss"] == report.validation_log_loss.after
    assert measured["validation_accuracy"] == report.validation_accuracy.after
    assert report.validation_log_loss.after != report.validation_log_loss.before
    assert (report.half_width, report.validation_rmse, report.validation_pearson) == (None, None, None)


def test_what_an_edit_overtakes_is_forgotten_and_the_rest_stays(numbers):
    def measured():
        with open_workspace(numbers) as opened:
            return load(opened, "default").measured

    before = measured()
    relabel(numbers, 7, 4.5)
    after = measured()
    assert before.keys() - after.keys() == {"anchored", "told", "content_score_only"}
    assert after["carried"] == before["carried"] == pytest.approx(1.0)
    drop(numbers, 0)
    assert {"content", "voters_80", "prototypes_80", "index_recall"}.isdisjoint(measured())
    assert (measured()["index_cells"], measured()["alone_rmse"]) == (5.0, before["alone_rmse"])


def test_the_log_says_what_was_done(voting, told):
    assert edit_log(voting).edits == ()
    anchors = {share.prototype: share for share in explain_row(voting, "test", 0).prototypes}
    done = relabel(voting, 7, told[0]), drop(voting, 3)
    log = edit_log(voting)
    assert log.edits == tuple(each.edit for each in done)
    first, second = log.edits
    assert (first.number, first.kind, first.row, first.label[1]) == (1, "relabel", 7, told[0])
    assert (first.prototype, first.weight, first.refiled) == (None, None, None)
    assert (second.kind, second.prototype, second.row) == ("drop", 3, anchors[3].anchor.row)
    assert 0 < second.weight < 1
    assert [each.validation_rmse is None for each in log.edits] == [bool(log.classes)] * 2
    assert [each.validation_log_loss is None for each in log.edits] == [not log.classes] * 2


def test_explanations_show_the_label_that_was_told_and_the_data_keep_theirs(numbers, demo):
    row = explain_row(numbers, "test", 17).votes.listed[0].row
    label = float(demo.splits["train"].labels[row])

    def explained():
        report = explain_row(numbers, "test", 17, ExplainRequest(examples=300))
        return next(each.label for each in report.votes.listed if each.row == row), report.relabelled

    assert explained() == (label, {})
    relabel(numbers, row, label + 1.0)
    assert explained() == (label + 1.0, {row: label})
    with open_workspace(numbers) as opened:
        assert opened.labels("train")[row] == label
    relabel(numbers, row, label)
    assert explained() == (label, {})


def test_a_told_class_is_kept_by_its_code(classes):
    old = relabel(classes, 7, "cat").edit.label[0]
    with open_workspace(classes) as opened:
        assert load(opened, "default").relabelled == {7: 0.0}
    relabel(classes, 7, old)
    with open_workspace(classes) as opened:
        assert load(opened, "default").relabelled == {}


def test_editing_needs_no_torch(numbers):
    code = (
        "import sys; from pathlib import Path; from prle.stages.edit import drop, relabel, undo; "
        "file = Path(sys.argv[1]); relabel(file, 7, 4.5); drop(file, 1); undo(file); "
        "sys.exit('torch was loaded' if 'torch' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(numbers)], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [edit.kind for edit in edit_log(numbers).edits] == ["relabel"]


def test_what_cannot_be_edited_is_refused(numbers, demo):
    label = float(demo.splits["train"].labels[7])
    state = numbers.read_bytes()
    for edit, why in (
        (lambda: drop(numbers, 6), "a prototype from 0 to 5, got 6"),
        (lambda: drop(numbers, -1), "a prototype from 0 to 5"),
        (lambda: relabel(numbers, 300, 1.0), "a training row from 0 to 299"),
        (lambda: relabel(numbers, 7, label), "another label than .*, which row 7 has"),
        (lambda: relabel(numbers, 7, float("nan")), "a finite number, got nan"),
        (lambda: relabel(numbers, 7, "good"), "a finite number, got good"),
    ):
        with pytest.raises(UsageError, match=why):
            edit()
    assert numbers.read_bytes() == state


def test_what_is_no_class_is_refused(classes):
    with pytest.raises(UsageError, match="edit relabel: expected one of cat, dog, fish; got 'fisch'") as refused:
        relabel(classes, 7, "fisch")
    assert refused.value.hint == "did you mean fish?"
    with pytest.raises(UsageError, match="expected one of cat"):
        relabel(classes, 7, 1.0)


def test_a_label_that_no_row_has_is_warned_of(numbers):
    from prle.observer import Observer

    class Warned(Observer):
        def warn(self, message):
            heard.append(message)

    heard = []
    relabel(numbers, 7, 99.0, observer=Warned())
    assert len(heard) == 1
    assert heard[0].startswith("99 is outside the training labels")


def test_an_only_prototype_stays(numbers):
    fit(numbers, resolve(None, {**VOTING, "prototypes.count": 1}))
    with pytest.raises(UsageError, match="more than one"):
        drop(numbers, 0)


def test_a_model_whose_experts_speak_is_refused(workspace):
    state = workspace.read_bytes()
    for edit in (lambda: drop(workspace, 0), lambda: relabel(workspace, 0, 1.0)):
        with pytest.raises(UsageError, match="expected a model in which labels vote; in model default experts") as it:
            edit()
        assert it.value.hint == "`prle fit --voters examples` fits the other kind"
    assert workspace.read_bytes() == state


def test_where_a_router_decides_no_prototype_can_go_but_labels_can_be_told(numbers):
    fit(numbers, resolve(None, {**VOTING, "router.kind": "mlp_sparse"}), name="routed")
    with pytest.raises(UsageError, match="expected router softmax, got mlp_sparse") as refused:
        drop(numbers, 1, name="routed")
    assert refused.value.hint == "fit again: `prle fit --name routed --prototypes 5`"
    before, weights = said(numbers, name="routed")
    relabel(numbers, 7, 4.5, name="routed")
    after, same = said(numbers, name="routed")
    np.testing.assert_array_equal(weights, same)
    assert np.abs(after - before).max() > 1e-4


def test_where_anchors_alone_vote_a_dropped_one_votes_no_more(numbers):
    fit(numbers, resolve(None, {**VOTING, "votes.voters": "prototypes"}), name="anchors")
    with open_workspace(numbers) as opened:
        anchors, before = load(opened, "anchors").anchors, opened.embeddings("validation")
        predictor = load(opened, "anchors").predictor()
        votes = predictor.votes(before)
    others = votes.alphas * (votes.cells != 2)
    others /= others.sum(axis=1, keepdims=True)
    expected = np.einsum("bk,bk->b", others, (votes.labels + votes.adds)[:, :, 0])
    report = drop(numbers, 2, name="anchors")
    np.testing.assert_allclose(
        said(numbers, name="anchors")[0], predictor.target.additive(expected[:, None]), rtol=1e-5
    )
    assert (report.edit.refiled, report.edit.row, report.moved > 0) == (0, anchors[2], True)
    with pytest.raises(UsageError, match=r"a row that votes, got .*; in model anchors anchors alone do"):
        relabel(numbers, int(anchors[2]), 4.5, name="anchors")
    relabel(numbers, int(anchors[3]), 4.5, name="anchors")
    assert undo(numbers, name="anchors").edits == 1
    assert undo(numbers, name="anchors").prototypes == 6


def test_rows_that_are_filed_anew_get_what_differs_from_their_new_prototype(numbers):
    with open_workspace(numbers) as opened:
        model = load(opened, "default")
        width = model.ballot.voters.learned.shape[1]
        differs = Differs(axes=np.eye(width), slope=np.zeros((6, width)), level=np.arange(6.0)[:, None])
        sloped = replace(model, ballot=replace(model.ballot, differs=differs, poll=None))
        save_model(numbers, store(sloped, name="default", made_from=opened.identity))
    report = drop(numbers, 2)
    with open_workspace(numbers) as opened:
        after = load(opened, "default")
        votes = after.predictor().votes(opened.embeddings("validation"))
    np.testing.assert_array_equal(after.ballot.differs.level[:, 0], [0.0, 1.0, 3.0, 4.0, 5.0])
    np.testing.assert_array_equal(votes.adds[:, :, 0], np.array([0.0, 1.0, 3.0, 4.0, 5.0])[votes.cells])
    assert "carried" not in after.measured
    assert report.mean_move > 0.0


def test_the_order_of_edits_does_not_matter_to_the_model(numbers, tmp_path):
    from shutil import copy

    other = copy(numbers, tmp_path / "other.h5")
    for path, changes in ((numbers, (7, 8, None)), (other, (None, 8, 7))):
        for row in changes:
            drop(path, 4) if row is None else relabel(path, row, 4.5)
    with open_workspace(numbers) as one, open_workspace(other) as two:
        arrays = one.model("default").arrays, two.model("default").arrays
    assert arrays[0].keys() == arrays[1].keys()
    assert all(np.array_equal(arrays[0][name], arrays[1][name]) for name in arrays[0])


def test_what_others_have_put_down_beside_a_model_stays_there(numbers):
    with open_workspace(numbers) as opened:
        model = opened.model("default")
    beside = {"rows/train": np.arange(3)}
    save_model(
        numbers,
        replace(model, summary={**model.summary, "consolidated": {"from": "x"}}, arrays={**model.arrays, **beside}),
    )
    drop(numbers, 1)
    with open_workspace(numbers) as opened:
        edited = opened.model("default")
    assert edited.summary["consolidated"] == {"from": "x"}
    np.testing.assert_array_equal(edited.arrays["rows/train"], [0, 1, 2])


@pytest.mark.parametrize(
    ("kind", "row", "label", "why"),
    [
        ("numbers", 300, 1.0, "relabelled rows from 0 to 299"),
        ("classes", 3, 3.0, "relabelled rows of classes from 0 to 2"),
        ("classes", 3, 0.5, "relabelled rows of classes from 0 to 2"),
    ],
)
def test_a_told_label_that_cannot_be_is_refused(request, kind, row, label, why):
    path = request.getfixturevalue(kind)
    with open_workspace(path) as opened:
        model = opened.model("default")
    told = {"relabelled/rows": np.array([row]), "relabelled/labels": np.array([label])}
    save_model(path, replace(model, arrays={**model.arrays, **told}))
    with pytest.raises(WorkspaceError, match=why):
        predict_split(path, "test", PredictRequest())
