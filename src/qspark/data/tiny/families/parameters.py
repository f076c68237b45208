"""Parametrised circuits: binding, vectors of parameters."""

import random

from qspark.data.tiny.families.base import Family, Instance, Wrong, angle
from qspark.data.tiny.families.gates import unitary_test


def bind_angle(rng: random.Random) -> Instance:
    """A parametrised rotation, bound to a value."""
    n = rng.randint(2, 6)
    q = rng.randrange(n)
    a, axis = angle(rng), rng.choice("xyz")
    body = """
t = Parameter("t")
qc = QuantumCircuit({n})
qc.r{axis}(t, {q})
{end}
"""
    fill = {"n": n, "axis": axis, "q": q}
    return Instance(
        entry_point="bind_angle",
        asks=(
            f"On {n} qubits, put a parameter into r{axis} on qubit {q} and bind it to {a}.",
            f"Return a circuit of {n} qubits with r{axis}(t) on qubit {q}, bound at t = {a}.",
            f"With {n} qubits, build r{axis} of a parameter on qubit {q}, then assign {a} to it.",
            f"Out of {n} qubits, parametrise an r{axis} on qubit {q} and set it to {a}.",
            f"Make a {n} qubit circuit with a parametrised r{axis} on qubit {q}, bound to {a}.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit import Parameter",
        body=body.format(**fill, end=f"return qc.assign_parameters({{t: {a}}})"),
        test=unitary_test(n, f"r{axis}({a}, {q})"),
        wrong=(
            Wrong("B12", body.format(**fill, end=f"return qc.bind_parameters({{t: {a}}})"), 1.3),
            Wrong(
                "S09", body.format(**fill, end=f"qc.assign_parameters({{t: {a}}})\nreturn qc"), 0.3
            ),
        ),
        params={"n": n, "qubit": q, "angle": a, "axis": axis},
    )


def parameter_layer(rng: random.Random) -> Instance:
    """A layer of rotations, each with its own parameter of a vector."""
    n = rng.randint(2, 8)
    axis = rng.choice("xyz")
    name = rng.choice(["a", "b", "t", "w", "x", "phi", "theta"])
    body = """
v = ParameterVector("{name}", {n})
qc = QuantumCircuit({n})
for i in range({n}):
    qc.r{axis}(v[{index}], i)
return qc
"""
    fill = {"n": n, "axis": axis, "name": name}
    test = f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
got = candidate()
assert isinstance(got, QuantumCircuit)
assert got.num_qubits == {n}
assert [p.name for p in got.parameters] == [f"{name}[{{i}}]" for i in range({n})]
expected = QuantumCircuit({n})
for i in range({n}):
    expected.r{axis}(0.1 + 0.2 * i, i)
assert Operator(got.assign_parameters([0.1 + 0.2 * i for i in range({n})])).equiv(Operator(expected))
"""
    return Instance(
        entry_point="parameter_layer",
        asks=(
            f"With a parameter vector {name} on {n} qubits, apply r{axis} to each.",
            f"Return a circuit whose angles are the vector {name}, {n} qubits, r{axis} on each.",
            f"From a vector {name} of {n} parameters, build a layer of r{axis} gates.",
            f"Use the vector {name} for {n} qubits: one r{axis} a qubit.",
            f"Take a vector of parameters, {name}, for {n} qubits with r{axis} gates.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit import ParameterVector",
        body=body.format(**fill, index="i"),
        test=test,
        wrong=(
            Wrong(
                "A42",
                body.format(**fill, index="i"),
                0.5,
                imports="from qiskit import QuantumCircuit, ParameterVector",
            ),
            Wrong("D08", body.format(**fill, index="i + 1"), 0.3),
        ),
        params={"n": n, "axis": axis, "name": name},
    )


FAMILIES = (
    Family("bind_angle", "parameters", "intermediate", bind_angle),
    Family("parameter_layer", "parameters", "intermediate", parameter_layer),
)
