"""What a prediction hangs on, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from prle_cli.terminal.console import MODEL, MUTED, TITLE
from prle_cli.views.common.figures import count, fixed, plural, signed

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.explain.parts import CounterfactualReport, RemovalReport

_NAMED: Final = 12
"""As many prototypes or rows as a sentence lists by their numbers."""


def hanging_on(report: CounterfactualReport, decimals: int) -> list[RenderableType]:
    """Say without which examples the prediction would be another; no smaller set of them does it."""
    title = Text(f"What it hangs on: a move of {report.move:g}, all else as it is", TITLE)
    return [title, _sentence(report.examples, report.move, decimals)]


def _sentence(removal: RemovalReport, move: float, decimals: int) -> Text:
    """Name what was taken away, and what is then predicted."""
    if not removal.reached:
        return Text(
            f"Not without any of the {plural(removal.most, 'nearest training example')} does it move by {move:g}."
        )
    gone = plural(len(removal.removed), "training example")
    after = Text.assemble((fixed(removal.prediction, decimals + 1), MODEL), f" ({signed(removal.move, decimals + 1)})")
    return Text.assemble("Without ", (gone, TITLE), _numbers(removal), " it would be ", after, "; no fewer do it.")


def _numbers(removal: RemovalReport) -> Text:
    named = ", ".join(map(str, removal.removed[:_NAMED]))
    more = len(removal.removed) - _NAMED
    return Text(f" ({named}{f' and {count(more)} more' if more > 0 else ''})", MUTED)
