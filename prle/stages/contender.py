"""Models as bench measures them: a stored one, and its twin with one global expert."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from prle.checkpoint import Checkpoint, restore
from prle.stages.fit import fit_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from prle.predictor import Predictor
    from prle.workspace import Workspace


@final
@dataclass(frozen=True, kw_only=True)
class Contender:
    """A model that predicts, with what it cost.

    :param prototypes: P.
    :param fit_seconds: wall seconds that fitting took, when it was fitted.
    """

    predictor: Predictor
    prototypes: int
    fit_seconds: float

    @property
    def size_bytes(self) -> int:
        """Bytes of the parameters that answering needs."""
        return self.predictor.size_bytes

    def predict(self, embeddings: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return predictions in label units. *Shape:* (N, S, H) to (N,)."""
        return self.predictor.predict(embeddings)


def load_contender(workspace: Workspace, name: str) -> Contender:
    """Load a stored model.

    :raises WorkspaceError: where it is missing, stale or broken.
    """
    return _contender(restore(workspace.model(name)))


def fit_twin(workspace: Workspace, name: str) -> Contender:
    """Fit the same model with one prototype, and so one global expert: what is left when nothing is local."""
    config = restore(workspace.model(name)).config
    alone = config.model_copy(update={"prototypes": config.prototypes.model_copy(update={"count": 1})})
    return _contender(fit_model(workspace, alone)[0])


def _contender(checkpoint: Checkpoint) -> Contender:
    return Contender(
        predictor=checkpoint.predictor(),
        prototypes=len(checkpoint.anchors),
        fit_seconds=checkpoint.measured["fit_seconds"],
    )
