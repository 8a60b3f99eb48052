"""What can be exported of a stored model: its graph, what is fed to it to try it, and what there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.exporting.tracing import Graph
    from prle.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)
class Exportable:
    """A stored model, ready to be written down.

    :param trace: writes it into a graph.
    :param fed: inputs that the graph is tried on, the rows of ``checked_split``, and ``expected`` outputs.
    :param unit: the size of what it says; differences are judged by it.
    :param anchors: the training row of each prototype.
    :param limits: sentences for its card; ``of_graph`` those that are about the graph alone.
    :param voters: training rows whose places and labels are in it.
    """

    target: str
    trace: Callable[[Graph], None]
    fed: Mapping[str, NDArray[Any]]
    expected: Mapping[str, NDArray[Any]]
    checked_split: SplitName
    unit: float
    made_of: Mapping[str, str]
    figures: Mapping[SplitName, Mapping[str, float]]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    anchors: tuple[int, ...]
    arrays: Mapping[str, NDArray[np.generic]]
    config: Mapping[str, Any]
    summary: Mapping[str, Any]
    texts: Sequence[str] = ()
    places: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    of_graph: tuple[str, ...] = ()
    level: float | None = None
    half_widths: tuple[float, ...] = ()
    covered: float | None = None
    voters: int = 0

    @property
    def checked_rows(self) -> int:
        """How many rows it is tried on."""
        return len(next(iter(self.fed.values())))


def judged_splits(opened: Workspace) -> tuple[SplitName, ...]:
    """Return the splits that a card has figures of, those that nothing was fitted on last."""
    return tuple(split for split in ("validation", "test") if opened.splits.get(split))
