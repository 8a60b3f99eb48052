from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prle.errors import DataError, PrleError, UsageError, WorkspaceError
from prle.stages.embed import stage
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.workspace import layout
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_embeddings, save_model
from tests.workspace.builders import StubEncoder, make_dataset, make_model, snapshot


class Listening:
    def __init__(self):
        self.notes, self.steps = [], []

    def note(self, message):
        self.notes.append(message)

    def progress(self, task, done, total, unit):
        self.steps.append((task, done, total, unit))


class Failing(StubEncoder):
    """Works for some batches, then does what it is told."""

    def __init__(self, after, action):
        super().__init__()
        self._after, self._action = after, action

    def encode(self, texts):
        if self.encoded >= self._after:
            return self._action(super().encode(texts))
        return super().encode(texts)


def interrupt(_):
    raise KeyboardInterrupt


@pytest.fixture
def request_(tmp_path):
    return EmbedRequest(workspace=tmp_path / "prle.h5", block=8)


def _state(path):
    """What writing changes and reading does not."""
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def test_the_report_says_what_was_done(request_):
    encoder, observer = StubEncoder(), Listening()
    report = embed(request_, make_dataset(12), encoder, observer=observer)
    assert (report.dataset, report.origin, report.fields, report.label) == (
        "pairs",
        "made up: pairs",
        ("sentence1", "sentence2"),
        "score",
    )
    assert (report.encoder, report.encoder_source, report.width) == ("stub", "package", 8)
    assert (report.rows, report.texts, report.distinct_texts) == ({"train": 12, "validation": 4}, 32, 28)
    assert (report.resumed_at, report.reused, report.synthetic) == (0, False, False)
    assert report.size_bytes == request_.workspace.stat().st_size
    assert report.seconds >= 0
    assert encoder.encoded == 28, "each distinct text once"
    assert observer.steps == [("encoding", done, 28, "texts") for done in (0, 8, 16, 24, 28)]


def test_a_finished_one_is_reused_and_nothing_is_written(request_):
    embed(request_, make_dataset(12), StubEncoder())
    before = _state(request_.workspace)
    encoder, observer = StubEncoder(), Listening()
    elsewhere = replace(make_dataset(12), origin="another copy")
    report = embed(request_, elsewhere, encoder, observer=observer)
    assert (report.reused, report.resumed_at, encoder.encoded) == (True, 28, 0)
    assert _state(request_.workspace) == before
    assert observer.notes == [f"{request_.workspace} already holds exactly this; nothing to do"]


def test_other_labels_need_no_encoding(request_):
    embed(request_, make_dataset(12), StubEncoder())
    encoder = StubEncoder()
    report = embed(request_, make_dataset(12, shift=2.5), encoder)
    assert (report.reused, report.resumed_at, encoder.encoded) == (False, 28, 0)
    with open_workspace(request_.workspace) as ws:
        assert ws.labels("train").tolist() == (np.linspace(0, 5, 12) + 2.5).tolist()


@pytest.mark.parametrize("change", [{"name": "x"}, {"fields": ("a", "b")}, {"label": "y"}, {"synthetic": True}])
def test_other_names_are_written(request_, change):
    embed(request_, make_dataset(12), StubEncoder())
    encoder = StubEncoder()
    assert not embed(request_, replace(make_dataset(12), **change), encoder).reused
    assert encoder.encoded == 0
    with open_workspace(request_.workspace) as ws:
        said = {**vars(ws.manifest), "name": ws.manifest.dataset}
        assert {key: said[key] for key in change} == change


