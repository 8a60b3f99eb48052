"""Kernel ridge regression on training rows, in closed form: a smooth function of how near a row is to each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from prle.arrays.geometry import squared_distances, unit
from prle.arrays.shapes import array_namespace
from prle.errors import UsageError
from prle.models.labels.pairing import compose
from prle.models.labels.retrieval import standardisation
from prle.models.labels.votes.scores.interface import Base, Expected, Learned, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters
    from prle.models.labels.assembly import RowKind
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows

WIDTHS: Final = (0.5, 1.0, 2.0)
"""Gamma, in units of 1 / median squared distance between rows."""

PENALTIES: Final = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Not per row: read as a Gaussian process, it is the noise over the signal, which more rows do not change."""

SEARCHED: Final = 1_500
"""Rows that settings are tried on; a solution costs the cube of them."""

LANDMARKS: Final = 8_192
"""Rows that a solution is made of; of more, so many are drawn, and the others are scored by what has not seen them."""

OF_PAIRS: Final = 1_024
"""Those of pairs, whose solution is fitted to all rows: more make nothing better there, and answers dearer."""

MANY: Final = 32_768
"""Rows of pairs that it is fitted to at most."""

JITTER: Final = 1e-6
"""Added to the diagonal of a kernel of landmarks, which may be near each other."""


@final
@dataclass(frozen=True, kw_only=True)
class KernelBase(Base):
    """``score = centre + sum_l weight_l exp(-gamma |f(x) - f(l)|^2)``, the ridge solution over landmarks.

    ``f`` of single texts is the centred unit vector, of pairs and tables the standardised columns, the cosine of a pair
    as heavy as sqrt(H) of them. Training rows are scored by exact leave-one-out, ``y - (K + a I)^-1 (y - c) / diag``.
    Pairs have few landmarks for many rows (Williams and Seeger, 2001), and the leave-one-out of that ridge regression.

    :param seed: which rows settings are tried on, and which are landmarks where there are many.
    """

    seed: int = 0

    def check(self, kind: RowKind) -> None:
        """Refuse classes: what it says is no probability."""
        if kind.classes:
            message = "votes.base kernel: expected labels that are numbers, they are classes."
            raise UsageError(message, hint="use --base linear")

    def fit(
        self,
        train: Rows,
        validation: Rows,
        target: Target,
        work: Work,  # noqa: ARG002
    ) -> Learned:
        """Try settings on some rows, solve the best one on all or many."""
        order = np.random.default_rng(self.seed).permutation(len(train.labels))
        some, solved = np.sort(order[:SEARCHED]), np.sort(order[: MANY if train.kind.pairs else LANDMARKS])
        columns = _columns(train, train.sentences[some])
        labels, goal = target.scaled(train.labels), target.scaled(validation.labels)
        checks = _features(columns, validation.sentences[: 2 * SEARCHED])
        gamma, penalty = _chosen(_features(columns, train.sentences[some]), labels[some], checks, goal[: len(checks)])
        rows, centre = _features(columns, train.sentences[solved]), labels[solved].mean(axis=0)
        if train.kind.pairs:
            landmarks = rows[np.searchsorted(solved, np.sort(order[:OF_PAIRS]))]
            weights, left_out = _through(rows, landmarks, labels[solved] - centre, gamma, penalty)
        else:
            landmarks = rows
            weights, left_out = _solution(rows, labels[solved] - centre, gamma, penalty)
        at_rest = landmarks.astype(np.float16)
        arrays = {
            **columns,
            "landmarks": at_rest,
            "squares": np.square(at_rest, dtype=np.float32).sum(axis=1),
            "weights": weights.astype(np.float32),
            "centre": centre.astype(np.float32),
            "gamma": np.asarray(gamma, np.float32),
        }
        score = np.asarray(self.over(arrays, train.sentences).score, np.float32)
        score[solved] = left_out + centre
        return Learned(arrays=arrays, train=Expected(score=score))

    def __call__(self, arrays: Parameters, sentences: Array) -> Expected:
        """Say what is expected of rows. *Shape:* (B, S, H) to a score (B, 1)."""
        xp = array_namespace(sentences)
        inputs, landmarks = _features(arrays, sentences), arrays["landmarks"]
        if landmarks.dtype != inputs.dtype:
            landmarks = xp.astype(landmarks, inputs.dtype)
        near = xp.exp(-arrays["gamma"] * squared_distances(inputs, landmarks, squares=arrays["squares"]))
        return Expected(score=near @ arrays["weights"] + arrays["centre"])


