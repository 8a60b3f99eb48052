from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prle.data.interface import Dataset, Split
from prle.errors import UsageError, WorkspaceError
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.workspace import layout
from prle.workspace.files.reader import read_tree
from prle.workspace.interface import StoredModel
from prle.workspace.opened import open_workspace
from prle.workspace.store import drop_model, save_model
from tests.workspace.builders import StubEncoder, make_dataset, make_model, make_workspace, snapshot

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LABELS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | LABELS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FRESH = count()
SLOW_FIXTURE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def dataset_of(rows):
    split = Split(texts=tuple((a, b) for a, b, _ in rows), labels=np.array([label for *_, label in rows]))
    return Dataset(name="d", fields=("a", "b"), label="y", origin="o", splits={"train": split})


@SLOW_FIXTURE
@given(st.lists(st.tuples(CELLS, CELLS, LABELS), min_size=1, max_size=8), st.sampled_from(["float32", "float16"]))
def test_a_data_set_comes_back(tmp_path, rows, dtype):
    path = tmp_path / f"{next(FRESH)}.h5"
    encoder = StubEncoder()
    embed(EmbedRequest(workspace=path, dtype=dtype), dataset_of(rows), encoder)
    with open_workspace(path) as ws:
        assert ws.splits == {"train": len(rows)}
        assert ws.labels("train").tolist() == [label for *_, label in rows]
        assert [ws.row_texts("train", n) for n in range(len(rows))] == [(a, b) for a, b, _ in rows]
        expected = encoder.encode(list(ws.texts)).astype(dtype)
        assert ws.vectors.dtype == dtype == ws.vector_dtype
        assert np.array_equal(ws.vectors, expected)
        assert np.array_equal(ws.embeddings("train"), expected[ws.rows("train")].astype(np.float32))
        assert ws.embeddings("train").shape == (len(rows), 2, 8)


@SLOW_FIXTURE
@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3), st.lists(st.dictionaries(st.text(max_size=4), JSON)))
def test_a_model_comes_back(tmp_path, config, history):
    path = tmp_path / "w.h5"
    made_from = make_workspace(path)
    model = replace(make_model(made_from), config=config, summary=config, history=tuple(history))
    save_model(path, model)
    with open_workspace(path) as ws:
        found = ws.model("default")
    assert replace(found, arrays={}) == replace(model, arrays={})
    assert found.arrays.keys() == model.arrays.keys()
    for key, array in model.arrays.items():
        assert (found.arrays[key].dtype, found.arrays[key].shape) == (array.dtype, array.shape)
        assert np.array_equal(found.arrays[key], array)


def test_what_is_given_is_a_copy_except_the_vectors(workspace):
    with open_workspace(workspace) as ws:
        ws.labels("train")[:] = 9
        ws.rows("train")[:] = 9
        assert ws.labels("train").max() == 5
        assert ws.rows("train").max() > 9
        assert not ws.vectors.flags.writeable
        assert ws.vectors.flags.aligned


def test_a_split_that_is_not_there_names_those_that_are(workspace):
    with open_workspace(workspace) as ws, pytest.raises(WorkspaceError, match="split test, it has train, validation"):
        ws.labels("test")


def test_a_workspace_without_models_says_what_to_run(workspace):
    with open_workspace(workspace) as ws:
        assert ws.model_names == ()
        with pytest.raises(WorkspaceError, match=r"prle.h5 has no model\.$") as caught:
            ws.model("default")
    assert caught.value.hint == "run `prle fit` first"


def test_an_unknown_model_names_the_known_ones(workspace):
    with open_workspace(workspace) as ws:
        save_model(workspace, make_model(ws.identity, name="softmax"))
    with open_workspace(workspace) as ws:
        with pytest.raises(WorkspaceError, match=r"has no model sofmax; it has softmax\.$") as caught:
            ws.model("sofmax")
        assert caught.value.hint == "did you mean softmax?"
        with pytest.raises(WorkspaceError) as caught:
            ws.summary("zebra")
        assert caught.value.hint == "run `prle fit --name zebra` first"


