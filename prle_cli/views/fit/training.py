"""What a fit looks like while it runs: where it is, what it loses, whether it still gets better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.progress_bar import ProgressBar
from rich.text import Text

from prle_cli.terminal.console import ACCENT, BEST, MODEL, MUTED
from prle_cli.views.common.cells import facts
from prle_cli.views.common.figures import choice_name, choice_shown, fixed, score_name, sparkline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from prle.observer import EpochRecord

_CURVE: Final = 40
_DECIMALS: Final = 4


def view(history: Sequence[EpochRecord]) -> RenderableType:
    """Show the newest epoch and the course of the validation so far."""
    if not history:
        return Text()
    now = history[-1]
    best = max(history, key=lambda record: (record.best, record.epoch))
    curve = sparkline([record.score for record in history], _CURVE)
    validation = Text.assemble((curve, ACCENT), "  ", (fixed(now.score, _DECIMALS), MODEL))
    validation.append(f"  {choice_name(now)} {choice_shown(now)}", MUTED)
    kept = f"{fixed(best.score, _DECIMALS)}, epoch {best.epoch}" if best.best else "none yet"
    return facts(
        [
            ("epoch", f"{now.epoch} of {now.epochs}, phase {now.phase}"),
            ("", ProgressBar(now.epochs, now.epoch, width=_CURVE, complete_style=ACCENT, finished_style=ACCENT)),
            ("losses", losses(now)),
            ("validation", validation),
            ("kept", Text(kept, style=BEST)),
            ("prototypes", f"{now.prototypes_in_use} in use"),
        ]
    )


def losses(record: EpochRecord) -> str:
    """Return the losses of an epoch by name: ``task 0.412  metric 0.087``."""
    return "  ".join(f"{name} {value:.4g}" for name, value in record.losses.items())


def line(record: EpochRecord) -> str:
    """Return an epoch as one plain line, for logs."""
    kept = ", kept" if record.best else ""
    trained = f"{losses(record)}; " if record.losses else ""
    return (
        f"epoch {record.epoch}/{record.epochs} {record.phase}: {trained}validation {score_name(record)} "
        f"{fixed(record.score, _DECIMALS)}, {choice_name(record)} {choice_shown(record)}; "
        f"{record.prototypes_in_use} prototypes in use{kept}"
    )
