"""Own synthesis classes for PauliEvolutionGate, and own evolutions of single Paulis."""

from random import Random

from qspark.data.families._product_formulas import FORMULAS
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


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
