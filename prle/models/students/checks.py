"""Refusing stored students that no distillation writes: arrays that would broadcast or cast their way to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from prle.models.labels.pairing import composed_width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from prle.models.students.interface import Student
    from prle.models.students.record import StudentRecord

    Arrays = Mapping[str, NDArray[np.generic]]


def check_shapes(
    student: Student, parameters: Arrays, row: tuple[int, int], *, tokens: int, places: int | None
) -> None:
    """Refuse parameters whose names or shapes are not those of the form.

    :param row: (S, H).
    :param tokens: P, prototypes that it attends to.
    :param places: groups that it is told; None for none.
    :raises ValueError: naming the array.
    """
    sentences, width = row
    reduced, told = parameters["reduce"].shape[-1], parameters["bias"].shape[-1]
    features = composed_width(sentences, reduced)
    shapes: dict[str, tuple[int, ...]] = {}
    if places is not None:
        embedded, kept = parameters["group_map"].shape
        shapes |= {"groups": (places + 1, embedded), "group_map": (embedded, kept)}
        features += kept
    shapes |= {"reduce": (width, reduced), "centre": (features,), "scale": (features,)}
    shapes |= {"weight": (features, told), "bias": (told,)}
    shapes |= student.correction_shapes(features, tokens, told)
    strange = sorted({*parameters} ^ {*shapes})
    if strange:
        message = f"{strange[0]}: {'missing' if strange[0] in shapes else 'no part of such a student'}"
        raise ValueError(message)
    for name, shape in shapes.items():
        if parameters[name].shape != shape or not all(shape):
            message = f"{name}: expected shape {shape}, got {parameters[name].shape}"
            raise ValueError(message)


def check_parts(record: StudentRecord, arrays: Arrays) -> None:
    """Refuse other parts than those that a strategy leaves behind, and more layers than there are arrays.

    :raises ValueError: saying what is wrong.
    """
    if record.form != "linear" and record.layers > len(arrays):
        message = f"{record.layers} layers of {len(arrays)} arrays"
        raise ValueError(message)
    factored = any(path.startswith("teacher/maps/") for path in arrays)
    says = record.strategy == "projection" or (record.strategy == "two-stage" and not factored)
    for part, wanted in (("output", says), ("routing", record.strategy != "projection")):
        if any(path.startswith(f"student/{part}/") for path in arrays) != wanted:
            message = f"strategy {record.strategy}, {'without' if wanted else 'with'} {part}"
            raise ValueError(message)


def below(arrays: Arrays, prefix: str) -> dict[str, NDArray[np.generic]]:
    """Return the arrays below a path.

    :raises ValueError: where one is not finite.
    """
    found = {path.removeprefix(prefix): array for path, array in arrays.items() if path.startswith(prefix)}
    for name, array in found.items():
        whole = array.dtype == np.int64 and name == "owner"
        if not whole and not _finite(array):
            message = f"{prefix}{name}: expected finite numbers"
            raise ValueError(message)
    return found


def absolute_errors(arrays: Arrays, judged: int) -> NDArray[np.float64] | None:
    """Return the absolute errors that a student was calibrated on; None where there are none. *Shape:* (judged,).

    :param judged: validation rows.
    :raises ValueError: where they are not those of the validation rows.
    """
    found = arrays.get("calibration/errors")
    if found is None:
        return None
    if found.shape != (judged,) or not _finite(found) or (cast("NDArray[np.floating]", found) < 0.0).any():
        message = f"calibration/errors: expected {judged} finite numbers of at least 0, got shape {found.shape}"
        raise ValueError(message)
    return np.asarray(found, np.float64)


def _finite(array: NDArray[np.generic]) -> bool:
    return array.dtype.kind == "f" and bool(np.isfinite(cast("NDArray[np.floating]", array)).all())
