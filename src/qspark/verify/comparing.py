"""What a program answered, compared with the reference, in the process of the test.

Only what crossed the line is looked at, once the verdict is out, and by code that the program
cannot reach; the reference runs here, where no code of the program ever does.
"""

from collections.abc import Mapping
from numbers import Complex, Real
from typing import Any

from qiskit import QuantumCircuit

from qspark.verify.checks import execute, reseed
from qspark.verify.closeness import closeness
from qspark.verify.codec import CannotCross, Coder, Handles, replay
from qspark.verify.peer import Peer

_FILE = "<reference>"
_RAISED = object()


def compared(
    reference: str, entry_point: str, coder: Coder, peer: Peer, outcome: dict[str, Any]
) -> dict[str, Any] | None:
    """The fields of a Comparison over the calls that `peer` has heard; `outcome` is the test's.

    What has passed is close: only the sizes of its circuits are compared then. None: the reference
    does not run, or none of the calls can be looked at.
    """
    passed = outcome["status"] == "pass"
    if peer.unbridged or outcome["stage"] == "run":
        return {"answered": False, "same_type": False}
    calls = list(peer.heard or ())
    reseed(reference)
    made, _ = execute(reference, entry_point, _FILE, lambda stage: None)
    if made is None:
        return None
    found: list[dict[str, Any]] = []
    for request, answer in calls[-1:] if passed else calls:
        try:
            one = _one(made.__dict__[entry_point], coder, request, answer, passed)
        except CannotCross:
            continue
        found += [one] if one else []
    if not found:
        return None
    known = [one["closeness"] for one in found if one["closeness"] is not None]
    every = {name: all(one[name] for one in found) for name in ("answered", "same_type")}
    least = min(known) * all(every.values()) if known else None
    return {**found[-1], **every, "closeness": least}


def _one(
    reference: Any, coder: Coder, request: bytes, answer: bytes, passed: bool
) -> dict[str, Any] | None:
    """The fields of one call; None where the reference has no answer to it either."""
    value: Any
    args, value = _read(coder, request, answer)
    given, _ = _arguments(coder, request)
    wanted: Any
    try:
        wanted = reference(*given[0], **given[1])
    except Exception:
        return None
    if value is _RAISED:
        return {"answered": False, "same_type": False, "closeness": None}
    if wanted is None and value is None:
        wanted, value = ([*one[0], *one[1].values()] for one in (given, args))
    facts: dict[str, Any] = {"answered": True, "same_type": alike(value, wanted), "closeness": None}
    if isinstance(value, QuantumCircuit) and isinstance(wanted, QuantumCircuit):
        facts["depth"] = (value.depth(), wanted.depth())
        facts["gates"] = tuple(sum(one.count_ops().values()) for one in (value, wanted))
    if not passed:
        before, _ = _arguments(coder, request)
        facts["closeness"] = closeness(value, wanted, [*before[0], *before[1].values()])
    return facts


Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def _arguments(coder: Coder, request: bytes) -> tuple[Arguments, list[Any]]:
    """The arguments of a call, as they were when it was made, and the objects met in them."""
    (_, _, args, kwargs, _), met, _ = coder.unpack(request, Handles())
    return (args, kwargs), met


def _read(coder: Coder, request: bytes, answer: bytes) -> tuple[Arguments, Any]:
    """The arguments after a call, and what it returned: _RAISED where that is no value."""
    (args, kwargs), met = _arguments(coder, request)
    said, _, _ = coder.unpack(answer, Handles(), met)
    if said[0] != "ok":
        return (args, kwargs), _RAISED
    _, value, changed = said
    if changed is not None:
        now, _, _ = coder.unpack(changed, Handles())
        before, after = (*args, *kwargs.values()), (*now[0], *now[1].values())
        for old, new in zip(before, after, strict=False):
            replay(old, new)
    return (args, kwargs), value


def alike(value: Any, reference: Any) -> bool:
    """Whether two values are of one kind: a class and its subclass, numbers, or mappings.

    Items count, as far as both have them.
    """
    kinds = type(value), type(reference)
    if bool in kinds:
        return kinds[0] is kinds[1]
    for group in (Real, Complex):
        if isinstance(reference, group):
            return isinstance(value, group)
    if isinstance(reference, Mapping) and isinstance(value, Mapping):
        shared = [key for key in reference if key in value]
        return all(alike(value[key], reference[key]) for key in shared)
    if not (issubclass(kinds[0], kinds[1]) or issubclass(kinds[1], kinds[0])):
        return False
    if isinstance(reference, list | tuple):
        return all(alike(a, b) for a, b in zip(value, reference, strict=False))
    return True
