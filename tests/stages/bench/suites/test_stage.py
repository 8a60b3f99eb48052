"""A suite over small files of both kinds, on hashed vectors."""

from pathlib import Path

import numpy as np
import pytest

from prle.errors import DataError, UsageError, WorkspaceError
from prle.stages.bench import measuring
from prle.stages.bench.suites import Plan
from prle.stages.bench.suites import stage as suite
from prle.workspace import open_workspace

WORDS = ("red", "green", "blue", "old", "new", "round", "flat", "cold", "warm", "slow")


def write_data(file: Path, texts: int, rows: int = 120) -> str:
    """Rows of random words, labelled by how many are shared (pairs) or how many are colours (single texts)."""
    rng = np.random.default_rng(texts)
    lines = ["split," + ("sentence1,sentence2,label" if texts == 2 else "text,label")]
    for row in range(rows):
        chosen = [rng.choice(WORDS, size=4, replace=False) for _ in range(texts)]
        label = len(set(chosen[0]) & set(chosen[1])) if texts == 2 else len(set(chosen[0]) & set(WORDS[:3]))
        split = ("train", "validation", "test")[0 if row < 80 else 1 if row < 100 else 2]
        lines.append(f"{split},{','.join(' '.join(text) for text in chosen)},{label}")
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


@pytest.fixture
def plan(tmp_path, monkeypatch) -> Plan:
    monkeypatch.setattr(measuring, "_TIMING_SECONDS", 1e-4)
    settings = tmp_path / "quick.yaml"
    settings.write_text("prototypes: {count: 3}\ntrain: {epochs: 1}", encoding="utf-8")
    sources = write_data(tmp_path / "pairs.csv", 2), write_data(tmp_path / "singles.csv", 1)
    return Plan(
        datasets=sources,
        encoder="hashing:32",
        models={"quick": settings},
        only=("prle:quick", "cosine", "ridge"),
    )


def test_missing_workspaces_are_made_and_compared(plan, tmp_path):
    report = suite.run_suite(plan, tmp_path / "made")
    files = sorted(file.name for file in (tmp_path / "made").glob("*.h5"))
    assert len(files) == 2
    assert files[0].endswith("pairs.csv.h5")
    assert [[row.name for row in each.rows] for each in report.datasets] == [
        ["prle:quick", "prle:quick, the score alone", "cosine", "ridge"],
        ["prle:quick", "prle:quick, the score alone", "ridge"],
    ]
    assert report.encoder == "hashing:32"
    assert [(line.dataset, line.model) for line in report.summary] == [
        (each.dataset, "prle:quick") for each in report.datasets
    ]
    for line, each in zip(report.summary, report.datasets, strict=True):
        assert line.difference == each.rows[0].difference
        assert line.baseline == each.best_baseline


def test_what_is_there_is_used_as_it_is(plan, tmp_path, monkeypatch):
    suite.run_suite(plan, tmp_path / "made")
    before = {file: file.read_bytes() for file in (tmp_path / "made").glob("*.h5")}
    for step in ("embed_source", "fit"):
        monkeypatch.setattr(suite, step, None)
    suite.run_suite(plan, tmp_path / "made")
    assert {file: file.read_bytes() for file in before} == before


def test_other_settings_are_fitted_anew(plan, tmp_path):
    suite.run_suite(plan, tmp_path / "made")
    plan.models["quick"].write_text("prototypes: {count: 2}\ntrain: {epochs: 1}", encoding="utf-8")
    report = suite.run_suite(plan, tmp_path / "made")
    assert [each.rows[0].prototypes for each in report.datasets] == [2, 2]
    for file in (tmp_path / "made").glob("*.h5"):
        with open_workspace(file) as opened:
            assert len(opened.model("quick").arrays["anchors"]) == 2


def test_everything_is_there_before_the_first_comparison(plan, tmp_path, monkeypatch):
    monkeypatch.setattr("prle.stages.bench.labels.bench", None)
    with pytest.raises(DataError):
        suite.run_suite(plan.model_copy(update={"datasets": (*plan.datasets, "nowhere.csv")}), tmp_path / "made")


def test_vectors_of_another_encoder_are_not_overwritten(plan, tmp_path):
    suite.run_suite(plan, tmp_path / "made")
    with pytest.raises(WorkspaceError, match="expected vectors of hashing:16, it has those of hashing:32"):
        suite.run_suite(plan.model_copy(update={"encoder": "hashing:16"}), tmp_path / "made")


def test_without_a_model_there_is_no_summary(plan, tmp_path):
    report = suite.run_suite(plan.model_copy(update={"only": ("ridge",)}), tmp_path / "made")
    assert report.summary == ()
    assert [len(each.rows) for each in report.datasets] == [1, 1]


def test_a_data_set_of_classes_is_refused(plan, tmp_path):
    file = tmp_path / "colours.csv"
    rows = "\n".join(f"{WORDS[row % 10]} {WORDS[row % 7]} {row},{('warm', 'cold')[row % 2]}" for row in range(60))
    file.write_text(f"text,label\n{rows}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"bench --suite: expected labels that are numbers; those of .* are classes"):
        suite.run_suite(plan.model_copy(update={"datasets": (str(file),)}), tmp_path / "made")
