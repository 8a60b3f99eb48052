"""A learned map under which near rows have like labels: it places, and expects nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, final

import numpy as np

from prle.arrays.geometry import gelu
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

WIDTH: Final = 16
"""Axes of a map. Fewer do: what labels tell apart is almost one-dimensional."""

SPREAD: Final = 4.0
"""Mean squared distance between rows at the start, in units of a temperature of one."""

MEASURED: Final = 1_024
"""Rows on which that is measured."""


@final
@dataclass(frozen=True, kw_only=True)
class MapBase(Base):
    """``value = gelu(standardise(x) @ first + bias) @ second``, several maps from several seeds side by side.

    Each is trained so that in a batch the softmax-weighted labels of the others, by squared distance, are near a row's
    own (neighbourhood components analysis for regression: Goldberger et al., 2004; Weinberger and Tesauro, 2007). Their
    squared distances are averaged.

    :param maps: M, how many.
    :param hidden: units of the hidden layer.
    :param dropout: share of hidden units silenced while fitting; ``input_dropout`` of input columns.
    """

    unseen: ClassVar[bool] = False

    maps: int = 2
    hidden: int = 256
    dropout: float = 0.5
    input_dropout: float = 0.3
    epochs: int = 60
    seed: int = 0

    def check(self, kind: RowKind) -> None:
        """Refuse pairs: a free map of two texts learns them by heart in a few epochs."""
        if kind.pairs:
            message = "votes.base map: expected one text or row of a table, rows are pairs."
            raise UsageError(message, hint="use --base experts+kernel")

    def fit(self, train: Rows, validation: Rows, target: Target, work: Work) -> Learned:
        """Train every map; training rows are placed by what has seen their labels, as all neighbours are."""
        from prle.models.labels.votes.scores.map_training import train_map

        inputs = compose(train.sentences[:])
        centre, scale = standardisation(inputs)
        arrays: dict[str, NDArray[np.generic]] = {"centre": centre, "scale": scale}
        for number in range(self.maps):
            work.observer.progress("maps", number, self.maps, "maps")
            start = self._start((inputs[:MEASURED] - centre) * scale, np.random.default_rng([self.seed, number]))
            learned = train_map(
                self, start, train, validation, target, seed=self.seed + number, device=work.compute.device
            )
            arrays |= {f"{number}/{name}": array for name, array in learned.items()}
        work.observer.progress("maps", self.maps, self.maps, "maps")
        return Learned(arrays=arrays, train=Expected(value=self(arrays, train.sentences[:]).value))

    def __call__(self, arrays: Parameters, sentences: Array) -> Expected:
        """Place rows. *Shape:* (B, S, H) to a value (B, M * 16)."""
        inputs = (compose(sentences) - arrays["centre"]) * arrays["scale"]
        count = sum(name.endswith("/first") for name in arrays)
        placed = [
            mapped(inputs, {each: arrays[f"{n}/{each}"] for each in ("first", "bias", "second")}) for n in range(count)
        ]
        return Expected(value=array_namespace(sentences).concat(placed, axis=1))

    def _start(self, inputs: NDArray[np.floating], rng: np.random.Generator) -> dict[str, NDArray[np.float32]]:
        """Draw one map, and scale it so that rows are a few temperatures apart. *Shape:* inputs (N, F)."""
        width = inputs.shape[1]
        drawn = {
            "first": rng.normal(0.0, 1.0 / math.sqrt(3.0 * width), (width, self.hidden)).astype(np.float32),
            "bias": np.zeros(self.hidden, np.float32),
            "second": rng.normal(0.0, 1.0 / math.sqrt(3.0 * self.hidden), (self.hidden, WIDTH)).astype(np.float32),
        }
        # Twice the total variance is the mean squared distance.
        spread = 2.0 * float(np.asarray(mapped(inputs, drawn)).var(axis=0).sum())
        drawn["second"] *= np.float32(math.sqrt(SPREAD / spread)) if spread > 0.0 else np.float32(1.0)
        return drawn


def mapped(inputs: Array, arrays: Parameters) -> Array:
    """Place standardised inputs. *Shape:* (B, F) to (B, 16)."""
    return gelu(inputs @ arrays["first"] + arrays["bias"]) @ arrays["second"]
