from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prle.data.interface import Column, Dataset, Split
from prle.data.row_text import ROW, number_cell, row_text
from prle.encoders import EncoderState, TabularEncoder, TabularSettings, fit_tabular, load_encoder
from prle.encoders.interface import NumericName
from prle.encoders.tabular.encoder import NUMBERS
from prle.encoders.tabular.fitting import fit_numbers, keep_numbers
from prle.errors import DataError, PrleError, UsageError, WorkspaceError

COLUMNS = (
    Column(name="colour", kind="category"),
    Column(name="x", kind="number"),
    Column(name="y", kind="number"),
    Column(name="count", kind="number"),
)
NAMES = [column.name for column in COLUMNS]
NUMERIC = list(NUMBERS)


def table_of(rows: list[dict[str, str]], columns: tuple[Column, ...] = COLUMNS, other: int = 2) -> Dataset:
    names = [column.name for column in columns]
    texts = tuple((row_text(row, names),) for row in rows)
    labels = np.arange(len(rows), dtype=np.float64)
    splits = {
        "train": Split(texts=texts, labels=labels),
        "validation": Split(texts=texts[:other], labels=labels[:other]),
    }
    return Dataset(name="t", fields=(ROW,), label="l", origin="here", splits=splits, columns=columns)


def rows_of(count: int, seed: int = 0) -> list[dict[str, str]]:
    """Two skewed numbers, one of them with gaps, small counts, and colours of which one is rare."""
    rng = np.random.default_rng(seed)
    colours = rng.choice(["red", "green", "blue", ""], size=count, p=[0.4, 0.3, 0.2, 0.1])
    colours[:2] = "mauve"
    return [
        {
            "colour": str(colours[row]),
            "x": repr(float(np.exp(rng.normal()))),
            "y": "" if row % 7 == 3 else repr(float(rng.normal(50, 10))),
            "count": str(rng.integers(4)),
        }
        for row in range(count)
    ]


ROWS = rows_of(400)
NEW = [
    {"colour": "mauve", "x": "1.5", "y": "?", "count": "2"},
    {"colour": "never seen", "x": "1e6", "y": "-1e6", "count": "99"},
    {"colour": " red ", "x": "", "y": "50", "count": "0"},
    {},
]


def encoded(encoder: TabularEncoder, rows: list[dict[str, str]]) -> np.ndarray:
    return encoder.encode([row_text(row, NAMES) for row in rows])


@pytest.fixture(params=NUMERIC)
def encoder(request) -> TabularEncoder:
    return fit_tabular(table_of(ROWS), TabularSettings(numeric=request.param, bins=8))


def test_the_registry_holds_every_name():
    assert set(NUMBERS) == set(get_args(NumericName))


def test_vectors_are_finite_float32_of_the_recorded_width(encoder):
    vectors = encoded(encoder, [*ROWS, *NEW])
    assert (vectors.shape, vectors.dtype) == ((404, encoder.record.width), np.float32)
    assert np.isfinite(vectors).all()
    assert encoder.encode([]).shape == (0, encoder.record.width)


def numeric_cells(rows):
    return np.array([[float(row.get(name) or "nan") for name in ("x", "y", "count")] for row in rows])


def colour_cells(rows):
    return np.array([[row.get("colour", "").strip()] for row in rows], dtype=object)


