"""Synthesis of time evolution: product formulas, their errors, own formulas, Pauli networks."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import call, fill

# exp(-i t H) by product formulas, as matrices, and a Hamiltonian whose terms do not commute.
FORMULAS = """
def product(terms, t, order):
    if order == 1:
        total = np.eye(len(terms[0]))
        for term in terms:
            total = expm(-1j * t * term) @ total
        return total
    if order == 2:
        return product(terms[::-1], t / 2, 1) @ product(terms, t / 2, 1)
    p = 1 / (4 - 4 ** (1 / (order - 1)))
    outer = np.linalg.matrix_power(product(terms, p * t, order - 2), 2)
    return outer @ product(terms, (1 - 4 * p) * t, order - 2) @ outer

def example(rng):
    labels = [["XXI", "IZZ", "IYI", "ZIX"], ["ZZI", "XIX", "IYZ"], \
["YXI", "IZZ", "XIY", "ZII"]][int(rng.integers(3))]
    coefficients = [float(c) for c in rng.uniform(0.3, 1.2, len(labels))]
    coefficients[1] *= -1
    operator = SparsePauliOp(labels, coefficients)
    terms = [c * SparsePauliOp(label).to_matrix() for label, c in zip(labels, coefficients)]
    return operator, terms
"""
METHODS = {
    "lie": (
        "LieTrotter", ["reps=steps"],
        "first-order Lie-Trotter in `steps` equal steps, terms in the operator's order", 1,
    ),
    "two": (
        "SuzukiTrotter", ["order=2", "reps=steps"], "second-order Suzuki-Trotter in `steps` equal steps",
        2,
    ),
    "four": (
        "SuzukiTrotter", ["order=4", "reps=steps"], "fourth-order Suzuki-Trotter in `steps` equal steps",
        4,
    ),
    "fountain": (
        "LieTrotter", ["reps=steps", 'cx_structure="fountain"'],
        "first-order Lie-Trotter in `steps` equal steps with the 'fountain' arrangement of CX gates,"
        " terms in the operator's order", 1,
    ),
    "walls": (
        "SuzukiTrotter", ["order=2", "reps=steps", "insert_barriers=True"],
        "second-order Suzuki-Trotter in `steps` equal steps with barriers between the factors", 2,
    ),
    "exact": ("MatrixExponential", [], "exact matrix exponentiation", 0),
}  # fmt: skip


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("trotter", "time-evolution"),
    why="Each step of a product formula evolves for time/reps; a symmetric step mirrors the terms.",
    tolerance=1e-8,
)
def product_formula_circuits(rng: Random) -> Instance:
    """A time evolution circuit by a named product formula."""
    key = rng.choice(sorted(METHODS))
    klass, options, how, order = METHODS[key]
    end, tail, wants, out, name = an_ending(rng, "measured")
    way = rng.choice(["synthesize", "gate", "definition"])
    sign = rng.choice(["", "", "-"])
    made = call(klass, *options)
    time = f"{sign}time"
    lines = {
        "synthesize": [
            f"formula = {made}",
            f"made = formula.synthesize(PauliEvolutionGate(hamiltonian, {time}))",
        ],
        "gate": [
            f"gate = PauliEvolutionGate(hamiltonian, {time}, synthesis={made})",
            "made = QuantumCircuit(hamiltonian.num_qubits)", "made.append(gate, made.qubits)",
            "made = made.decompose()",
        ],
        "definition": [
            f"formula = {made}", f"gate = PauliEvolutionGate(hamiltonian, {time}, synthesis=formula)",
            "made = gate.definition.copy()",
        ],
    }[way]  # fmt: skip
    body = "\n".join([*lines, tail])
    exponent = "exp(-i time H)" if not sign else "exp(+i time H) (evolution backwards in time)"
    walls = key == "walls"
    given = "hamiltonian: SparsePauliOp, time: float" + (", steps: int" if order else "")
    asks = (
        f"Build a circuit for {exponent} with H = `hamiltonian`, by {how}. {wants}.",
        (
            f"Time evolution of a SparsePauliOp: {exponent}, synthesised by {how} (`{klass}`)."
            f" {wants}."
        ),
        f"{wants} of {exponent}. Method: {how}. The time is `time`, the operator `hamiltonian`.",
        f"I simulate a spin system and need {exponent} as elementary gates: {how}. {wants}.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, SparsePauliOp
$formulas
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
for steps in (1, 3):
    operator, terms = example(rng)
    time = float(rng.uniform(0.2, 0.7))
    got = unwrap(candidate(operator, time$steps), "$end", 3, "$name")
    assert "PauliEvolution" not in got.count_ops()
    if "$end" != "gate":
        assert ("barrier" in got.count_ops()) == $walls
    step = $sign * time / steps
    want = np.linalg.matrix_power(product(terms, step, $order), steps) if $order \
else expm(-1j * $sign * time * sum(terms))
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        formulas=FORMULAS, unwrap=UNWRAP, steps=", steps" if order else "", end=end, name=name, order=order,
        walls=walls,
        sign=-1 if sign else 1,
    )  # fmt: skip
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [
        "from qiskit.circuit.library import PauliEvolutionGate",
        "from qiskit.quantum_info import SparsePauliOp",
    ]
    imports += [f"from qiskit.synthesis import {klass}"]
    turned = f"hamiltonian, {'' if sign else '-'}time"
    return Instance(
        "evolution_circuit", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"method": key, "way": way, "sign": sign, "ending": end},
        wrong=() if end == "inverse" else (Wrong("S29", body.replace(f"hamiltonian, {time}", turned)),),
    )  # fmt: skip


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


@family(
    "synthesis",
    "advanced",
    oracle="unitary",
    skills=("subclassing", "time-evolution"),
    why="A ProductFormula only needs expand: Pauli letters, qubits, and twice the time as angle.",
    tolerance=1e-8,
)
def own_evolution_synthesis(rng: Random) -> Instance:
    """A synthesis class of one's own for PauliEvolutionGate, or an own evolution of single Paulis."""
    kind = rng.choice(
        [
            "reversed",
            "largest",
            "smallest",
            "zigzag",
            "strang",
            "unitary",
            "atomic",
            "grouped",
            "scaled",
        ]
    )
    title = rng.choice(["OwnFormula", "LabFormula", "MyTrotter", "SweepFormula", "CustomEvolution"])
    reps = rng.choice([2, 3, 4])
    factor = rng.choice([0.5, 2.0, 1.5, -1.0])
    terms = {
        "reversed": "rows = evolution.operator.to_sparse_list()[::-1]",
        "largest": (
            "rows = sorted(evolution.operator.to_sparse_list(), key=lambda row: -abs(row[2]))"
        ),
        "smallest": (
            "rows = sorted(evolution.operator.to_sparse_list(), key=lambda row: abs(row[2]))"
        ),
        "zigzag": "rows = evolution.operator.to_sparse_list()",
        "strang": "rows = evolution.operator.to_sparse_list()",
        "scaled": "rows = evolution.operator.to_sparse_list()",
        "grouped": (
            "groups = evolution.operator.group_commuting()\n"
            "        rows = [row for group in groups for row in group.to_sparse_list()]"
        ),
    }.get(kind, "")
    cut = rng.choice([0, 0, 0.4, 0.5, 0.6, 0.7])
    if cut and terms:
        terms += f"\n        rows = [row for row in rows if abs(row[2]) >= {cut}]"
    told = {
        "reversed": "a first-order formula with the terms of the operator in reversed order",
        "largest": (
            "a first-order formula whose terms come by descending absolute value of their"
            " coefficients"
        ),
        "smallest": (
            "a first-order formula whose terms come by ascending absolute value of their"
            " coefficients"
        ),
        "zigzag": (
            "a first-order formula whose steps alternate: steps 0, 2, ... take the terms in order,"
            " steps 1, 3, ... in reversed order"
        ),
        "strang": (
            "a symmetric second-order formula: each step takes the terms in order for half its time"
            " and then in reversed order for the other half"
        ),
        "scaled": (
            f"a first-order formula, terms in order, that evolves for {factor} times the gate's"
            " time"
        ),
        "grouped": (
            "a first-order formula that takes the commuting groups of"
            " SparsePauliOp.group_commuting() one after the other"
        ),
        "unitary": "an exact synthesis that appends exp(-i time H) as one UnitaryGate",
        "atomic": "",
    }[kind]
    if cut and terms:
        told += (
            f", and that leaves out all terms whose coefficient is smaller than {cut} in absolute"
            " value"
        )
    angle = "2 * float(coefficient.real) * evolution.time / self.reps"
    scaled = kind == "scaled" or (bool(terms) and rng.random() < 0.4)
    if scaled:
        told += "" if kind == "scaled" else f", evolving for {factor} times the gate's time"
        angle = f"2 * {factor} * float(coefficient.real) * evolution.time / self.reps"
    if kind == "unitary":
        body = f"""
class {title}(EvolutionSynthesis):
    def synthesize(self, evolution: PauliEvolutionGate) -> QuantumCircuit:
        circuit = QuantumCircuit(evolution.num_qubits)
        matrix = expm(-1j * evolution.time * evolution.operator.to_matrix())
        circuit.append(UnitaryGate(matrix), circuit.qubits)
        return circuit
"""
        imports = """
from qiskit import QuantumCircuit
from qiskit.circuit.library import PauliEvolutionGate, UnitaryGate
from qiskit.synthesis import EvolutionSynthesis
from scipy.linalg import expm
"""
        entry, wanted = title, f"`{title}()`"
    elif kind == "atomic":
        entry = rng.choice(["apply_pauli", "evolve_term", "one_pauli", "atomic_step"])
        style = rng.choice(["cz", "gate", "target"])
        inner = {
            "cz": (
                """
    for qubit in active[:-1]:
        circuit.h(active[-1])
        circuit.cz(qubit, active[-1])
        circuit.h(active[-1])
    circuit.rz(2 * time, active[-1])
    for qubit in reversed(active[:-1]):
        circuit.h(active[-1])
        circuit.cz(qubit, active[-1])
        circuit.h(active[-1])
"""
            ),
            "target": (
                """
    for qubit in active[1:]:
        circuit.cx(qubit, active[0])
    circuit.rz(2 * time, active[0])
    for qubit in reversed(active[1:]):
        circuit.cx(qubit, active[0])
"""
            ),
            "gate": (
                """
    for one, two in zip(active, active[1:]):
        circuit.cx(one, two)
    circuit.rz(2 * time, active[-1])
    for one, two in reversed(list(zip(active, active[1:]))):
        circuit.cx(one, two)
"""
            ),
        }[style]
        what = {
            "cz": "CZ gates (with H around them on the last active qubit) instead of CX",
            "target": "CX gates that all target the first active qubit, where the rz sits",
            "gate": (
                "a chain of CX gates from each active qubit to the next, with the rz on the last"
            ),
        }[style]
        body = f"""
def {entry}(circuit: QuantumCircuit, operator: SparsePauliOp, time: float) -> None:
    letters, active, coefficient = operator.to_sparse_list()[0]
    time = time * float(coefficient.real)
    for letter, qubit in zip(letters, active):
        if letter == "X":
            circuit.h(qubit)
        elif letter == "Y":
            circuit.sx(qubit)
{inner.strip(chr(10))}
    for letter, qubit in zip(letters, active):
        if letter == "X":
            circuit.h(qubit)
        elif letter == "Y":
            circuit.sxdg(qubit)
"""
        imports = "from qiskit import QuantumCircuit\nfrom qiskit.quantum_info import SparsePauliOp"
        wanted = ""
    else:
        if kind == "zigzag":
            loop = f"""
        sweeps = [rows if step % 2 == 0 else rows[::-1] for step in range(self.reps)]
        return [
            (letters, qubits, {angle})
            for sweep in sweeps
            for letters, qubits, coefficient in sweep
        ]
"""
        elif kind == "strang":
            loop = f"""
        step = [
            (letters, qubits, {angle.replace("2 * ", "", 1)})
            for letters, qubits, coefficient in [*rows, *rows[::-1]]
        ]
        return step * self.reps
"""
        else:
            loop = f"""
        step = [
            (letters, qubits, {angle})
            for letters, qubits, coefficient in rows
        ]
        return step * self.reps
"""
        body = f"""
class {title}(LieTrotter):
    def expand(self, evolution: PauliEvolutionGate) -> list[tuple[str, list[int], float]]:
        {terms}
{loop.strip(chr(10))}
"""
        imports = (
            "from qiskit.circuit.library import PauliEvolutionGate\nfrom qiskit.synthesis import"
            " LieTrotter"
        )
        entry, wanted = title, f"`{title}(reps=...)`"
    if kind == "atomic":
        asks = (
            (
                "Write a function (circuit, operator, time) -> None for in-place Pauli evolution:"
                " it appends exp(-i time c P) for a one-term SparsePauliOp c P to the circuit,"
                f" with {what} and basis changes around. Call it `{entry}`."
            ),
            (
                f"For a product formula I want my own Pauli evolution, `{entry}(circuit, operator,"
                " time)`: in place, exp(-i time * operator) for a SparsePauliOp of a single"
                f" non-identity term, using {what}."
            ),
            (
                f"Own atomic evolution `{entry}`: arguments circuit, operator (one Pauli term with"
                f" coefficient), time; appends exp(-i time operator) in place by {what}."
            ),
        )
    else:
        base = "EvolutionSynthesis" if kind == "unitary" else "LieTrotter"
        steps = (
            ""
            if kind == "unitary"
            else " with `reps` equal time steps (constructor argument, default 1)"
        )
        asks = (
            (
                f"Define a class `{title}`, derived from {base}, so that `PauliEvolutionGate(H,"
                f" time, synthesis={wanted[1:-1]})` uses {told}{steps}. H is a SparsePauliOp with"
                " real coefficients."
            ),
            (
                "I want to plug my own evolution synthesis into PauliEvolutionGate. Write"
                f" `{title}` as a subclass of Qiskit's {base}: {told}{steps}; evolution means"
                " exp(-i time H), H a real SparsePauliOp."
            ),
            (
                f"Subclass {base} as `{title}`{steps}. Its circuits shall realise {told}, for"
                " exp(-i time H) with a real SparsePauliOp H."
            ),
        )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.circuit.library import PauliEvolutionGate
