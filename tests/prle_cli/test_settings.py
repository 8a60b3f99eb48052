"""The options of ``fit`` are static text; here they are held to the settings that the library has."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from prle import config
from prle.config.rows import sections
from prle_cli.app import application
from prle_cli.settings import OPTIONS

KEYS = {key.name: key for section in sections() for key in section.keys}
NAMES = {
    name: set(map(str, config.choices(field.annotation)))
    for name, field in (
        (f"{section}.{key}", field)
        for section, outer in config.Config.model_fields.items()
        for key, field in outer.annotation.model_fields.items()
    )
}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.key)
def test_every_option_sets_a_key_of_its_kind(option):
    """Or of a word that the key allows beside its kind; a number with such a word is an option of text."""
    assert isinstance(KEYS[option.key].default, option.kind) or NAMES[option.key] & {
        str(KEYS[option.key].default),
        "auto",
    }
    assert option.smallest is None or KEYS[option.key].allowed == f"whole number, at least {option.smallest}"


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.kind is str], ids=lambda option: option.key)
def test_help_lists_exactly_the_names_that_there_are(option):
    listed = re.sub(r"\(.*?\)", "", option.help.partition(": ")[2]).strip(" .").split(", ")
    assert {name.strip() for name in listed} == NAMES[option.key]
    assert len(listed) == len(set(listed))


def test_keys_options_and_variables_are_each_named_once():
    for names in zip(*((option.key, option.names, option.variable) for option in OPTIONS), strict=True):
        assert len(set(names)) == len(OPTIONS)


@pytest.mark.parametrize("verb", ["fit", "config show"])
@pytest.mark.parametrize("width", [80, 100])
def test_help_shows_every_option_in_its_panel_and_breaks_no_name(verb, width):
    shown = CliRunner().invoke(application(), [*verb.split(), "--help"], env={"COLUMNS": str(width)}).stdout
    for option in OPTIONS:
        assert all(name in shown for name in option.names.split("/"))
        assert f"─ {option.panel} ─" in shown
        assert option.kind is bool or all(name in shown for name in NAMES[option.key])
