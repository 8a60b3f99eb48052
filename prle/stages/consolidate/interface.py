"""What ``prle consolidate`` is asked for, and its report.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from prle.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from prle.config import GroupingName, MergingName
    from prle.metrics.numbers import Difference
    from prle.models.consolidation import Coverage
    from prle.models.labels.targets import TargetName


@dataclass(frozen=True, kw_only=True)
class ConsolidateRequest:
    """How prototypes are put together.

    :param name: of the model that it is made from.
    :param to: how many are to be left; None looks for the largest count whose routing is peaked.
    :param grouping: which of them become one.
    :param merging: what becomes of their experts.
    :param stored_as: the name of the new model; None makes one of the old one's and the count.
    :param seed: of k-means.
    """

    name: str = "default"
    to: int | None = None
    grouping: GroupingName = "kmeans"
    merging: MergingName = "merge"
    stored_as: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.to is not None and self.to < 1:
            message = f"consolidate: expected 1 prototype or more, got {self.to}."
            raise UsageError(message)


@dataclass(frozen=True, kw_only=True)
class Quality:
    """One figure on validation rows, of the model before and of the one after.

    :param difference: after minus before with its paired 95 % interval over rows, where rows are scored one by one.
    """

    name: str
    before: float
    after: float
    difference: Difference | None = None


@dataclass(frozen=True, kw_only=True)
class PutTogether:
    """One prototype of the new model.

    :param members: the prototypes of the old one that it is made of.
    :param share: of all that prototypes stand for: training questions, or weight on training rows.
    :param row: the training row that it stands on, with its ``texts``.
    """

    prototype: int
    name: str | None
    members: tuple[int, ...]
    share: float
    row: int
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConsolidateReport:
    """A model of fewer prototypes, stored under a name of its own.

    :param source: the model that it was made from, which stays as it is.
    :param automatic: whether the count was looked for, among ``tried``.
    :param likeness: how alike the predictions of both are on validation rows: their mean ``cosine``, the share of rows
        with the ``same_class``, or the ``mean_move`` in label units.
    :param same_vote: of labels that vote, the mean weight that the same training rows have in both models.
    """

    workspace: Path
    model: str
    source: str
    target: TargetName | Literal["text"]
    grouping: GroupingName
    merging: MergingName
    automatic: bool
    fields: tuple[str, ...]
    table: bool
    rows: int
    before: Coverage
    after: Coverage
    tried: tuple[Coverage, ...]
    qualities: tuple[Quality, ...]
    likeness_name: Literal["cosine", "same_class", "mean_move"]
    likeness: float
    groups: tuple[PutTogether, ...]
    parameters: tuple[int, int]
    seconds: float
    same_vote: float | None = None
