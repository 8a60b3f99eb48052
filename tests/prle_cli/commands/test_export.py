"""What `prle export` asks of the library."""

from __future__ import annotations

import json


def test_export_is_a_graph_with_texts_unless_somebody_says_otherwise(stages, prle):
    outcome = prle("export")
    assert stages.calls["export"][1] | {"observer": None} == {
        "name": "default",
        "format": "onnx",
        "texts": True,
        "observer": None,
    }
    assert "is written to exported." in outcome.out


def test_export_says_it_in_json_too(stages, prle):
    document = json.loads(prle("export", "--json").out)
    assert document["schema_version"] == 1
    assert document["files"]["model.onnx"] == 1_184_302
    assert document["largest_difference"] == 9.3e-6


def test_a_format_that_there_is_not_is_refused(stages, prle):
    outcome = prle("export", "--format", "pickle")
    assert outcome.code == 2
    assert "export" not in stages.calls
