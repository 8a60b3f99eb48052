"""Voters: filed under the nearest prototype, looked up through their cells, and changed without being placed anew."""

import numpy as np
import pytest

from prle.models.labels.votes.voters import Voters, recall_of_cells, weighed

ROWS, CELLS = 300, 12


@pytest.fixture
def voters():
    rng = np.random.default_rng(0)
    learned = rng.normal(size=(ROWS, 3)).astype(np.float32)
    content = rng.normal(size=(ROWS, 8))
    content /= np.linalg.norm(content, axis=1, keepdims=True)
    anchors = rng.permutation(ROWS)[:CELLS].astype(np.int64)
    return Voters.filed(learned, content.astype(np.float32), rng.normal(size=ROWS), anchors, 0.5)


def everybody(voters):
    return weighed(voters.learned, voters.content, voters.about)


def test_every_row_lies_in_the_cell_of_its_nearest_anchor(voters):
    points, centres = everybody(voters), voters.centres
    far = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
    rank = np.take_along_axis(far, voters.cells[:, None], axis=1)[:, 0]
    # Places are kept in half precision, so that two anchors may be as near as rounding.
    assert (rank <= far.min(axis=1) + 2e-3).all()
    assert sorted(voters.rows.tolist()) == list(range(ROWS))
    for cell, anchor in enumerate(voters.anchors):
        assert voters.cells[voters.place_of[anchor]] == cell


def test_all_cells_give_the_nearest_rows(voters):
    inputs = everybody(voters)[::17] + 0.01
    places, far = voters.nearest(inputs, 9, CELLS)
    truth = ((inputs[:, None] - everybody(voters)[None]) ** 2).sum(axis=2)
    np.testing.assert_array_equal(np.sort(places), np.sort(np.argsort(truth, axis=1, kind="stable")[:, :9]))
    assert (np.diff(far, axis=1) >= 0.0).all()
    np.testing.assert_allclose(far, np.take_along_axis(truth, places, axis=1), atol=1e-4)


@pytest.mark.parametrize("probes", [1, 3, 11])
def test_few_cells_give_rows_of_those_cells_alone(voters, probes):
    inputs = everybody(voters)[::23] + 0.01
    places, far = voters.nearest(inputs, 5, probes)
    toward = ((inputs[:, None] - voters.centres[None]) ** 2).sum(axis=2)
    ranks = np.argsort(np.argsort(toward, axis=1, kind="stable"), axis=1)
    sizes = np.diff(voters.starts)
    for row, near in enumerate(places):
        needed = int(np.searchsorted(np.cumsum(sizes[np.argsort(toward[row], kind="stable")]), 5)) + 1
        assert (ranks[row, voters.cells[near]] < max(probes, needed)).all()
    assert np.isfinite(far).all()


def test_an_input_is_answered_alike_alone_and_in_company(voters):
    voters = voters.at(np.float64)
    inputs = everybody(voters).astype(np.float64)[:40] + 0.01
    together = voters.nearest(inputs, 7, 4)
    for row in range(40):
        places, far = voters.nearest(inputs[row : row + 1], 7, 4)
        np.testing.assert_array_equal(places[0], together[0][row])
        np.testing.assert_allclose(far[0], together[1][row], atol=1e-12)


def test_more_rows_than_there_are_is_all_of_them(voters):
    places, _ = voters.nearest(everybody(voters)[:2], 10 * ROWS, 2)
    assert places.shape == (2, ROWS)


def test_recall_says_what_an_index_finds(voters):
    inputs = everybody(voters)[::7] + 0.05
    probes, recall = recall_of_cells(voters, inputs, 10, 0.95)
    exact, _ = voters.nearest(inputs, 10, CELLS)

    def found(cells):
        places, _ = voters.nearest(inputs, 10, cells)
        return np.mean([len(set(a) & set(b)) / 10 for a, b in zip(places.tolist(), exact.tolist(), strict=True)])

    assert recall >= 0.95
    assert found(probes) == pytest.approx(recall, abs=1e-9)
    assert probes == 1 or found(probes - 1) < 0.95


def test_rows_leave_and_labels_change_without_new_places(voters):
    gone = [int(row) for row in voters.rows if row not in voters.anchors][:20]
    left = voters.without(gone)
    assert len(left) == ROWS - 20
    assert not set(gone) & set(left.rows.tolist())
    np.testing.assert_array_equal(np.bincount(left.cells, minlength=CELLS), np.diff(left.starts))
    told = voters.told({gone[0]: 42.0})
    assert told.labels[told.place_of[gone[0]]] == 42.0
    assert (told.labels != voters.labels).sum() == 1


def test_anchors_alone_are_one_a_cell(voters):
    alone = voters.anchors_alone()
    np.testing.assert_array_equal(alone.rows, voters.anchors)
    np.testing.assert_array_equal(np.diff(alone.starts), 1)
    np.testing.assert_allclose(alone.centres, voters.centres)
