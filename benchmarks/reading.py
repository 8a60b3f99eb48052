"""What fuzzing asks of the readers of delimited files and of JSON lines: rows, the same in blocks, or a refusal."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from prle.data.assembly import assemble, usable
from prle.data.formats.decoding import decode
from prle.data.formats.delimited import delimited_records
from prle.data.formats.json_lines import json_records
from prle.data.formats.records import Opened
from prle.data.inputs.tables import read_rows, stream_rows
from prle.data.inputs.texts import read_texts, stream_texts
from prle.data.interface import SourceRequest
from prle.errors import DataError, UsageError
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prle.data.formats.records import Records
    from prle.data.interface import Column

SEEDS = (
    b"text,label\nGood.,1\nBad.,0\nFair.,0.5\nPoor.,nan\n",
    b'sentence1\tsentence2\tscore\n"a ""b"""\tc\t5\nd\te\t-1e9\nf\tg\t0\n',
    b"a,b,split,label\n1,x,train,no\n2,y,dev,yes\n?,x,test,no\n3,,train,yes\n",
    b'{"text": "one", "label": 1}\n{"text": "two \\ud83d\\ude00", "label": "2"}\n',
)

BLOCK = 2
"""Rows of a block, where a file is read in blocks."""


def read(data: bytes) -> None:
    """Read bytes as a source to embed, as rows to predict on, and line by line.

    :param data: whether it is a table (the first bit of the first byte), then the contents of the file.
    """
    how, content = data[:1], data[1:]
    with suppress(DataError, UsageError):
        text = decode(content, "fuzz.csv")
        records = next(_records([text], text))
        if not text.startswith("{"):
            _the_same_in_blocks(text, records)
        label = records.columns[-1] if records.columns else "label"
        request = SourceRequest(source="fuzz.csv", label=label, table=bool(how) and how[0] & 1 == 1)
        opened = Opened(name="fuzz", origin="fuzz.csv", tables={"train": records}, divided=False)
        dataset = assemble(usable(opened, request, SILENT), request, SILENT)
        for split in dataset.splits.values():
            assert np.isfinite(split.labels).all()
            assert len(split.texts) == len(split.labels)
        _ask(content, dataset.columns, dataset.fields, label)


def _records(parts: Iterable[str], text: str, size: int | None = None) -> Iterator[Records]:
    if text.startswith("{"):
        return json_records(parts, origin="fuzz.jsonl", size=size)
    return delimited_records(parts, delimiter="\t" if "\t" in text else ",", origin="fuzz.csv", size=size)


def _the_same_in_blocks(text: str, whole: Records) -> None:
    """A file that is read part by part, some rows at a time, has the rows that it has at once."""
    blocks = list(_records(io.StringIO(text, newline="\n"), text, BLOCK))
    assert [tuple(row) for block in blocks for row in block.rows] == [tuple(row) for row in whole.rows]
    assert all(block.columns == whole.columns for block in blocks)


def _ask(content: bytes, columns: tuple[Column, ...], fields: tuple[str, ...], label: str) -> None:
    """Read the same bytes as rows to predict on, at once and line by line."""
    lines = io.StringIO(content.decode("utf-8", "surrogateescape"), newline=None).readlines()
    with suppress(DataError, UsageError):
        list(stream_rows(lines, columns, label, observer=SILENT) if columns else stream_texts(lines, fields))
    with suppress(DataError, UsageError):
        read_rows(lines, columns, label, observer=SILENT) if columns else read_texts(lines, fields)
