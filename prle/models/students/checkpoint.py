"""A student as plain data, and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from prle.config import validate
from prle.errors import UsageError, WorkspaceError
from prle.models.labels.assembly import assemble
from prle.models.labels.calibration import Calibration
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.students.checks import absolute_errors, below, check_parts, check_shapes
from prle.models.students.forms import make_student
from prle.models.students.interface import Inputs
from prle.models.students.model import DistilledAnswers, DistilledPredictor, Filing, Kept, Pupil, StudentRouting
from prle.models.students.record import StudentRecord
from prle.models.texts.checkpoint import MapShape, check_maps
from prle.models.texts.model import AnswerModel
from prle.models.texts.routers import Asked, GlobalRouting
from prle.workspace.clock import timestamp
from prle.workspace.interface import StoredModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.models.labels.model import Part
    from prle.models.labels.targets import Target

OUTPUT: Final = "student/output/"
ROUTING: Final = "student/routing/"
TEACHER: Final = "teacher/"
ANSWERING: Final = ("student/", TEACHER)
PARTS: Final[tuple[Part, ...]] = ("retrieval", "projection", "experts")
"""What of a teacher its experts need."""

_TRIED: Final = 3
"""Rows that a student is asked about to see whether it can answer."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a student has to fit: the workspace that it is in.

    :param sentences: S, texts of a row.
    :param width: H, of a frozen vector.
    :param told: T, the width of texts to find; None where labels are numbers or classes.
    :param judged: validation rows.
    """

    sentences: int
    width: int
    told: int | None
    judged: int


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

    @property
    def of_labels(self) -> DistilledPredictor:
        """What a student of numbers or classes answers with.

        :raises WorkspaceError: where it is one of texts.
        """
        if self.labels is None:
            message = "a student: expected one of numbers or classes, got one of texts."
            raise WorkspaceError(message, hint="run `prle distill` again")
        return self.labels

    @property
    def of_texts(self) -> AnswerModel | DistilledAnswers:
        """What a student of texts answers with.

        :raises WorkspaceError: where it is one of numbers or classes.
        """
        if self.answers is None:
            message = "a student: expected one of texts, got one of numbers or classes."
            raise WorkspaceError(message, hint="run `prle distill` again")
        return self.answers


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


def restore_student(stored: StoredModel, place: Place) -> RestoredStudent:
    """Turn what a workspace kept into a student.

    :raises WorkspaceError: where settings or arrays are not what this version of prle writes.
    """
    try:
        restored = _restored(stored, place)
        _try(restored, place)
    except (UsageError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as broken:
        message = f"model {stored.name}: its settings or arrays do not fit together ({broken})."
        raise WorkspaceError(message, hint=f"run `prle distill --as {stored.name}` again") from None
    return restored


def _restored(stored: StoredModel, place: Place) -> RestoredStudent:
    said: Any = stored.summary["student"]
    record = StudentRecord(**said)
    record.check()
    check_parts(record, stored.arrays)
    output, routing = (_pupil(record, stored.arrays, prefix, place) for prefix in (OUTPUT, ROUTING))
    size = sum(array.nbytes for path, array in stored.arrays.items() if path.startswith(ANSWERING))
    if stored.summary.get("target") == "text":
        maps = below(stored.arrays, f"{TEACHER}maps/")
        answers = _answers(record, maps, place, (output, routing))
        return RestoredStudent(record=record, answers=answers, size_bytes=size)
    kept = None
    if record.strategy == "routing-only":
        member = {part: below(stored.arrays, f"{TEACHER}{part}/") for part in PARTS}
        kept = Kept(model=assemble(validate(stored.config)), member=cast("Mapping[Part, Any]", member))
    calibration = None
    if (errors := absolute_errors(stored.arrays, place.judged)) is not None:
        calibration = Calibration(errors=errors, regimes=np.zeros(len(errors), np.int64), prototypes=1)
    labels = DistilledPredictor(target=_target(stored, record), output=output, routing=routing, kept=kept)
    return RestoredStudent(record=record, labels=labels, calibration=calibration, size_bytes=size)


def _answers(
    record: StudentRecord,
    maps: Mapping[str, NDArray[np.generic]],
    place: Place,
    pupils: tuple[Pupil | None, Pupil | None],
) -> AnswerModel | DistilledAnswers:
    """Return a student of texts: one that routes, or one that says where the answer should be.

    :raises ValueError: where what it keeps of its teacher does not fit it.
    """
    (output, routing), told = pupils, place.told or 0
    filing = Filing(kind=record.filing, places=tuple(record.places))
    if maps or routing is not None:
        clusters = 0 if routing is None else routing.width
        check_maps(maps, MapShape(questions=place.width, clusters=clusters, texts=told))
    if routing is not None:
        return AnswerModel(
            routing=StudentRouting(pupil=routing, filing=filing),
            maps=maps,
            shrinkage=record.shrinkage,
            lexical=record.lexical,
        )
    if output is None or output.width != told:
        message = f"{OUTPUT}: expected {told} numbers for each question"
        raise ValueError(message)
    sides = AnswerModel(routing=GlobalRouting(), maps=maps, shrinkage=record.shrinkage)
    return DistilledAnswers(pupil=output, filing=filing, residual=record.residual, sides=sides, lexical=record.lexical)


def _pupil(record: StudentRecord, arrays: Mapping[str, NDArray[np.generic]], prefix: str, place: Place) -> Pupil | None:
    parameters = below(arrays, prefix)
    if not parameters:
        return None
    numbers = {"size": record.size, "heads": record.heads, "layers": record.layers, "hidden": record.hidden}
    student = make_student(record.form, **numbers)
    tokens = record.tokens or len(parameters.get("memory", ()))
    places = len(record.places) if record.filing else None
    try:
        check_shapes(student, parameters, (place.sentences, place.width), tokens=tokens, places=places)
    except (ValueError, LookupError) as broken:
        message = f"{prefix}{broken}"
        raise ValueError(message) from None
    return Pupil(student=student, parameters=parameters)


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


def _try(restored: RestoredStudent, place: Place) -> None:
    """Ask a student about three rows, to see that it can answer.

    :raises ValueError: where what it says is of another shape, or not finite.
    """
    rows = np.linspace(-1.0, 1.0, _TRIED * place.sentences * place.width, dtype=np.float32)
    rows = rows.reshape(_TRIED, place.sentences, place.width)
    with np.errstate(all="ignore"):
        if restored.labels is not None:
            said, width = restored.labels.says(Inputs(vectors=rows)), restored.labels.target.width
            found, expected = said.sums, width
            if said.weights is not None and said.outputs is not None:
                _agree(said.outputs.shape, (*said.weights.shape, width))
        elif restored.answers is not None and place.told is not None:
            asked, expected = Asked(vectors=rows[:, 0]), place.told
            found = restored.answers.vectors(asked)
        else:
            message = "it predicts something else than the labels of the workspace"
            raise ValueError(message)
    _agree(found.shape, (_TRIED, expected))
    if not np.isfinite(found).all():
        message = "a prediction is not finite"
        raise ValueError(message)


def _agree(found: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if found != expected:
        message = f"a prediction is of shape {found}, expected {expected}"
        raise ValueError(message)
