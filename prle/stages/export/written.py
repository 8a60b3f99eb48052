"""A model of numbers or classes as it is written down, by who speaks in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from prle.models.exporting import labels
from prle.models.exporting.votes import SHARES, VOTERS, trace_votes
from prle.models.labels.predictor import ROWS_AT_A_TIME
from prle.models.labels.targets import NumberTarget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.models.exporting.tracing import Graph
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.committee import Answer
    from prle.models.labels.predictor import Answering
    from prle.models.labels.targets import Target

_OUTPUTS: Final = {
    VOTERS: "int64 (rows, voters): the training rows that weigh most, by number, the heaviest first",
    SHARES: "float32 (rows, voters): their weights",
}


class Written(ABC):
    """What is written of a model, and what is said of it.

    :param predictor: answers as the file does.
    """

    predictor: Answering
    outputs: Mapping[str, str] = {}
    voters: int = 0

    @property
    @abstractmethod
    def made_of(self) -> dict[str, str]:
        """What the model is, by part, in words."""

    @abstractmethod
    def trace(self, graph: Graph, shape: tuple[int, ...]) -> None:
        """Write it into a graph, for inputs (B, *shape)."""

    @abstractmethod
    def expected(self, vectors: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """Return what the graph should say of inputs (N, S, H)."""

    def of_graph(self, vectors: NDArray[np.float32], predicted: NDArray[np.float64]) -> tuple[str, ...]:  # noqa: ARG002
        """Say what the graph does otherwise than prle, of inputs for which it says what is predicted."""
        return ()


@final
class WithExperts(Written):
    """Experts and their routing."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.predictor = self._routed = checkpoint.routed()
        self._checkpoint = checkpoint

    @property
    def made_of(self) -> dict[str, str]:
        """Who routes, and what is said."""
        config, checkpoint = self._checkpoint.config, self._checkpoint
        return {
            "prototypes": f"{len(checkpoint.anchors):,} training rows",
            "router": config.router.kind,
            "projection": str(config.value_space.projection),
            "experts": config.experts.kind,
            "members": str(len(checkpoint.members)),
        }

    def trace(self, graph: Graph, shape: tuple[int, ...]) -> None:  # noqa: ARG002
        """Write down every member."""
        labels.trace_predictor(graph, self._routed)

    def expected(self, vectors: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """Return what the members say together."""
        return _said(self.predictor.answer(vectors), self.predictor.target)


@final
class WithVoters(Written):
    """The rows that vote, and what decides who is near; it looks at all of them, in double precision."""

    outputs = _OUTPUTS

    def __init__(self, checkpoint: Checkpoint) -> None:
        if checkpoint.ballot is None:
            message = "expected a model in which labels vote"
            raise TypeError(message)
        self._checkpoint, self._ballot = checkpoint, replace(checkpoint.ballot, probes=len(checkpoint.anchors))
        self.predictor = self._voting = self._ballot.predictor(checkpoint.config, checkpoint.target, np.float64)
        self.voters = len(self._ballot.voters)

    @property
    def made_of(self) -> dict[str, str]:
        """Who votes, and by what rows are placed."""
        config = self._checkpoint.config
        return {
            "prototypes": f"{len(self._checkpoint.anchors):,} training rows",
            "voters": f"{self.voters:,} training rows, of which the {config.place.neighbours} nearest vote",
            "base": str(config.votes.base),
            "router": config.router.kind,
        }

    def trace(self, graph: Graph, shape: tuple[int, ...]) -> None:
        """Write down the vote."""
        sentences, width = shape
        trace_votes(graph, self._ballot, self._checkpoint.config, self._checkpoint.target, (sentences, width))

    def expected(self, vectors: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """Return what is said together, and the weights of the heaviest, whichever of equals they are."""
        target, count = self._checkpoint.target, self._voting.neighbours
        blocks = []
        for first in range(0, len(vectors), ROWS_AT_A_TIME):
            votes = self._voting.votes(vectors[first : first + ROWS_AT_A_TIME])
            blocks.append({**_said(self._voting.answered(votes), target), SHARES: votes.alphas[:, :count]})
        return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}

    def of_graph(self, vectors: NDArray[np.float32], predicted: NDArray[np.float64]) -> tuple[str, ...]:
        """Say how far answers from the workspace are off: it looks into few cells, in single precision."""
        checkpoint = self._checkpoint
        gap = float(np.abs(checkpoint.predictor().predict(vectors) - predicted).max(initial=0.0))
        probes, cells = int(checkpoint.measured["index_cells"]), len(checkpoint.anchors)
        looks = f"looks into {probes} of {cells} cells" if probes < cells else "looks at all of them as well"
        compared = f"The graph compares an input with all {self.voters:,} rows that may vote, in double precision"
        difference = f"predictions of the rows that it was tried on differ by {gap:.2g} at most for that"
        return (f"{compared}; prle {looks}, in single precision: {difference}.",)


def _said(answer: Answer, target: Target) -> dict[str, NDArray[Any]]:
    said = labels.PREDICTION if isinstance(target, NumberTarget) else labels.PROBABILITIES
    return {
        said: target.reported(answer.predictions),
        labels.RESPONSIBILITIES: answer.weights,
        labels.CONTRIBUTIONS: answer.contributions,
    }
