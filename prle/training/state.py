"""Parameters as torch tensors: which of them learn, how fast, and copies to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from prle.config import TrainConfig
    from prle.model import PRLE, ModelParameters, Part
    from prle.training.phases import Phase


@final
class TrainingState:
    """The parameters of one model while it is fitted.

    Every learned tensor remembers where it started and is pulled back there: decoupled weight decay toward the prior
    instead of toward zero, since the start (an identity map, a calibrated cosine) is what we believe.
    """

    def __init__(self, model: PRLE, start: ModelParameters, config: TrainConfig, *, learn_prototypes: bool) -> None:
        fixed: Mapping[str, frozenset[str]] = model.fixed()
        self.parameters: dict[Part, dict[str, torch.Tensor]] = {
            part: {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}
            for part, arrays in start.items()
        }
        self._learned: dict[Part, list[torch.Tensor]] = {
            part: [tensor for name, tensor in tensors.items() if name not in fixed.get(part, frozenset())]
            for part, tensors in self.parameters.items()
        }
        if not learn_prototypes:
            self._learned["prototypes"] = []
        self._origin = {part: [tensor.clone() for tensor in tensors] for part, tensors in self._learned.items()}
        self._decay = config.weight_decay
        base = {"experts": float(config.expert_learning_rate)}
        multiple = model.rates()
        groups = [
            {"params": tensors, "lr": base.get(part, float(config.learning_rate)) * multiple.get(part, 1.0)}
            for part, tensors in self._learned.items()
            if tensors
        ]
        self._optimizer = torch.optim.Adam(groups) if groups else None

    def moving(self, phase: Phase) -> bool:
        """Let only the parts of ``phase`` learn; return whether there is anything to learn in it."""
        anything = False
        for part, tensors in self._learned.items():
            for tensor in tensors:
                tensor.requires_grad_(part in phase.moving)
                tensor.grad = None
                anything = anything or tensor.requires_grad
        return anything

    def step(self, loss: torch.Tensor) -> None:
        """Take one optimizer step down ``loss`` and one small step back toward the start."""
        if self._optimizer is None:
            return
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        with torch.no_grad():
            for tensor, origin, rate in self._moving_tensors():
                tensor.lerp_(origin, min(1.0, rate * self._decay))

    def place(self, part: Part, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Put the parameters of one part where ``arrays`` says; the optimizer carries on from there."""
        with torch.no_grad():
            for name, array in arrays.items():
                self.parameters[part][name].copy_(torch.from_numpy(array))

    def restore(self, snapshot: ModelParameters) -> None:
        """Put all parameters back to a snapshot."""
        for part, arrays in snapshot.items():
            self.place(part, arrays)

    def snapshot(self) -> ModelParameters:
        """Return a copy of all parameters as NumPy arrays."""
        return {
            part: {name: tensor.detach().numpy().copy() for name, tensor in tensors.items()}
            for part, tensors in self.parameters.items()
        }

    def _moving_tensors(self) -> Iterator[tuple[torch.Tensor, torch.Tensor, float]]:
        """Yield each learning tensor with its origin and its rate."""
        if self._optimizer is None:
            return
        rate_of = {id(t): float(group["lr"]) for group in self._optimizer.param_groups for t in group["params"]}
        for part, tensors in self._learned.items():
            for tensor, origin in zip(tensors, self._origin[part], strict=True):
                if tensor.requires_grad:
                    yield tensor, origin, rate_of[id(tensor)]
