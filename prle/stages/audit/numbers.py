"""What an audit finds where labels are numbers: attributions too, if experts are solved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from prle.stages.audit import labels
from prle.stages.audit.material import Findings
from prle.stages.audit.solved import Solved
from prle.stages.common.tracing import influence_of, untraceable
from prle.stages.explain.parts import Refusal

if TYPE_CHECKING:
    from prle.stages.audit.material import Material

_SCALE: Final = labels.Scale(unit="label units", said=lambda said: said, truth=lambda truth: truth, classes=False)


def findings(material: Material) -> Findings:
    """Take every measure that this model, and this request, has."""
    source = material.workspace.labels("train")
    label_range = (float(source.min()), float(source.max()))
    influence = influence_of(material.workspace, material.request.name, material.checkpoint)
    if influence is None:
        steps = [*labels.steps(material, _SCALE), *labels.seeds(material)]
        return Findings(measures=material.taken(steps), refused=_untraced(material), label_range=label_range)
    solved = Solved(material, influence)
    steps = [solved.foretold, solved.deleted, solved.forgotten, *labels.steps(material, _SCALE), solved.earned]
    refused = {}
    if not material.request.half_fits:
        refused["whole fits on halves"] = Refusal(reason="not asked for", hint="`prle audit --refits 50`")
    return Findings(
        measures=material.taken([*steps, *labels.seeds(material), solved.detected]),
        refused=refused | labels.refused(material),
        label_range=label_range,
        curve=solved.curve,
    )


def _untraced(material: Material) -> dict[str, Refusal]:
    """Say what there is not of experts that are no solutions."""
    why = untraceable(material.checkpoint, material.request.name, rows=len(material.train.labels))
    without = dict.fromkeys(("gain over one expert", "wrong labels"), replace(why, hint=None))
    return {"training examples": why} | without | labels.refused(material)
