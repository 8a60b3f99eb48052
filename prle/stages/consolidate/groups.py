"""What consolidating models of any target has in common: which prototypes become one, and what that is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prle.errors import UsageError
from prle.models.consolidation import GROUPINGS, Coverage, coverage_of, largest_peaked, tried_counts
from prle.stages.consolidate.interface import PutTogether
from prle.workspace.sections import check_model_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from prle.models.consolidation import Grouping
    from prle.stages.consolidate.interface import ConsolidateRequest
    from prle.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)
class Crowd:
    """The prototypes of a model, as far as they can be put together.

    :param points: where they are. *Shape:* (K, F)
    :param sizes: what each stands for, positive. *Shape:* (K,)
    :param weights: those of the validation rows as they are routed among groups of prototypes.
    """

    points: NDArray[np.floating]
    sizes: NDArray[np.float64]
    weights: Callable[[NDArray[np.int64]], NDArray[np.floating]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Grouped:
    """Which prototypes become one. *Shape:* groups (K,).

    :param before: how peaked routing is among all prototypes, and ``after`` among groups.
    :param tried: the same of the counts that were tried, the largest first; nothing where one was given.
    """

    groups: NDArray[np.int64]
    before: Coverage
    after: Coverage
    tried: tuple[Coverage, ...] = ()


def choose(request: ConsolidateRequest, crowd: Crowd) -> Grouped:
    """Return the groups that are asked for, or as many as make routing peaked.

    :raises UsageError: for a count that is not below that of the model, or where none is to be found.
    """
    count, grouping = len(crowd.points), GROUPINGS[request.grouping](seed=request.seed)
    before = coverage_of(crowd.weights(np.arange(count, dtype=np.int64)))
    tried: tuple[Coverage, ...] = ()
    wanted = request.to
    if wanted is None:
        wanted, tried = _peaked(grouping, crowd, before, request.name)
    if not wanted < count:
        message = f"consolidate: expected fewer prototypes than the {count} of model {request.name}, got {wanted}."
        raise UsageError(message)
    groups = grouping(crowd.points, crowd.sizes, wanted)
    return Grouped(groups=groups, before=before, after=coverage_of(crowd.weights(groups)), tried=tried)


def _peaked(grouping: Grouping, crowd: Crowd, before: Coverage, name: str) -> tuple[int, tuple[Coverage, ...]]:
    """Return the largest count whose routing is peaked, and all that were tried.

    :raises UsageError: where the model needs none, or no count is enough.
    """
    if before.peaked:
        message = f"consolidate: routing of model {name} is peaked already (the heaviest of its {before.prototypes} "
        message += f"prototypes has {before.top_1:.0%} of the weight, ten have {before.top_10:.0%})."
        raise UsageError(message, hint="`--to K` puts prototypes together all the same")
    tried: list[Coverage] = []
    for count in tried_counts(before.prototypes):
        tried.append(coverage_of(crowd.weights(grouping(crowd.points, crowd.sizes, count))))
        if tried[-1].peaked:
            break
    found = largest_peaked(tried)
    if found is None:
        message = f"consolidate: no count makes the routing of model {name} peaked."
        raise UsageError(message, hint="`--to K` takes a count; a sharper temperature makes routing peaked")
    return found.prototypes, tuple(tried)


def new_name(request: ConsolidateRequest, count: int) -> str:
    """Return what the new model is called, which is not the old one.

    :raises UsageError: for a name that cannot be one, or that of the model itself.
    """
    wanted = request.stored_as or f"{request.name}-{count}"
    check_model_name(wanted)
    if wanted == request.name:
        message = f"consolidate: expected another name than that of the model itself, got {wanted}."
        raise UsageError(message, hint="the original is never touched: choose another --as")
    return wanted


def put_together(
    opened: Workspace,
    grouped: Grouped,
    sizes: NDArray[np.float64],
    anchors: NDArray[np.int64],
    names: Sequence[str] = (),
) -> tuple[PutTogether, ...]:
    """Return the prototypes of the new model, by number."""
    shares = np.bincount(grouped.groups, weights=sizes) / sizes.sum()
    return tuple(
        PutTogether(
            prototype=group,
            name=names[group] if names else None,
            members=tuple(np.flatnonzero(grouped.groups == group).tolist()),
            share=float(shares[group]),
            row=row,
            texts=opened.row_cells("train", row),
        )
        for group, row in enumerate(anchors.tolist())
    )
