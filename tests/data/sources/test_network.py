from __future__ import annotations

import socket
import threading
import time

import pytest

from prle.data.sources import network
from prle.data.sources.network import hub_endpoint, require_hub
from prle.errors import OfflineError


def test_a_refused_connection_is_offline_at_once():
    begun = time.perf_counter()
    with pytest.raises(OfflineError, match=r"stsb: .*http://127\.0\.0\.1:9 cannot be reached") as caught:
        require_hub("stsb", "a hint")
    assert time.perf_counter() - begun < 2 * network.CONNECT_SECONDS
    assert (caught.value.hint, caught.value.exit_code) == ("a hint", 5)


def test_a_name_look_up_that_hangs_is_offline_in_time(monkeypatch):
    released = threading.Event()

    def hang(*_: object, **__: object) -> None:
        released.wait(10)
        raise OSError

    monkeypatch.setattr(network, "CONNECT_SECONDS", 0.1)
    monkeypatch.setattr(socket, "create_connection", hang)
    with pytest.raises(OfflineError):
        require_hub("stsb", "a hint")
    released.set()


def test_a_hub_that_answers_is_accepted(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.getsockname()[1]}/")
        require_hub("stsb", "a hint")
        assert hub_endpoint().endswith(str(server.getsockname()[1]))


def test_the_proxy_is_what_has_to_answer(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{server.getsockname()[1]}")
        require_hub("stsb", "a hint")


def test_the_offline_switch_is_respected(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OfflineError, match="HF_HUB_OFFLINE is set"):
        require_hub("stsb", "a hint")


def test_the_hub_is_hugging_faces_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("HF_ENDPOINT")
    assert hub_endpoint() == "https://huggingface.co"
