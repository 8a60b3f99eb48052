"""Results for machines: JSON, JSON lines and CSV, made from the same reports that the views show.

Texts leave exactly as they came in. A report becomes JSON by its field names alone, so that what scripts rely on is
written once, in ``prle.stages.common.interface``.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from io import StringIO
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from prle.stages.explain.interface import ClassExplainReport, TextExplainReport
from prle.stages.predict.interface import (
    ClassPrediction,
    ClassPredictReport,
    PredictReport,
    TextPrediction,
    TextPredictReport,
)
from prle_cli.terminal.console import leave_closed_pipe, output, use_utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed import DataclassInstance
    from rich.console import RenderableType

    from prle.stages.bench.interface import BenchReport, BenchRow, TextBenchReport, TextBenchRow
    from prle.stages.explain.interface import AnyExplainReport, ExplainReport, ExplainRowsReport
    from prle.stages.predict.interface import Prediction

Report = TypeVar("Report", bound="DataclassInstance")
Format = Literal["table", "json", "jsonl", "csv", "markdown"]

SCHEMA_VERSION: Final = 1
"""Goes up when a key changes its meaning or disappears; new keys do not change it."""

_LINE_END: Final = "\r\n"
"""Makes the csv module quote cells that hold either of the two."""

_NUMBER_HEADS: Final = (
    *("prediction", "lower", "upper", "level", "distance", "percentile"),
    *("effective_prototypes", "disagreement"),
)
_CLASS_HEADS: Final = ("prediction", "probability", "shown_class", "total")

_TEXT_HEADS: Final = ("prediction", "score", "raw_prediction", "raw_score", "moved", "label_place", "label_raw_place")

_INVISIBLE: Final = re.compile("[\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Controls and direction marks that JSON lets through: escaped, they mean the same and steer nothing."""


def show(
    report: Report,
    output_format: Format,
    picture: Callable[[Report], RenderableType],
    *,
    lines: Mapping[str, Callable[[Report], Iterable[str]]] | None = None,
) -> None:
    """Write a report to stdout, as the ``picture`` for people or in a format for machines.

    :param picture: draws the report; called only for ``table``.
    :param lines: the formats beside JSON that this kind of report has: ``jsonl``, ``csv``, ``markdown``.
    """
    if output_format == "table":
        output().print(picture(report))
    elif output_format == "json":
        write_lines(to_json(document(report), indent=2).split("\n"))
    else:
        errors = "surrogateescape" if output_format == "csv" else "backslashreplace"
        write_lines((lines or {})[output_format](report), errors=errors)


def record(report: DataclassInstance) -> dict[str, Any]:
    """Return a report as JSON knows it: objects, lists, texts, finite numbers, null."""
    return {field.name: _plain(getattr(report, field.name)) for field in fields(report)}


def document(report: DataclassInstance) -> dict[str, Any]:
    """Return a report as a whole JSON document, which says what its keys mean."""
    return {"schema_version": SCHEMA_VERSION, **record(report)}


