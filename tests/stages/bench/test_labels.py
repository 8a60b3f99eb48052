import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from prle.baselines import BASELINES
from prle.baselines.interface import Table
from prle.config import Config, resolve
from prle.encoders import load_encoder
from prle.errors import UsageError, WorkspaceError
from prle.explanation.promise import promise
from prle.metrics.numbers import paired_bootstrap, pearson, rmse
from prle.models.labels.checkpoint import load
from prle.observer import SILENT
from prle.stages.bench import BenchRequest, bench, measuring
from prle.stages.bench import labels as stage
from prle.stages.bench.methods import labels as entrants
from prle.stages.bench.methods.ablations import VOTES
from prle.stages.common.judging import rows_of
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import PredictRequest
from prle.stages.predict.stage import predict_split
from prle.workspace import open_workspace
from prle.workspace.store import save_model

SPEAK = {"votes.voters": "none"}
QUICK = ("mean", "cosine", "ridge")
RELATIONS = ("is ahead of", "is level with", "is behind")


def rows(count, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, 2, 6))
    vectors[:, 1] += 2 * rng.uniform(size=(count, 1)) * vectors[:, 0]
    labels = 2 * stage_cosine(vectors) + 0.3 * rng.normal(size=count)
    return vectors.astype(np.float32), labels


def stage_cosine(vectors):
    return np.sum(vectors[:, 0] * vectors[:, 1], axis=1) / np.prod(np.linalg.norm(vectors, axis=2), axis=1)


TABLES = {"train": rows(120, 1), "validation": rows(60, 2), "test": rows(200, 3)}
TEST_LABELS = TABLES["test"][1]


@dataclass
class Oracle:
    """Predicts the labels of whatever split it is shown, blurred."""

    blur: float
    seed: int = 0
    fit_seconds: float = 12.5
    size_bytes: int = 4321
    config: Config = field(default_factory=lambda: resolve(None, {**SPEAK, "prototypes.count": 1, "train.seed": 7}))

    def predict(self, embeddings):
        labels = next(labels for vectors, labels in TABLES.values() if len(vectors) == len(embeddings))
        return labels + self.blur * np.random.default_rng(self.seed).normal(size=len(labels))

    def disturbed(self, name, train, seed):
        return replace(self, blur=3.0 * self.blur)


@dataclass
class FakeWorkspace:
    def summary(self, name):
        return {}

    predictors: dict = field(default_factory=dict)
    tables: dict = field(default_factory=lambda: TABLES)
    path = Path("prle.h5")
    manifest = SimpleNamespace(
        dataset="toy",
        classes=(),
        fields=("text",),
        encoder=SimpleNamespace(name="none", width=2),
        target_encoder=None,
    )

    @property
    def splits(self):
        return {name: len(labels) for name, (_, labels) in self.tables.items()}

    @property
    def model_names(self):
        return tuple(name for name, variant in self.predictors if variant == "model")

    def embeddings(self, split):
        return self.tables[split][0]

    def labels(self, split):
        return self.tables[split][1]


class Watcher:
    def __init__(self):
        self.said = []
        self.steps = []

    def warn(self, message):
        self.said.append(message)

    def progress(self, task, done, total, unit):
        self.steps.append((task, done, total, unit))


LOCAL = resolve(None, {**SPEAK, "prototypes.count": 2, "train.seed": 7})


@pytest.fixture
def compare(monkeypatch):
    """Bench a workspace with these predictors: ``compare({("default", "model"): ...}, only=...)``.

    A model with a ``global`` variant has two prototypes, and that variant is what every refit with one gives.
    """

    def run(predictors, *, tables=TABLES, observer=SILENT, fit=None, **options):
        workspace = FakeWorkspace(predictors=predictors, tables=tables)

        def load(given, name):
            found = given.predictors[name, "model"]
            if isinstance(found, WorkspaceError):
                raise found
            return replace(found, config=LOCAL) if (name, "global") in given.predictors else found

        def refit(given, config, *, memory):
            return next(found for (_, variant), found in given.predictors.items() if variant == "global")

        monkeypatch.setattr(entrants, "load_contender", load)
        monkeypatch.setattr(entrants, "fit_contender", fit or refit)
        monkeypatch.setattr(measuring, "_TIMING_SECONDS", 1e-4)
        return stage.bench(workspace, BenchRequest(**options), observer=observer)

    return run


