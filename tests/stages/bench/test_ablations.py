from types import SimpleNamespace
from typing import get_args

import pytest

from prle.config import VotersName, resolve
from prle.models.labels.assembly import RowKind, settle
from prle.stages.bench.methods.ablations import EXPERTS, FORMS, VOTES, AblationName, Refit

PAIRS = settle(resolve(None, {}), RowKind(sentences=2))
PLACE = {"score": 1.0, "value": 0.5, "content": 2.0, "temperature": 0.2, "neighbours": 50, "everyone": 0.0}
VOTES_OF = {"votes.voters": "examples", "votes.base": "kernel"}
VOTING = resolve(None, VOTES_OF | {f"place.{name}": value for name, value in PLACE.items()})
SETTINGS = {name: change.settings for name, change in EXPERTS.changes.items() if isinstance(change, Refit)}


def keys(tree, place=()):
    """Settings as flat dotted keys."""
    if not isinstance(tree, dict):
        return {".".join(place): tree}
    return {key: value for name, part in tree.items() for key, value in keys(part, (*place, name)).items()}


def differences(one, other):
    first, second = keys(one.model_dump()), keys(other.model_dump())
    return {key for key in first if first[key] != second[key]}


def model(config, *, expects=True):
    return SimpleNamespace(config=config, expects=expects)


def test_every_name_belongs_to_one_form_and_every_form_to_a_name():
    named = {name for part in get_args(AblationName) for name in get_args(part) or (part,)}
    assert set(EXPERTS.changes) | set(VOTES.changes) == named
    assert not set(EXPERTS.changes) & set(VOTES.changes)
    assert set(FORMS) == set(get_args(VotersName))


@pytest.mark.parametrize(
    ("form", "whole", "name", "changed"),
    [
        (EXPERTS, PAIRS, "one expert", {"prototypes.count", "experts.solver"}),
        (EXPERTS, PAIRS, "no value space", {"value_space.enabled", "value_space.projection"}),
        (EXPERTS, PAIRS, "random prototypes", {"prototypes.init", "prototypes.learnable"}),
        (EXPERTS, PAIRS, "constant experts", {"experts.kind", "experts.solver"}),
        (EXPERTS, PAIRS, "equal voices", {"router.kind", "router.radius", "router.weighting"}),
        (VOTES, VOTING, "voters prototypes", {"votes.voters"}),
        (VOTES, VOTING, "random anchors", {"prototypes.init"}),
        (VOTES, VOTING, "shared experts", {"votes.voters", "votes.base"}),
        (VOTES, VOTING, "no content", {"place.content", "place.temperature", "place.neighbours", "place.everyone"}),
        (
            VOTES,
            VOTING,
            "only the score decides",
            {"place.value", "place.content", "place.temperature", "place.neighbours", "place.everyone"},
        ),
    ],
)
def test_one_thing_changes(form, whole, name, changed):
    assert differences(whole, form.changes[name].settings(whole)) == changed


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("sentences", [1, 2])
@pytest.mark.parametrize(
    "extra", [{}, {"experts.solver": "gradient"}, {"experts.solver": "ridge", "train.em_alt_training": True}]
)
def test_what_is_left_can_be_fitted(name, sentences, extra):
    settled = settle(resolve(None, extra), RowKind(sentences=sentences))
    assert settle(SETTINGS[name](settled), RowKind(sentences=sentences)) == SETTINGS[name](settled)


def test_what_is_not_there_cannot_be_taken_away():
    plain = settle(
        resolve(None, {"prototypes.count": 1, "value_space.enabled": False, "experts.kind": "constant"}),
        RowKind(sentences=2),
    )
    assert EXPERTS.ablations(model(plain), every=True) == {}


def test_a_model_that_only_places_rows_has_no_score_to_stand_alone():
    left = VOTES.ablations(model(VOTING, expects=False), every=True)
    assert list(left) == ["voters prototypes", "random anchors", "no content", "shared experts"]
    assert VOTES.ablations(model(VOTING, expects=False), every=False) == {}


def test_where_the_score_alone_decides_already_there_is_nothing_to_leave_out():
    place = VOTING.place.model_copy(update={"content": 0.0, "value": 0.0})
    left = VOTES.ablations(model(VOTING.model_copy(update={"place": place})), every=True)
    assert not {"only the score decides", "no content"} & set(left)


@pytest.mark.parametrize(("form", "whole"), [(EXPERTS, PAIRS), (VOTES, VOTING)])
def test_what_a_form_is_tested_by_is_always_shown(form, whole):
    assert list(form.ablations(model(whole), every=False)) == [form.always]
    assert list(form.ablations(model(whole), every=True)) == list(form.changes)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_committee_is_compared_with_committees_of_its_size(name):
    config = settle(resolve(None, {"train.committee": 3}), RowKind(sentences=2))
    assert SETTINGS[name](config).train.committee == 3
