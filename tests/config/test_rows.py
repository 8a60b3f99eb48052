import re

import pytest

from prle.config import Config, resolve
from prle.config.rows import Given, Origin, Recorded, sections, trace
from prle.errors import UsageError

FLAG = Origin(kind="flag", place="--router")
KEYS = [key for section in sections() for key in section.keys]


def leaves(tree, prefix=""):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def test_every_setting_is_a_row_with_its_default():
    assert {key.name: key.default for key in KEYS} == dict(leaves(Config().model_dump()))


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_every_setting_says_what_it_does_and_what_it_may_be(key):
    assert key.description
    assert key.allowed


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("router.kind", "knn, radius, softmax, mlp_sparse or attention"),
        ("value_space.projection", "identity, linear, mlp, resmlp, fourier, siamese or auto"),
        ("value_space.dropout", "number, at least 0, below 1 or auto"),
        ("value_space.bandwidth", "number, above 0"),
        ("prototypes.count", "whole number, at least 1 or auto"),
        ("train.em_alt_training", "true, false or auto"),
    ],
)
def test_what_it_may_be_is_said_in_words(name, allowed):
    assert next(key for key in KEYS if key.name == name).allowed == allowed


def test_sections_say_what_they_are_about():
    purposes = {section.name: section.purpose for section in sections()}
    assert purposes["router"] == "Who talks."
    assert list(purposes) == [
        *("prototypes", "votes", "place", "retrieval", "value_space", "router", "experts"),
        *("losses.metric", "losses.geometry", "losses.experts", "losses.joint", "train"),
        *("answers", "answer_losses", "scores"),
    ]


def test_the_strongest_place_wins_and_is_named(tmp_path):
    file = tmp_path / "settings.yaml"
    file.write_text("router: {kind: radius, neighbours: 7}\n")
    recorded = Recorded(model="old", settings={"router": {"kind": "mlp_sparse", "neighbours": 2, "radius": 2.0}})
    resolved = trace(file=file, given={"router.kind": Given(value="knn", origin=FLAG)}, recorded=recorded)
    router = {
        name: (resolved.value(f"router.{name}"), resolved.origins[f"router.{name}"])
        for name in ("kind", "neighbours", "radius", "temperature")
    }
    assert router == {
        "kind": ("knn", FLAG),
        "neighbours": (7, Origin(kind="file", place=str(file))),
        "radius": (2.0, Origin(kind="recorded", place="old")),
        "temperature": (20.0, Origin(kind="default")),
    }
    assert set(resolved.origins) == {key.name for key in KEYS}


def test_tracing_resolves_to_the_same_settings(tmp_path):
    file = tmp_path / "settings.yaml"
    file.write_text("router: {kind: radius}\ntrain: {em_alt_training: false}\n")
    given = {"train.epochs": Given(value=3, origin=FLAG)}
    assert trace(file=file, given=given).config == resolve(file, {"train.epochs": 3})
    assert trace(file=None, given={}).config == Config()


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        ("router: {knd: knn}\n", "unknown key router.knd", "did you mean kind?"),
        ("router: knn\n", "router", None),
        ("router.kind: knn\n", "unknown key router.kind", "did you mean router?"),
    ],
)
def test_tracing_refuses_what_resolving_refuses(tmp_path, content, message, hint):
    file = tmp_path / "settings.yaml"
    file.write_text(content)
    for refuse in (lambda: trace(file=file, given={}), lambda: resolve(file, {})):
        with pytest.raises(UsageError, match=re.escape(message)) as raised:
            refuse()
        assert raised.value.hint == hint


def test_the_layers_stay_as_they_were():
    settings = {"router": {"kind": "knn"}}
    trace(
        file=None,
        given={"router.kind": Given(value="softmax", origin=FLAG)},
        recorded=Recorded(model="m", settings=settings),
    )
    assert settings == {"router": {"kind": "knn"}}
