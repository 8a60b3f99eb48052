"""What ``prle predict`` is asked for, and the predictions of numbers, classes and texts.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from prle.arrays.shapes import Sentences
    from prle.data.interface import SplitName
    from prle.engines.interface import EngineName


DEFAULT_FIRST: Final = 5
"""As many texts as a ranking gives."""


@dataclass(frozen=True, kw_only=True)
class RankingRequest:
    """Which model is asked, and where labels are texts, what is wanted of the ranking.

    :param name: of the model.
    :param first: as many texts as are given for a question.
    :param pool: a file of other texts to rank, a text a line or a column of that name; None ranks those of the
        workspace.
    :param group: the group that new questions belong to; None where it is not known.
    :param path: their place in a hierarchy, likewise.
    """

    name: str = "default"
    first: int = DEFAULT_FIRST
    pool: Path | None = None
    group: str | None = None
    path: str | None = None


@dataclass(frozen=True, kw_only=True)
class PredictRequest(RankingRequest):
    """What is asked of a model.

    :param level: how often intervals should hold, between 0 and 1; None gives none.
    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    """

    level: float | None = None
    remember: bool = True


USUAL: Final = PredictRequest()


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One predicted row. ``row`` and ``label`` only for rows of a split, ``interval`` only where one was asked for."""

    texts: tuple[str, ...]
    prediction: float
    row: int | None = None
    label: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class PredictReport:
    """The predictions of one call, with the column names of their texts; ``level`` is that of their intervals."""

    of: ClassVar = "numbers"

    model: str
    fields: tuple[str, ...]
    label: str
    split: str | None
    predictions: tuple[Prediction, ...]
    level: float | None = None
    table: bool = False


@dataclass(frozen=True, kw_only=True)
class ClassPrediction:
    """One predicted row: the likeliest class, its probability, and those of all classes by name.

    ``row`` and ``label`` only for rows of a split.
    """

    texts: tuple[str, ...]
    prediction: str
    probability: float
    probabilities: Mapping[str, float]
    row: int | None = None
    label: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClassPredictReport:
    """The predictions of one call, with the column names of their texts and the names of the classes by code."""

    of: ClassVar = "classes"

    model: str
    fields: tuple[str, ...]
    label: str
    split: str | None
    classes: tuple[str, ...]
    predictions: tuple[ClassPrediction, ...]
    table: bool = False


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

    of: ClassVar = "texts"

    model: str
    fields: tuple[str, ...]
    label: str
    split: str | None
    pool: int
    pool_source: str
    predictions: tuple[TextPrediction, ...]
    table: bool = False


@dataclass(frozen=True, kw_only=True)
class ShardsReport:
    """What ``predict --out`` wrote: ``shards`` files with ``rows`` rows.

    ``computed_rows`` of them, in ``computed`` files, were predicted now; the other files were there already, computed
    from the same. ``columns`` were added to those that the rows had.
    """

    workspace: Path
    model: str
    source: Path
    folder: Path
    engine: EngineName
    shards: int
    rows: int
    computed: int
    computed_rows: int
    columns: tuple[str, ...]
    label: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class ShardsRequest:
    """Which rows are predicted by which model, and where they go.

    :param source: a Parquet file, a folder of them, or a pattern.
    :param folder: gets a file for each, of the same name, with the same rows in their order.
    :param asked: what is asked of the model.
    """

    workspace: Path
    source: Path
    folder: Path
    asked: PredictRequest = USUAL


AnyPredictReport: TypeAlias = PredictReport | ClassPredictReport | TextPredictReport


class Predicts(Protocol):
    """A model of an open workspace that is ready to predict rows."""

    @property
    def anchors(self) -> tuple[int, ...]:
        """The training row that each prototype stands on, by its number; a student has none."""

    def report(
        self,
        shown: Sequence[tuple[str, ...]],
        vectors: Sentences,
        request: PredictRequest,
        *,
        split: SplitName | None = None,
        first: int = 0,
    ) -> AnyPredictReport:
        """Predict rows of vectors (N, S, H), and lay out what came of it, beside the labels of a split.

        :param first: which row of the split the first of them is.
        :raises WorkspaceError: where the model has no intervals, or too few validation rows for their level.
        """
