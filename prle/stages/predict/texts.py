"""Rank texts for questions: those of the workspace, or another pool."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, final

import numpy as np

from prle.arrays.geometry import unit
from prle.data.inputs.shards import Added
from prle.errors import DataError
from prle.metrics.rankings import blocks, top
from prle.models.students.model import DistilledAnswers
from prle.models.texts.checkpoint import restore_answers
from prle.models.texts.interface import Library, Questions, lexicon_of
from prle.models.texts.model import AnswerModel
from prle.models.texts.routers import Asked
from prle.observer import SILENT
from prle.stages.common.query import target_vectors
from prle.stages.common.text_rows import library_of, questions_of
from prle.stages.predict.interface import Found, PredictRequest, RankingRequest, TextPrediction, TextPredictReport

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences
    from prle.data.interface import SplitName
    from prle.models.students.checkpoint import RestoredStudent
    from prle.models.texts.checkpoint import Restored
    from prle.models.texts.lexicon import Lexicon
    from prle.models.texts.model import Answers
    from prle.observer import Observer
    from prle.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranked:
    """A block of questions with the scores of every text of the pool.

    :param predicted: the vectors that the model gives. *Shape:* (B, T)
    :param cosines: with the texts. *Shape:* (B, A)
    :param words: the part of words, with its weight. *Shape:* (B, A)
    :param raw: the cosines of the question's own vectors; zeros where that lives in another space. *Shape:* (B, A)
    """

    predicted: NDArray[np.float32]
    cosines: NDArray[np.float32]
    words: NDArray[np.float32]
    raw: NDArray[np.float32]

    @cached_property
    def scores(self) -> NDArray[np.float32]:
        """What texts are ranked by. *Shape:* (B, A)."""
        return self.cosines + self.words

    def found(self, row: int, place: int, library: Library, *, coded: bool) -> Found:
        """Return one text of the ranking of one question."""
        scores, raw = self.scores[row], self.raw[row]
        return Found(
            text=library.texts[place],
            score=float(scores[place]),
            cosine=float(self.cosines[row, place]),
            lexical=float(self.words[row, place]),
            code=place if coded else None,
            raw_place=1 + int(np.sum(raw > raw[place])),
        )


def predictor(opened: Workspace, request: PredictRequest, *, observer: Observer) -> TextPredictor:
    """Load a model of texts.

    :raises WorkspaceError: where it is missing, stale or broken.
    :raises DataError: where the pool cannot be read.
    """
    restored = restored_model(opened, request.name)
    anchors = tuple(restored.anchors.tolist())
    return TextPredictor(opened, request, restored.model, anchors, observer=observer)


def taught(
    opened: Workspace, request: PredictRequest, student: RestoredStudent, *, observer: Observer
) -> TextPredictor:
    """Return a student of texts, ready to rank them.

    :raises WorkspaceError: where it is one of numbers or classes.
    :raises DataError: where the pool cannot be read.
    """
    return TextPredictor(opened, request, student.of_texts, observer=observer)


def restored_model(opened: Workspace, name: str) -> Restored:
    """Return a stored model of texts with its clusters.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    train, width = questions_of(opened, "train"), opened.target_vectors.shape[1]
    return restore_answers(opened.model(name), train.asked.vectors, width=width)


