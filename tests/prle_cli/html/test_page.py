"""What is on the page, and above all what can never be."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from prle_cli.html.ledgers import by_prototype as ledger
from prle_cli.html.page import LONGEST, render
from tests.prle_cli.made import pages, reports

VOID = {"meta", "link", "input", "br", "img"}
LOADS = {"src", "href", "srcset", "data", "action", "poster", "background", "xlink:href", "formaction", "ping"}


class Parsed(HTMLParser):
    """The elements of a page, with what a browser would make of its texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.own: dict[str, str] = {}
        self.unclosed: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag):
        assert self.unclosed.pop() == tag

    def handle_data(self, data):
        if self.unclosed and self.unclosed[-1] in ("script", "style"):
            self.own[self.unclosed[-1]] = self.own.get(self.unclosed[-1], "") + data
        else:
            self.text.append(data)

    def find(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]


@pytest.fixture(scope="module")
def page() -> str:
    return render(pages.compared())


@pytest.fixture(scope="module")
def parsed(page) -> Parsed:
    return Parsed(page)


def test_every_element_is_closed(parsed):
    assert parsed.unclosed == []


def test_texts_stay_texts(parsed):
    words = " ".join(parsed.text)
    for text in (*pages.SCRIPT, pages.TEMPLATE[0]):
        assert text in words
    assert len(parsed.find("script")) == 1
    assert len(parsed.find("style")) == 1
    assert parsed.find("img") == []
    assert not any(name.startswith("on") for _, attributes in parsed.elements for name in attributes)


def test_nothing_steers_or_reorders(page):
    assert not set("\x00\x1b\u202e\udc80") & set(page)
    assert "moc.elpmaxe\ufffd reversed \u241b[31m \u2400 \ufffd" in page
    assert pages.STEERING[1] in page
    assert f'<p dir="auto">{pages.STEERING[1]}</p>' in page


def test_nothing_is_fetched(parsed, page):
    addresses = [value for _, found in parsed.elements for name, value in found.items() if name in LOADS]
    assert addresses
    assert [each for each in addresses if not each.startswith(("#", "data:,"))] == []
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in parsed.own["style"]
    assert "@import" not in parsed.own["style"]


def test_the_policy_allows_this_script_and_this_style_and_nothing_else(parsed):
    (policy,) = parsed.find("meta", **{"http-equiv": "Content-Security-Policy"})
    rules = dict(rule.strip().split(" ", 1) for rule in policy["content"].split(";"))
    assert rules["default-src"] == "'none'"
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(parsed.own[kind].encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"
    assert not any("style" in found for _, found in parsed.elements)


def test_links_lead_somewhere_and_ids_are_unique(parsed):
    ids = [found["id"] for _, found in parsed.elements if "id" in found]
    assert len(ids) == len(set(ids))
    targets = {found["href"].removeprefix("#") for found in parsed.find("a")}
    # The explained rows of this record are those of another one, with more prototypes.
    assert {target for target in targets if not target.startswith("regime-")} <= set(ids)
    assert {f"regime-{number}" for number in range(6)} <= set(ids)


def test_headings_leave_no_level_out(parsed):
    levels = [int(tag[1]) for tag, _ in parsed.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_what_is_drawn_is_also_said(parsed):
    for drawn in parsed.find("svg"):
        said = drawn.get("aria-label") or drawn.get("aria-hidden") == "true"
        assert said or drawn.get("class") == "plot" or drawn.get("overflow") == "visible"
    assert all(found["aria-label"] for found in parsed.find("div", role="group"))
    assert "label" in [tag for tag, _ in parsed.elements]


def test_it_says_what_was_measured(parsed):
    words = " ".join(" ".join(parsed.text).split())
    for figure in ("0.8491", "0.8091", "0.6179", "5,749", "all-MiniLM-L6-v2", "2026-01-02 03:04:05 UTC", "prle 0.1.0"):
        assert figure in words
    assert "7 explained rows" in words
    assert "n/a" in words  # the regime without rows has no error
    assert "The comparison measured another fit of default" in words


@pytest.mark.parametrize(("made", "there"), [(pages.contents, False), (pages.compared, True)])
def test_the_comparison_is_there_where_there_was_one(made, there):
    made = Parsed(render(made()))
    assert bool(made.find("section", id="bench")) is there
    assert bool(made.find("a", href="#bench")) is there


def test_coverage_has_a_column_only_where_it_is_known():
    assert "Covered" not in render(pages.contents())
    page = render(pages.covered())
    assert page.count('<th scope="col">Covered</th>') == 6
    assert "90.1 %" in page


def test_synthetic_data_are_called_so():
    base = pages.contents()
    assert "Synthetic data" not in render(base)
    assert "Synthetic data" in render(replace(base, data=replace(base.data, synthetic=True)))


def test_a_very_long_text_is_cut():
    base = pages.contents()
    long = replace(base.explained[0], texts=("x" * 100_000, "y"))
    page = render(replace(base, explained=(long,)))
    assert "x" * (LONGEST - 1) + "…" in page
    assert "x" * LONGEST not in page


def test_the_same_record_gives_the_same_page(page):
    assert render(pages.compared()) == page


@pytest.mark.parametrize("prototypes", [1, 2, 5, 32])
def test_a_ledger_adds_up_in_the_digits_that_are_shown(prototypes):
    report = reports.explanation()
    report = replace(report, prototypes=report.prototypes[:prototypes])
    told = ledger(report, 2)
    shown = [*(line.adds for line in told.lines), told.rest[1]]
    total = sum(share.contribution for share in report.prototypes)
    assert sum(Decimal(f"{part:.3f}") for part in shown) == Decimal(f"{total:.3f}")
    assert len(told.lines) + told.others == prototypes
    assert f"{told.total:.3f}" == f"{total:.3f}"


def test_a_ledger_lists_who_carries_most_of_the_weight():
    report = reports.explanation()
    heavy = replace(report.prototypes[0], weight=0.96)
    assert len(ledger(replace(report, prototypes=(heavy, *report.prototypes[1:])), 2).lines) == 1
    assert len(ledger(report, 2).lines) == 5


def test_rows_of_a_table_stand_behind_the_names_of_their_columns():
    page = render(pages.table())
    parsed = Parsed(page)
    words = " ".join("".join(parsed.text).split())
    assert "predicts price from 10 columns" in words
    assert "rooms 3, square_metres 78.5, year_built 1974, floor 2, lift no, heating district heating" in words
    assert "rooms <script>document.title = 'taken'</script>, square_metres </textarea>" in words
    assert "year_built ?, floor ?" in words
    assert "15,487 rows" in words
    assert len(parsed.find("script")) == 1
    assert not set("\x00\x1b") & set(page)
    assert "".join(parsed.text).count("district heating") >= 2
