"""A fitted model of texts as plain data, and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.answering.model import AnswerModel
from prle.answering.routed import make_routing
from prle.config import Config, validate
from prle.errors import UsageError, WorkspaceError
from prle.matrices import count_parameters, mapped
from prle.routings import Clusters
from prle.workspace.clock import timestamp
from prle.workspace.interface import StoredModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from prle.answering.fitting import FittedAnswers
    from prle.config import RoutingName

MAPS: Final = "maps/"
SOFT: Final = "soft/"
KIND: Final = "text"
"""What ``target`` says in the summary of such a model."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Restored:
    """A stored model, ready to answer.

    :param anchors: the training question of each cluster. *Shape:* (K,)
    :param figures: on the validation rows, by name.
    """

    config: Config
    model: AnswerModel
    clusters: Clusters
    anchors: NDArray[np.int64]
    figures: Mapping[str, float]


def store_answers(fitted: FittedAnswers, *, name: str, made_from: str, seconds: float) -> StoredModel:
    """Turn what a fit left behind into what a workspace keeps."""
    clusters, answers = fitted.clusters, fitted.config.answers
    arrays: dict[str, NDArray[np.generic]] = {
        "anchors": fitted.anchors,
        "clusters/rows": np.concatenate(clusters.members),
        "clusters/offsets": np.cumsum([0, *map(len, clusters.members)]),
        "clusters/centroids": clusters.centroids,
        **{f"{MAPS}{key}": array for key, array in fitted.model.maps.items()},
        **{f"{SOFT}{key}": array for key, array in fitted.soft.items()},
    }
    return StoredModel(
        name=name,
        config=fitted.config.model_dump(mode="json"),
        summary={
            "target": KIND,
            "router": answers.routing,
            "projection": "identity",
            "experts": answers.matrices,
            "em": False,
            "prototypes": len(clusters),
            "members": 1,
            "parameters": count_parameters(fitted.model.maps),
            "clusters": list(clusters.names),
            "advice": fitted.advice,
            "guarded": fitted.guarded,
            "fit_seconds": seconds,
            **{f"validation_{key}": value for key, value in fitted.figures.items()},
            **{f"raw_{key}": value for key, value in fitted.raw.items()},
            "trials": [{**asdict(trial.candidate), **trial.figures} for trial in fitted.trials],
        },
        arrays=arrays,
        history=tuple(asdict(record) for record in fitted.history),
        made_from=made_from,
        created=timestamp(),
    )


def restore_answers(stored: StoredModel, questions: NDArray[np.float32]) -> Restored:
    """Turn what a workspace kept into a model.

    :param questions: of training, (N, D), which exemplar routing looks at.
    :raises UsageError: where the model predicts no texts.
    :raises WorkspaceError: where settings or arrays are not what this version of prle writes.
    """
    if stored.summary.get("target") != KIND:
        message = f"model {stored.name} was not fitted on texts as targets."
        raise UsageError(message, hint=f"run `prle fit --name {stored.name}` again")
    try:
        return _restored(stored, questions)
    except (UsageError, KeyError, ValueError, IndexError, TypeError) as broken:
        message = f"model {stored.name}: its settings or arrays do not fit together ({broken})."
        raise WorkspaceError(message, hint=f"run `prle fit --name {stored.name}` again") from None


def _restored(stored: StoredModel, questions: NDArray[np.float32]) -> Restored:
    config = validate(stored.config)
    answers, scores, arrays = config.answers, config.scores, stored.arrays
    clusters = _clusters(arrays, stored.summary.get("clusters", []), len(questions))
    routing_name: RoutingName | Any = answers.routing
    temperature = 1.0 if answers.temperature == "auto" else answers.temperature
    model = AnswerModel(
        routing=make_routing(routing_name, config, clusters, questions, temperature=temperature),
        maps={path.removeprefix(MAPS): array for path, array in arrays.items() if path.startswith(MAPS)},
        shrinkage=float(scores.shrinkage),
        lexical=float(scores.lexical),
    )
    mapped(model.maps, questions[:1], np.full((1, len(clusters)), 1.0 / len(clusters), np.float32))
    return Restored(
        config=config,
        model=model,
        clusters=clusters,
        anchors=np.asarray(arrays["anchors"], np.int64),
        figures={
            key.removeprefix("validation_"): float(value)
            for key, value in stored.summary.items()
            if key.startswith("validation_")
        },
    )


def _clusters(arrays: Mapping[str, NDArray[np.generic]], names: Sequence[Any], questions: int) -> Clusters:
    """Return the clusters of a stored model.

    :raises ValueError: where they are not what clusters of so many training questions can be.
    """
    rows, offsets = np.asarray(arrays["clusters/rows"], np.int64), np.asarray(arrays["clusters/offsets"], np.int64)
    centroids = np.asarray(arrays["clusters/centroids"], np.float32)
    members = tuple(rows[start:stop] for start, stop in pairwise(offsets.tolist()))
    whole = len(members) == len(centroids) and offsets[0] == 0 and offsets[-1] == len(rows)
    inside = bool(len(rows)) and rows.min() >= 0 and rows.max() < questions
    if not (whole and inside and all(map(len, members)) and len(names) in (0, len(members))):
        message = f"clusters of {len(centroids)} centroids and {len(rows)} rows"
        raise ValueError(message)
    return Clusters(members=members, centroids=centroids, names=tuple(map(str, names)))
