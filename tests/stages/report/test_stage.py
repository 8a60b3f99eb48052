from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from prle.config import resolve
from prle.encoders import load_encoder
from prle.errors import UsageError, WorkspaceError
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.stages.report import ReportRequest, report
from prle.stages.report import numbers as report_numbers
from prle.stages.report import rows as report_rows
from prle.stages.report import stage as module
from tests.stages.conftest import QUICK


@pytest.fixture(scope="module")
def contents(fitted_once):
    return report(fitted_once, ReportRequest(rows=8))


def test_figures_are_those_of_the_predictions(contents, fitted_once):
    assert [each.split for each in contents.figures] == ["validation", "test"]
    for figures in contents.figures:
        predicted = predict_split(fitted_once, figures.split).predictions
        errors = np.array([each.prediction - each.label for each in predicted])
        assert figures.rows == len(errors)
        assert figures.rmse == pytest.approx(np.sqrt(np.mean(errors**2)))
        assert figures.mae == pytest.approx(np.mean(np.abs(errors)))


def test_coverage_is_counted_on_rows_that_intervals_were_not_calibrated_on(contents, fitted_once):
    validation, test = contents.figures
    predicted = predict_split(fitted_once, "test", PredictRequest(level=0.9)).predictions
    held = [each.interval[0] <= each.label <= each.interval[1] for each in predicted]
    assert validation.coverage is None
    assert test.coverage == pytest.approx(np.mean(held))
    parts = [regime.figures[1] for regime in contents.regimes]
    assert sum(part.rows * part.coverage for part in parts if part.rows) == pytest.approx(sum(held))
    assert all(regime.figures[0].coverage is None for regime in contents.regimes)


def test_regimes_share_all_rows_out(contents, demo):
    assert len(contents.regimes) == 6
    assert sum(regime.rows for regime in contents.regimes) == len(demo.splits["train"].labels)
    assert sum(regime.share for regime in contents.regimes) == pytest.approx(1.0)
    assert [regime.rows for regime in contents.regimes] == sorted(
        (each.rows for each in contents.regimes), reverse=True
    )
    for position, figures in enumerate(contents.figures):
        parts = [regime.figures[position] for regime in contents.regimes]
        assert sum(part.rows for part in parts) == figures.rows
        squares = sum(part.rows * part.rmse**2 for part in parts if part.rmse is not None)
        assert np.sqrt(squares / figures.rows) == pytest.approx(figures.rmse)


def test_histograms_count_every_label(contents):
    assert len(contents.labels.edges) == len(contents.labels.histogram) + 1
    parts = [regime.labels for regime in contents.regimes if regime.labels is not None]
    whole = np.sum([labels.histogram for labels in parts], axis=0)
    assert whole.tolist() == list(contents.labels.histogram)
    for regime in contents.regimes:
        assert (sum(regime.labels.histogram) if regime.labels else 0) == regime.rows


def test_means_of_regimes_make_the_mean_of_all(contents):
    full = [regime for regime in contents.regimes if regime.labels is not None]
    for name in ("mean", "predicted"):
        whole = sum(regime.share * getattr(regime.labels, name) for regime in full)
        assert whole == pytest.approx(getattr(contents.labels, name))


def test_anchors_and_typical_rows_are_the_rows_that_they_name(contents, demo):
    train = demo.splits["train"]
    for regime in contents.regimes:
        for shown in (regime.anchor, *regime.typical):
            assert shown.texts == train.texts[shown.row]
            assert shown.label == train.labels[shown.row]
        assert regime.anchor.row not in {each.row for each in regime.typical}
        distances = [each.distance for each in regime.typical]
        assert distances == sorted(distances)


def test_the_map_holds_rows_with_their_regimes(contents, demo):
    assert len(contents.map.points) == contents.map.rows == len(demo.splits["train"].labels)
    assert len(contents.map.prototypes) == 6
    dominated = {regime.prototype: regime.rows for regime in contents.regimes}
    shown = [point.row.prototype for point in contents.map.points]
    assert {prototype: shown.count(prototype) for prototype in dominated} == dominated


def test_a_prototype_stands_where_its_anchor_does(contents):
    placed = {point.row.row: (point.x, point.y) for point in contents.map.points}
    for regime in contents.regimes:
        at = contents.map.prototypes[regime.prototype]
        np.testing.assert_allclose(at, placed[regime.anchor.row], atol=1e-3)


