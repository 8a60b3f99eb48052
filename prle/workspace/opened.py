"""A workspace that is open to be read: one version of it, verified as it is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

from prle.errors import WorkspaceError, nearest
from prle.workspace import journal, layout, sections
from prle.workspace.data import EmbeddedRows
from prle.workspace.files.reader import read_tree
from prle.workspace.files.tree import Branch, member_branch
from prle.workspace.files.writer import tree_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from prle.workspace.files.tree import Node
    from prle.workspace.interface import StoredModel, StoredSearch


@final
class Workspace(EmbeddedRows):
    """One version of a workspace, as it was when it was opened: embedded rows, and the models that were fitted to them.

    :param path: where it was found.
    :param root: its tree.
    :raises WorkspaceError: when its manifest or its identity is not what it has to be. Every property and method
        raises it where the section behind it is damaged.
    """

    @property
    def format_version(self) -> str:
        """``major.minor`` of the format that the file was written in."""
        return self._root.encoding.version

    @property
    def model_names(self) -> tuple[str, ...]:
        """The stored models, sorted by name."""
        return tuple(sorted(self._models.members))

    def model(self, name: str) -> StoredModel:
        """Return the model ``name``, ready to predict with these embeddings.

        :raises WorkspaceError: when there is none, it is damaged, or it was fitted on other embeddings.
        """
        return sections.read_model(name, self._fresh_section(name))

    def summary(self, name: str) -> Mapping[str, Any]:
        """Return what ``info`` lists of a model, stale or not."""
        return sections.read_object(self._model_section(name), layout.SUMMARY)

    def settings(self, name: str) -> Mapping[str, Any]:
        """Return the settings that a model was fitted with, stale or not, as nested plain values."""
        return sections.read_object(self._model_section(name), layout.CONFIG)

    def edits(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """Return what was done to a model since it was fitted, stale or not, oldest first, as plain values."""
        return journal.read_edits(self._model_section(name))

    def seal(self, name: str) -> str:
        """Return the checksum of a model, which is another one after every change."""
        return self._model_section(name).checksum

    def history(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """Return what was measured of each epoch of a model, stale or not, as plain values."""
        return sections.read_history(self._model_section(name))

    def created(self, name: str) -> str:
        """Return when a model was fitted, UTC, ISO 8601."""
        return str(sections.read_object(self._model_section(name), layout.RECORD).get("created", ""))

    def stale(self, name: str) -> str | None:
        """Return what has changed since the model was fitted, or None where nothing has."""
        section = self._model_section(name)
        if section.made_from == self.identity:
            return None
        basis = sections.read_object(section, layout.RECORD).get("basis")
        now = self.basis
        if not isinstance(basis, dict) or basis.keys() != now.keys():
            return "the embeddings have changed"
        changed = []
        if basis["fingerprint"] != now["fingerprint"]:
            changed.append(f"the encoder has changed (was {basis['encoder']}, is {now['encoder']})")
        if basis["source"] != now["source"]:
            changed.append(f"the data have changed (was {basis['dataset']}, is {now['dataset']})")
        return " and ".join(changed) or "the vectors have changed"

    @property
    def basis(self) -> dict[str, str]:
        """What a model fitted now is fitted on, in the words of ``stale``."""
        encoder = self.manifest.encoder
        return {
            "dataset": self.manifest.dataset,
            "encoder": encoder.name,
            "fingerprint": encoder.fingerprint,
            "source": self.source,
        }

    @property
    def search_names(self) -> tuple[str, ...]:
        """The models that were searched for, or are, sorted by name."""
        return tuple(sorted(self._searches))

    def search(self, name: str) -> StoredSearch | None:
        """Return what the search for the model ``name`` has measured, on whatever embeddings; None without one."""
        if name not in self._searches:
            return None
        return sections.read_search(member_branch(self._root, layout.SEARCHES_GROUP, layout.SEARCHES), name)

    def section_sizes(self) -> dict[str, int]:
        """Return the bytes of each section; models as ``models/NAME``."""
        sizes = {name: tree_bytes(node) for name, node in self._root.members.items() if name != layout.MODELS_GROUP}
        models = {f"{layout.MODELS_GROUP}/{name}": tree_bytes(node) for name, node in self._models.members.items()}
        return {**sizes, **models}

    @cached_property
    def _models(self) -> Branch:
        return member_branch(self._root, layout.MODELS_GROUP, layout.MODELS)

    @cached_property
    def _searches(self) -> Mapping[str, Node]:
        if layout.SEARCHES_GROUP not in self._root.members:
            return {}
        return member_branch(self._root, layout.SEARCHES_GROUP, layout.SEARCHES).members

    def _fresh_section(self, name: str) -> Branch:
        section, stale = self._model_section(name), self.stale(name)
        if stale:
            message = f"{self.path}: model {name} is stale: {stale}."
            raise WorkspaceError(message, hint=f"run `prle fit --name {name}` again")
        return section

    def _model_section(self, name: str) -> Branch:
        if name not in self._models.members:
            raise _no_model(self.path, name, self.model_names)
        return member_branch(self._models, name, layout.MODEL)


@contextmanager
def open_workspace(path: Path) -> Iterator[Workspace]:
    """Open a workspace to read it, without waiting for writers; it stays the version that was found.

    :raises WorkspaceError: when it is missing, damaged, too new or no workspace at all.
    """
    yield read_workspace(path)


def read_workspace(path: Path) -> Workspace:
    """Return the version of a workspace that is there now; errors are those of :func:`open_workspace`."""
    return Workspace(path, read_tree(path, layout.WORKSPACE))


def _no_model(path: Path, name: str, known: tuple[str, ...]) -> WorkspaceError:
    if not known:
        return WorkspaceError(f"{path} has no model.", hint="run `prle fit` first")
    near = nearest(name, known)
    hint = f"did you mean {near}?" if near else f"run `prle fit --name {name}` first"
    return WorkspaceError(f"{path} has no model {name}; it has {', '.join(known)}.", hint=hint)
