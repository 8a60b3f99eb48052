"""The data sets known by name: where their files are looked for, and which columns they have."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from prle.data.formats.files import read_records
from prle.data.formats.records import Columns, Opened
from prle.data.interface import SPLITS
from prle.data.sources.hub import HubFile, fetch_file
from prle.errors import DataError, OfflineError

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA_FOLDERS: Final = "PRLE_DATA"
"""The environment variable that lists folders of data sets, separated as in ``PATH``."""


@dataclass(frozen=True, kw_only=True)
class HubListing:
    """Where the hub keeps a data set: one file a split, ``{split}.jsonl.gz`` at one revision."""

    repository: str
    revision: str
    columns: Columns


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A data set known by name: ``<folder>/<name>/<split>.csv`` with these columns, or the hub's copy."""

    columns: Columns
    hub: HubListing | None = None


_PAIR: Final = ("sentence1", "sentence2")

LISTINGS: Final[Mapping[str, Listing]] = {
    "stsb": Listing(
        columns=Columns(fields=_PAIR, label="label"),
        hub=HubListing(
            repository="mteb/stsbenchmark-sts",
            revision="b0fddb56ed78048fa8b90373c8a3cfc37b684831",
            columns=Columns(fields=_PAIR, label="score"),
        ),
    ),
    "sick": Listing(columns=Columns(fields=_PAIR, label="label")),
    "emobank": Listing(columns=Columns(fields=("text",), label="V")),
    "sst5": Listing(columns=Columns(fields=("text",), label="label")),
}


def open_listed(name: str) -> Opened:
    """Return a data set known by name: from a local folder if one has it, else from the hub.

    :raises DataError: a folder that has only some of its splits.
    :raises OfflineError: it is in no folder, and the hub does not have it or cannot be reached.
    """
    listing = LISTINGS[name]
    for folder in _data_folders():
        if (folder / name).is_dir():
            return _open_folder(name, folder / name, listing)
    hint = f"put train.csv, validation.csv and test.csv in a folder {name}/ and set {DATA_FOLDERS} to the folder above"
    hint += "; or give a file: prle embed FILE.csv"
    if listing.hub is None:
        message = f"{name}: not found in a {DATA_FOLDERS} folder, and it has no download."
        raise OfflineError(message, hint=hint)
    return _open_hub(name, listing.hub, hint)


def _data_folders() -> list[Path]:
    return [Path(entry).expanduser() for entry in os.environ.get(DATA_FOLDERS, "").split(os.pathsep) if entry]


def _open_folder(name: str, folder: Path, listing: Listing) -> Opened:
    files = {split: folder / f"{split}.csv" for split in SPLITS}
    absent = [file.name for file in files.values() if not file.is_file()]
    if absent:
        message = f"{folder}: expected train.csv, validation.csv and test.csv; missing: {', '.join(absent)}."
        raise DataError(message, hint=f"give its files as a data set of your own: --train {files['train']} ...")
    return Opened(
        name=name,
        origin=str(folder),
        tables={split: read_records(file) for split, file in files.items()},
        divided=True,
        columns=listing.columns,
    )


def _open_hub(name: str, hub: HubListing, hint: str) -> Opened:
    files = {
        split: HubFile(repository=hub.repository, revision=hub.revision, path=f"{split}.jsonl.gz") for split in SPLITS
    }
    return Opened(
        name=name,
        origin=f"hf:{hub.repository}@{hub.revision}",
        tables={split: read_records(fetch_file(file, wanted=name, hint=hint)) for split, file in files.items()},
        divided=True,
        columns=hub.columns,
    )
