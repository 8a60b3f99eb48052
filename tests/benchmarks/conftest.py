from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs say where their data are for their whole process, which here is that of other tests too."""
    monkeypatch.setenv("PRLE_DATA", os.environ.get("PRLE_DATA", ""))