@pytest.mark.parametrize("numeric", ["standard", "quantile"])
def test_numpy_gives_what_scikit_learn_gives(numeric):
    """The same columns through scikit-learn's own imputing, scaling and one-hot encoding."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, StandardScaler

    numbers = {
        "standard": StandardScaler(),
        "quantile": QuantileTransformer(n_quantiles=400, subsample=None, output_distribution="normal"),
    }[numeric]
    reference = ColumnTransformer([("numbers", numbers, [0, 1, 2]), ("missing", "passthrough", [3])])
    imputer = SimpleImputer(strategy="median", add_indicator=True)
    colours = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=4, sparse_output=False)
    reference.fit(imputer.fit_transform(numeric_cells(ROWS)))
    colours.fit(colour_cells(ROWS))
    new = [{**row, "y": row.get("y", "").replace("?", "")} for row in NEW]
    expected = np.concatenate(
        [
            np.concatenate(
                [
                    reference.transform(imputer.transform(numeric_cells(rows))),
                    colours.transform(colour_cells(rows)),
                ],
                axis=1,
            )
            for rows in (ROWS, new)
        ]
    )
    encoder = fit_tabular(table_of(ROWS), TabularSettings(numeric=numeric))
    np.testing.assert_allclose(encoded(encoder, [*ROWS, *NEW]), expected, rtol=1e-5, atol=1e-6)


def test_bars_fill_from_quantile_to_quantile():
    """Two bins of 0, 1, 2, 4: the first fills up to the median 1.5, the second from there to 4."""
    columns = (Column(name="x", kind="number"),)
    rows = [{"x": cell} for cell in ("0", "1", "2", "4")]
    encoder = fit_tabular(table_of(rows, columns), TabularSettings(numeric="piecewise", bins=2))
    bars = np.array([[0, 0], [1 / 1.5, 0], [1, 0.2], [1, 1]])
    expected = (bars - bars.mean(axis=0)) / np.sqrt(bars.var(axis=0).sum())
    cells = ("0", "1", "2", "4", "-3", "10")
    vectors = encoder.encode([row_text({"x": cell}, ["x"]) for cell in cells])
    np.testing.assert_allclose(vectors, [*expected, expected[0], expected[3]], atol=1e-6)


def test_every_piecewise_column_counts_as_one_standardised_number():
    encoder = fit_tabular(table_of(ROWS), TabularSettings(numeric="piecewise", bins=8))
    vectors = encoded(encoder, ROWS)
    place = encoder.state.arrays["numbers/column"]
    totals = [vectors[:, : len(place)][:, place == column].var(axis=0).sum() for column in range(3)]
    np.testing.assert_allclose(totals, 1.0, rtol=1e-4)
    assert np.bincount(place).tolist() == [8, 8, 3], "level quantiles leave fewer bins"


def test_missing_numbers_are_the_median_and_marked(encoder):
    row = {"colour": "red", "x": "1", "count": "2"}
    median = repr(float(np.median([float(each["y"]) for each in ROWS if each["y"]])))
    unknown, known = encoded(encoder, [row, {**row, "y": median}])
    assert np.flatnonzero(unknown != known).size == 1
    assert (unknown - known).max() == 1.0


def test_a_gap_that_training_rows_do_not_have_needs_no_mark(encoder):
    one = {"colour": "red", "x": "1", "y": "50"}
    median = str(float(np.median([float(each["count"]) for each in ROWS])))
    np.testing.assert_array_equal(*encoded(encoder, [one, {**one, "count": median}]))


def test_rare_and_unknown_categories_share_a_feature(encoder):
    mauve, unknown, red = encoded(encoder, [{"colour": name} for name in ("mauve", "puce", "red")])
    np.testing.assert_array_equal(mauve, unknown)
    assert not np.array_equal(mauve, red)


def test_without_rare_ones_an_unknown_category_is_nothing():
    rows = [{"colour": ("red", "blue")[row % 2], "x": str(row), "y": "1", "count": "1"} for row in range(30)]
    encoder = fit_tabular(table_of(rows), TabularSettings(numeric="standard"))
    unknown, red = encoded(encoder, [{"colour": "puce"}, {"colour": "red"}])
    assert red.sum() - unknown.sum() == 1.0
    assert encoder.record.width == 5


def test_a_column_that_training_rows_do_not_vary_or_do_not_have_says_nothing(encoder):
    rows = [{**row, "x": "5", "count": ""} for row in ROWS]
    constant = fit_tabular(table_of(rows), TabularSettings(numeric=encoder.state.settings["numeric"], bins=8))
    one, other = encoded(constant, [{"x": "5", "count": "1"}, {"x": "4000", "count": "700"}])
    if encoder.state.settings["numeric"] == "quantile":
        assert np.isfinite(other).all()
    else:
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_a_column_that_is_mostly_zero_has_an_edge_at_each_of_its_values():
    """Its quantiles are zero but for the last, which would leave one bin for all that tells its rows apart."""
    rows = [{"gain": cell} for cell in ["0"] * 95 + ["1", "2", "5", "9", "40"]]
    encoder = fit_tabular(
        table_of(rows, (Column(name="gain", kind="number"),)), TabularSettings(numeric="piecewise", bins=8)
    )
    bars = encoder.state.arrays["numbers/lower"], encoder.state.arrays["numbers/upper"]
    np.testing.assert_array_equal(bars, [[0, 1, 2, 5, 9], [1, 2, 5, 9, 40]])


def test_bins_grow_with_the_rows_and_end():
    assert [TabularSettings().bins_for(rows) for rows in (20, 400, 4000, 10**6)] == [2, 4, 40, 128]
    assert TabularSettings(bins=3).bins_for(10**6) == 3
    encoder = fit_tabular(table_of(ROWS), TabularSettings(numeric="piecewise"))
    assert np.bincount(encoder.state.arrays["numbers/column"]).max() == TabularSettings().bins_for(len(ROWS))


def test_only_training_rows_are_measured():
    dataset = table_of(ROWS[:300])
    other = Split(texts=tuple((row_text(row, NAMES),) for row in NEW), labels=np.zeros(4))
    changed = replace(dataset, splits={**dataset.splits, "validation": other, "test": other})
    first, second = (fit_tabular(each, TabularSettings()).record for each in (dataset, changed))
    assert first == second
    assert fit_tabular(table_of(ROWS), TabularSettings()).record.fingerprint != first.fingerprint


@given(st.permutations(range(12)))
@settings(deadline=None, max_examples=20)
def test_a_row_is_encoded_the_same_wherever_it_stands(order):
    encoder = fit_tabular(table_of(ROWS[:60]), TabularSettings(bins=4))
    vectors = encoded(encoder, ROWS[:12])
    np.testing.assert_array_equal(encoded(encoder, [ROWS[row] for row in order]), vectors[list(order)])


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
@settings(deadline=None, max_examples=50)
def test_any_number_is_between_the_ends_of_its_bars(number):
    encoder = fit_tabular(table_of(ROWS[:60]), TabularSettings(numeric="piecewise", bins=4))
    low, here, high = encoded(encoder, [{"x": cell} for cell in ("-1e300", repr(number), "1e300")])
    assert (low <= here).all()
    assert (here <= high).all()


def test_the_state_is_all_there_is(encoder):
    again = TabularEncoder(EncoderState(settings=encoder.state.settings, arrays=dict(encoder.state.arrays)))
    assert again.record == encoder.record
    np.testing.assert_array_equal(encoded(again, NEW), encoded(encoder, NEW))


def test_the_fingerprint_is_that_of_the_state(encoder):
    arrays = dict(encoder.state.arrays)
    name = next(name for name, array in arrays.items() if array.dtype == np.float64)
    arrays[name] = np.nextafter(arrays[name], np.inf)
    changed = TabularEncoder(EncoderState(settings=encoder.state.settings, arrays=arrays))
    assert changed.record.fingerprint != encoder.record.fingerprint


def test_tables_of_one_kind_of_column_only():
    for kind in ("number", "category"):
        columns = tuple(column for column in COLUMNS if column.kind == kind)
        encoder = fit_tabular(table_of(ROWS, columns), TabularSettings(bins=4))
        names = [column.name for column in columns]
        vectors = encoder.encode([row_text(row, names) for row in ROWS])
        assert vectors.shape == (400, encoder.record.width)
        assert vectors.std(axis=0).max() > 0


@pytest.mark.parametrize(
    ("settings_", "message"),
    [({"numeric": "picewise"}, "numeric: expected one of"), ({"bins": 0}, "bins: expected at least 1, got 0")],
)
def test_settings_that_cannot_be(settings_, message):
    with pytest.raises(UsageError, match=message):
        TabularSettings(**settings_)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: replace(state, settings={}),
        lambda state: replace(state, settings={**state.settings, "numeric": "other"}),
        lambda state: replace(state, arrays={**state.arrays, "median": np.zeros(2)}),
        lambda state: replace(state, arrays={**state.arrays, "numbers/more": np.zeros(2)}),
        lambda state: replace(state, arrays={"median": state.arrays["median"]}),
    ],
)
def test_a_state_that_does_not_fit_together_is_refused(encoder, spoil):
    with pytest.raises(WorkspaceError, match="do not fit together"):
        TabularEncoder(spoil(encoder.state))


def test_what_is_no_row_is_refused(encoder):
    with pytest.raises(DataError, match="expected a row of"):
        encoder.encode(["hello"])
    with pytest.raises(DataError, match="expected a number, got 'x'"):
        encoder.encode([row_text({"x": "x"}, NAMES)])


def test_it_is_fitted_not_found():
    with pytest.raises(UsageError, match="a tabular one is fitted on its rows"):
        load_encoder("tabular:standard", kind="tabular")


def test_answering_imports_neither_scikit_learn_nor_pandas(encoder, tmp_path):
    np.savez(tmp_path / "state.npz", **encoder.state.arrays)
    code = f"""
