"""``prle explain``: show why inputs got their scores, and how far to trust that."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from prle.errors import UsageError
from prle_cli.inputs import STDIN, read_rows, stdin_lines
from prle_cli.options import (
    DEFAULT_EXAMPLES,
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    Debug,
    FirstText,
    ModelName,
    Quiet,
    RowsFormat,
    SecondText,
    Workspace,
    row_address,
    together,
)
from prle_cli.output import explanation_lines, explanation_table, show
from prle_cli.saving import check_ending, save
from prle_cli.session import watching

Row = Annotated[str | None, typer.Option(metavar="SPLIT:ROW", help="Explain a row of the workspace, such as test:17.")]
File = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Explain the rows of this file: CSV, TSV, JSON lines or plain lines."),
]
Top = Annotated[int, typer.Option(min=1, metavar="N", help="Show so many prototypes; one line sums up the others.")]
Examples = Annotated[
    int, typer.Option(min=0, metavar="N", help="Show so many training examples, the most influential and the nearest.")
]
Shown = Annotated[
    Literal["prototypes", "features", "examples", "all"] | None,
    typer.Option("--ledger", help="Show one ledger in full, or all of them; by default the gist of each."),
]
Level = Annotated[
    float, typer.Option(metavar="SHARE", help="How often the interval should hold the label, between 0 and 1.")
]
Move = Annotated[
    float | None,
    typer.Option(metavar="EPS", help="Search for the fewest prototypes, and examples, whose removal moves it so far."),
]
Save = Annotated[
    Path | None, typer.Option("--save", metavar="FILE", help="Also save the picture, as .svg, .html or .txt.")
]


def explain(
    context: typer.Context,
    text: FirstText = None,
    text2: SecondText = None,
    row: Row = None,
    file: File = None,
    top: Top = 5,
    examples: Examples = DEFAULT_EXAMPLES,
    ledger: Shown = None,
    level: Level = 0.9,
    move: Move = None,
    save_to: Save = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: RowsFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show what decided the score of TEXT, or of the pair TEXT and TEXT2, and by how much; `-` reads rows from stdin.

    Three ledgers add up to the prediction: by prototype, by what was read, and by training example. JSON has all of
    them and every prototype, whatever `--ledger` and `--top` say.
    """
    texts = together(text, text2)
    if sum(map(bool, (texts, row, file))) != 1 or (text == STDIN and text2 is not None):
        message = "explain: expected either TEXT, - for stdin, --file or --row."
        raise UsageError(
            message, hint='for example `prle explain "one text" "another"` or `prle explain --row test:17`'
        )
    check_ending(save_to)
    asked: dict[str, Any] = {"name": name, "examples": examples, "level": level, "move": move}
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.explain import explain_row, explain_rows, explain_texts

        asked["observer"] = observer
        report: Any
        source = stdin_lines() if text == STDIN else file
        if source is not None:
            report = explain_rows(workspace, read_rows(source, workspace), **asked)
        elif row is not None:
            report = explain_row(workspace, *row_address(row), **asked)
        else:
            report = explain_texts(workspace, texts, **asked)
    from prle_cli.views.explain import view
    from prle_cli.views.explanations import view as view_of_many

    picture: Any = view_of_many if source is not None else partial(view, top=top, ledger=ledger)
    lines: Any = {"jsonl": explanation_lines, "csv": partial(explanation_table, top=top)}
    show(report, output_format, picture, lines=lines)
    save(context, picture(report), save_to)
