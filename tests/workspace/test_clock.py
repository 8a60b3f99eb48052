from __future__ import annotations

import re

from prle.workspace.clock import timestamp


def test_time_is_utc_in_seconds(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", timestamp())


def test_a_fixed_time_makes_files_reproducible(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert timestamp() == "1970-01-02T00:00:00+00:00"


def test_nonsense_is_no_time(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert timestamp() > "2024"
