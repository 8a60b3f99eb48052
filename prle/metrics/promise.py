"""The figures of a promise, apart from how they are measured: who reads them loads nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Figures of a model over some rows.

    R2 is ``1 - E|prediction - what is said|^2 / Var(prediction)``, over all classes where there are any.

    :param carried: R2 of predictions by what labels of voters alone say; of experts, by the labels of their anchors.
    :param anchored: R2 by the labels of the anchors, weighed as their prototypes are.
    :param told: R2 by what labels say in the five heaviest prototypes, their weights shared out anew.
    :param content: mean frozen cosine of an input and its ten heaviest carriers; ``content_chance`` of rows drawn at
        random, ``content_score_only`` of those with the nearest predictions, whatever they are about.
    :param voters_80: how many voters hold 80 % of the weight, on average; ``prototypes_80`` prototypes.
    """

    carried: float
    anchored: float
    told: float
    content: float
    content_chance: float
    content_score_only: float
    voters_80: float
    prototypes_80: float

    def figures(self) -> dict[str, float]:
        """Return them by name."""
        return asdict(self)

    @classmethod
    def of(cls, measured: Mapping[str, float]) -> Promise | None:
        """Return what is kept with a model; None where it was not measured."""
        names = [each.name for each in fields(cls)]
        return cls(**{name: measured[name] for name in names}) if measured.keys() >= set(names) else None


PROMISED: Final = tuple(each.name for each in fields(Promise))
"""Their names, under which a model's summary keeps them."""

CARRIES: Final = 0.9
"""R2 from which on labels carry a prediction; below it something else makes it."""
