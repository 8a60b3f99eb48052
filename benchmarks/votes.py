"""What a vote over real examples costs and promises: seven data sets, the defaults, a row a seed in Markdown.

``python benchmarks/votes.py DATA FOLDER`` embeds each set of ``DATA`` into ``FOLDER`` once, fits what is missing there
(``prle fit --seed S``), and prints test figures: of the vote, of the score alone, and who carries. ``--baselines`` sets
every model beside the best of all baselines, and ends with a table of all methods; ``--stability`` says how many of the
ten heaviest voters of a test row another seed finds too. FOLDER belongs to this script: whatever is fitted there is
compared.
"""

from __future__ import annotations

import argparse
import os
import sys
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from threadpoolctl import threadpool_limits

from prle.baselines import baselines_for
from prle.baselines.interface import Table
from prle.config import resolve
from prle.data import SourceRequest
from prle.metrics.classes import LEAST
from prle.models.labels.checkpoint import load
from prle.stages.bench.interface import BenchRequest, model_row
from prle.stages.bench.labels import bench
from prle.stages.embed.source import embed_source
from prle.stages.fit.stage import fit
from prle.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.stages.bench.interface import BenchReport, BenchRow
    from prle.workspace import Workspace

HEAVIEST: Final = 10
"""Voters of a row that another seed should find too."""

AT_ONCE: Final = 256

RESAMPLES: Final = 2_000

LARGE: Final = 100.0
"""Errors from here on have no decimals."""


def _built_in(name: str) -> Callable[[Path], SourceRequest]:
    return lambda _: SourceRequest(source=name)


SETS: Final[Mapping[str, Callable[[Path], SourceRequest]]] = {
    **{name: _built_in(name) for name in ("stsb", "sick", "emobank", "sst5")},
    "banking77": lambda data: SourceRequest(
        source=None,
        train=data / "banking77" / "train.csv",
        test=data / "banking77" / "test.csv",
        text="text",
        label="label",
        target="class",
    ),
    "adult": lambda data: SourceRequest(
        source=None,
        train=data / "adult" / "train.csv",
        test=data / "adult" / "test.csv",
        table=True,
        label="label",
        target="class",
    ),
    "california": lambda data: SourceRequest(
        source=str(data / "california_housing" / "all.csv"), table=True, label="label"
    ),
}
"""What is read, from the folder of the data."""

HEADS: Final = (
    "data, seed",
    "test",
    "the score alone",
    "carried",
    "told",
    "content (chance)",
    "voters for 80 %",
    "prototypes for 80 %",
    "CPU s",
)


