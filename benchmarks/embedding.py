"""What `prle embed` costs beside sentence-transformers: CPU and wall seconds of both, in one process, each in turn.

``python benchmarks/embedding.py stsb`` encodes every sentence of a data set with ``SentenceTransformer.encode`` as it
comes, then embeds the data set in each precision: reading rows, encoding distinct texts, writing the workspace. Models
are loaded before anything is measured. Vectors are compared with those of sentence-transformers, text by text.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from prle.data import SourceRequest, load
from prle.encoders import Precision, load_encoder
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.workspace.opened import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from prle.encoders.pretrained.encoder import FolderEncoder


def main() -> None:
    """Measure, and print a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", default="stsb")
    parser.add_argument("--encoder", default="all-MiniLM-L6-v2")
    parser.add_argument("--precisions", nargs="*", default=["fp32", "bf16"])
    parser.add_argument("--rounds", type=int, default=1, help="of all; the fastest of each counts (default: 1)")
    said = parser.parse_args()
    os.environ["PRLE_CACHE"] = "off"
    dataset = load(SourceRequest(source=said.source))
    texts = [text for split in dataset.splits.values() for row in split.texts for text in row]
    encoders = {
        precision: cast("FolderEncoder", load_encoder(said.encoder, precision=cast("Precision", precision)))
        for precision in said.precisions
    }
    for encoder in encoders.values():
        encoder.encode(texts[:8])

    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(next(iter(encoders.values())).folder.path))
    with tempfile.TemporaryDirectory(prefix="prle-embedding-") as folder:
        paths = {precision: Path(folder) / f"{precision}.h5" for precision in encoders}
        ways: dict[str, Callable[[], object]] = {"SentenceTransformer.encode": lambda: reference.encode(texts)}
        for precision, encoder in encoders.items():
            request = EmbedRequest(workspace=paths[precision])
            ways[f"prle embed {precision}"] = partial(embed, request, dataset, encoder)
        best = dict.fromkeys(ways, (float("inf"), float("inf")))
        for _ in range(said.rounds):
            for path in paths.values():
                path.unlink(missing_ok=True)
            for way, run in ways.items():
                best[way] = min(best[way], _seconds(run))
        theirs = reference.encode(sorted(set(texts)), normalize_embeddings=True)
        cosines = {precision: _smallest_cosine(path, theirs) for precision, path in paths.items()}
    base = best["SentenceTransformer.encode"]
    sys.stdout.write(f"{len(texts):,} sentences, {len(set(texts)):,} distinct, load {os.getloadavg()[0]:.1f}\n")
    for way, (cpu, wall) in best.items():
        closest = cosines.get(way.rpartition(" ")[2])
        agreement = "" if closest is None else f", smallest cosine {closest:.6f}"
        sys.stdout.write(f"{cpu:8.2f} CPU s {wall:8.2f} s  {base[0] / cpu:5.2f} times  {way}{agreement}\n")


def _seconds(run: Callable[[], object]) -> tuple[float, float]:
    """Return the CPU and the wall seconds of a call."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    run()
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def _smallest_cosine(path: Path, theirs: np.ndarray) -> float:
    """Compare with vectors of the same distinct texts, in the order of the texts."""
    with open_workspace(path) as workspace:
        order = sorted(range(len(workspace.texts)), key=workspace.texts.__getitem__)
        ours = np.asarray(workspace.vectors, np.float64)[order]
    return float((ours * theirs.astype(np.float64)).sum(axis=1).min())


if __name__ == "__main__":
    main()
