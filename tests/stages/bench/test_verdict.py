from types import SimpleNamespace

import pytest

from prle.stages.bench.methods.ablations import EXPERTS, VOTES
from prle.stages.bench.verdict import _WORDS, _routing, answer_of, resampling


@pytest.mark.parametrize(
    ("difference", "answer"),
    [
        ((0.02, 0.001, 0.04), "helps"),
        ((0.02, 0.0, 0.04), "level"),
        ((0.02, -0.001, 0.04), "level"),
        ((-0.02, -0.04, 0.0), "level"),
        ((-0.02, -0.04, -0.001), "hurts"),
    ],
)
def test_nothing_is_claimed_that_the_interval_does_not_allow(difference, answer):
    assert answer_of(difference) == answer


def test_every_ablation_has_words_for_every_answer():
    assert set(_WORDS) == set(EXPERTS.changes) | set(VOTES.changes)
    assert all(set(words) == {"helps", "level", "hurts"} for words in _WORDS.values())


@pytest.mark.parametrize(
    ("effective", "said"),
    [
        (3.2, ["Routing concentrates: 3.2 of 64 prototypes speak for an input on average"]),
        (30.0, ["Routing concentrates a little: 30.0 of 64 prototypes speak for an input on average"]),
        (63.9, ["Routing hardly concentrates: 63.9 of 64 prototypes speak for an input on average"]),
        (None, []),
    ],
)
def test_concentration_is_said_in_words_and_figures(effective, said):
    assert _routing(SimpleNamespace(prototypes=64, effective_experts=effective)) == said


def test_one_prototype_has_no_routing():
    assert _routing(SimpleNamespace(prototypes=1, effective_experts=1.0)) == []


def test_what_is_resampled_is_said():
    assert resampling("test", 1379, None) == (
        "2,000 paired bootstrap samples of the 1,379 test rows, the same rows for both methods; fits are not resampled."
    )
    assert "mean over each method's fits (3 where chance plays a part), not resampled" in resampling("test", 9, 3)
