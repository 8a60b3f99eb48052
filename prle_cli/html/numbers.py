"""How numbers look on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, final

from prle_cli.html.kinds import Kind, Measure, decimals, minus
from prle_cli.html.marks import shade
from prle_cli.views.common import figures
from prle_cli.views.explain.ledgers import TIMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.stages.report.interface import PredictedNumber, ReportContents


@final
class Numbers(Kind):
    """Numbers: as many decimals as show about three figures."""

    folder: ClassVar[str] = "number"
    tiles: ClassVar = (Measure("pearson", "Pearson", decimals(3)), Measure("rmse", "RMSE", figures.error))
    part: ClassVar = (Measure("rmse", "RMSE", figures.error), Measure("mae", "MAE", figures.error))
    whole: ClassVar = (
        Measure("pearson", "Pearson", decimals(4)),
        Measure("spearman", "Spearman", decimals(4)),
        *part,
        Measure("r2", "R²", decimals(4)),
    )
    compared: ClassVar = (
        Measure("pearson", "Pearson", decimals(4)),
        Measure("spearman", "Spearman", decimals(4)),
        Measure("rmse", "RMSE", figures.error),
        Measure("r2", "R²", decimals(4)),
    )
    off_by: ClassVar[str] = "absolute error"
    outcome_key: ClassVar[str] = "The dot is the prediction, the diamond the label."
    labels_key: ClassVar[str] = (
        "Bars are the labels of the regime, grey ones those of all training rows; the line marks the anchor."
    )

    def __init__(self, contents: ReportContents) -> None:
        super().__init__(contents)
        self.decimals = figures.label_decimals(contents.data.label_range)

    @property
    def span(self) -> str:
        """The lowest and the highest label."""
        low, high = map(self._label, self.contents.data.label_range)
        return f"{low} to {high}"

    @property
    def filters(self) -> Mapping[str, Callable[..., str]]:
        """Labels in their units; what adds up has a decimal more."""
        return {
            "label": self._label,
            "says": self._label,
            "total": lambda value: minus(figures.fixed(value, self.decimals + 1)),
            "amount": lambda value: minus(figures.signed(value, self.decimals + 1)),
        }

    def shade(self, row: PredictedNumber) -> str:
        """Return the colour of a label between the lowest and the highest."""
        return shade(row.label, self.contents.data.label_range)

    def facts(self, row: PredictedNumber) -> str:
        """Return two numbers."""
        return (
            f"label {figures.fixed(row.label, self.decimals)}, predicted {figures.fixed(row.prediction, self.decimals)}"
        )

    def told(self, row: Any, explained: Any) -> str:
        """Return a label, starred where the model was told another one than the data have."""
        return ("*" if row.row in explained.relabelled else "") + self._label(row.label)

    def voted(self, explained: Any) -> str:  # noqa: ARG002
        """Return a product."""
        return f"alpha {TIMES} label"

    def decided(self, explained: Any) -> str:  # noqa: ARG002
        """Return the name of the sum."""
        return "prediction"

    def _label(self, value: float) -> str:
        return minus(figures.fixed(value, self.decimals))
