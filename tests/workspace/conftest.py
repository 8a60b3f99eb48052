from __future__ import annotations

import pytest

from tests.workspace.builders import make_workspace


@pytest.fixture
def workspace(tmp_path):
    """The path of a small workspace without models."""
    path = tmp_path / "prle.h5"
    make_workspace(path)
    return path
