"""What sets a regime apart: the columns, categories or words by which its rows differ most from all rows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

MOST_WORDS: Final = 5000
"""Words that are looked at, the most frequent ones."""

FEWEST_ROWS: Final = 5
"""A word or a category in fewer rows says nothing about a regime."""

SURE: Final = 3.0
"""Standard errors, of ``1 / sqrt(rows)``, that a correlation has to be away from zero."""

_WORD: Final = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}]\w+)*")


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One number, or one yes or no, of rows.

    :param name: the column, or the word.
    :param value: the category that is counted; None for a number and for a word.
    :param rows: where it is known (a number) or holds (a category, a word). *Shape:* (K,)
    :param numbers: its values there; None for what holds or does not. *Shape:* (K,)
    """

    name: str
    value: str | None
    rows: NDArray[np.int64]
    numbers: NDArray[np.float64] | None = None


@dataclass(frozen=True, kw_only=True)
class Distinction:
    """How one feature differs between the rows of a regime and all rows.

    :param feature: a column, or a word, and ``value`` the category of a column that is counted, else None.
    :param number: whether ``own`` and ``every`` are means of a column, not shares of rows.
    :param own: in the regime, and ``every`` in all rows.
    :param correlation: of the feature with being in the regime, -1 to 1.
    """

    feature: str
    value: str | None
    number: bool
    own: float
    every: float
    correlation: float


def words_of(rows: Iterable[Sequence[str]]) -> list[Feature]:
    """Return the words of texts, each as the rows that hold it in one of their texts, in lower case."""
    found = [set(_WORD.findall(" ".join(texts).lower())) for texts in rows]
    counts = Counter(word for words in found for word in words)
    kept: dict[str, list[int]] = {word: [] for word, _ in counts.most_common(MOST_WORDS)}
    for row, words in enumerate(found):
        for word in words & kept.keys():
            kept[word].append(row)
    return [
        Feature(name=word, value=None, rows=np.array(places, np.int64))
        for word, places in sorted(kept.items())
        if len(places) >= FEWEST_ROWS
    ]


def number_of(name: str, values: NDArray[np.float64]) -> Feature:
    """Return a column of numbers (N,), NaN where there is none."""
    rows = np.flatnonzero(np.isfinite(values))
    return Feature(name=name, value=None, rows=rows, numbers=values[rows])


def categories_of(name: str, cells: Sequence[str]) -> list[Feature]:
    """Return a column of categories (N,), each as the rows that have it."""
    known, places = np.unique(np.array(cells, dtype=object).astype(str), return_inverse=True)
    found = ((value, np.flatnonzero(places == code)) for code, value in enumerate(known.tolist()))
    return [Feature(name=name, value=value, rows=rows) for value, rows in found if len(rows) >= FEWEST_ROWS]


def distinctions(
    features: Iterable[Feature], regimes: NDArray[np.int64], prototypes: int, most: int
) -> tuple[tuple[Distinction, ...], ...]:
    """Return for each regime the features that correlate most with being in it, the strongest first.

    One measure serves numbers, categories and words: Pearson's correlation of the feature with membership, which for
    two yes-or-no variables is the phi coefficient. A rare word that only occurs in a regime says little of it, and a
    frequent one that occurs everywhere too; both correlate weakly. Of a column only the strongest category is kept.

    :param regimes: the prototype that dominates each row. *Shape:* (N,)
    """
    ranked: list[list[Distinction]] = [[] for _ in range(prototypes)]
    for feature in features:
        for regime, found in _compared(feature, regimes, prototypes):
            ranked[regime].append(found)
    return tuple(tuple(_strongest(found, most)) for found in ranked)


def _compared(feature: Feature, regimes: NDArray[np.int64], prototypes: int) -> list[tuple[int, Distinction]]:
    """Compare a feature between every regime and all rows, and keep what is more than chance."""
    among = regimes if feature.numbers is None else regimes[feature.rows]
    total = len(among)
    values = np.ones(len(feature.rows)) if feature.numbers is None else feature.numbers
    # Far from zero, squares of raw values would lose the digits in which rows differ.
    level = 0.0 if feature.numbers is None or not total else float(values.mean())
    sums = np.bincount(regimes[feature.rows], weights=values - level, minlength=prototypes)
    members = np.bincount(among, minlength=prototypes)
    mean, square = sums.sum() / max(total, 1), float(np.sum((values - level) ** 2)) / max(total, 1)
    share = members / max(total, 1)
    spread = np.sqrt(max(square - mean**2, 0.0) * share * (1.0 - share))
    together = sums / max(total, 1) - mean * share
    correlations = np.divide(together, spread, out=np.zeros(prototypes), where=spread > 0)
    own = level + np.divide(sums, members, out=np.zeros(prototypes), where=members > 0)
    return [
        (
            regime,
            Distinction(
                feature=feature.name,
                value=feature.value,
                number=feature.numbers is not None,
                own=float(own[regime]),
                every=float(level + mean),
                correlation=float(correlations[regime]),
            ),
        )
        for regime in np.flatnonzero(np.abs(correlations) * np.sqrt(total) >= SURE).tolist()
    ]


def _strongest(found: list[Distinction], most: int) -> list[Distinction]:
    """Return the strongest, at most one a column."""
    kept: dict[str, Distinction] = {}
    for each in sorted(found, key=lambda one: (-abs(one.correlation), one.feature)):
        kept.setdefault(each.feature, each)
        if len(kept) == most:
            break
    return list(kept.values())
