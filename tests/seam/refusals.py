"""What has to be refused: what the table of kinds has no place for, and what goes with something else alone."""

from __future__ import annotations

from prle.stages.can import OPTIONS, TABLE, Only
from tests.seam.calls import REFUSED
from tests.seam.matrix import TARGETS, Case


def is_refused(case: Case) -> bool:
    """Say whether a command line has to be refused."""
    if case.subject.source is None:
        return False
    target = TARGETS[case.subject.source.kind]
    kind = target if "--teacher" in case.words else case.subject.kind
    verb = case.verb.split()[0]
    jobs = [job for job in (f"{verb} {word}" for word in case.words) if job in TABLE] or [verb]
    if any(kind not in TABLE[job] for job in jobs if job in TABLE):
        return True
    votes = target != "text"
    wishes = [only for only in OPTIONS.get(verb, ()) if target not in only.targets or (votes and not only.voting)]
    return any(_asked(only, case.value) for only in wishes) or case.exception(REFUSED) is not None


def _asked(only: Only, value: tuple[str, ...]) -> bool:
    """Say whether an option is given that not every kind has."""
    return value[0] == only.option and (not only.values or value[1] in only.values)