def test_saving_keeps_every_other_section_and_replaces_the_model(workspace):
    with open_workspace(workspace) as ws:
        made_from = ws.identity
    save_model(workspace, make_model(made_from, name="kept", step=7))
    save_model(workspace, make_model(made_from, name="default", step=1, size=90))
    before = read_tree(workspace, layout.WORKSPACE)
    size = workspace.stat().st_size
    save_model(workspace, make_model(made_from, name="default", step=2))
    after = read_tree(workspace, layout.WORKSPACE)
    for name in (layout.MANIFEST, layout.TEXTS, layout.SPLITS_GROUP, layout.EMBEDDINGS_GROUP):
        assert after.members[name].checksum == before.members[name].checksum
    models = layout.MODELS_GROUP
    assert after.members[models].members["kept"].checksum == before.members[models].members["kept"].checksum
    assert workspace.stat().st_size < size, "what was replaced leaves no hole"
    with open_workspace(workspace) as ws:
        assert ws.model("kept").config["step"] == 7
        assert ws.model("default").config["step"] == 2


def test_the_order_of_saving_leaves_no_trace(tmp_path):
    paths = tmp_path / "a.h5", tmp_path / "b.h5"
    orders = ["one", "two"], ["two", "one", "two"]
    made_from = make_workspace(paths[0])
    paths[1].write_bytes(paths[0].read_bytes())
    for path, names in zip(paths, orders, strict=True):
        for name in names:
            save_model(path, make_model(made_from, name=name))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_damage_is_carried_along_not_sealed_again(workspace):
    with open_workspace(workspace) as ws:
        made_from = ws.identity
    node = read_tree(workspace, layout.WORKSPACE).members["splits"].members["train"].members["labels"]
    with workspace.open("r+b") as file:
        file.seek(node.offset)
        file.write(np.float64(4.5).tobytes())
    save_model(workspace, make_model(made_from))
    with open_workspace(workspace) as ws, pytest.raises(WorkspaceError, match="labels: its bytes are not the ones"):
        ws.labels("train")


def test_a_dropped_model_is_gone_and_the_others_stay(workspace):
    with open_workspace(workspace) as ws:
        made_from = ws.identity
    before = workspace.read_bytes()
    save_model(workspace, make_model(made_from))
    drop_model(workspace, "default")
    assert workspace.read_bytes() == before
    with pytest.raises(WorkspaceError, match="has no model"):
        drop_model(workspace, "default")


def test_a_reader_keeps_the_version_it_opened(workspace):
    with open_workspace(workspace) as ws:
        save_model(workspace, make_model(ws.identity))
        assert ws.model_names == ()
        assert ws.vectors.shape == (28, 8)
    with open_workspace(workspace) as ws:
        assert ws.model_names == ("default",)


@pytest.mark.parametrize(
    ("dataset", "encoder", "stale"),
    [
        (make_dataset(12), StubEncoder(fingerprint="cd" * 32), "the encoder has changed (was stub, is stub)"),
        (make_dataset(12, shift=1), StubEncoder(), "the data have changed (was pairs, is pairs)"),
        (
            make_dataset(9, name="other"),
            StubEncoder(fingerprint="cd" * 32),
            "the encoder has changed (was stub, is stub) and the data have changed (was pairs, is other)",
        ),
    ],
)
def test_a_stale_model_is_refused_with_the_command_that_rebuilds_it(workspace, dataset, encoder, stale):
    with open_workspace(workspace) as ws:
        save_model(workspace, make_model(ws.identity, name="old"))
    embed(EmbedRequest(workspace=workspace), dataset, encoder)
    with open_workspace(workspace) as ws:
        assert ws.model_names == ("old",)
        assert ws.stale("old") == stale
        assert ws.summary("old")["router"] == "softmax"
        with pytest.raises(WorkspaceError) as caught:
            ws.model("old")
    assert caught.value.message == f"{workspace}: model old is stale: {stale}."
    assert caught.value.hint == "run `prle fit --name old` again"


