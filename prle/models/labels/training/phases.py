"""The EM schedule as data: which parts move in an epoch, and what they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import Config
    from prle.models.labels.model import Part

GEOMETRY: Final[frozenset[Part]] = frozenset({"projection", "prototypes"})
EXPERTS: Final[frozenset[Part]] = frozenset({"experts", "router"})


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One kind of epoch.

    :param moving: the parts that learn by gradient; all others are frozen.
    :param losses: weight by loss name; a loss of weight zero is not computed.
    :param solved: whether the experts are solved in closed form at the end of the epoch.
    """

    name: str
    moving: frozenset[Part]
    losses: Mapping[str, float]
    solved: bool = False


def schedule(config: Config) -> tuple[Phase, ...]:
    """Return the phase of each epoch, to be cycled through.

    Under EM geometry and experts take turns of ``train.em_every`` epochs, else there is one joint phase. Experts that
    are solved are so after every epoch under EM, where that *is* their turn; trained jointly, what they share descends
    with the rest, and their own parts wait for the end.
    """
    weights, train = config.losses, config.train
    if not train.em_alt_training:
        return (Phase(name="joint", moving=GEOMETRY | EXPERTS, losses=weights.joint.model_dump()),)
    solved = config.experts.solver == "ridge"
    geometry = Phase(name="geometry", moving=GEOMETRY, losses=weights.geometry.model_dump(), solved=solved)
    experts = Phase(
        name="experts",
        moving=EXPERTS - {"experts"} if solved else EXPERTS,
        losses=weights.experts.model_dump(),
        solved=solved,
    )
    return (geometry,) * train.em_every + (experts,) * train.em_every
