"""What ``prle explain`` is asked for, and the explanations of numbers, classes and texts.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Protocol, TypeAlias

from prle.errors import UsageError
from prle.stages.predict.interface import RankingRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prle.stages.explain.parts import CounterfactualReport, DoubtReport, FeatureReport, Refusal, VotesReport
    from prle.stages.explain.questions import Question
    from prle.stages.predict.interface import Found


LEVEL: Final = 0.9
"""How often intervals should hold where nobody says otherwise."""


Shown = Literal["prototypes", "votes", "features", "examples", "all"]
"""Which ledgers are shown in full."""


@dataclass(frozen=True, kw_only=True)
class ExplainRequest(RankingRequest):
    """What is asked of a model, and what its explanations should hold.

    :param teacher: of a student, explain what its teacher says of the same input.
    :param examples: how many training rows to list, of the nearest ones and of the heaviest voters.
    :param level: how often the interval should hold, between 0 and 1.
    :param move: also search for what each prediction hangs on, without which it would be that far away.
    :param class_name: the class to explain; None for the predicted one.
    :param ledger: the ledger that a picture shows in full; None shows the gist of each.
    :param remember: whether the vectors of texts asked before are used, and new ones kept.
    """

    teacher: bool = False
    examples: int = 5
    level: float = LEVEL
    move: float | None = None
    class_name: str | None = None
    ledger: Shown | None = None
    remember: bool = True

    def __post_init__(self) -> None:
        if self.move is not None and not self.move > 0.0:
            message = f"move: expected a distance above 0, in label units, got {self.move:g}."
            raise UsageError(message, hint="for example `--move 0.5`")


USUAL: Final = ExplainRequest()


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """The training row that a prototype is snapped to."""

    row: int
    texts: tuple[str, ...]
    label: float


@dataclass(frozen=True, kw_only=True)
class PrototypeShare:
    """What one prototype had to say: ``contribution = weight * expert_prediction``, label units.

    Of a committee, weight and contribution are means over its members; where the weight is 0, ``expert_prediction`` is
    the plain mean of what their experts say. ``past_error`` is the RMSE on the ``past_rows`` validation rows that the
    prototype dominates, None where there was none. ``examples_say`` is the weighted mean label of the voters of the
    prototype, and ``differs`` what is added to it; None where no examples vote.
    """

    prototype: int
    weight: float
    expert_prediction: float
    contribution: float
    anchor: Anchor
    past_error: float | None = None
    past_rows: int = 0
    examples_say: float | None = None
    differs: float | None = None


@dataclass(frozen=True, kw_only=True)
class Bracket:
    """The heaviest prototypes on either side: with a label below what is predicted, and above."""

    below: PrototypeShare | None
    above: PrototypeShare | None


@dataclass(frozen=True, kw_only=True)
class Example:
    """A training row near the input.

    ``distance`` is measured in the retrieval space, in units of a training row's mean distance to its nearest other.
    """

    row: int
    texts: tuple[str, ...]
    label: float
    distance: float


@dataclass(frozen=True, kw_only=True)
class ExplainReport:
    """Why one input got its score. All prototypes, heaviest first; their contributions add up to ``prediction``.

    ``interval`` holds the label with a probability of ``level``, as far as validation rows can tell. What cannot be
    said of a model is None, and ``refused`` says why, by the name of the ledger or ``interval``. Training rows have the
    labels that the model was told; ``carried`` is the share of the model's predictions that is labels of examples and
    nothing else (R2), ``score`` what was expected of the input before anybody voted. ``relabelled`` holds what the data
    say of those where `prle edit` told it another.
    """

    of: ClassVar = "numbers"

    model: str
    dataset: str
    fields: tuple[str, ...]
    label_name: str
    label_range: tuple[float, float]
    texts: tuple[str, ...]
    row: str | None
    prediction: float
    label: float | None
    prototypes: tuple[PrototypeShare, ...]
    examples: tuple[Example, ...]
    completeness_gap: dict[str, float]
    interval: tuple[float, float] | None = None
    level: float | None = None
    bracket: Bracket | None = None
    doubt: DoubtReport | None = None
    features: FeatureReport | None = None
    votes: VotesReport | None = None
    carried: float | None = None
    score: float | None = None
    counterfactual: CounterfactualReport | None = None
    refused: dict[str, Refusal] = field(default_factory=dict)
    relabelled: dict[int, float] = field(default_factory=dict)
    table: bool = False


AnyExplainReport: TypeAlias = "ExplainReport | ClassExplainReport | TextExplainReport"


@dataclass(frozen=True, kw_only=True)
class ExplainRowsReport:
    """The explanations of many inputs, in their order; ``fields`` are the columns of their texts."""

    of: ClassVar = "many"

    model: str
    fields: tuple[str, ...]
    explanations: tuple[AnyExplainReport, ...]


@dataclass(frozen=True, kw_only=True)
class ClassAnchor:
    """The training row that a prototype is snapped to."""

    row: int
    texts: tuple[str, ...]
    label: str


@dataclass(frozen=True, kw_only=True)
class ClassShare:
    """What one prototype had to say about the shown class: ``contribution = weight * expert_prediction``.

    Both are probabilities, or logits where the model sums logits. ``expert_class`` is what its expert thinks likeliest.
    Of a committee, weight and contribution are means over its members; where the weight is 0, ``expert_prediction`` is
    the plain mean of what their experts say.
    """

    prototype: int
    weight: float
    expert_prediction: float
    contribution: float
    expert_class: str
    anchor: ClassAnchor
    examples_say: float | None = None


@dataclass(frozen=True, kw_only=True)
class ClassExample:
    """A training row near the input; ``distance`` as in :class:`prle.stages.explain.interface.Example`."""

    row: int
    texts: tuple[str, ...]
    label: str
    distance: float


@dataclass(frozen=True, kw_only=True)
class ClassExplainReport:
    """Why one input got its class. All prototypes, heaviest first; their contributions add up to ``total``.

    :param prediction: the likeliest class, and ``probability`` what the model gives it.
    :param shown_class: the class that the contributions are about: the predicted one, or another that was asked for.
    :param space: what adds up: probabilities, or logits, of which the probabilities are the softmax.
    :param total: the probability or the logit of the shown class, as the model itself computes it.
    """

    of: ClassVar = "classes"

    model: str
    dataset: str
    fields: tuple[str, ...]
    label_name: str
    texts: tuple[str, ...]
    row: str | None
    prediction: str
    probability: float
    label: str | None
    probabilities: Mapping[str, float]
    shown_class: str
    space: Literal["probabilities", "logits"]
    total: float
    prototypes: tuple[ClassShare, ...]
    examples: tuple[ClassExample, ...]
    completeness_gap: dict[str, float]
    votes: VotesReport | None = None
    carried: float | None = None
    score: float | None = None
    refused: dict[str, Refusal] = field(default_factory=dict)
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

    of: ClassVar = "texts"

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


class Explains(Protocol):
    """A model ready to explain."""

    def explain(self, questions: Sequence[Question], request: ExplainRequest) -> Iterator[AnyExplainReport]:
        """Yield the explanation of each question, in their order.

        :raises UsageError: for what this model has not.
        """
