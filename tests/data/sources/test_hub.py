from __future__ import annotations

from types import SimpleNamespace

import huggingface_hub
import pytest
from huggingface_hub.errors import LocalEntryNotFoundError, RemoteEntryNotFoundError, RepositoryNotFoundError

from prle.data.sources.hub import HubFile, cached_model, fetch_file, fetch_model
from prle.errors import DataError, OfflineError

FILE = HubFile(repository="owner/set", revision="0" * 40, path="train.jsonl.gz")


def answer(error: type[Exception]) -> Exception:
    """Build one of the hub client's errors, which carry the response."""
    if issubclass(error, LocalEntryNotFoundError):
        return error("no connection")
    return error("404 not there", response=SimpleNamespace(headers={}, request=None, status_code=404))


def put_in_cache(folder, repository: str, revision: str, name: str, content: bytes) -> None:
    root = folder / "hub-cache" / repository
    (root / "refs").mkdir(parents=True, exist_ok=True)
    (root / "refs" / "main").write_text(revision)
    file = root / "snapshots" / revision / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


@pytest.mark.parametrize("revision", [FILE.revision, "1" * 40])
def test_a_cached_file_is_found_without_network_at_its_revision_or_main(tmp_path, revision):
    put_in_cache(tmp_path, "datasets--owner--set", revision, FILE.path, b"x")
    assert fetch_file(FILE, wanted="set", hint="").read_bytes() == b"x"


def test_an_unreachable_hub_is_offline():
    with pytest.raises(OfflineError, match="set: not found on this machine"):
        fetch_file(FILE, wanted="set", hint="a hint")


def test_a_download_asks_for_the_revision_at_the_endpoint_with_a_short_limit(monkeypatch, write):
    asked = {}

    def download(repository, path, **options):
        asked.update(options, repository=repository, path=path)
        return str(write("train.jsonl.gz", "{}"))

    monkeypatch.setattr("prle.data.sources.hub.require_hub", lambda *_: None)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    assert fetch_file(FILE, wanted="set", hint="").name == "train.jsonl.gz"
    assert (asked["repository"], asked["path"], asked["revision"]) == ("owner/set", FILE.path, FILE.revision)
    assert (asked["endpoint"], asked["repo_type"]) == ("http://127.0.0.1:9", "dataset")
    assert asked["etag_timeout"] <= 3


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (LocalEntryNotFoundError, OfflineError),
        (RepositoryNotFoundError, DataError),
        (RemoteEntryNotFoundError, DataError),
    ],
)
def test_what_the_hubs_client_raises_becomes_offline_or_unknown(monkeypatch, raised, expected):
    def download(*_, **__):
        raise answer(raised)

    monkeypatch.setattr("prle.data.sources.hub.require_hub", lambda *_: None)
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", download)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    with pytest.raises(expected, match="set: "):
        fetch_file(FILE, wanted="set", hint="")
    with pytest.raises(expected, match="set: "):
        fetch_model("owner/set", ["*.safetensors"], wanted="set", hint="")


def test_a_connection_that_breaks_off_is_offline(monkeypatch):
    def download(*_, **__):
        raise TimeoutError

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    with pytest.raises(OfflineError, match=r"failed \(TimeoutError\)"):
        fetch_model("owner/set", ["*.safetensors"], wanted="set", hint="")


def test_only_models_that_were_downloaded_are_cached(tmp_path):
    assert cached_model("owner/model", ["config.json"]) is None
    assert cached_model("no such/name at all", ["config.json"]) is None
    put_in_cache(tmp_path, "models--owner--model", "2" * 40, "config.json", b"{}")
    found = cached_model("owner/model", ["config.json"])
    assert found is not None
    assert (found / "config.json").is_file()