def test_every_method_gets_a_row_in_order(compare):
    models = {("default", "model"): Oracle(0.1), ("default", "global"): Oracle(0.3, 1), ("plain", "model"): Oracle(0.5)}
    report = compare(models, only=["ridge", "prle:plain", "mean", "prle:default"])
    assert [(row.name, row.kind) for row in report.rows] == [
        ("prle:default", "model"),
        ("prle:default (one expert)", "ablation"),
        ("prle:plain", "model"),
        ("mean", "baseline"),
        ("ridge", "baseline"),
    ]
    assert (report.dataset, report.encoder, report.best_baseline) == ("toy", "none", "ridge")


def test_figures_are_those_of_the_split(compare):
    oracle = Oracle(0.4)
    report = compare({("default", "model"): oracle}, only=["prle:default", *QUICK])
    row = report.rows[0]
    predictions = oracle.predict(TABLES["test"][0])
    assert row.split == "test"
    assert row.pearson == pytest.approx(pearson(TEST_LABELS, predictions))
    assert row.rmse == pytest.approx(rmse(TEST_LABELS, predictions))
    assert (row.fit_seconds, row.size_bytes) == (12.5, 4321)
    assert all(row.predict_rows_per_second > 0 and row.fit_seconds >= 0 for row in report.rows)


def test_difference_is_paired_with_the_best_baseline(compare):
    oracle = Oracle(0.4)
    report = compare({("default", "model"): oracle, ("default", "global"): oracle}, only=["prle:default", *QUICK])
    tables = [Table(embeddings=vectors, labels=labels) for vectors, labels in TABLES.values()]
    best = BASELINES[report.best_baseline]().fit(*tables[:2]).predict(tables[2].embeddings)
    expected = paired_bootstrap(TEST_LABELS, oracle.predict(tables[2].embeddings), best, "pearson")
    assert report.rows[0].difference == report.rows[1].difference == pytest.approx(expected)
    assert all(row.difference is None for row in report.rows if row.kind == "baseline")
    figures = {row.name: row.pearson for row in report.rows if row.kind == "baseline"}
    assert report.best_baseline == max(figures, key=figures.get)


@pytest.mark.parametrize(
    ("blur", "twin", "said"),
    [
        (0.05, 0.5, ("is ahead of the best baseline", "earn something over one global expert")),
        (0.37, 0.37, ("is level with the best baseline", "earn nothing that can be told from chance")),
        (3.0, 0.1, ("is behind the best baseline", "do worse than one global expert")),
    ],
)
def test_verdict_claims_what_the_intervals_allow(compare, blur, twin, said):
    models = {("default", "model"): Oracle(blur), ("default", "global"): Oracle(twin, seed=1)}
    report = compare(models, only=["prle:default", *QUICK])
    assert all(words in report.verdict for words in said), report.verdict
    _, low, high = report.rows[0].difference
    assert f"{low:+.3f} to {high:+.3f}" in report.verdict
    assert report.verdict.endswith(".")


def test_validation_and_not_test_chooses_the_model_that_speaks(compare):
    class Lucky(Oracle):
        """Perfect on test, poor on validation."""

        def predict(self, embeddings):
            blur = 0.0 if len(embeddings) == len(TEST_LABELS) else 2.0
            return replace(self, blur=blur).blurred(embeddings)

        def blurred(self, embeddings):
            return Oracle.predict(self, embeddings)

    report = compare(
        {("lucky", "model"): Lucky(0.0), ("steady", "model"): Oracle(0.3)}, only=["prle:lucky", "prle:steady", "mean"]
    )
    assert report.verdict.startswith("prle:steady ")


def test_a_stale_model_is_left_out_aloud(compare):
    stale = WorkspaceError("prle.h5: model old is stale: the encoder has changed.")
    watcher = Watcher()
    models = {("old", "model"): stale, ("new", "model"): Oracle(0.2)}
    report = compare(models, only=["prle:old", "prle:new", "mean"], observer=watcher)
    assert [row.name for row in report.rows] == ["prle:new", "mean"]
    assert watcher.said == ["prle:old is left out: prle.h5: model old is stale: the encoder has changed."]


