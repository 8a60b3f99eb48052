"""How a student came about, as its summary keeps it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import get_args

from prle.models.students.interface import StrategyName, StudentName


@dataclass(frozen=True, kw_only=True)
class StudentRecord:
    """How a student came about, as its summary keeps it.

    :param seal: the checksum of the teacher when it was distilled.
    :param target: ``number``, ``class`` or ``text``.
    :param residual: whether a question's own vector is added.
    :param filing: ``group`` or ``path``: what ``places`` are names of; empty where it is not told.
    :param tokens: prototypes of the teacher, which a transformer attends to; 0 where a file does not say.
    :param hidden: width of whatever is hidden, at most; 0 for ``size``.
    """

    teacher: str
    seal: str
    form: StudentName
    strategy: StrategyName
    size: int
    heads: int
    layers: int
    importance: str
    residual: bool = False
    filing: str = ""
    places: list[str] = field(default_factory=list)
    group_embedding: str = ""
    shrinkage: float = 0.0
    lexical: float = 0.0
    combination: str = ""
    tokens: int = 0
    hidden: int = 0

    def check(self) -> None:
        """Refuse what no distillation writes.

        :raises ValueError: saying what is wrong.
        """
        numbers = (self.size, self.heads, self.layers)
        shares = (self.shrinkage, self.lexical)
        sound = {
            "form": self.form in get_args(StudentName),
            "strategy": self.strategy in get_args(StrategyName),
            "size, heads, layers": all(type(each) is int and each > 0 for each in numbers),
            "tokens, hidden": all(type(each) is int and each >= 0 for each in (self.tokens, self.hidden)),
            "filing": self.filing in ("", "group", "path"),
            "places": all(isinstance(place, str) for place in self.places),
            "residual": type(self.residual) is bool,
            "shrinkage, lexical": all(type(n) in (int, float) and math.isfinite(n) and n >= 0 for n in shares),
        }
        broken = [name for name, good in sound.items() if not good]
        if broken:
            message = f"{broken[0]} of a student: not what prle writes"
            raise ValueError(message)
