"""Calls to functions, as they stand in a repository.

Arguments are source text. What is taken from a repository is taken only where it is made of
literals, arithmetic and constructors of a fixed list, so that it means the same on its own and
does nothing else.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from qspark.tasks.syntax import parse

_FROM = {
    "qiskit": "QuantumCircuit QuantumRegister ClassicalRegister",
    "qiskit.circuit": "Parameter ParameterVector",
    "qiskit.circuit.library": "HGate XGate YGate ZGate SGate TGate SXGate RXGate RYGate RZGate "
    "PhaseGate CXGate CZGate SwapGate CCXGate UnitaryGate",
    "qiskit.quantum_info": "SparsePauliOp Pauli PauliList Statevector Operator DensityMatrix",
    "qiskit.providers.fake_provider": "GenericBackendV2",
    "qiskit.transpiler": "CouplingMap",
    "qiskit_aer": "AerSimulator",
    "qiskit_ibm_runtime.fake_provider": "FakeManilaV2 FakeVigoV2 FakeLimaV2 FakeSherbrooke",
}
_HOMES = {name: module for module, names in _FROM.items() for name in names.split()}
_BUILTINS = frozenset({
    "range", "list", "tuple", "dict", "set", "int", "float", "complex", "str", "abs", "min", "max",
    "len", "sum",
})  # fmt: skip
_MODULES = {"np": "import numpy as np", "numpy": "import numpy as np", "math": "import math"}
_OF_MODULE = frozenset({
    "pi", "e", "sqrt", "array", "arange", "linspace", "zeros", "ones", "eye", "identity", "sin",
    "cos", "exp", "diag", "kron", "arccos",
})  # fmt: skip
_LONGEST = 300


@dataclass(frozen=True)
class Call:
    """Arguments of one call, as (name or "", source); `found` where the repository has it."""

    given: tuple[tuple[str, str], ...]
    found: bool = False

    @cached_property
    def source(self) -> str:
        """What stands between the parentheses."""
        return ", ".join(f"{name}={text}" if name else text for name, text in self.given)

    @cached_property
    def _tree(self) -> ast.AST:
        return ast.parse(f"f({self.source})")

    @cached_property
    def imports(self) -> frozenset[str]:
        """The import lines that the arguments need."""
        names = {node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name)}
        lines = {_MODULES[name] for name in names if name in _MODULES}
        return frozenset(lines | {f"from {_HOMES[n]} import {n}" for n in names if n in _HOMES})

    @cached_property
    def makes_circuits(self) -> bool:
        """Whether an argument is made by the helper `circuit`."""
        return any(isinstance(n, ast.Name) and n.id == "circuit" for n in ast.walk(self._tree))


def calls_in(tree: ast.Module, names: Iterable[str] | None = None) -> dict[str, list[Call]]:
    """The calls in a module whose arguments are safe to take, by the name of what is called.

    A variable that holds a safe value where the call stands is replaced by it.
    """
    wanted = None if names is None else set(names)
    found: dict[str, list[Call]] = {}
    scopes = [n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.FunctionDef)]
    values = _values(tree, {})
    for scope in scopes:
        known = values if isinstance(scope, ast.Module) else _values(scope, values)
        for node in _own_nodes(scope):
            if not isinstance(node, ast.Call):
                continue
            target = node.func
            name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "")
            if not name or (wanted is not None and name not in wanted):
                continue
            given = [("", safe(value, known)) for value in node.args]
            given += [(key.arg or "**", safe(key.value, known)) for key in node.keywords]
            if all(text and key != "**" for key, text in given):
                found.setdefault(name, []).append(Call(tuple(given), found=True))
    return found


def doctest_calls(docstring: str, name: str) -> list[Call]:
    """Calls of a function in the examples of its docstring."""
    lines = [line.strip() for line in docstring.splitlines()]
    source = "\n".join(re.sub(r"^(>>>|\.\.\.) ?", "", n) for n in lines if n[:3] in (">>>", "..."))
    tree = parse(source)
    return calls_in(tree, [name]).get(name, []) if tree else []


def safe(node: ast.expr, known: Mapping[str, str]) -> str:
    """The source of an argument that means the same anywhere and only makes a value; else ""."""
    try:
        text = ast.unparse(_checked(node, known))
    except (_Unsafe, RecursionError, ValueError):
        return ""
    return text if len(text) <= _LONGEST else ""


class _Unsafe(Exception):
    pass


def _checked(node: ast.expr, known: Mapping[str, str], depth: int = 0) -> ast.expr:
    def inner(child: ast.expr) -> ast.expr:
        if depth > 8:
            raise _Unsafe
        return _checked(child, known, depth + 1)

    match node:
        case ast.Constant(value=value) if not isinstance(value, bytes) and value is not ...:
            return node
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, inner(operand))
        case ast.BinOp(left=left, op=op, right=right) if not isinstance(op, ast.Pow | ast.LShift):
            return ast.BinOp(inner(left), op, inner(right))
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int(power))) if power < 9:
            return ast.BinOp(inner(left), ast.Pow(), node.right)
        case ast.List(elts=items):
            return ast.List(list(map(inner, items)), ast.Load())
        case ast.Tuple(elts=items):
            return ast.Tuple(list(map(inner, items)), ast.Load())
        case ast.Set(elts=items):
            return ast.Set(list(map(inner, items)))
        case ast.Dict(keys=keys, values=values) if all(keys):
            return ast.Dict([inner(k) for k in keys if k], list(map(inner, values)))
        case ast.Name(id=name) if name in known:
            return ast.parse(known[name], mode="eval").body
        case ast.Attribute(value=ast.Name(id="np" | "numpy" | "math" as module), attr=name):
            if name in _OF_MODULE:
                return ast.Attribute(ast.Name("math" if module == "math" else "np"), name)
        case ast.Call(func=target, args=args, keywords=keys) if all(key.arg for key in keys):
            made = [ast.keyword(key.arg, inner(key.value)) for key in keys]
            return ast.Call(_maker(target), list(map(inner, args)), made)
    raise _Unsafe


def _maker(node: ast.expr) -> ast.expr:
    """What may be called to make an argument."""
    match node:
        case ast.Name(id=name) if name in _HOMES or name in _BUILTINS:
            return node
        case ast.Attribute(value=ast.Name(id="np" | "numpy" | "math" as module), attr=name):
            if name in _OF_MODULE:
                return ast.Attribute(ast.Name("math" if module == "math" else "np"), name)
        case ast.Attribute(
            value=ast.Name(id=owner), attr="from_label" | "from_list" | "from_int" as name
        ):
            if owner in _HOMES:
                return ast.Attribute(ast.Name(owner), name)
        case ast.Attribute(value=ast.Name(), attr=name) if name in _HOMES:
            return ast.Name(name)
    raise _Unsafe


def _own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope without those of the functions in it."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _own_nodes(child)


def _values(scope: ast.AST, outer: Mapping[str, str]) -> dict[str, str]:
    """The names that a scope gives one safe value."""
    known, often = dict(outer), set[str]()
    for node in _own_nodes(scope):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                text = safe(node.value, known)
                if target.id in often or not text:
                    known.pop(target.id, None)
                else:
                    known[target.id] = text
                often.add(target.id)
    return known
