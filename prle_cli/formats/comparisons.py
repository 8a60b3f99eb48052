"""Comparisons as plain tables: Markdown for a page, CSV over several data sets."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

from prle.metrics.rankings import RANKED
from prle.stages.bench.interface import TextBenchReport
from prle_cli.formats.reports import bench_cells, csv_line
from prle_cli.terminal.console import safe
from prle_cli.views.bench.ablations import interval, provenance
from prle_cli.views.bench.suite import RELATIONS, methods
from prle_cli.views.common.figures import duration, error, fixed, score_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from prle.stages.bench.interface import BenchReport, BenchRow, SuiteReport

_SPECIAL: Final = str.maketrans({character: f"\\{character}" for character in "\\|*_`[]<>#"})


def suite_table(report: SuiteReport) -> Iterator[str]:
    """Yield every method on every data set as CSV, the data set first."""
    rows = [(each.dataset, row) for each in report.datasets for row in each.rows]
    scalars = [field.name for field in fields(rows[0][1]) if field.name != "difference"] if rows else []
    yield csv_line(["dataset", *scalars, "difference", "difference_low", "difference_high"])
    for dataset, row in rows:
        yield csv_line([dataset, *bench_cells(row)])


def bench_markdown(report: BenchReport | TextBenchReport) -> Iterator[str]:
    """Yield the comparison as a section of a page."""
    if isinstance(report, TextBenchReport):
        yield from _texts_markdown(report)
        return
    split = report.rows[0].split if report.rows else "no"
    yield f"## {_plain(report.dataset)}, {split} split, on {_plain(report.encoder)}"
    yield ""
    columns = _COLUMNS if report.target == "number" else _CLASS_COLUMNS
    yield from _table([*columns, "difference"], (_cells(row, columns) for row in report.rows))
    yield ""
    if report.best_baseline:
        yield f"Difference in {score_of(report)} to {_plain(report.best_baseline)}, with its paired 95 % interval."
    if report.resampling:
        yield f"Intervals: {_plain(report.resampling)}"
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


def suite_markdown(report: SuiteReport) -> Iterator[str]:
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
        yield from bench_markdown(each)


_METHOD: Final[dict[str, Callable[[BenchRow], str]]] = {
    "method": lambda row: row.name,
    "kind": lambda row: row.kind,
}
_COST: Final[dict[str, Callable[[BenchRow], str]]] = {
    "fit": lambda row: duration(row.fit_seconds),
    "rows a second": lambda row: fixed(row.predict_rows_per_second, 0),
    "speak for an input": lambda row: "" if row.effective_experts is None else fixed(row.effective_experts, 1),
}
_COLUMNS: Final[dict[str, Callable[[BenchRow], str]]] = {
    **_METHOD,
    "Pearson": lambda row: _with_deviation(fixed(row.pearson, 4), row.pearson_sd),
    "Spearman": lambda row: _with_deviation(fixed(row.spearman, 4), row.spearman_sd),
    "RMSE": lambda row: _with_deviation(error(row.rmse), row.rmse_sd),
    "R²": lambda row: _with_deviation(fixed(row.r2, 4), row.r2_sd),
    **_COST,
}
_CLASS_COLUMNS: Final[dict[str, Callable[[BenchRow], str]]] = {
    **_METHOD,
    "accuracy": lambda row: _with_deviation(fixed(row.accuracy, 4), row.accuracy_sd),
    "AUC": lambda row: _with_deviation(fixed(row.auc, 4), row.auc_sd),
    "log loss": lambda row: _with_deviation(fixed(row.log_loss, 4), row.log_loss_sd),
    "macro F1": lambda row: _with_deviation(fixed(row.macro_f1, 4), row.macro_f1_sd),
    **_COST,
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
