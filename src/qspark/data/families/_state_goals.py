"""What is asked of a prepared state, and how a test checks it, for families of state preparation."""

from random import Random

from qspark.data.families.wording import fill

# What is done with a circuit `qc` that prepares the state: code, words, type.
GOALS = {
    "circuit": ("return qc", "Return the circuit", "QuantumCircuit"),
    "state": ("return Statevector(qc)", "Return the Statevector", "Statevector"),
    "chances": (
        "return Statevector(qc).probabilities_dict()",
        "Return the dict of its outcome probabilities by bit string", "dict[str, float]",
    ),
    "inverse": ("return qc.inverse()", "Return the circuit that maps the state back to all zeros",
                "QuantumCircuit"),
    "gate": ('return qc.to_gate(label="prep")', "Return it as a gate with the label 'prep'", "Gate"),
    "named": ('qc.name = "$name"\nreturn qc', "Return the circuit under the name '$name'", "QuantumCircuit"),
    "array": ("return Statevector(qc).data", "Return the amplitudes as a numpy array", "np.ndarray"),
    "copies": (
        "return qc.tensor(qc)",
        "Return a circuit of twice as many qubits that prepares two copies of it side by side",
        "QuantumCircuit",
    ),
}  # fmt: skip
CHECK = """
def check_state(got, goal, vector, name="", exact=False):
    want = Statevector(vector)
    if goal == "chances":
        exact = want.probabilities_dict()
        assert all(abs(got.get(k, 0) - exact.get(k, 0)) < 1e-7 for k in {*got, *exact}), got
        return
    if goal == "gate":
        assert isinstance(got, Gate) and got.label == "prep" and got.num_qubits == want.num_qubits
        gate, got = got, QuantumCircuit(want.num_qubits)
        got.append(gate, got.qubits)
    if goal == "array":
        assert isinstance(got, np.ndarray) and got.shape == want.data.shape
        got = Statevector(got)
    if goal == "state":
        assert isinstance(got, Statevector)
    elif goal != "array":
        assert isinstance(got, QuantumCircuit)
    if goal == "inverse":
        got = got.inverse()
    if goal == "named":
        assert got.name == name
    if goal == "copies":
        want = want.tensor(want)
    if isinstance(got, QuantumCircuit):
        assert got.num_qubits == want.num_qubits, got.num_qubits
    assert Statevector(got).equiv(want, atol=1e-7, rtol=0)
"""
HEAD = f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, Statevector
{CHECK}
rng = np.random.default_rng(np.random.randint(2**31))
"""


def a_goal(rng: Random, *without: str) -> tuple[str, str, str, str, str]:
    """(key, code, words, return type, name) of what is done with the circuit `qc`."""
    key = rng.choice([k for k in GOALS if k not in without])
    name = rng.choice(["prep", "loader", "source", "start"])
    code, words, out = GOALS[key]
    return key, fill(code, name=name), fill(words, name=name), out, name


def imports_for(body: str, out: str, given: str, *library: str) -> str:
    """The import lines of a solution that uses these names of the circuit library."""
    text = body + out + given
    lines = ["import numpy as np"] if "np." in text else []
    lines += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in text else []
    lines += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    lines += [f"from qiskit.circuit.library import {', '.join(sorted(library))}"] if library else []
    lines += ["from qiskit.quantum_info import Statevector"] if "Statevector" in text else []
    return "\n".join(lines)
