"""Fit members that share their prototypes and differ in chance alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from prle.models.labels.assembly import assemble
from prle.models.labels.training.compute import HERE
from prle.models.labels.training.start import start
from prle.models.labels.training.trainer import Fitted, Trainer
from prle.observer import SILENT, Observer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.config import Config
    from prle.models.labels.model import ModelParameters
    from prle.models.labels.targets import Target
    from prle.models.labels.training.compute import Compute
    from prle.models.labels.training.rows import Rows

_TASK: Final = "further members"


def fit_committee(
    config: Config,
    target: Target,
    train: Rows,
    validation: Rows,
    observer: Observer = SILENT,
    *,
    compute: Compute = HERE,
) -> tuple[Fitted, ...]:
    """Fit ``train.committee`` members, each validated on its own, the first one exactly as if it were alone.

    The others begin and stay on the prototypes that the first one ended with, and draw from the next seeds. Only the
    first one's epochs are told; of the others, how many are done.

    :param config: settled settings.
    :param compute: on which device, and as one of how many processes.
    """
    model = assemble(config)
    begin = start(model, config, target, train.sentences, train.labels)
    first = Trainer(model, target, config, train, validation, observer, compute=compute).fit(
        begin.parameters, begin.anchors
    )
    members = [first]
    further = config.train.committee - 1
    for done in range(further):
        observer.progress(_TASK, done, further, "members")
        members.append(_joining(_of_member(config, done + 1), first, target, train, validation, compute))
        observer.progress(_TASK, done + 1, further, "members")
    return tuple(members)


def refit_members(
    config: Config,
    target: Target,
    members: Sequence[ModelParameters],
    anchors: NDArray[np.int64],
    train: Rows,
    validation: Rows,
    observer: Observer = SILENT,
) -> tuple[Fitted, ...]:
    """Fit members on from where they are, on prototypes that stay; where nothing is better, they stay as they are.

    :param config: settled settings.
    :param anchors: the training rows that the prototypes of all members stand on. *Shape:* (P,)
    """
    model = assemble(config)
    fitted = []
    for number, member in enumerate(members):
        own = _of_member(config, number)
        told = SILENT if number else observer
        fitted.append(Trainer(model, target, own, train, validation, told).fit(member, anchors))
    return tuple(fitted)


def _joining(config: Config, first: Fitted, target: Target, train: Rows, validation: Rows, compute: Compute) -> Fitted:
    """Fit a member on the prototypes of the first one."""
    model = assemble(config)
    begin = start(model, config, target, train.sentences, train.labels, anchors=first.anchors)
    shared = {**begin.parameters, "prototypes": first.parameters["prototypes"]}
    fitted = Trainer(model, target, config, train, validation, compute=compute).fit(shared, first.anchors)
    return replace(fitted, parameters={**fitted.parameters, "prototypes": first.parameters["prototypes"]})


def _of_member(config: Config, number: int) -> Config:
    """Return the settings of member ``number``, counted from 0: its own seed, prototypes that stay."""
    return config.model_copy(
        update={
            "train": config.train.model_copy(update={"seed": config.train.seed + number}),
            "prototypes": config.prototypes.model_copy(update={"learnable": False}),
        }
    )
