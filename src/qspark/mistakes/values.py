"""What is known of a value in a program that is read, not run."""

import ast
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass
class Circuit:
    """What is known of a circuit at one place of the program; None is "not known".

    `qubits` and `clbits` are counts, `registers` the names of the classical registers in order,
    `measured` whether it measures, `bound` whether it has no free parameter, `dynamic` whether it
    has control flow, a reset or a measurement before its end, `isa` whether it was transpiled,
    `gates` the names of the methods that put gates on it.
    """

    qubits: int | None = None
    clbits: int | None = None
    registers: tuple[str, ...] | None = None
    measured: bool | None = None
    bound: bool | None = None
    dynamic: bool | None = None
    isa: bool | None = None
    gates: frozenset[str] | None = None

    def forget(self) -> None:
        """Nothing is known any more: something else may have changed the circuit."""
        self.__dict__.update(Circuit().__dict__)

    def merge(self, other: "Circuit") -> None:
        """Keep what holds after either of two ways through the program."""
        for name, value in other.__dict__.items():
            if self.__dict__[name] != value:
                self.__dict__[name] = None

    def copy(self) -> "Circuit":
        """Another circuit of which the same is known."""
        return replace(self)


@dataclass
class Value:
    """What is known of a value.

    `origin` is the dotted path that an expression names (`qiskit.transpile`), `kind` the path of the
    class that it is an instance of, or one of the names in `RETURNS`; `guess` marks a kind that
    follows from a name alone. `items` are the elements of a list or tuple, or the circuits that a
    primitive runs; `constant` is a literal.
    """

    origin: str = ""
    kind: str = ""
    guess: bool = False
    circuit: Circuit | None = None
    items: "list[Value] | None" = None
    constant: Any = None
    node: ast.expr | None = field(default=None, repr=False)


UNKNOWN = Value()

# Bases of kinds that have no class of their own: what a primitive's result says depends on it.
VIRTUAL = {
    "SamplerJob": {"Job"}, "EstimatorJob": {"Job"}, "BackendJob": {"Job"},
    "SamplerResult": {"PrimitiveResult"}, "EstimatorResult": {"PrimitiveResult"},
    "SamplerPubResult": {"PubResult"}, "EstimatorPubResult": {"PubResult"},
    "SamplerData": {"DataBin"}, "EstimatorData": {"DataBin"}, "BitArray": set(), "Counts": {"dict"},
    "Result": set(), "Array": set(), "InstructionSet": set(), "CircuitData": set(),
    "CircuitInstruction": set(), "Instruction": set(), "Gate": {"Instruction"}, "Qubit": {"Bit"},
    "Clbit": {"Bit"}, "QubitList": set(), "ClbitList": set(), "Options": set(), "None": set(),
    "Removed": set(), "Target": set(), "str": set(),
}  # fmt: skip

