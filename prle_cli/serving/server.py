"""From a host and a port to a server that answers until somebody stops it."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from prle.errors import PrleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import uvicorn
    from starlette.types import ASGIApp

_NEEDED: Final = ("starlette", "uvicorn")
CONNECTIONS: Final = 128
"""That are open at the same time; more are told that the server is busy."""

_GRACE: Final = 5
"""Seconds that requests have to end when the server is told to."""


def check() -> None:
    """Refuse to serve where that cannot be done.

    :raises PrleError: where a package is not installed.
    """
    for name in _NEEDED:
        if find_spec(name) is None:
            message = f"serve: a server needs {name}, which is not installed."
            raise PrleError(message, hint="pip install 'prle[serve]'")


@contextmanager
def listening(host: str, port: int, *, expose: bool) -> Iterator[socket.socket]:
    """Give a socket that listens on the first address of ``host``; port 0 takes any that is free.

    :raises UsageError: for a host that is not there, or one that others can reach, without ``expose``.
    :raises PrleError: where the port cannot be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        message = f"--host {host}: expected a name or an address of this machine ({error})."
        raise UsageError(message, hint="for example `--host 127.0.0.1`") from error
    if not (expose or ip_address(str(address[0]).partition("%")[0]).is_loopback):
        message = f"--host {host}: expected a loopback address; others can reach this one, and there is no password."
        raise UsageError(message, hint="leave out --host, or add `--expose` if you mean it")
    try:
        listener = socket.create_server(address[:2], family=family)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        message = f"{host}:{port}: cannot listen there ({reason})."
        raise PrleError(message, hint="choose another `--port`; 0 takes one that is free") from error
    with listener:
        yield listener


def address_of(listener: socket.socket, host: str) -> str:
    """Return the address of a server as a browser takes it."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


def run(app: ASGIApp, listener: socket.socket) -> None:
    """Answer until a signal comes, and then raise what the signal raises."""
    server_of(app).run(sockets=[listener])


def server_of(app: ASGIApp) -> uvicorn.Server:
    """Return a server that says nothing of its own, and trusts no header about who asks."""
    import uvicorn

    config = uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=_GRACE,
    )
    return uvicorn.Server(config)
