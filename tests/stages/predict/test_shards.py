"""Shards in, shards out: the same predictions as anywhere else, each computed once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.encoders import fit_tabular, load_encoder
from prle.encoders.tabular.fitting import TabularSettings
from prle.errors import DataError, LockedError, UsageError
from prle.observer import SILENT
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest, ShardsRequest
from prle.stages.predict.shards import predict_shards
from prle.stages.predict.stage import predict_texts
from prle.workspace.files.lock import held

arrow = pytest.importorskip("pyarrow", reason="needs the extra parquet")
parquet = pytest.importorskip("pyarrow.parquet")

PAIRS = [(f"a man is playing {row}", f"somebody plays number {row}") for row in range(12)]


def write(folder, name, pairs):
    folder.mkdir(exist_ok=True)
    first, second = ([pair[side] for pair in pairs] for side in (0, 1))
    types = {"sentence1": arrow.array(first, arrow.string()), "sentence2": arrow.array(second, arrow.string())}
    parquet.write_table(arrow.table({"key": arrow.array(range(len(pairs)), arrow.int64()), **types}), folder / name)


@pytest.fixture
def request_(workspace, tmp_path) -> ShardsRequest:
    for number in range(2):
        write(tmp_path / "in", f"{number}.parquet", PAIRS[6 * number : 6 * number + 6])
    return ShardsRequest(workspace=workspace, source=tmp_path / "in", folder=tmp_path / "out")


def column(request, name, of="prediction"):
    return parquet.read_table(request.folder / name).column(of).to_pylist()


def stamps(folder):
    return {path.name: path.stat().st_mtime_ns for path in sorted(folder.glob("*.parquet"))}


def test_numbers_are_those_of_any_other_way(request_):
    report = predict_shards(replace(request_, asked=PredictRequest(level=0.9)))
    expected = predict_texts(request_.workspace, PAIRS, PredictRequest(level=0.9, remember=False)).predictions
    found = [value for name in ("0.parquet", "1.parquet") for value in column(request_, name)]
    assert np.allclose(found, [each.prediction for each in expected], atol=1e-6)
    assert np.allclose(column(request_, "0.parquet", "upper"), [each.interval[1] for each in expected[:6]], atol=1e-6)
    assert (report.shards, report.rows, report.computed, report.engine) == (2, 12, 2, "local")
    assert report.columns == ("prediction", "lower", "upper")
    assert parquet.read_table(request_.folder / "0.parquet").column_names[:3] == ["key", "sentence1", "sentence2"]


def test_a_second_run_computes_what_is_missing_and_nothing_else(request_):
    predict_shards(request_)
    before = stamps(request_.folder)
    report = predict_shards(request_)
    assert (report.computed, report.rows, stamps(request_.folder)) == (0, 12, before)
    (request_.folder / "1.parquet").unlink()
    (request_.folder / ".1.parquet.4711").touch()
    report = predict_shards(request_)
    assert (report.computed, report.computed_rows, report.rows) == (1, 6, 12)
    assert stamps(request_.folder)["0.parquet"] == before["0.parquet"]
    assert not list(request_.folder.glob(".1.parquet.*")), "what a killed writer left is gone"


def test_another_input_model_or_wish_is_computed_anew(request_):
    predict_shards(request_)
    write(request_.source, "0.parquet", PAIRS[3:7])
    assert predict_shards(request_).computed == 1
    assert len(column(request_, "0.parquet")) == 4
    assert predict_shards(replace(request_, asked=PredictRequest(level=0.8))).computed == 2
    fit(request_.workspace, resolve(None, {"prototypes.count": 3, "train.epochs": 1}))
    assert predict_shards(replace(request_, asked=PredictRequest(level=0.8))).computed == 2


def test_a_shard_without_rows_is_a_shard(request_):
    write(request_.source, "2.parquet", [])
    assert predict_shards(request_).rows == 12
    assert column(request_, "2.parquet") == []


def test_an_empty_text_is_named_by_file_and_row(request_):
    write(request_.source, "2.parquet", [*PAIRS[:2], ("x", " ")])
    with pytest.raises(DataError, match=r"2\.parquet: row 3: expected a text in 'sentence2', got an empty one"):
        predict_shards(request_)
    assert sorted(stamps(request_.folder)) == ["0.parquet", "1.parquet"], "what was finished before stays"


def test_inputs_are_not_written_over(request_):
    with pytest.raises(UsageError, match=r"expected another folder than that of 0\.parquet"):
        predict_shards(replace(request_, folder=request_.source))


def test_two_runs_do_not_write_into_one_folder(request_):
    request_.folder.mkdir()
    with held(request_.folder / ".prle", patience=0), pytest.raises(LockedError):
        predict_shards(request_)


def test_rows_of_a_table_of_classes_are_shards_too(tmp_path):
    file, workspace = tmp_path / "t.csv", tmp_path / "t.h5"
    file.write_text(
        "a,b,y\n" + "".join(f"{row % 17},{'xyz'[row % 3]},{'no' if row % 2 else 'yes'}\n" for row in range(90))
    )
    dataset = load(SourceRequest(source=str(file), table=True, label="y"))
    embed(EmbedRequest(workspace=workspace), dataset, fit_tabular(dataset, TabularSettings()))
    fit(workspace, resolve(None, {"prototypes.count": 3, "train.epochs": 1, "value_space.projection": "identity"}))
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "a.parquet"
    parquet.write_table(arrow.table({"a": [1.5, None, 3.0], "b": ["x", "y", None]}), source)
    request = ShardsRequest(workspace=workspace, source=source, folder=tmp_path / "out")
    assert predict_shards(request).columns == ("prediction", "probability", "probabilities")
    assert set(column(request, "a.parquet")) <= {"no", "yes"}
    for shares in column(request, "a.parquet", "probabilities"):
        assert sum(share for _, share in shares) == pytest.approx(1.0)
    parquet.write_table(arrow.table({"a": ["1", "many"]}), source)
    with pytest.raises(DataError, match="row 2: expected a number in 'a', got 'many'"):
        predict_shards(request, observer=SILENT)


def test_texts_are_ranked_in_shards(tmp_path):
    file, workspace = tmp_path / "qa.csv", tmp_path / "qa.h5"
    file.write_text("question,answer\n" + "".join(f"how is {row} made,it is {row % 20} made so\n" for row in range(80)))
    dataset = load(SourceRequest(source=str(file), text="question", label="answer", target="text"))
    embed(EmbedRequest(workspace=workspace), dataset, load_encoder("hashing:64"))
    fit(workspace, resolve(None, {"answers.matrices": "ridge", "answers.routing": "global"}))
    (tmp_path / "in").mkdir()
    parquet.write_table(arrow.table({"question": ["how is 3 made", "how is 5 made"]}), tmp_path / "in" / "a.parquet")
    request = ShardsRequest(workspace=workspace, source=tmp_path / "in", folder=tmp_path / "out")
    assert predict_shards(request).columns == ("prediction", "score", "scores")
    (answers, _) = column(request, "a.parquet", "scores")
    assert len(answers) == 5
    assert answers[0] == (column(request, "a.parquet")[0], column(request, "a.parquet", "score")[0])
