"""What stands behind predictions: examples that vote, or experts that speak. One object a form of model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.explanation import by_feature, distances_to_all, nearest_rows
from prle.explanation.neighbours import Neighbours
from prle.models.labels.committee import averaged
from prle.stages.common.placed_rows import training_points
from prle.stages.explain.ledgers import feature_report
from prle.stages.explain.parts import OtherVoters, Refusal, Voter, VotesReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from prle.arrays.shapes import Points
    from prle.explanation import FeatureLedger
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.committee import Answer
    from prle.models.labels.votes.predictor import Votes, VotingPredictor
    from prle.stages.explain.parts import FeatureReport
    from prle.workspace import Workspace

EACH: Final = 2
"""Examples that are listed for each of the heaviest prototypes at least."""

VOTING: Final = "`prle fit --voters examples`"


class Behind(ABC):
    """What a model did with a block of inputs, taken apart."""

    answer: Answer

    @abstractmethod
    def near(self, number: int, count: int, leave_out: int | None) -> Neighbours:
        """Return the training rows around one input, the nearest first, without itself."""

    def features(self, number: int) -> tuple[FeatureReport, float] | None:  # noqa: ARG002
        """Return one prediction by what was read, and its gap; None where it is no such sum."""
        return None

    def votes(self, number: int, listed: Listing) -> tuple[VotesReport, float] | None:  # noqa: ARG002
        """Return one prediction by those who voted, and its gap; None where nobody does."""
        return None

    def said(self, number: int, listed: Listing) -> NDArray[np.float64] | None:  # noqa: ARG002
        """Return what examples of each prototype say, without what differs; None where none vote. *Shape:* (P,)."""
        return None

    def score(self, number: int, listed: Listing) -> float | None:  # noqa: ARG002
        """Return what was expected before anybody voted; None where nothing was, or nobody does."""
        return None


@final
class Listing:
    """Which voters are listed, and how they are shown.

    :param examples: the heaviest voters, and ``prototypes`` whose heaviest voters are listed too.
    :param shown: the class whose probability is taken apart; None of numbers.
    """

    def __init__(
        self,
        workspace: Workspace,
        label_of: Callable[[int], float | str],
        *,
        examples: int,
        prototypes: int,
        shown: int | None = None,
    ) -> None:
        self._workspace, self._label_of, self.shown = workspace, label_of, shown
        self.examples, self.prototypes = examples, prototypes

    def voter(self, row: int, alpha: float, contribution: float, prototype: int) -> Voter:
        """Return one voter with its text and label."""
        return Voter(
            row=row,
            texts=self._workspace.row_cells("train", row),
            label=self._label_of(row),
            alpha=alpha,
            contribution=contribution,
            prototype=prototype,
        )


class Grounds(ABC):
    """Answers in double precision, and takes its answers apart."""

    @abstractmethod
    def behind(self, vectors: NDArray[np.float32]) -> Behind:
        """Run the model on a block of inputs. *Shape:* (B, S, H)."""

    @abstractmethod
    def refused(self) -> dict[str, Refusal]:
        """Say which parts of an explanation this form has not, and why."""


def grounds_of(workspace: Workspace, name: str, checkpoint: Checkpoint) -> Grounds:
    """Return what takes the predictions of a model apart."""
    if checkpoint.ballot is None:
        return ExpertGrounds(workspace, name, checkpoint)
    return VoteGrounds(checkpoint)


@final
class ExpertGrounds(Grounds):
    """Experts speak: by prototype, and where they are sums over value features, by what was read."""

    def __init__(self, workspace: Workspace, name: str, checkpoint: Checkpoint) -> None:
        self._workspace, self._name, self._checkpoint = workspace, name, checkpoint
        self._predictor = checkpoint.routed(precision=np.float64)
        # Distances to all training rows are only shown, and cost half as much in single precision.
        self._single = checkpoint.routed()

    @cached_property
    def _points(self) -> Points:
        """The training rows in the retrieval space. *Shape:* (N, F)."""
        return training_points(self._workspace, self._single)

    def behind(self, vectors: NDArray[np.float32]) -> Behind:
        """Run every member."""
        forwards, inputs = self._predictor.forwards(vectors), self._single.retrieval(vectors)
        numbers = self._checkpoint.target.name == "number"
        return _Spoken(
            averaged(forwards, self._predictor.target),
            by_feature(self._predictor, forwards, (vectors.shape[1], vectors.shape[2])) if numbers else None,
            inputs,
            self._points,
            spacing=self._checkpoint.measured["neighbour_spacing"],
        )

    def refused(self) -> dict[str, Refusal]:
        """No example has a weight of its own here."""
        reason = "experts speak in this model, and no label of an example has a weight of its own"
        refused = {"votes": Refusal(reason=reason, hint=f"{VOTING} gives them")}
        if self._checkpoint.config.experts.kind == "mlp":
            refused["features"] = Refusal(reason="what mlp experts say is no sum over value features", hint=None)
        return refused


@final
class _Spoken(Behind):
    def __init__(
        self,
        answer: Answer,
        read: FeatureLedger | None,
        inputs: NDArray[np.floating],
        points: Points,
        *,
        spacing: float,
    ) -> None:
        self.answer, self._read, self._inputs, self._points, self._spacing = answer, read, inputs, points, spacing
        self._far = distances_to_all(inputs, points)

    def near(self, number: int, count: int, leave_out: int | None) -> Neighbours:
        return nearest_rows(
            self._inputs[number], self._points, self._far[number], count, spacing=self._spacing, leave_out=leave_out
        )

    def features(self, number: int) -> tuple[FeatureReport, float] | None:
        if self._read is None:
            return None
        return feature_report(self._read, number), float(self._read.gaps[number])


@final
class VoteGrounds(Grounds):
    """Examples vote: by example and by prototype, and what differs where there is any."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        ballot = checkpoint.ballot
        if ballot is None:
            message = "expected a model in which examples vote"
            raise TypeError(message)
        self._predictor = ballot.predictor(checkpoint.config, checkpoint.target, np.float64)
        self._spacing = checkpoint.measured["neighbour_spacing"]

    def behind(self, vectors: NDArray[np.float32]) -> Behind:
        """Let examples vote."""
        return _Voted(self._predictor, vectors, spacing=self._spacing)

    def refused(self) -> dict[str, Refusal]:
        """Everything is there."""
        return {}


