"""A fitted model of texts as plain data, and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from prle.config import Config, validate
from prle.errors import UsageError, WorkspaceError
from prle.models.labels.checkpoint import refuse_student
from prle.models.texts.experts import count_parameters
from prle.models.texts.model import AnswerModel
from prle.models.texts.routed import make_routing
from prle.models.texts.routers import Clusters
from prle.workspace.clock import timestamp
from prle.workspace.interface import StoredModel

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from numpy.typing import NDArray

    from prle.config import RoutingName
    from prle.models.texts.training.fitting import FittedAnswers

MAPS: Final = "maps/"
SOFT: Final = "soft/"
KIND: Final = "text"
"""What ``target`` says in the summary of such a model."""

_TOGETHER: Final = (("left", "right", "owner"), ("answer_left", "answer_right"))
"""Maps that mean nothing without each other."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Restored:
    """A stored model, ready to answer.

    :param anchors: the training question of each cluster. *Shape:* (K,)
    :param figures: on the validation rows, by name; ``raw`` are those of the raw vector.
    :param advice: the routing that document 003 advises.
    :param soft: what soft targets remember, by name.
    """

    config: Config
    model: AnswerModel
    clusters: Clusters
    anchors: NDArray[np.int64]
    figures: Mapping[str, float]
    raw: Mapping[str, float]
    advice: RoutingName
    soft: Mapping[str, NDArray[np.generic]]


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
            **({"filed": [list(names) for names in clusters.filed]} if clusters.filed else {}),
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


