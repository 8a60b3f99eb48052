"""The charts of the page, each a function of a record."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from prle.stages.report.interface import NumberLabels
from prle_cli.html.marks import Axis, diamond, element, lines, percentage, shade, together
from prle_cli.views.common.figures import UNKNOWN_CELL, fixed, label_decimals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prle.explanation.calibration import CalibrationGroup
    from prle.metrics.promise import Promise
    from prle.stages.report.interface import (
        EmbeddingMap,
        PredictedClass,
        PredictedNumber,
        RegimeProfile,
    )
    from prle_cli.html.kinds import Kind

HINT_LENGTH: Final = 140
"""Characters of a text that the hint of a dot shows."""

_GAP: Final = 0.12
"""Share of a bar's room that stays empty."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A plot with the parts that stand around it, each an SVG of its own.

    :param y_room: the numbers beside the plot, one a line: they make as much room for themselves as their font needs.
    :param said: what it shows, for those who do not see it.
    """

    plot: Markup
    x_ticks: Markup
    y_ticks: Markup
    y_room: Markup
    x_title: str
    y_title: str
    said: str


def embedding_map(found: EmbeddingMap, kind: Kind) -> Chart:
    """Draw training rows as dots in the colour of their label, and prototypes as numbers that lead to their regimes."""
    everything = [*((point.x, point.y) for point in found.points), *found.prototypes]
    x, y = Axis.around([at[0] for at in everything]), Axis.around([at[1] for at in everything], down=True)
    dots = together(
        element(
            "circle",
            element("title", _hint(point.row, "train", kind)),
            cx=x.at(point.x),
            cy=y.at(point.y),
            r=3,
            class_=kind.shade(point.row),
            data_p=point.row.prototype,
        )
        for point in found.points
    )
    marks = together(_mark(number, x.at(at[0]), y.at(at[1])) for number, at in enumerate(found.prototypes))
    first, second = found.shares
    return Chart(
        plot=element("g", dots, class_="dots", aria_hidden="true") + marks,
        x_ticks=Markup(""),
        y_ticks=Markup(""),
        y_room=Markup(""),
        x_title=f"first component, {first:.0%} of the variance",
        y_title=f"second component, {second:.0%}",
        said=f"Map of {len(found.points)} training rows, coloured by {kind.contents.data.label}, "
        f"with {len(found.prototypes)} prototypes",
    )


def residuals(rows: Sequence[PredictedNumber], split: str, kind: Kind) -> Chart:
    """Draw how far each prediction is off: above the line it is too high."""
    x = Axis.around([row.prediction for row in rows])
    y = Axis.around([row.prediction - row.label for row in rows] + [0.0], down=True)
    dots = together(
        element(
            "circle",
            element("title", _hint(row, split, kind)),
            cx=x.at(row.prediction),
            cy=y.at(row.prediction - row.label),
            r=2.5,
            class_="dot",
            data_p=row.prototype,
        )
        for row in rows
    )
    level = element("line", x1="0%", x2="100%", y1=y.at(0.0), y2=y.at(0.0), class_="truth")
    grid = _grid(x, y)
    return Chart(
        plot=grid + element("g", dots, class_="dots", aria_hidden="true") + level,
        x_ticks=_ticks_below(x),
        y_ticks=_ticks_beside(y),
        y_room=lines(*map(_round, y.ticks())),
        x_title="predicted",
        y_title="predicted \N{MINUS SIGN} label",
        said=f"Errors of {len(rows)} {split} rows against their predictions",
    )


def calibration_plot(groups: Sequence[CalibrationGroup], label_range: tuple[float, float]) -> Chart:
    """Draw the mean label of each group over its mean prediction, with its 95 % interval; the diagonal is perfect."""
    ends = [end for group in groups for end in (group.predicted, *group.interval)]
    axes = Axis.around(ends), Axis.around(ends, down=True)
    return _held_against(groups, axes, label_decimals(label_range), ("mean prediction", "mean label"))


def reliability_plot(groups: Sequence[CalibrationGroup]) -> Chart:
    """Draw the same of probabilities, from 0 to 1 at least."""
    axes = Axis.around((0.0, 1.0)), Axis.around((0.0, 1.0), down=True)
    return _held_against(groups, axes, 3, ("mean probability", "share that is so"))


def _held_against(
    groups: Sequence[CalibrationGroup], axes: tuple[Axis, Axis], decimals: int, titles: tuple[str, str]
) -> Chart:
    """Draw what was observed over what was predicted, both on axes with the same ends."""
    across, up = axes
    predicted, observed = titles
    perfect = element("line", x1="0%", y1="100%", x2="100%", y2="0%", class_="truth")
    path = together(
        element(
            "line",
            x1=across.at(first.predicted),
            y1=up.at(first.observed),
            x2=across.at(second.predicted),
            y2=up.at(second.observed),
            class_="path",
        )
        for first, second in pairwise(groups)
    )
    means = together(_mean(group, across, up, decimals) for group in groups)
    return Chart(
        plot=_grid(across, up) + perfect + path + means,
        x_ticks=_ticks_below(across),
        y_ticks=_ticks_beside(up),
        y_room=lines(*map(_round, up.ticks())),
        x_title=predicted,
        y_title=observed,
        said=f"{observed[:1].upper()}{observed[1:]} of {len(groups)} groups of rows against their {predicted}",
    )


def label_histogram(regime: RegimeProfile, everything: NumberLabels) -> Markup:
    """Draw the labels of a regime as bars, over those of all training rows in grey; a line marks its anchor."""
    counts = regime.labels.histogram if isinstance(regime.labels, NumberLabels) else ()
    own, every = _shares(counts), _shares(everything.histogram)
    tallest = max(*own, *every) or 1.0
    edges, ends = everything.edges, (everything.edges[0], everything.edges[-1])
    axis = Axis(*ends)
    bars = []
    for kind, shares in (("every", every), ("own", own)):
        for position, share in enumerate(shares):
            if share:
                width = (1.0 - _GAP) / len(shares)
                colour = shade((edges[position] + edges[position + 1]) / 2, ends) if kind == "own" else ""
                bar = element(
                    "rect",
                    x=percentage((position + _GAP / 2) / len(shares)),
                    y=percentage(1.0 - share / tallest),
                    width=percentage(width),
                    height=percentage(share / tallest),
                    class_=f"{kind} {colour}".strip(),
                )
                bars.append(bar)
    anchor = axis.at(float(regime.anchor.label))
    mark = element("line", x1=anchor, x2=anchor, y1="-8%", y2="100%", class_="anchor")
    said = f"Labels of regime {regime.prototype}: {regime.rows} training rows"
    return element("svg", together(bars), mark, class_="histogram", role="img", aria_label=said)


def scale(prediction: float, label: float | None, label_range: tuple[float, float]) -> Markup:
    """Draw a prediction as a dot and the label as a diamond on the range of labels, which may have to be widened."""
    known = [prediction] if label is None else [prediction, label]
    axis = Axis(min(*label_range, *known), max(*label_range, *known))
    at = axis.at(prediction)
    marks = [element("line", x1="0%", x2="100%", y1="50%", y2="50%", class_="track")]
    if label is not None:
        truth = axis.at(label)
        marks.append(element("line", x1=at, x2=truth, y1="50%", y2="50%", class_="miss"))
        marks.append(diamond(truth, "50%", "true"))
    marks.append(element("circle", cx=at, cy="50%", r=5, class_="said"))
    return element("svg", *marks, class_="scale", aria_hidden="true")


def weight_bar(share: float) -> Markup:
    """Draw a share of one as a bar."""
    bar = element("rect", width=percentage(min(1.0, max(0.0, share))), height="100%", rx=2)
    return element("svg", bar, class_="weight", aria_hidden="true")


def likeness(promise: Promise) -> Markup:
    """Draw how near voters are in content as a dot, beside chance as a line and rows of the same score as a ring."""
    axis = Axis(min(0.0, promise.content_chance, promise.content_score_only, promise.content), 1.0)
    chance = axis.at(promise.content_chance)
    marks = (
        element("line", x1="0%", x2="100%", y1="50%", y2="50%", class_="track"),
        element("line", x1=chance, x2=chance, y1="-100%", y2="200%", class_="chance"),
        element("circle", cx=axis.at(promise.content_score_only), cy="50%", r=4.5, class_="true"),
        element("circle", cx=axis.at(promise.content), cy="50%", r=5, class_="said"),
    )
    return element("svg", *marks, class_="scale likeness", aria_hidden="true")


def key(label_range: tuple[float, float], shades: int) -> Markup:
    """Draw the colours of labels from the lowest to the highest."""
    boxes = (
        element("rect", x=percentage(step / shades), width=percentage(1 / shades), height="100%", class_=f"s{step}")
        for step in range(shades)
    )
    low, high = (fixed(end, label_decimals(label_range)) for end in label_range)
    return element("svg", together(boxes), class_="key", role="img", aria_label=f"colours from {low} to {high}")


def shortened(text: str, length: int) -> str:
    """Return a text, cut with an ellipsis where it is longer than that."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def cells(row: Sequence[str], columns: Sequence[str]) -> str:
    """Return a row of a table as one text."""
    return ", ".join(f"{name} {cell or UNKNOWN_CELL}" for name, cell in zip(columns, row, strict=True))


