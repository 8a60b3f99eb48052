"""Ledgers of a page add up in the digits that are shown, and to what the explanation says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prle_cli.html.ledgers import by_feature, by_prototype, by_vote
from prle_cli.html.page import render
from prle_cli.views.explain.ledgers import TIMES
from tests.prle_cli.made import pages, reports, table_reports

DECIMALS = 2


@pytest.fixture
def explained():
    return reports.explained_row()


@pytest.fixture
def spoken():
    """An explanation by what experts read, of prices."""
    return table_reports.explained_row()


def words(page: str) -> str:
    return " ".join(page.split())


def test_each_ledger_comes_to_the_prediction(explained, spoken):
    assert by_prototype(explained, DECIMALS).total == pytest.approx(explained.prediction, abs=5.1e-4)
    assert by_vote(explained.votes, DECIMALS).total == pytest.approx(explained.prediction, abs=5.1e-4)
    assert by_feature(spoken.features, 0).total == pytest.approx(spoken.prediction, abs=0.051)


def test_columns_of_features_add_up_as_they_are_shown(spoken):
    ledger = by_feature(spoken.features, 0)
    assert [line.name for line in ledger.lines[1:-1]] == [group.name for group in spoken.features.groups]
    for line in ledger.lines:
        assert line.adds == pytest.approx((line.shared or 0.0) + (line.local or 0.0))
        assert round(line.adds, 1) == pytest.approx(line.adds)
    assert ledger.shared == pytest.approx(sum(line.shared or 0.0 for line in ledger.lines))
    assert ledger.local == pytest.approx(sum(line.local or 0.0 for line in ledger.lines))
    assert ledger.total == pytest.approx(ledger.shared + ledger.local)


def test_voters_add_up_as_they_are_shown(explained):
    ledger = by_vote(explained.votes, DECIMALS)
    assert [line.voter for line in ledger.lines] == list(explained.votes.listed)
    assert (ledger.everyone, ledger.others) == (200, 195)
    assert ledger.alpha == pytest.approx(1.0)
    assert ledger.alpha == pytest.approx(sum(line.alpha for line in ledger.lines) + ledger.rest[0])
    assert ledger.total == pytest.approx(sum(line.adds for line in ledger.lines) + ledger.rest[1] + ledger.differs)


def test_voters_whose_weight_would_be_shown_as_nothing_are_among_the_others(explained):
    votes = explained.votes
    light = replace(votes.listed[-1], alpha=0.0004, contribution=0.0004 * votes.listed[-1].label)
    others = replace(
        votes.others,
        alpha=votes.others.alpha + votes.listed[-1].alpha - light.alpha,
        contribution=votes.others.contribution + votes.listed[-1].contribution - light.contribution,
    )
    ledger = by_vote(replace(votes, listed=(*votes.listed[:-1], light), others=others), DECIMALS)
    assert [line.voter for line in ledger.lines] == list(votes.listed[:-1])
    assert (ledger.everyone, ledger.others) == (200, 196)
    assert ledger.total == by_vote(votes, DECIMALS).total


def test_examples_stand_under_their_prototype_but_no_prototype_under_itself(explained):
    under = {line.share.prototype: line.voters for line in by_prototype(explained, DECIMALS).lines}
    listed = explained.votes.listed
    assert under == {17: listed[:2], 3: (listed[2],), 21: (), 9: (listed[4],), 30: ()}
    own = replace(listed[2], row=next(each.anchor.row for each in explained.prototypes if each.prototype == 3))
    alone = replace(explained, votes=replace(explained.votes, listed=(*listed[:2], own, *listed[3:])))
    assert by_prototype(alone, DECIMALS).lines[1].voters == ()


def test_what_differs_has_a_column_where_there_is_any(explained):
    contents = pages.contents()
    page = render(replace(contents, explained=(explained,)))
    assert f"weight {TIMES} (what its examples say + what differs) = what it adds" in page
    assert '<th scope="col">Differs</th>' in page
    assert "<td>3.58</td><td>+0.031</td>" in page
    assert '<th scope="row" class="muted">what differs from them</th>' in page
    same = replace(explained, votes=replace(explained.votes, differs=0.0))
    page = render(replace(contents, explained=(same,)))
    assert f"weight {TIMES} what its examples say = what it adds" in page
    assert '<th scope="col">Differs</th>' not in page
    assert "what differs from them" not in page


def test_a_page_shows_the_ledgers_of_its_form():
    voting, spoken = render(pages.contents()), render(pages.table())
    for heading, page, other in (
        (f"Who voted: alpha {TIMES} label", voting, spoken),
        ("Examples say", voting, spoken),
        ("What was read: shared + local", spoken, voting),
        ("Nearest in training", spoken, voting),
    ):
        assert heading in page
        assert heading not in other


def test_what_is_promised_stands_on_the_page():
    said = words(render(pages.contents()))
    assert "Who carries a prediction" in said
    for figure in (
        "<dd>100.0 %</dd>",
        "<dd>97.1 %</dd>",
        "<dd>0.39</dd>",
        "has 0.03, rows",
        "<dd>134</dd>",
        "6.2 prot",
    ):
        assert figure in said
    assert "Who carries a prediction" not in render(replace(pages.contents(), promise=None))


def test_experts_are_said_not_to_be_carried():
    spoken = pages.table()
    assert "Labels do not carry this model" not in render(pages.contents())
    assert "Labels do not carry this model" in render(spoken)
    assert "with an R² of" not in words(render(spoken))
    measured = replace(spoken, promise=replace(pages.PROMISE, anchored=-0.44))
    assert "with an R² of \N{MINUS SIGN}0.44" in words(render(measured))


def test_edited_labels_are_starred(explained):
    row = explained.votes.listed[0].row
    contents = pages.contents()
    starred = render(replace(contents, explained=(replace(explained, relabelled={row: 1.0}),)))
    assert f"<td>*{explained.votes.listed[0].label:.2f}</td>" in starred
    assert "prle edit relabel" in starred
    for elsewhere in ({}, {10**6: 1.0}):
        page = render(replace(contents, explained=(replace(explained, relabelled=elsewhere),)))
        assert "prle edit relabel" not in page
