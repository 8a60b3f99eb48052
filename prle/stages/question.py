"""What is asked to be explained: one input, and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class Question:
    """One input: its texts, its vectors (1, S, H), and what is known of it.

    :param label: label units, or the code of a class.
    :param train_row: its place among the training rows, if it is one.
    """

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    row: str | None = None
    label: float | None = None
    train_row: int | None = None
