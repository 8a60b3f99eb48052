"""What a prediction hangs on, in a sentence for prototypes and one for training examples."""

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
    """Say without what the prediction would be another, as a refit confirmed."""
    title = Text(f"What it hangs on: a move of {report.move:g}, confirmed by a refit", TITLE)
    if not report.prototypes.refitted:
        title = Text(f"What it hangs on: a move of {report.move:g}, experts as they are", TITLE)
    lines = [_sentence(report.prototypes, "prototype", report.move, decimals)]
    if report.examples is not None:
        lines.append(_sentence(report.examples, "training example", report.move, decimals))
    return [title, *lines]


def _sentence(removal: RemovalReport, noun: str, move: float, decimals: int) -> Text:
    """Name what was taken away, and what is then predicted."""
    gone = plural(len(removal.removed), noun)
    after = Text.assemble((fixed(removal.prediction, decimals + 1), MODEL), f" ({signed(removal.move, decimals + 1)})")
    if removal.reached:
        return Text.assemble("Without ", (gone, TITLE), _numbers(removal), " it would be ", after, ".")
    if not removal.removed:
        return Text(f"No {noun} that can be taken away moves it.")
    nothing = f"No {count(removal.most)} {noun}s or fewer were found that move it by {move:g}; "
    return Text.assemble(nothing, f"without {gone}", _numbers(removal), " it would be ", after, ".")


def _numbers(removal: RemovalReport) -> Text:
    named = ", ".join(map(str, removal.removed[:_NAMED]))
    more = len(removal.removed) - _NAMED
    return Text(f" ({named}{f' and {count(more)} more' if more > 0 else ''})", MUTED)
