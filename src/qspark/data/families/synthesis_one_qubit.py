"""Synthesis of one-qubit unitaries in Euler bases."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import fill

# Euler bases by name: their gates in words and as a list.
BASES = {
    "U3": ("u3", "u3"),
    "U321": ("u3, u2 or u1", "u3 u2 u1"),
    "U": ("u", "u"),
    "PSX": ("p and sx", "p sx"),
    "U1X": ("u1 and rx(pi/2)", "u1 rx"),
    "RR": ("r", "r"),
    "ZYZ": ("rz, ry", "rz ry"),
    "ZXZ": ("rz, rx", "rz rx"),
    "XYX": ("rx, ry", "rx ry"),
    "XZX": ("rx, rz", "rx rz"),
    "ZSXX": ("rz, sx and x", "rz sx x"),
    "ZSX": ("rz, sx", "rz sx"),
}


@family(
    "synthesis",
    "basic",
    oracle="unitary",
    skills=("one-qubit", "euler-angles"),
    why=(
        "angles returns (theta, phi, lambda): the middle angle first, then the outer left, then the"
        " outer right."
    ),
    tolerance=1e-8,
)
def one_qubit_euler_forms(rng: Random) -> Instance:
    """A one-qubit unitary in an Euler basis: circuit, angles, phase."""
    basis = rng.choice(sorted(BASES))
    goal = rng.choice(
        ["circuit", "circuit", "circuit", "angles", "phase", "count", "rebuild", "chain"]
    )
    if goal in ("angles", "phase", "rebuild"):
        basis = rng.choice(["ZYZ", "ZXZ", "XYX", "XZX"])
    source = rng.choice(["matrix", "gate", "operator"])
    given, expression, told = {
        "matrix": ("matrix: np.ndarray", "matrix", "the 2x2 unitary `matrix`"),
        "gate": ("gate: Gate", "Operator(gate).data", "the one-qubit `gate`"),
        "operator": ("operator: Operator", "operator.data", "the one-qubit Operator `operator`"),
    }[source]
    end, tail, wants, out, name = an_ending(rng, "measured", "nonlocal")
    outer, inner = (
        (basis[0].lower(), basis[1].lower())
        if basis in ("ZYZ", "ZXZ", "XYX", "XZX")
        else ("z", "y")
    )
    form = f"e^(i g) R{outer}(phi) R{inner}(theta) R{outer}(lam)"
    decomposer = f'OneQubitEulerDecomposer("{basis}")'
    shape = f"gates {BASES[basis][0]}"
    if goal == "circuit":
        body = f"decomposer = {decomposer}\nmade = decomposer({expression})\n{tail}"
        what = f"Decompose {told} into a circuit of the {basis} form ({shape}). {wants}"
    elif goal == "chain":
        given = {
            "matrix": "matrices: list[np.ndarray]",
            "gate": "gates: list[Gate]",
            "operator": "operators: list[Operator]",
        }[source]
        many = given.partition(":")[0]
        one = {"matrix": "item", "gate": "Operator(item).data", "operator": "item.data"}[source]
        body = f"""
made = QuantumCircuit(len({many}))
decomposer = {decomposer}
for qubit, item in enumerate({many}):
    made.compose(decomposer({one}), [qubit], inplace=True)
{tail}
"""
        what = (
            f"`{many}` holds one one-qubit unitary per qubit. Make a circuit that applies the k-th "
            f"to qubit k in {basis} form ({shape}). {wants}"
        )
    elif goal == "count":
        body = (
            f'return {decomposer}({expression}).count_ops().get("{BASES[basis][1].split()[-1]}", 0)'
        )
        body = f"circuit = {decomposer}({expression})\nreturn circuit.size()"
        out = "int"
        what = f"Say how many gates Qiskit's {basis} decomposition ({shape}) of {told} has"
    elif goal == "angles":
        body = f"theta, phi, lam = {decomposer}.angles({expression})\nreturn phi, theta, lam"
        out = "tuple[float, float, float]"
        what = f"Return (phi, theta, lam), so that {told} is {form} for some global phase g"
    elif goal == "phase":
        body = (
            f"theta, phi, lam, phase = {decomposer}.angles_and_phase({expression})\nreturn"
            ' {"theta": theta, "phi": phi, "lam": lam, "phase": phase}'
        )
        out = "dict[str, float]"
        what = (
            f"Return a dict with keys theta, phi, lam and phase, so that {told} equals {form} "
            "exactly, with g = phase"
        )
    else:
        body = f"""
