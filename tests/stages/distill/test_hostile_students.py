"""A student in a workspace that was sealed by somebody who means harm: the same answer, or one clear refusal."""

from __future__ import annotations

import numpy as np
import pytest

from prle.errors import WorkspaceError
from prle.models.students.teaching.distilling import DistillSettings
from prle.stages.distill.interface import DistillRequest
from prle.stages.distill.stage import distill
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import layout
from prle.workspace.files.reader import read_tree
from tests.stages.fit.test_hostile_models import ARRAYS, TEXTS, leaves
from tests.workspace.builders import forge

MODEL = "models/small"


def said(path):
    return [each.prediction for each in predict_split(path, "test", PredictRequest(name="small")).predictions]


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["projection", "routing-only"])
def test_whatever_is_forged_the_answer_is_the_same_or_refused(workspace, strategy):
    form = "transformer" if strategy == "projection" else "linear"
    settings = DistillSettings(form=form, strategy=strategy, epochs=1, layers=1, heads=2)
    distill(workspace, DistillRequest(settings=settings, student_name="small", size=8))
    right, original = said(workspace), read_tree(workspace, layout.WORKSPACE)
    student = original.members["models"].members["small"]
    refused = 0
    for path, kind in leaves(student):
        node = student
        for part in path.split("/"):
            node = node.members[part]
        for how in TEXTS if kind == "json" else ARRAYS:
            if kind != "json" and node.array.ndim == 0:
                continue
            forged = np.frombuffer(TEXTS[how], np.uint8) if kind == "json" else ARRAYS[how](np.array(node.array))
            forge(workspace, f"{MODEL}/{path}", forged, root=original)
            try:
                found = said(workspace)
            except WorkspaceError:
                refused += 1
            else:
                np.testing.assert_allclose(found, right, rtol=1e-5, err_msg=f"{path}: {how}")
    assert refused > 40
