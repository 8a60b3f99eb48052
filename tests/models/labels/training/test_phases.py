"""The schedule is data, so its turns can be read."""

from prle.config import resolve
from prle.models.labels.training.phases import schedule


def names(**settings):
    return [phase.name for phase in schedule(resolve(None, {f"train.{key}": value for key, value in settings.items()}))]


def test_turns():
    assert names() == ["geometry", "experts"]
    assert names(em_every=3) == ["geometry"] * 3 + ["experts"] * 3
    assert names(em_alt_training=False, em_every=3) == ["joint"]


def test_solved_experts_do_not_descend_as_well():
    geometry, experts = schedule(resolve(None, {"experts.solver": "ridge"}))
    assert geometry.solved
    assert experts.solved
    assert experts.moving == {"router"}
    assert schedule(resolve(None, {"experts.solver": "gradient"}))[1].moving == {"router", "experts"}


def test_trained_jointly_they_wait_for_the_end():
    (joint,) = schedule(resolve(None, {"experts.solver": "ridge", "train.em_alt_training": False}))
    assert "experts" in joint.moving
    assert not joint.solved
