"""Rotations of a qubit by a function of a register."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill

# Function values are angles of a rotation exp(-i angle P/2) of the target, which starts in |0>.
ROTATED = """
def rotated(angle, basis):
    c, s = np.cos(angle / 2), np.sin(angle / 2)
    return {"Y": (c, s), "X": (c, -1j * s), "Z": (c - 1j * s, 0)}[basis]

def check_rotation(circuit, n, angle_of, basis, rng):
    weights = rng.normal(size=2**n) + 1j * rng.normal(size=2**n)
    weights /= np.linalg.norm(weights)
    start, want = np.zeros((2, 2**circuit.num_qubits), dtype=complex)
    start[: 2**n] = weights
    for x in range(2**n):
        low, high = rotated(angle_of(x), basis)
        want[x], want[x | 1 << n] = weights[x] * low, weights[x] * high
    got = Statevector(start).evolve(circuit)
    assert got.equiv(Statevector(want), atol=1e-6, rtol=0)
"""


@family(
    "arithmetic",
    "intermediate",
    oracle="unitary",
    skills=("function-rotations", "angles"),
    why=(
        "Pauli rotation gates rotate by the function value itself, so amplitudes hold half the"
        " angle."
    ),
    tolerance=1e-6,
)
def rotation_by_a_function(rng: Random) -> Instance:
    """Rotations of a target qubit by a linear, polynomial or piecewise function of a register."""
    kind = rng.choice(
        ["linear", "polynomial", "piecewise linear", "piecewise polynomial", "chebyshev"]
    )
    n = rng.choice([2, 3, 3])
    basis = "Y" if kind == "chebyshev" else rng.choice(["Y", "Y", "X", "Z"])
    c = [rng.choice([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, -0.12, -0.2]) for _ in range(6)]
    cut = rng.randint(2, 2**n - 2)
    option = [] if basis == "Y" else [f'basis="{basis}"']
    ancilla = 1
    definition = ""
    if kind == "linear":
        gate, ancilla = "LinearPauliRotationsGate", 0
        arguments = [str(n), f"slope={c[0]}", f"offset={c[1]}"]
        formula, told = f"{c[0]} * x + {c[1]}", f"{c[0]} x + {c[1]}"
    elif kind == "polynomial":
        gate, ancilla = "PolynomialPauliRotationsGate", 0
        degree = rng.choice([2, 3])
        arguments = [str(n), f"{c[: degree + 1]}"]
        formula = " + ".join(f"{v} * x**{k}" for k, v in enumerate(c[: degree + 1]))
        told = "the polynomial " + formula.replace(" * ", " ").replace("**", "^").replace(
            " x^0", ""
        )
    elif kind == "piecewise linear":
        gate = "PiecewiseLinearPauliRotationsGate"
        start = rng.choice([0, 0, cut])
        if start:
            points, slopes, offsets = [1, cut], c[:2], c[2:4]
            formula = (
                f"0 if x < 1 else {c[0]} * (x - 1) + {c[2]} if x < {cut} else {c[1]} * (x - "
                f"{cut}) + {c[3]}"
            )
            told = (
                f"0 at x = 0, {c[0]} (x - 1) + {c[2]} for 1 <= x < {cut} and {c[1]} (x - {cut}) + "
                f"{c[3]} from there on"
            )
        else:
            points, slopes, offsets = [0, cut], c[:2], c[2:4]
            formula = f"{c[0]} * x + {c[2]} if x < {cut} else {c[1]} * (x - {cut}) + {c[3]}"
            told = f"{c[0]} x + {c[2]} for x < {cut} and {c[1]} (x - {cut}) + {c[3]} from there on"
        arguments = [str(n), str(points), str(slopes), str(offsets)]
    elif kind == "piecewise polynomial":
        gate = "PiecewisePolynomialPauliRotationsGate"
        arguments = [str(n), f"[0, {cut}]", f"[{c[:2]}, {c[2:5]}]"]
        formula = f"{c[0]} + {c[1]} * x if x < {cut} else {c[2]} + {c[3]} * x + {c[4]} * x**2"
        told = f"{c[0]} + {c[1]} x for x < {cut} and {c[2]} + {c[3]} x + {c[4]} x^2 from there on"
    else:
        gate = "PiecewiseChebyshevGate"
        name, python = rng.choice(
            [("sin(x / 3)", "np.sin(x / 3)"), ("exp(-x / 4)", "np.exp(-x / 4)"), ("1 / (2 + x)", ("1 / "
                                                                                                 "(2 + "
                                                                                                 "x)")),
             ("sqrt(1 + x) / 4", "np.sqrt(1 + x) / 4"), ("arctan(x / 2)", "np.arctan(x / 2)")]
        )  # fmt: skip
        degree = rng.choice([1, 2, 3])
        split = rng.random() < 0.7
        points = [0, cut, 2**n] if split else [0, 2**n]
        ancilla = int(split)
        definition = f"def function(x):\n    return {python}\n\n"
        arguments = ["function", str(n), f"degree={degree}", f"breakpoints={points}"]
        pieces = (
            f"on each of the intervals [0, {cut}] and [{cut}, {2**n}]"
            if split
            else f"on [0, {2**n}]"
        )
        told = (
            f"twice the value at x of the degree-{degree} Chebyshev interpolant (numpy's "
            f"Chebyshev.interpolate) of {name} {pieces}"
        )
        if split:
            told += f" (x = {cut} belongs to the second)"
        lists = [(points[k], points[k + 1]) for k in range(len(points) - 1)]
        formula = f"2 * piece({lists}, {degree}, x)"
        definition_test = f"""
