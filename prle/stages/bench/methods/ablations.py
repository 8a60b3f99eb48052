"""The same settings with one thing changed: what is left of a model when one of its parts is taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from prle.stages.bench.methods.disturbances import DisturbanceName

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel

    from prle.config import Config

RefitName = Literal["one expert", "no value space", "random prototypes", "constant experts", "equal voices"]
AblationName = Literal[RefitName, DisturbanceName]
"""What a row of a comparison may have changed: something that is fitted again, or the centres of what was fitted."""

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


ALWAYS: Final[RefitName] = "one expert"
"""The one that every comparison shows: without it the word *local* has not been tested."""

ABLATIONS: Final[Mapping[RefitName, Callable[[Config], Config]]] = {
    "one expert": one_expert,
    "no value space": no_value_space,
    "random prototypes": random_prototypes,
    "constant experts": constant_experts,
    "equal voices": equal_voices,
}


def ablations(config: Config, *, every: bool) -> dict[RefitName, Config]:
    """Return what there is to take away from settled settings, by name; a change that changes nothing is left out.

    :param every: all of them; else ``ALWAYS`` alone.
    """
    changed = {name: change(config) for name, change in ABLATIONS.items() if every or name == ALWAYS}
    return {name: settings for name, settings in changed.items() if settings != config}


def _changed(config: Config, section: str, **values: object) -> Config:
    """Return the settings with new values in one section."""
    part: BaseModel = getattr(config, section)
    return config.model_copy(update={section: part.model_copy(update=values)})
