from __future__ import annotations

import math

import pytest

from prle.data import SourceRequest
from prle.data.columns import choose_columns, parse_number
from prle.data.formats.records import Columns, Records
from prle.errors import UsageError
from tests.data.builders import filled


def table(*columns: str, cells: tuple[str, ...] = ()) -> Records:
    return filled(*columns, rows=[cells or ("x",) * len(columns)], origin="a.csv")


def choose(records, observer, *, known=None, ignored=None, **request):
    return choose_columns(records, SourceRequest(source=None, **request), known, ignored, observer)


@pytest.mark.parametrize(
    ("columns", "cells", "fields", "label"),
    [
        (("sentence1", "sentence2", "score"), (), ("sentence1", "sentence2"), "score"),
        (("Sentence_A", "Sentence_B", "relatedness", "id"), (), ("Sentence_A", "Sentence_B"), "relatedness"),
        (("id", "text", "label"), (), ("text",), "label"),
        (("premise", "hypothesis", "label", "genre"), (), ("premise", "hypothesis"), "label"),
        (("words", "points"), ("so good", "4"), ("words",), "points"),
    ],
)
def test_the_only_possible_guess_is_made_and_said(observer, columns, cells, fields, label):
    chosen = choose(table(*columns, cells=cells), observer)
    assert chosen == Columns(fields=fields, label=label)
    (note,) = observer.notes
    assert all(name in note for name in (*fields, label))


@pytest.mark.parametrize(
    ("columns", "cells", "option"),
    [
        (("text", "review", "label"), (), "--text"),
        (("text", "label", "score"), (), "--label"),
        (("sentence1", "sentence2", "text", "label"), (), "--text"),
        (("a", "b", "c"), ("x", "1", "2"), "--label"),
        (("a", "b", "c"), ("x", "y", "2"), "--text"),
        (("a", "b"), ("x", "y"), "--label"),
    ],
)
def test_two_possible_guesses_are_none(observer, columns, cells, option):
    with pytest.raises(UsageError, match=f"{option} cannot be guessed") as caught:
        choose(table(*columns, cells=cells), observer)
    assert option in caught.value.hint
    assert observer.notes == []


def test_what_the_user_names_wins_over_what_is_known(observer):
    records = table("text", "V", "A")
    known = Columns(fields=("text",), label="V")
    assert choose(records, observer, known=known) == known
    assert choose(records, observer, known=known, label="A") == Columns(fields=("text",), label="A")
    assert observer.notes == []


def test_a_named_text_alone_is_not_a_pair(observer):
    records = table("sentence1", "sentence2", "label")
    assert choose(records, observer, text="sentence1").fields == ("sentence1",)
    assert choose(records, observer, text="sentence2", text_pair="sentence1").fields == ("sentence2", "sentence1")


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"label": "lable"}, "--label: column of a.csv: expected one of text, label; got 'lable'"),
        ({"text": "txt"}, "--text: column of a.csv"),
        ({"text_pair": "label"}, "needs --text as well"),
        ({"text": "label", "label": "label"}, "expected different columns"),
        ({"text": "text", "text_pair": "text", "label": "label"}, "expected different columns"),
    ],
)
def test_impossible_columns_are_refused(observer, request_, message):
    with pytest.raises(UsageError, match=message):
        choose(table("text", "label"), observer, **request_)


def test_a_missing_column_suggests_the_near_one(observer):
    with pytest.raises(UsageError) as caught:
        choose(table("text", "label"), observer, label="lable")
    assert caught.value.hint == "did you mean label?"


@pytest.mark.parametrize(("cell", "number"), [("1.5", 1.5), (" 2 ", 2.0), ("-1e3", -1000.0), ("inf", math.inf)])
def test_numbers(cell, number):
    assert parse_number(cell) == number


@pytest.mark.parametrize("cell", ["", " ", "nan", "NA", "n/a", "None", "null", "?"])
def test_missing_is_not_a_number(cell):
    assert math.isnan(parse_number(cell))


@pytest.mark.parametrize("cell", ["good", "1,5", "1_000", "3 stars", "true"])
def test_text_spells_no_number(cell):
    assert parse_number(cell) is None
