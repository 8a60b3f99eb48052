from __future__ import annotations

import sys

import pytest

from prle.data.formats.files import read_records
from prle.errors import DataError


def test_parquet_gives_the_same_cells_as_text(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="needs the extra parquet")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table({"text": ["a", None], "label": [1.5, 2.0]}), path)
    records = read_records(path)
    assert records.columns == ("text", "label")
    assert tuple(records.rows) == (("a", "1.5"), ("", "2.0"))
    assert records.place(1) == "row 2"


def test_what_is_no_parquet_is_refused(write):
    pytest.importorskip("pyarrow", reason="needs the extra parquet")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_records(write("a.parquet", "text\n"))


def test_without_pyarrow_the_extra_is_named(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match="need pyarrow") as caught:
        read_records(write("a.parquet", "x"))
    assert "prle[parquet]" in caught.value.hint
