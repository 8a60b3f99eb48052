"""Reports about tables as the stages would return them: flats that nobody lives in, with short cells and long ones."""

from __future__ import annotations

from dataclasses import replace

from prle.stages.interface import (
    Anchor,
    EmbedReport,
    Example,
    ExplainReport,
    InfoReport,
    Prediction,
    PredictReport,
    PrototypeShare,
)
from tests.prle_cli import reports

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
        )
        for number, (weight, said, label, cells) in enumerate(zip(_WEIGHTS, _SAYS, _LABELS, _OTHERS, strict=True))
    )
    return ExplainReport(
        model="default",
        dataset="flats.csv",
        fields=COLUMNS,
        label_name="price",
        label_range=(45_000.0, 960_000.0),
        texts=FLAT,
        row="test:5",
        prediction=sum(share.contribution for share in shares),
        label=249_000.0,
        prototypes=shares,
        examples=tuple(
            Example(row=row, texts=cells, label=label, distance=distance)
            for row, cells, label, distance in zip((100, 812, 7), _OTHERS, _LABELS, (0.41, 0.77, 1.32), strict=False)
        ),
        completeness_gap={"prototypes": 0.0},
        table=True,
    )


def explained_wide_row() -> ExplainReport:
    """More columns than a screen has room for."""
    wide = tuple(f"reading_{number}" for number in range(90))
    cells = tuple(f"{number * 7 % 19 / 10:g}" for number in range(90))
    report = explained_row()
    shares = tuple(replace(share, anchor=replace(share.anchor, texts=cells)) for share in report.prototypes)
    return replace(report, fields=wide, texts=cells, prototypes=shares, examples=())


def predictions() -> PredictReport:
    """New rows, one of them hardly known."""
    rows = (FLAT, ("2", *[""] * 9), _OTHERS[3])
    made = tuple(Prediction(texts=cells, prediction=value) for cells, value in zip(rows, _SAYS, strict=False))
    return PredictReport(model="default", fields=COLUMNS, label="price", split=None, predictions=made, table=True)


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
        table=True,
    )