def test_another_number_type_makes_models_stale(workspace):
    with open_workspace(workspace) as ws:
        save_model(workspace, make_model(ws.identity))
    embed(EmbedRequest(workspace=workspace, dtype="float16"), make_dataset(12), StubEncoder())
    with open_workspace(workspace) as ws:
        assert ws.stale("default") == "the vectors have changed"


def test_a_model_of_unknown_embeddings_is_stale(workspace):
    save_model(workspace, make_model("f" * 64))
    with open_workspace(workspace) as ws:
        assert ws.stale("default") == "the embeddings have changed"


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": np.zeros(2), "a/b": np.zeros(2)}, "array 'a/b': it lies below another array"),
        ({"a/b": np.zeros(2), "a": np.zeros(2)}, "array 'a': expected numbers at a path of their own"),
        ({"a//b": np.zeros(2)}, "has a part that is no plain name"),
        ({"../b": np.zeros(2)}, "has a part that is no plain name"),
        ({"a": np.array(["x"])}, "expected numbers at a path of their own, got <U1"),
        ({"a": np.array([None])}, "expected numbers at a path of their own, got object"),
    ],
)
def test_arrays_that_cannot_be_stored_are_refused_by_path(workspace, arrays, message):
    before = workspace.read_bytes()
    with open_workspace(workspace) as ws, pytest.raises(WorkspaceError, match=message):
        save_model(workspace, replace(make_model(ws.identity), arrays=arrays))
    assert workspace.read_bytes() == before


def test_saving_needs_a_workspace_and_a_name(tmp_path, workspace):
    with pytest.raises(WorkspaceError, match="does not exist"):
        save_model(tmp_path / "none.h5", make_model("x"))
    assert not list(tmp_path.glob("none*")), "no lock beside nothing"
    with pytest.raises(UsageError, match="model name"):
        save_model(workspace, make_model("x", name="../x"))


def test_a_link_to_a_workspace_stays_a_link(workspace, tmp_path):
    link = tmp_path / "link.h5"
    link.symlink_to(workspace)
    with open_workspace(link) as ws:
        save_model(link, make_model(ws.identity))
    assert link.is_symlink()
    assert len(snapshot(workspace)) == len(snapshot(link))
    with open_workspace(workspace) as ws:
        assert ws.model_names == ("default",)


def test_section_sizes_are_those_of_the_arrays(workspace):
    with open_workspace(workspace) as ws:
        save_model(workspace, StoredModel(**{**vars(make_model(ws.identity)), "arrays": {"a": np.zeros(100)}}))
    with open_workspace(workspace) as ws:
        sizes = ws.section_sizes()
    assert sizes["embeddings"] == 28 * 8 * 4 + 32
    assert sizes["splits"] == 16 * (2 + 1) * 8
    assert set(sizes) == {"manifest", "texts", "splits", "embeddings", "models/default"}
    assert sizes["models/default"] > 800


def test_names_of_classes_come_back_and_labels_are_their_codes(tmp_path):
    path, known = tmp_path / "prle.h5", make_dataset(4)
    splits = {name: replace(split, labels=np.arange(len(split.texts)) % 2.0) for name, split in known.splits.items()}
    named = replace(known, splits=splits, classes=("no", "yes"))
    embed(EmbedRequest(workspace=path), named, StubEncoder())
    with open_workspace(path) as workspace:
        assert workspace.manifest.classes == ("no", "yes")
        assert workspace.labels("train").tolist() == [0.0, 1.0, 0.0, 1.0]
    embed(EmbedRequest(workspace=path), replace(named, splits=known.splits), StubEncoder())
    with open_workspace(path) as workspace, pytest.raises(WorkspaceError, match="not the code of one of 2 classes"):
        workspace.labels("train")
