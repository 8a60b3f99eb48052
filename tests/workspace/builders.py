"""Small data sets, a stub encoder, and a forger of workspaces that are well sealed and wrong."""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prle.data.interface import Dataset, Split
from prle.encoders.interface import Encoder, EncoderRecord
from prle.errors import WorkspaceError
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.workspace import layout
from prle.workspace.data import identity_of
from prle.workspace.files.reader import read_tree
from prle.workspace.files.tree import Branch, branch, leaf
from prle.workspace.files.writer import write_tree
from prle.workspace.interface import StoredModel, StoredSearch
from prle.workspace.opened import open_workspace
from prle.workspace.sections import read_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SUMMARY = {
    "router": "softmax",
    "projection": "identity",
    "experts": "linear",
    "em": True,
    "members": 1,
    "prototypes": 3,
    "parameters": 40,
    "validation_pearson": 0.5,
    "validation_rmse": 1.25,
}


class StubEncoder(Encoder):
    """Hashes each text to a unit vector; ``delay`` seconds a batch, like a slow model."""

    def __init__(self, width: int = 8, fingerprint: str = "ab" * 32, delay: float = 0.0) -> None:
        self.encoded = 0
        self._delay = delay
        self._record = EncoderRecord(name="stub", kind="stub", fingerprint=fingerprint, width=width, source="package")

    @property
    def record(self) -> EncoderRecord:
        return self._record

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        time.sleep(self._delay)
        self.encoded += len(texts)
        width = self._record.width
        raw = b"".join(hashlib.shake_256(text.encode()).digest(4 * width) for text in texts)
        numbers = np.frombuffer(raw, "<u4").reshape(len(texts), width).astype(np.float32) / 2**31 - 1
        return (numbers / np.linalg.norm(numbers, axis=1, keepdims=True)).astype(np.float32)


def make_dataset(rows: int = 12, *, name: str = "pairs", shift: float = 0.0) -> Dataset:
    def split(kind: str, count: int) -> Split:
        texts = tuple((f"{name} {kind} {n} left", f"{name} shared {n % 5}" + "!" * (n % 3)) for n in range(count))
        return Split(texts=texts, labels=np.linspace(0, 5, count) + shift)

    return Dataset(
        name=name,
        fields=("sentence1", "sentence2"),
        label="score",
        origin=f"made up: {name}",
        splits={"train": split("train", rows), "validation": split("validation", max(1, rows // 3))},
    )


def make_workspace(path: Path, *, rows: int = 12, **options) -> str:
    """Embed a small data set and return the identity of the workspace."""
    embed(EmbedRequest(workspace=path, **options), make_dataset(rows), StubEncoder())
    with open_workspace(path) as workspace:
        return workspace.identity


def make_model(made_from: str, *, name: str = "default", step: int = 1, size: int = 4) -> StoredModel:
    return StoredModel(
        name=name,
        config={"router": "softmax", "step": step},
        summary=dict(SUMMARY),
        arrays={
            "router/log_temperature": np.float32(step),
            "experts/weights": np.full((size, 3), step, np.float64),
            "anchors": np.arange(size) + step,
            "mask": np.array([True, False, True]),
            "nothing": np.zeros((0, 3), np.float16),
        },
        history=({"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}),
        made_from=made_from,
        created="2026-01-02T03:04:05+00:00",
    )


def make_search(made_from: str, *, name: str = "default", finished: bool = False) -> StoredSearch:
    run = {"trial": 0, "settings": {"router.kind": "knn"}, "epochs": 4, "seconds": 0.5}
    run |= {"validation_rmse": 0.75, "validation_pearson": 0.875}
    return StoredSearch(name=name, trials=4, seed=0, finished=finished, runs=(run,), made_from=made_from)


def snapshot(path: Path) -> list:
    """Return every value that a workspace gives, for comparing two of them."""
    with open_workspace(path) as ws:
        values = [ws.manifest, ws.format_version, ws.identity, ws.splits, list(ws.texts), ws.vectors.tolist()]
        for split in ws.splits:
            values += [ws.rows(split).tolist(), ws.labels(split).tolist(), ws.embeddings(split).tolist()]
        for name in ws.model_names:
            model = ws.model(name)
            arrays = {key: (array.dtype.str, array.tolist()) for key, array in model.arrays.items()}
            values.append(replace(model, arrays=arrays))
        return values


def forge(path: Path, element: str, array: np.ndarray, *, root: Branch | None = None) -> None:
    """Replace one array and seal the whole again, as someone who means harm would.

    :param root: what is forged; by default what the file holds.
    """
    root = root or read_tree(path, layout.WORKSPACE)
    forged = _replaced(root, element.split("/"), array)
    # A forged manifest cannot be read, and then no identity is compared.
    with suppress(WorkspaceError):
        forged = branch(forged.encoding, forged.members, made_from=identity_of(forged, read_manifest(forged)))
    path.unlink()
    write_tree(path, forged)


def _replaced(node: Branch, parts: list[str], array: np.ndarray) -> Branch:
    name, *rest = parts
    old = node.members[name]
    new = _replaced(old, rest, array) if rest else leaf(old.encoding, array, made_from=old.made_from)
    return branch(node.encoding, {**node.members, name: new}, made_from=node.made_from)


@contextmanager
def limited(size):
    """Let no file of this process grow beyond so many bytes: what a full disk looks like to a writer."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
