import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from prle.models.texts.lexicon import Lexicon, words_of

POOL = ("run the compiler with --fast", "the answer is in the log", "use bash to run it", "extract_records.pl")


def test_words_are_what_punctuation_parts():
    assert words_of("Use `extract_records.pl`, NOW!") == ["use", "extract", "records", "pl", "now"]


def test_a_text_is_nearest_to_itself():
    scores = Lexicon(POOL, POOL).scores(POOL)
    assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(np.diag(scores), 1.0, rtol=1e-6)


def test_rare_words_count_more():
    lexicon = Lexicon(("the a", "the b", "the c", "the rare"), ("the", "rare"))
    common, rare = lexicon.scores(["the rare"])[0]
    assert rare > common > 0


def test_unknown_words_lower_the_cosine_and_find_nothing():
    lexicon = Lexicon(POOL, POOL)
    assert lexicon.scores(["zebra"]).tolist() == [[0.0] * 4]
    assert 0 < lexicon.scores(["bash zebra"])[0, 2] < lexicon.scores(["bash"])[0, 2]


def test_it_is_the_tfidf_of_scikit_learn():
    from sklearn.feature_extraction.text import TfidfVectorizer

    peer = TfidfVectorizer(analyzer=words_of, sublinear_tf=True).fit(POOL)
    asked = ["run run the log", "use records"]
    expected = (peer.transform(asked) @ peer.transform(POOL).T).toarray()
    np.testing.assert_allclose(Lexicon(POOL, POOL).scores(asked), expected, rtol=1e-5, atol=1e-6)


@given(st.text(max_size=40))
def test_scores_are_cosines(text):
    scores = Lexicon(POOL, POOL).scores([text])
    assert scores.shape == (1, 4)
    assert (scores >= 0).all()
    assert scores.max() <= 1.0 + 1e-5
