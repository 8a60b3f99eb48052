from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from prle.data import SourceRequest, load
from prle.errors import DataError, OfflineError, UsageError


class Table:
    """As much of a ``datasets.Dataset`` as is read."""

    def __init__(self, rows: int, mark: str) -> None:
        self.columns = {"text": [f"{mark} {row}" for row in range(rows)], "label": [row % 3 for row in range(rows)]}
        self.column_names = list(self.columns)

    def __getitem__(self, name: str) -> list[object]:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns["text"])


def library(answers: list[object]) -> SimpleNamespace:
    """Stand in for the package ``datasets``: each call of ``load_dataset`` takes the next answer."""
    asked: list[tuple[object, ...]] = []
    config = SimpleNamespace(HF_HUB_OFFLINE=False)

    def load_dataset(*arguments):
        asked.append((*arguments, config.HF_HUB_OFFLINE))
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return SimpleNamespace(
        load_dataset=load_dataset,
        asked=asked,
        config=config,
        is_progress_bar_enabled=lambda: True,
        disable_progress_bars=lambda: None,
        enable_progress_bars=lambda: None,
        logging=SimpleNamespace(
            get_verbosity=lambda: 30, set_verbosity=lambda _: None, set_verbosity_error=lambda: None
        ),
    )


@pytest.fixture
def install(monkeypatch):
    def put(*answers: object) -> SimpleNamespace:
        package = library(list(answers))
        monkeypatch.setitem(sys.modules, "datasets", package)
        return package

    return put


def load_hub(source: str, observer):
    return load(SourceRequest(source=source), observer=observer)


def test_the_cache_is_asked_first_and_then_nobody(install, observer):
    package = install({"train": Table(6, "a"), "dev": Table(3, "b"), "unsupervised": Table(3, "c")})
    dataset = load_hub("hf:owner/name:small", observer)
    assert {name: len(split) for name, split in dataset.splits.items()} == {"train": 6, "validation": 3}
    assert dataset.origin == "hf:owner/name:small"
    assert package.asked == [("owner/name", "small", True)]
    assert package.config.HF_HUB_OFFLINE is False
    assert any("not used: unsupervised" in note for note in observer.notes)


def test_a_single_split_is_cut_three_ways(install, observer):
    install({"test": Table(50, "a")})
    dataset = load_hub("hf:owner/name", observer)
    assert {name: len(split) for name, split in dataset.splits.items()} == {"train": 40, "validation": 5, "test": 5}


def test_not_cached_and_no_hub_is_offline(install, observer):
    install(ConnectionError("offline"))
    with pytest.raises(OfflineError, match="hf:owner/name: not found on this machine"):
        load_hub("hf:owner/name", observer)


@pytest.mark.parametrize(("raised", "expected"), [(ConnectionError, OfflineError), (ValueError, DataError)])
def test_what_the_library_raises_becomes_offline_or_unreadable(install, observer, monkeypatch, raised, expected):
    monkeypatch.setattr("prle.data.sources.hub_datasets.require_hub", lambda *_: None)
    install(FileNotFoundError("not cached"), raised("Config name is missing.\nmore"))
    with pytest.raises(expected, match=r"\(Config name is missing\."):
        load_hub("hf:owner/name", observer)


def test_the_second_try_uses_the_network(install, observer, monkeypatch):
    monkeypatch.setattr("prle.data.sources.hub_datasets.require_hub", lambda *_: None)
    package = install(FileNotFoundError("not cached"), {"train": Table(9, "a"), "validation": Table(3, "b")})
    load_hub("hf:owner/name", observer)
    assert package.asked == [("owner/name", None, True), ("owner/name", None, False)]


def test_splits_without_train_are_refused(install, observer):
    install({"test": Table(3, "a"), "dev": Table(3, "b")})
    with pytest.raises(DataError, match="expected a split called train; it has test, dev"):
        load_hub("hf:owner/name", observer)


@pytest.mark.parametrize("source", ["hf:", "hf:name", "hf:owner/", "hf:/name"])
def test_names_have_an_owner(source, observer):
    with pytest.raises(UsageError, match="expected hf:owner/name"):
        load_hub(source, observer)


def test_without_the_package_the_extra_is_named(monkeypatch, observer):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(DataError, match="need the package datasets") as caught:
        load_hub("hf:owner/name", observer)
    assert "prle[hub]" in caught.value.hint


def test_the_real_library_has_what_is_used_of_it(observer):
    pytest.importorskip("datasets", reason="needs the extra hub")
    with pytest.raises(OfflineError, match="hf:nobody/nothing: not found on this machine"):
        load_hub("hf:nobody/nothing", observer)
