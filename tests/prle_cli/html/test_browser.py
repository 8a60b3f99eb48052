"""The page in a real browser, where there is one: it says nothing wrong, asks for nothing, and does what it offers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prle_cli.html.page import render
from tests.browser import FOUND, browsing
from tests.prle_cli.made import class_pages, pages

pytestmark = [
    pytest.mark.skipif(FOUND is None, reason="there is no Chromium on this machine"),
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(render(pages.compared()), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False), (360, True)])
def test_it_opens_without_a_word_and_fits(browser, address, tmp_path, width, dark):
    browser.open(address, width=width, dark=dark)
    browser.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    browser.screenshot(tmp_path / "page.png")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG")
    assert browser.complaints() == []
    assert browser.requests() == [address]
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert browser.evaluate("document.title") == "stsb · default · prle report"
    light = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light == ("rgb(22, 24, 27)" if dark else "rgb(251, 250, 247)")


@pytest.mark.parametrize("made", ["compared", "table", "pooled", "logits", "voting"])
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_a_page_about_classes_opens_without_a_word_and_fits(browser, tmp_path, made, width, dark):
    file = tmp_path / "report.html"
    file.write_text(render(getattr(class_pages, made)()), encoding="utf-8")
    browser.open(file.as_uri(), width=width, dark=dark)
    browser.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert browser.complaints() == []
    assert browser.requests() == [file.as_uri()]
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    unpainted = "[...document.querySelectorAll('.matrix .right')].filter((cell) => "
    unpainted += "getComputedStyle(cell).backgroundColor === 'rgba(0, 0, 0, 0)').length"
    assert browser.evaluate(unpainted) == 0
    browser.type_into("#search", "no row says this")
    assert browser.evaluate("[...document.querySelectorAll('.card')].filter((card) => !card.hidden).length") == 0


@pytest.mark.parametrize("made", [pages.covered, pages.table, class_pages.compared, class_pages.voting])
def test_it_fits_in_any_font(browser, tmp_path, made):
    file = tmp_path / "report.html"
    file.write_text(render(made()), encoding="utf-8")
    browser.open(file.as_uri())
    browser.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert browser.too_wide() == []
    assert browser.complaints() == []


def test_numbers_beside_a_plot_keep_off_its_title_however_long_they_are(browser, tmp_path):
    base = pages.contents()
    rows = tuple(replace(row, label=row.label * 150_000, prediction=0.0) for row in base.checks.predicted)
    file = tmp_path / "report.html"
    file.write_text(render(replace(base, checks=replace(base.checks, predicted=rows))), encoding="utf-8")
    browser.open(file.as_uri(), width=360)
    browser.set_in("monospace")
    title = "document.querySelectorAll('.square .y-title')[1].getBoundingClientRect().right"
    numbers = "[...document.querySelectorAll('.square')[1].querySelectorAll('.y-ticks text')]"
    assert browser.evaluate(f"{numbers}.map((number) => number.textContent)") == [
        "\u2212600000",
        "\u2212400000",
        "\u2212200000",
        "0",
    ]
    assert browser.evaluate(f"Math.min(...{numbers}.map((each) => each.getBoundingClientRect().left)) >= {title}")


def test_a_search_keeps_what_it_finds(browser, address):
    browser.open(address)
    shown = "[...document.querySelectorAll('[data-search=rows]')].filter((row) => !row.hidden).length"
    assert browser.evaluate(shown) == 7
    browser.type_into("#search", "AEROPLANE leaves")
    # The explained rows share a prototype about an aeroplane, and one row is about it.
    assert browser.evaluate("document.getElementById('regimes-count').textContent").startswith("1 of 6 regimes contain")
    assert browser.evaluate("document.querySelector('#regime-2').hidden") is False
    assert browser.evaluate("document.querySelector('#regime-0').hidden") is True
    assert browser.evaluate("document.querySelector('nav [href=\"#regimes\"]').dataset.found") == "1"
    assert 0 < browser.evaluate("document.querySelectorAll('.map .dots circle:not(.away)').length") < 60
    browser.evaluate("location.hash = '#regime-0'")
    browser.settle()
    assert browser.evaluate("document.querySelector('#regime-0').hidden") is False
    assert browser.evaluate("document.getElementById('search').value") == ""
    assert browser.complaints() == []


def test_a_search_is_about_texts_not_about_the_words_around_them(browser, address):
    browser.open(address)
    browser.type_into("#search", "regime")
    assert browser.evaluate("document.getElementById('regimes-count').textContent") == "0 of 6 regimes contain “regime”"
    assert browser.evaluate("document.querySelectorAll('.map .dots circle:not(.away)').length") == 0


def test_a_hostile_text_is_found_as_the_text_that_it_is(browser, address):
    browser.open(address)
    browser.type_into("#search", "<script>document.title")
    assert browser.evaluate("document.getElementById('rows-count').textContent").startswith("1 of 7 rows contain")
    assert browser.evaluate("document.querySelectorAll('img, textarea').length") == 0


def test_a_dot_shows_its_texts_where_it_is_pointed_at(browser, address):
    browser.open(address)
    browser.evaluate("document.getElementById('map').scrollIntoView()")
    browser.settle()
    box = "document.querySelectorAll('.map .dots circle')[2].getBoundingClientRect()"
    x, y = browser.evaluate(f"(({{x, y, width}}) => [x + width / 2, y + width / 2])({box})")
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    hint = "document.getElementById('hint')"
    assert browser.evaluate(f"{hint}.hidden") is False
    assert browser.evaluate(f"{hint}.firstChild.textContent").startswith("train:")
    assert browser.evaluate("document.querySelectorAll('.pointed').length") == 1


def test_pointing_at_a_prototype_leaves_its_own_rows(browser, address):
    browser.open(address)
    browser.evaluate(
        "document.querySelector('.prototype[data-p=\"3\"]').dispatchEvent(new PointerEvent('pointerenter'))"
    )
    left = "[...document.querySelectorAll('.map .dots circle:not(.away)')].map((dot) => dot.dataset.p)"
    assert set(browser.evaluate(left)) == {"3"}


def test_light_and_dark_can_be_switched(browser, address):
    browser.open(address, dark=True)
    browser.evaluate("document.getElementById('theme').click()")
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 250, 247)"
    browser.evaluate("document.getElementById('theme').click()")
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 27)"


def test_it_reads_without_a_script(browser, address):
    browser.open(address, script=False)
    assert browser.complaints() == []
    tree = browser.call("DOM.getDocument", depth=-1)["root"]
    page = browser.call("DOM.getOuterHTML", nodeId=tree["nodeId"])["outerHTML"]
    assert "<title>train:0, regime 0: label 0.00" in page
    assert 'id="tools" hidden=""' in page
