from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prle.encoders import load_encoder
from prle.encoders.cache import VectorCache
from prle.encoders.interface import Encoder
from prle.errors import UsageError
from prle.stages.common.query import TextVectors
from prle.workspace import open_workspace

NEW = [("A cat is sleeping.", "A dog is barking."), ("Two men talk.", "A cat is sleeping.")]


class Counting(Encoder):
    """The encoder of the workspace, pretending to have files, and counting what it is asked."""

    def __init__(self) -> None:
        self._inner = load_encoder("hashing:64")
        self.asked: list[list[str]] = []

    @property
    def record(self):
        return replace(self._inner.record, source="folder")

    def encode(self, texts):
        self.asked.append(list(texts))
        return self._inner.encode(texts)


@pytest.fixture
def encoder(monkeypatch, tmp_path):
    """What new texts of the workspace are encoded with; the cache is in a folder of the test."""
    monkeypatch.setenv("PRLE_CACHE", str(tmp_path / "cache"))
    counting = Counting()
    monkeypatch.setattr("prle.encoders.load_encoder", lambda *_, **__: counting)
    return counting


@pytest.fixture
def opened(workspace, encoder):
    with open_workspace(workspace) as opened:
        opened.manifest = replace(opened.manifest, encoder=encoder.record)
        yield opened


def test_vectors_are_the_encoders_in_the_order_of_the_rows(opened, encoder):
    vectors = TextVectors(opened)(NEW)
    expected = load_encoder("hashing:64").encode([text for row in NEW for text in row])
    np.testing.assert_array_equal(vectors.reshape(4, 64), expected)
    assert encoder.asked == [["A cat is sleeping.", "A dog is barking.", "Two men talk."]]


def test_what_was_asked_before_needs_no_encoder_in_another_run(opened, encoder, monkeypatch):
    first = TextVectors(opened)(NEW)
    monkeypatch.setattr("prle.encoders.load_encoder", lambda *_, **__: pytest.fail("the encoder was asked"))
    monkeypatch.setattr(
        "prle.encoders.converted.store.find_converted", lambda *_, **__: pytest.fail("an encoder was looked for")
    )
    np.testing.assert_array_equal(TextVectors(opened)(NEW[::-1]), first[::-1])


def test_only_what_nobody_knows_is_encoded(opened, encoder):
    TextVectors(opened)(NEW[:1])
    known = opened.row_texts("train", 0)
    TextVectors(opened)([known, NEW[1]])
    assert encoder.asked[1:] == [["Two men talk."]]


def test_texts_of_the_workspace_are_not_cached(opened, encoder, tmp_path):
    TextVectors(opened)([opened.row_texts("train", 0)])
    assert encoder.asked == []
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("how", ["option", "variable"])
def test_nothing_is_remembered_where_that_is_not_wanted(opened, encoder, tmp_path, monkeypatch, how):
    if how == "variable":
        monkeypatch.setenv("PRLE_CACHE", "off")
    for _ in range(2):
        TextVectors(opened, remember=how == "variable")(NEW)
    assert len(encoder.asked) == 2
    assert not (tmp_path / "cache" / "vectors.sqlite").exists()


def test_the_encoder_is_looked_for_once(opened, encoder, monkeypatch):
    looked = []
    monkeypatch.setattr("prle.encoders.converted.store.find_converted", lambda *_, **__: looked.append(1))
    vectors = TextVectors(opened, remember=False)
    for row in NEW:
        vectors([row])
    assert (len(looked), len(encoder.asked)) == (1, 2)


def test_the_converted_encoder_is_asked_before_the_original(opened, encoder, monkeypatch):
    converted = Counting()
    monkeypatch.setattr("prle.encoders.converted.store.find_converted", lambda record, **_: converted)
    TextVectors(opened)(NEW)
    assert (len(converted.asked), encoder.asked) == (1, [])


def test_the_original_leaves_a_converted_one_behind(opened, encoder, monkeypatch):
    kept = []
    monkeypatch.setattr(
        "prle.encoders.converted.store.keep_converted", lambda encoder, texts, **_: kept.append((encoder, texts))
    )
    TextVectors(opened)(NEW)
    assert kept == [(encoder, opened.texts)]


def test_a_cached_vector_of_another_encoder_is_not_used(opened, encoder, tmp_path):
    other = VectorCache(tmp_path / "cache", encoder="0" * 64, width=64)
    other.put({text: np.ones(64, np.float32) for row in NEW for text in row})
    vectors = TextVectors(opened)(NEW)
    assert not (vectors == 1).all(axis=2).any()
    assert len(encoder.asked) == 1


def test_another_kind_of_the_same_files_is_another_encoder(opened, encoder):
    TextVectors(opened)(NEW)
    opened.manifest = replace(opened.manifest, encoder=replace(encoder.record, kind="mean-pool"))
    TextVectors(opened)(NEW)
    assert len(encoder.asked) == 2


def test_the_built_in_encoder_is_quicker_than_a_cache(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("PRLE_CACHE", str(tmp_path / "cache"))
    with open_workspace(workspace) as opened:
        TextVectors(opened)(NEW)
    assert not (tmp_path / "cache").exists()


def test_rows_that_do_not_fit_are_refused_before_anything_is_encoded(opened, encoder):
    with pytest.raises(UsageError, match="expected 2 texts"):
        TextVectors(opened)([*NEW, ("one",)])
    assert encoder.asked == []


def test_it_is_said_where_new_texts_are_encoded_more_exactly_than_the_others(opened, encoder):
    notes = []

    class Listening:
        note = staticmethod(notes.append)

    opened.manifest = replace(opened.manifest, encoder=replace(encoder.record, precision="bf16"))
    vectors = TextVectors(opened, observer=Listening())
    vectors(NEW)
    vectors([("A third text.", "And a fourth.")])
    assert notes == [f"new texts are encoded in fp32; the vectors of {opened.path.name} are in bf16."]
