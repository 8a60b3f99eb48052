"""What a first answer costs: CPU seconds of new processes, each kind in turn, so that all see the same machine.

``python benchmarks/first_answer.py prle.h5`` explains two texts that the workspace does not hold, through the converted
encoder, through sentence-transformers and from the cache, beside processes that only import what any answer needs, and
one that only lets sentence-transformers encode the two texts. The workspace must have a model and be made with a
sentence-transformers encoder; it is not changed, and the user's cache is left alone.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from prle.encoders.location import locate
from prle.observer import SILENT
from prle.workspace import open_workspace

QUESTION = ("A woman is repairing an old violin.", "Somebody mends an instrument.")
IMPORTS = "import typer, rich, numpy, h5py"
DRAWING = """
import typer
def command(name: str = "", count: int = 1) -> None:
    import h5py, numpy
    from rich.console import Console
    from rich.table import Table
    Console().print(Table("name", "count"))
typer.run(command)
"""
ENCODING = """
import sys
from sentence_transformers import SentenceTransformer
SentenceTransformer(sys.argv[1], device="cpu").encode(sys.argv[2:])
"""


def main() -> None:
    """Measure every kind of process and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--runs", type=int, default=5, help="of each kind (default: 5)")
    said = parser.parse_args()
    with open_workspace(said.workspace) as opened:
        encoder = str(locate(opened.manifest.encoder.name, SILENT).path)
    with tempfile.TemporaryDirectory(prefix="prle-first-answer-") as folder:
        explain = [sys.executable, "-m", "prle_cli", "explain", *QUESTION, "-q", "-w", str(said.workspace.resolve())]
        kinds = {
            "converted encoder": ([*explain, "--no-cache"], folder),
            "sentence-transformers": (explain, "off"),
            "SentenceTransformer.encode of both, and no more": (
                [sys.executable, "-c", ENCODING, encoder, *QUESTION],
                "off",
            ),
            "cached texts": (explain, folder),
            IMPORTS: ([sys.executable, "-c", IMPORTS], folder),
            "the same, one Typer command that draws a table": ([sys.executable, "-c", DRAWING], folder),
        }
        # The first round converts the encoder, fills the cache and compiles Python files; it is not counted.
        seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(said.runs + 1):
            for kind, (command, cache) in kinds.items():
                seconds[kind].append(_cpu_seconds(command, cache))
    for kind, measured in seconds.items():
        counted = measured[1:]
        spread = f"{min(counted):.3f} to {max(counted):.3f}"
        sys.stdout.write(f"{statistics.median(counted):7.3f} s  ({spread})  {kind}\n")


def _cpu_seconds(command: list[str], cache: str) -> float:
    """Run a process to its end; return its user and system time."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        env={**kept, "PRLE_CACHE": cache, "HF_HUB_DISABLE_PROGRESS_BARS": "1"},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