def test_explained_rows_are_explained_as_explain_does(contents, fitted_once):
    assert len(contents.explained) == 8
    for explained in contents.explained[:2]:
        split, row = explained.row.split(":")
        assert explained == explain_row(fitted_once, split, int(row), ExplainRequest(examples=5))


def test_explained_rows_are_of_every_quality(contents, fitted_once):
    predicted = predict_split(fitted_once, "test").predictions
    ranks = np.argsort(np.argsort([abs(each.prediction - each.label) for each in predicted], kind="stable"))
    chosen = [int(ranks[int(each.row.split(":")[1])]) for each in contents.explained]
    groups = np.array_split(np.arange(len(predicted)), 8)
    assert all(rank in group for rank, group in zip(chosen, groups, strict=True))


def test_calibration_is_about_the_reported_split(contents):
    assert contents.split == "test"
    assert (
        sum(group.rows for group in contents.checks.calibration)
        == contents.figures[1].rows
        == len(contents.checks.predicted)
    )


def test_settings_and_facts_are_those_of_the_model(contents, fitted_once):
    assert contents.model.settings["prototypes.count"] == 6
    assert contents.model.settings["train.epochs"] == 4
    assert (contents.model.name, contents.model.prototypes, contents.model.members) == ("default", 6, 1)
    assert (contents.data.dataset, contents.data.synthetic, contents.data.workspace) == ("demo", True, "prle.h5")
    assert str(fitted_once.parent) not in repr(contents)


def test_the_same_model_gives_the_same_record(contents, fitted_once, monkeypatch):
    monkeypatch.setattr(module, "provenance", lambda: contents.provenance)
    assert report(fitted_once, ReportRequest(rows=8)) == contents


def test_only_a_sample_is_drawn_where_there_are_many_rows(fitted_once, monkeypatch):
    monkeypatch.setattr(module, "MAP_ROWS", 50)
    monkeypatch.setattr(report_numbers, "PREDICTED_ROWS", 40)
    made = report(fitted_once, ReportRequest(rows=1))
    rows = [point.row.row for point in made.map.points]
    assert len(rows) == 50
    assert rows == sorted(set(rows))
    assert len(made.checks.predicted) == 40
    assert sum(regime.rows for regime in made.regimes) == made.map.rows > 50


def test_without_test_rows_it_is_about_validation(tmp_path, demo):
    workspace = tmp_path / "prle.h5"
    kept = {name: split for name, split in demo.splits.items() if name != "test"}
    embed(EmbedRequest(workspace=workspace), replace(demo, splits=kept), load_encoder("hashing:64"))
    fit(workspace, resolve(None, QUICK | {"train.epochs": 1}))
    made = report(workspace, ReportRequest(rows=2))
    assert (made.split, [each.split for each in made.figures]) == ("validation", ["validation"])
    assert all(each.row.startswith("validation:") for each in made.explained)


def test_more_rows_than_there_are_explain_all_of_them():
    assert sorted(report_rows.spread(np.array([3.0, 1.0, 2.0]), 20)) == [0, 1, 2]


def test_a_comparison_is_taken_in(fitted_once, tmp_path, contents):
    path = tmp_path / "bench.json"
    line = {"name": "prle:default", "kind": "model", "split": "test", "rmse": contents.figures[1].rmse}
    document = {"schema_version": 1, "dataset": "demo", "encoder": "hashing:64", "rows": [line], "verdict": "Good."}
    path.write_text(json.dumps(document))
    made = report(fitted_once, ReportRequest(rows=1, bench=path))
    assert made.bench is not None
    assert (made.bench.verdict, made.bench_of_another_fit) == ("Good.", False)


def test_mistakes(fitted_once, tmp_path):
    with pytest.raises(UsageError, match="expected 1 or more, got 0"):
        report(fitted_once, ReportRequest(rows=0))
    with pytest.raises(UsageError, match="--seeds 1: expected at least 2") as caught:
        report(fitted_once, ReportRequest(seeds=1))
    assert "prle report --seeds 3" in caught.value.hint
    with pytest.raises(WorkspaceError, match="nobody"):
        report(fitted_once, ReportRequest(name="nobody"))
    with pytest.raises(WorkspaceError, match="does not exist"):
        report(tmp_path / "none.h5", ReportRequest())


def test_it_loads_no_engine(fitted_once):
    code = (
        "import sys\nfrom pathlib import Path\nfrom prle.stages.report import ReportRequest, report\n"
        f"report(Path({str(fitted_once)!r}), ReportRequest(rows=1))\n"
        "print(*{name.split('.')[0] for name in sys.modules} & {'torch', 'sklearn', 'sentence_transformers'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
