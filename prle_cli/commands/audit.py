"""``prle audit``: measure whether explanations do what they claim, or list the labels that a model does not believe."""

from typing import Annotated, Any, Literal

import typer

from prle.errors import UsageError
from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, Workspace, given
from prle_cli.session import suggest, watching

Labels = Annotated[
    bool, typer.Option("--labels", metavar="", help="List the training rows that are most likely mislabelled instead.")
]
Top = Annotated[int | None, typer.Option(min=1, metavar="N", help="With --labels: list so many rows; by default 10.")]
Full = Annotated[
    bool,
    typer.Option("--full", metavar="", help="Fit again wherever that says more: about 60 fits, unless given below."),
]
Refits = Annotated[
    int | None, typer.Option(min=3, metavar="N", help="Whole fits on N random halves of the training rows.")
]
Seeds = Annotated[
    int | None, typer.Option(min=2, metavar="K", help="Compare with whole fits of other seeds, K in all.")
]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="What is drawn at random; same seed, same audit.")]
Format = Annotated[
    Literal["table", "json", "csv"],
    typer.Option("--format", help="A picture for people, or the same facts for programs."),
]


def audit(
    context: typer.Context,
    labels: Labels = False,
    top: Top = None,
    full: Full = False,
    refits: Refits = None,
    seeds: Seeds = None,
    seed: Seed = 0,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: Format = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Measure whether explanations do what they claim, each figure beside what chance would give.

    Without options nothing is fitted: it takes seconds. With `--labels` the training labels are held against what the
    model says of rows that it has not seen.
    """
    fits = full or refits is not None or seeds is not None
    if (labels and fits) or (top is not None and not labels):
        message = "audit: --top goes with --labels; --full, --refits and --seeds go without."
        raise UsageError(message, hint="for example `prle audit --labels --top 20`")
    report: Any
    with watching(context, quiet=quiet, debug=debug) as observer:
        if labels:
            from prle.stages.audit import LabelsRequest, audit_labels

            asked: dict[str, Any] = given({"top": top})
            report = audit_labels(workspace, LabelsRequest(name=name, **asked), observer=observer)
        else:
            from prle.stages.audit import AuditRequest
            from prle.stages.audit import audit as stage

            request = AuditRequest(name=name, full=full, refits=refits, seeds=seeds, seed=seed)
            report = stage(workspace, request, observer=observer)
    from prle_cli.formats.audits import measure_table, suspect_table
    from prle_cli.views.audit.suspects import view as view_of_suspects
    from prle_cli.views.audit.view import view

    picture: Any = view_of_suspects if labels else view
    show(report, output_format, picture, lines={"csv": suspect_table if labels else measure_table})
    if not labels and "training examples" not in report.refused:
        suggest(context, "prle audit --labels", workspace)
