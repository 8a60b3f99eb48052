"""The reports about workspaces whose labels are texts; rules and style are those of the other reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from prle.observer import Judged

if TYPE_CHECKING:
    from pathlib import Path

    from prle.observer import EpochRecord


DEFAULT_FIRST: Final = 5
"""As many texts as a ranking gives."""


@dataclass(frozen=True, kw_only=True)
class TextRequest:
    """What is wanted of a ranking.

    :param first: as many texts as are given for a question.
    :param pool: a file of other texts to rank, a text a line or a column of that name; None ranks those of the
        workspace.
    :param group: the group that new questions belong to; None where it is not known.
    :param path: their place in a hierarchy, likewise.
    """

    first: int = DEFAULT_FIRST
    pool: Path | None = None
    group: str | None = None
    path: str | None = None


@dataclass(frozen=True, kw_only=True)
class TextTrial:
    """One candidate that a fit has tried, with its validation figures by vectors alone.

    ``penalty`` and ``temperature`` are None where it has none.
    """

    matrices: str
    routing: str
    penalty: float | None
    temperature: float | None
    recall_at_1: float
    recall_at_10: float
    mrr: float
    cosine: float
    parameters: int


@dataclass(frozen=True, kw_only=True)
class TextFitReport(Judged):
    """What ``fit`` made where labels are texts.

    ``validation`` has the figures of the model as saved, ``raw`` those of the question's own vector. ``advice`` is the
    routing that document 003 advises; ``guarded`` says that the raw vector was kept. ``history`` is empty where the
    maps are solutions.
    """

    workspace: Path
    model: str
    target: Literal["text"] = "text"
    matrices: str
    routing: str
    advice: str
    prototypes: int
    parameters: int
    pool: int
    shrinkage: float
    lexical: float
    guarded: bool
    validation: dict[str, float]
    raw: dict[str, float]
    trials: tuple[TextTrial, ...]
    history: tuple[EpochRecord, ...]
    best_epoch: int
    seconds: float
    seed: int


@dataclass(frozen=True, kw_only=True)
class Found:
    """One text of a ranking: ``score = cosine + lexical``, the part of words with its weight already in it.

    ``code`` is its number among the texts of the workspace, None in another pool. ``raw_place`` is where the question's
    own vector would have put it, from 1.
    """

    text: str
    score: float
    cosine: float
    lexical: float
    code: int | None
    raw_place: int


@dataclass(frozen=True, kw_only=True)
class TextPrediction:
    """The ranking for one row, best first. Of a split also its ``label`` and the place of that, from 1."""

    texts: tuple[str, ...]
    prediction: str
    score: float
    answers: tuple[Found, ...]
    row: int | None = None
    label: str | None = None
    place: int | None = None


@dataclass(frozen=True, kw_only=True)
class TextPredictReport:
    """The rankings of one call; ``pool`` counts the texts that were ranked, ``pool_source`` says whose they are."""

    model: str
    fields: tuple[str, ...]
    label: str
    split: str | None
    pool: int
    pool_source: str
    predictions: tuple[TextPrediction, ...]
    table: bool = False


@dataclass(frozen=True, kw_only=True)
class TextAnchor:
    """The training question that stands for a cluster, and the text that it asks for."""

    row: int
    texts: tuple[str, ...]
    label: str


@dataclass(frozen=True, kw_only=True)
class TextShare:
    """What one cluster had to say: its ``weight``, and how far its own map moves the question (``moved``, 1 - cosine).

    ``name`` is the group or path that it stands for, empty where it was found by content; ``rows`` counts its training
    questions.
    """

    prototype: int
    name: str
    weight: float
    rows: int
    moved: float
    anchor: TextAnchor


@dataclass(frozen=True, kw_only=True)
class TextExample:
    """A training question near the one that was asked. ``weight`` is its share of the routing; all together have 1."""

    row: int
    texts: tuple[str, ...]
    label: str
    cosine: float
    weight: float


@dataclass(frozen=True, kw_only=True)
class TextExplainReport:
    """Why one question got its ranking.

    ``raw_prediction`` is what the question's own vector would have answered, and ``moved`` is 1 minus the cosine of the
    two. ``label_place`` and ``label_raw_place`` are where the right text stands with and without the model, from 1.
    """

    model: str
    dataset: str
    fields: tuple[str, ...]
    label_name: str
    texts: tuple[str, ...]
    row: str | None
    label: str | None
    prediction: str
    score: float
    answers: tuple[Found, ...]
    pool: int
    raw_prediction: str
    raw_score: float
    moved: float
    label_place: int | None
    label_raw_place: int | None
    matrices: str
    routing: str
    lexical: float
    prototypes: tuple[TextShare, ...]
    examples: tuple[TextExample, ...]
    table: bool = False
