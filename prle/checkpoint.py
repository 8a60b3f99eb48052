"""A fitted model as plain data, and back: the only place that knows both shapes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from prle.assembly import assemble
from prle.committee import count_parameters, flat, nested
from prle.config import Config, validate
from prle.errors import UsageError, WorkspaceError
from prle.predictor import Predictor
from prle.targets import NumberTarget
from prle.workspace.clock import timestamp
from prle.workspace.interface import StoredModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.model import ModelParameters
    from prle.observer import EpochRecord


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Everything that a fit leaves behind.

    :param config: settled settings.
    :param members: the parameters of each member, M >= 1, which share their prototypes.
    :param anchors: the training row of each prototype. *Shape:* (P,)
    :param measured: what ``info`` and ``bench`` quote: validation metrics, counts, seconds.
    """

    config: Config
    target: NumberTarget
    members: tuple[ModelParameters, ...]
    anchors: NDArray[np.int64]
    history: tuple[EpochRecord, ...]
    measured: dict[str, float]

    def predictor(self, *, precision: type[np.floating] = np.float32) -> Predictor:
        """Return the model ready to answer."""
        return Predictor(assemble(self.config), self.members, self.target, self.anchors, precision=precision)


def store(checkpoint: Checkpoint, *, name: str, made_from: str) -> StoredModel:
    """Turn a checkpoint into what a workspace keeps."""
    config = checkpoint.config
    arrays: dict[str, NDArray[np.generic]] = flat(checkpoint.members)
    arrays["anchors"] = checkpoint.anchors
    arrays["target/scale"] = np.array([checkpoint.target.mean, checkpoint.target.deviation], np.float64)
    return StoredModel(
        name=name,
        config=config.model_dump(mode="json"),
        summary={
            "router": config.router.kind,
            "projection": config.value_space.projection,
            "experts": config.experts.kind,
            "em": config.train.em_alt_training is True,
            "prototypes": len(checkpoint.anchors),
            "members": len(checkpoint.members),
            "parameters": count_parameters(checkpoint.members),
            **checkpoint.measured,
        },
        arrays=arrays,
        history=tuple(asdict(record) for record in checkpoint.history),
        made_from=made_from,
        created=timestamp(),
    )


def restore(stored: StoredModel) -> Checkpoint:
    """Turn what a workspace kept into a checkpoint.

    :raises WorkspaceError: where settings or arrays are not what this version of prle writes.
    """
    try:
        config = validate(stored.config)
        mean, deviation = (float(number) for number in stored.arrays["target/scale"])
        checkpoint = Checkpoint(
            config=config,
            target=NumberTarget(mean=mean, deviation=deviation),
            members=nested(stored.arrays, config.train.committee),
            anchors=cast("NDArray[np.int64]", stored.arrays["anchors"]),
            history=(),
            measured={key: float(value) for key, value in stored.summary.items() if isinstance(value, int | float)},
        )
        checkpoint.predictor().predict(checkpoint.members[0]["prototypes"]["vectors"][:1])
    except (UsageError, KeyError, ValueError, IndexError) as broken:
        message = f"model {stored.name}: its settings or arrays do not fit together ({broken})."
        raise WorkspaceError(message, hint=f"run `prle fit --name {stored.name}` again") from None
    return checkpoint
