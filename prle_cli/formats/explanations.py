"""Explanations for machines: JSON lines and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prle_cli.formats.reports import csv_line, document, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prle.stages.explain.interface import AnyExplainReport, ExplainReport, ExplainRowsReport

_DOUBTS: Final = ("distance", "percentile", "effective_prototypes", "disagreement")
_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "numbers": ("prediction", "lower", "upper", "level", *_DOUBTS),
    "classes": ("prediction", "probability", "shown_class", "total"),
    "texts": ("prediction", "score", "raw_prediction", "raw_score", "moved", "label_place", "label_raw_place"),
}
_LABELLED: Final[Mapping[str, Callable[[Any], object]]] = {
    "number": lambda share: share.prototype,
    "weight": lambda share: share.weight,
    "says": lambda share: share.expert_prediction,
    "adds": lambda share: share.contribution,
    "row": lambda share: share.anchor.row,
    "label": lambda share: share.anchor.label,
}
_RANKED: Final[Mapping[str, Callable[[Any], object]]] = {
    "number": lambda share: share.prototype,
    "weight": lambda share: share.weight,
    "name": lambda share: share.name,
    "row": lambda share: share.anchor.row,
}
_SHARES: Final = {"numbers": _LABELLED, "classes": _LABELLED, "texts": _RANKED}
"""What is told of a prototype."""


def explanation_lines(report: AnyExplainReport | ExplainRowsReport) -> Iterator[str]:
    """Yield one JSON object an explanation, with every prototype and every ledger."""
    for explanation in _explanations(report):
        yield to_json(document(explanation))


def explanation_table(report: AnyExplainReport | ExplainRowsReport, *, top: int) -> Iterator[str]:
    """Yield one line of CSV an explanation under a header: figures, then the ``top`` heaviest prototypes."""
    explanations = _explanations(report)
    of = next((each.of for each in explanations), "numbers")
    told = _SHARES[of]
    places = [f"prototype_{place}_{name}" for place in range(1, top + 1) for name in told]
    yield csv_line([*report.fields, *_HEADS[of], *places])
    for each in explanations:
        shares = each.prototypes[:top]
        said = [look(share) for share in shares for look in told.values()]
        yield csv_line([*each.texts, *_figures(each), *said, *[None] * (len(told) * (top - len(shares)))])


def _explanations(report: AnyExplainReport | ExplainRowsReport) -> Sequence[Any]:
    """Return one explanation as many are."""
    return getattr(report, "explanations", (report,))


def _figures(report: Any) -> list[object]:
    """Return the figures of an explanation, in the order of its heads."""
    return _numbers(report) if report.of == "numbers" else [getattr(report, name) for name in _HEADS[report.of]]


def _numbers(report: ExplainReport) -> list[object]:
    doubts = [None if report.doubt is None else getattr(report.doubt, name) for name in _DOUBTS]
    return [report.prediction, *(report.interval or (None, None)), report.level, *doubts]
