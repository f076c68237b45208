"""The rules of flake8-qiskit-migration, through its plugin class.

Its identifiers (QKT100 ...) are kept. What the catalogue says about the same line is said once.
"""

import ast
from collections.abc import Iterator

from flake8_qiskit_migration.plugin import Plugin

from qspark.mistakes.catalogue import numbers
from qspark.mistakes.program import Finding, Program


def _of_qiskit(program: Program, line: int, column: int) -> bool:
    """Whether a call at a place is of something that is known to be Qiskit's."""
    for node in program.nodes:
        if isinstance(node, ast.Call) and (node.lineno, node.col_offset) == (line, column):
            function = program.inference.of(node.func)
            if function.origin.startswith("qiskit"):
                return True
            if isinstance(node.func, ast.Attribute):
                owner = program.inference.of(node.func.value)
                return owner.kind in program.index.classes and not owner.guess
    return False


def find_migrations(program: Program) -> Iterator[Finding]:
    """What the plugin reports: QKT1.. for Qiskit 1.0, QKT2.. for Qiskit 2.0."""
    source = program.source
    version = numbers(program.index.version)
    for line, column, message, _ in Plugin(source.tree).run():
        id, _, text = message.partition(": ")
        if version < ((1, 0) if id.startswith("QKT1") else (2, 0)):
            continue
        start = source.offset(line, column)
        end = source.offset(line, len(source.lines[line - 1].rstrip().encode()))
        if id[-1] != "0" and not _of_qiskit(program, line, column):
            continue  # the plugin goes by the name of a method or argument alone
        place, after = source.place(start), source.place(max(start, end))
        yield Finding(id, "error", text or message, start, max(start, end), *place, *after)
