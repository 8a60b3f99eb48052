"""Reports as the stages would return them, with texts as people write them and a few as nobody should."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from prle.config.rows import Given, Origin, Recorded, sections, trace
from prle.models.labels.prototypes.count import CountTrial, Coverage, Dimensions
from prle.observer import EpochRecord
from prle.stages.bench.interface import BenchReport, BenchRow
from prle.stages.config.interface import Setting, SettingsReport
from prle.stages.embed.interface import EmbedReport
from prle.stages.explain.interface import Anchor, Bracket, Example, ExplainReport, ExplainRowsReport, PrototypeShare
from prle.stages.explain.parts import (
    CounterfactualReport,
    DoubtReport,
    OtherVoters,
    Refusal,
    RemovalReport,
    Voter,
    VotesReport,
)
from prle.stages.fit.interface import FitReport, TrialRecord
from prle.stages.info.interface import HistoryReport, InfoReport, ModelSummary, SearchSummary
from prle.stages.predict.interface import Prediction, PredictReport
from prle.stages.suggest.interface import SuggestReport

GUITAR = ("A man is playing a guitar.", "Someone plays an instrument.")
LONG = (
    (
        "The night ferry to the islands was held back for two hours because the harbour pilot had missed the last bus "
        "and nobody else on the quay was allowed to bring the ship past the sandbank."
    ),
    (
        "A sandbank off the harbour, which only 'licensed pilots, by day or by night' may pass, was given as the "
        "reason why the ferry left so late."
    ),
)
MARKUP = ("A man is [playing] :guitar: the [bold]flute[/bold]", "[/x] closes what nobody opened")
STEERING = ("red \x1b[31malert\x1b[0m\rgone", "moc.elpmaxe\u202e reversed\ttab\nline")

_ANCHORS = (
    Anchor(row=1021, texts=("A man is playing a guitar.", "A man plays the guitar."), label=4.909),
    Anchor(row=88, texts=("A woman is playing the flute.", "Someone is playing a musical instrument."), label=3.2),
    Anchor(row=4512, texts=LONG, label=2.75),
    Anchor(row=310, texts=MARKUP, label=0.5),
    Anchor(row=7, texts=("A plane is taking off.", "An aeroplane leaves the ground."), label=5.0),
)
_WEIGHTS = (0.4821, 0.2157, 0.1122, 0.0514, 0.0309)
_SAYS = (3.612, 3.377, 2.981, -0.422, 4.013)
_OTHERS = 27


def _shares() -> tuple[PrototypeShare, ...]:
    weights = [*_WEIGHTS, *[(1 - sum(_WEIGHTS)) / _OTHERS] * _OTHERS]
    says = [*_SAYS, *(2.4 + 0.05 * step for step in range(_OTHERS))]
    anchors = [*_ANCHORS, *(replace(_ANCHORS[0], row=2000 + step) for step in range(_OTHERS))]
    numbers = [17, 3, 21, 9, 30, *(40 + step for step in range(_OTHERS))]
    return tuple(
        PrototypeShare(
            prototype=number,
            weight=weight,
            expert_prediction=said,
            contribution=weight * said,
            anchor=anchor,
            past_error=None if number == 9 else 0.5 + number / 100,
            past_rows=0 if number == 9 else number,
            examples_say=said - 0.0312,
            differs=0.0312,
        )
        for number, weight, said, anchor in zip(numbers, weights, says, anchors, strict=True)
    )


def explained(rows: list[tuple[str, ...]]) -> ExplainRowsReport:
    explanations = tuple(replace(explanation(), texts=row) for row in rows)
    return ExplainRowsReport(model="default", fields=explanations[0].fields, explanations=explanations)


def explanation() -> ExplainReport:
    shares = _shares()
    prediction = sum(share.contribution for share in shares)
    return ExplainReport(
        model="default",
        dataset="stsb",
        fields=("sentence1", "sentence2"),
        label_name="label",
        label_range=(0.0, 5.0),
        texts=GUITAR,
        row=None,
        prediction=prediction,
        label=None,
        prototypes=shares,
        examples=(
            Example(row=1021, texts=_ANCHORS[0].texts, label=4.909, distance=0.61),
            Example(row=3312, texts=("A man is playing a trumpet.", "Someone plays music."), label=3.4, distance=0.74),
            Example(row=88, texts=_ANCHORS[1].texts, label=3.2, distance=0.9051),
            Example(row=5001, texts=LONG, label=2.75, distance=1.0),
            Example(row=12, texts=MARKUP, label=0.5, distance=1.25),
        ),
        completeness_gap={"prototypes": 3.1e-16, "features": 2.2e-16, "examples": 4.0e-8},
        interval=(2.104, 4.366),
        level=0.9,
        bracket=Bracket(below=shares[1], above=shares[0]),
        doubt=DoubtReport(
            distance=0.61, percentile=12.3, unfamiliar=False, effective_prototypes=5.24, disagreement=0.874
        ),
        votes=_votes(prediction),
        carried=0.9974,
        score=3.3127,
    )


def _votes(prediction: float) -> VotesReport:
    """The heaviest examples, one of them of a prototype that is not shown, and all others."""
    alphas = (0.2291, 0.1188, 0.0703, 0.0431, 0.0044)
    listed = tuple(
        Voter(
            row=anchor.row,
            texts=anchor.texts,
            label=anchor.label,
            alpha=alpha,
            contribution=alpha * float(anchor.label),
            prototype=prototype,
        )
        for anchor, alpha, prototype in zip(_ANCHORS, alphas, (17, 17, 3, 42, 9), strict=True)
    )
    rest = prediction - 0.0312 - sum(each.contribution for each in listed)
    others = OtherVoters(rows=195, alpha=1.0 - sum(alphas), contribution=rest)
    return VotesReport(listed=listed, others=others, differs=0.0312)


def explained_row() -> ExplainReport:
    """A row of a split with known truth and long, hostile texts, unlike anything seen, that hangs on few rows."""
    report = explanation()
    assert report.doubt is not None
    return replace(
        report,
        texts=(LONG[0], STEERING[0]),
        row="test:17",
        label=3.6,
        interval=(-0.8, 5.9),
        bracket=Bracket(below=report.prototypes[1], above=None),
        doubt=replace(report.doubt, distance=3.21, percentile=99.6, unfamiliar=True),
        counterfactual=CounterfactualReport(
            move=0.5,
            examples=RemovalReport(
                removed=tuple(range(1000, 1047)), prediction=2.7119, move=-0.5231, reached=True, most=400
            ),
        ),
    )


def relabelled() -> ExplainReport:
    """An explanation that rests on labels which the model was told."""
    report = explained_row()
    return replace(report, relabelled={report.prototypes[0].anchor.row: 1.0, report.examples[1].row: 2.0, 9: 3.0})


def many_explanations() -> ExplainRowsReport:
    """More rows than a table shows, some of them unlike anything seen."""
    one, far = explanation(), explained_row()
    rows = (one, far, replace(one, texts=MARKUP), *(replace(one, texts=GUITAR) for _ in range(20)))
    return ExplainRowsReport(model="default", fields=one.fields, explanations=rows)


def single_text() -> ExplainReport:
    """One text a row, one prototype, labels as house prices."""
    anchor = Anchor(row=4, texts=("Small flat near the station, needs work.",), label=182_000.0)
    share = PrototypeShare(prototype=0, weight=1.0, expert_prediction=191_450.4, contribution=191_450.4, anchor=anchor)
    return ExplainReport(
        model="flats",
        dataset="homes.csv",
        fields=("advert",),
        label_name="price",
        label_range=(45_000.0, 960_000.0),
        texts=("Sunny two-room flat, five minutes from the station.",),
        row="train:4",
        prediction=191_450.4,
        label=182_000.0,
        prototypes=(share,),
        examples=(),
        completeness_gap={"prototypes": 0.0},
        level=0.9,
        bracket=Bracket(below=None, above=None),
        doubt=DoubtReport(distance=1.2, percentile=None, unfamiliar=False, effective_prototypes=1.0, disagreement=0.0),
        refused={
            "examples": Refusal(
                reason="constant experts fitted by gradient are not linear in the training labels",
                hint="`prle fit --experts linear --experts-solver ridge` gives it",
            ),
            "interval": Refusal(reason="there are too few validation rows for a level of 0.9", hint=None),
        },
    )


def embedding() -> EmbedReport:
    return EmbedReport(
        workspace=Path("prle.h5"),
        dataset="stsb",
        origin="data/stsb",
        synthetic=False,
        encoder="all-MiniLM-L6-v2",
        encoder_source="package",
        width=384,
        rows={"train": 5749, "validation": 1500, "test": 1379},
        fields=("sentence1", "sentence2"),
        label="label",
        texts=17256,
        distinct_texts=15487,
        resumed_at=0,
        seconds=192.4,
        size_bytes=26_214_400,
        reused=False,
        backend="torch",
    )


def embedding_in_bf16() -> EmbedReport:
    return replace(embedding(), precision="bf16")


def resumed_demo() -> EmbedReport:
    return replace(embedding(), dataset="demo", origin="made by prle", synthetic=True, resumed_at=4096)


def reused_embedding() -> EmbedReport:
    return replace(embedding(), reused=True, seconds=0.02)


def history() -> tuple[EpochRecord, ...]:
    validation = (0.8203, 0.8391, 0.8467, 0.8512, 0.8549, 0.8561, 0.8577, 0.8569, 0.8581, 0.8574)
    return tuple(
        EpochRecord(
            epoch=number,
            epochs=24,
            phase="experts" if number % 2 else "geometry",
            losses={"task": 0.61 - 0.02 * number, "metric": 0.1132 / number, "local": 0.4217},
            validation_pearson=pearson,
            validation_rmse=1.02 - 0.012 * number,
            prototypes_in_use=32 - number // 4,
            best=pearson >= max(validation[:number]),
        )
        for number, pearson in enumerate(validation, start=1)
    )


def fitting() -> FitReport:
    return FitReport(
        workspace=Path("prle.h5"),
        model="default",
        router="softmax",
        projection="siamese",
        experts="linear",
        init="kmeans++",
        em=True,
        seed=0,
        members=1,
        prototypes=32,
        prototypes_in_use=30,
        effective_experts=6.43,
        best_epoch=9,
        stopped_early=True,
        validation_pearson=0.8581,
        validation_spearman=0.8602,
        validation_rmse=0.7913,
        prior_validation_pearson=0.8203,
        seconds=41.7,
        parameters=160_481,
        history=history(),
        solved=True,
    )


def trials() -> tuple[TrialRecord, ...]:
    """Six configurations, three of them for longer; a setting that all have was given."""
    drawn = (
        {},
        {"prototypes.count": 32, "router.temperature": 12.0, "train.learning_rate": 0.00031},
        {
            "prototypes.count": 16,
            "prototypes.init": "farthest_first",
            "value_space.projection": "resmlp",
            "value_space.dim": 384,
            "value_space.dropout": 0.1,
            "train.em_alt_training": False,
            "train.batch_size": 128,
            "train.learning_rate": 5.2e-05,
            "train.expert_learning_rate": 0.00011,
        },
        {"prototypes.count": 48},
        {"train.batch_size": 16},
        {"router.temperature": 61.0},
    )
    first = (0.7861, 0.7912, 0.8021, 0.8144, 0.8201, 0.8313)
    measured = [(trial, 4, rmse) for trial, rmse in enumerate(first)] + [(0, 8, 0.7822), (1, 8, 0.7791), (2, 8, 0.8001)]
    return tuple(
        TrialRecord(
            trial=trial,
            settings={"router.kind": "knn", **drawn[trial]},
            epochs=epochs,
            validation_rmse=rmse,
            validation_pearson=1.2 - rmse / 2.3,
            seconds=1.5 * epochs,
        )
        for trial, epochs, rmse in sorted(measured)
    )


def searching() -> FitReport:
    return replace(fitting(), trials=trials())


def whole_history() -> HistoryReport:
    """An EM fit from its start to a ridge step at the end that did not help; each phase has losses of its own."""
    rmse = (0.7427, 0.7197, 0.6935, 0.6903, 0.6875, 0.6876, 0.6862, 0.6864, 0.6884, 0.6871)
    pearson = (0.8696, 0.8785, 0.8867, 0.8878, 0.8893, 0.8894, 0.8895, 0.8895, 0.8889, 0.8893)
    phases = ("start", *("geometry", "experts") * 4, "ridge")
    losses = {
        "start": lambda at: {},
        "geometry": lambda at: {"consistency": 0.58 + 0.03 / at, "metric": 0.74 - 0.006 * at, "task": 0.29 / at},
        "experts": lambda at: {"local": 0.4 / at, "self_fit": 0.3 / at**2, "task": 0.3 / at},
        "ridge": lambda at: {},
    }
    epochs = tuple(
        EpochRecord(
            epoch=number,
            epochs=9,
            phase=phase,
            losses=losses[phase](number),
            validation_pearson=pearson[number],
            validation_rmse=rmse[number],
            prototypes_in_use=64,
            best=rmse[number] == min(rmse[: number + 1]),
        )
        for number, phase in enumerate(phases)
    )
    return HistoryReport(workspace=Path("prle.h5"), model="ridge", label="label", best_epoch=6, epochs=epochs)


def long_history() -> HistoryReport:
    """Sixty joint epochs after a start that was far off; one of them came to nothing."""

    def epoch(number: int) -> EpochRecord:
        error = 0.9 + 5.0 / (1 + number) ** 2 + 0.001 * abs(number - 48)
        return EpochRecord(
            epoch=number,
            epochs=60,
            phase="joint" if number else "start",
            losses={"task": 8.0 / number} if number else {},
            validation_pearson=float("nan") if number == 7 else 0.8 - error / 10,
            validation_rmse=error,
            prototypes_in_use=32,
            best=number in (0, 30),
        )

    epochs = tuple(map(epoch, range(61)))
    return HistoryReport(workspace=Path("prle.h5"), model="joint", label="label", best_epoch=30, epochs=epochs)


def only_a_start() -> HistoryReport:
    """No epoch was asked for."""
    return replace(whole_history(), model="prior", best_epoch=0, epochs=whole_history().epochs[:1])


def settings() -> SettingsReport:
    """A flag, a variable and a file, over the defaults."""
    return _settings(None)


def settings_of_a_model() -> SettingsReport:
    """The same over what a model was fitted with."""
    return _settings(Recorded(model="no-em", settings={"train": {"em_alt_training": False, "epochs": 24}}))


def _settings(recorded: Recorded | None) -> SettingsReport:
    given = {
        "router.kind": Given(value="knn", origin=Origin(kind="flag", place="--router")),
        "train.epochs": Given(value=12, origin=Origin(kind="environment", place="PRLE_EPOCHS")),
    }
    resolved = trace(file=None, given=given, recorded=recorded)
    origins = dict(resolved.origins) | {"router.neighbours": Origin(kind="file", place="[knn].yaml")}
    rows = [
        Setting(
            key=key.name,
            section=section.name,
            value=resolved.value(key.name),
            origin=origins[key.name].kind,
            place=origins[key.name].place,
            default=key.default,
            allowed=key.allowed,
            description=key.description,
        )
        for section in sections()
        for key in section.keys
    ]
    return SettingsReport(
        config=Path("[knn].yaml"),
        workspace=Path("prle.h5") if recorded else None,
        model=recorded.model if recorded else None,
        sections={section.name: section.purpose for section in sections()},
        settings=tuple(rows),
    )


def predictions() -> PredictReport:
    rows = (GUITAR, LONG, MARKUP, STEERING)
    scores = (3.2351, 2.75, -0.0001, 5.1)
    return PredictReport(
        model="default",
        fields=("sentence1", "sentence2"),
        label="label",
        split=None,
        predictions=tuple(Prediction(texts=texts, prediction=score) for texts, score in zip(rows, scores, strict=True)),
    )


def bounded_predictions() -> PredictReport:
    """Predictions with intervals."""
    report = predictions()
    bounded = tuple(
        replace(each, interval=(each.prediction - 1.1, each.prediction + 1.1)) for each in report.predictions
    )
    return replace(report, predictions=bounded, level=0.9)


def predicted(rows: list[tuple[str, ...]]) -> PredictReport:
    return replace(predictions(), predictions=tuple(Prediction(texts=row, prediction=1.5) for row in rows))


def split_predictions() -> PredictReport:
    rows = tuple(
        Prediction(texts=(f'=cmd {row}, "quoted"', MARKUP[0]), prediction=row / 7, row=row, label=row / 8)
        for row in range(23)
    )
    return replace(predictions(), split="test", predictions=rows)


def benchmark() -> BenchReport:
    def row(name, kind, pearson, spearman, rmse, r2, fit_seconds, rate, size_bytes, difference=None):
        return BenchRow(
            name=name,
            kind=kind,
            split="test",
            pearson=pearson,
            spearman=spearman,
            rmse=rmse,
            r2=r2,
            fit_seconds=fit_seconds,
            predict_rows_per_second=rate,
            size_bytes=size_bytes,
            difference=difference,
        )

    return BenchReport(
        dataset="stsb",
        encoder="all-MiniLM-L6-v2",
        rows=(
            row(
                "prle:default",
                "model",
                0.8481,
                0.8454,
                0.8214,
                0.712,
                41.7,
                182_344.0,
                712_004,
                (0.0211, 0.0123, 0.0305),
            ),
            row(
                "prle:no-em",
                "model",
                0.8312,
                0.8299,
                0.8561,
                0.691,
                30.2,
                181_002.0,
                712_004,
                (0.0042, -0.0031, 0.0117),
            ),
            row(
                "prle:default (one expert)",
                "ablation",
                0.8391,
                0.8377,
                0.8411,
                0.698,
                12.0,
                402_133.0,
                98_112,
                (0.012, 0.004, 0.02),
            ),
            row("cosine", "baseline", 0.8270, 0.8203, 0.8712, 0.671, 0.01, 1_201_444.0, 16),
            row("ridge", "baseline", 0.7812, 0.7702, 0.9533, 0.602, 0.42, 988_120.0, 3_088, (-0.0458, -0.06, -0.03)),
            row(
                "decision_tree",
                "baseline",
                0.6411,
                0.6377,
                1.17,
                0.42,
                0.0,
                1_377.0,
                17_664_000,
                (-0.186, -0.21, -0.161),
            ),
        ),
        best_baseline="cosine",
        verdict="prle:default is ahead of the best baseline (cosine) by 0.021 Pearson, more than chance explains.",
    )


def sampled_benchmark() -> BenchReport:
    """A million training rows, of which baselines saw some."""
    known = benchmark()
    rows = tuple(replace(row, fitted_on=50_000) if row.kind == "baseline" else row for row in known.rows)
    return replace(known, rows=rows, train_rows=1_000_000)


def benchmark_of_many_names() -> BenchReport:
    """Baselines without a difference, a guess faster than any clock, and a name as long as names may be."""
    report = benchmark()
    rows = [replace(row, difference=None) if row.kind == "baseline" else row for row in report.rows]
    rows[0] = replace(rows[0], name=f"prle:{'siamese-softmax-em-' * 3}v2")
    rows[-1] = replace(rows[-1], name="mean", predict_rows_per_second=1_128_478_081.0)
    return replace(report, rows=tuple(rows))


def suggestion() -> SuggestReport:
    grid = (
        (1, math.nan, 0.7145, 6.16, (1.0, 1.00, 1.0, 1.00, 1.0, 1.00, 1.0, 1.00)),
        (2, 0.216, 0.7065, 5.69, (1.4, 0.81, 1.2, 0.90, 1.1, 0.95, 1.0, 0.98)),
        (8, 0.012, 0.6959, 3.80, (4.5, 0.26, 3.6, 0.36, 2.7, 0.50, 2.0, 0.66)),
        (16, -0.009, 0.6919, 1.91, (9.1, 0.15, 7.0, 0.23, 4.7, 0.38, 2.8, 0.58)),
        (32, 0.007, 0.6889, 0.00, (17.3, 0.09, 13.1, 0.16, 8.4, 0.30, 4.2, 0.51)),
        (64, 0.011, 0.6867, -1.82, (34.0, 0.06, 25.3, 0.13, 15.2, 0.27, 6.5, 0.48)),
        (128, 0.012, 0.6862, -1.59, (66.7, 0.05, 49.2, 0.12, 28.0, 0.26, 9.8, 0.49)),
    )
    temperatures = (5.0, 10.0, 20.0, 40.0)
    return SuggestReport(
        workspace=Path("prle.h5"),
        dataset="stsb",
        encoder="all-MiniLM-L6-v2",
        synthetic=False,
        rows=5749,
        sampled_rows=5749,
        width=1153,
        temperature=20.0,
        dimensions=Dimensions(
            effective_rank_raw=640.92,
            effective_rank_centred=640.92,
            dimensions=400,
            power_of_two=256,
            power_is_capped=True,
            sqrt_rows=76,
        ),
        trials=tuple(
            CountTrial(
                count=count,
                silhouette=silhouette,
                coverage=tuple(
                    Coverage(temperature=temperature, needed=needed, top_weight=top)
                    for temperature, needed, top in zip(temperatures, seen[::2], seen[1::2], strict=True)
                ),
                validation_rmse=error,
                standard_errors=above,
                readable=1 < count <= 32,
            )
            for count, silhouette, error, above, seen in grid
        ),
        recommended=32,
        reason=(
            "32 prototypes: validation RMSE 0.6889 in a closed-form probe, and fewer do worse by more than one "
            "standard error; with 64, more than 10 would share 80 % of an input's weight."
        ),
        seconds=7.52,
    )


def small_suggestion() -> SuggestReport:
    """House prices, few of them, made up; an error of prices is wide, and a difference may be certain."""
    known = suggestion()
    prices = (61_204.0, 58_111.5)
    trials = tuple(
        replace(trial, validation_rmse=price, standard_errors=above)
        for trial, price, above in zip(known.trials, prices, (math.inf, 0.0), strict=False)
    )
    return replace(
        known,
        dataset="homes.csv",
        synthetic=True,
        rows=12_000,
        sampled_rows=8192,
        dimensions=replace(known.dimensions, dimensions=3, power_of_two=8, power_is_capped=False),
        trials=trials,
        recommended=2,
        reason="2 prototypes: validation RMSE 58,112 in a closed-form probe, the best.",
    )


def workspace() -> InfoReport:
    model = ModelSummary(
        name="default",
        router="softmax",
        projection="siamese",
        experts="linear",
        em=True,
        members=1,
        prototypes=32,
        parameters=160_481,
        size_bytes=712_004,
        validation_pearson=0.8581,
        validation_rmse=0.7913,
        created="2026-05-04 10:31 UTC",
        stale=None,
    )
    return InfoReport(
        workspace=Path("prle.h5"),
        format_version="1.0",
        size_bytes=27_102_331,
        dataset="stsb",
        origin="data/stsb",
        synthetic=False,
        fields=("sentence1", "sentence2"),
        label="label",
        label_range=(0.0, 5.0),
        rows={"train": 5749, "validation": 1500, "test": 1379},
        texts=15487,
        encoder="all-MiniLM-L6-v2",
        encoder_fingerprint="53aa51172d142c89d9012cce15ae4d6c0123456789abcdef",
        width=384,
        vector_dtype="float32",
        backend="torch",
        sections={"texts": 1_204_112, "embeddings": 23_788_032, "models": 712_004},
        partial=None,
        models=(model, replace(model, name="no-em", em=False, stale="the embeddings were replaced")),
    )


def workspace_of_votes() -> InfoReport:
    """A model in which examples vote, one of anchors alone, and one whose experts share what they know."""
    whole = workspace()
    model = replace(whole.models[0], promise=_promised(-0.442, -0.0012, 0.37), name="old")
    votes = replace(
        model,
        name="default",
        base="experts+kernel",
        voters="examples",
        neighbours=200,
        members=0,
        promise=_promised(1.0, 0.977, 0.514),
    )
    anchors = replace(
        votes, name="travels", voters="prototypes", neighbours=32, router="knn", promise=_promised(0.953, 0.94, 0.22)
    )
    differing = replace(votes, name="differs", promise=_promised(0.81, 0.8, 0.5))
    return replace(whole, models=(votes, differing, model, anchors))


def _promised(carried: float, told: float, content: float) -> dict[str, float]:
    return {
        "carried": carried,
        "anchored": 0.45,
        "told": told,
        "content": content,
        "content_chance": 0.031,
        "content_score_only": 0.043,
        "voters_80": 139.2,
        "prototypes_80": 4.21,
    }


def workspace_of_committees() -> InfoReport:
    report = workspace()
    return replace(report, models=tuple(replace(model, members=3) for model in report.models))


def empty_workspace() -> InfoReport:
    return replace(workspace(), synthetic=True, models=(), partial=Path("prle.h5.partial"), precision="bf16")


def searched_workspace() -> InfoReport:
    """One search that is through, one that was interrupted at its start, and one that is stale."""
    done = SearchSummary(name="default", trials=6, seed=0, finished=True, stale=False, best=trials()[3], runs=trials())
    begun = replace(done, name="no-em", trials=64, finished=False, best=None, runs=())
    return replace(workspace(), searches=(done, begun, replace(done, name="old", stale=True)))
