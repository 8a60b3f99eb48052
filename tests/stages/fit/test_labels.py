import numpy as np
import pytest

from prle.config import resolve
from prle.data.interface import Dataset
from prle.encoders import load_encoder
from prle.errors import UsageError, WorkspaceError
from prle.observer import EpochRecord
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row
from prle.stages.fit.stage import fit
from prle.stages.info import info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace
from tests.stages.conftest import QUICK


def test_report_agrees_with_what_is_stored(workspace):
    report = fit(workspace, resolve(None, QUICK), name="again")
    with open_workspace(workspace) as opened:
        assert set(opened.model_names) == {"default", "again"}
        stored = opened.model("again")
        labels = opened.labels("validation")
    assert stored.summary["validation_rmse"] == report.validation_rmse
    assert len(stored.history) == len(report.history)
    assert stored.config["value_space"]["projection"] == report.projection == "siamese"
    predicted = [
        each.prediction for each in predict_split(workspace, "validation", PredictRequest(name="again")).predictions
    ]
    np.testing.assert_allclose(np.sqrt(np.mean((np.array(predicted) - labels) ** 2)), report.validation_rmse, rtol=1e-6)


def test_the_same_seed_stores_the_same_bytes(workspace):
    for name in ("one", "two"):
        fit(workspace, resolve(None, QUICK), name=name)
    with open_workspace(workspace) as opened:
        one, two = opened.model("one").arrays, opened.model("two").arrays
        assert set(one) == set(two)
        assert all(one[path].tobytes() == two[path].tobytes() for path in one)


def test_a_committee_is_stored_measured_and_explained_whole(workspace):
    report = fit(workspace, resolve(None, {**QUICK, "train.committee": 3}), name="three")
    with open_workspace(workspace) as opened:
        stored, labels = opened.model("three"), opened.labels("validation")
        alone = opened.model("default")
    assert {path.split("/")[1] for path in stored.arrays if path.startswith("members/")} == {"1", "2", "3"}
    np.testing.assert_array_equal(stored.arrays["anchors"], alone.arrays["anchors"])
    for path, array in alone.arrays.items():
        same = stored.arrays[path].tobytes() == array.tobytes()
        assert same or path.startswith("calibration/"), "only what all members together got wrong is another"
    assert report.members == stored.summary["members"] == 3
    assert report.parameters == stored.summary["parameters"] > alone.summary["parameters"]
    predicted = [
        each.prediction for each in predict_split(workspace, "validation", PredictRequest(name="three")).predictions
    ]
    np.testing.assert_allclose(np.sqrt(np.mean((np.array(predicted) - labels) ** 2)), report.validation_rmse, rtol=1e-6)
    explained = explain_row(workspace, "validation", 5, ExplainRequest(name="three"))
    assert len(explained.prototypes) == 6
    assert explained.completeness_gap["prototypes"] <= 1e-6
    np.testing.assert_allclose(explained.prediction, predicted[5], rtol=1e-5)
    np.testing.assert_allclose(sum(each.contribution for each in explained.prototypes), explained.prediction)
    assert {model.name: model.members for model in info(workspace).models} == {"default": 1, "three": 3}


def test_every_epoch_is_told(workspace):
    epochs: list[EpochRecord] = []

    class Listener:
        def note(self, message): ...
        def warn(self, message): ...
        def progress(self, task, done, total, unit): ...
        def epoch(self, record):
            epochs.append(record)

    report = fit(workspace, resolve(None, QUICK), observer=Listener())
    assert tuple(epochs) == report.history


def test_a_refused_fit_leaves_the_file_alone(workspace):
    before = workspace.read_bytes()
    with pytest.raises(UsageError, match="at most one a training row"):
        fit(workspace, resolve(None, {"prototypes.count": 10_000}))
    assert workspace.read_bytes() == before


def test_rows_to_validate_on_are_needed(demo, tmp_path):
    only_train = Dataset(
        name="demo",
        fields=demo.fields,
        label=demo.label,
        origin=demo.origin,
        splits={"train": demo.splits["train"]},
        synthetic=True,
    )
    path = tmp_path / "prle.h5"
    embed(EmbedRequest(workspace=path), only_train, load_encoder("hashing:16"))
    with pytest.raises(WorkspaceError, match="fitting needs validation rows, it has none"):
        fit(path, resolve(None, QUICK))


def test_a_model_of_replaced_embeddings_is_stale(workspace, demo):
    embed(EmbedRequest(workspace=workspace), demo, load_encoder("hashing:32"))
    with pytest.raises(WorkspaceError, match="default"):
        predict_split(workspace, "test")


@pytest.mark.parametrize(("solver", "solved"), [("ridge", True), ("gradient", False)])
def test_the_report_says_whether_own_parts_are_solved(workspace, solver, solved):
    report = fit(workspace, resolve(None, {**QUICK, "experts.solver": solver, "value_space.enabled": False}))
    assert report.solved is (solved and report.best_epoch > 0)
