"""``python -m prle_cli``: the same as the ``prle`` script."""

import sys

from prle_cli.app import main

if __name__ == "__main__":
    sys.exit(main())
