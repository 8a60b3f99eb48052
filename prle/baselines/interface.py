"""What an ordinary method has to do to stand beside prle: see the same vectors, tune on the same validation rows.

A baseline is a recipe. ``fit`` returns what it became, so nothing can be asked to predict before it has been fitted.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

import numpy as np

from prle.errors import PrleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.arrays.shapes import Sentences

BaselineName = Literal[
    "mean", "cosine", "ridge", "knn", "decision_tree", "svr", "kernel_ridge", "boosting", "mlp", "supercluster"
]
ClassifierName = Literal[
    "majority", "logistic_regression", "knn", "decision_tree", "random_forest", "boosting", "mlp", "supercluster"
]


@dataclass(frozen=True, kw_only=True)
class Table:
    """The rows of one split, as prle sees them.

    :param embeddings: in memory or in the file; baselines are given the former. *Shape:* (N, S, H), float32; S is 1,
        or 2 for pairs.
    :param labels: *Shape:* (N,), float64, label units or codes of classes.
    :param classes: T, how many classes there are; 0 where labels are numbers.
    """

    embeddings: Sentences
    labels: NDArray[np.float64]
    classes: int = 0

    def __len__(self) -> int:
        return len(self.labels)

    def sampled(self, most: int, seed: int) -> Table:
        """Return all rows where their vectors are in memory, else at most so many of them, drawn by the seed."""
        if isinstance(self.embeddings, np.ndarray):
            return self
        drawn = np.random.default_rng(seed).choice(len(self), size=min(most, len(self)), replace=False)
        rows = np.sort(drawn)
        return replace(self, embeddings=self.embeddings[rows], labels=self.labels[rows])

    @property
    def codes(self) -> NDArray[np.int64]:
        """Labels as codes of classes. *Shape:* (N,)."""
        return self.labels.astype(np.int64)


class Rule(Protocol):
    """Turns embeddings into predictions."""

    def __call__(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """*Shape:* (N, S, H) -> (N,), label units, or (N, T), class probabilities."""


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A baseline after fitting.

    :param predict: (N, S, H) embeddings -> (N,) predictions in label units, or (N, T) class probabilities.
    :param size_bytes: bytes of the arrays that ``predict`` reads; each baseline says which these are.
    :param choice: the hyper-parameters that validation chose, by name.
    """

    predict: Rule
    size_bytes: int
    choice: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Baseline(ABC):
    """An ordinary method, tuned on validation over a small grid that its file writes down: by RMSE, or by log loss.

    :param seed: what chance depends on, for a method that needs chance; the others do not read it.
    """

    name: ClassVar[BaselineName | ClassifierName]
    texts: ClassVar[frozenset[int]] = frozenset({1, 2})
    """How many texts a row may have."""
    seeded: ClassVar[bool] = False
    """Whether its fit is random, so that one seed is one draw of many."""
    package: ClassVar[str] = ""
    """The module of a package that only ``pip install 'prle[peers]'`` brings; none for most."""

    seed: int = 0

    def suits(self, texts: int) -> bool:
        """Return whether rows of this many texts can be fitted, here and now."""
        return texts in self.texts and self.installed()

    @classmethod
    def installed(cls) -> bool:
        """Return whether everything that it needs is there."""
        return not cls.package or find_spec(cls.package) is not None

    @classmethod
    def require_installed(cls) -> None:
        """Refuse where something that it needs is not there.

        :raises UsageError: naming what brings it.
        """
        if not cls.installed():
            message = f"{cls.name}: expected the module {cls.package}, which is not installed."
            raise UsageError(message, hint="pip install 'prle[peers]'")

    def fit(self, train: Table, validation: Table) -> Fitted:
        """Fit on ``train``, let ``validation`` choose. The same tables and seed give the same result.

        :raises PrleError: if the tables are empty or not alike, or have a number of texts that does not suit.
        :raises UsageError: if what it needs is not installed.
        """
        for split, table in (("train", train), ("validation", validation)):
            if len(table.embeddings.shape) != 3 or len(table) == 0 or len(table.embeddings) != len(table):
                got = f"{table.embeddings.shape} with {len(table)} labels"
                message = f"{self.name}: {split} embeddings: expected (N, S, H) with N >= 1 labels; got {got}."
                raise PrleError(message)
        rows, others = train.embeddings.shape[1:], validation.embeddings.shape[1:]
        if rows != others:
            message = f"{self.name}: expected validation rows of shape {rows}, as in train; got {others}."
            raise PrleError(message)
        self.require_installed()
        if not self.suits(rows[0]):
            suited = " or ".join(str(count) for count in sorted(self.texts))
            message = f"{self.name}: expected rows of {suited} texts; got {rows[0]}."
            raise PrleError(message)
        return self._fit(train, validation)

    @abstractmethod
    def _fit(self, train: Table, validation: Table) -> Fitted:
        """Do the fitting; the tables have been checked."""
