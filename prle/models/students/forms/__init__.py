"""The forms of students, and making one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.errors import UsageError
from prle.models.students.forms.linear import LinearStudent
from prle.models.students.forms.mlp import MLPStudent
from prle.models.students.forms.transformer import TransformerStudent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle.models.students.interface import Student, StudentName

STUDENTS: Final[Mapping[StudentName, type[Student]]] = {
    "linear": LinearStudent,
    "mlp": MLPStudent,
    "transformer": TransformerStudent,
}
"""All but `factored`, which keeps the teacher's routing and is no network."""


def make_student(name: StudentName, *, size: int, heads: int, layers: int, hidden: int = 0) -> Student:
    """Return a student of a form.

    :param hidden: width of whatever is hidden, at most; 0 for ``size``.
    :raises UsageError: for a number below 1.
    """
    if size < 1:
        message = f"--size: expected at least 1, got {size}."
        raise UsageError(message)
    students: dict[str, Student] = {
        "linear": LinearStudent(size=size, hidden=hidden),
        "mlp": MLPStudent(size=size, layers=layers, hidden=hidden),
        "transformer": TransformerStudent(size=size, heads=heads, layers=layers, hidden=hidden),
    }
    return students[name]
