"""Predictions for machines: JSON lines and CSV."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from prle_cli.formats.reports import csv_line, record, to_json, write_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prle.stages.predict.interface import AnyPredictReport
    from prle_cli.formats.reports import Format

_NUMBER_HEADS: Final = ("lower", "upper")
_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "classes": ("probability", "probabilities"),
    "texts": ("score", "scores"),
}
_CELLS: Final[Mapping[str, Callable[[Any], Iterable[object]]]] = {
    "numbers": lambda prediction: prediction.interval or (),
    "classes": lambda prediction: (prediction.probability, to_json(prediction.probabilities)),
    "texts": lambda prediction: (prediction.score, to_json({each.text: each.score for each in prediction.answers})),
}


def prediction_lines(report: AnyPredictReport) -> Iterator[str]:
    """Yield one JSON object a prediction; the row and its label only for rows of a split."""
    for prediction in report.predictions:
        yield to_json(_prediction(report, prediction))


def prediction_table(report: AnyPredictReport, *, header: bool = True) -> Iterator[str]:
    """Yield the predictions as CSV under a header; rows of a split have their number first and their label too.

    Of classes, a prediction is followed by its probability and by an object of those of all classes; of texts, by its
    score and an object of the scores of those that follow it.
    """
    of_split = report.split is not None
    bounds = () if getattr(report, "level", None) is None else _NUMBER_HEADS
    heads = [*report.fields, *(["label"] if of_split else []), "prediction", *_HEADS.get(report.of, bounds)]
    if header:
        yield csv_line(["row", *heads] if of_split else heads)
    for prediction in report.predictions:
        told = [prediction.label] if of_split else []
        cells = [*prediction.texts, *told, prediction.prediction, *_CELLS[report.of](prediction)]
        yield csv_line([prediction.row, *cells] if of_split else cells)


def write_predictions(reports: Iterable[AnyPredictReport], output_format: Format) -> None:
    """Write reports on rows that follow each other as one, ``jsonl`` or ``csv``, each before the next is made."""
    if output_format == "csv":
        tables = (prediction_table(report, header=not number) for number, report in enumerate(reports))
        write_lines(chain.from_iterable(tables), errors="surrogateescape")
    else:
        write_lines(chain.from_iterable(map(prediction_lines, reports)))


def _prediction(report: AnyPredictReport, prediction: Any) -> dict[str, Any]:
    plain = record(prediction)
    level = getattr(report, "level", None)
    if report.split is None:
        del plain["row"], plain["label"]
        plain.pop("place", None)
    if level is None:
        plain.pop("interval", None)
        return plain
    return {**plain, "level": level}
