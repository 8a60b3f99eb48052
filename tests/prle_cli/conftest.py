"""The command line with stages that answer at once, and a way to call it as a person would."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest

from prle.data import stream_texts
from prle_cli.app import main
from tests.prle_cli.made import caches, class_reports, comparisons, distillations, exports, pages, reports, shards
from tests.prle_cli.workspaces import pairs_file, rankings_file, table_file, voting_pairs_file, voting_table_file

__all__ = ["pairs_file", "rankings_file", "table_file", "voting_pairs_file", "voting_table_file"]


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


@pytest.fixture
def stages(monkeypatch) -> Stages:
    """Put stand-ins in the place of everything the commands import from the library."""
    stand_in = Stages(
        answers={
            "read_inputs": lambda _, source, **__: [tuple(line.rstrip("\n").split("\t")) for line in source],
            "stream_inputs": lambda _, lines, **__: stream_texts(lines, reports.workspace().fields),
            "embed_source": reports.embedding(),
            "resolve": lambda file, overrides: overrides,
            "engine_named": lambda name, **_: nullcontext(name),
            "compute_on": lambda device, ranks: device,
            "fit": reports.fitting(),
            "search": reports.searching(),
            "predict_texts": reports.predictions(),
            "predict_split": reports.split_predictions(),
            "predicting": lambda *_, **__: nullcontext(reports.predicted),
            "predict_file": lambda *_, **__: iter([reports.predictions(), reports.predictions()]),
            "predict_rows": lambda *_, **__: iter([stand_in.answers["predict_split"]]),
            "explain_texts": reports.explanation(),
            "explaining": lambda *_, **__: nullcontext(reports.explained),
            "explain_row": reports.explained_row(),
            "explain_rows": reports.many_explanations(),
            "bench": reports.benchmark(),
            "suggest": reports.suggestion(),
            "read_plan": lambda file, overrides: (file, overrides),
            "run_suite": comparisons.suite(),
            "info": reports.workspace(),
            "show_cache": caches.cache(),
            "clear_cache": caches.cleared(),
            "read_history": reports.whole_history(),
            "settings": reports.settings(),
            "distill": distillations.distilled(),
            "export": exports.exported(),
            "predict_shards": shards.predicted(),
            "report": pages.contents(),
            "find_regimes": class_reports.regimes(),
        }
    )
    homes = {
        "prle.engines": ("engine_named",),
        "prle.config": ("resolve",),
        "prle.stages.embed": ("embed_source",),
        "prle.stages.fit": ("fit",),
        "prle.models.labels.training.compute": ("compute_on",),
        "prle.stages.fit.search": ("search",),
        "prle.stages.predict": ("predict_texts", "predict_split", "predicting"),
        "prle.stages.predict.blocks": ("predict_file", "predict_rows"),
        "prle.stages.common.query": ("read_inputs", "stream_inputs"),
        "prle.stages.explain": ("explain_texts", "explain_row", "explain_rows", "explaining"),
        "prle.stages.cache": ("show_cache", "clear_cache"),
        "prle.stages.bench": ("bench",),
        "prle.stages.suggest": ("suggest",),
        "prle.stages.bench.suites": ("read_plan", "run_suite"),
        "prle.stages.info": ("info", "find_regimes", "read_history"),
        "prle.stages.config": ("settings",),
        "prle.stages.consolidate": ("consolidate",),
        "prle.stages.distill": ("distill",),
        "prle.stages.export": ("export",),
        "prle.stages.predict.shards": ("predict_shards",),
        "prle.stages.report": ("report",),
    }
    for home, names in homes.items():
        for name in names:
            monkeypatch.setattr(f"{home}.{name}", stand_in.function(name))
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