def test_every_method_gets_one_thread(compare):
    class Counting(Oracle):
        def predict(self, embeddings):
            threads.update(pool["num_threads"] for pool in threadpool_info())
            return super().predict(embeddings)

    threads = set()
    compare({("default", "model"): Counting(0.2)}, only=["prle:default"])
    assert threads == {1}


def test_progress_counts_the_methods(compare):
    watcher = Watcher()
    compare({("default", "model"): Oracle(0.2)}, only=["prle:default", "mean", "cosine"], observer=watcher)
    assert watcher.steps == [("bench", done, 3, "methods") for done in range(4)]


def test_without_models_the_best_baseline_speaks(compare):
    report = compare({}, only=QUICK)
    assert report.verdict.startswith(f"No model was compared; the best method is {report.best_baseline} ")


def test_without_baselines_there_is_nothing_to_differ_from(compare):
    report = compare({("default", "model"): Oracle(0.2)}, only=["prle:default"])
    assert report.best_baseline == ""
    assert report.rows[0].difference is None
    assert report.verdict.startswith("prle:default has Pearson ")


def test_single_texts_have_no_cosine(compare, monkeypatch):
    monkeypatch.setattr(entrants, "baselines_for", lambda _: {name: BASELINES[name] for name in QUICK})
    single = {name: (vectors[:, :1], labels) for name, (vectors, labels) in TABLES.items()}
    assert [row.name for row in compare({}, tables=single).rows] == ["mean", "ridge"]
    with pytest.raises(UsageError, match="cosine"):
        compare({}, tables=single, only=["cosine"])


def test_other_splits_are_measured_with_a_warning(compare):
    watcher = Watcher()
    report = compare({}, only=["mean"], split="validation", observer=watcher)
    assert report.rows[0].rmse == pytest.approx(rmse(TABLES["validation"][1], np.full(60, TABLES["train"][1].mean())))
    assert "flatter" in watcher.said[0]


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"split": "tets"}, UsageError, "got 'tets'"),
        ({"only": ["rigde"]}, UsageError, "got 'rigde'"),
        ({"only": []}, UsageError, "at least one name"),
        ({"seeds": 0}, UsageError, "seeds: expected 1 or more, got 0"),
        ({"tables": {"train": TABLES["train"], "test": TABLES["test"]}}, WorkspaceError, "no validation rows"),
    ],
)
def test_what_cannot_be_compared_is_refused(compare, options, error, said):
    with pytest.raises(error, match=said):
        compare({}, **options)


def test_nothing_but_stale_models_is_refused(compare):
    stale = WorkspaceError("prle.h5: model old is stale.")
    with pytest.raises(WorkspaceError, match="at least one method"):
        compare({("old", "model"): stale}, only=["prle:old"])


class SeedsSeen:
    """Stands for fitting: the seed decides how blurred the predictions are."""

    def __init__(self):
        self.configs = []

    def __call__(self, opened, config, *, memory):
        self.configs.append(config)
        return Oracle(0.2 + 0.1 * config.train.seed, seed=config.train.seed, config=config)


def test_seeds_give_means_and_deviations(compare):
    fit = SeedsSeen()
    report = compare({("default", "model"): Oracle(9.0)}, only=["prle:default", "mean"], seeds=3, fit=fit)
    row, mean = report.rows
    figures = [pearson(TEST_LABELS, Oracle(0.2 + 0.1 * seed, seed).predict(TABLES["test"][0])) for seed in range(3)]
    assert [config.train.seed for config in fit.configs] == [0, 1, 2]
    assert (row.seeds, report.seeds) == (3, 3)
    assert row.pearson == pytest.approx(np.mean(figures))
    assert row.pearson_sd == pytest.approx(np.std(figures, ddof=1))
    assert min(row.spearman_sd, row.rmse_sd, row.r2_sd) > 0
    assert (mean.seeds, mean.pearson_sd) == (1, None)
    assert "mean over each method's fits (3 where chance plays a part), not resampled" in report.resampling


def test_seeds_are_all_that_changes_in_a_refit(compare):
    fit = SeedsSeen()
    compare({("default", "model"): Oracle(9.0)}, only=["prle:default"], seeds=2, fit=fit)
    stored = Oracle(9.0).config
    assert fit.configs == [resolve(None, {**SPEAK, "prototypes.count": 1, "train.seed": seed}) for seed in (0, 1)]
    assert {config.model_copy(update={"train": stored.train}) for config in fit.configs} == {stored}


