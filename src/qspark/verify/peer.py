"""One end of the line between the candidate's process and the test's.

Both ends are alike: each may call the functions that the other has handed over, and a call may be
answered by calls back before its own answer comes. What crosses is what the codec lets through.
"""

import builtins
import os
import random
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import numpy as np

from qspark.verify.classify import Raised
from qspark.verify.codec import LARGEST, CannotCross, Coder, Handles, replay
from qspark.verify.raised import describe

_exit = os._exit
_SIZE = struct.Struct("!I")
_EXCEPTION_ROOTS = ("builtins", "qiskit", "qiskit_aer", "qiskit_ibm_runtime", "numpy")
_MOST_HANDLES = 100_000


class Gone(BaseException):
    """The other end has ended."""


class Garbled(BaseException):
    """The other end has sent what no end of this line sends."""


class Unbridged(BaseException):
    """A value cannot cross. Not an Exception: no test is to take it for an error of the answer."""


class Peer(Handles):
    """A line over a connected stream socket.

    `trusting` says whether what comes from the other end may set this end's random state.
    `inexact` names the kinds of value that have crossed only in part; `unbridged` says what could
    not cross at all, empty while everything could; `broken` is Gone or Garbled once that has been
    raised, whoever caught it. `heard` holds the bytes of the last calls of the first exported
    function and of their answers, where it is set to a deque.
    """

    def __init__(self, line: socket.socket, coder: Coder, trusting: bool):
        self._line, self._coder, self._trusting = line, coder, trusting
        self._owner = os.getpid()
        self._exported: list[Any] = []
        self._random = () if trusting else _random_state()
        self._facts: list[tuple[BaseException, Raised]] = []
        self.inexact: set[str] = set()
        self.unbridged = ""
        self.broken: type[BaseException] | None = None
        self.heard: deque[tuple[bytes, bytes]] | None = None

    # What the codec asks for

    def export(self, thing: Any) -> int:
        """A number under which the other end may use a function or iterator of this end."""
        for number, known in enumerate(self._exported[-32:], max(0, len(self._exported) - 32)):
            if known is thing:
                return number
        if len(self._exported) >= _MOST_HANDLES:
            raise CannotCross("too many functions")
        self._exported.append(thing)
        return len(self._exported) - 1

    def function(self, number: int) -> Callable[..., Any]:
        """A stand-in for the other end's function."""

        def stand_in(*args: Any, **kwargs: Any) -> Any:
            return self.call(number, *args, **kwargs)

        stand_in.__qspark_handle__ = number  # type: ignore[attr-defined]
        return stand_in

    def iterator(self, number: int) -> Iterator[Any]:
        """A stand-in for the other end's iterator."""
        while True:
            answer = self._ask(("next", number), ())
            if answer[0] == "stop":
                return
            yield answer[1]

    def own(self, number: int) -> Any:
        """What this end has exported under the number."""
        return self._exported[number]

    # Asking

    def call(self, number: int, /, *args: Any, **kwargs: Any) -> Any:
        """Call the other end's function; its result, or its exception rebuilt.

        Changes that the call made to its arguments are made here too. Raises Unbridged, Gone,
        Garbled.
        """
        state = None
        if not self._trusting:
            state = _random_state()
            state, self._random = (None if state == self._random else state), state
        return self._ask(("call", number, args, kwargs, state), (args, kwargs))[1]

    def say(self, value: Any) -> None:
        """Send a value that nobody asked for: the greeting."""
        self._send(self._coder.pack(value, self)[0].data)

    def hear(self) -> Any:
        """Wait for a value that nobody was asked for."""
        return self._read(self._receive(), ())[0]

    def facts(self, error: BaseException) -> Raised | None:
        """What the other end said of an exception that `call` has raised; None for others."""
        return next((raised for known, raised in self._facts if known is error), None)

    def _ask(self, request: tuple[Any, ...], arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        packet, met = self._pack(request, ())
        self._send(packet)
        while True:
            data = self._receive()
            answer, _ = self._read(data, met)
            if answer[0] in ("call", "next"):
                self._answer(answer, [])
                continue
            if self.heard is not None and request[:2] == ("call", 0):
                self.heard.append((packet, data))
            if answer[0] == "ok":
                _, result, changed = answer
                if changed is not None:
                    self._take_over(arguments, changed)
                return ("ok", result)
            if answer[0] == "cannot":
                raise self.refuse(str(answer[1]))
            if answer[0] == "raised":
                try:
                    error = self._rebuilt(answer[1])
                except Exception as odd:
                    raise self._broken(Garbled, "not an exception") from odd
                raise error
            if answer[0] == "stop" and request[0] == "next":
                return ("stop",)
            raise self._broken(Garbled, "not an answer")

    def _take_over(self, arguments: tuple[Any, ...], changed: bytes) -> None:
        now, _ = self._read(changed, ())
        if not (isinstance(now, tuple) and len(now) == 2):
            raise self._broken(Garbled, "not arguments")
        before, after = (*arguments[0], *arguments[1].values()), (*now[0], *now[1].values())
        if len(before) != len(after):
            raise self._broken(Garbled, "not the arguments")
        for old, new in zip(before, after, strict=True):
            replay(old, new)

    def _rebuilt(self, facts: dict[str, Any]) -> BaseException:
        raised = Raised(
            tuple(map(str, facts["types"])), str(facts["message"]), str(facts["subject"]),
            tuple(map(str, facts["files"])), bool(facts["by_candidate"]),
        )  # fmt: skip
        error = rebuild(raised, facts["args"])
        self._facts.append((error, raised))
        return error

    # Answering

    def serve(self) -> None:
        """Answer until the other end has gone."""
        try:
            while True:
                request, met = self._read(self._receive(), ())
                self._answer(request, met)
        except (Gone, OSError):
            return

    def _answer(self, request: tuple[Any, ...], met: list[Any]) -> None:
        known: Sequence[Any] = met
        if request[0] == "next":
            answer = self._attempt(lambda: next(self.own(request[1])), StopIteration)
        elif request[0] == "call":
            _, number, args, kwargs, state = request
            if state is not None and self._trusting:
                _set_random_state(state)
            before = self._coder.pack((args, kwargs), self)[0].data if len(met) > 1 else b""
            answer = self._attempt(lambda: self.own(number)(*args, **kwargs))
            if answer[0] == "ok" and before:
                answer = (*answer[:2], self._changed(args, kwargs, before))
        else:
            raise self._broken(Garbled, "not a request")
        try:
            data = self._coder.pack(answer, self, known)[0].data
        except Exception as error:  # a candidate's object may raise anything while it is read
            why = str(error) if isinstance(error, CannotCross) else type(error).__name__
            data = self._coder.pack(("cannot", why), self)[0].data
        self._send(data)

    def _changed(self, args: Any, kwargs: Any, before: bytes) -> bytes | None:
        try:
            after = self._coder.pack((args, kwargs), self)[0].data
        except CannotCross:
            return None
        return None if after == before else after

    def _attempt(
        self, act: Callable[[], Any], end: type[BaseException] | tuple[()] = ()
    ) -> tuple[Any, ...]:
        try:
            return ("ok", act(), None)
        except (Gone, Garbled):
            raise
        except Unbridged as error:
            return ("cannot", str(error))
        except end:
            return ("stop",)
        except BaseException as error:
            raised = describe(error)
            args = [a for a in _arguments(error) if isinstance(a, str | int | float | None)]
            facts = {
                "types": list(raised.types), "message": raised.message, "args": args,
                "subject": raised.subject, "files": list(raised.files)[-40:],
                "by_candidate": raised.by_candidate,
            }  # fmt: skip
            return ("raised", facts)

    # The line itself

    def refuse(self, what: str) -> Unbridged:
        """The exception for a value that cannot cross, noted in `unbridged`."""
        self.unbridged = self.unbridged or what or "a value"
        return Unbridged(what)

    def _broken(self, kind: type[BaseException], what: str = "") -> BaseException:
        self.broken = kind
        return kind(what)

    def _pack(self, value: Any, known: Sequence[Any]) -> tuple[bytes, list[Any]]:
        try:
            packet, met = self._coder.pack(value, self, known)
        except CannotCross as error:
            raise self.refuse(str(error)) from error
        self.inexact.update(packet.inexact)
        return packet.data, met

    def _read(self, data: bytes, known: Sequence[Any]) -> tuple[Any, list[Any]]:
        try:
            value, met, inexact = self._coder.unpack(data, self, known)
        except CannotCross as error:
            raise self.refuse(str(error)) from error
        self.inexact.update(inexact)
        if not isinstance(value, tuple) or not value:
            raise self._broken(Garbled, "not a message")
        return value, met

    def _send(self, data: bytes) -> None:
        if os.getpid() != self._owner:
            _exit(71)  # a process that the candidate forked has come back from a call
        try:
            self._line.sendall(_SIZE.pack(len(data)) + data)
        except OSError as error:
            raise self._broken(Gone) from error

    def _receive(self) -> bytes:
        (size,) = _SIZE.unpack(self._exactly(_SIZE.size))
        if size > LARGEST:
            raise self._broken(Garbled, f"a message of {size} bytes")
        return self._exactly(size)

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            try:
                part = self._line.recv(min(size - len(parts), 1 << 20))
            except OSError as error:
                raise self._broken(Gone) from error
            if not part:
                raise self._broken(Gone)
            parts += part
        return bytes(parts)


def _arguments(error: BaseException) -> tuple[Any, ...]:
    args = getattr(error, "args", ())
    return args if isinstance(args, tuple) else ()


def _random_state() -> tuple[Any, ...]:
    version, words, gauss = random.getstate()
    name, keys, *rest = cast(tuple[Any, ...], np.random.get_state())
    return (version, np.array(words, np.uint32).tobytes(), gauss, name, keys.tobytes(), *rest)


def _set_random_state(state: tuple[Any, ...]) -> None:
    version, words, gauss, name, keys, *rest = state
    random.setstate((version, tuple(np.frombuffer(words, np.uint32).tolist()), gauss))
    np.random.set_state((name, np.frombuffer(keys, np.uint32), *rest))


def rebuild(raised: Raised, args: Sequence[Any]) -> BaseException:
    """An exception of the closest class that Python, numpy or Qiskit has, with these arguments."""
    for name in raised.types:
        module, _, kind_name = name.rpartition(".")
        module = module or "builtins"
        if module.split(".")[0] not in _EXCEPTION_ROOTS:
            continue
        home = builtins if module == "builtins" else sys.modules.get(module)
        kind = getattr(home, kind_name, None)
        if isinstance(kind, type) and issubclass(kind, BaseException):
            if issubclass(kind, StopIteration | StopAsyncIteration | GeneratorExit):
                return RuntimeError(raised.message)  # would end a loop of the test (PEP 479)
            try:
                error = kind(*args)
            except Exception:
                return Exception(raised.message)
            if isinstance(error, BaseException):
                return error
    return Exception(raised.message)
