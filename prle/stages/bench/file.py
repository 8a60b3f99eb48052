"""Reading back what ``prle bench --format json`` wrote."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from prle.errors import UsageError
from prle.stages.bench.interface import model_row
from prle.stages.report.interface import BenchTable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prle.stages.report.interface import BenchLine, SplitFigures

SCHEMA_VERSION: Final = 1

_SAME: Final = 1e-4
"""Errors of one fit differ by less, relative: rounding depends on how many rows are predicted at once."""

_HINT: Final = "`prle bench --format json > bench.json` writes such a file"


def read_bench(path: Path, *, dataset: str, encoder: str) -> BenchTable:
    """Return a comparison that was made on the data set and the encoder of a workspace.

    :raises UsageError: where the file is missing, is no such comparison, or one of something else.
    """
    document = _document(path)
    if document.get("schema_version") != SCHEMA_VERSION:
        message = f"{path}: expected schema_version {SCHEMA_VERSION}, got {document.get('schema_version')!r}."
        raise UsageError(message, hint=_HINT)
    try:
        table = TypeAdapter(BenchTable).validate_python(document)
    except ValidationError as foreign:
        problem = foreign.errors()[0]
        place = ".".join(str(step) for step in problem["loc"])
        message = f"{path}: {place}: {problem['msg'][0].lower()}{problem['msg'][1:]}."
        raise UsageError(message, hint=_HINT) from None
    if (table.dataset, table.encoder) != (dataset, encoder):
        message = (
            f"{path}: expected a comparison on {dataset} with {encoder}, got one on {table.dataset} with "
            f"{table.encoder}."
        )
        raise UsageError(message, hint="run `prle bench --format json` on this workspace")
    return table


def another_fit(table: BenchTable, model: str, figures: Iterable[SplitFigures]) -> bool:
    """Return whether a comparison of stored models found other figures for a model than there are now.

    :param figures: what the model's figures are, by split.
    """
    now = {each.split: _error(each) for each in figures}
    then = [row for row in table.rows if row.name == model_row(model) and table.seeds is None]
    return any(
        not math.isclose(before, error, rel_tol=_SAME)
        for row in then
        if (before := _error(row)) is not None and (error := now.get(row.split)) is not None
    )


def _error(figures: BenchLine | SplitFigures) -> float | None:
    """Return the RMSE, or of classes the log loss."""
    return figures.log_loss if figures.rmse is None else figures.rmse


def _document(path: Path) -> dict[str, Any]:
    """Read a file that ought to be one JSON object."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as broken:
        reason = broken.strerror if isinstance(broken, OSError) else str(broken).splitlines()[0]
        message = f"{path}: expected a readable JSON file; {reason}."
        raise UsageError(message, hint=_HINT) from None
    if not isinstance(document, dict):
        message = f"{path}: expected a JSON object, got {type(document).__name__}."
        raise UsageError(message, hint=_HINT)
    return document
