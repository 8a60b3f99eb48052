"""Time and peak memory of each stage as rows, prototypes and widths grow, beside what the machine could do at best.

``python benchmarks/scale.py --rows 10000 100000 1000000`` makes workspaces of planted vectors in a temporary folder
(and removes them), and runs every stage in a process of its own: committing the workspace, beside a copy of its file
with fsync; fitting one epoch; predicting. The floor of a stage is the bytes it must move and the products it must
compute, over what is measured of the machine first. One size grows at a time, the others stay at their first value.
Slopes are those of CPU seconds on a log-log plot: 1 is linear.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from synthetic import planted, write_workspace

VALIDATION = 2_000
_LINE = (
    "{rows:10,} rows {prototypes:5} prototypes {widths:5} wide  {stage:8} {cpu:9.2f} CPU s {wall:9.2f} s "
    "{mebibytes:8.0f} MiB  floor {floor:8.2f} s"
)


def main() -> None:
    """Measure the machine, then every stage at every size, then the slopes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--prototypes", type=int, nargs="+", default=[64])
    parser.add_argument("--widths", type=int, nargs="+", default=[384])
    parser.add_argument("--folder", type=Path, default=None, help="where there is room (default: the system's)")
    parser.add_argument("--memory", type=int, default=None, help="bytes that a fit should make do with")
    parser.add_argument("--records", type=Path, default=None, help="write what was measured there, for plot_scale.py")
    parser.add_argument("--stage", nargs=3, default=None, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.stage:
        _run(said.stage[0], Path(said.stage[1]), int(said.stage[2]), said.memory)
        return
    products, bandwidth = _machine()
    _tell(f"one thread: {products / 1e9:.0f} GFLOP/s of float32 products, {bandwidth / 1e9:.1f} GB/s read from memory")
    records: list[dict[str, object]] = []
    base = said.rows[0], said.prototypes[0], said.widths[0]
    for place, name in enumerate(("rows", "prototypes", "widths")):
        sizes = getattr(said, name)
        if place and len(sizes) == 1:
            continue
        seen: dict[str, list[float]] = {}
        for size in sizes:
            rows, prototypes, width = (size if place == other else base[other] for other in range(3))
            for stage, record in _measure(rows, prototypes, width, said.folder, said.memory).items():
                seen.setdefault(stage, []).append(record["cpu"])
                floor = _floor(stage, rows, prototypes, width, products, bandwidth)
                line = {"grows": name, "rows": rows, "prototypes": prototypes, "widths": width, "stage": stage}
                records.append({**line, **record, "floor": floor})
                _tell(_LINE.format(**records[-1], mebibytes=record["peak"] / 2**20))
                if said.records:
                    said.records.write_text(json.dumps(records, indent=1) + "\n")
        _slopes(sizes, seen, name)


def _slopes(sizes: list[int], seen: dict[str, list[float]], name: str) -> None:
    for stage, seconds in seen.items():
        for (small, large), (before, after) in zip(pairwise(sizes), pairwise(seconds), strict=True):
            slope = math.log(after / before) / math.log(large / small)
            _tell(f"slope of {stage} from {small:,} to {large:,} {name}: {slope:.2f}")


def _measure(
    rows: int, prototypes: int, width: int, folder: Path | None, memory: int | None
) -> dict[str, dict[str, float]]:
    """Run every stage on one workspace, each in its own process."""
    with tempfile.TemporaryDirectory(prefix="prle-scale-", dir=folder) as scratch:
        vectors, labels = planted(rows + VALIDATION, width, Path(scratch) / "vectors")
        labels.tofile(Path(scratch) / "labels")
        (Path(scratch) / "width").write_text(str(width))
        del vectors
        records = {}
        # The copy is of the file that the commit makes, so it is measured after it.
        for stage in ("commit", "copy", "fit", "predict"):
            chosen = [] if memory is None else ["--memory", str(memory)]
            command = [sys.executable, __file__, "--stage", stage, scratch, str(prototypes), *chosen]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            records[stage] = json.loads(done.stdout)
    return records


def _run(stage: str, folder: Path, prototypes: int, memory: int | None) -> None:
    """Be the process of one stage, and print what it took; what it needs is loaded before."""
    from prle.config import resolve
    from prle.stages.common.memory import vectors_in
    from prle.stages.fit.stage import fit
    from prle.workspace.opened import open_workspace

    path = folder / "prle.h5"
    width = int((folder / "width").read_text())
    labels = np.fromfile(folder / "labels", np.float64)
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    if stage == "commit":
        vectors = np.memmap(folder / "vectors", np.float32, "r", shape=(len(labels), width))
        write_workspace(path, vectors, labels, VALIDATION)
    elif stage == "copy":
        with path.open("rb") as source, (folder / "copy").open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 24)
            target.flush()
            os.fsync(target.fileno())
        (folder / "copy").unlink()
    elif stage == "fit":
        experts = {"votes.voters": "none", "train.epochs": 1, "value_space.projection": "mlp"}
        settings = {**experts, "prototypes.count": prototypes}
        fit(path, resolve(None, settings), memory=memory)
    else:
        from prle.models.labels.checkpoint import load

        with open_workspace(path) as opened:
            load(opened, "default").predictor().predict(vectors_in(opened, "train", memory))
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    sys.stdout.write(json.dumps({"cpu": cpu, "wall": wall, "peak": peak()}))


def peak() -> int:
    """Return the most bytes that this process held; what getrusage says begins with what its parent held."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _machine() -> tuple[float, float]:
    """Return floating-point operations a second of a matrix product, and bytes a second of a read."""
    a = np.random.default_rng(0).normal(size=(2048, 2048)).astype(np.float32)
    products = min(_cpu(lambda: a @ a) for _ in range(5))
    large = np.ones(1 << 27, np.float32)
    reading = min(_cpu(large.sum) for _ in range(5))
    return 2 * 2048**3 / products, large.nbytes / reading


def _cpu(call: object) -> float:
    begun = time.process_time()
    call()  # type: ignore[operator]
    return time.process_time() - begun


def _floor(stage: str, rows: int, prototypes: int, width: int, products: float, bandwidth: float) -> float:
    """Return the seconds that a stage takes at least: its bytes once, and the products of its largest layers."""
    reading = rows * width * 4 / bandwidth
    if stage in ("copy", "commit"):
        return 2 * reading
    hidden = 256
    forward = 2 * width * (hidden + prototypes)
    # Forward, backward to the weights and backward to the prototypes of the batch; then one pass of the closed form.
    passes = 1 if stage == "predict" else 4
    nearest = 0 if stage == "predict" else 2 * width * min(rows, 2048)
    return reading + rows * (passes * forward + nearest) / products


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
