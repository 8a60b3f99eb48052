"""Who carries, in words: a claim for each form of model, and no more than its figures allow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prle.stages.bench.carrying import carrying
from prle.stages.bench.interface import BenchRow
from prle.stages.bench.measuring import Result

ROW = BenchRow(
    name="prle:default",
    kind="model",
    split="test",
    fit_seconds=1.0,
    predict_rows_per_second=1.0,
    size_bytes=1,
    carried=1.0,
    anchored=0.45,
    told=0.988,
    content=0.51,
    content_chance=0.03,
    content_score_only=0.04,
)


def result(row, voters="examples"):
    return Result(row=row, predictions=np.zeros((1, 1)), validation_error=1.0, voters=voters)


def test_examples_that_carry_are_about_the_same_thing():
    (said,) = carrying(result(ROW), [])
    assert said == (
        "Labels of examples carry 100 % of what prle:default says, five prototypes tell 99 %; its heaviest examples "
        "are about the same thing (cosine 0.51; 0.03 by chance, 0.04 by the score alone)"
    )


@pytest.mark.parametrize("beside", ["content_chance", "content_score_only"])
def test_carriers_that_are_no_nearer_than_others_are_not_called_near(beside):
    (said,) = carrying(result(replace(ROW, **{beside: 0.45})), [])
    assert "are hardly nearer in content than others (cosine 0.51;" in said


@pytest.mark.parametrize(
    ("voters", "carriers", "rest"),
    [
        ("none", "Labels of its anchors", "what all experts share makes its predictions, prototypes do not carry them"),
        ("examples", "Labels of examples", "what differs between an input and its examples makes the rest"),
        ("prototypes", "Labels of its anchors", "what differs between an input and its anchors makes the rest"),
    ],
)
def test_what_labels_do_not_carry_is_said(voters, carriers, rest):
    (said,) = carrying(result(replace(ROW, carried=-0.44, told=-0.001), voters), [])
    assert said == f"{carriers} carry nothing of what prle:default says, five prototypes tell nothing; {rest}"


def test_chosen_anchors_stand_beside_random_ones():
    random = replace(
        ROW, kind="ablation", ablates="prle:default", change="random anchors", carried=0.9, told=0.8, anchored=-0.2
    )
    other = replace(random, ablates="prle:other", carried=0.1)
    _, said = carrying(result(ROW), [result(ROW), result(other), result(random)])
    assert said == (
        "With chosen anchors labels carry 100 %, 99 % told by five prototypes, 45 % by the anchors alone; "
        "with random ones 90 %, 80 % told by five prototypes, nothing by the anchors alone"
    )


def test_nothing_is_said_of_what_has_no_prototypes():
    assert carrying(result(ROW, None), []) == []
