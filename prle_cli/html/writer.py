"""From a record to a page on disk, whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from prle.errors import PrleError, UsageError

if TYPE_CHECKING:
    from prle.stages.report.interface import ReportContents, WrittenReport


def check(output: Path, workspace: Path) -> None:
    """Refuse what could not be written, before anything is computed.

    :raises PrleError: where Jinja2 is not installed.
    :raises UsageError: where the page would replace the workspace, or its folder is missing.
    """
    if find_spec("jinja2") is None:
        message = "report: pages need jinja2, which is not installed."
        raise PrleError(message, hint="pip install 'prle[report]'")
    if output.is_dir():
        message = f"--output {output}: expected a file, it is a folder."
        raise UsageError(message, hint=f"for example `--output {output / 'report.html'}`")
    if not output.parent.is_dir():
        message = f"--output {output}: there is no folder {output.parent}."
        raise UsageError(message, hint="make it first, or choose another one")
    if output.resolve() == workspace.resolve():
        message = f"--output {output}: expected another file than the workspace."
        raise UsageError(message, hint="for example `--output report.html`")


def write(contents: ReportContents, output: Path) -> WrittenReport:
    """Write the page of a record; what was there before is replaced at once, or not at all.

    :raises PrleError: when it cannot be written.
    """
    from prle.stages.report.interface import WrittenReport
    from prle_cli.html.page import render

    page = render(contents).encode("utf-8")
    _replace(output, page)
    return WrittenReport(
        path=output,
        size_bytes=len(page),
        model=contents.model.name,
        dataset=contents.data.dataset,
        synthetic=contents.data.synthetic,
        figures=contents.figures,
        regimes=len(contents.regimes),
        explained=len(contents.explained),
        bench=contents.bench is not None,
        target=contents.data.target,
    )


def _replace(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of a file: a reader sees the old one or the new one, never a part."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        try:
            with temporary.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror or error})."
        raise PrleError(message, hint="check the disk and the permissions of its folder") from error
