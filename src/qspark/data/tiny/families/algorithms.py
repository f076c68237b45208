"""Algorithms: Fourier transform, oracles, Trotter steps."""

import random

from qspark.data.tiny.families.base import Family, Instance, Wrong, angle, bits
from qspark.data.tiny.families.gates import unitary_test
from qspark.data.tiny.families.states import CIRCUIT


def fourier(rng: random.Random) -> Instance:
    """The quantum Fourier transform on part of a register."""
    n = rng.randint(3, 7)
    k = rng.randint(2, min(4, n - 1))
    first = rng.randint(0, n - k)
    stop = first + k
    body = "qc = QuantumCircuit({n})\nqc.{call}\nreturn qc"
    test = f"""
from qiskit import QuantumCircuit
from qiskit.circuit.library import QFTGate
from qiskit.quantum_info import Operator
got = candidate()
assert isinstance(got, QuantumCircuit)
assert got.num_qubits == {n}
expected = QuantumCircuit({n})
expected.append(QFTGate({k}), range({first}, {stop}))
assert Operator(got).equiv(Operator(expected))
"""
    return Instance(
        entry_point="fourier",
        asks=(
            f"On {n} qubits, apply a QFT of {k} qubits from qubit {first} on.",
            f"Return a circuit of {n} qubits with a QFT of size {k} that starts at qubit {first}.",
            f"With {n} qubits, Fourier transform {k} of them from qubit {first}.",
            f"Put on {n} qubits a {k} qubit QFT at qubit {first}.",
            f"Make a {n} qubit circuit with the QFT on {k} qubits, first {first}.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import QFTGate",
        body=body.format(n=n, call=f"append(QFTGate({k}), range({first}, {first} + {k}))"),
        test=test,
        wrong=(
            Wrong("B42", body.format(n=n, call=f"qft(range({first}, {first} + {k}))"), 0.3),
            Wrong(
                "D08",
                body.format(n=n, call=f"append(QFTGate({k}), range({first}, {first} + {k} - 1))"),
                0.9,
            ),
        ),
        params={"n": n, "k": k, "first": first},
    )


def phase_oracle(rng: random.Random) -> Instance:
    """An oracle that flips the phase of one basis state."""
    label = bits(rng, 3, 5)
    n = len(label)
    body = """
qc = QuantumCircuit({n})
zeros = [i for i, bit in enumerate({order}) if bit == "0"]
qc.x(zeros)
qc.append(ZGate().control({m}), range({n}))
qc.x(zeros)
return qc
"""
    plain = f"qc = QuantumCircuit({n})\nqc.append(ZGate().control({n} - 1), range({n}))\nreturn qc"
    zeros = [i for i, bit in enumerate(reversed(label)) if bit == "0"]
    test = f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
got = candidate()
assert isinstance(got, QuantumCircuit)
assert got.num_qubits == {n}
want = np.eye(2 ** {n})
want[{int(label, 2)}, {int(label, 2)}] = -1
assert Operator(got).equiv(Operator(want))
"""
    return Instance(
        entry_point="phase_oracle",
        asks=(
            f"On {n} qubits, an oracle that flips the phase of {label}.",
            f"Return a phase oracle of {n} qubits that marks the state {label}.",
            f"With {n} qubits, flip the sign of the basis state {label}.",
            f"For {n} qubits, mark {label} by a phase of minus one.",
            f"Make a {n} qubit circuit that is the phase oracle for {label}.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import ZGate",
        body=body.format(n=n, m=f"{n} - 1", order=f'reversed("{label}")'),
        test=test,
        wrong=(
            Wrong("S02", body.format(n=n, m=f"{n} - 1", order=f'"{label}"'), 0.6),
            Wrong("S27", plain, 0.5),
        ),
        params={"label": label, "zeros": zeros},
    )


def ising_step(rng: random.Random) -> Instance:
    """One Trotter step of a transverse-field Ising chain."""
    n = rng.randint(3, 6)
    a, b = angle(rng), angle(rng)
    body = """
qc = QuantumCircuit({n})
for i in range({stop}):
    qc.rzz({two}{a}, i, i + 1)
for i in range({n}):
    qc.rx({two}{b}, i)
return qc
"""
    fill = {"n": n, "a": a, "b": b, "stop": f"{n} - 1"}
    build = [f"rzz(2 * {a}, {i}, {i + 1})" for i in range(n - 1)]
    build += [f"rx(2 * {b}, {i})" for i in range(n)]
    return Instance(
        entry_point="ising_step",
        asks=(
            f"A Trotter step of a chain of {n} qubits: exp(-i {a} ZZ), then exp(-i {b} X).",
            f"Return one Ising step on {n} qubits: ZZ between neighbours for time {a}, then X for time {b}.",
            f"Evolve {n} qubits by exp(-i {a} ZZ) on neighbours, then exp(-i {b} X) on each.",
            f"One step of an Ising chain, {n} qubits, ZZ time {a}, X time {b}.",
            f"With {n} qubits in a chain, do exp(-i {a} ZZ), then exp(-i {b} X).",
        ),
        imports=CIRCUIT,
        body=body.format(**fill, two="2 * "),
        test=unitary_test(n, *build),
        wrong=(
            Wrong("S17", body.format(**fill, two=""), 1.3),
            Wrong("D08", body.format(**{**fill, "stop": n}, two="2 * "), 0.2),
        ),
        params=fill,
    )


FAMILIES = (
    Family("fourier", "algorithms", "intermediate", fourier),
    Family("phase_oracle", "algorithms", "advanced", phase_oracle),
    Family("ising_step", "algorithms", "advanced", ising_step),
)