from qiskit.quantum_info import Operator, SparsePauliOp
from qiskit.synthesis import EvolutionSynthesis, LieTrotter, ProductFormula
$formulas
rng = np.random.default_rng(np.random.randint(2**31))
kind = "$kind"
for steps in (1, $reps):
    operator, terms = example(rng)
    while $cut and not 1 < np.sum(np.abs(operator.coeffs) >= $cut) < len(terms):
        operator, terms = example(rng)
    time = float(rng.uniform(0.3, 0.8))
    if kind == "atomic":
        for label in ("XYZ", "YIX", "IZI", "ZZY"):
            circuit = QuantumCircuit(3)
            assert candidate(circuit, SparsePauliOp(label, 0.7), time) is None
            want = expm(-0.7j * time * SparsePauliOp(label).to_matrix())
            assert Operator(circuit).equiv(Operator(want), atol=1e-8, rtol=0)
        continue
    elif kind == "unitary":
        assert issubclass(candidate, EvolutionSynthesis)
        synthesis, want = candidate(), expm(-1j * time * sum(terms))
    else:
        assert issubclass(candidate, ProductFormula)
        synthesis = candidate(reps=steps) if steps > 1 else candidate()
        if kind == "grouped":
            terms = [c * SparsePauliOp(label).to_matrix() for g in operator.group_commuting() \
for label, c in g.to_list()]
        terms = [t for t in terms if np.abs(t).max() >= $cut]
        size = [-np.abs(t).max() for t in terms]
        if kind in ("largest", "smallest"):
            turn = -1 if kind == "smallest" else 1
            terms = [terms[k] for k in sorted(range(len(terms)), key=lambda k: turn * size[k])]
        elif kind == "reversed":
            terms = terms[::-1]
        step = time / steps * $factor
        if kind == "zigzag":
            want = np.eye(8)
            for k in range(steps):
                want = product(terms[::-1] if k % 2 else terms, step, 1) @ want
        else:
            want = np.linalg.matrix_power(product(terms, step, 2 if kind == "strang" else 1), steps)
    got = PauliEvolutionGate(operator, time, synthesis=synthesis).definition
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        formulas=FORMULAS, kind=kind, reps=reps, factor=factor if scaled else 1, cut=cut,
    )  # fmt: skip
    return Instance(
        entry,
        asks,
        imports,
        "",
        body,
        test,
        {"kind": kind, "title": title, "factor": factor, "cut": cut},
    )


