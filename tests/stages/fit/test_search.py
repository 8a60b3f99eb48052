from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prle.config import resolve
from prle.config.rows import settings_of
from prle.errors import UsageError, WorkspaceError
from prle.stages.common.trials import best_trials
from prle.stages.fit import search as module
from prle.stages.fit.search import search
from prle.stages.fit.stage import fit
from prle.stages.info import info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace, save_search
from tests.workspace.builders import make_search

EXPERTS = {"votes.voters": "none", "value_space.projection": "siamese", "train.batch_size": 64}
GIVEN = {**EXPERTS, "prototypes.count": 6, "train.epochs": 6}


@pytest.fixture
def fits(monkeypatch):
    """The number of epochs of every fit that a search makes, in order; it stops before number ``last``."""

    class Fits(list):
        last = None

    made, real = Fits(), module.fit_model

    def counting(opened, config, **options):
        if made.last is not None and len(made) == made.last:
            raise KeyboardInterrupt
        made.append(config.train.epochs)
        return real(opened, config, **options)

    monkeypatch.setattr(module, "fit_model", counting)
    return made


JOINED = {"experts+kernel", "boosting+linear", "boosting+kernel", "boosting+experts"}
"""Bases side by side that can be fitted to pairs."""


class Listener:
    def __init__(self):
        self.notes, self.bars, self.epochs = [], [], []

    def note(self, message):
        self.notes.append(message)

    def warn(self, message): ...

    def progress(self, task, done, total, unit):
        self.bars.append((task, done, total, unit))

    def epoch(self, record):
        self.epochs.append(record)


def test_the_better_half_goes_on_and_the_best_is_kept(workspace, fits):
    listener = Listener()
    report = search(workspace, resolve(None, GIVEN), trials=4, name="found", observer=listener)
    assert fits == [4, 4, 4, 4, 6, 6, 6]
    first = {run.trial: run.validation_rmse for run in report.trials if run.epochs == 4}
    second = {run.trial: run.validation_rmse for run in report.trials if run.epochs == 6}
    assert set(first) == {0, 1, 2, 3}
    assert set(second) == set(sorted(first, key=first.get)[:2])
    assert report.validation_rmse == min(second.values())
    with open_workspace(workspace) as opened:
        kept, labels = opened.model("found"), opened.labels("validation")
    best = best_trials(report.trials)[0]
    assert settings_of(resolve(None, GIVEN | best.settings)) == best.settings
    assert kept.config["router"]["temperature"] == best.settings.get("router.temperature", 20.0)
    predicted = np.array(
        [each.prediction for each in predict_split(workspace, "validation", PredictRequest(name="found")).predictions]
    )
    np.testing.assert_allclose(np.sqrt(np.mean((predicted - labels) ** 2)), report.validation_rmse, rtol=1e-6)
    assert tuple(listener.epochs) == report.history
    assert [bar[1:] for bar in listener.bars[:5]] == [(done, 4, "trials") for done in range(5)]
    assert [note.split(":")[0] for note in listener.notes] == ["search 1 of 2, 4 epochs", "search 2 of 2, 6 epochs"]


def test_the_first_trial_is_the_plain_fit(workspace):
    short = GIVEN | {"train.epochs": 2}
    report = search(workspace, resolve(None, short), trials=2, name="found")
    plain = fit(workspace, resolve(None, short), name="plain")
    assert report.trials[0].trial == 0
    assert report.trials[0].settings == settings_of(resolve(None, short))
    assert report.trials[0].validation_rmse == plain.validation_rmse


def test_where_labels_vote_bases_are_tried(workspace):
    """Each that can be fitted to pairs at most once: nothing else is open where no base has a map."""
    report = search(workspace, resolve(None, {"prototypes.count": 6, "train.epochs": 2}), trials=99)
    with open_workspace(workspace) as opened:
        tried = {run["settings"].get("votes.base", "auto") for run in opened.search("default").runs}
        assert opened.model("default").config["votes"]["base"] == report.base
    assert tried == {"auto", "experts", "linear", "kernel", "boosting", "mlp", *JOINED}


