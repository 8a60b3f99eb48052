"""``prle serve``: answer over HTTP, with a page to try it."""

from contextlib import ExitStack
from typing import Annotated

import typer

from prle_cli.formats.reports import show
from prle_cli.options import (
    DEFAULT_MODEL,
    DEFAULT_WORKSPACE,
    Cache,
    Debug,
    ModelName,
    Quiet,
    SummaryFormat,
    Workspace,
)
from prle_cli.session import session_of, watching

Host = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Listen there: on a loopback address, unless --expose is given.")
]
Port = Annotated[
    int, typer.Option(min=0, max=65535, metavar="N", help="Listen on this port; 0 takes one that is free.")
]
Expose = Annotated[
    bool, typer.Option("--expose", metavar="", help="Listen where others can reach it: there is no password.")
]


def serve(
    context: typer.Context,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    expose: Expose = False,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    output_format: SummaryFormat = "table",
    cache: Cache = True,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Answer as JSON over HTTP: POST `/predict` and `/explain`, GET `/health`, and a playground at `/`.

    The model is loaded once. It answers until Ctrl-C or SIGTERM, and then ends with 130. Needs
    `pip install 'prle[serve]'`.
    """
    with watching(context, quiet=quiet, debug=debug, live=False) as observer, ExitStack() as stack:
        from prle_cli.serving import server

        server.check()
        from prle.stages.serve.interface import ServeReport
        from prle.stages.serve.stage import answering
        from prle_cli.serving.assembly import application
        from prle_cli.views.serve.view import view

        listener = stack.enter_context(server.listening(host, port, expose=expose))
        answers = stack.enter_context(answering(workspace, remember=cache, observer=observer))
        answers.prepare(name)
        report = ServeReport(address=server.address_of(listener, host), model=answers.facts(name))
        show(report, output_format, view)
        app = application(answers, report.model, workspace=workspace, host=host, session=session_of(context))
        server.run(app, listener)
