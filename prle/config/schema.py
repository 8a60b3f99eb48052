"""Every setting of a fit: its name, its default, what it may be, and where its value came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prle.errors import UsageError, nearest, unknown_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

InitName = Literal["random_real", "kmeans++", "k-medoids", "farthest_first"]
MetricName = Literal["euclidean", "cosine"]
ProjectionName = Literal["identity", "linear", "mlp", "resmlp", "fourier", "siamese"]
RouterName = Literal["knn", "radius", "softmax", "mlp_sparse", "attention"]
ExpertName = Literal["linear", "constant", "mlp"]
ExpertInitName = Literal[
    "random",
    "meta_linear_regression",
    "meta_classification_head",
    "meta_svr",
    "calibrated_cosine",
    "meta_logistic_regression",
]
CombineName = Literal["outputs", "probabilities", "logits"]
LossName = Literal[
    "task", "metric", "self_fit", "local", "consistency", "anchor_route", "balance", "entropy", "diversity"
]
MetricForm = Literal["contrast", "label_distance"]
MatrixName = Literal[
    "identity",
    "procrustes",
    "ridge",
    "cluster_procrustes",
    "cluster_ridge",
    "low_rank",
    "two_sided",
    "gated_low_rank",
]
RoutingName = Literal["global", "federated", "exemplar", "group", "path"]
TextLossName = Literal["contrastive", "cosine", "mse"]
GroupingName = Literal["kmeans", "hierarchical", "circle"]
MergingName = Literal["merge", "low_rank", "retrain"]
SoftTargetName = Literal["none", "pairwise", "prototype", "hybrid", "uniform"]

PROJECTION_CHOICES: Final[tuple[ProjectionName, ...]] = get_args(ProjectionName)
ROUTER_CHOICES: Final[tuple[RouterName, ...]] = get_args(RouterName)
EXPERT_CHOICES: Final[tuple[ExpertName, ...]] = get_args(ExpertName)

_ALTERNATIVES: Final = ("literal", "function", "constrained-int")
"""What begins a step of an error's place that names a member of a union, not a key."""

_NO_NUMBER: Final = ("int_parsing", "int_type", "int_from_float", "int_parsing_size")


class Section(BaseModel):
    """A group of settings: immutable, and a key that nobody knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PrototypeConfig(Section):
    """Which examples own an expert."""

    count: Annotated[int, Field(ge=1)] | Literal["auto"] = Field(
        default=64, description="number of prototypes, P; auto: settled before training as `prle suggest` would"
    )
    init: InitName = Field(default="kmeans++", description="how the first ones are chosen among the training rows")
    metric: MetricName = Field(
        default="euclidean", description="what near means while they are chosen and snapped, in the retrieval space"
    )
    learnable: bool = Field(default=True, description="whether they move within an epoch, before they are snapped")
    snap: bool = Field(default=True, description="whether each is put back onto a training row after every epoch")
    prune: Annotated[float, Field(ge=0.0)] | Literal["off"] = Field(
        default="off",
        description="after fitting, remove those without which no validation prediction moves further than this: "
        "label units, or probability of a class",
    )


class RetrievalConfig(Section):
    """The space in which nearness is measured; of pairs alone, single texts keep the encoder's own geometry."""

    cosine_weight: Annotated[float, Field(ge=0.0)] | Literal["auto"] = Field(
        default="auto", description="weight of the cosine beside other columns of a pair; auto: sqrt of encoder width"
    )
    topic_weight: float = Field(
        default=1.0, ge=0.0, description="weight of the columns that say what a pair is about, its mean vector"
    )


