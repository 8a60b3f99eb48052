"""Workspaces of any size without texts to encode: planted vectors, written as `prle embed` writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.arrays.packed_texts import pack
from prle.encoders.interface import EncoderRecord
from prle.workspace.contents import Contents
from prle.workspace.interface import Manifest
from prle.workspace.store import save_embeddings

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

BLOCK = 1 << 14
CENTRES = 64


def planted(rows: int, width: int, file: Path, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return unit vectors around some centres, in a mapped file, and labels with a slope of their own at each.

    *Shapes:* (rows, width), (rows,)
    """
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(CENTRES, width)).astype(np.float32)
    slopes = rng.normal(size=(CENTRES, width)).astype(np.float32)
    vectors = np.memmap(file, np.float32, "w+", shape=(rows, width))
    labels = np.empty(rows)
    for first in range(0, rows, BLOCK):
        owner = rng.integers(CENTRES, size=min(BLOCK, rows - first))
        block = centres[owner] + rng.normal(size=(len(owner), width)).astype(np.float32)
        block /= np.linalg.norm(block, axis=1, keepdims=True)
        vectors[first : first + len(owner)] = block
        labels[first : first + len(owner)] = np.sum(block * slopes[owner], axis=1) + owner / CENTRES
    return vectors, labels


def write_workspace(path: Path, vectors: NDArray[np.float32], labels: NDArray[np.float64], validation: int) -> int:
    """Commit planted vectors as a workspace whose texts are numbers; the last ``validation`` rows validate.

    :return: its size in bytes.
    """
    rows = np.arange(len(vectors))[:, None]
    cut = len(vectors) - validation
    record = EncoderRecord(
        name="planted", kind="planted", fingerprint="0" * 64, width=vectors.shape[1], source="built-in"
    )
    contents = Contents(
        texts=pack(map(str, range(len(vectors)))),
        rows={"train": rows[:cut], "validation": rows[cut:]},
        labels={"train": labels[:cut], "validation": labels[cut:]},
    )
    manifest = Manifest(
        dataset="planted",
        origin="made by a benchmark",
        synthetic=True,
        fields=("text",),
        label="number",
        encoder=record,
        created="2000-01-01T00:00:00+00:00",
    )
    return save_embeddings(path, contents=contents, manifest=manifest, vectors=vectors, made_from="0" * 64)