def test_difference_of_seeds_is_that_of_the_mean_score(compare):
    report = compare({("default", "model"): Oracle(9.0)}, only=["prle:default", "ridge"], seeds=2, fit=SeedsSeen())
    tables = [Table(embeddings=vectors, labels=labels) for vectors, labels in TABLES.values()]
    ridge = BASELINES["ridge"]().fit(*tables[:2]).predict(tables[2].embeddings)
    fits = [Oracle(0.2 + 0.1 * seed, seed).predict(tables[2].embeddings) for seed in range(2)]
    assert report.rows[0].difference == pytest.approx(paired_bootstrap(TEST_LABELS, fits, ridge, "pearson"))


def test_only_random_baselines_are_fitted_again(compare, monkeypatch):
    fitted = []

    class Random(type(BASELINES["mean"]())):
        seeded = True

        def _fit(self, train, validation):
            fitted.append(self.seed)
            return super()._fit(train, validation)

    monkeypatch.setattr(entrants, "baselines_for", lambda _: {"mean": Random, "ridge": BASELINES["ridge"]})
    report = compare({}, seeds=2)
    assert fitted == [0, 1]
    assert [(row.name, row.seeds) for row in report.rows] == [("mean", 2), ("ridge", 1)]


def test_ablations_are_judged_one_by_one(compare):
    """Taking anything away blurs, except the routing, which was in the way."""

    def fit(opened, config, *, memory):
        return Oracle(0.0 if config.router.kind == "radius" else 0.8, seed=1)

    models = {("default", "model"): Oracle(0.3), ("default", "global"): None}
    report = compare(models, only=["prle:default"], ablations=True, fit=fit)
    assert {finding.change: finding.answer for finding in report.findings} == {
        "one expert": "helps",
        "no value space": "helps",
        "random prototypes": "helps",
        "constant experts": "helps",
        "equal voices": "hurts",
        "permuted centres": "helps",
        "random centres": "helps",
    }
    assert [row.name for row in report.rows[1:]] == [f"prle:default ({each.change})" for each in report.findings]
    assert {row.ablates for row in report.rows[1:]} == {"prle:default"}
    for said in ("The value space helps (difference +", "Equal voices beat routing (difference -"):
        assert said in report.verdict


def test_a_report_says_where_its_figures_come_from(compare):
    source = compare({}, only=["mean"]).provenance
    assert set(source.versions) == {"prle", "numpy", "torch", "scikit-learn", "python"}
    assert source.cores >= 1
    assert source.processor
    assert source.date.startswith("20")


def test_a_real_model_is_measured_with_all_its_parts(workspace, monkeypatch):
    """End to end on fitted models: every ablation is a row, and who speaks is counted."""
    monkeypatch.setattr(measuring, "_TIMING_SECONDS", 1e-4)
    report = bench(workspace, BenchRequest(only=["prle:default", "mean"], ablations=True))
    rows = {row.change or row.name: row for row in report.rows}
    whole, alone, equal = rows["prle:default"], rows["one expert"], rows["equal voices"]
    assert (whole.prototypes, alone.prototypes, equal.prototypes) == (6, 1, 6)
    assert 1 < whole.effective_experts < 6
    assert 1 <= whole.prototypes_in_use <= 6
    assert alone.effective_experts == pytest.approx(1.0)
    assert equal.effective_experts == pytest.approx(6.0)
    assert equal.prototypes_in_use == 6
    assert rows["mean"].effective_experts is rows["mean"].coverage is None
    with open_workspace(workspace) as opened:
        labels = opened.labels("test")
    bounded = predict_split(workspace, "test", PredictRequest(level=0.9)).predictions
    low, high = np.array([each.interval for each in bounded]).T
    assert whole.coverage == pytest.approx(np.mean((low <= labels) & (labels <= high)))
    assert whole.interval_width == pytest.approx(np.mean(high - low))
    assert whole.worst_regime_coverage <= whole.coverage
    assert alone.worst_regime_coverage == alone.coverage, "one prototype has one regime"
    assert len(report.findings) == 7
    for moved in (rows["permuted centres"], rows["random centres"]):
        assert moved.prototypes == 6
        assert moved.rmse != whole.rmse
    assert "of 6 prototypes speak for an input on average." in report.verdict
    assert all(row.carried is not None for row in report.rows if row.kind != "baseline")
    assert rows["mean"].carried is rows["mean"].fit_cpu_seconds is None
    assert whole.fit_cpu_seconds > 0
    assert whole.carried == whole.anchored
    assert rows["permuted centres"].carried != whole.carried, "the promise is that of the moved model"


