"""How many rare words two texts share: TF-IDF, so that names and commands count that an embedding blurs. NumPy only."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_WORD: Final = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case, underscores and punctuation between them."""
    return _WORD.findall(text.lower())


@final
class Lexicon:
    """Scores texts of a pool by the words that they share with a question.

    A text is the vector of ``(1 + log count) * idf`` of its words, scaled to length one, with ``idf = 1 + log((1 + n) /
    (1 + texts with the word))``; a score is the cosine of two such vectors. Words that no pool text has score nothing.

    :param corpus: what idf is counted on.
    :param pool: the texts that are scored, A of them.
    """

    def __init__(self, corpus: Iterable[str], pool: Sequence[str]) -> None:
        seen: Counter[str] = Counter()
        count = 0
        for text in corpus:
            seen.update(set(words_of(text)))
            count += 1
        self._unknown = 1.0 + np.log(1.0 + count)
        self._idf = {word: 1.0 + float(np.log((1.0 + count) / (1.0 + number))) for word, number in seen.items()}
        self._size = len(pool)
        postings: dict[str, tuple[list[int], list[float]]] = {}
        for place, text in enumerate(pool):
            for word, weight in self._weights(text).items():
                places, weights = postings.setdefault(word, ([], []))
                places.append(place)
                weights.append(weight)
        self._postings = {
            word: (np.array(places), np.array(weights, np.float32)) for word, (places, weights) in postings.items()
        }

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of each text with each of the pool. *Shape:* (B, A), 0 to 1."""
        found = np.zeros((len(texts), self._size), np.float32)
        for row, text in enumerate(texts):
            for word, weight in self._weights(text).items():
                if word in self._postings:
                    places, weights = self._postings[word]
                    found[row, places] += weight * weights
        return found

    def _weights(self, text: str) -> dict[str, float]:
        counted = Counter(words_of(text))
        raw = {word: (1.0 + np.log(number)) * self._idf.get(word, self._unknown) for word, number in counted.items()}
        length = float(np.sqrt(sum(weight * weight for weight in raw.values())))
        return {word: float(weight / length) for word, weight in raw.items()}
