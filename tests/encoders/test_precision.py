from __future__ import annotations

import re

import numpy as np
import pytest

from prle.encoders import load_encoder
from prle.encoders.converted.store import check_against_exact
from prle.encoders.pretrained import encoder as family
from tests.encoders.conftest import WORDS

RNG = np.random.default_rng(0)
TEXTS = [" ".join(RNG.choice(WORDS[5:], size=size)) for size in (2, 9, 1, 4, 9, 3, 6, 2, 1, 7)]
KINDS = ["sentence-transformer", "mean-pool"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_lower_precision_is_near_the_exact_one_and_recorded(kind, sentence_folder):
    encoder = load_encoder(str(sentence_folder), kind=kind, device="cpu", precision="bf16")
    exact = load_encoder(str(sentence_folder), kind=kind, device="cpu")
    assert (encoder.record.precision, exact.record.precision) == ("bf16", "fp32")
    assert encoder.record.fingerprint == exact.record.fingerprint
    assert encoder.record.backend == "torch"
    vectors = encoder.encode(TEXTS)
    assert not np.array_equal(vectors, exact.encode(TEXTS)), "it computes in bf16"
    assert (vectors * exact.encode(TEXTS)).sum(axis=1).min() > 0.999
    np.testing.assert_allclose(encoder.exact(TEXTS), exact.encode(TEXTS), atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_batches_of_tokens_change_nothing(kind, sentence_folder, monkeypatch):
    whole = load_encoder(str(sentence_folder), kind=kind, device="cpu").encode(TEXTS)
    monkeypatch.setattr(family, "TOKENS", 14)
    encoder = load_encoder(str(sentence_folder), kind=kind, device="cpu", batch_size=2)
    np.testing.assert_allclose(encoder.encode(TEXTS), whole, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stream_gives_each_window_what_encoding_it_gives(kind, sentence_folder):
    encoder = load_encoder(str(sentence_folder), kind=kind, device="cpu")
    windows = list(encoder.windows(TEXTS, most=4))
    assert [text for window in windows for text in window] == TEXTS
    assert len(windows) > 2
    for window, vectors in zip(windows, encoder.stream(windows), strict=True):
        np.testing.assert_allclose(vectors, encoder.encode(window), atol=1e-6)


@pytest.mark.slow
def test_several_devices_share_the_texts(sentence_folder, monkeypatch):
    """The pool of sentence-transformers, with two processors in the place of two graphics cards."""
    alone = load_encoder(str(sentence_folder), device="cpu")
    monkeypatch.setattr(family, "devices_of", lambda name: ("cpu", "cpu"))
    shared = load_encoder(str(sentence_folder), batch_size=2)
    windows = list(shared.windows(TEXTS, most=6))
    for window, vectors in zip(windows, shared.stream(windows), strict=True):
        np.testing.assert_allclose(vectors, alone.encode(window), atol=1e-6)


def test_what_a_lower_precision_costs_is_told(sentence_folder, observer):
    encoder = load_encoder(str(sentence_folder), device="cpu", precision="bf16", observer=observer)
    check_against_exact(encoder, TEXTS, observer=observer)
    (note,) = observer.notes
    assert re.fullmatch(r"vectors in bf16: cosine to fp32 at least (1.0|0.999)\d* on 10 texts\.", note)


def test_one_that_costs_much_is_warned_of(sentence_folder, observer, monkeypatch):
    encoder = load_encoder(str(sentence_folder), device="cpu", precision="bf16")
    monkeypatch.setattr(encoder, "exact", lambda texts: -encoder.encode(texts))
    warnings = []
    monkeypatch.setattr(observer, "warn", warnings.append)
    check_against_exact(encoder, TEXTS, observer=observer)
    assert "cosine to fp32 at least -1.0" in warnings[0]
    assert observer.notes == []


def test_fp32_has_nothing_to_tell(sentence_folder, observer):
    for encoder in (load_encoder(str(sentence_folder), device="cpu"), load_encoder("hashing")):
        check_against_exact(encoder, TEXTS, observer=observer)
    assert observer.notes == []
