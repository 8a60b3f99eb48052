"""The closed form against normal equations solved one expert at a time, and against what it is for."""

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import UsageError
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training import closed_form
from prle.models.labels.training.closed_form import Evidence, LocalRidge, StreamedEvidence, is_solved, solve_experts
from prle.models.labels.training.rows import Rows
from prle.models.labels.training.start import start
from tests.conftest import make_world


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    value = rng.normal(1.0, 1.0, size=(60, 5)) @ np.diag([10.0, 1.0, 1.0, 0.1, 0.0])
    weights = rng.dirichlet(np.full(3, 0.3), size=60)
    weights[:, 2] = 0.0
    return Evidence(value=value, weights=weights, labels=rng.normal(size=(60, 2)))


@pytest.fixture
def shared():
    rng = np.random.default_rng(1)
    return {"shared_weight": rng.normal(size=(2, 5)) * 0.1, "shared_bias": rng.normal(size=2)}


@pytest.mark.parametrize("penalty", [0.1, 100.0])
@pytest.mark.parametrize("rank", [2, 9])
def test_equals_the_normal_equations(rows, shared, penalty, rank):
    ridge = LocalRidge(shared, rows, rank=rank)
    solution = ridge.solve(penalty)
    residual = rows.labels - rows.value @ shared["shared_weight"].T - shared["shared_bias"]
    design = ridge.features(rows.value)
    assert design.shape == (60, min(rank, 5) + 1)
    held = np.diag([*[penalty * rows.value.var(axis=0).mean()] * min(rank, 5), 1.0])
    for p in range(3):
        weighted = design * rows.weights[:, p : p + 1]
        expected = np.linalg.solve(weighted.T @ design + held, weighted.T @ residual)
        np.testing.assert_allclose(solution[p], expected, rtol=1e-7, atol=1e-9)


def test_reads_the_widest_directions(rows, shared):
    ridge = LocalRidge(shared, rows, rank=1)
    assert abs(ridge.axes[0, 0]) > 0.99, "the first column varies most"
    np.testing.assert_allclose(ridge.features(rows.value).mean(axis=0), [0.0, 1.0], atol=1e-6)


def test_an_expert_without_inputs_says_what_the_shared_model_says(rows, shared):
    assert not LocalRidge(shared, rows, rank=5).solve(1.0)[2].any()


def test_a_strong_penalty_leaves_only_levels(rows, shared):
    solution = LocalRidge(shared, rows, rank=5).solve(1e9)
    residual = rows.labels - rows.value @ shared["shared_weight"].T - shared["shared_bias"]
    expected = rows.weights.T @ residual / (1.0 + rows.weights.sum(axis=0))[:, None]
    np.testing.assert_allclose(solution[:, :-1], 0.0, atol=1e-6)
    np.testing.assert_allclose(solution[:, -1], expected, atol=1e-5)


def regional(sentences=1):
    """A problem that one linear model cannot fit, but two regions can."""
    world = make_world(rows=1500, sentences=sentences, seed=3)
    slope = np.where(world.sentences[:, 0, 0] > 0, 1.0, -1.0)
    return world.sentences, slope * world.sentences[:, 0, 1]


def settled(**settings):
    return settle(
        resolve(None, {"prototypes.count": 12, "value_space.projection": "identity", **settings}), RowKind(sentences=1)
    )


def test_learns_what_differs_between_regions():
    sentences, labels = regional()
    config = settled(**{"router.temperature": 20.0})
    model, target = assemble(config), NumberTarget.measured(labels)
    begin = start(model, config, target, sentences[:1200], labels[:1200])
    train = Rows(sentences=sentences[:1200], labels=labels[:1200])
    held = Rows(sentences=sentences[1200:], labels=labels[1200:])
    solved = solve_experts(model, begin.parameters, target, train, held)

    def error(experts):
        predicted = model.forward({**begin.parameters, "experts": experts}, held.sentences).prediction
        return np.mean((target.in_label_units(predicted) - held.labels) ** 2)

    assert error(solved) < 0.9 * error(begin.parameters["experts"])
    assert is_solved({**begin.parameters, "experts": solved})
    assert not is_solved(begin.parameters)
    for name in ("shared_weight", "shared_bias"):
        np.testing.assert_array_equal(solved[name], begin.parameters["experts"][name])


@pytest.mark.parametrize("kind", ["constant", "mlp"])
def test_only_linear_experts_have_a_closed_form(kind):
    with pytest.raises(UsageError, match=f"expected linear experts, got {kind}"):
        settled(**{"experts.kind": kind, "experts.solver": "ridge"})


@pytest.mark.parametrize("kept", [0, 1 << 30], ids=["placed anew", "kept"])
def test_blocks_give_what_all_rows_give_at_once(shared, rows, kept, monkeypatch):
    monkeypatch.setattr(closed_form, "KEPT_BYTES", kept)
    placed = []

    def blocks(*_):
        placed.append(1)
        for part in np.array_split(np.arange(60), 7):
            yield Evidence(value=rows.value[part], weights=rows.weights[part], labels=rows.labels[part])

    monkeypatch.setattr(closed_form, "evidence_blocks", blocks)
    streamed = LocalRidge(shared, StreamedEvidence(None, None, None, None), rank=3)
    whole = LocalRidge(shared, rows, rank=3)
    np.testing.assert_allclose(np.abs(streamed.axes), np.abs(whole.axes), atol=1e-6)
    design = streamed.features(rows.value) @ streamed.solve(10.0)
    np.testing.assert_allclose(design, whole.features(rows.value) @ whole.solve(10.0), atol=1e-5)
    assert len(placed) == (1 if kept else 2)
