"""Who may ask: the server's own pages and programs, not whatever page a browser happens to have open."""

from __future__ import annotations

import time
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from prle_cli.serving.problems import RefusedError, problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@final
class Guard:
    """Refuses requests that were meant for somebody else, and says with every answer what a browser may do with it.

    A page of the world can point a name of its own at this machine (DNS rebinding), and then talk to the server as if
    to itself; but its name still stands in ``Host``, where only addresses, ``localhost`` and ``host`` are taken. A page
    that asks across origins says so in ``Origin``.

    :param host: the name or address that the server was told to listen on.
    :param told: hears of each request: method, path, status, milliseconds.
    """

    def __init__(
        self, app: ASGIApp, *, host: str, workspace: Path, told: Callable[[str, str, int, float], None]
    ) -> None:
        self._app, self._host, self._workspace, self._told = app, host.lower(), workspace, told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or have it answered."""
        started, status = time.monotonic(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self._check(Headers(scope=scope))
        except RefusedError as refused:
            await problem(refused, workspace=self._workspace)(scope, receive, sending)
        else:
            await self._app(scope, receive, sending)
        self._told(scope["method"], scope["path"], status, 1000 * (time.monotonic() - started))

    def _check(self, headers: Headers) -> None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._is_own(_name(f"//{hosts[0]}")):
            message = f"host: expected {self._host}, localhost or an address, got {', '.join(hosts) or 'none'}."
            raise RefusedError(HTTPStatus.MISDIRECTED_REQUEST, message)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != hosts[0]:
            message = f"origin: expected {hosts[0]}, got {origin}."
            raise RefusedError(HTTPStatus.FORBIDDEN, message, hint="pages of other origins may not ask")

    def _is_own(self, name: str | None) -> bool:
        if name in ("localhost", self._host):
            return True
        try:
            ip_address(name or "")
        except ValueError:
            return False
        return True


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
