"""What computes many things: each for itself, on however many machines, answered in the order of the questions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from prle.observer import Observer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.encoders.interface import Encoder

EngineName = Literal["local", "ray"]

Item = TypeVar("Item")
Result = TypeVar("Result")

Work: TypeAlias = Callable[[Observer], AbstractContextManager[Callable[[Item], Result]]]
"""Loads, once on every worker, what a function of one item needs, and gives that function; told who listens there."""


class Engine(ABC):
    """Computes texts to vectors, or any other :data:`Work`. What comes out is in order, and is the same everywhere."""

    @property
    @abstractmethod
    def name(self) -> EngineName:
        """The registry name."""

    @abstractmethod
    def prepare(self, encoder: Encoder) -> None:
        """Refuse now what would fail with the first text: a device, a model or a cluster that is not there."""

    @abstractmethod
    def windows(self, encoder: Encoder, texts: Sequence[str], *, most: int) -> Iterator[Sequence[str]]:
        """Yield ``texts`` in their order, as many as are best given to one worker, and at most ``most``."""

    @abstractmethod
    def stream(self, encoder: Encoder, windows: Iterable[Sequence[str]]) -> Iterator[NDArray[np.float32]]:
        """Yield for each window its vectors, taking no more windows ahead than keep the workers busy."""

    @abstractmethod
    def mapped(self, work: Work[Item, Result], items: Iterable[Item]) -> Iterator[Result]:
        """Yield for each item what ``work`` makes of it, taking no more items ahead than keep the workers busy.

        :raises PrleError: what a worker raised, or that one has died too often.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the workers."""
