"""Values as bytes and back: what may cross between the candidate's process and the test's.

A value becomes a tree of JSON with its binary parts beside it. Every kind of value has a tag and a
decoder of its own; nothing that comes in names code to run, and nothing is unpickled. What has no
codec raises CannotCross. What crosses only in part (a subclass as its base, a figure as its facts)
is named in `Packet.inexact`, so that a failed comparison with it is not taken as the last word.

Objects that can change keep their identity within one call: the encoder numbers those of the
arguments as it meets them, the decoder does the same, and an answer may refer to them by number.
"""

import collections
import enum
import json
import struct
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

LARGEST = 64 << 20
_DEEPEST = 150
_SMALL = 1 << 63
_HEADER = struct.Struct("!II")


class CannotCross(Exception):
    """A value has no codec, is too large or too deep, or what came in is not a packet."""


@dataclass
class Packet:
    """A value on its way: its bytes, and the kinds of value in it that cross only in part."""

    data: bytes
    inexact: list[str]


@dataclass(frozen=True)
class Codec:
    """How one type crosses: into parts, which are values themselves, and back.

    `exact` is False where the parts do not say everything about the value; `complete`, called with
    what was built and the parts, says so for one value. A value of a subclass crosses as this type,
    which is inexact too unless the codec takes care of the whole `family`.
    """

    kind: type
    parts: Callable[[Any], Sequence[Any]]
    build: Callable[..., Any]
    exact: bool = True
    mutable: bool = False
    family: bool = False
    complete: Callable[..., bool] | None = None

    @property
    def tag(self) -> str:
        """The name on the wire."""
        return f"{self.kind.__module__}.{self.kind.__qualname__}"


_FUNCTIONS = (
    types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.BuiltinMethodType,
)  # fmt: skip
_ITERATORS = (types.GeneratorType, map, filter, zip, enumerate, reversed)


class Handles:
    """What stands for functions and iterators of one side on the other. See `peer.Peer`."""

    def export(self, thing: Any) -> int:
        """A number under which the other side may use a function or iterator of this side."""
        raise CannotCross(f"{type(thing).__name__}")

    def function(self, number: int) -> Any:
        """A stand-in for the other side's function."""
        raise CannotCross("function")

    def iterator(self, number: int) -> Any:
        """A stand-in for the other side's iterator."""
        raise CannotCross("iterator")

    def own(self, number: int) -> Any:
        """What this side has exported under the number."""
        raise CannotCross("function")


@dataclass
class Coder:
    """Encodes and decodes with one table of codecs.

    `classes` maps the names of classes that may cross as values to the classes.
    """

    codecs: Sequence[Codec]
    classes: dict[str, type] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_type = {codec.kind: codec for codec in self.codecs}
        self.by_tag = {codec.tag: codec for codec in self.codecs}
        self.class_names = {kind: name for name, kind in self.classes.items()}

    def pack(
        self, value: Any, handles: Handles, known: Sequence[Any] = ()
    ) -> tuple[Packet, list[Any]]:
        """A packet for the value, and the changeable objects in it in the order they were met.

        `known` objects are referred to by their number. Raises CannotCross.
        """
        encoder = _Encoder(self, handles, known)
        try:
            tree = encoder.tree(value)
        except CannotCross:
            raise
        except Exception as error:  # what libraries raise on values that they cannot write
            raise CannotCross(f"{type(error).__name__}: {error}"[:300]) from error
        try:
            text = json.dumps([tree, sorted(set(encoder.inexact))]).encode()
        except (ValueError, RecursionError) as error:
            raise CannotCross(str(error)) from error
        sizes = [len(blob) for blob in encoder.blobs]
        data = b"".join(
            [
                _HEADER.pack(len(text), len(sizes)),
                *(struct.pack("!Q", size) for size in sizes),
                text,
                *encoder.blobs,
            ]
        )
        if len(data) > LARGEST:
            raise CannotCross(f"{len(data)} bytes")
        return Packet(data, encoder.inexact), encoder.met

    def unpack(
        self, data: bytes, handles: Handles, known: Sequence[Any] = ()
    ) -> tuple[Any, list[Any], list[str]]:
        """The value, its changeable objects as `pack` numbers them, and kinds that came in part.

        Raises CannotCross on anything that `pack` does not write.
        """
        try:
            size, count = _HEADER.unpack_from(data)
            start = _HEADER.size + 8 * count
            sizes = struct.unpack_from(f"!{count}Q", data, _HEADER.size)
            tree, said = json.loads(data[start : start + size])
            blobs, at = [], start + size
            for length in sizes:
                blobs.append(data[at : at + length])
                at += length
            decoder = _Decoder(self, handles, known, blobs)
            value = decoder.value(tree)
            return value, decoder.met, [*map(str, said), *decoder.inexact]
        except CannotCross:
            raise
        except Exception as error:
            raise CannotCross(f"not a packet: {type(error).__name__}: {error}"[:300]) from error


# The plain value inside one of a subclass, whatever its own methods say.
_PLAIN: dict[type, Callable[[Any], Any]] = {
    int: lambda v: int.__add__(v, 0),
    float: lambda v: float.__add__(v, 0.0),
    str: lambda v: "".join(str.__iter__(v)),
    bytes: lambda v: bytes(bytes.__iter__(v)),
}


