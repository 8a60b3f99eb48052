"""The command line with stages that answer at once, and a way to call it as a person would."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from prle_cli.app import main
from tests.prle_cli import comparisons, reports


@dataclass
class Stages:
    """Stands for the library: remembers how it was called, and answers with whatever a test lays down."""

    calls: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)

    def function(self, name: str) -> Any:
        def stage(*args, **kwargs):
            self.calls[name] = (args, kwargs)
            answer = self.answers[name]
            if isinstance(answer, BaseException):
                raise answer
            return answer(*args, **kwargs) if callable(answer) else answer

        return stage


def _module(name: str, **members: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(members)
    return module


@pytest.fixture
def stages(monkeypatch) -> Stages:
    """Put stand-ins in the place of everything the commands import from the library."""
    stand_in = Stages(
        answers={
            "load": "the data set",
            "load_encoder": "the encoder",
            "read_texts": lambda source, fields: [tuple(line.rstrip("\n").split("\t")) for line in source],
            "embed": reports.embedding(),
            "resolve": lambda file, overrides: overrides,
            "fit": reports.fitting(),
            "search": reports.searching(),
            "predict_texts": reports.predictions(),
            "predict_split": reports.split_predictions(),
            "explain_texts": reports.explanation(),
            "explain_row": reports.explained_row(),
            "explain_rows": reports.many_explanations(),
            "bench": reports.benchmark(),
            "suggest": reports.suggestion(),
            "read_plan": lambda file, overrides: (file, overrides),
            "run_suite": comparisons.suite(),
            "text_fields": ("sentence1", "sentence2"),
            "info": reports.workspace(),
            "history": reports.whole_history(),
            "settings": reports.settings(),
        }
    )
    homes = {
        "prle.data": ("load", "read_texts"),
        "prle.encoders": ("load_encoder",),
        "prle.config": ("resolve",),
        "prle.stages.embed": ("embed",),
        "prle.stages.fit": ("fit",),
        "prle.stages.search": ("search",),
        "prle.stages.predict": ("predict_texts", "predict_split"),
        "prle.stages.explain": ("explain_texts", "explain_row", "explain_rows"),
        "prle.stages.bench": ("bench",),
        "prle.stages.suggest": ("suggest",),
        "prle.stages.plan": ("read_plan",),
        "prle.stages.suite": ("run_suite",),
        "prle.stages.query": ("text_fields",),
        "prle.stages.info": ("info",),
        "prle.stages.history": ("history",),
        "prle.stages.settings": ("settings",),
    }
    for home, names in homes.items():
        module = _module(home, **{name: stand_in.function(name) for name in names})
        monkeypatch.setitem(sys.modules, home, module)
    sys.modules["prle.data"].SourceRequest = SimpleNamespace
    sys.modules["prle.stages.embed"].EmbedRequest = SimpleNamespace
    sys.modules["prle.stages.bench"].BenchRequest = SimpleNamespace
    return stand_in


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def prle(capsys, monkeypatch):
    """Call the command line in this process, through its error boundary."""
    for name in ("PRLE_WORKSPACE", "PRLE_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str) -> Outcome:
        code = main(arguments)
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return call
