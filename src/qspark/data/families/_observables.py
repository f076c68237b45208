"""How the families of observables word their requests, and which imports their code needs."""


def asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    """The request in four layouts."""
    text = " ".join(facts)
    last, rest = facts[-1], " ".join(facts[:-1])
    return (
        f"{openers[0]} {text}",
        f"{openers[1]} {last} {rest}",
        f"{text} {openers[2]}",
        f"{openers[3]}\n" + "\n".join(f"- {fact}" for fact in facts),
    )


def needs(body: str) -> list[str]:
    """Import lines for names that a body of this topic uses."""
    known = {
        "np.": "import numpy as np",
        "Statevector(": "from qiskit.quantum_info import Statevector",
        "Statevector.": "from qiskit.quantum_info import Statevector",
        "SparsePauliOp": "from qiskit.quantum_info import SparsePauliOp",
        "PauliList(": "from qiskit.quantum_info import PauliList",
        " Pauli(": "from qiskit.quantum_info import Pauli", "(Pauli(": "from qiskit.quantum_info import "
            "Pauli",
        "QuantumCircuit": "from qiskit import QuantumCircuit", "Counts(": "from qiskit.result import Counts",
        "marginal_counts(": "from qiskit.result import marginal_counts",
        "marginal_distribution(": "from qiskit.result import marginal_distribution",
        "sampled_expectation_value(": "from qiskit.result import sampled_expectation_value",
        "ceil(": "from math import ceil", "sqrt(": "from math import sqrt", "prod(": "from math import prod",
        "StatevectorEstimator(": "from qiskit.primitives import StatevectorEstimator",
        "StatevectorSampler(": "from qiskit.primitives import StatevectorSampler",
        "BitArray.": "from qiskit.primitives import BitArray",
        "transpile(": "from qiskit import transpile",
        "CouplingMap": "from qiskit.transpiler import CouplingMap",
        "generate_preset_pass_manager(": "from qiskit import generate_preset_pass_manager",
        "PauliEvolutionGate(": "from qiskit.circuit.library import PauliEvolutionGate",
        "commutator(": "from qiskit.quantum_info import commutator",
        "anti_commutator(": "from qiskit.quantum_info import anti_commutator",
        "DensityMatrix(": "from qiskit.quantum_info import DensityMatrix",
    }  # fmt: skip
    lines = [line for mark, line in known.items() if mark in body]
    if "np.sqrt(" in body and " sqrt(" not in body:
        lines = [line for line in lines if line != "from math import sqrt"]
    if "np.prod(" in body and " prod(" not in body:
        lines = [line for line in lines if line != "from math import prod"]
    return lines
