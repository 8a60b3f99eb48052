"""``prle explain``: show why one input got its score."""

from functools import partial
from typing import Annotated

import typer

from prle.errors import UsageError
from prle_cli.options import (
    DEFAULT_EXAMPLES,
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    Debug,
    ModelName,
    Quiet,
    SummaryFormat,
    Texts,
    Workspace,
    row_address,
)
from prle_cli.output import show
from prle_cli.session import watching

Row = Annotated[str | None, typer.Option(metavar="SPLIT:ROW", help="Explain a row of the workspace, such as test:17.")]
Top = Annotated[int, typer.Option(min=1, metavar="N", help="Show so many prototypes; one line sums up the others.")]
Examples = Annotated[int, typer.Option(min=0, metavar="N", help="Show so many of the nearest training examples.")]


def explain(
    context: typer.Context,
    texts: Texts = None,
    row: Row = None,
    top: Top = 5,
    examples: Examples = DEFAULT_EXAMPLES,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Show which prototypes decided the score of a text, a pair of texts or a row of a table, and by how much.

    Each prototype is a training example: its weight times what its expert says is what it adds, and all of it adds
    up to the prediction. JSON has every prototype, whatever `--top` says.
    """
    if bool(texts) == (row is not None):
        message = "explain: expected either TEXT or --row."
        raise UsageError(
            message, hint='for example `prle explain "one text" "another"` or `prle explain --row test:17`'
        )
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.stages.explain import explain_row, explain_texts

        if row is None:
            report = explain_texts(workspace, tuple(texts or ()), name=name, examples=examples, observer=observer)
        else:
            report = explain_row(workspace, *row_address(row), name=name, examples=examples, observer=observer)
    from prle_cli.views.explain import view

    show(report, output_format, partial(view, top=top))
