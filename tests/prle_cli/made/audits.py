"""Audits and receipts of edits as the stages would return them, with texts as nobody should write them."""

from __future__ import annotations

from dataclasses import replace

from prle.stages.audit.interface import AuditReport, Contradiction, Damage, LabelsReport, Measure, Suspect, Unit
from prle.stages.audit.verdict import verdict
from prle.stages.edit.interface import Around, Edit, EditLogReport, EditReport, Moved
from prle.stages.explain.parts import Refusal
from tests.prle_cli.made.reports import GUITAR, LONG, MARKUP, STEERING

_EXAMPLES, _PROTOTYPES, _LABELS = "training examples", "prototypes", "labels"
_FIGURES = (
    ("lds_labels", _EXAMPLES, "foretell withheld labels", 1.0, "correlation", (1.0, 1.0), 0.0, "chance"),
    ("lds_rows", _EXAMPLES, "foretell removed rows", 0.9629, "correlation", (0.9595, 0.9661), 0.0, "chance"),
    ("lds_fit", _EXAMPLES, "foretell whole fits", 0.34, "correlation", (0.277, 0.4), 0.0, "chance"),
    ("deletion", _EXAMPLES, "fall without the top rows", 0.0884, "label units", (0.068, 0.109), -0.0003, "random rows"),
    ("randomisation", _EXAMPLES, "same under shuffled labels", 0.0077, "correlation", (0.0065, 0.0089), 0.0, "none"),
    ("randomisation_sizes", _EXAMPLES, "their sizes alone", 0.896, "correlation", (0.884, 0.907), 0.0, "none"),
    (
        "comprehensiveness",
        _PROTOTYPES,
        "change without the heaviest",
        0.0878,
        "label units",
        (0.083, 0.093),
        0.0069,
        "random ones",
    ),
    (
        "sufficiency",
        _PROTOTYPES,
        "change with them alone",
        0.0293,
        "label units",
        (0.028, 0.031),
        0.2261,
        "random ones",
    ),
    ("needed_80", _PROTOTYPES, "for 80 % of the weight", 8.36, "prototypes", None, 52.0, "equal voices"),
    ("purity", _PROTOTYPES, "label variance inside regimes", 0.2832, "share", None, 0.2754, "random ones"),
    (
        "anchor_error",
        _PROTOTYPES,
        "error on the own anchor",
        1234.4353,
        "label units",
        (1000.2, 1512.9),
        8087.1,
        "other experts",
    ),
    ("snap_distance", _PROTOTYPES, "distance to the anchor", 0.31, "spacings", None, 0.0, "none"),
    (
        "expert_gain",
        _PROTOTYPES,
        "gain over one global expert",
        0.0329,
        "label units",
        (0.0237, 0.0427),
        0.0,
        "one expert",
    ),
    ("stability", _PROTOTYPES, "same evidence, other seeds", 0.25, "share", (0.216, 0.287), 0.034, "other inputs"),
    (
        "noise_suspicion",
        _LABELS,
        "wrong labels found by suspicion",
        0.836,
        "area",
        (0.827, 0.845),
        0.8296,
        "by residual",
    ),
    ("noise_residual", _LABELS, "wrong labels found by residual", 0.8296, "area", (0.822, 0.838), 0.5, "chance"),
)
_FINDINGS = {"purity": "open", "snap_distance": "fails", "needed_80": "described", "randomisation_sizes": "described"}
_MEANING = "what it means in a line, with a command such as `prle explain` that would show more"


def audited() -> AuditReport:
    measures = tuple(
        Measure(
            name=name,
            group=group,
            title=title,
            value=value,
            unit=unit,
            interval=interval,
            reference=reference,
            against=against,
            finding=_FINDINGS.get(name, "holds"),
            meaning=_MEANING,
        )
        for name, group, title, value, unit, interval, reference, against in _FIGURES
    )
    return AuditReport(
        model="default",
        dataset="stsb [/x]",
        synthetic=False,
        label_name="label",
        label_range=(0.0, 5.0),
        members=1,
        prototypes=64,
        rows=5749,
        queries=100,
        split="validation",
        refits=10,
        seeds=2,
        seconds=303.4,
        verdict=verdict(measures),
        measures=measures,
        refused={},
    )


