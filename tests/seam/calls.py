"""What cannot be read from Typer's parameters: how a verb is called, and what a value of an option means.

Words in braces are those of the data set that is asked about, as ``World.words`` has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, kw_only=True)
class Call:
    """A verb at its plainest.

    :param about: what there has to be: nothing, data to embed, an embedded workspace, or a model, of which students
        are a kind of their own.
    :param input: what it is asked about, which other options may say instead.
    :param words: the options that keep it small.
    :param writes: whether it changes the workspace.
    :param workspace: which of them it is asked about.
    """

    about: Literal["nothing", "data", "workspace", "model"] = "model"
    input: str = ""
    words: str = ""
    writes: bool = False
    workspace: str = "prle.h5"


CALLS: Final[Mapping[str, Call]] = {
    "": Call(about="nothing", input="cache"),
    "embed": Call(about="data", input="{data}", words="{columns} {encoder}", writes=True),
    "suggest": Call(about="workspace"),
    "fit": Call(about="workspace", words="--prototypes 4 --epochs 1 --projection identity", writes=True),
    "predict": Call(input="{asked}"),
    "explain": Call(input="--row test:3"),
    "shell": Call(),
    "serve": Call(words="--port 0"),
    "audit": Call(),
    "edit": Call(about="nothing"),
    "edit drop": Call(input="0", writes=True),
    "edit relabel": Call(input="0 {new_label}", writes=True),
    "edit undo": Call(writes=True, workspace="edited.h5"),
    "edit log": Call(workspace="edited.h5"),
    "consolidate": Call(input="--to 2", writes=True),
    "distill": Call(words="--student linear --size 4 --epochs 1", writes=True),
    "bench": Call(words="--only {model} --only {baseline}"),
    "report": Call(),
    "export": Call(),
    "info": Call(),
    "config": Call(about="nothing"),
    "config show": Call(about="workspace"),
    "cache": Call(about="nothing"),
    "cache clear": Call(about="nothing"),
}

VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    # What every verb has.
    "--workspace": ("{workspace}",),
    "--name": ("second",),
    "config show --name": ("second", "student"),
    "--seed": ("1",),
    "--config": ("{folder}/settings.yaml",),
    "--device": ("auto",),
    "--memory": ("1GiB",),
    # Settings of a fit.
    "--prototypes": ("2", "auto"),
    "--init": ("farthest_first",),
    "--metric": ("cosine",),
    "--prune": ("0.5",),
    "--router": ("knn",),
    "--projection": ("linear",),
    "--value-dim": ("2",),
    "--experts": ("constant",),
    "--expert-init": ("random",),
    "--combine": ("{combine}",),
    "--experts-solver": ("gradient",),
    "--matrices": ("low_rank",),
    "--routing": ("exemplar",),
    "fit --soft-targets": ("uniform",),
    "config show --soft-targets": ("uniform",),
    "--lexical": ("0.5",),
    "--em-every": ("2",),
    "--epochs": ("0",),
    "--committee": ("2",),
    "--search": ("2",),
    # A source.
    "embed source": ("{folder}/train.csv",),
    "--encoder": ("hashing:8",),
    "embed --text": ("title",),
    "--text-pair": ("title",),
    "--label": ("{other_label}",),
    "--target": ("{target}",),
    "embed --split": ("part",),
    "--split-by": ("writer",),
    "embed --group": ("writer",),
    "embed --path": ("writer",),
    "--train": ("{folder}/train.csv",),
    "--validation": ("{folder}/dev.csv",),
    "--test": ("{folder}/test.csv",),
    "--drop": ("{dropped}",),
    "--batch-size": ("3",),
    # A question.
    "predict texts": ("-",),
    "explain texts": ("{asked}", "-"),
    "--file": ("{folder}/rows.csv",),
    "--row": ("train:1",),
    "--split": ("validation",),
    "--level": ("0.5",),
    "--pool": ("{folder}/pool.txt",),
    "--group": ("sound",),
    "--path": ("'house > sound'",),
    "--top": ("2",),
    "--examples": ("1",),
    "--class": ("{class}",),
    "--move": ("0.01",),
    "--save": ("picture.svg", "picture.html", "picture.txt"),
    "--out": ("predicted",),
    "--address": ("127.0.0.1:1",),
    # A model.
    "edit drop prototype": ("1",),
    "edit relabel row": ("1 {new_label}",),
    "edit relabel value": ("0 {newer_label}",),
    "--to": ("3",),
    "--as": ("another",),
    "--student": ("mlp", "transformer", "factored"),
    "--strategy": ("routing-only", "two-stage"),
    "--size": ("2", "auto"),
    "--heads": ("2",),
    "--temperature": ("3",),
    "--group-embedding": ("path", "id-hash"),
    "--importance": ("entropy", "fisher", "uncertainty", "combined"),
    "--uncertainty": ("norm",),
    "bench --importance": ("entropy",),
    "--refits": ("3",),
    "audit --seeds": ("2",),
    "report --seeds": ("2",),
    "info --seeds": ("2",),
    "bench --seeds": ("2",),
    "--only": ("{other_baseline}",),
    "--cut": ("{folder}/cut.h5",),
    "--suite": ("{folder}/suite.yaml",),
    "--folder": ("suite",),
    "--bench": ("{folder}/bench.json",),
    "report --output": ("page.html",),
    "export --output": ("written",),
    "--host": ("localhost",),
    "--port": ("{free_port}",),
}
"""By verb and option, or by option alone: values that are none of its defaults, in shell words."""

INSTEAD: Final = frozenset(
    {
        *("embed source", "embed --train", "predict texts", "predict --file", "predict --split", "predict --out"),
        *("explain texts", "explain --file", "edit drop prototype", "edit relabel row", "edit relabel value"),
        *("explain --row", "consolidate --to", "consolidate --auto"),
    }
)
"""Options that take the place of the input of a call."""

ABOUT: Final[Mapping[str, str]] = {
    "embed --validation": "--train {folder}/train.csv",
    "embed --test": "--train {folder}/train.csv",
    "explain --cache": "{asked}",
}
"""By option: the input that it has a meaning with, on both sides of the comparison."""

TOGETHER: Final[Mapping[str, str]] = {
    "predict --out": "--file {folder}/shards",
    "embed --train": "--validation {folder}/dev.csv --test {folder}/test.csv",
    "audit --top": "--labels",
    "audit --full": "--refits 3 --seeds 2",
    "info --seeds": "--regimes",
    "consolidate --auto": "--name {flat}",
    "distill --heads": "--student transformer",
    "distill --layers": "--student mlp",
    "distill --group-embedding": "--name {grouped}",
    "distill --uncertainty": "--importance uncertainty",
    "predict --group": "--name {grouped}",
    "predict --path": "--name {placed}",
    "explain --group": "--name {grouped}",
    "explain --path": "--name {placed}",
    "bench --suite": "--folder suite",
    "bench --folder": "--suite {folder}/suite.yaml",
    "fit --value-dim": "--projection linear",
    "fit --em-every": "--em --epochs 2",
    "embed --text-pair": "--text {text}",
    "embed --bins": "--numeric piecewise",
}
"""By option: others that it has a meaning with, on both sides of the comparison."""

ELSEWHERE: Final[Mapping[str, str]] = {
    "--install-completion": "Typer's own, and writes where shells keep their settings",
    "--show-completion": "Typer's own",
    "embed --engine": "starts a cluster: tests/engines",
    "predict --engine": "starts a cluster: tests/engines",
}
"""By option, or by option and value: what is not driven here, and where it is."""
