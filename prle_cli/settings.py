"""The options that are settings of a fit, as data: ``prle fit`` takes them and ``prle config show`` explains them.

Help texts are written out here, names of strategies included, so that ``--help`` need not load the library; a test
holds them to the names that ``prle.config`` allows.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prle.config.rows import Given

_TALK: Final = "Prototypes and router"
_VOTES: Final = "Who votes"
_SPACE: Final = "Value space"
_EXPERTS: Final = "Experts"
_TRAINING: Final = "Training"
_TEXTS: Final = "Where labels are texts"

_ENVIRONMENT: Final = "ENVIRONMENT"
"""How Typer calls the place of a value that a variable gave."""


@dataclass(frozen=True, kw_only=True)
class SettingOption:
    """One option and the key that it sets.

    :param names: as Typer takes them: ``--router``, or ``--em/--no-em``.
    :param smallest: the least a number may be.
    :param metavar: what stands for the value in the help, where its kind does not say enough.
    """

    key: str
    names: str
    kind: type[bool] | type[int] | type[str]
    variable: str
    panel: str
    help: str
    smallest: int | None = None
    metavar: str | None = None

    @property
    def argument(self) -> str:
        """Return the name that Typer knows it by."""
        return self.key.replace(".", "__")

    @property
    def parameter(self) -> inspect.Parameter:
        """Return it as a parameter that Typer reads; ``None`` where nobody gave it."""
        metavar = self.metavar or {bool: "", int: "N", str: "NAME"}[self.kind]
        option = typer.Option(
            self.names,
            envvar=self.variable,
            show_envvar=False,
            metavar=metavar,
            min=self.smallest,
            help=self.help,
            rich_help_panel=self.panel,
        )
        kind: Any = self.kind
        return _parameter(self.argument, Annotated[kind | None, option])


@dataclass(frozen=True)
class Chosen:
    """The settings that somebody chose for this run.

    :param file: a YAML file of them.
    :param values: what options and variables said, by dotted key; without what nobody gave.
    :param places: for each of them its kind of place and its name there, ``("flag", "--router")``.
    """

    file: Path | None
    values: Mapping[str, Any]
    places: Mapping[str, tuple[Any, str]]

    def given(self) -> dict[str, Given]:
        """Return the values together with where they came from, as the library wants them."""
        from prle.config.rows import Given, Origin

        return {
            key: Given(value=value, origin=Origin(kind=self.places[key][0], place=self.places[key][1]))
            for key, value in self.values.items()
        }


OPTIONS: Final = (
    SettingOption(
        key="prototypes.count",
        names="--prototypes",
        kind=str,
        variable="PRLE_PROTOTYPES",
        panel=_TALK,
        help="How many prototypes, or: auto (as `prle suggest` recommends).",
        metavar="N|auto",
    ),
    SettingOption(
        key="prototypes.init",
        names="--init",
        kind=str,
        variable="PRLE_INIT",
        panel=_TALK,
        help="How they are chosen: random_real, kmeans++, k-medoids, farthest_first.",
    ),
    SettingOption(
        key="prototypes.metric",
        names="--metric",
        kind=str,
        variable="PRLE_METRIC",
        panel=_TALK,
        help="What near means in that choice: euclidean, cosine.",
    ),
    SettingOption(
        key="prototypes.prune",
        names="--prune",
        kind=str,
        variable="PRLE_PRUNE",
        panel=_TALK,
        help="Remove those that change no validation prediction by more, or: off.",
        metavar="TOLERANCE|off",
    ),
    SettingOption(
        key="router.kind",
        names="--router",
        kind=str,
        variable="PRLE_ROUTER",
        panel=_TALK,
        help="Who speaks for an input: knn, radius, softmax, mlp_sparse, attention.",
    ),
    SettingOption(
        key="votes.voters",
        names="--voters",
        kind=str,
        variable="PRLE_VOTERS",
        panel=_VOTES,
        help="Whose labels make a prediction: examples, prototypes, none (experts speak).",
    ),
    SettingOption(
        key="votes.base",
        names="--base",
        kind=str,
        variable="PRLE_BASE",
        panel=_VOTES,
        help="What expects something of a row first: experts, linear, kernel, boosting, mlp, map, kernel+map, "
        "experts+kernel, linear+map, boosting+linear, boosting+kernel, boosting+experts, auto.",
    ),
    SettingOption(
        key="value_space.enabled",
        names="--value-space/--no-value-space",
        kind=bool,
        variable="PRLE_VALUE_SPACE",
        panel=_SPACE,
        help="Learn a space of its own for what experts read.",
    ),
    SettingOption(
        key="value_space.projection",
        names="--projection",
        kind=str,
        variable="PRLE_PROJECTION",
        panel=_SPACE,
        help="The way there: identity, linear, mlp, resmlp, fourier, siamese, auto.",
    ),
    SettingOption(
        key="value_space.dim",
        names="--value-dim",
        kind=int,
        variable="PRLE_VALUE_DIM",
        panel=_SPACE,
        help="The width of that space.",
        smallest=1,
    ),
    SettingOption(
        key="experts.kind",
        names="--experts",
        kind=str,
        variable="PRLE_EXPERTS",
        panel=_EXPERTS,
        help="The local models: linear, constant, mlp.",
    ),
    SettingOption(
        key="experts.init",
        names="--expert-init",
        kind=str,
        variable="PRLE_EXPERT_INIT",
        panel=_EXPERTS,
        help="What they start from: random, meta_linear_regression, meta_classification_head, meta_svr, "
        "calibrated_cosine, meta_logistic_regression, auto.",
    ),
    SettingOption(
        key="experts.combine",
        names="--combine",
        kind=str,
        variable="PRLE_COMBINE",
        panel=_EXPERTS,
        help="What is weighed and summed: outputs (of numbers), probabilities (of classes), logits, auto.",
    ),
    SettingOption(
        key="experts.solver",
        names="--experts-solver",
        kind=str,
        variable="PRLE_EXPERTS_SOLVER",
        panel=_EXPERTS,
        help="How their own parts are found: gradient, ridge (in closed form), auto.",
    ),
    SettingOption(
        key="answers.matrices",
        names="--matrices",
        kind=str,
        variable="PRLE_MATRICES",
        panel=_TEXTS,
        help="The maps of a vector: identity, procrustes, ridge, cluster_procrustes, cluster_ridge, low_rank, "
        "two_sided, gated_low_rank, auto.",
    ),
    SettingOption(
        key="answers.routing",
        names="--routing",
        kind=str,
        variable="PRLE_ROUTING",
        panel=_TEXTS,
        help="Who speaks for a question: global, federated, exemplar, group, path, auto.",
    ),
    SettingOption(
        key="answer_losses.soft_targets",
        names="--soft-targets",
        kind=str,
        variable="PRLE_SOFT_TARGETS",
        panel=_TEXTS,
        help="Where a part of the right text's weight goes: none, pairwise, prototype, hybrid, uniform.",
    ),
    SettingOption(
        key="scores.lexical",
        names="--lexical",
        kind=str,
        variable="PRLE_LEXICAL",
        panel=_TEXTS,
        help="How much words count beside vectors; 0 for nothing, or: auto.",
        metavar="WEIGHT|auto",
    ),
    SettingOption(
        key="train.em_alt_training",
        names="--em/--no-em",
        kind=bool,
        variable="PRLE_EM",
        panel=_TRAINING,
        help="Train geometry and experts in turn, or all at once.",
    ),
    SettingOption(
        key="train.em_every",
        names="--em-every",
        kind=int,
        variable="PRLE_EM_EVERY",
        panel=_TRAINING,
        help="Epochs in a turn.",
        smallest=1,
    ),
    SettingOption(
        key="train.epochs",
        names="--epochs",
        kind=int,
        variable="PRLE_EPOCHS",
        panel=_TRAINING,
        help="At most so many passes.",
        smallest=0,
    ),
    SettingOption(
        key="train.seed",
        names="--seed",
        kind=int,
        variable="PRLE_SEED",
        panel=_TRAINING,
        help="What chance depends on; same seed, same result.",
        smallest=0,
    ),
    SettingOption(
        key="train.committee",
        names="--committee",
        kind=int,
        variable="PRLE_COMMITTEE",
        panel=_TRAINING,
        help="So many models on the same prototypes, averaged.",
        smallest=1,
    ),
)

_File: TypeAlias = Annotated[
    Path | None,
    typer.Option("--config", envvar="PRLE_CONFIG", show_envvar=False, metavar="FILE", help="Settings as YAML."),
]


def takes_settings(*keys: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of ``keys``, or all of ``OPTIONS``, and ``--config``.

    It gets them as one ``Chosen``, in its parameter ``settings``.
    """
    options = tuple(option for option in OPTIONS if not keys or option.key in keys)

    def giving(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def taking(**arguments: Any) -> None:
            context, file = arguments["context"], arguments.pop("config")
            given = {option.key: arguments.pop(option.argument) for option in options}
            values = {key: value for key, value in given.items() if value is not None}
            places = {each.key: _place(context, each, values[each.key]) for each in options if each.key in values}
            command(**arguments, settings=Chosen(file, values, places))

        own = [parameter for name, parameter in _signature(command).items() if name != "settings"]
        parameters = [own[0], *(option.parameter for option in options), _parameter("config", _File), *own[1:]]
        taking.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        taking.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return taking

    return giving


def _signature(command: Callable[..., None]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(command, eval_str=True).parameters


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=annotation)


def _place(context: typer.Context, option: SettingOption, value: object) -> tuple[str, str]:
    """Return where the value of an option came from, as ``prle.config.rows`` names such places."""
    source = context.get_parameter_source(option.argument)
    if source is not None and source.name == _ENVIRONMENT:
        return "environment", option.variable
    return "flag", option.names.split("/")[-1 if value is False else 0]
