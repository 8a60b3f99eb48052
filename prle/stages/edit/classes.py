"""Edits where labels are classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.errors import unknown_name
from prle.models.labels.targets.classes import classes_of
from prle.stages.edit.labels import Compared, Labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.models.labels.checkpoint import Checkpoint
    from prle.observer import Observer

ROUNDING: Final = 1e-12
"""No class has gained that has gained less."""


def labels_of(checkpoint: Checkpoint, name: str) -> Classes:
    """Return what labels of a model are.

    :raises WorkspaceError: where they are numbers.
    """
    return Classes(classes_of(checkpoint.target, name).names)


@final
class Classes(Labels):
    """Names of classes; of predictions the probability is compared that has grown most, or the largest if none has."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def told(self, wanted: float | str, others: NDArray[np.float64], observer: Observer) -> float:  # noqa: ARG002
        """Take the name of a class."""
        name, verb = str(wanted), "edit relabel"
        if name not in self._names:
            raise unknown_name(verb, name, self._names)
        return float(self._names.index(name))

    def shown(self, label: float) -> str:
        """Return the name."""
        return self._names[int(label)]

    def compared(self, before: NDArray[np.float64], after: NDArray[np.float64]) -> Compared:
        """Compare one probability a row."""
        gained = after - before
        grown = np.where(gained.max(axis=1) > ROUNDING, gained.argmax(axis=1), after.argmax(axis=1))[:, None]
        return Compared(
            before=np.take_along_axis(before, grown, axis=1)[:, 0],
            after=np.take_along_axis(after, grown, axis=1)[:, 0],
            classes=tuple(self._names[code] for code in grown[:, 0].tolist()),
        )
