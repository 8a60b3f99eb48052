"""``prle explain``: show why one input got its score."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prle.errors import UsageError
from prle.stages.class_interface import ClassExplainReport
from prle_cli.options import (
    DEFAULT_EXAMPLES,
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    AnswerFormat,
    Cache,
    Debug,
    ModelName,
    Quiet,
    Texts,
    Workspace,
    row_address,
)
from prle_cli.output import report_line, show
from prle_cli.session import watching
from prle_cli.streams import STDIN, answer_lines

if TYPE_CHECKING:
    from prle.stages.interface import ExplainReport

Row = Annotated[str | None, typer.Option(metavar="SPLIT:ROW", help="Explain a row of the workspace, such as test:17.")]
Top = Annotated[int, typer.Option(min=1, metavar="N", help="Show so many prototypes; one line sums up the others.")]
ClassName = Annotated[
    str | None, typer.Option("--class", metavar="NAME", help="Explain this class instead of the predicted one.")
]
Examples = Annotated[int, typer.Option(min=0, metavar="N", help="Show so many of the nearest training examples.")]


def explain(
    context: typer.Context,
    texts: Texts = None,
    row: Row = None,
    top: Top = 5,
    examples: Examples = DEFAULT_EXAMPLES,
    class_name: ClassName = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: AnswerFormat = "table",
    cache: Cache = True,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show which prototypes decided the score of a text, a pair of texts or a row of a table, and by how much.

    Each prototype is a training example: its weight times what its expert says is what it adds, and all of it adds
    up to the prediction. JSON has every prototype, whatever `--top` says.

    `-` reads rows from stdin, as `prle predict` does, and explains each as it comes.
    """
    if bool(texts) == (row is not None) or (texts and texts[0] == STDIN and len(texts) > 1):
        message = "explain: expected either TEXT, - for stdin, or --row."
        raise UsageError(
            message, hint='for example `prle explain "one text" "another"` or `prle explain --row test:17`'
        )

    draw = partial(_draw, output_format=output_format, top=top)
    streamed = texts == [STDIN]
    with watching(context, quiet=quiet, debug=debug, live=not streamed) as observer:
        from prle.stages.explain import explain_row, explain_texts, explaining

        wished: dict[str, Any] = {"name": name, "examples": examples, "class_name": class_name, "observer": observer}
        if streamed:
            with explaining(workspace, remember=cache, **wished) as answer:
                answer_lines(
                    workspace, lambda row: draw(answer(row)), records=output_format != "table", observer=observer
                )
            return
        if row is not None:
            report = explain_row(workspace, *row_address(row), **wished)
        else:
            report = explain_texts(workspace, tuple(texts or ()), remember=cache, **wished)
    draw(report)


def _draw(report: "ExplainReport | ClassExplainReport", *, output_format: AnswerFormat, top: int) -> None:
    """Show an explanation of a number, or of a class."""
    lines = {"jsonl": report_line}
    if isinstance(report, ClassExplainReport):
        from prle_cli.views.explain_class import view as class_view

        show(report, output_format, partial(class_view, top=top), lines=lines)
    else:
        from prle_cli.views.explain import view

        show(report, output_format, partial(view, top=top), lines=lines)