def test_an_interrupted_search_goes_on_where_it_stopped(workspace, fits):
    config = resolve(None, GIVEN)
    fits.last = 5
    with pytest.raises(KeyboardInterrupt):
        search(workspace, config, trials=4, name="found")
    summary = info(workspace).searches[0]
    assert (summary.name, summary.trials, len(summary.runs)) == ("found", 4, 5)
    assert (summary.finished, summary.stale) == (False, False)
    assert "found" not in {model.name for model in info(workspace).models}
    fits.clear()
    fits.last = None
    report = search(workspace, config, trials=4, name="found")
    assert fits == [6, 6]
    summary = info(workspace).searches[0]
    assert summary.finished
    assert summary.runs == report.trials
    assert summary.best == best_trials(report.trials)[0]
    fits.clear()
    listener = Listener()
    again = search(workspace, config, trials=4, name="found", observer=listener)
    assert (again.validation_rmse, again.trials) == (report.validation_rmse, report.trials)
    assert list(again.trials[-1].settings) == list(report.trials[-1].settings)
    assert (fits, listener.bars) == ([6], [])
    assert "4 of them known from before" in listener.notes[0]


def test_more_trials_take_over_what_is_known_and_other_settings_do_not(workspace, fits):
    short = GIVEN | {"train.epochs": 1}
    search(workspace, resolve(None, short), trials=2, name="found")
    fits.clear()
    search(workspace, resolve(None, short), trials=3, name="found")
    assert len(fits) == 1 + 1
    fits.clear()
    report = search(workspace, resolve(None, short | {"router.kind": "knn"}), trials=3, name="found")
    assert len(fits) == 3 + 1
    assert all(run.settings["router.kind"] == "knn" for run in report.trials)


def test_what_was_measured_on_other_embeddings_is_not_used(workspace, fits):
    short = resolve(None, GIVEN | {"train.epochs": 1})
    run = make_search("").runs[0]
    run |= {"settings": settings_of(short), "epochs": 1, "validation_rmse": 0.0}
    save_search(workspace, replace(make_search("of other embeddings", name="found"), runs=(run,)))
    assert info(workspace).searches[0].stale
    search(workspace, short, trials=2, name="found")
    assert len(fits) == 2 + 1
    assert not info(workspace).searches[0].stale
    assert all(measured.validation_rmse > 0.0 for measured in info(workspace).searches[0].runs)


def test_a_space_with_nothing_left_is_said(workspace, fits):
    held = {
        **GIVEN,
        "train.epochs": 0,
        "prototypes.init": "kmeans++",
        "router.kind": "mlp_sparse",
        "train.learning_rate": 1e-4,
        "train.em_alt_training": True,
    }
    listener = Listener()
    report = search(workspace, resolve(None, held), trials=5, observer=listener)
    assert "held fixed: 1 of 5" in listener.notes[0]
    assert (len(fits), report.trials) == (1, ())


def test_what_cannot_be_searched_is_refused_before_anything_is_fitted(workspace, fits):
    before = workspace.read_bytes()
    with pytest.raises(UsageError, match="at least 2 trials, got 1"):
        search(workspace, resolve(None, GIVEN), trials=1)
    with pytest.raises(UsageError, match="model name"):
        search(workspace, resolve(None, GIVEN), trials=2, name="../up")
    assert fits == []
    assert workspace.read_bytes() == before


def test_a_foreign_record_is_refused(workspace):
    with open_workspace(workspace) as opened:
        stored = make_search(opened.identity)
    save_search(workspace, replace(stored, runs=({"trial": "first"},)))
    with pytest.raises(WorkspaceError, match=r"search default: run 0"):
        info(workspace)
