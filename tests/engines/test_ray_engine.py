"""Two real workers on loopback: the same answers in the same order, whatever happens to the workers."""

from __future__ import annotations

import signal
from dataclasses import replace

import numpy as np
import pytest

from prle.config import resolve
from prle.data import SourceRequest, load
from prle.encoders import fit_tabular, load_encoder
from prle.encoders.tabular.fitting import TabularSettings
from prle.engines import RayEngine
from prle.engines.encoding import Encoding
from prle.engines.ray_engine import AHEAD, AT_A_WORKER, TRIES
from prle.errors import DataError, PrleError
from prle.stages.embed.interface import EmbedRequest
from prle.stages.embed.stage import embed
from prle.stages.fit.stage import fit
from prle.stages.predict.interface import ShardsRequest
from prle.stages.predict.shards import predict_shards
from prle.workspace import layout
from tests.engines.test_engines import Listening
from tests.engines.works import Doubling, Dying, Unloadable
from tests.stages.conftest import shortened

pytestmark = pytest.mark.slow

WORKERS = 2
TEXTS = [f"sentence {number} is about {number % 7} things and {number % 11} more" for number in range(700)]


@pytest.fixture(scope="module")
def observer():
    return Listening()


@pytest.fixture(scope="module")
def engine(cluster_address, observer):
    engine = RayEngine(address=cluster_address, observer=observer)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def encoder():
    return load_encoder("hashing:64")


def encoded(engine, encoder):
    return np.concatenate([*engine.stream(encoder, engine.windows(encoder, TEXTS, most=50))])


def test_vectors_are_those_of_this_process_to_the_bit(engine, encoder):
    assert encoded(engine, encoder).tobytes() == encoder.encode(TEXTS).tobytes()


def test_a_worker_that_is_killed_is_missed_by_nobody(engine, encoder, tmp_path):
    windows = list(engine.windows(encoder, TEXTS, most=50))
    work = Dying(work=Encoding.by(encoder), item=windows[5], folder=tmp_path)
    vectors = np.concatenate([*engine.mapped(work, windows)])
    assert len(list(tmp_path.iterdir())) == 1, "one was killed"
    assert vectors.tobytes() == encoder.encode(TEXTS).tobytes()


def test_an_item_that_kills_every_worker_is_given_up_in_words(engine, tmp_path):
    work = Dying(work=Doubling(), item=3, folder=tmp_path, times=100)
    with pytest.raises(PrleError, match=f"{TRIES} workers have died over the same piece of work") as caught:
        list(engine.mapped(work, range(6)))
    assert "--engine local" in caught.value.hint
    assert len(list(tmp_path.iterdir())) == TRIES


def test_answers_come_in_order_and_items_are_taken_as_workers_need_them(engine, observer):
    taken = []

    def items():
        for item in range(200):
            taken.append(item)
            yield item

    answers = engine.mapped(Doubling(), items())
    assert next(answers) == 0
    assert len(taken) <= WORKERS + AHEAD * AT_A_WORKER * WORKERS + 1
    assert list(answers) == [2 * item for item in range(1, 200)]
    assert observer.notes.count("doubling is easy") == 1, "said once, however many workers say it"


def test_nothing_to_do_needs_no_worker(engine):
    assert list(engine.mapped(Doubling(), [])) == []


def test_what_a_worker_raises_arrives_as_it_was_raised(engine):
    with pytest.raises(DataError, match="expected a positive number, got -1") as caught:
        list(engine.mapped(Doubling(), [1, 2, -1, 4]))
    assert caught.value.hint == "take another"
    with pytest.raises(DataError, match="expected a model, got none"):
        list(engine.mapped(Unloadable(), [1]))


def test_what_nobody_foresaw_is_one_line(engine):
    with pytest.raises(PrleError) as caught:
        list(engine.mapped(Doubling(), [None]))
    assert caught.value.message == "a worker failed with ZeroDivisionError: by nothing"


def test_other_weights_are_refused_by_the_worker_that_finds_them(engine, encoder):
    work = Encoding.by(encoder)
    other = replace(work, record=replace(work.record, fingerprint="ab" * 32))
    with pytest.raises(PrleError, match=r"encoder hashing:64: a worker found weights \w{12}, expected abababababab"):
        list(engine.mapped(other, [TEXTS[:2]]))


def test_rows_of_a_table_are_encoded_by_what_was_measured_here(engine, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("a,b,y\n" + "".join(f"{row % 17},{'xyz'[row % 3]},{row / 7}\n" for row in range(60)))
    dataset = load(SourceRequest(source=str(file), table=True, label="y"))
    encoder = fit_tabular(dataset, TabularSettings())
    rows = [row[0] for row in dataset.splits["train"].texts]
    (found,) = engine.stream(encoder, [rows])
    assert np.array_equal(found, encoder.encode(rows))


def test_sigterm_is_still_ours(monkeypatch):
    ray = pytest.importorskip("ray", reason="needs the extra ray")
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", lambda **_: signal.signal(signal.SIGTERM, signal.SIG_IGN))
    RayEngine()._cluster()
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_workspace_is_the_same_file(engine, encoder, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    demo = shortened(load(SourceRequest(source="demo")), 200)
    here, there = (EmbedRequest(workspace=tmp_path / name, block=64) for name in ("here.h5", "there.h5"))
    embed(here, demo, encoder)
    embed(there, demo, encoder, engine=engine)
    assert there.workspace.read_bytes() == here.workspace.read_bytes()
    assert not layout.partial_path(there.workspace).exists()


def test_shards_are_predicted_alike(engine, encoder, tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="needs the extra parquet")
    parquet = pytest.importorskip("pyarrow.parquet")
    workspace, shards = tmp_path / "prle.h5", tmp_path / "shards"
    embed(EmbedRequest(workspace=workspace), shortened(load(SourceRequest(source="demo")), 120), encoder)
    fit(workspace, resolve(None, {"prototypes.count": 4, "train.epochs": 1, "value_space.projection": "siamese"}))
    shards.mkdir()
    for number in range(3):
        part = TEXTS[number * 10 : number * 10 + 10]
        parquet.write_table(
            arrow.table({"sentence1": part, "sentence2": part[::-1]}), shards / f"part-{number}.parquet"
        )
    request = ShardsRequest(workspace=workspace, source=shards, folder=tmp_path / "here")
    predict_shards(request)
    report = predict_shards(replace(request, folder=tmp_path / "there"), engine=engine)
    assert (report.engine, report.computed, report.rows) == ("ray", 3, 30)
    for number in range(3):
        name = f"part-{number}.parquet"
        assert parquet.read_table(tmp_path / "there" / name).equals(parquet.read_table(tmp_path / "here" / name))


def test_a_cluster_that_does_not_answer_is_said_in_a_line(monkeypatch):
    ray = pytest.importorskip("ray", reason="needs the extra ray")
    engine = RayEngine(address="auto")

    def init(**_):
        raise ConnectionError("nobody is there\nand more")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", init)
    with pytest.raises(PrleError, match=r"expected a cluster at auto, got none \(nobody is there\)") as caught:
        list(engine.mapped(Doubling(), [1]))
    assert "ray start --head" in caught.value.hint


def test_an_address_where_nothing_listens_is_not_waited_for(monkeypatch):
    ray = pytest.importorskip("ray", reason="needs the extra ray")
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", lambda **_: pytest.fail("it would ask for minutes"))
    with pytest.raises(PrleError, match=r"expected a cluster at 127\.0\.0\.1:1, got none \(nothing answers there\)"):
        list(RayEngine(address="127.0.0.1:1").mapped(Doubling(), [1]))
