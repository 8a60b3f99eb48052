"""``prle shell``: a prompt for many questions in a row."""

from contextlib import ExitStack

import typer

from prle_cli.options import DEFAULT_MODEL, DEFAULT_WORKSPACE, Cache, Debug, ModelName, Quiet, Workspace
from prle_cli.session import session_of, watching


def shell(
    context: typer.Context,
    name: ModelName = DEFAULT_MODEL,
    workspace: Workspace = DEFAULT_WORKSPACE,
    cache: Cache = True,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Ask many questions in a row: a line is a text, a pair or a row of a table, and is explained at once.

    The model is loaded once. `:help` lists the few commands; Tab completes names, the arrow keys bring lines back,
    which are kept in the cache of `prle cache` (`--no-cache` keeps none). Ctrl-C abandons a line, Ctrl-D leaves.
    """
    with watching(context, quiet=quiet, debug=debug, live=False) as observer, ExitStack() as stack:
        from prle_cli.shell.prompt import prompting, require_terminal

        require_terminal()
        from prle.encoders.cache import cache_folder
        from prle.stages.serve.stage import answering
        from prle_cli.shell.loop import Shell

        answers = stack.enter_context(answering(workspace, remember=cache, observer=observer))
        asked = Shell(answers, name, debug=session_of(context).debug)
        prompt = stack.enter_context(prompting(cache_folder() if cache else None, asked.complete))
        asked.run(prompt)
