"""Settings: what a fit would use, and where each value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prle.config import recorded, validate
from prle.config.rows import Recorded, sections, trace
from prle.errors import UsageError, WorkspaceError
from prle.stages.config.interface import Setting, SettingsReport
from prle.workspace.opened import open_workspace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prle.config.rows import Given


def settings(
    workspace: Path, *, file: Path | None, given: Mapping[str, Given], name: str | None = None
) -> SettingsReport:
    """Resolve every setting: ``given`` > the YAML ``file`` > what model ``name`` was fitted with > default.

    Without ``name`` the workspace is not opened, and need not be there.

    :raises UsageError: for an unknown key or a value that does not fit.
    :raises WorkspaceError: where there is no such model, or its settings are not those of this version.
    """
    recorded = None if name is None else _recorded(workspace, name)
    resolved = trace(file=file, given=given, recorded=recorded)
    rows = []
    for section in sections():
        for key in section.keys:
            origin = resolved.origins[key.name]
            row = Setting(
                key=key.name,
                section=section.name,
                value=resolved.value(key.name),
                origin=origin.kind,
                place=origin.place,
                default=key.default,
                allowed=key.allowed,
                description=key.description,
            )
            rows.append(row)
    return SettingsReport(
        config=file,
        workspace=None if name is None else workspace,
        model=name,
        sections={section.name: section.purpose for section in sections()},
        settings=tuple(rows),
    )


def _recorded(workspace: Path, name: str) -> Recorded:
    """Read what a model was fitted with; settings are plain numbers, so they are good even where it is stale."""
    with open_workspace(workspace) as opened:
        stored = recorded(opened.settings(name))
    try:
        validate(stored)
    except UsageError as foreign:
        message = f"{workspace}: model {name} was fitted with other settings than this version has; {foreign.message}"
        raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again") from None
    return Recorded(model=name, settings=stored)
