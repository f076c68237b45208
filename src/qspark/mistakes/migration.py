"""The rules of flake8-qiskit-migration, through its plugin class.

Its identifiers (QKT100 ...) are kept. What the catalogue says about the same line is said once.
"""

from collections.abc import Iterator

from flake8_qiskit_migration.plugin import Plugin

from qspark.mistakes.catalogue import numbers
from qspark.mistakes.program import Finding, Program


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
        place, after = source.place(start), source.place(max(start, end))
        yield Finding(id, "error", text or message, start, max(start, end), *place, *after)
