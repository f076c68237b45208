"""Synthesis of given unitaries: one and two qubits, Shannon decomposition, Clifford+T sequences."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.wording import call, fill

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


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("two-qubit", "gate-counts"),
    why="A generic two-qubit unitary takes three supercontrolled gates; special ones take fewer.",
    tolerance=1e-7,
)
def two_qubit_decompositions(rng: Random) -> Instance:
    """A two-qubit unitary over cx, cz, iswap, ecr, rxx or other entanglers."""
    entangler = rng.choice(["cx", "cz", "iswap", "ecr", "default", "rxx", "rzz", "ryy", "xx"])
    euler = rng.choice(["ZYZ", "ZXZ", "U", "ZSXX", "XYX", "ZSX", "PSX"])
    goal = rng.choice(["circuit", "circuit", "circuit", "number", "budget", "pair"])
    end, tail, wants, out, name = an_ending(rng, "measured")
    klass = {"cx": "CXGate", "cz": "CZGate", "iswap": "iSwapGate", "ecr": "ECRGate"}.get(
        entangler, ""
    )
    source = rng.choice(["matrix", "operator", "circuit"])
    given, expression, told = {
        "matrix": (
            "matrix: np.ndarray",
            "matrix",
            "the 4x4 unitary `matrix` (qubit 0 = least significant)",
        ),
        "operator": ("operator: Operator", "operator.data", "the two-qubit Operator `operator`"),
        "circuit": (
            "circuit: QuantumCircuit",
            "Operator(circuit).data",
            "the unitary of the two-qubit `circuit`",
        ),
    }[source]
    locals_ = BASES[euler][1]
    library, tool = "", "TwoQubitBasisDecomposer"
    if entangler == "default":
        make, tool, twos, locals_ = (
            "two_qubit_cnot_decompose",
            "two_qubit_cnot_decompose",
            "cx",
            "u u3 u2 u1",
        )
        how, goal = (
            "CX and u gates by Qiskit's ready-made decomposer",
            "circuit" if goal != "pair" else goal,
        )
    elif entangler in ("rxx", "rzz", "ryy"):
        library, tool, twos = entangler.upper() + "Gate", "TwoQubitControlledUDecomposer", entangler
        euler = rng.choice(["ZYZ", "ZXZ", "XYX"])
        locals_ = BASES[euler][1]
        make = f'{tool}({library}, euler_basis="{euler}")'
        how = (
            f"{entangler} gates and {BASES[euler][0]} by the decomposer for gates equivalent to a "
            "controlled rotation"
        )
        goal = "circuit" if goal != "pair" else goal
    elif entangler == "xx":
        euler = rng.choice(["ZYZ", "U", "ZSX", "ZXZ"])
        locals_ = BASES[euler][1]
        tool, twos, make = "XXDecomposer", "rzx", f'XXDecomposer(euler_basis="{euler}")'
        how = f"rzx gates and local gates {BASES[euler][0]} by the XX decomposer"
        goal = "circuit" if goal == "budget" else goal
    else:
        library, twos = klass, entangler
        make = f'{tool}({klass}(), euler_basis="{euler}")'
        how = f"{entangler} gates and local gates {BASES[euler][0]}"
    if goal == "number":
        body = f"return {make}.num_basis_gates({expression})"
        out, end = "int", "plain"
        what = f"Return how many {twos} gates Qiskit's {tool} needs for {told}"
    elif goal == "budget":
        body = f"decomposer = {make}\nmade = decomposer({expression})\n"
        body += (
            f'if made.count_ops().get("{entangler}", 0) > 2:\n    raise ValueError("three'
            ' entanglers are needed")\nreturn made'
        )
        out, end = "QuantumCircuit", "plain"
        what = (
            f"Decompose {told} into at most two {entangler} gates and local gates"
            f" {BASES[euler][0]}; raise a ValueError if three are needed"
        )
    elif goal == "pair":
        given = (
            given.replace("matrix:", "first: np.ndarray, second:") if source == "matrix" else given
        )
        if source == "matrix":
            expression, told = (
                "second @ first",
                "the 4x4 unitary that acts as `first` and then as `second`",
            )
        else:
            expression = f"({expression}).conj().T"
            told = f"the inverse of {told}"
        body = f"decompose = {make}\nmade = decompose({expression})\n{tail}"
        what = f"Decompose {told} into {how}. {wants}"
    else:
        body = f"decompose = {make}\nmade = decompose({expression})\n{tail}"
        what = f"Decompose {told} into {how}. {wants}"
    asks = (
        f"{what}.",
        f"Two-qubit synthesis: {what[0].lower()}{what[1:]}. The global phase is free.",
        f"With qiskit.synthesis ({tool}): {what[0].lower()}{what[1:]}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.circuit.library import CXGate, CZGate, ECRGate, iSwapGate
from qiskit.quantum_info import Operator, random_unitary
from qiskit.synthesis import TwoQubitWeylDecomposition
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
goal, source, twos = "$goal", "$source", "$twos"
def local(seed):
    return np.kron(*(random_unitary(2, seed=seed + k).data for k in range(2)))
seed = int(rng.integers(2**30))
base = {"cx": CXGate, "cz": CZGate, "ecr": ECRGate, "iswap": iSwapGate}.get(twos, CXGate)().to_matrix()
generic = random_unitary(4, seed=seed).data
one = local(seed) @ base @ local(seed + 2)
# two applications of the entangler with random locals between them: no third one is needed
two = local(seed) @ base @ local(seed + 2) @ base @ local(seed + 4)
for number, matrix in ((3, generic), (1, one), (2, two)):
    circuit = QuantumCircuit(2)
    circuit.unitary(matrix, [0, 1])
    given = {"matrix": (matrix,), "operator": (Operator(matrix),), "circuit": (circuit,)}[source]
    want = matrix
    if goal == "pair":
        if source == "matrix":
            given, want = (matrix, generic), generic @ matrix
        else:
            want = matrix.conj().T
    if goal == "budget" and number == 3:
        try:
            candidate(*given)
        except ValueError:
            continue
        raise AssertionError("no ValueError")
    got = candidate(*given)
    if goal == "number":
        if twos != "rzx":
            assert got == number, (got, number)
        else:
            from qiskit.synthesis import XXDecomposer
            assert got == XXDecomposer().num_basis_gates(matrix)
        continue
    got = unwrap(got, "$end", 2, "$name")
    assert Operator(got).equiv(Operator(want), atol=1e-7, rtol=0)
    if "$end" not in ("gate", "inverse"):
        counts = got.count_ops()
        assert set(counts) <= {twos, *"$locals".split()}, counts
        if twos not in ("rzx",):
            assert counts.get(twos, 0) <= (number if goal != "pair" or source != "matrix" else 3)
""",
        unwrap=UNWRAP, goal=goal, source=source, twos=twos, end=end, name=name, locals=locals_,
    )  # fmt: skip
    lines = ["import numpy as np"] if "np." in given else []
    lines += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out + body else []
    lines += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    lines += [f"from qiskit.circuit.library import {library}"] if library else []
    lines += ["from qiskit.quantum_info import Operator"] if source != "matrix" else []
    lines += [f"from qiskit.synthesis import {tool}"]
    return Instance(
        "two_qubit_form", asks, "\n".join(lines), f"({given}) -> {out}", body, test,
        {"entangler": entangler, "euler": euler, "goal": goal, "source": source, "ending": end},
    )  # fmt: skip


