"""The report of ``prle config show``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from prle.config.rows import OriginKind, Value


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One resolved setting. ``place`` names the origin: an option, a variable, a file, a model, or nothing."""

    key: str
    section: str
    value: Value
    origin: OriginKind
    place: str
    default: Value
    allowed: str
    description: str


@dataclass(frozen=True, kw_only=True)
class SettingsReport:
    """What ``fit`` would use, or with ``model`` what that model was fitted with, under whatever was given on top.

    :param sections: what the settings of each section are about, by its dotted name.
    """

    config: Path | None
    workspace: Path | None
    model: str | None
    sections: dict[str, str]
    settings: tuple[Setting, ...]
