"""Quadratic forms of bits: their values in a register, their signs as flag or phase."""

from random import Random

from qspark.data.families._arithmetic import MAP
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


@family(
    "arithmetic",
    "advanced",
    oracle="unitary",
    skills=("twos-complement", "uncomputation"),
    why="A quadratic form is added modulo 2^m in two's complement: the top bit is the sign.",
    tolerance=1e-7,
)
def quadratic_form_values(rng: Random) -> Instance:
    """QuadraticFormGate into a register, its sign as phase or flag, or as affine map."""
    kind = rng.choice(["value", "flag", "phase", "affine", "width", "minus"])
    n = rng.choice([2, 3])
    linear = [rng.choice([-3, -2, -1, 1, 2, 3]) for _ in range(n)]
    while linear == linear[::-1]:
        linear = [rng.choice([-3, -2, -1, 1, 2, 3]) for _ in range(n)]
    quadratic = [[0] * n for _ in range(n)]
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    for i, j in rng.sample(pairs, min(len(pairs), rng.choice([1, 2]))):
        quadratic[i][j] = rng.choice([-3, -2, 1, 2, 3])
    offset = rng.randint(-3, 3) or 1
    values = [
        sum(linear[i] * (x >> i & 1) for i in range(n))
        + sum(quadratic[i][j] * (x >> i & 1) * (x >> j & 1) for i, j in pairs)
        + offset
        for x in range(2**n)
    ]
    bound = sorted(values)[len(values) // 2]
    width = 4
    terms = [f"{a} x{i}" for i, a in enumerate(linear)]
    terms += [f"{quadratic[i][j]} x{i} x{j}" for i, j in pairs if quadratic[i][j]]
    if kind == "affine":
        scale = rng.choice([2, 3, 5, -2, -3])
        linear, quadratic = [scale * 2**i for i in range(n)], [[0] * n for _ in range(n)]
        terms = [f"{scale} x"]
    shown = " + ".join([*terms, str(offset)]).replace("+ -", "- ")
    form = (
        f"linear={linear}, offset={offset}" if kind == "affine" else f"quadratic, linear, {offset}"
    )
    coefficients = "" if kind == "affine" else f"quadratic = {quadratic}\nlinear = {linear}\n"
    gate = f"QuadraticFormGate({width}, {form})"
    shifted = f"QuadraticFormGate(5, quadratic, linear, {offset - bound})"
    if kind in ("value", "affine"):
        body = f"""
{coefficients}circuit = QuantumCircuit({n + width})
circuit.append({gate}, circuit.qubits)
return circuit
"""
        told = (
            f"adds Q modulo {2**width} into the {width} qubits after them, which start in 0 (two's "
            "complement)"
        )
        size = n + width
    elif kind == "minus":
        body = f"""
{coefficients}circuit = QuantumCircuit({n + width})
circuit.append({gate}, circuit.qubits)
circuit.x(range({n}, {n + width}))
return circuit
"""
        told = (
            f"writes -Q - 1 modulo {2**width} into the {width} qubits after them, which start in 0 "
            "(two's complement)"
        )
        size = n + width
    elif kind == "width":
        body = f"""
{coefficients}offset = {offset}
width = QuadraticFormGate.required_result_qubits(quadratic, linear, offset)
circuit = QuantumCircuit({n} + width)
circuit.append(QuadraticFormGate(width, quadratic, linear, offset), circuit.qubits)
return circuit, width
"""
        told, size = "", 0
    else:
        sign = n + 4
        act = f"circuit.z({sign})" if kind == "phase" else f"circuit.cx({sign}, {sign + 1})"
        size = n + 5 + (kind == "flag")
        body = f"""
{coefficients}form = {shifted}
circuit = QuantumCircuit({size})
circuit.append(form, range({n + 5}))
{act}
circuit.append(form.inverse(), range({n + 5}))
return circuit
"""
        told = (
            f"multiplies by -1 exactly where Q < {bound}"
            if kind == "phase"
            else f"flips the last qubit exactly where Q < {bound}"
        )
        told += f"; qubits {n}..{n + 4} are work qubits that start and end in 0"
    head = f"Q(x) = {shown}"
    bits = (
        f"x = x0 + 2 x1 + ... on qubits 0..{n - 1}"
        if kind == "affine"
        else (f"bits x0..x{n - 1} on qubits 0..{n - 1}")
    )
    if kind == "width":
        asks = (
            (
                f"{head} over {n} bits. Return a pair: a circuit that adds Q (two's complement,"
                f" little-endian) into a clean result register behind the {n} input qubits, and the"
                " width of that register, which is the number of result qubits that Qiskit's"
                " quadratic form says it requires."
            ),
            (
                f"How many qubits does Qiskit require to hold {head}, and what is the circuit with"
                f" that many result qubits (after the {n} input qubits, little-endian, two's"
                " complement)? Return (circuit, width)."
            ),
            (
                f"Return (circuit, width) for {head}: the circuit maps |x>|0> to |x>|Q(x) mod"
                " 2^width> with x{i} on qubit i and the result above, little-endian; width ="
                " Qiskit's required number of result qubits."
            ),
        )
    else:
        asks = (
            (
                f"Circuit on {size} qubits for {head} ({bits}) that {told}. Registers are"
                " little-endian."
            ),
            (
                f"Pseudo-Boolean arithmetic: {head}, {bits}. I need the {size}-qubit circuit which"
                f" {told}; little-endian."
            ),
            (
                f"Build a {size}-qubit circuit that {told}, where {head}, with {bits}, least"
                " significant qubit first."
            ),
        )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import QuadraticFormGate
from qiskit.quantum_info import Statevector
$map
rng = np.random.default_rng(np.random.randint(2**31))
kind, n, width, linear, quadratic = "$kind", $n, $width, $linear, $quadratic
got = candidate()
if kind == "width":
    got, said = got
    width = QuadraticFormGate.required_result_qubits(quadratic, linear, $offset)
    assert said == width and got.num_qubits == n + width
else:
    assert got.num_qubits == $size
assert isinstance(got, QuantumCircuit)
pairs, start, want = [], *np.zeros((2, 2**got.num_qubits), dtype=complex)
for x in range(2**n):
    bits = np.array([x >> i & 1 for i in range(n)])
    value = int(bits @ np.array(quadratic) @ bits + np.array(linear) @ bits) + $offset
    if kind in ("value", "affine", "width", "minus"):
        value = -value - 1 if kind == "minus" else value
        pairs.append((x, x | (value % 2**width) << n))
    elif kind == "flag":
        pairs += [(x | b << n + 5, x | (b ^ (value < $bound)) << n + 5) for b in (0, 1)]
    else:
        start[x] = rng.normal() + 1j * rng.normal()
        want[x] = -start[x] if value < $bound else start[x]
if pairs:
    check_map(got, pairs, rng)
else:
    norm = np.linalg.norm(start)
    assert Statevector(start / norm).evolve(got).equiv(Statevector(want / norm), atol=1e-7, rtol=0)
""",
        map=MAP, kind=kind, n=n, width=width, linear=linear, quadratic=quadratic, offset=offset, bound=bound,
        size=size,
    )  # fmt: skip
    out = "tuple[QuantumCircuit, int]" if kind == "width" else "QuantumCircuit"
    return Instance(
        "quadratic_form", asks, ("from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import "
                                "QuadraticFormGate"),
        f"() -> {out}", body, test,
        {"kind": kind, "linear": linear, "quadratic": quadratic, "offset": offset, "bound": bound},
    )  # fmt: skip
