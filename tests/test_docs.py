"""What the documentation promises is there: its commands parse, its settings are those of the code, its files load."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import typer
import yaml

from prle.config import resolve
from prle.config.rows import sections
from prle.models.labels.assembly import RowKind, settle
from prle_cli.app import application
from tests.documentation import (
    MARKS,
    ROOT,
    SETTINGS_PAGE,
    command_lines,
    comment_lines,
    links,
    python_blocks,
    settings_tables,
    sources,
    words,
)

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LOG = ROOT / "benchmarks" / "log"
LOGS = sorted(page for page in LOG.glob("*.md") if page.name != "README.md")
LINES = {"README.md": 220, "docs/design.md": 299}
"""How long a page may be, where somebody reads it whole."""
FILES = sorted((ROOT / "configs").glob("*/prle/*.yaml"))
PAIRS = {"stsb": 2, "sick": 2, "emobank": 1, "sst5": 1}
COMMAND = typer.main.get_command(application())
NAMED = {"router.kind", "train.em_alt_training"}
"""Keys that a file may say though they are the default: its name says them too."""


def parse(command: str) -> None:
    """Parse a command line as the terminal would, without running it."""
    verb, name, rest = COMMAND, "prle", words(command)
    while True:
        context = verb.make_context(name, list(rest), resilient_parsing=not rest)
        if not (rest and hasattr(verb, "resolve_command")) or rest[0].startswith("-"):
            return
        name, verb, rest = verb.resolve_command(context, rest)
        if not rest:
            return


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_line_parses(page):
    for command in command_lines(page.read_text(encoding="utf-8")):
        try:
            parse(command)
        except typer.Exit:  # --help and --version end here
            continue
        except typer.TyperException as error:
            pytest.fail(f"{page.name}: {command}: {error.format_message()}")


@pytest.mark.parametrize("command", ["prle ftt", "prle fit --ruter knn", "prle config shw", "prle info --history=3"])
def test_a_command_that_does_not_exist_would_be_noticed(command):
    with pytest.raises(typer.TyperException):
        parse(command)


def test_command_lines_are_found_and_cut():
    page = "Say `prle fit` or `make`.\n\n```bash\n$ prle predict - \\\n    --format csv | head  # few\nls\n```\n"
    found = [words(command) for command in command_lines(page)]
    assert found == [["predict", "-", "--format", "csv"], ["fit"]]


@pytest.mark.parametrize("page", LINES)
def test_what_is_read_whole_is_short(page):
    assert len((ROOT / page).read_text(encoding="utf-8").splitlines()) <= LINES[page]


@pytest.mark.parametrize("page", [*PAGES, LOG / "README.md", *LOGS], ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page):
    assert [target for target in links(page.read_text(encoding="utf-8")) if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_source_that_a_page_names_is_there(page):
    assert [name for name in sources(page.read_text(encoding="utf-8")) if not (ROOT / name).exists()] == []


def test_links_and_sources_are_found_and_cut():
    page = (
        "See [this](docs/a.md#there), [that](https://a.b/c.md), [here](#here), `prle/no/such.py`.\n\n```\n[x](y)\n```\n"
    )
    assert links(page) == ["docs/a.md"]
    assert sources(page) == ["prle/no/such.py"]


def test_every_page_is_one_click_from_the_first():
    found = links((ROOT / "README.md").read_text(encoding="utf-8"))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} == {
        Path(target).name for target in found if target.startswith("docs/")
    }


def test_the_log_has_an_index_of_dated_entries():
    assert sorted(set(links((LOG / "README.md").read_text(encoding="utf-8")))) == [page.name for page in LOGS]
    for page in LOGS:
        days = re.findall(r"^## (.{10})", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert days == sorted(days)
        assert days
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days)


def test_the_settings_page_is_made_from_the_code():
    page = SETTINGS_PAGE.read_text(encoding="utf-8")
    before, rest = page.split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    made = f"{before}{MARKS[0]}\n\n{settings_tables()}\n{MARKS[1]}{after}"
    if os.environ.get("PRLE_DOCS") == "write":
        SETTINGS_PAGE.write_text(made, encoding="utf-8")
    assert SETTINGS_PAGE.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_a_settings_file_says_what_it_is_for_and_only_what_is_not_so_anyway(file):
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# ")
    for command in comment_lines(text):
        parse(command)
    config = resolve(file, {})
    assert settle(config, RowKind(sentences=PAIRS[file.parts[-3]]))
    defaults = {key.name: key.default for section in sections() for key in section.keys}
    said = dict(_leaves(yaml.safe_load(text)))
    assert "train.em_alt_training" in said
    assert [key for key, value in said.items() if value == defaults[key] and key not in NAMED] == []


def test_every_data_set_has_the_file_of_the_document():
    assert {file.parts[-3] for file in FILES if file.name == "softmax_em.yaml"} == set(PAIRS)
    assert {file.parts[-3] for file in FILES} == set(PAIRS)


@pytest.mark.parametrize("page", ["docs/library.md", "README.md"])
def test_the_python_about_estimators_runs(page, tmp_path, monkeypatch):
    """What the pages say is typed as it stands; of the README what needs no workspace of texts."""
    code = python_blocks((ROOT / page).read_text(encoding="utf-8"))
    estimators = code[code.index("from sklearn.datasets") :]
    monkeypatch.chdir(tmp_path)
    exec(compile(estimators, page, "exec"), {})
    assert len(list(tmp_path.glob("*.h5"))) == 1


def test_the_python_about_a_workspace_runs(tmp_path, monkeypatch, capsys):
    """What its last line prints is what the page shows, but for the figures."""
    page = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    code, shown = re.search(r"```python\n(.*?)```.*?```\n(.*?)```", page, re.DOTALL).groups()
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/library.md", "exec"), {})
    assert _words(capsys.readouterr().out).endswith(_words(shown))


def _words(text):
    return re.sub(r"[─\s]+", " ", re.sub(r"\d[\d,.:-]*", "0", text))


def _leaves(tree, prefix=""):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