class ValueSpaceConfig(Section):
    """The space that experts read."""

    enabled: bool = Field(default=True, description="false: experts read the retrieval space itself")
    projection: ProjectionName | Literal["auto"] = Field(
        default="auto", description="auto: a few are tried for some epochs, and the best on validation rows is taken"
    )
    dim: int = Field(default=64, ge=1, description="width D of linear, mlp and resmlp, and of fourier's learned map")
    hidden: int = Field(default=256, ge=1, description="units of the first of two hidden layers (mlp)")
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] | Literal["auto"] = Field(
        default="auto",
        description="share of hidden units silenced while fitting (mlp, resmlp); auto: 0.5, for tables 0.1",
    )
    input_dropout: Annotated[float, Field(ge=0.0, lt=1.0)] | Literal["auto"] = Field(
        default="auto", description="share of input columns silenced while fitting (mlp); auto: 0.3, for tables 0"
    )
    depth: int = Field(default=1, ge=1, description="residual blocks (resmlp)")
    frequencies: int = Field(default=1024, ge=1, description="random features (fourier)")
    bandwidth: float = Field(
        default=1.0, gt=0.0, description="kernel width, in median distances between training rows (fourier)"
    )
    learned_map: bool = Field(default=False, description="whether a learned linear map follows the features (fourier)")


class RouterConfig(Section):
    """Who talks."""

    kind: RouterName = Field(default="softmax", description="routing strategy")
    temperature: float = Field(
        default=20.0, gt=0.0, description="initial sharpness tau, per mean nearest-prototype distance"
    )
    distance: MetricName = Field(default="euclidean", description="what is measured in the retrieval space (softmax)")
    neighbours: int = Field(default=4, ge=1, description="prototypes that may speak (knn)")
    radius: float = Field(
        default=1.1, gt=0.0, description="reach of an input, in mean nearest-prototype distances (radius)"
    )
    weighting: Literal["softmax", "equal"] = Field(
        default="softmax", description="how the prototypes within reach share the weight (radius)"
    )
    hidden: int = Field(default=32, ge=1, description="width of the scoring network (mlp_sparse)")
    slope: float = Field(
        default=30.0, gt=0.0, description="initial sharpness, per nearest-prototype distance of the values (mlp_sparse)"
    )
    gumbel_temperature: float = Field(default=1.0, gt=0.0, description="lower decides harder (mlp_sparse)")
    heads: int = Field(default=4, ge=1, description="ways of looking whose weights are averaged (attention)")
    head_width: int = Field(default=32, ge=1, description="axes that each of them looks along (attention)")


class ExpertConfig(Section):
    """What a prototype says."""

    kind: ExpertName = Field(default="linear", description="local model")
    init: ExpertInitName | Literal["auto"] = Field(
        default="auto",
        description="prior; auto: calibrated_cosine for pairs that keep a cosine, else meta_linear_regression; "
        "meta_logistic_regression for classes",
    )
    hidden: int = Field(default=8, ge=1, description="hidden units of each expert (mlp)")
    rank: int = Field(
        default=16, ge=1, description="directions of the value space in which experts may differ (linear)"
    )
    combine: CombineName | Literal["auto"] = Field(
        default="auto",
        description="what is weighed and summed; auto: outputs for numbers, for classes the experts' probabilities",
    )
    solver: Literal["gradient", "ridge", "auto"] = Field(
        default="auto",
        description="ridge: own parts are solved in closed form, after every epoch under EM, else after the last; "
        "auto: ridge for linear experts of numbers",
    )


class MetricLearning(Section):
    """How labels shape the value space, where a phase gives `metric` a weight."""

    form: MetricForm = Field(
        default="contrast",
        description="contrast: alike rows are pulled, unlike ones pushed; "
        "label_distance: distances are regressed on label distances",
    )
    alike: float = Field(default=0.25, ge=0.0, description="labels this near are alike, in their standard deviations")
    unlike: float = Field(default=1.0, gt=0.0, description="labels this far apart are unlike, likewise")
    margin: float = Field(default=1.0, gt=0.0, le=2.0, description="cosine distance that unlike rows should keep")
    hardest: float = Field(default=1.0, gt=0.0, le=1.0, description="share of the pairs learned from, hardest first")
    rows: int = Field(
        default=0, ge=0, description="rows compared in a step, where that is more than the batch (drawn anew)"
    )


