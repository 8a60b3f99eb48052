"""The loop of ``prle shell``: a line, its answer, and on to the next one, whatever becomes of it."""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING, Any, final

from rich.text import Text

from prle.data import BadLine, stream_texts
from prle.errors import DataError, UsageError, unknown_name
from prle.stages.explain.interface import ExplainRequest
from prle.stages.predict.interface import PredictRequest
from prle_cli.failures import failure_of, tell
from prle_cli.options import row_address
from prle_cli.shell.commands import COMMANDS, MARK, Known, completions
from prle_cli.terminal.console import MUTED, output
from prle_cli.terminal.stopping import LineAbandoned, abandonable
from prle_cli.views import views_of
from prle_cli.views.shell import view as shell

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from prle.stages.explain.interface import AnyExplainReport
    from prle.stages.serve.stage import Answers
    from prle_cli.shell.prompt import Prompt


@final
class Shell:
    """Answers lines until there are no more. A command changes what follows; an error costs its line alone.

    :param answers: the models of a workspace, any of which can be asked.
    :param name: of the model to begin with.
    :param debug: whether errors show their traceback.
    """

    def __init__(self, answers: Answers, name: str, *, debug: bool) -> None:
        self._answers, self._debug = answers, debug
        self._verb = "explain"
        self._last: Callable[..., AnyExplainReport] | None = None
        self._typed: list[str] = []
        self._choose(name)

    def run(self, prompt: Prompt) -> None:
        """Ask and answer until Ctrl-D, or ``:quit``."""
        self._show(shell.welcome(self._known.facts))
        while True:
            try:
                with abandonable():
                    line = self._next(prompt, self._verb)
                    if line.strip() == f"{MARK}quit":
                        return
                    if line.strip():
                        self._answer(line, prompt)
            except LineAbandoned:
                self._show(Text("^C", MUTED))
            except EOFError:
                self._show(Text())
                return
            except Exception as error:
                tell(failure_of(error, debug=self._debug), error, debug=self._debug)
            finally:
                if any(each.strip() for each in self._typed):
                    prompt.remember("\t".join(self._typed))
                self._typed = []

    def complete(self, before: str) -> tuple[int, list[str]]:
        """Complete what stands before the cursor; of the texts of a question there is nothing to complete."""
        return completions(before, self._known) if not self._typed else (len(before), [])

    def _answer(self, line: str, prompt: Prompt) -> None:
        """Do what one line asks for."""
        if not line.startswith(MARK):
            self._ask(self._verb, line, prompt)
            return
        name, _, argument = line.removeprefix(MARK).partition(" ")
        argument = argument.strip()
        if name in ("explain", "predict"):
            if argument:
                self._ask(name, argument, prompt)
            else:
                self._verb = name
            return
        others = {
            "why": self._why,
            "row": self._row,
            "prototype": self._prototype,
            "model": self._model,
            "help": self._help,
        }
        if name not in others:
            what = "command"
            raise unknown_name(what, f"{MARK}{name}", [f"{MARK}{known}" for known in COMMANDS])
        others[name](argument)

    def _ask(self, verb: str, text: str, prompt: Prompt) -> None:
        """Explain or predict a row that was typed."""
        row = self._read(text, prompt)
        self._last = partial(self._answers.explain, row)
        if verb == "explain":
            self._explain()
        else:
            report = self._answers.predict([row], PredictRequest(name=self._known.facts.model))
            self._show(views_of("predict", report).view(report))

    def _read(self, text: str, prompt: Prompt) -> tuple[str, ...]:
        """Return the row that a line is, as streams read them; the texts that it lacks are asked for.

        :raises UsageError: for cells of a table with a quotation mark too few.
        :raises DataError: for a wrong number of texts with tabs between them.
        """
        facts = self._known.facts
        if facts.table:
            try:
                return (text,) if text.lstrip().startswith("{") else tuple(shlex.split(text))
            except ValueError as error:
                message = f"expected NAME=VALUE for each column, got {text!r} ({error})."
                raise UsageError(message) from error
        read = next(iter(stream_texts([text], facts.fields)), ())
        if not isinstance(read, BadLine):
            return read
        if "\t" in text:
            raise DataError(read.error)
        return (text, *(self._next(prompt, field) for field in facts.fields[1:]))

    def _why(self, argument: str) -> None:
        """Explain the last question in full, or why it is not another class."""
        if self._last is None:
            message = f"{MARK}why: expected a question before it, there was none."
            raise UsageError(message, hint=f"`{MARK}help` lists what can be asked")
        if self._known.facts.classes:
            self._explain(class_name=argument or None)
        else:
            self._explain(ledger=None if self._known.facts.pool else "all")

    def _row(self, argument: str) -> None:
        """Explain a row of the data."""
        split, row = row_address(argument)
        self._last = partial(self._answers.explain_row, split, row)
        self._explain()

    def _prototype(self, argument: str) -> None:
        """Explain the training row that a prototype stands on."""
        if not (argument.isascii() and argument.isdigit()):
            message = f"{MARK}prototype: expected a number, got {argument!r}."
            raise UsageError(message, hint=f"for example `{MARK}prototype 0`")
        self._last = partial(self._answers.explain_prototype, int(argument))
        self._explain()

    def _model(self, argument: str) -> None:
        """Ask another model from now on, or list them."""
        if argument:
            self._choose(argument)
        self._show(shell.models(self._known.models, self._known.facts.model))

    def _help(self, _: str) -> None:
        self._show(shell.commands(self._known.facts))

    def _choose(self, name: str) -> None:
        """Load a model.

        :raises WorkspaceError: where it is missing, stale or broken.
        """
        self._known = Known(
            facts=self._answers.facts(name),
            models=self._answers.models,
            splits=tuple(self._answers.splits),
            prototypes=self._answers.prototypes(name),
        )

    def _explain(self, **asked: Any) -> None:
        """Explain the last question; ``asked`` are fields of the request."""
        if self._last is not None:
            request = ExplainRequest(name=self._known.facts.model, **asked)
            report = self._last(request=request)
            self._show(views_of("explain", report).view(report, request))

    def _next(self, prompt: Prompt, name: str) -> str:
        line = prompt.ask(f"{name}> ")
        self._typed.append(line)
        return line

    def _show(self, drawn: RenderableType) -> None:
        output().print(drawn)
