"""Whether the Hugging Face hub can be reached at all, answered in seconds."""

from __future__ import annotations

import os
import socket
import threading
from typing import Final
from urllib.parse import urlsplit

from prle.errors import OfflineError

CONNECT_SECONDS: Final = 3.0
_TRUE: Final = frozenset({"1", "on", "yes", "true"})


def hub_endpoint() -> str:
    """Return the hub's address, which ``HF_ENDPOINT`` may change."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or "https://huggingface.co"


def require_hub(wanted: str, hint: str) -> None:
    """Refuse at once where the hub's own client would keep trying for a minute.

    :param wanted: what is to be downloaded, for the message.
    :raises OfflineError: the user asked to stay offline, or nothing answers at the hub's address.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in _TRUE:
        message = f"{wanted}: not found on this machine, and HF_HUB_OFFLINE is set."
        raise OfflineError(message, hint=hint)
    if not answers(*_first_hop(hub_endpoint())):
        message = f"{wanted}: not found on this machine, and {hub_endpoint()} cannot be reached."
        raise OfflineError(message, hint=hint)


def _first_hop(address: str) -> tuple[str, int]:
    """Return the host and port that a request to ``address`` connects to: the proxy's where there is one."""
    import urllib.request  # heavy, and only for whoever has to download

    parts = urlsplit(address)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)


def answers(host: str, port: int) -> bool:
    """Say whether a connection opens in time. In a thread, because a name look-up takes no time limit."""
    opened = threading.Event()

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=CONNECT_SECONDS).close()
        except OSError:
            return
        opened.set()

    attempt = threading.Thread(target=connect, daemon=True)
    attempt.start()
    attempt.join(CONNECT_SECONDS)
    return opened.is_set()
