from __future__ import annotations

from dataclasses import replace

import pytest

from prle_cli.shell.commands import COMMANDS, Known, completions
from tests.prle_cli.made.served import PAIRS, TABLE

TEXTS = Known(
    facts=replace(PAIRS.model, classes=("not it", "it")),
    models=("default", "other"),
    splits=("train", "test"),
    prototypes=12,
)
CELLS = replace(TEXTS, facts=replace(TABLE.model, fields=("age", "mean radius", "mean area", 'a"b')))


def completed(before, known):
    """All lines that a line may become."""
    start, names = completions(before, known)
    return [before[:start] + name for name in names]


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        (":h", [":help"]),
        (":p", [":predict ", ":prototype "]),
        (":model ", [":model default", ":model other"]),
        (":model d", [":model default"]),
        (":why not", [":why not it"]),
        (":why not i", [":why not it"]),
        (":row t", [":row train:", ":row test:"]),
        (":prototype 1", [":prototype 1", ":prototype 10", ":prototype 11"]),
        (":nothing x", []),
        (":help ", []),
        ("A man p", []),
        ("", []),
    ],
)
def test_commands_and_names(before, lines):
    assert completed(before, TEXTS) == lines


@pytest.mark.parametrize(
    ("before", "lines"),
    [
        ("a", ["age=", 'a\\"b=']),
        ("age=3 me", ["age=3 mean\\ radius=", "age=3 mean\\ area="]),
        ("mean\\ r", ["mean\\ radius="]),
        ("mean\\ radius=2 mean", ["mean\\ radius=2 mean\\ area="]),
        (":predict ag", [":predict age="]),
    ],
)
def test_columns_of_a_table(before, lines):
    assert completed(before, CELLS) == lines


def test_every_command_completes_itself():
    for name in COMMANDS:
        assert completed(f":{name}", TEXTS)[0].strip() == f":{name}"