class LossWeights(Section):
    """How much each goal counts in a phase."""

    task: float = Field(default=1.0, ge=0.0, description="the prediction is right")
    metric: float = Field(default=0.0, ge=0.0, description="labels shape the value space")
    self_fit: float = Field(default=0.0, ge=0.0, description="an expert knows its own anchor")
    local: float = Field(default=0.0, ge=0.0, description="an expert fits the inputs that it answers for")
    consistency: float = Field(default=0.0, ge=0.0, description="distant prototypes do not speak")
    anchor_route: float = Field(default=0.0, ge=0.0, description="an anchor is routed to its own prototype")
    balance: float = Field(default=0.0, ge=0.0, description="all prototypes answer for equal shares of the inputs")
    entropy: float = Field(default=0.0, ge=0.0, description="few prototypes answer for an input")
    diversity: float = Field(default=0.0, ge=0.0, description="prototypes point in different directions")


class GeometryLosses(LossWeights):
    """Goals while projection and prototypes move."""

    metric: float = Field(default=0.1, ge=0.0, description="labels shape the value space")
    consistency: float = Field(default=0.05, ge=0.0, description="distant prototypes do not speak")


class ExpertLosses(LossWeights):
    """Goals while experts and router move."""

    self_fit: float = Field(default=0.01, ge=0.0, description="an expert knows its own anchor")
    local: float = Field(default=0.1, ge=0.0, description="an expert fits the inputs that it answers for")
    consistency: float = Field(default=0.05, ge=0.0, description="distant prototypes do not speak")


class JointLosses(LossWeights):
    """Goals while everything moves: the mean of both phases."""

    metric: float = Field(default=0.05, ge=0.0, description="labels shape the value space")
    self_fit: float = Field(default=0.005, ge=0.0, description="an expert knows its own anchor")
    local: float = Field(default=0.05, ge=0.0, description="an expert fits the inputs that it answers for")
    consistency: float = Field(default=0.05, ge=0.0, description="distant prototypes do not speak")


class LossConfig(Section):
    """What training wants: weights by phase."""

    metric: MetricLearning = MetricLearning()
    geometry: GeometryLosses = GeometryLosses()
    experts: ExpertLosses = ExpertLosses()
    joint: JointLosses = JointLosses()


class TrainConfig(Section):
    """How it is fitted; where labels are texts, `auto` is a batch of 128, steps of 1e-3 and a patience of 8."""

    em_alt_training: bool | Literal["auto"] = Field(
        default="auto",
        description="alternate geometry and experts epochs; false: jointly; auto: for pairs whose labels are numbers",
    )
    em_every: int = Field(default=1, ge=1, description="epochs of a phase before the other has its turn")
    epochs: int = Field(default=60, ge=0, description="epochs at most")
    patience: Annotated[int, Field(ge=1)] | Literal["auto"] = Field(
        default="auto",
        description="epochs without a better validation RMSE (log loss) before stopping, at least one turn of every "
        "phase; auto: 8, for tables 16",
    )
    batch_size: Annotated[int, Field(ge=1)] | Literal["auto"] = Field(
        default="auto", description="training rows a step; auto: 32 for pairs and for classes of texts, else 128"
    )
    learning_rate: Annotated[float, Field(gt=0.0)] | Literal["auto"] = Field(
        default="auto",
        description="Adam step size of geometry and router; auto: 1.5e-4 for pairs and for classes of texts, else 5e-4",
    )
    expert_learning_rate: Annotated[float, Field(gt=0.0)] | Literal["auto"] = Field(
        default="auto",
        description="Adam step size of the experts; auto: 3e-5 for pairs whose labels are numbers, else 5e-4",
    )
    weight_decay: float = Field(default=1e-2, ge=0.0, description="pull of every learned part toward where it started")
    averaging: float = Field(
        default=0.995,
        ge=0.0,
        lt=1.0,
        description="memory of the moving average of all steps, which is what is measured and kept; 0: the last step",
    )
    seed: int = Field(default=0, ge=0, description="seed of everything random")
    committee: int = Field(
        default=1, ge=1, description="members on the same prototypes, from seeds that follow, averaged when they answer"
    )


