"""What a ballot from a file has to be beyond its shapes: labels of its target, and something that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.models.labels.pairing import composed_width
from prle.models.labels.targets import ClassTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from prle.config import Config
    from prle.models.labels.targets import Target
    from prle.models.labels.votes.ballot import Ballot

_TRIED: Final = 3
"""Rows that a model answers to show that it can: more than one, since one fits everything."""


def check_labels(labels: NDArray[np.float64], target: Target) -> None:
    """Refuse labels of voters that are no numbers, or of classes no codes.

    :raises ValueError: saying what was expected.
    """
    classes = isinstance(target, ClassTarget)
    if labels.dtype != np.float64 or (classes and not np.isin(labels, np.arange(target.width)).all()):
        message = f"votes/labels: expected a {'class' if classes else 'number'} for each row"
        raise ValueError(message)


def check_trees(arrays: Mapping[str, NDArray[Any]], width: int, columns: int) -> None:
    """Refuse boosted trees that lead out of the arrays, or round in circles: children come after their parents.

    :param width: T, of what trees add up to.
    :param columns: F, of the inputs.
    :raises ValueError: naming what is not what :func:`prle.models.labels.votes.scores.trees.flattened` makes.
    """
    left, right = np.asarray(arrays["left"]), np.asarray(arrays["right"])
    here, joined = np.arange(len(left)), np.asarray(arrays["joined"])
    inner = left != right
    steps = np.diff(joined, prepend=0)
    sound = {
        "joined": joined.shape == (columns,) and np.isin(steps, (0, 1)).all() and steps[0] == 0,
        "left": left.shape == here.shape and (left[inner] > here[inner]).all() and (left[~inner] == here[~inner]).all(),
        "right": right.shape == here.shape and (right[inner] > here[inner]).all(),
        "root": _below(arrays["root"], len(here)),
        "column": _below(arrays["column"], width) and np.shape(arrays["column"]) == np.shape(arrays["root"]),
        "feature": _below(arrays["feature"], int(joined[-1]) + 1),
        "start": np.shape(arrays["start"]) == (width,),
    }
    whole = all(arrays[name].dtype.kind == "i" for name in ("left", "right", "root", "column", "feature", "joined"))
    alike = all(np.shape(arrays[name]) == here.shape for name in ("feature", "threshold", "value"))
    broken = [name for name, holds in sound.items() if not holds]
    if broken or not whole or not alike or max(left.max(), right.max()) >= len(here):
        message = f"scores/boosting: expected trees, {', '.join(broken) or 'their nodes'} fit nothing"
        raise ValueError(message)


def _below(numbers: NDArray[Any], bound: int) -> bool:
    """Whether there are numbers, and all are from 0 to below a bound."""
    return np.ndim(numbers) == 1 and len(numbers) > 0 and bool(((numbers >= 0) & (numbers < bound)).all())


CHECKS: Final[Mapping[str, Callable[[Mapping[str, NDArray[Any]], int, int], None]]] = {"boosting": check_trees}
"""What is looked at beyond an answer, by base: numbers that lead somewhere."""


def check_answers(ballot: Ballot, config: Config, target: Target, shape: tuple[int, int]) -> None:
    """Refuse arrays that are no numbers, or cannot answer a row of a shape (S, H), by asking for an answer.

    :raises ValueError: saying what does not fit; other errors where NumPy finds it first.
    """
    for path, array in ballot.arrays().items():
        if array.dtype.kind == "f" and not np.isfinite(np.asarray(array, np.float64)).all():
            message = f"{path}: expected finite numbers"
            raise ValueError(message)
    for name, check in CHECKS.items():
        if name in ballot.scores:
            check(ballot.scores[name], target.width, composed_width(*shape))
    with np.errstate(all="ignore"):
        answer = ballot.predictor(config, target).answer(np.zeros((_TRIED, *shape), np.float32))
    if answer.weights.shape != (_TRIED, len(ballot.voters.anchors)) or not np.isfinite(answer.predictions).all():
        message = "a prediction is not finite, or not of its prototypes"
        raise ValueError(message)
