import pytest

from prle.config import resolve
from prle.models.labels.assembly import RowKind, settle
from prle.stages.bench.methods.ablations import ABLATIONS, ALWAYS, ablations

PAIRS = settle(resolve(None, {}), RowKind(sentences=2))


def keys(tree, place=()):
    """Settings as flat dotted keys."""
    if not isinstance(tree, dict):
        return {".".join(place): tree}
    return {key: value for name, part in tree.items() for key, value in keys(part, (*place, name)).items()}


def differences(one, other):
    first, second = keys(one.model_dump()), keys(other.model_dump())
    return {key for key in first if first[key] != second[key]}


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("one expert", {"prototypes.count", "experts.solver"}),
        ("no value space", {"value_space.enabled", "value_space.projection"}),
        ("random prototypes", {"prototypes.init", "prototypes.learnable"}),
        ("constant experts", {"experts.kind", "experts.solver"}),
        ("equal voices", {"router.kind", "router.radius", "router.weighting"}),
    ],
)
def test_one_thing_changes(name, changed):
    assert differences(PAIRS, ABLATIONS[name](PAIRS)) == changed


@pytest.mark.parametrize("name", ABLATIONS)
@pytest.mark.parametrize("sentences", [1, 2])
@pytest.mark.parametrize(
    "extra", [{}, {"experts.solver": "gradient"}, {"experts.solver": "ridge", "train.em_alt_training": True}]
)
def test_what_is_left_can_be_fitted(name, sentences, extra):
    settled = settle(resolve(None, extra), RowKind(sentences=sentences))
    assert settle(ABLATIONS[name](settled), RowKind(sentences=sentences)) == ABLATIONS[name](settled)


def test_what_is_not_there_cannot_be_taken_away():
    plain = settle(
        resolve(None, {"prototypes.count": 1, "value_space.enabled": False, "experts.kind": "constant"}),
        RowKind(sentences=2),
    )
    assert ablations(plain, every=True) == {}


def test_locality_is_always_tested():
    assert list(ablations(PAIRS, every=False)) == [ALWAYS]
    assert list(ablations(PAIRS, every=True)) == list(ABLATIONS)


@pytest.mark.parametrize("name", ABLATIONS)
def test_a_committee_is_compared_with_committees_of_its_size(name):
    config = settle(resolve(None, {"train.committee": 3}), RowKind(sentences=2))
    assert ABLATIONS[name](config).train.committee == 3
