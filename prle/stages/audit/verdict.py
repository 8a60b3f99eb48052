"""What an audit comes to, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prle.stages.audit.interface import Measure, MeasureName

MOSTLY: Final = 0.7
"""A correlation from which on something is foretold without a reservation."""


def verdict(measures: Sequence[Measure]) -> tuple[str, ...]:
    """Say what holds and what does not, one sentence a claim, the most important first."""
    found: dict[MeasureName, Measure] = {measure.name: measure for measure in measures}
    return (*_carried(found), *_examples(found), *_prototypes(found), *_labels(found))


def _carried(found: Mapping[MeasureName, Measure]) -> Iterator[str]:
    """Say who carries predictions, and whether a reader could have said them."""
    carried, told, content = found.get("carried"), found.get("told"), found.get("content")
    if carried is None or told is None or content is None:
        return
    if carried.finding == "holds":
        yield (
            f"Labels of training rows carry the predictions (R2 {carried.value:.2f}); from five prototypes a reader "
            f"could tell R2 {told.value:.2f} of them."
        )
    else:
        yield (
            f"Labels of training rows do not carry the predictions (R2 {carried.value:.2f}): what was fitted beside "
            "them does."
        )
    near = "nearer in content than" if content.finding == "holds" else "no nearer in content than"
    yield (
        f"The rows that weigh most are {near} any rows with a like prediction (cosine {content.value:.2f}, "
        f"{content.reference:.2f})."
    )


def _examples(found: Mapping[MeasureName, Measure]) -> Iterator[str]:
    """Say whether the heaviest voters matter, and what their entries foretell."""
    moved, whole = found.get("deletion"), found.get("lds_fit")
    if moved is not None:
        beside = f"{moved.value:.3g}, random ones {moved.reference:.3g}"
        than = "more" if moved.finding == "holds" else "not clearly more"
        yield f"Predictions move without their heaviest voters, {than} than without others ({beside})."
    shuffled, sizes = found.get("randomisation"), found.get("randomisation_sizes")
    if shuffled is not None and sizes is not None:
        say = "change the entries" if shuffled.finding == "holds" else "hardly change the entries"
        yield (
            f"Shuffled labels {say} (cosine {shuffled.value:z.2f}; of their sizes, which say who is near, "
            f"{sizes.value:z.2f})."
        )
    if whole is not None:
        yield f"Votes {_foretell(whole)} whole fits without half of the rows (correlation {whole.value:.2f})."


def _foretell(whole: Measure) -> str:
    if whole.finding != "holds":
        return "cannot be said to foretell"
    return "foretell" if whole.value >= MOSTLY else "foretell only a part of"


def _prototypes(found: Mapping[MeasureName, Measure]) -> Iterator[str]:
    """Say whether prototypes decide, hold like labels together."""
    needed, sufficient = found["needed_80"], found.get("sufficiency")
    needs = found.get("comprehensiveness")
    if sufficient is not None and needs is not None:
        so = "decide" if needs.finding == sufficient.finding == "holds" else "are not clearly those that decide"
        yield (
            f"{needed.value:.1f} prototypes carry 80 % of an input's weight; the heaviest {so} "
            f"(change without them {_size(needs)}, with them alone {_size(sufficient)})."
        )
    if "purity" in found:
        yield _purity(found["purity"])
    snaps = found.get("snap_distance")
    if snaps is not None and snaps.finding != "holds":
        yield f"Prototypes do not stand on their anchors ({snaps.value:.2f} spacings away on average)."
    other = found.get("stability")
    if other is not None:
        shown, chance = _percent(other.value), _percent(other.reference)
        yield f"Another seed shows {shown} of the same evidence ({chance} by chance)."


def _purity(purity: Measure) -> str:
    said = {
        "holds": "Cells hold labels that are more alike than those of random prototypes",
        "fails": "Cells are less pure in their labels than those of random prototypes",
    }.get(purity.finding, "Cells are no purer in their labels than some sets of random prototypes")
    left, random = _percent(purity.value, 1), _percent(purity.reference, 1)
    what = "Gini impurity" if purity.title.startswith("Gini") else "variance"
    return f"{said} ({left} of the {what} is left, {random} with random ones)."


def _size(change: Measure) -> str:
    """Return a change; of probabilities in thousandths, which is what one prototype more or less may be worth."""
    return f"{change.value:.{3 if change.unit == 'probability' else 2}f}"


def _labels(found: Mapping[MeasureName, Measure]) -> Iterator[str]:
    """Say whether wrong labels would be found."""
    noise = found.get("noise_suspicion")
    if noise is None:
        return
    than = {"holds": "more often than", "fails": "less often than"}.get(noise.finding, "as often as")
    ours, theirs = _percent(noise.value, 1), _percent(noise.reference, 1)
    yield f"A wrong label is ranked above a right one {ours} of the time, {than} by {noise.against} ({theirs})."


def _percent(share: float | None, decimals: int = 0) -> str:
    return "n/a" if share is None else f"{100.0 * share:.{decimals}f} %"
