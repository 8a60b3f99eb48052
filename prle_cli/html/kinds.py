"""What a page draws differently for numbers and for classes: its figures, how labels are written, and some partials."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from prle_cli.views.common import figures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.stages.report.interface import ReportContents


@dataclass(frozen=True)
class Measure:
    """One figure of a record.

    :param key: the field that has it, and ``title`` what people call it.
    :param write: how it is written where it is known.
    """

    key: str
    title: str
    write: Callable[[float], str]

    def of(self, record: object) -> str:
        """Return the figure of a record as it is shown."""
        value: float | None = getattr(record, self.key)
        return figures.UNKNOWN if value is None else minus(self.write(value))


def decimals(places: int) -> Callable[[float], str]:
    """Return what writes a figure with so many decimals."""
    return lambda value: figures.fixed(value, places)


def minus(number: str) -> str:
    """Return a written number with a true minus sign."""
    return number.replace("-", "\N{MINUS SIGN}")


COVERED: Final = Measure("coverage", "Covered by the 90 % interval", lambda value: figures.percent(value, 1))
COVERED_PART: Final = Measure("coverage", "Covered", lambda value: figures.percent(value, 1))


class Kind(ABC):
    """How one kind of label looks on a page. Attributes are for templates.

    :param contents: what is on the page.
    """

    folder: ClassVar[str]
    """Where the partials of this kind are."""

    tiles: ClassVar[tuple[Measure, ...]]
    """The figures that a page opens with."""

    whole: ClassVar[tuple[Measure, ...]]
    """Those of a split, ``part`` those of a regime, and ``compared`` those of a comparison, the score first."""

    part: ClassVar[tuple[Measure, ...]]
    compared: ClassVar[tuple[Measure, ...]]

    off_by: ClassVar[str]
    """What explained rows are ordered by, and ``outcome_key`` and ``labels_key`` how their pictures are read."""

    outcome_key: ClassVar[str]
    labels_key: ClassVar[str]

    decimals: int
    """Of what is said in a ledger; what adds up has one more."""

    def __init__(self, contents: ReportContents) -> None:
        self.contents = contents
        covered = any(each.coverage is not None for each in contents.figures)
        self.measures = (*self.whole, *([COVERED] if covered else []))
        self.parts = (*self.part, *([COVERED_PART] if covered else []))

    def partial(self, name: str) -> str:
        """Return the template of this kind for one place of the page."""
        return f"{self.folder}/{name}.html.j2"

    @property
    @abstractmethod
    def span(self) -> str:
        """What labels there are, in a few words."""

    @property
    @abstractmethod
    def filters(self) -> Mapping[str, Callable[..., str]]:
        """How labels and terms are written: ``label``, ``says``, ``total`` and ``amount``, which has a sign."""

    @abstractmethod
    def shade(self, row: Any) -> str:
        """Return the class of the colour of a row."""

    @abstractmethod
    def facts(self, row: Any) -> str:
        """Return label and prediction of a row in words."""

    @abstractmethod
    def told(self, row: Any, explained: Any) -> str:
        """Return the label of a training row that an explanation shows."""

    @abstractmethod
    def voted(self, explained: Any) -> str:
        """Return what a training row that votes adds, as a formula."""

    @abstractmethod
    def decided(self, explained: Any) -> str:
        """Return what the parts of an explanation add up to."""
