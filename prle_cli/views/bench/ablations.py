"""What stands behind a comparison: what each part is worth, who speaks, how much chance does, and where it was run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from prle_cli.terminal.console import BEST, MODEL, MUTED, TITLE, WARNING, safe
from prle_cli.views.bench.carrying import who_carries
from prle_cli.views.common.cells import figure, table, words
from prle_cli.views.common.figures import UNKNOWN, count, error, fixed, percent, signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType
    from rich.style import Style

    from prle.stages.bench.interface import Answer, BenchReport, BenchRow
    from prle.stages.common.provenance import Provenance

ANSWER_STYLES: Final[Mapping[Answer, Style | str]] = {"helps": BEST, "level": "", "hurts": WARNING}


def details(report: BenchReport) -> Iterator[RenderableType]:
    """Yield what a report has beyond its main table, nothing for a report that has nothing."""
    if sample := _sample(report):
        yield Text(sample, MUTED)
    if report.resampling:
        yield Text(safe(f"Intervals: {report.resampling}"), MUTED)
    for part in (who_carries(report), _parts(report), _routing(report), _coverage(report), _spread(report)):
        if part is not None:
            yield Text()
            yield part
    if report.provenance is not None:
        yield Text()
        yield provenance(report.provenance)


def _sample(report: BenchReport) -> str:
    """Say in a sentence how many rows baselines were fitted on, where that were not all; nothing else."""
    seen = {row.fitted_on for row in report.rows if row.fitted_on is not None}
    if report.train_rows is None or seen <= {report.train_rows}:
        return ""
    return f"Baselines: fitted on {count(max(seen))} of {count(report.train_rows)} training rows, drawn by their seed."


def provenance(source: Provenance) -> Text:
    """Return in a sentence when, with what and on what the figures were measured."""
    versions = ", ".join(f"{name} {version}" for name, version in source.versions.items())
    cores = f"{count(source.cores)} {'core' if source.cores == 1 else 'cores'}"
    sentence = f"Measured {source.date} on {source.processor} ({cores}, {source.platform}) with {versions}."
    return Text(safe(sentence), MUTED)


def interval(difference: tuple[float, float, float]) -> str:
    """Return a difference with its interval: ``+0.021 [+0.012, +0.030]``."""
    point, low, high = difference
    return f"{signed(point, 3)} [{signed(low, 3)}, {signed(high, 3)}]"


def _parts(report: BenchReport) -> RenderableType | None:
    """Show what every part is worth: the Pearson or accuracy that goes when it is taken away."""
    if not report.findings:
        return None
    parts = table(
        words("model", MODEL), words("changed to"), figure("worth"), words("so"), title="What the parts are worth"
    )
    for place, finding in enumerate(report.findings):
        following = report.findings[place + 1 : place + 2]
        first = place == 0 or report.findings[place - 1].model != finding.model
        parts.add_row(
            Text(safe(finding.model)) if first else Text(),
            Text(finding.change),
            Text(interval(finding.difference), style="" if finding.answer == "level" else TITLE),
            Text(finding.words, style=ANSWER_STYLES[finding.answer]),
            end_section=any(other.model != finding.model for other in following),
        )
    return parts


def _routing(report: BenchReport) -> RenderableType | None:
    """Show how many prototypes a model has, how many win an input, and how many speak for one."""
    rows = [row for row in report.rows if row.effective_experts is not None]
    if not rows:
        return None
    heads = ("prototypes", "in use", "speak for an input")
    routing = table(words("model"), *map(figure, heads), title="Who speaks")
    for row in rows:
        routing.add_row(
            Text(safe(row.name), style=MODEL),
            Text(UNKNOWN if row.prototypes is None else count(row.prototypes)),
            Text(fixed(row.prototypes_in_use, 0 if row.seeds == 1 else 1)),
            Text(fixed(row.effective_experts, 1)),
        )
    return routing


def _coverage(report: BenchReport) -> RenderableType | None:
    """Show how often the intervals of each model hold, and how wide they are."""
    rows = [row for row in report.rows if row.coverage is not None]
    if not rows:
        return None
    heads = ("hold", "worst regime", "mean width")
    coverage = table(words("model"), *map(figure, heads), title="90 % intervals")
    for row in rows:
        worst = row.worst_regime_coverage
        coverage.add_row(
            Text(safe(row.name), style=MODEL),
            Text(percent(row.coverage or 0.0, 1)),
            Text(UNKNOWN if worst is None else percent(worst, 1)),
            Text(error(row.interval_width or 0.0)),
        )
    return coverage


def _spread(report: BenchReport) -> RenderableType | None:
    """Show means with their standard deviations over seeds."""
    rows = [row for row in report.rows if row.seeds > 1]
    if not rows:
        return None
    heads = ("Pearson", "Spearman", "RMSE") if report.target == "number" else ("accuracy", "AUC", "log loss")
    spread = table(words("method"), *map(figure, ("fits", *heads)), title="Over seeds")
    for row in rows:
        spread.add_row(_name(row), Text(count(row.seeds)), *_means(row))
    return spread


def _name(row: BenchRow) -> Text:
    return Text(safe(row.name), style="" if row.kind == "baseline" else MODEL)


def _means(row: BenchRow) -> list[Text]:
    """Return the means, each with its standard deviation in the digits of the mean."""
    if row.accuracy is not None:
        measured = ((row.accuracy, row.accuracy_sd), (row.auc, row.auc_sd), (row.log_loss, row.log_loss_sd))
        return [Text(f"{fixed(mean, 4)} ± {fixed(deviation, 4)}") for mean, deviation in measured]
    return [
        Text(f"{fixed(row.pearson, 4)} ± {fixed(row.pearson_sd, 4)}"),
        Text(f"{fixed(row.spearman, 4)} ± {fixed(row.spearman_sd, 4)}"),
        Text(f"{error(row.rmse)} ± {error(row.rmse_sd or 0.0)}"),
    ]
