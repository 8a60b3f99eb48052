import platform
from importlib.metadata import version

import prle
from prle.stages.common import provenance as module
from prle.stages.common.provenance import provenance


def test_the_processor_is_named_as_its_maker_does(tmp_path, monkeypatch):
    listing = tmp_path / "cpuinfo"
    listing.write_text("processor\t: 0\nmodel name\t: Acme Tetra 9000: fast\nmodel name\t: another\n")
    monkeypatch.setattr(module, "_PROCESSORS", listing)
    assert provenance().processor == "Acme Tetra 9000: fast"


def test_a_system_that_does_not_say_has_at_least_an_architecture(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PROCESSORS", tmp_path / "nothing")
    monkeypatch.setattr(platform, "processor", lambda: "")
    assert provenance().processor == platform.machine()


def test_versions_are_those_that_run(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    source = provenance()
    assert source.date == "1970-01-01T00:00:00+00:00"
    assert source.versions["prle"] == prle.__version__
    assert source.versions["numpy"] == version("numpy")
    assert source.versions["python"] == platform.python_version()
