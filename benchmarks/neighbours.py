"""What few voters cost, and few prototypes: the error of a vote against k and against P, in Markdown and as a picture.

``python -m benchmarks.neighbours DATA FOLDER --sets emobank sst5 --svg docs/voters.svg`` embeds and fits each set once
(as ``benchmarks/votes.py`` does, seed 0, its models are shared), and then refits the vote alone: the arrays of the base
and the weights of the place stay, for each k the temperature is chosen on validation rows, for each P prototypes are
chosen and rows filed anew. Sets of numbers alone; about five CPU minutes a set.
"""

from __future__ import annotations

import argparse
import math
import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

import numpy as np

from benchmarks.panels import Panel, picture
from benchmarks.votes import model_of, prepare, say
from prle.config import PlaceConfig
from prle.explanation.promise import promise
from prle.models.labels.checkpoint import load
from prle.models.labels.votes.ballot import place_of
from prle.models.labels.votes.choosing import Choice
from prle.models.labels.votes.electing import Placed, elect
from prle.models.labels.votes.place import Reading
from prle.stages.common.judging import rows_of
from prle.workspace import open_workspace
from prle_cli.html.marks import Axis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.panels import Points
    from prle.config import VotersName
    from prle.metrics.promise import Promise
    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.votes.choosing import Trial
    from prle.workspace import Workspace

NUMBERS: Final = ("emobank", "sst5", "stsb", "sick")
COUNTS: Final = (5, 10, 25, 50, 100, 200)
"""Voters, k."""

PROTOTYPES: Final = (8, 16, 32, 64, 128, 256)
"""P."""

VOTERS: Final[tuple[VotersName, ...]] = ("examples", "prototypes")
SEED: Final = 0

ONE: Final = 1.0
"""Standard errors by which few voters may be worse than the best number of them."""

BY_COUNT: Final = (
    "data, k",
    "temperature",
    "validation",
    "above the best k, in SE",
    "test",
    "beside the k of the fit",
    "carried",
    "told",
    "voters for 80 %",
    "prototypes for 80 %",
)
BY_PROTOTYPES: Final = (
    "data, P",
    "who votes",
    "validation",
    "test",
    "beside the fit",
    "carried",
    "told",
    "prototypes for 80 %",
)


@final
@dataclass(frozen=True, kw_only=True)
class Refit:
    """A vote that was cast anew over the same base and place.

    :param validation: Pearson, RMSE and others by name, and ``test`` likewise.
    :param squares: squared errors of the test rows. *Shape:* (N,)
    :param promised: on the test rows.
    :param trial: what the temperature was chosen by, where it was.
    """

    checkpoint: Checkpoint
    validation: Mapping[str, float]
    test: Mapping[str, float]
    squares: NDArray[np.float64]
    promised: Promise
    trial: Trial | None = None


