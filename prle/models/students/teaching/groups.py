"""Where a question is filed, as a student is told it: a number, and what that number stands for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import unit
from prle.models.texts.routers.path import levels_of, prefixes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from prle.models.students.interface import GroupEmbeddingName

HASHED: Final = 64
"""Width of an embedding that says nothing but that two names differ."""


def numbered(filed: Sequence[str], places: Sequence[str], routing: str) -> NDArray[np.int64]:
    """Return the number of the place of each question, of a path the deepest known one; -1 where none is known.

    :param routing: ``group`` or ``path``: what the names are.
    """
    number = {place: n for n, place in enumerate(places)}
    if routing == "group":
        return np.array([number.get(each, -1) for each in filed], np.int64)
    known = ([number[place] for place in prefixes(levels_of(each)) if place in number] for each in filed)
    return np.array([found[-1] if found else -1 for found in known], np.int64)


def group_vectors(
    places: Sequence[str],
    kind: GroupEmbeddingName,
    encode: Callable[[Sequence[str]], NDArray[np.floating]],
) -> NDArray[np.float32]:
    """Return an embedding of every place, and at last zeros, for those that are not known (document 003).

    ``title`` is the vector of its own name, the last level of a path; ``path`` that of all levels; ``id-hash`` is drawn
    from the name's SHA-256, so that it means the same everywhere and nothing else.

    *Shape:* (places + 1, G)
    """
    if kind == "id-hash":
        found = np.stack([_hashed(place) for place in places])
    else:
        spoken = [place if kind == "path" else (levels_of(place) or (place,))[-1] for place in places]
        found = np.asarray(encode(spoken))
    vectors = unit(np.asarray(found, np.float64))
    return np.concatenate([vectors, np.zeros((1, vectors.shape[1]))]).astype(np.float32)


def _hashed(name: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=HASHED)
