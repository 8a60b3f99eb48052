"""Every option of every verb for every kind of target and model, as Typer's own parameters have them.

``python -m tests.seam.matrix`` counts them.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args, get_origin

import typer

from prle.stages.can import TABLE, Kind, Target
from prle_cli.app import application
from tests.seam.calls import ABOUT, CALLS, ELSEWHERE, INSTEAD, TOGETHER, VALUES, WITHOUT, But
from tests.seam.sources import SOURCES, Source
from tests.seam.sources import Kind as Labels

Words = tuple[str, ...]
Triple = tuple[str, "Subject", str]
"""A verb, a kind, an option."""
FORMATS: Final = ("table", "json")
TARGETS: Final[Mapping[Labels, Target]] = {"numbers": "number", "classes": "class", "texts": "text"}
"""What the table of kinds calls labels."""


@dataclass(frozen=True)
class Subject:
    """What a verb is about: data, and the model ``default`` of them or a student.

    :param source: None for verbs that are about no data.
    """

    source: Source | None = None
    student: bool = False

    def __str__(self) -> str:
        if self.source is None:
            return "nothing"
        return f"student of {self.source.name}" if self.student else self.source.name

    @property
    def kind(self) -> Kind | None:
        """Its column in the table of kinds."""
        if self.source is None:
            return None
        return "student" if self.student else TARGETS[self.source.kind]

    @property
    def traits(self) -> frozenset[str]:
        """What an exception may be about."""
        if self.source is None:
            return frozenset()
        model = "student" if self.student else "model"
        shape = "table" if self.source.table else "rows"
        return frozenset({self.source.kind, shape, model, f"{self.source.kind} {model}"})


@dataclass(frozen=True)
class Option:
    """An option of a verb, or an argument.

    :param names: as it is written; of an argument what Typer calls it.
    :param no: what turns it off, of a switch with two names.
    :param least: the least that a number may be.
    """

    verb: str
    names: Words
    no: str | None
    annotation: Any
    least: float | None
    default: Any

    @property
    def name(self) -> str:
        return self.names[0]

    @property
    def argument(self) -> bool:
        return not self.name.startswith("-")

    @property
    def key(self) -> str:
        return f"{self.verb} {self.name}".strip()

    def values(self) -> Iterator[Words]:
        """Yield what turns it from its default: the words that stand on the command line.

        :raises KeyError: where its type does not say what that is, and ``VALUES`` has nothing.
        """
        if self.annotation is bool:
            switches = ((self.name, True), *(((self.no, False),) if self.no else ()))
            yield from ((name,) for name, on in switches if on != self.default)
        elif self.key in VALUES or self.name in VALUES:
            for value in VALUES.get(self.key, VALUES.get(self.name, ())):
                words = tuple(shlex.split(value))
                yield words if self.argument else (self.name, *words)
        elif choices := [choice for choice in _choices(self.annotation) if choice != self.default]:
            yield from ((self.name, choice) for choice in choices)
        elif self.least is not None and self.least != self.default:
            yield self.name, f"{self.least:g}"
        else:
            raise KeyError(f"{self.key}: tests/seam/calls.py has no value of it")


@dataclass(frozen=True)
class Case:
    """One option of one verb about one subject, with a value.

    :param words: of the command line, with templates, and ``without`` those of the same one without the option.
    :param formats: the ends of the command line that it is tried with, a format each.
    """

    subject: Subject
    option: Option
    value: Words
    words: Words
    without: Words
    formats: tuple[Words, ...]

    def __str__(self) -> str:
        return f"{self.option.verb or 'prle'} {' '.join(self.value)} ({self.subject})"

    @property
    def verb(self) -> str:
        return self.option.verb

    @property
    def triple(self) -> Triple:
        return self.verb, self.subject, self.option.name

    def exception(self, exceptions: Mapping[str, But]) -> But | None:
        """Return the exception that is about it: of its value rather than of its option, if there is one."""
        value = f"{self.verb} {' '.join(self.value)}"
        keys = (value, f"{self.verb} {self.value[0]}", self.value[0])
        found = next((exceptions[key] for key in keys if key in exceptions), None)
        return found if found and (not found.of or self.subject.traits & {*found.of}) else None


def commands() -> dict[str, Any]:
    """Return Typer's commands by verb, groups among them, and the root without a name."""
    found: dict[str, Any] = {}

    def walk(command: Any, verb: str) -> None:
        found[verb] = command
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{verb} {name}".strip())

    walk(typer.main.get_command(application()), "")
    return found


