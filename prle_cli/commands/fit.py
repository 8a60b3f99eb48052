"""``prle fit``: train a model on the vectors of the workspace."""

from typing import Annotated, Any

import typer

from prle_cli.options import (
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    Debug,
    Init,
    Metric,
    ModelName,
    Quiet,
    Seed,
    Settings,
    SummaryFormat,
    Workspace,
    given,
    strategy,
)
from prle_cli.output import show
from prle_cli.session import suggest, watching


def _number(variable: str, meaning: str, *, smallest: int = 1, panel: str | None = "Model") -> Any:
    """Return an option that counts something."""
    return typer.Option(
        envvar=variable, show_envvar=False, metavar="N", min=smallest, help=meaning, rich_help_panel=panel
    )


Router = Annotated[str | None, strategy("PRLE_ROUTER", "Who speaks: knn, radius, softmax, mlp_sparse.")]
Prototypes = Annotated[
    str | None,
    typer.Option(
        envvar="PRLE_PROTOTYPES",
        show_envvar=False,
        metavar="N|auto",
        help="How many prototypes; auto: as `prle suggest` recommends.",
        rich_help_panel="Model",
    ),
]
Projection = Annotated[
    str | None,
    strategy("PRLE_PROJECTION", "The way to the value space: identity, linear, mlp, resmlp, fourier, siamese."),
]
ValueSpace = Annotated[
    bool | None,
    typer.Option(
        "--value-space/--no-value-space",
        envvar="PRLE_VALUE_SPACE",
        show_envvar=False,
        help="Learn a space of its own for what experts say.",
        rich_help_panel="Model",
    ),
]
ValueWidth = Annotated[int | None, _number("PRLE_VALUE_DIM", "The width of that space.")]
Experts = Annotated[str | None, strategy("PRLE_EXPERTS", "The local models: constant, linear, mlp.")]
ExpertInit = Annotated[str | None, strategy("PRLE_EXPERT_INIT", "What the experts start from.")]
Alternating = Annotated[
    bool | None,
    typer.Option(
        "--em/--no-em", envvar="PRLE_EM", show_envvar=False, help="Train geometry and experts in turn, or all at once."
    ),
]
Epochs = Annotated[int | None, _number("PRLE_EPOCHS", "At most so many passes.", smallest=0, panel=None)]


def fit(
    context: typer.Context,
    router: Router = None,
    em: Alternating = None,
    prototypes: Prototypes = None,
    init: Init = None,
    metric: Metric = None,
    projection: Projection = None,
    value_space: ValueSpace = None,
    value_dim: ValueWidth = None,
    experts: Experts = None,
    expert_init: ExpertInit = None,
    epochs: Epochs = None,
    seed: Seed = None,
    config: Settings = None,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Train a model on the embedded data set and keep its best epoch in the workspace.

    A setting is taken from the option, else from `PRLE_<OPTION>`, else from the YAML file, else by default.
    """
    options = {
        "router.kind": router,
        "prototypes.count": prototypes,
        "prototypes.init": init,
        "prototypes.metric": metric,
        "value_space.enabled": value_space,
        "value_space.projection": projection,
        "value_space.dim": value_dim,
        "experts.kind": experts,
        "experts.init": expert_init,
        "train.em_alt_training": em,
        "train.epochs": epochs,
        "train.seed": seed,
    }
    with watching(context, quiet=quiet, debug=debug) as observer:
        from prle.config import resolve
        from prle.stages.fit import fit as stage

        report = stage(workspace, resolve(config, given(options)), name=name, observer=observer)
    from prle_cli.views.fit import view

    show(report, output_format, view)
    suggest(context, "prle bench", workspace)
