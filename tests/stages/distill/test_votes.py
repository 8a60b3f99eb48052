"""Students of models in which labels vote: they learn what is predicted, and who is listened to."""

from __future__ import annotations

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import UsageError
from prle.models.labels.checkpoint import load
from prle.models.students.interface import Inputs
from prle.models.students.teaching.distilling import DistillSettings
from prle.stages.bench import BenchRequest, bench
from prle.stages.common.students import load_student
from prle.stages.distill.interface import DistillRequest
from prle.stages.distill.labels import course
from prle.stages.distill.stage import distill
from prle.stages.export.stage import export
from prle.stages.fit.stage import fit
from prle.workspace import open_workspace
from tests.stages.voting import VOTING, votes_once, voting, voting_numbers  # noqa: F401


def request(**settings):
    chosen = DistillSettings(**{"epochs": 20, "layers": 1, **settings})
    return DistillRequest(settings=chosen, student_name="small", size=48)


@pytest.mark.parametrize("strategy", ["projection", "two-stage"])
def test_a_student_says_what_the_vote_says(voting, tmp_path, strategy):  # noqa: F811
    report = distill(voting, request(strategy=strategy, importance="fisher"))
    agreement = report.chosen.agreement
    assert agreement["relative_error"] < 0.9
    assert agreement.get("same_class", agreement.get("pearson")) > 0.6
    assert export(voting, tmp_path / "out", name="small").largest_difference < 1e-4
    listed = {row.name for row in bench(voting, BenchRequest(only=("prle:small",), split="validation")).rows}
    assert "prle:small" in listed


def test_it_learns_who_is_listened_to(voting_numbers):  # noqa: F811
    distill(voting_numbers, request(strategy="two-stage"))
    with open_workspace(voting_numbers) as opened:
        teacher, student = load(opened, "default").predictor(), load_student(opened, "small").of_labels
        vectors = opened.embeddings("validation")[:]
    weights, told = np.asarray(student.says(Inputs(vectors=vectors)).weights), teacher.weights(vectors)
    assert weights.shape == (len(vectors), 6)
    shared, by_their_mean = (np.minimum(each, told).sum(axis=1).mean() for each in (weights, told.mean(axis=0)))
    assert shared > by_their_mean + 0.05


def test_prototypes_are_told_by_their_frozen_vectors_and_pairs_by_the_map_of_the_base(voting_numbers):  # noqa: F811
    fit(voting_numbers, resolve(None, {**VOTING, "votes.base": "experts", "train.epochs": 1}), name="siamese")
    with open_workspace(voting_numbers) as opened:
        train = opened.embeddings("train")[:]
        for name, compared in (("default", False), ("siamese", True)):
            teacher, stored = course(opened, name).teacher, opened.model(name).arrays
            np.testing.assert_array_equal(teacher.prototypes, train[stored["anchors"]])
            assert (teacher.lens is not None) is compared
        np.testing.assert_array_equal(teacher.lens, stored["scores/experts/members/1/projection/map"])


def test_experts_cannot_be_kept_where_there_are_none(voting_numbers):  # noqa: F811
    with pytest.raises(UsageError, match="--strategy routing-only: expected a model whose experts speak") as refused:
        distill(voting_numbers, request(strategy="routing-only"))
    assert "projection" in refused.value.hint
