"""Students of fitted models: small ones that say what those say."""

from prle.distillation.forms import STUDENTS, make_student
from prle.distillation.interface import Student, StudentName

__all__ = ["STUDENTS", "Student", "StudentName", "make_student"]
