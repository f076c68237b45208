"""Code for several versions: what stands under a `try`, a `hasattr` or a test of the version."""

import ast

from qspark.mistakes.program import Finding, Program

# What a name that is not there raises.
_ABSENT = {"ImportError", "ModuleNotFoundError", "AttributeError", "NameError", "TypeError"}
_GIVING_UP = {"print", "exit", "quit"}


def excused(program: Program) -> list[tuple[int, int]]:
    """The spans of text in which an old name is one of several that are tried.

    They are a `try` whose handler for a missing name does something else, that handler, and both
    branches of an `if` that asks for an attribute or a version.
    """
    spans = []
    for node in program.nodes:
        match node:
            case ast.Try():
                handlers = [h for h in node.handlers if _catches_absence(h) and not _gives_up(h)]
                if handlers:
                    spans += [program.source.span(s) for s in node.body]
                    spans += [program.source.span(s) for h in handlers for s in h.body]
            case ast.If() if _asks(node.test):
                spans += [program.source.span(s) for s in [*node.body, *node.orelse]]
            case ast.IfExp() if _asks(node.test):
                spans += [program.source.span(node.body), program.source.span(node.orelse)]
    return spans


def narrowed(program: Program) -> list[tuple[int, int]]:
    """The spans in which a condition has told what class or kind of operation is at hand.

    A delay has a duration and a control-flow operation a condition, which other operations lack.
    """
    spans = []
    for node in program.nodes:
        match node:
            case ast.If() if _tells_kind([node.test]):
                spans += [program.source.span(s) for s in [*node.body, *node.orelse]]
            case ast.IfExp() if _tells_kind([node.test]):
                spans += [program.source.span(node.body), program.source.span(node.orelse)]
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() if _tells_kind(
                [test for loop in node.generators for test in loop.ifs]
            ):
                spans.append(program.source.span(node.elt))
    return spans


def is_excused(finding: Finding, spans: list[tuple[int, int]]) -> bool:
    """Whether a finding of a name or a call, not of a wrong value, lies in one of the spans."""
    return finding.id[0] != "S" and any(s <= finding.start < e for s, e in spans)


def is_guarded(program: Program, node: ast.AST) -> bool:
    """Whether a `try` with a handler, or a `hasattr`, stands around a node."""
    parent = program.parents.get(node)
    while parent is not None:
        if isinstance(parent, ast.Try):
            return any(
                handler.type is None
                or "Error" in ast.dump(handler.type)
                or "Exception" in ast.dump(handler.type)
                for handler in parent.handlers
            )
        if isinstance(parent, ast.If | ast.IfExp) and _asks(parent.test):
            return True
        parent = program.parents.get(parent)
    return False


def in_try(program: Program, node: ast.AST) -> bool:
    """Whether a statement is in a `try`: to take it away may choose another branch."""
    parent = program.parents.get(node)
    while parent is not None and not isinstance(parent, ast.Try):
        parent = program.parents.get(parent)
    return parent is not None


def _catches_absence(handler: ast.ExceptHandler) -> bool:
    caught = ast.walk(handler.type) if handler.type else ()
    return any(isinstance(n, ast.Name) and n.id in _ABSENT for n in caught)


def _gives_up(handler: ast.ExceptHandler) -> bool:
    """Whether a handler only says so, or ends the program."""

    def ends(statement: ast.stmt) -> bool:
        match statement:
            case ast.Raise() | ast.Pass():
                return True
            case ast.Expr(value=ast.Constant()):
                return True
            case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
                return name in _GIVING_UP
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))):
                return name in {"exit", "error", "warning", "exception", "warn", "info", "debug"}
        return False

    return all(ends(statement) for statement in handler.body)


def _tells_kind(tests: list[ast.expr]) -> bool:
    """Whether a condition asks for a class, or compares a name."""
    for node in (node for test in tests for node in ast.walk(test)):
        match node:
            case ast.Call(func=ast.Name(id="isinstance")):
                return True
            case ast.Compare(left=ast.Attribute(attr="name")):
                return True
    return False


def _asks(test: ast.expr) -> bool:
    """Whether a condition asks for an attribute or a version."""
    for node in ast.walk(test):
        name = node.id if isinstance(node, ast.Name) else ""
        name = node.attr if isinstance(node, ast.Attribute) else name
        if name == "hasattr" or "version" in name.lower():
            return True
    return False
