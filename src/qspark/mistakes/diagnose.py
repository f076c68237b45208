"""What is behind a failure: from the exception and the source, or from probes of a wrong answer."""

import re

from qspark.mistakes.catalogue import CATALOGUE
from qspark.mistakes.execute import Fault
from qspark.mistakes.find import findings
from qspark.mistakes.probes import PROBES
from qspark.mistakes.program import Program
from qspark.mistakes.remedies import remedies
from qspark.mistakes.source import SourceError
from qspark.mistakes.symbols import Index, installed_index
from qspark.tasks.task import Task
from qspark.verify.judge import Job, Limits, given_by
from qspark.verify.verdict import Verdict

# What messages say of kinds that the source alone does not show. First match.
_SAID = (
    (r"duplicate bit arguments", "D07"),
    (r"Index \d+ out of range for size 0", "D09"),
    (r"Index \d+ out of range|index out of range", "D08"),
    (r"register size error", "D10"),
    (r"Sum of amplitudes-squared is not 1", "D11"),
    (r"not unitary", "D12"),
    (r"name conflict adding parameter", "D13"),
    (r"Cannot bind parameters .* not present", "D14"),
    (r"unbound parameters .* is not numeric", "D03"),
    (r"Cannot compose onto a circuit with fewer", "D18"),
    (r"does not match the gate expectation", "D19"),
    (r"unknown instruction", "D20"),
    (r"No statevector for experiment", "D21"),
    (r"No unitary for experiment", "B40"),
    (r"No counts for experiment", "D22"),
    (r"Circuit with classical bits cannot be converted", "D04"),
    (r"inverse\(\) not implemented for measure", "D05"),
    (r"Cannot apply (operation|instruction) with classical bits", "D02"),
    (r"only supports register-equality conditions", "D25"),
    (r"unbound parameters in OpenQASM 2", "D27"),
    (r"can only handle OpenQASM 2", "D26"),
    (r"greater than maximum .* coupling_map", "D28"),
    (r"num_qubits == \d+ was expected", "D32"),
    (r"non-Clifford gate", "D33"),
    (r"not supported by the target system", "C17"),
    (r"invalid (Sampler|Estimator) pub-like", "C01"),
    (r"observable", "C12"),
    (r"number of values .* does not match the number of parameters", "C13"),
    (r"StatevectorSampler cannot handle ControlFlow", "C37"),
    (r"StatevectorSampler cannot handle", "C38"),
    (r"Invalid bit index: .* of type 'float'", "B44"),
    (r"not unitary thus can not be inverted", "S41"),
    (r"'DataBin' object has no attribute", "C04"),
    (r"object has no attribute", "H01"),
    (r"cannot import name", "H02"),
    (r"No module named 'qiskit", "H03"),
    (r"unexpected keyword argument", "H04"),
    (r"positional arguments? but \d+ (were|was) given", "H05"),
)
_ANSWERS = {
    "wrong/endianness": ("S02",),
    "wrong/phase": ("S19",),
    "wrong/missing-measurement": ("D22",),
    "wrong/size": ("D08",),
}
# The name that an exception is about.
_NAMED = re.compile(
    r"(?:has no attribute|cannot import name|No module named|unexpected keyword argument) '([\w.]+)'"
)
_MARK = re.compile(r"QSPARK-PROBE (wrong/[\w-]+)")


def diagnose(program: str, fault: Fault | None, index: Index | None = None) -> tuple[str, ...]:
    """The ids of the mistakes behind an exception, the likeliest first.

    Without a fault: the errors and warnings that the source shows. Where the exception's line is
    not known, those errors are taken that are about the name in its message.
    """
    index = index or installed_index()
    try:
        plain = Program(program, index)
        lines = frozenset({fault.line}) if fault and fault.line else frozenset[int]()
        told = Program(program, index, loose=lines)
    except SourceError:
        return ()
    if fault is None:
        return tuple(dict.fromkeys(f.id for f in findings(plain)))
    named = _NAMED.search(fault.message)
    here = [
        f.id
        for f in findings(told)
        if f.line <= fault.line <= f.end_line
        or (
            not fault.line
            and named
            and f.severity == "error"
            and named[1] in program[f.start : f.end]
        )
    ]
    found = [id for id in here if id in CATALOGUE]
    said = f"{fault.type}: {fault.message}"
    known = next((id for pattern, id in _SAID if re.search(pattern, said, re.DOTALL)), "")
    if known and not known.startswith("H"):
        found.append(known)
    if not found:
        found += [id for id, _ in remedies(plain, fault)]
    if not found and known:
        found.append(known)
    return tuple(dict.fromkeys(found))


def probe_job(task: Task, program: str, limits: Limits | None = None) -> Job:
    """The job that compares a candidate's wrong value with the reference's.

    The test is run with a stand-in that calls both with the same arguments at its first call;
    the verdict's message then carries a category, which `probed` reads.
    """
    source = PROBES.format(
        reference=task.program(task.canonical_solution),
        test=task.test,
        entry_point=task.entry_point,
    )
    return Job(program, source, task.entry_point, limits or Limits(), given=given_by(task))


def probed(verdict: Verdict) -> str:
    """The category that a probe found, such as wrong/endianness; "" if none fits."""
    found = _MARK.search(verdict.message)
    return found[1] if found else ""


def kinds_of(category: str) -> tuple[str, ...]:
    """The ids that stand for a category of wrong answers."""
    return _ANSWERS.get(category, ())
