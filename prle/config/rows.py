"""Every setting as a row of a table: what it may be, what it does, and where its value came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, get_args, get_origin

from prle.config.reading import choices, overridden, read, validate
from prle.config.schema import Config, Section

if TYPE_CHECKING:
    from pathlib import Path


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pydantic.fields import FieldInfo

Value: TypeAlias = bool | int | float | str
OriginKind = Literal["flag", "environment", "file", "recorded", "default"]

_BOUNDS: Final = {"ge": "at least {}", "gt": "above {}", "le": "at most {}", "lt": "below {}"}


@dataclass(frozen=True, kw_only=True)
class Key:
    """One setting.

    :param name: its dotted key, such as ``router.kind``.
    :param allowed: what it may be, in words: ``knn, radius or softmax``, ``whole number, at least 1``.
    """

    name: str
    default: Value
    allowed: str
    description: str


@dataclass(frozen=True, kw_only=True)
class KeySection:
    """The settings that belong together, and what they are about."""

    name: str
    purpose: str
    keys: tuple[Key, ...]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a value came from: the kind of place, and its name there (``--router``, ``PRLE_ROUTER``, a file)."""

    kind: OriginKind
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Given:
    """A value that somebody gave for this run, as a flag or in the environment."""

    value: Value
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The settings that a stored model was fitted with, as nested plain values."""

    model: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """All settings, and by dotted key where each came from."""

    config: Config
    origins: Mapping[str, Origin]

    def value(self, key: str) -> Value:
        """Return the value at a dotted key."""
        found: Any = self.config
        for step in key.split("."):
            found = getattr(found, step)
        return found  # type: ignore[no-any-return]


def sections() -> tuple[KeySection, ...]:
    """Return every setting of a fit by section, in the order of ``prle.config``; a nested section is one of its own."""
    return tuple(_sections(Config, ""))


def trace(*, file: Path | None, given: Mapping[str, Given], recorded: Recorded | None = None) -> Resolved:
    """Merge settings, the later the stronger: default < ``recorded`` < the YAML ``file`` < ``given``; keep the origins.

    :param given: what flags and environment say, by dotted key.
    :raises UsageError: for an unknown key or a value that does not fit, naming the nearest known one.
    """
    written = {} if file is None else read(file)
    known = {} if recorded is None else recorded.settings
    values = {key: value.value for key, value in given.items()}
    config = validate(overridden(_overlaid(known, written), values))
    origins = {}
    for section in sections():
        for key in section.keys:
            if key.name in given:
                origins[key.name] = given[key.name].origin
            elif _holds(written, key.name):
                origins[key.name] = Origin(kind="file", place=str(file))
            elif recorded is not None and _holds(known, key.name):
                origins[key.name] = Origin(kind="recorded", place=recorded.model)
            else:
                origins[key.name] = Origin(kind="default")
    return Resolved(config=config, origins=origins)


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``below`` with everything that ``above`` says in its place, section by section."""
    result = dict(below)
    for name, value in above.items():
        under = result.get(name)
        both = isinstance(under, dict) and isinstance(value, dict)
        result[name] = _overlaid(under, value) if both else value  # type: ignore[arg-type]
    return result


def _holds(tree: Mapping[str, Any], key: str) -> bool:
    """Return whether nested settings say something at a dotted key."""
    found: Any = tree
    for step in key.split("."):
        if not isinstance(found, dict) or step not in found:
            return False
        found = found[step]
    return True


def _sections(kind: type[Section], prefix: str) -> Iterator[KeySection]:
    """Yield a section's own keys, then the sections within it."""
    keys, inner = [], []
    for name, field in kind.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            inner.append((field.annotation, f"{prefix}{name}"))
        else:
            keys.append(_key(f"{prefix}{name}", field))
    if keys:
        purpose = (kind.__doc__ or "").strip().split("\n")[0]
        yield KeySection(name=prefix.removesuffix("."), purpose=purpose, keys=tuple(keys))
    for section, name in inner:
        yield from _sections(section, f"{name}.")


_KINDS: Final[Mapping[object, str]] = {int: "whole number", float: "number"}


def _key(name: str, field: FieldInfo) -> Key:
    """Return a field of a section as a row."""
    return Key(name=name, default=field.default, allowed=_allowed(field), description=field.description or "")


def _allowed(field: FieldInfo) -> str:
    """Say in words what a field may be."""
    parts = (field.annotation, *get_args(field.annotation))
    kinds = [_kind(part, field.metadata) for part in parts if part is not bool]
    truths = ["true", "false"] if bool in parts else []
    words = truths + [str(name) for name in choices(field.annotation)]
    *others, last = [*filter(None, kinds), *words]
    return f"{', '.join(others)} or {last}" if others else last


def _kind(annotation: object, metadata: list[Any]) -> str:
    """Say a kind of value with its bounds, ``whole number, at least 1``; nothing for what is no kind of value."""
    if get_origin(annotation) is Annotated:
        annotation, inner = get_args(annotation)
        metadata = inner.metadata
    if annotation not in _KINDS:
        return ""
    bounds = [
        phrase.format(f"{limit:g}")
        for constraint in metadata
        for bound, phrase in _BOUNDS.items()
        if (limit := getattr(constraint, bound, None)) is not None
    ]
    return ", ".join([_KINDS[annotation], *bounds])


def settings_of(config: Config, *, epochs: bool = False) -> dict[str, bool | int | float | str]:
    """Return by dotted key what differs from the defaults; epochs, which a search decides on, where asked for."""
    resolved = Resolved(config=config, origins={})
    keys = [key for section in sections() for key in section.keys if epochs or key.name != "train.epochs"]
    return {key.name: resolved.value(key.name) for key in keys if resolved.value(key.name) != key.default}
