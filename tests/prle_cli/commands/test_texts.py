"""What the commands make of workspaces whose labels are texts, in every format."""

from __future__ import annotations

import csv
import io
import json

import pytest

from prle_cli.settings import OPTIONS
from tests.prle_cli.made import text_reports


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_column_of_texts_is_the_target(stages, prle):
    assert prle("embed", "qa.csv", "--text", "q", "--target", "answer").code == 0
    request = stages.calls["embed_source"][0][1]
    assert (request.label, request.target) == ("answer", "text")


@pytest.mark.parametrize("kind", ["auto", "number", "class"])
def test_kinds_of_labels_are_no_columns(stages, prle, kind):
    prle("embed", "qa.csv", "--label", "y", "--target", kind)
    request = stages.calls["embed_source"][0][1]
    assert (request.label, request.target) == ("y", kind)


def test_a_label_and_a_column_of_texts_are_one_too_many(stages, prle):
    outcome = prle("embed", "qa.csv", "--label", "y", "--target", "answer")
    assert outcome.code == 2
    assert "beside --label" in outcome.err


def test_settings_of_maps_are_options_of_fit(stages, prle):
    stages.answers["fit"] = text_reports.fitting()
    outcome = prle(
        "fit", "--matrices", "low_rank", "--routing", "path", "--soft-targets", "uniform", "--lexical", "0.5"
    )
    assert outcome.code == 0
    assert stages.calls["fit"][0][1] == {
        "answers.matrices": "low_rank",
        "answers.routing": "path",
        "answer_losses.soft_targets": "uniform",
        "scores.lexical": "0.5",
    }
    assert "raw vector" in outcome.out
    assert {option.panel for option in OPTIONS if option.key.startswith(("answer", "scores"))} == {
        "Where labels are texts"
    }


def test_rankings_are_json_lines(stages, prle):
    stages.answers["predict_texts"] = text_reports.predictions()
    (line,) = prle("predict", "how", "--format", "jsonl").out.splitlines()
    found = json.loads(line)
    assert found["prediction"] == text_reports.ANSWERS[0]
    assert [each["raw_place"] for each in found["answers"]] == [1, 4, 7, 10]
    assert not {"row", "label", "place"} & set(found)
    stages.answers["predict_split"] = text_reports.split_predictions()
    first, second, *_ = prle("predict", "--split", "test", "--format", "jsonl").out.splitlines()
    assert [json.loads(each)["place"] for each in (first, second)] == [1, 2]


def test_rankings_are_csv(stages, prle):
    stages.answers["predict_split"] = text_reports.split_predictions()
    rows = rows_of(prle("predict", "--split", "test", "--format", "csv").out)
    assert list(rows[0]) == ["row", "question", "label", "prediction", "score", "scores"]
    assert json.loads(rows[0]["scores"])["card_arrival"] == pytest.approx(0.5825)


def test_explained_rankings_in_every_format(stages, prle):
    stages.answers["explain_row"] = text_reports.explanation()
    drawn = prle("explain", "--row", "test:3", "--top", "2").out
    assert "by the raw vector 8" in drawn
    assert "2 others" in drawn
    document = json.loads(prle("explain", "--row", "test:3", "--format", "json").out)
    assert document["schema_version"] == 1
    assert document["prototypes"][0]["anchor"]["row"] == 0
    (row,) = rows_of(prle("explain", "--row", "test:3", "--format", "csv", "--top", "5").out)
    assert (row["label_place"], row["label_raw_place"]) == ("2", "8")
    assert row["prototype_1_name"] == "skill_extract_records_003"
    assert row["prototype_5_name"] == ""
