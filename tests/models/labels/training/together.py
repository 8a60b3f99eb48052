"""Several processes of one fit on loopback, started as torchrun starts them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from prle.config import resolve
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.compute import Compute
from prle.models.labels.training.phases import schedule
from prle.models.labels.training.rows import Rows
from prle.models.labels.training.start import start
from prle.models.labels.training.state import TrainingState
from prle.models.labels.training.trainer import Trainer
from tests.conftest import make_world

if TYPE_CHECKING:
    from prle.models.labels.training.ranks import Ranks

ROOT = Path(__file__).parents[4]
LOSSES = ("task", "metric", "self_fit", "local", "consistency", "anchor_route", "balance", "entropy", "diversity")
BATCH = 31


def started(count: int, *arguments: str) -> list[subprocess.Popen[str]]:
    """Start ``python *arguments`` so many times, each told its rank and where to meet the others."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COV_")}
    told = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "WORLD_SIZE": str(count), "PYTHONPATH": str(ROOT)}
    return [
        subprocess.Popen(
            [sys.executable, *arguments],
            env={**kept, **told, "RANK": str(rank), "LOCAL_RANK": str(rank), "OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(count)
    ]


def ended(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str, str]]:
    """Wait for all of them; return exit code, stdout and stderr of each."""
    found = []
    for process in processes:
        out, errors = process.communicate(timeout=120)
        found.append((process.returncode, out, errors))
    return found


def gradients(ranks: Ranks, drawn: int) -> dict[str, np.ndarray]:
    """The gradient of every loss by itself on one batch, over all parameters, and its value."""
    world = make_world(rows=120, sentences=2)
    config = settle(
        resolve(
            None,
            {
                **{f"losses.joint.{name}": 1.0 for name in LOSSES},
                "prototypes.count": 5,
                "train.em_alt_training": False,
                "value_space.projection": "mlp",
                "value_space.dropout": 0.4,
                "value_space.dim": 16,
                "router.temperature": 2.0,
                "losses.metric.rows": drawn,
            },
        ),
        RowKind(sentences=2),
    )
    model, target = assemble(config), NumberTarget.measured(world.labels)
    rows = Rows(sentences=world.sentences, labels=world.labels)
    begin = start(model, config, target, rows.sentences, rows.labels)
    (phase,) = schedule(config)
    found = {}
    for name in LOSSES:
        compute = Compute(ranks=ranks)
        trainer = Trainer(model, target, config, rows, rows, compute=compute)
        trainer._anchors = begin.anchors
        state = TrainingState(model, begin.parameters, config.train, learn_prototypes=True, compute=compute)
        assert state.moving(phase)
        term = trainer._losses(state, phase, torch.arange(7, 7 + BATCH))[name]
        term.backward()
        learned = [tensor for tensor, _, _ in state._moving_tensors()]
        for tensor in learned:
            tensor.grad = torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        ranks.add_up([tensor.grad for tensor in learned])
        found[name] = torch.cat([tensor.grad.reshape(-1) for tensor in learned]).numpy()
        found[f"{name} value"] = np.asarray([term.item()])
    return found
