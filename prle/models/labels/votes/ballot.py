"""Everything that a fit with voters leaves behind, as plain arrays and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast, final

import numpy as np

from prle.models.labels.votes.differs import Differs
from prle.models.labels.votes.place import Place
from prle.models.labels.votes.poll import Poll
from prle.models.labels.votes.predictor import VotingPredictor
from prle.models.labels.votes.scores import together
from prle.models.labels.votes.voters import Voters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.config import BaseName, Config
    from prle.models.labels.targets import Target

_VOTERS: Final = ("learned", "content", "rows", "starts", "labels")
"""What of the voters is kept under ``votes/``."""


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Ballot:
    """What is needed to vote.

    :param scores: the arrays of each base, by its name.
    :param place: those of the place (:meth:`prle.models.labels.votes.place.Place.measure`), and its ``spread``.
    :param router: those of the router, none where examples decide (softmax).
    :param probes: how many of the nearest cells are looked into.
    :param poll: who votes on the validation rows; None where that is not known.
    """

    scores: Mapping[str, Mapping[str, NDArray[np.generic]]]
    place: Mapping[str, NDArray[np.generic]]
    router: Mapping[str, NDArray[np.generic]]
    differs: Differs | None
    voters: Voters
    probes: int
    poll: Poll | None = None

    def predictor(self, config: Config, target: Target, precision: type[np.floating] = np.float32) -> VotingPredictor:
        """Return what answers, under settled settings."""
        return VotingPredictor(
            config,
            place_of(config, target),
            target,
            self.voters,
            scores=self.scores,
            measured=self.place,
            router=self.router,
            differs=self.differs,
            probes=self.probes,
            precision=precision,
        )

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return all arrays by path."""
        found: dict[str, NDArray[np.generic]] = {
            f"scores/{base}/{name}": array for base, arrays in self.scores.items() for name, array in arrays.items()
        }
        parts: dict[str, Mapping[str, Any]] = {
            "place": self.place,
            "voting_router": self.router,
            "differs": {} if self.differs is None else self.differs.arrays(),
            "poll": {} if self.poll is None else self.poll.arrays(),
            "votes": {name: getattr(self.voters, name) for name in _VOTERS},
        }
        found |= {f"{part}/{name}": array for part, arrays in parts.items() for name, array in arrays.items()}
        return {**found, "votes/probes": np.asarray(self.probes, np.int64)}


def is_ballot(arrays: Mapping[str, Any]) -> bool:
    """Return whether stored arrays are those of a model with voters."""
    return "votes/rows" in arrays


def restored(arrays: Mapping[str, Any], config: Config) -> Ballot:
    """Undo :meth:`Ballot.arrays`.

    :raises ValueError: where voters do not fit together; ``LookupError`` where something is missing.
    """

    def part(prefix: str) -> dict[str, Any]:
        return {path.removeprefix(prefix): array for path, array in arrays.items() if path.startswith(prefix)}

    voters = Voters(
        **{name: arrays[f"votes/{name}"] for name in _VOTERS},
        anchors=arrays["anchors"],
        about=float(config.place.content),
    )
    _check(voters)
    probes, count = arrays["votes/probes"], len(voters.anchors)
    if probes.dtype != np.int64 or probes.shape != () or not 1 <= int(probes) <= count:
        message = f"votes/probes: expected a whole number from 1 to {count}, got {probes!r}"
        raise ValueError(message)
    return Ballot(
        scores={name: part(f"scores/{name}/") for name in str(config.votes.base).split("+")},
        place=part("place/"),
        router=part("voting_router/"),
        differs=Differs.of(part("differs/")),
        voters=voters,
        probes=int(probes),
        poll=Poll.of(part("poll/"), voters.rows),
    )


def _check(voters: Voters) -> None:
    """Refuse voters that do not fit together.

    :raises ValueError: saying what does not.
    """
    rows, starts, count = voters.rows, voters.starts, len(voters.anchors)
    whole = all(each.dtype == np.int64 and each.ndim == 1 for each in (rows, starts, voters.anchors))
    if not whole or not len(rows) or (rows < 0).any() or len(np.unique(rows)) != len(rows):
        message = "votes/rows: expected training rows by number, each once"
        raise ValueError(message)
    if len(starts) != count + 1 or starts[0] != 0 or starts[-1] != len(rows) or (np.diff(starts) < 0).any():
        message = f"votes/starts: expected where the cells of {count} prototypes begin"
        raise ValueError(message)
    shapes = voters.learned.ndim, voters.content.ndim, voters.labels.shape
    if any(each.dtype.kind != "f" for each in (voters.learned, voters.content, voters.labels)):
        message = "votes: expected places and labels that are numbers"
        raise ValueError(message)
    if shapes != (2, 2, rows.shape) or len(voters.learned) != len(rows) or len(voters.content) != len(rows):
        message = f"votes: expected a place and a label for each of {len(rows)} rows"
        raise ValueError(message)
    order = np.argsort(rows)
    places = order[np.minimum(np.searchsorted(rows, voters.anchors, sorter=order), len(rows) - 1)]
    if (rows[places] != voters.anchors).any() or (voters.cells[places] != np.arange(count)).any():
        message = "anchors: expected each to vote, in its own cell"
        raise ValueError(message)
    if not np.isfinite(voters.labels).all():
        message = "votes/labels: expected finite numbers"
        raise ValueError(message)


def place_of(config: Config, target: Target) -> Place:
    """Return the place that settled settings describe."""
    return Place(bases=together(cast("BaseName", config.votes.base), config), target=target)
