"""What models say around their code, and that the right program comes out of it."""

import ast
import os
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qspark.tasks.suites import load_suite
from qspark.tasks.task import Task
from qspark.verify.extract import extract

BENCHMARKS = Path(
    os.environ.get("QSPARK_BENCHMARKS", Path(__file__).parents[3] / "shared" / "benchmarks")
)
SUITES = ("qiskit_humaneval_dev.json", "qiskit_humaneval_hard_dev.json", "HumanEval.jsonl.gz")

TASK = Task(
    task_id="t/1",
    suite="t",
    form="completion",
    prompt='from math import pi\n\n\ndef helper():\n    return pi\n\n\ndef f(n):\n    """ Doc. """',
    entry_point="f",
    canonical_solution="\n    for i in range(n):\n        n += helper()\n    return n\n",
    test="def check(c):\n    pass\n",
)
BODY = TASK.canonical_solution.strip("\n")
FREE = TASK.model_copy(update={"form": "instruction", "prompt": "Write f."})
FILE = "import os\n\ndef f(n):\n    return n\n"


def tree(source: str | None) -> str:
    """The syntax of a program without docstrings and without indentation inside of strings."""
    assert source is not None
    parsed = ast.parse(source)
    for node in ast.walk(parsed):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = "\n".join(line.strip() for line in node.value.split("\n"))
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]
                statement
                for statement in body
                if not (
                    isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
                )
            ]
    return ast.dump(parsed)


def fenced(text: str, label: str = "python") -> str:
    return f"Sure, here it is:\n\n```{label}\n{text}\n```\nIt does what you asked for.\n"


def first_line_lost(body: str) -> str:
    return body.strip()


def all_lost(body: str) -> str:
    return textwrap.dedent(body.strip("\n"))


def tabs(body: str) -> str:
    lines = []
    for line in body.strip("\n").split("\n"):
        width = len(line) - len(line.lstrip(" "))
        lines.append("\t" * (width // 4) + " " * (width % 4) + line.lstrip(" "))
    return "\n".join(lines)


FORMS = {
    "as it is": lambda prompt, body: body,
    "stripped": lambda prompt, body: first_line_lost(body),
    "no indentation": lambda prompt, body: all_lost(body),
    "double indentation": lambda prompt, body: textwrap.indent(body.strip("\n"), "    "),
    "fenced body": lambda prompt, body: fenced(body.strip("\n")),
    "fenced stripped body": lambda prompt, body: fenced(first_line_lost(body)),
    "fenced body without indentation": lambda prompt, body: fenced(all_lost(body), ""),
    "whole file": lambda prompt, body: prompt + "\n" + body.strip("\n"),
    "fenced file": lambda prompt, body: fenced(prompt + "\n" + body.strip("\n")),
    "unclosed fence": lambda prompt, body: "```python\n" + prompt + "\n" + body.strip("\n"),
    "unlabelled fence": lambda prompt, body: fenced(prompt + "\n" + body.strip("\n"), ""),
    "function only": lambda prompt, body: fenced(
        prompt[max(prompt.rfind("\ndef "), prompt.rfind("\nclass ")) + 1 :]
        + "\n"
        + body.strip("\n")
    ),
    "closed fence of the prompt": lambda prompt, body: body.rstrip() + "\n```\nThat is it.",
    "reasoning": lambda prompt, body: "<think>def f(): ```python\nx\n```</think>\n" + fenced(body),
    "windows lines": lambda prompt, body: body.replace("\n", "\r\n"),
    "prose after": lambda prompt, body: body.rstrip() + "\n\nThis returns what was asked for.",
    "file with prose": lambda prompt, body: (
        "Here is the code:\n\n" + prompt + "\n" + body.strip("\n") + "\n\nIt's done, as you wished."
    ),
}
TABBED = {"tabs": lambda prompt, body: tabs(body)}


@pytest.mark.parametrize("form", [*FORMS, *TABBED])
def test_every_form_of_an_answer_gives_the_same_program(form: str) -> None:
    found = extract(TASK, {**FORMS, **TABBED}[form](TASK.prompt, TASK.canonical_solution))
    assert tree(found.program) == tree(TASK.program(TASK.canonical_solution)), found


@pytest.mark.parametrize("name", SUITES)
def test_every_canonical_solution_in_every_form(name: str) -> None:
    if not (BENCHMARKS / name).is_file():
        pytest.skip(f"no {name} in {BENCHMARKS}; set QSPARK_BENCHMARKS to the benchmarks' folder")
    different = []
    for task in load_suite(str(BENCHMARKS / name)).tasks:
        direct = tree(task.program(task.canonical_solution))
        if task.form == "completion":
            forms = {
                form: make(task.prompt, task.canonical_solution) for form, make in FORMS.items()
            }
        else:
            forms = {
                "as it is": task.canonical_solution,
                "fenced": fenced(task.canonical_solution),
                "stripped": task.canonical_solution.strip(),
                "indented": textwrap.indent(task.canonical_solution, "    "),
                "prose": f"Here:\n\n{task.canonical_solution}\n\nThat's it, isn't it?",
            }
        for form, text in forms.items():
            found = extract(task, text)
            try:
                same = tree(found.program) == direct
            except SyntaxError:
                same = False
            if not same:
                different.append((task.task_id, form, found.rule))
    assert different == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("  \n\n", "empty"),
        ("<think>def f(n): return 1", "empty"),
        ("<think>x</think>", "empty"),
        ("I cannot help with that.", "no-code"),
        ("<|im_end|>", "empty"),
        ("x = 1\n" * 100_000, "too-long"),
    ],
)
def test_answers_without_a_program(text: str, rule: str) -> None:
    for task in (TASK, FREE):
        assert extract(task, text).program is None
        assert extract(task, text).rule == rule


