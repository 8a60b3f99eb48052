"""Comparisons as plain tables: CSV for programs, Markdown for a page."""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any, Final

from prle.metrics.numbers import FIGURES
from prle.metrics.rankings import RANKED
from prle_cli.formats.reports import csv_line
from prle_cli.terminal.console import safe
from prle_cli.views.bench.ablations import interval, provenance
from prle_cli.views.bench.carrying import CARRYING, carried
from prle_cli.views.bench.importance import SCORES
from prle_cli.views.bench.suite import RELATIONS, methods
from prle_cli.views.common.figures import duration, error, fixed, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from prle.stages.bench.interface import (
        BenchReport,
        BenchRow,
        ImportanceReport,
        ImportanceRow,
        ScoreName,
        SuiteReport,
        TextBenchReport,
        TextBenchRow,
    )

_SPECIAL: Final = str.maketrans({character: f"\\{character}" for character in "\\|*_`[]<>#"})


def comparison_table(report: Any) -> Iterator[str]:
    """Yield a comparison as CSV under a header."""
    return _TABLES[report.of](report)


def comparison_markdown(report: Any) -> Iterator[str]:
    """Yield a comparison as sections of a page."""
    return _SECTIONS[report.of](report)


def _bench_table(report: BenchReport | TextBenchReport) -> Iterator[str]:
    """Yield the methods, the difference and its interval in three columns."""
    yield csv_line(_heads(report.rows))
    for row in report.rows:
        yield csv_line(_values(row))


def _suite_table(report: SuiteReport) -> Iterator[str]:
    """Yield every method on every data set, the data set first."""
    rows = [(each.dataset, row) for each in report.datasets for row in each.rows]
    yield csv_line(["dataset", *_heads([row for _, row in rows])])
    for dataset, row in rows:
        yield csv_line([dataset, *_values(row)])


def _importance_table(report: ImportanceReport) -> Iterator[str]:
    """Yield the ways to weigh rows."""
    yield csv_line([field.name for field in fields(report.rows[0])])
    for row in report.rows:
        yield csv_line(astuple(row))


def _heads(rows: Sequence[BenchRow | TextBenchRow]) -> list[str]:
    scalars = [field.name for field in fields(rows[0]) if field.name != "difference"] if rows else []
    return [*scalars, "difference", "difference_low", "difference_high"]


def _values(row: BenchRow | TextBenchRow) -> list[object]:
    """Return the cells of one method, in the order of the header."""
    scalars = [getattr(row, field.name) for field in fields(row) if field.name != "difference"]
    return [*scalars, *(row.difference or (None, None, None))]


def _bench_markdown(report: BenchReport) -> Iterator[str]:
    """Yield the comparison as a section."""
    split = report.rows[0].split if report.rows else "no"
    yield f"## {_plain(report.dataset)}, {split} split, on {_plain(report.encoder)}"
    yield ""
    columns = _COLUMNS[report.score_name]
    yield from _table([*columns, "difference"], (_cells(row, columns) for row in report.rows))
    yield ""
    if report.best_baseline:
        score = FIGURES[report.score_name].title
        yield f"Difference in {score} to {_plain(report.best_baseline)}, with its paired 95 % interval."
    if report.resampling:
        yield f"Intervals: {_plain(report.resampling)}"
    if told := carried(report):
        yield ""
        yield from _table(
            ["model", *CARRYING], ([row.name, *(cell(row) for cell in CARRYING.values())] for row in told)
        )
    if report.findings:
        yield ""
        yield from _table(
            ["model", "changed to", "worth", "so"],
            ([each.model, each.change, interval(each.difference), each.words] for each in report.findings),
        )
    yield ""
    yield f"**{_plain(report.verdict)}**"
    if report.provenance is not None:
        yield ""
        yield _plain(provenance(report.provenance).plain)


def _texts_markdown(report: TextBenchReport) -> Iterator[str]:
    """Yield the comparison of ways to find a text."""
    split = report.rows[0].split if report.rows else "no"
    yield f"## {_plain(report.dataset)}, {split} split, on {_plain(report.encoder)}"
    yield ""
    rows = (
        [
            row.name,
            row.kind,
            *(fixed(getattr(row, name), 4) for name in RANKED),
            duration(row.fit_seconds),
            interval(row.difference) if row.difference else "",
        ]
        for row in report.rows
    )
    yield from _table(["method", "kind", *RANKED.values(), "fit", "difference"], rows)
    yield ""
    yield f"{report.pool:,} texts are ranked. Intervals: {_plain(report.resampling)}"
    if report.findings:
        yield ""
        found = ([f"{each.model}: {each.subject}", interval(each.difference), each.words] for each in report.findings)
        yield from _table(["what", "worth in R@1", "so"], found)
    yield ""
    yield f"**{_plain(report.verdict)}**"


