"""Charts are read back as XML: what is drawn is where the numbers say."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from prle_cli.html import charts
from prle_cli.html.marks import SHADES
from prle_cli.html.numbers import Numbers
from tests.prle_cli.made import pages

ENDS = (0.0, 5.0)


def read(markup: str) -> ET.Element:
    return ET.fromstring(f"<svg>{markup}</svg>")


def at(node: ET.Element, name: str) -> float:
    return float(node.get(name, "").removesuffix("%"))


def test_the_map_has_a_dot_a_row_and_a_number_a_prototype():
    found = pages.contents().map
    plot = read(charts.embedding_map(found, Numbers(pages.contents())).plot)
    dots = plot.findall("./g/circle")
    assert len(dots) == len(found.points)
    assert [dot.get("data-p") for dot in dots[:3]] == ["0", "1", "2"]
    assert all(0 < at(dot, "cx") < 100 and 0 < at(dot, "cy") < 100 for dot in dots)
    numbers = plot.findall("a")
    assert [number.findtext("text") for number in numbers] == [str(each) for each in range(6)]
    assert numbers[4].get("href") == "#regime-4"


def test_dots_further_right_and_further_up_are_drawn_so():
    found = pages.contents().map
    dots = read(charts.embedding_map(found, Numbers(pages.contents())).plot).findall("./g/circle")
    across = sorted(range(len(dots)), key=lambda position: found.points[position].x)
    assert [at(dots[each], "cx") for each in across] == sorted(at(dot, "cx") for dot in dots)
    up = sorted(range(len(dots)), key=lambda position: -found.points[position].y)
    assert [at(dots[each], "cy") for each in up] == sorted(at(dot, "cy") for dot in dots)


def test_a_dot_says_its_row():
    found = pages.contents().map
    title = read(charts.embedding_map(found, Numbers(pages.contents())).plot).findtext("./g/circle/title")
    assert title == "train:0, regime 0: label 0.00, predicted 0.10\n" + "\n".join(pages.TEXTS[0])


def test_a_dot_of_a_table_names_its_cells():
    made = pages.table()
    title = read(charts.embedding_map(made.map, Numbers(made)).plot).findtext("./g/circle/title")
    assert title.splitlines()[1].startswith("rooms 3, square_metres 78.5, year_built 1974")
    assert len(title.splitlines()) == 2


def test_errors_above_the_line_are_predictions_that_are_too_high():
    rows = pages.contents().checks.predicted
    plot = read(charts.residuals(rows, "test", Numbers(pages.contents())).plot)
    (level,) = [line for line in plot.findall("line") if line.get("class") == "truth"]
    for row, dot in zip(rows, plot.findall("./g/circle"), strict=True):
        assert (at(dot, "cy") < at(level, "y1")) == (row.prediction > row.label)


def test_calibrated_groups_lie_on_the_diagonal():
    groups = [replace(group, observed=group.predicted) for group in pages.contents().checks.calibration]
    plot = read(charts.calibration_plot(groups, ENDS).plot)
    means = plot.findall("./g/circle")
    assert len(means) == len(groups)
    for mean in means:
        assert at(mean, "cx") + at(mean, "cy") == pytest.approx(100.0, abs=0.02)


def test_the_numbers_beside_a_plot_make_their_own_room():
    made = pages.contents()
    drawn = charts.residuals(made.checks.predicted, "test", Numbers(made))
    assert (
        drawn.y_room.split("\n") == [number.text for number in read(drawn.y_ticks)] == ["\u22124", "\u22122", "0", "2"]
    )


def test_the_bars_of_a_regime_are_its_shares():
    base = pages.contents()
    drawn = ET.fromstring(charts.label_histogram(base.regimes[0], base.labels))
    own = [bar for bar in drawn.findall("rect") if bar.get("class", "").startswith("own")]
    every = [bar for bar in drawn.findall("rect") if bar.get("class") == "every"]
    assert [at(bar, "height") for bar in own] == [40.0, 60.0, 100.0]
    assert [bar.get("class") for bar in own] == ["own s0", "own s1", "own s8"]
    assert {at(bar, "height") for bar in every} == {10.0}
    (anchor,) = drawn.findall("line")
    assert at(anchor, "x1") == 50.0


def test_a_regime_without_rows_has_no_bars():
    base = pages.contents()
    drawn = ET.fromstring(charts.label_histogram(base.regimes[-1], base.labels))
    assert {bar.get("class") for bar in drawn.findall("rect")} == {"every"}


@pytest.mark.parametrize(("prediction", "label"), [(2.5, 1.0), (2.5, None), (-3.0, 5.0), (124.0, 0.0)])
def test_a_scale_holds_what_it_marks(prediction, label):
    drawn = ET.fromstring(charts.scale(prediction, label, ENDS))
    (dot,) = drawn.findall("circle")
    assert 0.0 <= at(dot, "cx") <= 100.0
    assert len(drawn.findall("svg")) == (label is not None)


def test_the_key_has_every_colour_once():
    boxes = ET.fromstring(charts.key(ENDS, SHADES)).findall("rect")
    assert [box.get("class") for box in boxes] == [f"s{step}" for step in range(SHADES)]


@pytest.mark.parametrize(("share", "width"), [(0.0, "0%"), (0.25, "25%"), (1.7, "100%"), (-0.1, "0%")])
def test_a_weight_stays_in_its_bar(share, width):
    assert ET.fromstring(charts.weight_bar(share)).find("rect").get("width") == width
