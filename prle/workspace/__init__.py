"""The one file that everything of a job lives in: opened read-only, replaced whole, never edited in place."""

from prle.workspace.interface import Manifest, StoredModel, StoredSearch
from prle.workspace.opened import Workspace, open_workspace
from prle.workspace.store import drop_model, save_edit, save_model, save_search, undo_edit

__all__ = [
    "Manifest",
    "StoredModel",
    "StoredSearch",
    "Workspace",
    "drop_model",
    "open_workspace",
    "save_edit",
    "save_model",
    "save_search",
    "undo_edit",
]
