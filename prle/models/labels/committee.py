"""Members that share their prototypes and are averaged: how they are kept, and how their answers become one.

One member is the ordinary case. Members are never averaged by parameter, only by what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast, get_args

import numpy as np

from prle.models.labels.model import Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.models.labels.model import Forward, ModelParameters
    from prle.models.labels.targets import Target

SHARED: Final[frozenset[Part]] = frozenset({"retrieval", "prototypes"})
"""The parts that all members have in common, which is what lets one row a prototype explain all of them."""

_MEMBERS: Final = "members"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What M members together say about B inputs, by prototype, in the units that add up.

    These are label units for a number; of classes, each array has one more axis of T probabilities or logits.

    :param weights: mean responsibilities, ``mean_m w``. *Shape:* (B, P)
    :param contributions: ``mean_m w * o``; they add up to the prediction. *Shape:* (B, P)
    :param outputs: what the experts of a prototype say, averaged by the weight that each member gives them,
        ``sum_m w * o / sum_m w``; the plain mean where no member gives any. *Shape:* (B, P)
    :param predictions: the mean of the members' own routed sums, not the sum of the terms. *Shape:* (B,)
    """

    weights: NDArray[np.floating]
    contributions: NDArray[np.floating]
    outputs: NDArray[np.floating]
    predictions: NDArray[np.floating]


def averaged(forwards: Sequence[Forward], target: Target) -> Answer:
    """Average what members said about the same inputs, exactly: each term is a mean over members."""
    weights = np.stack([forward.weights for forward in forwards])
    outputs = np.stack([target.additive(forward.outputs) for forward in forwards])
    mean = weights.mean(axis=0)
    if outputs.ndim > weights.ndim:
        weights = weights[..., None]
    largest = weights.max(axis=0)
    # Relative to the largest one, so that tiny weights lose no digits and a single member is quoted unchanged.
    shares = np.where(largest > 0.0, weights / np.where(largest > 0.0, largest, 1.0), 1.0)
    return Answer(
        weights=mean,
        contributions=(weights * outputs).mean(axis=0),
        outputs=(shares * outputs).sum(axis=0) / shares.sum(axis=0),
        predictions=mean_prediction(forwards, target),
    )


def mean_prediction(forwards: Sequence[Forward], target: Target) -> NDArray[np.floating]:
    """Return the mean of the members' routed sums, in the units that add up. *Shape:* (B,), of classes (B, T)."""
    total: NDArray[np.floating] = sum(target.additive(forward.prediction) for forward in forwards)
    return total / len(forwards)


def flat(members: Sequence[Mapping[Part, Mapping[str, Any]]]) -> dict[str, Any]:
    """Name every array once: ``part/name`` where members share it, else ``members/m/part/name`` with m from 1."""
    arrays: dict[str, Any] = {}
    for number, member in enumerate(members, start=1):
        for part, values in member.items():
            prefix = part if part in SHARED else f"{_MEMBERS}/{number}/{part}"
            for name, array in values.items():
                arrays.setdefault(f"{prefix}/{name}", array)
    return arrays


def nested(arrays: Mapping[str, Any], count: int) -> tuple[ModelParameters, ...]:
    """Undo :func:`flat` for ``count`` members; other names are passed over, and a part may own no array."""
    members = []
    for number in range(1, count + 1):
        member: dict[Part, dict[str, NDArray[np.float32]]] = {}
        for part in cast("tuple[Part, ...]", get_args(Part)):
            prefix = f"{part}/" if part in SHARED else f"{_MEMBERS}/{number}/{part}/"
            member[part] = {path.removeprefix(prefix): a for path, a in arrays.items() if path.startswith(prefix)}
        members.append(member)
    return tuple(members)


def count_parameters(members: Sequence[Mapping[Part, Mapping[str, Any]]]) -> int:
    """Return the number of numbers in all members, those that they share counted once."""
    return sum(int(array.size) for array in flat(members).values())
