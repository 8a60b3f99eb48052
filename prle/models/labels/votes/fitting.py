"""From rows to a ballot: fit what expects, settle what near means, choose prototypes, file the voters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, final

import numpy as np

from prle.models.labels.targets import measure_target
from prle.models.labels.votes.ballot import Ballot, place_of
from prle.models.labels.votes.choosing import NOISE, Choice, Trial
from prle.models.labels.votes.electing import Placed, elect
from prle.models.labels.votes.place import spread
from prle.models.labels.votes.scores import BASES, Work, suited

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.config import BaseName, Config
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows
    from prle.models.labels.votes.place import Reading
    from prle.models.labels.votes.scores import Expected, Learned
    from prle.observer import EpochRecord


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What a fit with voters has made.

    :param config: settled settings: the base, the weights of the place, the temperature, how many vote.
    :param measured: of validation rows, by name: recall of the index, the error of each base that was tried.
    :param history: of the base that is trained by steps.
    """

    config: Config
    target: Target
    ballot: Ballot
    measured: dict[str, float]
    history: tuple[EpochRecord, ...] = field(default=())


def fit_votes(config: Config, train: Rows, validation: Rows, work: Work) -> Counted:
    """Fit a model that answers by the labels of training rows.

    :param config: settled settings, but for those of ``votes`` and ``place`` that are ``auto``.
    :raises UsageError: where the settings do not suit the rows.
    """
    return _Fit(config, train, validation, work).run()


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    """A base, or several, with the rows as they are placed by it and the best way to weigh that."""

    name: BaseName
    arrays: dict[str, NDArray[np.generic]]
    train: Reading
    checks: Reading
    trial: Trial


@final
class _Fit:
    def __init__(self, config: Config, train: Rows, validation: Rows, work: Work) -> None:
        self._config, self._train, self._validation, self._work = config, train, validation, work
        self._target = measure_target(train.labels, train.classes, "probabilities")
        self._learned: dict[str, Learned] = {}
        self._checks: dict[str, Expected] = {}
        self._unseen = False

    def run(self) -> Counted:
        """Try the bases that suit, take the best, and file the training rows in its place."""
        config, asked = self._config, self._config.votes.base
        names = suited(self._train.kind, len(self._train.labels)) if asked == "auto" else (asked,)
        bases = [BASES[part](config) for part in dict.fromkeys(part for name in names for part in name.split("+"))]
        for base in bases:
            base.check(self._train.kind)
        # All are judged by the same rows, or their errors could not be compared.
        self._unseen = all(base.unseen for base in bases)
        candidates = [self._candidate(name) for name in names]
        best = min(candidates, key=lambda each: each.trial.error)
        chosen = next(each for each in candidates if each.trial.level(best.trial, NOISE))
        if len(candidates) > 1:
            errors = ", ".join(f"{each.name} {self._shown(each.trial):.4f}" for each in candidates)
            self._work.observer.note(
                f"base auto settles on {chosen.name}: validation {self._target.criterion.title} {errors}"
            )
        settled = self._settled(chosen)
        train, checks = (self._placed(settled, chosen, rows) for rows in ("train", "checks"))
        elected = elect(settled, self._target, train, checks)
        parts = chosen.name.split("+")
        ballot = Ballot(
            scores={part: self._learned[part].arrays for part in parts},
            place=chosen.arrays,
            router=elected.router,
            differs=elected.differs,
            voters=elected.voters,
            probes=elected.probes,
        )
        return Counted(
            config=elected.config,
            target=self._target,
            ballot=ballot,
            measured={"index_recall": elected.recall, "index_cells": float(elected.probes)},
            history=next((self._learned[part].history for part in parts if self._learned[part].history), ()),
        )

    def _shown(self, trial: Trial) -> float:
        return trial.error if self._train.classes else self._target.unit * trial.error**0.5

    def _candidate(self, name: BaseName) -> _Candidate:
        """Fit the bases that a name joins, and find how to weigh the place that they make."""
        config = self._config.model_copy(update={"votes": self._config.votes.model_copy(update={"base": name})})
        place, train, validation = place_of(config, self._target), self._train, self._validation
        for part, base in place.bases.items():
            if part not in self._learned:
                self._learned[part] = base.fit(train, validation, self._target, self._work)
                self._checks[part] = base.over(self._learned[part].arrays, validation.sentences)
        arrays: dict[str, NDArray[np.generic]] = {**place.measure(train.sentences[:], table=train.table)}
        made = [self._learned[part].train for part in place.bases]
        values = [each.value for each in made if each.value is not None]
        if values:
            arrays["spread"] = spread(np.concatenate(values, axis=1))
        read = (
            place.read(arrays, made, train.sentences[:]),
            place.read(arrays, [self._checks[part] for part in place.bases], validation.sentences[:]),
        )
        labels, goal, seed = train.labels, validation.labels, config.train.seed
        choice = Choice(self._target, read[0], labels, read[1], goal, seed=seed, unseen=self._unseen)
        return _Candidate(name=name, arrays=arrays, train=read[0], checks=read[1], trial=choice.best(config.place))

    def _settled(self, chosen: _Candidate) -> Config:
        """Write down what was chosen."""
        config, trial = self._config, chosen.trial
        found = {
            "value": trial.value,
            "content": trial.content,
            "temperature": trial.temperature,
            "neighbours": trial.neighbours,
            "everyone": trial.everyone,
        }
        return config.model_copy(
            update={
                "votes": config.votes.model_copy(update={"base": chosen.name}),
                "place": config.place.model_copy(update=found),
            }
        )

    def _placed(self, config: Config, chosen: _Candidate, which: Literal["train", "checks"]) -> Placed:
        """Place rows as it was settled."""
        reading = chosen.train if which == "train" else chosen.checks
        rows = self._train if which == "train" else self._validation
        learned = place_of(config, self._target).learned(reading, config.place)
        return Placed(
            learned=np.asarray(learned, np.float32),
            content=np.asarray(reading.content, np.float32),
            labels=rows.labels,
            residuals=self._residuals(chosen.name) if which == "train" else None,
        )

    def _residuals(self, name: str) -> NDArray[np.float64] | None:
        """Return by how much labels that are numbers differ from what was expected out of fold. *Shape:* (N,)."""
        scores = [self._learned[part].train.score for part in name.split("+")]
        known = [score for score in scores if score is not None]
        if self._train.classes or not known:
            return None
        gap = self._target.scaled(self._train.labels) - np.mean(known, axis=0)
        return np.asarray(gap[:, 0], np.float64)
