from __future__ import annotations

import json

import pytest

from prle.data import BadLine, Column, read_rows, row_blocks, stream_rows
from prle.data.inputs.tables import typed_row
from prle.errors import DataError, UsageError
from prle.observer import SILENT

COLUMNS = (Column(name="age", kind="number"), Column(name="job", kind="category"), Column(name="city", kind="category"))
ROWS = [{"age": "39", "job": "cook", "city": ""}, {"age": "", "job": "", "city": "Ulm"}]


def read(source, observer):
    return [json.loads(text) for (text,) in read_rows(source, COLUMNS, "pay", observer=observer)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.csv", "city,age,job\n,39,cook\nUlm,,\n"),
        ("r.tsv", "city\tage\tjob\n\t39\tcook\nUlm\t\t\n"),
        ("r.jsonl", '{"age": 39, "job": "cook"}\n{"city": "Ulm", "age": null}\n'),
    ],
)
def test_files_give_the_cells_of_each_row_in_the_order_of_the_columns(write, observer, name, content):
    assert read(write(name, content), observer) == ROWS
    assert observer.notes == []


@pytest.mark.parametrize("separator", [",", "\t"])
def test_a_stream_is_delimited_with_a_header(observer, separator):
    lines = [separator.join(cells) + "\n" for cells in (("age", "job", "city"), ("39", "cook", ""), ("", "", "Ulm"))]
    assert read(lines, observer) == ROWS


def test_a_stream_of_objects_is_json_lines(observer):
    assert read(['{"age": 39, "job": "cook"}\n', "\n", '{"city": "Ulm"}'], observer) == ROWS


def test_an_empty_stream_has_no_rows(write, observer):
    assert read(['{"age": 39}\n'][:0] or ["age,job,city\n"], observer) == []


def test_what_is_not_given_is_unknown_and_what_is_not_known_is_passed_over(observer):
    assert read(["aeg,job,pay\n", "39,cook,7\n"], observer) == [{"age": "", "job": "cook", "city": ""}]
    assert observer.notes == [
        "taken as unknown, since not given: age, city. Is it aeg for age?",
        "input: columns that the model does not know: aeg.",
    ]


def test_a_cell_that_is_no_number_is_named_by_its_line(observer):
    with pytest.raises(DataError, match="input: line 3: expected a number in 'age', got 'old'"):
        read(["age,job,city\n", "1,a,b\n", "old,a,b\n"], observer)


def test_a_source_without_any_of_the_columns_is_refused(observer):
    with pytest.raises(UsageError, match="input: expected columns age, job, city; got a text"):
        read(["a text\n", "another\n"], observer)


def stream(lines, observer):
    found = stream_rows(lines, COLUMNS, "pay", observer=observer)
    return [row if isinstance(row, BadLine) else json.loads(row[0]) for row in found]


@pytest.mark.parametrize(
    "lines",
    [
        ["age,job,city\n", "39,cook,\n", "\n", ",,Ulm\n"],
        ["age\tcity\tjob\r\n", "39\t\tcook\r\n", "\tUlm\t\r\n"],
        ["\n", '{"age": 39, "job": "cook", "city": null}\n', '{"city": "Ulm", "age": null, "job": ""}\n'],
    ],
)
def test_a_stream_gives_the_rows_that_a_file_gives(observer, lines):
    assert stream(lines, observer) == read(lines, observer) == ROWS
    assert observer.notes == []


def test_each_row_of_a_stream_is_there_before_the_next_line_is(observer):
    taken = []

    def lines():
        for line in ("age,job,city\n", "39,cook,\n", ",,Ulm\n"):
            taken.append(line)
            yield line

    next(stream_rows(lines(), COLUMNS, "pay", observer=observer))
    assert len(taken) == 2


