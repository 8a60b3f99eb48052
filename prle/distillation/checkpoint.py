"""A student as plain data, and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast, get_args

import numpy as np

from prle.answering.model import AnswerModel
from prle.assembly import assemble
from prle.config import validate
from prle.distillation.forms import make_student
from prle.distillation.interface import Inputs, StrategyName, StudentName
from prle.distillation.model import DistilledAnswers, DistilledPredictor, Filing, Kept, Pupil, StudentRouting
from prle.errors import UsageError, WorkspaceError
from prle.explanation import Calibration
from prle.routings import Asked, GlobalRouting
from prle.targets import ClassTarget, NumberTarget
from prle.workspace.clock import timestamp
from prle.workspace.interface import StoredModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.model import Part
    from prle.targets import Target

OUTPUT: Final = "student/output/"
ROUTING: Final = "student/routing/"
TEACHER: Final = "teacher/"
ANSWERING: Final = ("student/", TEACHER)
PARTS: Final[tuple[Part, ...]] = ("retrieval", "projection", "experts")
"""What of a teacher its experts need."""


@dataclass(frozen=True, kw_only=True)
class StudentRecord:
    """How a student came about, as its summary keeps it.

    :param seal: the checksum of the teacher when it was distilled.
    :param target: ``number``, ``class`` or ``text``.
    :param residual: whether a question's own vector is added.
    :param filing: ``group`` or ``path``: what ``places`` are names of; empty where it is not told.
    """

    teacher: str
    seal: str
    form: StudentName
    strategy: StrategyName
    size: int
    heads: int
    layers: int
    importance: str
    residual: bool = False
    filing: str = ""
    places: list[str] = field(default_factory=list)
    group_embedding: str = ""
    shrinkage: float = 0.0
    lexical: float = 0.0
    combination: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class RestoredStudent:
    """A stored student, ready to answer.

    :param labels: of numbers or classes; else ``answers`` of texts.
    :param calibration: its absolute errors on validation rows, all of one regime; of numbers alone.
    """

    record: StudentRecord
    labels: DistilledPredictor | None = None
    answers: AnswerModel | DistilledAnswers | None = None
    calibration: Calibration | None = None
    size_bytes: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Graduate:
    """What a distillation leaves behind.

    :param pupils: what has been learnt, as ``output`` and ``routing``.
    :param kept: arrays of the teacher that answering needs, by path.
    :param measured: validation figures and whatever else ``info`` lists.
    :param config: the teacher's settings.
    """

    record: StudentRecord
    pupils: Mapping[str, Mapping[str, NDArray[np.float32]]]
    kept: Mapping[str, NDArray[np.generic]]
    measured: Mapping[str, Any]
    config: Mapping[str, Any]
    history: tuple[Mapping[str, Any], ...] = ()
    target: Target | None = None
    errors: NDArray[np.float64] | None = None


def store_student(graduate: Graduate, *, name: str, made_from: str) -> StoredModel:
    """Turn a student into what a workspace keeps."""
    arrays: dict[str, NDArray[np.generic]] = {f"{TEACHER}{path}": array for path, array in graduate.kept.items()}
    for part, parameters in graduate.pupils.items():
        arrays |= {f"student/{part}/{key}": array for key, array in parameters.items()}
    target = graduate.target
    if isinstance(target, NumberTarget):
        arrays["target/scale"] = np.array([target.mean, target.deviation], np.float64)
    if graduate.errors is not None:
        arrays["calibration/errors"] = graduate.errors
    record, router = graduate.record, "none" if graduate.record.strategy == "projection" else "student"
    kept = "experts of the teacher" if graduate.kept and "output" not in graduate.pupils else "student"
    return StoredModel(
        name=name,
        config=graduate.config,
        summary={
            **graduate.measured,
            "student": asdict(record),
            "router": router,
            "projection": record.form,
            "experts": kept,
            "em": False,
            "members": 1,
            "prototypes": _prototypes(graduate),
            "parameters": int(
                sum(array.size for path, array in arrays.items() if path.startswith(("student", TEACHER)))
            ),
            **({"classes": list(target.names)} if isinstance(target, ClassTarget) else {}),
            **({"target": "text"} if target is None else {}),
        },
        arrays=arrays,
        history=graduate.history,
        made_from=made_from,
        created=timestamp(),
    )


def _prototypes(graduate: Graduate) -> int:
    """Return how many prototypes a student routes to; 0 where it does not route."""
    routing = graduate.pupils.get("routing")
    return 0 if routing is None else len(routing["bias"])


def restore_student(stored: StoredModel, *, sentences: int, width: int, told: int | None = None) -> RestoredStudent:
    """Turn what a workspace kept into a student.

    :param sentences: S, texts of a row.
    :param width: H, of a frozen vector.
    :param told: T, the width of texts to find; None where labels are numbers or classes.
    :raises WorkspaceError: where settings or arrays are not what this version of prle writes.
    """
    try:
        restored = _restored(stored)
        _try(restored, sentences, width, told)
    except (UsageError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as broken:
        message = f"model {stored.name}: its settings or arrays do not fit together ({broken})."
        raise WorkspaceError(message, hint=f"run `prle distill --as {stored.name}` again") from None
    return restored


def _restored(stored: StoredModel) -> RestoredStudent:
    said: Any = stored.summary["student"]
    record = StudentRecord(**said)
    _check(record, stored)
    output, routing = (_pupil(record, stored.arrays, prefix) for prefix in (OUTPUT, ROUTING))
    size = sum(array.nbytes for path, array in stored.arrays.items() if path.startswith(ANSWERING))
    if stored.summary.get("target") == "text":
        return RestoredStudent(record=record, answers=_answers(record, stored, output, routing), size_bytes=size)
    kept = None
    if record.strategy == "routing-only":
        member = {part: _below(stored.arrays, f"{TEACHER}{part}/") for part in PARTS}
        kept = Kept(model=assemble(validate(stored.config)), member=cast("Mapping[Part, Any]", member))
    errors, calibration = stored.arrays.get("calibration/errors"), None
    if errors is not None:
        plain = np.asarray(errors, np.float64)
        calibration = Calibration(errors=plain, regimes=np.zeros(len(plain), np.int64), prototypes=1)
    labels = DistilledPredictor(target=_target(stored, record), output=output, routing=routing, kept=kept)
    return RestoredStudent(record=record, labels=labels, calibration=calibration, size_bytes=size)


def _answers(
    record: StudentRecord, stored: StoredModel, output: Pupil | None, routing: Pupil | None
) -> AnswerModel | DistilledAnswers:
    maps = _below(stored.arrays, f"{TEACHER}maps/")
    filing = Filing(kind=record.filing, places=tuple(record.places))
    if routing is not None:
        return AnswerModel(
            routing=StudentRouting(pupil=routing, filing=filing),
            maps=maps,
            shrinkage=float(record.shrinkage),
            lexical=float(record.lexical),
        )
    if output is None:
        message = "a student without an output"
        raise ValueError(message)
    sides = AnswerModel(routing=GlobalRouting(), maps=maps, shrinkage=float(record.shrinkage))
    return DistilledAnswers(
        pupil=output, filing=filing, residual=bool(record.residual), sides=sides, lexical=float(record.lexical)
    )


def _pupil(record: StudentRecord, arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Pupil | None:
    parameters = _below(arrays, prefix)
    if not parameters:
        return None
    features, width = parameters["weight"].shape
    frame = {"centre": (features,), "scale": (features,), "bias": (width,)}
    wrong = [name for name, shape in frame.items() if parameters[name].shape != shape]
    if wrong:
        message = f"{prefix}{wrong[0]}: expected shape {frame[wrong[0]]}, got {parameters[wrong[0]].shape}"
        raise ValueError(message)
    student = make_student(record.form, size=record.size, heads=record.heads, layers=record.layers)
    return Pupil(student=student, parameters=parameters)


def _below(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> dict[str, NDArray[np.generic]]:
    """Return the arrays below a path.

    :raises ValueError: where one is not finite.
    """
    found = {path.removeprefix(prefix): array for path, array in arrays.items() if path.startswith(prefix)}
    for name, array in found.items():
        whole = array.dtype == np.int64 and name == "owner"
        if not whole and (array.dtype.kind != "f" or not np.isfinite(cast("NDArray[np.floating]", array)).all()):
            message = f"{prefix}{name}: expected finite numbers"
            raise ValueError(message)
    return found


def _check(record: StudentRecord, stored: StoredModel) -> None:
    """Refuse a record that no distillation writes.

    :raises ValueError: saying what is wrong.
    """
    numbers = (record.size, record.heads, record.layers)
    known = record.form in get_args(StudentName) and record.strategy in get_args(StrategyName)
    named = all(isinstance(place, str) for place in record.places)
    if not (known and named and all(type(each) is int and each > 0 for each in numbers)):
        message = f"a student of form {record.form!r}, strategy {record.strategy!r} and size {numbers}"
        raise ValueError(message)
    routes = any(path.startswith(ROUTING) for path in stored.arrays)
    if routes == (record.strategy == "projection"):
        message = f"strategy {record.strategy}, {'with' if routes else 'without'} a routing"
        raise ValueError(message)


def _target(stored: StoredModel, record: StudentRecord) -> Target:
    names: Any = stored.summary.get("classes")
    if names is None:
        scale = stored.arrays["target/scale"]
        mean, deviation = np.asarray(scale, np.float64).tolist()
        if scale.dtype.kind != "f" or not (np.isfinite([mean, deviation]).all() and deviation > 0):
            message = "target/scale: expected a mean and a deviation above 0"
            raise ValueError(message)
        return NumberTarget(mean=mean, deviation=deviation)
    if record.combination not in ("probabilities", "logits") or len(names) < 2:
        message = f"classes {names!r}, combined as {record.combination}"
        raise ValueError(message)
    return ClassTarget(names=tuple(map(str, names)), combination=cast("Any", record.combination))


def _try(restored: RestoredStudent, sentences: int, width: int, told: int | None) -> None:
    """Ask a student about three rows, to see that it can answer.

    :raises ValueError: where what it says is of another shape, or not finite.
    """
    rows = np.linspace(-1.0, 1.0, 3 * sentences * width, dtype=np.float32).reshape(3, sentences, width)
    with np.errstate(all="ignore"):
        if restored.labels is not None:
            found = restored.labels.says(Inputs(vectors=rows)).sums
            expected = restored.labels.target.width
        elif restored.answers is not None and told is not None:
            found, expected = restored.answers.vectors(Asked(vectors=rows[:, 0])), told
        else:
            message = "it predicts something else than the labels of the workspace"
            raise ValueError(message)
    if found.shape != (3, expected) or not np.isfinite(found).all():
        message = f"a prediction is of shape {found.shape}, expected (3, {expected}), or not finite"
        raise ValueError(message)
