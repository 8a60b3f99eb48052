"""How many prototypes: what the vectors say about it, what each number can tell, and one rule that decides.

Nothing here knows what the labels are beyond the errors it is handed; ``docs/prototype-count.md`` is the long form.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from prle.arrays.geometry import softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SHARE: Final = 0.8
"""The share of variance, and of an input's weight, that counts as most of it."""

READABLE: Final = 10.0
"""As many prototypes as a reader takes in: on average these must carry ``SHARE`` of an input's weight."""

LARGEST_POWER: Final = 8
"""``2^r`` is capped at ``2^8 = 256``: r is 47 or 400 on real vectors, and no data set has ``2^47`` rows."""

GRID: Final = (1, 2, 4, 8, 16, 24, 32, 48, 64, 128)
ROWS_EACH: Final = 10
"""A count is tried only where it leaves every prototype this many training rows on average."""


@dataclass(frozen=True, kw_only=True)
class Dimensions:
    """How many directions the vectors use, whatever the labels are.

    :param effective_rank_raw: of the vectors as they are; their common mean counts as one strong direction.
    :param effective_rank_centred: of the vectors without their mean.
    :param dimensions: leading principal axes that hold 80 % of the variance, r.
    :param power_of_two: ``2^min(r, 8)``, one cell for each half of r axes.
    :param power_is_capped: whether r was above 8.
    :param sqrt_rows: the rule of thumb of k-means, rounded up.
    """

    effective_rank_raw: float
    effective_rank_centred: float
    dimensions: int
    power_of_two: int
    power_is_capped: bool
    sqrt_rows: int


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How concentrated routing is, as means over inputs.

    :param temperature: tau of ``softmax(-tau * d / spacing)``; higher is sharper.
    :param needed: prototypes that carry 80 % of an input's weight, 1 to P.
    :param top_weight: weight of the strongest prototype, 1 / P to 1.
    """

    temperature: float
    needed: float
    top_weight: float


@dataclass(frozen=True, kw_only=True)
class CountTrial:
    """One count of the grid, measured.

    :param silhouette: -1 to 1, of the clusters around the prototypes; NaN for a single one.
    :param coverage: one record a temperature.
    :param validation_rmse: of the closed-form probe, label units.
    :param standard_errors: how far its mean squared error is above that of the best readable count, in standard
        errors of the paired difference; negative where it is lower.
    :param readable: whether there are several and 80 % of an input's weight is on at most ten of them.
    """

    count: int
    silhouette: float
    coverage: tuple[Coverage, ...]
    validation_rmse: float
    standard_errors: float
    readable: bool


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """The count that the rule chooses, and why, in one sentence.

    :param standard_errors: of every count, as :class:`CountTrial` has it. *Shape:* (C,)
    :param readable: of every count. *Shape:* (C,)
    """

    count: int
    reason: str
    standard_errors: tuple[float, ...]
    readable: tuple[bool, ...]


def grid(rows: int) -> tuple[int, ...]:
    """Return the counts worth trying on N ``rows``: at least ten rows a prototype, but always one and two."""
    return tuple(count for count in GRID if count <= max(min(rows, 2), rows // ROWS_EACH))


def measure_dimensions(points: NDArray[np.floating], rows: int) -> Dimensions:
    """Measure how many directions ``points`` use.

    :param points: retrieval vectors, perhaps a sample. *Shape:* (N, F)
    :param rows: how many there are in all, for the square root.
    """
    raw = singular_values(points)
    centred = singular_values(points - points.mean(axis=0, dtype=np.float64))
    needed = leading(centred**2, SHARE)
    return Dimensions(
        effective_rank_raw=effective_rank(raw),
        effective_rank_centred=effective_rank(centred),
        dimensions=needed,
        power_of_two=2 ** min(needed, LARGEST_POWER),
        power_is_capped=needed > LARGEST_POWER,
        sqrt_rows=math.isqrt(max(rows, 1) - 1) + 1,
    )


def singular_values(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Singular values, largest first, from the smaller Gram matrix. *Shape:* (N, F) to (min(N, F),)."""
    wide = np.asarray(points, np.float64)
    gram = wide @ wide.T if len(wide) < wide.shape[1] else wide.T @ wide
    energy = np.linalg.eigvalsh(gram)[::-1]
    floor = np.finfo(np.float64).eps * len(gram) * max(float(energy[0]), 0.0)
    # Squaring leaves rounding where a zero should be, and its root would count as a direction.
    values: NDArray[np.float64] = np.sqrt(np.where(energy > floor, energy, 0.0))
    return values


def effective_rank(values: NDArray[np.floating]) -> float:
    """Number of directions that matter: ``(sum s)^2 / sum s^2``.

    Between 1 (all in one direction) and the number of non-zero values (all alike); 0 where there is nothing. It is the
    participation ratio of the singular values themselves; of their squares, the variances, it is smaller.

    :param values: singular values, non-negative. *Shape:* (R,)
    """
    energy = float(np.sum(np.square(values)))
    return float(np.sum(values)) ** 2 / energy if energy > 0.0 else 0.0


def leading(parts: NDArray[np.floating], share: float) -> int:
    """Return how many of the largest ``parts`` make up ``share`` of their sum; 0 where the sum is 0. *Shape:* (R,)."""
    total = float(parts.sum())
    return _reach(np.sort(parts)[::-1][None, :] / total, share).item() if total > 0.0 else 0


