"""How the families of simulation word their requests, and which imports their code needs."""


def asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    """The request in four layouts."""
    text = " ".join(facts)
    return (
        f"{openers[0]} {text}",
        f"{text}\n\n{openers[1]}",
        f"{openers[2]}\n\n" + "\n\n".join(facts),
        f"{openers[3]} " + " ".join([*facts[1:], facts[0]]),
    )


_KNOWN = {
    "np.": "import numpy as np", "expm(": "from scipy.linalg import expm",
    "QuantumCircuit": "from qiskit import QuantumCircuit",
    "Parameter(": "from qiskit.circuit import Parameter",
    "PermutationGate(": "from qiskit.circuit.library import PermutationGate",
    "QFTGate(": "from qiskit.circuit.library import QFTGate",
    "StatePreparation(": "from qiskit.circuit.library import StatePreparation",
    "Isometry(": "from qiskit.circuit.library import Isometry",
    "UnitaryGate(": "from qiskit.circuit.library import UnitaryGate",
    "PauliGate(": "from qiskit.circuit.library import PauliGate",
    "HamiltonianGate(": "from qiskit.circuit.library import HamiltonianGate",
    "PauliEvolutionGate(": "from qiskit.circuit.library import PauliEvolutionGate",
    "UCRYGate(": "from qiskit.circuit.library import UCRYGate",
    "MatrixExponential(": "from qiskit.synthesis import MatrixExponential",
    "LieTrotter(": "from qiskit.synthesis import LieTrotter",
    "Operator(": "from qiskit.quantum_info import Operator",
    "Operator.": "from qiskit.quantum_info import Operator",
    "Statevector": "from qiskit.quantum_info import Statevector",
    "DensityMatrix": "from qiskit.quantum_info import DensityMatrix",
    "SparsePauliOp": "from qiskit.quantum_info import SparsePauliOp",
    "partial_trace(": "from qiskit.quantum_info import partial_trace",
    "state_fidelity(": "from qiskit.quantum_info import state_fidelity",
    "StatevectorEstimator(": "from qiskit.primitives import StatevectorEstimator",
    "AerSimulator(": "from qiskit_aer import AerSimulator",
    "ceil(": "from math import ceil", "log2(": "from math import log2",
}  # fmt: skip


def needs(text: str) -> list[str]:
    """Import lines for the names in a text, with those of numpy left to numpy."""
    bare = text.replace("np.ceil(", "np.").replace("np.log2(", "np.")
    return [line for mark, line in _KNOWN.items() if mark in bare]
