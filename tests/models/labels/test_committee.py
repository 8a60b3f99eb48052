"""Averages that stay exact, and names that lose no array."""

import numpy as np
import pytest

from prle.explanation import by_prototype
from prle.models.labels.committee import averaged, count_parameters, flat, nested
from prle.models.labels.model import Forward
from prle.models.labels.routers import Spaces
from prle.models.labels.targets import ClassTarget, NumberTarget

TARGET = NumberTarget(mean=10.0, deviation=2.0)
SPACES = Spaces(retrieval=np.zeros((1, 2)), value=np.zeros((1, 2)))


def said(weights, outputs):
    weights, outputs = np.array([weights]), np.array([outputs])[:, :, None]
    prediction = np.sum(weights[:, :, None] * outputs, axis=1)
    return Forward(inputs=SPACES, prototypes=SPACES, weights=weights, outputs=outputs, prediction=prediction)


def test_two_members_by_hand():
    """In label units they say 12, 8, 10 with weights .5, .5, 0 and 14, 6, 12 with weights 1, 0, 0."""
    answer = averaged([said([0.5, 0.5, 0.0], [1.0, -1.0, 0.0]), said([1.0, 0.0, 0.0], [2.0, -2.0, 1.0])], TARGET)
    np.testing.assert_allclose(answer.predictions, [12.0])
    np.testing.assert_allclose(answer.weights, [[0.75, 0.25, 0.0]])
    np.testing.assert_allclose(answer.contributions, [[10.0, 2.0, 0.0]])
    np.testing.assert_allclose(answer.outputs, [[10.0 / 0.75, 8.0, 11.0]])


def test_one_member_is_quoted_unchanged():
    outputs = [0.1, -0.7, 0.3]
    answer = averaged([said([0.3, 0.7, 1e-300], outputs)], TARGET)
    np.testing.assert_array_equal(answer.outputs[0], np.array(outputs) * 2.0 + 10.0)
    np.testing.assert_array_equal(answer.weights, [[0.3, 0.7, 1e-300]])


@pytest.mark.parametrize("seed", range(5))
def test_terms_add_up_for_any_members(seed):
    rng = np.random.default_rng(seed)
    members = [said(rng.dirichlet(np.full(6, 0.02)), rng.normal(size=6)) for _ in range(4)]
    ledger = by_prototype(averaged(members, TARGET), TARGET)
    assert ledger.gap <= 1e-12
    np.testing.assert_allclose(ledger.weights.sum(), 1.0)
    np.testing.assert_allclose(ledger.weights * ledger.outputs, ledger.contributions, rtol=1e-12)


def member(seed):
    rng = np.random.default_rng(seed)
    return {
        "retrieval": {"centre": np.zeros(2), "scale": np.ones(2)},
        "prototypes": {"vectors": np.ones((3, 1, 2))},
        "projection": {},
        "router": {"temperature": rng.normal(size=1)},
        "experts": {"weight": rng.normal(size=(3, 2)), "bias": rng.normal(size=3)},
    }


def test_names_come_back_as_members():
    members = [member(seed) for seed in range(11)]
    arrays = flat(members)
    assert set(arrays) >= {
        "retrieval/centre",
        "prototypes/vectors",
        "members/1/experts/bias",
        "members/11/experts/bias",
    }
    again = nested({**arrays, "target/scale": np.zeros(2), "anchors": np.zeros(3)}, 11)
    for ours, theirs in zip(again, members, strict=True):
        assert {part: list(values) for part, values in ours.items()} == {
            part: list(values) for part, values in theirs.items()
        }
        np.testing.assert_array_equal(ours["experts"]["weight"], theirs["experts"]["weight"])


@pytest.mark.parametrize("members", [1, 3])
def test_what_is_shared_is_counted_once(members):
    assert count_parameters([member(seed) for seed in range(members)]) == 4 + 6 + members * (1 + 9)


@pytest.mark.parametrize("combination", ["probabilities", "logits"])
@pytest.mark.parametrize("seed", range(3))
def test_terms_of_every_class_add_up_for_any_members(combination, seed):
    rng, target = np.random.default_rng(seed), ClassTarget(names=("a", "b", "c"), combination=combination)
    members = []
    for _ in range(3):
        weights, outputs = rng.dirichlet(np.full(6, 0.1)), rng.dirichlet(np.ones(3), size=6)
        outputs = outputs if combination == "probabilities" else np.log(outputs)
        members.append(
            Forward(
                inputs=SPACES,
                prototypes=SPACES,
                weights=weights[None],
                outputs=outputs[None],
                prediction=(weights @ outputs)[None],
            )
        )
    answer = averaged(members, target)
    assert answer.contributions.shape == (1, 6, 3)
    for shown in range(3):
        ledger = by_prototype(answer, target, shown=shown)
        assert ledger.gap <= 1e-12
        np.testing.assert_allclose(ledger.weights * ledger.outputs, ledger.contributions, rtol=1e-9)
    np.testing.assert_allclose(target.reported(answer.predictions).sum(), 1.0)
