"""Codecs for the values of Python and numpy."""

import collections
import datetime
import decimal
import fractions
from collections.abc import Iterator
from typing import Any

import numpy as np

from qspark.verify.codec import CannotCross, Codec

_ARRAY_KINDS = "biufcSUmM"


def _named(mapping: Any) -> list[Any]:
    return [part for pair in mapping.items() for part in pair]


def _pairs(*parts: Any) -> Iterator[tuple[Any, Any]]:
    return zip(parts[::2], parts[1::2], strict=True)


def _array_parts(value: np.ndarray) -> tuple[Any, ...]:
    if value.dtype == object:
        return ("O", list(value.shape), list(value.ravel()))
    if value.dtype.kind not in _ARRAY_KINDS:
        raise CannotCross(f"array of {value.dtype}")
    return (value.dtype.str, list(value.shape), value.tobytes())


def _array(dtype: str, shape: list[int], content: Any) -> np.ndarray:
    if dtype == "O":
        array = np.empty(len(content), dtype=object)
        array[:] = content
        return array.reshape(shape)
    kind = np.dtype(dtype)
    if kind.kind not in _ARRAY_KINDS or not isinstance(content, bytes):
        raise CannotCross(f"array of {dtype}")
    return np.frombuffer(content, kind).reshape(shape).copy()


def _scalar(dtype: str, content: bytes) -> Any:
    return _array(dtype, [], content)[()]


def _generator(name: str, state: dict[str, Any]) -> np.random.Generator:
    kinds = {"PCG64": np.random.PCG64, "MT19937": np.random.MT19937, "Philox": np.random.Philox}
    bits = kinds[name](0)
    bits.state = state
    return np.random.Generator(bits)


def _generator_parts(value: np.random.Generator) -> tuple[Any, ...]:
    state = dict(value.bit_generator.state)
    return (state["bit_generator"], state)


PYTHON: tuple[Codec, ...] = (
    Codec(complex, lambda v: (v.real, v.imag), complex),
    Codec(bytearray, lambda v: (bytes(v),), bytearray, mutable=True),
    Codec(list, list, lambda *v: list(v), mutable=True),
    Codec(tuple, list, lambda *v: v),
    Codec(dict, _named, lambda *v: dict(_pairs(*v)), mutable=True),
    Codec(set, list, lambda *v: set(v), mutable=True),
    Codec(frozenset, list, lambda *v: frozenset(v)),
    Codec(range, lambda v: (v.start, v.stop, v.step), range),
    Codec(slice, lambda v: (v.start, v.stop, v.step), slice),
    Codec(type(...), lambda v: (), lambda: ...),
    Codec(fractions.Fraction, lambda v: (v.numerator, v.denominator), fractions.Fraction),
    Codec(decimal.Decimal, lambda v: (str(v),), decimal.Decimal),
    Codec(datetime.timedelta, lambda v: (v.days, v.seconds, v.microseconds), datetime.timedelta),
    Codec(collections.deque, lambda v: (list(v), v.maxlen), collections.deque, mutable=True),
    Codec(
        collections.Counter, _named, lambda *v: collections.Counter(dict(_pairs(*v))), mutable=True
    ),
    Codec(
        collections.OrderedDict,
        _named,
        lambda *v: collections.OrderedDict(_pairs(*v)),
        mutable=True,
    ),
    Codec(collections.defaultdict, _named, lambda *v: dict(_pairs(*v)), exact=False, mutable=True),
    Codec(np.ndarray, _array_parts, _array, mutable=True),
    Codec(np.generic, lambda v: (v.dtype.str, v.tobytes()), _scalar, family=True),
    Codec(np.dtype, lambda v: (v.str,), np.dtype, family=True),
    Codec(np.random.Generator, _generator_parts, _generator, exact=False),
)
