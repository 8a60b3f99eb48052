"""Small rows with something to be found in them, and what is asked of every base."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.labels.training.rows import Rows
from prle.models.labels.votes.scores import Work
from prle.observer import SILENT


def numbers(rows=240, sentences=1, width=5, seed=0):
    rng = np.random.default_rng(seed)
    texts = rng.normal(size=(rows, sentences, width)).astype(np.float32)
    signal = np.abs(texts[:, 0] - texts[:, -1]) if sentences == 2 else texts[:, 0]
    labels = 40.0 + 7.0 * (2.0 * signal[:, 0] - signal[:, 1] + 0.3 * rng.normal(size=rows))
    return Rows(sentences=texts, labels=labels)


def classes(count, rows=240, width=5, seed=0):
    rng = np.random.default_rng(seed)
    centres = 2.0 * np.random.default_rng(9).normal(size=(count, width))
    codes = rng.integers(0, count, size=rows)
    texts = (centres[codes] + rng.normal(size=(rows, width)))[:, None].astype(np.float32)
    return Rows(sentences=texts, labels=codes.astype(np.float64), classes=tuple(f"class {n}" for n in range(count)))


def kinds():
    """Rows to fit on and to choose by: numbers of texts and of pairs, two classes and five."""
    return {
        "numbers": (numbers(), numbers(80, seed=1)),
        "pairs": (numbers(sentences=2), numbers(80, sentences=2, seed=1)),
        "binary": (classes(2), classes(2, 80, seed=1)),
        "five": (classes(5), classes(5, 80, seed=1)),
    }


def target_of(rows):
    if rows.classes:
        return ClassTarget.measured(rows.labels, rows.classes, "probabilities")
    return NumberTarget.measured(rows.labels)


def fit(base, train, validation, observer=SILENT):
    return base.fit(train, validation, target_of(train), Work(observer=observer))


def shuffled(rows, seed=0):
    return replace(rows, labels=np.random.default_rng(seed).permutation(rows.labels))


def agreement(rows, score):
    """How much scores know of labels: the correlation with them as they are scaled, over all outputs."""
    scaled = target_of(rows).scaled(rows.labels)
    given, said = scaled - scaled.mean(axis=0), score - score.mean(axis=0)
    return float((given * said).sum() / np.sqrt((given**2).sum() * (said**2).sum()))


def check_base(base, train, validation):
    """What every base keeps: scores of the right shape, plain arrays, the same for the same rows, and some sense."""
    learned, width = fit(base, train, validation), target_of(train).width
    score = learned.train.score
    assert score.shape == (len(train.labels), width)
    assert score.dtype == np.float32
    assert agreement(train, score) > 0.7
    answered = base(learned.arrays, validation.sentences).score
    assert answered.shape == (len(validation.labels), width)
    assert answered.dtype == np.float32
    assert agreement(validation, answered) > 0.7
    if train.classes:
        np.testing.assert_allclose(score.sum(axis=1), 1.0, atol=1e-5)
        np.testing.assert_allclose(answered.sum(axis=1), 1.0, atol=1e-5)
    again = fit(base, train, validation)
    np.testing.assert_array_equal(again.train.score, score)
    assert set(again.arrays) == set(learned.arrays)
    for name, array in learned.arrays.items():
        assert isinstance(array, np.ndarray)
        assert array.dtype.kind in "fi"
        np.testing.assert_array_equal(again.arrays[name], array)
    return learned


def check_out_of_fold(base, train, validation):
    """Of labels that mean nothing, a score that has not seen them knows nothing."""
    learned = fit(base, shuffled(train), shuffled(validation))
    assert agreement(shuffled(train), learned.train.score) < 0.15
