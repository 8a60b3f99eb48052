"""Students of fitted models: small ones that say what those say."""

from prle.models.students.forms import STUDENTS, make_student
from prle.models.students.interface import Student, StudentName

__all__ = ["STUDENTS", "Student", "StudentName", "make_student"]
