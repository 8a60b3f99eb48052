"""Engines: where many things are computed, in this process or by the workers of a cluster."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from prle.engines.interface import Engine, EngineName, Work
from prle.engines.local import LocalEngine
from prle.engines.ray_engine import RayEngine
from prle.errors import UsageError, unknown_name
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from prle.observer import Observer

__all__ = ["ENGINES", "Engine", "EngineName", "LocalEngine", "RayEngine", "Work", "engine_named"]

ENGINES: Final[Mapping[EngineName, Callable[[str | None, Observer], Engine]]] = {
    "local": lambda _, observer: LocalEngine(observer=observer),
    "ray": lambda address, observer: RayEngine(address=address, observer=observer),
}


def engine_named(
    name: str, *, address: str | None = None, observer: Observer = SILENT
) -> AbstractContextManager[Engine]:
    """Give an engine by its name, and let go of its workers at the end.

    :param address: ``HOST:PORT`` of a Ray cluster; that of ``RAY_ADDRESS``, or a new one here, when not given.
    :raises UsageError: for a name that there is not, an engine that is not installed, or an address without a cluster.
    """
    for known, make in ENGINES.items():
        if name == known:
            if address is not None and name != "ray":
                message = f"--address {address}: expected --engine ray, got {name}."
                raise UsageError(message, hint="leave out --address, or add --engine ray")
            return closing(make(address, observer))
    what = "engine"
    raise unknown_name(what, name, ENGINES)
