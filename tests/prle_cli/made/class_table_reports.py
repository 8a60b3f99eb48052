"""Reports about classes of the rows of a table: the flats again, and what became of their offers."""

from __future__ import annotations

from dataclasses import replace

from prle.explanation.distinction import Distinction
from prle.stages.embed.interface import EmbedReport
from prle.stages.explain.interface import ClassAnchor, ClassExample, ClassExplainReport
from prle.stages.info.interface import RegimesReport
from prle.stages.predict.interface import ClassPredictReport
from tests.prle_cli.made import class_reports, table_reports

CLASSES = ("let", "sold", "withdrawn")
_SHARES = {"let": 0.0612, "sold": 0.7041, "withdrawn": 0.2347}
_CELLS = tuple(share.anchor.texts for share in table_reports.explained_row().prototypes)


DISTINCTIONS = (
    Distinction(feature="heating", value="district heating", number=False, own=0.91, every=0.32, correlation=0.43),
    Distinction(feature="square_metres", value=None, number=True, own=112.4, every=64.02, correlation=0.38),
    Distinction(feature="lift", value="", number=False, own=0.02, every=0.2, correlation=-0.3),
)


def embedding() -> EmbedReport:
    """A table whose labels are words."""
    return replace(table_reports.embedding(), label="outcome", classes=CLASSES, resumed_at=0)


def predictions() -> ClassPredictReport:
    """Rows of a split, one of them predicted wrongly."""
    known = class_reports.split_predictions()
    rows = tuple(
        replace(each, texts=cells, prediction="sold", probability=0.7041, probabilities=_SHARES, label=label)
        for each, cells, label in zip(known.predictions, _CELLS, ("sold", "withdrawn", "sold"), strict=False)
    )
    return replace(known, fields=table_reports.COLUMNS, label="outcome", classes=CLASSES, predictions=rows, table=True)


def explained_row() -> ClassExplainReport:
    """A row of a split, in its columns."""
    known = class_reports.explanation()
    labels, weights = ("sold", "sold", "withdrawn", "let"), (0.61, 0.2703, 0.0512, 0.0685)
    shares = tuple(
        replace(
            share,
            weight=weight,
            contribution=weight * share.expert_prediction,
            expert_class=label,
            anchor=ClassAnchor(row=share.anchor.row, texts=cells, label=label),
        )
        for share, weight, cells, label in zip(known.prototypes[:4], weights, _CELLS, labels, strict=True)
    )
    total = sum(share.contribution for share in shares)
    return replace(
        known,
        dataset="flats.csv",
        fields=table_reports.COLUMNS,
        label_name="outcome",
        texts=table_reports.FLAT,
        prediction="sold",
        probability=total,
        label="withdrawn",
        probabilities={**_SHARES, "sold": total},
        shown_class="sold",
        total=total,
        prototypes=shares,
        examples=tuple(
            ClassExample(row=row, texts=cells, label=label, distance=distance)
            for row, cells, label, distance in zip(
                (100, 812, 7), _CELLS, ("sold", "withdrawn", "sold"), (0.41, 0.77, 1.32), strict=False
            )
        ),
        table=True,
    )


def regimes() -> RegimesReport:
    """What prototypes stand for, by rows that have columns."""
    known = class_reports.regimes()
    shown = tuple(
        replace(
            regime,
            predicted_classes=_SHARES if regime.rows else {},
            label_classes={"sold": 0.71, "let": 0.29} if regime.rows else {},
            anchor=replace(regime.anchor, texts=cells, label="sold"),
            typical=tuple(replace(row, texts=other) for row, other in zip(regime.typical, _CELLS[1:], strict=False)),
            distinctions=DISTINCTIONS if regime.rows else (),
        )
        for regime, cells in zip(known.regimes, _CELLS, strict=True)
    )
    return replace(
        known, dataset="flats.csv", fields=table_reports.COLUMNS, label_name="outcome", regimes=shown, table=True
    )
