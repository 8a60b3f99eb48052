"""A planted library: a question is the vector of its text, turned, and half turned back in every second group."""

from __future__ import annotations

import numpy as np

from prle.arrays.geometry import unit
from prle.models.texts.interface import Library, Questions, lexicon_of
from prle.models.texts.routers import Asked
from prle.models.texts.training.fitting import Job

WIDTH = 12


def make_job(rows: int = 160, texts: int = 40, *, noise: float = 0.25, words: bool = True, goal: int = WIDTH) -> Job:
    rng = np.random.default_rng(0)
    library = Library(
        vectors=unit(rng.normal(size=(texts, goal))).astype(np.float32),
        texts=tuple(f"answer number {code} of heap {code % 4}" for code in range(texts)),
    )
    back, _ = np.linalg.qr(rng.normal(size=(max(goal, WIDTH), max(goal, WIDTH))))
    turn = 0.6 * np.eye(max(goal, WIDTH)) + 0.8 * back

    def questions(count: int) -> Questions:
        codes = rng.integers(0, texts, size=count)
        vectors = library.vectors[codes] @ turn[:goal, :WIDTH] + noise * rng.normal(size=(count, WIDTH))
        asked = Asked(
            vectors=unit(vectors).astype(np.float32),
            groups=tuple(f"g{code % 2}" for code in codes),
            paths=tuple(f"top > p{code % 2}" for code in codes),
        )
        told = tuple(f"who is {code}" for code in codes) if words else ()
        return Questions(asked=asked, codes=codes.astype(np.int64), texts=told)

    train, validation = questions(rows), questions(rows // 2)
    return Job(train=train, validation=validation, library=library, lexicon=lexicon_of(train, library))
