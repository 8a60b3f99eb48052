"""The trials of a search: the best of them, and in what they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from prle_cli.terminal.console import MUTED, TITLE, safe
from prle_cli.views.common.cells import figure, table, words
from prle_cli.views.common.figures import choice_name, choice_shown, count, duration, fixed, plural, score_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from prle.stages.fit.interface import TrialRecord

_SHOWN: Final = 5


def best_table(runs: Sequence[TrialRecord]) -> Table:
    """Show the best five trials; what all of them have in common is not repeated."""
    from prle.stages.common.trials import best_trials

    ranked = best_trials(runs)
    spent = duration(sum(run.seconds for run in runs))
    shown = f", the best {_SHOWN}" if len(ranked) > _SHOWN else ""
    heads = (figure(score_name(runs[0])), figure(choice_name(runs[0]))) if runs else ()
    columns = (figure("trial"), figure("epochs"), *heads, words("settings"))
    title = f"{plural(len(ranked), 'trial')} on validation rows, {plural(len(runs), 'fit')}, {spent}{shown}"
    trials = table(*columns, title=title)
    for place, run in enumerate(ranked[:_SHOWN]):
        cells = (count(run.trial), count(run.epochs), fixed(run.score, 4), choice_shown(run))
        trials.add_row(*cells, _settings(run, ranked), style=TITLE if place == 0 else "")
    return trials


def _settings(run: TrialRecord, runs: Sequence[TrialRecord]) -> Text:
    common = {key for key, value in run.settings.items() if all(other.settings.get(key) == value for other in runs)}
    own = {key.rpartition(".")[2]: value for key, value in run.settings.items() if key not in common}
    if not own:
        return Text("as given", style=MUTED)
    return Text(", ".join(f"{safe(key)} {_said(value)}" for key, value in own.items()))


def _said(value: bool | int | float | str) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return safe(value) if isinstance(value, str) else f"{value:g}"
