"""The picture of how costs grow: drawn from records, each line where its figures say."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks import panels, plot_scale

SVG = "{http://www.w3.org/2000/svg}"


def record(stage, rows, cpu, **more):
    return {"grows": "rows", "stage": stage, "rows": rows, "cpu": cpu, "peak": 2**30, "floor": cpu / 10, **more}


@pytest.fixture
def drawn():
    records = [record("fit", 10**power, 10.0 ** (power - 4)) for power in (4, 5, 6)]
    records.append(record("fit", 10_000, 99.0, grows="widths"))
    records += [record("copy", 10**power, 0.5) for power in (4, 6)]
    return ElementTree.fromstring(plot_scale.picture(records))


def test_what_is_linear_rises_as_a_straight_line(drawn):
    line = next(each for each in drawn.iter(f"{SVG}polyline") if each.get("class") == "line fit")
    (x0, y0), (x1, y1), (x2, y2) = (map(float, point.split(",")) for point in line.get("points").split())
    assert (x1 - x0, y1 - y0) == pytest.approx((x2 - x1, y2 - y1), abs=0.11)
    assert x2 > x0
    assert y2 < y0


def test_a_floor_runs_below_its_line_and_every_line_is_named(drawn):
    ends: dict[str, float] = {}
    for each in drawn.iter(f"{SVG}polyline"):
        ends.setdefault(each.get("class"), float(each.get("points").split()[-1].split(",")[1]))
    assert ends["dashed fit"] > ends["line fit"]
    assert "dashed copy" not in ends
    names = [each.text for each in drawn.iter(f"{SVG}text") if each.get("class", "").startswith("named ")]
    assert names.count("fit") == names.count("copy") == 2


def test_nothing_leaves_the_panel(drawn):
    for line in drawn.iter(f"{SVG}polyline"):
        for x, y in (map(float, point.split(",")) for point in line.get("points").split()):
            assert panels.LEFT <= x <= panels.WIDTH - panels.RIGHT
            assert panels.TOP <= y <= panels.HEIGHT - panels.BOTTOM
