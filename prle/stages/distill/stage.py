"""Teach a small model to say what a fitted one says, and store it beside its teacher."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, get_args

from prle.encoders.uncertainty import UncertaintyName
from prle.errors import UsageError, unknown_name
from prle.models.labels.checkpoint import load, refuse_student
from prle.models.labels.training.threads import one_thread
from prle.models.students.checkpoint import store_student
from prle.models.students.interface import HIDDEN, GroupEmbeddingName, ImportanceName, StrategyName, StudentName
from prle.models.students.record import StudentRecord
from prle.models.students.teaching.distilling import MIXED, Classroom, DistillSettings, distilled, lessons
from prle.models.students.teaching.groups import group_vectors
from prle.models.students.teaching.sizes import APART, SizeTrial, parsimonious
from prle.models.texts.checkpoint import restore_answers
from prle.models.texts.experts import count_parameters
from prle.observer import SILENT
from prle.stages.common.kinds import has_texts
from prle.stages.common.query import target_vectors
from prle.stages.common.text_rows import library_of, questions_of
from prle.stages.distill.importance import importance_for
from prle.stages.distill.interface import DistillReport, DistillRequest, Measured, StudentTrial
from prle.stages.distill.labels import LabelCourse
from prle.stages.distill.texts import TextCourse
from prle.workspace import open_workspace, save_model
from prle.workspace.clock import timestamp
from prle.workspace.sections import check_model_name

if TYPE_CHECKING:
    from pathlib import Path

    from prle.models.students.teaching.learning import Taught
    from prle.observer import Observer
    from prle.stages.distill.courses import Course, Verdict
    from prle.stages.distill.importance import Weights
    from prle.workspace import Workspace
    from prle.workspace.interface import StoredModel

_JUDGED: Final = "validation_"
_DOUBTS: Final = ("uncertainty", "combined")
"""Ways to weigh rows that ask how sure the encoder is."""


def distill(workspace: Path, request: DistillRequest, *, observer: Observer = SILENT) -> DistillReport:
    """Distil a fitted model of any target, whose kind is found out, and store the student.

    It learns from training rows and from mixtures of them, never from their labels; which epoch is kept, and which size
    where none is given, is for validation rows to say.

    :raises UsageError: for a form or strategy that does not suit the teacher, or a teacher that is a student.
    :raises WorkspaceError: where the teacher is missing, stale or broken.
    """
    check_names(request)
    begun = time.perf_counter()
    with open_workspace(workspace) as opened, one_thread():
        made = Distiller(opened, request, observer)
        report, stored = made.run(begun)
    save_model(workspace, stored)
    return report


def check_names(request: DistillRequest) -> None:
    """Refuse names that mean nothing.

    :raises UsageError: naming the nearest one that does.
    """
    settings = request.settings
    for option, value, names in (
        ("--student", settings.form, get_args(StudentName)),
        ("--strategy", settings.strategy, get_args(StrategyName)),
        ("--group-embedding", settings.group_embedding, get_args(GroupEmbeddingName)),
        ("--importance", settings.importance, get_args(ImportanceName)),
        ("--uncertainty", settings.uncertainty, get_args(UncertaintyName)),
    ):
        if value not in names:
            raise unknown_name(option, value, names)
    if settings.uncertainty != "auto" and settings.importance not in _DOUBTS:
        message = f"--uncertainty: expected --importance {' or '.join(_DOUBTS)}, got {settings.importance}."
        raise UsageError(message, hint=f"add --importance {_DOUBTS[0]}")
    check_model_name(request.stored_as)
    if request.stored_as == request.name:
        message = f"--as {request.name}: expected another name than that of the teacher."
        raise UsageError(message, hint="leave out --as")


class Distiller:
    """Makes students of one teacher in an open workspace; lessons are given once for all of them.

    :param weights: how much each training row counts, where that is known already.
    """

    def __init__(
        self,
        opened: Workspace,
        request: DistillRequest,
        observer: Observer,
        *,
        weights: Weights | None = None,
    ) -> None:
        self._opened, self._request, self._observer, self._weights = opened, request, observer, weights
        self._stored = opened.model(request.name)
        refuse_student(self._stored)
        self.course = course_of(opened, request.name)
        self._room: Classroom | None = None

    @property
    def _settings(self) -> DistillSettings:
        return self._request.settings

    def run(self, begun: float) -> tuple[DistillReport, StoredModel]:
        """Make the student, or one of every size, and say what came of it."""
        sizes = self._request.sizes(self._opened.manifest.encoder.width)
        made = [self.student(replace(self._settings, size=size)) for size in sizes]
        verdicts = [verdict for _, verdict, _ in made]
        trials = [
            SizeTrial(size=size, losses=verdict.losses, relative_error=verdict.agreement["relative_error"])
            for size, verdict in zip(sizes, verdicts, strict=True)
        ]
        place = parsimonious(trials)
        model, _, taught = made[place]
        taken = time.perf_counter() - begun
        model = replace(model, summary={**model.summary, "fit_seconds": taken})
        return self._report(sizes, verdicts, place, taught, taken), model

    def student(self, settings: DistillSettings) -> tuple[StoredModel, Verdict, dict[str, Taught]]:
        """Make one student and measure it as it will be stored.

        :raises UsageError: where its form does not suit the teacher.
        """
        if settings.form == "factored":
            return self._factored(settings)
        pupils, taught = distilled(self.room(), settings, observer=self._observer)
        graduate = self.course.graduate(pupils, self._record(settings), settings)
        name, made_from = self._request.stored_as, self._opened.identity
        stored = store_student(graduate, name=name, made_from=made_from)
        verdict = self.course.judged(stored)
        errors = self.course.errors(stored) if isinstance(self.course, LabelCourse) else None
        graduate = replace(graduate, measured=_measured(verdict), errors=errors)
        return store_student(graduate, name=name, made_from=made_from), verdict, taught

    def room(self) -> Classroom:
        """Return what students learn from, the same for all."""
        if self._room is not None:
            return self._room
        course, settings = self.course, self._settings
        experts = settings.strategy == "two-stage"
        rows = course.inputs("train")
        if self._weights is None:
            self._weights = importance_for(
                self._opened, course, settings.importance, self._observer, measure=settings.uncertainty
            )
        self._room = Classroom(
            teacher=course.teacher,
            lesson=lessons(course.teacher, rows, self._weights.scores, experts=experts, seed=settings.seed),
            exam=course.teacher.says(course.inputs("validation"), experts=experts),
            groups=self._groups(),
            residual=course.residual,
        )
        return self._room

    def _groups(self) -> Any:
        """Return the embeddings of the places that the teacher asks for; None where it asks for none."""
        filing = self.course.filing
        if not filing.kind:
            return None
        return group_vectors(
            filing.places,
            self._settings.group_embedding,
            lambda names: target_vectors(self._opened, names, observer=self._observer),
        )

    def _factored(self, settings: DistillSettings) -> tuple[StoredModel, Verdict, dict[str, Taught]]:
        """Keep the teacher's routing, and of its maps a mean and a few directions each: still a routed model."""
        course = self.course
        if not isinstance(course, TextCourse) or settings.strategy != "projection":
            message = (
                "--student factored: expected a model of texts, whose experts are matrices, and no other strategy."
            )
            raise UsageError(message, hint="use --student linear or mlp")
        maps = course.factored(settings.size)
        kept = {path: array for path, array in self._stored.arrays.items() if not path.startswith("maps/")}
        stored = replace(
            self._stored,
            name=self._request.stored_as,
            arrays={**kept, **{f"maps/{name}": array for name, array in maps.items()}},
            created=timestamp(),
        )
        restored = answers_of(self._opened, stored)
        teacher = course.taught()
        spared = count_parameters(maps) - self._stored.summary["parameters"]
        verdict = course.verdict(restored.model, teacher.parameters + spared)
        told = {"parameters": count_parameters(maps), "factored_from": self._request.name, **_measured(verdict)}
        return replace(stored, summary={**stored.summary, **told}), verdict, {}

    def _record(self, settings: DistillSettings) -> StudentRecord:
        return StudentRecord(
            teacher=self._request.name,
            seal=self._opened.seal(self._request.name),
            form=settings.form,
            strategy=settings.strategy,
            size=settings.size,
            heads=settings.heads,
            layers=settings.layers,
            importance=settings.importance,
            group_embedding=settings.group_embedding if self.course.filing.kind else "",
            tokens=len(self.course.teacher.prototypes),
            hidden=HIDDEN,
        )

    def _report(
        self, sizes: tuple[int, ...], verdicts: list[Verdict], place: int, taught: dict[str, Taught], taken: float
    ) -> DistillReport:
        settings, chosen, opened = self._settings, verdicts[place], self._opened
        rows = opened.splits["train"]
        return DistillReport(
            workspace=opened.path,
            model=self._request.stored_as,
            teacher=self._request.name,
            target="text" if has_texts(opened) else "class" if opened.manifest.classes else "number",
            student=settings.form,
            strategy=settings.strategy,
            size=sizes[place],
            heads=settings.heads,
            layers=settings.layers,
            importance=settings.importance,
            uncertainty=self._weights.uncertainty if self._weights else "",
            group_embedding=settings.group_embedding if self.course.filing.kind else "",
            rows=rows,
            mixtures=MIXED * rows if settings.form != "factored" else 0,
            taught=Measured(**_plain(self.course.taught())),
            trials=tuple(
                StudentTrial(size=size, agreement=verdict.agreement, **_plain(verdict))
                for size, verdict in zip(sizes, verdicts, strict=True)
            ),
            reason=_reason(sizes),
            errors={part: each.errors for part, each in taught.items()},
            seconds=taken,
            seed=settings.seed,
            dense_parameters=self.course.dense_parameters,
            **judged_figures(chosen),
        )


