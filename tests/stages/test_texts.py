"""The whole job on texts as targets: embed, fit, predict, explain, bench and info, on questions of a small manual."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from prle.config import resolve, validate
from prle.data.interface import Dataset, Split
from prle.encoders import load_encoder
from prle.errors import UsageError, WorkspaceError
from prle.stages.audit import AuditRequest, LabelsRequest, audit, audit_labels
from prle.stages.bench import BenchRequest, bench
from prle.stages.consolidate.interface import ConsolidateRequest
from prle.stages.consolidate.stage import consolidate
from prle.stages.edit import drop, edit_log, relabel, undo
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.explain.interface import ExplainRequest
from prle.stages.explain.stage import explain_row, explain_rows, explain_texts
from prle.stages.fit.search import search
from prle.stages.fit.stage import fit
from prle.stages.info import RegimesRequest, find_regimes, info
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split, predict_texts
from prle.stages.report import ReportRequest, report
from prle.stages.serve.stage import answering
from prle.stages.suggest import suggest
from prle.workspace import layout, open_workspace
from prle.workspace.files.reader import read_tree
from tests.stages.fit.test_hostile_models import ARRAYS, TEXTS, leaves
from tests.workspace.builders import forge

DEVICES = ("printer", "scanner", "router", "kettle", "lamp", "fridge", "drill", "radio", "clock", "heater")
DEEDS = {
    "start": ("turn on", "Press the green button of the {} and wait"),
    "stop": ("switch off", "Hold the red knob on the {} until it is dark"),
    "mend": ("repair", "Unplug the {} first, then open its case"),
}
TYPED = ("how do I repair my clock",)
QUICK = {
    "prototypes.count": 4,
    "train.epochs": 3,
    "answers.rank": 4,
    "answers.temperature": 0.1,
    "answers.penalty": 10.0,
}


def manual(rows: int, seed: int) -> Split:
    rng = np.random.default_rng(seed)
    texts, labels, groups, paths = [], [], [], []
    for row in range(rows):
        device, deed = int(rng.integers(len(DEVICES))), int(rng.integers(len(DEEDS)))
        verb = list(DEEDS.values())[deed][0]
        texts.append((f"how do I {verb} my {DEVICES[device]} {'please ' * (row % 3)}number {row % 5}",))
        labels.append(3 * device + deed)
        groups.append(list(DEEDS)[deed])
        paths.append(f"house > {DEVICES[device]}")
    return Split(texts=tuple(texts), labels=np.array(labels, float), groups=tuple(groups), paths=tuple(paths))


def dataset() -> Dataset:
    targets = tuple(answer.format(device) for device in DEVICES for _, answer in DEEDS.values())
    return Dataset(
        name="manual",
        fields=("question",),
        label="answer",
        origin="made here",
        splits={"train": manual(150, 1), "validation": manual(50, 2), "test": manual(50, 3)},
        synthetic=True,
        targets=targets,
        group="deed",
        path="place",
    )


@pytest.fixture(scope="session")
def fitted_manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("manual") / "prle.h5"
    embed(EmbedRequest(workspace=workspace), dataset(), load_encoder("hashing:64"))
    fit(workspace, resolve(None, {**QUICK, "answers.matrices": "low_rank"}))
    held = {"answers.matrices": "cluster_ridge", "scores.guard": False, "scores.lexical": 0.0}
    fit(workspace, resolve(None, {**QUICK, **held, "answers.routing": "group"}), name="group")
    fit(workspace, resolve(None, {**QUICK, **held, "answers.routing": "exemplar"}), name="exemplar")
    return workspace


@pytest.fixture
def workspace(fitted_manual: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(fitted_manual, tmp_path / "prle.h5"))


def test_fit_says_what_was_tried_and_what_is_gained(workspace):
    report = fit(workspace, resolve(None, QUICK))
    assert report.target == "text"
    assert report.trials[0].matrices == "identity"
    assert {trial.routing for trial in report.trials} == {"global", "federated", "exemplar", "group", "path"}
    assert report.advice == "global"
    assert report.pool == 30
    assert report.validation["mrr"] > report.raw["mrr"]
    assert report.score == report.validation["recall_at_1"]


def test_predict_ranks_the_texts_of_the_workspace(workspace):
    report = predict_split(workspace, "test", PredictRequest(first=3))
    assert (report.pool, len(report.predictions)) == (30, 50)
    right = [each.prediction == each.label for each in report.predictions]
    assert [each.place == 1 for each in report.predictions] == right
    stored = info(workspace).models[0]
    assert np.mean(right) > 0.2, "one of thirty would be luck"
    assert stored.validation_recall_at_1 is not None
    for each in report.predictions:
        assert len(each.answers) == 3
        scores = [found.score for found in each.answers]
        assert scores == sorted(scores, reverse=True)
        assert all(found.score == pytest.approx(found.cosine + found.lexical, abs=1e-6) for found in each.answers)


def test_a_row_of_a_split_is_ranked_like_the_same_text_typed(workspace):
    of_split = predict_split(workspace, "test").predictions[4]
    typed = predict_texts(workspace, [of_split.texts]).predictions[0]
    assert [each.text for each in typed.answers] == [each.text for each in of_split.answers]
    assert typed.score == pytest.approx(of_split.score, abs=1e-6)
    assert (typed.label, typed.row, typed.place) == (None, None, None)


def test_another_pool_may_have_texts_that_nobody_has_seen(workspace, tmp_path):
    pool = tmp_path / "pool.csv"
    pool.write_text("answer\nNothing at all\nPress the green button of the lamp and wait\n")
    report = predict_texts(workspace, [("how do I turn on my lamp",)], PredictRequest(pool=pool))
    assert report.pool == 2
    assert report.predictions[0].prediction.startswith("Press the green button of the lamp")
    assert all(found.code is None for found in report.predictions[0].answers)


def test_the_group_that_is_named_decides(workspace):
    asked = [("how do I repair my kettle",)]
    answers = {
        group: predict_texts(workspace, asked, PredictRequest(name="group", group=group)).predictions[0].score
        for group in (*DEEDS, None)
    }
    assert len({round(score, 6) for score in answers.values()}) >= 3


@pytest.mark.parametrize(
    ("name", "wanted", "why"),
    [
        ("group", PredictRequest(group="start"), None),
        (
            "group",
            PredictRequest(group="sing"),
            "--group changed nothing for model group: no training row has that group",
        ),
        ("group", PredictRequest(path="start"), "--path changed nothing for model group: its routing is group"),
        (
            "exemplar",
            PredictRequest(group="start"),
            "--group changed nothing for model exemplar: its routing is exemplar",
        ),
        ("exemplar", PredictRequest(), None),
    ],
)
def test_a_group_that_leads_nowhere_is_said(workspace, name, wanted, why):
    told = Recorder()
    predict_texts(workspace, [("how do I repair my kettle",)], replace(wanted, name=name), observer=told)
    assert told.notes == ([] if why is None else [why])


@pytest.mark.parametrize("name", ["default", "group", "exemplar"])
def test_explain_says_who_spoke_and_what_changed(workspace, name):
    report = explain_row(workspace, "test", 3, ExplainRequest(name=name, examples=4))
    assert sum(share.weight for share in report.prototypes) == pytest.approx(1.0, abs=1e-5)
    assert report.prediction == predict_split(workspace, "test", PredictRequest(name=name)).predictions[3].prediction
    assert report.label_place == predict_split(workspace, "test", PredictRequest(name=name)).predictions[3].place
    assert len(report.examples) == 4
    cosines = [each.cosine for each in report.examples]
    assert cosines == sorted(cosines, reverse=True)
    assert 0 <= sum(each.weight for each in report.examples) <= 1 + 1e-6
    assert report.raw_prediction in dataset().targets
    assert report.moved >= -1e-6


def test_a_known_group_speaks_alone(workspace):
    report = explain_row(workspace, "test", 3, ExplainRequest(name="group"))
    with open_workspace(workspace) as opened:
        assert report.prototypes[0].name == opened.groups("test")[3]
    assert report.prototypes[0].weight == 1.0


def test_votes_of_training_questions_are_shown(workspace):
    report = explain_row(workspace, "train", 0, ExplainRequest(name="exemplar", examples=150))
    assert all(each.row != 0 for each in report.examples)
    assert report.examples[0].weight == max(each.weight for each in report.examples)


def test_explain_takes_texts_and_many_rows(workspace):
    texts = ("how do I repair my clock",)
    one = explain_texts(workspace, texts)
    many = explain_rows(workspace, [texts, ("how do I turn on my lamp",)])
    assert many.explanations[0].answers == one.answers
    assert (one.label, one.row, one.label_place) == (None, None, None)


def test_many_questions_share_one_model(workspace):
    with answering(workspace) as answers:
        answers.prepare("group")
        assert answers.facts().pool == len(dataset().targets)
        assert answers.facts().label_range == (0.0, 0.0)
        assert answers.predict([TYPED], PredictRequest()) == predict_texts(workspace, [TYPED])
        assert answers.explain(TYPED, ExplainRequest()) == explain_texts(workspace, TYPED)
        report = answers.explain_prototype(1, ExplainRequest(name="group"))
        assert report.row == f"train:{next(each for each in report.prototypes if each.prototype == 1).anchor.row}"
        with pytest.raises(UsageError, match="--level: expected labels that are numbers"):
            answers.predict([TYPED], PredictRequest(level=0.9))


def test_bench_sets_models_beside_everything_that_is_named(workspace):
    report = bench(workspace, BenchRequest())
    rows = {row.name: row for row in report.rows}
    named = {"raw vector", "words (TF-IDF)", "raw + words", "procrustes", "ridge", "texts of neighbours"}
    named |= {"document 002, centroids", "document 002, questions", "document 002, questions, two softmaxes"}
    assert named | {"logistic_regression", "prle:default", "prle:group"} <= set(rows)
    assert {"prle:group (equal gates)", "prle:group (random gates)"} <= set(rows)
    assert rows["words (TF-IDF)"].cosine is None
    assert rows[report.best_baseline].recall_at_1 == max(
        row.recall_at_1 for row in report.rows if row.kind == "baseline"
    )
    assert report.best_model in report.verdict
    assert rows["prle:group"].difference is not None
    ours = predict_split(workspace, "test", PredictRequest(name="group")).predictions
    assert rows["prle:group"].recall_at_1 == pytest.approx(np.mean([each.place == 1 for each in ours]))
    assert {finding.model for finding in report.findings} >= {"prle:group", "prle:exemplar", "document 002"}
    assert 0.0 <= report.unseen <= 1.0


def test_bench_compares_soft_targets_with_their_control(workspace):
    report = bench(workspace, BenchRequest(soft_targets=True, only=["prle:default", *SOFT]))
    soft = [row.name for row in report.rows if row.kind == "soft"]
    assert soft == SOFT


def test_bench_over_seeds_fits_what_is_random_anew(workspace):
    only = ["prle:default", "raw vector", "document 002, centroids"]
    report = bench(workspace, BenchRequest(seeds=2, only=only))
    rows = {row.name: row for row in report.rows}
    assert (report.seeds, report.cuts) == (2, 1)
    assert [rows[name].fits for name in only] == [2, 1, 2]
    assert rows["raw vector"].recall_at_1_sd is None
    with open_workspace(workspace) as opened:
        config = validate(opened.model("default").config)
    figures = []
    for seed in range(2):
        train = config.train.model_copy(update={"seed": seed})
        fit(workspace, config.model_copy(update={"train": train}), name="again")
        again = bench(workspace, BenchRequest(only=["prle:again"]))
        figures.append(again.rows[0].mrr)
    assert rows["prle:default"].mrr == pytest.approx(np.mean(figures))
    assert rows["prle:default"].mrr_sd == pytest.approx(np.std(figures, ddof=1))
    assert "mean over each method's fits (2" in report.resampling
    point, low, high = rows["prle:default"].difference
    assert low <= point <= high


def test_consolidated_models_are_measured_as_they_are(workspace):
    consolidate(workspace, ConsolidateRequest(name="group", to=2))
    said = Recorder()
    report = bench(workspace, BenchRequest(seeds=2, only=["prle:group-2", "raw vector"]), observer=said)
    assert report.rows[0].fits == 1
    assert any("group-2 was consolidated" in warning for warning in said.warnings)


def test_rows_of_several_cuts_are_pooled(workspace, tmp_path):
    other = tmp_path / "other.h5"
    again = replace(dataset(), splits={"train": manual(150, 4), "validation": manual(50, 5), "test": manual(40, 6)})
    embed(EmbedRequest(workspace=other), again, load_encoder("hashing:64"))
    fit(other, resolve(None, {**QUICK, "answers.matrices": "low_rank"}))
    said = Recorder()
    both = bench(workspace, BenchRequest(cuts=[other]), observer=said)
    one, two = ({row.name: row for row in bench(path, BenchRequest()).rows} for path in (workspace, other))
    rows = {row.name: row for row in both.rows}
    assert (both.cuts, rows["prle:default"].fits) == (2, 2)
    assert "the 90 test rows of 2 cuts" in both.resampling
    for name in ("prle:default", "raw vector", "ridge"):
        figures = [one[name].recall_at_1, two[name].recall_at_1]
        assert rows[name].recall_at_1 == pytest.approx(np.mean(figures))
        assert rows[name].recall_at_1_sd == pytest.approx(np.std(figures, ddof=1))
    assert "prle:group" not in rows
    assert any("prle:group is left out" in warning for warning in said.warnings)


def test_a_cut_of_something_else_is_refused(workspace, tmp_path):
    path = tmp_path / "numbers.h5"
    embed(EmbedRequest(workspace=path), replace(dataset(), targets=(), group="", path=""), load_encoder("hashing:64"))
    with pytest.raises(
        UsageError, match=r"bench --cut: expected labels that are texts; those of numbers.h5 are numbers"
    ):
        bench(workspace, BenchRequest(cuts=[path]))


class Recorder:
    """An observer that remembers what it is told in words."""

    def __init__(self):
        self.notes, self.warnings = [], []

    def progress(self, task, done, total, unit): ...
    def epoch(self, record): ...

    def note(self, message):
        self.notes.append(message)

    def warn(self, message):
        self.warnings.append(message)


SOFT = [f"soft targets: {kind}" for kind in ("none", "pairwise", "prototype", "hybrid", "uniform")]


def test_what_is_for_numbers_is_refused(workspace):
    with pytest.raises(UsageError, match="predict --level: expected labels that are numbers"):
        predict_split(workspace, "test", PredictRequest(level=0.9))
    with pytest.raises(UsageError, match="explain --move"):
        explain_row(workspace, "test", 0, ExplainRequest(move=0.1))
    with pytest.raises(UsageError, match="bench --ablations: expected labels that are numbers or classes"):
        bench(workspace, BenchRequest(ablations=True))
    with pytest.raises(UsageError, match="expected one of"):
        bench(workspace, BenchRequest(only=["prle:nobody"]))
    for refused in (
        lambda: suggest(workspace, resolve(None, {})),
        lambda: search(workspace, resolve(None, QUICK), trials=2),
        lambda: find_regimes(workspace, RegimesRequest()),
        lambda: audit(workspace, AuditRequest()),
        lambda: audit_labels(workspace, LabelsRequest()),
        lambda: report(workspace, ReportRequest()),
        lambda: relabel(workspace, 0, 1.0),
        lambda: drop(workspace, 0),
        lambda: undo(workspace),
        lambda: edit_log(workspace),
    ):
        with pytest.raises(UsageError, match="are texts") as refusal:
            refused()
        assert refusal.value.hint


def test_wishes_about_rankings_need_texts(tmp_path):
    numbers = replace(dataset(), targets=(), group="", path="")
    path = tmp_path / "numbers.h5"
    embed(EmbedRequest(workspace=path), numbers, load_encoder("hashing:64"))
    fit(path, resolve(None, {"prototypes.count": 2, "train.epochs": 1}))
    with pytest.raises(UsageError, match="expected labels that are texts"):
        predict_texts(path, [("how",)], PredictRequest(group="x"))
    with pytest.raises(UsageError, match="--soft-targets"):
        bench(path, BenchRequest(soft_targets=True))
    with pytest.raises(UsageError, match="--cut"):
        bench(path, BenchRequest(cuts=[path]))


def test_a_model_of_other_targets_is_stale(workspace):
    other = replace(dataset(), targets=("something else", *dataset().targets[1:]))
    embed(EmbedRequest(workspace=workspace), other, load_encoder("hashing:64"))
    with pytest.raises(WorkspaceError, match="stale"):
        predict_split(workspace, "test")


def test_info_lists_what_there_is_to_find(workspace):
    report = info(workspace)
    assert (report.targets, report.target_encoder) == (30, "hashing:64")
    assert {model.experts for model in report.models} == {"low_rank", "cluster_ridge"}


VERBS = ("predict_texts(path, [('how do I repair my kettle',)])", "explain_row(path, 'test', 1)")


@pytest.mark.parametrize("verb", VERBS)
def test_answering_needs_no_torch(workspace, verb):
    code = (
        "import sys\nfrom pathlib import Path\nfrom prle.stages.predict import predict_texts\n"
        f"from prle.stages.explain.stage import explain_row\npath = Path({str(workspace)!r})\n{verb}\n"
        "print({'torch', 'sklearn', 'scipy'} & set(sys.modules) or 'light')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "light\n"


def ranked(path, name):
    """What the workspace answers; None where it refuses to, which it does in one line."""
    refusal = None
    try:
        return [each.answers for each in predict_split(path, "test", PredictRequest(name=name)).predictions]
    except WorkspaceError as error:
        refusal = error
    assert refusal.hint
    assert "\n" not in refusal.message
    return None


@pytest.mark.parametrize("name", ["default", "exemplar"])
@pytest.mark.parametrize("how", ARRAYS)
def test_forged_arrays_change_no_answer(workspace, name, how):
    original, said = workspace.read_bytes(), ranked(workspace, name)
    model = read_tree(workspace, layout.WORKSPACE).members["models"].members[name]
    arrays = [path for path, kind in leaves(model) if kind == "array"]
    assert len(arrays) >= 7
    for path in arrays:
        workspace.write_bytes(original)
        node = model
        for part in path.split("/"):
            node = node.members[part]
        forge(workspace, f"models/{name}/{path}", ARRAYS[how](np.array(node.array)))
        assert ranked(workspace, name) in (None, said), path


@pytest.mark.parametrize("how", TEXTS)
def test_forged_json_changes_no_answer(workspace, how):
    original, said = workspace.read_bytes(), ranked(workspace, "group")
    for path in ("summary", "config"):
        workspace.write_bytes(original)
        forge(workspace, f"models/group/{path}", np.frombuffer(TEXTS[how], np.uint8))
        assert ranked(workspace, "group") in (None, said), path
