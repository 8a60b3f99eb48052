"""What an audit comes to, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prle.stages.audited import Measure, MeasureName


def verdict(measures: Sequence[Measure]) -> tuple[str, ...]:
    """Say what holds and what does not, one sentence a claim, the most important first."""
    found: dict[MeasureName, Measure] = {measure.name: measure for measure in measures}
    return (*_examples(found), *_prototypes(found), *_labels(found))


def _examples(found: Mapping[MeasureName, Measure]) -> Iterator[str]:
    exact, rows = found.get("lds_labels"), found.get("lds_rows")
    if exact is None or rows is None:
        return
    if exact.finding == "fails":
        yield f"Attributions do not add up to refits ({exact.value:.3f}, exact would be 1): that is a bug."
    else:
        yield (
            "With the geometry frozen, attributions are exact for labels and foretell what removing rows does "
            f"(correlation {rows.value:.2f})."
        )
    whole = found.get("lds_fit")
    if whole is not None:
        share = {"holds": "foretell", "open": "may not foretell", "fails": "do not foretell"}
        yield f"They {share.get(whole.finding, 'foretell')} whole fits, geometry included (correlation {whole.value:.2f})."
    fall, shuffled = found["deletion"], found["randomisation"]
    if fall.finding == "holds" and shuffled.finding == "holds":
        yield "Predictions fall without the rows that hold them up, and shuffled labels leave nothing of it."
    if fall.finding != "holds":
        yield "Taking away the top rows moves predictions no more than random rows."
    if shuffled.finding != "holds":
        yield f"Attributions survive shuffled labels (correlation {shuffled.value:.2f}): they say little of what was learned."


def _prototypes(found: Mapping[MeasureName, Measure]) -> Iterator[str]:
    needed, sufficient = found["needed_80"], found.get("sufficiency")
    needs = found.get("comprehensiveness")
    if sufficient is not None and needs is not None:
        so = "decide" if needs.finding == sufficient.finding == "holds" else "are not clearly those that decide"
        yield (
            f"{needed.value:.1f} prototypes carry 80 % of an input's weight; the heaviest {so} "
            f"(change without them {needs.value:.2f}, with them alone {sufficient.value:.2f})."
        )
    purity = found["purity"]
    pure = {
        "holds": "Regimes hold labels that are more alike than those of random prototypes",
        "open": "Regimes are no purer in their labels than some sets of random prototypes",
        "fails": "Regimes are less pure in their labels than those of random prototypes",
    }
    yield f"{pure[purity.finding]} ({purity.value:.0%} of the variance is left, {purity.reference:.0%} with random ones)."
    gain = found.get("expert_gain")
    if gain is not None:
        earn = {"holds": "earn something", "open": "earn nothing that is certain", "fails": "lose something"}
        yield f"Local experts {earn[gain.finding]} over one global expert (RMSE {gain.value:+.3f} lower)."
    snaps = found["snap_distance"]
    if snaps.finding != "holds":
        yield f"Prototypes do not stand on their anchors ({snaps.value:.2f} spacings away on average)."
    other = found.get("stability")
    if other is not None:
        yield (
            f"Another seed shows {other.value:.0%} of the same evidence ({other.reference:.0%} by chance)."
        )


def _labels(found: Mapping[MeasureName, Measure]) -> Iterator[str]:
    noise = found.get("noise_suspicion")
    if noise is None:
        return
    than = {
        "holds": "more often than the usual ranking by residual",
        "open": "as often as the usual ranking by residual",
        "fails": "less often than the usual ranking by residual",
    }
    yield f"A wrong label is ranked above a right one {noise.value:.0%} of the time, {than[noise.finding]} ({noise.reference:.0%})."