def course_of(opened: Workspace, name: str) -> Course:
    """Return the course of a fitted model, whatever it predicts."""
    if not has_texts(opened):
        return LabelCourse(opened, load(opened, name))
    rows = {split: questions_of(opened, split) for split in ("train", "validation")}
    return TextCourse(opened, answers_of(opened, opened.model(name)), rows, library_of(opened))


def answers_of(opened: Workspace, stored: StoredModel) -> Any:
    """Return a stored model of texts, ready to answer."""
    train, library = questions_of(opened, "train"), library_of(opened)
    return restore_answers(stored, train.asked.vectors, width=library.vectors.shape[1])


def judged_figures(verdict: Verdict) -> dict[str, Any]:
    """Return the validation figures that every model is listed with."""
    known = ("pearson", "rmse", "accuracy", "log_loss", "recall_at_1", "mrr")
    return {f"{_JUDGED}{name}": value for name, value in verdict.figures.items() if name in known}


def _measured(verdict: Verdict) -> dict[str, Any]:
    """Return what the summary of a student keeps."""
    return {
        "fit_seconds": 0.0,
        "agreement": verdict.agreement,
        **{f"{_JUDGED}{name}": value for name, value in verdict.figures.items()},
    }


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {
        "task": verdict.figures,
        "parameters": verdict.parameters,
        "single_seconds": verdict.single,
        "batch_seconds": verdict.batch,
    }


def _reason(sizes: tuple[int, ...]) -> str:
    """Say why a size was taken."""
    if len(sizes) == 1:
        return "as it was asked for"
    return (
        f"the smallest of {', '.join(map(str, sizes))} whose task error is at most a standard error above the best "
        f"one, and whose relative error is within {APART:g} of the lowest"
    )
