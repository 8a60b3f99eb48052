"""The EM schedule, as data: which parts move in an epoch, and what they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import Config
    from prle.model import Part

GEOMETRY: Final[frozenset[Part]] = frozenset({"projection", "prototypes"})
EXPERTS: Final[frozenset[Part]] = frozenset({"experts", "router"})


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One kind of epoch.

    :param moving: the parts that learn; all others are frozen.
    :param losses: weight by loss name; a loss of weight zero is not computed.
    """

    name: str
    moving: frozenset[Part]
    losses: Mapping[str, float]


def schedule(config: Config) -> tuple[Phase, ...]:
    """Return the phases that the epochs cycle through: geometry and experts in turn under EM, else one joint phase."""
    weights = config.losses
    if not config.train.em_alt_training:
        return (Phase(name="joint", moving=GEOMETRY | EXPERTS, losses=weights.joint.model_dump()),)
    return (
        Phase(name="geometry", moving=GEOMETRY, losses=weights.geometry.model_dump()),
        Phase(name="experts", moving=EXPERTS, losses=weights.experts.model_dump()),
    )
