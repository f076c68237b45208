"""Measurements of Pauli products: checks, parities, syndromes with feed-forward."""

from random import Random

from qspark.data.families.base import Instance, angle, family
from qspark.data.families.wording import fill


@family(
    "library_misc",
    "advanced",
    oracle="channel",
    skills=("pauli-measurement", "stabilizers"),
    why="A Pauli product measurement writes 0 for the eigenvalue +1; a minus sign flips the bit.",
    tolerance=1e-7,
)
def joint_pauli_measurements(rng: Random) -> Instance:
    """PauliProductMeasurement and Pauli rotations: commuting checks, parities, feed-forward."""
    kind = rng.choice(
        ["checks", "checks", "one", "subset", "rotated", "syndrome", "projector", "counts"]
    )
    shots, seed = rng.choice([20, 50, 100]), rng.randint(1, 90)
    theta = angle(rng)
    register = rng.choice(["outcome", "checks", "bits", "parity"])
    label = rng.choice(["XXI", "ZIZ", "IYY", "XZX", "ZZY", "YXI"])
    sign = rng.choice(["", "-"])
    spots = rng.sample(range(4), 2)
    two = rng.choice(["XX", "ZZ", "YY", "XZ", "ZX", "YX"])
    compiled = 'transpile(circuit, basis_gates=["cx", "u"])'
    names = ["PauliProductMeasurement"]
    info = ["Pauli"]
    top = "ClassicalRegister, QuantumCircuit"
    out = "QuantumCircuit"
    if kind in ("checks", "counts"):
        given = "circuit: QuantumCircuit, labels: list[str]"
        lines = [
            "result = circuit.copy()", f'{register} = ClassicalRegister(len(labels), "{register}")',
            f"result.add_register({register})",
            "for label, bit in zip(labels, " + register + "):",
            "    result.append(PauliProductMeasurement(Pauli(label)), result.qubits, [bit])",
        ]  # fmt: skip
        told = (
            f"a copy of `circuit` (no classical bits) with a new classical register `{register}`,"
            " into whose bits the signed Pauli products `labels` (as wide as the circuit) are"
            " measured one after the other, label k into bit k, 0 meaning the eigenvalue +1"
        )
        if kind == "counts":
            compiled = compiled.replace("circuit,", "result,")
            lines += [f"compiled = {compiled}",
                      f"job = SamplerV2(seed={seed}).run([compiled], shots={shots})",
                      f"return job.result()[0].data.{register}.get_counts()"]  # fmt: skip
            told = (
                "the counts (bit k from the right belongs to label k, 0 meaning the eigenvalue +1)"
                f" of {shots} shots in which the signed Pauli products `labels` (as wide as"
                " `circuit`) are measured one after the other on the state that `circuit`"
                f" prepares; transpile to cx and u and run it with Aer's SamplerV2, seed {seed}"
            )
            top, out = "ClassicalRegister, QuantumCircuit, transpile", "dict[str, int]"
        else:
            lines.append("return result")
    elif kind == "one":
        given = "circuit: QuantumCircuit"
        lines = [
            "result = circuit.copy()", f'bit = ClassicalRegister(1, "{register}")',
            "result.add_register(bit)",
            f'result.append(PauliProductMeasurement(Pauli("{sign}{label}")), result.qubits, bit)',
            "return result",
        ]  # fmt: skip
        told = (
            "a copy of the 3-qubit `circuit` (no classical bits) with a one-bit classical register"
            f" `{register}` into which the Pauli product {sign}{label} (rightmost letter on qubit"
            " 0) is measured at the end, 0 meaning the eigenvalue +1"
        )
    elif kind == "subset":
        given = "circuit: QuantumCircuit"
        lines = [
            "result = circuit.copy()", f'bit = ClassicalRegister(1, "{register}")',
            "result.add_register(bit)",
            f'result.append(PauliProductMeasurement(Pauli("{sign}{two}")), {spots}, bit)', "return result",
        ]  # fmt: skip
        told = (
            "a copy of the 4-qubit `circuit` (no classical bits) with a one-bit classical register"
            f" `{register}` into which the product of {two[1]} on qubit {spots[0]} and {two[0]} on"
            f" qubit {spots[1]}{', with a minus sign,' if sign else ''} is measured at the end, 0"
            " meaning the eigenvalue +1"
        )
    elif kind == "rotated":
        given = "circuit: QuantumCircuit"
        names.append("PauliProductRotationGate")
        lines = [
            "result = circuit.copy()", f'bit = ClassicalRegister(1, "{register}")',
            "result.add_register(bit)",
            f'result.append(PauliProductRotationGate(Pauli("{label}"), {theta}), result.qubits)',
            f'result.append(PauliProductMeasurement(Pauli("{sign}ZZZ")), result.qubits, bit)',
            "return result",
        ]  # fmt: skip
        told = (
            "a copy of the 3-qubit `circuit` (no classical bits) with the Pauli rotation exp(-i"
            f" {theta}/2 {label}) appended and then a measurement of the Pauli product {sign}ZZZ"
            f" into a one-bit classical register `{register}`, 0 meaning the eigenvalue +1"
        )
    elif kind == "syndrome":
        given = "circuit: QuantumCircuit"
        fix = rng.choice(["x", "z"])
        pauli_pair = ["ZZI", "IZZ"] if fix == "x" else ["XXI", "IXX"]
        lines = [
            "result = circuit.copy()", f'{register} = ClassicalRegister(2, "{register}")',
            f"result.add_register({register})",
            f'for label, bit in zip(("{pauli_pair[0]}", "{pauli_pair[1]}"), {register}):',
            "    result.append(PauliProductMeasurement(Pauli(label)), result.qubits, [bit])",
            "for value, qubit in ((1, 2), (2, 0), (3, 1)):",
            f"    with result.if_test(({register}, value)):", f"        result.{fix}(qubit)",
            "return result",
        ]  # fmt: skip
        told = (
            f"a copy of the 3-qubit `circuit` (no classical bits) that measures {pauli_pair[0]}"
            f" into bit 0 and {pauli_pair[1]} into bit 1 of a classical register `{register}` (0"
            f" meaning +1, rightmost letter on qubit 0) and then applies {fix} to qubit 2, 0 or 1"
            " if the register holds 1, 2 or 3"
        )
    else:
        given = "circuit: QuantumCircuit"
        lines = [
            f'measurement = PauliProductMeasurement(Pauli("{sign}{label}"))', "undo = measurement.pauli()",
            "state = Statevector(circuit)",
            "return float((1 + state.expectation_value(undo).real) / 2), undo.to_label()",
        ]  # fmt: skip
        told = (
            f"a pair: the exact probability (float) that a PauliProductMeasurement of {sign}{label}"
            " (rightmost letter on qubit 0) on the state of the 3-qubit `circuit` gives the bit 0,"
            " i.e. the eigenvalue +1, and the label (with sign) of the Pauli that the measurement"
            " object holds"
        )
        out, top = "tuple[float, str]", "QuantumCircuit"
        info = ["Pauli", "Statevector"]
    body = "\n".join(lines)
    asks = (
        f"Return {told}. Use Qiskit's PauliProductMeasurement.",
        f"Joint Pauli measurement with the library's PauliProductMeasurement: I need {told}.",
        (
            "For lattice-surgery style circuits (PauliProductMeasurement), write a function that"
            f" gives {told}."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit, transpile
from qiskit.quantum_info import Pauli, SparsePauliOp, Statevector, random_clifford, random_statevector
from qiskit_aer import AerSimulator
from scipy.linalg import expm
rng = np.random.default_rng(np.random.randint(2**31))
kind, sign, label = "$kind", -1 if "$sign" else 1, "$label"
def run(circuit, shots=30):
    counts = AerSimulator(seed_simulator=7).run(transpile(circuit, basis_gates=["cx", "u"]), \
shots=shots).result()
    return counts.get_counts()
def prepared(vector):
    circuit = QuantumCircuit(int(np.log2(len(vector))))
    circuit.prepare_state(vector, circuit.qubits)
    return circuit
for _ in range(2):
    clifford = random_clifford(3, seed=int(rng.integers(2**31)))
    state = clifford.to_circuit()
    labels = clifford.to_labels(mode="S")
    if kind in ("checks", "counts"):
        flipped = [("-" if text[0] == "+" else "+") + text[1:] for text in labels]
        given = [labels[0], flipped[1], labels[2]]
        got = candidate(state, given)
        if kind == "counts":
            assert dict(got) == {"010": $shots}, got
            continue
        assert isinstance(got, QuantumCircuit) and [r.name for r in got.cregs] == ["$register"] \
and not state.clbits
        assert got.count_ops()["pauli_product_measurement"] == 3
        assert run(got) == {"010": 30}
        continue
    if kind == "projector":
        vector = random_statevector(8, seed=int(rng.integers(2**31)))
        chance, text = candidate(prepared(vector.data))
        want = (1 + sign * vector.expectation_value(Pauli(label)).real) / 2
        assert abs(chance - want) < 1e-7 and Pauli(text) == Pauli("$sign" + label)
        continue
    if kind == "syndrome":
        for kick in (None, 0, 1, 2):
            circuit = QuantumCircuit(3)
            circuit.ry(0.9, 0)
            circuit.cx(0, 1)
            circuit.cx(0, 2)
            if "$fix" == "z":
                circuit.h(range(3))
            clean = circuit.copy()
            if kick is not None:
                getattr(circuit, "$fix")(kick)
            got = candidate(circuit)
            assert [(r.name, r.size) for r in got.cregs] == [("$register", 2)] and not circuit.clbits
            got.compose(clean.inverse(), inplace=True)
            got.measure_all()
            counts = run(got)
            assert list(counts) == [list(counts)[0]] and list(counts)[0].split()[0] == "000", counts
        continue
    n = 4 if kind == "subset" else 3
    if kind == "subset":
        full = SparsePauliOp.from_sparse_list([("$two"[::-1], $spots, sign)], 4).to_matrix()
    elif kind == "rotated":
        full = sign * SparsePauliOp("ZZZ").to_matrix()
    else:
        full = sign * SparsePauliOp(label).to_matrix()
    for value in (0, 1):
        vector = random_statevector(2**n, seed=int(rng.integers(2**31))).data
        vector = vector + (-1) ** value * full @ vector
        vector /= np.linalg.norm(vector)
        begin = vector
        if kind == "rotated":
            begin = expm(0.5j * $theta * SparsePauliOp(label).to_matrix()) @ vector
        circuit = prepared(begin)
        got = candidate(circuit)
        assert isinstance(got, QuantumCircuit) and [(r.name, r.size) for r in got.cregs] == [("$register", 1)]
        assert not circuit.clbits and got.count_ops()["pauli_product_measurement"] == 1
        got.compose(prepared(vector).inverse(), inplace=True)
        got.measure_all()
        assert run(got) == {"0" * n + f" {value}": 30}
""",
        kind=kind, sign=sign, label=label, register=register, shots=shots, two=two, spots=spots, theta=theta,
        fix=fix if kind == "syndrome" else "",
    )  # fmt: skip
    head = [
        f"from qiskit import {top}",
        f"from qiskit.circuit.library import {', '.join(names)}",
        f"from qiskit.quantum_info import {', '.join(info)}",
    ]
    head += ["from qiskit_aer.primitives import SamplerV2"] if kind == "counts" else []
    return Instance(
        "pauli_measurement", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"kind": kind, "sign": sign, "label": label, "register": register},
    )  # fmt: skip
