"""What ``prle embed`` is asked for, and its report.

Field names are the JSON keys that scripts rely on; records grow, they do not change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from prle.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from pathlib import Path

    from prle.encoders import Precision
    from prle.encoders.interface import NumericName


@dataclass(frozen=True, kw_only=True)
class EmbedReport:
    """What ``embed`` did. ``reused`` is true where the workspace already held exactly this.

    Where labels are texts, ``targets`` of them are distinct, and ``target_encoder`` made their vectors; ``groups`` and
    ``paths`` are the numbers of different ones.
    """

    workspace: Path
    dataset: str
    origin: str
    synthetic: bool
    encoder: str
    encoder_source: str
    width: int
    rows: dict[str, int]
    fields: tuple[str, ...]
    label: str
    texts: int
    distinct_texts: int
    resumed_at: int
    seconds: float
    size_bytes: int
    reused: bool
    table: bool = False
    classes: tuple[str, ...] = ()
    targets: int = 0
    target_encoder: str = ""
    groups: int = 0
    paths: int = 0
    precision: str = "fp32"
    backend: str = ""


@dataclass(frozen=True, kw_only=True)
class EmbedRequest:
    """Where the vectors go and how.

    :param dtype: how they are stored; ``float16`` halves the file and keeps about three digits.
    :param block: texts between two marks to resume at, at most.
    """

    workspace: Path
    dtype: VectorDtype = "float32"
    block: int = 1 << 14

    def __post_init__(self) -> None:
        if self.dtype not in VECTOR_DTYPES:
            error = unknown_name("dtype", self.dtype, VECTOR_DTYPES)
            raise error
        if self.block < 1:
            message = f"block: expected 1 or more, got {self.block}."
            raise UsageError(message)


@dataclass(frozen=True, kw_only=True)
class EncoderRequest:
    """What turns a data set into vectors, and how these are stored.

    Texts are encoded as :func:`prle.encoders.load_encoder` says of ``name`` and the last four, rows of a table as
    :class:`prle.encoders.TabularSettings` says of ``numeric`` and ``bins``; ``dtype`` is that of :class:`EmbedRequest`.
    """

    name: str = "all-MiniLM-L6-v2"
    numeric: NumericName = "piecewise"
    bins: int | None = None
    dtype: VectorDtype = "float32"
    batch_size: int | None = None
    device: str = "auto"
    precision: Precision = "fp32"
    backend: str = "torch"


VectorDtype = Literal["float32", "float16"]


VECTOR_DTYPES: Final[tuple[str, ...]] = get_args(VectorDtype)
