"""From the body of a request to a question about rows, or to what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NoReturn

from prle.errors import UsageError, unknown_name
from prle.stages.explain.interface import ExplainRequest
from prle.stages.predict.interface import PredictRequest
from prle_cli.serving.problems import RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from prle.stages.serve.interface import ModelFacts
    from prle_cli.serving.limits import Limits

_PREDICT: Final = ("rows", "level")
_EXPLAIN: Final = ("row", "examples", "level", "class")
_SHOWN: Final = 40
"""Characters of a wrong value that an error repeats."""


@dataclass(frozen=True, kw_only=True)
class PredictQuestion:
    """Rows, as :func:`prle.stages.predict.stage.predicting` takes them, and what is asked of them."""

    rows: list[tuple[str, ...]]
    request: PredictRequest


@dataclass(frozen=True, kw_only=True)
class ExplainQuestion:
    """A row, and what its explanation should hold."""

    row: tuple[str, ...]
    request: ExplainRequest


def read_predict(body: bytes, facts: ModelFacts, limits: Limits) -> PredictQuestion:
    """Read ``{"rows": [ROW, ...], "level": 0.9}``.

    :raises UsageError: for anything else.
    :raises RefusedError: for more than the limits.
    """
    asked = _object(body, _PREDICT)
    rows = asked.get("rows")
    if not isinstance(rows, list) or not rows:
        _expected("rows", "a list of at least one row", rows)
    if len(rows) > limits.rows:
        message = f"rows: expected at most {limits.rows}, got {len(rows)}."
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, hint="send several requests")
    request = PredictRequest(name=facts.model, level=_share(asked))
    return PredictQuestion(rows=[_row(row, facts, limits) for row in rows], request=request)


def read_explain(body: bytes, facts: ModelFacts, limits: Limits) -> ExplainQuestion:
    """Read ``{"row": ROW, "examples": 5, "level": 0.9, "class": "NAME"}``, of which only the row has to be there.

    :raises UsageError: for anything else.
    :raises RefusedError: for more than the limits.
    """
    asked = _object(body, _EXPLAIN)
    usual = ExplainRequest(name=facts.model)
    examples, name, level = asked.get("examples", usual.examples), asked.get("class"), _share(asked)
    if type(examples) is not int or not 0 <= examples <= limits.examples:
        _expected("examples", f"a whole number from 0 to {limits.examples}", examples)
    if not (name is None or isinstance(name, str)):
        _expected("class", "the name of a class", name)
    request = replace(usual, examples=examples, level=usual.level if level is None else level, class_name=name)
    return ExplainQuestion(row=_row(asked.get("row"), facts, limits), request=request)


def _object(body: bytes, keys: Collection[str]) -> dict[str, Any]:
    """Return the JSON object that the body is."""
    try:
        asked = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        message = f"body: expected a JSON object in UTF-8 ({error})."
        raise UsageError(message) from error
    if not isinstance(asked, dict):
        _expected("body", "a JSON object", asked)
    for key in asked:
        if key not in keys:
            what = "body"
            raise unknown_name(what, key, keys)
    return asked


def _share(asked: dict[str, Any]) -> float | None:
    level = asked.get("level")
    if level is not None and type(level) not in (int, float):
        _expected("level", "a share between 0 and 1", level)
    return None if level is None else float(level)


def _row(row: object, facts: ModelFacts, limits: Limits) -> tuple[str, ...]:
    """Return a row as somebody types one: its texts in the order of the fields, or a table's cells as an object."""
    if isinstance(row, dict):
        _check_lengths(row, limits)
        return (json.dumps(_cells(row)),) if facts.table else _texts(row, facts.fields)
    if facts.table:
        _expected("row", f"an object of its columns ({', '.join(facts.fields[:3])}, ...)", row)
    if not (isinstance(row, list) and all(isinstance(text, str) for text in row)):
        _expected("row", f"an object of {', '.join(facts.fields)}, or a list of texts", row)
    _check_lengths(dict(zip(facts.fields, row, strict=False)), limits)
    return tuple(row)


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    for name, value in row.items():
        if not (value is None or isinstance(value, str | int | float)):
            _expected(name, "a text, a number, true, false or null", value)
    return row


def _texts(row: dict[str, Any], fields: tuple[str, ...]) -> tuple[str, ...]:
    for name in row:
        if name not in fields:
            what = "row"
            raise unknown_name(what, name, fields)
    for name in fields:
        if not isinstance(row.get(name), str):
            _expected(name, "a text", row.get(name))
    return tuple(row[name] for name in fields)


def _check_lengths(cells: dict[str, Any], limits: Limits) -> None:
    for name, value in cells.items():
        if isinstance(value, str) and len(value) > limits.characters:
            message = f"{name}: expected at most {limits.characters:,} characters, got {len(value):,}."
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)


def _expected(name: str, what: str, value: object) -> NoReturn:
    got = "nothing" if value is None else json.dumps(value)[:_SHOWN]
    message = f"{name}: expected {what}, got {got}."
    raise UsageError(message)


def _no_number(constant: str) -> NoReturn:
    message = f"{constant} is no number of JSON"
    raise ValueError(message)
