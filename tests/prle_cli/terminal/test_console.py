from __future__ import annotations

from io import StringIO

from rich.console import Console

from prle_cli.terminal.console import cell, say


def test_a_cell_is_never_markup():
    assert cell("A man is [playing] [/x]").plain == "A man is [playing] [/x]"


def test_a_message_is_one_line_however_long():
    file = StringIO()
    say("Error", "word " * 40 + "\nnext [/x]", console=Console(file=file, width=20))
    assert file.getvalue() == "Error: " + "word " * 40 + " next [/x]\n"
