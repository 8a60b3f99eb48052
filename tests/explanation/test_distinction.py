"""What sets regimes apart, against NumPy's correlation and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.explanation import distinction as module
from prle.explanation.distinction import categories_of, distinctions, number_of, words_of

ROWS = 400


@pytest.fixture
def everything(monkeypatch):
    """Keep what chance would give too."""
    monkeypatch.setattr(module, "SURE", 0.0)


def drawn(seed: int, prototypes: int = 4) -> tuple[np.ndarray, np.random.Generator]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, prototypes, ROWS), rng


@pytest.mark.parametrize("seed", range(3))
def test_a_number_is_compared_by_its_mean_and_its_correlation(seed, everything):
    regimes, rng = drawn(seed)
    values = rng.normal(loc=1e6, size=ROWS) + regimes
    for regime, (found,) in enumerate(distinctions([number_of("income", values)], regimes, 4, 5)):
        own = regimes == regime
        assert (found.feature, found.value, found.number) == ("income", None, True)
        assert found.own == pytest.approx(values[own].mean())
        assert found.every == pytest.approx(values.mean())
        assert found.correlation == pytest.approx(np.corrcoef(values, own)[0, 1], abs=1e-9)


def test_cells_without_a_number_are_left_out(everything):
    regimes, rng = drawn(5)
    values = rng.normal(size=ROWS)
    values[::3] = np.nan
    known = np.isfinite(values)
    for regime, (found,) in enumerate(distinctions([number_of("age", values)], regimes, 4, 5)):
        assert found.own == pytest.approx(values[known & (regimes == regime)].mean())
        assert found.correlation == pytest.approx(np.corrcoef(values[known], regimes[known] == regime)[0, 1])


def test_of_a_column_the_strongest_category_is_kept(everything):
    regimes, rng = drawn(1)
    cells = np.where(regimes == 2, "wed", rng.choice(["single", "divorced", ""], ROWS)).tolist()
    of_two = distinctions(categories_of("status", cells), regimes, 4, 5)[2]
    assert [(each.feature, each.value, each.own) for each in of_two] == [("status", "wed", 1.0)]
    assert of_two[0].every == pytest.approx(np.mean(regimes == 2))
    assert of_two[0].correlation == pytest.approx(1.0)


def test_a_word_counts_once_a_row_in_whatever_case():
    rows = [("My CARD, my card!", "card")] * 30 + [("a top-up fails", "it can't")] * 70
    regimes = np.array([0] * 30 + [1] * 70)
    first, second = distinctions(words_of(rows), regimes, 2, 5)
    assert {each.feature for each in first} <= {"my", "card", "a", "top", "up", "fails", "it", "can't"}
    card = next(each for each in first if each.feature == "card")
    assert (card.own, card.every, card.value, card.number) == (1.0, 0.3, None, False)
    assert card.correlation == pytest.approx(1.0)
    assert len(first) == len(second) == 5


def test_chance_and_rare_words_say_nothing():
    regimes, rng = drawn(3)
    assert sum(map(len, distinctions([number_of("noise", rng.normal(size=ROWS))], regimes, 4, 5))) <= 1
    rare = words_of([("once",)] * 4 + [("often",)] * 396)
    assert [feature.name for feature in rare] == ["often"]
    assert distinctions(rare, regimes, 4, 5) == ((), (), (), ())


def test_a_regime_without_rows_has_nothing():
    regimes = np.repeat([0, 2], 50)
    found = distinctions([number_of("x", np.repeat([1.0, 2.0], 50))], regimes, 3, 5)
    assert [len(each) for each in found] == [1, 0, 1]
    assert distinctions([number_of("x", np.full(100, np.nan))], regimes, 3, 5) == ((), (), ())


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000), shift=st.integers(1, 3))
def test_other_names_of_prototypes_and_another_order_of_rows_change_nothing(seed, shift):
    regimes, rng = drawn(seed)
    values, order = rng.normal(size=ROWS) + regimes, rng.permutation(ROWS)
    before = distinctions([number_of("x", values)], regimes, 4, 5)
    renamed = distinctions([number_of("x", values[order])], (regimes[order] + shift) % 4, 4, 5)
    for prototype in range(4):
        for one, other in zip(before[prototype], renamed[(prototype + shift) % 4], strict=True):
            assert other.correlation == pytest.approx(one.correlation)
            assert other.own == pytest.approx(one.own)
