"""A program that is looked at: its source, what its names mean, and how it can be changed."""

import ast
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from qspark.mistakes.infer import Inference
from qspark.mistakes.patterns import Match, Matcher, written
from qspark.mistakes.source import Edit, Source
from qspark.mistakes.symbols import Index

# Modules that are imported whole, so that their functions are called as `qasm2.dumps`.
_WHOLE = ("qiskit.qasm2", "qiskit.qasm3", "qiskit.qpy", "qiskit.circuit.classical.expr")
_OTHER_FRAMEWORKS = frozenset(
    {"cirq", "pennylane", "pyquil", "braket", "projectq", "qutip", "pytket"}
)


@dataclass(frozen=True, order=True)
class Import:
    """`from module import name as alias`, or `import module as alias` without a name."""

    module: str
    name: str = ""
    alias: str = ""

    @property
    def local(self) -> str:
        """The name that it binds."""
        return self.alias or self.name or self.module.partition(".")[0]

    def __str__(self) -> str:
        alias = f" as {self.alias}" if self.alias and self.alias != self.name else ""
        if self.name:
            return f"from {self.module} import {self.name}{alias}"
        return f"import {self.module}{alias}"


@dataclass(frozen=True)
class Fix:
    """Edits that mend one finding, and the imports that they need.

    A `late` one changes an import, and waits until nothing else is to be mended: what is recognised
    by that import would not be any more.
    """

    edits: tuple[Edit, ...]
    imports: tuple[Import, ...] = ()
    safe: bool = True
    late: bool = False


@dataclass(frozen=True)
class Finding:
    """A mistake at a place of a text: characters `start` to `end`, line and column from 1."""

    id: str
    severity: Literal["error", "warning"]
    message: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    fix: Fix | None = field(default=None, compare=False)
    suggestion: str = ""


