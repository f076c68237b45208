"""No rule of the extraction turns a right answer into a wrong one.

The reference solutions of the published suites, and random function bodies, in every form that
models have been seen to give them: what is extracted is the reference's program, up to docstrings,
the indentation of lines inside strings, and definitions that the prompt gives a second time.
"""

import ast
import re
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.verify.test_extract import BENCHMARKS, FORMS, SUITES, TABBED, TASK, all_lost, tabs, tree

from qspark.tasks.suites import load_suite
from qspark.tasks.syntax import fault
from qspark.tasks.task import Task
from qspark.verify.extract import extract
from qspark.verify.judge import job_for
from qspark.verify.pool import JudgePool

Form = Callable[[str, str, str], str]


def block(text: str, label: str = "python", mark: str = "```") -> str:
    return f"{mark}{label}\n{text}\n{mark}"


def whole(prompt: str, body: str) -> str:
    return prompt.rstrip("\n") + "\n" + body.strip("\n") if prompt else body.strip("\n")


def last_definition(prompt: str) -> str:
    return prompt[prompt.rfind("\ndef ") + 1 :].rstrip("\n")


def without_docstring(prompt: str, body: str, name: str) -> str:
    parsed = ast.parse(whole(prompt, body))
    for node in parsed.body:
        if isinstance(node, ast.FunctionDef) and node.name == name and ast.get_docstring(node):
            node.body = node.body[1:]
    return ast.unparse(parsed)


