"""Which texts a model reads at once: those of like length together, as many as its processor digests best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

TOKENS: Final = 1024
"""Tokens at once on a processor: enough to fill its matrix products, and their results stay in its cache."""

ACCELERATOR_TOKENS: Final = 32_768
"""Tokens at once on an accelerator, which has to be kept busy."""

CHARACTERS_A_TOKEN: Final = 4
"""About as many as a token of English has; only says how many texts are looked at together."""

BATCHES_IN_SIGHT: Final = 4
"""Batches whose texts are sorted together, so that few of them are padded."""


def windows(texts: Sequence[str], *, tokens: int, most: int) -> Iterator[list[str]]:
    """Yield ``texts`` in their order, some :data:`BATCHES_IN_SIGHT` batches at a time.

    :param tokens: in a batch.
    :param most: texts at a time, at least 1.
    """
    enough = tokens * CHARACTERS_A_TOKEN * BATCHES_IN_SIGHT
    window: list[str] = []
    characters = 0
    for text in texts:
        if window and (characters + len(text) > enough or len(window) == most):
            yield window
            window, characters = [], 0
        window.append(text)
        characters += len(text)
    if window:
        yield window


def token_batches(lengths: Sequence[int], *, tokens: int, most: int | None = None) -> Iterator[NDArray[np.int64]]:
    """Yield which texts are read at once, the longest first, none padded to more than ``tokens`` in all.

    :param lengths: tokens of each text; one that is longer than ``tokens`` is read alone.
    :param most: texts at once.
    """
    order = np.argsort(-np.asarray(lengths, np.int64), kind="stable")
    first = 0
    while first < len(order):
        count = max(1, tokens // max(1, int(lengths[order[first]])))
        count = count if most is None else min(count, most)
        yield order[first : first + count]
        first += count
