"""What the Weyl decomposition says of two-qubit unitaries."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.synthesis_one_qubit import BASES
from qspark.data.families.wording import fill


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