def test_the_block_with_the_entry_point_is_taken() -> None:
    text = fenced("print(f(3))") + fenced("def f(n):\n    return 1") + fenced("f(2)")
    assert tree(extract(FREE, text).program) == tree("def f(n):\n    return 1")


def test_imports_in_an_earlier_block_are_kept() -> None:
    text = fenced("import os") + fenced("def f(n):\n    return os")
    assert tree(extract(FREE, text).program) == tree("import os\ndef f(n):\n    return os")


def test_blocks_without_the_entry_point_are_joined() -> None:
    text = fenced("x = 1") + fenced("y = 2")
    assert tree(extract(FREE, text).program) == tree("x = 1\ny = 2")


def test_python_fences_come_before_others() -> None:
    text = fenced("def f(n):\n    return 0", "text") + fenced("def f(n):\n    return 1")
    assert tree(extract(FREE, text).program) == tree("def f(n):\n    return 1")


def test_the_prompts_helpers_stay_with_a_whole_function() -> None:
    program = extract(TASK, "def f(n):\n    return helper()\n").program
    assert tree(program) == tree(
        "from math import pi\ndef helper():\n    return pi\ndef f(n):\n    return helper()"
    )


def test_imports_before_a_body() -> None:
    program = extract(TASK, "import os\nfrom math import pi\n\n    return os.sep * n\n").program
    assert tree(program) == tree(
        "import os\nfrom math import pi\n"
        "def helper():\n    return pi\ndef f(n):\n    return os.sep * n"
    )


def test_a_future_import_stays_first() -> None:
    program = extract(TASK, "from __future__ import annotations\ndef f(n):\n    return 1\n").program
    assert program is not None
    compile(program, "p", "exec", dont_inherit=True)
    assert ast.parse(program).body[0].module == "__future__"  # type: ignore[attr-defined]


def test_flush_statements_without_a_return_are_the_body() -> None:
    program = extract(TASK, "n.append(1)\nfor i in n:\n    print(i)\nn.append(2)").program
    assert tree(program) == tree(
        TASK.prompt + "\n    n.append(1)\n    for i in n:\n        print(i)\n    n.append(2)"
    )


def test_strings_keep_their_lines() -> None:
    body = 'text = """a\nb\n  c"""\nreturn text'
    program = extract(TASK, body).program
    assert program is not None
    space: dict[str, object] = {}
    exec(program, space)
    assert space["f"](1) == "a\nb\n  c"  # type: ignore[operator]


def test_what_is_not_python_is_left_to_the_parser() -> None:
    found = extract(TASK, "    return )(\n")
    assert found.rule == "not-python"
    assert found.program is not None and found.program.startswith(TASK.prompt)


PIECES = st.sampled_from(
    ["```python\n", "```\n", "~~~", "<think>", "</think>", "def f(n):\n", "    return n\n", "\t",
     "import os\n", "from __future__ import x\n", '"""', "'", "(", "\\\n", "f'{", "\x00", "\ud800",
     "\n\n", "class f:\n", "@f\n", "# c\n", "if 1:\n", "\x0c", "\r", "lambda: ", "…"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=14), st.sampled_from([TASK, FREE]))
def test_no_text_makes_it_raise(pieces: list[str], task: Task) -> None:
    found = extract(task, "".join(pieces))
    assert found.rule
    assert (found.program is None) == (found.rule in {"empty", "no-code", "too-long"})


def test_deep_nesting_is_not_a_crash() -> None:
    for text in ("(" * 20_000, "-" * 50_000 + "1", "a." * 50_000 + "b", "[" * 150 + "]" * 150):
        assert extract(TASK, f"return {text}").program is not None