def _columns(rows: Rows, sentences: NDArray[np.floating]) -> dict[str, NDArray[np.float32]]:
    """Measure the centre and the scale of the columns; single texts are centred alone."""
    composed = np.asarray(compose(sentences))
    if not rows.table and not rows.kind.pairs:
        return {"middle": composed.mean(axis=0), "scale": np.ones((), np.float32), "length": np.ones((), np.float32)}
    middle, scale = standardisation(composed)
    if rows.kind.pairs:
        scale[-1] *= np.sqrt(sentences.shape[2])
    return {"middle": middle, "scale": scale, "length": np.zeros((), np.float32)}


def _features(arrays: Parameters, sentences: Array) -> Array:
    """Return what distances are measured between; of length one where ``length`` is 1. *Shape:* (B, F)."""
    columns = (compose(sentences) - arrays["middle"]) * arrays["scale"]
    return arrays["length"] * unit(columns) + (1.0 - arrays["length"]) * columns


def _chosen(
    rows: NDArray[np.floating], labels: NDArray[np.floating], checks: NDArray[np.floating], goal: NDArray[np.floating]
) -> tuple[float, float]:
    """Return the gamma and the penalty that serve the checks best."""
    within, across = squared_distances(rows, rows), squared_distances(checks, rows)
    scale, centre, tried = float(np.median(within)) or 1.0, labels.mean(axis=0), []
    for width in WIDTHS:
        values, vectors = np.linalg.eigh(np.exp(-width / scale * within).astype(np.float64))
        turned, seen = vectors.T @ (labels - centre), np.exp(-width / scale * across) @ vectors
        for penalty in PENALTIES:
            said = seen @ (turned / (values + penalty)[:, None]) + centre
            tried.append((float(np.mean((said - goal) ** 2)), width / scale, penalty))
    _, gamma, penalty = min(tried)
    return gamma, penalty


def _solution(
    rows: NDArray[np.floating], labels: NDArray[np.floating], gamma: float, penalty: float
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return ``(K + penalty I)^-1 labels``, and what is said of each row without it. *Shapes:* (L, T), (L, T)."""
    from scipy.linalg import cho_solve, cholesky, lapack

    system = squared_distances(rows, rows)
    np.exp(-gamma * system, out=system)
    system.flat[:: len(system) + 1] += penalty
    factor = cholesky(system, lower=True, overwrite_a=True, check_finite=False)
    weights = cho_solve((factor, True), labels, check_finite=False)
    invert = lapack.dtrtri if factor.dtype == np.float64 else lapack.strtri
    inverse, _ = invert(factor, lower=1, overwrite_c=1)
    return weights, labels - weights / np.einsum("ij,ij->j", inverse, inverse)[:, None]


def _through(
    rows: NDArray[np.floating],
    landmarks: NDArray[np.floating],
    labels: NDArray[np.floating],
    gamma: float,
    penalty: float,
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Solve for all rows with kernels at the landmarks (L, F) alone.

    :returns: weights of the landmarks (L, T), and what is said of each row without it (N, T).
    """
    from scipy.linalg import cholesky, solve_triangular

    within, across = (
        np.exp(-gamma * squared_distances(landmarks, each)).astype(np.float64) for each in (landmarks, rows)
    )
    within.flat[:: len(within) + 1] += JITTER
    lower = cholesky(within, lower=True, check_finite=False)
    seen = solve_triangular(lower, across, lower=True, check_finite=False)
    system = seen @ seen.T
    system.flat[:: len(system) + 1] += penalty
    factor = cholesky(system, lower=True, check_finite=False)
    turned = solve_triangular(factor, seen, lower=True, check_finite=False)
    solved = solve_triangular(factor, turned @ labels, lower=True, trans=1, check_finite=False)
    hat = np.einsum("ln,ln->n", turned, turned)[:, None]
    left_out = labels - (labels - seen.T @ solved) / np.maximum(1.0 - hat, np.finfo(np.float32).eps)
    return solve_triangular(lower, solved, lower=True, trans=1, check_finite=False), left_out