import sys
import numpy as np
from prle.encoders.interface import EncoderState
from prle.encoders.tabular.encoder import TabularEncoder
arrays = dict(np.load({str(tmp_path / "state.npz")!r}))
encoder = TabularEncoder(EncoderState(settings={dict(encoder.state.settings)!r}, arrays=arrays))
print(encoder.encode([{row_text(NEW[0], NAMES)!r}]).tolist())
print({{"sklearn", "pandas", "scipy", "torch"}} & {{name.split(".")[0] for name in sys.modules}})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    vector, loaded = done.stdout.splitlines()
    np.testing.assert_allclose(eval(vector), encoded(encoder, NEW[:1]))
    assert loaded == "set()"


NUMBERS_ONLY = COLUMNS[1:]


@pytest.mark.parametrize("numeric", NUMERIC)
def test_numbers_alone_need_no_text(numeric):
    names = [column.name for column in NUMBERS_ONLY]
    values = np.array([[float(row[name] or "nan") for name in names] for row in ROWS])
    settings = TabularSettings(numeric=numeric, bins=8)
    from_text, from_array = fit_tabular(table_of(ROWS, NUMBERS_ONLY), settings), fit_numbers(names, values, settings)
    assert from_text.record == from_array.record
    texts = [row_text(dict(zip(names, map(number_cell, row), strict=True)), names) for row in values.tolist()]
    np.testing.assert_array_equal(from_text.encode(texts), from_array.encode_numbers(values))


def test_numbers_that_are_kept_stay_as_they_are():
    values = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_array_equal(keep_numbers(["a", "b", "c"]).encode_numbers(values.astype(np.float64)), values)


def test_other_rows_than_numbers_of_these_columns_are_refused(encoder):
    with pytest.raises(PrleError, match="rows are 3 numbers and 1 categories"):
        encoder.encode_numbers(np.zeros((2, 3)))
    with pytest.raises(PrleError, match="rows are 2 numbers and 0 categories, got 3 numbers"):
        keep_numbers(["a", "b"]).encode_numbers(np.zeros((2, 3)))