def restore_answers(stored: StoredModel, questions: NDArray[np.float32], *, width: int) -> Restored:
    """Turn what a workspace kept into a model.

    :param questions: of training, (N, D), which exemplar routing looks at.
    :param width: T, of the vectors of texts.
    :raises WorkspaceError: where the model predicts no texts, or settings or arrays are not what this version of prle
        writes.
    """
    refuse_student(stored)
    if stored.summary.get("target") != KIND:
        message = f"model {stored.name} was not fitted on texts as targets."
        raise WorkspaceError(message, hint=f"run `prle fit --name {stored.name}` again")
    try:
        return _restored(stored, questions, width)
    except (UsageError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as broken:
        message = f"model {stored.name}: its settings or arrays do not fit together ({broken})."
        raise WorkspaceError(message, hint=f"run `prle fit --name {stored.name}` again") from None


def _restored(stored: StoredModel, questions: NDArray[np.float32], width: int) -> Restored:
    config = validate(stored.config)
    answers, scores, arrays = config.answers, config.scores, stored.arrays
    clusters = _clusters(arrays, stored.summary, questions.shape)
    _check_anchors(arrays["anchors"], len(clusters), len(questions))
    routing_name: RoutingName | Any = answers.routing
    temperature = 1.0 if answers.temperature == "auto" else answers.temperature
    model = AnswerModel(
        routing=make_routing(routing_name, config, clusters, questions, temperature=temperature),
        maps={path.removeprefix(MAPS): array for path, array in arrays.items() if path.startswith(MAPS)},
        shrinkage=float(scores.shrinkage),
        lexical=float(scores.lexical),
    )
    check_maps(model.maps, MapShape(questions=questions.shape[1], clusters=len(clusters), texts=width))
    return Restored(
        config=config,
        model=model,
        clusters=clusters,
        anchors=cast("NDArray[np.int64]", arrays["anchors"]),
        figures=_figures(stored, "validation_"),
        raw=_figures(stored, "raw_"),
        advice=stored.summary["advice"],
        soft={path.removeprefix(SOFT): array for path, array in arrays.items() if path.startswith(SOFT)},
    )


def _figures(stored: StoredModel, prefix: str) -> dict[str, float]:
    """Return the figures of the summary whose names begin so."""
    found = {key: value for key, value in stored.summary.items() if key.startswith(prefix)}
    return {key.removeprefix(prefix): float(value) for key, value in found.items()}


def _clusters(
    arrays: Mapping[str, NDArray[np.generic]], summary: Mapping[str, Any], questions: tuple[int, ...]
) -> Clusters:
    """Return the clusters of a stored model.

    :param questions: the shape of the training questions, (N, D).
    :raises ValueError: where they are not what clusters of such questions can be.
    """
    rows, offsets = (_whole(arrays, f"clusters/{name}") for name in ("rows", "offsets"))
    centroids = _finite(arrays, "clusters/centroids", (len(offsets) - 1, questions[1])).astype(np.float32)
    members = tuple(rows[start:stop] for start, stop in pairwise(offsets.tolist()))
    whole = len(offsets) > 1 and offsets[0] == 0 and offsets[-1] == len(rows) and bool((np.diff(offsets) > 0).all())
    inside = bool(len(rows)) and rows.min() >= 0 and rows.max() < questions[0]
    names, filed = summary.get("clusters", []), summary.get("filed", [])
    named = _strings(names, (0, len(members))) and isinstance(filed, list) and len(filed) in (0, len(members))
    if not (whole and inside and named and all(_strings(each, range(1, questions[0] + 1)) for each in filed)):
        message = f"clusters of {len(centroids)} centroids and {len(rows)} rows"
        raise ValueError(message)
    return Clusters(members=members, centroids=centroids, names=tuple(names), filed=tuple(map(tuple, filed)))


def _strings(value: Any, lengths: Container[int]) -> bool:
    """Say whether something is a list of strings, of one of these lengths."""
    return isinstance(value, list) and len(value) in lengths and all(isinstance(each, str) for each in value)


@dataclass(frozen=True, kw_only=True)
class MapShape:
    """How wide things are: D of questions, K clusters, T of texts."""

    questions: int
    clusters: int
    texts: int


def check_maps(maps: Mapping[str, NDArray[np.generic]], shape: MapShape) -> None:
    """Refuse arrays that would broadcast or cast their way to an answer.

    :raises ValueError: naming what is not what it has to be.
    """
    wide, count, told = shape.questions, shape.clusters, shape.texts
    rank, answers = (maps[name].shape[-1] if name in maps else 0 for name in ("left", "answer_left"))
    shapes = {
        "shared": (wide, told),
        "scale": (count,),
        "left": (wide, rank),
        "right": (rank, told),
        "offset": (count, told),
        "answer_left": (told, answers),
        "answer_right": (answers, told),
    }
    complete = all(({*pair} <= {*maps}) or not ({*pair} & {*maps}) for pair in _TOGETHER)
    if not maps or not complete or {*maps} - {*shapes, "owner"} or ("scale" in maps and wide != told):
        message = f"maps of {', '.join(maps) or 'nothing'}, from width {wide} to {told}"
        raise ValueError(message)
    for name in shapes.keys() & maps.keys():
        _finite(maps, name, shapes[name])
    if "owner" in maps:
        owner = _whole(maps, "owner")
        if owner.shape != (rank,) or not ((owner >= 0) & (owner <= count)).all():
            message = f"owner: expected {rank} clusters from 0 to {count}"
            raise ValueError(message)


def _check_anchors(anchors: NDArray[np.generic], count: int, questions: int) -> None:
    """Refuse anchors that are no training questions, one a cluster.

    :raises ValueError: saying what they should be.
    """
    known = anchors.dtype == np.int64 and anchors.shape == (count,)
    if not known or not np.isin(anchors, np.arange(questions)).all():
        message = f"expected {count} anchors from 0 to {questions - 1}"
        raise ValueError(message)


def _whole(arrays: Mapping[str, NDArray[np.generic]], name: str) -> NDArray[np.int64]:
    """Return an array of whole numbers. *Shape:* (N,)."""
    array = arrays[name]
    if array.dtype != np.int64 or array.ndim != 1:
        message = f"{name}: expected whole numbers in a row, got {array.dtype} of shape {array.shape}"
        raise ValueError(message)
    return cast("NDArray[np.int64]", array)


def _finite(arrays: Mapping[str, NDArray[np.generic]], name: str, shape: tuple[int, ...]) -> NDArray[np.floating]:
    """Return an array of finite numbers of that shape."""
    array = cast("NDArray[np.floating]", arrays[name])
    if array.dtype.kind != "f" or array.shape != shape or not np.isfinite(array).all():
        message = f"{name}: expected finite numbers of shape {shape}, got {array.dtype} of shape {array.shape}"
        raise ValueError(message)
    return array