theta, phi, lam, phase = {decomposer}.angles_and_phase({expression})
made = QuantumCircuit(1, global_phase=phase)
made.r{outer}(lam, 0)
made.r{inner}(theta, 0)
made.r{outer}(phi, 0)
{tail}
"""
        what = (
            f"Write {told} exactly (global phase included) as the circuit {form} with r{outer} and "
            f"r{inner} gates. {wants}"
        )
    asks = (
        f"{what}.",
        f"One-qubit synthesis. {what}. Use Qiskit's Euler decomposer.",
        f"With OneQubitEulerDecomposer in the basis '{basis}': {what[0].lower()}{what[1:]}.",
    )
    exact = goal == "rebuild" and end not in ("gate", "placed")
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.circuit.library import RXGate, RYGate, RZGate, UnitaryGate
from qiskit.quantum_info import Operator, random_unitary
from qiskit.synthesis import OneQubitEulerDecomposer
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
goal, source = "$goal", "$source"
wrap = {"matrix": lambda u: u, "gate": UnitaryGate, "operator": Operator}[source]
turns = {"x": RXGate, "y": RYGate, "z": RZGate}
def euler(phi, theta, lam):
    outer, inner = turns["$outer"], turns["$inner"]
    return outer(phi).to_matrix() @ inner(theta).to_matrix() @ outer(lam).to_matrix()
for _ in range(3):
    items = [random_unitary(2, seed=int(rng.integers(2**31))).data for _ in range(3)]
    got = candidate([wrap(u) for u in items] if goal == "chain" else wrap(items[0]))
    if goal in ("circuit", "chain", "rebuild"):
        got = unwrap(got, "$end", 3 if goal == "chain" else 1, "$name")
        want = Operator(items[0])
        if goal == "chain":
            want = Operator(np.kron(items[2], np.kron(items[1], items[0])))
        assert Operator(got).equiv(want, atol=1e-8, rtol=0)
        if $exact:
            assert np.allclose(Operator(got).data, want.data, atol=1e-8)
        if "$end" != "gate" and "$end" != "inverse":
            assert set(got.count_ops()) <= set("$allowed".split())
    elif goal == "count":
        assert got == OneQubitEulerDecomposer("$basis")(items[0]).size()
    elif goal == "angles":
        assert Operator(euler(*got)).equiv(Operator(items[0]), atol=1e-8, rtol=0)
    else:
        assert sorted(got) == ["lam", "phase", "phi", "theta"]
        matrix = np.exp(1j * got["phase"]) * euler(got["phi"], got["theta"], got["lam"])
        assert np.allclose(matrix, items[0], atol=1e-8)
""",
        unwrap=UNWRAP, goal=goal, source=source, outer=outer if outer in "xyz" else "x",
        inner=inner if inner in "xyz" else "z", end=end, name=name, exact=exact, allowed=BASES[basis][1],
        basis=basis,
    )  # fmt: skip
    lines = ["import numpy as np"] if source == "matrix" else []
    lines += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    lines += ["from qiskit.circuit import Gate"] if source == "gate" or out == "Gate" else []
    lines += ["from qiskit.quantum_info import Operator"] if source != "matrix" else []
    lines += ["from qiskit.synthesis import OneQubitEulerDecomposer"]
    wrong = body.replace("theta, phi, lam = ", "phi, theta, lam = ")
    return Instance(
        "euler_form", asks, "\n".join(lines), f"({given}) -> {out}", body, test,
        {"basis": basis, "goal": goal, "source": source, "ending": end},
        wrong=(Wrong("S21", wrong),) if goal == "angles" else (),
    )  # fmt: skip