@family(
    "synthesis",
    "advanced",
    oracle="unitary",
    skills=("pauli-networks", "rotations"),
    why=(
        "A network is a list of (letters, qubits, angle) with exp(-i angle/2 P); letter k acts on"
        " qubit k of the list."
    ),
    tolerance=1e-8,
)
def pauli_rotation_networks(rng: Random) -> Instance:
    """A sequence of Pauli rotations, jointly synthesised."""
    method = rng.choice(
        ["synth_pauli_network_rustiq", "synth_pauli_network_mcts", "synth_pauli_network_rustiq"]
    )
    source = rng.choice(["list", "labels", "operator", "dict"])
    end, tail, wants, out, name = an_ending(rng, "measured")
    option = rng.random() < 0.5
    word = "optimize_count" if method.endswith("rustiq") else "num_simulations"
    options = [f"{word}={word}"] if option else []
    lines, given, told = {
        "list": (
            [], "num_qubits: int, network: list[tuple[str, list[int], float]]",
            "`network` lists (Pauli letters, qubits, angle); letter k belongs to the k-th qubit of the entry",
        ),
        "labels": (
            ["network = []", "for label, angle in zip(labels, angles):",
             "    qubits = [k for k, letter in enumerate(reversed(label)) if letter != \"I\"]",
             "    network.append((\"\".join(label[-1 - k] for k in qubits), qubits, angle))"],
            "num_qubits: int, labels: list[str], angles: list[float]",
            "`labels` are full Pauli labels (qubit 0 rightmost) with the rotation angles `angles`",
        ),
        "operator": (
            ["rows = hamiltonian.to_sparse_list()", "num_qubits = hamiltonian.num_qubits",
             "network = [(letters, qubits, 2 * time * value.real) for letters, qubits, value in rows]"],
            "hamiltonian: SparsePauliOp, time: float",
            "the entries are the terms c P of `hamiltonian` in order with angle 2 c time (one Trotter step)",
        ),
        "dict": (
            [
                "network = [(p, [k for k in range(num_qubits) if mask >> k & 1], a)"
                " for (p, mask), a in terms.items()]"
            ],
            "num_qubits: int, terms: dict[tuple[str, int], float]",
            "`terms` maps (Pauli letters, mask) to angles; bit k of the mask marks qubit k and the"
            " letters belong to the marked qubits in ascending order",
        ),
    }[source]  # fmt: skip
    made = call(f"made = {method}", "num_qubits", "network", *options)
    body = "\n".join([*lines, made, tail])
    tool = "Rustiq" if method.endswith("rustiq") else "Monte Carlo tree search"
    more = ""
    if option:
        given += ", optimize_count: bool" if word == "optimize_count" else ", num_simulations: int"
        more = f", passing on `{word}`"
    asks = (
        (
            "Synthesise a sequence of Pauli rotations exp(-i angle/2 P), applied in the order"
            f" given, with Qiskit's {tool} network synthesis{more}: {told}. {wants}."
        ),
        (
            f"Pauli network by `{method}`{more}; {told}; each entry is exp(-i angle/2 P) and the"
            f" first entry acts first. {wants}."
        ),
        (
            f"{wants}: the product of rotations exp(-i angle/2 P) where {told}. The first entry is"
            f" applied first; tool: {tool}{more}."
        ),
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, SparsePauliOp
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
for n, rows in (
    (3, [("XX", [0, 2]), ("ZY", [0, 1]), ("Z", [2]), ("YXZ", [0, 1, 2])]),
    (4, [("ZX", [1, 3]), ("YZ", [0, 1]), ("XYZ", [0, 2, 3]), ("Y", [3])]),
):
    angles = [float(a) for a in rng.uniform(0.3, 1.5, len(rows))]
    network = [(letters, qubits, angle) for (letters, qubits), angle in zip(rows, angles)]
    operator = SparsePauliOp.from_sparse_list([(p, q, a / 2 / 0.4) for p, q, a in network], n)
    labels = [SparsePauliOp.from_sparse_list([(p, q, 1)], n).paulis[0].to_label() for p, q, _ in network]
    masks = {(p, sum(1 << k for k in q)): a for p, q, a in network}
    given = {"list": (n, network), "labels": (n, labels, angles), "operator": (operator, 0.4), \
"dict": (n, masks)}["$source"]
    given += ($extra,) if $option else ()
    got = unwrap(candidate(*given), "$end", n, "$name")
    want = np.eye(2**n)
    for label, angle in zip(labels, angles):
        want = expm(-0.5j * angle * SparsePauliOp(label).to_matrix()) @ want
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        unwrap=UNWRAP, source=source, end=end, name=name, option=option,
        extra="True" if word == "optimize_count" else 1,
    )  # fmt: skip
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += ["from qiskit.quantum_info import SparsePauliOp"] if source == "operator" else []
    imports += [f"from qiskit.synthesis import {method}"]
    return Instance(
        "rotation_network", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"method": method, "source": source, "option": option, "ending": end},
    )  # fmt: skip