@pytest.mark.parametrize(
    ("dataset", "encoder", "dtype"),
    [
        (make_dataset(13), StubEncoder(), "float32"),
        (make_dataset(12), StubEncoder(fingerprint="cd" * 32), "float32"),
        (make_dataset(12), StubEncoder(width=9), "float32"),
        (make_dataset(12), StubEncoder(), "float16"),
    ],
    ids=["texts", "encoder", "width", "dtype"],
)
def test_anything_else_is_encoded_again_and_models_stay(request_, dataset, encoder, dtype):
    embed(request_, make_dataset(12), StubEncoder())
    with open_workspace(request_.workspace) as ws:
        save_model(request_.workspace, make_model(ws.identity))
        model = ws.identity
    report = embed(replace(request_, dtype=dtype), dataset, encoder)
    assert not report.reused
    assert encoder.encoded == report.distinct_texts
    with open_workspace(request_.workspace) as ws:
        assert ws.identity != model
        assert ws.model_names == ("default",)
        assert ws.stale("default")


def test_going_back_makes_models_fresh_again(request_):
    embed(request_, make_dataset(12), StubEncoder())
    with open_workspace(request_.workspace) as ws:
        save_model(request_.workspace, make_model(ws.identity))
    embed(request_, make_dataset(13), StubEncoder())
    embed(request_, make_dataset(12), StubEncoder())
    with open_workspace(request_.workspace) as ws:
        assert ws.stale("default") is None


def test_an_interrupted_one_resumes_to_the_same_bytes(request_, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    whole = replace(request_, workspace=tmp_path / "whole.h5")
    embed(whole, make_dataset(12), StubEncoder())
    with pytest.raises(KeyboardInterrupt):
        embed(request_, make_dataset(12), Failing(16, interrupt))
    assert not request_.workspace.exists()
    assert layout.partial_path(request_.workspace).exists()
    encoder, observer = StubEncoder(), Listening()
    report = embed(request_, make_dataset(12), encoder, observer=observer)
    assert (report.resumed_at, report.reused, encoder.encoded) == (16, False, 12)
    assert observer.notes == ["resuming at 16 of 28"]
    assert observer.steps[0] == ("encoding", 16, 28, "texts")
    assert request_.workspace.read_bytes() == whole.workspace.read_bytes()
    assert not layout.partial_path(request_.workspace).exists()


def test_what_another_job_left_is_replaced(request_):
    with pytest.raises(KeyboardInterrupt):
        embed(request_, make_dataset(12), Failing(16, interrupt))
    observer = Listening()
    report = embed(request_, make_dataset(13), StubEncoder(), observer=observer)
    assert report.resumed_at == 0
    assert observer.notes == [
        f"starting over: {layout.partial_path(request_.workspace)} belongs to another data set, encoder or number type."
    ]


def test_a_kill_between_the_commit_and_the_end_leaves_nothing_for_long(request_, monkeypatch):
    kept = layout.partial_path(request_.workspace)

    def commit_and_stop(*args, **kwargs):
        save_embeddings(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(stage, "save_embeddings", commit_and_stop)
    with pytest.raises(KeyboardInterrupt):
        embed(request_, make_dataset(12), StubEncoder())
    monkeypatch.undo()
    assert kept.exists()
    assert embed(request_, make_dataset(12), StubEncoder()).reused
    assert not kept.exists()


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda vectors: vectors[:, :5], r"expected 8 vectors of width 8 \(stub\), got \(8, 5\)"),
        (lambda vectors: vectors[1:], r"expected 8 vectors of width 8 \(stub\), got \(7, 8\)"),
        (
            lambda vectors: np.where(np.arange(8)[:, None] == 3, np.nan, vectors),
            "row .*: expected finite numbers from stub",
        ),
    ],
)
def test_what_the_encoder_may_not_give_is_refused(request_, action, message):
    with pytest.raises(PrleError, match=message):
        embed(request_, make_dataset(12), Failing(16, action))
    assert not request_.workspace.exists()
    assert embed(request_, make_dataset(12), StubEncoder()).resumed_at == 16


def test_a_vector_that_is_not_finite_is_named_by_its_row(request_):
    contents_row = "validation row 0"

    def spoil(vectors):
        return np.full_like(vectors, np.inf)

    with pytest.raises(PrleError, match=contents_row):
        # The longest texts are those of the validation split.
        embed(request_, make_dataset(12), Failing(0, spoil))


