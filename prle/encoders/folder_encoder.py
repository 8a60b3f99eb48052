"""What encoders loaded from a folder share: an identity read from its files, and a model loaded when needed."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from prle.encoders.interface import Encoder, EncoderRecord
from prle.encoders.quiet import quiet_models
from prle.encoders.vectors import unit_rows
from prle.errors import PrleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from prle.encoders.interface import EncoderKind
    from prle.encoders.model_folder import ModelFolder
    from prle.observer import Observer


class FolderEncoder(Encoder):
    """An encoder whose record costs a hash of its files, and whose model is loaded by the first :meth:`encode`.

    :param name: as the user gave it.
    :param folder: where the files are.
    :param batch_size: texts encoded at once, at least 1.
    :param device: ``cpu``, ``cuda``, ...; the best one there is when not given.
    :param observer: told once where texts are longer than the model reads.
    """

    def __init__(
        self, *, name: str, folder: ModelFolder, batch_size: int, device: str | None, observer: Observer
    ) -> None:
        folder.require(self.kind)
        self._name = name
        self._folder = folder
        self._batch_size = batch_size
        self._device = device
        self._observer = observer
        self._model: Any = None
        self._record: EncoderRecord | None = None
        self._told_of_length = False

    @property
    @abstractmethod
    def kind(self) -> EncoderKind:
        """The registry name."""

    @abstractmethod
    def _load(self, folder: str, device: str | None) -> Any:
        """Load the model from a local folder, without network, pickles or code from the folder."""

    @abstractmethod
    def _vectors(self, model: Any, texts: Sequence[str], batch_size: int) -> ArrayLike:
        """Return one vector a text, of any length. *Shape:* (len(texts), H)."""

    @abstractmethod
    def _token_limit(self, model: Any) -> int | None:
        """Return how many tokens of a text are read, if that is limited."""

    @abstractmethod
    def _count_tokens(self, model: Any, text: str) -> int:
        """Return the tokens of a whole text."""

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
            )
        return self._record

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector a text. *Shape:* (len(texts), record.width), float32.

        :raises PrleError: the model cannot be loaded, or gives vectors that cannot be used.
        """
        if texts:
            model = self._loaded()
            with quiet_models():
                self._tell_of_length(model, texts)
        return self.vectors(texts)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return what :meth:`encode` does, without a word about texts that are cut."""
        width = self.record.width
        if not texts:
            return unit_rows([], width)
        model = self._loaded()
        with quiet_models():
            return unit_rows(self._vectors(model, texts, self._batch_size), width)

    def network(self) -> Any:
        """Return the network itself, a torch module; loads the model."""
        model = self._loaded()
        return getattr(model, "network", model)

    def _tried_width(self) -> int:
        model = self._loaded()
        with quiet_models():
            return int(np.shape(self._vectors(model, ["width"], 1))[1])

    def _loaded(self) -> Any:
        if self._model is None:
            with quiet_models():
                try:
                    self._model = self._load(str(self._folder.path), self._device)
                except Exception as error:  # each library below has its own classes, some bare Exceptions
                    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
                    message = f"encoder {self._name}: cannot be loaded as {self.kind} ({reason})."
                    raise PrleError(message, hint=f"is the model in {self._folder.path} complete?") from error
        return self._model

    def _tell_of_length(self, model: Any, texts: Sequence[str]) -> None:
        """Say once that a text is cut. A token is at least a character, so only long texts need counting."""
        limit = self._token_limit(model)
        if limit is None or self._told_of_length:
            return
        longest = max(texts, key=len)
        if len(longest) > limit - 2 and (tokens := self._count_tokens(model, longest)) > limit:
            self._told_of_length = True
            self._observer.note(
                f"encoder {self._name} reads the first {limit} tokens of a text; the longest seen here has {tokens}."
            )
