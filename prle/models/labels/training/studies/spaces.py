"""Which value space suits these rows: the few that make sense, each given a short fit, judged on validation rows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prle.errors import UsageError
from prle.metrics.numbers import in_words
from prle.models.labels.assembly import settle
from prle.models.labels.targets import measure_target
from prle.models.labels.training.committee import fit_committee
from prle.models.labels.training.compute import HERE
from prle.observer import SILENT, Observer

if TYPE_CHECKING:
    from prle.config import Config, ProjectionName
    from prle.metrics.numbers import Figure
    from prle.models.labels.assembly import RowKind
    from prle.models.labels.training.compute import Compute
    from prle.models.labels.training.rows import Rows

PAIR_SPACES: Final[tuple[ProjectionName, ...]] = ("siamese", "mlp", "identity")
SINGLE_SPACES: Final[tuple[ProjectionName, ...]] = ("mlp", "linear", "identity")
"""Without resmlp, which is ahead of mlp in a short fit and behind in a whole one (``benchmarks/log/defaults.md``)."""

PAIR_EPOCHS: Final = 4
SINGLE_EPOCHS: Final = 12
"""What each space is given at most: a siamese map starts at the identity and shows itself at once, layers take time."""

_TASK: Final = "value spaces"


@dataclass(frozen=True, kw_only=True)
class SpaceTrial:
    """What a value space came to in its short fit: RMSE in label units, or log loss in nats."""

    projection: ProjectionName
    epochs: int
    validation_error: float


@dataclass(frozen=True, kw_only=True)
class SpaceStudy:
    """The value spaces that were tried, the best one first.

    :param criterion: which error they were judged by.
    """

    trials: tuple[SpaceTrial, ...]
    criterion: Figure

    @property
    def chosen(self) -> ProjectionName:
        """The one with the lowest validation error."""
        return self.trials[0].projection

    @property
    def reason(self) -> str:
        """What it was chosen for, in words."""
        figures = ", ".join(f"{trial.projection} {in_words(trial.validation_error)}" for trial in self.trials)
        return f"{self.chosen}: validation {self.criterion.title} after {self.trials[0].epochs} epochs is {figures}"


def study_spaces(
    config: Config, train: Rows, validation: Rows, observer: Observer = SILENT, *, compute: Compute = HERE
) -> SpaceStudy:
    """Fit one member in each space for a few epochs and order them by validation error; on a tie the first stays.

    :param config: settings whose projection is open, and whose number of prototypes is a number.
    :raises UsageError: where no space agrees with the other settings.
    """
    spaces = _possible(config, train.kind)
    combine = next(iter(spaces.values())).experts.combine
    target = measure_target(train.labels, train.classes, combine)
    trials = []
    for done, (name, settled) in enumerate(spaces.items()):
        observer.progress(_TASK, done, len(spaces), "spaces")
        fitted = fit_committee(settled, target, train, validation, compute=compute)[0]
        error = fitted.history[fitted.best_epoch].error
        trials.append(SpaceTrial(projection=name, epochs=settled.train.epochs, validation_error=error))
    observer.progress(_TASK, len(spaces), len(spaces), "spaces")
    ordered = sorted(trials, key=lambda trial: trial.validation_error)
    return SpaceStudy(trials=tuple(ordered), criterion=target.criterion)


def _possible(config: Config, kind: RowKind) -> dict[ProjectionName, Config]:
    """Return the settings of each short fit, of those spaces that everything else in the settings agrees with."""
    possible: dict[ProjectionName, Config] = {}
    names, epochs = (PAIR_SPACES, PAIR_EPOCHS) if kind.pairs else (SINGLE_SPACES, SINGLE_EPOCHS)
    for name in names:
        with suppress(UsageError):
            possible[name] = settle(_short(config, name, epochs), kind)
    if not possible:
        settle(config, kind)
    return possible


def _short(config: Config, projection: ProjectionName, epochs: int) -> Config:
    """Return the settings of a short fit of one member in a space."""
    return config.model_copy(
        update={
            "value_space": config.value_space.model_copy(update={"projection": projection}),
            "train": config.train.model_copy(update={"epochs": min(epochs, config.train.epochs), "committee": 1}),
        }
    )
