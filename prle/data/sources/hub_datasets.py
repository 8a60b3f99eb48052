"""Any data set of the Hugging Face hub, with the ``hub`` extra: ``hf:owner/name``, ``hf:owner/name:configuration``."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from prle.data.formats.json_lines import as_cell
from prle.data.formats.records import Opened, numbered_records
from prle.data.sources.network import require_hub
from prle.data.splitting import SPLIT_WORDS
from prle.errors import DataError, OfflineError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prle.data.formats.records import Records
    from prle.data.interface import SplitName
    from prle.observer import Observer

PREFIX: Final = "hf:"
_HINT: Final = "download it where there is a network, or give a local file: prle embed FILE.csv"


def open_hub_dataset(source: str, observer: Observer) -> Opened:
    """Return a hub data set's splits; one that has a single split counts as not divided.

    :param source: ``hf:owner/name``, and ``:configuration`` where the data set has several.
    :raises UsageError: the name is not of that form.
    :raises OfflineError: it is not cached and the hub cannot be reached.
    :raises DataError: ``datasets`` is not installed, or cannot load it.
    """
    repository, _, configuration = source.removeprefix(PREFIX).partition(":")
    if not all(repository.partition("/")):
        message = f"source: expected hf:owner/name, got {source!r}."
        raise UsageError(message)
    loaded = _load(repository, configuration or None, source)
    tables = {str(name): _to_records(f"{source} ({name})", table) for name, table in loaded.items()}
    named: dict[SplitName, Records] = {}
    for name, records in tables.items():
        if (split := SPLIT_WORDS.get(name.lower())) is not None:
            named.setdefault(split, records)
    ignored = sorted(name for name in tables if tables[name] not in named.values())
    if len(tables) == 1:
        return Opened(name=source, origin=source, tables={"train": next(iter(tables.values()))}, divided=False)
    if "train" not in named:
        message = f"{source}: expected a split called train; it has {', '.join(tables)}."
        raise DataError(message)
    if ignored:
        observer.note(f"{source}: splits that are not used: {', '.join(ignored)}.")
    return Opened(name=source, origin=source, tables=named, divided=True)


def _load(repository: str, configuration: str | None, source: str) -> Mapping[Any, Any]:
    """Load from the local cache, else from the hub."""
    try:
        import datasets
    except ImportError as error:
        message = f"{source}: hub data sets need the package datasets, which is not installed."
        raise DataError(message, hint="pip install 'prle[hub]'") from error
    with _quiet(datasets):
        try:
            with _offline(datasets):
                return _as_splits(datasets.load_dataset(repository, configuration))
        except Exception:  # not cached: each release of datasets says so with another class
            require_hub(source, _HINT)
        try:
            return _as_splits(datasets.load_dataset(repository, configuration))
        except ConnectionError as error:
            message = f"{source}: the download failed ({error})."
            raise OfflineError(message, hint=_HINT) from error
        except Exception as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            message = f"{source}: cannot be loaded ({reason})."
            raise DataError(message, hint="the form is hf:owner/name or hf:owner/name:configuration") from error


def _as_splits(loaded: Any) -> Mapping[Any, Any]:
    return dict(loaded.items())


def _to_records(origin: str, table: Any) -> Records:
    columns = tuple(table.column_names)
    cells = [[as_cell(value) for value in table[name]] for name in columns]
    return numbered_records(origin, columns, zip(*cells, strict=True))


@contextmanager
def _offline(datasets: Any) -> Iterator[None]:
    """Let ``datasets`` see its cache only: it has no argument for that."""
    before = datasets.config.HF_HUB_OFFLINE
    datasets.config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        datasets.config.HF_HUB_OFFLINE = before


@contextmanager
def _quiet(datasets: Any) -> Iterator[None]:
    bars = datasets.is_progress_bar_enabled()
    verbosity = datasets.logging.get_verbosity()
    datasets.disable_progress_bars()
    datasets.logging.set_verbosity_error()
    try:
        yield
    finally:
        datasets.logging.set_verbosity(verbosity)
        if bars:
            datasets.enable_progress_bars()
