"""Arrays of either engine, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Array: TypeAlias = Any
"""An array of the array-API standard: NumPy's while answering, torch's while fitting."""

Parameters: TypeAlias = "Mapping[str, Array]"
"""The parameters of one part of a model, by name."""


def array_namespace(*arrays: Array) -> Any:
    """Return the functions of the array-API standard for the engine of ``arrays``.

    NumPy is such a namespace itself. ``array_api_compat`` speaks for torch; it is not loaded while answering, since
    wrapping NumPy costs it as long as importing NumPy takes.
    """
    if all(isinstance(array, np.ndarray | np.generic) for array in arrays):
        return np
    import array_api_compat

    return array_api_compat.array_namespace(*arrays)


class Sentences(Protocol):
    """Frozen vectors (N, S, H), in memory or in a file, which are taken by slices and by row numbers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """N, S and H."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> NDArray[np.float32]:
        """Return those of some rows. *Shape:* (n, S, H)."""


class Points(Protocol):
    """N rows in the retrieval space, in memory or placed as they are taken: slices and numbers give arrays."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> NDArray[np.floating]:
        """Return those of some rows. *Shape:* (n, F)."""


class Noise(Protocol):
    """The randomness that exists only while fitting. Answering passes ``None`` instead, and is deterministic."""

    def dropout(self, values: Array, rate: float) -> Array:
        """Zero each value with probability ``rate`` and scale the rest, so that the mean stays. Any shape."""

    def gumbel(self, like: Array) -> Array:
        """Draw standard Gumbel noise of the shape of ``like``."""
