"""``prle explain``: show why one input got its score."""

from functools import partial
from typing import Annotated

import typer

from prle.errors import UsageError
from prle.stages.class_interface import ClassExplainReport
from prle_cli.options import (
    DEFAULT_EXAMPLES,
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    Debug,
    FirstText,
    ModelName,
    Quiet,
    SecondText,
    SummaryFormat,
    Workspace,
    row_address,
    together,
)
from prle_cli.output import show
from prle_cli.session import watching

Row = Annotated[str | None, typer.Option(metavar="SPLIT:ROW", help="Explain a row of the workspace, such as test:17.")]
Top = Annotated[int, typer.Option(min=1, metavar="N", help="Show so many prototypes; one line sums up the others.")]
ClassName = Annotated[
    str | None, typer.Option("--class", metavar="NAME", help="Explain this class instead of the predicted one.")
]
Examples = Annotated[int, typer.Option(min=0, metavar="N", help="Show so many of the nearest training examples.")]


def explain(
    context: typer.Context,
    text: FirstText = None,
    text2: SecondText = None,
    row: Row = None,
    top: Top = 5,
    examples: Examples = DEFAULT_EXAMPLES,
    class_name: ClassName = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show which prototypes decided the score of TEXT, or of the pair TEXT and TEXT2, and by how much.

    Each prototype is a training example: its weight times what its expert says is what it adds, and all of it adds
    up to the prediction. JSON has every prototype, whatever `--top` says.
    """
    texts = together(text, text2)
    if bool(texts) == (row is not None):
        message = "explain: expected either TEXT or --row."
        raise UsageError(
            message, hint='for example `prle explain "one text" "another"` or `prle explain --row test:17`'
        )
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.explain import explain_row, explain_texts

        if row is None:
            report = explain_texts(
                workspace, texts, name=name, examples=examples, class_name=class_name, observer=observer
            )
        else:
            report = explain_row(
                workspace, *row_address(row), name=name, examples=examples, class_name=class_name, observer=observer
            )
    if isinstance(report, ClassExplainReport):
        from prle_cli.views.explain_class import view as class_view

        show(report, output_format, partial(class_view, top=top))
    else:
        from prle_cli.views.explain import view

        show(report, output_format, partial(view, top=top))
