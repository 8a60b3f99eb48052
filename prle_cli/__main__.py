"""The process behind ``prle`` and ``python -m prle_cli``."""

import gc
import sys
from collections.abc import Sequence
from typing import Final

from prle_cli.terminal.stopping import stopped_cleanly

INTERRUPTED: Final = 130
"""128 + SIGINT."""

OBJECTS_BEFORE_COLLECTION: Final = 100_000
"""Python looks for cycles after 700 new objects, and in all that is left at the end: what is loaded for one answer is
none, and looking through it takes a quarter of the time."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code, also where it is stopped while it is being loaded."""
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)
    with stopped_cleanly():
        try:
            from prle_cli.app import main

            return main(arguments)
        except KeyboardInterrupt:
            return INTERRUPTED
        finally:
            gc.freeze()


if __name__ == "__main__":
    sys.exit(run())
