"""What the data tests share: an observer that remembers, files written in one line, and no network."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from prle.data import SourceRequest, load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prle.data import Dataset
    from prle.observer import EpochRecord


@dataclass
class Recorder:
    """Remembers what it was told."""

    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def note(self, message: str) -> None:
        self.notes.append(message)

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def progress(self, task: str, done: int, total: int, unit: str) -> None: ...

    def epoch(self, record: EpochRecord) -> None: ...


@pytest.fixture
def observer() -> Recorder:
    return Recorder()


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No data folders, an empty hub cache, and a hub that refuses connections."""
    monkeypatch.delenv("PRLE_DATA", raising=False)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub-cache"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file below the test's folder, gzipped where its name says so."""

    def write_file(name: str, content: str | bytes) -> Path:
        raw = content.encode() if isinstance(content, str) else content
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
        return path

    return write_file


@pytest.fixture
def write_pairs(write: Callable[[str, str], Path]) -> Callable[..., Path]:
    """Write ``rows`` different labelled pairs as CSV or, by the file's name, as JSON lines."""

    def write_rows(name: str, rows: int = 6, label: str = "label") -> Path:
        entries = [
            {"sentence1": f"{name} one {row}", "sentence2": f"{name} two {row}", label: row % 5} for row in range(rows)
        ]
        if ".jsonl" in name:
            return write(name, "\n".join(json.dumps(entry) for entry in entries))
        lines = [",".join(entries[0]), *(",".join(str(cell) for cell in entry.values()) for entry in entries)]
        return write(name, "\n".join(lines) + "\n")

    return write_rows


@pytest.fixture
def load_file(observer: Recorder) -> Callable[..., Dataset]:
    """Load one file as a source, with whatever else the request says."""

    def load_path(path: Path, **request: str | int) -> Dataset:
        return load(SourceRequest(source=str(path), **request), observer=observer)

    return load_path
