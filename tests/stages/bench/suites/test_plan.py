from pathlib import Path

import pytest

from prle.errors import UsageError
from prle.stages.bench.suites.plan import Plan, file_stem, read_plan

SHIPPED = Path(__file__).parents[4] / "configs" / "suite.yaml"


def plan_of(tmp_path, text, **overrides):
    file = tmp_path / "suite.yaml"
    file.write_text(text, encoding="utf-8")
    return read_plan(file, overrides)


def test_the_shipped_suite_is_the_four_data_sets():
    plan = read_plan(SHIPPED, {})
    assert plan.datasets == ("stsb", "sick", "emobank", "sst5")
    assert plan.encoder == "all-MiniLM-L6-v2"
    assert plan.models == {"default": None}
    assert (plan.seeds, plan.ablations, plan.split, plan.only) == (None, False, "test", None)


def test_settings_files_stand_beside_the_suite(tmp_path):
    text = "datasets: [stsb, hf:owner/name]\nmodels: {default: , small: '{dataset}/prle/small.yaml'}"
    plan = plan_of(tmp_path, text)
    assert plan.settings("default", "stsb") is None
    assert plan.settings("small", "stsb") == tmp_path / "stsb/prle/small.yaml"
    assert plan.settings("small", "hf:owner/name") == tmp_path / "hf-owner-name/prle/small.yaml"


def test_the_command_line_comes_before_the_file(tmp_path):
    plan = plan_of(tmp_path, "datasets: [stsb]\nseeds: 5\nsplit: test", seeds=2, only=["knn"])
    assert (plan.seeds, plan.only, plan.split) == (2, ("knn",), "test")


@pytest.mark.parametrize(
    ("source", "stem"),
    [("stsb", "stsb"), ("hf:owner/name", "hf-owner-name"), ("../a b.csv", "a-b.csv"), ("..", "data")],
)
def test_workspaces_are_named_after_their_sources(source, stem):
    assert file_stem(source) == stem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("datasets: []", "datasets: tuple should have at least 1 item"),
        ("encoder: hashing", "datasets: field required"),
        ("datasets: [stsb]\nseeds: 0", "seeds: input should be greater than or equal to 1"),
        ("datasets: [stsb]\nseed: 3", "unknown key seed"),
        ("datasets: [a/b, a-b]", "workspaces of their own, got a-b more than once"),
        ("[stsb]", "expected keys such as datasets and models, got list"),
        ("datasets: [", "expected a readable YAML file"),
    ],
)
def test_what_is_no_suite_is_refused(tmp_path, text, said):
    with pytest.raises(UsageError, match=said):
        plan_of(tmp_path, text)


def test_a_near_key_is_suggested_and_a_missing_file_named(tmp_path):
    with pytest.raises(UsageError) as near:
        plan_of(tmp_path, "datasets: [stsb]\nablation: true")
    assert near.value.hint == "did you mean ablations?"
    with pytest.raises(UsageError, match=r"nowhere\.yaml: no such file"):
        read_plan(tmp_path / "nowhere.yaml", {})


@pytest.mark.parametrize(("override", "option"), [("memory", "--memory"), ("cuts", "--cut")])
def test_what_says_nothing_about_a_suite_is_refused(tmp_path, override, option):
    with pytest.raises(UsageError, match=f"bench: {option} does not go together with --suite"):
        plan_of(tmp_path, "datasets: [stsb]", **{override: 1})


def test_every_key_is_documented():
    assert all(field.description for field in Plan.model_fields.values())
