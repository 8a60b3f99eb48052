"""The options and arguments that commands share, each described once.

An option that a command leaves at ``None`` was not given, on the command line or as ``PRLE_...``, and so does not
stand in the way of the YAML file or of what the workspace remembers.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from prle.errors import UsageError

DEFAULT_WORKSPACE: Final = Path("prle.h5")
DEFAULT_MODEL: Final = "default"
DEFAULT_EXAMPLES: Final = 5

Workspace = Annotated[
    Path,
    typer.Option("--workspace", "-w", envvar="PRLE_WORKSPACE", metavar="FILE", help="The file that holds everything."),
]
ModelName = Annotated[
    str,
    typer.Option("--name", metavar="NAME", envvar="PRLE_NAME", show_envvar=False, help="Which model of the workspace."),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", metavar="", help="No progress and no notes; results and errors only.")
]
Debug = Annotated[
    bool, typer.Option("--debug", metavar="", envvar="PRLE_DEBUG", show_envvar=False, help="Show tracebacks.")
]

_FORMAT_HELP: Final = "A picture for people, or the same facts for programs."
SummaryFormat = Annotated[Literal["table", "json"], typer.Option("--format", help=_FORMAT_HELP)]
BenchFormat = Annotated[Literal["table", "json", "csv", "markdown"], typer.Option("--format", help=_FORMAT_HELP)]
RowsFormat = Annotated[Literal["table", "json", "jsonl", "csv"], typer.Option("--format", help=_FORMAT_HELP)]

Texts = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TEXT...",
        show_default=False,
        help="A text or two; of a table COLUMN=VALUE for each, or one JSON object.",
    ),
]
Cache = Annotated[
    bool,
    typer.Option(
        "--cache/--no-cache", metavar="", help="Use the vectors of texts that were asked before, and keep new ones."
    ),
]
TEXTS_PANEL: Final = "Where labels are texts"
Pool = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Rank the texts of this file instead.", rich_help_panel=TEXTS_PANEL),
]
Group = Annotated[
    str | None, typer.Option(metavar="NAME", help="The group that rows belong to.", rich_help_panel=TEXTS_PANEL)
]
Place = Annotated[
    str | None,
    typer.Option("--path", metavar="PATH", help="Their place in the tree, A > B.", rich_help_panel=TEXTS_PANEL),
]
MACHINES_PANEL: Final = "Many machines"
EngineName = Annotated[
    Literal["local", "ray"],
    typer.Option(
        "--engine",
        envvar="PRLE_ENGINE",
        show_envvar=False,
        help="This process, or the workers of a Ray cluster.",
        rich_help_panel=MACHINES_PANEL,
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        envvar="PRLE_ADDRESS",
        show_envvar=False,
        help="Of the Ray cluster; else one is started on this machine.",
        rich_help_panel=MACHINES_PANEL,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        metavar="N",
        envvar="PRLE_SEED",
        show_envvar=False,
        help="What chance depends on; same seed, same result.",
    ),
]


def given(options: Mapping[str, object]) -> dict[str, object]:
    """Return only the options that somebody gave."""
    return {name: value for name, value in options.items() if value is not None}


def row_address(address: str) -> tuple[str, int]:
    """Return the split and the row that ``test:17`` names.

    :raises UsageError: where it names neither.
    """
    split, separator, row = address.rpartition(":")
    if not (split and separator and row.isascii() and row.isdigit()):
        message = f"--row: expected SPLIT:ROW, counted from 0, got {address!r}."
        raise UsageError(message, hint="for example `--row test:17`")
    return split, int(row)