def to_json(value: Mapping[str, Any], *, indent: int | None = None) -> str:
    """Return ``value`` as JSON with readable texts, in which nothing can steer a terminal."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def prediction_lines(report: PredictReport | ClassPredictReport | TextPredictReport) -> Iterator[str]:
    """Yield one JSON object a prediction; the row and its label only for rows of a split."""
    for prediction in report.predictions:
        yield to_json(_prediction(report, prediction))


def prediction_table(
    report: PredictReport | ClassPredictReport | TextPredictReport, *, header: bool = True
) -> Iterator[str]:
    """Yield the predictions as CSV under a header; rows of a split have their number first and their label too.

    Of classes, a prediction is followed by its probability and by an object of those of all classes; of texts, by its
    score and an object of the scores of those that follow it.
    """
    of_split = report.split is not None
    if isinstance(report, ClassPredictReport):
        more = ["probability", "probabilities"]
    elif isinstance(report, TextPredictReport):
        more = ["score", "scores"]
    else:
        more = [] if report.level is None else ["lower", "upper"]
    heads = [*report.fields, *(["label"] if of_split else []), "prediction", *more]
    if header:
        yield csv_line(["row", *heads] if of_split else heads)
    for prediction in report.predictions:
        cells: list[object] = [*prediction.texts, *([prediction.label] if of_split else []), prediction.prediction]
        if isinstance(prediction, ClassPrediction):
            cells += [prediction.probability, to_json(prediction.probabilities)]
        elif isinstance(prediction, TextPrediction):
            cells += [prediction.score, to_json({each.text: each.score for each in prediction.answers})]
        else:
            cells += prediction.interval or ()
        yield csv_line([prediction.row, *cells] if of_split else cells)


def write_predictions(
    reports: Iterable[PredictReport | ClassPredictReport | TextPredictReport], output_format: Format
) -> None:
    """Write reports on rows that follow each other as one, ``jsonl`` or ``csv``, each before the next is made."""
    if output_format == "csv":
        tables = (prediction_table(report, header=not number) for number, report in enumerate(reports))
        write_lines(chain.from_iterable(tables), errors="surrogateescape")
    else:
        write_lines(chain.from_iterable(map(prediction_lines, reports)))


def explanation_lines(report: AnyExplainReport | ExplainRowsReport) -> Iterator[str]:
    """Yield one JSON object an explanation, with every prototype and every ledger."""
    for explanation in _explanations(report):
        yield to_json(document(explanation))


def explanation_table(report: AnyExplainReport | ExplainRowsReport, *, top: int) -> Iterator[str]:
    """Yield one line of CSV an explanation under a header: figures, then the ``top`` heaviest prototypes."""
    explanations = _explanations(report)
    of_texts = [each for each in explanations if isinstance(each, TextExplainReport)]
    if of_texts:
        yield from _text_table(of_texts, report.fields, top)
        return
    labels_told = [each for each in explanations if not isinstance(each, TextExplainReport)]
    of_classes = any(isinstance(each, ClassExplainReport) for each in explanations)
    told = ("number", "weight", "says", "adds", "row", "label")
    yield csv_line(
        [
            *report.fields,
            *(_CLASS_HEADS if of_classes else _NUMBER_HEADS),
            *(f"prototype_{place}_{name}" for place in range(1, top + 1) for name in told),
        ]
    )
    for each in labels_told:
        cells: list[object] = [*each.texts, *_figures(each)]
        shares = each.prototypes[:top]
        for share in shares:
            said = (share.prototype, share.weight, share.expert_prediction, share.contribution)
            cells += [*said, share.anchor.row, share.anchor.label]
        yield csv_line([*cells, *[None] * (len(told) * (top - len(shares)))])


def _text_table(explanations: Sequence[TextExplainReport], names: Sequence[str], top: int) -> Iterator[str]:
    """Yield one line of CSV for each explained ranking: what was found, with and without the model, and who spoke."""
    told = ("number", "weight", "name", "row")
    heads = [f"prototype_{place}_{name}" for place in range(1, top + 1) for name in told]
    yield csv_line([*names, *_TEXT_HEADS, *heads])
    for each in explanations:
        cells: list[object] = [*each.texts, *(getattr(each, name) for name in _TEXT_HEADS)]
        shares = each.prototypes[:top]
        for share in shares:
            cells += [share.prototype, share.weight, share.name, share.anchor.row]
        yield csv_line([*cells, *[None] * (len(told) * (top - len(shares)))])


def bench_table(report: BenchReport | TextBenchReport) -> Iterator[str]:
    """Yield the methods as CSV, the difference and its interval in three columns."""
    names = [field.name for field in fields(report.rows[0])] if report.rows else []
    scalars = [name for name in names if name != "difference"]
    yield csv_line([*scalars, "difference", "difference_low", "difference_high"])
    for row in report.rows:
        yield csv_line(bench_cells(row))


def bench_cells(row: BenchRow | TextBenchRow) -> list[object]:
    """Return the cells of one method, in the order of the header above."""
    scalars = [getattr(row, field.name) for field in fields(row) if field.name != "difference"]
    return [*scalars, *(row.difference or (None, None, None))]


def write_lines(lines: Iterable[str], *, errors: str = "backslashreplace") -> None:
    r"""Write lines to stdout as UTF-8 and at once, quietly giving up when nobody reads on.

    :param errors: what becomes of a byte that was no UTF-8 when it came in (a lone surrogate): CSV gives it back as it
        was, JSON writes its escape, ``\udc80``.
    """
    use_utf8(sys.stdout, errors)
    try:
        for line in lines:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        leave_closed_pipe()


def _explanations(
    report: AnyExplainReport | ExplainRowsReport,
) -> Sequence[AnyExplainReport]:
    """Return one explanation as many are."""
    from prle.stages.explain.interface import ExplainRowsReport

    return report.explanations if isinstance(report, ExplainRowsReport) else (report,)


def _figures(report: ExplainReport | ClassExplainReport) -> list[object]:
    """Return the figures of an explanation, in the order of its heads."""
    if isinstance(report, ClassExplainReport):
        return [report.prediction, report.probability, report.shown_class, report.total]
    doubts: list[object] = [None] * 4
    if (doubt := report.doubt) is not None:
        doubts = [doubt.distance, doubt.percentile, doubt.effective_prototypes, doubt.disagreement]
    return [report.prediction, *(report.interval or (None, None)), report.level, *doubts]


def _prediction(
    report: PredictReport | ClassPredictReport | TextPredictReport,
    prediction: Prediction | ClassPrediction | TextPrediction,
) -> dict[str, Any]:
    plain = record(prediction)
    level = report.level if isinstance(report, PredictReport) else None
    if report.split is None:
        del plain["row"], plain["label"]
        plain.pop("place", None)
    if level is None:
        plain.pop("interval", None)
        return plain
    return {**plain, "level": level}


def csv_line(cells: Iterable[object]) -> str:
    """Return one line of CSV, quoted where it has to be, without its end."""
    line = StringIO(newline="")
    csv.writer(line, lineterminator=_LINE_END).writerow([_plain(cell) for cell in cells])
    return line.getvalue().removesuffix(_LINE_END)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return record(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value
