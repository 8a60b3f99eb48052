"""What cannot be read from Typer's parameters: how a verb is called at its plainest, and what values options may have.

Words in braces are those of the data that a command is about, see ``World.words``. What is about an option has its verb
in front of it, or not where it holds for every verb.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple


@dataclass(frozen=True, kw_only=True)
class Call:
    """A verb at its plainest.

    :param about: what there has to be: nothing, data to embed, a workspace of them, or one of its models, of which
        students are a kind of their own.
    :param input: what it is asked; some options take its place.
    :param words: options that keep it small.
    :param workspace: which workspace it is asked about; for students it is theirs.
    :param writes: whether it changes that.
    :param both: whether each option is tried in table and in JSON; else they take turns, from kind to kind.
    """

    about: Literal["nothing", "data", "workspace", "model"] = "model"
    input: str = ""
    words: str = ""
    workspace: str = "prle.h5"
    writes: bool = False
    both: bool = False


CALLS: Final[Mapping[str, Call]] = {
    "": Call(about="nothing", input="cache"),
    "embed": Call(about="data", input="{data}", words="{columns} {encoder}", writes=True),
    "suggest": Call(about="workspace", workspace="data.h5"),
    "fit": Call(
        about="workspace",
        workspace="data.h5",
        words="--prototypes 6 --epochs 1 {space} {maps}",
        writes=True,
    ),
    "predict": Call(input="{asked}", both=True),
    "explain": Call(input="--row test:3", both=True),
    "shell": Call(),
    "serve": Call(words="--port {port}"),
    "audit": Call(),
    "edit": Call(about="nothing"),
    "edit drop": Call(input="0", writes=True),
    "edit relabel": Call(input="0 {new_label}", writes=True),
    "edit undo": Call(workspace="edited.h5", writes=True),
    "edit log": Call(workspace="edited.h5"),
    "consolidate": Call(input="--to 2", writes=True),
    "distill": Call(words="--student linear --size 4 --epochs 1", writes=True),
    "bench": Call(words="--only {model} --only {baseline}"),
    "report": Call(),
    "export": Call(),
    "info": Call(about="workspace"),
    "config": Call(about="nothing"),
    "config show": Call(about="workspace"),
    "cache": Call(about="nothing"),
    "cache clear": Call(about="nothing"),
}

VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    # What many verbs have.
    "--workspace": ("{workspace}",),
    "--name": ("second",),
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
    "--projection": ("mlp",),
    "--value-dim": ("2",),
    "--voters": ("prototypes", "none"),
    "--base": ("linear",),
    "--experts": ("constant",),
    "--expert-init": ("random",),
    "--combine": ("{combine}",),
    "--experts-solver": ("gradient",),
    "--matrices": ("cluster_ridge",),
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
    "--drop": ("colour",),
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
    "--class": ("good",),
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
    "bench --seeds": ("2",),
    "--seeds": ("2",),
    "--only": ("{other_baseline}",),
    "--cut": ("{cut}",),
    "--suite": ("{folder}/suite.yaml",),
    "--folder": ("suite",),
    "--bench": ("{folder}/bench.json",),
    "report --output": ("page.html",),
    "export --output": ("written",),
    "--host": ("localhost",),
    "--port": ("{other_port}",),
}
"""Values that are none of the defaults, in shell words; of an argument, the whole input with it."""

INSTEAD: Final = frozenset(
    {
        *("embed source", "embed --train", "predict texts", "predict --file", "predict --split", "predict --out"),
        *("explain texts", "explain --file", "explain --row", "consolidate --to", "consolidate --auto"),
        *("edit drop prototype", "edit relabel row", "edit relabel value"),
    }
)
"""Options and arguments that take the place of the input of a call."""

ABOUT: Final[Mapping[str, str]] = {
    "embed --validation": "--train {folder}/train.csv",
    "embed --test": "--train {folder}/train.csv",
    "explain --cache": "{asked}",
}
"""The input that an option has a meaning with, where that is another one, on both sides of the comparison."""

TOGETHER: Final[Mapping[str, str]] = {
    "embed --text-pair": "--text {text}",
    "embed --train": "--validation {folder}/dev.csv --test {folder}/test.csv",
    "embed --bins": "--numeric piecewise",
    "fit --em-every": "--em --epochs 2",
    "predict --out": "--file {folder}/shards",
    "predict --group": "--name {grouped}",
    "predict --path": "--name {placed}",
    "explain --group": "--name {grouped}",
    "explain --path": "--name {placed}",
    "config show --workspace": "--name {name}",
    "serve --expose": "--host 0.0.0.0",
    "audit --top": "--labels",
    "audit --full": "--refits 3 --seeds 2",
    "consolidate --auto": "--name {flat}",
    "distill --heads": "--student transformer",
    "distill --layers": "--student mlp",
    "distill --group-embedding": "--name {grouped}",
    "distill --uncertainty": "--importance uncertainty",
    "bench --suite": "--folder suite",
    "bench --folder": "--suite {folder}/suite.yaml",
    "info --seeds": "--regimes",
}
"""Other options that an option has a meaning with, on both sides of the comparison."""

WITHOUT: Final[Mapping[str, str]] = {
    "bench --soft-targets": "--only {model} --only {baseline}",
    "bench --suite": "--only {model} --only {baseline}",
    "bench --folder": "--only {model} --only {baseline}",
    "embed --table": "{encoder}",
}
"""Options of a call that an option has no meaning with, on both sides of the comparison."""


class But(NamedTuple):
    """An exception to what holds for options, and why.

    :param of: the traits of subjects that it is about, see ``Subject.traits``; all of them where there are none.
    """

    why: str
    of: tuple[str, ...] = ()


ELSEWHERE: Final[Mapping[str, str]] = {
    "--install-completion": "Typer's own, and writes where shells keep their settings",
    "--show-completion": "Typer's own",
    "embed --engine": "tests/engines has clusters",
    "predict --engine": "tests/engines has clusters",
}
"""What is not driven."""

_EXCLUSIVE: Final = "the columns of these data are said by another option already"
REFUSED: Final[Mapping[str, But]] = {
    "embed --text": But("the columns of a table are features", of=("table",)),
    "embed --text-pair": But("the columns of a table are features", of=("table",)),
    "embed --drop": But("only the columns of a table are features", of=("rows",)),
    "embed --group": But("groups route questions", of=("numbers", "classes")),
    "embed --path": But("places route questions", of=("numbers", "classes")),
    "embed --encoder": But("the rows of a table are encoded by what was measured", of=("table",)),
    "embed --numeric": But("texts have no columns of numbers", of=("rows",)),
    "embed --bins": But("texts have no columns of numbers", of=("rows",)),
    "info --name": But("goes with --history or --regimes"),
    "embed --label": But(_EXCLUSIVE, of=("texts",)),
    "embed --table": But(_EXCLUSIVE, of=("texts",)),
    "embed --address": But("goes with --engine ray"),
    "predict --address": But("goes with --engine ray"),
    "fit --prototypes auto": But("counts are suggested for numbers", of=("classes",)),
    "edit drop --name": But("experts are not edited", of=("numbers", "classes")),
    "edit relabel --name": But("experts are not edited", of=("numbers", "classes")),
    "edit undo --name": But("experts were not edited", of=("numbers", "classes")),
    "distill --student factored": But("factors are those of maps", of=("numbers", "classes")),
}
"""What is refused beside what ``prle.stages.can`` refuses."""

_SOONER: Final = "vectors of built-in encoders are not kept: they are made sooner than found"
SILENT: Final[Mapping[str, But]] = {
    "--debug": But("there is no traceback to be shown"),
    "shell --debug": But("there is no traceback to be shown", of=("model",)),
    "predict --no-cache": But(_SOONER),
    "explain --no-cache": But(_SOONER),
    "serve --no-cache": But(_SOONER),
    "fit --value-space": But("the default"),
    "bench --no-ablations": But("the default"),
    "bench --ablations": But("a student has no part to leave out", of=("student",)),
    "bench --memory": But("so few vectors are read whole either way"),
    "fit --memory": But("so few vectors are read whole either way"),
    "fit --device": But("there is one device"),
    "fit --combine": But("numbers are combined in no other way", of=("numbers",)),
    "fit --em": But("what auto comes to", of=("numbers",)),
    "fit --epochs": But("trees take no steps, which is said either way", of=("classes",)),
    "fit --metric": But("cells of so few rows have the same middle either way", of=("classes",)),
    "embed --batch-size": But("the built-in encoder has no batches"),
    "embed --device": But("the built-in encoder has no device"),
    "embed --backend": But("the built-in encoder needs no library"),
    "embed --precision": But("the built-in encoder has one precision"),
    "explain --teacher": But("a model that was fitted explains itself", of=("model",)),
    "explain --ledger prototypes": But("it is the ledger that is shown", of=("numbers", "classes")),
    "consolidate --seed": But("the best of ten starts is always the same, of so few"),
    "export --no-texts": But("students of labels carry no texts", of=("numbers student", "classes student")),
    "cache clear --encoders": But("no encoder was converted"),
}
"""Options that change nothing to be seen, and why not."""
