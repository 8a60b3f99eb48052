"""Where everything lies in a workspace: the only place that spells a path, an encoding or a file name.

``docs/workspace-format.md`` is the normative description; this module is the same table for the program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Encoding:
    """How an element is laid out: its kind, and ``major.minor`` of the rules it follows."""

    kind: str
    version: str = "1.0"


WORKSPACE: Final = Encoding("prle-workspace")
JSON: Final = Encoding("json")
ARRAY: Final = Encoding("array")
PACKED_TEXTS: Final = Encoding("packed-texts")
SPLITS: Final = Encoding("splits")
SPLIT: Final = Encoding("split")
TARGET_TEXTS: Final = Encoding("target-texts")
EMBEDDINGS: Final = Encoding("embeddings")
BLOCKED_ARRAY: Final = Encoding("blocked-array")
MODELS: Final = Encoding("models")
MODEL: Final = Encoding("model")
ARRAYS: Final = Encoding("arrays")
EDITS: Final = Encoding("edits")
EDIT: Final = Encoding("edit")
MODEL_PART: Final = Encoding("model-part")
SEARCHES: Final = Encoding("searches")
FITTED_ENCODER: Final = Encoding("fitted-encoder")
PARTIAL: Final = Encoding("prle-partial")
SCRATCH: Final = Encoding("scratch")

# Attributes of every element.
ENCODING_TYPE: Final = "encoding-type"
ENCODING_VERSION: Final = "encoding-version"
MADE_FROM: Final = "made-from"
CHECKSUM: Final = "checksum"
NOTHING: Final = "none"
"""What ``made-from`` says of a container that is made of independent things, and ``checksum`` of scratch data."""

# Members of the root.
MANIFEST: Final = "manifest"
TEXTS: Final = "texts"
SPLITS_GROUP: Final = "splits"
EMBEDDINGS_GROUP: Final = "embeddings"
MODELS_GROUP: Final = "models"
SEARCHES_GROUP: Final = "searches"
"""Only there once a search has measured something."""
ENCODER_GROUP: Final = "encoder"
"""Only there where the encoder was fitted on training rows."""
TARGETS_GROUP: Final = "targets"
"""Only there where labels are texts, as the two below it."""
GROUPS: Final = "groups"
PATHS: Final = "paths"
"""Names by code; and in a split, the codes of its rows."""

# Members of the sections.
TEXT_BYTES: Final = "bytes"
TEXT_OFFSETS: Final = "offsets"
ROWS: Final = "rows"
LABELS: Final = "labels"
VECTORS: Final = "vectors"
DIGESTS: Final = "digests"
RECORD: Final = "record"
CONFIG: Final = "config"
SUMMARY: Final = "summary"
HISTORY: Final = "history"
MODEL_ARRAYS: Final = "arrays"
EDITS_GROUP: Final = "edits"
"""Only there once `prle edit` has changed a model."""
BEFORE: Final = "before"
SETTINGS: Final = "settings"
ENCODER_ARRAYS: Final = "arrays"
WATERMARK: Final = "watermark"

BLOCK_ROWS: Final = 1024
"""Rows of vectors behind one digest: small enough to check only what is gathered, large enough to cost nothing."""

SAFE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
"""What an element or a model may be called; in particular never ``.``, ``..`` or anything with a slash."""


def beside(workspace: Path, ending: str) -> Path:
    """Return the sibling of ``workspace`` whose name has ``ending`` appended."""
    return workspace.with_name(workspace.name + ending)


def partial_path(workspace: Path, *, of_targets: bool = False) -> Path:
    """Return where an unfinished ``embed`` keeps its vectors: those of the rows, or those of target texts."""
    return beside(workspace, ".targets.partial" if of_targets else ".partial")


def temporary_path(target: Path) -> Path:
    """Return where the next version of ``target`` is built; only the holder of its lock may touch it."""
    return beside(target, ".tmp")


def lock_path(target: Path) -> Path:
    """Return the file whose lock lets one process replace ``target``."""
    return beside(target, ".lock")


def holder_path(target: Path) -> Path:
    """Return the note that says who holds the lock of ``target``."""
    return beside(target, ".lock.holder")
