import json

import numpy as np
import pytest

from prle.errors import DataError, UsageError
from prle.stages.predict.blocks import predict_file, predict_rows
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split, predict_texts


@pytest.mark.parametrize("size", [7, 256, 1_000])
def test_blocks_of_a_split_together_are_what_the_split_gets(workspace, size):
    whole = predict_split(workspace, "test", PredictRequest(level=0.8))
    blocks = list(predict_rows(workspace, "test", PredictRequest(level=0.8), size=size))
    assert [len(block.predictions) for block in blocks] == [min(size, 300 - first) for first in range(0, 300, size)]
    together = [each for block in blocks for each in block.predictions]
    assert [(each.row, each.label, each.texts) for each in together] == [
        (each.row, each.label, each.texts) for each in whole.predictions
    ]
    np.testing.assert_allclose(
        [each.prediction for each in together], [each.prediction for each in whole.predictions], rtol=1e-5
    )


def test_blocks_of_a_file_together_are_what_its_rows_get(workspace, tmp_path):
    rows = [(f"A cat number {number} sleeps.", "Two men talk.") for number in range(10)]
    file = tmp_path / "new.jsonl"
    file.write_text("\n".join(json.dumps(dict(zip(("sentence1", "sentence2"), row, strict=True))) for row in rows))
    blocks = list(predict_file(workspace, file, size=4))
    assert [len(block.predictions) for block in blocks] == [4, 4, 2]
    together = [each for block in blocks for each in block.predictions]
    assert [each.texts for each in together] == rows
    expected = [each.prediction for each in predict_texts(workspace, rows).predictions]
    np.testing.assert_allclose([each.prediction for each in together], expected, rtol=1e-5)


def test_nothing_is_predicted_of_a_file_with_a_bad_row_at_its_end(workspace, tmp_path):
    file = tmp_path / "new.txt"
    file.write_text("one\ttwo\n" * 9 + "one\t \n" + "one\ttwo\n")
    with pytest.raises(DataError, match=r"new\.txt: line 10: expected a text, got an empty one"):
        next(predict_file(workspace, file, size=2))


def test_a_file_without_rows_gives_one_report_without_predictions(workspace, tmp_path):
    file = tmp_path / "new.csv"
    file.write_text("sentence1,sentence2\n")
    (report,) = predict_file(workspace, file)
    assert report.predictions == ()


def test_a_split_that_is_not_there_is_refused_before_anything_is_predicted(workspace):
    with pytest.raises(UsageError, match="split"):
        next(predict_rows(workspace, "tests"))
