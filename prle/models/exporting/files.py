"""Writing exported models, and running them once to see that they say what the model says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from prle.errors import PrleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray


_ERRORS_ONLY: Final = 3

AT_ONCE: Final = 256
"""Rows that are run through a graph at a time: what it compares with all that it holds takes room."""


def run_graph(model: bytes, fed: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return the outputs of a graph, by name, as ONNX Runtime computes them on one thread, block by block."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names, rows = [output.name for output in session.get_outputs()], len(next(iter(fed.values())))
    blocks = [
        session.run(names, {name: array[first : first + AT_ONCE] for name, array in fed.items()})
        for first in range(0, max(rows, 1), AT_ONCE)
    ]
    return {name: np.concatenate(parts) for name, *parts in zip(names, *blocks, strict=True)}


def largest_difference(ours: Mapping[str, NDArray[Any]], theirs: Mapping[str, NDArray[Any]]) -> float:
    """Return the largest difference between outputs of the same name."""
    gaps = [np.abs(np.asarray(array, np.float64) - theirs[name]) for name, array in ours.items()]
    return max(float(gap.max(initial=0.0)) for gap in gaps)


def safetensors_bytes(arrays: Mapping[str, NDArray[np.generic]], about: Mapping[str, str]) -> bytes:
    """Return arrays as a safetensors file has them, with texts about them in its header."""
    from safetensors.numpy import save

    data: bytes = save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, metadata=dict(about))
    return data


def write_files(folder: Path, files: Mapping[str, bytes]) -> dict[str, int]:
    """Write files into a folder, each whole or not at all; return their sizes.

    :raises UsageError: where the folder is something else.
    :raises PrleError: where it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        message = f"--output {folder}: expected a folder, there is a file of that name."
        raise UsageError(message)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            unfinished = folder / f".{name}.tmp"
            unfinished.write_bytes(data)
            unfinished.replace(folder / name)
    except OSError as broken:
        message = f"--output {folder}: cannot be written ({broken.strerror})."
        raise PrleError(message) from None
    return {name: len(data) for name, data in files.items()}
