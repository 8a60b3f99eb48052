"""The playground in a real browser, where there is one: it asks its own server, and says what it is told."""

from __future__ import annotations

import time

import pytest

from tests.browser import FOUND, browsing
from tests.prle_cli.serving.conftest import serving
from tests.prle_cli.workspaces import HOSTILE

pytestmark = [
    pytest.mark.skipif(FOUND is None, reason="there is no Chromium on this machine"),
    pytest.mark.slow,
]
NEW = ["A man is playing a guitar.", "Someone plays an instrument."]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with browsing(tmp_path_factory.mktemp("profile")) as page:
        yield page


def text_of(browser, selector):
    return browser.evaluate(f"document.querySelector({selector!r}).textContent")


def wait_for(browser, condition):
    deadline = time.monotonic() + 60
    while not browser.evaluate(condition):
        assert time.monotonic() < deadline, condition
        time.sleep(0.02)


def press(browser, button="#ask"):
    """Press a button and wait until what it asked for has been answered."""
    browser.evaluate(f"document.querySelector({button!r}).click()")
    browser.settle()
    wait_for(browser, "!document.getElementById('ask').disabled")


def fill(browser, *texts):
    for place, text in enumerate(texts):
        browser.evaluate(f"document.querySelectorAll('#inputs textarea')[{place}].value = ''")
        browser.type_into(f"#inputs label:nth-child({place + 1}) textarea", text)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (360, True)])
def test_it_opens_asks_and_fits(browser, client, width, dark):
    browser.open(f"{client.url}/", width=width, dark=dark)
    fill(browser, *NEW)
    press(browser)
    told = client.post("/explain", {"row": NEW}).json
    assert text_of(browser, "#prediction") == f"{told['prediction']:.3f}"
    assert browser.evaluate("document.querySelectorAll('#result .ledger')[0].rows.length") == 8
    browser.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert "No votes: experts speak in this model" in text_of(browser, "#result .ledger + .small")
    assert browser.complaints() == []
    assert browser.requests() == [f"{client.url}/", f"{client.url}/explain"]
    ground = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(22, 24, 27)" if dark else "rgb(251, 250, 247)")


@pytest.mark.parametrize(
    "served", ["client", "table_client", "rankings_client", "voting_pairs_client", "voting_table_client"]
)
def test_it_fits_in_any_font(browser, served, request):
    browser.open(f"{request.getfixturevalue(served).url}/")
    press(browser, "#example")
    assert text_of(browser, "#prediction")
    browser.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert browser.too_wide() == []
    assert browser.complaints() == []


@pytest.mark.parametrize("served", ["client", "voting_pairs_client", "voting_table_client"])
def test_what_is_shown_adds_up(browser, served, request):
    browser.open(f"{request.getfixturevalue(served).url}/")
    press(browser, "#example")
    for table in range(browser.evaluate("document.querySelectorAll('#result .ledger').length")):
        cells = f"[...document.querySelectorAll('#result .ledger')[{table}].rows].slice(1).map((row) => row.cells)"
        adds = browser.evaluate(
            f"{cells}.map((row) => parseFloat(row[row.length - 1].textContent.replace('\\u2212', '-') || '0'))"
        )
        assert sum(adds[:-1]) == pytest.approx(adds[-1], abs=1e-9)


@pytest.mark.parametrize("served", ["voting_pairs_client", "voting_table_client"])
def test_those_who_voted_stand_under_their_prototypes(browser, served, request):
    browser.open(f"{request.getfixturevalue(served).url}/")
    press(browser, "#example")
    assert browser.evaluate("document.querySelectorAll('#result .ledger')[0].querySelectorAll('.voter').length") > 0
    assert "Examples say" in text_of(browser, "#result .ledger")
    assert "Who voted" in text_of(browser, "#result summary")
    assert "of what this model predicts is labels of examples" in text_of(browser, "#result .ledger + .small")
    assert "Nearest training rows" not in text_of(browser, "#result")
    assert browser.complaints() == []


@pytest.mark.parametrize("text", [HOSTILE, "<img src=x onerror=\"document.title='taken'\">", "\u202egnp.exe \x1b[31m"])
def test_a_hostile_text_stays_a_text(browser, client, text):
    browser.open(f"{client.url}/")
    before = browser.evaluate("document.title")
    fill(browser, text, NEW[1])
    press(browser)
    assert text_of(browser, "#prediction")
    assert browser.evaluate("document.title") == before
    assert browser.evaluate("document.querySelectorAll('img').length") == 0
    assert browser.evaluate("document.querySelectorAll('script').length") == 2
    assert "\u202e" not in text_of(browser, "#result")
    assert browser.complaints() == []


def test_an_example_is_asked_at_once_and_hostile_ones_are_texts_too(browser, client):
    browser.open(f"{client.url}/")
    press(browser, "#example")
    assert browser.evaluate("document.querySelector('textarea').value") == HOSTILE
    assert browser.evaluate("document.title") == "demo · default · prle playground"
    press(browser, "#example")
    assert browser.evaluate("document.querySelector('textarea').value") != HOSTILE
    assert text_of(browser, "#state").startswith("answered in ")
    assert browser.complaints() == []


def test_the_command_that_it_shows_says_the_same(browser, client):
    browser.open(f"{client.url}/")
    fill(browser, "It's \u202e here", NEW[1])
    press(browser)
    command = text_of(browser, "pre.shell")
    assert command.startswith(f"curl {client.url}/explain -H 'Content-Type: application/json' -d '")
    assert "It'\\''s \\u202e here" in command


def test_a_refusal_is_shown_and_the_old_answer_goes(browser, client):
    browser.open(f"{client.url}/")
    press(browser, "#example")
    fill(browser, " ", " ")
    press(browser)
    assert text_of(browser, "#problem") == "sentence1: expected a text, got an empty one."
    assert browser.evaluate("document.getElementById('result').hidden") is True


def test_a_table_of_classes_has_an_input_a_column(browser, table_client):
    browser.open(f"{table_client.url}/", width=390)
    assert browser.evaluate("document.querySelectorAll('#inputs input').length") == 13
    browser.type_into("#inputs input[name=alcohol]", "13.2")
    press(browser)
    told = table_client.post("/explain", {"row": {"alcohol": "13.2"}}).json
    assert text_of(browser, "#prediction") == told["prediction"]
    assert browser.evaluate("document.querySelectorAll('.shares svg').length") == 3
    assert browser.evaluate("document.documentElement.scrollWidth") == 390
    assert browser.complaints() == []


def test_a_server_that_has_gone_is_said(browser, pairs_file):
    with serving(pairs_file) as client:
        browser.open(f"{client.url}/")
    press(browser, "#example")
    assert text_of(browser, "#problem") == "The server does not answer.Is `prle serve` still running?"


def test_texts_are_ranked_and_stay_text(browser, rankings_client):
    question = "how do I use my lamp number 7"
    browser.open(f"{rankings_client.url}/", width=360)
    fill(browser, question)
    press(browser)
    told = rankings_client.post("/explain", {"row": [question]}).json
    assert text_of(browser, "#prediction") == told["prediction"]
    assert HOSTILE in text_of(browser, "#result .ledger")
    assert text_of(browser, "title").startswith("manual")
    assert browser.evaluate("document.querySelectorAll('#result .ledger')[0].rows.length") == 1 + len(told["answers"])
    assert browser.evaluate("document.documentElement.scrollWidth") == 360
    assert browser.complaints() == []
