"""The process behind ``prle`` and ``python -m prle_cli``."""

import sys
from collections.abc import Sequence
from typing import Final

from prle_cli.stopping import stopped_cleanly

INTERRUPTED: Final = 130
"""128 + SIGINT."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code, also where it is stopped while it is being loaded."""
    with stopped_cleanly():
        try:
            from prle_cli.app import main

            return main(arguments)
        except KeyboardInterrupt:
            return INTERRUPTED


if __name__ == "__main__":
    sys.exit(run())
