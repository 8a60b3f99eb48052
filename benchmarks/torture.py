"""Do to a workspace what the world does to files, and look at what is left.

``python -m benchmarks.torture`` runs verbs through the real command line and kills them, interrupts them and takes
their disk away at random moments; lets writers and readers at one file at once; cuts the file, flips its bytes and
forges its elements. Each time the workspace must be the one before or the one after, every number verified, or be
refused with exit code 3 and a message. The first thing that is neither ends the run with exit code 1. ``make torture``
is the long form.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import company, damage, hostile
from benchmarks.runs import Run, command, expect, run
from benchmarks.states import MODEL, State, read_everything

VERBS = {
    "embed": ("embed", "breast_cancer"),
    "fit": ("fit", "--name", "new", "--voters", "none", "--epochs", "2", "--projection", "identity"),
    "vote": ("fit", "--name", "new", "--voters", "examples", "--base", "linear"),
    "relabel": ("edit", "relabel", "3", "100", "--name", "votes"),
    "undo": ("edit", "undo", "--name", "votes"),
    "distill": ("distill", "--name", "kept", "--as", "new", "--student", "linear", "--size", "4", "--epochs", "1"),
    "consolidate": ("consolidate", "--name", "kept", "--as", "new", "--to", "4"),
    "refile": ("consolidate", "--name", "votes", "--as", "new", "--to", "4"),
    "audit": ("audit", "--labels", "--top", "3", "--name", "votes"),
}
"""What is tortured: the arguments of a command, each begun on a workspace that holds something else."""

READ_ONLY = ("audit",)
"""Of these, the one that must change nothing."""

BEFORE = (
    ("embed", "diabetes"),
    ("fit", "--name", "votes", "--voters", "examples", "--base", "boosting+kernel", "--prototypes", "8"),
    ("fit", "--name", "kept", "--voters", "none", "--epochs", "1", "--projection", "identity", "--prototypes", "8"),
    ("edit", "relabel", "5", "200", "--name", "votes"),
)
"""What makes the workspace that every verb begins with."""

STRUCTURE = 6_000
"""Bytes, about, that a small workspace begins with."""

COMMIT_SHARE = 0.3
"""The last part of a run, where it commits; half of all blows fall there."""

RESUMED = ".partial"
"""What an interrupted ``embed`` leaves on purpose."""

LOCKS = (".lock", ".partial.lock")
"""Files that stay, empty: to remove a lock is to let two in."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How much of everything: of each verb, except for the last four."""

    kills: int
    interrupts: int
    full: int
    flips: int
    cuts: int
    hostile: int
    commits: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """A verb, the workspace that it works on, and what it does to it undisturbed.

    :param original: a copy of the workspace before.
    :param seconds: what an undisturbed run takes.
    """

    verb: str
    path: Path
    original: Path
    before: State
    after: State
    size: int
    seconds: float

    @property
    def command(self) -> tuple[str, ...]:
        """The arguments of the command line."""
        return (*VERBS[self.verb], "-w", str(self.path))

    def leftovers(self) -> set[str]:
        """Return the endings of the files beside the workspace that no finished command leaves."""
        beside = {file.name.removeprefix(self.path.name) for file in self.path.parent.glob(f"{self.path.name}.*")}
        return beside - set(LOCKS)

    def outcome(self) -> str:
        """Say which of the two states is there, and put the one before back."""
        state = read_everything(self.path)
        expect(state in (self.before, self.after), f"{self.verb}: the workspace is neither the one before nor after")
        if state == self.before:
            return "before"
        self.path.write_bytes(self.original.read_bytes())
        return "after"


def main(arguments: list[str] | None = None) -> int:
    """Run everything; return 0 when nothing was lost."""
    options = _options(arguments)
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="prle-torture-") as name:
        folder = Path(name)
        original = prepare(folder)
        for verb in VERBS:
            job = undisturbed(folder, original, verb)
            _say(f"{verb} takes {job.seconds:.2f} s undisturbed")
            _say(blows(job, "killed", options.kills, rng))
            _say(blows(job, "interrupted", options.interrupts, rng))
            _say(blows(job, "terminated", options.interrupts, rng))
            _say(full_disk(job, options.full, rng))
            afterwards(job)
        _say(company.stale_lock(original, folder))
        _say(company.read_across_a_commit(original, folder))
        _say(company.writers_and_readers(original, folder, commits=options.commits))
        _say(damage.cuts(original, folder, options.cuts))
        _say(damage.flips(original, folder, options.flips, rng))
        _say(hostile.files(original, folder, options.hostile, rng))
    _say("nothing was lost")
    return 0


