"""Noise of Aer: the terms of an error, and errors that a pass inserts."""

from random import Random

from qspark.data.families.base import Instance, family


@family(
    "noise",
    "basic",
    oracle="value",
    skills=("quantum-error", "inspection"),
    why="A QuantumError is a list of circuits with probabilities; error_term(k) gives "
    "the k-th pair.",
    tolerance=1e-9,
)
def error_terms(rng: Random) -> Instance:
    """Looking into an error: its terms, probabilities and dictionary form."""
    width = rng.choice([1, 2])
    labels = rng.sample(["X", "Y", "Z"] if width == 1 else ["IX", "ZI", "XY", "YZ", "XI", "ZX"], 3)
    quiet = "I" * width
    form = rng.choice(["pauli", "PauliError", "circuits", "dict"])
    build, args, given, fed = {
        "pauli": (
            "pauli_error(list(zip(labels, probabilities)))",
            "labels: list[str], probabilities: list[float]",
            "the Pauli error that applies `labels[k]` with `probabilities[k]`",
            "labels, probabilities",
        ),
        "PauliError": (
            "PauliError(labels, probabilities).to_quantum_error()",
            "labels: list[str], probabilities: list[float]",
            "the Pauli error that applies `labels[k]` with `probabilities[k]`",
            "labels, probabilities",
        ),
        "circuits": (
            "QuantumError(list(zip(circuits, probabilities)))",
            "circuits: list[QuantumCircuit], probabilities: list[float]",
            "the error that applies `circuits[k]` with `probabilities[k]`",
            "circuits, probabilities",
        ),
        "dict": (
            "QuantumError.from_dict(data)",
            "data: dict",
            "the error whose dictionary form is `data`",
            "QuantumError(list(zip(circuits, probabilities))).to_dict()",
        ),
    }[form]
    cut = rng.randint(5, 20) / 100
    k = rng.choice([1, 2, 3])
    ends = [
        (
            "float",
            "return max(error.probabilities)",
            "the largest probability among its terms",
            "assert abs(got - max(probabilities)) < 1e-9",
        ),
        (
            "list[int]",
            f"return [k for k, p in enumerate(error.probabilities) if p > {cut}]",
            f"the list of the indices of its terms with a probability above {cut}",
            f"assert list(got) == [k for k, p in enumerate(probabilities) if p > {cut}]",
        ),
        (
            "float",
            f"_, probability = error.error_term({k})\nreturn probability",
            f"the probability of its term with index {k}",
            f"assert abs(got - probabilities[{k}]) < 1e-9",
        ),
        (
            "QuantumCircuit",
            f"circuit, _ = error.error_term({k})\nreturn circuit",
            f"the circuit of its term with index {k}",
            f"assert isinstance(got, QuantumCircuit) and Operator(got).equiv(Pauli(labels[{k}]))",
        ),
        (
            "tuple[int, int, bool]",
            "return error.size, error.num_qubits, error.ideal()",
            "a tuple of its number of terms, its number of qubits and whether it is ideal",
            f"assert tuple(got) == (4, {width}, False)",
        ),
        (
            "QuantumError",
            "weakened = [(qc, p) for qc, p in zip(error.circuits, error.probabilities) "
            "if p > CUT]\ntotal = sum(p for _, p in weakened)\nreturn QuantumError([(qc, p / "
            "total) for qc, p in weakened])".replace("CUT", str(cut)),
            f"a `QuantumError` of only its terms with a probability above {cut}, renormalised",
            f"kept = [(x, p) for x, p in zip(labels, probabilities) if p > {cut}]\n    "
            f"total = sum(p for _, p in kept)\n    same(got, [(x, p / total) for x, p in kept])",
        ),
        (
            "QuantumError",
            "return error",
            "that `QuantumError`",
            "same(got, list(zip(labels, probabilities)))",
        ),
        (
            "float",
            "return process_fidelity(error.to_quantumchannel())",
            "its process fidelity with the identity channel",
            f"assert abs(got - sum(p for x, p in zip(labels, probabilities) if x == "
            f'"{quiet}")) < 1e-9',
        ),
    ]
    returns, last, end, check = rng.choice(ends)
    used = sorted(
        {n for n in ("PauliError", "QuantumError", "pauli_error") if n in build + last + returns},
        key=str.swapcase,
    )
    used.sort(key=lambda n: (n[0].islower(), n))
    lines = ["from qiskit import QuantumCircuit"] * ("QuantumCircuit" in args + returns)
    lines += ["from qiskit.quantum_info import process_fidelity"] * ("process_fidelity" in last)
    lines += [f"from qiskit_aer.noise import {', '.join(used)}"]
    return Instance(
        entry_point="inspect_error",
        signature=f"({args}) -> {returns}",
        asks=(
            f"Take {given} ({width} qubit{'s' * (width - 1)}, Aer's noise module). Return {end}.",
            f"From `qiskit_aer.noise` I need {given}; it acts on {width} "
            f"qubit{'s' * (width - 1)}. What the function returns is {end}.",
            f"Make {given} as an Aer `QuantumError` on {width} "
            f"qubit{'s' * (width - 1)} and give back {end}.",
        ),
        imports="\n".join(lines),
        body=f"error = {build}\n{last}",
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Pauli, SuperOp
from qiskit_aer.noise import QuantumError
rng = np.random.default_rng(np.random.randint(2**31))
def same(error, terms):
    want = sum(p * np.kron(m.conj(), m) for m, p in ((Pauli(x).to_matrix(), p) for x, p in terms))
    assert isinstance(error, QuantumError) and np.allclose(SuperOp(error).data, want, atol=1e-9)
for _ in range(3):
    labels = {[*labels, quiet]}
    probabilities = rng.permutation([{cut - 0.03:.2f}, {cut - 0.02:.2f}, {cut + 0.06:.2f}]).tolist()
    probabilities.append(1 - sum(probabilities))
    circuits = []
    for label in labels:
        qc = QuantumCircuit({width})
        for q, letter in enumerate(reversed(label)):
            getattr(qc, "id" if letter == "I" else letter.lower())(q)
        circuits.append(qc)
    got = candidate({fed})
    {check}
""",
        params={"form": form, "labels": labels},
    )


@family(
    "noise",
    "advanced",
    oracle="state",
    skills=("noise-passes", "angle-dependent-noise"),
    why="A LocalNoisePass calls a function for each operation and inserts what it "
    "returns after, before or instead.",
    tolerance=1e-7,
)
def local_noise_pass(rng: Random) -> Instance:
    """Errors that depend on angles, qubits or gates, inserted into a circuit by a noise pass."""
    gate = rng.choice(["RXGate", "RYGate", "RZGate"])
    method = rng.choice(["append", "append", "prepend"])
    rate = rng.randint(2, 9) / 100
    letter = {"RXGate": "Z", "RYGate": "X", "RZGate": "Y"}[gate]
    kinds = {
        "angle": (
            f"    p = {rate} * abs(float(op.params[0]))\n    return "
            f'pauli_error([("{letter}", p), ("I", 1 - p)])',
            f"a {letter} error with probability {rate} * |theta|, theta being the gate's angle",
            f"flip({rate} * abs(theta))",
        ),
        "qubit": (
            f'    p = {rate} * (qubits[0] + 1)\n    return pauli_error([("{letter}", '
            f'p), ("I", 1 - p)])',
            f"a {letter} error with probability {rate} * (q + 1) on qubit q",
            f"flip({rate} * (q + 1))",
        ),
        "cutoff": (
            f"    if abs(float(op.params[0])) < 0.5:\n        return None\n    return "
            f'pauli_error([("{letter}", {rate}), ("I", {round(1 - rate, 2)})])',
            f"a {letter} error with probability {rate}, unless its angle is below 0.5 "
            f"in absolute value (then nothing)",
            f"flip({rate}) if abs(theta) >= 0.5 else None",
        ),
        "damping": (
            f"    return amplitude_damping_error({rate} * abs(float(op.params[0])))",
            f"amplitude damping with parameter {rate} * |theta|, theta being the gate's angle",
            f"damping({rate} * abs(theta))",
        ),
        "depolarizing": (
            f"    return depolarizing_error({rate} * (1 + qubits[0]), 1)",
            f"a depolarizing error with parameter {rate} * (1 + q) on qubit q",
            f"depolarizing({rate} * (1 + q))",
        ),
        "over": (
            f"    return {gate}({rate} * float(op.params[0]))",
            f"the same rotation about {rate} times its angle (a coherent over-rotation)",
            f"SuperOp({gate}({rate} * theta))",
        ),
    }
    kind = rng.choice(list(kinds))
    if kind == "over":
        other = {"RXGate": "RYGate", "RYGate": "RZGate", "RZGate": "RXGate"}[gate]
        kinds["over"] = (
            f"    return {other}({rate} * float(op.params[0]))",
            f"a rotation {other[:2].lower()} by {rate} times its angle",
            f"SuperOp({other}({rate} * theta))",
        )
    rule, words, want = kinds[kind]
    when = "after" if method == "append" else "before"
    name = gate[:2].lower()
    returns, last, end = rng.choice(
        [
            (
                "QuantumCircuit",
                "return noisy",
                "the noisy circuit (errors as instructions that Aer's simulator understands)",
            ),
            (
                "np.ndarray",
                "noisy.save_density_matrix()\nsimulator = "
                'AerSimulator(method="density_matrix")\nreturn '
                'np.asarray(simulator.run(noisy).result().data()["density_matrix"])',
                "the density matrix at the end of the noisy circuit as an array, from "
                "Aer's density-matrix method",
            ),
        ]
    )
    gates = sorted({gate, *([w for w in ("RXGate", "RYGate", "RZGate") if w in rule])})
    error = {
        "damping": "amplitude_damping_error",
        "depolarizing": "depolarizing_error",
        "over": "",
    }.get(kind, "pauli_error")
    lines = ["import numpy as np"] * ("np." in returns + last) + [
        "from qiskit import QuantumCircuit"
    ]
    lines += [f"from qiskit.circuit.library import {', '.join(gates)}"]
    lines += ["from qiskit_aer import AerSimulator"] * ("AerSimulator" in last)
    lines += [
        f"from qiskit_aer.noise import {', '.join(['LocalNoisePass', *([error] if error else [])])}"
    ]
    body = (
        f"def noise(op, qubits):\n{rule}\n\nnoisy = LocalNoisePass(noise, "
        f'op_types=[{gate}], method="{method}")(circuit)\n{last}'
    )
    return Instance(
        entry_point="insert_noise",
        signature=f"(circuit: QuantumCircuit) -> {returns}",
        asks=(
            f"Use Aer's `LocalNoisePass` to insert, {when} every {name} gate of "
            f"`circuit`, {words}. Other gates stay ideal. "
            f"Return {end}.",
            f"Noise that a plain noise model cannot express: {when} each {name} "
            f"gate there is {words}. Nothing else is noisy. "
            f"With a `LocalNoisePass`, give me {end}.",
            f"I want a pass of `qiskit_aer.noise` that puts {words} {when} each "
            f"{name} gate, and its effect on `circuit`: return "
            f"{end}.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import RXGate, RYGate, RZGate
from qiskit.quantum_info import DensityMatrix, Kraus, Operator, Pauli, SuperOp
from qiskit_aer import AerSimulator
rng = np.random.default_rng(np.random.randint(2**31))
def mixture(*terms):
    return SuperOp(sum(p * np.kron(u.conj(), u) for p, u in ((p, Pauli(x).to_matrix()) for p, x in terms)))
def flip(p):
    return mixture((p, "{letter}"), (1 - p, "I"))
def damping(g):
    return SuperOp(Kraus([np.diag([1, np.sqrt(1 - g)]), np.array([[0, np.sqrt(g)], [0, 0]])]))
def depolarizing(p):
    return mixture((1 - 0.75 * p, "I"), (p / 4, "X"), (p / 4, "Y"), (p / 4, "Z"))
for _ in range(2):
    qc = QuantumCircuit(3)
    for q in range(3):
        qc.h(q)
        qc.rx(rng.uniform(0.6, 0.8), q)
        qc.ry(-rng.uniform(0.6, 0.8), q)
        qc.rz(rng.uniform(0.55, 0.8), q)
    qc.cx(0, 1)
    for q in range(3):
        qc.rz(0.3 + 0.1 * q, q)
        qc.ry(0.4, q)
        qc.rx(-0.2, q)
    qc.cx(1, 2)
    rho = DensityMatrix.from_label("000")
    for item in qc.data:
        qubits = [qc.find_bit(q).index for q in item.qubits]
        noise = None
        if item.operation.name == "{name}":
            q, theta = qubits[0], float(item.operation.params[0])
            noise = {want}
        if noise is not None and "{method}" == "prepend":
            rho = rho.evolve(noise, qubits)
        rho = rho.evolve(Operator(item.operation), qubits)
        if noise is not None and "{method}" == "append":
            rho = rho.evolve(noise, qubits)
    got = candidate(qc.copy())
    if isinstance(got, QuantumCircuit):
        got.save_density_matrix()
        got = AerSimulator(method="density_matrix").run(got).result().data()["density_matrix"]
    assert np.allclose(np.asarray(got), rho.data, atol=1e-7)
""",
        params={"gate": gate, "kind": kind, "method": method},
    )
