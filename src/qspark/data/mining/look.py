"""What can be said of a function without running it, and of its results in words."""

import ast
import re
from collections.abc import Sequence

from qspark.data.mining.calls import Call
from qspark.data.mining.record import Result
from qspark.data.mining.same import conventions
from qspark.tasks.task import Difficulty

QISKIT = re.compile(r"^\s*(?:from|import) (qiskit[\w.]*)", re.MULTILINE)


def facts(name: str, results: Sequence[Result], kinds: set[str]) -> str:
    """What the test relies on and the docstring may not say."""
    said = [conventions(kinds)]
    if any(result.changed for result in results):
        said.append("The argument is changed in place.")
    for result in results[:2]:
        shown = result.text if not kinds - {"number", "counts"} else ""
        shown = f"`{shown}`" if shown and len(shown) <= 120 else result.words
        if (
            shown
            and len(result.call.source) <= 120
            and not result.changed
            and "circuit(" not in result.call.source
        ):
            said.append(f"For example, `{name}({result.call.source})` gives {shown}.")
    return " ".join(filter(None, said))


def kind_of(results: Sequence[Result]) -> str:
    """What comes back, in words that fit every result."""
    words = {result.words for result in results}
    return words.pop() if len(words) == 1 else results[0].words.partition(" of ")[0]


def examples(function: ast.FunctionDef, call: Call) -> dict[str, str]:
    """The values of a call by the names of the parameters."""
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    return {
        name or names[place]: text
        for place, (name, text) in enumerate(call.given)
        if (name or place < len(names)) and "circuit(" not in text
    }


def is_english(text: str) -> bool:
    """Whether a text is mostly of ASCII letters, and can be written to a file."""
    if any("\ud800" <= c <= "\udfff" for c in text):  # halves of characters: no file can hold them
        return False
    letters = [c for c in text if c.isalpha()]
    return bool(letters) and sum(c.isascii() for c in letters) >= 0.9 * len(letters)


def is_wrapper(function: ast.FunctionDef) -> bool:
    """Whether all it does is to hand its parameters on to one call."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if len(body) != 1 or not isinstance(body[0], ast.Return | ast.Expr):
        return False
    call = body[0].value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name | ast.Attribute):
        return not isinstance(call, ast.expr) or isinstance(call, ast.Name | ast.Constant)
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    plain = ast.Name | ast.Constant | ast.Attribute
    return (owner is None or isinstance(owner, plain)) and all(
        isinstance(value, plain) for value in (*call.args, *(key.value for key in call.keywords))
    )


def topic(program: str) -> str:
    """The most special module of Qiskit that it imports: "quantum_info", "circuit_library"."""
    found = sorted(set(QISKIT.findall(program)), key=lambda m: (-m.count("."), m))
    parts = (found or ["qiskit"])[0].split(".")
    return (
        "_".join(parts[1:3]) if len(parts) > 1 else "circuit" if parts[0] == "qiskit" else parts[0]
    )


def difficulty(program: str) -> Difficulty:
    """By size: statements and the modules of Qiskit that it needs."""
    statements = sum(isinstance(node, ast.stmt) for node in ast.walk(ast.parse(program)))
    modules = len(set(QISKIT.findall(program)))
    if statements <= 9 and modules <= 1:
        return "basic"
    return "advanced" if statements > 30 or modules > 3 else "intermediate"
