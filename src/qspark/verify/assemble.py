"""Putting a piece of code together with a task's prompt.

In completion form a piece is a whole function (it defines the entry point), or the body of one
with its indentation intact, lost on the first line, lost on all lines, or of another width. Each
reading is a source text; the first that is Python and fills the entry point's body is taken.
"""

import ast
import io
import tokenize
from collections.abc import Iterator

from qspark.tasks.syntax import fault, parse
from qspark.tasks.task import Task


def assemble(task: Task, piece: str) -> tuple[str, str]:
    """The program for a piece of code, and how it was read (empty when no reading is Python)."""
    readings = _readings(task, piece) if task.form == "completion" else _standalone(piece)
    first: str | None = None
    for how, source in readings:
        if _acceptable(source, task.entry_point, task.form == "completion"):
            return source, how
        first = source if first is None else first
    return first if first is not None else piece, ""


def defines(source: str, name: str) -> bool:
    """Whether a source text, however far it is indented, defines the name at its top level."""
    return any(_binds(parse(text), name) for _, text in _standalone(source))


def only_imports(source: str) -> bool:
    """Whether a source text consists of import statements."""
    tree = parse(source)
    return tree is not None and all(isinstance(s, ast.Import | ast.ImportFrom) for s in tree.body)


def given_names(task: Task) -> set[str]:
    """Names that the prompt of a task in completion form gives to what continues it."""
    tree = parse(task.prompt.rstrip() + "\n    pass\n") if task.form == "completion" else None
    names = set()
    for statement in tree.body if tree else []:
        names.update(_names(statement))
        if isinstance(statement, ast.Import | ast.ImportFrom):
            names.update((alias.asname or alias.name).split(".")[0] for alias in statement.names)
    return names


def _binds(tree: ast.Module | None, name: str) -> bool:
    return tree is not None and any(name in _names(statement) for statement in tree.body)


def _names(statement: ast.stmt) -> list[str]:
    """Names that a top-level statement defines."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _acceptable(source: str, entry_point: str, filled: bool) -> bool:
    """Whether the source compiles and, if `filled`, gives the entry point more than a docstring."""
    tree = parse(source)
    if tree is None or fault(source):
        return False
    if not filled:
        return True
    for statement in reversed(tree.body):
        if entry_point not in _names(statement):
            continue
        body = getattr(statement, "body", [])
        return isinstance(statement, ast.Assign) or not all(map(_is_docstring, body))
    return False


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _standalone(piece: str) -> Iterator[tuple[str, str]]:
    """The piece as a module of its own: as it stands, or moved to the left."""
    yield "as-is", piece
    body = _dedented(piece)
    if body is not None and body != piece:
        yield "dedented", body


def _readings(task: Task, piece: str) -> Iterator[tuple[str, str]]:
    """Programs that the piece may stand for in completion form, best first."""
    preamble, signature, indent = _split_prompt(task)
    for how, source in _standalone(piece):
        if _binds(parse(source), task.entry_point):
            yield f"function-{how}", _with_preamble(preamble, source)
    glue = "" if piece.startswith("\n") or task.prompt.endswith("\n") else "\n"
    lines = piece.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first][:1] in (" ", "\t"):
        yield "body", task.prompt + glue + piece
    others = [line for line in lines[first + 1 :] if line.strip()]
    lost = [*lines[:first], indent + lines[first].lstrip(), *lines[first + 1 :]]
    with_first = ("body-first-line", task.prompt + glue + "\n".join(lost))
    body = _dedented(piece)
    if body is not None and any(line[0] not in " \t" for line in others):
        yield "body-indented", task.prompt + glue + _indented(body, indent)
    if others:
        yield with_first
    if body is not None:
        yield "body-indented", task.prompt + glue + _indented(body, indent)
    imports, rest = _leading_imports(lines)
    if imports and rest:
        known = _statements(preamble)
        fresh = [line for line in imports if not _statements(line) <= known]
        for how, source in _readings(task, "\n".join(rest)):
            if source.startswith(task.prompt):
                body = source[len(task.prompt) :]
                yield f"imports-{how}", "\n".join([*fresh, preamble, signature]) + body
    yield "body-raw", task.prompt + glue + piece


def _split_prompt(task: Task) -> tuple[str, str, str]:
    """The prompt before the entry point's definition, from there on, and its body's indentation."""
    tree = parse(task.prompt) or parse(task.prompt.rstrip() + "\n    pass\n")
    lines = task.prompt.split("\n")
    for statement in reversed(tree.body if tree else []):
        if task.entry_point in _names(statement):
            decorators = getattr(statement, "decorator_list", [])
            start = min([statement.lineno, *(node.lineno for node in decorators)]) - 1
            body = getattr(statement, "body", [])
            indent = "    "
            if body and body[0].lineno > statement.lineno:
                indent = lines[body[0].lineno - 1][: body[0].col_offset]
            return "\n".join(lines[:start]), "\n".join(lines[start:]), indent
    return task.prompt, "", "    "


def _with_preamble(preamble: str, source: str) -> str:
    """The source behind the preamble, or alone when it repeats all that the preamble says."""
    own, missing = parse(source), _statements(preamble) - _statements(source)
    if not missing:
        return source
    future = [
        statement
        for statement in (own.body if own else [])
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
    ]
    lines = source.split("\n")
    for statement in future:
        for number in range(statement.lineno - 1, statement.end_lineno or statement.lineno):
            lines[number] = ""
    return "\n".join([*map(ast.unparse, future), preamble, *lines])


def _statements(source: str) -> set[str]:
    """The top-level statements of a source text, without the docstrings in them."""
    tree = parse(source)
    if tree is None:
        return {source}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            node.body = [s for s in node.body if not _is_docstring(s)]
    return {ast.dump(statement) for statement in tree.body}


def _leading_imports(lines: list[str]) -> tuple[list[str], list[str]]:
    """The imports that start, unindented, a piece whose next line is indented; and that rest."""
    for number, line in enumerate(lines):
        if line[:1] in (" ", "\t") and line.strip():
            head = "\n".join(lines[:number])
            return (lines[:number], lines[number:]) if head and only_imports(head) else ([], [])
    return [], []


def _dedented(piece: str) -> str | None:
    """The piece moved to the left edge, strings untouched; None when it is not Python."""
    piece = piece.strip("\n")
    for text in (piece, piece.expandtabs(4)):
        if parse(text) is not None:
            return text
        wrapped = "if 1:\n" + text
        if parse(wrapped) is None:
            continue
        lines = text.split("\n")
        head = next(line for line in lines if line.strip() and not line.lstrip().startswith("#"))
        width = len(head) - len(head.lstrip())
        inside = {number - 1 for number in _string_lines(wrapped)}
        moved = [
            line if number in inside else line[min(width, len(line) - len(line.lstrip())) :]
            for number, line in enumerate(lines, 1)
        ]
        return "\n".join(moved)
    return None


def _indented(body: str, indent: str) -> str:
    """A block of Python moved to the right, strings untouched."""
    inside = _string_lines(body)
    return "\n".join(
        indent + line if line.strip() and number not in inside else line
        for number, line in enumerate(body.split("\n"), 1)
    )


def _string_lines(source: str) -> set[int]:
    """Numbers of the lines that start inside a string."""
    lines: set[int] = set()
    formatted: list[int] = []  # Python 3.12 on gives an f-string as several tokens
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            formatted.append(token.start[0])
        elif kind == "FSTRING_END":
            lines.update(range(formatted.pop() + 1, token.end[0] + 1))
        elif kind == "STRING":
            lines.update(range(token.start[0] + 1, token.end[0] + 1))
    return lines
