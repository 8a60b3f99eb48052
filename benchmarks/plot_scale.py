"""Draw what `benchmarks/scale.py --records` wrote: CPU seconds and peak memory of each stage, on log-log axes.

``python -m benchmarks.plot_scale scale.json docs/scaling.svg`` draws a panel for each of the two; a line is a stage, a
dashed one of the same colour its floor. The picture follows the colours of the reader's screen, dark or light.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import panels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.panels import Points

STAGES: Final = ("fit", "predict", "commit", "copy")


def main() -> None:
    """Draw one file from the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("records", type=Path)
    parser.add_argument("picture", type=Path)
    said = parser.parse_args()
    said.picture.write_text(picture(json.loads(said.records.read_text())))


def picture(records: Sequence[dict[str, float | str]]) -> str:
    """Return an SVG of the records whose rows grow."""

    def lines(name: str) -> dict[str, Points]:
        grown = [one for one in records if one["grows"] == "rows" and one[name]]
        found: dict[str, Points] = {}
        for one in sorted(grown, key=lambda one: STAGES.index(str(one["stage"]))):
            found.setdefault(str(one["stage"]), []).append((float(one["rows"]), float(one[name])))
        return found

    seconds = panels.Panel(
        title="CPU seconds (dashed: the floor of a fit and of a prediction)",
        across="rows",
        lines=lines("cpu"),
        dashed={stage: points for stage, points in lines("floor").items() if stage in ("fit", "predict")},
        ticks=[(10.0**power, f"{10.0**power:,g}") for power in range(-3, 5)],
    )
    memory = panels.Panel(
        title="Peak memory",
        across="rows",
        lines=lines("peak"),
        dashed={},
        ticks=[(2.0**power * 2**30, _bytes(2.0**power)) for power in range(-4, 6)],
    )
    shows = "CPU seconds and peak memory of each stage as rows grow, on log-log axes"
    return panels.picture((seconds, memory), STAGES, shows=shows)


def _bytes(gibibytes: float) -> str:
    return f"{gibibytes:g} GiB" if gibibytes >= 1 else f"{gibibytes * 1024:g} MiB"


if __name__ == "__main__":
    main()
