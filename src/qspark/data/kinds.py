"""The five kinds of task, and how each is worded.

    write      prose asks for a function, the answer is a file
    complete   imports, signature and docstring are given, the answer goes on from there
    repair     a broken program and its traceback, the answer is the mended file
    migrate    a program for an older Qiskit, the answer is one for today's
    choose     four programs; which is right, and how does each of the others fail?

The wording is drawn from the task's key, so that it does not depend on the order of a build.
"""

from collections.abc import Sequence
from random import Random
from textwrap import indent
from typing import Literal

from qspark.data.families.base import Instance

Kind = Literal["write", "complete", "repair", "migrate", "choose"]
KINDS: tuple[Kind, ...] = ("write", "complete", "repair", "migrate", "choose")

_WRITE = (
    "Write a Python function `{head}`. {ask}",
    "{ask}\n\nImplement this as `{head}`.",
    "Using Qiskit 2, implement `{head}`.\n\n{ask}",
    "I need `{head}`: {ask}",
)
_WRITE_WHOLE = (
    "Define `{name}` in Python. {ask}",
    "{ask}\n\nCall it `{name}`.",
    "Using Qiskit 2, implement `{name}`.\n\n{ask}",
)
_REPAIR = (
    "This code is meant to do the following: {ask}\n\n```python\n{code}```\n\nIt does not work:\n\n"
    "```\n{said}\n```\n\nGive the corrected file.",
    "Fix this program.\n\n```python\n{code}```\n\nWhat it should do: {ask}\n\nWhat happens:\n\n"
    "```\n{said}\n```",
    "{ask}\n\nMy attempt:\n\n```python\n{code}```\n\nfails with\n\n```\n{said}\n```\n\nWhat is the right "
    "code? Keep the name `{name}`.",
)
_MIGRATE = (
    "This was written for an older Qiskit and no longer runs with Qiskit 2. Port it, keeping its "
    "behaviour and the name `{name}`.\n\n```python\n{code}```",
    "Migrate this code to Qiskit 2:\n\n```python\n{code}```\n\nWhat it is for: {ask}",
    "After upgrading Qiskit, the following stopped working. Rewrite `{name}` with today's "
    "interfaces.\n\n```python\n{code}```\n\nIt should still do this: {ask}",
)
_CHOOSE = (
    "Four candidates for this request: {ask}\n\n{programs}\nExactly one is right with Qiskit 2. Write a "
    "function `verdicts() -> dict[str, str]` that maps each letter to `right`, to `wrong value` if the "
    "program runs but does not do what is asked, or to the name of the exception that it ends with.",
    "Review these programs. They are meant to do the following: {ask}\n\n{programs}\nWhich one works with "
    "Qiskit 2? Answer with a function `verdicts() -> dict[str, str]`: for each letter `right`, "
    "`wrong value` (it runs and the result is not what was asked for), or the exception's name.",
)


def wording(instance: Instance, key: str) -> str:
    """The phrasing that a task with this key uses."""
    return Random(f"{key}/wording").choice(instance.asks)


def write_prompt(instance: Instance, key: str) -> str:
    """A request in prose."""
    rng = Random(f"{key}/write")
    ask = wording(instance, key)
    if not instance.signature:
        return rng.choice(_WRITE_WHOLE).format(name=instance.entry_point, ask=ask)
    head = f"{instance.entry_point}{instance.signature}"
    return rng.choice(_WRITE).format(head=head, ask=ask)


def complete_prompt(instance: Instance, key: str) -> str:
    """Imports, signature and docstring. The instance must have a signature."""
    ask = wording(instance, key).replace("\\", "\\\\").replace('"""', "'''")
    imports = f"{instance.imports.strip()}\n\n\n" if instance.imports.strip() else ""
    return f"{imports}{instance.head}\n{indent(_wrapped(ask), '    ')}\n"


def completion_of(instance: Instance, program: str) -> str | None:
    """The text that continues `complete_prompt` to a program, or None where another head is needed."""
    imports = f"{instance.imports.strip()}\n\n\n" if instance.imports.strip() else ""
    start = f"{imports}{instance.head}\n"
    return program[len(start) :] if program.startswith(start) else None


def repair_prompt(instance: Instance, key: str, broken: str, said: str) -> str:
    """A broken program, what it is for, and what it ends with."""
    template = Random(f"{key}/repair").choice(_REPAIR)
    return template.format(
        ask=wording(instance, key), code=broken, said=said, name=instance.entry_point
    )


def migrate_prompt(instance: Instance, key: str, legacy: str) -> str:
    """A program for an older Qiskit."""
    template = Random(f"{key}/migrate").choice(_MIGRATE)
    return template.format(ask=wording(instance, key), code=legacy, name=instance.entry_point)


def choose_prompt(instance: Instance, key: str, programs: Sequence[str]) -> str:
    """Programs, lettered from A."""
    shown = "".join(
        f"{letter}:\n```python\n{program}```\n\n"
        for letter, program in zip("ABCD", programs, strict=False)
    )
    template = Random(f"{key}/choose").choice(_CHOOSE)
    return template.format(ask=wording(instance, key), programs=shown)


def _wrapped(ask: str) -> str:
    """The docstring: on lines of at most 88 characters."""
    from textwrap import fill

    parts = [fill(part, 88, break_long_words=False) for part in ask.split("\n")]
    text = "\n".join(parts)
    if text.endswith('"'):
        text += " "
    return f'"""{text}\n"""' if "\n" in text else f'"""{text}"""'
