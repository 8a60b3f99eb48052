"""The package itself: its version, and names that are imported when they are asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VERSION: Final = "0.1.0"


def when_asked(package: str, places: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` (PEP 562) of a package that loads a name from its module once somebody asks for it.

    :param places: the module of each name.
    """

    def load(name: str) -> Any:
        if name in places:
            return getattr(import_module(places[name]), name)
        message = f"module {package!r} has no attribute {name!r}"
        raise AttributeError(message)

    return load
