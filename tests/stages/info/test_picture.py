"""Outside a terminal a workspace is told in the words of ``prle info``."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from prle.stages.info.facts import contents, headline
from prle.stages.info.picture import as_html, as_text
from prle_cli.views.info.view import view
from tests.prle_cli.made import class_reports, reports, table_reports, text_reports
from tests.prle_cli.pictures import drawn
from tests.prle_cli.workspaces import HOSTILE

MADE = {
    "numbers": reports.workspace,
    "searches": reports.searched_workspace,
    "committees": reports.workspace_of_committees,
    "votes": reports.workspace_of_votes,
    "no model": reports.empty_workspace,
    "searches alone": lambda: replace(reports.searched_workspace(), models=()),
    "synthetic": lambda: replace(reports.workspace(), synthetic=True),
    "table": table_reports.workspace,
    "classes": class_reports.workspace,
    "texts": text_reports.workspace,
    "hostile": lambda: _hostile(reports.workspace()),
}


def _hostile(report):
    """Names that would like to move the cursor, turn the line around, or be markup."""
    model = replace(report.models[0], name="a\x1b[2Jb\u202ec", stale="<b>\x1b[1m")
    return replace(report, dataset=f"{HOSTILE}\r\n\x07", fields=("<b>", "a & b"), models=(model,))


@pytest.mark.parametrize("name", MADE)
def test_the_text_is_what_the_command_prints(name):
    report = MADE[name]()
    assert f"{as_text(report)}\n" == drawn(view(report), 100)


class _Reader(HTMLParser):
    """Takes a page apart: the elements in it, whether each is closed in order, and what a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.seen: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.names.add(tag)
        assert {name for name, _ in attrs} <= {"class", "scope"}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.seen.append(data)


@pytest.mark.parametrize("name", MADE)
def test_the_html_says_the_same_and_is_made_of_nothing_but_tables(name):
    report = MADE[name]()
    reader = _Reader()
    reader.feed(as_html(report))
    reader.close()
    assert reader.open == []
    assert reader.names <= {"div", "style", "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "bdi"}
    shown, printed = "".join(reader.seen), as_text(report)
    assert sorted(re.sub(r"[─\s]", "", shown)) == sorted(re.sub(r"[─\s]", "", printed))


def test_nothing_of_somebody_s_is_markup():
    page = as_html(_hostile(reports.workspace()))
    assert "<script" not in page
    assert "<img" not in page
    assert HOSTILE in unescape(page)
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_nothing_has_a_colour_of_its_own():
    style = re.search(r"<style>(.*?)</style>", as_html(reports.workspace()), re.DOTALL)[1]
    assert set(re.findall(r"(?<![-\w])color: ([^;]+)|solid (\w+)", style)) <= {("inherit", ""), ("", "currentColor")}
    assert "#" not in style


def test_a_long_fact_is_folded_below_itself():
    report = replace(reports.workspace(), fields=tuple(f"a_column_with_a_long_name_{place}" for place in range(12)))
    lines = as_text(report).splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("columns"))
    assert max(map(len, lines)) <= 100
    assert lines[first + 1].startswith(" " * 10 + "a_column")
    facts = dict(contents(report))
    assert " ".join(line.strip() for line in lines[first : first + 5]).startswith(f"columns   {facts['columns']}")
    assert "".join(headline(report)) == lines[0]
