from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from prle.stages.explain import ExplainRequest
from prle_cli.views.explain.numbers import view
from tests.prle_cli.made import reports, table_reports
from tests.prle_cli.pictures import drawn


def _column_of_parts(picture: str) -> list[Decimal]:
    return [Decimal(part.replace(",", "")) for part in re.findall(r"[+-][\d,]+\.\d+$", picture, flags=re.MULTILINE)]


@pytest.mark.parametrize("top", [1, 2, 3, 5, 31, 32, 99])
def test_shown_parts_add_up_to_the_shown_prediction(top):
    report = reports.explanation()
    picture = drawn(view(report, ExplainRequest(first=top, ledger="prototypes")))
    parts = _column_of_parts(picture)
    assert len(parts) == min(top, 32) + (top < 32)
    assert sum(parts) == Decimal(f"{report.prediction:.3f}")
    assert f"predicted {report.prediction:.3f}" in picture


@pytest.mark.parametrize("top", [1, 5, 32])
def test_shown_weights_add_up_to_all_of_it(top):
    report = reports.explanation()
    alone = replace(report, votes=replace(report.votes, listed=()))
    table = drawn(view(alone, ExplainRequest(first=top, ledger="prototypes"))).split("Who decided")[1]
    weights = [Decimal(weight) for weight in re.findall(r"([\d.]+) %", table)]
    assert sum(weights[:-1]) == weights[-1] == Decimal("100.0")


def test_the_others_are_summed_up_in_one_line():
    def picture(top):
        return drawn(view(reports.explanation(), ExplainRequest(first=top, ledger="prototypes")))

    assert "27 others" in picture(5)
    assert "1 other " in picture(31)
    assert "other" not in picture(32)


@pytest.mark.parametrize(
    ("report", "ledger", "title"),
    [(reports.explanation(), "votes", "Who voted"), (table_reports.explained_row(), "features", "What was read")],
)
def test_every_ledger_adds_up_to_the_shown_prediction(report, ledger, title):
    table = drawn(view(report, ExplainRequest(ledger=ledger))).split(title)[1]
    parts, foot = table.split("─\n")[1:3]
    last = [line.split()[-1].replace(",", "") for line in parts.splitlines() if re.search(r"\d\.\d+$", line)]
    total = Decimal(foot.split("\n")[0].split()[-1].replace(",", ""))
    assert sum(map(Decimal, last)) == total
    assert float(total) == pytest.approx(report.prediction, abs=0.5 * 10.0 ** total.as_tuple().exponent)


def test_shared_and_local_parts_add_up_across_and_down():
    report = table_reports.explained_row()
    rows = drawn(view(report, ExplainRequest(ledger="features"))).split("What was read")[1].splitlines()
    cells = [[Decimal(cell.replace(",", "")) for cell in re.findall(r"[+-]?[\d,]+\.\d+", row)] for row in rows[3:10]]
    cells = [row for row in cells if row]
    assert all(sum(row[:-1]) == row[-1] for row in cells)
    *parts, total = cells
    assert sum(row[-1] for row in parts) == total[-1]


def test_a_one_sided_bracket_and_an_unfamiliar_input_are_said_so():
    picture = drawn(view(reports.explained_row()))
    assert "above       3.20 (prototype 3, 21.6 %); no prototype that speaks has a higher label" in picture
    assert "farther than for 99.6 % of training rows: be" in picture
    report = reports.explained_row()
    below = replace(report, bracket=replace(report.bracket, below=None, above=report.prototypes[0]))
    assert "; no prototype that speaks has a lower label" in drawn(view(below))


def test_what_was_taken_away_is_named_and_what_failed_is_said_so():
    picture = drawn(view(reports.explained_row()))
    assert "Without 47 training examples (1000, 1001," in picture
    assert "and 35 more) it would be 2.712 (-0.523); no fewer do it." in " ".join(picture.split())
    report = reports.explained_row()
    nothing = replace(report.counterfactual.examples, removed=(), reached=False)
    failed = drawn(view(replace(report, counterfactual=replace(report.counterfactual, examples=nothing))))
    assert "Not without any of the 400 nearest training examples does it move by 0.5." in failed


def test_a_refusal_comes_with_its_reason_and_what_helps():
    picture = " ".join(drawn(view(reports.single_text())).split())
    assert "no examples constant experts fitted by gradient are not linear in the training labels; " in picture
    assert "`prle fit --experts linear --experts-solver ridge` gives it" in picture
    assert "Who taught it" not in picture


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
    picture = drawn(view(reports.explanation()), width=160)
    assert "A man is [playing] :guitar: the [bold]flute[/bold]" in picture
    assert "[/x] closes what nobody opened" in picture


def test_texts_never_steer_the_terminal():
    assert "\x1b" not in drawn(view(reports.explained_row()))
    assert "␛[31malert" in drawn(view(reports.explained_row()))
