"""Rows a second of vectors to predictions: prle beside neighbours and trees, one thread, CPU time, each in turn.

``python benchmarks/prediction.py`` fits all of them to planted vectors (what they learn is not the question) and lets
them predict the same rows; with ``--rows`` of several sizes it shows who slows down as training rows become more. faiss
is measured where it is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.neighbors import KNeighborsRegressor
from synthetic import planted
from threadpoolctl import threadpool_limits

from prle.config import resolve
from prle.models.labels.training.rows import Rows
from prle.stages.fit.labels import fit_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from prle.models.labels.predictor import Answering

NEIGHBOURS = 16
TREES = 500
ASKED = 2048


def main() -> None:
    """Measure, and print a line for each method and number of rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="*", default=[5749])
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--prototypes", type=int, default=64)
    parser.add_argument("--projections", nargs="*", default=["mlp", "identity"])
    parser.add_argument("--bases", nargs="*", default=["linear", "kernel"], help="over which labels vote")
    parser.add_argument("--rounds", type=int, default=5, help="of all; the fastest of each counts (default: 5)")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="prle-prediction-") as folder, threadpool_limits(1):
        for rows in said.rows:
            vectors, labels = planted(rows + ASKED, said.width, Path(folder) / f"{rows}.vectors")
            known, asked = np.array(vectors[:rows]), np.array(vectors[rows:])
            methods = _methods(known, labels[:rows], asked, labels[rows:], said)
            best = dict.fromkeys(methods, float("inf"))
            for _ in range(said.rounds):
                for name, predict in methods.items():
                    begun = time.process_time()
                    predict(asked)
                    best[name] = min(best[name], time.process_time() - begun)
            for name, seconds in best.items():
                slower = ", ".join(f"{seconds / best[ours]:.1f}" for ours in best if ours.startswith("prle"))
                sys.stdout.write(f"{rows:9,} rows  {ASKED / seconds:12,.0f} a second  {name} (slower: {slower})\n")
            sys.stdout.flush()


def _methods(
    known: NDArray[np.float32],
    labels: NDArray[np.float64],
    asked: NDArray[np.float32],
    truth: NDArray[np.float64],
    said: argparse.Namespace,
) -> dict[str, Callable[[NDArray[np.float32]], object]]:
    """Fit each method; return what predicts."""
    train, judged = Rows(sentences=known[:, None, :], labels=labels), Rows(sentences=asked[:, None, :], labels=truth)
    methods: dict[str, Callable[[NDArray[np.float32]], object]] = {}
    for projection in said.projections:
        # No epoch: what it has learnt does not change what an answer costs.
        experts = {"votes.voters": "none", "train.epochs": 0, "value_space.projection": projection}
        methods[f"prle, {projection}"] = _fitted(train, judged, {**experts, "prototypes.count": said.prototypes})
    for base in said.bases:
        voting = {"votes.voters": "examples", "votes.base": base, "prototypes.count": said.prototypes}
        methods[f"prle, labels voting over {base}"] = _fitted(train, judged, voting)
    trees = HistGradientBoostingRegressor(max_iter=TREES, early_stopping=False).fit(known[:5749], labels[:5749])
    nearest = KNeighborsRegressor(NEIGHBOURS, algorithm="brute").fit(known, labels)
    methods[f"scikit-learn, {NEIGHBOURS} neighbours"] = nearest.predict
    methods[f"scikit-learn, {TREES} boosted trees of 5,749 rows"] = trees.predict
    if importlib.util.find_spec("faiss"):
        import faiss

        faiss.omp_set_num_threads(1)
        index = faiss.IndexFlatL2(known.shape[1])
        index.add(known)
        methods[f"faiss flat, {NEIGHBOURS} neighbours"] = lambda rows: labels[index.search(rows, NEIGHBOURS)[1]].mean(1)
    return methods


def _fitted(train: Rows, judged: Rows, settings: dict[str, object]) -> Callable[[NDArray[np.float32]], object]:
    return partial(_predicted, fit_rows(train, judged, resolve(None, settings))[0].predictor())


def _predicted(predictor: Answering, rows: NDArray[np.float32]) -> object:
    return predictor.predict(rows[:, None, :])


if __name__ == "__main__":
    main()
