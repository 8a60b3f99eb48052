"""The promise every encoder makes of its vectors, kept in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prle.errors import PrleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def unit_rows(vectors: ArrayLike, width: int) -> NDArray[np.float32]:
    """Return the rows scaled to length one, float32. *Shape:* (N, width).

    :raises PrleError: another width than the record promises, or a row that is zero or not finite.
    """
    rows = np.asarray(vectors, dtype=np.float32).reshape(-1, np.shape(vectors)[-1] if np.size(vectors) else width)
    if rows.shape[1] != width:
        message = f"encoder: expected vectors of width {width}, got {rows.shape[1]}."
        raise PrleError(message)
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
    bad = np.flatnonzero(~(np.isfinite(lengths) & (lengths > 0)).ravel())
    if bad.size:
        message = f"encoder: {bad.size} of {len(rows)} vectors are zero or not finite (first: text {bad[0]})."
        raise PrleError(message, hint="is the model complete, and saved in a precision that this machine can use?")
    unit: NDArray[np.float32] = (rows / lengths).astype(np.float32)
    return unit
