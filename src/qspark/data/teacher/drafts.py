"""A task on its way from a seed to a candidate, and everything that can end it.

`Dropped` carries the reason that is counted. What is read from the teacher's answers is checked
here; what they do is seen in `data/teach.py`, in the sandbox.
"""

import ast
import keyword
from collections.abc import Sequence
from dataclasses import dataclass, field

from qspark.data.conduct import misconduct
from qspark.data.families.base import Instance, Oracle
from qspark.data.shape import shaped
from qspark.data.teacher import prompts
from qspark.data.teacher.blocks import FormatError, read_blocks
from qspark.data.teacher.journal import Said
from qspark.data.teacher.seeds import Seed
from qspark.mistakes.find import check_source
from qspark.mistakes.source import SourceError
from qspark.tasks.syntax import fault, parse

_LONGEST = 20_000
_ORACLES: tuple[tuple[str, Oracle], ...] = (
    ("Choi", "channel"), ("SuperOp", "channel"), ("Operator", "unitary"),
    ("Statevector", "state"), ("DensityMatrix", "state"), ("expectation_value", "expectation"),
    ("get_counts", "distribution"), ("probabilities", "distribution"),
    ("instruction_supported", "isa"), ("count_ops", "structure"), ("num_qubits", "structure"),
)  # fmt: skip


class Dropped(Exception):
    """A task that goes no further; its text is the reason, the same for all of its kind."""


@dataclass
class Draft:
    """What there is of a task so far."""

    seed: Seed
    known: dict[str, str] = field(default_factory=dict)
    asked: prompts.Asked = field(default_factory=lambda: prompts.Asked(("", "", ""), "", ""))
    program: str = ""
    instance: Instance = field(default_factory=lambda: Instance("", (), "", "", "", ""))
    model: str = ""
    date: str = ""
    agreeing: int = 0
    attempts: int = 0


def blocks_in(said: Said, names: Sequence[str]) -> dict[str, str]:
    """The blocks of an answer. Raises Dropped."""
    if said.error:
        raise Dropped("no answer")
    if said.finish_reason == "length":
        raise Dropped("answer cut off")
    if len(said.text) > 10 * _LONGEST:
        raise Dropped("answer too long")
    try:
        said.text.encode()
        return read_blocks(said.text, names)
    except UnicodeEncodeError as error:
        raise Dropped("answer that is not text") from error
    except FormatError as error:
        raise Dropped("answer without the blocks asked for") from error


def take_instruction(draft: Draft, blocks: dict[str, str]) -> None:
    """Take the phrasings, name and signature. Raises Dropped."""
    one, two, three = (blocks[name].strip() for name in prompts.INSTRUCTION[:3])
    if len({one, two, three}) < 3:
        raise Dropped("phrasings that repeat")
    if any("```" in text or len(text) > 6000 for text in (one, two, three)):
        raise Dropped("phrasings with code, or too long")
    name = blocks["entry_point"].strip().strip("`").removesuffix("()")
    signature = blocks["signature"].strip().strip("`")
    signature = signature.removeprefix("def ").removesuffix(":").strip()
    signature = signature.removeprefix(name)
    tree = parse(f"def {name}{signature}: pass")
    if (
        not name.isidentifier() or keyword.iskeyword(name) or name == "check"
        or "\n" in signature or "#" in signature
        or tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef)
        or len(tree.body[0].body) != 1 or not isinstance(tree.body[0].body[0], ast.Pass)
    ):  # fmt: skip
        raise Dropped("no signature")
    draft.asked = prompts.Asked((one, two, three), name, signature)


def solution_in(draft: Draft, said: Said) -> str:
    """The solution in an answer, as far as reading can tell that it is fit. Raises Dropped."""
    text = blocks_in(said, prompts.SOLUTION)["solution"].strip("\n") + "\n"
    tree = _read(text, "solution")
    name = draft.asked.entry_point
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    if len(functions) != 1:
        raise Dropped("solution without the function")
    fixed = f"def {name}{draft.asked.signature}: pass"
    wanted = ast.parse(fixed).body[0]
    assert isinstance(wanted, ast.FunctionDef)
    if _names(wanted) != _names(functions[0]):
        raise Dropped("solution with other parameters")
    if found := misconduct(text):
        raise Dropped(f"solution uses {found}")
    try:
        findings = check_source(text)
    except SourceError as error:
        raise Dropped("solution is not Python") from error
    if findings:
        worst = "error" if any(f.severity == "error" for f in findings) else "warning"
        raise Dropped(
            "solution with a known mistake"
            if worst == "error"
            else "solution with deprecated names"
        )
    return text


def test_in(said: Said) -> str:
    """The test in an answer, as far as reading can tell that it is fit. Raises Dropped."""
    text = blocks_in(said, prompts.TEST)["test"].strip("\n") + "\n"
    tree = _read(text, "test")
    checks = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "check"]
    plain = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.Assign | ast.Expr
    if len(checks) != 1 or len(checks[0].args.args) != 1 or not all(
        isinstance(node, plain) for node in tree.body
    ):  # fmt: skip
        raise Dropped("test without check(candidate)")
    if checks[0].args.args[0].arg != "candidate":
        raise Dropped("test without check(candidate)")
    if not any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
        raise Dropped("test that asserts nothing")
    if any(isinstance(node, ast.Global | ast.Nonlocal) for node in ast.walk(tree)):
        raise Dropped("test with global names")
    if found := misconduct(text):
        raise Dropped(f"test uses {found}")
    return text


def compose(draft: Draft, program: str, test: str) -> None:
    """Put solution and test together, in the shape that is stored. Raises Dropped."""
    try:
        draft.program = program
        draft.instance = shaped(program, draft.asked.entry_point, draft.asked.phrasings, test)
    except (ValueError, RecursionError, SourceError) as error:
        raise Dropped("solution that cannot be stored") from error
    for text in (draft.instance.solution(), draft.instance.check()):
        if fault(text):
            raise Dropped("solution that cannot be stored")


def oracle_of(test: str) -> Oracle:
    """What a test compares, told by what it names."""
    for word, oracle in _ORACLES:
        if word in test:
            return oracle
    return "value"


def _read(text: str, what: str) -> ast.Module:
    tree = parse(text)
    if tree is None or len(text) > _LONGEST or fault(text):
        raise Dropped(f"{what} is not Python")
    return tree


def _names(function: ast.FunctionDef) -> list[str]:
    args = function.args
    return [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
