"""Whether explanations hold: gaps of every ledger, coverage of intervals, and what predictions hang on, voted anew.

``python benchmarks/explanations.py prle.h5`` explains every test row of a workspace whose examples vote. Rows that a
prediction hangs on are left out, and distances alone say who then votes. The workspace is not changed.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.models.labels.calibration import Calibration, coverage
from prle.models.labels.checkpoint import restore
from prle.stages.explain.interface import LEVEL, ExplainRequest
from prle.stages.explain.numbers import NumberExplainer
from prle.stages.explain.questions import question_of
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.votes.predictor import VotingPredictor
    from prle.workspace import Workspace

SHUFFLES: Final = 100


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--name", default="default", help="which model (default: default)")
    parser.add_argument("--removals", type=int, default=100, help="test rows with a counterfactual (default: 100)")
    parser.add_argument("--move", type=float, default=0.1, help="that it should make (default: 0.1)")
    said = parser.parse_args()
    with open_workspace(said.workspace) as opened:
        checkpoint = restore(opened.model(said.name))
        _gaps(opened, said.name)
        _coverage(opened, checkpoint)
        _removals(opened, checkpoint, said.name, said.removals, said.move)


def _gaps(opened: Workspace, name: str) -> None:
    questions = [question_of(opened, "test", row) for row in range(opened.splits["test"])]
    begun = time.process_time()
    gaps = [each.completeness_gap for each in NumberExplainer(opened, name).explain(questions, ExplainRequest())]
    spent = time.process_time() - begun
    for ledger in gaps[0]:
        _say(f"largest gap by {ledger}: {max(each[ledger] for each in gaps):.1e}")
    _say(f"{len(gaps)} explanations in {spent:.2f} CPU seconds")


def _coverage(opened: Workspace, checkpoint: Checkpoint) -> None:
    predictor = checkpoint.predictor()
    names: tuple[SplitName, ...] = ("validation", "test")
    vectors = [opened.embeddings(name) for name in names]
    labels = np.concatenate([opened.labels(name) for name in names])
    predictions = np.concatenate([predictor.predict(each) for each in vectors])
    regimes = np.concatenate([predictor.regimes(each) for each in vectors])
    rows, prototypes = opened.splits["validation"], len(checkpoint.anchors)
    _say(f"coverage at {LEVEL:g}: {_held(labels, predictions, regimes, rows, prototypes)}")
    rng = np.random.default_rng(0)
    shuffled = []
    for _ in range(SHUFFLES):
        order = rng.permutation(len(labels))
        shuffled.append(_held(labels[order], predictions[order], regimes[order], rows, prototypes))
    means, deviations = np.mean(np.array(shuffled, float), axis=0), np.std(np.array(shuffled, float), axis=0)
    _say(f"validation and test rows shuffled {SHUFFLES} times: {means}, standard deviation {deviations}")


def _held(
    labels: NDArray[np.float64],
    predictions: NDArray[np.float64],
    regimes: NDArray[np.int64],
    rows: int,
    prototypes: int,
) -> tuple[float, float | None, float]:
    """Calibrate on the first ``rows`` and return how often intervals hold on the others."""
    calibration = Calibration(errors=np.abs(labels - predictions)[:rows], regimes=regimes[:rows], prototypes=prototypes)
    return coverage(calibration, LEVEL, labels=labels[rows:], predictions=predictions[rows:], regimes=regimes[rows:])


def _removals(opened: Workspace, checkpoint: Checkpoint, name: str, count: int, move: float) -> None:
    """Find what rows hang on, and let those vote who are left: in the cells that the model looks into, and in all."""
    explainer, ballot = NumberExplainer(opened, name), checkpoint.ballot
    if ballot is None or ballot.differs is not None:
        message = f"{name}: expected a model in which labels of examples vote, and nothing else."
        raise SystemExit(message)
    predictor = ballot.predictor(checkpoint.config, checkpoint.target, np.float64)
    reached, sizes, off, spent = [], [], [], 0.0
    for row in np.linspace(0, opened.splits["test"] - 1, count).astype(int).tolist():
        question = question_of(opened, "test", row)
        begun = time.process_time()
        told = next(explainer.explain([question], ExplainRequest(move=move))).counterfactual
        spent += time.process_time() - begun
        if told is None:
            continue
        reached.append(told.examples.reached)
        sizes.append(len(told.examples.removed))
        left = [_left(predictor, question.vectors, told.examples.removed, cells) for cells in (predictor.probes, None)]
        off.append(np.abs(np.array(left) - told.examples.prediction))
    _say(f"{count} rows, a move of {move:g}: found {sum(reached)}, median number left out {np.median(sizes):g}")
    same, every = np.max(off, axis=0)
    _say(f"largest difference to a vote of those that are left {same:.1e}, where all cells are looked into {every:.1e}")
    _say(f"{spent / count:.3f} CPU seconds a row")


def _left(predictor: VotingPredictor, vectors: NDArray[np.floating], gone: Sequence[int], cells: int | None) -> float:
    """Vote by labels alone, from nothing but distances: rows of the nearest cells (all when None) that are not gone."""
    voters = predictor.voters
    here = predictor.retrieval(vectors[None])
    nearest = np.argsort(((voters.centres - here) ** 2).sum(axis=1), kind="stable")[:cells]
    left = np.flatnonzero(np.isin(voters.cells, nearest) & ~np.isin(voters.rows, gone))
    far = ((voters.points(left) - here) ** 2).sum(axis=1)
    voting = np.argsort(far, kind="stable")[: predictor.neighbours]
    raised = np.exp((far.min() - far[voting]) / float(predictor.config.place.temperature))
    return float(raised @ voters.labels[left[voting]] / raised.sum())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
