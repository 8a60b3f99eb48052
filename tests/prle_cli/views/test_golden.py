"""Every picture, at every width that people have, is the one that somebody looked at and liked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prle.stages.explain import ExplainRequest
from prle_cli.views.audit import suspects
from prle_cli.views.audit import view as audit
from prle_cli.views.bench import importance, suite
from prle_cli.views.bench import labels as bench
from prle_cli.views.bench import texts as bench_text
from prle_cli.views.cache import view as cache
from prle_cli.views.config import view as settings
from prle_cli.views.consolidate import view as consolidate
from prle_cli.views.distill import view as distill
from prle_cli.views.edit import view as edit
from prle_cli.views.embed import view as embed
from prle_cli.views.explain import classes as explain_class
from prle_cli.views.explain import many as explanations
from prle_cli.views.explain import numbers as explain
from prle_cli.views.explain import texts as explain_text
from prle_cli.views.export import view as export
from prle_cli.views.fit import labels as fit
from prle_cli.views.fit import texts as fit_text
from prle_cli.views.fit import training
from prle_cli.views.info import classes as class_regimes
from prle_cli.views.info import history
from prle_cli.views.info import numbers as regimes
from prle_cli.views.info import view as info
from prle_cli.views.predict import classes as predict_class
from prle_cli.views.predict import numbers as predict
from prle_cli.views.predict import shards as shards_view
from prle_cli.views.predict import texts as predict_text
from prle_cli.views.report import view as report
from prle_cli.views.serve import view as serve
from prle_cli.views.shell import view as shell
from prle_cli.views.suggest import view as suggest
from tests.prle_cli.made import (
    audits,
    caches,
    class_pages,
    class_reports,
    class_table_reports,
    comparisons,
    consolidations,
    distillations,
    exports,
    pages,
    reports,
    served,
    shards,
    table_reports,
    text_reports,
)
from tests.prle_cli.pictures import FOLDER, WIDTHS, assert_golden

PICTURES = {
    "embed": lambda: embed.view(reports.embedding()),
    "embed_in_bf16": lambda: embed.view(reports.embedding_in_bf16()),
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
    "explain_row": lambda: explain.view(reports.explained_row(), ExplainRequest(first=2)),
    "explain_all": lambda: explain.view(reports.explanation(), ExplainRequest(first=1, ledger="all")),
    "explain_features": lambda: explain.view(reports.explanation(), ExplainRequest(ledger="features")),
    "embed_table": lambda: embed.view(table_reports.embedding()),
    "predict_table": lambda: predict.view(table_reports.predictions()),
    "predict_table_interval": lambda: predict.view(table_reports.bounded_predictions()),
    "explain_table_many": lambda: explanations.view(table_reports.many_explanations()),
    "explain_table": lambda: explain.view(table_reports.explained_row()),
    "explain_table_wide": lambda: explain.view(table_reports.explained_wide_row(), ExplainRequest(first=2)),
    "info_table": lambda: info.view(table_reports.workspace()),
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
    "bench_models": lambda: bench.view(comparisons.models_alone()),
    "bench_sampled": lambda: bench.view(reports.sampled_benchmark()),
    "bench_voted": lambda: bench.view(comparisons.voted_benchmark()),
    "bench_ablations": lambda: bench.view(comparisons.ablated_benchmark()),
    "suite": lambda: suite.view(comparisons.suite()),
    "cache": lambda: cache.view(caches.cache()),
    "cache_empty": lambda: cache.view(caches.empty()),
    "cache_off": lambda: cache.view(replace(caches.empty(), folder=None)),
    "cache_cleared": lambda: cache.cleared(caches.cleared()),
    "cache_cleared_with_encoders": lambda: cache.cleared(caches.cleared_with_encoders()),
    "info": lambda: info.view(reports.workspace()),
    "info_searches": lambda: info.view(reports.searched_workspace()),
    "info_votes": lambda: info.view(reports.workspace_of_votes()),
    "history_without_epochs": lambda: history.view(
        replace(reports.whole_history(), epochs=(), best_epoch=0, model="[default]")
    ),
    "info_committee": lambda: info.view(reports.workspace_of_committees()),
    "serve": lambda: serve.view(served.PAIRS),
    "serve_table": lambda: serve.view(served.TABLE),
    "shell": lambda: shell.commands(served.PAIRS.model),
    "shell_welcome": lambda: shell.welcome(served.PAIRS.model),
    "shell_welcome_table": lambda: shell.welcome(served.TABLE.model),
    "shell_models": lambda: shell.models(("[bold]", "default", "small"), "default"),
    "report": lambda: report.view(pages.written()),
    "report_covered": lambda: report.view(pages.written_of_the_demo()),
    "classes_report": lambda: report.view(class_pages.written()),
    "info_empty": lambda: info.view(reports.empty_workspace()),
    "audit": lambda: audit.view(audits.audited()),
    "audit_unsolved": lambda: audit.view(audits.audited_unsolved()),
    "audit_classes": lambda: audit.view(audits.audited_classes()),
    "audit_labels": lambda: suspects.view(audits.suspected()),
    "audit_labels_classes": lambda: suspects.view(audits.suspected_classes()),
    "edit_relabel": lambda: edit.view(audits.receipt()),
    "edit_drop": lambda: edit.view(audits.receipt_of_a_drop()),
    "edit_undo": lambda: edit.view(audits.taken_back()),
    "edit_classes": lambda: edit.view(audits.receipt_of_a_class()),
    "edit_log_classes": lambda: edit.view_log(audits.log_of_classes()),
    "edit_log": lambda: edit.view_log(audits.edit_log()),
    "edit_log_empty": lambda: edit.view_log(audits.no_edits()),
    "explain_relabelled": lambda: explain.view(reports.relabelled(), ExplainRequest(first=2, ledger="all")),
    "classes_embed": lambda: embed.view(class_reports.embedding()),
    "classes_fit": lambda: fit.view(class_reports.fitting()),
    "classes_training": lambda: training.view(class_reports.history()),
    "classes_history": lambda: history.view(class_reports.whole_history()),
    "classes_predict": lambda: predict_class.view(class_reports.predictions()),
    "classes_predict_split": lambda: predict_class.view(class_reports.split_predictions()),
    "classes_explain": lambda: explain_class.view(class_reports.explanation()),
    "classes_explain_logits": lambda: explain_class.view(class_reports.explained_logits(), ExplainRequest(first=3)),
    "classes_explain_many": lambda: explanations.view(class_reports.many_explanations()),
    "classes_bench": lambda: bench.view(class_reports.benchmark()),
    "classes_info": lambda: info.view(class_reports.workspace()),
    "classes_regimes": lambda: class_regimes.view(class_reports.regimes()),
    "regimes": lambda: regimes.view(class_reports.number_regimes()),
    "classes_embed_table": lambda: embed.view(class_table_reports.embedding()),
    "classes_predict_table": lambda: predict_class.view(class_table_reports.predictions()),
    "classes_explain_table": lambda: explain_class.view(class_table_reports.explained_row()),
    "texts_embed": lambda: embed.view(text_reports.embedding()),
    "texts_fit": lambda: fit_text.view(text_reports.fitting()),
    "texts_fit_guarded": lambda: fit_text.view(text_reports.guarded()),
    "texts_training": lambda: training.view(text_reports.history()),
    "texts_predict": lambda: predict_text.view(text_reports.predictions()),
    "texts_predict_split": lambda: predict_text.view(text_reports.split_predictions()),
    "texts_explain": lambda: explain_text.view(text_reports.explanation(), ExplainRequest(first=3)),
    "texts_explain_alone": lambda: explain_text.view(text_reports.explained_alone()),
    "texts_explain_many": lambda: explanations.view(text_reports.many_explanations()),
    "texts_bench": lambda: bench_text.view(text_reports.benchmark()),
    "texts_consolidate": lambda: consolidate.view(consolidations.of_texts()),
    "consolidate": lambda: consolidate.view(consolidations.of_numbers()),
    "votes_consolidate": lambda: consolidate.view(consolidations.of_votes()),
    "classes_consolidate": lambda: consolidate.view(consolidations.of_classes()),
    "texts_bench_cuts": lambda: bench_text.view(text_reports.benchmark_over_cuts()),
    "texts_info": lambda: info.view(text_reports.workspace()),
    "distill": lambda: distill.view(distillations.distilled()),
    "distill_sizes": lambda: distill.view(distillations.sized()),
    "distill_numbers": lambda: distill.view(distillations.of_numbers()),
    "bench_importance": lambda: importance.view(distillations.weighed()),
    "info_students": lambda: info.view(distillations.workspace()),
    "shards": lambda: shards_view.view(shards.predicted()),
    "shards_before": lambda: shards_view.view(shards.predicted_before()),
    "export": lambda: export.view(exports.exported()),
    "export_arrays": lambda: export.view(exports.exported_arrays()),
    "export_votes": lambda: export.view(exports.exported_votes()),
    "export_student": lambda: export.view(exports.exported_student()),
    "classes_regimes_table": lambda: class_regimes.view(class_table_reports.regimes()),
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
