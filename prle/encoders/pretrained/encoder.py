"""What encoders loaded from a folder share: an identity read from its files, and a model loaded when needed."""

from __future__ import annotations

import copy
from abc import abstractmethod
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

import numpy as np

from prle.encoders.interface import Encoder, EncoderRecord
from prle.encoders.pretrained.batches import ACCELERATOR_TOKENS, TOKENS, token_batches, windows
from prle.encoders.pretrained.device import CPU, check_precision, devices_of
from prle.encoders.pretrained.quiet import quiet_models
from prle.encoders.vectors import unit_rows
from prle.errors import PrleError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from numpy.typing import ArrayLike, NDArray

    from prle.encoders.interface import EncoderKind, Precision
    from prle.encoders.pretrained.folder import ModelFolder
    from prle.observer import Observer

Computing: TypeAlias = "AbstractContextManager[Callable[[list[str]], ArrayLike]]"
"""Gives, as long as it is entered, what turns texts into vectors. *Shape:* B texts to (B, H)"""

TORCH_TYPES: Final[Mapping[Precision, str]] = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}


class FolderEncoder(Encoder):
    """An encoder whose record costs a hash of its files, and whose model is loaded by the first :meth:`encode`.

    Texts of like length are read together, as many as make a batch of tokens that suits the device. In a precision
    below ``fp32`` matrix products are computed in it (torch's autocast); everything else stays as it is.

    :param name: as the user gave it.
    :param folder: where the files are.
    :param batch_size: texts encoded at once, at most; as many as the device digests best when not given.
    :param device: one of :data:`prle.encoders.pretrained.device.DEVICES`, or ``cuda:N``.
    :param precision: what is computed in.
    :param observer: told once where texts are longer than the model reads.
    """

    backend: ClassVar[str] = "torch"

    def __init__(
        self,
        *,
        name: str,
        folder: ModelFolder,
        batch_size: int | None,
        device: str,
        precision: Precision,
        observer: Observer,
    ) -> None:
        folder.require(self.kind)
        self._name = name
        self._folder = folder
        self._batch_size = batch_size
        self._device = device
        self._devices: tuple[str, ...] = ()
        self._precision = precision
        self._observer = observer
        self._model: Any = None
        self._counter: Any = None
        self._record: EncoderRecord | None = None
        self._told_of_length = False

    @property
    @abstractmethod
    def kind(self) -> EncoderKind:
        """The registry name."""

    @abstractmethod
    def _load(self, folder: str, device: str) -> Any:
        """Load the model from a local folder, without network, pickles or code from the folder."""

    @abstractmethod
    def _vectors(self, model: Any, texts: list[str]) -> ArrayLike:
        """Return one vector a text, of any length, all read at once. *Shape:* (len(texts), H)."""

    @abstractmethod
    def _tokenizer(self, model: Any) -> Any:
        """Return the tokenizer of transformers that the model reads with."""

    @abstractmethod
    def _token_limit(self, model: Any) -> int | None:
        """Return how many tokens of a text are read, if that is limited."""

    @property
    def folder(self) -> ModelFolder:
        """Where the files are."""
        return self._folder

    @property
    def record(self) -> EncoderRecord:
        """The hash of the model's files; nothing is loaded unless the files do not say the width."""
        if self._record is None:
            self._record = EncoderRecord(
                name=self._name,
                kind=self.kind,
                fingerprint=self._folder.fingerprint(),
                width=self._folder.width(self.kind) or self._tried_width(),
                source=self._folder.source,
                precision=self._precision,
                backend=self.backend,
            )
        return self._record

    @property
    def options(self) -> Mapping[str, Any]:
        """The batch size and the device, as they were given, and the library."""
        return {"batch_size": self._batch_size, "device": self._device, "backend": self.backend}

    def prepare(self) -> None:
        """Load the model onto its device."""
        self._loaded()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text. *Shape:* (len(texts), record.width), float32.

        :raises PrleError: the model cannot be loaded, or gives vectors that cannot be used.
        :raises UsageError: for a device or a precision that this machine does not have.
        """
        if not texts:
            return unit_rows([], self.record.width)
        self._loaded()
        with quiet_models():
            self._tell_of_length(texts)
            return self._computed(list(texts), self._lengths(texts), self._computing())

    def windows(self, texts: Sequence[str], *, most: int) -> Iterator[list[str]]:
        """Yield ``texts`` in their order, some batches at a time."""
        self._loaded()
        return windows(texts, tokens=self._tokens * len(self._devices), most=most)

    def stream(self, windows: Iterable[Sequence[str]]) -> Iterator[NDArray[np.float32]]:
        """Yield for each window what :meth:`encode` gives; the tokens of the next one are counted meanwhile."""
        self._loaded()
        before: tuple[Sequence[str], Future[list[int]]] | None = None
        with ThreadPoolExecutor(1) as thread:
            for window in windows:
                counted = thread.submit(self._lengths, window)
                if before is not None:
                    yield self._awaited(*before)
                before = window, counted
            if before is not None:
                yield self._awaited(*before)

    def exact(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return what torch gives in fp32, whatever computes here, without a word about texts that are cut."""
        self._loaded()
        with quiet_models():
            return self._computed(list(texts), self._lengths(texts), self._by_torch("fp32"))

    def _awaited(self, texts: Sequence[str], counted: Future[list[int]]) -> NDArray[np.float32]:
        with quiet_models():
            self._tell_of_length(texts)
            return self._computed(list(texts), counted.result(), self._computing())

    def _computed(self, texts: list[str], lengths: list[int], computing: Computing) -> NDArray[np.float32]:
        """*Shape:* (len(texts), record.width)."""
        width = self.record.width
        vectors = np.zeros((len(texts), width), np.float32)
        with computing as vectors_of:
            for batch in token_batches(lengths, tokens=self._tokens, most=self._batch_size):
                vectors[batch] = unit_rows(vectors_of([texts[row] for row in batch]), width)
        return vectors

    def _computing(self) -> Computing:
        """Give what turns texts into vectors of any length."""
        return self._by_torch(self._precision)

    @contextmanager
    def _by_torch(self, precision: Precision) -> Iterator[Callable[[list[str]], ArrayLike]]:
        """Give what does it with matrix products in a precision."""
        with _products_in(precision, self._devices[0]):
            yield partial(self._vectors, self._model)

    @property
    def _tokens(self) -> int:
        return TOKENS if self._devices[0] == CPU else ACCELERATOR_TOKENS

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens of each text are read."""
        limit = self._token_limit(self._model)
        cut = {} if limit is None else {"truncation": True, "max_length": limit}
        tokens = self._counter(list(texts), verbose=False, return_attention_mask=False, **cut)["input_ids"]
        return [len(each) for each in tokens]

    def network(self) -> Any:
        """Return the network itself, a torch module; loads the model."""
        model = self._loaded()
        return getattr(model, "network", model)

    def _tried_width(self) -> int:
        model = self._loaded()
        with quiet_models():
            return int(np.shape(self._vectors(model, ["width"]))[1])

    def _loaded(self) -> Any:
        if self._model is None:
            self._devices = self._find_devices()
            with quiet_models():
                try:
                    self._model = self._load(str(self._folder.path), self._devices[0])
                    # Its own, because tokens are counted in a thread, and a tokenizer serves one at a time.
                    self._counter = copy.deepcopy(self._tokenizer(self._model))
                except PrleError:
                    raise
                except Exception as error:  # each library below has its own classes, some bare Exceptions
                    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
                    message = f"encoder {self._name}: cannot be loaded as {self.kind} ({reason})."
                    raise PrleError(message, hint=f"is the model in {self._folder.path} complete?") from error
        return self._model

    def _find_devices(self) -> tuple[str, ...]:
        """Return where to compute.

        :raises UsageError: for a device or a precision that this machine does not have.
        """
        devices = devices_of(self._device)
        check_precision(self._precision, devices, self._observer)
        return devices

    def _tell_of_length(self, texts: Sequence[str]) -> None:
        """Say once that a text is cut. A token is at least a character, so only long texts need counting."""
        limit = self._token_limit(self._model)
        if limit is None or self._told_of_length:
            return
        longest = max(texts, key=len)
        if len(longest) <= limit - 2:
            return
        tokens = len(self._tokenizer(self._model)(longest, truncation=False, verbose=False)["input_ids"])
        if tokens > limit:
            self._told_of_length = True
            self._observer.note(
                f"encoder {self._name} reads the first {limit} tokens of a text; the longest seen here has {tokens}."
            )


@contextmanager
def _products_in(precision: Precision, device: str) -> Iterator[None]:
    """Let torch compute matrix products in a precision; weights are converted once for all batches inside."""
    if precision == "fp32":
        yield
        return
    import torch

    with torch.autocast(device.partition(":")[0], dtype=getattr(torch, TORCH_TYPES[precision])):
        yield