def _hint(row: PredictedNumber | PredictedClass, split: str, kind: Kind) -> Markup:
    """Return what a dot says: the row, who dominates it, its label, what is predicted, and its texts or cells."""
    data = kind.contents.data
    texts = (cells(row.texts, data.fields),) if data.table else row.texts
    return lines(
        f"{split}:{row.row}, regime {row.prototype}: {kind.facts(row)}",
        *(shortened(text, HINT_LENGTH) for text in texts),
    )


def _mark(number: int, x: str, y: str) -> Markup:
    """Return a numbered prototype that leads to its regime."""
    return element(
        "a",
        element("circle", cx=x, cy=y, r=9),
        element("text", str(number), x=x, y=y, dy="0.35em", text_anchor="middle"),
        href=f"#regime-{number}",
        class_="prototype",
        data_p=number,
        aria_label=f"regime {number}",
    )


def _mean(group: CalibrationGroup, across: Axis, up: Axis, decimals: int) -> Markup:
    """Return a group's mean with its interval."""
    x, (low, high) = across.at(group.predicted), map(up.at, group.interval)
    predicted, observed = fixed(group.predicted, decimals), fixed(group.observed, decimals)
    from_, to = (fixed(end, decimals) for end in group.interval)
    said = f"{group.rows} rows: predicted {predicted}, observed {observed}, {from_} to {to}"
    return element(
        "g",
        element("title", said),
        element("line", x1=x, x2=x, y1=low, y2=high, class_="sure"),
        element("circle", cx=x, cy=up.at(group.observed), r=5, class_="mean"),
    )


def _grid(x: Axis, y: Axis) -> Markup:
    return together(
        [
            *(element("line", x1=x.at(t), x2=x.at(t), y1="0%", y2="100%", class_="grid") for t in x.ticks()),
            *(element("line", x1="0%", x2="100%", y1=y.at(t), y2=y.at(t), class_="grid") for t in y.ticks()),
        ]
    )


def _ticks_below(axis: Axis) -> Markup:
    return together(
        element("text", _round(tick), x=axis.at(tick), y="1.1em", text_anchor="middle") for tick in axis.ticks()
    )


def _ticks_beside(axis: Axis) -> Markup:
    return together(
        element("text", _round(tick), x="100%", dx=-8, y=axis.at(tick), dy="0.35em", text_anchor="end")
        for tick in axis.ticks()
    )


def _round(tick: float) -> str:
    return f"{tick:g}".replace("-", "\N{MINUS SIGN}")


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts) or 1
    return [count / total for count in counts]
