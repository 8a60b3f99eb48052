"""Tables in a workspace: their columns, the cells of their rows, and what their encoder has learnt."""

from __future__ import annotations

import json

import h5py
import numpy as np
import pytest

from prle.data.interface import Column, Dataset, Split
from prle.data.row_text import ROW, row_text
from prle.encoders import TabularEncoder, TabularSettings, fit_tabular
from prle.errors import WorkspaceError
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.workspace import layout
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.workspace.builders import StubEncoder, forge, make_dataset, make_model
from tests.workspace.test_format_page import PAGE, ROWS

COLUMNS = (Column(name="x", kind="number"), Column(name="kind", kind="category"))


def make_table(rows: int = 12, shift: float = 0.0) -> Dataset:
    names = [column.name for column in COLUMNS]
    cells = [{"x": f"{row + shift:g}", "kind": "a" if row % 3 else "b"} for row in range(rows)]
    split = Split(texts=tuple((row_text(each, names),) for each in cells), labels=np.arange(rows) / 2)
    return Dataset(name="t", fields=(ROW,), label="y", origin="o", splits={"train": split}, columns=COLUMNS)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.h5"
    embed(EmbedRequest(workspace=path), make_table(), fit_tabular(make_table(), TabularSettings(bins=3)))
    return path


def test_columns_and_cells_come_back(table):
    with open_workspace(table) as ws:
        assert ws.manifest.columns == COLUMNS
        assert (ws.manifest.fields, ws.manifest.names) == ((ROW,), ("x", "kind"))
        assert ws.row_cells("train", 3) == ("3", "b")
        assert ws.embeddings("train").shape == (12, 1, ws.manifest.encoder.width)


def test_the_encoder_comes_back_as_it_was(table):
    encoder = fit_tabular(make_table(), TabularSettings(bins=3))
    with open_workspace(table) as ws:
        again = TabularEncoder(ws.encoder_state)
        assert again.record == encoder.record == ws.manifest.encoder
        np.testing.assert_array_equal(again.encode(list(ws.texts)), ws.vectors)


def test_texts_have_neither_columns_nor_a_fitted_encoder(workspace):
    with open_workspace(workspace) as ws:
        assert (ws.manifest.columns, ws.encoder_state) == ((), None)
        assert ws.manifest.names == ws.manifest.fields == ("sentence1", "sentence2")
        assert ws.row_cells("train", 2) == ws.row_texts("train", 2)


def test_a_file_from_before_there_were_tables_still_opens(workspace):
    with open_workspace(workspace) as ws:
        manifest = {**vars(ws.manifest), "encoder": vars(ws.manifest.encoder)}
    del manifest["columns"]
    forge(workspace, layout.MANIFEST, np.frombuffer(json.dumps(manifest).encode(), np.uint8))
    with open_workspace(workspace) as ws:
        assert ws.manifest.columns == ()


@pytest.mark.parametrize("columns", [None, "x", [1], [{"name": "x"}], [{"name": "x", "kind": "date"}], [{"name": 1}]])
def test_columns_that_are_none_are_refused(table, columns):
    with open_workspace(table) as ws:
        manifest = {**vars(ws.manifest), "encoder": vars(ws.manifest.encoder), "columns": columns}
    forge(table, layout.MANIFEST, np.frombuffer(json.dumps(manifest).encode(), np.uint8))
    with pytest.raises(WorkspaceError, match="a field is missing or of another type"), open_workspace(table):
        pass


def test_a_row_that_has_not_the_columns_is_damage(table):
    with open_workspace(table) as ws:
        data = ws.texts.data.copy()
    data[data == ord("x")] = ord("z")
    forge(table, f"{layout.TEXTS}/{layout.TEXT_BYTES}", data)
    with open_workspace(table) as ws, pytest.raises(WorkspaceError, match="texts: train row 0: expected a row of x"):
        ws.row_cells("train", 0)


def test_a_damaged_encoder_is_noticed(table):
    raw = bytearray(table.read_bytes())
    with h5py.File(table) as file:
        offset = file["encoder/arrays/median"].id.get_offset()
    raw[offset] ^= 1
    table.write_bytes(raw)
    with open_workspace(table) as ws, pytest.raises(WorkspaceError, match="encoder/arrays/median: its bytes are not"):
        _ = ws.encoder_state


def test_going_from_a_table_to_texts_leaves_no_encoder_behind_and_models_stay(table):
    with open_workspace(table) as ws:
        save_model(table, make_model(ws.identity))
        assert ws.encoder_state is not None
    embed(EmbedRequest(workspace=table), make_dataset(), StubEncoder())
    with open_workspace(table) as ws:
        assert ws.encoder_state is None
        assert ws.model_names == ("default",)
        assert ws.stale("default")


def test_other_labels_keep_the_encoder(table):
    changed = make_table()
    changed.splits["train"].labels[:] += 1
    report = embed(EmbedRequest(workspace=table), changed, fit_tabular(changed, TabularSettings(bins=3)))
    assert (report.reused, report.resumed_at) == (False, 12)
    with open_workspace(table) as ws:
        assert ws.encoder_state is not None


def test_the_same_again_does_nothing(table):
    before = table.read_bytes()
    report = embed(EmbedRequest(workspace=table), make_table(), fit_tabular(make_table(), TabularSettings(bins=3)))
    assert report.reused
    assert table.read_bytes() == before


def test_the_elements_of_the_encoder_are_on_the_page(table):
    with h5py.File(table) as file:
        for name in ("encoder", "encoder/settings", "encoder/arrays"):
            assert ROWS[f"/{name}"] == file[name].attrs[layout.ENCODING_TYPE].decode()
    assert "`columns`" in PAGE