@pytest.mark.parametrize("content", [b"my notes", b""])
def test_a_file_that_is_no_workspace_is_not_overwritten(request_, content):
    request_.workspace.write_bytes(content)
    encoder = StubEncoder()
    with pytest.raises(WorkspaceError, match="expected a workspace") as caught:
        embed(request_, make_dataset(12), encoder)
    assert "move this one away" in caught.value.hint
    assert request_.workspace.read_bytes() == content
    assert encoder.encoded == 0


def test_a_missing_folder_is_refused_before_encoding(request_, tmp_path):
    encoder = StubEncoder()
    with pytest.raises(WorkspaceError, match="does not exist"):
        embed(replace(request_, workspace=tmp_path / "none" / "prle.h5"), make_dataset(12), encoder)
    assert encoder.encoded == 0


def test_half_precision_halves_the_vectors(request_):
    encoder = StubEncoder()
    embed(replace(request_, dtype="float16"), make_dataset(12), encoder)
    with open_workspace(request_.workspace) as ws:
        assert ws.vectors.dtype == np.float16
        assert np.array_equal(ws.vectors, encoder.encode(list(ws.texts)).astype(np.float16))


def test_data_that_cannot_be_stored_are_refused(request_):
    dataset = make_dataset(12)
    labels = dataset.splits["train"].labels.copy()
    labels[3] = np.nan
    broken = replace(dataset, splits={"train": replace(dataset.splits["train"], labels=labels)})
    with pytest.raises(DataError, match="train row 3: expected a finite label"):
        embed(request_, broken, StubEncoder())


def test_the_request_is_checked(tmp_path):
    with pytest.raises(UsageError, match="dtype: expected one of float32, float16; got 'float61'") as caught:
        EmbedRequest(workspace=tmp_path, dtype="float61")
    assert caught.value.hint == "did you mean float16?"
    with pytest.raises(UsageError, match="block: expected 1 or more, got 0"):
        EmbedRequest(workspace=tmp_path, block=0)


def test_a_workspace_says_the_same_whatever_the_batch_size(request_, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    other = EmbedRequest(workspace=tmp_path / "other.h5", block=5)
    for request in (request_, other):
        embed(request, make_dataset(12), StubEncoder())
    assert snapshot(request_.workspace) == snapshot(other.workspace)


class LowerPrecision(StubEncoder):
    """Says that it computes in bf16."""

    @property
    def record(self):
        return replace(super().record, precision="bf16", backend="torch")


def test_precision_is_kept_and_another_one_is_another_job(request_):
    embed(request_, make_dataset(12), StubEncoder())
    encoder = LowerPrecision()
    report = embed(request_, make_dataset(12), encoder)
    assert (report.precision, report.backend, report.reused, encoder.encoded) == ("bf16", "torch", False, 28)
    with open_workspace(request_.workspace) as ws:
        assert (ws.manifest.encoder.precision, ws.manifest.encoder.backend) == ("bf16", "torch")
    assert embed(request_, make_dataset(12), LowerPrecision()).reused


class Unprepared(StubEncoder):
    """Has no device to compute on."""

    def prepare(self):
        raise UsageError("device cuda: this machine has cpu.")


def test_what_is_missing_is_said_before_anything_is_written(request_):
    with pytest.raises(UsageError, match="this machine has cpu"):
        embed(request_, make_dataset(12), Unprepared())
    assert list(request_.workspace.parent.iterdir()) == []


def test_an_encoder_that_has_nothing_to_do_is_not_prepared(request_):
    embed(request_, make_dataset(12), StubEncoder())
    assert embed(request_, make_dataset(12), Unprepared()).reused


def test_a_write_that_fails_is_told_by_whoever_waits(request_, monkeypatch):
    def fail(self, vectors):
        raise WorkspaceError("the disk is full")

    monkeypatch.setattr("prle.workspace.files.partial.PartialVectors.append", fail)
    with pytest.raises(WorkspaceError, match="the disk is full"):
        embed(request_, make_dataset(12), StubEncoder())
    assert not request_.workspace.exists()