def _importance_markdown(report: ImportanceReport) -> Iterator[str]:
    """Yield the ways to weigh rows."""
    yield f"## Students of {_plain(report.model)} on {_plain(report.dataset)}, {report.split} split"
    yield ""
    yield from _table(
        ["importance", SCORES[report.score_name], "difference", "noise", "relative error"],
        map(_importance_cells, report.rows),
    )
    yield ""
    yield f"**{_plain(report.verdict)}**"


def _importance_cells(row: ImportanceRow) -> list[str]:
    return [
        row.name,
        _with_deviation(fixed(row.score, 4), row.score_sd),
        "" if row.difference is None else signed(row.difference, 4),
        "" if row.noise is None else fixed(row.noise, 4),
        _with_deviation(fixed(row.relative_error, 4), row.relative_error_sd),
    ]


def _suite_markdown(report: SuiteReport) -> Iterator[str]:
    """Yield a summary and a section a data set."""
    yield "## All data sets, Pearson"
    yield ""
    datasets = [each.dataset for each in report.datasets]
    rows = methods(report).items()
    yield from _table(
        ["method", *datasets],
        ([name, *(fixed(on[each].score, 4) if each in on else "" for each in datasets)] for name, on in rows),
    )
    if report.summary:
        yield ""
        yield from _table(
            ["data set", "model", "best baseline", "difference", "so"],
            (
                [
                    line.dataset,
                    f"{line.model} {fixed(line.pearson, 3)}",
                    f"{line.baseline} {fixed(line.baseline_pearson, 3)}",
                    interval(line.difference),
                    RELATIONS[line.answer],
                ]
                for line in report.summary
            ),
        )
    for each in report.datasets:
        yield ""
        yield from _bench_markdown(each)


_METHOD: Final[dict[str, Callable[[BenchRow], str]]] = {
    "method": lambda row: row.name,
    "kind": lambda row: row.kind,
}
_COST: Final[dict[str, Callable[[BenchRow], str]]] = {
    "fit": lambda row: duration(row.fit_seconds),
    "rows a second": lambda row: fixed(row.predict_rows_per_second, 0),
    "speak for an input": lambda row: "" if row.effective_experts is None else fixed(row.effective_experts, 1),
}
_COLUMNS: Final[Mapping[ScoreName, Mapping[str, Callable[[BenchRow], str]]]] = {
    "pearson": {
        **_METHOD,
        "Pearson": lambda row: _with_deviation(fixed(row.pearson, 4), row.pearson_sd),
        "Spearman": lambda row: _with_deviation(fixed(row.spearman, 4), row.spearman_sd),
        "RMSE": lambda row: _with_deviation(error(row.rmse), row.rmse_sd),
        "R²": lambda row: _with_deviation(fixed(row.r2, 4), row.r2_sd),
        **_COST,
    },
    "accuracy": {
        **_METHOD,
        "accuracy": lambda row: _with_deviation(fixed(row.accuracy, 4), row.accuracy_sd),
        "AUC": lambda row: _with_deviation(fixed(row.auc, 4), row.auc_sd),
        "log loss": lambda row: _with_deviation(fixed(row.log_loss, 4), row.log_loss_sd),
        "macro F1": lambda row: _with_deviation(fixed(row.macro_f1, 4), row.macro_f1_sd),
        **_COST,
    },
}


def _cells(row: BenchRow, columns: Mapping[str, Callable[[BenchRow], str]]) -> list[str]:
    return [*(column(row) for column in columns.values()), interval(row.difference) if row.difference else ""]


def _with_deviation(written: str, deviation: float | None) -> str:
    return written if deviation is None else f"{written} ± {error(deviation)}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table of GitHub's Markdown, whatever its cells hold."""
    yield f"| {' | '.join(map(_plain, heads))} |"
    yield f"|{' --- |' * len(heads)}"
    for cells in rows:
        yield f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """Return ``text`` as one line in which Markdown finds nothing to interpret."""
    return safe(text).translate(_SPECIAL)


_TABLES: Final[Mapping[str, Callable[[Any], Iterator[str]]]] = {
    "labels": _bench_table,
    "texts": _bench_table,
    "importance": _importance_table,
    "suite": _suite_table,
}
_SECTIONS: Final[Mapping[str, Callable[[Any], Iterator[str]]]] = {
    "labels": _bench_markdown,
    "texts": _texts_markdown,
    "importance": _importance_markdown,
    "suite": _suite_markdown,
}
"""By what a report is of."""
