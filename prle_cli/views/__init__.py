"""Pictures of reports: a folder a verb, and where kinds of label differ a module each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType


def views_of(verb: str, report: Any) -> ModuleType:
    """Return the module that draws a report, by the kind of label that the report says it is ``of``."""
    return import_module(f"prle_cli.views.{verb}.{report.of}")
