"""Search: try configurations on the validation rows, the better half for longer, and keep the best as the model."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, final

from prle.config import Config
from prle.config.rows import settings_of
from prle.errors import UsageError
from prle.metrics.numbers import in_words
from prle.models.labels.targets import ClassTarget, NumberTarget
from prle.models.labels.training.studies.search import best_first, changed, draw_trials, half, rungs
from prle.models.labels.votes.scores import suiting
from prle.observer import JUDGED, SILENT, Observer
from prle.stages import can
from prle.stages.common.judging import rows_of
from prle.stages.common.trials import read_trials
from prle.stages.fit.interface import FitReport, TrialRecord
from prle.stages.fit.labels import counted, fit_model, keep, settled_for
from prle.workspace import StoredSearch, open_workspace, save_search
from prle.workspace.sections import check_model_name

if TYPE_CHECKING:
    from pathlib import Path

    from prle.models.labels.checkpoint import Checkpoint
    from prle.models.labels.training.studies.search import Rung
    from prle.stages.fit.labels import Course
    from prle.workspace import Workspace


def search(
    workspace: Path, config: Config | None = None, *, trials: int, name: str = "default", observer: Observer = SILENT
) -> FitReport:
    """Try so many configurations, fit the best with all of ``config.train.epochs``, and keep it under ``name``.

    The first is ``config`` itself, by default all defaults, the others are drawn
    (:func:`prle.models.labels.training.studies.search.space`) with what ``config`` was given explicitly held fixed.
    Every fit starts from nothing. Each is stored when it ends, so a search that was interrupted goes on where it
    stopped, and one with more trials takes over what is known.

    :raises WorkspaceError: where the workspace is missing, or has no training or validation rows.
    :raises UsageError: for fewer than two trials, and where the settings do not fit the data.
    """
    if trials < 2:
        message = f"search: expected at least 2 trials, got {trials}."
        raise UsageError(message, hint="for example `prle fit --search 16`")
    check_model_name(name)
    with open_workspace(workspace) as opened:
        can.place("fit --search", can.subject(opened))
        configs = _configurations(opened, config or Config(), trials, observer)
        if len(configs) < trials:
            observer.note(f"configurations that differ, with what is held fixed: {len(configs)} of {trials}")
        ledger = _Ledger(opened, name, configs)
        best = _halve(ledger, configs, observer)
        checkpoint, course = _fit(opened, configs[best], observer)
        report = keep(opened, checkpoint, course, name=name)
        ledger.save(finished=True)
    return replace(report, trials=ledger.records)


def _fit(opened: Workspace, config: Config, observer: Observer = SILENT) -> tuple[Checkpoint, Course]:
    """Fit one trial; an ``auto`` means what it means for such rows, since the search itself is what tries things."""
    return fit_model(opened, settled_for(opened, config), observer=observer)


def _configurations(opened: Workspace, config: Config, trials: int, observer: Observer) -> tuple[Config, ...]:
    """Draw what is tried; a number of prototypes that is ``auto`` is settled once, for all."""
    train, validation = (rows_of(opened, split, "searching") for split in ("train", "validation"))
    config = counted(config, train, validation, observer)
    bases = () if config.votes.voters == "none" else suiting(train.kind, config)
    return draw_trials(config, trials=trials, rows=len(train.labels), kind=train.kind, bases=bases)


@final
class _Ledger:
    """The fits that are known, in memory and in the workspace."""

    def __init__(self, opened: Workspace, name: str, configs: tuple[Config, ...]) -> None:
        self._opened, self._name, self._configs = opened, name, configs
        self._settings = [settings_of(config) for config in configs]
        self._runs: dict[tuple[int, int], TrialRecord] = {}
        stored = opened.search(name)
        if stored is not None and stored.made_from == opened.identity:
            self._recall(read_trials(opened.path, stored))

    @property
    def records(self) -> tuple[TrialRecord, ...]:
        """Every fit, by trial and epochs."""
        return tuple(self._runs[key] for key in sorted(self._runs))

    def __contains__(self, run: tuple[int, int]) -> bool:
        """Return whether a trial has been fitted with so many epochs."""
        return run in self._runs

    def measured(self, trial: int, epochs: int) -> TrialRecord:
        """Return what a trial comes to, from the workspace or by fitting it now and storing that."""
        if (trial, epochs) not in self._runs:
            checkpoint, _ = _fit(self._opened, changed(self._configs[trial], {"train.epochs": epochs}))
            self._runs[trial, epochs] = TrialRecord(
                trial=trial,
                settings=self._settings[trial],
                epochs=epochs,
                seconds=checkpoint.measured["fit_seconds"],
                **{key: checkpoint.measured.get(key) for key in JUDGED},
            )
            self.save(finished=False)
        return self._runs[trial, epochs]

    def save(self, *, finished: bool) -> None:
        """Put everything that is known into the workspace."""
        stored = StoredSearch(
            name=self._name,
            trials=len(self._configs),
            seed=self._configs[0].train.seed,
            finished=finished,
            runs=tuple(asdict(record) for record in self.records),
            made_from=self._opened.identity,
        )
        save_search(self._opened.path, stored)

    def _recall(self, records: tuple[TrialRecord, ...]) -> None:
        """Take over the fits of exactly these configurations, whatever their number was."""
        for record in records:
            if record.settings in self._settings:
                trial = self._settings.index(record.settings)
                self._runs[trial, record.epochs] = replace(record, trial=trial, settings=self._settings[trial])


def _halve(ledger: _Ledger, configs: tuple[Config, ...], observer: Observer) -> int:
    """Return the trial that is left when the worse half has gone after every rung."""
    going = tuple(range(len(configs)))
    if len(going) == 1:
        return 0
    ladder = rungs(len(configs), configs[0].train)
    for number, rung in enumerate(ladder, start=1):
        title = f"search {number} of {len(ladder)}, {rung.epochs} epochs"
        ordered = _climb(ledger, going, rung, title, observer)
        going = ordered[: half(rung.trials)] if number < len(ladder) else ordered[:1]
    return going[0]


def _climb(ledger: _Ledger, going: tuple[int, ...], rung: Rung, title: str, observer: Observer) -> tuple[int, ...]:
    """Measure the trials of one rung, tell what came of it, and return them best first."""
    reused = sum((trial, rung.epochs) in ledger for trial in going)
    if reused < rung.trials:
        observer.progress(title, reused, rung.trials, "trials")
    done, found = reused, {}
    for trial in going:
        fresh = (trial, rung.epochs) not in ledger
        found[trial] = ledger.measured(trial, rung.epochs)
        if fresh:
            done += 1
            observer.progress(title, done, rung.trials, "trials")
    ordered = best_first({trial: record.error for trial, record in found.items()})
    best = found[ordered[0]]
    target = ClassTarget if best.of_classes else NumberTarget
    criterion, score = target.criterion, target.score
    before = f", {reused} of them known from before" if reused else ""
    observer.note(
        f"{title}: {rung.trials} trials{before}; best is trial {best.trial}, "
        f"validation {criterion.title} {in_words(best.error)}, {score.title} {best.score:.4f}"
    )
    return ordered