def test_a_line_of_tabs_is_a_row_of_which_nothing_is_known(observer):
    assert stream(["age\tjob\tcity\n", "\t\t\n"], observer) == [dict.fromkeys(ROWS[0], "")]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("old,cook,Ulm\n", "line 3: expected a number in 'age', got 'old'."),
        ("39,cook\n", "line 3 has 2 cells; the header has 3."),
        ('39,"cook\n', "line 3 cannot be split into cells (unexpected end of data)."),
        ("39,caf\udce9,Ulm\n", "line 3: expected UTF-8, got the byte 0xe9."),
    ],
)
def test_a_bad_line_of_cells_is_named_and_the_stream_goes_on(observer, line, error):
    first, bad, last = stream(["age,job,city\n", "39,cook,\n", line, ",,Ulm\n"], observer)
    assert ([first, last], bad) == (ROWS, BadLine(line=3, error=error))


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("39,cook,Ulm\n", "line 2 is not JSON"),
        ('{"age": "old"}\n', "line 2: expected a number in 'age', got 'old'."),
        ('{"pay": 3}\n', "line 2: expected columns age, job, city; got pay."),
        ("{}\n", "line 2: expected columns age, job, city; got none."),
        ("[1]\n", "line 2: expected a JSON object, got list."),
    ],
)
def test_a_bad_object_is_named_and_the_stream_goes_on(observer, line, error):
    first, bad, last = stream(['{"age": 39, "job": "cook"}\n', line, '{"city": "Ulm"}\n'], observer)
    assert ([first, last], bad.line) == (ROWS, 2)
    assert bad.error.startswith(error)


def test_a_stream_says_once_what_it_takes_as_unknown(observer):
    lines = ['{"age": 39, "job": "cook"}\n', '{"age": 3, "job": "cook"}\n', '{"city": "Ulm", "id": 7}\n']
    assert len(stream(lines, observer)) == 3
    assert observer.notes == [
        "taken as unknown, since not given: city.",
        "taken as unknown, since not given: age, job.",
        "line 3: columns that the model does not know: id.",
    ]


def test_a_header_without_any_of_the_columns_ends_the_stream(observer):
    with pytest.raises(UsageError, match="line 1: expected columns age, job, city; got a text"):
        stream(["a text\n", "another\n"], observer)


@pytest.mark.parametrize(
    "words",
    [
        ("job=cook", "age=39"),
        ('{"job": "cook", "age": 39}',),
        ("age= 39 ", "job=cook", "pay=12"),
        (' {"age": "39", "job": "cook", "city": null}',),
    ],
)
def test_a_typed_row_is_the_row_that_a_file_gives(observer, words):
    (text,) = typed_row(words, COLUMNS, "pay", observer=observer)
    assert json.loads(text) == ROWS[0]


def test_a_typed_row_says_what_it_takes_as_unknown(observer):
    typed_row(("city=a=b",), COLUMNS, "pay", observer=observer)
    assert observer.notes == ["taken as unknown, since not given: age, job."]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("agee=39",), "column: expected one of age, job, city; got 'agee'"),
        (("age=x",), "age: expected a number, got 'x'"),
        (("age=1", "age=2"), "age: expected one value, got several"),
        (("a text",), "expected a row of a table as NAME=VALUE"),
        (("{age: 39}",), "expected a JSON object, got '{age: 39}'"),
        (('{"age": 1}', "job=a"), "expected a row of a table as NAME=VALUE"),
        (("pay=3",), "expected a value for at least one of age, job, city"),
        ((), "expected a value for at least one of"),
    ],
)
def test_what_is_no_row_is_refused(observer, words, message):
    with pytest.raises(UsageError, match=message):
        typed_row(words, COLUMNS, "pay", observer=observer)


def test_blocks_of_a_file_are_its_rows_and_columns_are_told_once(write, observer):
    file = write("a.csv", "age,extra\n" + "".join(f"{age},x\n" for age in range(5)))
    columns = (Column(name="age", kind="number"), Column(name="job", kind="category"))
    blocks = list(row_blocks(file, columns, "label", size=2, observer=observer))
    assert [len(block) for block in blocks] == [2, 2, 1]
    assert [row for block in blocks for row in block] == read_rows(file, columns, "label", observer=SILENT)
    assert sum("taken as unknown" in note for note in observer.notes) == 1
