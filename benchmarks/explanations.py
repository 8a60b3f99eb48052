"""Whether explanations hold: gaps of every ledger, coverage of intervals, and counterfactuals against plain refits.

``python benchmarks/explanations.py prle.h5`` explains every test row of a workspace whose model can be traced to its
training rows. Removals are confirmed by experts that are solved here, from nothing but the rows that are left. The
workspace is not changed.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation import place
from prle.models.labels.calibration import Calibration, coverage
from prle.models.labels.checkpoint import evidence_of, restore
from prle.models.labels.regressions import SILENT_SHARE
from prle.models.labels.training.rows import Rows
from prle.stages.explain.interface import LEVEL, ExplainRequest
from prle.stages.explain.numbers import NumberExplainer
from prle.stages.explain.questions import question_of
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.explanation import Placed
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.regressions import Regressions
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
    explainer, predictor = NumberExplainer(opened, name), checkpoint.predictor(precision=np.float64)
    labels = opened.labels("train")
    members = evidence_of(checkpoint, Rows(sentences=opened.embeddings("train"), labels=labels))
    reached, sizes, off, spent = [], [], [], 0.0
    for row in np.linspace(0, opened.splits["test"] - 1, count).astype(int).tolist():
        question = question_of(opened, "test", row)
        begun = time.process_time()
        told = next(explainer.explain([question], ExplainRequest(move=move))).counterfactual
        spent += time.process_time() - begun
        if told is None or told.examples is None:
            message = f"{name}: expected a model that can be traced to its training rows."
            raise SystemExit(message)
        inputs = place(predictor, predictor.forwards(question.vectors[None]))
        without_rows = _refitted(members, inputs, labels, rows=told.examples.removed)
        without_prototypes = _refitted(members, inputs, labels, prototypes=told.prototypes.removed)
        off.append((abs(without_prototypes - told.prototypes.prediction), abs(without_rows - told.examples.prediction)))
        reached.append((told.prototypes.reached, told.examples.reached))
        sizes.append((len(told.prototypes.removed), len(told.examples.removed)))
    _say(f"{count} rows, a move of {move:g}, prototypes and examples:")
    _say(f"found {np.sum(reached, axis=0)}, median number removed {np.median(sizes, axis=0)}")
    _say(f"largest difference to a plain refit {np.max(off, axis=0)}; {spent / count:.3f} CPU seconds a row")


def _refitted(
    members: Sequence[Regressions],
    inputs: Sequence[Placed],
    labels: NDArray[np.float64],
    *,
    rows: Sequence[int] = (),
    prototypes: Sequence[int] = (),
) -> float:
    """Solve every expert on what is left, and predict one input."""
    kept = np.setdiff1d(np.arange(len(labels)), rows)
    said = []
    for member, one in zip(members, inputs, strict=True):
        weights, own = (_shared(each.astype(np.float64), prototypes) for each in (member.weights[kept], one.weights))
        features, missed = member.features[kept].astype(np.float64), (labels - member.prior)[kept]
        prediction = float(one.prior[0])
        for prototype in range(weights.shape[1]):
            weighted = features * weights[:, prototype, None]
            solution = np.linalg.solve(weighted.T @ features + np.diag(member.held), weighted.T @ missed)
            prediction += float(own[0, prototype] * (one.features[0] @ solution))
        said.append(prediction)
    return float(np.mean(said))


def _shared(weights: NDArray[np.float64], prototypes: Sequence[int]) -> NDArray[np.float64]:
    """Take weight from prototypes and give it to the others, in proportion to theirs."""
    left = np.delete(np.arange(weights.shape[1]), list(prototypes))
    shared = np.zeros_like(weights)
    totals = weights[:, left].sum(axis=1, keepdims=True)
    shared[:, left] = np.divide(
        weights[:, left], totals, out=np.zeros((len(weights), len(left))), where=totals > SILENT_SHARE
    )
    return shared


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
