"""What benchmarks/votes.py counts, on a small workspace; the real sets take minutes."""

from __future__ import annotations

import sys
from contextlib import nullcontext

import numpy as np
import pytest

from benchmarks import votes
from prle.data import SourceRequest
from prle.workspace import open_workspace


def test_rows_in_common_are_counted_wherever_they_stand():
    first, second = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[3, 9, 1], [7, 8, 9]])
    assert votes.shared(first, second) == 1.0
    assert votes.shared(first, first) == 3.0


def test_a_row_a_seed_is_printed_and_nothing_is_fitted_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(votes.SETS, "emobank", lambda _: SourceRequest(source="diabetes"))
    asked = ["votes.py", str(tmp_path), str(tmp_path / "made"), "--sets", "emobank", "--seeds", "2"]
    monkeypatch.setattr(sys, "argv", [*asked, "--stability"])
    votes.main()
    heads, rule, zero, one, *rest = capsys.readouterr().out.splitlines()
    assert heads.count("|") == rule.count("|") == zero.count("|") == one.count("|")
    assert zero.startswith("| emobank, 0 | 0.")
    assert one.startswith("| emobank, 1 | 0.")
    with open_workspace(tmp_path / "made" / "emobank.h5") as opened:
        created = {name: opened.created(name) for name in opened.model_names}
        agreed = votes.shared(votes.heaviest(opened, "seed-0"), votes.heaviest(opened, "seed-1"))
    assert f"another seed finds {agreed:.1f}." in "".join(rest)
    assert 0.0 < agreed <= 10.0
    monkeypatch.setattr(sys, "argv", [*asked, "--baselines"])
    votes.main()
    heads, _, zero, one, _, methods, _, vote, alone, *others = capsys.readouterr().out.splitlines()
    assert heads.endswith("| best baseline, difference |")
    assert zero.endswith("] |")
    assert methods == "| method | emobank |"
    first, second, mean = (float(line.split("|")[2].split(" / ")[0]) for line in (zero, one, vote))
    assert mean == pytest.approx((first + second) / 2, abs=1e-4)
    assert alone.startswith("| score alone, mean over seeds | 0.")
    assert {"ridge", "knn", "boosting"} < {line.split("|")[1].strip() for line in others}
    with open_workspace(tmp_path / "made" / "emobank.h5") as opened:
        assert {name: opened.created(name) for name in opened.model_names} == created


def test_what_seeds_share_stands_below_the_rows_of_all_sets(tmp_path, monkeypatch, capsys):
    for name in ("prepare", "bench"):
        monkeypatch.setattr(votes, name, lambda *_: None)
    monkeypatch.setattr(votes, "open_workspace", nullcontext)
    monkeypatch.setattr(votes, "_cells", lambda name, *_: [name])
    monkeypatch.setattr(votes, "_stability", lambda name, *_: f"{name}: shared")
    asked = ["votes.py", str(tmp_path), str(tmp_path), "--sets", "emobank", "sst5", "--seeds", "1", "--stability"]
    monkeypatch.setattr(sys, "argv", asked)
    votes.main()
    _, _, *said = capsys.readouterr().out.splitlines()
    assert said == ["| emobank |", "| sst5 |", "", "emobank: shared", "", "sst5: shared"]


def test_one_seed_has_nothing_to_agree_with(tmp_path):
    assert "no other to agree with" in votes._stability("toy", _empty(tmp_path), range(0))


def _empty(tmp_path):
    from tests.workspace.builders import make_workspace

    make_workspace(tmp_path / "prle.h5")
    return tmp_path / "prle.h5"


@pytest.mark.parametrize("name", votes.SETS)
def test_every_set_is_read_from_the_folder_or_built_in(tmp_path, name):
    source = votes.SETS[name](tmp_path)
    files = [each for each in (source.train, source.test) if each is not None]
    assert source.source == name or str(tmp_path) in f"{source.source}{files}"
