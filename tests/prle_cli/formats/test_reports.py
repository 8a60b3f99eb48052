from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from prle.stages.predict.interface import Prediction
from prle_cli.formats.explanations import explanation_lines, explanation_table
from prle_cli.formats.predictions import prediction_lines, prediction_table
from prle_cli.formats.reports import (
    record,
    show,
    to_json,
)
from tests.prle_cli.made import class_reports, comparisons, reports

HOSTILE = ('=cmd|"x"!A1', "two\r\nlines, a \ttab\x1b[31m", " kept ", "", "\u202e 你好", "line\rreturn", "line\nfeed")


def _csv(lines) -> list[list[str]]:
    return list(csv.reader(StringIO("".join(f"{line}\n" for line in lines), newline="")))


def test_explain_json_keeps_its_contract():
    explained = record(reports.explained_row())
    assert explained["prototypes"][0] == {
        "prototype": 17,
        "weight": 0.4821,
        "expert_prediction": 3.612,
        "contribution": 0.4821 * 3.612,
        "anchor": {"row": 1021, "texts": ["A man is playing a guitar.", "A man plays the guitar."], "label": 4.909},
        "past_error": 0.67,
        "past_rows": 17,
        "examples_say": 3.612 - 0.0312,
        "differs": 0.0312,
    }
    assert (explained["interval"], explained["level"]) == ([-0.8, 5.9], 0.9)
    assert set(explained["votes"]) == {"listed", "others", "differs", "everyone"}
    told = {"row", "texts", "label", "alpha", "contribution", "prototype"}
    assert all(set(each) == told for each in explained["votes"]["listed"])
    assert set(explained["votes"]["others"]) == {"rows", "alpha", "contribution"}
    assert set(explained["examples"][0]) == {"row", "texts", "label", "distance"}
    assert explained["label"] == 3.6
    assert len(explained["prototypes"]) == 32
    assert explained["prediction"] == pytest.approx(sum(part["contribution"] for part in explained["prototypes"]))


def test_bench_json_keeps_its_contract():
    bench = record(reports.benchmark())
    promised = {"name", "split", "pearson", "spearman", "rmse", "r2", "fit_seconds", "predict_rows_per_second"}
    assert promised <= set(bench["rows"][0])
    assert bench["rows"][0]["difference"] == [0.0211, 0.0123, 0.0305]
    assert isinstance(bench["verdict"], str)


def test_paths_nested_records_and_what_is_no_number():
    info = record(replace(reports.workspace(), label_range=(math.nan, math.inf)))
    assert info["workspace"] == "prle.h5"
    assert info["label_range"] == [None, None]
    assert info["models"][1]["stale"] == "the embeddings were replaced"
    assert info["rows"] == {"train": 5749, "validation": 1500, "test": 1379}


@pytest.mark.parametrize("text", [*HOSTILE, "half \udc80", "\x9b\x7f\u2028"])
def test_json_keeps_texts_and_steers_nothing(text):
    written = to_json({"text": text})
    assert json.loads(written) == {"text": text}
    assert not any(steering in written for steering in "\x1b\x7f\x9b\r\n\u202e\u2028")


def test_json_is_written_with_its_version_first(capsys):
    show(reports.workspace(), "json", lambda _: "")
    assert capsys.readouterr().out.startswith('{\n  "schema_version": 1,\n  "workspace": "prle.h5"')


def test_prediction_lines_of_texts_and_of_a_split():
    assert [list(json.loads(line)) for line in prediction_lines(reports.predictions())] == [["texts", "prediction"]] * 4
    first = json.loads(next(prediction_lines(reports.split_predictions())))
    assert first["row"] == 0
    assert first["label"] == 0.0


def test_predictions_have_intervals_only_where_they_were_asked_for():
    first = json.loads(next(prediction_lines(reports.bounded_predictions())))
    assert list(first) == ["texts", "prediction", "interval", "level"]
    assert first["interval"] == pytest.approx([2.1351, 4.3351])
    header, row, *_ = _csv(prediction_table(reports.bounded_predictions()))
    assert header[-3:] == ["prediction", "lower", "upper"]
    assert [float(cell) for cell in row[-3:]] == pytest.approx([3.2351, 2.1351, 4.3351])


@pytest.mark.parametrize("made", [reports.many_explanations, reports.explanation])
def test_explanations_as_lines_and_as_a_table(made):
    report = made()
    lines = [json.loads(line) for line in explanation_lines(report)]
    assert lines[0] == {"schema_version": 1, **json.loads(to_json(record(reports.explanation())))}
    header, *rows = _csv(explanation_table(report, top=2))
    assert len(lines) == len(rows)
    assert header[:5] == ["sentence1", "sentence2", "prediction", "lower", "upper"]
    assert header[-6:] == [f"prototype_2_{name}" for name in ("number", "weight", "says", "adds", "row", "label")]
    assert rows[0][-6:] == ["3", "0.2157", "3.377", str(0.2157 * 3.377), "88", "3.2"]


def test_an_explanation_with_fewer_prototypes_than_columns_leaves_them_empty():
    header, row = _csv(explanation_table(reports.single_text(), top=2))
    assert len(header) == len(row)
    assert row[-7:] == ["182000.0", *[""] * 6]
    assert row[2:4] == ["", ""], "there is no interval"


def test_prediction_table_keeps_texts_exactly():
    rows = tuple(Prediction(texts=(text, "b"), prediction=0.1 + 0.2) for text in HOSTILE)
    header, *table = _csv(prediction_table(replace(reports.predictions(), predictions=rows)))
    assert header == ["sentence1", "sentence2", "prediction"]
    assert [row[0] for row in table] == list(HOSTILE)
    assert {float(row[2]) for row in table} == {0.1 + 0.2}


def test_prediction_table_of_a_split():
    header, first, *_ = _csv(prediction_table(reports.split_predictions()))
    assert header == ["row", "sentence1", "sentence2", "label", "prediction"]
    assert first == ["0", '=cmd 0, "quoted"', reports.MARKUP[0], "0.0", "0.0"]


def test_predicted_classes_come_with_the_probabilities_of_all():
    for report, more in ((class_reports.predictions(), []), (class_reports.split_predictions(), ["row", "label"])):
        line = json.loads(next(prediction_lines(report)))
        assert list(line) == ["texts", "prediction", "probability", "probabilities", *more]
        assert (line["prediction"], list(line["probabilities"])) == ("card_arrival", list(class_reports.CLASSES))
    header, first, *_ = _csv(prediction_table(class_reports.split_predictions()))
    assert header == ["row", "text", "label", "prediction", "probability", "probabilities"]
    assert first[2:5] == ["card_delivery_estimate", "card_arrival", "0.6213"]
    assert json.loads(first[5])["lost_or_stolen_card"] == 0.0282


def test_every_record_is_json():
    made = (
        reports.embedding(),
        reports.fitting(),
        reports.predictions(),
        reports.single_text(),
        comparisons.suite(),
        class_reports.explanation(),
        class_reports.regimes(),
        class_reports.benchmark(),
    )
    for report in made:
        assert json.loads(to_json(record(report)))
    assert record(replace(reports.embedding(), workspace=Path("a/b.h5")))["workspace"] == str(Path("a/b.h5"))
