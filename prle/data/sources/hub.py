"""Single files and model folders of the Hugging Face hub: the local cache first, then a short try at the network."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from prle.data.sources.network import CONNECT_SECONDS, hub_endpoint, require_hub
from prle.errors import DataError, OfflineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAIN: Final = "main"


@dataclass(frozen=True, kw_only=True)
class HubFile:
    """One file of a data set's repository.

    :param revision: the commit that is downloaded; a cached copy of the main branch will do as well.
    """

    repository: str
    revision: str
    path: str


def fetch_file(file: HubFile, *, wanted: str, hint: str) -> Path:
    """Return the local copy of a data file, downloading it if there is none.

    :param wanted: the user's name for it, for messages.
    :param hint: what helps where there is no network.
    :raises OfflineError: it is not cached and cannot be downloaded.
    :raises DataError: the hub has no such file.
    """
    import huggingface_hub

    for revision in (file.revision, _MAIN):
        cached = huggingface_hub.try_to_load_from_cache(
            file.repository, file.path, revision=revision, repo_type="dataset"
        )
        if isinstance(cached, str):
            return Path(cached)
    require_hub(wanted, hint)
    with _downloading(wanted, hint):
        return Path(
            huggingface_hub.hf_hub_download(
                file.repository,
                file.path,
                revision=file.revision,
                repo_type="dataset",
                endpoint=hub_endpoint(),
                etag_timeout=CONNECT_SECONDS,
            )
        )


def cached_model(repository: str, patterns: Sequence[str]) -> Path | None:
    """Return the folder of a model that was downloaded before, if there is one; never asks the network."""
    import huggingface_hub
    from huggingface_hub.errors import HFValidationError

    try:
        return Path(huggingface_hub.snapshot_download(repository, local_files_only=True, allow_patterns=list(patterns)))
    except (OSError, HFValidationError):
        return None


def fetch_model(repository: str, patterns: Sequence[str], *, wanted: str, hint: str) -> Path:
    """Download the files of a model that match ``patterns`` and return their folder.

    :raises OfflineError: the network gave up on the way.
    :raises DataError: the hub has no such model, or does not give it to everybody.
    """
    import huggingface_hub

    with _downloading(wanted, hint):
        return Path(
            huggingface_hub.snapshot_download(
                repository, allow_patterns=list(patterns), endpoint=hub_endpoint(), etag_timeout=CONNECT_SECONDS
            )
        )


@contextmanager
def _downloading(wanted: str, hint: str) -> Iterator[None]:
    """Hide the client's progress bars, and turn what it raises into the two things that a user can act on."""
    import huggingface_hub.utils
    from huggingface_hub import errors

    utils: Any = huggingface_hub.utils
    unknown = (
        errors.RepositoryNotFoundError,
        errors.RevisionNotFoundError,
        errors.RemoteEntryNotFoundError,
        errors.HFValidationError,
    )
    shown = not utils.are_progress_bars_disabled()
    utils.disable_progress_bars()
    try:
        yield
    except unknown as error:
        message = f"{wanted}: {hub_endpoint()} has no such thing, or keeps it from you ({_first_line(error)})."
        raise DataError(message, hint="check the name; for a private one, log in with `hf auth login`") from error
    except Exception as error:  # the classes of the HTTP client below differ from release to release
        message = f"{wanted}: the download from {hub_endpoint()} failed ({_first_line(error)})."
        raise OfflineError(message, hint=hint) from error
    finally:
        if shown:
            utils.enable_progress_bars()


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
