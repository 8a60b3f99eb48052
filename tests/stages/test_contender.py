import numpy as np

from prle.stages.contender import fit_twin, load_contender
from prle.stages.predict import predict_split
from prle.workspace import open_workspace


def test_a_stored_model_predicts_what_predict_says(workspace):
    with open_workspace(workspace) as opened:
        contender = load_contender(opened, "default")
        ours = contender.predict(opened.embeddings("test"))
    theirs = [each.prediction for each in predict_split(workspace, "test").predictions]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert contender.prototypes == 6
    assert contender.fit_seconds > 0


def test_the_twin_has_one_expert_and_is_not_stored(workspace):
    before = workspace.read_bytes()
    with open_workspace(workspace) as opened:
        twin = fit_twin(opened, "default")
        forward = twin.predictor.forward(opened.embeddings("test"))
    assert twin.prototypes == 1
    np.testing.assert_allclose(forward.weights, 1.0)
    assert workspace.read_bytes() == before
