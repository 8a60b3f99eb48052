"""What both estimators are: settings, a fit on arrays through the code that fits a workspace, answers, and a file."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from prle.config import resolve
from prle.encoders.tabular.encoder import NUMBERS
from prle.encoders.tabular.fitting import DEFAULT_NUMERIC
from prle.errors import DataError, UsageError, unknown_name
from prle.estimators.file import Kept, read, write
from prle.estimators.interface import FitWarning, InputError, Listener
from prle.estimators.material import Material, cut, measured_encoder, vectors
from prle.estimators.parts import Known, RoutedParts, taken_apart
from prle.stages.common.judging import MEASURED
from prle.stages.fit.labels import fit_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.config import BaseName, Config, ExpertName, ProjectionName, RouterName, VotersName
    from prle.encoders.interface import NumericName
    from prle.models.labels.checkpoint import Checkpoint

VOTERS: Final = "examples"
"""Who votes where nobody says so."""

KEYS: Final[Mapping[str, str]] = {
    "voters": "votes.voters",
    "base": "votes.base",
    "prototypes": "prototypes.count",
    "router": "router.kind",
    "projection": "value_space.projection",
    "experts": "experts.kind",
    "epochs": "train.epochs",
    "committee": "train.committee",
    "random_state": "train.seed",
}
"""The settings that have a parameter of their own."""

LARGEST_FRACTION: Final = 0.5
"""No fewer rows are trained on than validated on."""


class Estimator(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn has no types
    """A model of arrays; the public classes say what its parameters and attributes are."""

    classes_: NDArray[Any]
    classifies: ClassVar[bool]

    def __init__(
        self,
        *,
        voters: VotersName = VOTERS,
        base: BaseName | Literal["auto"] = "auto",
        prototypes: int | str = 64,
        router: RouterName = "softmax",
        projection: ProjectionName | str = "auto",
        experts: ExpertName = "linear",
        epochs: int = 60,
        committee: int = 1,
        numeric: NumericName | None = DEFAULT_NUMERIC,
        validation_fraction: float = 0.1,
        settings: Mapping[str, object] | None = None,
        random_state: int | np.random.RandomState | None = 0,
    ) -> None:
        self.voters = voters
        self.base = base
        self.prototypes = prototypes
        self.router = router
        self.projection = projection
        self.experts = experts
        self.epochs = epochs
        self.committee = committee
        self.numeric = numeric
        self.validation_fraction = validation_fraction
        self.settings = settings
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Fit on rows and labels; a part of the rows is held back to validate on.

        :param X: numbers; NaN where one is missing, unless ``numeric`` is None. *Shape:* (N, M)
        :param y: labels. *Shape:* (N,)
        :raises InputError: for rows or labels that cannot be fitted (a ``ValueError``).
        :raises UsageError: for a parameter or setting that cannot be used.
        """
        if self.numeric is not None and self.numeric not in NUMBERS:
            what = "numeric"
            raise unknown_name(what, str(self.numeric), NUMBERS)
        if not 0.0 < self.validation_fraction <= LARGEST_FRACTION:
            message = f"validation_fraction: expected a number above 0, at most {LARGEST_FRACTION}, got "
            message += f"{self.validation_fraction}."
            raise UsageError(message)
        seed, listener = self._seed(), Listener()
        material = self._prepared(X, y, seed)
        train, validation = material.rows("train"), material.rows("validation")
        config = self._config(seed, rows=len(train.labels))
        try:
            checkpoint, _ = fit_rows(train, validation, config, observer=listener)
        except DataError as error:
            raise InputError(error.message, hint=error.hint) from error
        self._become(material, checkpoint)
        for message in listener.warnings:
            warnings.warn(message, FitWarning, stacklevel=2)
        return self

    def explain(self, X: Any) -> RoutedParts:
        """Return what each prediction is made of: one weight, value and contribution a prototype, and who votes.

        :param X: *Shape:* (N, M)
        """
        inputs = self._vectors(X)
        known = Known(
            rows=self._material.places["train"],
            anchors=self.anchors_,
            anchor_labels=self._as_given(self._material.labels[self.anchors_]),
            classes=self.classes_ if self.classifies else None,
        )
        return self._parts(inputs, known)

    def save(self, path: str | Path, *, name: str = "default") -> None:
        """Keep rows and model in a workspace, as ``prle embed --table`` and ``prle fit --name`` would.

        :param name: of the model; others that are there stay, and are stale unless they were fitted on the same rows.
        :raises InputError: for labels or settings that have no plain form.
        :raises WorkspaceError: when the file cannot be written, or there is something else than a workspace.
        """
        check_is_fitted(self)
        kept = Kept(
            kind=type(self).__name__,
            parameters={**self.get_params(deep=False), "random_state": self._plain_state()},
            labels=self.classes_ if self.classifies else None,
            named=hasattr(self, "feature_names_in_"),
            material=self._material,
            checkpoint=self._checkpoint,
        )
        write(Path(path), kept, name=name)

    @classmethod
    def load(cls, path: str | Path, *, name: str = "default") -> Self:
        """Return the estimator that was saved.

        :raises WorkspaceError: where there is no such model, or it was fitted and saved by something else.
        """
        kept = read(Path(path), kind=cls.__name__, parameters=cls._get_param_names(), name=name)
        estimator = cls(**kept.parameters)
        estimator.n_features_in_ = kept.material.values.shape[1]
        if kept.named:
            estimator.feature_names_in_ = np.array(kept.material.names, dtype=object)
        if kept.labels is not None:
            estimator.classes_ = kept.labels
        estimator._become(kept.material, kept.checkpoint)
        return estimator

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.numeric is not None
        return tags

    @abstractmethod
    def _read_labels(self, given: NDArray[Any]) -> tuple[NDArray[np.float64], tuple[str, ...]]:
        """Return labels as a fit takes them, and the names of classes."""

    @abstractmethod
    def _as_given(self, labels: NDArray[np.float64]) -> NDArray[Any]:
        """Return labels in the words of ``y``."""

    def _prepared(self, X: Any, y: Any, seed: int) -> Material:
        """Check rows and labels, cut them, and measure how they become vectors."""
        values, given = validate_data(self, X, y, **self._expected(), y_numeric=not self.classifies)
        labels, classes = self._read_labels(given)
        places = cut(values, labels, classes=self.classifies, fraction=self.validation_fraction, seed=seed)
        names = self._names()
        return Material(
            names=names,
            values=values,
            labels=labels,
            classes=classes,
            places=places,
            encoder=measured_encoder(names, values[places["train"]], self.numeric),
            table=self.numeric is not None,
        )

    def _vectors(self, X: Any) -> NDArray[np.float32]:
        """Return rows as the fitted model reads them. *Shape:* (N, M) to (N, 1, H)."""
        check_is_fitted(self)
        return vectors(self._material.encoder, validate_data(self, X, reset=False, **self._expected()))

    def _become(self, material: Material, checkpoint: Checkpoint) -> None:
        """Be what was fitted."""
        self.anchors_ = material.places["train"][checkpoint.anchors]
        self.config_, self.history_ = checkpoint.config, checkpoint.history
        self.validation_ = {
            name.removeprefix(MEASURED): figure
            for name, figure in checkpoint.measured.items()
            if name.startswith(MEASURED)
        }
        self._material, self._checkpoint = material, checkpoint
        # In double precision a row is answered alike alone and in company, and terms add up to the last digits.
        self._predictor, self._parts = taken_apart(checkpoint, precision=np.float64)

    def _expected(self) -> dict[str, Any]:
        """Return what rows have to be, in the words of scikit-learn."""
        return {"dtype": np.float64, "ensure_all_finite": True if self.numeric is None else "allow-nan"}

    def _names(self) -> tuple[str, ...]:
        """Return the names of the columns that scikit-learn has seen, or numbers where they are no good as names."""
        names = tuple(map(str, getattr(self, "feature_names_in_", ())))
        return names if names and len(set(names)) == len(names) else _numbered(self.n_features_in_)

    def _config(self, seed: int, *, rows: int) -> Config:
        """Return the settings of a fit on so many training rows."""
        given = {key: _plain(value) for key, value in (self.settings or {}).items()}
        for parameter, key in KEYS.items():
            if key in given:
                message = f"settings: {key} is the parameter {parameter}."
                raise UsageError(message, hint=f"use {parameter}={given[key]!r}")
        own = {key: _plain(getattr(self, parameter)) for parameter, key in KEYS.items()}
        if isinstance(own["prototypes.count"], int):
            own["prototypes.count"] = min(own["prototypes.count"], rows)
        return resolve(None, {**given, **own, "train.seed": seed})

    def _seed(self) -> int:
        """Return the seed of this fit, drawn where ``random_state`` is none itself."""
        if isinstance(self.random_state, int | np.integer):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31))

    def _plain_state(self) -> int | None:
        return int(self.random_state) if isinstance(self.random_state, int | np.integer) else None


def _numbered(count: int) -> tuple[str, ...]:
    """Return names for columns that have none."""
    return tuple(f"x{column}" for column in range(count))


def _plain(value: Any) -> Any:
    """Return a number of NumPy, such as the grids of a search hold, as Python's."""
    return value.item() if isinstance(value, np.generic) else value