class Program:
    """One source text with what is known of it. Raises SourceError.

    In the lines of `loose` a hole whose class is not known is accepted: an exception has told what
    it is.
    """

    def __init__(
        self, text: str, index: Index, name: str = "<text>", loose: frozenset[int] = frozenset()
    ):
        self.source = Source(text, name)
        self.index = index
        self.inference = Inference(self.source.tree, index)
        self.loose = loose

    @cached_property
    def top_imports(self) -> dict[str, str]:
        """Names that are imported at the top level, and their paths."""
        found = {}
        for statement in self.source.tree.body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                for alias in statement.names:
                    local = (alias.asname or alias.name).partition(".")[0]
                    if local in self.inference.imports:
                        found[local] = self.inference.imports[local]
        return found

    @cached_property
    def uses_qiskit(self) -> bool:
        """Whether it imports Qiskit, and no other framework whose methods have the same names."""
        roots = {path.partition(".")[0] for path in self.inference.imports.values()}
        return bool(roots & {"qiskit", "qiskit_aer", "qiskit_ibm_runtime"}) and not (
            roots & _OTHER_FRAMEWORKS
        )

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree."""
        return list(ast.walk(self.source.tree))

    @cached_property
    def calls(self) -> list[ast.Call]:
        """Every call."""
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    @cached_property
    def reads(self) -> list[ast.Name]:
        """Every name that is read."""
        return [
            node
            for node in self.nodes
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        ]

    @cached_property
    def statements(self) -> dict[ast.expr, ast.Expr]:
        """Expressions that are statements of their own."""
        return {node.value: node for node in self.nodes if isinstance(node, ast.Expr)}

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node."""
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    def matcher(self, loose: bool) -> Matcher:
        """A matcher of patterns; with `loose`, a class that is not known is no obstacle."""

        def accepts(node: ast.expr, wanted: str) -> bool:
            return self.accepts(node, wanted, loose)

        return Matcher(self.inference, accepts)

    def accepts(self, node: ast.expr, wanted: str, loose: bool = False) -> bool:
        """Whether an expression is what a pattern wants: classes, or a condition.

        Conditions: `int`, `float` and `str` literals; circuits that are `measured`, `unmeasured`,
        `unbound` (a free parameter), `isa` (transpiled), `controlled` (with control flow).
        """
        value = self.inference.of(node)
        facts = self.inference.facts.get(node)
        match wanted:
            case "int":
                return isinstance(value.constant, int) and not isinstance(value.constant, bool)
            case "float":
                return isinstance(value.constant, float)
            case "str":
                return isinstance(value.constant, str)
            case "measured":
                return facts is not None and facts.measured is True
            case "unmeasured":
                return facts is not None and facts.measured is False
            case "unbound":
                return facts is not None and facts.bound is False
            case "isa":
                return facts is not None and facts.isa is True
            case "controlled":
                return facts is not None and facts.dynamic is True and self._has_flow(node)
        for one in wanted.split("|"):
            if self.inference.is_a(value, one):
                return True
        known = value.kind or value.origin or value.constant is not None or value.items is not None
        return not known and (
            (loose and self.uses_qiskit) or getattr(node, "lineno", 0) in self.loose
        )

    def _has_flow(self, circuit: ast.expr) -> bool:
        """Whether a method of control flow is called on a circuit of this name."""
        flow = ("if_test", "while_loop", "for_loop", "switch", "if_else")
        return any(
            isinstance(node, ast.Attribute)
            and node.attr in flow
            and ast.dump(node.value) == ast.dump(circuit)
            for node in self.nodes
        )

    def finding(
        self, id: str, severity: Literal["error", "warning"], message: str, node: ast.AST,
        fix: Fix | None = None, suggestion: str = "",
    ) -> Finding:  # fmt: skip
        """A finding at a node."""
        start, end = self.source.span(node)
        line, column = self.source.place(start)
        end_line, end_column = self.source.place(end)
        return Finding(
            id, severity, message, start, end, line, column, end_line, end_column, fix, suggestion
        )

    # Writing

    def write(self, template: str, match: Match) -> tuple[str, tuple[Import, ...]]:
        """A template filled from a match, and the imports that it needs."""
        needed: list[Import] = []

        def name_of(path: str) -> str:
            text, new = self.name_of(path)
            if new is not None:
                needed.append(new)
            return text

        return written(template, match, self.source, name_of), tuple(needed)

    def name_of(self, path: str) -> tuple[str, Import | None]:
        """How the program writes a dotted path, and the import that it lacks for that."""
        if path == "math.pi":
            return self._pi()
        for whole in _WHOLE:
            if path == whole or path.startswith(whole + "."):
                module, _, name = whole.rpartition(".")
                text, new = self._named(whole, module, name)
                return text + path[len(whole) :], new
        owner, attributes = path, ""
        while not self._importable(owner):
            owner, _, last = owner.rpartition(".")
            attributes = f".{last}{attributes}"
        module, _, name = owner.rpartition(".")
        text, new = self._named(owner, module, name)
        return text + attributes, new

    def _importable(self, path: str) -> bool:
        """Whether `from a.b import c` works for a path a.b.c: a.b is a module."""
        module, _, _ = path.rpartition(".")
        return module in self.index.modules or "." not in module

    def _named(self, path: str, module: str, name: str) -> tuple[str, Import | None]:
        at = self.index.resolve(path)
        if name not in self.top_imports and at and self.inference.starred.get(name) == path:
            return name, None
        for local, known in self.top_imports.items():
            if known == path or (at and self.index.resolve(known) == at):
                return local, None
        for local, known in self.top_imports.items():
            if known == module and local == module:
                return f"{local}.{name}", None
        if name in self.inference.bound:
            return f"qiskit_{name}", Import(module, name, f"qiskit_{name}")
        return name, Import(module, name)

    def _pi(self) -> tuple[str, Import | None]:
        for local, path in self.top_imports.items():
            if path in ("math.pi", "numpy.pi"):
                return local, None
        for local, path in self.top_imports.items():
            if path in ("math", "numpy"):
                return f"{local}.pi", None
        if "pi" in self.inference.bound:
            return "math.pi", Import("math")
        return "pi", Import("math", "pi")
