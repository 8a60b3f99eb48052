"""``prle distill``: teach a small model to say what a fitted one says."""

from typing import Annotated, Any

import typer

from prle.errors import UsageError
from prle_cli.formats.reports import show
from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Debug, ModelName, Quiet, Seed, SummaryFormat, Workspace
from prle_cli.session import suggest, watching

StudentForm = Annotated[
    str, typer.Option("--student", metavar="FORM", help="What it is: linear, mlp, transformer, or factored (of texts).")
]
Strategy = Annotated[
    str,
    typer.Option(metavar="NAME", help="What it is taught: projection, routing-only (experts are kept), two-stage."),
]
Size = Annotated[
    str | None,
    typer.Option(
        metavar="N|auto",
        help="Numbers that a vector is reduced to (of factored: directions that an expert keeps), or: auto (the "
        "smallest good one).",
        show_default="64; of factored 1",
    ),
]
StoredAs = Annotated[str | None, typer.Option("--as", metavar="NAME", help="What the student is called.")]
Heads = Annotated[int, typer.Option(min=1, metavar="N", help="Heads of a layer (transformer).")]
Layers = Annotated[int, typer.Option(min=1, metavar="N", help="Layers (mlp, transformer).")]
Epochs = Annotated[int, typer.Option(min=0, metavar="N", help="Passes over rows and mixtures at most.")]
Temperature = Annotated[
    float, typer.Option(metavar="T", min=0.01, help="What class distributions are softened by while teaching.")
]
GroupEmbedding = Annotated[
    str,
    typer.Option(metavar="NAME", help="How it is told a group: title (its name), path (all levels), id-hash."),
]
Importance = Annotated[
    str,
    typer.Option(metavar="NAME", help="How rows are weighed: uniform, entropy, fisher, uncertainty, combined."),
]
Uncertainty = Annotated[
    str,
    typer.Option(metavar="NAME", help="How the encoder's uncertainty is measured: auto, dropout, masked, norm."),
]


def distill(
    context: typer.Context,
    student: StudentForm = "mlp",
    strategy: Strategy = "projection",
    size: Size = None,
    stored_as: StoredAs = None,
    heads: Heads = 4,
    layers: Layers = 2,
    epochs: Epochs = 40,
    temperature: Temperature = 1.0,
    group_embedding: GroupEmbedding = "title",
    importance: Importance = "uniform",
    uncertainty: Uncertainty = "auto",
    seed: Seed = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Distil the model `--name`, of any target, into a small student that answers without routing.

    It learns what its teacher says of training rows and of mixtures of them, and is stored as a model of its own, which
    `predict`, `bench`, `info` and `export` know. `explain --teacher` explains through the teacher.
    """
    size = size or ("1" if student == "factored" else "64")
    if size != "auto" and not (size.isascii() and size.isdecimal() and int(size) > 0):
        message = f"--size: expected a number of at least 1 or auto, got {size!r}."
        raise UsageError(message)
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.models.students.teaching.distilling import DistillSettings
        from prle.stages.distill import DistillRequest
        from prle.stages.distill import distill as stage

        names: dict[str, Any] = {"form": student, "strategy": strategy, "group_embedding": group_embedding}
        names |= {"importance": importance, "uncertainty": uncertainty}
        settings = DistillSettings(
            **names, heads=heads, layers=layers, epochs=epochs, temperature=temperature, seed=seed or 0
        )
        wanted = None if size == "auto" else int(size)
        request = DistillRequest(settings=settings, name=name, student_name=stored_as, size=wanted)
        report = stage(workspace, request, observer=observer)
    from prle_cli.views.distill.view import view

    show(report, output_format, view)
    suggest(context, f"prle bench --only prle:{name} --only prle:{report.model}", workspace)