CARRYING = {
    "carried",
    "anchored",
    "told",
    "content",
    "content_chance",
    "content_score_only",
    "voters_80",
    "prototypes_80",
    "fit_cpu_seconds",
}


@pytest.fixture(scope="module")
def voting(demo, tmp_path_factory):
    """A model in which examples vote, on a base that expects something."""
    path = tmp_path_factory.mktemp("voting") / "prle.h5"
    embed(EmbedRequest(workspace=path), demo, load_encoder("hashing:64"))
    settings = {"votes.voters": "examples", "votes.base": "kernel", "prototypes.count": 6}
    fit(path, resolve(None, settings))
    return path


def test_a_voting_model_is_set_beside_its_score_and_promises_on_the_reported_rows(voting):
    report = bench(voting, BenchRequest(only=["prle:default", "ridge"]))
    whole, alone, ridge = report.rows
    assert (alone.name, alone.kind, alone.ablates) == ("prle:default, the score alone", "ablation", "prle:default")
    with open_workspace(voting) as opened:
        checkpoint = load(opened, "default")
        train, test = (rows_of(opened, split, "testing") for split in ("train", "test"))
        expected = checkpoint.ballot.predictor(checkpoint.config, checkpoint.target).score(test.sentences)
    assert alone.pearson == pytest.approx(pearson(test.labels, expected))
    assert alone.rmse == pytest.approx(rmse(test.labels, expected))
    promised = promise(checkpoint, train, test, seed=checkpoint.config.train.seed).figures()
    assert {name: getattr(whole, name) for name in promised} == pytest.approx(promised)
    assert promised.keys() | {"fit_cpu_seconds"} == CARRYING
    assert whole.carried == pytest.approx(1.0)
    assert whole.fit_cpu_seconds == checkpoint.measured["fit_cpu_seconds"]
    for bare in (alone, ridge):
        assert {getattr(bare, name) for name in CARRYING} == {None}
        assert bare.prototypes is bare.effective_experts is None
    (finding,) = report.findings
    assert finding.words in {f"the vote {relation} the score alone" for relation in RELATIONS}
    assert finding.words in report.verdict
    assert "Labels of examples carry 100 % of what prle:default says, five prototypes tell" in report.verdict


def test_a_voting_model_is_fitted_again_without_each_of_its_parts(voting):
    report = bench(voting, BenchRequest(only=["prle:default"], ablations=True))
    rows = {row.change or "whole": row for row in report.rows}
    assert list(rows) == ["whole", *(name for name in VOTES.changes if name != "no content")], (
        "its base learns no space"
    )
    assert rows["random anchors"].anchored < rows["whole"].anchored, "chosen ones are typical of their cells"
    assert rows["voters prototypes"].voters_80 <= 6
    assert rows["only the score decides"].content < rows["whole"].content
    assert rows["shared experts"].carried == rows["shared experts"].anchored
    assert "With chosen anchors labels carry 100 %" in report.verdict
    assert "; with random ones " in report.verdict


def test_a_model_that_only_places_has_no_score_to_stand_alone(voting, tmp_path):
    copy = Path(shutil.copy(voting, tmp_path / "prle.h5"))
    with open_workspace(copy) as opened:
        stored = opened.model("default")
    silent = {key: value for key, value in stored.summary.items() if not key.startswith("alone_")}
    save_model(copy, replace(stored, summary=silent))
    assert [row.name for row in bench(copy, BenchRequest(only=["prle:default"])).rows] == ["prle:default"]


def test_seeds_of_a_voting_model_fit_it_once_for_all_its_rows(voting, monkeypatch):
    fitted = []
    real = entrants.fit_contender

    def counted(opened, config, *, memory):
        fitted.append(config.train.seed)
        return real(opened, config, memory=memory)

    monkeypatch.setattr(entrants, "fit_contender", counted)
    whole, alone = bench(voting, BenchRequest(only=["prle:default"], seeds=2)).rows
    assert fitted == [0, 1]
    assert (whole.seeds, alone.seeds) == (2, 2)
