"""Reports about the user's cache as the stages would return them."""

from __future__ import annotations

from pathlib import Path

from prle.stages.cache.interface import CacheReport, ClearReport, ConvertedEncoder

FOLDER = Path("/home/jo/.cache/prle")


def cache() -> CacheReport:
    encoders = (
        ConvertedEncoder(
            name="all-MiniLM-L6-v2",
            fingerprint="4e1efcfc7d0ac59bea5b9b59b0dfb282439e6d982122305f14dc41fd0205c829",
            size_bytes=90_903_680,
            minimum_cosine=0.9999999700315729,
            texts=48,
        ),
        ConvertedEncoder(
            name="models/a folder with a long name, and [brackets]",
            fingerprint="0c1efcfc7d0ac59bea5b9b59b0dfb282439e6d982122305f14dc41fd0205c829",
            size_bytes=1_340_903_680,
            minimum_cosine=0.99999123,
            texts=7,
        ),
    )
    return CacheReport(
        folder=FOLDER,
        vectors=1_482,
        vectors_size_bytes=4_120_032,
        most_vectors=20_000,
        most_size_bytes=64_000_000,
        encoders=encoders,
        history_size_bytes=12_300,
    )


def empty() -> CacheReport:
    return CacheReport(
        folder=FOLDER, vectors=0, vectors_size_bytes=0, most_vectors=20_000, most_size_bytes=64_000_000, encoders=()
    )


def cleared() -> ClearReport:
    return ClearReport(folder=FOLDER, vectors=1_482, encoders=0, size_bytes=4_120_032)


def cleared_with_encoders() -> ClearReport:
    return ClearReport(folder=FOLDER, vectors=1, encoders=2, size_bytes=1_435_927_392, history=True)
