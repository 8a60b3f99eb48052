"""Three measures of how sure an encoder is of a text, on tiny real models with random weights."""

from __future__ import annotations

import json
import math
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForMaskedLM, BertTokenizerFast

from prle.encoders import load_encoder
from prle.encoders.pretrained.masked import MOST_TOKENS, masked_entropy, masked_model
from prle.encoders.uncertainty import uncertainty
from prle.errors import PrleError, UsageError
from tests.encoders.conftest import WORDS

TEXTS = ("a man plays the guitar", "the cat sleeps", "guitar")


@pytest.fixture(scope="session")
def masked_folder(tmp_path_factory):
    """A BERT of one layer with a head for masked tokens, without dropout; its bias prefers "cat" by far."""
    folder = tmp_path_factory.mktemp("masked")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return folder


@pytest.fixture
def changed_folder(masked_folder, tmp_path):
    """A copy that a test may change."""
    return shutil.copytree(masked_folder, tmp_path / "changed")


def change_weights(folder, change):
    weights = load_file(folder / "model.safetensors")
    save_file(change(weights), folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize("folder", ["plain_folder", "sentence_folder"])
def test_dropout_moves_vectors_the_same_way_with_the_same_seed(folder, request):
    encoder = load_encoder(str(request.getfixturevalue(folder)))
    before = encoder.encode(TEXTS)
    found = uncertainty(encoder, TEXTS, seed=3)
    assert found.kind == "dropout"
    assert (found.scores > 1e-3).all()
    np.testing.assert_array_equal(found.scores, uncertainty(encoder, TEXTS, seed=3).scores)
    assert np.abs(found.scores - uncertainty(encoder, TEXTS, seed=4).scores).min() > 0.0
    np.testing.assert_array_equal(encoder.encode(TEXTS), before)
    assert not encoder.network().training


def test_the_spread_is_that_of_the_passes(plain_folder):
    # One pass has no spread: its mean is itself.
    assert uncertainty(load_encoder(str(plain_folder)), TEXTS, passes=1).scores == pytest.approx(0.0, abs=1e-12)


def test_the_generator_of_the_caller_is_left_alone(plain_folder):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    uncertainty(load_encoder(str(plain_folder)), TEXTS)
    torch.testing.assert_close(torch.rand(3), expected)


def test_masked_entropy_is_that_of_each_token_masked_alone(masked_folder):
    network = BertForMaskedLM.from_pretrained(masked_folder).eval()
    tokenizer = BertTokenizerFast.from_pretrained(masked_folder)
    entropies = []
    for place in range(1, 6):
        read = tokenizer(TEXTS[0], return_tensors="pt")
        read["input_ids"][0, place] = tokenizer.mask_token_id
        with torch.no_grad():
            shares = network(**read).logits[0, place].double().softmax(0)
        entropies.append(float(-(shares * shares.log()).sum()))
    assert masked_entropy(masked_folder, TEXTS)[0] == pytest.approx(np.mean(entropies), rel=1e-4)


def test_a_head_that_knows_the_word_is_sure_of_it(changed_folder):
    doubtful = masked_entropy(changed_folder, TEXTS)
    assert (doubtful > 0.5 * math.log(len(WORDS))).all()

    def preferring_cats(weights):
        weights["cls.predictions.bias"][WORDS.index("cat")] += 30.0
        return weights

    change_weights(changed_folder, preferring_cats)
    assert (masked_entropy(changed_folder, TEXTS) < 1e-3).all()


def test_of_long_texts_some_tokens_are_masked_and_of_empty_ones_none(masked_folder, monkeypatch):
    model, asked = masked_model(masked_folder), []
    forward = type(model.network).forward

    def watched(network, input_ids):
        asked.append(input_ids)
        return forward(network, input_ids=input_ids)

    monkeypatch.setattr(type(model.network), "forward", watched)
    assert model.entropy("cat " * 50) > 0.0
    assert len(asked[0]) == MOST_TOKENS
    places = (asked[0] == model.tokenizer.mask_token_id).nonzero()[:, 1]
    assert (places[0], places[-1]) == (1, 50)
    assert model.entropy("") == 0.0
    assert len(asked) == 1


def test_auto_takes_the_first_measure_that_there_is(masked_folder, plain_folder):
    assert uncertainty(load_encoder(str(masked_folder)), TEXTS).kind == "masked"
    assert uncertainty(load_encoder(str(plain_folder)), TEXTS).kind == "dropout"
    assert uncertainty(load_encoder("hashing:16"), TEXTS).kind == "norm"


def test_a_measure_may_be_asked_for(masked_folder, plain_folder):
    norm = uncertainty(load_encoder(str(masked_folder)), TEXTS, kind="norm")
    assert norm.kind == "norm"
    np.testing.assert_allclose(norm.scores, 1.0, rtol=1e-5)
    for folder, kind, lacking in ((masked_folder, "dropout", "dropout"), (plain_folder, "masked", "a head for masked")):
        with pytest.raises(UsageError, match=f"--uncertainty {kind}: expected an encoder with {lacking}"):
            uncertainty(load_encoder(str(folder)), TEXTS, kind=kind)
    with pytest.raises(UsageError, match="expected an encoder with dropout, hashing:16 has none"):
        uncertainty(load_encoder("hashing:16"), TEXTS, kind="dropout")


def test_a_head_without_weights_is_none(changed_folder):
    change_weights(changed_folder, lambda weights: {n: w for n, w in weights.items() if "transform" not in n})
    assert masked_entropy(changed_folder, TEXTS) is None


@pytest.mark.parametrize("architectures", [None, [], "BertForMaskedLM", ["BertModel"], [3]])
def test_a_folder_that_names_no_head_has_none(changed_folder, architectures):
    config = json.loads((changed_folder / "config.json").read_text())
    (changed_folder / "config.json").write_text(json.dumps({**config, "architectures": architectures}))
    assert masked_model(changed_folder) is None


def test_nothing_but_safetensors_is_read(changed_folder):
    torch.save(load_file(changed_folder / "model.safetensors"), changed_folder / "pytorch_model.bin")
    (changed_folder / "model.safetensors").unlink()
    with pytest.raises(PrleError, match=r"cannot be loaded with its head for masked tokens .*safetensors"):
        masked_model(changed_folder)


def test_code_from_the_folder_is_not_run(changed_folder, tmp_path):
    config = json.loads((changed_folder / "config.json").read_text())
    own = {"AutoModelForMaskedLM": "evil.Evil", "AutoConfig": "evil.Evil"}
    (changed_folder / "config.json").write_text(json.dumps({**config, "auto_map": own}))
    (changed_folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\nEvil = None\n")
    assert masked_model(changed_folder) is not None
    assert not (tmp_path / "ran").exists()
