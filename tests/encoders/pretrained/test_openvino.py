"""The same encoder, computed by OpenVINO: near what torch gives, said when it is not, refused where it cannot be."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys

import numpy as np
import pytest

from prle.encoders import load_encoder
from prle.encoders.converted.store import check_against_exact
from prle.errors import UsageError
from tests.encoders.test_precision import TEXTS

needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None,
    reason="openvino is not installed (the extra of its name)",
)


@needs_openvino
def test_vectors_are_those_of_torch_and_the_record_says_who_computed_them(sentence_folder, observer):
    by_torch = load_encoder(str(sentence_folder), device="cpu")
    encoder = load_encoder(str(sentence_folder), backend="openvino")
    assert (encoder.record.backend, by_torch.record.backend) == ("openvino", "torch")
    assert encoder.record.fingerprint == by_torch.record.fingerprint
    vectors = encoder.encode(TEXTS)
    assert not np.array_equal(vectors, by_torch.encode(TEXTS)), "something else computes"
    np.testing.assert_allclose(vectors, by_torch.encode(TEXTS), atol=1e-5)
    np.testing.assert_array_equal(encoder.exact(TEXTS), by_torch.encode(TEXTS))
    check_against_exact(encoder, TEXTS, observer=observer)
    assert re.fullmatch(r"vectors in fp32 by openvino: cosine .* 1\.0+ on 10 texts\.", observer.notes[-1])


@needs_openvino
def test_a_stream_gives_what_encoding_gives(sentence_folder):
    encoder = load_encoder(str(sentence_folder), backend="openvino", batch_size=3)
    windows = list(encoder.windows(TEXTS, most=4))
    streamed = np.concatenate(list(encoder.stream(windows)))
    np.testing.assert_allclose(streamed, encoder.encode(TEXTS), atol=1e-6)


@needs_openvino
def test_another_device_is_refused(sentence_folder):
    with pytest.raises(UsageError, match="device cuda: expected cpu with OpenVINO"):
        load_encoder(str(sentence_folder), backend="openvino", device="cuda").encode(TEXTS)


@needs_openvino
def test_a_model_of_another_family_is_refused(sentence_folder, tmp_path):
    folder = tmp_path / "other"
    shutil.copytree(sentence_folder, folder)
    (folder / "config.json").write_text((folder / "config.json").read_text().replace('"gelu"', '"relu"'))
    with pytest.raises(UsageError, match="backend openvino: this model has no graph for it"):
        load_encoder(str(folder), backend="openvino").encode(TEXTS)


def test_where_it_is_not_installed_the_way_to_it_is_said(sentence_folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(UsageError, match="expected the package openvino") as refused:
        load_encoder(str(sentence_folder), backend="openvino").encode(TEXTS)
    assert "prle[openvino]" in refused.value.hint


def test_what_it_does_not_compute_is_refused_at_once(sentence_folder):
    with pytest.raises(UsageError, match="backend openvino: expected an encoder of kind sentence-transformer"):
        load_encoder(str(sentence_folder), kind="mean-pool", backend="openvino")
    with pytest.raises(UsageError, match="backend"):
        load_encoder(str(sentence_folder), backend="openvin")
