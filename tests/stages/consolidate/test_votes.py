"""Fewer prototypes where labels vote: the same rows vote, filed under fewer of them."""

from __future__ import annotations

import numpy as np
import pytest

from prle.errors import UsageError
from prle.models.consolidation import cells
from prle.models.labels.checkpoint import load
from prle.stages.consolidate.interface import ConsolidateRequest
from prle.stages.consolidate.stage import consolidate
from prle.workspace import open_workspace
from tests.stages.voting import votes_once, voting, voting_numbers  # noqa: F401


def models(path, *names):
    with open_workspace(path) as opened:
        return [load(opened, name) for name in names], opened.embeddings("test")[:]


def test_the_vote_is_the_same_with_fewer_prototypes_to_read(voting):  # noqa: F811
    report = consolidate(voting, ConsolidateRequest(to=3))
    (before, after), vectors = models(voting, "default", "default-3")
    old, new = (each.predictor(precision=np.float64) for each in (before, after))
    np.testing.assert_allclose(new.predict(vectors), old.predict(vectors), rtol=0, atol=1e-12)
    first, second = old.votes(vectors), new.votes(vectors)
    np.testing.assert_array_equal(old.voters.rows[first.places], new.voters.rows[second.places])
    np.testing.assert_allclose(first.alphas, second.alphas, rtol=0, atol=1e-12)
    assert report.same_vote == pytest.approx(1.0, abs=1e-9)
    assert report.likeness == pytest.approx(1.0 if report.likeness_name == "same_class" else 0.0, abs=1e-6)
    assert len(after.anchors) == new.weights(vectors).shape[1] == 3
    assert set(after.anchors.tolist()) <= set(before.anchors.tolist())
    assert report.after.top_1 >= report.before.top_1


def test_every_row_is_filed_under_the_nearest_that_is_left(voting_numbers):  # noqa: F811
    consolidate(voting_numbers, ConsolidateRequest(to=3))
    (before, after), _ = models(voting_numbers, "default", "default-3")
    voters = after.ballot.voters
    far = ((voters.points(slice(None))[:, None] - voters.centres[None]) ** 2).sum(axis=2)
    np.testing.assert_array_equal(far.argmin(axis=1), voters.cells)
    order = np.argsort(voters.rows)
    old = before.ballot.voters
    np.testing.assert_array_equal(voters.labels[order], old.labels[np.argsort(old.rows)])


def test_what_the_index_misses_is_said(voting_numbers, monkeypatch):  # noqa: F811
    monkeypatch.setattr(cells, "ALL", 10)
    monkeypatch.setattr(cells, "RECALL", 0.5)
    report = consolidate(voting_numbers, ConsolidateRequest(to=3))
    (before, after), _ = models(voting_numbers, "default", "default-3")
    assert after.ballot.probes < 3
    assert after.measured["index_cells"] == after.ballot.probes
    assert 0.5 <= after.measured["index_recall"] < 1.0
    assert 0.3 < report.same_vote < 1.0
    with open_workspace(voting_numbers) as opened:
        assert report.same_vote == pytest.approx(
            cells.shared_weight(before, after, opened.embeddings("validation")[:]), rel=1e-6
        )


def test_it_is_measured_anew_what_the_model_promises(voting_numbers):  # noqa: F811
    consolidate(voting_numbers, ConsolidateRequest(to=2))
    (before, after), _ = models(voting_numbers, "default", "default-2")
    assert after.measured["carried"] == pytest.approx(before.measured["carried"])
    assert after.measured["prototypes_80"] < before.measured["prototypes_80"]
    assert after.measured["told"] == pytest.approx(1.0)  # Two prototypes are all there are to read.


@pytest.mark.parametrize("merging", ["retrain", "low_rank"])
def test_nothing_is_fitted_where_labels_vote(voting_numbers, merging):  # noqa: F811
    with pytest.raises(UsageError, match=f"consolidate --how {merging}: expected") as refused:
        consolidate(voting_numbers, ConsolidateRequest(to=3, merging=merging))
    assert "leave it out" in refused.value.hint


def test_rows_that_do_not_vote_and_labels_that_were_changed_stay_so(voting_numbers):  # noqa: F811
    (before,), _ = models(voting_numbers, "default")
    voters = before.ballot.voters
    gone = [row for row in range(5) if row not in before.anchors]
    changed = voters.without(gone).told({int(before.anchors[0]): 4.25})
    filed = changed.under(before.anchors[:2])
    assert sorted(filed.rows) == sorted(changed.rows)
    assert filed.labels[filed.place_of[before.anchors[0]]] == 4.25
    assert (filed.cells[filed.place_of[before.anchors[:2]]] == [0, 1]).all()
