"""What a search may try, and who goes on: a stated space, seeded draws from it, and successive halving. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import numpy as np

from prle.config import Config, Section, overridden, validate
from prle.errors import UsageError
from prle.models.labels.assembly import settle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.config import BaseName, TrainConfig
    from prle.models.labels.assembly import RowKind

FIRST_EPOCHS: Final = 4
"""Epochs that every trial gets: two turns of each phase of EM."""

_TRIES: Final = 50
"""Draws for one trial before the space is taken to hold no other."""


@final
@dataclass(frozen=True)
class Choice:
    """One of a few values, each as likely as the others."""

    values: tuple[bool | int | float | str, ...]

    def draw(self, rng: np.random.Generator) -> bool | int | float | str:
        """Return one of them."""
        return self.values[int(rng.integers(len(self.values)))]


@final
@dataclass(frozen=True)
class LogUniform:
    """A number whose order of magnitude is open, in two figures, so that it can be read and typed again."""

    low: float
    high: float

    def draw(self, rng: np.random.Generator) -> float:
        """Return a number from ``low`` to ``high``, each factor as likely."""
        return float(f"{math.exp(rng.uniform(math.log(self.low), math.log(self.high))):.2g}")


Dimension: TypeAlias = Choice | LogUniform

COUNTS: Final = (16, 24, 32, 48, 64)

SPACE: Final[Mapping[str, Dimension]] = {
    "prototypes.count": Choice(COUNTS),
    "prototypes.init": Choice(("random_real", "kmeans++", "k-medoids", "farthest_first")),
    "router.temperature": LogUniform(5.0, 80.0),
    "value_space.dim": Choice((64, 128, 256, 384)),
    "value_space.dropout": Choice((0.0, 0.1, 0.3, 0.5)),
    "train.em_alt_training": Choice((True, False)),
    "train.batch_size": Choice((16, 32, 64, 128)),
    "train.learning_rate": LogUniform(3e-5, 1e-3),
    "train.expert_learning_rate": LogUniform(1e-5, 1e-3),
}
"""What is tried of each setting; ``value_space.projection`` depends on the rows and is added by ``space``."""

OF_MAPS: Final[Mapping[str, Dimension]] = {
    "votes.maps": Choice((1, 2, 3)),
    "value_space.dropout": Choice((0.1, 0.3, 0.5)),
    "value_space.input_dropout": Choice((0.0, 0.1, 0.3)),
}
"""What is tried where labels vote, beside ``votes.base``: how maps are trained, where a base has them."""

PAIR_PROJECTIONS: Final = Choice(("siamese", "mlp", "resmlp"))
SINGLE_PROJECTIONS: Final = Choice(("identity", "linear", "mlp", "resmlp", "fourier"))


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One round of a search: so many trials, each fitted with at most so many epochs."""

    trials: int
    epochs: int


def space(*, sentences: int, rows: int, bases: tuple[BaseName, ...] = ()) -> dict[str, Dimension]:
    """Return what is tried on ``rows`` training rows of S ``sentences``: no more prototypes than rows.

    The order is that of the draws, so it is part of what a seed means.

    :param bases: those that suit the rows where labels vote, none where experts speak.
    """
    if bases:
        return {"votes.base": Choice(bases), **OF_MAPS}
    found = dict(SPACE)
    counts = tuple(count for count in COUNTS if count <= rows)
    if counts:
        found["prototypes.count"] = Choice(counts)
    else:
        del found["prototypes.count"]
    found["value_space.projection"] = PAIR_PROJECTIONS if sentences == 2 else SINGLE_PROJECTIONS
    return found


def said(section: Section) -> frozenset[str]:
    """Return the dotted keys that somebody gave, by file or option, even where they gave the default."""
    found: set[str] = set()
    for name in section.model_fields_set:
        value = getattr(section, name)
        found |= {f"{name}.{key}" for key in said(value)} if isinstance(value, Section) else {name}
    return frozenset(found)


def draw_trials(
    config: Config, *, trials: int, rows: int, kind: RowKind, bases: tuple[BaseName, ...] = ()
) -> tuple[Config, ...]:
    """Return the configurations to try, from ``config.train.seed``: ``config`` itself first, then different draws.

    What ``config`` was given explicitly stays as it is. The first of N are the first of any larger number; there are
    fewer than asked for only where the space holds no more.

    :raises UsageError: where ``config`` does not fit the rows.
    """
    held, plain = said(config), config.model_dump()
    everything = space(sentences=kind.sentences, rows=rows, bases=bases)
    open_to = {key: each for key, each in everything.items() if key not in held}
    rng = np.random.default_rng(config.train.seed)
    found, known = [config], [settle(config, kind)]
    for _ in range(_TRIES * trials):
        if len(found) >= trials:
            break
        drawn = _drawn(plain, {key: each.draw(rng) for key, each in open_to.items()}, kind)
        if drawn is not None and (settled := settle(drawn, kind)) not in known:
            found.append(drawn)
            known.append(settled)
    return tuple(found)


def changed(config: Config, changes: Mapping[str, object]) -> Config:
    """Return ``config`` with other values at dotted keys.

    :raises UsageError: where a value does not fit.
    """
    return validate(overridden(config.model_dump(), changes))


def rungs(trials: int, train: TrainConfig) -> tuple[Rung, ...]:
    """Return the rounds of a search: half the trials with twice the epochs, until one is left or all epochs are given.

    The best of the last round is then fitted with ``train.epochs``.
    """
    epochs = min(train.epochs, max(FIRST_EPOCHS, 2 * train.em_every))
    found = [Rung(trials=trials, epochs=epochs)]
    while found[-1].trials > 2 and found[-1].epochs < train.epochs:
        found.append(Rung(trials=half(found[-1].trials), epochs=min(train.epochs, 2 * found[-1].epochs)))
    return tuple(found)


def half(trials: int) -> int:
    """Return how many of so many go on: half of them, rounded up."""
    return -(-trials // 2)


def best_first(errors: Mapping[int, float]) -> tuple[int, ...]:
    """Return trials by their validation error, smallest first; the earlier one where two are level, NaN last."""
    return tuple(sorted(errors, key=lambda trial: (math.isnan(errors[trial]), errors[trial], trial)))


def _drawn(plain: Mapping[str, Any], values: Mapping[str, object], kind: RowKind) -> Config | None:
    """Return the configuration with the drawn values that matter in it; None where they do not go together."""
    drawn = validate(overridden(plain, values))
    try:
        settled = settle(drawn, kind)
    except UsageError:
        return None
    return validate(overridden(plain, {key: value for key, value in values.items() if _matters(key, settled)}))


def _matters(key: str, settled: Config) -> bool:
    """Return whether anything reads a setting, so that a trial lists no value that had no effect."""
    if settled.votes.voters != "none":
        return key == "votes.base" or "map" in settled.votes.base.split("+")
    kind = settled.value_space.projection
    rules = {
        "router.temperature": settled.router.kind != "mlp_sparse",
        "value_space.projection": settled.value_space.enabled,
        "value_space.dim": kind in ("linear", "mlp", "resmlp")
        or (kind == "fourier" and settled.value_space.learned_map),
        "value_space.dropout": kind in ("mlp", "resmlp"),
        "train.expert_learning_rate": settled.experts.solver != "ridge" or not settled.train.em_alt_training,
    }
    return rules.get(key, True)
