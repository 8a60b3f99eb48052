"""A fitted model as plain data, and back: the only place that knows both shapes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from prle.assembly import assemble
from prle.committee import count_parameters, flat, nested
from prle.config import Config, validate
from prle.errors import UsageError, WorkspaceError
from prle.explanation.conformal import Calibration
from prle.explanation.influence import Regressions, regressions, traceable
from prle.predictor import Predictor
from prle.targets import ClassTarget, NumberTarget
from prle.workspace.clock import timestamp
from prle.workspace.interface import StoredModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.model import ModelParameters
    from prle.observer import EpochRecord
    from prle.targets import Target
    from prle.training.rows import Rows


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Everything that a fit leaves behind.

    :param config: settled settings.
    :param members: the parameters of each member, M >= 1, which share their prototypes.
    :param anchors: the training row of each prototype. *Shape:* (P,)
    :param measured: what ``info`` and ``bench`` quote: validation metrics, counts, seconds.
    :param calibration: its errors on the validation rows; None of classes, and in models of before there was such a
        thing.
    :param usual: distances of training rows to their nearest other one, in units of their mean, ascending.
        *Shape:* (K,)
    :param relabelled: training rows whose label `prle edit` changed for this model, and what it was told instead.
    """

    config: Config
    target: Target
    members: tuple[ModelParameters, ...]
    anchors: NDArray[np.int64]
    history: tuple[EpochRecord, ...]
    measured: dict[str, float]
    calibration: Calibration | None = None
    usual: NDArray[np.float64] | None = None
    relabelled: Mapping[int, float] = field(default_factory=dict)

    def taught(self, labels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the labels of the training rows (N,) as this model was told them.

        :raises WorkspaceError: where it was told one for a row that there is not.
        """
        if any(not 0 <= row < len(labels) for row in self.relabelled):
            message = f"model: expected relabelled rows from 0 to {len(labels) - 1}, got {max(self.relabelled)}."
            raise WorkspaceError(message, hint="run `prle fit` again")
        told = labels.copy()
        told[list(self.relabelled)] = list(self.relabelled.values())
        return told

    def predictor(self, *, precision: type[np.floating] = np.float32) -> Predictor:
        """Return the model ready to answer."""
        return Predictor(assemble(self.config), self.members, self.target, self.anchors, precision=precision)


def store(checkpoint: Checkpoint, *, name: str, made_from: str, evidence: Sequence[Regressions] = ()) -> StoredModel:
    """Turn a checkpoint into what a workspace keeps.

    :param evidence: what the experts of each member were solved on, where that is to be kept.
    """
    config = checkpoint.config
    arrays: dict[str, NDArray[np.generic]] = flat(checkpoint.members)
    arrays["anchors"] = checkpoint.anchors
    target = checkpoint.target
    if isinstance(target, NumberTarget):
        arrays["target/scale"] = np.array([target.mean, target.deviation], np.float64)
    if checkpoint.calibration is not None:
        arrays["calibration/errors"] = checkpoint.calibration.errors
        arrays["calibration/regimes"] = checkpoint.calibration.regimes
    if checkpoint.usual is not None:
        arrays["calibration/nearest"] = checkpoint.usual
    if checkpoint.relabelled:
        rows, labels = zip(*sorted(checkpoint.relabelled.items()), strict=True)
        arrays["relabelled/rows"] = np.array(rows, np.int64)
        arrays["relabelled/labels"] = np.array(labels, np.float64)
    return StoredModel(
        name=name,
        config=config.model_dump(mode="json"),
        summary={
            **checkpoint.measured,
            "router": config.router.kind,
            "projection": config.value_space.projection,
            "experts": config.experts.kind,
            "em": config.train.em_alt_training is True,
            "prototypes": len(checkpoint.anchors),
            "members": len(checkpoint.members),
            "parameters": count_parameters(checkpoint.members),
            **({"classes": list(target.names)} if isinstance(target, ClassTarget) else {}),
        },
        arrays=arrays,
        history=tuple(asdict(record) for record in checkpoint.history),
        made_from=made_from,
        created=timestamp(),
        evidence={
            f"members/{number}/{part.name}": getattr(member, part.name)
            for number, member in enumerate(evidence, start=1)
            for part in fields(member)
        },
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
            measured={key: float(value) for key, value in stored.summary.items() if isinstance(value, float)},
            calibration=_calibration(stored.arrays),
            usual=cast("NDArray[np.float64] | None", stored.arrays.get("calibration/nearest")),
            relabelled=_relabelled(stored.arrays),
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


def evidence_of(checkpoint: Checkpoint, train: Rows) -> tuple[Regressions, ...]:
    """Return what the experts of each member were solved on; nothing where they are no solutions."""
    if not traceable(checkpoint.members):
        return ()
    model = assemble(checkpoint.config)
    return tuple(regressions(model, member, checkpoint.target, train) for member in checkpoint.members)


def restore_evidence(
    arrays: Mapping[str, NDArray[np.generic]], checkpoint: Checkpoint, *, name: str, rows: int
) -> tuple[Regressions, ...]:
    """Turn what a workspace kept of the evidence into the regressions of each member; nothing where it kept nothing.

    :param rows: N, training rows.
    :raises WorkspaceError: where an array is missing, or does not fit the model.
    """
    if not arrays:
        return ()
    found = []
    for number, member in enumerate(checkpoint.members, start=1):
        count, _, rank = member["experts"]["own_weight"].shape
        width = rank + 1
        shapes = ((rows, width), (rows, count), (rows,), (count, width, width), (width,))
        parts: dict[str, Any] = {}
        for part, shape in zip(fields(Regressions), shapes, strict=True):
            path = f"members/{number}/{part.name}"
            parts[part.name] = arrays.get(path)
            if path not in arrays or arrays[path].shape != shape:
                message = f"model {name}: its evidence does not fit it ({path} should be of shape {shape})."
                raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again")
        found.append(Regressions(**parts))
    return tuple(found)


def _calibration(arrays: Mapping[str, NDArray[np.generic]]) -> Calibration | None:
    """Return what a model was calibrated on, None where it was not."""
    if "calibration/errors" not in arrays:
        return None
    return Calibration(
        errors=cast("NDArray[np.float64]", arrays["calibration/errors"]),
        regimes=cast("NDArray[np.int64]", arrays["calibration/regimes"]),
        prototypes=len(arrays["anchors"]),
    )


def _relabelled(arrays: Mapping[str, NDArray[np.generic]]) -> dict[int, float]:
    """Return which training rows a model was told other labels for."""
    if "relabelled/rows" not in arrays:
        return {}
    return dict(zip(arrays["relabelled/rows"].tolist(), arrays["relabelled/labels"].tolist(), strict=True))
