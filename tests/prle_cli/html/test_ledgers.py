"""Ledgers of a page add up in the digits that are shown, and to what the explanation says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prle_cli.html.ledgers import by_example, by_feature, by_prototype
from prle_cli.html.page import render
from tests.prle_cli.made import pages, reports

DECIMALS = 2


@pytest.fixture
def explained():
    return reports.explained_row()


def test_each_ledger_comes_to_the_prediction(explained):
    prediction = round(explained.prediction, DECIMALS + 1)
    found = by_prototype(explained, DECIMALS).total, by_feature(explained.features, DECIMALS).total
    assert (*found, by_example(explained.influence, DECIMALS).total) == pytest.approx((prediction,) * 3, abs=1.5e-3)


def test_columns_of_features_add_up_as_they_are_shown(explained):
    ledger = by_feature(explained.features, DECIMALS)
    assert [line.name for line in ledger.lines[1:-1]] == [group.name for group in explained.features.groups]
    for line in ledger.lines:
        assert line.adds == pytest.approx((line.shared or 0.0) + (line.local or 0.0))
        assert round(line.adds, DECIMALS + 1) == pytest.approx(line.adds)
    assert ledger.shared == pytest.approx(sum(line.shared or 0.0 for line in ledger.lines))
    assert ledger.local == pytest.approx(sum(line.local or 0.0 for line in ledger.lines))
    assert ledger.total == pytest.approx(ledger.shared + ledger.local)


def test_training_rows_add_up_as_they_are_shown(explained):
    ledger = by_example(explained.influence, DECIMALS)
    assert [line.example for line in ledger.lines] == list(explained.influence.listed)
    assert ledger.total == pytest.approx(ledger.prior + sum(line.adds for line in ledger.lines) + ledger.rest)


def test_a_page_shows_the_ledgers_that_a_row_has(explained):
    contents, bare = pages.contents(), replace(explained, features=None, influence=None)
    both = render(replace(contents, explained=(explained,)))
    neither = render(replace(contents, explained=(bare,)))
    for heading in ("What was read: shared + local", "Who taught it: alpha"):
        assert heading in both
        assert heading not in neither


def test_edited_labels_are_starred(explained):
    row = explained.influence.listed[0].row
    contents = pages.contents()
    starred = render(replace(contents, explained=(replace(explained, relabelled={row: 1.0}),)))
    assert f"<td>*{explained.influence.listed[0].label:.2f}</td>" in starred
    assert "prle edit relabel" in starred
    for elsewhere in ({}, {10**6: 1.0}):
        page = render(replace(contents, explained=(replace(explained, relabelled=elsewhere),)))
        assert "prle edit relabel" not in page
