"""How classes look on a page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final, final

from prle_cli.html.kinds import Kind, Measure, decimals, minus
from prle_cli.html.marks import SHADES
from prle_cli.views.common import figures
from prle_cli.views.common.figures import percent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.stages.explain.interface import ClassExplainReport
    from prle.stages.report.interface import ClassLabels, PredictedClass, ReportContents

_STRIDE: Final = 4
"""Steps of the colour scale between one class and the next where colours repeat, so that neighbours look different."""

_SHOWN: Final = 4
"""Classes that a regime, and the outcome of a row, is shown by."""


@dataclass(frozen=True, kw_only=True)
class ClassLine:
    """One class of a regime: its ``share`` of the labels there and of ``every`` row, and its mean probability."""

    name: str
    shade: str
    share: float
    every: float
    predicted: float


@dataclass(frozen=True, kw_only=True)
class ClassLines:
    """The classes of a regime: the most frequent ones one by one, the others in one line."""

    lines: tuple[ClassLine, ...]
    others: int
    share: float
    predicted: float


@dataclass(frozen=True, kw_only=True)
class Chance:
    """One class that a row may have, its probability, and whether it is ``predicted``, ``true`` or both."""

    name: str
    shade: str
    probability: float
    marks: str


@final
class Classes(Kind):
    """Classes: probabilities as percentages, and a colour for each class."""

    folder: ClassVar[str] = "class"
    tiles: ClassVar = (
        Measure("accuracy", "Accuracy", lambda value: percent(value, 1)),
        Measure("log_loss", "Log loss", decimals(3)),
    )
    part: ClassVar = (
        Measure("accuracy", "Accuracy", lambda value: percent(value, 1)),
        Measure("log_loss", "Log loss", decimals(3)),
    )
    whole: ClassVar = (
        Measure("accuracy", "Accuracy", decimals(4)),
        Measure("auc", "AUC", decimals(4)),
        Measure("log_loss", "Log loss", decimals(4)),
        Measure("brier", "Brier", decimals(4)),
        Measure("calibration_error", "ECE", decimals(4)),
        Measure("macro_f1", "Macro F1", decimals(4)),
    )
    compared: ClassVar = (
        Measure("accuracy", "Accuracy", decimals(4)),
        Measure("auc", "AUC", decimals(4)),
        Measure("log_loss", "Log loss", decimals(4)),
        Measure("macro_f1", "Macro F1", decimals(4)),
    )
    off_by: ClassVar[str] = "how little probability the true class has"
    outcome_key: ClassVar[str] = "Bars are the probabilities of the likeliest classes, and of the true one."
    labels_key: ClassVar[str] = (
        "Bars are the classes of its rows, the tick on them the share in all training rows; beside them the mean "
        "probability that is predicted."
    )

    def __init__(self, contents: ReportContents) -> None:
        super().__init__(contents)
        names = contents.data.classes
        self.repeats = len(names) > SHADES
        self._shades = {name: f"s{self._step(code, len(names))}" for code, name in enumerate(names)}
        logits = any(getattr(each, "space", None) == "logits" for each in contents.explained)
        self._logits, self.decimals = logits, 1 if logits else 2

    @property
    def span(self) -> str:
        """The names of few classes, the number of many."""
        names = self.contents.data.classes
        return ", ".join(names[:-1]) + f" or {names[-1]}" if len(names) <= _SHOWN else f"{len(names)} classes"

    @property
    def filters(self) -> Mapping[str, Callable[..., str]]:
        """Names as they are; terms as percentages, or as logits."""
        if self._logits:
            said = {"says": lambda value: minus(figures.fixed(value, 2)), "amount": self._signed}
            return {"label": str, "total": said["says"], **said}
        return {"label": str, "says": _percent, "total": _percent, "amount": lambda value: f"+{_percent(value)}"}

    def shade(self, row: PredictedClass) -> str:
        """Return the colour of a row's class."""
        return self._shades[row.label]

    def facts(self, row: PredictedClass) -> str:
        """Return two names and a probability."""
        return f"{row.label}, predicted {row.prediction} {_percent(row.probability)}"

    def told(self, row: Any, explained: Any) -> str:  # noqa: ARG002
        """Return the name of a class."""
        return str(row.label)

    def voted(self, explained: ClassExplainReport) -> str:
        """Return an alpha that counts, or does not."""
        return f"alpha where the label is {explained.shown_class}"

    def decided(self, explained: ClassExplainReport) -> str:
        """Return the name of the class whose probability, or logit, the parts make."""
        return f"{explained.label_name} {explained.shown_class}"

    @property
    def key(self) -> list[tuple[str, str]]:
        """Every class with its colour."""
        return list(self._shades.items())

    def of_regime(self, labels: ClassLabels) -> ClassLines:
        """Return the most frequent classes of a regime, and the others together."""
        every = self._every
        ranked = sorted(labels.shares, key=lambda name: (-labels.shares[name], -labels.predicted[name]))
        shown = [name for name in ranked[:_SHOWN] if labels.shares[name] or labels.predicted[name] >= 0.01]
        rest = [name for name in ranked if name not in shown]
        return ClassLines(
            lines=tuple(
                ClassLine(
                    name=name,
                    shade=self._shades[name],
                    share=labels.shares[name],
                    every=every[name],
                    predicted=labels.predicted[name],
                )
                for name in shown
            ),
            others=len(rest),
            share=math.fsum(labels.shares[name] for name in rest),
            predicted=math.fsum(labels.predicted[name] for name in rest),
        )

    def chances(self, explained: ClassExplainReport) -> list[Chance]:
        """Return the likeliest classes of a row, and the true one if it is not among them."""
        ranked = sorted(explained.probabilities, key=lambda name: -explained.probabilities[name])
        true = [explained.label] if explained.label is not None and explained.label not in ranked[: _SHOWN - 1] else []
        return [
            Chance(
                name=name,
                shade=self._shades[name],
                probability=explained.probabilities[name],
                marks=", ".join(
                    word
                    for word, holds in (
                        ("predicted", name == explained.prediction),
                        ("true", name == explained.label),
                    )
                    if holds
                ),
            )
            for name in (*ranked[: _SHOWN - 1], *true)
        ]

    @property
    def _every(self) -> Mapping[str, float]:
        labels: Any = self.contents.labels
        shares: Mapping[str, float] = labels.shares
        return shares

    def _signed(self, value: float) -> str:
        return minus(figures.signed(value, 2))

    def _step(self, code: int, classes: int) -> int:
        """Return the step of the colour scale: spread over it, or around it again and again where classes are many."""
        return code * _STRIDE % SHADES if self.repeats else round(code * (SHADES - 1) / max(classes - 1, 1))


def _percent(share: float) -> str:
    return percent(share, 1)
