"""A page about classes: the same page, with probabilities, colours and confusions where numbers had theirs."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from decimal import Decimal

import pytest

from prle_cli.html import charts, class_charts
from prle_cli.html.classes import Classes
from prle_cli.html.ledgers import by_prototype
from prle_cli.html.page import render
from tests.prle_cli.html.test_page import Parsed
from tests.prle_cli.made import class_pages, pages
from tests.prle_cli.made.class_pages import CLASSES

MADE = {
    "texts": class_pages.contents,
    "compared": class_pages.compared,
    "table": class_pages.table,
    "many": class_pages.pooled,
    "logits": class_pages.logits,
    "voting": class_pages.voting,
}


def words(page: str) -> str:
    return " ".join(" ".join(Parsed(page).text).split())


@pytest.fixture(scope="module", params=MADE)
def page(request) -> str:
    return render(MADE[request.param]())


def test_it_is_whole_and_harmless(page):
    parsed = Parsed(page)
    assert parsed.unclosed == []
    assert len(parsed.find("script")) == len(parsed.find("style")) == 1
    assert parsed.find("img") == []
    assert not any("style" in found or any(key.startswith("on") for key in found) for _, found in parsed.elements)
    assert not set("\x00\x1b\u202e\udc80") & set(page)
    ids = [found["id"] for _, found in parsed.elements if "id" in found]
    assert len(ids) == len(set(ids))


def test_it_has_the_sections_of_any_page(page):
    sections = [found["id"] for found in Parsed(page).find("section")]
    assert [each for each in sections if each != "bench"] == ["model", "map", "checks", "regimes", "rows"]


def test_what_is_drawn_is_also_said(page):
    parsed = Parsed(page)
    for drawn in parsed.find("svg"):
        said = drawn.get("aria-label") or drawn.get("aria-hidden") == "true"
        assert said or drawn.get("class") == "plot" or drawn.get("overflow") == "visible"


def test_it_says_what_was_measured():
    said = words(render(class_pages.compared()))
    for figure in ("92.4 %", "0.9992", "0.2604", "0.1104", "0.0121", "0.9242", "0.9286"):
        assert figure in said
    for heading in ("Accuracy", "AUC", "Log loss", "Brier", "ECE", "Macro F1", "Accuracy, to the best baseline"):
        assert heading in said
    assert "(7 classes)" in said
    assert "RMSE" not in said
    assert "Pearson" not in said


def test_names_are_names_whatever_is_in_them():
    said = words(render(class_pages.contents()))
    assert pages.SCRIPT[0] in said
    assert "[bold]why[/bold]" in said


def test_two_classes_are_named_and_many_are_counted():
    two = replace(class_pages.contents(), data=replace(class_pages.contents().data, classes=("no", "yes")))
    assert Classes(two).span == "no or yes"
    assert Classes(class_pages.pooled()).span == "77 classes"


def test_few_classes_have_colours_of_their_own_and_many_share_them():
    few = Classes(class_pages.contents())
    assert len({shade for _, shade in few.key}) == 7
    assert not few.repeats
    many = Classes(class_pages.pooled())
    assert many.repeats
    shades = [shade for _, shade in many.key]
    assert len(set(shades)) == 9
    assert all(one != other for one, other in itertools.pairwise(shades))
    assert "77 classes in 9 colours, which repeat" in words(render(class_pages.pooled()))


def test_a_dot_says_its_classes():
    made = class_pages.contents()
    plot = ET.fromstring(f"<svg>{charts.embedding_map(made.map, Classes(made)).plot}</svg>")
    title = plot.findtext("./g/circle/title").splitlines()[0]
    assert title == "train:0, regime 0: activate_my_card, predicted activate_my_card 93.1 %"


@pytest.mark.parametrize("made", [class_pages.contents, class_pages.logits, class_pages.voting])
def test_the_shown_parts_of_a_row_add_up_to_what_is_shown(made):
    contents = made()
    kind = Classes(contents)
    for explained in contents.explained:
        ledger = by_prototype(explained, kind.decimals)
        places = Decimal(10) ** -(kind.decimals + 1)
        shown = [
            Decimal(str(part)).quantize(places) for part in (*(line.adds for line in ledger.lines), ledger.rest[1])
        ]
        assert sum(shown) == Decimal(str(ledger.total)).quantize(places)
        assert ledger.total == pytest.approx(explained.total, abs=float(places))


def test_those_who_voted_are_shown_with_their_classes():
    made = class_pages.voting()
    said = words(render(made))
    assert "Who voted: alpha where the label is card_arrival = what it adds" in said
    assert "9,003 examples voted; before that, 40.2 % was expected" in said
    assert f"{pages.SCRIPT[0]} 0.402 card_arrival 0 +40.2 %" in said
    assert f"{pages.SCRIPT[0]} 0.151 {CLASSES[-1]} 0 +0.0 %" in said
    assert "9,001 others 0.447" in said


def test_logits_are_called_so():
    said = words(render(class_pages.logits()))
    assert "What is said and added are logits" in said
    assert re.search(r"\N{MINUS SIGN}\d\.\d\d", said)
    assert "are logits" not in words(render(class_pages.contents()))


def test_a_regime_lists_its_classes_and_the_others_together():
    kind = Classes(class_pages.contents())
    told = kind.of_regime(class_pages.contents().regimes[0].labels)
    assert [line.share for line in told.lines] == [0.52, 0.3, 0.1, 0.05]
    assert told.others == 3
    assert told.share == pytest.approx(0.03)
    assert sum(line.predicted for line in told.lines) + told.predicted == pytest.approx(0.9)


def test_the_true_class_of_a_row_is_shown_even_where_it_is_unlikely():
    contents = class_pages.contents()
    explained = contents.explained[5]
    chances = Classes(contents).chances(explained)
    assert [each.marks for each in chances if each.name == explained.label] == ["true"]
    assert [each.marks for each in chances if each.name == explained.prediction] == ["predicted"]
    assert len({each.name for each in chances}) == len(chances) == 4


def test_a_matrix_is_as_deep_as_its_shares():
    found = replace(
        class_pages.checks().confusion, classes=("a", "b"), others=3, counts=((10, 0, 0), (1, 98, 1), (0, 0, 0))
    )
    lines = class_charts.matrix(found)
    assert [line.name for line in lines] == ["a", "b", "3 others"]
    assert [cell.depth for cell in lines[0].cells] == ["d5", "d0", "d0"]
    assert [cell.depth for cell in lines[1].cells] == ["d1", "d5", "d1"]
    assert [[cell.right for cell in line.cells] for line in lines] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
    assert [line.rows for line in lines] == [10, 100, 0]


def test_reliability_is_drawn_from_nothing_to_certainty():
    groups = [replace(group, observed=group.predicted) for group in class_pages.checks().calibration]
    chart = charts.reliability_plot(groups)
    plot = ET.fromstring(f"<svg>{chart.plot}</svg>")
    for mean, group in zip(plot.findall("./g/circle"), groups, strict=True):
        across, down = (float(mean.get(key).removesuffix("%")) for key in ("cx", "cy"))
        assert across + down == pytest.approx(100.0, abs=0.02)
        assert across == pytest.approx(100 * (group.predicted + 0.04) / 1.08, abs=0.02)
    assert (chart.x_title, chart.y_title) == ("mean probability", "share that is so")


@pytest.mark.parametrize("made", [pages.compared, class_pages.compared])
def test_any_page_says_how_many_regimes_there_are(made):
    contents = made()
    said = words(render(contents))
    assert "Effective (K_eff)" in said
    assert "5,749 5.2 5" in said
    assert "set apart by" in said.lower()
    assert "guitar" in said
    one = words(render(replace(contents, seeds=(), agreement=(), alone=None)))
    assert "whether another seed finds the same regimes is not known" in one
    assert "more than 95 % of the weight" not in one
    lonely = words(render(replace(contents, alone=2)))
    assert "Prototype 2 holds more than 95 % of the weight" in lonely


def test_seeds_are_shown_where_they_were_compared():
    said = words(render(pages.compared()))
    assert "adjusted Rand index of 0.63 on average, 0.55 at least" in said


def test_a_table_stands_behind_the_names_of_its_columns():
    said = words(render(class_pages.table()))
    assert "heating = district heating" in said
    assert "square_metres 112 64.0" in said
    assert "lift = ?" in said
    assert "predicts outcome from 10 columns" in said
