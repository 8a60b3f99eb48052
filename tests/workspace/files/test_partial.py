from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from prle.errors import LockedError, WorkspaceError
from prle.workspace import layout
from prle.workspace.files import partial
from prle.workspace.files.partial import Job, discard_partial, partial_vectors
from prle.workspace.files.reader import read_tree
from tests.workspace.builders import limited

JOB = Job(identity="j" * 64, shape=(10, 3), dtype="float32")
ROWS = np.arange(30, dtype=np.float32).reshape(10, 3)


class StopError(Exception):
    pass


@pytest.fixture
def target(tmp_path):
    return tmp_path / "prle.h5"


def interrupted(target, job=JOB, rows=4):
    with suppress(StopError), partial_vectors(target, job) as unfinished:
        unfinished.append(ROWS[unfinished.mark : rows].astype(job.dtype))
        raise StopError


def test_rows_come_back_and_the_file_goes(target):
    with partial_vectors(target, JOB) as vectors:
        assert vectors.mark == 0
        for start in range(0, 10, 4):
            vectors.append(ROWS[start : start + 4])
        assert vectors.mark == 10
        assert np.array_equal(vectors.whole(), ROWS)
    assert not layout.partial_path(target).exists()


@pytest.mark.parametrize(("rows", "told"), [(4, ["4 of 10 are kept: the same command goes on from there"]), (0, [])])
def test_an_interrupt_is_told_what_is_kept(target, rows, told):
    notes = []

    class Listening:
        def note(self, message):
            notes.append(message)

    with suppress(KeyboardInterrupt), partial_vectors(target, JOB, observer=Listening()) as unfinished:
        unfinished.append(ROWS[:rows])
        raise KeyboardInterrupt
    assert notes == told


def test_an_interrupted_job_goes_on_where_it_stopped(target):
    interrupted(target)
    notes = []

    class Listening:
        def note(self, message):
            notes.append(message)

    with partial_vectors(target, JOB, observer=Listening()) as vectors:
        assert vectors.mark == 4
        vectors.append(ROWS[4:])
        assert np.array_equal(vectors.whole(), ROWS)
    assert notes == ["resuming at 4 of 10"]


@pytest.mark.parametrize(
    "other",
    [Job(identity="k" * 64, shape=(10, 3), dtype="float32"), Job(identity="j" * 64, shape=(10, 3), dtype="float16")],
)
def test_another_job_starts_over(target, other):
    interrupted(target)
    with partial_vectors(target, other) as vectors:
        assert vectors.mark == 0
        vectors.append(ROWS)
        assert np.array_equal(vectors.whole(), ROWS.astype(other.dtype))


def damage(path, element, at, value):
    node = read_tree(path, layout.PARTIAL).members[element]
    with path.open("r+b") as file:
        file.seek(node.offset + at)
        file.write(value)


@pytest.mark.parametrize(
    ("element", "at", "value"),
    [
        (layout.VECTORS, 5, b"\xff"),
        (layout.WATERMARK, 0, b"\x05"),
        (layout.WATERMARK, 0, b"\xff" * 8),
        (layout.WATERMARK, 20, b"\0"),
    ],
    ids=["vectors", "mark", "huge mark", "digest"],
)
def test_damaged_rows_are_never_continued(target, element, at, value):
    interrupted(target)
    damage(layout.partial_path(target), element, at, value)
    with partial_vectors(target, JOB) as vectors:
        assert vectors.mark == 0


def test_bytes_behind_the_mark_do_not_count(target):
    interrupted(target)
    damage(layout.partial_path(target), layout.VECTORS, 4 * 3 * 4, b"\xff" * 8)
    with partial_vectors(target, JOB) as vectors:
        assert vectors.mark == 4
        vectors.append(ROWS[4:])
        assert np.array_equal(vectors.whole(), ROWS)


@pytest.mark.parametrize("content", [b"", b"not hdf5 at all", b"\x89HDF\r\n\x1a\n" + bytes(100)])
def test_a_file_that_is_none_is_replaced(target, content):
    layout.partial_path(target).write_bytes(content)
    with partial_vectors(target, JOB) as vectors:
        assert vectors.mark == 0


def test_the_mark_is_written_after_the_vectors(target, monkeypatch):
    """Whenever the disk is synchronised, the rows that the mark counts are already there."""
    monkeypatch.setattr(partial, "FLUSH_SECONDS", -1.0)
    seen = []
    with suppress(StopError), partial_vectors(target, JOB) as vectors:
        real = vectors._sync

        def sync():
            real()
            root = read_tree(layout.partial_path(target), layout.PARTIAL)
            mark = int.from_bytes(root.members[layout.WATERMARK].array[:8].tobytes(), "little")
            assert np.array_equal(root.members[layout.VECTORS].array[:mark], ROWS[:mark])
            seen.append(mark)

        vectors._sync = sync
        vectors.append(ROWS[:4])
        vectors.append(ROWS[4:6])
        raise StopError
    assert seen[:4] == [0, 4, 4, 6]


def test_a_disk_that_forgets_is_noticed(target):
    with partial_vectors(target, JOB) as vectors:
        vectors.append(ROWS)
        vectors.flush()
        damage(layout.partial_path(target), layout.VECTORS, 0, b"\xff")
        with pytest.raises(WorkspaceError, match="does not give back what was written"):
            vectors.whole()


def test_a_disk_that_fails_is_named(target, monkeypatch):
    def fail(_):
        raise OSError(5, "Input/output error")

    with partial_vectors(target, JOB) as vectors:
        with monkeypatch.context() as patched:
            patched.setattr(partial.os, "fsync", fail)
            with pytest.raises(WorkspaceError, match=r"prle\.h5\.partial: cannot be written \(Input/output error\)"):
                vectors.flush()
        vectors.append(ROWS)
        assert np.array_equal(vectors.whole(), ROWS)


def test_one_embed_at_a_time(target):
    with (
        partial_vectors(target, JOB),
        pytest.raises(LockedError, match=r"prle\.h5\.partial is being written by process"),
        partial_vectors(target, JOB),
    ):
        pass


def test_only_the_leftover_of_the_same_job_is_discarded(target):
    discard_partial(target, JOB)
    interrupted(target)
    discard_partial(target, Job(identity="k" * 64, shape=(10, 3), dtype="float32"))
    assert layout.partial_path(target).exists()
    discard_partial(target, JOB)
    assert not layout.partial_path(target).exists()


@pytest.mark.parametrize("bytes_left", [0, 100, 1_000])
def test_a_disk_that_is_full_before_the_mark_is_an_error_in_words_and_costs_nothing(target, bytes_left):
    interrupted(target, rows=10)
    with (
        pytest.raises(WorkspaceError, match=r"partial: cannot be written \(File too large\)"),
        limited(bytes_left),
        partial_vectors(target, JOB) as vectors,
    ):
        vectors.whole()
    with partial_vectors(target, JOB) as vectors:
        assert np.array_equal(vectors.whole(), ROWS)
