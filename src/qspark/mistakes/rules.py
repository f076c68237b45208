"""Detectors that need more than a pattern; a catalogue entry names one in `rule`.

Each module has functions from a Program to findings, and a table RULES of their names. A function
that serves several kinds is called once.
"""

from collections.abc import Iterator

from qspark.mistakes import rules_calls, rules_circuits, rules_devices, rules_results, rules_silent
from qspark.mistakes.program import Finding, Program

RULES = {
    **rules_calls.RULES,
    **rules_results.RULES,
    **rules_circuits.RULES,
    **rules_devices.RULES,
    **rules_silent.RULES,
}


def find_by_rules(program: Program) -> Iterator[Finding]:
    """The findings of every rule."""
    for rule in RULES.values():
        yield from rule(program)
