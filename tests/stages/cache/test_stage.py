from __future__ import annotations

import json

import numpy as np
import pytest

from prle.encoders.cache import VectorCache
from prle.encoders.cache.history import add_to_history, read_history
from prle.encoders.converted.store import FORMAT
from prle.errors import PrleError
from prle.stages.cache.stage import clear_cache, show_cache


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache with two vectors, one converted encoder, and what a kill left of another."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("PRLE_CACHE", str(folder))
    VectorCache(folder, encoder="f", width=4).put({text: np.ones(4, np.float32) for text in "ab"})
    for name in ("whole", "half"):
        (folder / "encoders" / name).mkdir(parents=True)
        (folder / "encoders" / name / "weights.bin").write_bytes(bytes(1000))
    record = {"format": FORMAT, "name": "tiny", "fingerprint": "whole", "limit": 8, "minimum_cosine": 1.0, "texts": 5}
    record["files"] = dict.fromkeys(("encoder.onnx", "weights.bin", "tokenizer.json"), "")
    (folder / "encoders" / "whole" / "record.json").write_text(json.dumps(record))
    add_to_history(folder, "a line of a shell")
    return folder


def test_what_is_kept(folder):
    report = show_cache()
    assert (report.folder, report.vectors) == (folder, 2)
    assert report.vectors_size_bytes >= (folder / "vectors.sqlite").stat().st_size > 0
    (encoder,) = report.encoders
    assert (encoder.name, encoder.fingerprint, encoder.texts, encoder.minimum_cosine) == ("tiny", "whole", 5, 1.0)
    assert encoder.size_bytes > 1000


def test_texts_are_forgotten_and_encoders_stay(folder):
    removed = clear_cache()
    assert (removed.vectors, removed.encoders, removed.history) == (2, 0, True)
    after = show_cache()
    assert (after.vectors, after.vectors_size_bytes, len(after.encoders)) == (0, 0, 1)
    assert (after.history_size_bytes, read_history(folder)) == (0, [])


def test_encoders_go_when_asked_with_what_was_left_of_others(folder):
    before = show_cache()
    removed = clear_cache(encoders=True)
    assert (removed.vectors, removed.encoders) == (2, 1)
    assert removed.size_bytes == before.vectors_size_bytes + before.encoders[0].size_bytes + before.history_size_bytes
    assert [path.name for path in folder.rglob("*")] == ["encoders"]


def test_a_cache_that_is_off_or_empty(monkeypatch, tmp_path):
    for where, folder in (("off", None), (str(tmp_path / "none"), tmp_path / "none")):
        monkeypatch.setenv("PRLE_CACHE", where)
        assert (show_cache().folder, show_cache().vectors, show_cache().encoders) == (folder, 0, ())
        assert (clear_cache(encoders=True).vectors, clear_cache().size_bytes) == (0, 0)
    assert not (tmp_path / "none").exists()


def test_what_cannot_be_removed_is_named(folder):
    file = folder / "vectors.sqlite"
    file.unlink()
    file.mkdir()
    with pytest.raises(PrleError, match=r"vectors\.sqlite: cannot be removed"):
        clear_cache()
