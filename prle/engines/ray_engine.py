"""A cluster of Ray: workers that hold what they need, a bounded number of items under way, answers in order."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, final

from prle.data.sources.network import answers
from prle.encoders.interface import AT_ONCE
from prle.engines.encoding import Encoding
from prle.engines.interface import Engine, EngineName, Item, Result, Work
from prle.errors import PrleError, UsageError
from prle.observer import SILENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from prle.encoders.interface import Encoder
    from prle.observer import EpochRecord, Observer

AT_A_WORKER: Final = 2
"""Items that a worker has: one that it computes, and the next."""

AHEAD: Final = 2
"""Items under way, or done and waiting for an earlier one, for each that the workers have."""

TRIES: Final = 4
"""Workers that may die over one item before it is given up."""

_QUIET: Final[Mapping[str, str]] = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".*",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
"""Nothing is reported to anybody, and what Ray says of workers that it starts again does not get into results."""


@final
class RayEngine(Engine):
    """Actors of Ray, one a free processor, or one a graphics card where the encoder may use one.

    An actor holds its encoder or model from its first item on. One that dies is started again, elsewhere where its
    machine is gone, and its items are computed again. Nothing is written by them but what the work itself writes.

    :param address: ``HOST:PORT`` of a cluster; that of ``RAY_ADDRESS``, or a new one on this machine, when not given.
        One that somebody else happens to have started here is left alone.
    :param observer: told what workers have to say, once each.
    :raises UsageError: where Ray is not installed.
    """

    def __init__(self, *, address: str | None = None, observer: Observer = SILENT) -> None:
        if find_spec("ray") is None:
            message = "engine ray: the package ray is not installed."
            raise UsageError(message, hint="pip install 'prle[ray]'")
        self._address, self._observer = address, observer
        self._ray: Any = None
        self._joined = False
        self._told: set[tuple[str, str]] = set()

    @property
    def name(self) -> EngineName:
        """``ray``."""
        return "ray"

    def prepare(self, encoder: Encoder) -> None:
        """Let a worker load the encoder."""
        nothing: Sequence[str] = ()
        for _ in self.stream(encoder, [nothing]):
            pass

    def windows(
        self,
        encoder: Encoder,  # noqa: ARG002
        texts: Sequence[str],
        *,
        most: int,
    ) -> Iterator[Sequence[str]]:
        """Yield as many texts at a time as keep a worker busy for some seconds; it divides them as suits its device."""
        each = iter(texts)
        while window := tuple(islice(each, min(most, AT_ONCE))):
            yield window

    def stream(self, encoder: Encoder, windows: Iterable[Sequence[str]]) -> Iterator[NDArray[np.float32]]:
        """Let every worker find the encoder by its name."""
        cards = str(encoder.options.get("device", "cpu")).startswith(("auto", "cuda"))
        return self._mapped(Encoding.by(encoder), windows, cards=cards)

    def mapped(self, work: Work[Item, Result], items: Iterable[Item]) -> Iterator[Result]:
        """Send the work to every worker, and the items one by one to whoever has the fewest."""
        return self._mapped(work, items, cards=False)

    def close(self) -> None:
        """Leave the cluster, which ends one that was started here."""
        if self._joined:
            self._joined = False
            self._ray.shutdown()

    def _mapped(self, work: Work[Item, Result], items: Iterable[Item], *, cards: bool) -> Iterator[Result]:
        ray = self._cluster()
        most, cards = _most_workers(ray, cards=cards)
        each, waiting = iter(items), deque[Any]()
        first = list(islice(each, most))
        workers = _Workers(ray, work, count=len(first), cards=cards)
        try:
            for item in chain(first, each):
                while not workers.may_have_another(len(waiting)):
                    if waiting and workers.have_answered(waiting[0]):
                        yield self._told_by(workers, waiting.popleft())
                    else:
                        workers.wait()
                waiting.append(workers.give(item))
            while waiting:
                if workers.have_answered(waiting[0]):
                    yield self._told_by(workers, waiting.popleft())
                else:
                    workers.wait()
        finally:
            workers.end()

    def _told_by(self, workers: _Workers, answer: Any) -> Any:
        """Return an answer, and pass on what the worker had to say."""
        result, heard = workers.taken(answer)
        self._tell(heard)
        return result

    def _tell(self, heard: Sequence[tuple[str, str]]) -> None:
        """Pass on what a worker had to say, unless another one has said it."""
        for kind, message in heard:
            if (kind, message) not in self._told:
                self._told.add((kind, message))
                (self._observer.warn if kind == "warn" else self._observer.note)(message)

    def _cluster(self) -> Any:
        """Return Ray, connected."""
        if self._ray is None:
            for name, value in _QUIET.items():
                os.environ.setdefault(name, value)
            import ray

            if not ray.is_initialized():
                with _own_signals():
                    _join(ray, self._address)
                self._joined = True
            self._ray = ray
        return self._ray


def _most_workers(ray: Any, *, cards: bool) -> tuple[int, bool]:
    """Return how many workers the cluster has room for, and whether each gets a graphics card.

    :param cards: whether they could use one.
    """
    there = ray.cluster_resources()
    count = int(there.get("GPU", 0)) if cards else 0
    return (count, True) if count else (max(1, int(there.get("CPU", 1))), False)


@final
class _Workers:
    """Actors, and what they are at. One that waits for a processor, since others hold them all, gets no items yet."""

    def __init__(self, ray: Any, work: Work[Item, Result], *, count: int, cards: bool) -> None:
        self._ray = ray
        actor = ray.remote(_Worker).options(
            num_cpus=1, num_gpus=int(cards), max_restarts=-1, max_task_retries=TRIES - 1
        )
        # With every item, not with the start of a worker: one that is started again has nothing but what items bring.
        self._work = ray.put(work)
        self._actors = [actor.remote() for _ in range(count)]
        self._arriving = {each.load.remote(self._work): each for each in self._actors}
        self._places: deque[Any] = deque()
        self._busy: dict[Any, Any] = {}
        self._most_waiting = AHEAD * AT_A_WORKER * count

    def may_have_another(self, waiting: int) -> bool:
        """Return whether an item can be given now, while the answers to so many are waited for or not yet taken."""
        return bool(self._places) and waiting < self._most_waiting

    def give(self, item: object) -> Any:
        """Let whoever has waited longest have an item; return what stands for the answer."""
        actor = self._places.popleft()
        answer = actor.compute.remote(self._work, item)
        self._busy[answer] = actor
        return answer

    def have_answered(self, answer: Any) -> bool:
        """Return whether an answer is known to be there."""
        return answer not in self._busy

    def wait(self) -> None:
        """Wait until a worker has arrived, or is done with something.

        :raises PrleError: what one raised that cannot do the work at all.
        """
        with _in_words():
            done, _ = self._ray.wait([*self._arriving, *self._busy], num_returns=1)
            for each in done:
                if each in self._busy:
                    self._places.append(self._busy.pop(each))
                else:
                    self._ray.get(each)
                    self._places.extend([self._arriving.pop(each)] * AT_A_WORKER)

    def end(self) -> None:
        """End the workers now, whoever still refers to them: others may be waiting for their processors."""
        for actor in self._actors:
            self._ray.kill(actor)

    def taken(self, answer: Any) -> Any:
        """Return an answer that is there.

        :raises PrleError: what the worker raised instead, or that too many have died over it.
        """
        with _in_words():
            return self._ray.get(answer)


@final
class _Worker:
    """The process at the other end: loads what the work needs once, and keeps it."""

    def __init__(self) -> None:
        self._open, self._heard = ExitStack(), _Heard()
        self._function: Callable[[Any], Any] | None = None

    def load(self, work: Work[Any, Any]) -> None:
        """Make ready for the work."""
        self._loaded(work)

    def compute(self, work: Work[Any, Any], item: Any) -> tuple[Any, list[tuple[str, str]]]:
        """Return what the work makes of an item, and what was said meanwhile; one started again loads it first."""
        return self._loaded(work)(item), self._heard.taken()

    def _loaded(self, work: Work[Any, Any]) -> Callable[[Any], Any]:
        if self._function is None:
            self._function = self._open.enter_context(work(self._heard))
        return self._function


@final
class _Heard:
    """Implements :class:`prle.observer.Observer`: keeps what has to be told where somebody listens."""

    def __init__(self) -> None:
        self._messages: list[tuple[str, str]] = []

    def taken(self) -> list[tuple[str, str]]:
        """Return what was said since the last time."""
        messages, self._messages = self._messages, []
        return messages

    def note(self, message: str) -> None:
        """Keep it."""
        self._messages.append(("note", message))

    def warn(self, message: str) -> None:
        """Keep it."""
        self._messages.append(("warn", message))

    def progress(self, task: str, done: int, total: int, unit: str) -> None:
        """Leave it: the one who gives the items knows how many are done."""

    def epoch(self, record: EpochRecord) -> None:
        """Leave it: nothing is fitted here."""


def _join(ray: Any, address: str | None) -> None:
    """Connect to a cluster, or start one.

    :raises PrleError: where none answers.
    """
    import logging

    address = address or os.environ.get("RAY_ADDRESS")
    host, _, port = (address or "").rpartition(":")
    if port.isdecimal() and not answers(host, int(port)):
        # Ray itself would go on asking for minutes.
        raise _no_cluster(address, "nothing answers there")
    try:
        ray.init(
            address=address or "local", include_dashboard=False, log_to_driver=False, logging_level=logging.CRITICAL
        )
    except Exception as error:  # of several kinds, by what was missing
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise _no_cluster(address, reason) from error


def _no_cluster(address: str | None, reason: str) -> PrleError:
    message = f"engine ray: expected a cluster at {address or 'this machine'}, got none ({reason})."
    return PrleError(message, hint="`ray start --head` starts one; without --address one is started here")


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep the handler of SIGTERM: Ray puts one of its own in its place, which no ``finally`` survives."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def _in_words() -> Iterator[None]:
    """Give back what a worker raised as it raised it, and say in a line what else can go wrong there."""
    from ray.exceptions import RayActorError, RayError, RayTaskError

    try:
        yield
    except RayTaskError as error:
        if isinstance(error.cause, PrleError):
            raise error.cause from None
        message = f"a worker failed with {type(error.cause).__name__}: {' '.join(str(error.cause).split())}"
        raise PrleError(message) from error
    except RayActorError as error:
        message = f"engine ray: {TRIES} workers have died over the same piece of work."
        raise PrleError(message, hint="have its machines enough memory? `--engine local` needs no workers") from error
    except RayError as error:
        message = f"engine ray: {' '.join(str(error).split())}"
        raise PrleError(message, hint="run the command again; what is finished is kept") from error
