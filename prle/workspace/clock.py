"""The time that records carry."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def timestamp() -> str:
    """Return the time in UTC, ISO 8601, seconds.

    ``SOURCE_DATE_EPOCH`` (seconds since 1970, https://reproducible-builds.org) takes its place, so that the same job
    can give the same file.
    """
    fixed = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(fixed), UTC) if fixed.isascii() and fixed.isdigit() else datetime.now(UTC)
    return now.isoformat(timespec="seconds")
