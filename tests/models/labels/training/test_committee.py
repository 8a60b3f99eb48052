"""Members: the first is what it would be alone, the others differ from it on the same prototypes."""

import numpy as np
import pytest

from prle.config import resolve
from prle.explanation import by_prototype
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.committee import fit_committee
from prle.models.labels.training.rows import Rows
from prle.models.labels.training.start import start
from prle.models.labels.training.trainer import Trainer

QUICK = {
    "prototypes.count": 4,
    "value_space.dim": 16,
    "train.epochs": 4,
    "train.learning_rate": 3e-3,
    "train.expert_learning_rate": 3e-3,
}


class Listener:
    def __init__(self):
        self.epochs, self.done = [], []

    def note(self, message): ...
    def warn(self, message): ...

    def progress(self, task, done, total, unit):
        self.done.append((done, total))

    def epoch(self, record):
        self.epochs.append(record)


def task(world, **settings):
    config = settle(resolve(None, {**QUICK, **settings}), RowKind(sentences=world.sentences.shape[1]))
    train = Rows(sentences=world.sentences[:300], labels=world.labels[:300])
    validation = Rows(sentences=world.sentences[300:], labels=world.labels[300:])
    return config, NumberTarget.measured(train.labels), train, validation


def predictor(config, target, fitted, precision=np.float32):
    members = [each.parameters for each in fitted]
    return Predictor(assemble(config), members, target, fitted[0].anchors, precision=precision)


@pytest.mark.parametrize("members", [1, 2])
def test_the_first_member_is_what_it_would_be_alone(world, members):
    config, target, train, validation = task(world, **{"train.committee": members})
    first = fit_committee(config, target, train, validation)[0]
    model = assemble(config)
    begin = start(model, config, target, train.sentences, train.labels)
    alone = Trainer(model, target, config, train, validation).fit(begin.parameters, begin.anchors)
    for part, arrays in alone.parameters.items():
        for name, array in arrays.items():
            assert array.tobytes() == first.parameters[part][name].tobytes()
    assert first.history == alone.history


@pytest.mark.parametrize("snap", [True, False])
def test_prototypes_are_shared_and_all_else_is_their_own(world, snap):
    config, target, train, validation = task(world, **{"train.committee": 3, "prototypes.snap": snap})
    fitted = fit_committee(config, target, train, validation)
    for part in ("prototypes", "retrieval"):
        for name, array in fitted[0].parameters[part].items():
            assert all(np.array_equal(array, each.parameters[part][name]) for each in fitted[1:])
    assert all(np.array_equal(fitted[0].anchors, each.anchors) for each in fitted[1:])
    own = [[each.parameters[part] for part in ("projection", "router", "experts")] for each in fitted]
    assert len({b"".join(array.tobytes() for part in parts for array in part.values()) for parts in own}) == 3


def test_a_committee_says_the_mean_and_its_terms_add_up(world):
    config, target, train, validation = task(world, **{"train.committee": 3})
    fitted = fit_committee(config, target, train, validation)
    together = predictor(config, target, fitted).predict(world.sentences)
    apart = [predictor(config, target, [each]).predict(world.sentences) for each in fitted]
    np.testing.assert_allclose(together, np.mean(apart, axis=0), rtol=1e-5)
    assert not np.allclose(apart[0], apart[1])
    answer = predictor(config, target, fitted, np.float64).answer(world.sentences)
    assert answer.weights.shape == (400, 4)
    assert max(by_prototype(answer, target, row).gap for row in range(400)) <= 1e-6


def test_only_the_first_member_tells_its_epochs(pairs):
    listener = Listener()
    fitted = fit_committee(*task(pairs, **{"train.committee": 3, "train.epochs": 1}), listener)
    assert tuple(listener.epochs) == fitted[0].history
    assert listener.done[0] == (0, 2)
    assert listener.done[-1] == (2, 2)


def test_one_member_tells_nothing_of_others(pairs):
    listener = Listener()
    fit_committee(*task(pairs, **{"train.epochs": 1}), listener)
    assert listener.done == []
