from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from prle_cli.views.explain import view
from tests.prle_cli import reports
from tests.prle_cli.pictures import drawn


def _column_of_parts(picture: str) -> list[Decimal]:
    return [Decimal(part.replace(",", "")) for part in re.findall(r"[+-][\d,]+\.\d+$", picture, flags=re.MULTILINE)]


@pytest.mark.parametrize("top", [1, 2, 3, 5, 31, 32, 99])
def test_shown_parts_add_up_to_the_shown_prediction(top):
    report = reports.explanation()
    picture = drawn(view(report, top=top))
    parts = _column_of_parts(picture)
    assert len(parts) == min(top, 32) + (top < 32)
    assert sum(parts) == Decimal(f"{report.prediction:.3f}")
    assert f"predicted {report.prediction:.3f}" in picture


@pytest.mark.parametrize("top", [1, 5, 32])
def test_shown_weights_add_up_to_all_of_it(top):
    table = drawn(view(reports.explanation(), top=top)).split("Who decided")[1].split("Nearest")[0]
    weights = [Decimal(weight) for weight in re.findall(r"([\d.]+) %", table)]
    assert sum(weights[:-1]) == weights[-1] == Decimal("100.0")


def test_the_others_are_summed_up_in_one_line():
    assert "27 others" in drawn(view(reports.explanation(), top=5))
    assert "1 other " in drawn(view(reports.explanation(), top=31))
    assert "other" not in drawn(view(reports.explanation(), top=32))


def test_the_reading_counts_who_decides():
    assert "3 of 32 prototypes carry 81 % of the weight" in drawn(view(reports.explanation()))


def test_the_reading_names_only_the_heaviest_where_many_decide():
    report = reports.explanation()
    even = tuple(replace(share, weight=1 / 32) for share in report.prototypes)
    picture = drawn(view(replace(report, prototypes=even)))
    assert "26 of 32 prototypes carry 81 % of the weight: the heaviest are training examples labelled 4.91," in picture


def test_the_reading_of_one_that_decides_almost_all():
    report = reports.explanation()
    first = replace(report.prototypes[0], weight=0.9)
    picture = drawn(view(replace(report, prototypes=(first, *report.prototypes[1:]))))
    assert "1 of 32 prototypes carries 90 % of the weight: a training example labelled 4.91." in picture


def test_the_reading_of_one_prototype():
    assert "The one prototype decides all of it" in drawn(view(reports.single_text()))


def test_parts_that_do_not_add_up_are_not_rounded_away():
    report = replace(reports.explanation(), prediction=3.3)
    assert "The parts add up to 3.23503, the prediction is 3.3." in drawn(view(report))


def test_truth_and_prediction_are_marked_on_the_scale():
    known, unknown = drawn(view(reports.explained_row())), drawn(view(reports.explanation()))
    assert known.count("◇") == 2
    assert "◇" not in unknown
    assert "test:17" in known


def test_a_prediction_outside_the_labels_stays_on_the_scale():
    report = replace(reports.explanation(), prediction=124.0)
    assert "●┤ 5.00" in drawn(view(report))


def test_texts_are_never_markup():
    picture = drawn(view(reports.explanation()))
    assert "A man is [playing] :guitar: the [bold]flute[/bold]" in picture
    assert "[/x] closes what nobody opened" in picture


def test_texts_never_steer_the_terminal():
    assert "\x1b" not in drawn(view(reports.explained_row()))
    assert "␛[31malert" in drawn(view(reports.explained_row()))
