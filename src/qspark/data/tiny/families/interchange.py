"""Interchange: circuits as OpenQASM text."""

import random

from qspark.data.tiny.families.base import Family, Instance, Wrong, pick


def bell_qasm(rng: random.Random) -> Instance:
    """A Bell pair as OpenQASM 2."""
    n = rng.randint(3, 8)
    a, b = pick(rng, n, 2)
    body = "qc = QuantumCircuit({n})\nqc.h({a})\nqc.cx({a}, {b})\nreturn {end}"
    fill = {"n": n, "a": a, "b": b}
    test = f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
text = candidate()
assert isinstance(text, str)
got = QuantumCircuit.from_qasm_str(text)
assert got.num_qubits == {n}
expected = QuantumCircuit({n})
expected.h({a})
expected.cx({a}, {b})
assert Statevector(got).equiv(Statevector(expected))
"""
    return Instance(
        entry_point="bell_qasm",
        asks=(
            f"On {n} qubits, a Bell pair on qubits {a} and {b} as OpenQASM 2.",
            f"Return OpenQASM 2 for a circuit of {n} qubits: H on {a}, CX to {b}.",
            f"With {n} qubits, export a Bell pair on {a} and {b} as OpenQASM 2.",
            f"Write as OpenQASM 2, for {n} qubits, a Bell pair with control {a}, target {b}.",
            f"Make the OpenQASM 2 text of a {n} qubit circuit that entangles {a} with {b}.",
        ),
        imports="from qiskit import QuantumCircuit, qasm2",
        body=body.format(**fill, end="qasm2.dumps(qc)"),
        test=test,
        wrong=(
            Wrong("B13", body.format(**fill, end="qc.qasm()"), 0.8),
            Wrong("B01", body.format(**fill, end="qasm2.dumps(qc)").replace("cx", "cnot"), 0.2),
        ),
        params=fill,
    )


def ghz_qasm(rng: random.Random) -> Instance:
    """A GHZ circuit as OpenQASM 2."""
    n = rng.randint(3, 8)
    root = rng.randrange(n)
    body = """
qc = QuantumCircuit({n})
qc.h({root})
for i in range({n}):
    if i != {root}:
        qc.cx({root}, i)
return {end}
"""
    fill = {"n": n, "root": root}
    test = f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
text = candidate()
assert isinstance(text, str)
got = QuantumCircuit.from_qasm_str(text)
assert got.num_qubits == {n}
expected = QuantumCircuit({n})
expected.h({root})
expected.cx({root}, [q for q in range({n}) if q != {root}])
assert Statevector(got).equiv(Statevector(expected))
"""
    return Instance(
        entry_point="ghz_qasm",
        asks=(
            f"The OpenQASM 2 text of a GHZ state of {n} qubits from qubit {root}.",
            f"Return OpenQASM 2 for a GHZ circuit on {n} qubits that starts at qubit {root}.",
            f"Export a GHZ state of {n} qubits from qubit {root} as OpenQASM 2.",
            f"Write as OpenQASM 2 the {n} qubit GHZ state with qubit {root} as control.",
        ),
        imports="from qiskit import QuantumCircuit, qasm2",
        body=body.format(**fill, end="qasm2.dumps(qc)"),
        test=test,
        wrong=(Wrong("B13", body.format(**fill, end="qc.qasm()"), 1.0),),
        params=fill,
    )


FAMILIES = (
    Family("bell_qasm", "interchange", "basic", bell_qasm),
    Family("ghz_qasm", "interchange", "intermediate", ghz_qasm),
)
