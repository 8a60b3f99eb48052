"""The one file that everything of a job lives in: opened read-only, replaced whole, never edited in place."""

from prle.workspace.interface import Manifest, StoredModel
from prle.workspace.store import Workspace, drop_model, open_workspace, save_model

__all__ = ["Manifest", "StoredModel", "Workspace", "drop_model", "open_workspace", "save_model"]
