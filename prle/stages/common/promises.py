"""The names of what a model promises of its explanations, for whoever only quotes it: nothing heavy is loaded."""

from __future__ import annotations

from typing import Final

PROMISED: Final = (
    "carried",
    "anchored",
    "told",
    "content",
    "content_chance",
    "content_score_only",
    "voters_80",
    "prototypes_80",
)
"""The figures of :class:`prle.explanation.promise.Promise`, by which a summary keeps them."""

CARRIES: Final = 0.9
"""R2 from which on labels carry a prediction; below it something else makes it."""
