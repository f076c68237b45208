"""Reading a program in its order, to know what its names refer to and what its values are.

Light type inference within one file: imports, assignments, constructor calls, annotations. Branches
keep what holds on every way; loop bodies are read twice, so that what an iteration changes is
known at its start; functions are read after the module. Where in doubt a value is unknown.
"""

import ast
from collections.abc import Callable

from qspark.mistakes.calls import called
from qspark.mistakes.classes import Classes
from qspark.mistakes.scopes import BUILTINS, Scope, Scopes, State, bindings
from qspark.mistakes.symbols import Index
from qspark.mistakes.values import FORMERLY, GUESSES, UNKNOWN, Circuit, Value

_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_PLAIN = ("object", "list", "dict", "set", "tuple", "open")


class Inference(Scopes, Classes):
    """What each expression of a tree is; `values` maps nodes to Values."""

    def __init__(self, tree: ast.Module, index: Index):
        Scopes.__init__(self)
        Classes.__init__(self, index)
        self.values: dict[ast.AST, Value] = {}
        self.facts: dict[ast.AST, Circuit] = {}  # of circuits, as they are where the node stands
        self.imports: dict[str, str] = {}  # local name -> dotted path, at any level
        self.own: set[str] = set(_PLAIN)  # classes whose instances have nothing of Qiskit's
        self.star = False
        self.starred: dict[str, str] = {}  # names that a star import brings or used to bring
        self.missing: list[ast.Name] = []  # names that nothing in the file binds
        self.bound = set(bindings(tree))
        self._later: list[tuple[ast.AST, list[Scope]]] = []
        self._block(tree.body)
        while self._later:
            function, scopes = self._later.pop(0)
            self._scopes = scopes
            self._function(function)

    def of(self, node: ast.AST) -> Value:
        """What is known of an expression."""
        return self.values.get(node, UNKNOWN)

    # Names

    def _bind(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self._scopes[-1][target.id] = value
            self.values[target] = value
        elif isinstance(target, ast.Tuple | ast.List):
            items = value.items if value.items and len(value.items) == len(target.elts) else None
            for place, element in enumerate(target.elts):
                self._bind(element, items[place] if items else self.element(value))
        elif isinstance(target, ast.Starred):
            self._bind(target.value, UNKNOWN)
        else:
            self.read(target)

    # Statements

    def _block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import():
                for alias in node.names:
                    name = alias.asname or alias.name.partition(".")[0]
                    path = alias.name if alias.asname else name
                    self._import(name, path)
            case ast.ImportFrom():
                for alias in node.names:
                    if alias.name == "*":
                        self.star = True
                        self._star_import(node.module or "")
                    elif not node.level and node.module:
                        self._import(alias.asname or alias.name, f"{node.module}.{alias.name}")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for part in [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]:
                    if part is not None:
                        self.read(part)
                self._scopes[-1][node.name] = Value()
                self._later.append((node, list(self._scopes)))
            case ast.ClassDef():
                for part in [*node.bases, *node.decorator_list]:
                    self.read(part)
                bases = [self.of(base).origin for base in node.bases]
                if not any(base.startswith("qiskit") for base in bases):
                    self.own.add(node.name)
                self._scopes[-1][node.name] = Value()
                self._scopes.append({})
                self._block(node.body)
                self._scopes.pop()
            case ast.Assign():
                value = self.read(node.value)
                for target in node.targets:
                    self._bind(target, value)
            case ast.AnnAssign():
                self.read(node.annotation)
                value = self.read(node.value) if node.value else UNKNOWN
                kind = self._annotated(node.annotation)
                known = Value(kind=kind) if kind and not value.kind else value
                self._bind(node.target, known)
            case ast.AugAssign():
                self.read(node.value)
                known = self.read(node.target)
                added = Value(kind=known.kind, circuit=Circuit()) if known.circuit else UNKNOWN
                self._bind(node.target, added)
            case ast.For() | ast.AsyncFor():
                iterated = self.read(node.iter)
                self._repeated(node.body, lambda: self._bind(node.target, self.element(iterated)))
                self._block(node.orelse)
            case ast.While():
                self.read(node.test)
                self._repeated(node.body, lambda: self.read(node.test))
                self._block(node.orelse)
            case ast.If():
                self.read(node.test)
                self._branches([node.body, node.orelse])
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    value = self.read(item.context_expr)
                    if item.optional_vars is not None:
                        self._bind(item.optional_vars, value)
                self._block(node.body)
            case ast.Try() | ast.TryStar():
                self._branches([node.body, *(h.body for h in node.handlers), []])
                self._block(node.orelse)
                self._block(node.finalbody)
            case ast.Match():
                self.read(node.subject)
                self._branches([case.body for case in node.cases] + [[]])
            case ast.Delete():
                for target in node.targets:
                    self._bind(target, UNKNOWN)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.read(child)

    def _import(self, name: str, path: str) -> None:
        self.imports.setdefault(name, path)
        self._scopes[-1][name] = Value(origin=path)

    def _star_import(self, module: str) -> None:
        names = [n for n in self.index.modules.get(module, {}) if not n.startswith("_")]
        for name in [*names, *(FORMERLY if module == "qiskit" else ())]:
            path = f"{module}.{name}"
            self.starred[name] = path
            self._scopes[-1].setdefault(name, Value(origin=path))

    def _function(self, node: ast.AST) -> None:
        assert isinstance(node, _FUNCTION | ast.Lambda)
        self._scopes.append({})
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        for argument in every:
            kind = self._annotated(argument.annotation) if argument.annotation else ""
            if argument.annotation is not None:
                self.read(argument.annotation)
            guessed = "" if kind or argument.annotation else GUESSES.get(argument.arg, "")
            circuit = Circuit() if (kind or guessed).endswith("QuantumCircuit") else None
            self._scopes[-1][argument.arg] = Value(
                kind=kind or guessed, guess=bool(guessed), circuit=circuit
            )
        for extra in (arguments.vararg, arguments.kwarg):
            if extra is not None:
                self._scopes[-1][extra.arg] = Value()
        if isinstance(node, ast.Lambda):
            self.read(node.body)
        else:
            if node.returns is not None:
                self.read(node.returns)
            self._block(node.body)
        self._scopes.pop()

    def _branches(self, bodies: list[list[ast.stmt]]) -> None:
        """Read alternatives; keep what holds after each of them that goes on."""
        before = self._state()
        after: list[State] = []
        for body in bodies:
            self._restore(before)
            self._block(body)
            if not (body and isinstance(body[-1], ast.Return | ast.Raise | ast.Continue)):
                after.append(self._state())
        if not after:
            after = [before]
        self._restore(after[0])
        for other in after[1:]:
            self._merge(other)

    def _repeated(self, body: list[ast.stmt], start: Callable[[], object]) -> None:
        before = self._state()
        start()
        self._block(body)
        self._merge(before)
        start()
        self._block(body)
        self._merge(before)

    # Expressions

    def read(self, node: ast.expr) -> Value:
        """What an expression is where it stands, which is kept for it."""
        value = self._evaluated(node)
        self.values[node] = value
        if value.circuit is not None:
            self.facts[node] = value.circuit.copy()
        return value

    def _evaluated(self, node: ast.expr) -> Value:
        match node:
            case ast.Name():
                value = self._lookup(node.id)
                if node.id not in self.bound and node.id not in BUILTINS:
                    if node not in self.missing:
                        self.missing.append(node)
                return value
            case ast.Constant():
                return Value(
                    constant=node.value,
                    node=node,
                    kind="str" if isinstance(node.value, str) else "",
                )
            case ast.Attribute():
                return self._attribute(self.read(node.value), node)
            case ast.Subscript():
                base, place = self.read(node.value), self.read(node.slice)
                if base.items is not None and isinstance(place.constant, int):
                    try:
                        item = base.items[place.constant]
                    except IndexError:
                        return UNKNOWN
                    if not base.kind:
                        return item
                    return Value(kind=self.member_kind(base.kind, "[]"), items=[item])
                return Value(kind=self.member_kind(base.kind, "[]"))
            case ast.Call():
                return called(self, node)
            case ast.List() | ast.Tuple():
                items = [self.read(element) for element in node.elts]
                starred = any(isinstance(element, ast.Starred) for element in node.elts)
                return Value(items=None if starred else items, node=node)
            case ast.UnaryOp(op=ast.USub()):
                value = self.read(node.operand)
                if isinstance(value.constant, int | float):
                    return Value(constant=-value.constant, node=node)
                return UNKNOWN
            case ast.IfExp():
                self.read(node.test)
                one, two = self.read(node.body), self.read(node.orelse)
                return one if one.kind == two.kind else UNKNOWN
            case ast.NamedExpr():
                value = self.read(node.value)
                self._bind(node.target, value)
                return value
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self._scopes.append({})
                for generator in node.generators:
                    self._bind(generator.target, self.element(self.read(generator.iter)))
                    for condition in generator.ifs:
                        self.read(condition)
                parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                for part in parts:
                    if part is not None:
                        self.read(part)
                self._scopes.pop()
                return UNKNOWN
            case ast.Lambda():
                self._later.append((node, [dict(scope) for scope in self._scopes]))
                return UNKNOWN
            case ast.JoinedStr():
                for child in ast.walk(node):
                    if isinstance(child, ast.FormattedValue):
                        self.read(child.value)
                return Value(kind="str")
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.read(child)
                return UNKNOWN

    def _attribute(self, base: Value, node: ast.Attribute) -> Value:
        if base.origin and not base.kind:
            path = f"{base.origin}.{node.attr}"
            return Value(origin=path)
        if not base.kind:
            return UNKNOWN
        found = Value(
            kind=self.member_kind(base.kind, node.attr), guess=base.guess, items=base.items
        )
        if found.kind in ("SamplerData", "EstimatorData", "CircuitData", "QubitList", "ClbitList"):
            found.circuit = base.circuit
        return found

    def _annotated(self, node: ast.expr) -> str:
        """The class that an annotation names."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                return ""
        value = self._evaluated(node) if isinstance(node, ast.Name | ast.Attribute) else UNKNOWN
        at = self.index.resolve(value.origin) if value.origin else ""
        if at in self.index.classes:
            return at
        return ""
