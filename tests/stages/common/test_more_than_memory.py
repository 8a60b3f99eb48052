"""Explanations and comparisons of rows whose vectors stay in the file."""

import numpy as np
import pytest

from prle.baselines.interface import Table
from prle.stages.bench import BenchRequest, bench
from prle.stages.bench.methods import labels as entrants
from prle.stages.common import memory
from prle.stages.common.placed_rows import PlacedRows, inputs_at_once
from prle.stages.explain.stage import explain_row
from prle.workspace import open_workspace


@pytest.fixture
def little(monkeypatch):
    """Make every split too large."""
    monkeypatch.setattr("prle.stages.common.memory.vectors_in", vectors := _mapped)
    for module in ("common.placed_rows", "bench.labels", "bench.methods.labels"):
        monkeypatch.setattr(f"prle.stages.{module}.vectors_in", vectors)


def _mapped(workspace, split, memory):
    return workspace.mapped(split, resident=1 << 20)


def test_an_explanation_is_the_same_where_training_rows_stay_in_the_file(workspace, little, monkeypatch):
    placed = explain_row(workspace, "test", 3)
    monkeypatch.undo()
    expected = explain_row(workspace, "test", 3)
    assert [each.row for each in placed.examples] == [each.row for each in expected.examples]
    np.testing.assert_allclose(
        [each.distance for each in placed.examples], [each.distance for each in expected.examples], rtol=1e-4
    )
    assert placed.prediction == expected.prediction
    assert placed.doubt.percentile == expected.doubt.percentile


def test_training_rows_are_placed_as_they_are_taken(workspace):
    class Doubling:
        def retrieval(self, sentences):
            return sentences[:, 0] * 2

    with open_workspace(workspace) as opened:
        points = PlacedRows(Doubling(), opened.mapped("train", resident=1 << 20))
        vectors = opened.embeddings("train")[:, 0]
        assert len(points) == len(vectors)
        assert np.array_equal(points[5:9], vectors[5:9] * 2)
        assert np.array_equal(points[np.array([4, 1])], vectors[[4, 1]] * 2)


@pytest.mark.parametrize(("rows", "inputs"), [(0, 64), (1_000, 64), (1 << 20, 16), (1 << 30, 1)])
def test_of_many_rows_fewer_inputs_are_explained_together(rows, inputs):
    assert inputs_at_once(rows, 64) == inputs


def test_baselines_get_a_sample_of_stated_size_and_models_all_rows(workspace, little, monkeypatch):
    monkeypatch.setattr(entrants, "SAMPLE", 100)
    report = bench(workspace, BenchRequest(only=("prle:default", "ridge", "knn")))
    seen = {row.name: row.fitted_on for row in report.rows}
    assert (seen["ridge"], seen["knn"], seen["prle:default"]) == (100, 100, None)
    with open_workspace(workspace) as opened:
        assert report.train_rows == opened.splits["train"]


def test_models_score_the_same_wherever_their_vectors_are(workspace, little, monkeypatch):
    only = BenchRequest(only=("prle:default",))
    mapped = bench(workspace, only).rows[0]
    monkeypatch.undo()
    expected = bench(workspace, only).rows[0]
    assert mapped.pearson == pytest.approx(expected.pearson, abs=1e-6)
    assert mapped.coverage == expected.coverage


def test_what_is_in_memory_is_not_sampled():
    table = Table(embeddings=np.zeros((9, 1, 2), np.float32), labels=np.arange(9.0))
    assert table.sampled(3, 0) is table


def test_a_sample_keeps_rows_with_their_labels_in_order(workspace):
    with open_workspace(workspace) as opened:
        vectors, labels = opened.embeddings("train"), opened.labels("train")
        table = Table(embeddings=opened.mapped("train", resident=1 << 20), labels=labels)
        sample, again, other = (table.sampled(20, seed) for seed in (1, 1, 2))
    assert np.array_equal(sample.labels, again.labels)
    assert not np.array_equal(sample.labels, other.labels)
    rows = [int(np.flatnonzero((vectors == vector).all(axis=(1, 2)))[0]) for vector in sample.embeddings]
    assert np.array_equal(labels[rows], sample.labels)
    assert len(sample) == 20


def test_the_memory_that_is_asked_for_decides(workspace):
    with open_workspace(workspace) as opened:
        assert isinstance(memory.vectors_in(opened, "train", 1 << 40), np.ndarray)
        assert not isinstance(memory.vectors_in(opened, "train", 1), np.ndarray)