def options_of(verb: str, command: Any) -> list[Option]:
    """Return the options and arguments of a command that are driven here."""
    found = [
        Option(
            verb=verb,
            names=tuple(parameter.opts),
            no=next(iter(parameter.secondary_opts), None),
            annotation=_inner(parameter.type_descriptor.annotation),
            least=parameter.min,
            default=parameter.default,
        )
        for parameter in command.params
    ]
    return [option for option in found if option.key not in ELSEWHERE]


def subjects_of(verb: str) -> list[Subject]:
    """Return what a verb can be about."""
    about = CALLS[verb].about
    if about == "nothing":
        return [Subject()]
    kinds = (False, True) if about == "model" else (False,)
    return [Subject(source, student) for student in kinds for source in SOURCES]


def cases() -> list[Case]:
    """Return the whole matrix.

    Of data that only have another shape, it has what they are asked about, and of a kind that a verb refuses, one call.
    """
    found = []
    for verb, command in commands().items():
        options = options_of(verb, command)
        for place, option in enumerate(options):
            for turn, subject in enumerate(subjects_of(verb), start=place):
                if _is_driven(option, subject):
                    found += [
                        _case(subject, option, value, options, turn + subject.student) for value in option.values()
                    ]
    return found


def _is_driven(option: Option, subject: Subject) -> bool:
    if subject.source is None:
        return True
    if subject.source.again:
        return option.key in INSTEAD
    if subject.student and option.key in ("bench --suite", "bench --folder"):
        return False
    verb = option.verb.split()[0]
    refused = verb in TABLE and subject.kind not in TABLE[verb]
    return not refused or option.name in ("--workspace", "--teacher")


def counts() -> Counter[str]:
    """Return how many combinations of a verb, a kind and an option are driven, by verb."""
    return Counter(verb for verb, _, _ in dict.fromkeys(case.triple for case in cases()))


def _case(subject: Subject, option: Option, value: Words, options: list[Option], turn: int) -> Case:
    verb, key = option.verb, option.key
    together = tuple(shlex.split(TOGETHER.get(key, "")))
    base = (*_plain(subject, options, ABOUT.get(key, CALLS[verb].input), WITHOUT.get(key, "")), *together)
    if option.name == "--name" and subject.student:
        value = ("--name", "student")
    if key in INSTEAD:
        words, without = (*_plain(subject, options, ""), *together, *value), base
    elif (place := _place(value, base)) is not None:
        words, without = base, base[:place] + base[place + len(value) :]
    else:
        words, without = (*base, *value) if verb else (*value, *base), base
    return Case(subject, option, value, words, without, _formats(option, options, turn))


def _plain(subject: Subject, options: list[Option], asked: str, spared: str = "") -> Words:
    """Return a verb at its plainest: what it is asked, what keeps it small, where, and which model."""
    verb, names = options[0].verb, {option.name for option in options}
    small = CALLS[verb].words.replace(spared, "") if spared else CALLS[verb].words
    if subject.source is not None:
        small = small.replace("{columns}", subject.source.columns)
    words = [*verb.split(), *shlex.split(asked), *shlex.split(small)]
    words += ["--workspace", "{workspace}"] if "--workspace" in names else []
    words += ["--name", "student"] if subject.student and "--name" in names else []
    return tuple(words)


def _formats(option: Option, options: list[Option], turn: int) -> tuple[Words, ...]:
    """Return the formats to try where the verb has some: table and JSON, or one of them, by turns."""
    names = {each.name: each for each in options}
    if option.name in ("--format", "--json"):
        return ((),)
    if "--json" in names:
        both: tuple[Words, ...] = ((), ("--json",))
    elif "--format" in names and "json" in _choices(names["--format"].annotation):
        both = tuple(("--format", each) for each in FORMATS)
    else:
        return ((),)
    return both if CALLS[option.verb].both else (both[turn % 2],)


def _place(value: Words, words: Words) -> int | None:
    """Return where a value stands among the words of a call already, None where it does not."""
    places = range(len(words) - len(value) + 1)
    return next((place for place in places if words[place : place + len(value)] == value), None)


def _inner(annotation: Any) -> Any:
    """Return what one value is, of an option that may be left out or given several times."""
    if get_origin(annotation) in (None, Literal):
        return annotation
    return _inner(next(each for each in get_args(annotation) if each is not type(None)))


def _choices(annotation: Any) -> Words:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


if __name__ == "__main__":
    for verb, count in (driven := counts()).items():
        print(f"{count:6}  prle {verb}")  # noqa: T201
    print(f"{driven.total():6}  in all")  # noqa: T201
