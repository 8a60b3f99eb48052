from __future__ import annotations

from pathlib import Path

import pytest

from prle.data.inputs import shards
from prle.data.inputs.shards import Added, Shard, extend, finished_rows, shards_in
from prle.errors import DataError, UsageError

arrow = pytest.importorskip("pyarrow", reason="needs the extra parquet")
parquet = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def shard(tmp_path) -> Shard:
    source, target = tmp_path / "in" / "a.parquet", tmp_path / "out" / "a.parquet"
    for folder in (source.parent, target.parent):
        folder.mkdir()
    parquet.write_table(arrow.table({"id": range(10), "text": [f"text {row}" for row in range(10)]}), source)
    return Shard(source=source, target=target, made_from="ab" * 32)


def lengths(first, cells):
    return {"length": Added(kind="number", values=[first + len(text) for text in cells["text"]])}


def test_rows_stay_in_order_and_keep_what_they_had(shard, monkeypatch):
    monkeypatch.setattr(shards, "ROWS", 4)
    assert extend(shard, ["text"], lengths, whole=True) == 10
    table = parquet.read_table(shard.target)
    assert table.column_names == ["id", "text", "length"]
    assert table.column("id").to_pylist() == list(range(10))
    assert table.column("length").to_pylist() == [7.0] * 4 + [11.0] * 4 + [15.0] * 2, "blocks of four rows"
    assert finished_rows(shard) == 10


def test_kinds_of_columns_are_types_of_parquet(shard):
    def answer(_, cells):
        count = len(cells["text"])
        return {
            "name": Added(kind="text", values=["x"] * count),
            "shares": Added(kind="shares", values=[{"a": 0.25, "b": 0.75}] * count),
        }

    extend(shard, ["text"], answer, whole=True)
    table = parquet.read_table(shard.target)
    kinds = [table.schema.field(name).type for name in ("name", "shares")]
    assert kinds == [arrow.string(), arrow.map_(arrow.string(), arrow.float64())]
    assert table.column("shares")[0].as_py() == [("a", 0.25), ("b", 0.75)]


def test_what_is_interrupted_leaves_nothing(shard, monkeypatch):
    monkeypatch.setattr(shards, "ROWS", 4)

    def stop(first, cells):
        if first > 4:
            raise KeyboardInterrupt
        return lengths(first, cells)

    with pytest.raises(KeyboardInterrupt):
        extend(shard, ["text"], stop, whole=True)
    assert list(shard.target.parent.iterdir()) == []
    assert finished_rows(shard) is None


def test_only_a_file_computed_from_the_same_is_finished(shard):
    extend(shard, ["text"], lengths, whole=True)
    other = Shard(source=shard.source, target=shard.target, made_from="cd" * 32)
    assert (finished_rows(shard), finished_rows(other)) == (10, None)
    shard.target.write_bytes(shard.target.read_bytes()[:-20])
    assert finished_rows(shard) is None


def test_a_column_that_would_be_doubled_is_refused(shard):
    with pytest.raises(DataError, match="it has a column id already"):
        extend(shard, ["text"], lambda *_: {"id": Added(kind="number", values=[0.0] * 10)}, whole=True)


def test_a_column_that_is_not_there_is_named_with_the_near_one(shard):
    with pytest.raises(UsageError, match=r"a\.parquet: column: expected one of id, text; got 'texts'") as caught:
        extend(shard, ["texts"], lengths, whole=True)
    assert caught.value.hint == "did you mean text?"
    assert extend(shard, ["texts", "text"], lengths, whole=False) == 10


def test_a_file_that_is_no_parquet_is_refused(shard):
    shard.source.write_text("id,text\n")
    with pytest.raises(DataError, match="cannot be read or written as Parquet"):
        extend(shard, ["text"], lengths, whole=True)


def test_a_folder_a_pattern_and_a_file_name_shards(tmp_path):
    for name in ("b.parquet", "a.parquet", "_c.parquet", ".d.parquet", "e.csv"):
        (tmp_path / name).touch()
    assert [path.name for path in shards_in(tmp_path)] == ["a.parquet", "b.parquet"]
    assert [path.name for path in shards_in(tmp_path / "[ab].parquet")] == ["a.parquet", "b.parquet"]
    assert shards_in(tmp_path / "b.parquet") == (tmp_path / "b.parquet",)


@pytest.mark.parametrize(("name", "got"), [("none", "none"), ("e.csv", "e.csv"), ("*.csv", "e.csv")])
def test_what_names_no_shards_is_refused(tmp_path, name, got):
    (tmp_path / "e.csv").touch()
    with pytest.raises(DataError, match=rf"expected a Parquet file, a folder of them or a pattern, got {got}"):
        shards_in(Path(tmp_path / name))