class _Encoder:
    def __init__(self, coder: Coder, handles: Handles, known: Sequence[Any]):
        self._coder, self._handles = coder, handles
        self._known = {id(thing): number for number, thing in enumerate(known)}
        self.blobs: list[bytes] = []
        self.met: list[Any] = []
        self.inexact: list[str] = []
        self._depth = 0

    def tree(self, value: Any) -> Any:
        kind = type(value)
        if value is None or kind is bool or kind is str or kind is float:
            return value
        if kind is int:
            return value if -_SMALL <= value < _SMALL else ["int", hex(value)]
        if kind is bytes:
            self.blobs.append(value)
            return ["bytes", len(self.blobs) - 1]
        if id(value) in self._known:
            return ["known", self._known[id(value)]]
        codec = self._coder.by_type.get(kind)
        if codec is None:
            special = self._special(value)
            if special is not None:
                return special
            codec = self._closest(kind)
        if codec is None:
            raise CannotCross(f"{kind.__module__}.{kind.__qualname__}")
        if not codec.exact:
            self.inexact.append(kind.__qualname__)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise CannotCross("a value that is nested too deep")
        tree = [codec.tag, *map(self.tree, codec.parts(value))]
        self._depth -= 1
        if codec.mutable:
            self.met.append(value)
        return tree

    def _closest(self, kind: type) -> Codec | None:
        for base in kind.__mro__[1:]:
            codec = self._coder.by_type.get(base)
            if codec is not None:
                if not codec.family:
                    self.inexact.append(kind.__qualname__)
                return codec
        return None

    def _special(self, value: Any) -> Any:
        if isinstance(value, type):
            name = self._coder.class_names.get(value)
            return None if name is None else ["class", name]
        if isinstance(value, enum.Enum):
            name = self._coder.class_names.get(type(value))
            return None if name is None else ["member", name, value.name]
        own = getattr(value, "__qspark_handle__", None) if callable(value) else None
        if isinstance(own, int):
            return ["yours", own]
        if isinstance(value, _FUNCTIONS):
            self.inexact.append("function")
            return ["function", self._handles.export(value)]
        if isinstance(value, _ITERATORS):
            return ["iterator", self._handles.export(value)]
        for base, plain in _PLAIN.items():
            if isinstance(value, base) and not isinstance(value, np.generic):
                self.inexact.append(type(value).__qualname__)
                return self.tree(plain(value))
        return None


def _member(kind: Any, name: str) -> enum.Enum:
    if not issubclass(kind, enum.Enum):
        raise CannotCross("not an enumeration")
    return kind[name]


class _Decoder:
    def __init__(
        self, coder: Coder, handles: Handles, known: Sequence[Any], blobs: Sequence[bytes]
    ):
        self._coder, self._handles, self._known, self._blobs = coder, handles, known, blobs
        self.met: list[Any] = []
        self.inexact: list[str] = []
        self._depth = 0

    def value(self, tree: Any) -> Any:
        if not isinstance(tree, list):
            if isinstance(tree, dict):
                raise CannotCross("not a packet")
            return tree
        tag, rest = tree[0], tree[1:]
        if tag == "int":
            return int(rest[0], 16)
        if tag == "bytes":
            return self._blobs[rest[0]]
        if tag == "known":
            return self._known[rest[0]]
        if tag == "class":
            return self._coder.classes[rest[0]]
        if tag == "member":
            return _member(self._coder.classes[rest[0]], rest[1])
        if tag == "yours":
            return self._handles.own(rest[0])
        if tag == "function":
            self.inexact.append("function")
            return self._handles.function(rest[0])
        if tag == "iterator":
            return self._handles.iterator(rest[0])
        codec = self._coder.by_tag[tag]
        if not codec.exact:
            self.inexact.append(codec.kind.__qualname__)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise CannotCross("a value that is nested too deep")
        parts = [self.value(part) for part in rest]
        built = codec.build(*parts)
        self._depth -= 1
        if codec.complete is not None and not codec.complete(built, *parts):
            self.inexact.append(codec.kind.__qualname__)
        if codec.mutable:
            self.met.append(built)
        return built


def replay(old: Any, new: Any) -> bool:
    """Make `old` equal to `new`, in place and keeping the identity of what is inside.

    Returns False where this is not possible.
    """
    if type(old) is not type(new):
        return False
    if isinstance(old, list | collections.deque):
        if len(old) == len(new):
            for place, (before, after) in enumerate(zip(old, new, strict=True)):
                if not replay(before, after):
                    old[place] = after
        else:
            old.clear()
            old.extend(new)
    elif isinstance(old, dict):
        if old.keys() == new.keys():
            for key in list(old):
                if not replay(old[key], new[key]):
                    old[key] = new[key]
        else:
            old.clear()
            old.update(new)
    elif isinstance(old, set):
        old.clear()
        old.update(new)
    elif isinstance(old, bytearray):
        old[:] = new
    elif isinstance(old, np.ndarray):
        if old.shape != new.shape or old.dtype != new.dtype:
            return False
        old[...] = new
    elif type(old) in _REPLACED_WHOLE and hasattr(old, "__dict__"):
        old.__dict__.clear()
        old.__dict__.update(new.__dict__)
    else:
        return False
    return True


_REPLACED_WHOLE: set[type] = set()


def replaced_whole(*kinds: type) -> None:
    """Let `replay` change objects of these types by taking over all attributes."""
    _REPLACED_WHOLE.update(kinds)
