"""What ``prle audit`` and ``prle edit`` ask of the library, and what they do with the answer."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from prle.errors import WorkspaceError
from prle.stages.audit.interface import AuditRequest, LabelsRequest
from tests.prle_cli.made import audits


@pytest.fixture
def asked(stages, monkeypatch):
    """Stand-ins for the stages of audits and edits; return their calls."""
    homes = {
        "prle.stages.audit": {"audit": audits.audited(), "audit_labels": audits.suspected()},
        "prle.stages.edit": {
            "drop": audits.receipt_of_a_drop(),
            "relabel": audits.receipt(),
            "undo": audits.taken_back(),
            "edit_log": audits.edit_log(),
        },
    }
    for home, answers in homes.items():
        stages.answers |= answers
        for name in answers:
            monkeypatch.setattr(f"{home}.{name}", stages.function(name))
    return stages.calls


def test_audit_alone_fits_nothing(asked, prle):
    outcome = prle("audit")
    assert outcome.code == 0
    assert asked["audit"][0] == (Path("prle.h5"), AuditRequest())
    assert "Labels of training rows carry the predictions" in outcome.out
    assert outcome.err == "Next: `prle audit --labels`\n"


def test_audit_of_labels(asked, prle):
    outcome = prle("audit", "--labels", "--top", "3", "--name", "other")
    assert asked["audit_labels"][0] == (Path("prle.h5"), LabelsRequest(name="other", top=3))
    assert "audit" not in asked
    assert "2125" in outcome.out
    assert outcome.err == ""
    prle("audit", "--labels")
    assert asked["audit_labels"][0][1] == LabelsRequest(top=10)


@pytest.mark.parametrize("options", [("--top", "3"), ("--labels", "--full"), ("--labels", "--seeds", "2")])
def test_options_that_do_not_go_together_are_refused(asked, prle, options):
    outcome = prle("audit", *options)
    assert outcome.code == 2
    assert "--top goes with --labels" in outcome.err
    assert not {"audit", "audit_labels"} & set(asked)


def test_audit_json_has_every_measure(asked, prle):
    found = json.loads(prle("audit", "--format", "json").out)
    assert found["schema_version"] == 1
    assert {each["name"] for each in found["measures"]} == {each.name for each in audits.audited().measures}
    assert set(found["measures"][0]) == {
        *("name", "group", "title", "value", "unit", "interval", "reference", "against", "finding", "meaning")
    }
    suspects = json.loads(prle("audit", "--labels", "--format", "json").out)["suspects"]
    assert suspects[0]["contradicted_by"][0] == {
        "row": 3503,
        "texts": list(audits.MARKUP),
        "label": 4.4,
        "alpha": 0.028,
    }


def test_audit_csv_is_a_line_a_measure_or_a_line_a_label(asked, prle):
    header, first, *_ = csv.reader(StringIO(prle("audit", "--format", "csv").out))
    line = dict(zip(header, first, strict=True))
    assert (line["name"], line["value"], line["low"], line["finding"]) == ("carried", "0.9876", "", "holds")
    header, first, second, third = csv.reader(StringIO(prle("audit", "--labels", "--format", "csv").out))
    line = dict(zip(header, first, strict=True))
    assert (line["row"], line["sentence1"], line["contradicted_by"]) == ("2125", audits.GUITAR[0], "3503")
    assert dict(zip(header, second, strict=True))["sentence1"] == audits.STEERING[0]
    assert dict(zip(header, third, strict=True))["harms"] == ""


def test_edit_relabel(asked, prle):
    outcome = prle("edit", "relabel", "2125", "4.5")
    assert asked["relabel"][0] == (Path("prle.h5"), 2125, "4.5")
    assert "relabelled, 1.40 → 4.50" in outcome.out
    assert outcome.err == "Next: `prle edit undo`\n"


def test_a_label_below_zero_is_no_option(asked, prle):
    prle("edit", "relabel", "7", "--", "-1.5")
    assert asked["relabel"][0][1:] == (7, "-1.5")


def test_edit_undo_and_log(asked, prle):
    assert "Taken back" in prle("edit", "undo").out
    assert asked["undo"] == ((Path("prle.h5"),), {"name": "default"})
    assert "dropped" in prle("edit", "log").out
    found = json.loads(prle("edit", "log", "--format", "json").out)
    assert [each["kind"] for each in found["edits"]] == ["relabel", "drop"]


def test_edit_json_is_the_receipt(asked, prle):
    found = json.loads(prle("edit", "relabel", "2125", "4.5", "--format", "json").out)
    assert found["edit"]["label"] == [1.4, 4.5]
    assert found["own"] == {"before": 3.99886, "after": 4.41014}
    assert (found["moved"], found["edits"], found["undone"]) == (11, 1, False)


def test_edit_alone_shows_what_there_is(asked, prle):
    outcome = prle("edit")
    assert outcome.code == 0
    assert all(verb in outcome.out for verb in ("drop", "relabel", "undo", "log"))


def test_an_edit_that_is_refused_says_why(asked, stages, prle):
    stages.answers["drop"] = WorkspaceError("editing needs experts that are solved.", hint="fit again")
    outcome = prle("edit", "drop", "0")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err == "Error: editing needs experts that are solved.\nHint: fit again\n"
