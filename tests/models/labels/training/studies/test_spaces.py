"""A few value spaces, each tried for some epochs, and the best on validation rows taken."""

import pytest

from prle.config import resolve
from prle.errors import UsageError
from prle.models.labels.assembly import RowKind, assemble, settle
from prle.models.labels.targets import NumberTarget
from prle.models.labels.training.rows import Rows
from prle.models.labels.training.start import start
from prle.models.labels.training.studies import spaces as space_study
from prle.models.labels.training.studies.spaces import PAIR_EPOCHS, PAIR_SPACES, SINGLE_SPACES, study_spaces
from prle.models.labels.training.trainer import Trainer

QUICK = {"prototypes.count": 4, "value_space.dim": 8, "train.epochs": 2}


def study(world, **settings):
    cut = 300
    train = Rows(sentences=world.sentences[:cut], labels=world.labels[:cut])
    validation = Rows(sentences=world.sentences[cut:], labels=world.labels[cut:])
    config = resolve(None, {**QUICK, **settings})
    target = NumberTarget.measured(train.labels)
    return study_spaces(config, train, validation), (config, target, train, validation)


def test_each_space_is_measured_as_a_fit_in_it_would_be(pairs):
    found, (config, target, train, validation) = study(pairs)
    assert {trial.projection for trial in found.trials} == set(PAIR_SPACES)
    errors = [trial.validation_error for trial in found.trials]
    assert errors == sorted(errors)
    settled = settle(
        config.model_copy(update={"value_space": config.value_space.model_copy(update={"projection": found.chosen})}),
        RowKind(sentences=2),
    )
    begin = start(assemble(settled), settled, target, train.sentences, train.labels)
    fitted = Trainer(assemble(settled), target, settled, train, validation).fit(begin.parameters, begin.anchors)
    assert fitted.history[fitted.best_epoch].validation_rmse == pytest.approx(errors[0])
    assert found.reason.startswith(f"{found.chosen}: validation RMSE after 2 epochs is {found.chosen} {errors[0]:.4f},")


def test_single_texts_have_spaces_of_their_own(singles):
    found, _ = study(singles)
    assert {trial.projection for trial in found.trials} == set(SINGLE_SPACES)


def test_what_disagrees_with_the_settings_is_not_tried(pairs):
    found, _ = study(pairs, **{"experts.init": "calibrated_cosine"})
    assert {trial.projection for trial in found.trials} == {"siamese", "identity"}


def test_where_nothing_agrees_the_settings_are_refused(singles):
    with pytest.raises(UsageError, match="calibrated_cosine"):
        study(singles, **{"experts.init": "calibrated_cosine"})


def test_the_budget_is_never_more_than_the_fit(pairs, monkeypatch):
    seen = []

    def fake(config, *rest, **_):
        seen.append((config.train.epochs, config.train.committee))
        raise KeyboardInterrupt

    monkeypatch.setattr(space_study, "fit_committee", fake)
    for epochs in (2, 60):
        with pytest.raises(KeyboardInterrupt):
            study(pairs, **{"train.epochs": epochs, "train.committee": 3})
    assert seen == [(2, 1), (PAIR_EPOCHS, 1)]
