"""The names of a program while it is read, and the ways that it may take.

Branches keep what holds on every way.
"""

import ast
import builtins
from collections.abc import Iterator

from qspark.mistakes.values import UNKNOWN, Circuit, Value

BUILTINS = frozenset(dir(builtins)) | {
    "__file__", "__name__", "__doc__", "display", "get_ipython", "__annotations__",
}  # fmt: skip

Scope = dict[str, Value]
State = tuple[list[Scope], dict[int, Circuit]]


class Scopes:
    """What names are bound to, innermost scope last, and copies of that to come back to."""

    def __init__(self) -> None:
        self._scopes: list[Scope] = [{}]
        self._alive: list[Circuit] = []  # so that an id is of one circuit only

    def _lookup(self, name: str) -> Value:
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return UNKNOWN

    def _state(self) -> State:
        scopes = [dict(scope) for scope in self._scopes]
        known = {
            id(value.circuit): value.circuit
            for scope in scopes
            for value in scope.values()
            if value.circuit is not None
        }
        self._alive.extend(known.values())
        return scopes, {key: circuit.copy() for key, circuit in known.items()}

    def _restore(self, state: State) -> None:
        scopes, known = state
        for mine, theirs in zip(self._scopes, scopes, strict=True):
            mine.clear()
            mine.update(theirs)
        for scope in self._scopes:
            for value in scope.values():
                if value.circuit is not None and id(value.circuit) in known:
                    value.circuit.__dict__.update(known[id(value.circuit)].__dict__)

    def _merge(self, state: State) -> None:
        scopes, known = state
        for mine, theirs in zip(self._scopes, scopes, strict=True):
            for name in set(mine) | set(theirs):
                one, two = mine.get(name), theirs.get(name)
                if one is None or two is None:
                    mine[name] = one or two or UNKNOWN
                elif one is not two and (one.kind, one.origin) != (two.kind, two.origin):
                    mine[name] = UNKNOWN
                elif one is not two:
                    circuit = one.circuit.copy() if one.circuit else None
                    if circuit and two.circuit:
                        circuit.merge(two.circuit)
                    mine[name] = Value(one.origin, one.kind, one.guess, circuit)
        for scope in self._scopes:
            for value in scope.values():
                if value.circuit is not None and id(value.circuit) in known:
                    value.circuit.merge(known[id(value.circuit)])


def bindings(tree: ast.Module) -> Iterator[str]:
    """Every name that something in the file binds, in any scope."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                yield node.id
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg():
                yield node.arg
            case ast.alias():
                yield (node.asname or node.name).partition(".")[0]
            case ast.ExceptHandler() if node.name:
                yield node.name
            case ast.Global() | ast.Nonlocal():
                yield from node.names
            case ast.MatchAs() | ast.MatchStar() if node.name:
                yield node.name
            case ast.MatchMapping() if node.rest:
                yield node.rest
            case _:
                continue
