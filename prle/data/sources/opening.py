"""Finding out what a source is: files given by split, a name, a hub data set, or a path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prle.data.formats.files import FORMATS, format_of, read_records
from prle.data.formats.records import Opened
from prle.data.interface import SPLITS
from prle.data.sources.builtin import LISTINGS, open_listed
from prle.data.sources.bundled import BUNDLED, open_bundled
from prle.data.sources.demo import DEMO, open_demo
from prle.data.sources.hub_datasets import PREFIX, open_hub_dataset
from prle.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from prle.data.interface import SourceRequest, SplitName
    from prle.observer import Observer

BUILT_IN: Final[tuple[str, ...]] = (DEMO, *LISTINGS, *BUNDLED)


def open_source(request: SourceRequest, observer: Observer) -> Opened:
    """Open what a request names, whatever kind of source it is.

    :raises UsageError: no source or two of them, or a name that is neither built in nor a file.
    :raises DataError: a file that is missing or cannot be read.
    :raises OfflineError: something that would have to be downloaded and cannot be.
    """
    files: dict[SplitName, Path | None] = {
        "train": request.train,
        "validation": request.validation,
        "test": request.test,
    }
    given = {name: path for name, path in files.items() if path is not None}
    if request.source is not None:
        if given:
            message = f"got both a source ({request.source}) and --{next(iter(given))}; expected one of them."
            raise UsageError(message)
        return _open_named(request.source, observer)
    if "train" not in given:
        message = f"expected a source ({', '.join(BUILT_IN)}, hf:owner/name or a file) or --train FILE; got neither."
        raise UsageError(message)
    return _open_files(given)


def _open_named(source: str, observer: Observer) -> Opened:
    if source == DEMO:
        return open_demo()
    if source in BUNDLED:
        return open_bundled(source)
    if source in LISTINGS:
        return open_listed(source)
    if source.startswith(PREFIX):
        return open_hub_dataset(source, observer)
    path = Path(source).expanduser()
    if path.exists() or _looks_like_a_path(source):
        return Opened(name=path.name, origin=str(path.resolve()), tables={"train": read_records(path)}, divided=False)
    what = "source"
    raise unknown_name(what, source, BUILT_IN)


def _open_files(given: dict[SplitName, Path]) -> Opened:
    tables = {name: read_records(given[name].expanduser()) for name in SPLITS if name in given}
    train = given["train"]
    origin = ", ".join(str(path.expanduser().resolve()) for path in given.values())
    return Opened(name=train.name, origin=origin, tables=tables, divided=True)


def _looks_like_a_path(source: str) -> bool:
    separators = [separator for separator in (os.sep, os.altsep) if separator]
    return any(separator in source for separator in separators) or format_of(Path(source)) in FORMATS
