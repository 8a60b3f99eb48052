from __future__ import annotations

import pytest

from prle.errors import DataError
from prle_cli.shell.prompt import Prompt


def test_bytes_that_are_no_text_are_refused(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "caf\udce9")
    with pytest.raises(DataError, match="the line: expected UTF-8, got the byte 0xe9"):
        Prompt(None).ask("> ")
