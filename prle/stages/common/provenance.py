"""Where figures come from: the versions, the machine and the date that they were measured with."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from prle.package import VERSION
from prle.workspace.clock import timestamp

_PACKAGES: Final = ("numpy", "torch", "scikit-learn")
_PROCESSORS: Final = Path("/proc/cpuinfo")


def provenance() -> Provenance:
    """Describe this run. Nothing in it tells one machine of a kind from another."""
    return Provenance(
        date=timestamp(),
        versions={
            "prle": VERSION,
            **{package: version(package) for package in _PACKAGES},
            "python": platform.python_version(),
        },
        processor=_processor(),
        cores=os.cpu_count() or 1,
        platform=f"{platform.system()} {platform.machine()}",
    )


def _processor() -> str:
    """Return the name of the processor as its maker writes it, where the system gives it away."""
    try:
        lines = _PROCESSORS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """When, with what and on what kind of machine figures were measured. ``versions`` by package, and of Python."""

    date: str
    versions: dict[str, str]
    processor: str
    cores: int
    platform: str
