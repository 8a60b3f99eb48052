"""What `make fuzz` begins with; it goes on from there for ten minutes a reader."""

from __future__ import annotations

import pytest

from benchmarks import reading


@pytest.mark.parametrize("how", range(4))
@pytest.mark.parametrize("seed", reading.SEEDS)
def test_readers_read_or_refuse(seed, how):
    reading.read(bytes([how]) + seed)


@pytest.mark.parametrize("content", [b"", b"\0", b"\0a\x00b", b"\1\xff,a\n1,2\n", b"\0{]\n", b'\0a,b\n"1,2\n'])
def test_what_cannot_be_read_is_refused(content):
    reading.read(content)


def test_blocks_that_are_not_the_whole_are_noticed(monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 1)
    first = reading.delimited_records
    monkeypatch.setattr(
        reading,
        "delimited_records",
        lambda *said, size=None, **more: list(first(*said, size=size, **more))[:1].__iter__(),
    )
    with pytest.raises(AssertionError):
        reading.read(b"\0" + reading.SEEDS[0])
