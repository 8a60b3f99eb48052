"""Which value space suits these rows: the few that make sense, each given a short fit, judged on validation rows."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prle.assembly import settle
from prle.errors import UsageError
from prle.metrics import in_words
from prle.observer import SILENT, Observer
from prle.training.committee import fit_committee

if TYPE_CHECKING:
    from prle.config import Config, ProjectionName
    from prle.targets import NumberTarget
    from prle.training.rows import Rows

PAIR_SPACES: Final[tuple[ProjectionName, ...]] = ("siamese", "mlp", "identity")
SINGLE_SPACES: Final[tuple[ProjectionName, ...]] = ("mlp", "linear", "identity")
"""Without resmlp, which is ahead of mlp in a short fit and behind in a whole one (``benchmarks/LOG.md``)."""

PAIR_EPOCHS: Final = 4
SINGLE_EPOCHS: Final = 12
"""What each space is given at most: a siamese map starts at the identity and shows itself at once, layers take time."""

_TASK: Final = "value spaces"


@dataclass(frozen=True, kw_only=True)
class SpaceTrial:
    """What a value space came to in its short fit; the error is in label units."""

    projection: ProjectionName
    epochs: int
    validation_rmse: float


@dataclass(frozen=True, kw_only=True)
class SpaceStudy:
    """The value spaces that were tried, the best one first."""

    trials: tuple[SpaceTrial, ...]

    @property
    def chosen(self) -> ProjectionName:
        """The one with the lowest validation error."""
        return self.trials[0].projection

    @property
    def reason(self) -> str:
        """What it was chosen for, in words."""
        figures = ", ".join(f"{trial.projection} {in_words(trial.validation_rmse)}" for trial in self.trials)
        return f"{self.chosen}: validation RMSE after {self.trials[0].epochs} epochs is {figures}"


def study_spaces(
    config: Config, target: NumberTarget, train: Rows, validation: Rows, observer: Observer = SILENT
) -> SpaceStudy:
    """Fit one member in each space for a few epochs and order them by validation error; on a tie the first stays.

    :param config: settings whose projection is open, and whose number of prototypes is a number.
    :raises UsageError: where no space agrees with the other settings.
    """
    spaces = _possible(config, train.sentences.shape[1], table=train.table)
    trials = []
    for done, (name, settled) in enumerate(spaces.items()):
        observer.progress(_TASK, done, len(spaces), "spaces")
        fitted = fit_committee(settled, target, train, validation)[0]
        error = fitted.history[fitted.best_epoch].validation_rmse
        trials.append(SpaceTrial(projection=name, epochs=settled.train.epochs, validation_rmse=error))
    observer.progress(_TASK, len(spaces), len(spaces), "spaces")
    return SpaceStudy(trials=tuple(sorted(trials, key=lambda trial: trial.validation_rmse)))


def _possible(config: Config, sentences: int, *, table: bool) -> dict[ProjectionName, Config]:
    """Return the settings of each short fit, of those spaces that everything else in the settings agrees with."""
    possible: dict[ProjectionName, Config] = {}
    names, epochs = (PAIR_SPACES, PAIR_EPOCHS) if sentences == 2 else (SINGLE_SPACES, SINGLE_EPOCHS)
    for name in names:
        with suppress(UsageError):
            possible[name] = settle(_short(config, name, epochs), sentences, table=table)
    if not possible:
        settle(config, sentences, table=table)
    return possible


def _short(config: Config, projection: ProjectionName, epochs: int) -> Config:
    """Return the settings of a short fit of one member in a space."""
    return config.model_copy(
        update={
            "value_space": config.value_space.model_copy(update={"projection": projection}),
            "train": config.train.model_copy(update={"epochs": min(epochs, config.train.epochs), "committee": 1}),
        }
    )
