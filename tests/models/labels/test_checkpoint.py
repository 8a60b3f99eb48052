from dataclasses import replace

import numpy as np
import pytest

from prle.config import resolve
from prle.errors import WorkspaceError
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.calibration import Calibration
from prle.models.labels.checkpoint import Checkpoint, restore, store
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.labels.training.start import start
from prle.observer import EpochRecord

RECORD = EpochRecord(
    epoch=0,
    epochs=3,
    phase="start",
    losses={},
    validation_pearson=0.5,
    validation_rmse=1.0,
    prototypes_in_use=3,
    best=True,
)


@pytest.fixture
def checkpoint(world):
    config = settle(resolve(None, {"prototypes.count": 3}), RowKind(sentences=world.sentences.shape[1]))
    target = NumberTarget.measured(world.labels)
    begin = start(assemble(config), config, target, world.sentences, world.labels)
    return Checkpoint(
        config=config,
        target=target,
        members=(begin.parameters,),
        anchors=begin.anchors,
        history=(RECORD,),
        measured={"validation_rmse": 1.0},
    )


def test_what_comes_back_predicts_the_same(checkpoint, world):
    again = restore(store(checkpoint, name="m", made_from="x"))
    assert again.config == checkpoint.config
    np.testing.assert_array_equal(again.anchors, checkpoint.anchors)
    ours, theirs = (each.predictor().predict(world.sentences) for each in (checkpoint, again))
    np.testing.assert_array_equal(ours, theirs)


def test_in_a_model_from_before_votes_experts_speak(checkpoint, world):
    stored = store(checkpoint, name="m", made_from="x")
    before = {section: values for section, values in stored.config.items() if section not in ("votes", "place")}
    again = restore(replace(stored, config=before))
    assert again.config.votes.voters == "none"
    np.testing.assert_array_equal(
        again.predictor().predict(world.sentences), checkpoint.predictor().predict(world.sentences)
    )


def test_summary_says_what_info_lists(checkpoint):
    stored = store(checkpoint, name="m", made_from="x")
    assert stored.summary["prototypes"] == 3
    assert stored.summary["validation_rmse"] == 1.0
    assert stored.history[0]["phase"] == "start"
    assert stored.made_from == "x"


@pytest.mark.parametrize(
    "missing", ["target/scale", "members/1/router/spacing", "prototypes/vectors", "retrieval/scale"]
)
def test_a_missing_array_is_refused(checkpoint, missing):
    stored = store(checkpoint, name="m", made_from="x")
    arrays = {path: array for path, array in stored.arrays.items() if path != missing}
    with pytest.raises(WorkspaceError, match="do not fit together") as raised:
        restore(replace(stored, arrays=arrays))
    assert raised.value.hint == "run `prle fit --name m` again"


def test_a_projection_without_parameters_comes_back(world):
    config = settle(
        resolve(None, {"prototypes.count": 3, "value_space.projection": "identity"}),
        RowKind(sentences=world.sentences.shape[1]),
    )
    target = NumberTarget.measured(world.labels)
    begin = start(assemble(config), config, target, world.sentences, world.labels)
    kept = Checkpoint(
        config=config, target=target, members=(begin.parameters,), anchors=begin.anchors, history=(), measured={}
    )
    again = restore(store(kept, name="m", made_from="x"))
    ours, theirs = (each.predictor().predict(world.sentences) for each in (kept, again))
    np.testing.assert_array_equal(ours, theirs)


def test_a_missing_member_is_refused(checkpoint):
    stored = store(checkpoint, name="m", made_from="x")
    train = {**stored.config["train"], "committee": 2}
    with pytest.raises(WorkspaceError, match="do not fit together"):
        restore(replace(stored, config={**stored.config, "train": train}))


def test_an_array_of_the_wrong_width_is_refused(checkpoint):
    stored = store(checkpoint, name="m", made_from="x")
    vectors = stored.arrays["prototypes/vectors"]
    with pytest.raises(WorkspaceError, match="do not fit together"):
        restore(replace(stored, arrays={**stored.arrays, "prototypes/vectors": vectors[:, :, :-1]}))


def test_settings_of_another_version_are_refused(checkpoint):
    stored = store(checkpoint, name="m", made_from="x")
    with pytest.raises(WorkspaceError, match="unknown key shiny"):
        restore(replace(stored, config={**stored.config, "shiny": 1}))


@pytest.fixture
def classes(singles):
    codes = (singles.labels > np.median(singles.labels)).astype(float)
    config = settle(
        resolve(None, {"prototypes.count": 3, "experts.combine": "logits"}), RowKind(sentences=1, target="binary")
    )
    target = ClassTarget(names=("low", "high"), combination="logits")
    begin = start(assemble(config), config, target, singles.sentences, codes)
    return Checkpoint(
        config=config, target=target, members=(begin.parameters,), anchors=begin.anchors, history=(), measured={}
    )


def test_classes_come_back_with_their_names(classes, singles):
    stored = store(classes, name="m", made_from="x")
    assert stored.summary["classes"] == ["low", "high"]
    assert "target/scale" not in stored.arrays
    again = restore(stored)
    assert again.target == classes.target
    ours, theirs = (each.predictor().predict(singles.sentences) for each in (classes, again))
    assert ours.shape == (400, 2)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("names", [["low", 3], "ab", 7, ["low"]])
def test_names_that_are_none_are_refused(classes, names):
    stored = store(classes, name="m", made_from="x")
    with pytest.raises(WorkspaceError, match="do not fit together"):
        restore(replace(stored, summary={**stored.summary, "classes": names}))


def test_a_calibration_comes_back(checkpoint):
    calibrated = replace(
        checkpoint,
        calibration=Calibration(errors=np.array([0.5, 1.0]), regimes=np.array([0, 2]), prototypes=3),
        usual=np.array([0.5, 1.5]),
    )
    again = restore(store(calibrated, name="m", made_from="x"))
    assert again.calibration.prototypes == 3
    np.testing.assert_array_equal(again.calibration.errors, [0.5, 1.0])
    np.testing.assert_array_equal(again.usual, [0.5, 1.5])


def test_a_calibration_of_another_model_is_refused(checkpoint):
    known = Calibration(errors=np.array([0.5]), regimes=np.array([6]), prototypes=7)
    with pytest.raises(WorkspaceError, match="do not fit together"):
        restore(store(replace(checkpoint, calibration=known), name="m", made_from="x"))