def _reach(descending: NDArray[np.floating], share: float) -> NDArray[np.int64]:
    """Entries of each row until their sum reaches ``share``, allowing for rounding. *Shape:* (N, P) to (N,)."""
    sums = np.cumsum(descending, axis=1, dtype=np.float64)
    return np.asarray(np.sum(sums[:, :-1] < share - 1e-6, axis=1) + 1, np.int64)


def needed_prototypes(weights: NDArray[np.floating], share: float = SHARE) -> NDArray[np.int64]:
    """Count the prototypes that carry ``share`` of each input's weight. *Shape:* (N, P) to (N,)."""
    return _reach(-np.sort(-weights, axis=1), share)


def coverage(far: NDArray[np.floating], temperature: float) -> Coverage:
    """Measure how concentrated softmax routing is at one temperature.

    :param far: distances in units of the router's spacing. *Shape:* (N, P)
    """
    weights = softmax(-temperature * far)
    return Coverage(
        temperature=temperature,
        needed=float(needed_prototypes(weights).mean()),
        top_weight=float(weights.max(axis=1).mean()),
    )


def silhouette(between: NDArray[np.floating], owner: NDArray[np.integer]) -> float:
    """How much closer rows are to their own cluster than to the next: the mean of ``(b - a) / max(a, b)``.

    For each row, a is its mean distance to the others of its cluster and b the least mean distance to another
    cluster; a row alone in its cluster scores 0 (Rousseeuw, 1987).

    :param between: distances of all rows. *Shape:* (N, N)
    :param owner: the cluster of each row. *Shape:* (N,)
    :returns: -1 to 1; NaN where there are fewer than two clusters.
    """
    _, owner = np.unique(owner, return_inverse=True)
    member = owner[:, None] == np.arange(owner.max() + 1)
    if member.shape[1] < 2:
        return math.nan
    sizes = member.sum(axis=0)
    sums = between @ member.astype(between.dtype)
    others = sizes[owner] - 1
    own = sums[member] / np.maximum(others, 1)
    other = np.where(member, np.inf, sums / sizes).min(axis=1)
    larger = np.maximum(own, other)
    scores = np.divide(other - own, larger, out=np.zeros_like(own), where=(larger > 0.0) & (others > 0))
    return float(scores.mean())


def recommend(
    counts: Sequence[int], needed: Sequence[float], errors: NDArray[np.floating], *, unit: float = 1.0
) -> Recommendation:
    """Choose the fewest prototypes that readers can follow and that validation does not tell from the best.

    1. *Readable* counts are those where on average at most ten prototypes carry 80 % of an input's weight, at the
       temperature that the router starts from. One alone is no choice: nothing would be local. (Two always qualify.)
    2. Among them, take the one with the lowest validation error of the probe.
    3. Take the fewest prototypes whose mean squared error is at most one standard error above it (Breiman et al.,
       1984), the standard error being that of the paired difference, row by row.

    Effective rank, variance, silhouette and sqrt N are shown beside it and decide nothing: they do not know the labels.

    :param counts: ascending, C of them.
    :param needed: prototypes for 80 % of the weight, one a count.
    :param errors: squared errors of the probe on validation rows. *Shape:* (C, M)
    :param unit: label units of an error of one, for the sentence.
    """
    readable = tuple(count > 1 and few <= READABLE for count, few in zip(counts, needed, strict=True))
    candidates = [place for place, fits in enumerate(readable) if fits] or [0]
    mean = errors.mean(axis=1)
    best = min(candidates, key=lambda place: mean[place])
    above = tuple(_standard_errors(row - errors[best]) for row in errors)
    chosen = next(place for place in candidates if above[place] <= 1.0)
    rmse = [_written(unit * math.sqrt(value)) for value in mean]
    reason = _reason(counts, rmse, chosen, best, candidates)
    if chosen and counts[0] == 1 and above[0] <= 1.0:
        reason += " One global expert does as well: little is local in these data."
    return Recommendation(count=counts[chosen], reason=reason, standard_errors=above, readable=readable)


def _standard_errors(difference: NDArray[np.floating]) -> float:
    """Mean of paired differences in units of its own standard error; 0 where nothing differs. *Shape:* (M,)."""
    mean = float(difference.mean())
    spread = float(difference.std()) / math.sqrt(len(difference))
    if spread > 0.0:
        return mean / spread
    return math.copysign(math.inf, mean) if mean else 0.0


def _written(error: float) -> str:
    """Write an error in label units, whose scale is anybody's: 4 decimals below ten, none above a thousand."""
    return f"{error:,.{4 if error < 10 else 2 if error < 1000 else 0}f}"


def _reason(counts: Sequence[int], rmse: Sequence[str], chosen: int, best: int, candidates: Sequence[int]) -> str:
    """Say in one sentence why this count."""
    count = counts[chosen]
    if count == 1:
        return "1 prototype: there are too few training rows for more."
    sentence = f"{count} prototypes: validation RMSE {rmse[chosen]} in a closed-form probe, "
    if chosen < best:
        sentence += f"within one standard error of the best, {rmse[best]} with {counts[best]}"
    else:
        sentence += "and fewer do worse by more than one standard error" if chosen > candidates[0] else "the best"
    if candidates[-1] < len(counts) - 1:
        beyond = counts[candidates[-1] + 1]
        sentence += f"; with {beyond}, more than {READABLE:g} would share 80 % of an input's weight"
    return f"{sentence}."
