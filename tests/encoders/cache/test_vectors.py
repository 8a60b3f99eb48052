from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import prle
from prle.encoders.cache import VectorCache, vectors
from prle.encoders.cache.folder import vectors_file
from prle.encoders.cache.vectors import forget, usage

WIDTH = 8


def cache_in(folder: Path, encoder: str = "f", **options) -> VectorCache:
    return VectorCache(folder, encoder=encoder, width=options.pop("width", WIDTH), **options)


def vector(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=WIDTH).astype(np.float32)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(texts=st.lists(st.text(max_size=20), max_size=5, unique=True))
def test_what_is_put_comes_back_bit_for_bit(tmp_path, texts):
    kept = {text: vector(seed) for seed, text in enumerate(texts)}
    cache_in(tmp_path).put(kept)
    found = cache_in(tmp_path).get(texts)
    assert list(found) == texts
    assert all(np.array_equal(found[text], kept[text]) and found[text].dtype == np.float32 for text in texts)


def test_an_empty_cache_finds_nothing_and_makes_no_file(tmp_path):
    assert cache_in(tmp_path / "none").get(["a"]) == {}
    assert not (tmp_path / "none").exists()
    assert usage(tmp_path / "none").entries == 0


def test_another_encoder_or_width_has_other_vectors(tmp_path):
    cache_in(tmp_path).put({"a": vector(0)})
    assert cache_in(tmp_path, encoder="g").get(["a"]) == {}
    assert cache_in(tmp_path, width=4).get(["a"]) == {}
    assert set(cache_in(tmp_path).get(["a", "b"])) == {"a"}


def test_texts_are_not_stored_and_nobody_else_may_read(tmp_path):
    cache_in(tmp_path / "new").put({"a secret that nobody should read": vector(0)})
    files = list((tmp_path / "new").iterdir())
    assert files
    for file in files:
        assert b"secret" not in file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0


def test_the_least_recently_used_leave(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "MAX_ENTRIES", 10)
    now = iter(range(0, 10**9, 10_000))
    cache = cache_in(tmp_path, clock=lambda: float(next(now)))
    for number in range(10):
        cache.put({str(number): vector(number)})
    assert set(cache.get(["0"])) == {"0"}
    cache.put({"new": vector(10)})
    known = set(cache.get([*map(str, range(10)), "new"]))
    assert known == {"0", *map(str, range(2, 10)), "new"}


def test_bytes_are_bounded_too(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "MAX_BYTES", 200_000)
    cache = cache_in(tmp_path)
    for batch in range(20):
        cache.put({f"{batch} {number}": vector(number) for number in range(200)})
    assert 0 < usage(tmp_path).entries < 4000
    assert vectors_file(tmp_path).stat().st_size < 400_000


@pytest.mark.parametrize(
    "junk", [b"", b"not a database at all, whatever its name says", b"SQLite format 3\0" + bytes(200)]
)
def test_a_broken_file_is_dropped_and_rebuilt(tmp_path, junk):
    vectors_file(tmp_path).write_bytes(junk)
    cache = cache_in(tmp_path)
    assert cache.get(["a"]) == {}
    for _ in range(2):  # the first may be what finds out
        cache.put({"a": vector(0)})
    np.testing.assert_array_equal(cache.get(["a"])["a"], vector(0))


def test_a_file_cut_short_is_dropped_and_rebuilt(tmp_path):
    cache = cache_in(tmp_path)
    cache.put({str(number): vector(number) for number in range(500)})
    file = vectors_file(tmp_path)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    texts = [str(number) for number in range(500)]
    for found in (cache.get(texts), cache.get(texts)):
        for text, kept in found.items():
            np.testing.assert_array_equal(kept, vector(int(text)))
    for _ in range(2):
        cache.put({"new": vector(1000)})
    assert set(cache.get(["new"])) == {"new"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE vectors SET vector = zeroblob(32)",
        "UPDATE vectors SET vector = zeroblob(16)",
        "UPDATE vectors SET vector = 'text'",
        "UPDATE vectors SET dtype = '>f4'",
        "UPDATE vectors SET width = 7",
        "UPDATE vectors SET checksum = x'00'",
    ],
)
def test_a_changed_vector_is_no_vector(tmp_path, change):
    cache = cache_in(tmp_path)
    cache.put({"a": vector(0)})
    with closing(sqlite3.connect(vectors_file(tmp_path))) as database, database:
        database.execute(change)
    assert cache.get(["a"]) == {}


def test_vectors_of_two_texts_cannot_be_exchanged(tmp_path):
    cache = cache_in(tmp_path)
    cache.put({"a": vector(0), "b": vector(1)})
    with closing(sqlite3.connect(vectors_file(tmp_path))) as database, database:
        rows = database.execute("SELECT key, vector, checksum FROM vectors").fetchall()
        swapped = [(content, checksum, key) for (key, *_), (_, content, checksum) in zip(rows, rows[::-1], strict=True)]
        database.executemany("UPDATE vectors SET vector = ?, checksum = ? WHERE key = ?", swapped)
    assert cache.get(["a", "b"]) == {}


@pytest.mark.parametrize("change", ["PRAGMA user_version = 99", "DROP TABLE vectors"])
def test_a_file_of_another_format_is_dropped(tmp_path, change):
    cache = cache_in(tmp_path)
    cache.put({"a": vector(0)})
    with closing(sqlite3.connect(vectors_file(tmp_path))) as database, database:
        database.execute(change)
    assert cache.get(["a"]) == {}
    for _ in range(2):
        cache.put({"a": vector(0)})
    assert set(cache.get(["a"])) == {"a"}


def test_a_locked_file_is_done_without_and_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "_PATIENCE", 0.05)
    cache = cache_in(tmp_path)
    cache.put({"a": vector(0)})
    with closing(sqlite3.connect(vectors_file(tmp_path), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        cache.put({"b": vector(1)})
        other.execute("ROLLBACK")
    assert set(cache.get(["a", "b"])) == {"a"}


def test_a_place_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = cache_in(tmp_path / "file" / "cache")
    cache.put({"a": vector(0)})
    assert cache.get(["a"]) == {}


def test_forgetting_removes_the_files(tmp_path):
    cache_in(tmp_path).put({"a": vector(0), "b": vector(1)})
    assert usage(tmp_path).entries == 2
    forget(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_several_processes_at_once_and_killed_ones(tmp_path):
    """Writers that never end are killed in the middle of it; whatever is found afterwards is right."""
    code = f"""
import itertools, sys
import numpy as np
from pathlib import Path
from prle.encoders.cache import VectorCache
cache = VectorCache(Path({str(tmp_path)!r}), encoder="f", width={WIDTH})
print("begun", flush=True)
for round in itertools.count():
    seeds = [(round * 7 + number) % 40 for number in range(5)]
    made = {{str(s): np.random.default_rng(s).normal(size={WIDTH}).astype(np.float32) for s in seeds}}
    cache.put(made)
    for text, found in cache.get(list(made)).items():
        assert np.array_equal(found, made[text])
    if round == 20:
        print("wrote", flush=True)
"""
    command = [sys.executable, "-c", code]
    root = str(Path(prle.__file__).parents[1])
    writers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"PYTHONPATH": root})
        for _ in range(3)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert [writer.stdout.readline() for _ in range(2)] == ["begun\n", "wrote\n"]
    for writer in writers:
        writer.kill()
        _, errors = writer.communicate()
        assert errors == ""
    found = cache_in(tmp_path).get([str(seed) for seed in range(40)])
    assert found
    for text, kept in found.items():
        np.testing.assert_array_equal(kept, vector(int(text)))
