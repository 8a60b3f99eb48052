from __future__ import annotations

import json

import pytest

from prle.errors import UsageError
from prle.stages.bench.file import another_fit, read_bench
from prle.stages.report.interface import BenchLine, SplitFigures
from prle_cli.formats.reports import record
from tests.prle_cli.made import comparisons, reports

ON = {"dataset": "stsb", "encoder": "all-MiniLM-L6-v2"}


def kept(folder, document):
    path = folder / "bench.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def document():
    return {"schema_version": 1, **record(reports.benchmark())}


def test_what_bench_writes_is_read_back(tmp_path, document):
    table = read_bench(kept(tmp_path, document), **ON)
    assert [row.name for row in table.rows] == [row.name for row in reports.benchmark().rows]
    assert table.verdict == reports.benchmark().verdict
    assert table.rows[0] == BenchLine(
        name="prle:default",
        kind="model",
        split="test",
        pearson=0.8481,
        spearman=0.8454,
        rmse=0.8214,
        r2=0.712,
        difference=(0.0211, 0.0123, 0.0305),
    )


def test_a_comparison_with_ablations_and_seeds_is_read_too(tmp_path):
    made = comparisons.ablated_benchmark()
    table = read_bench(
        kept(tmp_path, {"schema_version": 1, **record(made)}), dataset=made.dataset, encoder=made.encoder
    )
    assert {row.kind for row in table.rows} == {"model", "ablation", "baseline"}
    assert table.seeds == made.seeds


def test_figures_that_are_unknown_may_be_missing(tmp_path, document):
    document["rows"] = [{"name": "prle:a", "kind": "model", "split": "test", "accuracy": 0.9, "pearson": None}]
    (row,) = read_bench(kept(tmp_path, document), **ON).rows
    assert (row.pearson, row.rmse, row.difference) == (None, None, None)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"schema_version": 2}, "expected schema_version 1, got 2"),
        ({"rows": 3}, "rows: input should be a valid tuple"),
        ({"rows": [{"name": "a", "kind": "oracle", "split": "test"}]}, r"rows\.0\.kind: input should be"),
        ({"dataset": "sick"}, "expected a comparison on stsb with all-MiniLM-L6-v2, got one on sick with"),
        ({"encoder": "other"}, "expected a comparison on stsb"),
    ],
)
def test_anything_else_is_refused(tmp_path, document, changed, said):
    with pytest.raises(UsageError, match=said) as caught:
        read_bench(kept(tmp_path, document | changed), **ON)
    assert "prle bench --format json" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "said"), [("{", "readable JSON"), ("[]", "a JSON object, got list"), ("[" * 10**5, "JSON")]
)
def test_a_file_that_is_no_object_is_refused(tmp_path, text, said):
    with pytest.raises(UsageError, match=said):
        read_bench(kept(tmp_path, text), **ON)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_bench(tmp_path / "none.json", **ON)


@pytest.mark.parametrize(
    ("rmse", "seeds", "expected"), [(0.8214, None, False), (0.82141, None, False), (0.83, None, True), (0.83, 3, False)]
)
def test_a_model_that_was_fitted_again_is_noticed(tmp_path, document, rmse, seeds, expected):
    table = read_bench(kept(tmp_path, document | {"seeds": seeds}), **ON)
    figures = [
        SplitFigures(split="validation", rows=9, rmse=9.0, mae=9.0),
        SplitFigures(split="test", rows=9, rmse=rmse, mae=0.5),
    ]
    assert another_fit(table, "default", figures) is expected
    assert another_fit(table, "unknown", figures) is False