@family(
    "synthesis",
    "advanced",
    oracle="value",
    skills=("weyl-chamber", "two-qubit"),
    why="Weyl coordinates a >= b >= |c| decide how many entanglers a two-qubit unitary takes.",
    tolerance=1e-6,
)
def weyl_chamber_facts(rng: Random) -> Instance:
    """Weyl coordinates, local factors, local equivalence and fidelities of two-qubit unitaries."""
    goal = rng.choice(
        [
            "coordinates",
            "factors",
            "equivalent",
            "circuit",
            "distance",
            "traces",
            "fidelity",
            "class",
        ]
    )
    source = rng.choice(["matrix", "operator", "circuit", "gate"])
    given, expression, told = {
        "matrix": ("matrix: np.ndarray", "matrix", "the 4x4 unitary `matrix`"),
        "operator": ("operator: Operator", "operator.data", "the Operator `operator`"),
        "circuit": (
            "circuit: QuantumCircuit",
            "Operator(circuit).data",
            "the unitary of the two-qubit `circuit`",
        ),
        "gate": ("gate: Gate", "Operator(gate).data", "the two-qubit `gate`"),
    }[source]
    head = f"weyl = TwoQubitWeylDecomposition({expression})\n"
    names, more, library = ["TwoQubitWeylDecomposition"], [], ""
    digits = rng.choice([4, 5, 6])
    end, tail, wants, out, name = an_ending(rng, "measured", "nonlocal")
    euler = rng.choice(["ZYZ", "ZXZ", "XYX", "U"])
    other = rng.choice(["CXGate", "iSwapGate", "SwapGate", "CZGate"])
    letters, unit = rng.choice([("a, b, c", ""), ("a, b, c", " in units of pi/4")])
    if goal == "coordinates":
        scale = " / (np.pi / 4)" if unit else ""
        body = f"{head}return [round(value{scale}, {digits}) for value in (weyl.a, weyl.b, weyl.c)]"
        what = (
            f"the list of the Weyl coordinates [{letters}] of {told}{unit} as Qiskit's "
            f"TwoQubitWeylDecomposition gives them, rounded to {digits} digits"
        )
        out = "list[float]"
    elif goal == "factors":
        which = rng.choice(["left", "right", "all"])
        body = {
            "left": f"{head}return np.kron(weyl.K1l, weyl.K1r)",
            "right": f"{head}return np.kron(weyl.K2l, weyl.K2r)",
            "all": f"{head}middle = TwoQubitWeylDecomposition(np.eye(4))\ndel middle\n"
            "return np.exp(1j * weyl.global_phase), weyl.K1l, weyl.K1r, weyl.K2l, weyl.K2r",
        }[which].replace("middle = TwoQubitWeylDecomposition(np.eye(4))\ndel middle\n", "")  # fmt: skip
        what = {
            "left": "the 4x4 local factor that acts last, K1l (x) K1r",
            "right": "the 4x4 local factor that acts first, K2l (x) K2r",
            "all": (
                "the tuple (phase factor e^(i g), K1l, K1r, K2l, K2r) of 2x2 matrices and a complex"
                " number"
            ),
        }[which]
        what += f", of Qiskit's Weyl decomposition of {told} (l = qubit 1, r = qubit 0)"
        out = "np.ndarray" if which != "all" else "tuple"
        goal = f"factors {which}"
    elif goal == "equivalent":
        given = "first: Operator, second: Operator"
        source = "two"
        body = """
one, two = (TwoQubitWeylDecomposition(operator.data) for operator in (first, second))
return bool(np.allclose([one.a, one.b, one.c], [two.a, two.b, two.c], atol=1e-6))
"""
        if rng.random() < 0.5:
            body = f"""
target = TwoQubitWeylDecomposition({other}().to_matrix())
weyl = TwoQubitWeylDecomposition(operator.data)
return bool(np.allclose([weyl.a, weyl.b, weyl.c], [target.a, target.b, target.c], atol=1e-6))
"""
            given, library, source = "operator: Operator", other, "one"
            what = (
                f"whether the two-qubit `operator` equals {other} up to one-qubit gates before and "
                "after (a bool, tolerance 1e-6)"
            )
        else:
            what = (
                "whether the two-qubit operators `first` and `second` are equal up to one-qubit "
                "gates before and after (a bool, tolerance 1e-6)"
            )
        out = "bool"
    elif goal == "circuit":
        body = f'{head}made = weyl.circuit(euler_basis="{euler}")\n{tail}'
        what = (
            f"for {told} the circuit of Qiskit's Weyl decomposition (rxx, ryy, rzz, local gates "
            f"{BASES[euler][0]}, and a swap where the decomposition brings one). {wants}"
        )
    elif goal == "distance":
        body = f"{head}return weyl.a + weyl.b + abs(weyl.c)"
        what = (
            f"the sum a + b + |c| of the Weyl coordinates of {told}, a float that is 0 for local"
            " gates"
        )
        out = "float"
        if rng.random() < 0.5:
            body = f"{head}return 1.0 if weyl.a > np.pi / 8 + {digits}e-3 else 0.0"
            what = (
                f"1.0 if the largest Weyl coordinate a of {told} exceeds pi/8 + {digits}e-3 and 0.0"
                " otherwise"
            )
    elif goal == "traces":
        body = (
            f"{head}return [abs(value) / 4 for value in"
            f" TwoQubitBasisDecomposer({other}()).traces(weyl)]"
        )
        other = rng.choice(["CXGate", "CZGate"])
        body = (
            f"{head}return [abs(value) / 4 for value in"
            f" TwoQubitBasisDecomposer({other}()).traces(weyl)]"
        )
        what = (
            f"for k = 0..3 applications of {other}: a list of |tr(U^dagger V_k)|/4 between {told} "
            "(U) and its best approximation V_k, by Qiskit's basis decomposer"
        )
        out, library, names = (
            "list[float]",
            other,
            ["TwoQubitBasisDecomposer", "TwoQubitWeylDecomposition"],
        )
    elif goal == "fidelity":
        uses = rng.choice([0, 1, 2])
        other = rng.choice(["CXGate", "CZGate"])
        body = f"""
weyl = TwoQubitWeylDecomposition({expression})
overlap = abs(TwoQubitBasisDecomposer({other}()).traces(weyl)[{uses}])
return (4 + overlap**2) / 20
"""
        what = (
            f"the best average gate fidelity, (4 + |tr(U^dagger V)|^2)/20, that {uses} {other} "
            f"application(s) with local gates reach for {told}"
        )
        out, library, names = (
            "float",
            other,
            ["TwoQubitBasisDecomposer", "TwoQubitWeylDecomposition"],
        )
    else:
        body = f"""
weyl = TwoQubitWeylDecomposition({expression})
if abs(weyl.a) < 1e-6:
    return "local"
if abs(weyl.a - np.pi / 4) < 1e-6 and abs(weyl.b) < 1e-6:
    return "cx"
if abs(weyl.a - weyl.b) < 1e-6 and abs(weyl.b - abs(weyl.c)) < 1e-6 and abs(weyl.a - np.pi / 4) < 1e-6:
    return "swap"
return "other"
"""
        word = rng.choice(["cx", "cnot", "entangler"])
        body = body.replace('"cx"', f'"{word}"')
        what = (
            f"'local', '{word}', 'swap' or 'other', depending on whether {told} is, up to one-qubit"
            " gates, the identity, a CX, a SWAP or something else (tolerance 1e-6)"
        )
        out = "str"
        other = word
    asks = (
        f"Return {what}.",
        f"Two-qubit gate analysis in the Weyl chamber: return {what}.",
        f"Use TwoQubitWeylDecomposition and give back {what}.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.circuit.library import CXGate, CZGate, SwapGate, UnitaryGate, iSwapGate
from qiskit.quantum_info import Operator, SparsePauliOp, random_unitary
from qiskit.synthesis import TwoQubitBasisDecomposer, TwoQubitWeylDecomposition
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
goal, source = "$goal", "$source"
def local():
    return np.kron(*(random_unitary(2, seed=int(rng.integers(2**31))).data for _ in range(2)))
def middle(a, b, c):
    return expm(1j * SparsePauliOp(["XX", "YY", "ZZ"], [a, b, c]).to_matrix())
special = [(0, 0, 0), (np.pi / 4, 0, 0), (np.pi / 4, np.pi / 4, 0), (np.pi / 4,) * 3, (np.pi / 4, 0.2, 0)]
special += [(0.6, 0.6, 0.6), (np.pi / 8 + 0.0045, 0.1, 0), (np.pi / 8 + 0.0055, 0.1, 0), \
(np.pi / 8 + 0.0065, 0.1, 0)]
a = float(rng.uniform(0.5, 0.7))
special += [(a, 0.5 * a, -0.3 * a), (a, 0.6 * a, 0.2 * a), (np.pi / 8 + 0.0035, 0.1, 0.05)]
for a, b, c in special:
    matrix = local() @ middle(a, b, c) @ local()
    circuit = QuantumCircuit(2)
    circuit.append(UnitaryGate(matrix), [0, 1])
    given = {"matrix": matrix, "operator": Operator(matrix), "circuit": circuit, \
"gate": UnitaryGate(matrix)}.get(source)
    if goal == "equivalent":
        if source == "one":
            kinds = {"CXGate": 1, "CZGate": 1, "iSwapGate": 2, "SwapGate": 3}
            assert candidate(Operator(matrix)) is (kinds["$other"] == special.index((a, b, c)))
            continue
        twin = local() @ middle(a, b, c) @ local()
        assert candidate(Operator(matrix), Operator(twin)) is True
        assert candidate(Operator(matrix), Operator(local() @ middle(a - 0.05, b, c) @ local())) is False
        continue
    got = candidate(given)
    if goal == "coordinates":
        unit = np.pi / 4 if "$unit" else 1
        assert len(got) == 3 and np.allclose(got, np.array([a, b, c]) / unit, atol=10.0**-$digits)
        assert all(round(v, $digits) == v for v in got)
    elif goal.startswith("factors"):
        weyl = TwoQubitWeylDecomposition(matrix)
        if goal == "factors left":
            assert np.allclose(got, np.kron(weyl.K1l, weyl.K1r), atol=1e-8)
        elif goal == "factors right":
            assert np.allclose(got, np.kron(weyl.K2l, weyl.K2r), atol=1e-8)
        else:
            g, k1l, k1r, k2l, k2r = got
            full = g * np.kron(k1l, k1r) @ middle(weyl.a, weyl.b, weyl.c) @ np.kron(k2l, k2r)
            assert np.allclose(full, matrix, atol=1e-7)
    elif goal == "circuit":
        got = unwrap(got, "$end", 2, "$name")
        assert Operator(got).equiv(Operator(matrix), atol=1e-7, rtol=0)
        if "$end" not in ("gate", "inverse"):
            assert set(got.count_ops()) <= {"rxx", "ryy", "rzz", "swap", *"$locals".split()}
    elif goal == "distance":
        want = float(a > np.pi / 8 + $digits * 1e-3) if $step else a + b + abs(c)
        assert abs(got - want) < 1e-6, (got, want)
    elif goal in ("traces", "fidelity"):
        traces = TwoQubitBasisDecomposer($other()).traces(TwoQubitWeylDecomposition(matrix))
        if goal == "traces":
            assert np.allclose(got, np.abs(traces) / 4, atol=1e-8) and len(got) == 4
        else:
            assert abs(got - (4 + abs(traces[$uses]) ** 2) / 20) < 1e-8
    else:
        want = {0: "local", 1: "$other", 3: "swap"}.get(special.index((a, b, c)), "other")
        assert got == want, (got, want)
""",
        unwrap=UNWRAP, goal=goal, source=source, unit=unit, digits=digits, end=end, name=name,
        locals=BASES[euler][1],
        other=other, uses=uses if goal == "fidelity" else 0, step="e-3" in body,
    )  # fmt: skip
    lines = ["import numpy as np"] if "np." in body + given + out else []
    lines += (
        ["from qiskit import QuantumCircuit"]
        if "QuantumCircuit" in given + (out if goal == "circuit" else "") + body
        else []
    )
    lines += ["from qiskit.circuit import Gate"] if "Gate" in given + out else []
    lines += [f"from qiskit.circuit.library import {library}"] if library else []
    lines += ["from qiskit.quantum_info import Operator"] if "Operator" in given + body else []
    lines += [f"from qiskit.synthesis import {', '.join(names)}"]
    del more, letters
    return Instance(
        "weyl_facts", asks, "\n".join(lines), f"({given}) -> {out}", body, test,
        {"goal": goal, "source": source, "other": other, "digits": digits},
    )  # fmt: skip


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("clifford+t", "approximation"),
    why="gridsynth and Solovay-Kitaev approximate: closeness is a norm up to a global phase.",
    tolerance=1e-6,
)
def clifford_t_sequences(rng: Random) -> Instance:
    """Rotations as sequences of a discrete gate set, and what they cost."""
    tool = rng.choice(["rz", "rz", "unitary", "sk", "sk", "query"])
    epsilon = rng.choice([1e-2, 1e-3, 5e-3, 1e-4])
    goal = rng.choice(["circuit", "tcount", "error", "pair", "depth"])
    degree, depth = rng.choice([1, 2, 3]), rng.choice([3, 4, 5])
    gates = rng.choice(
        [["h", "t", "tdg"], ["h", "t", "tdg", "s", "sdg"], ["h", "s", "sdg", "t", "tdg", "z"]]
    )
    shown = str(gates).replace("'", '"')
    theta = angle(rng)
    imports = []
    if tool == "rz":
        given, make = "theta: float", [f"circuit = gridsynth_rz(theta, epsilon={epsilon})"]
        told, names = f"RZ(theta) by gridsynth_rz with error {epsilon}", ["gridsynth_rz"]
        want, imports = "RZGate(theta)", ["RZGate"]
    elif tool == "unitary":
        turn = rng.choice(["RXGate", "RYGate", "U"])
        expression = "matrix" if turn == "U" else f"{turn}(theta).to_matrix()"
        given = "matrix: np.ndarray" if turn == "U" else "theta: float"
        make = [f"circuit = gridsynth_unitary({expression}, epsilon={epsilon})"]
        what = "the 2x2 unitary `matrix`" if turn == "U" else f"{turn[:2]}(theta)"
        told, names = f"{what} by gridsynth_unitary with error {epsilon}", ["gridsynth_unitary"]
        want, imports = expression, [] if turn == "U" else [turn]
    else:
        turn = rng.choice(["RXGate", "RYGate", "RZGate", "PhaseGate"])
        made = call(
            "decomposer = SolovayKitaevDecomposition", f"basis_gates={shown}", f"depth={depth}"
        )
        given, names, imports = "theta: float", ["SolovayKitaevDecomposition"], [turn]
        if tool == "sk":
            make = [made, f"circuit = decomposer.run({turn}(theta), {degree})"]
            told = (
                f"{turn[:-4]}(theta) by Solovay-Kitaev with recursion degree {degree} over the"
                f" gates {gates} (basic sequences up to {depth} gates)"
            )
        else:
            make = [made, f"circuit = decomposer.query_basic_approximation({turn}(theta))"]
            told = (
                f"the best basic approximation of {turn[:-4]}(theta) that Qiskit's"
                f" SolovayKitaevDecomposition finds among sequences of up to {depth} gates of"
                f" {gates}"
            )
        want = f"{turn}(theta)"
    ts = 'sum(item.operation.name in ("t", "tdg") for item in circuit.data)'
    target = f"{want}.to_matrix()" if want.endswith(")") and "matrix" not in want else want
    error = [
        f"overlap = np.trace({target}.conj().T @ Operator(circuit).data)",
        "return float(1 - abs(overlap) / 2)",
    ]
    lines, wants, out = {
        "circuit": (["return circuit"], "Return the circuit", "QuantumCircuit"),
        "tcount": ([f"return {ts}"], "Return the number of its t and tdg gates (an int)", "int"),
        "error": (
            error,
            "Return 1 - |tr(U^dagger V)|/2 between the exact and the approximate operation as a float",
            "float",
        ),
        "pair": (
            [f"return circuit, {ts}"], "Return (circuit, number of its t and tdg gates)",
            "tuple[QuantumCircuit, int]",
        ),
        "depth": (
            ["return circuit, circuit.depth()"], "Return (circuit, its depth())",
            "tuple[QuantumCircuit, int]",
        ),
    }[goal]  # fmt: skip
    body = "\n".join([*make, *lines])
    asks = (
        f"Approximate with a discrete gate set: {told}. {wants}.",
        f"Fault-tolerant compilation of a one-qubit gate, {told}. {wants}.",
        f"{wants}, for {told}.",
        f"What does a discrete approximation look like? I mean {told}. {wants}.",
    )
    model = "\n    ".join(make)
    exact = tool in ("rz", "unitary")
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import PhaseGate, RXGate, RYGate, RZGate
from qiskit.quantum_info import Operator, random_unitary
from qiskit.synthesis import SolovayKitaevDecomposition, gridsynth_rz, gridsynth_unitary
rng = np.random.default_rng(np.random.randint(2**31))
goal = "$goal"
for theta in ($theta, 1.1, float(rng.uniform(0.4, 2.6))):
    matrix = random_unitary(2, seed=int(rng.integers(2**31))).data
    $model
    got = candidate($name)
    exact = Operator($want).data
    error = 1 - abs(np.trace(exact.conj().T @ Operator(circuit).data)) / 2
    count = sum(circuit.count_ops().get(name, 0) for name in ("t", "tdg"))
    if goal == "tcount":
        assert got == count, (got, count)
        continue
    if goal == "error":
        assert isinstance(got, float) and abs(got - error) < 1e-9, (got, error)
        continue
    if goal != "circuit":
        got, number = got
        counts = got.count_ops()
        assert number == (got.depth() if goal == "depth" else counts.get("t", 0) + counts.get("tdg", 0))
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 1
    found = 1 - abs(np.trace(exact.conj().T @ Operator(got).data)) / 2
    assert found <= (2 * $epsilon**2 if $exact else error + 1e-9), (found, error)
    if $exact:
        assert got.size() <= circuit.size() + 10
    else:
        assert set(got.count_ops()) <= set($gates) and got.size() <= circuit.size()
""",
        goal=goal, theta=theta, model=model, name=given.partition(":")[0], want=want, exact=exact,
        epsilon=epsilon, gates=gates,
    )  # fmt: skip
    head = ["import numpy as np"] if "np." in body + given else []
    head += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out else []
    used = [name for name in imports if name in body]
    head += [f"from qiskit.circuit.library import {used[0]}"] if used else []
    head += ["from qiskit.quantum_info import Operator"] if "Operator(" in body else []
    head += [f"from qiskit.synthesis import {names[0]}"]
    return Instance(
        "discrete_sequence", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"tool": tool, "epsilon": epsilon, "goal": goal, "degree": degree, "depth": depth, "theta": theta},
    )  # fmt: skip


