from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

from prle_cli.formats.comparisons import comparison_markdown, comparison_table
from prle_cli.formats.reports import record
from tests.prle_cli.made import comparisons, reports


def cells(line: str) -> list[str]:
    """The cells of a Markdown row, with what was escaped put back."""
    return [cell.strip().replace("\0", "|") for cell in line.replace("\\|", "\0").strip("|").split("|")]


def test_bench_json_grows_and_keeps_its_keys():
    grown = record(comparisons.ablated_benchmark())
    promised = {"name", "split", "pearson", "spearman", "rmse", "r2", "fit_seconds", "predict_rows_per_second"}
    assert all(promised <= set(row) for row in grown["rows"])
    assert isinstance(grown["verdict"], str)
    model, ablated, *_, baseline = grown["rows"]
    assert (model["seeds"], model["pearson_sd"], model["effective_experts"]) == (3, 0.0012, 10.52)
    assert (ablated["ablates"], ablated["change"]) == ("prle:default", "one expert")
    assert (baseline["seeds"], baseline["pearson_sd"], baseline["prototypes"]) == (1, None, None)
    assert grown["findings"][1] == {
        "model": "prle:default",
        "change": "no value space",
        "answer": "helps",
        "difference": [0.0154, 0.0101, 0.0207],
        "words": "the value space helps",
    }
    assert set(grown["provenance"]) == {"date", "versions", "processor", "cores", "platform"}
    assert grown["provenance"]["versions"]["numpy"] == "2.4.0"


def test_suite_json_has_a_comparison_a_data_set_and_a_summary():
    several = record(comparisons.suite())
    assert [each["dataset"] for each in several["datasets"]] == ["stsb", "emobank"]
    assert several["datasets"][0] == record(comparisons.suite().datasets[0])
    assert several["summary"][1]["answer"] == "level"
    assert several["summary"][1]["difference"] == [-0.0042, -0.0131, 0.0047]
    assert several["provenance"]["cores"] == 2


def test_bench_csv_has_the_interval_in_columns():
    header, first, *rest = csv.reader(StringIO("\n".join(comparison_table(reports.benchmark()))))
    assert header[-3:] == ["difference", "difference_low", "difference_high"]
    assert first[0] == "prle:default"
    assert first[-3:] == ["0.0211", "0.0123", "0.0305"]
    assert rest[2][-3:] == ["", "", ""]


def test_an_empty_bench_is_a_header():
    empty = replace(reports.benchmark(), rows=())
    assert list(comparison_table(empty)) == ["difference,difference_low,difference_high"]


def test_suite_csv_is_the_comparisons_below_each_other():
    header, *rows = csv.reader(StringIO("\n".join(comparison_table(comparisons.suite()))))
    expected = list(csv.reader(StringIO("\n".join(comparison_table(reports.benchmark())))))
    assert header == ["dataset", *expected[0]]
    assert [row[1:] for row in rows[:6]] == expected[1:]
    assert [row[0] for row in rows] == ["stsb"] * 6 + ["emobank"] * 5


def test_markdown_has_a_row_a_method():
    lines = list(comparison_markdown(comparisons.ablated_benchmark()))
    table = [cells(line) for line in lines if line.startswith("|")]
    assert table[0][:3] == ["method", "kind", "Pearson"]
    assert table[2][:3] == ["prle:default", "model", "0.8481 ± 0.0012"]
    assert table[2][-1] == "+0.021 \\[+0.012, +0.030\\]"
    assert [row[3] for row in table[-4:]] == [each.words for each in comparisons.ablated_benchmark().findings]
    assert any(line.startswith("**prle:default is ahead") for line in lines)
    assert "Acme Tetra 9000 \\[rev 2\\]" in lines[-1]


def test_markdown_says_who_carries():
    report = comparisons.voted_benchmark()
    lines = [cells(line) for line in comparison_markdown(report) if line.startswith("|")]
    heads = next(place for place, line in enumerate(lines) if line[1] == "carried")
    told = [row for row in report.rows if row.carried is not None]
    assert [line[0] for line in lines[heads + 2 : heads + 2 + len(told)]] == [row.name for row in told]
    assert lines[heads + 2][1:3] == ["100 %", f"{told[0].anchored:.0%}".replace("%", " %")]


def test_markdown_of_a_hostile_name_stays_in_its_cell():
    row = replace(reports.benchmark().rows[0], name="a|b\n**c** <i>")
    table = list(comparison_markdown(replace(reports.benchmark(), rows=(row,))))
    assert table[4].startswith(r"| a\|b \*\*c\*\* \<i\> | model |")


def test_suite_markdown_begins_with_all_data_sets():
    lines = list(comparison_markdown(comparisons.suite()))
    assert cells(lines[2]) == ["method", "stsb", "emobank"]
    assert cells(next(line for line in lines if line.startswith("| cosine"))) == ["cosine", "0.8270", ""]
    assert sum(line.startswith("## ") for line in lines) == 3


def test_an_empty_suite_is_a_header():
    empty = replace(comparisons.suite(), datasets=(), summary=())
    assert list(comparison_table(empty)) == ["dataset,difference,difference_low,difference_high"]
