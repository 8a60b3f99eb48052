"""What one request may ask for, so that none can take the server from the others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most of everything.

    :param body: bytes of a request.
    :param rows: to predict at once.
    :param characters: of a text, or of a cell of a table.
    :param examples: training rows that an explanation lists.
    :param waiting: requests that wait for an answer or get one.
    :param seconds: until a request has arrived, and again until it is answered.
    """

    body: int = 1_000_000
    rows: int = 256
    characters: int = 10_000
    examples: int = 50
    waiting: int = 32
    seconds: float = 30.0