def tabbed(text: str) -> str:
    lines = [re.sub(r"^( {4})+", lambda m: "\t" * (len(m[0]) // 4), x) for x in text.split("\n")]
    return "\n".join(lines)


def draft(name: str) -> str:
    return block(f"def {name}():\n    return None")


# Of a whole file; in instruction form the prompt is empty and the body is the file.
WHOLE: dict[str, Form] = {
    "use after": lambda p, b, n: block(whole(p, b)) + f"\n\nUse:\n\n{block(f'print({n}(1))')}",
    "output after": lambda p, b, n: block(whole(p, b)) + "\n\nIt prints:\n" + block("42", ""),
    "shell before": lambda p, b, n: block("pip install x", "bash") + "\n" + block(whole(p, b)),
    "plain shell before": lambda p, b, n: block("pip install x", "") + "\n" + block(whole(p, b)),
    "tildes": lambda p, b, n: block(whole(p, b), "python", "~~~"),
    "four ticks": lambda p, b, n: block(whole(p, b), "Python", "````"),
    "titled fence": lambda p, b, n: block(whole(p, b), 'python title="a.py"'),
    "fence in a list": lambda p, b, n: f"1. So:\n\n{textwrap.indent(block(whole(p, b)), '   ')}\n",
    "fence ends on the last line": lambda p, b, n: "```python\n" + whole(p, b) + "```",
    "reasoning without its start": lambda p, b, n: f"{draft(n)}\n</think>\n{block(whole(p, b))}",
    "thinking": lambda p, b, n: f"<thinking>\n{draft(n)}\n</thinking>\n{whole(p, b)}",
    "reasoning in brackets": lambda p, b, n: f"[THINK]{draft(n)}[/THINK]{block(whole(p, b))}",
    "channels": lambda p, b, n: (
        f"<|channel|>analysis<|message|>{draft(n)}<|end|><|start|>assistant"
        f"<|channel|>final<|message|>{block(whole(p, b))}<|return|>"
    ),
    "a draft first": lambda p, b, n: f"{draft(n)}\n\nNo, wrong:\n\n{block(whole(p, b))}",
    "end of turn": lambda p, b, n: whole(p, b) + "\n<|im_end|>\n<|endoftext|>",
    "windows lines": lambda p, b, n: block(whole(p, b)).replace("\n", "\r\n"),
    "byte order mark": lambda p, b, n: "\ufeff" + whole(p, b),
    "spaces that do not break": lambda p, b, n: block(whole(p, b)).replace("    ", "\u00a0" * 4),
    "tags around": lambda p, b, n: f"<answer>\n{whole(p, b)}\n</answer>",
    "tabs": lambda p, b, n: block(tabbed(whole(p, b))),
    "prose on both sides": lambda p, b, n: (
        f"Sure! Here it is.\n\n{whole(p, b)}\n\nWhat it does:\n- one thing\n- another thing\n"
    ),
    "a session after": lambda p, b, n: block(whole(p, b)) + f"\n\n>>> {n}(1)\n1\n",
}
CONTINUED: dict[str, Form] = {
    "imports apart": lambda p, b, n: "\n\nThen:\n\n".join(
        block(part)
        for part in (p[: p.rfind("\ndef ") + 1].strip(), last_definition(p) + "\n" + b.strip("\n"))
        if part
    ),
    "repeated without docstring": lambda p, b, n: without_docstring(p, b, n),
    "body in prose": lambda p, b, n: f"The body:\n\n{block(all_lost(b))}\n\nIt loops.",
    "tabbed body": lambda p, b, n: tabs(b),
    "half the width": lambda p, b, n: "\n".join(
        " " * ((len(x) - len(x.lstrip())) // 2) + x.lstrip() for x in b.split("\n")
    ),
    "three spaces": lambda p, b, n: "\n\n   " + b.strip(),
    "unclosed fence of a body": lambda p, b, n: "```python\n" + b.strip("\n"),
    "unclosed fence, first line lost": lambda p, b, n: "```python\n" + b.strip(),
    "end of turn behind the body": lambda p, b, n: b + "<|im_end|>",
    **{name: lambda p, b, n, make=make: make(p, b) for name, make in (FORMS | TABBED).items()},
}


def lost(task: Task, form: str, text: str) -> str:
    """What was extracted where it is not the reference's program; empty where it is."""
    found = extract(task, text)
    try:
        same = tree(found.program) == tree(task.program(task.canonical_solution))
    except (SyntaxError, ValueError, AssertionError):
        same = False
    return "" if same else f"{task.task_id}, {form}: {found.rule}"


def forms_of(task: Task) -> dict[str, str]:
    completed = task.form == "completion"
    prompt = task.prompt if completed else ""
    forms = WHOLE | CONTINUED if completed else WHOLE
    return {
        name: make(prompt, task.canonical_solution, task.entry_point)
        for name, make in forms.items()
    }


def published(name: str) -> tuple[Task, ...]:
    if not (BENCHMARKS / name).is_file():
        pytest.skip(f"no {name} in {BENCHMARKS}; set QSPARK_BENCHMARKS to the benchmarks' folder")
    return load_suite(str(BENCHMARKS / name)).tasks


@pytest.mark.parametrize("name", SUITES)
def test_every_reference_survives_every_form(name: str) -> None:
    found = [lost(t, form, text) for t in published(name) for form, text in forms_of(t).items()]
    assert list(filter(None, found)) == []


@pytest.mark.parametrize("name", SUITES)
def test_what_is_extracted_passes_as_the_reference_does(name: str, pool: JudgePool) -> None:
    jobs = []
    for number, task in enumerate(published(name)[1:40:10]):
        forms = list(forms_of(task).items())
        jobs += [(f"{task.task_id}, {form}", job_for(task, text))
                 for form, text in forms[number::4]]  # fmt: skip
    verdicts = pool.judge([job for _, job in jobs])
    failed = [name for (name, _), verdict in zip(jobs, verdicts, strict=True) if not verdict.passed]
    assert failed == []


# Function bodies with what trips rules that go by lines: strings over several lines, comments at the
# left edge, lines that go on, blank lines, nested blocks and functions.
SIMPLE = st.sampled_from([
    "n += 1", "x = [1,\n     2]", "text = '''a\n  b\n```\nc'''", "# a note", "pass", "y = (n +\n 1)",
    "assert n, \\\n    'no'", 'print("```")', "z = lambda v: v", "import os", "'a constant'",
    "value: int = 3", "return n", "n = {'def f(n):': 1}", "\n", "# def f(n):\n# return 0",
    'f"{n:>{3}}"', "x = '<think>'; y = 1", "raise ValueError(n)", "'''\nfrom x import y\n'''",
])  # fmt: skip
HEADS = st.sampled_from([
    "if n:", "for i in range(n):", "while n > 9:", "with open(n) as stream:", "def inner(n):",
    "try:\n    n()\nexcept ValueError:", "class Inner:", "if n:  # why\n    pass\nelse:",
])  # fmt: skip


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda head, body: head + "\n" + indent("\n".join([*body, "pass"])),
        HEADS,
        st.lists(inner, min_size=1, max_size=3),
    )


def indent(code: str) -> str:
    """Code as the body of a block; lines inside of strings stay where they are."""
    inside = {
        number
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for number in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(code.split("\n"), 1)
    return "\n".join("    " + x if x.strip() and n not in inside else x for n, x in lines)


BODIES = st.lists(st.recursive(SIMPLE, nested, max_leaves=5), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(BODIES, st.sampled_from(sorted(WHOLE | CONTINUED)))
def test_random_bodies_survive_every_form(statements: list[str], form: str) -> None:
    body = "\n" + indent("\n".join([*statements, "return n"])) + "\n"
    assume(not fault(TASK.prompt + body))
    assume("<think>" not in body and "```" not in body)  # marks in the code and around it
    task = TASK.model_copy(update={"canonical_solution": body})
    make = (WHOLE | CONTINUED)[form]
    assert not lost(task, form, make(task.prompt, body, task.entry_point))


@settings(max_examples=100, deadline=None)
@given(BODIES)
def test_random_files_survive_as_they_are(statements: list[str]) -> None:
    body = "\n" + indent("\n".join([*statements, "return n"])) + "\n"
    assume(not fault(TASK.prompt + body))
    task = TASK.model_copy(update={"canonical_solution": body})
    assert not lost(task, "file", task.program(body))


def test_names_that_other_blocks_define_are_brought_along() -> None:
    free = TASK.model_copy(update={"form": "instruction"})
    helper = "def helper(n):\n    return WIDTH * n"
    answer = "\n".join([
        block("import numpy as np\nfrom math import pi\ndef f(n):\n    return pi"),
        "Better:", block("def f(n):\n    return np.array(helper(n))"),
        "The helper:", block(f"WIDTH = 3\n{helper}\nprint(f(1))"),
    ])  # fmt: skip
    assert tree(extract(free, answer).program) == tree(
        f"import numpy as np\nWIDTH = 3\n{helper}\n\ndef f(n):\n    return np.array(helper(n))"
    )


def test_long_runs_of_marks_take_no_time() -> None:
    for text in (
        "</s>" * 60_000,
        "<|a|>" * 50_000 + "x",
        " \n" * 120_000 + "<think>",
        "```\n" * 999,
    ):
        extract(TASK, text)
