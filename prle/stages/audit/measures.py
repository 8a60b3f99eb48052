"""From what an audit measured to figures beside their references, each with what it says of the claim behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from prle.explanation.audit import resampled
from prle.stages.audit.interface import Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from prle.explanation.audit import (
        AnchorFidelity,
        Compactness,
        Deletion,
        Estimate,
        NoiseFound,
        Randomised,
        Reliance,
        Stability,
    )
    from prle.metrics.numbers import Difference
    from prle.stages.audit.interface import Finding, MeasureName, Unit

EXACT: Final = 0.99
"""A score that is exact but for rounding may not fall below this."""

INDEPENDENT: Final = 0.1
"""Correlations below this are none."""


def above(low: float, high: float, reference: float = 0.0) -> Finding:
    """Return whether what should be above a reference is, as far as an interval can tell."""
    return "holds" if low > reference else "fails" if high < reference else "open"


def foretold(name: MeasureName, title: str, score: Estimate, meaning: str, *, exact: bool = False) -> Measure:
    """Return how well attributions foretell refits."""
    finding = ("holds" if score.value >= EXACT else "fails") if exact else above(score.low, score.high)
    return Measure(
        name=name,
        group="training examples",
        title=title,
        value=score.value,
        unit="correlation",
        interval=(score.low, score.high),
        reference=0.0,
        against="chance",
        finding=finding,
        meaning=meaning,
    )


def deleted(deletion: Deletion, seed: int) -> Measure:
    """Return how far predictions fall without the rows that hold them up."""
    fall = deletion.areas(deletion.attributed)
    random = deletion.areas(deletion.random)
    value, difference = resampled(fall, seed), resampled(fall - random, seed)
    last = f"{deletion.counts[-1]} rows: {deletion.attributed[:, -1].mean():.2f}"
    return Measure(
        name="deletion",
        group="training examples",
        title="fall without the top rows",
        value=value.value,
        unit="label units",
        interval=(value.low, value.high),
        reference=float(random.mean()),
        against="random rows",
        finding=above(difference.low, difference.high),
        meaning=f"mean fall when 1 to {deletion.counts[-1]} of the rows that add most go; without {last}",
    )


def forgotten(found: Randomised, seed: int, *, refitted: bool) -> tuple[Measure, Measure]:
    """Return how much of the attributions survives shuffled labels."""
    signed, sizes = resampled(found.signed, seed), resampled(found.sizes, seed)
    how = "a model fitted to shuffled labels" if refitted else "experts solved on shuffled labels"
    kept = "routing still says who is near" if refitted else "alphas depend on the geometry alone, which stays"
    return (
        Measure(
            name="randomisation",
            group="training examples",
            title="same under shuffled labels",
            value=signed.value,
            unit="correlation",
            interval=(signed.low, signed.high),
            reference=0.0,
            against="none",
            finding="holds" if abs(signed.value) < INDEPENDENT else "fails",
            meaning=f"against {how}: near 0, they know what was learned",
        ),
        Measure(
            name="randomisation_sizes",
            group="training examples",
            title="their sizes alone",
            value=sizes.value,
            unit="correlation",
            interval=(sizes.low, sizes.high),
            reference=0.0,
            against="none",
            finding="described",
            meaning=f"without their signs: {kept}",
        ),
    )


def relied_on(found: Reliance, unit: Unit, seed: int) -> tuple[Measure, Measure]:
    """Return whether the heaviest prototypes decide."""
    without = resampled(found.comprehensiveness, seed)
    more = resampled(found.comprehensiveness - found.random_comprehensiveness, seed)
    alone = resampled(found.sufficiency, seed)
    less = resampled(found.random_sufficiency - found.sufficiency, seed)
    whose = "" if unit == "label units" else ", for the class that is predicted"
    return (
        Measure(
            name="comprehensiveness",
            group="prototypes",
            title="change without the heaviest",
            value=without.value,
            unit=unit,
            interval=(without.low, without.high),
            reference=float(found.random_comprehensiveness.mean()),
            against="random ones",
            finding=above(more.low, more.high),
            meaning=f"without the top 1, 3, 5 and 10, on average{whose}: large, they are needed",
        ),
        Measure(
            name="sufficiency",
            group="prototypes",
            title="change with them alone",
            value=alone.value,
            unit=unit,
            interval=(alone.low, alone.high),
            reference=float(found.random_sufficiency.mean()),
            against="random ones",
            finding=above(less.low, less.high),
            meaning=f"with nobody but those{whose}: small, they are enough",
        ),
    )


def concentrated(found: Compactness, prototypes: int) -> tuple[Measure, ...]:
    """Return how few prototypes speak."""

    def counted(name: MeasureName, title: str, value: float, equal: float, meaning: str) -> Measure:
        return Measure(
            name=name,
            group="prototypes",
            title=title,
            value=value,
            unit="prototypes",
            interval=None,
            reference=equal,
            against="equal voices",
            finding="described",
            meaning=meaning,
        )

    everyone, active = float(prototypes), float(found.active)
    return (
        counted(
            "needed_80", "for 80 % of the weight", *_needed(found.most, 0.8, prototypes), "of one input, on average"
        ),
        counted(
            "needed_95",
            "for 95 % of the weight",
            *_needed(found.nearly_all, 0.95, prototypes),
            "of one input, on average",
        ),
        counted(
            "k_eff",
            "K_eff",
            found.effective,
            everyone,
            "over all inputs: exp of the entropy of the mean weight",
        ),
        counted("k_active", "K_active", active, everyone, "over all inputs: at least 1 % of the weight"),
    )


def pure(share: float, random: NDArray[np.float64], *, classes: bool) -> Measure:
    """Return whether regimes hold like labels."""
    what = "Gini impurity" if classes else "label variance"
    worse = int(np.count_nonzero(random > share))
    finding: Finding = "holds" if worse == len(random) else "fails" if worse == 0 else "open"
    return Measure(
        name="purity",
        group="prototypes",
        title=f"{what} inside regimes",
        value=share,
        unit="share",
        interval=None,
        reference=float(random.mean()),
        against="random ones",
        finding=finding,
        meaning=f"of all {what}; less than with {worse} of {len(random)} sets of random training rows",
    )


def anchored(found: AnchorFidelity, spacing: float, seed: int, *, classes: bool) -> tuple[Measure, ...]:
    """Return whether prototypes are what their anchors are."""
    measures = []
    if len(found.own) > 1:
        own = resampled(found.own, seed)
        better = resampled(found.others - found.own, seed)
        figure = "square root of the Brier score" if classes else "RMSE"
        measures.append(
            Measure(
                name="anchor_error",
                group="prototypes",
                title="error on the own anchor",
                value=float(np.sqrt(own.value)),
                unit="probability" if classes else "label units",
                interval=(float(np.sqrt(own.low)), float(np.sqrt(own.high))),
                reference=float(np.sqrt(found.others.mean())),
                against="other experts",
                finding=above(better.low, better.high),
                meaning=f"{figure} of each expert there; all together {np.sqrt(found.routed.mean()):.2f}",
            )
        )
    apart = float(found.snaps.mean()) / spacing
    standing = int(np.count_nonzero(found.snaps == 0.0))
    measures.append(
        Measure(
            name="snap_distance",
            group="prototypes",
            title="distance to the anchor",
            value=apart,
            unit="spacings",
            interval=None,
            reference=0.0,
            against="none",
            finding="holds" if standing == len(found.snaps) else "fails",
            meaning=f"{standing} of {len(found.snaps)} prototypes stand on the row that is shown for them",
        )
    )
    return tuple(measures)


def earned(gain: Difference, one: float, local: float) -> Measure:
    """Return what local experts earn over one for all inputs."""
    return Measure(
        name="expert_gain",
        group="prototypes",
        title="gain over one global expert",
        value=gain.point,
        unit="label units",
        interval=(gain.low, gain.high),
        reference=0.0,
        against="one expert",
        finding=above(gain.low, gain.high),
        meaning=f"validation RMSE from {one:.3f} to {local:.3f}, same geometry, both solved",
    )


def stable(found: Stability, fits: int, seed: int) -> Measure:
    """Return how much of the evidence another seed would show."""
    overlap = resampled(found.overlap, seed)
    more = resampled(found.overlap - found.chance, seed)
    return Measure(
        name="stability",
        group="prototypes",
        title="same evidence, other seeds",
        value=overlap.value,
        unit="share",
        interval=(overlap.low, overlap.high),
        reference=float(found.chance.mean()),
        against="other inputs",
        finding=above(more.low, more.high),
        meaning=f"Jaccard overlap of the rows around the top 3 anchors, {fits} fits",
    )


def detected(found: list[NoiseFound], seed: int, *, refitted: bool, classes: bool = False) -> tuple[Measure, Measure]:
    """Return whether exchanged labels are found."""
    suspected, residual = (np.array([getattr(each, name) for each in found]) for name in ("suspicion", "residual"))
    ours, theirs = resampled(suspected, seed), resampled(residual, seed)
    gap = resampled(suspected - residual, seed)
    usual = "a logistic regression" if classes else "a prediction"
    where = "the whole model fitted to them" if refitted else "experts solved on them; the geometry knew the right ones"
    return (
        Measure(
            name="noise_suspicion",
            group="labels",
            title="wrong labels found by suspicion",
            value=ours.value,
            unit="area",
            interval=(ours.low, ours.high),
            reference=theirs.value,
            against="by residual",
            finding=above(gap.low, gap.high),
            meaning=f"5 % exchanged {len(found)} times, {where}: how often a wrong one ranks above a right one",
        ),
        Measure(
            name="noise_residual",
            group="labels",
            title="wrong labels found by residual",
            value=theirs.value,
            unit="area",
            interval=(theirs.low, theirs.high),
            reference=0.5,
            against="chance",
            finding=above(theirs.low, theirs.high, 0.5),
            meaning=f"the usual ranking: error of {usual} from other folds",
        ),
    )


def _needed(counts: NDArray[np.int64], share: float, prototypes: int) -> tuple[float, float]:
    return float(counts.mean()), float(np.ceil(share * prototypes))
