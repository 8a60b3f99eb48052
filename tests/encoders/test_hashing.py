from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from prle.encoders import load_encoder
from prle.encoders.hashing import HashingEncoder


@given(st.lists(st.text(max_size=20), max_size=5))
def test_every_text_has_a_vector_of_length_one(texts):
    vectors = HashingEncoder(width=16).encode(texts)
    assert vectors.shape == (len(texts), 16)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_shared_words_make_texts_near():
    near, like, far = HashingEncoder().encode(["the cat sleeps here", "the cats sleep here", "buy 12 oranges now"])
    assert near @ like > 0.5 > 0.3 > near @ far


def test_the_width_is_part_of_the_name_and_of_the_identity():
    small, default, wide = (load_encoder(name).record for name in ("hashing:8", "hashing", "hashing:512"))
    assert [record.width for record in (small, default, wide)] == [8, 256, 512]
    assert len({record.fingerprint for record in (small, default, wide)}) == 3
    assert wide.source == "built-in"


def test_the_vectors_are_the_same_on_every_machine_and_day():
    (vector,) = HashingEncoder(width=8).encode(["cat"])
    np.testing.assert_allclose(vector * 6**0.5, [0, 2, 0, 0, 0, 0, -1, 1], atol=1e-6)
