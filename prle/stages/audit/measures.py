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
    from prle.metrics.promise import Promise
    from prle.stages.audit.interface import Finding, MeasureName, Unit
    from prle.stages.audit.scale import Scale

CARRIED: Final = 0.9
"""R2 of predictions from which on labels carry them."""

INDEPENDENT: Final = 0.1
"""Cosines below this are none."""

SHOWN: Final = 10
"""Heaviest voters whose absence is the figure of ``deletion``, where so many vote."""


def above(low: float, high: float, reference: float = 0.0) -> Finding:
    """Return whether what should be above a reference is, as far as an interval can tell."""
    return "holds" if low > reference else "fails" if high < reference else "open"


def promised(found: Promise) -> tuple[Measure, ...]:
    """Return who carries predictions, and whether a reader could have said them."""
    about = found.content > max(found.content_score_only, found.content_chance)
    return (
        _carrying(
            "carried",
            "carried by labels",
            found.carried,
            "of predictions, by what labels of training rows say, weighed as they are; 1 is all of it",
            "holds" if found.carried >= CARRIED else "fails",
        ),
        _carrying(
            "anchored",
            "by labels of anchors alone",
            found.anchored,
            "the same where each prototype says the label of its anchor",
        ),
        _carrying(
            "told",
            "told from five prototypes",
            found.told,
            "by what labels say in the five heaviest: what a reader of an explanation could say",
        ),
        Measure(
            name="content",
            group="who carries",
            title="likeness of content",
            value=found.content,
            unit="cosine",
            interval=None,
            reference=found.content_score_only,
            against="like predictions",
            finding="holds" if about else "fails",
            meaning=f"frozen cosine to the ten heaviest training rows; to random ones {found.content_chance:.2f}",
        ),
        Measure(
            name="voters_80",
            group="who carries",
            title="voters for 80 % of the weight",
            value=found.voters_80,
            unit="rows",
            interval=None,
            reference=None,
            against="",
            finding="described",
            meaning="of one input, on average",
        ),
    )


def _carrying(name: MeasureName, title: str, value: float, meaning: str, finding: Finding = "described") -> Measure:
    return Measure(
        name=name,
        group="who carries",
        title=title,
        value=value,
        unit="r2",
        interval=None,
        reference=0.0,
        against="the mean alone",
        finding=finding,
        meaning=f"R2 {meaning}",
    )


def foretold(effects: Estimate, entries: Estimate, fits: int) -> tuple[Measure, Measure]:
    """Return how well votes foretell whole fits, by the effects of leaving rows out and by their entries."""

    def correlated(name: MeasureName, title: str, score: Estimate, meaning: str) -> Measure:
        return Measure(
            name=name,
            group="training examples",
            title=title,
            value=score.value,
            unit="correlation",
            interval=(score.low, score.high),
            reference=0.0,
            against="chance",
            finding=above(score.low, score.high),
            meaning=meaning,
        )

    return (
        correlated(
            "lds_fit",
            "foretell whole fits",
            effects,
            f"votes times distance from the prediction, summed over halves, against {fits} fits on these halves",
        ),
        correlated(
            "lds_ledger", "the same from the ledger", entries, "votes times labels, as `prle explain` lists them"
        ),
    )


def left_out(deletion: Deletion, unit: float, scale: Scale, seed: int) -> Measure:
    """Return how far predictions move without the voters that weigh most; ``unit`` is that of scaled figures."""
    last = deletion.counts[-1]
    place = deletion.counts.index(min(SHOWN, last))
    heaviest, random = unit * deletion.heaviest, unit * deletion.random
    value, more = (resampled(each[:, place], seed) for each in (heaviest, heaviest - random))
    further = f"; without {last} {heaviest[:, -1].mean():.3f}, {random[:, -1].mean():.3f}" if last > SHOWN else ""
    return Measure(
        name="deletion",
        group="training examples",
        title="move without the heaviest voters",
        value=value.value,
        unit=scale.error_unit,
        interval=(value.low, value.high),
        reference=float(random[:, place].mean()),
        against="random voters",
        finding=above(more.low, more.high),
        meaning=f"without {deletion.counts[place]} of them, the next nearest step in: exact, nothing fitted{further}",
    )


