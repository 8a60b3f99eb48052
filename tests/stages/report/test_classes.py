"""The record of a page about classes: two of them and three, texts and tables, probabilities and logits."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.encoders import TabularSettings, fit_tabular, load_encoder
from prle.models.labels.targets import ClassTarget
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.fit.stage import fit
from prle.stages.info import RegimesRequest, find_regimes
from prle.stages.predict.stage import predict_split
from prle.stages.report import ReportRequest, report
from prle.stages.report.classes import LARGEST_MATRIX, Classes
from prle.workspace import open_workspace
from tests.stages.test_classes import CLASSES, QUICK, dataset, fitted_pets  # noqa: F401


@pytest.fixture(scope="module")
def contents(fitted_pets):  # noqa: F811
    return report(fitted_pets, ReportRequest(rows=8))


@pytest.fixture(scope="module")
def wine(tmp_path_factory):
    workspace = tmp_path_factory.mktemp("wine") / "prle.h5"
    source = load(SourceRequest(source="wine", table=True))
    embed(EmbedRequest(workspace=workspace), source, fit_tabular(source, TabularSettings(bins=8)))
    fit(workspace, resolve(None, {**QUICK, "value_space.projection": "identity"}))
    return workspace


def truths(workspace, split):
    with open_workspace(workspace) as opened:
        return opened.labels(split).astype(int)


def test_figures_are_those_of_the_predictions(contents, fitted_pets):  # noqa: F811
    assert contents.data.target == "multiclass"
    assert contents.data.classes == CLASSES
    for figures in contents.figures:
        predicted = predict_split(fitted_pets, figures.split).predictions
        assert figures.accuracy == pytest.approx(np.mean([each.prediction == each.label for each in predicted]))
        of_truth = [each.probabilities[each.label] for each in predicted]
        assert figures.log_loss == pytest.approx(-np.mean(np.log(of_truth)), rel=1e-4)
        assert {figures.rmse, figures.mae, figures.pearson, figures.r2, figures.coverage} == {None}
        assert None not in (figures.auc, figures.brier, figures.calibration_error, figures.macro_f1)


def test_regimes_share_rows_classes_and_mistakes_out(contents):
    assert sum(regime.rows for regime in contents.regimes) == 240
    np.testing.assert_allclose(sum(regime.weight for regime in contents.regimes), 1.0, rtol=1e-5)
    for name in CLASSES:
        for kind in ("shares", "predicted"):
            whole = sum(each.share * getattr(each.labels, kind)[name] for each in contents.regimes if each.labels)
            assert whole == pytest.approx(getattr(contents.labels, kind)[name])
    for position, figures in enumerate(contents.figures):
        parts = [regime.figures[position] for regime in contents.regimes]
        assert sum(part.rows * part.accuracy for part in parts if part.rows) == pytest.approx(
            figures.rows * figures.accuracy
        )


def test_anchors_and_typical_rows_have_names(contents, fitted_pets):  # noqa: F811
    codes = truths(fitted_pets, "train")
    for regime in contents.regimes:
        for shown in (regime.anchor, *regime.typical):
            assert shown.label == CLASSES[codes[shown.row]]


def test_words_that_give_a_class_away_set_regimes_apart(contents):
    words = {each.feature for regime in contents.regimes for each in regime.distinctions}
    assert words & {"barks", "swims", "purrs", "meows", "fetches", "dives", "floats", "digs", "wags", "bubbles"}


def test_occupations_are_those_of_regimes(contents, fitted_pets):  # noqa: F811
    for ours, theirs in zip(contents.occupations, find_regimes(fitted_pets, RegimesRequest()).occupations, strict=True):
        assert (ours.split, ours.rows, ours.active) == (theirs.split, theirs.rows, theirs.active)
        assert ours.effective == pytest.approx(theirs.effective, rel=1e-5)
    assert contents.seeds == contents.agreement == ()


def test_seeds_are_compared_where_that_is_asked_for(fitted_pets):  # noqa: F811
    made, beside = (
        report(fitted_pets, ReportRequest(rows=1, seeds=2)),
        find_regimes(fitted_pets, RegimesRequest(seeds=2)),
    )
    assert made.seeds == beside.seeds
    assert made.agreement == beside.agreement


def test_confusions_are_counted(contents, fitted_pets):  # noqa: F811
    predicted = predict_split(fitted_pets, "test").predictions
    confusion = contents.checks.confusion
    assert (confusion.classes, confusion.others) == (CLASSES, 0)
    for down, true in enumerate(CLASSES):
        for across, said in enumerate(CLASSES):
            expected = sum(each.label == true and each.prediction == said for each in predicted)
            assert confusion.counts[down][across] == expected
    for pair in confusion.pairs:
        assert pair.label != pair.prediction
        assert pair.rows == confusion.counts[CLASSES.index(pair.label)][CLASSES.index(pair.prediction)] > 0


def test_the_probability_that_is_checked_is_that_of_the_predicted_class(contents, fitted_pets):  # noqa: F811
    predicted = predict_split(fitted_pets, "test").predictions
    groups = contents.checks.calibration
    assert contents.checks.about is None
    assert sum(group.rows for group in groups) == len(predicted)
    said = sum(group.rows * group.predicted for group in groups) / len(predicted)
    assert said == pytest.approx(np.mean([each.probability for each in predicted]), rel=1e-5)
    right = sum(group.rows * group.observed for group in groups)
    assert right == pytest.approx(sum(each.prediction == each.label for each in predicted))


@pytest.mark.parametrize("name", ["default", "logits"])
def test_explained_rows_are_explained_as_explain_does_and_add_up(fitted_pets, name):  # noqa: F811
    made = report(fitted_pets, ReportRequest(name=name, rows=4))
    for explained in made.explained:
        split, row = explained.row.split(":")
        assert explained == explain_row(fitted_pets, split, int(row), ExplainRequest(name=name, examples=5))
        np.testing.assert_allclose(sum(share.contribution for share in explained.prototypes), explained.total)


def test_explained_rows_are_of_every_quality(contents, fitted_pets):  # noqa: F811
    predicted = predict_split(fitted_pets, "test").predictions
    misses = [1.0 - each.probabilities[each.label] for each in predicted]
    ranks = np.argsort(np.argsort(misses, kind="stable"))
    chosen = [int(ranks[int(each.row.split(":")[1])]) for each in contents.explained]
    groups = np.array_split(np.arange(len(predicted)), 8)
    # Single and double precision may order two certain rows differently.
    assert all(group[0] - 1 <= rank <= group[-1] + 1 for rank, group in zip(chosen, groups, strict=True))


def test_of_two_classes_the_second_one_is_checked(tmp_path):
    workspace = tmp_path / "two.h5"
    embed(EmbedRequest(workspace=workspace), dataset(CLASSES[:2]), load_encoder("hashing:64"))
    fit(workspace, resolve(None, {**QUICK, "train.epochs": 1}))
    made = report(workspace, ReportRequest(rows=2))
    assert made.checks.about == CLASSES[1]
    observed = sum(group.rows * group.observed for group in made.checks.calibration)
    assert observed == pytest.approx(np.sum(truths(workspace, "test") == 1))


def test_a_table_is_told_apart_by_its_columns(wine):
    made = report(wine, ReportRequest(rows=3))
    assert made.data.table
    found = [each for regime in made.regimes for each in regime.distinctions]
    assert found
    assert {each.feature for each in found} <= set(made.data.fields)
    with open_workspace(wine) as opened:
        rows = [opened.row_cells("train", row) for row in range(opened.splits["train"])]
    for each in found:
        column = [float(cells[made.data.fields.index(each.feature)]) for cells in rows]
        assert each.every == pytest.approx(np.mean(column))


def test_a_comparison_of_another_fit_is_known_by_its_log_loss(fitted_pets, tmp_path, contents):  # noqa: F811
    line = {"name": "prle:default", "kind": "model", "split": "test", "accuracy": 0.9}
    document = {"schema_version": 1, "dataset": "pets", "encoder": "hashing:64", "verdict": "Good."}
    for log_loss, another in ((contents.figures[1].log_loss, False), (9.0, True)):
        path = tmp_path / "bench.json"
        path.write_text(json.dumps({**document, "rows": [{**line, "log_loss": log_loss}]}))
        made = report(fitted_pets, ReportRequest(rows=1, bench=path))
        assert made.bench_of_another_fit is another
        assert made.bench.rows[0].accuracy == 0.9


def test_many_classes_are_pooled_without_losing_a_row():
    rng = np.random.default_rng(0)
    names = tuple(f"class {code:02d}" for code in range(30))
    labels = rng.integers(0, 30, 3000).astype(float)
    wrong = np.isin(labels, (3, 17, 28)) & (rng.uniform(size=3000) < 0.5)
    said = np.where(wrong, (labels + 1) % 30, labels).astype(int)
    kind = Classes(target=ClassTarget(names=names))
    found = kind.checks(labels, np.eye(30)[said], lambda row: row).confusion
    assert len(found.classes) == LARGEST_MATRIX - 1
    assert {names[3], names[4], names[17], names[18], names[28], names[29]} <= set(found.classes)
    assert len(found.counts) == LARGEST_MATRIX
    assert found.others == 30 - len(found.classes)
    assert sum(map(sum, found.counts)) == 3000
    assert {(pair.label, pair.prediction) for pair in found.pairs} == {
        (names[3], names[4]),
        (names[17], names[18]),
        (names[28], names[29]),
    }
    assert sum(pair.rows for pair in found.pairs) == int(wrong.sum())


def test_without_test_rows_it_is_about_validation(tmp_path):
    workspace = tmp_path / "prle.h5"
    source = dataset()
    kept = {name: split for name, split in source.splits.items() if name != "test"}
    embed(EmbedRequest(workspace=workspace), replace(source, splits=kept), load_encoder("hashing:64"))
    fit(workspace, resolve(None, {**QUICK, "train.epochs": 1}))
    made = report(workspace, ReportRequest(rows=2))
    assert (made.split, [each.split for each in made.figures]) == ("validation", ["validation"])
