"""What differs: found where it was planted, left out where there is nothing, and never more than labels carry."""

import numpy as np

from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.labels.votes.solving import Cast, solve_anchored, solve_slopes
from prle.models.labels.votes.voters import Voters

ROWS = 400


def filed(labels, learned):
    anchors = np.arange(0, ROWS, 50)
    content = np.ones((ROWS, 1), np.float32)
    return Voters.filed(learned.astype(np.float32), content, labels, anchors, 0.0)


def cast(voters, learned, labels, own=None, temperature=0.5):
    far = ((learned[:, None] - voters.learned[None]) ** 2).sum(axis=2)
    if own is not None:
        far[np.arange(len(far)), voters.place_of[own]] = np.inf
    alphas = np.exp(-far / temperature)
    alphas /= alphas.sum(axis=1, keepdims=True)
    places = np.broadcast_to(np.arange(len(voters)), far.shape)
    return Cast(learned=learned, places=places, alphas=alphas, labels=labels)


def planted(noise):
    rng = np.random.default_rng(1)
    learned = rng.uniform(-1, 1, (2 * ROWS, 2))
    labels = 3.0 * learned[:, 0] + noise * rng.normal(size=2 * ROWS)
    return learned, labels


def test_a_slope_is_found_where_neighbours_lie_aside():
    learned, labels = planted(0.01)
    voters = filed(labels[:ROWS], learned[:ROWS])
    told = voters.labels[:, None]
    train = cast(voters, learned[:ROWS], labels[:ROWS, None], own=np.arange(ROWS))
    checks = cast(voters, learned[ROWS:], labels[ROWS:, None])
    differs = solve_slopes(voters, told, train, checks, least=-np.inf)
    adds = differs.at(checks.learned, voters.learned, checks.places, voters.cells[checks.places])
    plain = np.einsum("bk,bkt->bt", checks.alphas, told[checks.places])
    whole = plain + np.einsum("bk,bkt->bt", checks.alphas, adds)
    assert np.mean((whole - checks.labels) ** 2) < 0.2 * np.mean((plain - checks.labels) ** 2)


def test_nothing_is_added_where_labels_would_no_longer_carry():
    learned, labels = planted(0.01)
    voters = filed(labels[:ROWS], learned[:ROWS])
    train = cast(voters, learned[:ROWS], labels[:ROWS, None], own=np.arange(ROWS), temperature=5.0)
    checks = cast(voters, learned[ROWS:], labels[ROWS:, None], temperature=5.0)
    assert solve_slopes(voters, voters.labels[:, None], train, checks) is None


def test_nothing_is_added_to_noise():
    rng = np.random.default_rng(2)
    learned, labels = rng.normal(size=(2 * ROWS, 2)), rng.normal(size=2 * ROWS)
    voters = filed(labels[:ROWS], learned[:ROWS])
    train = cast(voters, learned[:ROWS], labels[:ROWS, None], own=np.arange(ROWS))
    checks = cast(voters, learned[ROWS:], labels[ROWS:, None])
    assert solve_slopes(voters, voters.labels[:, None], train, checks, least=-np.inf) is None


def test_anchors_of_numbers_get_levels_and_slopes():
    learned, labels = planted(0.3)
    voters = filed(labels[:ROWS], learned[:ROWS]).anchors_alone()
    told, target = voters.labels[:, None], NumberTarget(mean=0.0, deviation=1.0)
    train = cast(voters, learned[:ROWS], labels[:ROWS, None])
    checks = cast(voters, learned[ROWS:], labels[ROWS:, None])
    solution = solve_anchored(voters, told, train, checks, target)
    plain = np.einsum("bk,bkt->bt", checks.alphas, told[checks.places])
    assert solution.error < np.mean((plain - checks.labels) ** 2)
    assert solution.carried <= 1.0


def test_what_anchors_of_classes_say_stays_a_distribution():
    rng = np.random.default_rng(3)
    learned = rng.normal(size=(2 * ROWS, 2))
    codes = (learned[:, 0] + 0.5 * rng.normal(size=2 * ROWS) > 0).astype(float)
    voters = filed(codes[:ROWS], learned[:ROWS]).anchors_alone()
    target = ClassTarget(names=("no", "yes"))
    told = target.exact(voters.labels)
    train = cast(voters, learned[:ROWS], target.exact(codes[:ROWS]))
    checks = cast(voters, learned[ROWS:], target.exact(codes[ROWS:]))
    level = solve_anchored(voters, told, train, checks, target).differs.level
    assert (told + level).min() >= 0.0
    np.testing.assert_allclose((told + level).sum(axis=1), 1.0, atol=1e-12)
    assert level.any()
