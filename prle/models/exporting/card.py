"""What comes with an exported model: what it was made from, how good it is, and what it must not be taken for."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA_VERSION: Final = 1

_NAMES: Final = {"r2": "R²", "recall_at_1": "R@1", "recall_at_10": "R@10", "mrr": "MRR", "rmse": "RMSE", "auc": "AUC"}


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """Everything that somebody who gets the file should know.

    :param target: ``number``, ``binary``, ``multiclass`` or ``text``.
    :param made_of: what the model is, by part, in words.
    :param encoder: its name, kind, fingerprint and width.
    :param figures: by split, then by name.
    :param level: how often intervals should hold; None where there are none.
    :param half_widths: half the width of the intervals of that level, by the prototype with the largest responsibility.
    :param covered: how often they held on test rows.
    :param inputs: what each input of the file means, by name; likewise ``outputs``.
    :param anchors: the training row of each prototype; with its texts and label unless those were left out.
    :param texts: what there is to find, where labels are texts and they were not left out.
    :param places: the groups or paths that the input ``place`` numbers.
    :param voters: training rows that vote, whose places and labels are in the model.
    :param limits: sentences.
    """

    model: str
    format: str
    dataset: str
    synthetic: bool
    label: str
    fields: tuple[str, ...]
    rows: Mapping[str, int]
    target: str
    classes: tuple[str, ...]
    encoder: Mapping[str, Any]
    made_of: Mapping[str, str]
    created: str
    figures: Mapping[str, Mapping[str, float]]
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    anchors: tuple[Mapping[str, Any], ...]
    holds_texts: bool
    limits: tuple[str, ...]
    prle: str
    level: float | None = None
    half_widths: tuple[float, ...] = ()
    covered: float | None = None
    texts: tuple[str, ...] = ()
    places: tuple[str, ...] = field(default=())
    voters: int = 0


def as_json(card: ModelCard) -> bytes:
    """Return a card for programs, as ``model.json`` has it."""
    return json.dumps({"schema_version": SCHEMA_VERSION, **asdict(card)}, ensure_ascii=False, indent=1).encode()


def as_markdown(card: ModelCard) -> bytes:
    """Return a card for people. No text of a row is in it."""
    return ("\n".join(_lines(card)) + "\n").encode()


def _lines(card: ModelCard) -> Iterator[str]:
    yield f"# {_plain(card.model)}: a prle model of {_plain(card.dataset)}"
    if card.synthetic:
        yield "\n**Synthetic data, made by prle itself: the figures say nothing about real texts.**"
    yield "\n## Data\n"
    counts = ", ".join(f"{name} {length:,}" for name, length in card.rows.items())
    yield f"- {_plain(card.dataset)}: {counts} rows"
    yield f"- {', '.join(map(_plain, card.fields))} -> {_plain(card.label)} ({_target(card)})"
    yield "\n## Model\n"
    yield from (f"- {name}: {_plain(value)}" for name, value in card.made_of.items())
    yield f"- encoder: {_plain(card.encoder['name'])}, {card.encoder['width']} numbers, frozen, not in this file"
    yield f"- fingerprint of the encoder: `{card.encoder['fingerprint']}`"
    yield f"- fitted {card.created}, exported by prle {card.prle} as {card.format}"
    yield "\n## Figures\n"
    yield from _figures(card)
    yield from _intervals(card)
    for title, named in (("Inputs", card.inputs), ("Outputs", card.outputs)):
        if named:
            yield f"\n## {title}\n"
            yield from (f"- `{name}`: {meaning}" for name, meaning in named.items())
    yield "\n## Texts of others\n"
    yield _warning(card)
    yield "\n## Limits\n"
    yield from (f"- {limit}" for limit in card.limits)


def _target(card: ModelCard) -> str:
    if card.classes:
        return f"{len(card.classes):,} classes"
    return "texts" if card.target == "text" else "a number"


def _figures(card: ModelCard) -> Iterator[str]:
    names = list(next(iter(card.figures.values()), {}))
    yield f"| rows | {' | '.join(_NAMES.get(name, name.replace('_', ' ')) for name in names)} |"
    yield f"|---|{'---|' * len(names)}"
    for split, figures in card.figures.items():
        yield f"| {split} | {' | '.join(f'{figures[name]:.4f}' for name in names)} |"


def _intervals(card: ModelCard) -> Iterator[str]:
    if card.level is None or not card.half_widths:
        return
    low, high = min(card.half_widths), max(card.half_widths)
    held = "" if card.covered is None else f" On test rows they held {card.covered:.1%} of the time."
    yield f"\nIntervals that should hold {card.level:.0%} of the time are the prediction ± {low:.3g} to {high:.3g},"
    yield f"by the prototype with the largest responsibility (`half_widths` in `model.json`).{held}"


def _warning(card: ModelCard) -> str:
    if card.holds_texts:
        return (
            f"`model.json` carries training texts word by word: the anchors of {len(card.anchors):,} prototypes"
            f"{f' and {len(card.texts):,} texts to find' if card.texts else ''}. Do not hand it to anybody who must "
            f"not read them; `prle export --no-texts` leaves them out. {_travels(card)}"
        )
    return f"Training texts were left out. {_travels(card)}"


def _travels(card: ModelCard) -> str:
    """Say what of the training rows is in the model either way."""
    if card.voters:
        return (
            f"The labels of {card.voters:,} training rows, by row number, and vectors that say roughly what those rows "
            "are about are in the model either way: it answers by them."
        )
    return "Vectors of training texts are in the model either way, and say roughly what those are about."


def _plain(text: str) -> str:
    """Return a text of a user as one line that Markdown takes for nothing else."""
    line = " ".join(str(text).split())
    return "".join(f"\\{mark}" if mark in "\\`*_[]<>#|" else mark for mark in line)
