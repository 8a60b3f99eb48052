from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from prle.encoders.pretrained.batches import BATCHES_IN_SIGHT, CHARACTERS_A_TOKEN, token_batches, windows

LENGTHS = st.lists(st.integers(1, 60), max_size=40)


@given(LENGTHS, st.integers(1, 100), st.one_of(st.none(), st.integers(1, 9)))
def test_every_text_is_read_once_and_no_batch_is_too_large(lengths, tokens, most):
    batches = list(token_batches(lengths, tokens=tokens, most=most))
    assert sorted(np.concatenate([[], *batches]).tolist()) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[row] for row in batch)
        assert len(batch) == 1 or padded <= tokens
        assert most is None or len(batch) <= most


def test_texts_of_like_length_share_a_batch():
    batches = [batch.tolist() for batch in token_batches([2, 9, 2, 10, 3], tokens=20)]
    assert batches == [[3, 1], [4, 0, 2]]


@given(LENGTHS, st.integers(1, 8), st.integers(1, 9))
def test_windows_are_the_texts_in_their_order(lengths, tokens, most):
    texts = ["x" * length for length in lengths]
    found = list(windows(texts, tokens=tokens, most=most))
    assert [text for window in found for text in window] == texts
    for window in found:
        assert 1 <= len(window) <= most
        enough = tokens * CHARACTERS_A_TOKEN * BATCHES_IN_SIGHT
        assert len(window) == 1 or sum(map(len, window)) <= enough
