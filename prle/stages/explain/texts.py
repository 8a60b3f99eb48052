"""Say why a question got its ranking: who spoke, which training questions stand behind that, and what it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np

from prle.arrays.geometry import unit
from prle.metrics.rankings import top
from prle.models.texts.experts import mapped
from prle.models.texts.routers import ExemplarRouting
from prle.stages.common.text_rows import questions_of
from prle.stages.explain.interface import TextAnchor, TextExample, TextExplainReport, TextShare
from prle.stages.predict.texts import TextPredictor, restored_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from prle.data.interface import SplitName
    from prle.models.texts.checkpoint import Restored
    from prle.models.texts.interface import Questions
    from prle.observer import Observer
    from prle.stages.explain.interface import ExplainRequest
    from prle.stages.explain.questions import Question
    from prle.stages.predict.texts import Ranked
    from prle.workspace import Workspace


def explainer(opened: Workspace, request: ExplainRequest, *, observer: Observer) -> TextExplainer:
    """Load what explains a model of texts.

    :raises WorkspaceError: where it is missing, stale or broken.
    :raises DataError: where the pool cannot be read.
    """
    restored = restored_model(opened, request.name)
    return TextExplainer(TextPredictor(opened, request, restored.model, observer=observer), restored, request.name)


@final
class TextExplainer:
    """Explains the rankings of one model of texts.

    :param answering: the model, ready to rank.
    """

    def __init__(self, answering: TextPredictor, restored: Restored, name: str) -> None:
        self._answering, self._restored, self._name = answering, restored, name
        self._train = unit(answering.train.asked.vectors)

    def explain(self, questions: Sequence[Question], request: ExplainRequest) -> Iterator[TextExplainReport]:
        """Yield the explanation of each question, in their order."""
        for question in questions:
            yield self._explain(question, request)

    def _explain(self, question: Question, request: ExplainRequest) -> TextExplainReport:
        answering, manifest = self._answering, self._answering.workspace.manifest
        asked = self._asked(question)
        ranked = answering.rank(asked)
        model, library = self._restored.model, answering.library
        weights = model.weights(asked.asked)[0]
        first = top(ranked.scores, request.first)[0].tolist()
        raw_first = int(ranked.raw[0].argmax())
        found = tuple(ranked.found(0, place, library, coded=answering.coded) for place in first)
        right = None if question.label is None else int(question.label)
        one_space = asked.asked.vectors.shape[1] == ranked.predicted.shape[1]
        moved = 1.0 - float(unit(asked.asked.vectors)[0] @ ranked.predicted[0]) if one_space else 1.0
        return TextExplainReport(
            model=self._name,
            dataset=manifest.dataset,
            fields=manifest.names,
            label_name=manifest.label,
            texts=question.texts,
            row=question.row,
            label=None if right is None else answering.workspace.targets[right],
            prediction=found[0].text,
            score=found[0].score,
            answers=found,
            pool=len(library),
            raw_prediction=library.texts[raw_first] if one_space else "",
            raw_score=float(ranked.raw[0, raw_first]),
            moved=moved,
            label_place=_place(ranked.scores[0], right) if answering.coded else None,
            label_raw_place=_place(ranked.raw[0], right) if answering.coded and one_space else None,
            matrices=self._restored.config.answers.matrices,
            routing=self._restored.config.answers.routing,
            lexical=model.lexical,
            prototypes=self._shares(asked, weights, ranked),
            examples=self._examples(asked, weights, request.examples, leave_out=question.train_row),
            table=bool(manifest.columns),
        )

    def _asked(self, question: Question) -> Questions:
        """Return a question with the group and path that it has in the workspace, or that were asked for."""
        request = self._answering.request
        if question.row is None or request.group is not None or request.path is not None:
            return self._answering.asked([question.texts], question.vectors[None])
        split, _, row = question.row.rpartition(":")
        which: SplitName = "train" if split == "train" else "validation" if split == "validation" else "test"
        return questions_of(self._answering.workspace, which).take(np.array([int(row)]))

    def _shares(self, asked: Questions, weights: NDArray[np.float32], ranked: Ranked) -> tuple[TextShare, ...]:
        """List every cluster, the heaviest first, with how far its own map would take the question."""
        restored = self._restored
        count = len(weights)
        vectors = asked.asked.vectors.repeat(count, axis=0)
        alone = unit(mapped(restored.model.maps, vectors, np.eye(count, dtype=np.float32)))
        one_space = vectors.shape[1] == alone.shape[1]
        start = unit(vectors) if one_space else ranked.predicted.repeat(count, axis=0)
        moved = 1.0 - np.sum(alone * start, axis=1)
        names, sizes = restored.clusters.names, restored.clusters.sizes
        return tuple(
            TextShare(
                prototype=int(cluster),
                name=names[cluster] if names else "",
                weight=float(weights[cluster]),
                rows=int(sizes[cluster]),
                moved=float(moved[cluster]),
                anchor=self._anchor(int(restored.anchors[cluster])),
            )
            for cluster in np.argsort(-weights, kind="stable")
        )

    def _anchor(self, row: int) -> TextAnchor:
        workspace = self._answering.workspace
        label = workspace.targets[int(self._answering.train.codes[row])]
        return TextAnchor(row=row, texts=workspace.row_cells("train", row), label=label)

    def _examples(
        self, asked: Questions, weights: NDArray[np.float32], count: int, *, leave_out: int | None
    ) -> tuple[TextExample, ...]:
        """List the nearest training questions with their share of the routing, without the question itself."""
        cosines = self._train @ unit(asked.asked.vectors)[0]
        spoken = self._spoken(asked, weights)
        order = [int(row) for row in np.argsort(-cosines, kind="stable")[: count + 1] if row != leave_out][:count]
        return tuple(
            TextExample(**vars(self._anchor(row)), cosine=float(cosines[row]), weight=float(spoken[row]))
            for row in order
        )

    def _spoken(self, asked: Questions, weights: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the share of the routing that each training question has. *Shape:* (N,), sums to one.

        Where training questions vote it is their vote; else those of a cluster share its weight.
        """
        restored = self._restored
        if isinstance(restored.model.routing, ExemplarRouting):
            return restored.model.routing.votes(asked.asked.vectors[0])
        shares = np.zeros(len(self._train))
        for weight, rows in zip(weights.tolist(), restored.clusters.members, strict=True):
            shares[rows] += weight / len(rows)
        return shares


def _place(scores: NDArray[np.floating], code: int | None) -> int | None:
    """Return where a text stands, from 1; None where it is not known which."""
    return None if code is None else 1 + int(np.sum(scores > scores[code]))
