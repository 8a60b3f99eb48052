"""One process, which is here: one thing after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from prle.engines.interface import Engine, EngineName, Item, Result, Work
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.encoders.interface import Encoder
    from prle.observer import Observer


@final
class LocalEngine(Engine):
    """The encoder that is here encodes, in windows that suit it.

    :param observer: told what the work has to say.
    """

    def __init__(self, *, observer: Observer = SILENT) -> None:
        self._observer = observer

    @property
    def name(self) -> EngineName:
        """``local``."""
        return "local"

    def prepare(self, encoder: Encoder) -> None:
        """Load the encoder's model."""
        encoder.prepare()

    def windows(self, encoder: Encoder, texts: Sequence[str], *, most: int) -> Iterator[Sequence[str]]:
        """Let the encoder say how many texts it is best given."""
        return encoder.windows(texts, most=most)

    def stream(self, encoder: Encoder, windows: Iterable[Sequence[str]]) -> Iterator[NDArray[np.float32]]:
        """Let the encoder prepare the next window while it computes one."""
        return encoder.stream(windows)

    def mapped(self, work: Work[Item, Result], items: Iterable[Item]) -> Iterator[Result]:
        """Load what the work needs, and go through the items."""
        with work(self._observer) as compute:
            for item in items:
                yield compute(item)

    def close(self) -> None:
        """Nothing has to be let go of."""