# What a method, attribute (with a dot), item ("[]") or element of an iteration ("iter") of a kind
# is. The kind "=" is the same as the object's.
RETURNS = {
    "QuantumCircuit.copy": "=", "QuantumCircuit.compose": "QuantumCircuit",
    "QuantumCircuit.assign_parameters": "QuantumCircuit", "QuantumCircuit.inverse": "=",
    "QuantumCircuit.decompose": "=", "QuantumCircuit.reverse_bits": "=",
    "QuantumCircuit.reverse_ops": "=", "QuantumCircuit.copy_empty_like": "=",
    "QuantumCircuit.remove_final_measurements": "=", "QuantumCircuit.measure_all": "None",
    "QuantumCircuit.tensor": "QuantumCircuit", "QuantumCircuit.power": "QuantumCircuit",
    "QuantumCircuit.repeat": "QuantumCircuit", "QuantumCircuit.control": "QuantumCircuit",
    "QuantumCircuit.to_gate": "Gate", "QuantumCircuit.to_instruction": "Instruction",
    "QuantumCircuit.from_qasm_str": "QuantumCircuit",
    "QuantumCircuit.from_qasm_file": "QuantumCircuit",
    "QuantumCircuit.data": "CircuitData", "CircuitData.[]": "CircuitInstruction",
    "CircuitData.iter": "CircuitInstruction", "CircuitInstruction.operation": "Instruction",
    "CircuitInstruction.[]": "Removed",
    "QuantumCircuit.qubits": "QubitList", "QubitList.[]": "Qubit", "QubitList.iter": "Qubit",
    "CircuitInstruction.qubits": "QubitList", "CircuitInstruction.clbits": "ClbitList",
    "QuantumCircuit.clbits": "ClbitList", "ClbitList.[]": "Clbit", "ClbitList.iter": "Clbit",
    "QuantumRegister.[]": "Qubit", "ClassicalRegister.[]": "Clbit",
    "BaseSamplerV2.run": "SamplerJob", "SamplerJob.result": "SamplerResult",
    "SamplerResult.[]": "SamplerPubResult", "SamplerResult.iter": "SamplerPubResult",
    "SamplerPubResult.data": "SamplerData", "SamplerData.*": "BitArray",
    "SamplerPubResult.join_data": "BitArray", "BitArray.get_counts": "Counts",
    "BaseEstimatorV2.run": "EstimatorJob", "EstimatorJob.result": "EstimatorResult",
    "EstimatorResult.[]": "EstimatorPubResult", "EstimatorResult.iter": "EstimatorPubResult",
    "EstimatorPubResult.data": "EstimatorData", "EstimatorData.*": "Array",
    "BackendV2.run": "BackendJob", "BackendJob.result": "Result", "Result.get_counts": "Counts",
    "BackendV2.target": "Target", "BackendV2.name": "str",
    "QiskitRuntimeService.backend": "IBMBackend", "QiskitRuntimeService.least_busy": "IBMBackend",
    "QiskitRuntimeService.get_backend": "IBMBackend",
    "BasePrimitiveV2.options": "Options",
    "PassManager.run": "QuantumCircuit", "Gate.control": "Gate", "Gate.inverse": "Gate",
    "Statevector.evolve": "Statevector", "Operator.compose": "Operator",
    "Operator.tensor": "Operator", "Operator.expand": "Operator", "Operator.dot": "Operator",
    "Operator.from_label": "Operator", "Operator.from_circuit": "Operator",
    "Operator.adjoint": "Operator", "Statevector.from_label": "Statevector",
    "Statevector.from_instruction": "Statevector", "Statevector.from_int": "Statevector",
    "SparsePauliOp.from_list": "SparsePauliOp", "SparsePauliOp.simplify": "SparsePauliOp",
    "SparsePauliOp.from_sparse_list": "SparsePauliOp",
    "SparsePauliOp.apply_layout": "SparsePauliOp", "Clifford.from_label": "Clifford",
    "NoiseModel.from_backend": "NoiseModel", "AerSimulator.from_backend": "AerSimulator",
    "AerProvider.get_backend": "AerBackend",
    "BasicProvider.get_backend": "BasicSimulator", "Session.service": "QiskitRuntimeService",
}  # fmt: skip

# What a function gives, by the simple name of the function.
FUNCTIONS = {
    "transpile": "QuantumCircuit", "generate_preset_pass_manager": "StagedPassManager",
    "dag_to_circuit": "QuantumCircuit", "circuit_to_dag": "DAGCircuit",
    "random_circuit": "QuantumCircuit", "efficient_su2": "QuantumCircuit",
    "real_amplitudes": "QuantumCircuit", "n_local": "QuantumCircuit",
    "zz_feature_map": "QuantumCircuit", "random_statevector": "Statevector",
    "random_density_matrix": "DensityMatrix", "random_unitary": "Operator",
    "random_clifford": "Clifford", "random_pauli": "Pauli", "partial_trace": "DensityMatrix",
    "phase_estimation": "QuantumCircuit", "grover_operator": "QuantumCircuit",
    "quantum_volume": "QuantumCircuit", "pauli_feature_map": "QuantumCircuit",
    "circuit_to_gate": "Gate", "circuit_to_instruction": "Instruction",
    "synth_qft_full": "QuantumCircuit",
}  # fmt: skip

# What `from qiskit import *` brought until Qiskit 1.0.
FORMERLY = ("Aer", "BasicAer", "IBMQ", "execute", "assemble")

# What a parameter of a function is when nothing but its name says so.
GUESSES = {
    "qc": "QuantumCircuit", "circuit": "QuantumCircuit", "circ": "QuantumCircuit",
    "quantum_circuit": "QuantumCircuit", "qc1": "QuantumCircuit", "qc2": "QuantumCircuit",
    "backend": "BackendV2", "sampler": "BaseSamplerV2", "estimator": "BaseEstimatorV2",
    "simulator": "BackendV2",
}  # fmt: skip
