"""What the documentation says, as data: the command lines in it, and the part of it that is made from the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from prle.config.rows import sections
from prle_cli.settings import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SETTINGS_PAGE = ROOT / "docs" / "configuration.md"
MARKS = ("<!-- keys: begin, made by `PRLE_DOCS=write python -m pytest tests/test_docs.py` -->", "<!-- keys: end -->")

_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`(prle [^`\n]+)`")
_COMMAND = re.compile(r"^\s*(?:#\s+|\$ )?(prle .*)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_SOURCE = re.compile(r"`((?:prle|prle_cli|tests|benchmarks|configs)/[\w./-]*)`")
_ENDS_A_COMMAND = set("|&;<>()")


def command_lines(text: str) -> Iterator[str]:
    """Yield every ``prle ...`` of a page: between backticks in a sentence, or a line of a block of code."""
    blocks = "\n".join(_FENCED.findall(text)).replace("\\\n", " ")
    yield from _COMMAND.findall(blocks)
    yield from _INLINE.findall(_FENCED.sub("", text))


def links(text: str) -> list[str]:
    """Return every file that a page links to, as it says it: no addresses of the web, no places in a page."""
    prose = _FENCED.sub("", text)
    targets = (target.partition("#")[0] for target in _LINK.findall(prose) if "://" not in target)
    return [target for target in targets if target]


def sources(text: str) -> list[str]:
    """Return every file or folder of the repository that a page names between backticks."""
    return _SOURCE.findall(_FENCED.sub("", text))


def comment_lines(text: str) -> Iterator[str]:
    """Yield every ``prle ...`` that is a comment of its own in a YAML file."""
    yield from _COMMAND.findall("\n".join(line for line in text.splitlines() if line.startswith("#")))


def words(command: str) -> list[str]:
    """Return the words after ``prle``, up to where the shell would begin something else; without ``...``."""
    parser = shlex.shlex(command, posix=True, punctuation_chars=True)
    parser.whitespace_split = True
    found: list[str] = []
    for word in parser:
        if set(word) <= _ENDS_A_COMMAND:
            break
        found.append(word)
    return [word for word in found[1:] if word != "..."]


def settings_tables() -> str:
    """Return every setting as Markdown, a table a section."""
    options = {option.key: f"`{option.names.replace('/', '`, `')}`" for option in OPTIONS}
    variables = {option.key: f"`{option.variable}`" for option in OPTIONS}
    lines = []
    for section in sections():
        lines += [f"### `{section.name}`", "", section.purpose, ""]
        lines += ["| key | default | what it may be | what it does | option, variable |", "|---|---|---|---|---|"]
        for key in section.keys:
            default = str(key.default).lower() if isinstance(key.default, bool) else key.default
            given = f"{options[key.name]}, {variables[key.name]}" if key.name in options else ""
            cells = (f"`{key.name}`", f"`{default}`", key.allowed, key.description, given)
            lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
        lines.append("")
    return "\n".join(lines)


def python_blocks(page: str) -> str:
    """Return the Python of a page, its blocks one after the other."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
