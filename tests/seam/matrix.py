"""Every option of every verb for every kind of target and model, as Typer's own parameters have them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, get_origin

import typer

from prle_cli.app import application
from tests.seam.calls import ABOUT, CALLS, ELSEWHERE, INSTEAD, TOGETHER, VALUES
from tests.seam.workspaces import SOURCES, Source

FORMATS: Final = ("table", "json")


@dataclass(frozen=True)
class Subject:
    """What a verb is about: data of a kind, and a model of them or its student.

    :param source: None for verbs that are about no data.
    """

    source: Source | None = None
    student: bool = False

    def __str__(self) -> str:
        name = "nothing" if self.source is None else self.source.name
        return f"{name} student" if self.student else name


@dataclass(frozen=True)
class Option:
    """An option or an argument of a verb.

    :param name: as it is written, or of an argument what Typer calls it.
    :param no: what turns it off, of a switch with two names.
    """

    verb: str
    name: str
    names: tuple[str, ...]
    no: str | None
    annotation: Any
    least: float | None
    default: Any

    @property
    def argument(self) -> bool:
        return not self.name.startswith("-")

    @property
    def key(self) -> str:
        return f"{self.verb} {self.name}".strip()

    def values(self) -> Iterator[tuple[str, ...]]:
        """Yield what turns it from its default, each in templates of words.

        :raises KeyError: where that cannot be derived from its type, and ``VALUES`` has nothing.
        """
        if self.annotation is bool:
            if self.default is not True:
                yield (self.name,)
            if self.no is not None and self.default is not False:
                yield (self.no,)
        elif self.key in VALUES or self.name in VALUES:
            for value in VALUES.get(self.key, VALUES.get(self.name, ())):
                words = tuple(shlex.split(value))
                yield words if self.argument else (self.name, *words)
        elif choices := [choice for choice in _choices(self.annotation) if choice != self.default]:
            for choice in choices:
                yield self.name, choice
        elif self.least is not None and self.least != self.default:
            yield self.name, f"{self.least:g}"
        else:
            raise KeyError(f"{self.key}: say in tests/seam/calls.py what a value of it may be")


@dataclass(frozen=True)
class Case:
    """One option of one verb about one subject, with a value.

    :param words: the templates of the command line, and ``without`` those of the same one without the option.
    """

    verb: str
    subject: Subject
    option: Option
    value: tuple[str, ...]
    words: tuple[str, ...]
    without: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.verb or 'prle'} [{self.subject}] {' '.join(self.value)}"


def commands() -> dict[str, Any]:
    """Return Typer's commands by verb: groups too, and the root without a name."""
    found: dict[str, Any] = {}

    def walk(command: Any, verb: str) -> None:
        found[verb] = command
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{verb} {name}".strip())

    walk(typer.main.get_command(application()), "")
    return found


def options(verb: str, command: Any) -> list[Option]:
    """Return the options and arguments of a command."""
    return [
        Option(
            verb=verb,
            name=parameter.opts[0],
            names=tuple(parameter.opts),
            no=next(iter(parameter.secondary_opts), None),
            annotation=_plain(parameter.type_descriptor.annotation),
            least=parameter.min,
            default=parameter.default,
        )
        for parameter in command.params
    ]


def subjects(verb: str) -> list[Subject]:
    """Return what a verb can be about."""
    about = CALLS[verb].about
    if about == "nothing":
        return [Subject()]
    of_models = [Subject(source) for source in SOURCES]
    students = [Subject(source, student=True) for source in SOURCES]
    return [*of_models, *(students if about == "model" else ())]


def cases() -> list[Case]:
    """Return the whole matrix."""
    return [
        _case(verb, subject, option, value, command)
        for verb, command in commands().items()
        for option in options(verb, command)
        if option.key not in ELSEWHERE
        for subject in subjects(verb)
        for value in option.values()
        if " ".join((verb, *value)) not in ELSEWHERE
    ]


def plain(verb: str, subject: Subject, command: Any, asked: str) -> tuple[str, ...]:
    """Return a verb at its plainest: what it is asked about, what keeps it small, where, and which model."""
    call = CALLS[verb]
    small = call.words if subject.source is None else call.words.replace("{columns}", subject.source.columns)
    words = [*verb.split(), *shlex.split(asked), *shlex.split(small)]
    known = {name for parameter in command.params for name in parameter.opts}
    if "--workspace" in known:
        words += ["--workspace", "{workspace}"]
    if subject.student and "--name" in known:
        words += ["--name", "student"]
    if verb == "explain" and subject.student:
        words += ["--teacher"]
    return tuple(words)


def _case(verb: str, subject: Subject, option: Option, value: tuple[str, ...], command: Any) -> Case:
    together = tuple(shlex.split(TOGETHER.get(option.key, "")))
    base = (*plain(verb, subject, command, ABOUT.get(option.key, CALLS[verb].input)), *together)
    if option.name == "--name" and subject.student:
        value = ("--name", "student")
    if (place := _place(value, base)) is not None:
        return Case(verb, subject, option, value, base, base[:place] + base[place + len(value) :])
    if option.key in INSTEAD:
        start = (*plain(verb, subject, command, ""), *together)
        return Case(verb, subject, option, value, (*start, *value), base)
    words = (*base, *value) if verb else (*value, *base)
    return Case(verb, subject, option, value, words, base)


def _place(value: tuple[str, ...], words: tuple[str, ...]) -> int | None:
    """Return where a value stands among words already, None where it does not."""
    places = range(len(words) - len(value) + 1)
    return next((place for place in places if words[place : place + len(value)] == value), None)


def _plain(annotation: Any) -> Any:
    """Return what a value is, where it may also be left out or given several times."""
    inner = [each for each in get_args(annotation) if each is not type(None)]
    if get_origin(annotation) in (None, Literal):
        return annotation
    return _plain(inner[0])


def _choices(annotation: Any) -> tuple[str, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def counts() -> Mapping[str, int]:
    """Return how many combinations of a verb, a kind and an option there are, by verb."""
    driven = {(case.verb, str(case.subject), case.option.name) for case in cases()}
    verbs = [verb for verb, _, _ in driven]
    return {verb: verbs.count(verb) for verb in CALLS if verb in verbs}


if __name__ == "__main__":
    for verb, count in counts().items():
        print(f"{count:6}  prle {verb}")  # noqa: T201
    print(f"{sum(counts().values()):6}  in all")  # noqa: T201
