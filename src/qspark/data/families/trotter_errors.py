"""Product formulas: their errors and the bounds on them."""

from random import Random

from qspark.data.families._trotter import FORMULAS, OWN, asks
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "trotter",
    "intermediate",
    oracle="value",
    skills=("product-formulas", "error-measures"),
    why="An error is measured against scipy's exponential of the dense Hamiltonian, not another formula.",
    tolerance=1e-7,
)
def formula_error(rng: Random) -> Instance:
    """A number that says how far a product formula is from the exact evolution."""
    formula = rng.choice(list(FORMULAS))
    synthesis, own, said = FORMULAS[formula]
    measure = rng.choice(
        ["norm", "frobenius", "process", "gate", "state", "mean", "fewest", "table"]
    )
    reps = rng.choice(["reps", "1", "2", "3", "4"]) if measure not in ("fewest", "table") else "r"
    synthesis = synthesis.replace("REPS", f"reps={reps}")
    exact = rng.choice(["expm", "matrix", "eigen"])
    info: set[str] = {"Operator", "SparsePauliOp"}
    imports = ["from qiskit.circuit.library import PauliEvolutionGate"]
    imports.append(f"from qiskit.synthesis import {synthesis.partition('(')[0]}")
    start = {
        "expm": "exact = expm(-1j * time * hamiltonian.to_matrix())\n",
        "matrix": "gate = PauliEvolutionGate(hamiltonian, time, synthesis=MatrixExponential())\n"
        "exact = Operator(gate.definition).data\n",
        "eigen": "values, vectors = np.linalg.eigh(hamiltonian.to_matrix())\n"
        "exact = vectors @ np.diag(np.exp(-1j * time * values)) @ vectors.conj().T\n",
    }[exact]  # fmt: skip
    if exact == "expm":
        imports.append("from scipy.linalg import expm")
    elif exact == "matrix":
        imports.append("from qiskit.synthesis import MatrixExponential")
    inner = (
        f"gate = PauliEvolutionGate(hamiltonian, time, synthesis={synthesis})\n"
        "formula = Operator(gate.definition)\n"
    )
    many = "`reps` steps" if reps == "reps" else f"{reps} step{'s' if reps != '1' else ''}"
    label = rng.choice(["+0r", "r1+", "0+r", "-r0", "1+0"])
    pauli = rng.choice(["XZI", "IYZ", "ZIX", "YXI", "ZZX"])
    bound = rng.choice([0.02, 0.03, 0.05, 0.08, 0.1])
    kind = "float"
    body = start + inner
    if measure == "norm":
        body += "return float(np.linalg.norm(formula.data - exact, ord=2))\n"
        text = "the spectral norm (largest singular value) of formula minus exact evolution"
        value = "np.linalg.norm(f - e, 2)"
    elif measure == "frobenius":
        body += "return float(np.linalg.norm(formula.data - exact))\n"
        text = "the Frobenius norm of formula minus exact evolution"
        value = "np.sqrt((abs(f - e) ** 2).sum())"
    elif measure == "process":
        info.add("process_fidelity")
        body += "return 1 - float(process_fidelity(formula, Operator(exact)))\n"
        text = "the process infidelity 1 - |Tr(U^+ V)|^2 / 4^n of formula and exact evolution"
        value = "1 - abs(np.trace(e.conj().T @ f)) ** 2 / len(f) ** 2"
    elif measure == "gate":
        info.add("average_gate_fidelity")
        body += "return float(average_gate_fidelity(formula, Operator(exact)))\n"
        text = "the average gate fidelity of the formula with the exact evolution"
        value = "(abs(np.trace(e.conj().T @ f)) ** 2 / len(f) + 1) / (len(f) + 1)"
    elif measure == "state":
        info |= {"Statevector", "state_fidelity"}
        body += (
            f'start = Statevector.from_label("{label}")\n'
            "one, two = start.evolve(formula), start.evolve(Operator(exact))\n"
            "return 1 - float(state_fidelity(one, two))\n"
        )
        text = (
            f"1 - F, F the fidelity of the two final states from the 3-qubit label state |{label}>"
        )
        value = (
            f"1 - abs(np.vdot(f @ Statevector.from_label('{label}').data, "
            f"e @ Statevector.from_label('{label}').data)) ** 2"
        )
    elif measure == "mean":
        info |= {"Statevector"}
        body += (
            f'start, observable = Statevector.from_label("{label}"), SparsePauliOp("{pauli}")\n'
            "approximate = start.evolve(formula).expectation_value(observable)\n"
            "right = start.evolve(Operator(exact)).expectation_value(observable)\n"
            "return float((approximate - right).real)\n"
        )
        text = (
            f"the mean of the Pauli string {pauli} after the formula minus its mean after the exact "
            f"evolution, both from the 3-qubit label state |{label}> (the sign counts)"
        )
        value = (
            f"Statevector(f @ Statevector.from_label('{label}').data).expectation_value("
            f"Pauli('{pauli}')).real - Statevector(e @ Statevector.from_label('{label}').data)"
            f".expectation_value(Pauli('{pauli}')).real"
        )
    else:
        many = "r steps"
        loop = indented(inner)
        if measure == "fewest":
            kind = "int"
            imports.append("from itertools import count")
            body = (
                start + f"for r in count(1):\n{loop}"
                f"    if np.linalg.norm(formula.data - exact, ord=2) < {bound}:\n        return r\n"
            )
            text = (
                "the smallest number r of steps for which the spectral norm of formula minus exact "
                f"evolution is below {bound} (an int)"
            )
            value = f"next(r for r in range(1, 99) if np.linalg.norm(make(r) - e, 2) < {bound})"
        else:
            kind = "dict[int, float]"
            body = (
                start + f"errors = {{}}\nfor r in steps:\n{loop}"
                "    errors[r] = float(np.linalg.norm(formula.data - exact, ord=2))\nreturn errors\n"
            )
            text = (
                "a dict from each number r in the list `steps` to the spectral norm of formula (with r "
                "steps) minus exact evolution"
            )
            value = "{r: np.linalg.norm(make(r) - e, 2) for r in (1, 3)}"
    if "np." in body:
        imports.append("import numpy as np")
    imports.append(f"from qiskit.quantum_info import {', '.join(sorted(info))}")
    more = {"reps": ", reps: int"}.get(reps, "") + (
        ", steps: list[int]" if measure == "table" else ""
    )
    passed = ", 2" if reps == "reps" else ", [1, 3]" if measure == "table" else ""
    compare = "got == want" if measure == "fewest" else "abs(got - want) < 1e-7"
    if measure == "table":
        compare = "set(got) == {1, 3} and all(abs(got[r] - want[r]) < 1e-7 for r in want)"
    return Instance(
        entry_point=rng.choice(["trotter_error", "formula_quality", "compare_with_exact"]),
        signature=f"(hamiltonian: SparsePauliOp, time: float{more}) -> {kind}",
        asks=asks(
            (
                "How good is a product formula?",
                "Write a function that computes this.",
                "Compare a product formula with the exact evolution.",
                "I need a number for the Trotter error.",
            ),
            [
                f"`hamiltonian` has real coefficients; exp(-i H t), t = `time`, is approximated by {many} of "
                f"{said}.",
                f"Return {text}.",
                "The exact evolution is the matrix exponential, and no global phase is removed.",
            ],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=OWN.strip()
        + f"""
from qiskit.quantum_info import Pauli, SparsePauliOp
rng = np.random.default_rng(np.random.randint(2**31))
for labels, t in ((["IXX", "IYZ", "ZIX", "IIY"], 0.8), (["ZZI", "XIY", "IXI", "IIZ", "YIX"], 0.6),
    (["XZI", "IZX"], 0.04)):
    values = rng.uniform(0.5, 0.9, len(labels))
    h = SparsePauliOp(labels, values)
    parts = [v * Pauli(label).to_matrix() for label, v in zip(labels, values)]
    e = expm(-1j * t * sum(parts))
    def make(r):
        return steps({own}, parts, t, r)
    f = make({2 if reps == "reps" else 1 if reps == "r" else reps})
    got = candidate(h, t{passed})
    want = {value}
    assert {compare}
""",
        params={"formula": formula, "measure": measure, "reps": reps, "exact": exact},
        wrong=(
            (Wrong("S29", body.replace("Operator(gate.definition)\n", "Operator(gate)\n")),)
            if exact == "eigen"
            else ()
        ),
    )


# name: formula in words, code with the terms `terms` (SparsePauliOp with one term each), own value
_BOUNDS = {
    "pairs": (
        "t^2/2 times the sum over all pairs j < k of the spectral norm of [h_j, h_k] (first order)",
        "total = 0.0\nfor one, two in combinations(terms, 2):\n"
        "    bracket = commutator(one, two).simplify()\n"
        "    total += np.linalg.norm(bracket.to_matrix(), ord=2)\nbound = time**2 / 2 * total\n",
        "t ** 2 / 2 * sum(norm(br(a, b)) for a, b in combinations(parts, 2))"),
    "tails": (
        "t^2/2 times the sum over j of the spectral norm of [h_j, h_{j+1} + h_{j+2} + ...] (first order)",
        "total = 0.0\nfor j in range(len(terms) - 1):\n"
        "    bracket = commutator(terms[j], hamiltonian[j + 1 :]).simplify()\n"
        "    total += np.linalg.norm(bracket.to_matrix(), ord=2)\nbound = time**2 / 2 * total\n",
        "t ** 2 / 2 * sum(norm(br(parts[j], sum(parts[j + 1:]))) for j in range(len(parts) - 1))"),
    "second": (
        "t^3/12 times the sum over j of the norm of [R_j, [R_j, h_j]] plus t^3/24 times the sum over j of "
        "the norm of [h_j, [h_j, R_j]], R_j = h_{j+1} + h_{j+2} + ..., spectral norms (second order)",
        "outer, inner = 0.0, 0.0\nfor j in range(len(terms) - 1):\n"
        "    rest, term = hamiltonian[j + 1 :], terms[j]\n"
        "    one = commutator(rest, commutator(rest, term)).simplify()\n"
        "    two = commutator(term, commutator(term, rest)).simplify()\n"
        "    outer += np.linalg.norm(one.to_matrix(), ord=2)\n"
        "    inner += np.linalg.norm(two.to_matrix(), ord=2)\n"
        "bound = time**3 * (outer / 12 + inner / 24)\n",
        "t ** 3 * sum(norm(br(sum(parts[j + 1:]), br(sum(parts[j + 1:]), parts[j]))) / 12"
        " + norm(br(parts[j], br(parts[j], sum(parts[j + 1:])))) / 24 for j in range(len(parts) - 1))"),
    "weights": (
        "(t w)^2 with w the sum of the absolute values of the coefficients of all terms that anticommute "
        "with at least one other term",
        "paulis = hamiltonian.paulis\nweights = np.abs(hamiltonian.coeffs)\n"
        "clashing = [not paulis.commutes(pauli).all() for pauli in paulis]\n"
        "bound = float((time * weights[clashing].sum()) ** 2)\n",
        "(t * sum(norm(a) for a in parts if any(norm(br(a, b)) > 1e-9 for b in parts))) ** 2"),
    "count": (
        "t^2 times the sum over the pairs j < k of non-commuting terms of |c_j c_k|, c the coefficients",
        "total = 0.0\nfor j, k in combinations(range(hamiltonian.size), 2):\n"
        "    if hamiltonian.paulis[j].anticommutes(hamiltonian.paulis[k]):\n"
        "        total += abs(hamiltonian.coeffs[j] * hamiltonian.coeffs[k])\n"
        "bound = time**2 * total\n",
        "t ** 2 * sum(norm(br(a, b)) / 2 for a, b in combinations(parts, 2))"),
    "double": (
        "t^3/12 times the sum over the pairs j < k of the spectral norm of [h_j, [h_j, h_k]]",
        "total = 0.0\nfor one, two in combinations(terms, 2):\n"
        "    nested = commutator(one, commutator(one, two)).simplify()\n"
        "    total += np.linalg.norm(nested.to_matrix(), ord=2)\nbound = time**3 / 12 * total\n",
        "t ** 3 / 12 * sum(norm(br(a, br(a, b))) for a, b in combinations(parts, 2))"),
}  # fmt: skip


@family(
    "trotter",
    "advanced",
    oracle="value",
    skills=("commutators", "error-bounds"),
    why="Bounds on product formulas are sums of norms of (nested) commutators of the terms.",
    tolerance=1e-7,
)
def commutator_bound(rng: Random) -> Instance:
    """A bound on the error of a product formula, or the number of steps that it asks for."""
    which = rng.choice(list(_BOUNDS))
    words, code, own = _BOUNDS[which]
    power = 2 if which in ("second", "double") else 1
    ask = rng.choice(["bound", "steps", "scaled"])
    eps = rng.choice([0.5, 0.2, 0.1, 0.05, 0.02, 0.01])
    reps = rng.randint(2, 9)
    setup = rng.choice([
        "terms = [hamiltonian[j] for j in range(hamiltonian.size)]\n",
        "terms = list(hamiltonian)\n",
        "terms = [SparsePauliOp(pauli, c) for pauli, c in zip(hamiltonian.paulis, hamiltonian.coeffs)]\n",
    ])  # fmt: skip
    body = (setup if "terms" in code else "") + code
    divide = f"bound / {reps}" + (f"**{power}" if power > 1 else "")
    count = "ceil(bound / EPS)" if power == 1 else "ceil((bound / EPS) ** 0.5)"
    order = "r" if power == 1 else "r^2"
    ending, kind, said, value = {
        "bound": ("return float(bound)\n", "float", "Return B as a float.", "abs(got - bound) < 1e-7"),
        "steps": (f"return max(1, {count.replace('EPS', str(eps))})\n", "int",
                  f"With r steps the bound becomes B / {order}. Return the smallest integer r of 1 or more "
                  f"with B / {order} <= {eps}.",
                  "got == next(r for r in range(1, 10**6) if "
                  f"bound / r ** {power} <= {eps})"),
        "scaled": (f"return float({divide})\n", "float",
                   f"With r steps the bound becomes B / {order}. Return it for r = {reps} as a float.",
                   f"abs(got - bound / {reps} ** {power}) < 1e-7"),
    }[ask]  # fmt: skip
    body += ending
    imports = ["from qiskit.quantum_info import SparsePauliOp"]
    for mark, line in (
        ("combinations(", "from itertools import combinations"), ("ceil(", "from math import ceil"),
        ("np.", "import numpy as np"),
        ("commutator(", "from qiskit.quantum_info import commutator"),
    ):  # fmt: skip
        if mark in body:
            imports.append(line)
    return Instance(
        entry_point=rng.choice(["error_bound", "commutator_bound", "trotter_bound"]),
        signature=f"(hamiltonian: SparsePauliOp, time: float) -> {kind}",
        asks=asks(
            (
                f"Bound a product formula's error{f' (accuracy {eps})' if ask == 'steps' else ''}.",
                "Write this function.",
                "An a-priori bound for Trotter errors:",
                "I want to know in advance how good a product formula will be.",
            ),
            [
                "`hamiltonian` is the sum of the terms h_0, h_1, ... (Pauli strings with their real "
                "coefficients, in the given order); t is `time`.",
                f"The bound is B = {words}.",
                said,
            ],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=f"""
import numpy as np
from itertools import combinations
from qiskit.quantum_info import Pauli, SparsePauliOp
rng = np.random.default_rng(np.random.randint(2**31))
def norm(m):
    return np.linalg.norm(m, 2)
def br(a, b):
    return a @ b - b @ a
for labels in (["IX", "ZZ", "YI", "ZY"], ["XXI", "ZII", "IZX", "YYI"], ["ZIZ", "XII", "IZI", "IYX"]):
    for t in (0.05, 0.3, 0.9, 1.7):
        values = rng.uniform(0.3, 1.2, len(labels)) * rng.choice([-1, 1], len(labels))
        parts = [v * Pauli(label).to_matrix() for label, v in zip(labels, values)]
        got = candidate(SparsePauliOp(labels, values), t)
        bound = {own}
        assert isinstance(got, {kind})
        assert {value}
""",
        params={"bound": which, "ask": ask, "eps": eps, "reps": reps},
    )
