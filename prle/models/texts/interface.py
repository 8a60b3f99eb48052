"""What is asked, and what there is to find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prle.models.texts.experts import Pairs
from prle.models.texts.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.models.texts.routers import Asked


@dataclass(frozen=True, kw_only=True, eq=False)
class Library:
    """The texts that can be found.

    :param vectors: of length one. *Shape:* (A, T)
    :param texts: by code.
    """

    vectors: NDArray[np.float32]
    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True, kw_only=True, eq=False)
class Questions:
    """The rows of one split.

    :param asked: their vectors and where they belong.
    :param codes: the text of the library that each asks for. *Shape:* (N,)
    :param texts: what was asked, in words; nothing where rows are those of a table.
    """

    asked: Asked
    codes: NDArray[np.int64]
    texts: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.codes)

    def pairs(self, library: Library) -> Pairs:
        """Return them with the vectors of their texts."""
        return Pairs(questions=self.asked.vectors, answers=library.vectors[self.codes], codes=self.codes)

    def take(self, rows: NDArray[np.int64]) -> Questions:
        """Return some of them."""
        texts = tuple(self.texts[row] for row in rows.tolist()) if len(self.texts) else ()
        return Questions(asked=self.asked.take(rows), codes=self.codes[rows], texts=texts)


def lexicon_of(train: Questions, library: Library, pool: Library | None = None) -> Lexicon | None:
    """Return the words of a pool, weighed by how rare they are in training questions and in the library.

    :param pool: the texts that are scored; None are those of the library.
    :returns: None where questions have no words.
    """
    if not len(train.texts):
        return None
    return Lexicon((*train.texts, *library.texts), library.texts if pool is None else pool.texts)
