"""The records that the workspace gives and takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from prle.data.interface import Column
    from prle.encoders.record import EncoderRecord


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a workspace says about itself.

    :param fields: the S text columns; of a table the one text that a row is.
    :param columns: the features of a table, empty for texts.
    :param classes: names by code, none where labels are numbers or texts.
    :param target_encoder: what the target texts were encoded with; None where labels are no texts.
    :param group: the column of groups, empty where there is none.
    :param path: that of paths, likewise.
    """

    dataset: str
    origin: str
    synthetic: bool
    fields: tuple[str, ...]
    label: str
    encoder: EncoderRecord
    created: str
    columns: tuple[Column, ...] = ()
    classes: tuple[str, ...] = ()
    target_encoder: EncoderRecord | None = None
    group: str = ""
    path: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What a reader sees a row in: the columns of a table, else the fields."""
        return tuple(column.name for column in self.columns) or self.fields


@dataclass(frozen=True, kw_only=True)
class StoredModel:
    """A fitted model as plain data.

    :param config: the resolved configuration, JSON values only.
    :param summary: what ``info`` lists of it (metrics, counts), JSON values only.
    :param arrays: parameters and anchors by path, e.g. ``router/log_temperature``; kept at their dtype and shape.
    :param history: one JSON object an epoch.
    :param made_from: identity of the embeddings that it was fitted on; the model is stale when that changes.
    :param created: UTC time, ISO 8601, seconds.
    """

    name: str
    config: Mapping[str, Any]
    summary: Mapping[str, Any]
    arrays: Mapping[str, NDArray[np.generic]]
    history: tuple[Mapping[str, Any], ...]
    made_from: str
    created: str

    @property
    def teacher(self) -> str | None:
        """The model that this one is a student of; None where it was fitted itself."""
        return teacher_of(self.summary)


def teacher_of(summary: Mapping[str, Any]) -> str | None:
    """Return the model that a summary says its own is a student of; None where it was fitted itself."""
    student = summary.get("student")
    return str(student.get("teacher", "")) if isinstance(student, dict) else None


@dataclass(frozen=True, kw_only=True)
class StoredSearch:
    """What a search has measured so far, as plain data.

    :param name: that of the model that it looks for.
    :param trials: how many configurations it tries.
    :param finished: whether its model has been kept.
    :param runs: one JSON object a fit, in the order of trials.
    :param made_from: identity of the embeddings that it was measured on; worth nothing for others.
    """

    name: str
    trials: int
    seed: int
    finished: bool
    runs: tuple[Mapping[str, Any], ...]
    made_from: str