class AnswerConfig(Section):
    """What is learnt where labels are texts: which map of a question's vector, and who speaks for it."""

    matrices: MatrixName | Literal["auto"] = Field(
        default="auto", description="the maps of a question's vector; auto: what validation prefers"
    )
    rank: int = Field(default=32, ge=1, description="rank of a learned map (low_rank, two_sided, gated_low_rank)")
    dropout: float = Field(
        default=0.0, ge=0.0, lt=1.0, description="share of a vector silenced before a learned map while fitting"
    )
    own_rank: int = Field(default=2, ge=1, description="rank of what each cluster adds to it (gated_low_rank)")
    penalty: Annotated[float, Field(gt=0.0)] | Literal["auto"] = Field(
        default="auto", description="ridge penalty, in units of one question (ridge, cluster_ridge); auto: tried"
    )
    routing: RoutingName | Literal["auto"] = Field(
        default="auto", description="who speaks for a question; auto: what validation prefers"
    )
    temperature: Annotated[float, Field(gt=0.0)] | Literal["auto"] = Field(
        default="auto", description="of the softmax over cosines (federated, exemplar); auto: 0.1 and 0.03 are tried"
    )
    speakers: int = Field(default=10, ge=1, description="clusters that speak for a question at most (federated)")
    second_softmax: bool = Field(
        default=False, description="whether summed weights of clusters go through a softmax of their own (exemplar)"
    )
    importance: Literal["none", "entropy"] = Field(
        default="none", description="entropy: training questions that clusters share weigh more (federated, exemplar)"
    )
    path_prior: float = Field(
        default=10.0,
        gt=0.0,
        description="rows that a place in a hierarchy needs to weigh as much as those above (path)",
    )


class AnswerLosses(Section):
    """What training wants of learned maps where labels are texts."""

    loss: TextLossName = Field(default="contrastive", description="the main goal; the other two know no wrong answers")
    cosine: float = Field(default=3.0, ge=0.0, description="weight of 1 - cosine to the right text (contrastive)")
    temperature: float = Field(default=0.05, gt=0.0, description="of the softmax over texts (contrastive)")
    negatives: Literal["auto", "batch", "all"] = Field(
        default="auto", description="wrong texts: those of the batch, or all of train; auto: all, up to 4,096"
    )
    soft_targets: SoftTargetName = Field(
        default="none", description="where a part of the right text's weight goes: to like texts, or to all alike"
    )
    soft_target_weight: float = Field(default=0.5, ge=0.0, le=1.0, description="how large that part is")
    prototype_weight: float = Field(default=0.5, ge=0.0, le=1.0, description="share of clusters in it (hybrid)")
    soft_temperature: float = Field(default=0.5, gt=0.0, description="of the softmax over likeness")
    z_score: bool = Field(default=True, description="whether likeness is standardised before that softmax")
    clusters: int = Field(default=5, ge=1, description="clusters of texts (prototype, hybrid)")
    cluster_labels: int = Field(default=3, ge=1, description="texts seen for each cluster before there is any")
    update_interval: int = Field(default=100, ge=1, description="batches between two estimates of the clusters")


class ScoreConfig(Section):
    """How texts are ranked, given the vector that was predicted."""

    shrinkage: Annotated[float, Field(ge=0.0, le=1.0)] | Literal["auto"] = Field(
        default="auto", description="how far predictions are drawn back to the raw vector; auto: chosen on validation"
    )
    lexical: Annotated[float, Field(ge=0.0)] | Literal["auto"] = Field(
        default="auto", description="weight of the TF-IDF cosine beside that of vectors; auto: chosen on validation"
    )
    guard: bool = Field(default=True, description="whether the raw vector is kept where a model is a point below it")


class Config(Section):
    """All settings of a fit."""

    prototypes: PrototypeConfig = PrototypeConfig()
    retrieval: RetrievalConfig = RetrievalConfig()
    value_space: ValueSpaceConfig = ValueSpaceConfig()
    router: RouterConfig = RouterConfig()
    experts: ExpertConfig = ExpertConfig()
    losses: LossConfig = LossConfig()
    train: TrainConfig = TrainConfig()
    answers: AnswerConfig = AnswerConfig()
    answer_losses: AnswerLosses = AnswerLosses()
    scores: ScoreConfig = ScoreConfig()


