import math

import pytest

from prle.config import resolve
from prle.data.interface import Dataset
from prle.encoders import load_encoder
from prle.errors import WorkspaceError
from prle.observer import SILENT
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit
from prle.stages.suggest import suggest
from prle.workspace import open_workspace


def test_auto_fits_what_is_suggested(workspace):
    notes: list[str] = []

    class Listener(type(SILENT)):
        def note(self, message):
            notes.append(message)

    report = suggest(workspace, resolve(None, {}))
    fitted = fit(
        workspace, resolve(None, {"prototypes.count": "auto", "train.epochs": 1}), name="auto", observer=Listener()
    )
    with open_workspace(workspace) as opened:
        stored = opened.model("auto")
    assert report.recommended == fitted.prototypes == stored.config["prototypes"]["count"]
    assert f"prototypes auto settles on {report.reason}" in notes


def test_the_report_shows_what_was_weighed_and_stores_nothing(workspace):
    before = workspace.read_bytes()
    report = suggest(workspace, resolve(None, {}))
    assert workspace.read_bytes() == before
    assert report.reason.startswith(f"{report.recommended} prototypes: ")
    assert report.recommended in [trial.count for trial in report.trials if trial.readable]
    assert (report.dataset, report.rows, report.sampled_rows) == ("demo", 300, 300)
    assert report.width == 3 * 64 + 1
    assert report.dimensions.sqrt_rows == 18
    assert math.isnan(report.trials[0].silhouette)


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
    with pytest.raises(WorkspaceError, match="suggesting needs validation rows, it has none"):
        suggest(path, resolve(None, {}))
