"""The device of a fit: what is on it, what is drawn beside it, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from prle.config import resolve
from prle.errors import UsageError
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.targets import measure_target
from prle.models.labels.training.compute import Compute, compute_on
from prle.models.labels.training.noise import TorchNoise
from prle.models.labels.training.phases import schedule
from prle.models.labels.training.rows import Rows
from prle.models.labels.training.start import start
from prle.models.labels.training.state import TrainingState
from prle.models.labels.training.trainer import Trainer

ELSEWHERE = torch.device("meta")
"""A device of torch whose tensors have no values, but refuse to meet those of the processor, as those of a card do."""

LOSSES = ("task", "metric", "self_fit", "local", "consistency", "anchor_route", "balance", "entropy", "diversity")


@pytest.mark.parametrize("classes", [False, True], ids=["numbers", "classes"])
@pytest.mark.parametrize("rows", [0, 40], ids=["batch", "rows drawn"])
def test_a_step_leaves_nothing_on_the_processor(pairs, classes, rows):
    labels = (pairs.labels > 3.5).astype(np.float64) if classes else pairs.labels
    train = Rows(sentences=pairs.sentences, labels=labels, classes=("no", "yes") if classes else ())
    settings = {f"losses.joint.{name}": 0.5 for name in LOSSES}
    settings |= {"prototypes.count": 5, "train.em_alt_training": False, "value_space.projection": "mlp"}
    config = settle(
        resolve(None, {**settings, "router.kind": "mlp_sparse", "losses.metric.rows": rows}),
        RowKind(sentences=2, target=train.kind.target),
    )
    model, target = assemble(config), measure_target(train.labels, train.classes, config.experts.combine)
    begin = start(model, config, target, train.sentences, train.labels)
    (phase,) = schedule(config)
    compute = Compute(device=str(ELSEWHERE))
    trainer = Trainer(model, target, config, train, train, compute=compute)
    trainer._anchors = begin.anchors
    # Which pairs are compared depends on values.
    trainer._terms["metric"] = lambda batch: batch.compared.value.sum() * batch.compared.labels.sum()
    state = TrainingState(model, begin.parameters, config.train, learn_prototypes=True, compute=compute)
    assert state.moving(phase)
    terms = trainer._losses(state, phase, torch.arange(32))
    assert {str(name) for name in terms} == set(LOSSES)
    assert {term.device for term in terms.values()} == {ELSEWHERE}
    state.step(sum(terms.values(), trainer._nothing))
    kept = {tensor.device for part in state.averaged.values() for tensor in part.values()}
    assert kept == {ELSEWHERE}
    with pytest.raises((RuntimeError, NotImplementedError)):
        sum(terms.values(), trainer._nothing) + torch.zeros(3)


def test_noise_is_drawn_on_the_processor_for_the_whole_batch():
    values = torch.ones(10, 4)
    whole = TorchNoise(torch.Generator().manual_seed(3)).dropout(values, 0.5)
    part = TorchNoise(torch.Generator().manual_seed(3), rows=10, own=slice(4, 7)).dropout(values[4:7], 0.5)
    assert torch.equal(whole[4:7], part)
    assert 0 < int((whole == 0.0).sum()) < 40


@pytest.mark.parametrize("name", ["cuda", "cuda:1", "mps"])
def test_a_device_that_is_not_here_is_refused_with_what_there_is(name, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(UsageError, match=f"device {name}: this machine has cpu"):
        compute_on(name)


def test_a_device_that_nobody_has_heard_of_is_refused_by_its_name():
    with pytest.raises(UsageError, match="device: expected one of auto, cpu, cuda, mps, cuda:N; got 'gpu'"):
        compute_on("gpu")


def test_processes_of_a_machine_take_a_card_each(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    chosen = []
    for rank in ("0", "1", "2"):
        monkeypatch.setenv("LOCAL_RANK", rank)
        chosen.append(compute_on("cuda").device)
    assert chosen == ["cuda:0", "cuda:1", "cuda:0"]
    assert compute_on("cpu").device == "cpu"
