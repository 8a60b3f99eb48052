"""``prle explain``: show why inputs got their scores, and how far to trust that."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from prle.errors import UsageError
from prle_cli.formats.explanations import explanation_lines, explanation_table
from prle_cli.formats.reports import Format, show
from prle_cli.options import (
    DEFAULT_EXAMPLES,
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    Cache,
    Debug,
    Group,
    ModelName,
    Place,
    Pool,
    Quiet,
    RowsFormat,
    Texts,
    Workspace,
    given,
    row_address,
)
from prle_cli.session import watching
from prle_cli.terminal.saving import saving
from prle_cli.terminal.streams import STDIN, answer_lines, stdin_lines

if TYPE_CHECKING:
    from rich.console import RenderableType

    from prle.stages.explain.interface import AnyExplainReport, ExplainRequest, ExplainRowsReport

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
    Literal["prototypes", "votes", "features", "examples", "all"] | None,
    typer.Option("--ledger", help="Show one ledger in full, or all of them; by default the gist of each."),
]
ClassName = Annotated[
    str | None, typer.Option("--class", metavar="NAME", help="Explain this class instead of the predicted one.")
]
Level = Annotated[
    float, typer.Option(metavar="SHARE", help="How often the interval should hold the label, between 0 and 1.")
]
Move = Annotated[
    float | None,
    typer.Option(metavar="EPS", help="Find the fewest examples without which it moves so far."),
]
Save = Annotated[
    Path | None, typer.Option("--save", metavar="FILE", help="Also save the picture, as .svg, .html or .txt.")
]

Teacher = Annotated[
    bool, typer.Option("--teacher", metavar="", help="Of a student: explain what its teacher says of the same input.")
]


def explain(
    context: typer.Context,
    texts: Texts = None,
    row: Row = None,
    file: File = None,
    top: Top = 5,
    examples: Examples = DEFAULT_EXAMPLES,
    class_name: ClassName = None,
    pool: Pool = None,
    group: Group = None,
    path: Place = None,
    ledger: Shown = None,
    level: Level = 0.9,
    move: Move = None,
    save_to: Save = None,
    teacher: Teacher = False,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: RowsFormat = "table",
    cache: Cache = True,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show what decided the score of a text, a pair of texts or a row of a table, and by how much.

    Ledgers add up to the prediction: by prototype and by the examples that vote; where experts speak, by what was read.
    JSON has all of them and every prototype, whatever `--ledger` and `--top` say. Of texts it is shown who spoke, which
    training questions stand behind that, and what the vector alone would have found.

    `-` reads rows from stdin, as `prle predict` does, and explains each as it comes; for CSV it reads all of them
    first.
    """
    if sum(map(bool, (texts, row, file))) != 1 or (texts and texts[0] == STDIN and len(texts) > 1):
        message = "explain: expected either TEXT, - for stdin, --file or --row."
        raise UsageError(
            message, hint='for example `prle explain "one text" "another"` or `prle explain --row test:17`'
        )
    from_stdin = texts == [STDIN]
    streamed = from_stdin and output_format != "csv"
    with saving(context, save_to) as keep, watching(context, quiet=quiet, debug=debug, live=not streamed) as observer:
        from prle.stages.common.query import read_inputs
        from prle.stages.explain import ExplainRequest, explain_row, explain_rows, explain_texts, explaining

        ranking = {"first": top, "pool": pool, "group": group, "path": path}
        shown = {"examples": examples, "level": level, "move": move, "class_name": class_name, "ledger": ledger}
        asked: dict[str, Any] = {"name": name, "teacher": teacher, "remember": cache, **ranking, **shown}
        request = ExplainRequest(**given(asked))  # type: ignore[arg-type]
        draw = partial(_draw, output_format=output_format, request=request, keep=keep)
        if streamed:
            with explaining(workspace, request, observer=observer) as answer:
                answer_lines(
                    workspace,
                    lambda row: draw(answer([row]).explanations[0]),
                    records=output_format != "table",
                    observer=observer,
                )
            return
        source = stdin_lines() if from_stdin else file
        report: AnyExplainReport | ExplainRowsReport
        if source is not None:
            rows = read_inputs(workspace, source, observer=observer)
            report = explain_rows(workspace, rows, request, observer=observer)
        elif row is not None:
            report = explain_row(workspace, *row_address(row), request, observer=observer)
        else:
            report = explain_texts(workspace, tuple(texts or ()), request, observer=observer)
        draw(report)


def _draw(
    report: "AnyExplainReport | ExplainRowsReport",
    *,
    output_format: Format,
    request: "ExplainRequest",
    keep: Callable[["RenderableType"], None] | None,
) -> None:
    """Write one explanation, or many, to stdout.

    :param keep: takes the picture too, where it is to be saved.
    """
    from prle_cli.views import views_of

    drawn = partial(views_of("explain", report).view, request=request)
    lines: Any = {"jsonl": explanation_lines, "csv": partial(explanation_table, top=request.first)}
    show(report, output_format, drawn, lines=lines)
    if keep is not None:
        keep(drawn(report))
