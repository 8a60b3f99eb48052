"""A fitted model as plain data, and back: the only place that knows both shapes."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from prle.config import Config, recorded, validate
from prle.errors import UsageError, WorkspaceError
from prle.models.labels.assembly import assemble
from prle.models.labels.calibration import Calibration
from prle.models.labels.committee import count_parameters, flat, nested
from prle.models.labels.predictor import Predictor
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.labels.training.closed_form import is_solved
from prle.models.labels.votes.ballot import is_ballot, restored
from prle.models.labels.votes.checks import check_answers, check_labels
from prle.workspace.clock import timestamp
from prle.workspace.interface import StoredModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.models.labels.model import ModelParameters
    from prle.models.labels.predictor import Answering
    from prle.models.labels.targets import Target
    from prle.models.labels.votes.ballot import Ballot
    from prle.observer import EpochRecord
    from prle.workspace.opened import Workspace

_TRIED: Final = 3
"""Rows that a restored model predicts to show that it can: more than one, since one fits everything."""

BROKEN: Final = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError)
"""What arrays that do not fit together make NumPy raise."""

_UNFIT: Final = "its settings or arrays do not fit together"

_NEEDED: Final = "neighbour_spacing"
"""What of the summary is used beyond being listed."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Everything that a fit leaves behind.

    :param config: settled settings.
    :param members: the parameters of each member, which share their prototypes; none where labels vote.
    :param anchors: the training row of each prototype. *Shape:* (P,)
    :param measured: what ``info`` and ``bench`` quote: validation metrics, counts, seconds.
    :param calibration: its errors on the validation rows; None of classes, and where a file has none.
    :param usual: distances of training rows to their nearest other one, in units of their mean, ascending.
        *Shape:* (K,)
    :param ballot: what votes, where labels of examples make the prediction.
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
    ballot: Ballot | None = None

    def taught(self, labels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the labels of the training rows (N,) as this model was told them."""
        told = labels.copy()
        told[list(self.relabelled)] = list(self.relabelled.values())
        return told

    def predictor(self, *, precision: type[np.floating] = np.float32) -> Answering:
        """Return the model ready to answer."""
        if self.ballot is not None:
            return self.ballot.predictor(self.config, self.target, precision)
        return self.routed(precision=precision)

    def routed(self, *, precision: type[np.floating] = np.float32) -> Predictor:
        """Return the experts of a model without voters ready to answer.

        :raises UsageError: where labels vote.
        """
        if self.ballot is not None:
            message = "expected a model whose experts speak; in this one labels of examples vote."
            raise UsageError(message, hint="`prle fit --voters none` fits the other kind")
        return Predictor(assemble(self.config), self.members, self.target, self.anchors, precision=precision)


def store(checkpoint: Checkpoint, *, name: str, made_from: str) -> StoredModel:
    """Turn a checkpoint into what a workspace keeps."""
    config = checkpoint.config
    arrays: dict[str, NDArray[np.generic]] = flat(checkpoint.members)
    if checkpoint.ballot is not None:
        arrays |= checkpoint.ballot.arrays()
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
            "parameters": parameters_of(checkpoint),
            **({"base": config.votes.base, "voters": config.votes.voters} if checkpoint.ballot else {}),
            **({"classes": list(target.names)} if isinstance(target, ClassTarget) else {}),
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
    refuse_student(stored)
    if stored.summary.get("target") == "text":
        message = f"model {stored.name}: expected one of numbers or classes; it finds texts."
        raise UsageError(message, hint="prle predict, explain, bench and info know such models")
    try:
        config = validate(recorded(stored.config))
        checkpoint = Checkpoint(
            config=config,
            target=_target(stored, config),
            members=() if is_ballot(stored.arrays) else nested(stored.arrays, config.train.committee),
            ballot=restored(stored.arrays, config) if is_ballot(stored.arrays) else None,
            anchors=cast("NDArray[np.int64]", stored.arrays["anchors"]),
            history=(),
            measured={key: float(value) for key, value in stored.summary.items() if isinstance(value, float)},
            calibration=_calibration(stored.arrays),
            usual=_usual(stored.arrays),
            relabelled=_relabelled(stored.arrays),
        )
        if checkpoint.ballot is None:
            _check(checkpoint)
        else:
            check_labels(checkpoint.ballot.voters.labels, checkpoint.target)
    except (UsageError, *BROKEN) as broken:
        raise _misfit(stored.name, f"{_UNFIT} ({broken})") from None
    return checkpoint


def refuse_student(stored: StoredModel) -> None:
    """Refuse a model that `prle distill` made: it has no experts of its own to look at or to change.

    :raises UsageError: naming its teacher.
    """
    if stored.teacher is not None:
        message = f"model {stored.name}: expected a fitted model; it is a student of {stored.teacher}."
        raise UsageError(message, hint=f"use --name {stored.teacher}; predict, bench, info and export know students")


def load(workspace: Workspace, name: str) -> Checkpoint:
    """Return a model of an open workspace, which belongs to its rows.

    :raises WorkspaceError: where there is none, or it is not what prle writes.
    """
    checkpoint = restore(workspace.model(name))
    manifest, target = workspace.manifest, checkpoint.target
    if _NEEDED not in checkpoint.measured:
        raise _misfit(name, f"its summary lacks {_NEEDED}")
    expected = (len(manifest.fields), manifest.encoder.width)
    _check_rows(checkpoint, name, len(workspace.labels("train")))
    if checkpoint.ballot is None:
        found = checkpoint.members[0]["prototypes"]["vectors"].shape[1:]
        if found != expected:
            raise _misfit(name, f"expected prototypes of shape {expected}, got {found}")
    else:
        try:
            check_answers(checkpoint.ballot, checkpoint.config, target, expected)
        except BROKEN as broken:
            raise _misfit(name, f"{_UNFIT} ({broken})") from None
    if manifest.classes != (target.names if isinstance(target, ClassTarget) else ()):
        raise _misfit(name, "its classes are not those of the workspace")
    if manifest.classes and not set(checkpoint.relabelled.values()) <= set(range(len(manifest.classes))):
        raise _misfit(name, f"expected relabelled rows of classes from 0 to {len(manifest.classes) - 1}")
    return checkpoint


def parameters_of(checkpoint: Checkpoint) -> int:
    """Return the number of numbers that answering needs, but for the rows that vote."""
    if checkpoint.ballot is None:
        return count_parameters(checkpoint.members)
    arrays = checkpoint.ballot.arrays()
    return sum(int(array.size) for path, array in arrays.items() if not path.startswith("votes/"))


def _check_rows(checkpoint: Checkpoint, name: str, rows: int) -> None:
    """Refuse numbers of training rows that there are not.

    :raises WorkspaceError: saying whose.
    """
    numbered = {"anchors": checkpoint.anchors, "relabelled rows": np.array(list(checkpoint.relabelled), np.int64)}
    if checkpoint.ballot is not None:
        numbered["voters"] = checkpoint.ballot.voters.rows
    for whose, numbers in numbered.items():
        if not ((numbers >= 0) & (numbers < rows)).all():
            raise _misfit(name, f"expected {whose} from 0 to {rows - 1}")


def _finite(array: NDArray[np.generic]) -> bool:
    return array.dtype.kind == "f" and bool(np.isfinite(cast("NDArray[np.floating]", array)).all())


def _misfit(name: str, problem: str) -> WorkspaceError:
    return WorkspaceError(f"model {name}: {problem}.", hint=f"run `prle fit --name {name}` again")


def _check(checkpoint: Checkpoint) -> None:
    """Refuse arrays that would broadcast, overflow or cast their way to an answer, by asking for everything once.

    :raises ValueError: naming what is not what it has to be; other errors where NumPy finds it first.
    """
    arrays = flat(checkpoint.members)
    broken = [path for path, array in arrays.items() if not _finite(array)]
    if broken:
        message = f"{broken[0]}: expected finite numbers"
        raise ValueError(message)
    vectors, anchors = arrays["prototypes/vectors"], checkpoint.anchors
    count, width = len(vectors), checkpoint.target.width
    if not count or anchors.dtype != np.int64 or anchors.shape != (count,):
        message = f"expected an anchor for each of {count} prototypes, got {anchors.dtype} of shape {anchors.shape}"
        raise ValueError(message)
    # Says nothing here; it raises where the penalty is no number.
    for member in checkpoint.members:
        is_solved(member)
    model, rows = assemble(checkpoint.config), np.resize(vectors, (_TRIED, *vectors.shape[1:]))
    with np.errstate(all="ignore"):
        for member, forward in zip(checkpoint.members, checkpoint.routed().forwards(rows), strict=True):
            shapes = forward.weights.shape, forward.outputs.shape, forward.prediction.shape
            if shapes != ((_TRIED, count), (_TRIED, count, width), (_TRIED, width)):
                message = f"a prediction has weights, outputs and a sum of shapes {shapes}"
                raise ValueError(message)
            if not np.isfinite(forward.prediction).all():
                message = "a prediction is not finite"
                raise ValueError(message)
            value = forward.inputs.value
            reading = model.experts.reading(member["experts"], value, forward.weights)
            if reading is not None and reading.local.shape != (_TRIED, width, value.shape[1]):
                message = f"what experts read is of shape {reading.local.shape}"
                raise ValueError(message)


def _target(stored: StoredModel, config: Config) -> Target:
    """Return the target of a stored model: the scale of its numbers, or the names of its classes.

    :raises ValueError: where the names or the scale are none, or it is not said what of the classes is summed.
    """
    names: Any = stored.summary.get("classes")
    if names is None:
        scale = stored.arrays["target/scale"]
        if scale.shape != (2,) or not _finite(scale) or not float(scale[1]) > 0:
            message = f"target/scale: expected a mean and a deviation above 0, got {scale.tolist()}"
            raise ValueError(message)
        mean, deviation = scale.tolist()
        return NumberTarget(mean=mean, deviation=deviation)
    combine = "probabilities" if is_ballot(stored.arrays) else config.experts.combine
    named = isinstance(names, list) and len(names) > 1 and all(isinstance(name, str) for name in names)
    if combine not in ("probabilities", "logits") or not named:
        message = f"classes {names!r}, combined as {combine}"
        raise ValueError(message)
    return ClassTarget(names=tuple(names), combination=combine)


def _calibration(arrays: Mapping[str, NDArray[np.generic]]) -> Calibration | None:
    """Return what a model was calibrated on, None where it was not.

    :raises ValueError: where that is no such thing.
    """
    if "calibration/errors" not in arrays:
        return None
    errors, regimes = arrays["calibration/errors"], arrays["calibration/regimes"]
    if not _finite(errors) or regimes.dtype != np.int64:
        message = "calibration: expected finite errors, and prototypes by number"
        raise ValueError(message)
    return Calibration(
        errors=cast("NDArray[np.float64]", errors),
        regimes=cast("NDArray[np.int64]", regimes),
        prototypes=len(arrays["anchors"]),
    )


def _usual(arrays: Mapping[str, NDArray[np.generic]]) -> NDArray[np.float64] | None:
    """Return the distances that are usual, None where they were not measured.

    :raises ValueError: where they are none.
    """
    found = arrays.get("calibration/nearest")
    if found is None:
        return None
    distances = cast("NDArray[np.float64]", found)
    if found.ndim != 1 or not _finite(found) or not len(found) or (np.diff(distances) < 0).any():
        message = "calibration/nearest: expected distances in ascending order"
        raise ValueError(message)
    return distances


def _relabelled(arrays: Mapping[str, NDArray[np.generic]]) -> dict[int, float]:
    """Return which training rows a model was told other labels for.

    :raises ValueError: where rows or labels are none.
    """
    if "relabelled/rows" not in arrays:
        return {}
    rows, labels = arrays["relabelled/rows"], arrays["relabelled/labels"]
    if rows.dtype != np.int64 or rows.ndim != 1 or not _finite(labels):
        message = "relabelled: expected training rows by number, and a finite label of each"
        raise ValueError(message)
    return dict(zip(rows.tolist(), labels.tolist(), strict=True))
