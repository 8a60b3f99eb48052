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
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from prle_cli.terminal.console import leave_closed_pipe, output, use_utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed import DataclassInstance
    from rich.console import RenderableType


Report = TypeVar("Report", bound="DataclassInstance")
Format = Literal["table", "json", "jsonl", "csv", "markdown"]

SCHEMA_VERSION: Final = 1
"""Goes up when a key changes its meaning or disappears; new keys do not change it."""

_LINE_END: Final = "\r\n"
"""Makes the csv module quote cells that hold either of the two."""

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