@final
class _Voted(Behind):
    def __init__(self, predictor: VotingPredictor, vectors: NDArray[np.float32], *, spacing: float) -> None:
        self._predictor, self._vectors, self._spacing = predictor, vectors, spacing
        self._votes: Votes = predictor.votes(vectors, spare=1)
        self.answer = predictor.answered(self._votes)

    def near(self, number: int, count: int, leave_out: int | None) -> Neighbours:
        rows, far = self._predictor.voters.rows[self._votes.places[number]], self._votes.far[number]
        others = np.isfinite(far) & (rows != (-1 if leave_out is None else leave_out))
        chosen = np.flatnonzero(others)[np.argsort(far[others], kind="stable")][:count]
        return Neighbours(rows=rows[chosen], distances=np.sqrt(far[chosen].astype(np.float64)) / self._spacing)

    def votes(self, number: int, listed: Listing) -> tuple[VotesReport, float] | None:
        votes, target, place = self._votes, self._predictor.target, listed.shown or 0
        rows = self._predictor.voters.rows
        everyone = votes.everyone / len(rows)
        alphas = votes.alphas[number] + everyone
        labels = target.additive(votes.labels[number])
        labels = labels if labels.ndim == 1 else labels[:, place]
        differs = float(target.unit * np.dot(votes.alphas[number], votes.adds[number, :, place]))
        shown = self._listed(number, listed)
        parts = alphas[shown] * labels[shown]
        predictions = self.answer.predictions[number]
        prediction = float(predictions if np.ndim(predictions) == 0 else predictions[place])
        report = VotesReport(
            listed=tuple(
                listed.voter(int(rows[votes.places[number, each]]), float(alphas[each]), float(part), int(cell))
                for each, part, cell in zip(shown, parts, votes.cells[number, shown], strict=True)
            ),
            others=OtherVoters(
                rows=(len(rows) if everyone else int((votes.alphas[number] > 0.0).sum())) - len(shown),
                alpha=float(1.0 - alphas[shown].sum()),
                contribution=float(self._carried(number, place) - parts.sum()),
            ),
            differs=differs,
            everyone=votes.everyone,
        )
        total = sum(each.contribution for each in report.listed) + report.others.contribution + differs
        return report, abs(total - prediction) / max(abs(prediction), target.unit)

    def said(self, number: int, listed: Listing) -> NDArray[np.float64] | None:
        said = self._predictor.target.additive(self._votes.said[number])
        return np.asarray(said if said.ndim == 1 else said[:, listed.shown or 0], np.float64)

    def score(self, number: int, listed: Listing) -> float | None:
        found = self._predictor.score(self._vectors[number : number + 1])
        if found is None:
            return None
        return float(found[0] if found.ndim == 1 else found[0, listed.shown or 0])

    def _carried(self, number: int, place: int) -> float:
        """What labels alone say, in the space where terms add up, term by term."""
        votes, target = self._votes, self._predictor.target
        labels = target.additive(votes.labels[number])
        labels = labels if labels.ndim == 1 else labels[:, place]
        common = target.additive(votes.common.sum(axis=0)[None])
        crowd = float(common[0] if common.ndim == 1 else common[0, place])
        return float(np.dot(votes.alphas[number], labels)) + votes.everyone * crowd

    def _listed(self, number: int, listed: Listing) -> NDArray[np.int64]:
        """Return which voters are listed: the heaviest, and some of each heavy prototype; the heaviest first."""
        alphas, cells = self._votes.alphas[number], self._votes.cells[number]
        order = np.argsort(-alphas, kind="stable")
        order = order[alphas[order] > 0.0]
        chosen = set(order[: listed.examples].tolist())
        if listed.examples:
            for prototype in np.argsort(-self._votes.weights[number], kind="stable")[: listed.prototypes]:
                chosen.update(order[cells[order] == prototype][:EACH].tolist())
        return np.array([each for each in order.tolist() if each in chosen], np.int64)
