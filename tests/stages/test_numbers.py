"""Single against double precision, one run against the next, and labels of any size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import threadpoolctl
import torch

from prle.config import resolve
from prle.data.interface import Split
from prle.encoders import load_encoder
from prle.models.labels.checkpoint import load
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace
from tests.stages.conftest import QUICK, shortened

SETTINGS = {**QUICK, "value_space.projection": "siamese", "train.epochs": 2}


def predictions(workspace, name="default"):
    return np.array([row.prediction for row in predict_split(workspace, "test", PredictRequest(name=name)).predictions])


def arrays(workspace, name):
    with open_workspace(workspace) as opened:
        return {path: array.tobytes() for path, array in opened.model(name).arrays.items()}


def test_single_precision_answers_as_double_does(workspace):
    with open_workspace(workspace) as opened:
        checkpoint = load(opened, "default")
        vectors = opened.embeddings("test")
    single, double = (checkpoint.predictor(precision=kind).predict(vectors) for kind in (np.float32, np.float64))
    np.testing.assert_allclose(single, double, rtol=1e-5)


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(workspace):
    config = resolve(None, SETTINGS)
    fit(workspace, config, name="first")
    fit(workspace, config, name="second")
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with threadpoolctl.threadpool_limits(2):
            fit(workspace, config, name="threads")
            two = predictions(workspace, "threads")
    finally:
        torch.set_num_threads(before)
    first = arrays(workspace, "first")
    assert arrays(workspace, "second") == first
    assert arrays(workspace, "threads") == first
    np.testing.assert_allclose(two, predictions(workspace, "first"), rtol=1e-5)


@pytest.mark.parametrize("scale", [1e-9, 1e9, 1e-60, 1e60])
def test_labels_of_any_size_give_the_same_relative_result(demo, tmp_path, scale):
    small = shortened(demo, 120)
    splits = {name: Split(texts=split.texts, labels=split.labels * scale) for name, split in small.splits.items()}
    found = []
    for number, dataset in enumerate((small, replace(small, splits=splits))):
        path = tmp_path / f"{number}.h5"
        embed(EmbedRequest(workspace=path), dataset, load_encoder("hashing:64"))
        report = fit(path, resolve(None, SETTINGS))
        found.append((predictions(path), report.validation_rmse))
    np.testing.assert_allclose(found[1][0] / scale, found[0][0], rtol=1e-4, atol=1e-5)
    assert found[1][1] / scale == pytest.approx(found[0][1], rel=1e-4)
