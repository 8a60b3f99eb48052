"""The peer that need not be there."""

import numpy as np
import pytest

from prle.baselines import baselines_for, interface, supercluster
from prle.baselines.interface import Table
from prle.baselines.supercluster import SuperClusterBaseline
from prle.errors import UsageError
from prle.stages.bench.methods.labels import chosen

NAME = SuperClusterBaseline.name
here = pytest.mark.skipif(not SuperClusterBaseline.installed(), reason="torch-supercluster is not installed (peers)")


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_without_the_package_it_has_no_row_and_says_what_brings_it(classes, monkeypatch):
    monkeypatch.setattr(interface, "find_spec", lambda _: None)
    assert NAME in baselines_for(classes)
    assert NAME not in chosen(None, ["default"], 1, classes)
    with pytest.raises(UsageError, match="which is not installed") as refused:
        chosen([NAME], ["default"], 1, classes)
    assert "peers" in refused.value.hint


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_with_the_package_single_vectors_have_a_row_and_pairs_have_none(classes, monkeypatch):
    monkeypatch.setattr(interface, "find_spec", lambda _: object())
    assert NAME in chosen(None, ["default"], 1, classes)
    assert NAME not in chosen(None, ["default"], 2, classes)


@here
@pytest.mark.parametrize("classes", [0, 2, 3])
def test_it_learns_a_step_from_its_own_package(classes, monkeypatch):
    monkeypatch.setattr(supercluster, "EPOCHS", 30)
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(300, 1, 4)).astype(np.float32)
    labels = np.digitize(vectors[:, 0, 0], [0.0] if classes == 2 else [-0.4, 0.4]).astype(np.float64)
    train, validation = (
        Table(embeddings=vectors[rows], labels=labels[rows], classes=classes) for rows in (slice(200), slice(200, 300))
    )
    fitted = SuperClusterBaseline().fit(train, validation)
    predicted = fitted.predict(validation.embeddings)
    assert fitted.size_bytes > 0
    if classes:
        assert np.mean(predicted.argmax(axis=1) == validation.labels) > 0.6
    else:
        assert np.corrcoef(predicted, validation.labels)[0, 1] > 0.7
