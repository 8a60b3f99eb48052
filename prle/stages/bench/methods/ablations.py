"""What is left of a model when one of its parts is taken away: a table for each form of model.

A part is taken away either in the settings, which are fitted again, or by looking at the very fit in another way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, final

from prle.stages.bench.methods.disturbances import DisturbanceName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

    from prle.arrays.shapes import Sentences
    from prle.config import Config, VotersName
    from prle.stages.bench.methods.contender import Contender, Fitted

ExpertAblation = Literal["one expert", "no value space", "random prototypes", "constant experts", "equal voices"]
VoteAblation = Literal[
    "the score alone", "voters prototypes", "random anchors", "no content", "only the score decides", "shared experts"
]
AblationName = Literal[ExpertAblation, DisturbanceName, VoteAblation]
"""What a row of a comparison may have changed."""

_EVERYWHERE: Final = 1e9
"""A reach, in mean nearest-prototype distances, that leaves no prototype out."""


def one_expert(config: Config) -> Config:
    """Keep one prototype, and so one global expert: nothing is local.

    It descends instead of being solved in closed form, which moves deviations only and would hold back an expert that
    is all there is (STS-Benchmark, test: .840 against .837). The comparison is with the stronger one.
    """
    if config.prototypes.count == 1:
        return config
    return _changed(_changed(config, "prototypes", count=1), "experts", solver="gradient")


def no_value_space(config: Config) -> Config:
    """Let the experts read the retrieval space itself: nothing is learned about what they see."""
    return _changed(config, "value_space", enabled=False, projection="identity")


def random_prototypes(config: Config) -> Config:
    """Put the prototypes on random training rows and leave them there: neither chosen nor moved."""
    if config.prototypes.count == 1:
        return config
    return _changed(config, "prototypes", init="random_real", learnable=False)


def constant_experts(config: Config) -> Config:
    """Let each expert say one number, whatever the input. Closed forms go too: there is none for constants."""
    return _changed(config, "experts", kind="constant", solver="gradient")


def equal_voices(config: Config) -> Config:
    """Let all prototypes speak alike for every input: a radius that nothing is beyond, with equal weights."""
    if config.prototypes.count == 1:
        return config
    return _changed(config, "router", kind="radius", radius=_EVERYWHERE, weighting="equal")


def voters_prototypes(config: Config) -> Config:
    """Let the anchors alone vote."""
    return _changed(config, "votes", voters="prototypes")


def random_anchors(config: Config) -> Config:
    """Choose the anchors at random, and file all rows under them."""
    return _changed(config, "prototypes", init="random_real")


def no_content(config: Config) -> Config:
    """Place rows by what was learned of them alone, where that is more than a score."""
    return _placed(config, content=0.0) if config.place.value and config.place.content else config


def only_score(config: Config) -> Config:
    """Call near whatever is expected to have the same label."""
    return _placed(config, content=0.0, value=0.0) if config.place.content or config.place.value else config


def _placed(config: Config, **weights: float) -> Config:
    """Weigh a place otherwise; who votes how much is settled anew for it."""
    return _changed(config, "place", **weights, temperature="auto", neighbours="auto", everyone="auto")


def shared_experts(config: Config) -> Config:
    """Let nobody vote: experts that share most of what they know speak."""
    return _changed(config, "votes", voters="none", base="auto")


class Whole(Protocol):
    """A model that parts are taken away from."""

    @property
    def stored(self) -> Contender:
        """It, as it is stored."""

    @property
    def train(self) -> Sentences:
        """Frozen vectors of the training rows. *Shape:* (N, S, H)."""

    def fit(self, seed: int) -> Contender:
        """Return it, fitted with a seed where several were asked for."""

    def refit(self, config: Config, seed: int) -> Contender:
        """Fit other settings."""


@final
@dataclass(frozen=True, kw_only=True)
class Refit:
    """Other settings, fitted again.

    :param settings: from settled settings; the same where there is nothing to take away.
    :param of_score: whether nothing would be left of a model that expects nothing, and only places rows.
    """

    settings: Callable[[Config], Config]
    of_score: bool = False

    def there(self, model: Contender) -> bool:
        """Return whether there is something to take away."""
        return (not self.of_score or model.expects) and self.settings(model.config) != model.config

    def __call__(self, whole: Whole, seed: int) -> Fitted:
        """Return what is left."""
        return whole.refit(self.settings(whole.stored.config), seed)


@final
@dataclass(frozen=True, kw_only=True)
class Moved:
    """The very fit with its centres elsewhere."""

    name: DisturbanceName

    def there(self, model: Contender) -> bool:
        """Return whether there is more than one centre."""
        return model.config.prototypes.count != 1

    def __call__(self, whole: Whole, seed: int) -> Fitted:
        """Return what is left."""
        return whole.fit(seed).disturbed(self.name, whole.train, seed)


@final
@dataclass(frozen=True, kw_only=True)
class ScoreAlone:
    """What the very fit expects before anybody votes."""

    def there(self, model: Contender) -> bool:
        """Return whether it expects anything."""
        return model.expects

    def __call__(self, whole: Whole, seed: int) -> Fitted:
        """Return what is left."""
        return whole.fit(seed).alone


@final
@dataclass(frozen=True, kw_only=True)
class Form:
    """What can be taken away from models of one form.

    :param always: what every comparison shows: without it the claim of the form has not been tested.
    """

    always: AblationName
    changes: Mapping[AblationName, Refit | Moved | ScoreAlone]

    def ablations(self, model: Contender, *, every: bool) -> dict[AblationName, Refit | Moved | ScoreAlone]:
        """Return what there is to take away from a model; what would change nothing is left out.

        :param every: all of it; else ``always`` alone.
        """
        chosen = self.changes if every else {self.always: self.changes[self.always]}
        return {name: change for name, change in chosen.items() if change.there(model)}


EXPERTS: Final = Form(
    always="one expert",
    changes={
        "one expert": Refit(settings=one_expert),
        "no value space": Refit(settings=no_value_space),
        "random prototypes": Refit(settings=random_prototypes),
        "constant experts": Refit(settings=constant_experts),
        "equal voices": Refit(settings=equal_voices),
        "permuted centres": Moved(name="permuted centres"),
        "random centres": Moved(name="random centres"),
    },
)
VOTES: Final = Form(
    always="the score alone",
    changes={
        "the score alone": ScoreAlone(),
        "voters prototypes": Refit(settings=voters_prototypes),
        "random anchors": Refit(settings=random_anchors),
        "no content": Refit(settings=no_content),
        "only the score decides": Refit(settings=only_score, of_score=True),
        "shared experts": Refit(settings=shared_experts),
    },
)
FORMS: Final[Mapping[VotersName, Form]] = {"examples": VOTES, "prototypes": VOTES, "none": EXPERTS}
"""By who votes."""


def _changed(config: Config, section: str, **values: object) -> Config:
    """Return the settings with new values in one section."""
    part: BaseModel = getattr(config, section)
    return config.model_copy(update={section: part.model_copy(update=values)})