def _options(arguments: list[str] | None) -> Options:
    parser = argparse.ArgumentParser(
        prog="torture", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=10, help="SIGKILLs of each verb")
    parser.add_argument("--interrupts", type=int, default=5, help="Ctrl-Cs of each verb, and as many SIGTERMs")
    parser.add_argument("--full", type=int, default=10, help="runs of each verb that run out of disk")
    parser.add_argument("--flips", type=int, default=50, help="bytes that are changed, one at a time")
    parser.add_argument("--cuts", type=int, default=20, help="lengths that the file is cut to")
    parser.add_argument("--hostile", type=int, default=30, help="files that somebody made to do harm")
    parser.add_argument("--commits", type=int, default=10, help="of each of two writers, while five readers look")
    parser.add_argument("--seed", type=int, default=0, help="of moments and places")
    return Options(**vars(parser.parse_args(arguments)))


def prepare(folder: Path) -> Path:
    """Make the workspace that everything begins with."""
    original = folder / "original.h5"
    for arguments in BEFORE:
        done = run((*arguments, "-w", str(original)))
        expect(done.code == 0, f"{arguments[0]} ended with {done.code}: {done.errors}")
    return original


def undisturbed(folder: Path, original: Path, verb: str) -> Job:
    """Run a verb to its end, so that it is known what it does and how long that takes."""
    path = folder / f"{verb}.h5"
    path.write_bytes(original.read_bytes())
    before = read_everything(path)
    done = run((*VERBS[verb], "-w", str(path)))
    expect(done.code == 0, f"{verb} ended with {done.code}: {done.errors}")
    after, size = read_everything(path), path.stat().st_size
    expect((before == after) == (verb in READ_ONLY), f"{verb} changed nothing, or what it must not")
    expect(any(name.startswith(MODEL) for name in after), f"{verb} lost the models")
    path.write_bytes(original.read_bytes())
    again = run((*VERBS[verb], "-w", str(path)))
    expect(read_everything(path) == after, f"{verb} gave something else the second time")
    path.write_bytes(original.read_bytes())
    return Job(
        verb=verb,
        path=path,
        original=original,
        before=before,
        after=after,
        size=size,
        seconds=min(done.seconds, again.seconds),
    )


def blows(job: Job, how: str, count: int, rng: random.Random) -> str:
    """Send a signal at random moments of many runs."""
    outcomes = {"before": 0, "after": 0}
    codes: dict[int, int] = {}
    for _ in range(count):
        there = job.leftovers()
        start = 0.0 if rng.random() < 0.5 else (1 - COMMIT_SHARE) * job.seconds
        done = command(job.command, how=how, after=rng.uniform(start, 1.05 * job.seconds))
        _expect_quiet(job, done)
        allowed = {"killed": (0, -9), "interrupted": (0, 130), "terminated": (0, 130)}[how]
        expect(done.code in allowed, f"{job.verb}, {how}, ended with {done.code}: {done.errors}")
        if done.code == 130:
            left = job.leftovers() - there - {RESUMED}
            expect(not left, f"{job.verb}, {how}, left {left}")
        codes[done.code] = codes.get(done.code, 0) + 1
        outcomes[job.outcome()] += 1
    return f"{job.verb}: {how} {count} times: {outcomes}, exit codes {codes}"


def full_disk(job: Job, count: int, rng: random.Random) -> str:
    """Let no file grow beyond a random size."""
    outcomes = {"before": 0, "after": 0}
    codes: dict[int, int] = {}
    for number in range(count):
        # Every third one stops at the structure of a file, before its arrays.
        largest = rng.randrange(STRUCTURE if number % 3 == 0 else int(1.1 * job.size))
        done = run(job.command, largest=largest)
        _expect_quiet(job, done)
        expect(done.code in (0, 1, 3), f"{job.verb} on a full disk ended with {done.code}: {done.errors}")
        expect("Error: " in done.errors or done.code == 0, f"{job.verb} on a full disk said {done.errors!r}")
        codes[done.code] = codes.get(done.code, 0) + 1
        outcomes[job.outcome()] += 1
    return f"{job.verb}: out of disk {count} times: {outcomes}, exit codes {codes}"


def afterwards(job: Job) -> None:
    """Run the verb undisturbed among all that was left: it must do its work, and clear it away."""
    done = run(job.command)
    expect(done.code == 0, f"{job.verb} after all that ended with {done.code}: {done.errors}")
    expect(read_everything(job.path) == job.after, f"{job.verb} after all that gave something else")
    expect(not job.leftovers(), f"{job.verb} left {job.leftovers()} of an earlier run")


def _expect_quiet(job: Job, done: Run) -> None:
    for word in ("Traceback", "unexpected "):
        expect(word not in done.errors, f"{job.verb} said: {done.errors}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
