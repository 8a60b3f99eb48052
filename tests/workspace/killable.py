"""Jobs for the tests to kill: ``python -m tests.workspace.killable embed|fit WORKSPACE``."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.workspace.files import partial
from prle.workspace.opened import open_workspace
from prle.workspace.store import save_model
from tests.workspace.builders import StubEncoder, make_dataset, make_model

ROWS = 300


def run_embed(path: Path, delay: float = 0.004) -> None:
    """Embed slowly, with a mark behind every batch."""
    partial.FLUSH_SECONDS = 0.0
    embed(EmbedRequest(workspace=path, block=8), make_dataset(ROWS, name="new"), StubEncoder(delay=delay))


def run_fit(path: Path) -> None:
    """Save one model after the other, without end."""
    with open_workspace(path) as workspace:
        made_from = workspace.identity
    for step in count(1):
        save_model(path, make_model(made_from, step=step, size=500))


if __name__ == "__main__":
    print("ready", flush=True)  # noqa: T201
    {"embed": run_embed, "fit": run_fit}[sys.argv[1]](Path(sys.argv[2]))
