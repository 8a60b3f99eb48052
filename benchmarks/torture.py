"""Kill prle at random moments, and look at what is left.

``python benchmarks/torture.py --kills 20`` embeds the demo and fits it through the real command line, each run ended by
SIGKILL somewhere in its life. After every kill the workspace must open with everything in it as it was before or as it
is after, every number verified; at the end ``embed`` must resume to the very bytes that it gives undisturbed.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from prle.workspace.layout import partial_path
from prle.workspace.store import drop_model, open_workspace

ENVIRONMENT = {**os.environ, "SOURCE_DATE_EPOCH": "0"}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line said."""

    kills: int
    seed: int
    embed: tuple[str, ...]
    fit: tuple[str, ...]


def main() -> int:
    """Run both tortures; return 0 when nothing was lost."""
    options = _options()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="prle-torture-") as folder:
        path = _torture_embed(Path(folder), options, rng)
        _torture_fit(path, options, rng)
    _say("nothing was lost")
    return 0


def _options() -> Options:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="of embed, and again of fit (default: 20)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (default: 0)")
    parser.add_argument("--embed", default="demo --encoder hashing", help="arguments of prle embed")
    parser.add_argument("--fit", default="--epochs 2", help="arguments of prle fit")
    said = parser.parse_args()
    return Options(kills=said.kills, seed=said.seed, embed=tuple(said.embed.split()), fit=tuple(said.fit.split()))


def _torture_embed(folder: Path, options: Options, rng: random.Random) -> Path:
    reference, path = folder / "reference.h5", folder / "prle.h5"
    seconds = _run(["embed", *options.embed, "-w", str(reference)])
    expected = _state(reference)
    _say(f"embed takes {seconds:.2f} s undisturbed")
    outcomes = {"before": 0, "after": 0, "unfinished": 0}
    for _ in range(options.kills):
        _kill(["embed", *options.embed, "-w", str(path)], rng.uniform(0.4 * seconds, 1.05 * seconds))
        outcomes["unfinished"] += partial_path(path).exists()
        if path.exists():
            _expect(_state(path) == expected, "the workspace is neither the one before nor the one after")
            outcomes["after"] += 1
            path.unlink()
        else:
            outcomes["before"] += 1
    _say(f"embed, {options.kills} kills: {outcomes}")
    _run(["embed", *options.embed, "-w", str(path)])
    _expect(path.read_bytes() == reference.read_bytes(), "embed did not resume to the same bytes")
    return path


def _torture_fit(path: Path, options: Options, rng: random.Random) -> None:
    seconds = _run(["fit", "-w", str(path), "--name", "kept", *options.fit])
    _say(f"fit takes {seconds:.2f} s undisturbed")
    before = _state(path)
    outcomes = {"before": 0, "after": 0}
    for _ in range(options.kills):
        _kill(["fit", "-w", str(path), *options.fit], rng.uniform(0.4 * seconds, 1.05 * seconds))
        after = _state(path)
        fitted = after.pop("model default", None)
        _expect(after == before, "a section that fit does not write has changed")
        outcomes["after" if fitted else "before"] += 1
        if fitted:
            drop_model(path, "default")
    _say(f"fit, {options.kills} kills: {outcomes}")
    _run(["fit", "-w", str(path), *options.fit])
    _expect("model default" in _state(path), "fit left no model")


def _state(path: Path) -> dict[str, object]:
    """Read, and so verify, every number; return them by section."""
    with open_workspace(path) as workspace:
        state: dict[str, object] = {"identity": workspace.identity, "manifest": workspace.manifest}
        state["texts"] = tuple(workspace.texts)
        state["vectors"] = workspace.vectors.tobytes()
        for split in workspace.splits:
            state[split] = workspace.rows(split).tobytes(), workspace.labels(split).tobytes()
        for name in workspace.model_names:
            model = workspace.model(name)
            arrays = {key: array.tobytes() for key, array in model.arrays.items()}
            state[f"model {name}"] = dict(model.config), dict(model.summary), arrays, repr(model.history)
        return state


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "prle_cli", *arguments]


def _run(arguments: list[str]) -> float:
    """Run prle to its end; return how long that took, in seconds."""
    started = time.monotonic()
    done = subprocess.run(_command(arguments), env=ENVIRONMENT, capture_output=True, text=True, check=False)
    _expect(done.returncode == 0, f"prle {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return time.monotonic() - started


def _kill(arguments: list[str], seconds: float) -> None:
    """Run prle and kill it after that long."""
    with subprocess.Popen(
        _command(arguments), env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(seconds)
        process.kill()


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        sys.exit(f"torture: {otherwise}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
