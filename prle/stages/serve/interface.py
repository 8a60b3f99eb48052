"""The reports about a model that waits for questions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What somebody who asks a model has to know of it.

    ``numbers`` are those of the ``fields`` of a table that hold numbers; ``classes`` are empty where labels are
    numbers, which lie in ``label_range``, in label units. ``pool`` counts the texts that are ranked, where labels are
    texts. ``examples`` are rows that can be asked.
    """

    model: str
    dataset: str
    synthetic: bool
    fields: tuple[str, ...]
    label: str
    label_range: tuple[float, float]
    classes: tuple[str, ...]
    numbers: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]
    table: bool
    pool: int = 0


@dataclass(frozen=True, kw_only=True)
class ServeReport:
    """Where a model is being served."""

    address: str
    model: ModelFacts
