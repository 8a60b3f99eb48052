"""Audits and receipts of edits as the stages would return them, with texts as nobody should write them."""

from __future__ import annotations

from dataclasses import replace

from prle.stages.audit.interface import AuditReport, Contradiction, Damage, LabelsReport, Measure, Suspect, Unit
from prle.stages.audit.verdict import verdict
from prle.stages.edit.interface import Around, Edit, EditLogReport, EditReport, Moved
from prle.stages.explain.parts import Refusal
from tests.prle_cli.made.reports import GUITAR, LONG, MARKUP, STEERING

_CARRIES, _EXAMPLES, _PROTOTYPES, _LABELS = "who carries", "training examples", "prototypes", "labels"
_FIGURES = (
    ("carried", _CARRIES, "carried by labels", 0.9876, "r2", None, 0.0, "the mean alone"),
    ("told", _CARRIES, "told from five prototypes", 0.912, "r2", None, 0.0, "the mean alone"),
    ("content", _CARRIES, "likeness of content", 0.515, "cosine", None, 0.071, "like predictions"),
    ("voters_80", _CARRIES, "voters for 80 % of the weight", 61.5, "rows", None, None, ""),
    ("lds_fit", _EXAMPLES, "foretell whole fits", 0.34, "correlation", (0.277, 0.4), 0.0, "chance"),
    (
        "deletion",
        _EXAMPLES,
        "move without the heaviest voters",
        0.0884,
        "label units",
        (0.068, 0.109),
        0.0103,
        "random voters",
    ),
    ("randomisation", _EXAMPLES, "same under shuffled labels", 0.0077, "cosine", (0.0065, 0.0089), 0.0, "none"),
    ("randomisation_sizes", _EXAMPLES, "their sizes alone", 0.896, "cosine", (0.884, 0.907), 0.0, "none"),
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
    ("purity", _PROTOTYPES, "label variance inside cells", 0.2832, "share", None, 0.2754, "random ones"),
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
    ("stability", _PROTOTYPES, "same evidence, other seeds", 0.25, "share", (0.216, 0.287), 0.034, "other inputs"),
    (
        "noise_suspicion",
        _LABELS,
        "wrong labels found by suspicion",
        0.836,
        "area",
        (0.827, 0.845),
        0.8296,
        "a ridge regression",
    ),
    ("noise_residual", _LABELS, "wrong labels found by residual", 0.8296, "area", (0.822, 0.838), 0.5, "chance"),
)
_FINDINGS = {"purity": "open", "snap_distance": "fails"} | dict.fromkeys(
    ("told", "voters_80", "needed_80", "randomisation_sizes"), "described"
)
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
    """The audit of a synthetic model in which experts speak."""
    report = audited()
    measures = tuple(
        replace(each, value=-0.44, finding="fails") if each.name == "carried" else each
        for each in report.measures
        if each.name in ("carried", "told", "content", "needed_80", "purity", "snap_distance")
    )
    reason = "experts speak in this model, and no label of an example has a weight of its own"
    refused = {
        "training examples": Refusal(reason=reason, hint="`prle fit --voters examples` gives them"),
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
    """The audit of a model of classes in which examples vote."""
    of_classes: dict[str, Unit] = dict.fromkeys(("comprehensiveness", "sufficiency", "deletion"), "probability")
    measures = tuple(
        replace(
            each,
            unit=of_classes.get(each.name, each.unit),
            title=each.title.replace("label variance", "Gini impurity"),
        )
        for each in audited().measures
        if each.name in ("carried", "told", "content", "needed_80", "purity", *of_classes)
    )
    return replace(
        audited(),
        dataset="banking77",
        label_range=(0.0, 1.0),
        target="multiclass",
        measures=measures,
        verdict=verdict(measures),
        refused={"wrong labels": Refusal(reason="not asked for", hint="`prle audit --full` fits to some")},
        refits=0,
        seeds=0,
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


def suspected_classes() -> LabelsReport:
    """Suspects whose labels are names of classes, one of them as nobody should name it."""
    suspect, *_ = suspected().suspects
    against, harmed = suspect.contradicted_by[0], suspect.damages[0]
    named = replace(
        suspect,
        label="card_arrival",
        source_label="[bold]card[/]",
        prediction="card_delivery_estimate",
        suspicion=0.9812,
        contradicted_by=(replace(against, label="card_delivery_estimate"),),
        damages=(replace(harmed, label="card_arrival", prediction=0.41, without=0.48, worse_by=0.07),),
    )
    return replace(suspected(), label_range=(0.0, 1.0), spread=1.0, suspects=(named,), target="multiclass")


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
    dropped = replace(
        relabelled, number=2, kind="drop", row=876, texts=MARKUP, prototype=3, weight=0.0132, refiled=41, label=None
    )
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


def receipt_of_a_class() -> EditReport:
    made = receipt()
    edit = replace(
        made.edit, label=("negative", "[b]neutral"), validation_rmse=None, validation_log_loss=(0.513, 0.509)
    )
    return replace(
        made,
        label_range=(0.0, 2.0),
        classes=("negative", "[b]neutral", "positive"),
        edit=edit,
        noticeable=0.01,
        moves=(
            Moved(row=1247, texts=LONG, label="positive", before=0.123, after=0.1841, class_name="[b]neutral"),
            Moved(row=84, texts=STEERING, label="negative", before=0.834, after=0.8553, class_name="negative"),
        ),
        own=Around(before=0.204, after=0.611),
        own_class="[b]neutral",
        validation_rmse=None,
        validation_pearson=None,
        validation_accuracy=Around(before=0.812, after=0.814),
        validation_log_loss=Around(before=0.513, after=0.509),
        half_width=None,
    )


def log_of_classes() -> EditLogReport:
    made = receipt_of_a_class()
    return replace(edit_log(), label_range=made.label_range, classes=made.classes, edits=(made.edit,))
