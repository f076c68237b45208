"""How the families of passes apply a pass, word it, and check a rewriting pass."""

import re
from dataclasses import dataclass
from random import Random

from qiskit.transpiler import passes

from qspark.data.families.base import Instance, Wrong

REPORTS = {
    "": ("", "Return the new circuit.", "got is not None", "QuantumCircuit"),
    "removed": (
        "len(circuit.data) - len(result.data)",
        "Return a tuple of the new circuit and how many entries fewer its `data` has than that of the "
        "original (negative where it has more).",
        "len(start.data) - len(got.data)",
        "tuple[QuantumCircuit, int]",
    ),
    "ops": (
        "dict(result.count_ops())",
        "Return a tuple of the new circuit and a plain dict with the number of its operations by name.",
        "dict(got.count_ops())",
        "tuple[QuantumCircuit, dict[str, int]]",
    ),
    "depths": (
        "(circuit.depth(), result.depth())",
        "Return a tuple of the new circuit and the pair (depth before, depth after).",
        "(start.depth(), got.depth())",
        "tuple[QuantumCircuit, tuple[int, int]]",
    ),
    "active": (
        "[result.find_bit(item.qubits[0]).index for item in result.data]",
        "Return a tuple of the new circuit and a list with the index of the first qubit of each entry of "
        "its `data`, in that order.",
        "[got.find_bit(item.qubits[0]).index for item in got.data]",
        "tuple[QuantumCircuit, list[int]]",
    ),
}


def harness(call: str, style: str) -> str:
    """Lines that apply a pass to `circuit` and name what comes out `result`."""
    return {
        "manager": f"result = PassManager([{call}]).run(circuit)",
        "called": f"result = {call}(circuit)",
        "dag": f"dag = circuit_to_dag(circuit)\nresult = dag_to_circuit({call}.run(dag))",
        "append": f"manager = PassManager()\nmanager.append([{call}])\nresult = manager.run(circuit)",
    }[style]


HINTS = {
    "manager": "A pass manager with this one pass is enough.",
    "called": "Call the pass on the circuit.",
    "dag": "Run the pass on the circuit's DAG and convert back.",
    "append": "Append the pass to an empty pass manager.",
}


@dataclass(frozen=True)
class Rewrite:
    """A rewriting pass: call, two wordings of what must hold of the result, and test cases.

    `cases` fills `cases` with pairs of a circuit and a function that judges the result; that the
    unitary is kept is checked besides. `setup` goes before the call; `styles` names the ways in
    which the pass may be applied.
    """

    call: str
    effect: str
    need: str
    cases: str
    setup: str = ""
    imports: str = ""
    styles: tuple[str, ...] = ("manager", "called", "dag", "append")


def rewriting(rng: Random, row: Rewrite, entry_point: str) -> Instance:
    """The instance of a rewriting pass whose result is compared as a unitary."""
    style, report = rng.choice(row.styles), rng.choice(list(REPORTS))
    value, said, oracle, returned = REPORTS[report]
    body = row.setup + harness(row.call, style)
    body += f"\nreturn {f'result, {value}' if value else 'result'}"
    names = sorted({name for name in _names(row.call + row.setup) if hasattr(passes, name)})
    core = [name for name in ("CouplingMap", "Target", "WrapAngleRegistry") if name in body]
    core += ["PassManager"] * (style in ("manager", "append"))
    imports = ["from qiskit import QuantumCircuit"]
    imports += ["from qiskit.converters import circuit_to_dag, dag_to_circuit"] * (style == "dag")
    imports += [f"from qiskit.transpiler import {', '.join(sorted(core))}"] * bool(core)
    imports += [f"from qiskit.transpiler.passes import {', '.join(names)}"]
    imports += [row.imports] * bool(row.imports)
    same = "It has to implement the same unitary up to a global phase."
    unpack = "got, extra = candidate(start.copy())" if value else "got = candidate(start.copy())"
    also = f"    assert extra == {oracle}\n" if value else ""
    return Instance(
        entry_point=entry_point,
        signature=f"(circuit: QuantumCircuit) -> {returned}",
        asks=(
            f"Rewrite the given circuit with the transpiler pass made for it, so that the result "
            f"{row.effect}. {same} {HINTS[style]} {said}",
            f"I have circuits where {row.need}. Qiskit has a pass for that; apply it and keep the unitary "
            f"(up to global phase). {said}",
            f"Apply "
            f"{' and then '.join(f'`{n}`' for n in dict.fromkeys(_names(row.call)) if n in names)} to "
            f"`circuit`. Afterwards the circuit {row.effect}. {same} {said}",
            f"Input: a circuit without measurements. Wanted: an equivalent circuit (equal up to "
            f"global phase) "
            f"that {row.effect}. In other words, {row.need}. Use passes of "
            f"qiskit.transpiler.passes. {said}",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
rng = np.random.default_rng(np.random.randint(2**31))
cases = []

def counts(circuit):
    return dict(circuit.count_ops())

{row.cases.strip()}
for start, judge in cases:
    {unpack}
    assert isinstance(got, QuantumCircuit)
    assert judge(got)
    assert Operator.from_circuit(got).equiv(Operator(start), atol=1e-7, rtol=0)
{also}""",
        params={"pass": row.call, "style": style, "report": report},
        wrong=(Wrong("S11", body.replace("return result", "return circuit")),),
    )


def _names(text: str) -> list[str]:
    return re.findall(r"\b[A-Z]\w+", text)