def resolve(file: Path | None, overrides: Mapping[str, object]) -> Config:
    """Merge settings: ``overrides`` (flags and environment) > the YAML ``file`` > the defaults.

    ``prle.config.rows.trace`` does the same and says where each value came from.

    :param overrides: values by dotted key, e.g. ``{"router.kind": "knn"}``.
    :raises UsageError: for an unknown key or a value that does not fit, naming the nearest known one.
    """
    return validate(overridden({} if file is None else read(file), overrides))


def overridden(tree: Mapping[str, Any], overrides: Mapping[str, object]) -> dict[str, Any]:
    """Return a copy of nested settings in which the values of ``overrides`` stand at their dotted keys."""
    result = dict(tree)
    for key, value in overrides.items():
        *sections, name = key.split(".")
        branch = result
        for section in sections:
            inner = branch.get(section, {})
            if not isinstance(inner, dict):
                message = f"{section}: expected keys, got {inner!r}."
                raise UsageError(message)
            branch[section] = branch = dict(inner)
        branch[name] = value
    return result


def validate(tree: Mapping[str, Any]) -> Config:
    """Turn nested plain values into a :class:`Config`, or say what does not fit."""
    try:
        return Config.model_validate(tree)
    except ValidationError as invalid:
        raise _explain(invalid) from None


def read(file: Path) -> dict[str, Any]:
    """Read a YAML file of settings as it is written; an empty one is all defaults.

    :raises UsageError: where it is missing, no YAML, or no sections.
    """
    # Here, because a model that answers brings its settings with it, and reads no file.
    import yaml

    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"--config {file}: no such file."
        raise UsageError(message) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as broken:
        message = f"--config {file}: expected a readable YAML file; {str(broken).splitlines()[0]}."
        raise UsageError(message) from None
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        message = f"--config {file}: expected sections with keys, got {type(tree).__name__}."
        raise UsageError(message)
    return tree


def _explain(invalid: ValidationError) -> UsageError:
    """Say the first thing that is wrong, with the nearest known name."""
    problem = invalid.errors()[0]
    place = [step for step in map(str, problem["loc"]) if not step.startswith(_ALTERNATIVES)]
    key, value = ".".join(place), problem["input"]
    if problem["type"] == "extra_forbidden":
        known = _known_keys(place[:-1])
        near = nearest(place[-1], known)
        hint = f"did you mean {near}?" if near else f"one of: {', '.join(known)}"
        message = f"settings: unknown key {key}."
        return UsageError(message, hint=hint)
    if problem["type"] == "literal_error":
        return unknown_name(key, str(value), _choices(place))
    if problem["type"] in _NO_NUMBER and (words := _choices(place)):
        near = nearest(str(value), words)
        message = f"{key}: expected a number or {' or '.join(words)}, got {value!r}."
        return UsageError(message, hint=f"did you mean {near}?" if near else None)
    message = f"{key}: {problem['msg'][0].lower()}{problem['msg'][1:]}; got {value!r}."
    return UsageError(message)


def _section(place: Iterable[str]) -> type[BaseModel]:
    """Return the section class at a place in the tree."""
    section: type[BaseModel] = Config
    for step in place:
        section = section.model_fields[step].annotation  # type: ignore[assignment]
    return section


def _known_keys(place: Iterable[str]) -> list[str]:
    """Return the keys that a section knows."""
    return list(_section(place).model_fields)


def _choices(place: list[str]) -> list[str]:
    """Return the names that a key accepts, flattening unions of literals."""
    annotation = _section(place[:-1]).model_fields[place[-1]].annotation
    return [str(name) for name in choices(annotation)]


def choices(annotation: object) -> list[object]:
    """Return the values that a literal, or the literals in a union, allow; types in a union are passed over."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [value for each in get_args(annotation) for value in choices(each)]
