"""What can be known of a model from the files in its folder, without loading it: identity, width, kind, safety."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from prle.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prle.encoders.interface import EncoderKind

MODULES: Final = "modules.json"
CONFIG: Final = "config.json"
_POOLING: Final = "Pooling"
_DENSE: Final = "Dense"
_KEEP_WIDTH: Final = frozenset({"Transformer", "Normalize", "Dropout", "LayerNorm"})

MODEL_FILES: Final = (
    MODULES,
    CONFIG,
    "config_sentence_transformers.json",
    "sentence_*_config.json",
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "*.safetensors",
    "model.safetensors.index.json",
)
"""What decides the vectors, at the top and in each module's folder; also all that is ever downloaded.

Weights are safetensors only: a pickle can run code when it is read.
"""

DOWNLOADS: Final = (*MODEL_FILES, *(f"[0-9]*_*/{pattern}" for pattern in MODEL_FILES))


@dataclass(frozen=True, kw_only=True)
class ModelFolder:
    """A folder that holds a model.

    :param path: the folder.
    :param source: how it was found: ``folder``, ``package``, ``cache`` or ``hub``.
    """

    path: Path
    source: str

    def kind(self) -> EncoderKind:
        """Return how the folder is meant to be loaded: a list of modules is what sentence-transformers writes."""
        return "sentence-transformer" if (self.path / MODULES).is_file() else "mean-pool"

    def require(self, kind: EncoderKind) -> None:
        """Refuse a folder that cannot be loaded as ``kind`` without running code from it.

        :raises UsageError: what is missing, by file name.
        """
        wanted = (MODULES, CONFIG) if kind == "sentence-transformer" else (CONFIG,)
        absent = [name for name in wanted if not (self.path / name).is_file()]
        if absent:
            message = f"{self.path}: a {kind} model has {' and '.join(wanted)}; missing: {', '.join(absent)}."
            raise UsageError(message)
        parts = {file.parent for pattern in ("*.bin", "[0-9]*_*/*.bin") for file in self.path.glob(pattern)}
        for part in (self.path, *sorted(parts)):
            if not any(part.glob("*.safetensors")):
                message = f"{part}: expected weights in *.safetensors; prle does not read pickled ones."
                raise UsageError(message, hint="save the model again as safetensors")

    def fingerprint(self) -> str:
        """Return the SHA-256 of the files that decide the vectors: names, sizes and contents, in order of name.

        It is the same wherever the folder lies.
        """
        digest = sha256()
        for file in sorted(self._files(), key=lambda file: file.relative_to(self.path).as_posix()):
            name = file.relative_to(self.path).as_posix()
            digest.update(f"{name}\0{file.stat().st_size}\0".encode())
            with file.open("rb") as stream:
                while block := stream.read(2**20):
                    digest.update(block)
        return digest.hexdigest()

    def width(self, kind: EncoderKind) -> int | None:
        """Return H as the configuration files say it, or nothing where a module is of an unknown type."""
        config = _read_json(self.path / CONFIG)
        width = config.get("hidden_size", config.get("d_model", config.get("dim")))
        for module in self._modules() if kind == "sentence-transformer" else ():
            module_type = str(module.get("type", "")).rpartition(".")[2]
            if module_type == _POOLING:
                width = _pooled_width(_read_json(self.path / module["path"] / CONFIG))
            elif module_type == _DENSE:
                width = _read_json(self.path / module["path"] / CONFIG).get("out_features")
            elif module_type not in _KEEP_WIDTH:
                return None
        return width if isinstance(width, int) else None

    def _modules(self) -> list[dict[str, Any]]:
        modules: list[dict[str, Any]] = _read_json(self.path / MODULES)
        return modules

    def _files(self) -> Iterable[Path]:
        return {file for pattern in DOWNLOADS for file in self.path.glob(pattern) if file.is_file()}


def _pooled_width(config: dict[str, Any]) -> int | None:
    """Return the width after pooling: one token width for each way of pooling that is on."""
    width = config.get("embedding_dimension", config.get("word_embedding_dimension"))
    modes = config.get("pooling_mode")
    if modes is None:
        modes = [key for key, on in config.items() if key.startswith("pooling_mode_") and on]
    count = len(modes) if isinstance(modes, list) else 1
    return width * max(1, count) if isinstance(width, int) else None


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"{file}: cannot be read as JSON ({error})."
        raise UsageError(message) from error
