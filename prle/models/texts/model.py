"""A fitted model of texts: who speaks for a question, where that takes its vector, and which texts are near."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, final

import numpy as np

from prle.arrays.geometry import unit
from prle.metrics.rankings import Ranking, blocks, cosines_of, places_in, places_of
from prle.models.texts.experts import mapped, mapped_answers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.models.texts.interface import Library, Questions
    from prle.models.texts.lexicon import Lexicon
    from prle.models.texts.routers import Asked, Routing


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class AnswerModel:
    """``score(q, a) = cos(z, a') + lexical * tfidf(q, a)``, with z the routed map of q and a' what becomes of a text.

    With a shrinkage s both are drawn back to where they came from: ``z = unit((1 - s) unit(map(q)) + s q)``, and texts
    likewise where the other side is mapped too.

    :param maps: as :func:`prle.models.texts.experts.mapped` reads them.
    :param shrinkage: 0 to 1; 1 is the raw vector. Only where questions and texts live in one space.
    :param lexical: weight of the TF-IDF cosine; 0 where words count for nothing.
    """

    routing: Routing
    maps: Mapping[str, NDArray[np.generic]]
    shrinkage: float = 0.0
    lexical: float = 0.0

    def weights(self, asked: Asked) -> NDArray[np.float32]:
        """Return the weights of clusters. *Shape:* (B, K)."""
        return self.routing(asked)

    def vectors(self, asked: Asked, weights: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the predicted vectors, of length one. *Shape:* (B, T).

        :param weights: of the clusters, where they are known already, or others than the routing gives.
        """
        told = self.weights(asked) if weights is None else weights
        predicted: NDArray[np.float32] = unit(mapped(self.maps, asked.vectors, told))
        return self._drawn_back(predicted, asked.vectors)

    def texts(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what becomes of the vectors of texts, of length one. *Shape:* (A, T)."""
        if "answer_left" not in self.maps:
            return vectors
        return self._drawn_back(unit(mapped_answers(self.maps, vectors)), vectors)

    def _drawn_back(self, moved: NDArray[np.float32], raw: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.shrinkage == 0.0:
            return moved
        blended: NDArray[np.float32] = unit((1.0 - self.shrinkage) * moved + self.shrinkage * unit(raw))
        return blended


class Answers(Protocol):
    """What ranks texts: a fitted model, or a student of one."""

    @property
    def lexical(self) -> float:
        """Weight of words beside vectors."""

    def weights(self, asked: Asked) -> NDArray[np.float32]:
        """Return the weights of clusters. *Shape:* (B, K)."""

    def vectors(self, asked: Asked, weights: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return the predicted vectors, of length one. *Shape:* (B, T)."""

    def texts(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what becomes of the vectors of texts. *Shape:* (A, T)."""


def rank(
    model: Answers,
    questions: Questions,
    library: Library,
    lexicon: Lexicon | None,
    weights: NDArray[np.float32] | None = None,
) -> Ranking:
    """Return where the right texts of questions stand.

    :param lexicon: over the library; None where the model takes no notice of words.
    :param weights: as in :meth:`AnswerModel.vectors`.
    """
    predicted, texts = model.vectors(questions.asked, weights), model.texts(library.vectors)

    def scores(rows: slice) -> NDArray[np.floating]:
        found: NDArray[np.floating] = predicted[rows] @ texts.T
        if lexicon is not None and model.lexical > 0.0:
            found = found + model.lexical * lexicon.scores(questions.texts[rows])
        return found

    return Ranking(
        places=places_of(scores, questions.codes, len(library)),
        cosines=cosines_of(predicted, library.vectors[questions.codes]),
    )


def lexical_places(
    cosines: NDArray[np.floating], questions: Questions, lexicon: Lexicon, weights: tuple[float, ...]
) -> dict[float, NDArray[np.float64]]:
    """Return the places of right texts for several weights of words at once.

    :param cosines: of predicted vectors and texts. *Shape:* (N, A)
    """
    found = {weight: np.empty(len(questions)) for weight in weights}
    for rows in blocks(len(questions), cosines.shape[1]):
        words = lexicon.scores(questions.texts[rows])
        for weight in weights:
            found[weight][rows] = places_in(cosines[rows] + weight * words, questions.codes[rows])
    return found
