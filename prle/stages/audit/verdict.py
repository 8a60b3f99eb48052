"""What an audit comes to, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prle.stages.audit.interface import Measure, MeasureName

MOSTLY: Final = 0.7
"""A correlation from which on something is foretold without a reservation."""


def verdict(measures: Sequence[Measure], *, full: bool = False) -> tuple[str, ...]:
    """Say what holds and what does not, one sentence a claim, the most important first.

    :param full: whether the whole model was fitted to wrong labels before it was asked for them.
    """
    found: dict[MeasureName, Measure] = {measure.name: measure for measure in measures}
    return (*_examples(found), *_prototypes(found), *_labels(found, full=full))


def _examples(found: Mapping[MeasureName, Measure]) -> Iterator[str]:
    """Say whether attributions foretell refits, matter, and were learned."""
    exact, rows = found.get("lds_labels"), found.get("lds_rows")
    if exact is None or rows is None:
        return
    if exact.finding == "fails":
        yield f"Attributions do not add up to refits ({exact.value:.3f}, exact would be 1): that is a bug."
    else:
        foretold = f"foretell what removing rows does (correlation {rows.value:.2f})"
        yield f"With the geometry frozen, attributions are exact for labels and {foretold}."
    whole = found.get("lds_fit")
    if whole is not None:
        yield f"They {_foretell(whole)} whole fits, whose geometry is learned anew (correlation {whole.value:.2f})."
    yield from _effects(found["deletion"], found["randomisation"], found["randomisation_sizes"])


def _foretell(whole: Measure) -> str:
    if whole.finding != "holds":
        return "cannot be said to foretell"
    return "foretell" if whole.value >= MOSTLY else "foretell only a part of"


def _effects(fall: Measure, shuffled: Measure, sizes: Measure) -> Iterator[str]:
    if fall.finding == "holds":
        beside = f"{fall.value:z.2f}, random rows {fall.reference:z.2f}"
        yield f"Predictions fall without the rows that hold them up ({beside})."
    else:
        yield "Taking away the rows that add most moves predictions no more than random rows."
    if shuffled.finding == "holds":
        yield (
            f"Shuffled labels leave nothing of the contributions (correlation {shuffled.value:.2f}); how large they "
            f"are is mostly a matter of who is near ({sizes.value:.2f})."
        )
    else:
        survive = f"survive shuffled labels (correlation {shuffled.value:.2f})"
        yield f"Contributions {survive}: they say little of what was learned."


def _prototypes(found: Mapping[MeasureName, Measure]) -> Iterator[str]:
    """Say whether prototypes decide, hold like labels together, and earn something."""
    needed, sufficient = found["needed_80"], found.get("sufficiency")
    needs = found.get("comprehensiveness")
    if sufficient is not None and needs is not None:
        so = "decide" if needs.finding == sufficient.finding == "holds" else "are not clearly those that decide"
        yield (
            f"{needed.value:.1f} prototypes carry 80 % of an input's weight; the heaviest {so} "
            f"(change without them {_size(needs)}, with them alone {_size(sufficient)})."
        )
    yield _purity(found["purity"])
    gain = found.get("expert_gain")
    if gain is not None:
        earn = {"holds": "earn something", "fails": "lose something"}.get(gain.finding, "earn nothing that is certain")
        yield f"Local experts {earn} over one global expert (RMSE {-gain.value:+.3f} on validation)."
    snaps = found["snap_distance"]
    if snaps.finding != "holds":
        yield f"Prototypes do not stand on their anchors ({snaps.value:.2f} spacings away on average)."
    other = found.get("stability")
    if other is not None:
        shown, chance = _percent(other.value), _percent(other.reference)
        yield f"Another seed shows {shown} of the same evidence ({chance} by chance)."


def _purity(purity: Measure) -> str:
    said = {
        "holds": "Regimes hold labels that are more alike than those of random prototypes",
        "fails": "Regimes are less pure in their labels than those of random prototypes",
    }.get(purity.finding, "Regimes are no purer in their labels than some sets of random prototypes")
    left, random = _percent(purity.value, 1), _percent(purity.reference, 1)
    what = "Gini impurity" if purity.title.startswith("Gini") else "variance"
    return f"{said} ({left} of the {what} is left, {random} with random ones)."


def _size(change: Measure) -> str:
    """Return a change; of probabilities in thousandths, which is what one prototype more or less may be worth."""
    return f"{change.value:.{3 if change.unit == 'probability' else 2}f}"


def _labels(found: Mapping[MeasureName, Measure], *, full: bool) -> Iterator[str]:
    """Say whether wrong labels would be found."""
    noise = found.get("noise_suspicion")
    if noise is None:
        return
    than = {"holds": "more often than", "fails": "less often than"}.get(noise.finding, "as often as")
    ours, theirs = _percent(noise.value, 1), _percent(noise.reference, 1)
    knew = "" if full else "; both flattered, since the geometry knew the right one"
    ranked = f"ranked above a right one {ours} of the time"
    yield f"A wrong label is {ranked}, {than} by its residual alone ({theirs}){knew}."


def _percent(share: float | None, decimals: int = 0) -> str:
    return "n/a" if share is None else f"{100.0 * share:.{decimals}f} %"