@final
class Recast:
    """Casts the vote of a fitted model anew, and fits nothing before it."""

    def __init__(self, opened: Workspace, model: str) -> None:
        fitted = load(opened, model)
        if fitted.ballot is None:
            message = f"{model}: expected a model in which examples vote."
            raise SystemExit(message)
        self._fitted, self._ballot = fitted, fitted.ballot
        self._train, self._validation, self._test = (
            rows_of(opened, split, "measuring") for split in ("train", "validation", "test")
        )

    @property
    def usual(self) -> int:
        """The k that the fit settled on."""
        return int(self._fitted.config.place.neighbours)

    def among(self, count: int) -> Refit:
        """Let so many vote, at the temperature that serves the validation rows best."""
        place = self._fitted.config.place
        # What was learned is weighed already, and stands for the score: only the content is weighed once more.
        asked = PlaceConfig(content=place.content, everyone=place.everyone, neighbours=count)
        trial = self._choice.best(asked)
        found = {"temperature": trial.temperature, "neighbours": trial.neighbours}
        return self._refit(trial, place=found)

    def over(self, prototypes: int, voters: VotersName) -> Refit:
        """File the rows under so many prototypes, and let examples vote or the anchors alone."""
        return self._refit(prototypes={"count": prototypes}, votes={"voters": voters})

    def _refit(self, trial: Trial | None = None, **sections: Mapping[str, object]) -> Refit:
        """Elect under other settings, by section, and measure."""
        config = self._fitted.config
        changed = {name: getattr(config, name).model_copy(update=each) for name, each in sections.items()}
        elected = elect(config.model_copy(update=changed), self._fitted.target, self._filed, self._checks)
        ballot = replace(
            self._ballot,
            voters=elected.voters,
            router=elected.router,
            differs=elected.differs,
            probes=elected.probes,
            poll=None,
        )
        return self._measured(
            replace(self._fitted, config=elected.config, ballot=ballot, anchors=elected.voters.anchors), trial
        )

    def _measured(self, checkpoint: Checkpoint, trial: Trial | None) -> Refit:
        predictor, target = checkpoint.predictor(), checkpoint.target
        validation, test = (predictor.predict(rows.sentences) for rows in (self._validation, self._test))
        return Refit(
            checkpoint=checkpoint,
            validation=target.measures(self._validation.labels, validation),
            test=target.measures(self._test.labels, test),
            squares=(self._test.labels - test) ** 2,
            promised=promise(checkpoint, self._train, self._test, seed=SEED),
            trial=trial,
        )

    @cached_property
    def _filed(self) -> Placed:
        """The training rows as they were filed, scored without their own labels."""
        voters, target, labels = self._ballot.voters, self._fitted.target, self._train.labels
        place, sentences = place_of(self._fitted.config, target), self._train.sentences[:]
        learned = np.asarray(voters.learned[voters.place_of], np.float32)
        bases = sum(each.score is not None for each in place.expected(self._ballot.scores, sentences[:1]))
        residuals = None
        if bases:
            scores = learned[:, :bases].astype(np.float64) / self._fitted.config.place.score
            residuals = target.exact(labels)[:, 0] - scores.sum(axis=1) / bases**0.5
        return Placed(
            learned=learned,
            # Read anew: voters keep it in half precision, from which other prototypes would be chosen.
            content=np.asarray(place.read(self._ballot.place, [], sentences).content, np.float32),
            labels=labels,
            residuals=residuals,
        )

    @cached_property
    def _checks(self) -> Placed:
        """The validation rows where the model places them."""
        predictor = self._ballot.predictor(self._fitted.config, self._fitted.target)
        learned, content = predictor.placed(self._validation.sentences[:])
        return Placed(
            learned=np.asarray(learned, np.float32),
            content=np.asarray(content, np.float32),
            labels=self._validation.labels,
        )

    @cached_property
    def _choice(self) -> Choice:
        readings = [
            Reading(score=each.learned, value=None, content=each.content) for each in (self._filed, self._checks)
        ]
        labels, goal = self._train.labels, self._validation.labels
        return Choice(self._fitted.target, readings[0], labels, readings[1], goal, seed=SEED, unseen=False)


@final
@dataclass(frozen=True, kw_only=True)
class Curves:
    """What was measured of a set.

    :param usual: the k that the fit settled on, which is among those of ``counts``.
    :param counts: by k.
    :param votes: by P, of who votes.
    """

    usual: int
    counts: Mapping[int, Refit]
    votes: Mapping[VotersName, Mapping[int, Refit]]

    @property
    def trials(self) -> list[Trial]:
        """What validation rows say of each k."""
        return [each.trial for each in self.counts.values() if each.trial is not None]

    @property
    def best(self) -> Trial:
        """What they say of the k that they like best."""
        return min(self.trials, key=lambda each: each.error)

    def fewest(self, *, paired: bool) -> int:
        """Return the smallest k that is within a standard error of the best.

        :param paired: whether that of the differences row by row is meant; else that of the best mean itself.
        """
        best = self.best
        limit = best.error + float(best.errors.std()) / len(best.errors) ** 0.5
        return next(
            each.neighbours for each in self.trials if (each.level(best, ONE) if paired else each.error <= limit)
        )

    def beside(self, refit: Refit) -> float:
        """Return by how many per cent a test RMSE is above that of the usual k."""
        return 100.0 * (refit.test["rmse"] / self.counts[self.usual].test["rmse"] - 1.0)

    def points(self, refits: Mapping[int, Refit]) -> Points:
        """Return these by k, or by P."""
        return [(count, self.beside(each)) for count, each in refits.items()]


