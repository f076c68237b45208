"""The test of a mined task: calls with recorded values, and what it takes to compare them.

The test stands alone: the helpers that it needs, and only those, are written into it.
"""

from collections.abc import Iterable

from qspark.data.families.base import Oracle
from qspark.data.mining.calls import Call

_CIRCUITS = """
class Like:
    def __init__(self, text, parameters=0, gate=False):
        self.text, self.parameters, self.gate = text, parameters, gate

def parts(circuit):
    # the gates, and which qubit is measured into which bit at the end
    bare, read = circuit.copy_empty_like(), {}
    for step in circuit.data:
        qubits = [circuit.find_bit(qubit).index for qubit in step.qubits]
        if step.operation.name == "barrier":
            continue
        if set(qubits) & set(read.values()):
            return bare, None
        if step.operation.name == "measure":
            read[circuit.find_bit(step.clbits[0]).index] = qubits[0]
        else:
            bare.append(step)
    return bare, read

def same_circuit(got, want):
    if want.gate and isinstance(got, Instruction):
        around = QuantumCircuit(got.num_qubits)
        around.append(got, range(got.num_qubits))
        got = around
    if not isinstance(got, QuantumCircuit) or got.num_parameters != want.parameters:
        return False
    if want.parameters:
        got = got.assign_parameters([0.4 + 0.3 * k for k in range(want.parameters)])
    want = qasm2.loads(want.text, custom_instructions=qasm2.LEGACY_CUSTOM_INSTRUCTIONS)
    (one, reads), (two, wanted) = parts(got), parts(want)
    if got.num_qubits != want.num_qubits or reads != wanted:
        return False
    if wanted or {"reset", "initialize"} & set(two.count_ops()):
        return Statevector(one).equiv(Statevector(two))
    if want.num_qubits > 6:
        return Clifford(one) == Clifford(two)
    return Operator.from_circuit(one).equiv(Operator(two))
"""
_BRANCHES = {
    "circuit": "    if isinstance(want, Like):\n        return same_circuit(got, want)\n",
    "Statevector": "    if isinstance(want, Statevector):\n"
    "        return isinstance(got, Statevector) and got.equiv(want)\n",
    "DensityMatrix": "    if isinstance(want, DensityMatrix):\n"
    "        return isinstance(got, DensityMatrix) and np.allclose(got.data, want.data, 1e-8, 1e-8)\n",
    "Operator": "    if isinstance(want, Operator):\n"
    "        return isinstance(got, Operator) and got.equiv(want)\n",
    "SparsePauliOp": "    if isinstance(want, SparsePauliOp):\n"
    "        return isinstance(got, SparsePauliOp) and got.equiv(want)\n",
    "PauliList": "    if isinstance(want, PauliList):\n"
    "        return isinstance(got, PauliList) and got.to_labels() == want.to_labels()\n",
    "array": "    if isinstance(want, np.ndarray):\n"
    "        return np.shape(got) == want.shape and np.allclose(got, want, rtol=1e-8, atol=1e-8)\n",
    "number": "    if isinstance(want, (float, complex)):\n"
    "        return isinstance(got, (int, float, complex, np.number)) and "
    "abs(got - want) <= 1e-8 * max(1, abs(want))\n",
}
_CONTAINERS = """    if isinstance(want, dict):
        if not isinstance(got, dict) or got.keys() != want.keys():
            return False
        return all(same(got[key], want[key]) for key in want)
    if isinstance(want, (list, tuple)):
        return isinstance(got, (list, tuple)) and len(got) == len(want) and all(map(same, got, want))
"""
_PLAIN = "    return isinstance(got, bool) == isinstance(want, bool) and got == want\n"
_MAKE = """
def circuit(qubits, *steps):
    qc = QuantumCircuit(qubits)
    for name, *rest in steps:
        getattr(qc, name)(*rest)
    return qc
"""
_SAID = {
    "unitary": "Circuits are compared by their unitary, up to global phase, qubit by qubit.",
    "measured": "Measured circuits are compared by the state before the final measurements, up to "
    "global phase, and by which qubit is measured into which classical bit.",
    "prepared": "Circuits are compared by the state that they prepare from all zeros, up to global "
    "phase.",
    "parameters": "Free parameters are compared in the order of the circuit's `parameters`.",
    "Statevector": "States are compared up to global phase.",
    "Operator": "Operators are compared up to global phase.",
    "SparsePauliOp": "Pauli sums are compared as operators.",
}


def arrangement(calls: Iterable[Call]) -> list[str]:
    """The statements that a test needs before it can make the arguments of calls."""
    lines, made = set[str](), False
    for call in calls:
        lines |= call.imports
        made = made or call.makes_circuits
    if made:
        lines.add("from qiskit import QuantumCircuit")
    return [*sorted(lines), *([_MAKE] if made else [])]


def test_of(results: list[tuple[Call, str, dict[int, str]]], kinds: set[str]) -> str:
    """The body of check(candidate): for each call the source of its result, and of changed arguments."""
    imports = {"import numpy as np"} if kinds & {"number", "array"} else set()
    named = kinds & {
        "Statevector",
        "DensityMatrix",
        "Operator",
        "SparsePauliOp",
        "PauliList",
        "Pauli",
    }
    named |= {"Clifford"} & kinds
    if "circuit" in kinds:
        imports |= {
            "from qiskit import QuantumCircuit, qasm2",
            "from qiskit.circuit import Instruction",
        }
        named |= {"Clifford", "Operator", "Statevector"}
    if named:
        imports.add(f"from qiskit.quantum_info import {', '.join(sorted(named))}")
    branches = "".join(text for kind, text in _BRANCHES.items() if kind in kinds)
    texts = [text for _, text, changed in results for text in (text, *changed.values())]
    nested = any(text[:1] in "[({" for text in texts)
    same = f"def same(got, want):\n{branches}{_CONTAINERS if nested else ''}{_PLAIN}"
    given = arrangement(call for call, _, _ in results)
    head = [
        *sorted({*imports, *(g for g in given if g != _MAKE)}),
        *(g for g in given if g == _MAKE),
    ]
    lines = [*head, *([_CIRCUITS] if "circuit" in kinds else []), same]
    for call, text, changed in results:
        if not changed:
            lines.append(f"assert same(candidate({call.source}), {text})")
            continue
        names = []
        for place, (name, value) in enumerate(call.given):
            lines.append(f"given_{place} = {value}")
            names.append(f"{name}=given_{place}" if name else f"given_{place}")
        lines.append(f"got = candidate({', '.join(names)})")
        if text != "None":
            lines.append(f"assert same(got, {text})")
        lines += [f"assert same(given_{place}, {new})" for place, new in changed.items()]
    return "\n".join(lines)


def conventions(kinds: set[str]) -> str:
    """What the test does not look at, as sentences for the prompt."""
    return " ".join(text for kind, text in _SAID.items() if kind in kinds)


def oracle_of(kinds: set[str]) -> Oracle:
    """What kind of comparison the test makes."""
    if kinds & {"measured", "prepared"}:
        return "state"
    if "circuit" in kinds:
        return "unitary"
    if kinds & {"Statevector", "DensityMatrix"}:
        return "state"
    return "unitary" if "Operator" in kinds else "value"
