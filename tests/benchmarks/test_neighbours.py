"""What benchmarks/neighbours.py counts and draws, on a small workspace; the real sets take minutes."""

from __future__ import annotations

import sys
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks import neighbours, panels, votes
from prle.config import resolve
from prle.data import SourceRequest
from prle.models.labels.checkpoint import load
from prle.models.labels.votes.choosing import Trial
from prle.stages.fit.stage import fit
from prle.workspace import open_workspace

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(votes.SETS, "emobank", lambda _: SourceRequest(source="diabetes"))
        votes.prepare("emobank", folder, folder / "emobank.h5", range(1))
    # What is added to labels has slopes by prototype: without it nothing but the filing hangs on them.
    settings = {"votes.voters": "examples", "votes.differs": "off"}
    fit(folder / "emobank.h5", resolve(None, settings), name="plain")
    return folder


@pytest.fixture(scope="module")
def opened(folder):
    with open_workspace(folder / "emobank.h5") as opened:
        yield opened


@pytest.fixture(scope="module")
def recast(opened):
    return neighbours.Recast(opened, "plain")


@pytest.fixture(scope="module")
def curves(recast):
    found = {count: recast.among(count) for count in sorted({5, 25, recast.usual})}
    over = {voters: {count: recast.over(count, voters) for count in (4, 16)} for voters in neighbours.VOTERS}
    return neighbours.Curves(usual=recast.usual, counts=found, votes=over)


@pytest.mark.parametrize("model", ["seed-0", "plain"])
def test_a_vote_that_is_cast_as_it_was_says_what_it_said(opened, model):
    stored = load(opened, model)
    again = neighbours.Recast(opened, model).over(stored.config.prototypes.count, "examples").checkpoint
    assert again.anchors.tolist() == stored.anchors.tolist()
    rows = opened.embeddings("test")[:]
    np.testing.assert_allclose(again.predictor().predict(rows), stored.predictor().predict(rows), rtol=1e-6)


def test_the_temperature_of_the_fit_is_found_again(opened, recast):
    place = load(opened, "plain").config.place
    again = recast.among(recast.usual).checkpoint.config.place
    assert (again.temperature, again.neighbours) == (place.temperature, place.neighbours)


def test_so_many_vote_as_were_asked_for(curves):
    for count, refit in curves.counts.items():
        assert refit.checkpoint.config.place.neighbours == count
        assert 1.0 <= refit.promised.voters_80 <= count
        assert refit.trial.error == pytest.approx((refit.validation["rmse"] / refit.checkpoint.target.unit) ** 2, 1e-3)


def test_examples_say_the_same_whatever_they_are_filed_under_and_anchors_do_not(curves):
    few, many = curves.votes["examples"].values()
    assert few.test == pytest.approx(many.test)
    assert few.promised.prototypes_80 < many.promised.prototypes_80
    few, many = curves.votes["prototypes"].values()
    assert (len(few.checkpoint.anchors), len(many.checkpoint.anchors)) == (4, 16)
    assert few.test["rmse"] != pytest.approx(many.test["rmse"], rel=1e-3)


def trial(count, errors):
    return Trial(value=0.0, content=1.0, temperature=1.0, neighbours=count, everyone=0.0, errors=np.array(errors))


def test_rows_that_err_alike_tell_more_than_their_means(curves):
    # A quarter above the best on every row: far beyond the error of that difference, well within that of the mean.
    errors = {5: [1.2, 5.3, 9.2, 0.3], 25: [1.0, 5.0, 9.0, 0.0], 50: [0.9, 5.1, 9.1, 0.1]}
    (some,) = list(curves.counts.values())[:1]
    counts = {count: replace(some, trial=trial(count, each)) for count, each in errors.items()}
    made = replace(curves, counts=counts)
    assert made.best.neighbours == 25
    assert made.fewest(paired=True) == 25
    assert made.fewest(paired=False) == 5


def test_differences_are_counted_in_their_errors():
    assert neighbours.in_errors(np.array([1.0, 3.0])) == pytest.approx(2.0 * 2**0.5)
    assert neighbours.in_errors(np.zeros(3)) == 0.0


def test_ticks_are_round_and_hold_every_point():
    made = neighbours.ticks({"a": [(5, 5.8), (10, -0.3)]})
    assert made[0] == (-1.0, "-1 %")
    assert made[1] == (0.0, "0")
    assert made[-1] == (6.0, "+6 %")
    assert neighbours.ticks({"a": [(5, 0.0)]})[0] == (0.0, "0")


def test_the_picture_has_what_was_measured_where_it_was(curves):
    drawn = ElementTree.fromstring(neighbours.drawn({"emobank": curves}))
    lines = list(drawn.iter(f"{SVG}polyline"))
    assert sorted(each.get("class") for each in lines) == ["dashed emobank", "line emobank", "line emobank"]
    for line in lines:
        points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        assert all(panels.LEFT <= x <= panels.WIDTH - panels.RIGHT for x, _ in points)
        assert all(panels.TOP <= y <= panels.HEIGHT - panels.BOTTOM for _, y in points)
    (dot,) = drawn.iter(f"{SVG}circle")
    zero = next(each for each in drawn.iter(f"{SVG}text") if each.text == "0")
    assert float(dot.get("cy")) == pytest.approx(float(zero.get("y")) - 4, abs=0.11)


def test_two_tables_and_a_sentence_are_printed(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(neighbours, "COUNTS", (5, 25))
    monkeypatch.setattr(neighbours, "PROTOTYPES", (4, 16))
    monkeypatch.setitem(votes.SETS, "emobank", lambda _: SourceRequest(source="diabetes"))
    svg = tmp_path / "voters.svg"
    asked = ["neighbours.py", str(folder), str(folder), "--sets", "emobank", "--svg", str(svg)]
    monkeypatch.setattr(sys, "argv", asked)
    neighbours.main()
    counts, prototypes, said = (part.splitlines() for part in capsys.readouterr().out.split("\n\n"))
    for table, heads in ((counts, neighbours.BY_COUNT), (prototypes, neighbours.BY_PROTOTYPES)):
        assert {line.count("|") for line in table} == {len(heads) + 1}
    assert [line.split(" | ")[0] for line in counts[2:4]] == ["| emobank, 5", "| emobank, 25"]
    assert len(prototypes) == 2 + 4
    assert said[0].startswith("emobank: the fit took k = ")
    assert svg.read_text().startswith("<svg")
