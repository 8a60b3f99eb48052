"""Routed experts as a base: what their sum expects, and the value space that they read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, final

from prle.arrays.geometry import softmax
from prle.arrays.shapes import array_namespace
from prle.models.labels.assembly import assemble, settle
from prle.models.labels.committee import flat, nested
from prle.models.labels.targets import measure_target
from prle.models.labels.votes.scores.interface import Base, Expected, Learned, Work

if TYPE_CHECKING:
    from prle.arrays.shapes import Array, Parameters
    from prle.config import Config
    from prle.models.labels.assembly import RowKind
    from prle.models.labels.targets import Target
    from prle.models.labels.training.rows import Rows


@final
@dataclass(frozen=True, kw_only=True)
class ExpertsBase(Base):
    """Prototypes with local experts in a learned value space (document 000), fitted as without voters.

    Their own prototypes are not those that examples vote for, and only serve the score.

    :param config: settled settings; a committee's scores are averaged, its value spaces stand side by side.
    """

    unseen: ClassVar[bool] = False

    config: Config

    def check(self, kind: RowKind) -> None:
        """Refuse what the settings of experts refuse."""
        settle(self.config, kind)

    def fit(
        self,
        train: Rows,
        validation: Rows,
        target: Target,  # noqa: ARG002
        work: Work,
    ) -> Learned:
        """Fit the experts; training rows are placed as they were fitted."""
        from prle.models.labels.training.committee import fit_committee

        told = measure_target(train.labels, train.classes, self.config.experts.combine)
        fitted = fit_committee(self.config, told, train, validation, work.observer, compute=work.compute)
        arrays = flat([member.parameters for member in fitted])
        return Learned(arrays=arrays, train=self.over(arrays, train.sentences), history=fitted[0].history)

    def __call__(self, arrays: Parameters, sentences: Array) -> Expected:
        """Run every member. *Shape:* (B, S, H) to a score (B, T) and a value (B, M * D)."""
        model, xp = assemble(self.config), array_namespace(sentences)
        forwards = [model.forward(each, sentences) for each in nested(arrays, self.config.train.committee)]
        score = sum(forward.prediction for forward in forwards) / len(forwards)
        return Expected(
            score=softmax(score) if self.config.experts.combine == "logits" else score,
            # That of pairs is as wide as what it is learned from, and knows its training rows by heart.
            value=None if sentences.shape[1] > 1 else xp.concat([each.inputs.value for each in forwards], axis=1),
        )
