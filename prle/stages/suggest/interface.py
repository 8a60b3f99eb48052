"""The report of ``prle suggest``.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from prle.models.labels.prototypes.count import CountTrial, Dimensions


@dataclass(frozen=True, kw_only=True)
class SuggestReport:
    """How many prototypes ``suggest`` recommends, and everything it looked at; one trial a count, ascending.

    ``sampled_rows`` of the training ``rows`` were looked at, ``width`` is that of the retrieval space, and
    ``temperature`` the router's first one, at which the rule was applied.
    """

    workspace: Path
    dataset: str
    encoder: str
    synthetic: bool
    rows: int
    sampled_rows: int
    width: int
    temperature: float
    dimensions: Dimensions
    trials: tuple[CountTrial, ...]
    recommended: int
    reason: str
    seconds: float
