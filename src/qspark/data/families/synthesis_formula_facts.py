"""Errors, costs and settings of product formulas."""

from random import Random

from qspark.data.families._product_formulas import FORMULAS, METHODS
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "synthesis",
    "advanced",
    oracle="value",
    skills=("trotter", "error-analysis"),
    why=(
        "expand lists Pauli rotations with twice the time as angle; errors are norms of"
        " differences."
    ),
    tolerance=1e-8,
)
def formulas_under_the_lens(rng: Random) -> Instance:
    """What a product formula does: its rotations, its error, the steps that an error needs."""
    key = rng.choice(["lie", "two", "four"])
    klass, options, how, order = METHODS[key]
    goal = rng.choice(
        [
            "rotations",
            "angles",
            "angles",
            "error",
            "error",
            "steps",
            "steps",
            "steps",
            "qdrift",
            "qdrift",
            "settings",
            "count",
        ]
    )
    extra = rng.choice(["", "sign"])
    norm = rng.choice(["spectral", "frobenius", "infidelity"])
    limit = rng.choice([0.1, 0.05, 0.02, 0.2, 0.03, 0.15, 0.08])
    group, group_told = rng.choice(
        [("(letters, tuple(qubits))", "(Pauli letters, tuple of qubits)"), ("letters", "Pauli letters"),
         ("tuple(qubits)", "tuple of qubits"), ("len(qubits)", "number of qubits")]
    )  # fmt: skip
    least = rng.choice([1, 2, 3])
    seed = rng.randint(1, 500)
    made = call(klass, *options)
    given, names, info = "hamiltonian: SparsePauliOp, time: float, steps: int", [klass], []
    distance = {
        "spectral": "float(np.linalg.norm(exact - matrix, 2))",
        "frobenius": "float(np.linalg.norm(exact - matrix))",
        "infidelity": "float(1 - abs(np.trace(exact.conj().T @ matrix)) / len(exact))",
    }[norm]
    norm_told = {
        "spectral": "spectral norm of the difference of the two matrices",
        "frobenius": "Frobenius norm of the difference of the two matrices",
        "infidelity": "1 - |tr(U^dagger V)|/dimension",
    }[norm]
    measured = f"""
exact = expm(-1j * time * hamiltonian.to_matrix())
gate = PauliEvolutionGate(hamiltonian, time, synthesis={made})
matrix = Operator(gate.definition).data
"""
    top = ["import numpy as np", "from scipy.linalg import expm"]
    if goal == "rotations":
        body = f"gate = PauliEvolutionGate(hamiltonian, time)\nreturn {made}.expand(gate)"
        told = (
            f"the Pauli rotations of {how}, as Qiskit expands them: a list of (Pauli letters, qubit"
            " indices, angle), where exp(-i angle/2 P) is meant"
        )
        out, top = "list[tuple[str, list[int], float]]", []
    elif goal == "angles":
        body = f"""
totals = {{}}
for letters, qubits, angle in {made}.expand(PauliEvolutionGate(hamiltonian, time)):
    key = {group}
    totals[key] = totals.get(key, 0.0) + float(angle)
return totals
"""
        told = (
            f"for {how}: a dict from {group_told} to the sum of the angles of all such rotations,"
            " where a rotation by angle is exp(-i angle/2 P); letters and qubits are given as"
            " Qiskit expands them"
        )
        out, top = "dict", []
    elif goal == "count":
        body = f"""
rotations = {made}.expand(PauliEvolutionGate(hamiltonian, time))
return sum(len(qubits) {">=" if extra else "=="} {least} for _, qubits, _ in rotations)
"""
        told = (
            f"how many rotations on {'at least' if extra else 'exactly'} {least} qubit(s) {how}"
            " makes (an int)"
        )
        out, top = "int", []
    elif goal == "error":
        body = f"{measured}return {distance}"
        told = f"the error of {how} against exp(-i time H): the {norm_told}, as a float"
        out, info = "float", ["Operator"]
    elif goal == "steps":
        given = "hamiltonian: SparsePauliOp, time: float"
        body = f"""
exact = expm(-1j * time * hamiltonian.to_matrix())
steps = 1
while True:
    gate = PauliEvolutionGate(hamiltonian, time, synthesis={made})
    matrix = Operator(gate.definition).data
    if {distance} <= {limit}:
        return steps
    steps += 1
"""
        told = (
            f"the smallest number of steps for which {how} has an error of at most {limit}"
            f" ({norm_told}, against exp(-i time H))"
        )
        out, info = "int", ["Operator"]
    elif goal == "qdrift":
        names = ["QDrift"]
        how = "QDrift"
        listed = (
            "float(sum(abs(angle) for *_, angle in rotations))"
            if extra
            else "[letters for letters, *_ in rotations]"
        )
        body = f"""
gate = PauliEvolutionGate(hamiltonian, time)
rotations = QDrift(reps=steps, seed={seed}).expand(gate)
return len(rotations), {listed}
"""
        told = (
            f"for QDrift with reps = `steps` and seed {seed}: a pair of the number of sampled"
            " rotations and "
            + (
                "the sum of the absolute rotation angles"
                if extra
                else "the list of the Pauli letters of the rotations in order"
            )
        )
        out, top = ("tuple[int, float]" if extra else "tuple[int, list[str]]"), []
    else:
        given, top = "steps: int", []
        body = f'formula = {made}\nreturn {{**formula.settings, "class": type(formula).__name__}}'
        told = (
            f"the settings dict of {how}, with the extra key 'class' for the name of the Qiskit"
            f" class ({klass})"
        )
        out = "dict[str, object]"
    mutable = (
        "H = `hamiltonian`, the evolution is exp(-i time H)"
        if goal != "settings"
        else f"class {klass}"
    )
    asks = (
        f"Return {told}. {mutable[0].upper()}{mutable[1:]}.",
        f"I study product formulas ({mutable}) and need {told}.",
        f"Compute {told} ({mutable}).",
        f"Please write a function on Trotter formulas, {mutable}: it gives {told}.",
    )
    test = fill(
        """
import math
import numpy as np
from scipy.linalg import expm
from qiskit.circuit.library import PauliEvolutionGate
from qiskit.quantum_info import Operator, SparsePauliOp
from qiskit.synthesis import LieTrotter, QDrift, SuzukiTrotter
$formulas
rng = np.random.default_rng(np.random.randint(2**31))
goal, order = "$goal", $order
def distance(exact, matrix):
    return {
        "spectral": np.linalg.norm(exact - matrix, 2), "frobenius": np.linalg.norm(exact - matrix),
        "infidelity": 1 - abs(np.trace(exact.conj().T @ matrix)) / 8,
    }["$norm"]
for steps in (2, 3):
    operator, terms = example(rng)
    time = float(rng.uniform(0.5, 0.9))
    exact = expm(-1j * time * sum(terms))
    if goal in ("rotations", "angles", "count"):
        got = candidate(operator, time, steps)
        rows = (LieTrotter(reps=steps) if order == 1 else SuzukiTrotter(order=order, reps=steps)).expand(
            PauliEvolutionGate(operator, time)
        )
        if goal == "rotations":
            assert len(got) == len(rows)
            matrix = np.eye(8)
            for letters, qubits, angle in got:
                step = SparsePauliOp.from_sparse_list([(letters, list(qubits), 1)], 3).to_matrix()
                matrix = expm(-1j * angle / 2 * step) @ matrix
            want = np.linalg.matrix_power(product(terms, time / steps, order), steps)
            assert np.allclose(matrix, want, atol=1e-8)
        elif goal == "angles":
            want = {}
            for letters, qubits, c in operator.to_sparse_list():
                want[$group] = want.get($group, 0) + 2 * time * float(c.real)
            assert got.keys() == want.keys() and all(abs(got[k] - want[k]) < 1e-8 for k in want)
        else:
            sizes = [len(q) for _, q, _ in rows]
            assert got == (sum(s >= $least for s in sizes) if "$extra" else sizes.count($least))
    elif goal == "error":
        got = candidate(operator, time, steps)
        want = distance(exact, np.linalg.matrix_power(product(terms, time / steps, order), steps))
        assert isinstance(got, float) and abs(got - want) < 1e-8, (got, want)
    elif goal == "steps":
        for time in (0.02, 0.7, 1.4) if steps == 2 else (1.0, 2.0):
            exact = expm(-1j * time * sum(terms))
            got, want = candidate(operator, time), 1
            while distance(exact, np.linalg.matrix_power(product(terms, time / want, order), want)) > $limit:
                want += 1
            assert got == want, (got, want)
    elif goal == "qdrift":
        number, rest = candidate(operator, time, steps)
        weight = sum(abs(float(c.real)) for c in operator.coeffs)
        assert number == math.ceil(2 * weight**2 * time**2 * steps)
        rows = QDrift(reps=steps, seed=$seed).expand(PauliEvolutionGate(operator, time))
        if "$extra":
            assert abs(rest - 2 * weight * time) < 1e-8
        else:
            assert rest == [row[0] for row in rows]
    else:
        formula = LieTrotter(reps=steps) if order == 1 else SuzukiTrotter(order=order, reps=steps)
        assert candidate(steps) == {**formula.settings, "class": type(formula).__name__}
""",
        formulas=FORMULAS, goal=goal, order=order, norm=norm, extra=extra, limit=limit, seed=seed,
        group=group, least=least,
    )  # fmt: skip
    lines = [line for line in top if "np" not in line or "np." in body]
    lines += (
        ["from qiskit.circuit.library import PauliEvolutionGate"]
        if "PauliEvolutionGate" in body
        else []
    )
    if goal != "settings":
        lines += [f"from qiskit.quantum_info import {', '.join([*info, 'SparsePauliOp'])}"]
    lines += [f"from qiskit.synthesis import {names[0]}"]
    return Instance(
        "formula_facts", asks, "\n".join(lines), f"({given}) -> {out}", body, test,
        {"method": key, "goal": goal, "norm": norm, "limit": limit, "extra": extra},
    )  # fmt: skip
