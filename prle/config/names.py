"""The names that settings take: a strategy of each family."""

from __future__ import annotations

from typing import Final, Literal, get_args

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


VotersName = Literal["examples", "prototypes", "none"]


BaseName = Literal[
    "experts",
    "linear",
    "kernel",
    "boosting",
    "mlp",
    "map",
    "kernel+map",
    "experts+kernel",
    "linear+map",
    "boosting+linear",
    "boosting+kernel",
    "boosting+experts",
]
"""What gives the score, and where rows lie before labels vote; several stand side by side."""


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