@family(
    "synthesis",
    "advanced",
    oracle="unitary",
    skills=("unitary-synthesis", "gate-counts"),
    why=(
        "The Shannon decomposition takes a matrix in Qiskit's order and about (23/48) 4^n CX gates."
    ),
    tolerance=1e-7,
)
def shannon_decompositions(rng: Random) -> Instance:
    """A unitary matrix of some qubits as one- and two-qubit gates."""
    source = rng.choice(["matrix", "diagonal", "block", "permutation", "exponential", "blocks"])
    decomposer = rng.choice([None, None, "ZYZ", "ZXZ", "U"])
    end, tail, wants, out, name = an_ending(rng, "measured")
    lines, given, told = {
        "matrix": ([], "matrix: np.ndarray", "the given unitary `matrix` (qubit 0 least significant)"),
        "diagonal": (
            ["matrix = np.diag(np.exp(1j * np.asarray(phases)))"], "phases: list[float]",
            "the diagonal unitary whose entry x is exp(i phases[x])",
        ),
        "block": (
            ["matrix = np.eye(2 * len(block), dtype=complex)", "matrix[len(block) :, len(block) :] = block"],
            "block: np.ndarray",
            "the unitary `block` controlled by one more qubit, the highest",
        ),
        "blocks": (
            ["size = len(first)", "matrix = np.zeros((2 * size, 2 * size), dtype=complex)", ("matrix[:size, "
                                                                                            ":size] = "
                                                                                            "first"),
             "matrix[size:, size:] = second"],
            "first: np.ndarray, second: np.ndarray",
            "the multiplexed unitary that applies `first` if the highest qubit is 0 and `second` if it is 1",
        ),
        "permutation": (
            ["matrix = np.zeros((len(images), len(images)))", "for source, target in enumerate(images):",
             "    matrix[target, source] = 1"],
            "images: list[int]", "the reversible map that sends the basis state x to images[x]",
        ),
        "exponential": (
            ["matrix = expm(-1j * time * operator.to_matrix())"], "operator: SparsePauliOp, time: float",
            "exp(-i time H) for H = `operator`",
        ),
    }[source]  # fmt: skip
    option = [f'decomposer_1q=OneQubitEulerDecomposer("{decomposer}")'] if decomposer else []
    body = "\n".join([*lines, call("made = qs_decomposition", "matrix", *option), tail])
    how = "the quantum Shannon decomposition"
    if decomposer:
        how += f", with Euler basis {decomposer} for its one-qubit gates"
    asks = (
        f"Synthesise {told} by {how}. {wants}.",
        (
            f"{wants} of {told}, with nothing but one- and two-qubit gates; use {how} of"
            " qiskit.synthesis."
        ),
        f"I need a circuit for {told}. Make it by {how}. {wants}.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import block_diag, expm
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, SparsePauliOp, random_unitary
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
source = "$source"
for n in (2, 3):
    unitary = random_unitary(2**n, seed=int(rng.integers(2**31))).data
    half = [random_unitary(2 ** (n - 1), seed=int(rng.integers(2**31))).data for _ in range(2)]
    phases = [float(p) for p in rng.uniform(-3, 3, 2**n)]
    images = [int(k) for k in rng.permutation(2**n)]
    labels = ["".join(rng.choice(list("XYZ"), n)) for _ in range(3)]
    operator = SparsePauliOp(labels, rng.uniform(0.4, 1.2, 3))
    given, want = {
        "matrix": ((unitary,), unitary), "diagonal": ((phases,), np.diag(np.exp(1j * np.array(phases)))),
        "block": ((half[0],), block_diag(np.eye(2 ** (n - 1)), half[0])),
        "blocks": (tuple(half), block_diag(*half)), "permutation": ((images,), np.eye(2**n)[:, images]),
        "exponential": ((operator, 0.6), expm(-0.6j * operator.to_matrix())),
    }[source]
    got = unwrap(candidate(*given), "$end", n, "$name")
    assert Operator(got).equiv(Operator(want), atol=1e-7, rtol=0)
    if "$end" != "gate":
        assert all(len(item.qubits) < 3 for item in got.data)
        if n == 3:
            assert got.num_nonlocal_gates() <= 24
""",
        unwrap=UNWRAP, source=source, end=end, name=name,
    )  # fmt: skip
    head = ["import numpy as np"] if "np." in body + given else []
    head += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    head += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    head += ["from qiskit.quantum_info import SparsePauliOp"] if source == "exponential" else []
    used = "OneQubitEulerDecomposer, qs_decomposition" if decomposer else "qs_decomposition"
    head += [f"from qiskit.synthesis import {used}"]
    head += ["from scipy.linalg import expm"] if source == "exponential" else []
    return Instance(
        "shannon_circuit", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"source": source, "decomposer": decomposer, "ending": end},
    )  # fmt: skip
