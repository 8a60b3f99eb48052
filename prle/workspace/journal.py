"""The edits of a model: what each replaced is kept, so that undoing it gives back the very bytes.

Members are told apart by their checksums. Only those that an edit changed are kept: a label that is changed costs the
experts' own parts, not all that they were solved on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prle.errors import UsageError
from prle.workspace import layout
from prle.workspace.files.tree import Branch, branch, damaged, member_branch
from prle.workspace.sections import json_leaf, read_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prle.workspace.files.tree import Node

_ABSENT = "absent"
"""Paths of what an edit added, in its record."""

_RESTORES = "restores"
"""The checksum of the model before an edit, in its record."""


def with_edit(before: Branch, after: Branch, record: Mapping[str, Any]) -> Branch:
    """Return the model ``after`` an edit, with the journal of the one ``before`` and one more entry."""
    edits = dict(_edits(before))
    plain = _plain(before)
    told = {**record, _ABSENT: sorted(_added(plain, after)), _RESTORES: before.checksum}
    members: dict[str, Node] = {
        layout.RECORD: json_leaf(told, made_from=after.made_from),
        layout.BEFORE: branch(layout.MODEL_PART, _replaced(plain, after), made_from=after.made_from),
    }
    edits[f"{len(edits) + 1:04d}"] = branch(layout.EDIT, members, made_from=after.made_from)
    return _with(after, edits)


def without_last_edit(model: Branch, name: str) -> Branch:
    """Return a model as it was before its last edit.

    :raises UsageError: when it was never edited.
    :raises WorkspaceError: when what the journal holds does not give back what there was.
    """
    edits = dict(_edits(model))
    if not edits:
        message = f"model {name}: there is no edit to undo."
        raise UsageError(message, hint=f"`prle edit log --name {name}` lists what was done")
    entry = member_branch(_journal(model), max(edits), layout.EDIT)
    del edits[max(edits)]
    record = read_object(entry, layout.RECORD)
    kept = member_branch(entry, layout.BEFORE, layout.MODEL_PART)
    absent = record.get(_ABSENT)
    paths = frozenset(map(str, absent)) if isinstance(absent, list) else frozenset()
    restored = _with(_merged(_plain(model), kept, paths), edits)
    if restored.checksum != record.get(_RESTORES):
        raise damaged(entry.where, "it does not give back the model that was edited (checksum differs)")
    return restored


def read_edits(model: Branch) -> tuple[Mapping[str, Any], ...]:
    """Return the record of every edit, oldest first."""
    edits = _edits(model)
    return tuple(
        read_object(member_branch(_journal(model), number, layout.EDIT), layout.RECORD) for number in sorted(edits)
    )


def _edits(model: Branch) -> Mapping[str, Node]:
    return _journal(model).members if layout.EDITS_GROUP in model.members else {}


def _journal(model: Branch) -> Branch:
    return member_branch(model, layout.EDITS_GROUP, layout.EDITS)


def _plain(model: Branch) -> Branch:
    """Return a model without its journal."""
    members = {name: node for name, node in model.members.items() if name != layout.EDITS_GROUP}
    return branch(model.encoding, members, made_from=model.made_from)


def _with(model: Branch, edits: Mapping[str, Node]) -> Branch:
    """Return a plain model with a journal, if there is anything in it."""
    if not edits:
        return model
    journal = branch(layout.EDITS, edits, made_from=model.made_from)
    return branch(model.encoding, {**model.members, layout.EDITS_GROUP: journal}, made_from=model.made_from)


def _replaced(before: Branch, after: Branch) -> dict[str, Node]:
    """Return the members of ``before`` that are not the same in ``after``, within groups those that are not."""
    found: dict[str, Node] = {}
    for name, node in before.members.items():
        other = after.members.get(name)
        if other is not None and other.checksum == node.checksum:
            continue
        if isinstance(node, Branch) and isinstance(other, Branch):
            found[name] = branch(node.encoding, _replaced(node, other), made_from=node.made_from)
        else:
            found[name] = node
    return found


def _added(before: Branch, after: Branch, prefix: str = "") -> Iterator[str]:
    """Yield the paths in ``after`` that lead nowhere in ``before``."""
    for name, node in after.members.items():
        other = before.members.get(name)
        if other is None:
            yield f"{prefix}{name}"
        elif isinstance(node, Branch) and isinstance(other, Branch):
            yield from _added(other, node, f"{prefix}{name}/")


def _merged(model: Branch, kept: Branch, absent: frozenset[str], prefix: str = "") -> Branch:
    """Return ``model`` with the members of ``kept`` in their places, and without those that are ``absent``."""
    members: dict[str, Node] = {}
    for name, node in {**model.members, **kept.members}.items():
        path, old = f"{prefix}{name}", model.members.get(name)
        if path in absent:
            continue
        replaced = kept.members.get(name)
        if isinstance(old, Branch) and (replaced is None or isinstance(replaced, Branch)):
            empty = branch(old.encoding, {}, made_from=old.made_from)
            members[name] = _merged(old, replaced or empty, absent, f"{path}/")
        else:
            members[name] = node
    return branch(model.encoding, members, made_from=model.made_from)
