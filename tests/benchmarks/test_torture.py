"""The torture of benchmarks/torture.py, a few blows of each kind; `make torture` is the long form."""

from __future__ import annotations

import random
import sys

import pytest

from benchmarks import company, damage, hostile, torture


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return torture.prepare(tmp_path_factory.mktemp("torture"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="sends the signals of POSIX")
@pytest.mark.parametrize("verb", torture.VERBS)
def test_blows_at_random_moments_lose_nothing(original, tmp_path, verb):
    rng = random.Random(1)
    job = torture.undisturbed(tmp_path, original, verb)
    said = [torture.blows(job, how, 2, rng) for how in ("killed", "interrupted", "terminated")]
    said.append(torture.full_disk(job, 3, rng))
    torture.afterwards(job)
    assert [line.split(": ")[0] for line in said] == [verb] * 4


@pytest.mark.slow
def test_writers_and_readers_see_whole_versions(original, tmp_path):
    said = company.writers_and_readers(original, tmp_path, commits=3)
    assert said.startswith("2 writers with 3 commits each, 5 readers with ")
    assert company.read_across_a_commit(original, tmp_path).startswith("read across 3 commits")


@pytest.mark.slow
def test_a_lock_outlives_nobody(original, tmp_path):
    assert company.stale_lock(original, tmp_path).endswith("by a dead one: no obstacle")


def test_damage_gives_the_same_answer_or_none(original, tmp_path):
    assert damage.cuts(original, tmp_path, 6).endswith("all refused with exit code 3")
    assert damage.flips(original, tmp_path, 25, random.Random(2)).endswith("no other answer")


def test_hostile_files_are_refused_or_mean_nothing(original, tmp_path):
    assert hostile.files(original, tmp_path, 12, random.Random(3)).endswith("no traceback")


def test_what_is_lost_ends_the_torture(original, tmp_path):
    job = torture.undisturbed(tmp_path, original, "embed")
    job.path.write_bytes(original.read_bytes()[:-1])
    with pytest.raises(Exception, match="cut short or damaged"):
        job.outcome()