def main() -> None:
    """Embed, fit, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="where the data sets are")
    parser.add_argument("folder", type=Path, help="where workspaces are made")
    parser.add_argument("--seeds", type=int, default=3, help="fits of each set (default: 3)")
    parser.add_argument("--sets", nargs="*", choices=list(SETS), default=list(SETS), metavar="SET")
    parser.add_argument("--baselines", action="store_true", help="set every model beside the best baseline")
    parser.add_argument("--stability", action="store_true", help="compare the heaviest voters of seeds")
    said = parser.parse_args()
    os.environ["PRLE_DATA"] = str(said.data)
    said.folder.mkdir(parents=True, exist_ok=True)
    heads = (*HEADS, *(("best baseline, difference",) if said.baselines else ()))
    say(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    notes, compared = [], {}
    for name in said.sets:
        workspace = said.folder / f"{name}.h5"
        seeds = range(said.seeds)
        prepare(name, said.data, workspace, seeds)
        only = None if said.baselines else [model_row(model_of(seed)) for seed in seeds]
        with open_workspace(workspace) as opened:
            report = bench(opened, BenchRequest(only=only))
        for seed in seeds:
            say(f"| {' | '.join(_cells(name, seed, report))} |")
        if said.baselines:
            compared[name] = _compared(report, seeds)
            notes += _by_log_loss(name, workspace, report, seeds)
        if said.stability:
            notes.append(_stability(name, workspace, seeds))
    # After the table, which a line between its rows would end.
    for note in notes:
        say(f"\n{note}")
    if said.baselines:
        say(f"\n{_by_method(compared)}")


def model_of(seed: int) -> str:
    """Return the name of the model that a seed gives."""
    return f"seed-{seed}"


def prepare(name: str, data: Path, workspace: Path, seeds: Sequence[int]) -> None:
    """Embed a set, and fit it with the seeds that are not there yet."""
    embed_source(workspace, SETS[name](data))
    with open_workspace(workspace) as opened:
        there = {known for known in opened.model_names if opened.stale(known) is None}
    for seed in seeds:
        if model_of(seed) not in there:
            fit(workspace, resolve(None, {"train.seed": seed}), name=model_of(seed))


def _cells(name: str, seed: int, report: BenchReport) -> list[str]:
    """Return the row of a fit."""
    own = model_row(model_of(seed))
    (row,) = (each for each in report.rows if each.name == own)
    alone = next((each for each in report.rows if each.ablates == own), None)
    cells = [
        f"{name}, {seed}",
        _figures(row),
        "" if alone is None else _figures(alone),
        f"{row.carried:.3f}",
        f"{row.told:.3f}",
        f"{row.content:.2f} ({row.content_chance:z.2f})",
        f"{row.voters_80:.1f}",
        f"{row.prototypes_80:.1f}",
        "" if row.fit_cpu_seconds is None else f"{row.fit_cpu_seconds:.1f}",
    ]
    if row.difference is not None:
        point, low, high = row.difference
        cells.append(f"{report.best_baseline}, {point:+.4f} [{low:+.4f}, {high:+.4f}]")
    return cells


def _figures(row: BenchRow) -> str:
    """Return what a method reaches: Pearson and RMSE, or accuracy, AUC and log loss."""
    return _written(_numbers(row))


def _numbers(row: BenchRow) -> list[float]:
    found = (row.pearson, row.rmse) if row.accuracy is None else (row.accuracy, row.auc, row.log_loss)
    return [np.nan if figure is None else figure for figure in found]


def _written(figures: Sequence[float] | NDArray[np.float64]) -> str:
    return " / ".join(f"{figure:.4f}" if figure < LARGE else f"{figure:,.0f}" for figure in figures)


def _compared(report: BenchReport, seeds: Sequence[int]) -> dict[str, str]:
    """Return what each method reaches; of the vote and of the score alone the mean over seeds."""
    own = [model_row(model_of(seed)) for seed in seeds]
    votes = [row for row in report.rows if row.name in own]
    alone = [row for row in report.rows if row.ablates in own]
    others = {row.name: _figures(row) for row in report.rows if row.kind == "baseline"}
    return {"vote, mean over seeds": _mean(votes), "score alone, mean over seeds": _mean(alone), **others}


def _by_log_loss(name: str, workspace: Path, report: BenchReport, seeds: Sequence[int]) -> list[str]:
    """Set each vote of classes beside the baseline of the lowest test log loss: their paired difference, per row."""
    rivals = [row for row in report.rows if row.kind == "baseline" and row.log_loss is not None]
    if not rivals:
        return []
    best = min(rivals, key=lambda row: row.log_loss or np.inf).name
    with open_workspace(workspace) as opened, threadpool_limits(1):
        count = len(opened.manifest.classes)
        tables = {
            split: Table(embeddings=opened.embeddings(split), labels=opened.labels(split), classes=count)
            for split in ("train", "validation", "test")
        }
        rival = baselines_for(count)[best]().fit(tables["train"], tables["validation"])
        test = tables["test"]
        theirs = _losses(test, rival.predict(test.embeddings[:]))
        ours = [_losses(test, load(opened, model_of(seed)).predictor().predict(test.embeddings)) for seed in seeds]
    written = []
    for seed, losses in zip(seeds, ours, strict=True):
        gap = losses - theirs
        drawn = np.random.default_rng(0).integers(0, len(gap), (RESAMPLES, len(gap)))
        low, high = np.quantile([gap[rows].mean() for rows in drawn], (0.025, 0.975))
        written.append(f"seed {seed} {gap.mean():+.4f} [{low:+.4f}, {high:+.4f}]")
    return [f"{name}: test log loss less that of {best}, paired, 95 %: {'; '.join(written)}."]


def _losses(table: Table, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the negative log probability of the true class of each row. *Shape:* (N,)."""
    of_truth = probabilities[np.arange(len(table)), table.codes]
    losses: NDArray[np.float64] = -np.log(np.maximum(of_truth, LEAST))
    return losses


def _mean(rows: Sequence[BenchRow]) -> str:
    """Return the mean of each figure over fits."""
    return _written(np.mean([_numbers(row) for row in rows], axis=0)) if rows else ""


def _by_method(compared: Mapping[str, Mapping[str, str]]) -> str:
    """Return a table with a column for each set."""
    methods = dict.fromkeys(method for column in compared.values() for method in column)
    lines = [f"| method | {' | '.join(compared)} |", f"|{' --- |' * (1 + len(compared))}"]
    lines += [f"| {name} | {' | '.join(each.get(name, '') for each in compared.values())} |" for name in methods]
    return "\n".join(lines)


def _stability(name: str, workspace: Path, seeds: Sequence[int]) -> str:
    """Say how many of the heaviest voters of test rows two seeds share, on average over rows and pairs of seeds."""
    with open_workspace(workspace) as opened:
        found = [heaviest(opened, model_of(seed)) for seed in seeds]
    pairs = list(combinations(found, 2))
    if not pairs:
        return f"{name}: one seed has no other to agree with."
    mean = float(np.mean([shared(first, second) for first, second in pairs]))
    return f"{name}: of the {HEAVIEST} heaviest voters of a test row another seed finds {mean:.1f}."


def heaviest(opened: Workspace, model: str) -> NDArray[np.int64]:
    """Return the training rows that weigh most for each test row. *Shape:* (N, 10)."""
    checkpoint = load(opened, model)
    if checkpoint.ballot is None:
        message = f"{model}: expected a model in which examples vote."
        raise SystemExit(message)
    predictor, rows = checkpoint.ballot.predictor(checkpoint.config, checkpoint.target), opened.embeddings("test")
    found = []
    for first in range(0, len(rows), AT_ONCE):
        votes = predictor.votes(rows[first : first + AT_ONCE])
        order = np.argsort(-votes.alphas, axis=1, kind="stable")[:, :HEAVIEST]
        found.append(predictor.voters.rows[np.take_along_axis(votes.places, order, axis=1)])
    return np.concatenate(found)


def shared(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    """Return how many rows two lists have in common, on average. *Shapes:* (N, K)."""
    return float((first[:, :, None] == second[:, None, :]).any(axis=2).sum(axis=1).mean())


def say(line: str) -> None:
    """Print a line at once: the next may be minutes away."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
