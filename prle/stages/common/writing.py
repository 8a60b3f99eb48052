"""How numbers and names are written for people: one place decides on decimals and units, and on what a name may do."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prle.observer import Judged

UNKNOWN: Final = "n/a"

SYNTHETIC: Final = "Synthetic data, made by prle itself: the figures say nothing about real texts."
"""What is said beside figures of such data, so that none is taken for a result."""

_LABEL_FIGURES: Final = 3
_LABEL_DECIMALS: Final = 6

_LISTED: Final = 12
"""As many columns as are listed one by one."""

_JOINERS: Final = frozenset("\u200c\u200d")
"""Zero-width joiners: invisible, harmless, and needed by Persian, Indic scripts and emoji."""

WHOLE: Final = 0.995
"""From here on a share would be rounded to all of it."""

NEARLY: Final = 0.999
ROUNDING: Final = 1e-9


def safe(text: str) -> str:
    r"""Return ``text`` as one line that cannot steer a terminal.

    White space that moves the cursor becomes a blank, other controls become their pictures (ESC is shown as ``␛``),
    and what reorders or hides text (bidirectional overrides, lone surrogates) becomes U+FFFD.
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_harmless, text))


def label_decimals(label_range: tuple[float, float]) -> int:
    """Return how many decimals show about three figures of a label: 2 for 0 to 5, 0 for 0 to 500 000."""
    span = abs(label_range[1] - label_range[0])
    if not math.isfinite(span) or span == 0:
        return 2
    return min(_LABEL_DECIMALS, max(0, _LABEL_FIGURES - 1 - math.floor(math.log10(span))))


def fixed(value: float | None, decimals: int) -> str:
    """Return ``value`` with that many decimals, ``n/a`` where there is none, and never ``-0.00``."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{value:z,.{decimals}f}"


def percent(share: float, decimals: int = 0) -> str:
    """Return a share of one as a percentage; a whole one says 100 only of all: ``99.6 %``."""
    if not decimals and WHOLE <= share < 1.0 - ROUNDING:
        return percent(min(share, NEARLY), 1)
    return f"{share:z.{decimals}%}".replace("%", " %") if math.isfinite(share) else UNKNOWN


def error(value: float | None) -> str:
    """Return an error in label units, whose scale is anybody's: 4 decimals below ten, none above a thousand."""
    if value is None:
        return UNKNOWN
    return fixed(value, 4 if abs(value) < 10 else 2 if abs(value) < 1000 else 0)


def count(value: int) -> str:
    """Return a whole number with its thousands marked."""
    return f"{value:,}"


def size(length: float) -> str:
    """Return a length in bytes in decimal units: ``18.4 MB``."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if length < 1000:
            return f"{length:.0f} {unit}" if unit == "bytes" else f"{length:.1f} {unit}"
        length /= 1000
    return f"{length:,.1f} TB"


def score_name(record: Judged) -> str:
    """Return what people look at first: Pearson of numbers, accuracy of classes, R@1 of texts."""
    if record.of_texts:
        return "R@1"
    return "accuracy" if record.of_classes else "Pearson"


def choice_name(record: Judged) -> str:
    """Return what epochs and trials are chosen by on validation: RMSE of numbers, log loss of classes, MRR of texts."""
    if record.of_texts:
        return "MRR"
    return "log loss" if record.of_classes else "RMSE"


def choice(record: Judged) -> float:
    """Return the figure of that name: less is better, but of texts more."""
    return record.error if record.validation_mrr is None else record.validation_mrr


def choice_shown(record: Judged) -> str:
    """Return that figure as it is written."""
    return error(choice(record))


def splits(rows: Mapping[str, int]) -> str:
    """Return the splits and their lengths: ``train 5,749, validation 1,500, test 1,379``."""
    return ", ".join(f"{name} {count(length)}" for name, length in rows.items())


def fields_and_label(fields: Sequence[str], label: str) -> str:
    """Return which columns are read and which is predicted: ``sentence1, sentence2 -> label``."""
    listed = ", ".join(fields[:_LISTED])
    rest = f" and {count(len(fields) - _LISTED)} more" if len(fields) > _LISTED else ""
    return f"{listed}{rest} -> {label}"


def class_names(names: Sequence[str], shown: int = 4) -> str:
    """Return how many classes there are, and the first few of them: ``3 classes: no, perhaps, yes``."""
    more = f" and {count(len(names) - shown)} more" if len(names) > shown else ""
    return f"{count(len(names))} classes: {', '.join(names[:shown])}{more}"


def _harmless(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    if character.isspace():
        return " "
    if character < "\x20":
        return chr(0x2400 + ord(character))
    if character == "\x7f":
        return "\u2421"
    return character if unicodedata.category(character) == "Cn" else "\ufffd"  # Cn: younger than this Python
