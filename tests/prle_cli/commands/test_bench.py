"""What `prle bench` asks of the library, and its answers in every format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from prle.stages.bench import BenchRequest
from tests.prle_cli.made import distillations, text_reports


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_bench(stages, prle):
    outcome = prle("bench", "--split", "validation", "--format", "json")
    assert stages.calls["bench"][0] == (Path("prle.h5"), BenchRequest(split="validation"))
    assert [row["name"] for row in json.loads(outcome.out)["rows"]][:2] == ["prle:default", "prle:no-em"]
    assert prle("bench", "--format", "csv").out.startswith("name,kind,split,pearson,")
    assert prle("bench", "--format", "markdown").out.startswith(
        "## stsb, test split, on all-MiniLM-L6-v2\n\n| method |"
    )


def test_it_makes_do_with_the_memory_that_it_is_given(stages, prle):
    prle("bench", "--memory", "2GiB")
    assert stages.calls["bench"][0][1].memory == 2 * 2**30


def test_several_data_sets(stages, prle):
    command = ("bench", "--suite", "suite.yaml", "--folder", "made")
    outcome = prle(*command, "--seeds", "2", "--no-ablations", "--format", "json")
    plan, folder = stages.calls["run_suite"][0]
    assert plan == (Path("suite.yaml"), {"seeds": 2, "ablations": False})
    assert folder == Path("made")
    assert [each["dataset"] for each in json.loads(outcome.out)["datasets"]] == ["stsb", "emobank"]
    assert "All data sets" in prle(*command).out
    assert prle(*command, "--format", "csv").out.startswith("dataset,name,kind,split,pearson,")
    assert prle(*command, "--format", "markdown").out.startswith("## All data sets, Pearson\n")
    assert "bench" not in stages.calls


@pytest.mark.parametrize("half", [("--suite", "suite.yaml"), ("--folder", "made"), ("--seeds", "0")])
def test_half_a_suite_and_no_seed_are_refused(stages, prle, half):
    assert prle("bench", *half).code == 2
    assert "bench" not in stages.calls
    assert "run_suite" not in stages.calls


def test_seeds_and_cuts_are_passed_on(stages, prle):
    stages.answers["bench"] = text_reports.benchmark_over_cuts()
    drawn = prle("bench", "--seeds", "2", "--cut", "b.h5", "--cut", "c.h5").out
    assert stages.calls["bench"][0][1] == BenchRequest(seeds=2, cuts=[Path("b.h5"), Path("c.h5")])
    assert "Over seeds and cuts of the data" in drawn
    (first, *_) = rows_of(prle("bench", "--seeds", "2", "--format", "csv").out)
    assert (first["fits"], first["recall_at_1_sd"]) == ("6", "0.0213")


@pytest.mark.parametrize("output_format", ["csv", "markdown", "json"])
def test_comparisons_of_texts_in_every_format(stages, prle, output_format):
    stages.answers["bench"] = text_reports.benchmark()
    out = prle("bench", "--soft-targets", "--format", output_format).out
    assert stages.calls["bench"][0][1] == BenchRequest(soft_targets=True)
    if output_format == "csv":
        rows = rows_of(out)
        assert rows[0]["recall_at_1"] == "0.6335"
        assert rows[0]["difference_low"] == "0.0209"
    elif output_format == "json":
        document = json.loads(out)
        assert document["rows"][0]["mrr"] == 0.7436
        assert document["verdict"].startswith("prle:default is ahead")
    else:
        assert "| prle:default | model | 0.6335 | 0.9398 | 0.7436 | 0.7518 |" in out
        assert "**prle:default is ahead" in out


def test_ways_to_weigh_rows_are_compared(stages, prle):
    stages.answers["bench"] = distillations.weighed()
    asked = ("bench", "--importance", "all", "--seeds", "4", "--only", "prle:big", "--split", "validation", "-q")
    outcome = prle(*asked)
    request = BenchRequest(importance="all", only=["prle:big"], split="validation", seeds=4)
    assert stages.calls["bench"][0] == (Path("prle.h5"), request)
    assert "fisher hurts" in outcome.out
    assert json.loads(prle(*asked, "--format", "json").out)["score_name"] == distillations.weighed().score_name
    uniform, *others = rows_of(prle(*asked, "--format", "csv").out)
    assert (uniform["name"], uniform["difference"]) == ("uniform", "")
    assert all(float(each["noise"]) > 0.0 for each in others)
    assert "| uniform | " in prle(*asked, "--format", "markdown").out


@pytest.mark.parametrize(
    "beside", [("--memory", "2GiB"), ("--ablations",), ("--soft-targets",), ("--cut", "b.h5")], ids=lambda each: each[0]
)
def test_what_says_nothing_about_students_is_refused_beside_importance(stages, prle, beside):
    refused = prle("bench", "--importance", "all", *beside)
    assert (refused.code, refused.err.splitlines()[1]) == (2, f"Hint: leave out {beside[0]}")
    assert "bench" not in stages.calls