@final
class TextPredictor:
    """What ranks texts for rows of an open workspace.

    :param request: the pool that is ranked, and where new questions are filed.
    :param anchors: the training row of each prototype; a student has none.
    :raises DataError: where the pool cannot be read.
    """

    def __init__(
        self,
        workspace: Workspace,
        request: RankingRequest,
        model: Answers,
        anchors: tuple[int, ...] = (),
        *,
        observer: Observer = SILENT,
    ) -> None:
        self.workspace, self.request, self.model, self.anchors = workspace, request, model, anchors
        self.train = questions_of(workspace, "train")
        own = library_of(workspace)
        self.library = own if request.pool is None else _pool(workspace, request.pool, own, observer)
        self._texts = self.model.texts(self.library.vectors)
        self._asked: dict[SplitName, Questions] = {"train": self.train}
        self._lexicon: Lexicon | None = None
        if self.model.lexical > 0.0:
            self._lexicon = lexicon_of(self.train, own, self.library)
        _note_unfiled(self, observer)

    @property
    def coded(self) -> bool:
        """Whether texts have numbers in the workspace."""
        return self.request.pool is None

    def asked(self, rows: Sequence[tuple[str, ...]], vectors: NDArray[np.float32]) -> Questions:
        """Return new rows, as a reader sees them, as questions, all of the group and path that were asked for."""
        filed = {
            "groups": (self.request.group,) * len(rows) if self.request.group is not None else (),
            "paths": (self.request.path,) * len(rows) if self.request.path is not None else (),
        }
        texts = () if self.workspace.manifest.columns else tuple(row[0] for row in rows)
        nothing = np.full(len(rows), -1, np.int64)
        return Questions(asked=Asked(vectors=vectors[:, 0], **filed), codes=nothing, texts=texts)

    def rank(self, questions: Questions) -> Ranked:
        """Score every text of the pool for a block of questions."""
        model, asked = self.model, questions.asked
        predicted = model.vectors(asked)
        cosines: NDArray[np.float32] = predicted @ self._texts.T
        words = np.zeros_like(cosines)
        if self._lexicon is not None:
            words = np.float32(model.lexical) * self._lexicon.scores(questions.texts)
        one_space = asked.vectors.shape[1] == self.library.vectors.shape[1]
        raw = unit(asked.vectors) @ self.library.vectors.T if one_space else np.zeros_like(cosines)
        return Ranked(predicted=predicted, cosines=cosines, words=words, raw=raw)

    def report(
        self,
        shown: Sequence[tuple[str, ...]],
        vectors: Sentences,
        request: PredictRequest,
        *,
        split: SplitName | None = None,
        first: int = 0,
    ) -> TextPredictReport:
        """Rank texts for questions (N, S, H), a block at a time, and lay out the first of each.

        :param shown: the questions as a reader sees them.
        :param request: says how many texts are given.
        :param first: which row of the split the first of them is.
        """
        manifest = self.workspace.manifest
        if split is None:
            questions = self.asked(shown, vectors[:])
        else:
            questions = self._questions(split).take(first + np.arange(len(shown)))
        predictions: list[TextPrediction] = []
        for block in blocks(len(questions), len(self.library)):
            rows = np.arange(block.start, block.stop)
            ranked = self.rank(questions.take(rows))
            found = top(ranked.scores, request.first)
            for row, places in zip(rows.tolist(), found.tolist(), strict=True):
                within = row - block.start
                answers = tuple(ranked.found(within, place, self.library, coded=self.coded) for place in places)
                label, place = self._right(ranked, within, int(questions.codes[row]))
                predictions.append(
                    TextPrediction(
                        texts=shown[row],
                        prediction=answers[0].text,
                        score=answers[0].score,
                        answers=answers,
                        row=None if split is None else first + row,
                        label=label,
                        place=place,
                    )
                )
        return TextPredictReport(
            model=request.name,
            fields=manifest.names,
            label=manifest.label,
            split=split,
            pool=len(self.library),
            pool_source=str(self.request.pool or self.workspace.path.name),
            predictions=tuple(predictions),
            table=bool(manifest.columns),
        )

    def _questions(self, split: SplitName) -> Questions:
        """Return the rows of a split, read once."""
        if split not in self._asked:
            self._asked[split] = questions_of(self.workspace, split)
        return self._asked[split]

    def _right(self, ranked: Ranked, row: int, code: int) -> tuple[str | None, int | None]:
        """Return the right text of a row and its place; nothing where it is not known, no place in another pool."""
        if code < 0:
            return None, None
        scores = ranked.scores[row]
        return self.workspace.targets[code], 1 + int(np.sum(scores > scores[code])) if self.coded else None


def _note_unfiled(ready: TextPredictor, observer: Observer) -> None:
    """Say so where the group or path that was asked for leads nowhere in a model."""
    told = " and ".join(f"--{name}" for name in ("group", "path") if getattr(ready.request, name) is not None)
    if not told:
        return
    if isinstance(ready.model, DistilledAnswers) and f"--{ready.model.filing.kind}" not in told:
        observer.note(f"{told} changed nothing for model {ready.request.name}: a student is told of no such thing")
    if not isinstance(ready.model, AnswerModel):
        return
    routing = ready.model.routing
    nowhere = np.zeros((1, ready.train.asked.vectors.shape[1]), np.float32)
    if not routing.filed(ready.asked([("",)], nowhere[:, None]).asked)[0]:
        heard = f"--{routing.name}" in told
        why = f"no training row has that {routing.name}" if heard else f"its routing is {routing.name}"
        observer.note(f"{told} changed nothing for model {ready.request.name}: {why}")


def _pool(workspace: Workspace, file: Path, own: Library, observer: Observer) -> Library:
    """Return the texts of a file with their vectors: known ones from the workspace, the others from its encoder.

    :raises DataError: where it holds no text.
    """
    from prle.data.inputs.texts import read_texts

    texts = list(dict.fromkeys(row[0].strip() for row in read_texts(file, (workspace.manifest.label,))))
    if not texts:
        message = f"{file.name}: expected texts to rank, got none."
        raise DataError(message)
    known = dict(zip(own.texts, own.vectors, strict=True))
    new = [text for text in texts if text not in known]
    known |= dict(zip(new, target_vectors(workspace, new, observer=observer), strict=True))
    return Library(vectors=np.stack([known[text] for text in texts]), texts=tuple(texts))


def columns(_: PredictRequest) -> tuple[str, ...]:
    """Return the names of what is added to a shard."""
    return ("prediction", "score", "scores")


def added(report: TextPredictReport) -> dict[str, Added]:
    """Return the first text of each ranking, and the scores of those after it, as columns that are added to a shard."""
    scores = [{found.text: found.score for found in each.answers} for each in report.predictions]
    return {
        "prediction": Added(kind="text", values=[each.prediction for each in report.predictions]),
        "score": Added(kind="number", values=[each.score for each in report.predictions]),
        "scores": Added(kind="shares", values=scores),
    }
