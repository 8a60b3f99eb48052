"""The report about an exported model; rules and style are those of ``prle.stages.common.interface``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

ExportFormat = Literal["onnx", "safetensors"]


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    """What ``export`` wrote.

    ``files`` are sizes in bytes by name, in ``folder``. ``inputs`` and ``outputs`` say what each means. A graph was run
    on the ``checked_rows`` of ``checked_split``; ``largest_difference`` is that of any output to what the model says,
    None where there is no graph. ``texts``: whether training texts are in one of the files: those of ``anchors``, and
    ``answers`` texts to find. ``voters``: training rows whose labels and vectors are in the file. ``figures`` are those
    of the card, by split.
    """

    workspace: Path
    model: str
    dataset: str
    synthetic: bool
    format: ExportFormat
    folder: Path
    files: dict[str, int]
    inputs: dict[str, str]
    outputs: dict[str, str]
    texts: bool
    anchors: int
    figures: dict[str, dict[str, float]]
    checked_rows: int = 0
    checked_split: str = ""
    largest_difference: float | None = None
    limits: tuple[str, ...] = field(default=())
    answers: int = 0
    voters: int = 0
