"""A plain network of all features: it bends where a linear map cannot."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from prle.arrays.shapes import array_namespace
from prle.models.labels.pairing import compose
from prle.models.labels.retrieval import standardisation
from prle.models.labels.targets import ClassTarget
from prle.models.labels.votes.scores.fitting import composed, out_of_fold, said
from prle.models.labels.votes.scores.interface import Base, Expected, Learned, Work
from prle.observer import EpochRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from prle.arrays.shapes import Array, Parameters
    from prle.models.labels.assembly import RowKind
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows

EPOCHS: Final = 40

PATIENCE: Final = 5
"""Epochs without a lower validation error before it stops."""

PENALTY: Final = 1.0
"""Of half the squared weights, in errors of one row of a batch."""

BATCH: Final = 200

PHASE: Final = "base"
"""What its epochs are called."""


_Layers = list[tuple["NDArray[np.float32]", "NDArray[np.float32]"]]
"""Weight (outputs, inputs) and bias (outputs,) of each layer."""


@final
@dataclass(frozen=True, kw_only=True)
class MLPBase(Base):
    """``score = W_n relu(... relu(W_0 x + b_0) ...) + b_n``, of classes its softmax, x being the composed features.

    scikit-learn's network, trained by Adam on squared error or cross-entropy. Validation chooses the epoch to stop
    after; training rows are scored fold by fold by networks of as many epochs. The scale of the features is folded into
    the first layer: ``weight_0`` (h, F), ``bias_0`` (h,) and so on, up to T outputs.

    :param folds: how many parts the training rows are dealt into.
    :param seed: of the deal, the first weights and the order of rows.
    :param hidden: units of each hidden layer.
    """

    folds: int = 3
    seed: int = 0
    hidden: tuple[int, ...] = (256, 64)

    def check(self, kind: RowKind) -> None:
        """Accept any rows."""

    def fit(self, train: Rows, validation: Rows, target: Target, work: Work) -> Learned:
        """Train until validation gets no better, keep the best epoch, and train as often as there are folds anew."""
        features = composed(train)
        centre, scale = standardisation(features)
        rows, checks = (features - centre) * scale, (composed(validation) - centre) * scale
        layers, history = self._watched(rows, train, checks, validation, target, work)
        epochs = 1 + max(number for number, record in enumerate(history) if record.best)

        def score(inside: NDArray[np.int64], outside: NDArray[np.int64]) -> NDArray[np.floating]:
            *_, machine = islice(self._epochs(rows[inside], train.labels[inside], target), epochs)
            scored: NDArray[np.floating] = _scores(_layers(machine), rows[outside])
            return scored

        scores = out_of_fold((len(rows), target.width), self.folds, self.seed, score)
        return Learned(arrays=_at_rest(layers, centre, scale), train=Expected(score=scores), history=tuple(history))

    def __call__(self, arrays: Parameters, sentences: Array) -> Expected:
        """Return scores alone. *Shape:* (B, S, H)."""
        count = sum(name.startswith("weight_") for name in arrays)
        layers = [(arrays[f"weight_{number}"], arrays[f"bias_{number}"]) for number in range(count)]
        return Expected(score=_scores(layers, compose(sentences)))

    def _watched(
        self,
        rows: NDArray[np.float32],
        train: Rows,
        checks: NDArray[np.float32],
        validation: Rows,
        target: Target,
        work: Work,
    ) -> tuple[_Layers, list[EpochRecord]]:
        """Train until validation gets no better; return the layers of the best epoch, the last that is marked so."""
        history: list[EpochRecord] = []
        best, kept, layers = np.inf, 0, []
        for epoch, machine in enumerate(self._epochs(rows, train.labels, target), start=1):
            now = _layers(machine)
            watched = target.watched(validation.labels, target.additive(_scores(now, checks)))
            found = watched[target.criterion.name]
            better = epoch == 1 or found < best
            record = EpochRecord(
                epoch=epoch,
                epochs=EPOCHS,
                phase=PHASE,
                losses={"task": float(machine.loss_)},
                prototypes_in_use=0,
                best=better,
                **{f"validation_{name}": value for name, value in watched.items()},
            )
            history.append(record)
            work.observer.epoch(record)
            if better:
                best, kept, layers = found, epoch, now
            elif epoch - kept >= PATIENCE:
                break
        return layers, history

    def _epochs(self, features: NDArray[np.float32], labels: NDArray[np.float64], target: Target) -> Iterator[Any]:
        """Yield the network after each epoch, the same one each time."""
        trained = _classes if isinstance(target, ClassTarget) else _numbers
        settings = {
            "hidden_layer_sizes": self.hidden,
            "alpha": PENALTY,
            "batch_size": min(BATCH, len(features)),
            "random_state": self.seed,
        }
        return islice(trained(features, labels, target, settings), EPOCHS)


def _numbers(
    features: NDArray[np.float32], labels: NDArray[np.float64], target: Target, settings: dict[str, Any]
) -> Iterator[Any]:
    """Train on scaled labels, for ever."""
    from sklearn.neural_network import MLPRegressor

    machine, scaled = MLPRegressor(**settings), target.scaled(labels)[:, 0]
    while True:
        yield machine.partial_fit(features, scaled)


def _classes(
    features: NDArray[np.float32], labels: NDArray[np.float64], target: Target, settings: dict[str, Any]
) -> Iterator[Any]:
    """Train on classes, for ever; the network knows all of them, whether they occur or not."""
    from sklearn.neural_network import MLPClassifier

    machine, codes = MLPClassifier(**settings), labels.astype(np.int64)
    while True:
        yield machine.partial_fit(features, codes, classes=np.arange(target.width))


def _layers(machine: Any) -> _Layers:
    """Copy the layers of a network; of two classes scikit-learn has the logit of the second alone."""
    layers = [(weight.T.copy(), bias.copy()) for weight, bias in zip(machine.coefs_, machine.intercepts_, strict=True)]
    if getattr(machine, "n_outputs_", None) == 1 and hasattr(machine, "classes_"):
        weight, bias = layers[-1]
        layers[-1] = (np.concatenate([0.0 * weight, weight]), np.concatenate([0.0 * bias, bias]))
    return layers


def _scores(layers: _Layers, features: Array) -> Array:
    """Run the layers. *Shape:* (B, F) to (B, T)."""
    xp, value = array_namespace(features), features
    for number, (weight, bias) in enumerate(layers):
        value = (xp.clip(value, min=0.0) if number else value) @ weight.T + bias
    return said(value)


def _at_rest(
    layers: _Layers, centre: NDArray[np.float32], scale: NDArray[np.float32]
) -> dict[str, NDArray[np.generic]]:
    """Put the first layer in terms of the features as they are, and name all arrays."""
    weight = layers[0][0].astype(np.float64) * scale
    first = (weight.astype(np.float32), (layers[0][1] - weight @ centre).astype(np.float32))
    arrays: dict[str, NDArray[np.generic]] = {}
    for number, (slopes, offsets) in enumerate([first, *layers[1:]]):
        arrays[f"weight_{number}"], arrays[f"bias_{number}"] = slopes, offsets
    return arrays
