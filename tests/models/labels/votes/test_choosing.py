"""What settles a place: validation rows, and training rows, on which neither they nor their like vote."""

from dataclasses import replace

import numpy as np
import pytest

from prle.arrays.geometry import unit
from prle.config import PlaceConfig
from prle.models.labels.targets import NumberTarget
from prle.models.labels.votes import choosing
from prle.models.labels.votes.choosing import Choice
from prle.models.labels.votes.place import Reading

ROWS, CHECKS = 60, 12
SETTINGS = PlaceConfig(content=1.0, neighbours=25)


def placed(rows, seed):
    """Rows whose label is their score and noise, about anything."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=(rows, 1)).astype(np.float32)
    content = unit(rng.normal(size=(rows, 8))).astype(np.float32)
    return Reading(score=score, value=None, content=content), score[:, 0] + rng.normal(size=rows)


def chosen(train, labels, checks, goal, *, unseen):
    target = NumberTarget.measured(labels)
    return Choice(target, train, labels, checks, goal, seed=0, unseen=unseen).best(SETTINGS)


@pytest.mark.parametrize(("unseen", "judges"), [(False, CHECKS), (True, CHECKS + ROWS)])
def test_training_rows_judge_where_they_were_placed_unseen(unseen, judges):
    assert len(chosen(*placed(ROWS, 0), *placed(CHECKS, 1), unseen=unseen).errors) == judges


def test_no_more_rows_judge_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(choosing, "COMPARED", 20 * ROWS)
    assert len(chosen(*placed(ROWS, 0), *placed(CHECKS, 1), unseen=True).errors) == 20


def test_a_row_is_not_voted_on_by_its_like():
    """Said twice, rows of noisy labels would foretell themselves, and the sharpest vote would win."""
    (train, labels), checks = placed(ROWS, 0), placed(CHECKS, 1)
    twice = replace(train, score=np.tile(train.score, (2, 1)), content=np.tile(train.content, (2, 1)))
    once = chosen(train, labels, *checks, unseen=True)
    again = chosen(twice, np.tile(labels, 2), *checks, unseen=True)
    assert again.error > 0.5 * once.error
    assert again.temperature > choosing.TEMPERATURES[0]


def test_where_all_rows_are_alike_a_place_is_settled_all_the_same():
    (train, labels), (checks, goal) = placed(ROWS, 0), placed(CHECKS, 1)
    train, checks = (replace(each, content=np.ones_like(each.content)) for each in (train, checks))
    assert np.isfinite(chosen(train, labels, checks, goal, unseen=True).errors).all()