def piece(intervals, degree, x):
    low, high = [pair for pair in intervals if pair[0] <= x][-1]
    series = np.polynomial.Chebyshev.interpolate(lambda x: {python}, degree, domain=[low, high])
    return series(x)
"""
    form = rng.choice(["circuit", "gate", "uniform", "inverse"])
    made = call(gate, *arguments, *option)
    if form == "gate":
        body, out = f"{definition}return {made}", "Gate"
        goal = "Return the gate itself"
    elif form == "circuit":
        body = f"{definition}rotation = {made}\ncircuit = QuantumCircuit(rotation.num_qubits)\n"
        body += "circuit.append(rotation, circuit.qubits)\nreturn circuit"
        goal, out = "Return a circuit with nothing but this operation", "QuantumCircuit"
    elif form == "inverse":
        body = f"{definition}rotation = {made}\ncircuit = QuantumCircuit(rotation.num_qubits)\n"
        body += "circuit.append(rotation.inverse(), circuit.qubits)\nreturn circuit"
        goal, out = "Return a circuit with the inverse of this operation", "QuantumCircuit"
    else:
        body = f"{definition}rotation = {made}\ncircuit = QuantumCircuit(rotation.num_qubits)\n"
        body += (
            f"circuit.h(range({n}))\ncircuit.append(rotation, circuit.qubits)\nreturn "
            "Statevector(circuit)"
        )
        goal, out = (
            (
                "Apply it to the uniform superposition of all x and return the Statevector of all "
                "qubits"
            ),
            "Statevector",
        )
    spare = f", and qubit {n + 1} is a work qubit in |0>" if ancilla else ""
    asks = (
        (
            f"Rotate qubit {n}, which starts in |0>, about {basis} by an angle that depends on the"
            f" integer x of the qubits 0..{n - 1} (little-endian): R{basis.lower()}(f(x)) with f(x)"
            f" = {told}. The operation has {n + 1 + ancilla} qubits{spare}. {goal}."
        ),
        (
            f"Controlled function loading: |x>|0> -> |x> R{basis}(f(x))|0>, f(x) = {told}. x:"
            f" qubits 0..{n - 1}, qubit 0 least significant; target: qubit {n}{spare};"
            f" {n + 1 + ancilla} qubits together. {goal}."
        ),
        (
            f"With Qiskit's functional Pauli rotations I want f(x) = {told} as rotation angle (full"
            f" angle of R{basis.lower()}). State register: qubits 0..{n - 1}; target: qubit"
            f" {n}{spare}. {goal}; it spans {n + 1 + ancilla} qubits."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, Statevector
$rotated
$piece
rng = np.random.default_rng(np.random.randint(2**31))
form, n, basis = "$form", $n, "$basis"
got = candidate()
def angle_of(x):
    return $formula
if form == "uniform":
    assert isinstance(got, Statevector) and got.num_qubits == n + 1 + $ancilla
    want = np.zeros(2**got.num_qubits, dtype=complex)
    for x in range(2**n):
        want[x], want[x | 1 << n] = np.array(rotated(angle_of(x), basis)) / 2 ** (n / 2)
    assert got.equiv(Statevector(want), atol=1e-6, rtol=0)
else:
    assert isinstance(got, Gate if form == "gate" else QuantumCircuit)
    assert got.num_qubits == n + 1 + $ancilla
    if form == "inverse":
        check_rotation(got, n, lambda x: -angle_of(x), basis, rng)
    else:
        check_rotation(got, n, angle_of, basis, rng)
""",
        rotated=ROTATED, piece=definition_test if kind == "chebyshev" else "", form=form, n=n, basis=basis,
        formula=formula, ancilla=ancilla,
    )  # fmt: skip
    imports = ["import numpy as np"] if "np." in body else []
    imports += ["from qiskit import QuantumCircuit"] if form != "gate" else []
    imports += ["from qiskit.circuit import Gate"] if form == "gate" else []
    imports += [f"from qiskit.circuit.library import {gate}"]
    imports += ["from qiskit.quantum_info import Statevector"] if form == "uniform" else []
    return Instance(
        "function_rotation", asks, "\n".join(imports), f"() -> {out}", body, test,
        {"kind": kind, "n": n, "basis": basis, "form": form, "coefficients": c, "cut": cut},
    )  # fmt: skip
