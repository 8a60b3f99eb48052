"""A fitted model as plain data, and back: the only place that knows both shapes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from prle.assembly import assemble
from prle.committee import count_parameters, flat, nested
from prle.config import Config, validate
from prle.errors import UsageError, WorkspaceError
from prle.predictor import Predictor
from prle.targets import ClassTarget, NumberTarget
from prle.workspace.clock import timestamp
from prle.workspace.interface import StoredModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.model import ModelParameters
    from prle.observer import EpochRecord
    from prle.targets import Target


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Everything that a fit leaves behind.

    :param config: settled settings.
    :param members: the parameters of each member, M >= 1, which share their prototypes.
    :param anchors: the training row of each prototype. *Shape:* (P,)
    :param measured: what ``info`` and ``bench`` quote: validation metrics, counts, seconds.
    """

    config: Config
    target: Target
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
    target = checkpoint.target
    if isinstance(target, NumberTarget):
        arrays["target/scale"] = np.array([target.mean, target.deviation], np.float64)
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
            **({"classes": list(target.names)} if isinstance(target, ClassTarget) else {}),
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
        checkpoint = Checkpoint(
            config=config,
            target=_target(stored, config),
            members=nested(stored.arrays, config.train.committee),
            anchors=cast("NDArray[np.int64]", stored.arrays["anchors"]),
            history=(),
            measured={key: float(value) for key, value in stored.summary.items() if isinstance(value, int | float)},
        )
        checkpoint.predictor().predict(checkpoint.members[0]["prototypes"]["vectors"][:1])
    except (UsageError, KeyError, ValueError, IndexError, TypeError) as broken:
        message = f"model {stored.name}: its settings or arrays do not fit together ({broken})."
        raise WorkspaceError(message, hint=f"run `prle fit --name {stored.name}` again") from None
    return checkpoint


def _target(stored: StoredModel, config: Config) -> Target:
    """Return the target of a stored model: the scale of its numbers, or the names of its classes.

    :raises ValueError: where the names are no names, or it is not said what of the classes is summed.
    """
    names: Any = stored.summary.get("classes")
    if names is None:
        mean, deviation = (float(number) for number in stored.arrays["target/scale"])
        return NumberTarget(mean=mean, deviation=deviation)
    combine = config.experts.combine
    named = isinstance(names, list) and len(names) > 1 and all(isinstance(name, str) for name in names)
    if combine not in ("probabilities", "logits") or not named:
        message = f"classes {names!r}, combined as {combine}"
        raise ValueError(message)
    return ClassTarget(names=tuple(names), combination=combine)
