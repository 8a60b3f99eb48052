"""Pictures kept as text files: what a view draws is compared with what it drew when somebody last looked at it.

After a wanted change, draw them anew with ``PRLE_GOLDEN=draw pytest tests/prle_cli`` and read the diff.
"""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from rich.console import RenderableType

FOLDER = Path(__file__).parent / "golden"
WIDTHS = (80, 100, 160)


def drawn(picture: RenderableType, width: int = 100) -> str:
    """What a terminal of that width without colours shows."""
    file = StringIO()
    Console(file=file, width=width, color_system=None, markup=False, emoji=False, highlight=False).print(picture)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def assert_golden(name: str, picture: RenderableType, width: int) -> None:
    """Compare a picture with the file of its name and width, or draw that file."""
    path = FOLDER / f"{name}_{width}.txt"
    picture_now = drawn(picture, width)
    if os.environ.get("PRLE_GOLDEN") == "draw":
        path.write_text(picture_now, encoding="utf-8")
    assert picture_now == path.read_text(encoding="utf-8")
