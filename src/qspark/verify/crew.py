"""The servers of a pool and the threads that give them jobs: the longest first, the lost again."""

import heapq
import queue
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qspark.errors import SandboxError
from qspark.verify.containment import ISOLATIONS
from qspark.verify.judge import Job
from qspark.verify.ray_servers import NotPlaced, RayCluster, RayServer
from qspark.verify.server import Server, ServerLost
from qspark.verify.verdict import Verdict

_END_SECONDS = 20
_CLOSED = "the pool of judges is closed: make a new one"


@dataclass(order=True)
class Ticket:
    """A job on its way: ordered by `rank`, (minus the predicted CPU s, arrival)."""

    rank: tuple[float, int]
    job: Job = field(compare=False)
    answers: "Answers" = field(compare=False)
    lost: int = field(default=0, compare=False)


Answers = queue.SimpleQueue[tuple[Ticket, Verdict] | BaseException]


class Crew:
    """`workers` servers on this machine, or on a cluster, that work on tickets.

    A verdict goes to its ticket's `answers`; an error, such as a server that does not start, goes to
    every reader. A thread lives while there is work for its place, a server until it is ended.
    `isolation` is the least that was reached, `replaced` counts the servers that were lost.
    """

    def __init__(self, workers: int, minimum: int, cluster: RayCluster | None):
        self.isolation = ""
        self.replaced = 0
        self._workers, self._minimum, self._cluster = workers, minimum, cluster
        self._lock = threading.RLock()  # for all that follows
        self._servers: list[Server | RayServer | None] = [None] * workers
        self._idle = list(range(workers))  # places in _servers without a thread
        self._threads: set[threading.Thread] = set()
        self._waiting: list[Ticket] = []  # a heap
        self._in_hand: dict[int, Ticket] = {}  # by place
        self._readers: list[Answers] = []
        self._closed = False

    def open(self) -> Answers:
        """A new reader; raises SandboxError when the crew is closed."""
        answers: Answers = queue.SimpleQueue()
        with self._lock:
            if self._closed:
                raise SandboxError(_CLOSED)
            self._readers.append(answers)
        return answers

    def leave(self, answers: Answers) -> None:
        """Forget a reader and its jobs, and end the servers that are at work on them."""
        with self._lock:
            self._readers = [reader for reader in self._readers if reader is not answers]
            self._waiting = [ticket for ticket in self._waiting if ticket.answers is not answers]
            heapq.heapify(self._waiting)
            places = [place for place, t in self._in_hand.items() if t.answers is answers]
            servers = [self._servers[place] for place in places]
            for place in places:
                del self._in_hand[place]
                self._servers[place] = None
        _end_all(servers)

    def submit(self, tickets: Iterable[Ticket]) -> None:
        """Hand out tickets. Raises SandboxError when the crew is closed or has no cluster."""
        if self._cluster:
            self._cluster.connect()
        with self._lock:
            if self._closed:
                raise SandboxError(_CLOSED)
            for ticket in tickets:
                heapq.heappush(self._waiting, ticket)
            self._wake()

    def close(self) -> None:
        """End every server; nothing is left running. May be called more than once, by any thread."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._in_hand.clear()
            servers = list(self._servers)
            self._servers[:] = [None] * self._workers
            threads = self._threads - {threading.current_thread()}
            for reader in self._readers:
                reader.put(SandboxError(_CLOSED))
        _end_all(servers)
        _join(threads)
        if self._cluster:
            self._cluster.close()

    def _wake(self) -> None:
        """Start as many threads as there are jobs for, on warm servers first. Holds the lock."""
        self._idle.sort(key=lambda place: self._servers[place] is not None)
        busy = self._workers - len(self._idle)
        for _ in range(min(len(self._idle), len(self._waiting) + len(self._in_hand) - busy)):
            thread = threading.Thread(target=self._work, args=(self._idle.pop(),), daemon=True)
            self._threads.add(thread)
            thread.start()

    def _work(self, place: int) -> None:
        """Judge with the server of one place for as long as jobs wait."""
        try:
            while self._wanted(place):
                server = self._servers[place] or self._start(place)
                with self._lock:
                    if server is None:  # there is room for others only: they may be idle
                        self._retire(place)
                        self._wake()
                        return
                    if not self._waiting:
                        continue
                    ticket = self._in_hand[place] = heapq.heappop(self._waiting)
                try:
                    self._finish(place, ticket, server.run(ticket.job))
                except (ServerLost, OSError) as error:
                    self._lose(place, ticket, server, error)
                    with self._lock:  # another's warm server goes before a new one
                        self._retire(place)
                        self._wake()
                        return
        except BaseException as error:
            with self._lock:
                self._in_hand.pop(place, None)
                self._retire(place)
                for reader in self._readers:
                    reader.put(error)

    def _wanted(self, place: int) -> bool:
        with self._lock:
            if self._waiting:
                return True
            self._retire(place)
            return False

    def _retire(self, place: int) -> None:
        """This thread is about to end. Holds the lock."""
        self._idle.append(place)
        self._threads.discard(threading.current_thread())

    def _finish(self, place: int, ticket: Ticket, verdict: Verdict) -> None:
        with self._lock:
            self._in_hand.pop(place, None)
        ticket.answers.put((ticket, verdict))

    def _lose(
        self, place: int, ticket: Ticket, server: Server | RayServer, error: Exception
    ) -> None:
        """Replace a server; what it had in hand is judged again, once."""
        trouble = f"{error}; {self._drop(place, server)}"[:500]
        with self._lock:
            if self._in_hand.pop(place, None) is None:
                return  # given up, or the pool is closed
            self.replaced += 1
            ticket.lost += 1
            if ticket.lost == 1:
                ticket.rank = (float("-inf"), ticket.rank[1])
                heapq.heappush(self._waiting, ticket)
                return
        infra = Verdict(status="infra", stage="run", category="infra/server", message=trouble)
        ticket.answers.put((ticket, infra))

    def _start(self, place: int, attempts: int = 3) -> Server | RayServer | None:
        """A warm server; None where a cluster has no room for it but others have theirs.

        A cluster may lose the node that a server starts on: it is then asked again.
        """
        with self._lock:
            if self._closed:
                raise SandboxError(_CLOSED)
            try:
                server = self._cluster.server() if self._cluster else Server()
            except OSError as error:
                raise SandboxError(
                    f"no process for a judge's server can be started ({error}): use fewer workers"
                ) from error
            self._servers[place] = server
        try:
            server.hello()
        except (ServerLost, OSError) as error:
            trouble = self._drop(place, server) or str(error) or "it ended"
            if isinstance(error, NotPlaced) and any(
                other and other.isolation for other in self._servers
            ):
                return None
            if self._closed:
                raise SandboxError(_CLOSED) from error
            if self._cluster and attempts > 1 and not isinstance(error, NotPlaced):
                return self._start(place, attempts - 1)
            raise SandboxError(
                f"the judge's server does not start ({trouble.splitlines()[-1]}): "
                f"install QSpark again with `pip install --editable .` and look at that message"
            ) from error
        reached = ISOLATIONS.index(server.isolation)
        if not self.isolation or reached < ISOLATIONS.index(self.isolation):
            self.isolation = server.isolation
        if reached < self._minimum:
            self._drop(place, server)
            raise SandboxError(
                f"this machine gives the isolation '{server.isolation}' only, the minimum is "
                f"'{ISOLATIONS[self._minimum]}': use a Linux kernel with Landlock, seccomp and "
                f"user namespaces, or lower the minimum with --isolation"
            )
        return server

    def _drop(self, place: int, server: Server | RayServer) -> str:
        """End a server, unless another thread is ending it."""
        with self._lock:
            if self._servers[place] is not server:
                return ""
            self._servers[place] = None
        return server.end()


def _end_all(servers: Sequence[Server | RayServer | None]) -> None:
    """End servers side by side; threads of their own go on with it where this one is interrupted."""
    threads = [threading.Thread(target=server.end, daemon=True) for server in servers if server]
    for thread in threads:
        thread.start()
    _join(threads)


def _join(threads: Iterable[threading.Thread]) -> None:
    deadline = time.monotonic() + _END_SECONDS
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
