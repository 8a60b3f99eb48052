"""What a page says differently of models in which labels vote, and of models in which experts speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prle_cli.html.ledgers import Ledger

_VOTING: Final = (
    "votes.voters",
    "votes.base",
    "place.neighbours",
    "place.temperature",
    "place.score",
    "place.value",
    "place.content",
    "prototypes.count",
    "prototypes.init",
    "router.kind",
    "train.seed",
)


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form of a model, for templates.

    :param folder: where its partials are.
    :param headline: the settings that are shown at once; the others are there to be unfolded.
    :param says: what the column of what prototypes say is called.
    :param voters: whose labels make a prediction, in a few words; empty where nobody's do.
    """

    folder: str
    headline: tuple[str, ...]
    says: str
    voters: str = ""

    def partial(self, name: str) -> str:
        """Return the template of this form for one place of the page."""
        return f"{self.folder}/{name}.html.j2"

    def said(self, ledger: Ledger) -> str:
        """Return what the weight of a prototype is multiplied by."""
        if not self.voters:
            return "what it says"
        return "(what its examples say + what differs)" if ledger.differs else "what its examples say"


FORMS: Final[Mapping[str, Form]] = {
    "examples": Form(
        folder="voting", headline=_VOTING, says="Examples say", voters="the training rows nearest to an input"
    ),
    "prototypes": Form(
        folder="voting", headline=_VOTING, says="Examples say", voters="the training rows that prototypes stand on"
    ),
    "none": Form(
        folder="experts",
        says="Says",
        headline=(
            "router.kind",
            "router.temperature",
            "prototypes.count",
            "prototypes.init",
            "value_space.projection",
            "experts.kind",
            "experts.init",
            "train.em_alt_training",
            "train.epochs",
            "train.seed",
        ),
    ),
}
"""By what ``votes.voters`` says."""