def audited_unsolved() -> AuditReport:
    """The audit of a synthetic model that was fitted by gradient."""
    report = audited()
    measures = tuple(each for each in report.measures if each.name in ("needed_80", "purity", "snap_distance"))
    reason = "constant experts fitted by gradient are not linear in the training labels"
    hint = "`prle fit --name default --experts linear --experts-solver ridge` gives it"
    refused = {
        "training examples": Refusal(reason=reason, hint=hint),
        "other seeds": Refusal(reason="not asked for", hint="`prle audit --seeds 3`"),
    }
    return replace(
        report,
        synthetic=True,
        members=3,
        measures=measures,
        verdict=verdict(measures),
        refused=refused,
        refits=0,
        seeds=0,
    )


def audited_classes() -> AuditReport:
    """The audit of a model of classes, which has what needs no linear labels."""
    of_classes: dict[str, Unit] = {"comprehensiveness": "probability", "sufficiency": "probability"}
    kept = (*of_classes, "needed_80", "purity", "snap_distance")
    measures = tuple(
        replace(
            each,
            unit=of_classes.get(each.name, each.unit),
            title=each.title.replace("label variance", "Gini impurity"),
        )
        for each in audited().measures
        if each.name in kept
    )
    refused = {
        "training examples": Refusal(reason="predictions of classes are not linear in the training labels", hint=None),
        "gain over one expert": Refusal(
            reason="experts of classes are not solved in closed form", hint="`prle bench` compares with one expert"
        ),
        "wrong labels": Refusal(reason="not asked for", hint="`prle audit --full` fits to some"),
    }
    return replace(
        audited_unsolved(),
        dataset="banking77",
        label_range=(0.0, 1.0),
        target="multiclass",
        measures=measures,
        verdict=verdict(measures),
        refused=refused,
    )


def suspected() -> LabelsReport:
    def suspect(row: int, texts: tuple[str, ...], suspicion: float, *, lonely: bool = False) -> Suspect:
        against = Contradiction(row=3503, texts=MARKUP, label=4.4, alpha=0.028)
        harmed = Damage(row=1247, texts=LONG, label=5.0, prediction=4.496, without=4.567, worse_by=0.071)
        return Suspect(
            row=row,
            texts=texts,
            label=1.4,
            source_label=4.2 if lonely else None,
            prediction=4.463,
            suspicion=suspicion,
            contradicted_by=() if lonely else (against,),
            damages=() if lonely else (harmed,),
            validation_change=5.9e-5,
        )

    return LabelsReport(
        model="default",
        dataset="stsb",
        fields=("sentence1", "sentence2"),
        table=False,
        label_name="label",
        label_range=(0.0, 5.0),
        rows=5749,
        spread=0.518,
        seconds=0.81,
        suspects=(suspect(2125, GUITAR, 5.92), suspect(17, STEERING, 5.72), suspect(301, LONG, 4.5, lonely=True)),
    )


def edits() -> tuple[Edit, Edit]:
    relabelled = Edit(
        number=1,
        kind="relabel",
        at="2026-10-01T12:00:00+00:00",
        row=2125,
        texts=GUITAR,
        prototype=None,
        weight=None,
        label=(1.4, 4.5),
        validation_rmse=(0.68328, 0.68322),
        largest_move=0.0727,
    )
    dropped = replace(relabelled, number=2, kind="drop", row=876, texts=MARKUP, prototype=3, weight=0.0132, label=None)
    return relabelled, dropped


def receipt() -> EditReport:
    return EditReport(
        model="default",
        fields=("sentence1", "sentence2"),
        table=False,
        label_name="label",
        label_range=(0.0, 5.0),
        undone=False,
        edit=edits()[0],
        rows=1500,
        noticeable=0.01464,
        moved=11,
        mean_move=0.000525,
        moves=(
            Moved(row=1247, texts=LONG, label=5.0, before=4.49642, after=4.56915),
            Moved(row=84, texts=STEERING, label=2.0, before=4.834, after=4.702),
        ),
        own=Around(before=3.99886, after=4.41014),
        validation_rmse=Around(before=0.68328, after=0.68322),
        validation_pearson=Around(before=0.89087, after=0.89091),
        level=0.9,
        half_width=Around(before=1.16936, after=1.16952),
        prototypes=64,
        edits=1,
        seconds=0.46,
    )


def receipt_of_a_drop() -> EditReport:
    return replace(receipt(), edit=edits()[1], prototypes=63, moves=(), moved=0, half_width=None, edits=2)


def taken_back() -> EditReport:
    return replace(receipt(), undone=True, edits=0)


def edit_log() -> EditLogReport:
    return EditLogReport(
        model="default",
        fields=("sentence1", "sentence2"),
        table=False,
        label_name="label",
        label_range=(0.0, 5.0),
        edits=edits(),
    )


def no_edits() -> EditLogReport:
    return replace(edit_log(), edits=())
