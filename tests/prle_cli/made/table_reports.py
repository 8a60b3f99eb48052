"""Reports about tables as the stages would return them: flats that nobody lives in, with short cells and long ones."""

from __future__ import annotations

from dataclasses import replace

from prle.stages.embed.interface import EmbedReport
from prle.stages.explain.interface import Anchor, Bracket, Example, ExplainReport, ExplainRowsReport, PrototypeShare
from prle.stages.explain.parts import (
    DoubtReport,
    FeatureGroup,
    FeatureReport,
    Refusal,
)
from prle.stages.info.interface import InfoReport
from prle.stages.predict.interface import Prediction, PredictReport
from tests.prle_cli.made import reports

COLUMNS = (
    "rooms",
    "square_metres",
    "year_built",
    "floor",
    "lift",
    "heating",
    "district",
    "distance_to_station_m",
    "condition",
    "monthly_charge",
)
FLAT = ("3", "78.5", "1974", "2", "no", "district heating", "Harbour", "420", "renovated", "312.40")
_OTHERS = (
    ("3", "81.0", "1971", "3", "no", "district heating", "Harbour", "390", "renovated", "298"),
    ("2", "64.25", "1968", "1", "no", "gas", "Old town", "", "needs work", "240"),
    ("4", "112", "2009", "5", "yes", "heat pump", "Harbour", "510", "as new", "465.90"),
    (
        *("1", "31", "1912", "4", "?", "stove, coal or wood, no boiler in the building"),
        *("behind the [bold]mill[/bold]", "1850", "\x1b[31mruin", ""),
    ),
)
_WEIGHTS = (0.5217, 0.2361, 0.1804, 0.0618)
_SAYS = (231_480.2, 188_300.0, 402_770.5, 61_020.9)
_LABELS = (228_000.0, 171_500.0, 418_000.0, 49_900.0)


def explained_row() -> ExplainReport:
    """A row of a split, in its columns."""
    shares = tuple(
        PrototypeShare(
            prototype=number,
            weight=weight,
            expert_prediction=said,
            contribution=weight * said,
            anchor=Anchor(row=100 + number, texts=cells, label=label),
            past_error=None if number == 3 else 31_200.7 + number,
            past_rows=120 - 40 * number,
        )
        for number, (weight, said, label, cells) in enumerate(zip(_WEIGHTS, _SAYS, _LABELS, _OTHERS, strict=True))
    )
    prediction = sum(share.contribution for share in shares)
    return ExplainReport(
        model="default",
        dataset="flats.csv",
        fields=COLUMNS,
        label_name="price",
        label_range=(45_000.0, 960_000.0),
        texts=FLAT,
        row="test:5",
        prediction=prediction,
        label=249_000.0,
        prototypes=shares,
        examples=tuple(
            Example(row=row, texts=cells, label=label, distance=distance)
            for row, cells, label, distance in zip((100, 812, 7), _OTHERS, _LABELS, (0.41, 0.77, 1.32), strict=False)
        ),
        completeness_gap={"prototypes": 0.0, "features": 1.2e-16, "examples": 2.4e-8},
        interval=(181_020.4, 302_283.0),
        level=0.9,
        bracket=Bracket(below=shares[0], above=shares[2]),
        doubt=DoubtReport(
            distance=0.41, percentile=21.5, unfamiliar=False, effective_prototypes=3.1, disagreement=84_310.2
        ),
        features=_features(prediction),
        refused={
            "votes": Refusal(reason="experts speak in this model", hint="`prle fit --voters examples` gives them")
        },
        table=True,
    )


def _features(prediction: float) -> FeatureReport:
    """A value space whose columns have no names."""
    group = FeatureGroup(name="value space", shared=-71_204.6, local=12_330.8, contribution=-58_873.8)
    baseline = 294_110.3
    return FeatureReport(
        baseline=baseline, level=prediction - baseline - group.contribution, groups=(group,), strongest=()
    )


def many_explanations() -> ExplainRowsReport:
    """Flats at a glance, one of them unlike any other."""
    one = explained_row()
    assert one.doubt is not None
    far = replace(one, texts=_OTHERS[3], doubt=replace(one.doubt, percentile=99.9, unfamiliar=True))
    return ExplainRowsReport(model="default", fields=COLUMNS, explanations=(one, far))


def explained_wide_row() -> ExplainReport:
    """More columns than a screen has room for, of a model that cannot be traced to its training rows."""
    wide = tuple(f"reading_{number}" for number in range(90))
    cells = tuple(f"{number * 7 % 19 / 10:g}" for number in range(90))
    report = explained_row()
    shares = tuple(replace(share, anchor=replace(share.anchor, texts=cells)) for share in report.prototypes)
    nearest = (replace(report.examples[0], texts=cells),)
    return replace(report, fields=wide, texts=cells, prototypes=shares, examples=nearest)


def predictions() -> PredictReport:
    """New rows, one of them hardly known."""
    rows = (FLAT, ("2", *[""] * 9), _OTHERS[3])
    made = tuple(Prediction(texts=cells, prediction=value) for cells, value in zip(rows, _SAYS, strict=False))
    return PredictReport(model="default", fields=COLUMNS, label="price", split=None, predictions=made, table=True)


def bounded_predictions() -> PredictReport:
    """The same, with intervals."""
    report = predictions()
    bounded = tuple(
        replace(each, interval=(each.prediction - 60_631.3, each.prediction + 60_631.3)) for each in report.predictions
    )
    return replace(report, predictions=bounded, level=0.9)


def embedding() -> EmbedReport:
    """A table from a file, with as many columns as are listed and more."""
    return replace(
        reports.embedding(),
        dataset="flats.csv",
        origin="/data/flats.csv",
        encoder="tabular:piecewise",
        encoder_source="training rows",
        width=214,
        fields=(*COLUMNS, "balcony", "garage", "cellar", "garden"),
        label="price",
        texts=8628,
        distinct_texts=8601,
        resumed_at=4096,
        seconds=0.84,
        table=True,
    )


def workspace() -> InfoReport:
    """What ``info`` says of it."""
    return replace(
        reports.workspace(),
        dataset="flats.csv",
        origin="/data/flats.csv",
        encoder="tabular:piecewise",
        width=214,
        fields=COLUMNS,
        label="price",
        label_range=(45_000.0, 960_000.0),
        texts=8601,
        backend="numpy",
        table=True,
    )
