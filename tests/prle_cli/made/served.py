"""Models that wait for questions, as the stage would describe them."""

from __future__ import annotations

from dataclasses import replace

from prle.stages.serve.interface import ModelFacts, ServeReport
from tests.prle_cli.made.reports import MARKUP, STEERING

PAIRS = ServeReport(
    address="http://127.0.0.1:8000",
    model=ModelFacts(
        model="default",
        dataset="stsb",
        synthetic=False,
        fields=("sentence1", "sentence2"),
        label="label",
        label_range=(0.0, 5.0),
        classes=(),
        numbers=(),
        examples=(),
        table=False,
    ),
)
TABLE = replace(
    PAIRS,
    address="http://[::1]:49152",
    model=replace(
        PAIRS.model,
        dataset=STEERING[0],
        fields=tuple(f"the column number {number} of the table" for number in range(30)),
        label=MARKUP[0],
        classes=("benign", "malignant"),
        table=True,
    ),
)
