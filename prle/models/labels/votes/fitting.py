"""From rows to a ballot: fit what expects, settle what near means, choose prototypes, file the voters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast, final

import numpy as np

from prle.errors import UsageError
from prle.models.labels.routers import ROUTERS
from prle.models.labels.targets import measure_target
from prle.models.labels.votes.anchors import choose_anchors
from prle.models.labels.votes.ballot import Ballot, place_of
from prle.models.labels.votes.choosing import NOISE, Choice, Trial
from prle.models.labels.votes.place import spread
from prle.models.labels.votes.saying import said_by_cells
from prle.models.labels.votes.scores import BASES, suited
from prle.models.labels.votes.voters import Voters, recall_of_cells, weighed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.config import BaseName, Config
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows
    from prle.models.labels.votes.place import Reading
    from prle.models.labels.votes.scores import Expected, Learned
    from prle.observer import EpochRecord, Observer

RECALL: Final = 0.99
"""Share of the nearest rows that an index has to find on validation rows."""

ALL: Final = 4_096
"""Rows up to which all are looked at: an index would cost more than it saves."""

CHECKED: Final = 512
"""Validation rows that recall is measured on."""

ROUTED: Final = 4_096
"""Rows that a router is fitted on at most, and judged by."""

BLOCK: Final = 4_096
"""Rows placed at a time."""


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


def fit_votes(config: Config, train: Rows, validation: Rows, observer: Observer) -> Counted:
    """Fit a model that answers by the labels of training rows.

    :param config: settled settings, but for those of ``votes`` and ``place`` that are ``auto``.
    :raises UsageError: where the settings do not suit the rows.
    """
    return _Fit(config, train, validation, observer).run()


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
    def __init__(self, config: Config, train: Rows, validation: Rows, observer: Observer) -> None:
        self._config, self._train, self._validation, self._observer = config, train, validation, observer
        self._target = measure_target(train.labels, train.classes, "probabilities")
        self._learned: dict[str, Learned] = {}
        self._checks: dict[str, Expected] = {}

    def run(self) -> Counted:
        """Try the bases that suit, take the best, and file the training rows in its place."""
        config, asked = self._config, self._config.votes.base
        names = suited(self._train.kind, len(self._train.labels)) if asked == "auto" else (asked,)
        for part in dict.fromkeys(part for name in names for part in name.split("+")):
            BASES[part](config).check(self._train.kind)
        candidates = [self._candidate(name) for name in names]
        best = min(candidates, key=lambda each: each.trial.error)
        chosen = next(each for each in candidates if each.trial.level(best.trial, NOISE))
        if len(candidates) > 1:
            errors = ", ".join(f"{each.name} {self._shown(each.trial):.4f}" for each in candidates)
            self._observer.note(
                f"base auto settles on {chosen.name}: validation {self._target.criterion.title} {errors}"
            )
        settled = self._settled(chosen)
        voters = self._filed(settled, chosen)
        probes, recall = len(voters.anchors), 1.0
        if len(voters) > ALL:
            inputs = self._points(settled, chosen.checks)[:CHECKED]
            probes, recall = recall_of_cells(voters, inputs, int(settled.place.neighbours), RECALL)
        parts = chosen.name.split("+")
        ballot = Ballot(
            scores={part: self._learned[part].arrays for part in parts},
            place=chosen.arrays,
            router=self._router(settled, chosen, voters),
            differs=None,
            voters=voters,
            probes=probes,
        )
        return Counted(
            config=settled,
            target=self._target,
            ballot=ballot,
            measured={"index_recall": recall, "index_cells": float(probes)},
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
                self._learned[part] = base.fit(train, validation, self._target, self._observer)
                self._checks[part] = _expected(base, self._learned[part].arrays, validation)
        arrays: dict[str, NDArray[np.generic]] = {**place.measure(train.sentences[:], table=train.table)}
        made = [self._learned[part].train for part in place.bases]
        values = [each.value for each in made if each.value is not None]
        if values:
            arrays["spread"] = spread(np.concatenate(values, axis=1))
        read = (
            place.read(arrays, made, train.sentences[:]),
            place.read(arrays, [self._checks[part] for part in place.bases], validation.sentences[:]),
        )
        choice = Choice(self._target, read[0], train.labels, read[1], validation.labels, seed=config.train.seed)
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

    def _filed(self, config: Config, chosen: _Candidate) -> Voters:
        """Choose prototypes in the place, and file all training rows under them."""
        count = config.prototypes.count
        if count == "auto" or count > len(self._train.labels):
            message = f"prototypes: expected at most one a training row ({len(self._train.labels)}), got {count}."
            raise UsageError(message, hint=f"use --prototypes {len(self._train.labels)} or fewer")
        anchors = choose_anchors(
            self._points(config, chosen.train),
            config.prototypes,
            count,
            np.random.default_rng(config.train.seed),
            residuals=self._residuals(chosen.name),
        )
        learned = place_of(config, self._target).learned(chosen.train, config.place)
        return Voters.filed(
            np.asarray(learned, np.float32),
            chosen.train.content.astype(np.float16),
            self._train.labels,
            anchors,
            float(config.place.content),
        )

    def _router(self, config: Config, chosen: _Candidate, voters: Voters) -> dict[str, NDArray[np.float32]]:
        """Fit a router in the place; with softmax examples decide themselves, and there is nothing to fit."""
        if config.router.kind == "softmax":
            return {}
        from prle.models.labels.training.routing import Said, train_router

        labels, temperature = self._target.exact(voters.labels), float(config.place.temperature)
        drawn = np.random.default_rng(config.train.seed).permutation(len(voters))[:ROUTED]
        points, checks = voters.points(drawn), self._points(config, chosen.checks)[:ROUTED]
        return train_router(
            ROUTERS[config.router.kind](config.router),
            voters.centres,
            Said(points, said_by_cells(voters, labels, points, temperature, own=drawn), labels[drawn]),
            Said(
                checks,
                said_by_cells(voters, labels, checks, temperature),
                self._target.exact(self._validation.labels[:ROUTED]),
            ),
            self._target,
            epochs=config.train.epochs,
            seed=config.train.seed,
        )

    def _residuals(self, name: str) -> NDArray[np.float64] | None:
        """Return by how much labels that are numbers differ from what was expected out of fold. *Shape:* (N,)."""
        scores = [self._learned[part].train.score for part in name.split("+")]
        known = [score for score in scores if score is not None]
        if self._train.classes or not known:
            return None
        gap = self._target.scaled(self._train.labels) - np.mean(known, axis=0)
        return np.asarray(gap[:, 0], np.float64)

    def _points(self, config: Config, reading: Reading) -> NDArray[np.float32]:
        """Place rows. *Shape:* (N, D)."""
        learned = np.asarray(place_of(config, self._target).learned(reading, config.place), np.float32)
        return weighed(learned, np.asarray(reading.content, np.float32), float(config.place.content))


def _expected(base: object, arrays: Mapping[str, NDArray[np.generic]], rows: Rows) -> Expected:
    """Ask a base about many rows, a block at a time."""
    from prle.models.labels.votes.scores.interface import Base, Expected

    starts = range(0, len(rows.labels), BLOCK)
    made = [cast("Base", base)(arrays, np.asarray(rows.sentences[first : first + BLOCK])) for first in starts]

    def joined(part: str) -> NDArray[np.floating] | None:
        found = [getattr(each, part) for each in made]
        return None if found[0] is None else np.concatenate(found)

    return Expected(score=joined("score"), value=joined("value"))
