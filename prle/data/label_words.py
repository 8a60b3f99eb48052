"""Names as an encoder should read them: identifiers are words that were joined by something else than blanks."""

from __future__ import annotations


def as_words(text: str) -> str:
    """Return a text as words: ``card_arrival`` becomes ``card arrival``; whatever has blanks stays as it is."""
    return text if any(map(str.isspace, text)) else text.replace("_", " ").strip() or text
