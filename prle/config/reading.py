"""Settings from a YAML file and from options, checked against the schema, and what is wrong with them in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from prle.config.schema import Config
from prle.errors import UsageError, nearest, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


_ALTERNATIVES: Final = ("literal", "function", "constrained-int")
"""What begins a step of an error's place that names a member of a union, not a key."""


_NO_NUMBER: Final = ("int_parsing", "int_type", "int_from_float", "int_parsing_size")


def resolve(file: Path | None, overrides: Mapping[str, object]) -> Config:
    """Merge settings: ``overrides`` (flags and environment) > the YAML ``file`` > the defaults.

    ``prle.config.rows.trace`` does the same and says where each value came from.

    :param overrides: values by dotted key, e.g. ``{"router.kind": "knn"}``.
    :raises UsageError: for an unknown key or a value that does not fit, naming the nearest known one.
    """
    return validate(overridden({} if file is None else read(file), overrides))


def overridden(tree: Mapping[str, Any], overrides: Mapping[str, object]) -> dict[str, Any]:
    """Return a copy of nested settings in which the values of ``overrides`` stand at their dotted keys."""
    result = dict(tree)
    for key, value in overrides.items():
        *sections, name = key.split(".")
        branch = result
        for section in sections:
            inner = branch.get(section, {})
            if not isinstance(inner, dict):
                message = f"{section}: expected keys, got {inner!r}."
                raise UsageError(message)
            branch[section] = branch = dict(inner)
        branch[name] = value
    return result


def recorded(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a model was fitted with: where nothing is said of votes, experts speak, as once in every model."""
    return {"votes": {"voters": "none"}, **tree}


def validate(tree: Mapping[str, Any]) -> Config:
    """Turn nested plain values into a :class:`Config`, or say what does not fit."""
    try:
        return Config.model_validate(tree)
    except ValidationError as invalid:
        raise _explain(invalid) from None


def read(file: Path) -> dict[str, Any]:
    """Read a YAML file of settings as it is written; an empty one is all defaults.

    :raises UsageError: where it is missing, no YAML, or no sections.
    """
    # Here, because a model that answers brings its settings with it, and reads no file.
    import yaml

    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"--config {file}: no such file."
        raise UsageError(message) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as broken:
        message = f"--config {file}: expected a readable YAML file; {str(broken).splitlines()[0]}."
        raise UsageError(message) from None
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        message = f"--config {file}: expected sections with keys, got {type(tree).__name__}."
        raise UsageError(message)
    return tree


def _explain(invalid: ValidationError) -> UsageError:
    """Say the first thing that is wrong, with the nearest known name."""
    problem = invalid.errors()[0]
    place = [step for step in map(str, problem["loc"]) if not step.startswith(_ALTERNATIVES)]
    key, value = ".".join(place), problem["input"]
    if problem["type"] == "extra_forbidden":
        known = _known_keys(place[:-1])
        near = nearest(place[-1], known)
        hint = f"did you mean {near}?" if near else f"one of: {', '.join(known)}"
        message = f"settings: unknown key {key}."
        return UsageError(message, hint=hint)
    if problem["type"] == "literal_error":
        return unknown_name(key, str(value), _choices(place))
    if problem["type"] in _NO_NUMBER and (words := _choices(place)):
        near = nearest(str(value), words)
        message = f"{key}: expected a number or {' or '.join(words)}, got {value!r}."
        return UsageError(message, hint=f"did you mean {near}?" if near else None)
    message = f"{key}: {problem['msg'][0].lower()}{problem['msg'][1:]}; got {value!r}."
    return UsageError(message)


def _section(place: Iterable[str]) -> type[BaseModel]:
    """Return the section class at a place in the tree."""
    section: type[BaseModel] = Config
    for step in place:
        section = section.model_fields[step].annotation  # type: ignore[assignment]
    return section


def _known_keys(place: Iterable[str]) -> list[str]:
    """Return the keys that a section knows."""
    return list(_section(place).model_fields)


def _choices(place: list[str]) -> list[str]:
    """Return the names that a key accepts, flattening unions of literals."""
    annotation = _section(place[:-1]).model_fields[place[-1]].annotation
    return [str(name) for name in choices(annotation)]


def choices(annotation: object) -> list[object]:
    """Return the values that a literal, or the literals in a union, allow; types in a union are passed over."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [value for each in get_args(annotation) for value in choices(each)]
