"""Reports about predicted shards as the stage would return them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from prle.stages.predict.interface import ShardsReport


def predicted() -> ShardsReport:
    return ShardsReport(
        workspace=Path("prle.h5"),
        model="default",
        source=Path("shards"),
        folder=Path("predicted"),
        engine="ray",
        shards=240,
        rows=12_000_000,
        computed=180,
        computed_rows=9_000_000,
        columns=("prediction", "probability", "probabilities"),
        label="stars [1-5]",
        seconds=812.4,
    )


def predicted_before() -> ShardsReport:
    return replace(predicted(), engine="local", shards=1, rows=1, computed=0, computed_rows=0, columns=("prediction",))
