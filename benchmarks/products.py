"""How much of a fit is matrix products: CPU seconds by operator of torch, on planted vectors.

``python benchmarks/products.py --rows 100000`` fits one epoch under torch's profiler. What is not torch (choosing the
first prototypes, priors, scales, reading rows) is the rest of the CPU time of the process.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from synthetic import planted, write_workspace
from torch.profiler import ProfilerActivity, profile

from prle.config import resolve
from prle.stages.fit import fit

PRODUCTS: Final = ("aten::addmm", "aten::mm", "aten::bmm", "aten::baddbmm")
VALIDATION: Final = 2_000
SHOWN: Final = 15


def main() -> None:
    """Fit once, and print the share of products and the operators that take longest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--prototypes", type=int, default=64)
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="prle-products-") as folder:
        path = Path(folder) / "prle.h5"
        vectors, labels = planted(said.rows + VALIDATION, said.width, Path(folder) / "vectors")
        write_workspace(path, vectors, labels, VALIDATION)
        settings = {"prototypes.count": said.prototypes, "train.epochs": 1, "value_space.projection": "mlp"}
        begun = time.process_time()
        with profile(activities=[ProfilerActivity.CPU]) as profiler:
            fit(path, resolve(None, settings))
        seconds = time.process_time() - begun
    operators = sorted(profiler.key_averages(), key=lambda each: -each.self_cpu_time_total)
    in_torch = sum(each.self_cpu_time_total for each in operators) / 1e6
    products = sum(each.self_cpu_time_total for each in operators if each.key in PRODUCTS) / 1e6
    sys.stdout.write(f"{seconds:.1f} CPU s, {in_torch:.1f} s in operators of torch, {products:.1f} s in products\n")
    for each in operators[:SHOWN]:
        sys.stdout.write(f"{each.self_cpu_time_total / 1e6:8.2f} s {each.count:9,} times  {each.key}\n")


if __name__ == "__main__":
    main()
