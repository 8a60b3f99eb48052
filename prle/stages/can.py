"""What can be done with what: the table of verbs and kinds, the only place that asks for a kind, and that refuses one.

A cell names the module of ``prle.stages`` that does a verb for a kind; it is imported when it is asked for. What has no
cell cannot be done.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from prle.errors import UsageError, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed import DataclassInstance

    from prle.workspace import Workspace

Target = Literal["number", "class", "text"]
"""What labels are."""

Kind = Literal["number", "class", "text", "student"]
"""What a model is: fitted to labels of a kind, or the student of one that is."""

KINDS: Final[Mapping[Kind, str]] = {"number": "numbers", "class": "classes", "text": "texts", "student": "students"}
"""The kinds in their order, as a sentence names them."""


def _of_labels(module: str) -> dict[Kind, str]:
    return {"number": module, "class": module}


def _of_targets(module: str) -> dict[Kind, str]:
    return {**_of_labels(module), "text": module}


def _of_all(module: str) -> dict[Kind, str]:
    return {**_of_targets(module), "student": module}


TABLE: Final[Mapping[str, Mapping[Kind, str]]] = {
    "embed": _of_targets("embed.stage"),
    "suggest": {"number": "suggest.stage"},
    "fit": {**_of_labels("fit.labels"), "text": "fit.texts"},
    "fit --search": _of_labels("fit.search"),
    "predict": {
        "number": "predict.numbers",
        "class": "predict.classes",
        "text": "predict.texts",
        "student": "predict.students",
    },
    "explain": {"number": "explain.numbers", "class": "explain.classes", "text": "explain.texts"},
    "shell": _of_all("serve.stage"),
    "serve": _of_all("serve.stage"),
    "audit": {"number": "audit.numbers", "class": "audit.classes"},
    "audit --labels": {"number": "audit.numbers", "class": "audit.classes"},
    "edit": {"number": "edit.numbers", "class": "edit.classes"},
    "edit log": _of_labels("edit.journal"),
    "consolidate": {**_of_labels("consolidate.labels"), "text": "consolidate.texts"},
    "distill": {**_of_labels("distill.labels"), "text": "distill.texts"},
    "distill --student factored": {"text": "distill.factored"},
    "bench": {**_of_labels("bench.labels"), "text": "bench.texts", "student": "bench.students"},
    "bench --suite": {"number": "bench.labels"},
    "bench --importance": _of_targets("bench.importance"),
    "report": {"number": "report.numbers", "class": "report.classes"},
    "export": {**_of_labels("export.labels"), "text": "export.texts", "student": "export.students"},
    "info": _of_all("info.stage"),
    "info --regimes": {"number": "info.numbers", "class": "info.classes"},
    "info --history": _of_targets("info.history"),
}
"""Verb, or verb and option where the option is a job of its own -> kind -> module."""


@dataclass(frozen=True, kw_only=True)
class Only:
    """An option that some kinds of label have.

    :param field: of the request of the verb.
    :param values: those that this is about; none means any that is not the default.
    :param voting: whether models in which labels vote have it, or only those whose experts speak.
    :param instead: what the others have, for the hint.
    """

    field: str
    option: str
    targets: tuple[Target, ...]
    values: tuple[object, ...] = ()
    voting: bool = True
    instead: str = "leave it out"

    def refused(self, about: Subject) -> str:
        """Say what was expected and what arrived; nothing where a subject has the option."""
        if about.target not in self.targets:
            return f"expected labels that are {_listed(self.targets)}; those of {about.file} are {KINDS[about.target]}."
        if about.votes and not self.voting:
            return f"expected a model whose experts speak; in {about.name} labels of examples vote."
        return ""


_RANKED: Final = "labels become texts with `prle embed SOURCE --target COLUMN`"
_RANKINGS: Final = tuple(
    Only(field=name, option=f"--{name}", targets=("text",), instead=_RANKED) for name in ("pool", "group", "path")
)
_LEVEL: Final = Only(
    field="level", option="--level", targets=("number",), instead="classes have probabilities, texts scores"
)
_NUMBERS: Final[tuple[Target, ...]] = ("number",)
_LABELS: Final[tuple[Target, ...]] = ("number", "class")
_TARGETS: Final[tuple[Target, ...]] = ("number", "class", "text")

OPTIONS: Final[Mapping[str, tuple[Only, ...]]] = {
    "fit": (Only(field="memory", option="--memory", targets=_LABELS),),
    "predict": (_LEVEL, *_RANKINGS, Only(field="first", option="--top", targets=("text",), instead=_RANKED)),
    "explain": (
        _LEVEL,
        *_RANKINGS,
        Only(field="move", option="--move", targets=_NUMBERS),
        Only(field="class_name", option="--class", targets=("class",)),
        Only(field="ledger", option="--ledger", targets=_LABELS),
        Only(field="ledger", option="--ledger", targets=_NUMBERS, values=("features",)),
    ),
    "consolidate": (
        Only(
            field="merging",
            option="--how",
            targets=("text",),
            values=("low_rank",),
            instead="leave it out: what prototypes of labels have for themselves is small already",
        ),
        Only(
            field="merging",
            option="--how",
            targets=_TARGETS,
            values=("retrain",),
            voting=False,
            instead="leave it out: rows are filed under fewer prototypes and vote as before, nothing is to be fitted",
        ),
    ),
    "distill": (
        Only(
            field="strategy",
            option="--strategy",
            targets=_TARGETS,
            values=("routing-only",),
            voting=False,
            instead="use --strategy projection, or two-stage, which learns who is listened to as well",
        ),
        Only(field="temperature", option="--temperature", targets=("class",)),
        Only(field="group_embedding", option="--group-embedding", targets=("text",), instead=_RANKED),
    ),
    "bench": (
        Only(field="ablations", option="--ablations", targets=_LABELS, instead="--soft-targets compares texts"),
        Only(field="memory", option="--memory", targets=_LABELS, instead="leave it out, PRLE_MEMORY too"),
        Only(field="soft_targets", option="--soft-targets", targets=("text",), instead=_RANKED),
        Only(field="cuts", option="--cut", targets=("text",), instead=_RANKED),
    ),
}
"""Verb -> the options of it that not every kind of label has."""

_OF_RANKINGS: Final = ("answers.", "answer_losses.", "scores.")
_OF_LABELS: Final = (
    *("votes.", "place.", "retrieval.", "value_space.", "router.", "experts.", "losses."),
    *("prototypes.init", "prototypes.metric", "prototypes.learnable", "prototypes.snap", "prototypes.prune"),
    *("train.em_alt_training", "train.em_every", "train.expert_learning_rate", "train.committee"),
)

UNREAD: Final[Mapping[Target, tuple[str, ...]]] = {
    "number": _OF_RANKINGS,
    "class": _OF_RANKINGS,
    "text": _OF_LABELS,
}
"""What the dotted keys of settings begin with that a fit to labels of a kind does not read."""


_OF_EXPERTS: Final = (
    *("value_space.", "experts.", "losses.", "retrieval.", "router.", "prototypes.learnable", "prototypes.snap"),
    *("train.em", "train.epochs", "train.patience", "train.batch_size", "train.learning_rate", "train.committee"),
    *("train.expert_learning_rate", "train.weight_decay", "train.averaging"),
)
_OF_ROUTERS: Final = ("router.", "train.epochs")

READ: Final[Mapping[str, tuple[str, ...]]] = {
    "": (*_OF_EXPERTS, "prototypes.prune"),
    "experts": _OF_EXPERTS,
    "map": ("value_space.dropout", "value_space.input_dropout", "train.epochs", "train.committee"),
    **dict.fromkeys(("knn", "radius", "mlp_sparse", "attention"), _OF_ROUTERS),
}
"""What a base that labels vote over reads of the settings of experts, and a router that decides who votes; no base
is experts that speak themselves."""


class Subject(NamedTuple):
    """What a verb is about: the model of a workspace, or without a name its labels.

    :param teacher: of a student; None of a model that was fitted itself.
    :param votes: whether labels of examples vote in the model.
    """

    file: str
    target: Target
    name: str = ""
    teacher: str | None = None
    votes: bool = False

    @property
    def kind(self) -> Kind:
        """The column of the table."""
        return self.target if self.teacher is None else "student"


def subject(workspace: Workspace, name: str | None = None) -> Subject:
    """Return what a verb is about; a model that there is not is taken for one that was fitted.

    :raises WorkspaceError: where what is kept of the model is damaged.
    """
    from prle.workspace.interface import teacher_of

    manifest = workspace.manifest
    target: Target = "text" if manifest.target_encoder is not None else "class" if manifest.classes else "number"
    if name is None or name not in workspace.model_names:
        return Subject(workspace.path.name, target, name or "")
    summary = workspace.summary(name)
    return Subject(workspace.path.name, target, name, teacher_of(summary), votes="voters" in summary)


def module(verb: str, about: Subject) -> Any:
    """Return the module that does a verb for what it is about.

    :raises UsageError: where there is none.
    """
    return import_module(f"prle.stages.{place(verb, about)}")


def place(verb: str, about: Subject) -> str:
    """Return the name of that module, below ``prle.stages``, without importing it.

    :raises UsageError: where there is none, naming what would help.
    """
    row = TABLE[verb]
    if about.kind in row:
        return row[about.kind]
    if about.teacher is not None:
        message = f"{verb}: expected a model that was fitted; {about.name} is a student of {about.teacher}."
        raise UsageError(message, hint=f"ask its teacher: `--name {about.teacher}`")
    message = f"{verb}: expected labels that are {_listed(row)}; those of {about.file} are {KINDS[about.target]}."
    raise UsageError(message, hint=f"of {KINDS[about.target]} prle can {', '.join(_verbs_of(about.target))}")


def check(verb: str, about: Subject, request: DataclassInstance) -> None:
    """Refuse a request that asks for what labels of a kind do not have.

    :raises UsageError: naming the option, and what there is instead.
    """
    defaults = {field.name: field.default for field in fields(request)}
    for only in OPTIONS.get(verb, ()):
        asked = getattr(request, only.field)
        about_it = asked in only.values if only.values else asked != defaults[only.field]
        if about_it and (refused := only.refused(about)):
            option = f"{only.option} {asked}" if only.values else only.option
            message = f"{verb} {option}: {refused}"
            raise UsageError(message, hint=only.instead)


def unread(about: Subject, settings: Iterable[str]) -> str:
    """Say which settings, by dotted key, a fit does not read; they may stand in a file for data of several kinds."""
    ignored = [key for key in settings if key.startswith(UNREAD[about.target])]
    return f"labels are {KINDS[about.target]}, so these are not read: {', '.join(ignored)}" if ignored else ""


def unread_by(base: str, router: str, settings: Iterable[str]) -> str:
    """Say which settings, by dotted key, were not read by a fit in which labels vote over a base."""
    read = tuple(key for part in (*base.split("+"), router) for key in READ.get(part, ()))
    ignored = [key for key in settings if key.startswith(READ[""]) and not key.startswith(read)]
    if not ignored:
        return ""
    return f"labels vote over base {base}, so these are not read: {', '.join(ignored)}; `--voters none` reads them"


def teacher_for(workspace: Workspace, name: str) -> str:
    """Return the teacher of a student; the name itself where it is none.

    :raises WorkspaceError: where the teacher is not there any more, or is another model by now.
    """
    teacher = subject(workspace, name).teacher
    if teacher is None:
        return name
    sealed = workspace.summary(name)["student"].get("seal")
    if teacher not in workspace.model_names or workspace.seal(teacher) != sealed:
        message = f"model {name}: its teacher {teacher} was changed or removed since it was distilled."
        raise WorkspaceError(message, hint=f"run `prle distill --name {teacher}` again")
    return teacher


def markdown() -> str:
    """Return the table for people: a line a verb, a column a kind."""
    lines = [f"| | {' | '.join(KINDS.values())} |", f"|---|{':-:|' * len(KINDS)}"]
    for verb, row in TABLE.items():
        lines.append(f"| `{verb}` | {' | '.join('●' if kind in row else '' for kind in KINDS)} |")
    return "\n".join(lines)


def _listed(kinds: Any) -> str:
    """Return kinds of label as a sentence names them."""
    *others, last = (KINDS[kind] for kind in KINDS if kind in kinds and kind != "student")
    return f"{', '.join(others)} or {last}" if others else last


def _verbs_of(kind: Kind) -> list[str]:
    """Return the verbs that know a kind and come after it is there, without those that are options."""
    return [verb for verb, row in TABLE.items() if kind in row and " " not in verb and verb != "embed"]
