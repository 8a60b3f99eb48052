"""Every setting of a fit: its name, its default, what it may be, and where its value came from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from prle.config.names import (
    BaseName,
    CombineName,
    ExpertInitName,
    ExpertName,
    InitName,
    MatrixName,
    MetricForm,
    MetricName,
    ProjectionName,
    RouterName,
    RoutingName,
    SoftTargetName,
    TextLossName,
    VotersName,
)


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


class VoteConfig(Section):
    """Whose labels make a prediction."""

    voters: VotersName = Field(
        default="examples",
        description="examples: training rows near the input; prototypes: the anchors alone; none: experts speak",
    )
    base: BaseName | Literal["auto"] = Field(
        default="auto",
        description="what expects something of a row before anybody votes, which decides who is near; auto: those that "
        "suit the rows are tried, and validation takes one or several",
    )
    maps: int = Field(default=2, ge=1, description="learned maps that stand side by side (map)")
    folds: int = Field(default=5, ge=2, description="parts of the training rows that are scored by what saw the others")
    differs: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="whether what differs between an input and a voter is added to the voter's label; auto: where "
        "validation wants it, and labels still carry 95 %",
    )


class PlaceConfig(Section):
    """Where near means alike for the label and about the same thing, and how many of the nearest vote."""

    score: float = Field(default=1.0, ge=0.0, description="weight of what is expected of a row")
    value: Annotated[float, Field(ge=0.0)] | Literal["auto"] = Field(
        default="auto", description="weight of the learned space, where the base has one; auto: validation"
    )
    content: Annotated[float, Field(ge=0.0)] | Literal["auto"] = Field(
        default="auto",
        description="weight of the frozen vector, what a row is about; auto: the largest within the noise of the best",
    )
    temperature: Annotated[float, Field(gt=0.0)] | Literal["auto"] = Field(
        default="auto", description="squared distance at which a voter has 1/e of the weight; auto: validation"
    )
    neighbours: Annotated[int, Field(ge=1)] | Literal["auto"] = Field(
        default="auto",
        description="nearest rows that vote, k; auto: the fewest within a quarter standard error of the best",
    )
    everyone: Annotated[float, Field(ge=0.0, lt=1.0)] | Literal["auto"] = Field(
        default="auto",
        description="share of the vote that all training rows have in equal parts, so that no class is impossible; "
        "auto: validation, nothing for numbers",
    )


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
    votes: VoteConfig = VoteConfig()
    place: PlaceConfig = PlaceConfig()
    retrieval: RetrievalConfig = RetrievalConfig()
    value_space: ValueSpaceConfig = ValueSpaceConfig()
    router: RouterConfig = RouterConfig()
    experts: ExpertConfig = ExpertConfig()
    losses: LossConfig = LossConfig()
    train: TrainConfig = TrainConfig()
    answers: AnswerConfig = AnswerConfig()
    answer_losses: AnswerLosses = AnswerLosses()
    scores: ScoreConfig = ScoreConfig()
