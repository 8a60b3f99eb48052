"""Fitting by candidates: what is tried, what wins, what is kept, and what comes back from a workspace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from prle.arrays.geometry import unit
from prle.config import resolve
from prle.errors import UsageError, WorkspaceError
from prle.models.texts.checkpoint import restore_answers, store_answers
from prle.models.texts.clusters import cluster_count, find_clusters
from prle.models.texts.model import AnswerModel, rank
from prle.models.texts.routers import GlobalRouting
from prle.models.texts.training.candidates import Candidate, Situation, advised, candidates
from prle.models.texts.training.fitting import fit_answers, surely_better
from prle.observer import EpochRecord
from tests.models.texts.worlds import WIDTH, make_job

QUICK = {"train.epochs": 12, "answers.rank": 8, "prototypes.count": 4, "train.learning_rate": 3e-2}
PLAIN = {**QUICK, "scores.lexical": 0.0, "scores.shrinkage": 0.0}
SITUATION = Situation(rows=100, one_space=True, groups=0, paths=0)


@pytest.fixture(scope="module")
def job():
    return make_job()


def fit(job, **settings):
    return fit_answers(
        resolve(None, {**PLAIN, **{key.replace("__", "."): value for key, value in settings.items()}}), job
    )


def test_the_raw_vector_is_tried_first_and_everything_open_after_it():
    found = candidates(resolve(None, {}), SITUATION)
    assert found[0] == Candidate(matrices="identity", routing="global")
    assert {each.routing for each in found} == {"global", "federated", "exemplar"}
    filed = candidates(resolve(None, {}), replace(SITUATION, groups=3, paths=3))
    assert {"group", "path"} <= {each.routing for each in filed}
    assert len(set(filed)) == len(filed)


def test_what_is_given_is_not_tried():
    held = {"answers.matrices": "cluster_ridge", "answers.routing": "federated", "answers.penalty": 3.0}
    config = resolve(None, {**held, "answers.temperature": 0.2})
    assert candidates(config, SITUATION) == (
        Candidate(matrices="cluster_ridge", routing="federated", penalty=3.0, temperature=0.2),
    )
    assert {each.routing for each in candidates(resolve(None, {"answers.matrices": "ridge"}), SITUATION)} == {"global"}


def test_rotations_need_one_space():
    with pytest.raises(UsageError, match="one space"):
        candidates(resolve(None, {"answers.matrices": "procrustes"}), replace(SITUATION, one_space=False))


@pytest.mark.parametrize(
    ("rows", "groups", "routing"),
    [(999, 50, "global"), (1000, 50, "group"), (1000, 0, "federated"), (10_001, 50, "federated")],
)
def test_the_advice_of_document_003(rows, groups, routing):
    assert advised(replace(SITUATION, rows=rows, groups=groups)) == routing


def test_learning_beats_the_raw_vector(job):
    learned = fit(job, answers__matrices="low_rank")
    assert learned.figures["mrr"] > learned.raw["mrr"] + 0.1
    assert learned.history[0].epoch == 0
    assert 1 - learned.history[learned.best_epoch].error == pytest.approx(learned.figures["mrr"])


@pytest.mark.parametrize("matrices", ["two_sided", "gated_low_rank"])
def test_the_other_learned_maps_learn(job, matrices):
    learned = fit(job, answers__matrices=matrices, answers__routing="group" if "gated" in matrices else "global")
    assert learned.figures["mrr"] > learned.raw["mrr"] + 0.1


@pytest.mark.parametrize("loss", ["contrastive", "cosine", "mse"])
def test_every_goal_moves_what_it_is_about(job, loss):
    learned = fit(job, answers__matrices="low_rank", answer_losses__loss=loss, scores__guard=False)
    assert learned.history[-1].losses
    assert all(np.isfinite(value) for value in learned.history[-1].losses.values())
    first, last = learned.history[1].losses, learned.history[-1].losses
    assert sum(last.values()) < sum(first.values())


def test_negatives_of_the_batch_mask_texts_that_are_alike(job):
    """Half a batch asks for one text: were it its own negative, it could not be learnt."""
    rows = np.arange(len(job.train))
    codes = np.where(rows % 2 == 0, 0, job.train.codes)
    vectors = job.train.asked.vectors.copy()
    vectors[rows % 2 == 0] = unit(job.library.vectors[0][None, ::-1] + 0.05 * vectors[rows % 2 == 0])
    skewed = replace(job.train, codes=codes, asked=replace(job.train.asked, vectors=vectors))
    settings = {**PLAIN, "answers.matrices": "low_rank", "answer_losses.negatives": "batch", "train.epochs": 20}
    both = replace(job, train=skewed, validation=skewed.take(rows[:60]))
    fitted = fit_answers(resolve(None, settings), both)
    ranking = rank(fitted.model, skewed.take(rows[rows % 2 == 0]), job.library, None)
    assert ranking.figures()["recall_at_1"] > 0.9


def test_auto_chooses_by_validation_and_says_what_it_tried(job):
    settled = fit(job)
    assert settled.config.answers.matrices != "auto"
    assert settled.config.answers.routing != "auto"
    mrr = [trial.figures["mrr"] for trial in settled.trials]
    chosen = next(trial for trial in settled.trials if trial.candidate.matrices == settled.config.answers.matrices)
    assert chosen.figures["mrr"] > mrr[0]
    assert settled.figures["mrr"] >= max(mrr) - 0.05


def test_the_same_seed_gives_the_same_model(job):
    first, second = (fit(job, answers__matrices="two_sided") for _ in range(2))
    for name, array in first.model.maps.items():
        np.testing.assert_array_equal(second.model.maps[name], array)


def test_luck_is_not_better():
    rng = np.random.default_rng(0)
    places = rng.integers(0, 20, size=200).astype(float)
    lucky = places.copy()
    lucky[:1] = 0.0
    assert not surely_better(places, places)
    assert not surely_better(lucky, np.where(places == 0, 1.0, places)) or (places == 0).sum() > 1
    assert surely_better(np.zeros(200), places)


def test_the_guard_keeps_the_raw_vector():
    """Rotations of a few noisy pairs are far below the raw vector, which is then kept."""
    job = make_job(rows=40, texts=30, noise=0.05)
    near = replace(job.train, asked=replace(job.train.asked, vectors=job.library.vectors[job.train.codes]))
    asked = unit(job.library.vectors[job.validation.codes] + 0.02).astype(np.float32)
    exact = replace(job.validation, asked=replace(job.validation.asked, vectors=asked))
    wrong = replace(near, codes=near.codes[::-1].copy())
    both = replace(job, train=wrong, validation=exact)
    kept = fit(both, answers__matrices="cluster_procrustes", answers__routing="federated")
    assert kept.guarded
    assert (kept.config.answers.matrices, kept.config.answers.routing) == ("identity", "global")
    assert kept.figures == kept.raw
    bare = fit(both, answers__matrices="cluster_procrustes", answers__routing="federated", scores__guard=False)
    assert bare.figures["recall_at_1"] < kept.raw["recall_at_1"] - 0.01


def test_shrinkage_of_one_is_the_raw_vector(job):
    learned = fit(job, answers__matrices="two_sided")
    asked = job.validation.asked
    drawn = replace(learned.model, shrinkage=1.0)
    np.testing.assert_allclose(drawn.vectors(asked), unit(asked.vectors), atol=1e-5)
    np.testing.assert_allclose(drawn.texts(job.library.vectors), job.library.vectors, atol=1e-5)


def test_words_help_where_they_say_what_vectors_do_not(job):
    blurred = replace(job.validation, asked=replace(job.validation.asked, vectors=np.ones((80, WIDTH), np.float32)))
    settings = {**QUICK, "answers.matrices": "identity", "answers.routing": "global", "scores.lexical": "auto"}
    found = fit_answers(resolve(None, settings), replace(job, validation=blurred))
    assert found.config.scores.lexical > 0
    assert found.figures["mrr"] > found.raw["mrr"] + 0.3


def test_rows_of_a_table_have_no_words_and_another_space():
    job = make_job(words=False, goal=5)
    settled = fit_answers(resolve(None, QUICK), job)
    assert settled.config.scores.lexical == 0
    assert settled.figures["mrr"] > settled.raw["mrr"] + 0.1


def test_groups_that_are_not_there_are_refused(job):
    bare = replace(job.train, asked=replace(job.train.asked, groups=()))
    with pytest.raises(UsageError, match="at least two groups, got 0"):
        fit_answers(resolve(None, {**PLAIN, "answers.routing": "group"}), replace(job, train=bare))


def test_every_pair_is_in_its_cluster_and_in_every_place_above(job):
    pairs = job.train.pairs(job.library)
    config = resolve(None, QUICK)
    split = find_clusters("federated", config, pairs, job.train.asked)
    assert sorted(np.concatenate(split.members).tolist()) == list(range(len(pairs)))
    places = find_clusters("path", config, pairs, job.train.asked)
    assert set(places.names) == {"", "top", "top > p0", "top > p1"}
    assert len(places.members[places.names.index("")]) == len(pairs)
    assert cluster_count(resolve(None, {"prototypes.count": "auto"}), job.library.vectors) <= WIDTH


@pytest.mark.parametrize(
    ("matrices", "routing"),
    [
        ("two_sided", "global"),
        ("cluster_ridge", "exemplar"),
        ("gated_low_rank", "path"),
        ("cluster_procrustes", "group"),
    ],
)
def test_a_stored_model_answers_as_before(job, matrices, routing):
    settings = {"answers.importance": "entropy", "answer_losses.soft_targets": "hybrid", "answer_losses.clusters": 2}
    config = {**QUICK, **settings, "answers.matrices": matrices, "answers.routing": routing, "scores.guard": False}
    fitted = fit_answers(resolve(None, {**config, "answer_losses.update_interval": 2}), job)
    stored = store_answers(fitted, name="m", made_from="x", seconds=1.0)
    again = restore_answers(stored, job.train.asked.vectors, width=job.library.vectors.shape[1])
    asked = job.validation.asked
    np.testing.assert_allclose(again.model.vectors(asked), fitted.model.vectors(asked), atol=1e-6)
    assert (again.model.lexical, again.model.shrinkage) == (fitted.model.lexical, fitted.model.shrinkage)
    assert again.figures == pytest.approx(dict(fitted.figures))
    learned = matrices in ("two_sided", "gated_low_rank")
    assert any(path.startswith("soft/centres") for path in stored.arrays) == learned


def test_a_broken_model_is_refused(job):
    stored = store_answers(fit(job, answers__matrices="ridge"), name="m", made_from="x", seconds=1.0)
    arrays = {**stored.arrays, "clusters/offsets": np.array([0, 3])}
    with pytest.raises(WorkspaceError, match="do not fit together"):
        restore_answers(replace(stored, arrays=arrays), job.train.asked.vectors, width=job.library.vectors.shape[1])
    with pytest.raises(WorkspaceError, match="not fitted on texts"):
        restore_answers(replace(stored, summary={}), job.train.asked.vectors, width=job.library.vectors.shape[1])


def test_an_epoch_of_texts_is_judged_by_rank():
    record = EpochRecord(
        epoch=1, epochs=2, phase="maps", losses={}, prototypes_in_use=1, best=True,
        validation_recall_at_1=0.25, validation_mrr=0.5,
    )  # fmt: skip
    assert (record.score, record.error, record.of_texts, record.of_classes) == (0.25, 0.5, True, False)


def test_weights_given_take_the_place_of_the_routing(job):
    learned = fit(job, answers__matrices="cluster_ridge", answers__routing="federated", scores__guard=False)
    asked = job.validation.asked
    own = learned.model.weights(asked)
    np.testing.assert_array_equal(learned.model.vectors(asked, own), learned.model.vectors(asked))
    assert not np.allclose(
        learned.model.vectors(asked, np.full_like(own, 1 / own.shape[1])), learned.model.vectors(asked)
    )
    silent = AnswerModel(routing=GlobalRouting(), maps={"offset": np.zeros((1, WIDTH), np.float32)}, lexical=1.0)
    assert rank(silent, job.validation, job.library, job.lexicon).figures()["mrr"] > 0.5


def test_what_is_kept_is_the_average_of_steps(job):
    """With one epoch kept at most, an average is nearer to the start than the last step is."""
    settings = {"answers__matrices": "low_rank", "train__epochs": 1, "scores__guard": False}
    average, last = (fit(job, **settings, train__averaging=memory) for memory in (0.995, 0.0))
    near, far = (np.linalg.norm(each.model.maps["right"]) for each in (average, last))
    assert average.best_epoch == last.best_epoch == 1
    assert 0 < near < far
