"""Every picture, at every width that people have, is the one that somebody looked at and liked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prle_cli.views import (
    audit,
    bench,
    edit,
    embed,
    explain,
    explanations,
    fit,
    history,
    info,
    predict,
    settings,
    suggest,
    suite,
    suspects,
    training,
)
from tests.prle_cli import audits, comparisons, reports
from tests.prle_cli.pictures import FOLDER, WIDTHS, assert_golden

PICTURES = {
    "embed": lambda: embed.view(reports.embedding()),
    "embed_resumed_demo": lambda: embed.view(reports.resumed_demo()),
    "embed_reused": lambda: embed.view(reports.reused_embedding()),
    "fit": lambda: fit.view(reports.fitting()),
    "fit_search": lambda: fit.view(reports.searching()),
    "fit_committee": lambda: fit.view(replace(reports.fitting(), members=3)),
    "training": lambda: training.view(reports.history()),
    "predict": lambda: predict.view(reports.predictions()),
    "predict_interval": lambda: predict.view(reports.bounded_predictions()),
    "predict_split": lambda: predict.view(reports.split_predictions()),
    "explain": lambda: explain.view(reports.explanation()),
    "explain_row": lambda: explain.view(reports.explained_row(), top=2),
    "explain_all": lambda: explain.view(reports.explanation(), top=1, ledger="all"),
    "explain_features": lambda: explain.view(reports.explanation(), ledger="features"),
    "explain_single": lambda: explain.view(reports.single_text()),
    "explain_many": lambda: explanations.view(reports.many_explanations()),
    "bench": lambda: bench.view(reports.benchmark()),
    "bench_names": lambda: bench.view(reports.benchmark_of_many_names()),
    "history": lambda: history.view(reports.whole_history()),
    "history_long": lambda: history.view(reports.long_history()),
    "history_start": lambda: history.view(reports.only_a_start()),
    "settings": lambda: settings.view(reports.settings()),
    "settings_of_a_model": lambda: settings.view(reports.settings_of_a_model()),
    "suggest": lambda: suggest.view(reports.suggestion()),
    "suggest_small": lambda: suggest.view(reports.small_suggestion()),
    "bench_ablations": lambda: bench.view(comparisons.ablated_benchmark()),
    "suite": lambda: suite.view(comparisons.suite()),
    "info": lambda: info.view(reports.workspace()),
    "info_searches": lambda: info.view(reports.searched_workspace()),
    "info_committee": lambda: info.view(reports.workspace_of_committees()),
    "info_empty": lambda: info.view(reports.empty_workspace()),
    "audit": lambda: audit.view(audits.audited()),
    "audit_unsolved": lambda: audit.view(audits.audited_unsolved()),
    "audit_labels": lambda: suspects.view(audits.suspected()),
    "edit_relabel": lambda: edit.view(audits.receipt()),
    "edit_drop": lambda: edit.view(audits.receipt_of_a_drop()),
    "edit_undo": lambda: edit.view(audits.taken_back()),
    "edit_log": lambda: edit.view_log(audits.edit_log()),
    "edit_log_empty": lambda: edit.view_log(audits.no_edits()),
    "explain_relabelled": lambda: explain.view(reports.relabelled(), top=2, ledger="all"),
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_the_one_we_liked(name, width):
    assert_golden(name, PICTURES[name](), width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_is_wider_than_the_terminal(name, width):
    lines = (FOLDER / f"{name}_{width}.txt").read_text(encoding="utf-8").splitlines()
    assert max(map(len, lines)) <= width


def test_every_kept_picture_is_still_drawn():
    assert {path.stem for path in FOLDER.iterdir()} == {f"{name}_{width}" for name in PICTURES for width in WIDTHS}