def forgotten(found: Randomised, seed: int, *, refitted: bool) -> tuple[Measure, Measure]:
    """Return how much of the entries survives shuffled labels."""
    signed, sizes = resampled(found.signed, seed), resampled(found.sizes, seed)
    how = "a model fitted to shuffled labels" if refitted else "labels shuffled among the voters"
    kept = "about whom the place still says who is near" if refitted else "votes depend on places alone, which stay"
    return (
        Measure(
            name="randomisation",
            group="training examples",
            title="same under shuffled labels",
            value=signed.value,
            unit="cosine",
            interval=(signed.low, signed.high),
            reference=0.0,
            against="none",
            finding="holds" if abs(signed.value) < INDEPENDENT else "fails",
            meaning=f"entries about the mean label, against {how}: near 0, they are about labels",
        ),
        Measure(
            name="randomisation_sizes",
            group="training examples",
            title="their sizes alone",
            value=sizes.value,
            unit="cosine",
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


def pure(share: float, random: NDArray[np.float64], scale: Scale) -> Measure:
    """Return whether cells hold like labels."""
    worse = int(np.count_nonzero(random > share))
    better = int(np.count_nonzero(random < share))
    finding: Finding = "holds" if worse == len(random) else "fails" if better == len(random) else "open"
    return Measure(
        name="purity",
        group="prototypes",
        title=f"{scale.variance} inside cells",
        value=share,
        unit="share",
        interval=None,
        reference=float(random.mean()),
        against="random ones",
        finding=finding,
        meaning=(
            f"of all {scale.variance}, among inputs nearest to the same prototype; less than with {worse} of "
            f"{len(random)} sets of random training rows"
        ),
    )


def anchored(found: AnchorFidelity, scale: Scale, seed: int, *, title: str, against: str, meaning: str) -> Measure:
    """Return whether prototypes are what their anchors are."""
    own, better = resampled(found.own, seed), resampled(found.others - found.own, seed)
    return Measure(
        name="anchor_error",
        group="prototypes",
        title=title,
        value=float(np.sqrt(own.value)),
        unit=scale.error_unit,
        interval=(float(np.sqrt(own.low)), float(np.sqrt(own.high))),
        reference=float(np.sqrt(found.others.mean())),
        against=against,
        finding=above(better.low, better.high),
        meaning=f"{scale.figure} {meaning}",
    )


def snapped(snaps: NDArray[np.float64], spacing: float) -> Measure:
    """Return whether prototypes stand on their anchors."""
    standing = int(np.count_nonzero(snaps == 0.0))
    return Measure(
        name="snap_distance",
        group="prototypes",
        title="distance to the anchor",
        value=float(snaps.mean()) / spacing,
        unit="spacings",
        interval=None,
        reference=0.0,
        against="none",
        finding="holds" if standing == len(snaps) else "fails",
        meaning=f"{standing} of {len(snaps)} prototypes stand on the row that is shown for them",
    )


def stable(found: Stability, behind: str, fits: int, seed: int) -> Measure:
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
        meaning=f"Jaccard overlap of {behind}, {fits} fits",
    )


def detected(found: list[NoiseFound], scale: Scale, seed: int) -> tuple[Measure, Measure]:
    """Return whether exchanged labels are found."""
    suspected, residual = (np.array([getattr(each, name) for each in found]) for name in ("suspicion", "residual"))
    ours, theirs = resampled(suspected, seed), resampled(residual, seed)
    gap = resampled(suspected - residual, seed)
    return (
        Measure(
            name="noise_suspicion",
            group="labels",
            title="wrong labels found by suspicion",
            value=ours.value,
            unit="area",
            interval=(ours.low, ours.high),
            reference=theirs.value,
            against=scale.usual,
            finding=above(gap.low, gap.high),
            meaning=(
                f"5 % exchanged {len(found)} times, the whole model fitted to them: how often a wrong one ranks above "
                "a right one"
            ),
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
            meaning=f"the usual ranking: error of {scale.usual} from other folds, on the frozen vectors",
        ),
    )


def _needed(counts: NDArray[np.int64], share: float, prototypes: int) -> tuple[float, float]:
    return float(counts.mean()), float(np.ceil(share * prototypes))
