"""What a suite compares, as a YAML file says it: which data sets, on which encoder, which models, how often."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from prle.errors import UsageError, nearest
from prle.stages.bench.interface import not_together

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_A_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_DATASET: Final = "{dataset}"
"""Stands in the path of a settings file for the name of each data set."""


class Plan(BaseModel):
    """A suite. Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    datasets: tuple[str, ...] = Field(min_length=1, description="sources, as `prle embed` takes them")
    encoder: str = Field(default="all-MiniLM-L6-v2", description="a name on the hub, or a folder")
    models: dict[str, Path | None] = Field(
        default={"default": None}, description="settings file by model name; empty for the defaults"
    )
    split: str = Field(default="test", description="the rows that are reported")
    seeds: int | None = Field(default=None, ge=1, description="how often whatever is random is fitted")
    ablations: bool = Field(default=False, description="whether models are also fitted without each of their parts")
    only: tuple[str, ...] | None = Field(default=None, min_length=1, description="the methods to keep; all by default")

    @field_validator("datasets")
    @classmethod
    def _apart(cls, datasets: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse two sources that would share a workspace."""
        files = [file_stem(source) for source in datasets]
        twice = {stem for stem in files if files.count(stem) > 1}
        if twice:
            message = f"expected sources with workspaces of their own, got {', '.join(sorted(twice))} more than once"
            raise ValueError(message)
        return datasets

    def settings(self, model: str, source: str) -> Path | None:
        """Return the settings file of a model on a data set, None for the defaults."""
        file = self.models[model]
        return Path(str(file).replace(_DATASET, file_stem(source))) if file else None


def read_plan(file: Path, overrides: Mapping[str, object]) -> Plan:
    """Read a suite; ``overrides`` come before what the file says. Paths of settings start from the file's folder.

    :raises UsageError: for a file that cannot be read, an unknown key, a value that does not fit, or an override that
        says nothing about a suite.
    """
    for name in overrides:
        if name not in Plan.model_fields:
            raise not_together(name, "suite")
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"--suite {file}: no such file."
        raise UsageError(message) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as broken:
        message = f"--suite {file}: expected a readable YAML file; {str(broken).splitlines()[0]}."
        raise UsageError(message) from None
    if not isinstance(tree, dict):
        message = f"--suite {file}: expected keys such as datasets and models, got {type(tree).__name__}."
        raise UsageError(message)
    try:
        plan = Plan.model_validate({**tree, **overrides})
    except ValidationError as invalid:
        raise _explained(file, invalid) from None
    placed = {name: file.parent / path if path else None for name, path in plan.models.items()}
    return plan.model_copy(update={"models": placed})


def file_stem(source: str) -> str:
    """Return the name, without its ending, of the workspace that a source is embedded into."""
    return _NOT_A_FILE_NAME.sub("-", source).strip("-.") or "data"


def _explained(file: Path, invalid: ValidationError) -> UsageError:
    """Say the first thing that is wrong, with the nearest known key."""
    problem = invalid.errors()[0]
    key = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        near = nearest(key, Plan.model_fields)
        hint = f"did you mean {near}?" if near else f"one of: {', '.join(Plan.model_fields)}"
        message = f"--suite {file}: unknown key {key}."
        return UsageError(message, hint=hint)
    said = problem["msg"].removeprefix("Value error, ")
    message = f"--suite {file}: {key}: {said[0].lower()}{said[1:]}."
    return UsageError(message)
