"""What is read is encoded by what suits it, from a name to the file; nothing stands in for anything."""

from __future__ import annotations

import pytest

from prle.data import SourceRequest, load
from prle.encoders import load_encoder
from prle.errors import DataError, UsageError
from prle.stages.embed import EmbedRequest, EncoderRequest, embed, embed_source
from prle.workspace import open_workspace


@pytest.fixture
def reviews(tmp_path):
    rows = "\n".join(f"a film that lasts {row} minutes,{row / 10},{('short', 'long')[row % 2]}" for row in range(40))
    file = tmp_path / "reviews.csv"
    file.write_text(f"review,stars,words\n{rows}\n", encoding="utf-8")
    return file


def test_words_mean_what_the_records_mean(reviews, tmp_path):
    by_words = embed_source(tmp_path / "words.h5", str(reviews), "hashing:32")
    dataset = load(SourceRequest(source=str(reviews)))
    by_parts = embed(EmbedRequest(workspace=tmp_path / "parts.h5"), dataset, load_encoder("hashing:32"))
    assert (by_words.rows, by_words.fields, by_words.label) == (by_parts.rows, by_parts.fields, by_parts.label)
    with open_workspace(tmp_path / "words.h5") as words, open_workspace(tmp_path / "parts.h5") as parts:
        assert words.identity == parts.identity


def test_a_table_is_encoded_by_its_own_columns_and_no_encoder_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("prle.stages.embed.source.load_encoder", lambda *_, **__: pytest.fail("it was asked"))
    report = embed_source(tmp_path / "prle.h5", "diabetes", EncoderRequest(numeric="quantile"))
    assert (report.table, report.target_encoder) == (True, "")
    assert "quantile" in report.encoder


def test_what_would_change_nothing_is_refused(reviews, tmp_path):
    with pytest.raises(UsageError, match="embed --encoder hashing:16: expected texts"):
        embed_source(tmp_path / "prle.h5", "diabetes", "hashing:16")
    for option, value in (("numeric", "quantile"), ("bins", 3)):
        with pytest.raises(UsageError, match=f"embed --{option}: expected rows of a table"):
            embed_source(tmp_path / "prle.h5", str(reviews), EncoderRequest(**{"name": "hashing:16", option: value}))


def test_texts_that_rows_of_a_table_find_have_an_encoder_of_their_own(reviews, tmp_path):
    source = SourceRequest(source=str(reviews), table=True, drop=("review",), label="words", target="text")
    report = embed_source(tmp_path / "prle.h5", source, "hashing:16")
    assert (report.table, report.targets, report.target_encoder) == (True, 2, "hashing:16")
    assert report.encoder != "hashing:16"


def test_vectors_are_stored_as_asked(reviews, tmp_path):
    embed_source(tmp_path / "prle.h5", str(reviews), EncoderRequest(name="hashing:16", dtype="float16"))
    with open_workspace(tmp_path / "prle.h5") as opened:
        assert opened.vector_dtype == "float16"


@pytest.mark.parametrize(
    ("option", "value"),
    [("batch_size", 0), ("device", "tpu"), ("precision", "fp8"), ("backend", "abacus"), ("dtype", "float8")],
)
def test_what_an_encoder_does_not_have_is_refused(reviews, tmp_path, option, value):
    with pytest.raises(UsageError, match=str(value)):
        embed_source(tmp_path / "prle.h5", str(reviews), EncoderRequest(name="hashing", **{option: value}))
    assert not (tmp_path / "prle.h5").exists()


def test_a_source_that_is_not_there_is_said_before_anything_is_written(tmp_path):
    with pytest.raises(DataError):
        embed_source(tmp_path / "prle.h5", "nowhere.csv", "hashing")
    assert not (tmp_path / "prle.h5").exists()