def main() -> None:
    """Embed and fit what is missing, refit the votes, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="where the data sets are")
    parser.add_argument("folder", type=Path, help="where workspaces are made")
    parser.add_argument("--sets", nargs="*", choices=NUMBERS, default=NUMBERS[:2], metavar="SET")
    parser.add_argument("--svg", type=Path, help="where to draw it")
    said = parser.parse_args()
    os.environ["PRLE_DATA"] = str(said.data)
    said.folder.mkdir(parents=True, exist_ok=True)
    found = {name: _measured(name, said.data, said.folder / f"{name}.h5") for name in said.sets}
    _print(BY_COUNT, [row for name, curves in found.items() for row in _by_count(name, curves)])
    _print(BY_PROTOTYPES, [row for name, curves in found.items() for row in _by_prototypes(name, curves)])
    for name, curves in found.items():
        say(f"{name}: {cost(curves)}")
    if said.svg is not None:
        said.svg.write_text(drawn(found))


def _measured(name: str, data: Path, workspace: Path) -> Curves:
    prepare(name, data, workspace, range(SEED, SEED + 1))
    with open_workspace(workspace) as opened:
        recast = Recast(opened, model_of(SEED))
        return Curves(
            usual=recast.usual,
            counts={count: recast.among(count) for count in sorted({*COUNTS, recast.usual})},
            votes={voters: {count: recast.over(count, voters) for count in PROTOTYPES} for voters in VOTERS},
        )


def _by_count(name: str, curves: Curves) -> Iterator[Sequence[str]]:
    for count, refit in curves.counts.items():
        promised, trial = refit.promised, refit.trial
        yield (
            f"{name}, {count}",
            f"{refit.checkpoint.config.place.temperature:g}",
            _figures(refit.validation),
            "" if trial is None else f"{in_errors(trial.errors - curves.best.errors):.2f}",
            _figures(refit.test),
            f"{curves.beside(refit):+z.2f} %",
            f"{promised.carried:.3f}",
            f"{promised.told:.3f}",
            f"{promised.voters_80:.1f}",
            f"{promised.prototypes_80:.1f}",
        )


def _by_prototypes(name: str, curves: Curves) -> Iterator[Sequence[str]]:
    for voters, refits in curves.votes.items():
        for count, refit in refits.items():
            promised = refit.promised
            yield (
                f"{name}, {count}",
                voters,
                _figures(refit.validation),
                _figures(refit.test),
                f"{curves.beside(refit):+z.2f} %",
                f"{promised.carried:.3f}",
                f"{promised.told:.3f}",
                f"{promised.prototypes_80:.1f}",
            )


def cost(curves: Curves) -> str:
    """Say which k is within a standard error of the best on validation rows, and what it costs on test rows."""
    paired, single = (curves.fewest(paired=each) for each in (True, False))
    return (
        f"the fit took k = {curves.usual}; validation rows like {curves.best.neighbours} best, and {paired} are the "
        f"fewest within a standard error of the paired difference ({_price(curves, paired)}), {single} within that of "
        f"the best error itself ({_price(curves, single)})."
    )


def _price(curves: Curves, count: int) -> str:
    refit, usual = curves.counts[count], curves.counts[curves.usual]
    return (
        f"test RMSE {curves.beside(refit):+z.2f} %, {in_errors(refit.squares - usual.squares):+z.1f} standard errors; "
        f"80 % of the weight in {refit.promised.voters_80:.1f} rows for {usual.promised.voters_80:.1f}"
    )


def in_errors(differences: NDArray[np.float64]) -> float:
    """Return the mean of paired differences in its standard errors; zero where all are alike. *Shape:* (N,)."""
    spread = float(differences.std())
    return float(differences.mean()) / spread * len(differences) ** 0.5 if spread else 0.0


def drawn(found: Mapping[str, Curves]) -> str:
    """Return the picture: test errors by k and by P, beside those of the fit."""
    by_count = {name: curves.points(curves.counts) for name, curves in found.items()}
    by_prototypes = {
        voters: {name: curves.points(curves.votes[voters]) for name, curves in found.items()} for voters in VOTERS
    }
    taken = {name: curves.points({curves.usual: curves.counts[curves.usual]}) for name, curves in found.items()}
    # On one scale, so that what few voters cost can be seen beside what it costs to let prototypes alone vote.
    marks = ticks(by_count, *by_prototypes.values())
    counts = Panel(
        title="Test RMSE beside that of the fit, by k",
        note="examples vote; dot: the k that the fit took",
        across="k, rows that vote",
        lines=by_count,
        dashed={},
        dots=taken,
        ticks=marks,
        even=True,
    )
    prototypes = Panel(
        title="The same, by P",
        note="prototypes alone vote; dashed: examples vote",
        across="P, prototypes",
        lines=by_prototypes["prototypes"],
        dashed=by_prototypes["examples"],
        ticks=marks,
        even=True,
    )
    shows = "Test RMSE by number of voters and by number of prototypes, in per cent above that of the fit"
    return picture((counts, prototypes), list(found), shows=shows)


def ticks(*lines: Mapping[str, Points]) -> list[tuple[float, str]]:
    """Return round values below, between and above all points, as percentages."""
    values = [value for each in lines for points in each.values() for _, value in points]
    marks = Axis(min(0.0, *values), max(1.0, *values)).ticks(7)
    step = marks[1] - marks[0]
    first, last = math.floor(min(0.0, *values) / step), math.ceil(max(1.0, *values) / step)
    return [(number * step, f"{number * step:+z.4g} %" if number else "0") for number in range(first, last + 1)]


def _figures(measures: Mapping[str, float]) -> str:
    return f"{measures['pearson']:.4f} / {measures['rmse']:.4f}"


def _print(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    say(f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}")
    for row in rows:
        say(f"| {' | '.join(row)} |")
    say("")


if __name__ == "__main__":
    main()
