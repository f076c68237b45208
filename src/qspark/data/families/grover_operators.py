"""Grover operators of the library with their options, alone and applied."""

from random import Random

from qspark.data.families.base import Instance, angle, bits, family
from qspark.data.families.wording import call, fill


@family(
    "library_misc",
    "advanced",
    oracle="unitary",
    skills=("amplitude-amplification", "reflections"),
    why=(
        "Q = A S0 A^dagger S_f with S0 = 1 - 2|0><0|, up to the sign; the oracle may be a circuit"
        " or a state."
    ),
    tolerance=1e-8,
)
def grover_operators(rng: Random) -> Instance:
    """grover_operator with its options: preparation, reflection qubits, own reflection, state oracle."""
    kind = rng.choice(
        ["plain", "prepared", "subset", "statevector", "reflection", "amplitude", "barriers"]
    )
    marked = bits(rng, 3, 3)
    turns = [angle(rng) for _ in range(3)]
    power = rng.choice([1, 1, 2, 3])
    name = rng.choice(["Q", "Step", "Grover"])
    options: list[str] = []
    pre: list[str] = []
    library = ["grover_operator"]
    imports: list[str] = []
    oracle = [
        "oracle = QuantumCircuit(3)",
        f'zeros = [k for k, bit in enumerate(reversed("{marked}")) if bit == "0"]',
        "oracle.x(zeros)", "oracle.ccz(0, 1, 2)", "oracle.x(zeros)",
    ]  # fmt: skip
    told = f"the oracle flips the sign of |{marked}> (qubit 0 rightmost)"
    reflect = "the reflection about the state that the preparation makes from all zeros"
    prep = "the preparation is a Hadamard on every qubit"
    if kind in ("prepared", "amplitude"):
        pre = [
            "prepare = QuantumCircuit(3)",
            *(f"prepare.ry({t}, {k})" for k, t in enumerate(turns)),
            "prepare.cx(0, 2)",
        ]
        options = ["state_preparation=prepare"]
        prep = (
            f"the preparation is RY({turns[0]}), RY({turns[1]}), RY({turns[2]}) on the qubits 0, 1,"
            " 2 and then a CX from qubit 0 to qubit 2"
        )
    elif kind == "subset":
        oracle = [
            "oracle = QuantumCircuit(3)",
            "oracle.x(2)",
            "oracle.h(2)",
            "oracle.ccx(0, 1, 2)",
            "oracle.h(2)",
            "oracle.x(2)",
        ]
        options = ["reflection_qubits=[0, 1]", "state_preparation=prepare"]
        pre = [
            "prepare = QuantumCircuit(3)",
            f"prepare.ry({turns[0]}, 0)",
            f"prepare.ry({turns[1]}, 1)",
        ]
        told = (
            "the oracle flips the sign of qubits 0 and 1 both being 1, through qubit 2 (x, h, ccx "
            "onto qubit 2, h, x)"
        )
        prep = f"the preparation is RY({turns[0]}) on qubit 0 and RY({turns[1]}) on qubit 1"
        reflect = "the reflection about zero acts on the qubits 0 and 1 only"
    elif kind == "statevector":
        oracle = [f'oracle = Statevector.from_label("{marked}")']
        imports = ["from qiskit.quantum_info import Statevector"]
    elif kind == "reflection":
        spot = rng.choice([0, 1, 2])
        rest = [k for k in range(3) if k != spot]
        pre = [
            "zero = QuantumCircuit(3)",
            "zero.x([0, 1, 2])",
            f"zero.h({spot})",
            f"zero.mcx({rest}, {spot})",
        ]
        pre += [f"zero.h({spot})", "zero.x([0, 1, 2])"]
        options = ["zero_reflection=zero"]
        reflect = (
            "the reflection about zero is given as an own circuit: X on all qubits, a doubly "
            "controlled Z, X on all qubits"
        )
    elif kind == "barriers":
        options = ["insert_barriers=True"]
        reflect += ", with barriers between the parts"
    options += [f'name="{name}"'] if name != "Q" else []
    lines = [*oracle, *pre, call("grover = grover_operator", "oracle", *options)]
    form = rng.choice(["operator", "applied", "chance"]) if kind != "barriers" else "operator"
    out = "QuantumCircuit"
    if form == "operator":
        lines.append("return grover")
        wants = f"Return the operator as a circuit named '{name}'"
        power = 1
    else:
        start = (
            "circuit.compose(prepare, inplace=True)"
            if "prepare = " in "\n".join(pre)
            else ("circuit.h([0, 1, 2])")
        )
        lines += ["circuit = QuantumCircuit(3)", start]
        loop = rng.choice(["repeat", "loop"])
        lines += [f"circuit.compose(grover.repeat({power}), inplace=True)"] if loop == "repeat" else [
            f"for _ in range({power}):", "    circuit.compose(grover, inplace=True)"]  # fmt: skip
        if form == "applied":
            lines.append("return circuit")
            wants = (
                f"Return a circuit with the preparation followed by {power} application(s) of the "
                "operator"
            )
        else:
            lines.append(
                "return {key: float(chance) for key, chance in "
                "Statevector(circuit).probabilities_dict().items()}"
            )
            imports = ["from qiskit.quantum_info import Statevector"]
            wants = (
                "Return the exact outcome probabilities (dict from bit strings to floats) after"
                f" the preparation and {power} application(s) of the operator"
            )
            out = "dict[str, float]"
    body = "\n".join(lines)
    asks = (
        (
            f"Amplitude amplification on 3 qubits with Qiskit's grover_operator: {told}; {prep};"
            f" {reflect}. {wants}."
        ),
        (
            f"{wants}. It is the Grover operator (oracle first, then the reflection) for: {told};"
            f" {prep}; {reflect}."
        ),
        (
            f"Construct a Grover operator by the library function. Oracle: {told}. Preparation:"
            f" {prep}. Reflection: {reflect}. {wants}; global phases are free."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
kind, form, turns, power = "$kind", "$form", $turns, $power
prepare = QuantumCircuit(3)
if kind in ("prepared", "amplitude"):
    for k, t in enumerate(turns):
        prepare.ry(t, k)
    prepare.cx(0, 2)
elif kind == "subset":
    prepare.ry(turns[0], 0)
    prepare.ry(turns[1], 1)
else:
    prepare.h(range(3))
signs = np.ones(8)
if kind == "subset":
    mark = QuantumCircuit(3)
    mark.x(2); mark.h(2); mark.ccx(0, 1, 2); mark.h(2); mark.x(2)
    oracle = Operator(mark).data
else:
    signs[int("$marked", 2)] = -1
    oracle = np.diag(signs)
zero = np.eye(8)
for x in range(8):
    if x & (3 if kind == "subset" else 7) == 0:
        zero[x, x] = -1
a = Operator(prepare).data
step = a @ zero @ a.conj().T @ oracle
got = candidate()
if form == "operator":
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 3 and got.name == "$name"
    assert ("barrier" in got.count_ops()) == (kind == "barriers")
    assert Operator(got).equiv(Operator(step), atol=1e-8, rtol=0)
else:
    vector = np.linalg.matrix_power(step, power) @ a[:, 0]
    if form == "applied":
        assert isinstance(got, QuantumCircuit) \
and Statevector(got).equiv(Statevector(vector), atol=1e-8, rtol=0)
    else:
        chances = np.abs(vector) ** 2
        assert all(abs(got.get(format(x, "03b"), 0) - chances[x]) < 1e-8 for x in range(8)), got
""",
        kind=kind, form=form, turns=turns, power=power, marked=marked, name=name,
    )  # fmt: skip
    head = [
        "from qiskit import QuantumCircuit",
        f"from qiskit.circuit.library import {', '.join(library)}",
        *imports,
    ]
    return Instance(
        "amplification_step", asks, "\n".join(head), f"() -> {out}", body, test,
        {"kind": kind, "form": form, "marked": marked, "turns": turns, "power": power},
    )  # fmt: skip
