"""Parts add up, can be taken by row, and look the same in words and in HTML."""

from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prle.estimators import PRLEClassifier, PRLERegressor, RoutedParts
from tests.estimators.worlds import QUICK, classes, numbers


@pytest.fixture(scope="module")
def of_numbers():
    X, y = numbers()
    model = PRLERegressor(**QUICK, committee=2).fit(X, y)
    return model.explain(X), model.predict(X)


@pytest.fixture(scope="module", params=["probabilities", "logits"])
def of_classes(request):
    X, y = classes(["a", "b", "c"])
    model = PRLEClassifier(**QUICK, voters="none", settings={"experts.combine": request.param}).fit(X, y)
    return model.explain(X), model.predict_proba(X), request.param


def test_the_parts_of_a_number_add_up_to_it(of_numbers):
    parts, predictions = of_numbers
    assert parts.space == "label units"
    assert parts.weights.shape == parts.values.shape == parts.contributions.shape == (120, 6)
    np.testing.assert_allclose(parts.weights.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(parts.contributions.sum(axis=1), predictions, rtol=1e-12)
    np.testing.assert_allclose(parts.weights * parts.values, parts.contributions, rtol=1e-9)
    np.testing.assert_array_equal(parts.predictions, predictions)


def test_the_parts_of_classes_add_up_in_the_space_that_is_named(of_classes):
    parts, predictions, space = of_classes
    assert parts.space == space
    assert parts.contributions.shape == (120, 6, 3)
    np.testing.assert_allclose(parts.contributions.sum(axis=1), parts.sums, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(parts.predictions, predictions, rtol=1e-12)
    if space == "probabilities":
        np.testing.assert_array_equal(parts.sums, parts.predictions)
    else:
        shares = np.exp(parts.sums - parts.sums.max(axis=1, keepdims=True))
        np.testing.assert_allclose(shares / shares.sum(axis=1, keepdims=True), predictions, rtol=1e-10)


def test_rows_can_be_taken(of_numbers):
    parts, predictions = of_numbers
    assert len(parts) == 120
    assert len(parts[7]) == 1
    np.testing.assert_array_equal(parts[7].rows, [7])
    np.testing.assert_array_equal(parts[-1].rows, [119])
    np.testing.assert_array_equal(parts[10:13].predictions, predictions[10:13])
    assert [part.rows.tolist() for part in parts[10:13]] == [[10], [11], [12]]
    assert "row 11" in repr(parts[10:13][1])
    for outside in (120, -121):
        with pytest.raises(IndexError, match="expected a row below 120"):
            parts[outside]


def test_no_rows_have_no_parts(of_numbers):
    assert repr(of_numbers[0][:0]) == ""
    assert "<table" not in of_numbers[0][:0]._repr_html_()


def hand_made(terms, labels=("x",), classes=None):
    """One row whose prototypes weigh the same and contribute ``terms``."""
    terms = np.array([terms], np.float64)
    count = terms.shape[1]
    total = terms.sum(axis=1)
    if classes is not None:
        terms, total = np.stack([terms, 0 * terms], axis=2), np.stack([total, 0 * total], axis=1)
    return RoutedParts(
        rows=np.array([0]),
        weights=np.full((1, count), 1.0 / count),
        values=terms * count,
        contributions=terms,
        sums=total,
        predictions=total,
        space="label units" if classes is None else "probabilities",
        anchors=np.arange(count),
        anchor_labels=np.array((labels * count)[:count]),
        classes=classes,
    )


def test_a_picture_in_words():
    assert repr(hand_made([30.0, -10.0], labels=(2.5, 4.0))) == (
        "row 0: 20.00\n"
        "  prototype  training row  label  weight        says  contributes\n"
        "          0             0    2.5   0.500       60.00        30.00\n"
        "          1             1      4   0.500      -20.00       -10.00\n"
        "                                          prediction        20.00"
    )


@given(
    st.lists(st.floats(-1e4, 1e4, allow_subnormal=False).filter(lambda term: abs(term) > 1e-3), min_size=1, max_size=9)
)
def test_shown_parts_add_up_in_the_digits_that_are_shown(terms):
    *lines, total = [line.split()[-1] for line in repr(hand_made(terms)).splitlines()[2:]]
    decimals = len(total.partition(".")[2])
    assert sum(int(line.replace(".", "")) for line in lines) == int(total.replace(".", "")), decimals


TAGS = {"div", "style", "table", "caption", "thead", "tr", "th", "tbody", "td", "bdi", "svg", "rect"}


class Reading(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.said = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.said.append(data)


def test_a_notebook_shows_the_same_table_and_runs_nothing():
    evil = "<script>alert(1)</script>"
    parts = hand_made([0.5, 0.25], labels=(evil, "&amp;"), classes=np.array([evil, "b"]))
    page = Reading()
    page.feed(parts._repr_html_())
    assert set(page.tags) == TAGS
    assert page.said.count(evil) == 1
    assert "&amp;" in page.said
    assert f"row 0: {evil}, probability 0.750" in page.said
    words = {word for line in repr(parts).splitlines() for word in line.split()}
    assert {"0.5000", "0.2500", "0.7500"} <= set(page.said) & words


def test_a_notebook_page_has_no_colour_and_loads_nothing(of_classes):
    html = of_classes[0]._repr_html_()
    assert "and 115 more rows" in html
    for word in ("http", "url(", "#", "rgb", "src="):
        assert word not in html
    assert html.count("<table>") == 5


def test_what_hardly_weighs_is_counted_with_the_others(of_numbers):
    parts = hand_made([1.0, 1.0, 1.0])
    quiet = RoutedParts(**{**vars(parts), "weights": np.array([[0.9999, 0.0001, 0.0]])})
    lines = repr(quiet).splitlines()
    assert len(lines) == 5
    assert lines[3].split() == ["2", "others", "0.000", "2.000"]
