"""A file that somebody wrote, in the shape of an Instance: imports, signature, body, test."""

import ast
import hashlib
from copy import copy
from textwrap import dedent

from qspark.data.families.base import Instance
from qspark.mistakes.source import Source

# What any strict test must turn down: bodies of `def entry(*given, **named)`.
TRIVIAL = (
    "return None",
    "return given[0] if given else next(iter(named.values()), None)",
    "from qiskit import QuantumCircuit\n    return QuantumCircuit(1)",
    "from qiskit import QuantumCircuit\n    return QuantumCircuit(2)",
    "from qiskit import QuantumCircuit\n    return QuantumCircuit(3)",
    "return 0",
    "return 1.0",
    "return True",
    "return ''",
    "return []",
    "return {}",
)


def trivial_answers(entry_point: str) -> list[str]:
    """Programs that answer without looking at what is asked."""
    return [f"def {entry_point}(*given, **named):\n    {body}\n" for body in TRIVIAL]


def shaped(
    program: str, entry_point: str, asks: tuple[str, ...], test: str, check: str = "check"
) -> Instance:
    """The instance of a solution and its test, both whole files that parse.

    The solution's docstring is dropped. Where the file is more than imports and one plain
    function, the instance has no signature. `test` defines `check(candidate)`, and may be "".
    """
    source = Source(program)
    imports = [n for n in source.tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    rest = [n for n in source.tree.body if n not in imports]
    head = "\n".join(map(source.segment, imports))
    one = rest[0] if len(rest) == 1 else None
    body = inner(test, check) if test else ""
    if isinstance(one, ast.FunctionDef) and not one.decorator_list and one.name == entry_point:
        signature = f"({ast.unparse(one.args)})"
        if one.returns is not None:
            signature += f" -> {ast.unparse(one.returns)}"
        statements = _undocumented(one)
        for text in (_text(source, statements), "\n".join(map(ast.unparse, statements))):
            made = Instance(entry_point, asks, head, signature, text, body)
            if _same(made.solution(), program, entry_point):
                return made
    whole = "\n\n\n".join(
        _function(source, node)
        if node in rest and _is(node, entry_point)
        else segment(source, node)
        for node in rest
    )
    return Instance(entry_point, asks, head, "", whole, body)


def key_of(instance: Instance) -> str:
    """The hash that names a task: of its solution and its test."""
    said = f"{instance.solution()}\0{instance.check()}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


def inner(test: str, check: str = "check") -> str:
    """The body of `check(candidate)` with all that stands around it in a test file put inside."""
    tree = ast.parse(test)
    around = [n for n in tree.body if not _is(n, check)]
    own = next(n for n in tree.body if _is(n, check))
    assert isinstance(own, ast.FunctionDef)
    first = [n for n in around if isinstance(n, ast.Import | ast.ImportFrom)]
    around = [n for n in around if n not in first and not _is_text(n)]
    return "\n".join(map(ast.unparse, [*first, *around, *_undocumented(own)]))


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _undocumented(function: ast.FunctionDef) -> list[ast.stmt]:
    documented = ast.get_docstring(function) is not None
    return (function.body[1:] if documented else function.body) or [ast.Pass()]


def _text(source: Source, statements: list[ast.stmt]) -> str:
    """The text of statements on lines of their own, comments and all, without indentation."""
    first, last = statements[0], statements[-1]
    if not hasattr(first, "lineno"):
        return "pass"
    start = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
    return dedent("".join(source.lines[start - 1 : last.end_lineno])).strip("\n")


def segment(source: Source, node: ast.stmt) -> str:
    """The text of a statement, decorators included."""
    decorators = getattr(node, "decorator_list", [])
    if not decorators:
        return source.segment(node)
    start = source.offset(min(d.lineno for d in decorators), 0)
    return source.text[start : source.span(node)[1]]


def _function(source: Source, node: ast.stmt) -> str:
    """A definition without its docstring."""
    text = segment(source, node)
    if not isinstance(node, ast.FunctionDef) or ast.get_docstring(node) is None:
        return text
    if len(node.body) == 1:
        return ast.unparse(_with_body(node))
    start, end = source.span(node.body[0])[0], source.offset(node.body[1].lineno, 0)
    if node.body[1].lineno == node.body[0].end_lineno:
        return ast.unparse(_with_body(node))
    line = source.offset(node.body[0].lineno, 0)
    if source.text[line:start].strip():
        return ast.unparse(_with_body(node))
    begin = source.offset(min([node.lineno, *(d.lineno for d in node.decorator_list)]), 0)
    return source.text[begin:line] + source.text[end : source.span(node)[1]]


def _with_body(node: ast.FunctionDef) -> ast.FunctionDef:
    bare = copy(node)
    bare.body = _undocumented(node)
    return ast.fix_missing_locations(bare)


def _same(made: str, program: str, entry_point: str) -> bool:
    """Whether two programs are the same but for imports' places and the entry point's docstring."""
    return _form(made, entry_point) == _form(program, entry_point)


def _form(program: str, entry_point: str) -> list[str]:
    tree = ast.parse(program)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == entry_point:
            node.body = _undocumented(node)
    return [
        ast.dump(node) for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)
    ]
