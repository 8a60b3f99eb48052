"""Say in plain words what a comparison shows, and no more than its intervals allow.

Every claim rests on a difference in Pearson, of classes in accuracy, with a paired 95 % interval: an interval that
holds zero makes two methods *level*, however far apart their figures look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prle.metrics.numbers import FIGURES, Difference, paired_bootstrap
from prle.stages.bench.carrying import carrying
from prle.stages.bench.interface import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.stages.bench.interface import Answer, BenchRow, ScoreName
    from prle.stages.bench.measuring import Result
    from prle.stages.bench.methods.ablations import AblationName

_RELATIONS: Final[Mapping[Answer, str]] = {"helps": "is ahead of", "level": "is level with", "hurts": "is behind"}

_WORDS: Final[Mapping[AblationName, Mapping[Answer, str]]] = {
    "one expert": {
        "helps": "local experts earn something over one global expert",
        "level": "local experts earn nothing that can be told from chance over one global expert",
        "hurts": "local experts do worse than one global expert",
    },
    "no value space": {
        "helps": "the value space helps",
        "level": "the value space changes nothing that can be told from chance",
        "hurts": "the value space hurts",
    },
    "random prototypes": {
        "helps": "chosen prototypes beat random ones",
        "level": "chosen prototypes cannot be told from random ones",
        "hurts": "random prototypes beat chosen ones",
    },
    "constant experts": {
        "helps": "experts that read the input beat constant ones",
        "level": "experts that read the input cannot be told from constant ones",
        "hurts": "constant experts beat those that read the input",
    },
    "equal voices": {
        "helps": "routing beats equal voices",
        "level": "routing cannot be told from equal voices",
        "hurts": "equal voices beat routing",
    },
    "permuted centres": {
        "helps": "centres matter: experts at each other's places do worse",
        "level": "experts at each other's places cannot be told from experts at their own",
        "hurts": "experts at each other's places do better",
    },
    "random centres": {
        "helps": "centres matter: the same experts at random places do worse",
        "level": "the same experts at random places cannot be told from experts at their own",
        "hurts": "the same experts at random places do better",
    },
    "the score alone": {
        "helps": "the vote is ahead of the score alone",
        "level": "the vote is level with the score alone",
        "hurts": "the vote is behind the score alone",
    },
    "voters prototypes": {
        "helps": "all examples together are ahead of prototypes that vote alone",
        "level": "all examples together are level with prototypes that vote alone",
        "hurts": "all examples together are behind prototypes that vote alone",
    },
    "random anchors": {
        "helps": "chosen anchors beat random ones",
        "level": "chosen anchors are level with random ones",
        "hurts": "random anchors beat chosen ones",
    },
    "no content": {
        "helps": "looking at what rows are about helps",
        "level": "looking at what rows are about changes nothing that can be told from chance",
        "hurts": "looking at what rows are about hurts",
    },
    "only the score decides": {
        "helps": "looking at more than the score helps",
        "level": "looking at more than the score changes nothing that can be told from chance",
        "hurts": "looking at more than the score hurts",
    },
    "shared experts": {
        "helps": "the vote is ahead of experts that share what they know",
        "level": "the vote is level with experts that share what they know",
        "hurts": "the vote is behind experts that share what they know",
    },
}

_FEW: Final = 0.25
_MOST: Final = 0.75
"""Shares of the prototypes: routing that leaves fewer speaking for an input concentrates, more hardly does."""


def speaker(results: Sequence[Result]) -> Result | None:
    """Return the model that speaks for all: the lowest validation error, since picking on the split would flatter."""
    models = [result for result in results if result.row.kind == "model"]
    return min(models, key=lambda result: result.validation_error, default=None)


def best_baseline(results: Sequence[Result]) -> Result | None:
    """Return the baseline that did best on these very rows: the hardest comparison there is."""
    baselines = [result for result in results if result.row.kind == "baseline"]
    return max(baselines, key=lambda result: result.row.score, default=None)


def compared(labels: NDArray[np.float64], ours: Result, theirs: Result) -> Difference:
    """Return how much higher our score is, the mean over fits, with its paired 95 % interval over rows."""
    return paired_bootstrap(labels, ours.predictions, theirs.predictions, ours.row.score_name)


def findings(results: Sequence[Result], labels: NDArray[np.float64]) -> tuple[Finding, ...]:
    """Return what each part that was taken away is worth to its model, in the order of the rows."""
    whole = {result.row.name: result for result in results if result.row.kind == "model"}
    found = []
    for result in results:
        ablates, change = result.row.ablates, result.row.change
        if ablates in whole and change is not None:
            difference = compared(labels, whole[ablates], result)
            answer = answer_of(difference)
            words = _WORDS[change][answer]
            found.append(Finding(model=ablates, change=change, answer=answer, difference=difference, words=words))
    return tuple(found)


def answer_of(difference: tuple[float, float, float]) -> Answer:
    """Return ``helps`` or ``hurts`` where the whole interval lies above or below zero, else ``level``."""
    _, low, high = difference
    return "helps" if low > 0 else "hurts" if high < 0 else "level"


def verdict(results: Sequence[Result], found: Sequence[Finding], labels: NDArray[np.float64]) -> str:
    """Say in a few sentences what the table shows of the model that speaks, the claim against the baselines first."""
    model, best = speaker(results), best_baseline(results)
    if model is None:
        row = (best or results[0]).row
        return f"No model was compared; the best method is {row.name} with {_title(row)} {row.score:.3f}."
    first = f"{model.row.name} has {_title(model.row)} {model.row.score:.3f}"
    if best is not None:
        first = _against_baseline(model.row, best.row, compared(labels, model, best))
    claims = [
        f"{each.words} (difference {_interval(each.difference)})" for each in found if each.model == model.row.name
    ]
    sentences = [
        f"{first}; {claims[0]}" if claims else first,
        *carrying(model, results),
        *map(_sentence, claims[1:]),
        *_routing(model.row),
    ]
    return " ".join(f"{sentence}." for sentence in sentences)


def resampling(split: str, rows: int, seeds: int | None, *, score: ScoreName = "pearson") -> str:
    """Say what an interval of this comparison is an interval of."""
    drawn = f"2,000 paired bootstrap samples of the {rows:,} {split} rows, the same rows for both methods"
    if seeds is None:
        return f"{drawn}; fits are not resampled."
    title = FIGURES[score].title
    return f"{drawn}; {title} is the mean over each method's fits ({seeds} where chance plays a part), not resampled."


def _routing(row: BenchRow) -> list[str]:
    """Say how many prototypes speak for an input, where there are several."""
    if row.prototypes is None or row.prototypes == 1 or row.effective_experts is None:
        return []
    share = row.effective_experts / row.prototypes
    does = "concentrates" if share < _FEW else "hardly concentrates" if share > _MOST else "concentrates a little"
    return [f"Routing {does}: {row.effective_experts:.1f} of {row.prototypes} prototypes speak for an input on average"]


def _against_baseline(model: BenchRow, best: BenchRow, difference: Difference) -> str:
    figures = f"{_title(model)} {model.score:.3f} to {best.score:.3f}, difference {_interval(difference)}"
    return f"{model.name} {_RELATIONS[answer_of(difference)]} the best baseline, {best.name} ({figures})"


def _title(row: BenchRow) -> str:
    return FIGURES[row.score_name].title


def _interval(difference: tuple[float, float, float]) -> str:
    point, low, high = difference
    return f"{point:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}"


def _sentence(claim: str) -> str:
    return claim[0].upper() + claim[1:]
