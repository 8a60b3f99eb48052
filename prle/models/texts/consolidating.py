"""Fewer clusters in the place of many, where labels are texts: a model made from a fitted one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from prle.errors import UsageError
from prle.models.consolidation import low_rank_maps, merged_maps
from prle.models.texts.experts import make_matrices
from prle.models.texts.model import rank
from prle.models.texts.routed import make_routing
from prle.models.texts.routers import Clusters, FederatedRouting, anchors_of, clustered
from prle.models.texts.training.fitting import FittedAnswers
from prle.models.texts.training.trainer import MapTrainer
from prle.observer import SILENT, Observer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.config import Config, MatrixName, MergingName
    from prle.models.texts.checkpoint import Restored
    from prle.models.texts.model import AnswerModel
    from prle.models.texts.routers import Asked
    from prle.models.texts.training.fitting import Job
    from prle.observer import EpochRecord

Maps: TypeAlias = "Mapping[str, NDArray[np.generic]]"

MERGED: Final = ("federated", "exemplar", "group")
"""Routings whose clusters can be put together; those of a path have parents, and of one map there are none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Learned:
    """Maps, and how they were reached where they were trained again."""

    maps: Maps
    history: tuple[EpochRecord, ...] = ()
    best_epoch: int = 0
    soft: Mapping[str, NDArray[np.generic]]


def check_merged(restored: Restored, name: str) -> None:
    """Refuse a model whose clusters cannot be put together.

    :raises UsageError: saying why.
    """
    routing = restored.config.answers.routing
    if routing not in MERGED or len(restored.clusters) < 2:
        message = f"model {name}: expected clusters that can be put together, got routing {routing}"
        message += f" over {len(restored.clusters)}."
        raise UsageError(message, hint=f"`prle fit --routing federated` has some; {', '.join(MERGED)} do")


def all_weights(model: AnswerModel, asked: Asked) -> NDArray[np.float32]:
    """Return the weights of clusters as if any number of them might speak. *Shape:* (B, K).

    Ten speakers have all of the weight wherever only ten may speak; what is asked is whether that leaves much out.
    """
    routing = model.routing
    if isinstance(routing, FederatedRouting):
        routing = replace(routing, speakers=len(routing.centroids))
    return routing(asked)


def regrouped(restored: Restored, groups: NDArray[np.int64], questions: NDArray[np.float32]) -> Clusters:
    """Return the clusters that groups of clusters are: their questions, and where those are on average.

    :param groups: of K clusters. *Shape:* (K,)
    :param questions: of training. *Shape:* (N, D)
    """
    old = restored.clusters
    chosen = [np.flatnonzero(groups == group).tolist() for group in range(int(groups.max()) + 1)]
    members = tuple(np.unique(np.concatenate([old.members[each] for each in own])) for own in chosen)
    filed = tuple(tuple(name for each in own for name in old.known_as[each]) for own in chosen) if old.names else ()
    return replace(clustered(questions, members, tuple(map(_called, filed))), filed=filed)


def routed_anew(restored: Restored, clusters: Clusters, questions: NDArray[np.float32]) -> AnswerModel:
    """Return the model with a routing over other clusters; its maps are still those of before."""
    answers = restored.config.answers
    temperature = 1.0 if answers.temperature == "auto" else answers.temperature
    name = answers.routing
    if name == "auto":
        message = "expected settings of a fitted model, got routing auto."
        raise UsageError(message)
    routing = make_routing(name, restored.config, clusters, questions, temperature=temperature)
    return replace(restored.model, routing=routing)


def consolidate_answers(
    restored: Restored, groups: NDArray[np.int64], merging: MergingName, job: Job, observer: Observer = SILENT
) -> FittedAnswers:
    """Return a model whose clusters are groups of those of another, measured on the validation rows.

    - ``merge``: the map of a group is the mean of its maps, clusters counting as much as they have questions;
    - ``low_rank``: the same, cut to the rank of the largest of them;
    - ``retrain``: solved again on the questions of the group; where maps are learned, from ``low_rank`` on.

    :param groups: of K clusters. *Shape:* (K,)
    """
    questions = job.train.asked.vectors
    clusters = regrouped(restored, groups, questions)
    routed = routed_anew(restored, clusters, questions)
    merged = merged_maps(restored.model.maps, restored.clusters.sizes.astype(np.float64), groups)
    learned = _Learned(maps=merged, soft=restored.soft)
    if merging != "merge":
        learned = replace(learned, maps=low_rank_maps(merged, len(clusters), rank=_largest_rank(restored)))
    if merging == "retrain":
        learned = _retrained(restored, replace(routed, maps=learned.maps), clusters, job, observer)
    model = replace(routed, maps=learned.maps)
    prototypes = restored.config.prototypes.model_copy(update={"count": len(clusters)})
    return FittedAnswers(
        config=restored.config.model_copy(update={"prototypes": prototypes}),
        model=model,
        clusters=clusters,
        anchors=anchors_of(clusters, questions),
        figures=rank(model, job.validation, job.library, job.lexicon).figures(),
        raw=restored.raw,
        trials=(),
        history=learned.history,
        best_epoch=learned.best_epoch,
        advice=restored.advice,
        guarded=False,
        soft=learned.soft,
    )


def _retrained(restored: Restored, model: AnswerModel, clusters: Clusters, job: Job, observer: Observer) -> _Learned:
    """Find the maps of merged clusters anew, soft targets going on from what they remember."""
    config, pairs = restored.config, job.train.pairs(job.library)
    strategy = make_matrices(_settled(config), config, penalty=_penalty(config))
    if not strategy.learned:
        return _Learned(maps=strategy.solve(pairs, clusters.members), soft=restored.soft)
    weights = model.weights(job.validation.asked)

    def measure(maps: Maps) -> Mapping[str, float]:
        return rank(replace(model, maps=maps), job.validation, job.library, None, weights).figures()

    trainer = MapTrainer(strategy, config, pairs, model.weights(job.train.asked), job.library, measure, observer)
    learned = trainer.fit(dict(model.maps), remembered=restored.soft)
    return _Learned(maps=learned.maps, history=learned.history, best_epoch=learned.best_epoch, soft=learned.soft)


def _settled(config: Config) -> MatrixName:
    name = config.answers.matrices
    if name == "auto":
        message = "expected settings of a fitted model, got matrices auto."
        raise UsageError(message)
    return name


def _penalty(config: Config) -> float:
    return 0.0 if config.answers.penalty == "auto" else config.answers.penalty


def _largest_rank(restored: Restored) -> int:
    """Return the rank of the largest map that one cluster has of its own."""
    owner = np.asarray(restored.model.maps.get("owner", ()), np.int64)
    own = owner[owner < len(restored.clusters)]
    return int(np.bincount(own).max()) if len(own) else 0


def _called(names: tuple[str, ...]) -> str:
    """Return one name for several."""
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
