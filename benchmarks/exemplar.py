"""CPU time and peak memory of routing by every training question, as training questions become more.

``python benchmarks/exemplar.py --questions 100000 1000000`` plants questions and their clusters, and routes new ones
through them, each size in a process of its own. The questions themselves lie in memory, as a model holds them.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scale import peak
from synthetic import planted
from threadpoolctl import threadpool_limits

TEMPERATURE = 0.1
_LINE = (
    "{questions:10,} questions {seconds:8.2f} CPU s for {asked:,} asked, {peak:6,.0f} MiB at most, "
    "{held:6,.0f} of them the questions"
)


def main() -> None:
    """Measure each size in a new process, and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, nargs="+", default=[100_000])
    parser.add_argument("--asked", type=int, default=1_000)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--clusters", type=int, default=124)
    parser.add_argument("--planted", type=Path, default=None, help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.planted:
        sys.stdout.write(json.dumps(_routed(said.planted, said.questions[0], said.width, said.clusters)))
        return
    for questions in said.questions:
        with tempfile.TemporaryDirectory(prefix="prle-exemplar-") as folder:
            file = Path(folder) / "vectors"
            planted(questions + said.asked, said.width, file)
            sizes = ["--questions", str(questions), "--width", str(said.width), "--clusters", str(said.clusters)]
            command = [sys.executable, __file__, "--planted", str(file), *sizes]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        sys.stdout.write(_LINE.format(questions=questions, asked=said.asked, **json.loads(done.stdout)) + "\n")
        sys.stdout.flush()


def _routed(file: Path, questions: int, width: int, clusters: int) -> dict[str, float]:
    """Be the process of one size: CPU seconds, and MiB held at most and by the questions."""
    from prle.models.texts.routers.exemplar import ExemplarRouting
    from prle.models.texts.routers.interface import Asked

    vectors = np.fromfile(file, np.float32).reshape(-1, width)
    known, new = vectors[:questions], vectors[questions:]
    owner = np.random.default_rng(0).integers(clusters, size=questions)
    routing = ExemplarRouting(questions=known, owner=owner, count=clusters, temperature=TEMPERATURE)
    with threadpool_limits(1):
        begun = time.process_time()
        weights = routing(Asked(vectors=new))
        seconds = time.process_time() - begun
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-5)
    return {"seconds": seconds, "peak": peak() / 2**20, "held": known.nbytes / 2**20}


if __name__ == "__main__":
    main()
