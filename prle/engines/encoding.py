"""Encoding as work that can be sent elsewhere: an encoder travels by its name, and is verified where it arrives."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np

from prle.encoders import TabularEncoder, load_encoder
from prle.errors import PrleError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from prle.encoders.interface import Encoder
    from prle.encoders.record import EncoderRecord, EncoderState
    from prle.observer import Observer


@final
@dataclass(frozen=True, kw_only=True, eq=False)
class Encoding:
    """Encodes windows of texts with an encoder that every worker finds by itself.

    Weights are not sent: they lie, or are found, on each machine, and their fingerprint has to be that of the record.

    :param record: of the encoder.
    :param options: how it computes.
    :param state: of one that was fitted and has no name to be found by.
    """

    record: EncoderRecord
    options: Mapping[str, Any]
    state: EncoderState | None

    @classmethod
    def by(cls, encoder: Encoder) -> Encoding:
        """Describe an encoder so that another process can make it."""
        state = encoder.state if isinstance(encoder, TabularEncoder) else None
        record = encoder.record
        if record.source == "folder":
            # It may have been named from another folder than a worker is in.
            record = replace(record, name=str(Path(record.name).expanduser().absolute()))
        return cls(record=record, options=encoder.options, state=state)

    @contextmanager
    def __call__(self, observer: Observer) -> Iterator[Callable[[Sequence[str]], NDArray[np.float32]]]:
        """Find the encoder, and give the function that encodes a window. *Shape:* (texts,) to (texts, H).

        :raises PrleError: where the encoder found here has other weights.
        """
        encoder = self._found(observer)
        encoder.prepare()

        def encode(texts: Sequence[str]) -> NDArray[np.float32]:
            parts = encoder.stream(encoder.windows(texts, most=max(len(texts), 1)))
            return np.concatenate([np.zeros((0, self.record.width), np.float32), *parts])

        yield encode

    def _found(self, observer: Observer) -> Encoder:
        if self.state is not None:
            return TabularEncoder(self.state)
        record = self.record
        encoder = load_encoder(
            record.name, kind=record.kind, precision=record.precision, observer=observer, **self.options
        )
        if encoder.record.fingerprint != record.fingerprint:
            message = (
                f"encoder {record.name}: a worker found weights {encoder.record.fingerprint[:12]}, "
                f"expected {record.fingerprint[:12]}."
            )
            raise PrleError(message, hint="put the same model on every machine of the cluster")
        return encoder
