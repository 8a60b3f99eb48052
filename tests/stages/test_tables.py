"""A table all the way: embedded, fitted, asked, explained and compared, without a network or an encoder model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from prle.config import resolve
from prle.data import BadLine, SourceRequest, load
from prle.data.row_text import row_cells
from prle.encoders import TabularSettings, fit_tabular
from prle.errors import DataError, UsageError, WorkspaceError
from prle.models.labels.training.committee import fit_committee
from prle.stages.audit import LabelsRequest, audit_labels
from prle.stages.bench import BenchRequest, bench
from prle.stages.common.query import read_inputs, stream_inputs
from prle.stages.edit import edit_log, relabel
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.stage import explain_row, explain_texts, explaining
from prle.stages.fit.search import search
from prle.stages.fit.stage import fit
from prle.stages.info import info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split, predict_texts, predicting
from prle.stages.report import ReportRequest, report
from prle.stages.suggest import suggest
from prle.workspace import open_workspace

QUICK = {"prototypes.count": 6, "train.epochs": 4}
NAMES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


class Notes:
    def __init__(self):
        self.said = []

    def note(self, message):
        self.said.append(message)

    warn = note

    def progress(self, task, done, total, unit):
        self.said.append(unit)

    def epoch(self, record): ...


@pytest.fixture(scope="module")
def diabetes():
    return load(SourceRequest(source="diabetes"))


@pytest.fixture(scope="module")
def fitted_table(diabetes, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("table") / "prle.h5"
    embed(EmbedRequest(workspace=path), diabetes, fit_tabular(diabetes, TabularSettings(bins=8)))
    fit(path, resolve(None, QUICK))
    return path


@pytest.fixture
def table(fitted_table, tmp_path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copy(fitted_table, tmp_path / "prle.h5"))


def test_reports_speak_of_columns_and_rows(diabetes, tmp_path):
    observer = Notes()
    request = EmbedRequest(workspace=tmp_path / "new.h5")
    report = embed(request, diabetes, fit_tabular(diabetes, TabularSettings()), observer=observer)
    assert (report.table, report.fields, report.label) == (True, NAMES, "progression")
    assert set(observer.said) == {"rows"}
    seen = info(request.workspace)
    assert (seen.table, seen.fields, seen.texts, seen.encoder) == (True, NAMES, 442, "tabular:piecewise")
    assert "encoder" in seen.sections


def test_it_learns_something(fitted_table):
    with open_workspace(fitted_table) as opened:
        summary = opened.summary("default")
        labels = opened.labels("validation")
    assert summary["validation_rmse"] < 0.9 * labels.std()


def test_a_row_is_explained_in_its_columns(fitted_table, diabetes):
    report = explain_row(fitted_table, "test", 5)
    cells = json.loads(diabetes.splits["test"].texts[5][0])
    assert (report.table, report.fields) == (True, NAMES)
    assert report.texts == tuple(cells.values())
    np.testing.assert_allclose(sum(each.contribution for each in report.prototypes), report.prediction, rtol=1e-6)
    assert set(report.completeness_gap) == {"prototypes", "votes"}
    assert max(report.completeness_gap.values()) <= 1e-6
    for shown in (*(each.anchor for each in report.prototypes), *report.examples):
        assert dict(zip(NAMES, shown.texts, strict=True)) == json.loads(diabetes.splits["train"].texts[shown.row][0])


def test_a_page_is_about_its_columns(fitted_table, diabetes):
    contents = report(fitted_table, ReportRequest(rows=2))
    assert (contents.data.table, contents.data.fields, contents.data.texts) == (True, NAMES, 442)
    shown = [point.row for point in contents.map.points]
    for regime in contents.regimes:
        shown += [regime.anchor, *regime.typical]
    for each in shown:
        assert dict(zip(NAMES, each.texts, strict=True)) == json.loads(diabetes.splits["train"].texts[each.row][0])
    assert all(each.table for each in contents.explained)


def test_labels_are_audited_and_edited_by_their_cells(table, diabetes):
    fit(table, resolve(None, {**QUICK, "votes.voters": "examples", "votes.base": "linear"}))
    suspected = audit_labels(table, LabelsRequest(top=2))
    cells = diabetes.splits["train"].texts
    assert (suspected.fields, suspected.table) == (NAMES, True)
    for suspect in suspected.suspects:
        assert suspect.texts == row_cells(cells[suspect.row][0], NAMES)
    row = suspected.suspects[0].row
    receipt = relabel(table, row, suspected.suspects[0].prediction)
    assert (receipt.fields, receipt.table, receipt.edit.texts) == (NAMES, True, suspected.suspects[0].texts)
    assert edit_log(table).edits == (receipt.edit,)


def test_however_a_row_is_given_it_is_the_same_row(fitted_table, tmp_path):
    known = explain_row(fitted_table, "test", 5)
    cells = dict(zip(NAMES, known.texts, strict=True))
    pairs = tuple(f"{name}={cell}" for name, cell in reversed(cells.items()))
    numbers = json.dumps({name: float(cell) for name, cell in cells.items()})
    file = tmp_path / "rows.csv"
    file.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n", encoding="utf-8")
    asked = [pairs, (json.dumps(cells),), (numbers,), *read_inputs(fitted_table, file)]
    for explained in (explain_texts(fitted_table, row) for row in asked):
        np.testing.assert_allclose(explained.prediction, known.prediction, rtol=1e-6)
    predicted = predict_texts(fitted_table, asked)
    np.testing.assert_allclose([each.prediction for each in predicted.predictions], known.prediction, rtol=1e-5)
    assert predicted.predictions[0].texts == known.texts
    assert (predicted.table, predicted.fields) == (True, NAMES)


def test_rows_of_the_workspace_ask_no_encoder(fitted_table, monkeypatch):
    monkeypatch.setattr("prle.encoders.TabularEncoder", lambda _: pytest.fail("the encoder was asked"))
    known = predict_split(fitted_table, "test").predictions[5]
    asked = tuple(f"{name}={cell}" for name, cell in zip(NAMES, known.texts, strict=True))
    np.testing.assert_allclose(
        predict_texts(fitted_table, [asked]).predictions[0].prediction, known.prediction, rtol=1e-4
    )


def test_what_is_unknown_is_said_and_predicted_anyway(fitted_table):
    observer = Notes()
    report = predict_texts(fitted_table, [("bmi=30", "age=50")], observer=observer)
    assert observer.said == ["taken as unknown, since not given: sex, bp, s1, s2, s3, s4, s5, s6."]
    assert report.predictions[0].texts == ("50", "", "30", *[""] * 7)
    assert np.isfinite(report.predictions[0].prediction)


def test_files_and_streams_are_read_by_the_columns(fitted_table):
    observer = Notes()
    rows = read_inputs(fitted_table, ["bmi,age,progression,id\n", "30,50,7,a\n", ",,,b\n"], observer=observer)
    assert len(rows) == len(predict_texts(fitted_table, rows).predictions) == 2
    assert observer.said[1] == "input: columns that the model does not know: id."
    with pytest.raises(DataError, match="input: line 2: expected a number in 'bmi', got 'high'"):
        read_inputs(fitted_table, ["bmi,age\n", "high,50\n"])


def test_a_stream_is_answered_as_its_rows_are(fitted_table):
    first, bad, last = stream_inputs(fitted_table, ["bmi,age\n", "30,50\n", "high,50\n", "25,40\n"])
    assert bad == BadLine(line=3, error="line 3: expected a number in 'bmi', got 'high'.")
    with predicting(fitted_table) as predict, explaining(fitted_table) as explain:
        for row, typed in ((first, ("bmi=30", "age=50")), (last, ("age=40", "bmi=25"))):
            (streamed,), (asked,) = predict([row]).predictions, predict_texts(fitted_table, [typed]).predictions
            assert streamed == asked
            np.testing.assert_allclose(explain([row]).explanations[0].prediction, asked.prediction, rtol=1e-5)


def test_rows_are_neither_cached_nor_answered_by_a_converted_encoder(fitted_table, tmp_path, monkeypatch):
    monkeypatch.setenv("PRLE_CACHE", str(tmp_path / "cache"))
    predict_texts(fitted_table, [("bmi=30",)], PredictRequest(remember=True))
    assert not (tmp_path / "cache").exists()


def test_the_value_spaces_of_a_table_are_tried_with_its_defaults(table, monkeypatch):
    settled = []

    def spying(config, *rest, **named):
        settled.append(config)
        return fit_committee(config, *rest, **named)

    monkeypatch.setattr("prle.models.labels.training.studies.spaces.fit_committee", spying)
    observer = Notes()
    settings = {"prototypes.count": 2, "train.epochs": 1, "votes.voters": "none"}
    fit(table, resolve(None, settings), name="tried", observer=observer)
    assert [config.value_space.projection for config in settled] == ["mlp", "linear", "identity"]
    assert {(config.train.patience, config.value_space.dropout) for config in settled} == {(16, 0.1)}
    assert any(note.startswith("projection auto settles on") for note in observer.said)
    with open_workspace(table) as opened:
        assert opened.model("tried").config["train"]["patience"] == 16


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("bmii=30",), "expected one of age, sex, bmi"),
        (("bmi=high",), "bmi: expected a number, got 'high'"),
        (("one text", "another"), "expected a row of a table as NAME=VALUE"),
        ((), "expected a value for at least one of"),
    ],
)
def test_rows_that_do_not_fit_are_refused(fitted_table, row, message):
    with pytest.raises(UsageError, match=message):
        explain_texts(fitted_table, row)


def test_suggest_search_and_bench_take_tables(table):
    assert suggest(table, resolve(None, {})).dataset == "diabetes"
    found = search(table, resolve(None, {"train.epochs": 2, "prototypes.count": 4}), trials=2, name="found")
    assert len(found.trials) >= 2
    compared = bench(table, BenchRequest(only=("prle:default", "ridge", "mean")))
    rows = {row.name: row for row in compared.rows}
    assert rows["prle:default"].rmse < rows["mean"].rmse


def test_another_encoder_than_the_recorded_one_is_refused(table, diabetes, monkeypatch):
    other = fit_tabular(diabetes, TabularSettings(numeric="standard"))
    monkeypatch.setattr("prle.encoders.TabularEncoder", lambda _: other)
    with pytest.raises(WorkspaceError, match="was made with weights"):
        predict_texts(table, [("bmi=30",)])
