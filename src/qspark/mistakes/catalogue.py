"""The catalogue of mistakes: what goes wrong in Qiskit code, and the right way.

An id is a letter for the class (A imports, B methods and arguments, C primitives, D circuits, S silent
semantics, H invented names) and a number. Each kind here is injected by a task family and was seen to fail.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """One way in which Qiskit code goes wrong, and what to write instead."""

    id: str
    title: str
    explanation: str


_ENTRIES = (
    Mistake(
        "A01",
        "execute and Aer imported from qiskit",
        "Removed in Qiskit 1.0. Run circuits with qiskit_aer.AerSimulator().run(qc) or a V2 primitive.",
    ),
    Mistake(
        "A19",
        "qiskit.primitives.Sampler (V1)",
        "Removed in Qiskit 2.0. Use StatevectorSampler().run([qc]); counts are in result[0].data.",
    ),
    Mistake(
        "A20",
        "qiskit.primitives.Estimator (V1)",
        "Removed in Qiskit 2.0. Use StatevectorEstimator().run([(qc, observable)]); values are in "
        "result[0].data.evs.",
    ),
    Mistake(
        "A42",
        "circuit classes imported from the top level",
        "Parameter and ParameterVector live in qiskit.circuit.",
    ),
    Mistake("B01", "QuantumCircuit.cnot", "Removed in Qiskit 1.0. Use cx."),
    Mistake("B02", "QuantumCircuit.toffoli", "Removed in Qiskit 1.0. Use ccx."),
    Mistake("B04", "QuantumCircuit.mct", "Removed in Qiskit 1.0. Use mcx."),
    Mistake("B07", "QuantumCircuit.u3", "Removed in Qiskit 1.0. Use u with the same angles."),
    Mistake("B09", "QuantumCircuit.u1", "Removed in Qiskit 1.0. Use p."),
    Mistake("B10", "QuantumCircuit.cu1", "Removed in Qiskit 1.0. Use cp."),
    Mistake(
        "B12", "QuantumCircuit.bind_parameters", "Removed in Qiskit 1.0. Use assign_parameters."
    ),
    Mistake("B13", "QuantumCircuit.qasm", "Removed in Qiskit 1.0. Use qasm2.dumps(qc)."),
    Mistake(
        "B14", "InstructionSet.c_if", "Removed in Qiskit 2.0. Use `with qc.if_test((bit, value)):`."
    ),
    Mistake(
        "B42", "QuantumCircuit.qft", "Never existed. Append QFTGate(n) from the circuit library."
    ),
    Mistake(
        "B44", "qubit before angle", "Rotation gates take the angle first: qc.rx(angle, qubit)."
    ),
    Mistake(
        "B45",
        "qubits before angle in a controlled rotation",
        "The angle comes first: qc.crx(angle, control, target).",
    ),
    Mistake(
        "C01", "a circuit where a list of PUBs belongs", "V2 primitives take a list: run([qc])."
    ),
    Mistake(
        "C05",
        "data.c after measure_all",
        "measure_all names its register meas, so the counts are in data.meas.",
    ),
    Mistake("C09", "values of an estimator result", "V2 results are indexed: result[0].data.evs."),
    Mistake("D08", "an index off by one", "Qubits are counted from 0."),
    Mistake("H01", "an invented method", "No such method exists on this class."),
    Mistake(
        "S02",
        "a bit string read from the left",
        "The rightmost character of a label is qubit 0: enumerate the reversed string.",
    ),
    Mistake(
        "S03",
        "qubits of an operator counted from the left",
        "Qubit 0 is the rightmost factor of a label.",
    ),
    Mistake("S09", "the bound circuit thrown away", "assign_parameters returns a new circuit."),
    Mistake("S11", "the transpiled circuit thrown away", "Transpilation returns a new circuit."),
    Mistake(
        "S15", "control and target exchanged", "The control comes first: qc.cx(control, target)."
    ),
    Mistake(
        "S17",
        "a factor of two in the angle",
        "rx(t) is exp(-i t X / 2), so exp(-i a X) is rx(2 * a).",
    ),
    Mistake(
        "S24",
        "the wrong outcome in a condition",
        "if_test runs its body when the bit has that value.",
    ),
    Mistake(
        "S27",
        "an oracle that always marks the all-ones state",
        "Flip the zeros of the label first.",
    ),
    Mistake(
        "S31", "an array where a dict is asked for", "probabilities_dict returns outcomes as keys."
    ),
)

CATALOGUE: dict[str, Mistake] = {entry.id: entry for entry in _ENTRIES}
