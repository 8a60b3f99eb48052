"""Predictions of models in which labels vote: intervals, blocks, committees, files, and many questions of one model."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from prle.config import resolve
from prle.models.labels.checkpoint import load
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest, ShardsRequest
from prle.stages.predict.shards import predict_shards
from prle.stages.predict.stage import predict_split, predict_texts
from prle.stages.serve.stage import answering
from prle.workspace import open_workspace
from tests.stages.voting import VOTING, votes_once, voting, voting_numbers  # noqa: F401


def test_intervals_hold_on_the_rows_that_they_were_measured_on(voting_numbers):  # noqa: F811
    said = predict_split(voting_numbers, "validation", PredictRequest(level=0.8)).predictions
    held = np.mean([each.interval[0] <= each.label <= each.interval[1] for each in said])
    assert held == pytest.approx(0.8, abs=0.08)
    assert all(each.interval[0] < each.prediction < each.interval[1] for each in said)


def test_a_row_is_answered_alike_alone_and_among_others(voting):  # noqa: F811
    with open_workspace(voting) as opened:
        predictor, vectors = load(opened, "default").predictor(), opened.embeddings("test")[:]
    alone = np.concatenate([predictor.predict(vectors[row : row + 1]) for row in range(12)])
    unit = predictor.target.unit
    np.testing.assert_allclose(predictor.predict(vectors)[:12], alone, rtol=0, atol=1e-4 * unit)


@pytest.mark.parametrize(("base", "kind"), [("experts", "number"), ("map", "class")])
def test_members_of_a_committee_are_bases_side_by_side(votes_once, tmp_path, base, kind):  # noqa: F811
    path = Path(shutil.copy(votes_once[kind], tmp_path / "committee.h5"))
    settings = {**VOTING, "votes.base": base, "votes.maps": 1}
    for members in (1, 2):
        fit(path, resolve(None, {**settings, "train.committee": members}), name=f"of-{members}")
    with open_workspace(path) as opened:
        one, two = (load(opened, f"of-{members}") for members in (1, 2))
        vectors = opened.embeddings("test")[:]
    own = "1/" if base == "map" else "members/2/"
    assert [any(name.startswith(own) for name in each.ballot.scores[base]) for each in (one, two)] == [False, True]
    assert np.abs(two.predictor().predict(vectors) - one.predictor().predict(vectors)).max() > 1e-4


def test_files_and_a_workspace_that_stays_open_say_the_same(voting_numbers, tmp_path):  # noqa: F811
    with open_workspace(voting_numbers) as opened:
        rows = [opened.row_cells("test", row) for row in range(6)]
    said = [each.prediction for each in predict_texts(voting_numbers, rows, PredictRequest()).predictions]
    (tmp_path / "in").mkdir()
    pd.DataFrame(rows, columns=["sentence1", "sentence2"]).to_parquet(tmp_path / "in" / "asked.parquet")
    predict_shards(ShardsRequest(workspace=voting_numbers, source=tmp_path / "in", folder=tmp_path / "out"))
    found = pd.read_parquet(tmp_path / "out" / "asked.parquet")["prediction"]
    np.testing.assert_allclose(found, said, rtol=0, atol=1e-5)
    with answering(voting_numbers) as answers:
        served = answers.predict(rows, PredictRequest()).predictions
        assert answers.prototypes() == 6
    np.testing.assert_allclose([each.prediction for each in served], said, rtol=0, atol=1e-5)
