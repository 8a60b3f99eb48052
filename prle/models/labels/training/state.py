"""Parameters as torch tensors: which of them learn, how fast, their moving average, and copies to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

import numpy as np
import torch

from prle.models.labels.training.compute import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.config import TrainConfig
    from prle.models.labels.model import PRLE, ModelParameters, Part
    from prle.models.labels.training.compute import Compute
    from prle.models.labels.training.phases import Phase

_YOUNG: Final = 9
"""Early on the average reaches back over a ninth of the steps taken, so that it leaves the start behind."""


@final
class Average:
    """The moving average of tensors that learn: ``average <- m * average + (1 - m) * tensor`` after every step.

    Single steps on small batches scatter around what they are after (Polyak and Juditsky, 1992).

    :param memory: m, 0 to 1; less in the first steps.
    """

    def __init__(self, tensors: Sequence[torch.Tensor], *, memory: float) -> None:
        self._tensors, self._memory, self._steps = tensors, memory, 0
        self._averages = [tensor.detach().clone() for tensor in tensors]

    def step(self) -> None:
        """Go one step toward where the tensors are."""
        self._steps += 1
        memory = _recent(self._memory, self._steps)
        for average, tensor in zip(self._averages, self._tensors, strict=True):
            average.lerp_(tensor.detach(), 1.0 - memory)

    def arrays(self) -> list[NDArray[np.float32]]:
        """Return a copy of the averages as NumPy arrays."""
        return [average.cpu().numpy().copy() for average in self._averages]


@final
class TrainingState:
    """The parameters of one model while it is fitted.

    Every learned tensor remembers where it started and is pulled back there: decoupled weight decay toward the prior
    instead of toward zero, since the start (an identity map, a calibrated cosine) is what we believe.

    What is measured and kept is not the last step but the moving average of all of them, ``average <- m * average +
    (1 - m) * parameters`` after every step (Polyak and Juditsky, 1992): single steps on small batches scatter around
    what they are after. Prototypes are not averaged; they are put on training rows.

    :param compute: where the tensors are, and with whom gradients are added up.
    """

    def __init__(
        self,
        model: PRLE,
        start: ModelParameters,
        config: TrainConfig,
        *,
        learn_prototypes: bool,
        compute: Compute = HERE,
    ) -> None:
        self._ranks = compute.ranks
        fixed: Mapping[str, frozenset[str]] = model.fixed()
        self.parameters: dict[Part, dict[str, torch.Tensor]] = {
            part: {name: torch.from_numpy(np.array(array)).to(compute.device) for name, array in arrays.items()}
            for part, arrays in start.items()
        }
        learned: dict[Part, list[str]] = {
            part: [name for name in tensors if name not in fixed.get(part, frozenset())]
            for part, tensors in self.parameters.items()
        }
        if not learn_prototypes:
            learned["prototypes"] = []
        self._learned: dict[Part, list[torch.Tensor]] = {
            part: [self.parameters[part][name] for name in names] for part, names in learned.items()
        }
        self._origin = {part: [tensor.clone() for tensor in tensors] for part, tensors in self._learned.items()}
        self._decay = config.weight_decay
        self._memory, self._steps = config.averaging, 0
        self._average = {
            part: {} if part == "prototypes" else {name: tensor.clone() for name, tensor in tensors.items()}
            for part, tensors in self.parameters.items()
        }
        base = {"experts": float(config.expert_learning_rate)}
        groups = [
            {
                "params": [self.parameters[part][name]],
                "lr": base.get(part, float(config.learning_rate)) * model.rate(part, name),
            }
            for part, names in learned.items()
            for name in names
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
        self._ranks.add_up([tensor.grad for tensor, _, _ in self._moving_tensors() if tensor.grad is not None])
        self._optimizer.step()
        with torch.no_grad():
            for tensor, origin, rate in self._moving_tensors():
                tensor.lerp_(origin, min(1.0, rate * self._decay))
            self._follow()

    @property
    def averaged(self) -> dict[Part, dict[str, torch.Tensor]]:
        """The parameters that are measured and kept: the moving average of the steps."""
        return {part: {**tensors, **self._average[part]} for part, tensors in self.parameters.items()}

    def place(self, part: Part, arrays: Mapping[str, NDArray[np.float32]]) -> None:
        """Put the parameters of one part, and their average, where ``arrays`` says; the optimizer carries on there."""
        with torch.no_grad():
            for name, array in arrays.items():
                placed = torch.from_numpy(np.asarray(array))
                self.parameters[part][name].copy_(placed)
                if name in self._average[part]:
                    self._average[part][name].copy_(placed)

    def agree(self) -> None:
        """Let all processes go on from the parameters of the first one."""
        parts = [*self.parameters.values(), *self._average.values()]
        self._ranks.agree([tensor for part in parts for tensor in part.values()])

    def restore(self, snapshot: ModelParameters) -> None:
        """Put all parameters back to a snapshot."""
        for part, arrays in snapshot.items():
            self.place(part, arrays)

    def snapshot(self) -> ModelParameters:
        """Return a copy of all averaged parameters as NumPy arrays."""
        return {
            part: {name: tensor.detach().cpu().numpy().copy() for name, tensor in tensors.items()}
            for part, tensors in self.averaged.items()
        }

    def _follow(self) -> None:
        """Let the average of what moves take one step toward where it is."""
        self._steps += 1
        memory = _recent(self._memory, self._steps)
        for part, averages in self._average.items():
            for name, average in averages.items():
                tensor = self.parameters[part][name]
                if tensor.requires_grad:
                    average.lerp_(tensor.detach(), 1.0 - memory)

    def _moving_tensors(self) -> Iterator[tuple[torch.Tensor, torch.Tensor, float]]:
        """Yield each learning tensor with its origin and its rate."""
        if self._optimizer is None:
            return
        rate_of = {id(t): float(group["lr"]) for group in self._optimizer.param_groups for t in group["params"]}
        for part, tensors in self._learned.items():
            for tensor, origin in zip(tensors, self._origin[part], strict=True):
                if tensor.requires_grad:
                    yield tensor, origin, rate_of[id(tensor)]


def _recent(memory: float, steps: int) -> float:
    """Return the memory of an average after so many steps: less in the first ones."""
    return min(memory, steps / (_YOUNG + steps))
