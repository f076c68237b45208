"""Synthesis of Cliffords and of circuits for stabilizer states."""

from random import Random

from qspark.data.families._synthesis import NEIGHBOURS, UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill

CLIFFORD_METHODS = {
    "synth_clifford_full": "Qiskit's default Clifford synthesis",
    "synth_clifford_ag": "the Aaronson-Gottesman method",
    "synth_clifford_bm": "the Bravyi-Maslov method (CX-optimal up to three qubits)",
    "synth_clifford_greedy": "the greedy Clifford compiler",
    "synth_clifford_layers": "the decomposition into layers",
    "synth_clifford_depth_lnn": "the synthesis for linear nearest-neighbour connectivity",
}


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("clifford", "synthesis"),
    why="A Clifford is a tableau: equality is exact up to a global phase, whatever the circuit.",
)
def clifford_compilation(rng: Random) -> Instance:
    """A Clifford circuit from a tableau, a circuit, a matrix or a composition, by a named method."""
    method = rng.choice(sorted(CLIFFORD_METHODS))
    source = rng.choice(["clifford", "circuit", "matrix", "adjoint", "pair", "labels"])
    goal = rng.choice(["circuit", "count", "gate", "depth"])
    expression, given, told = {
        "clifford": ("clifford", "clifford: Clifford", "the Clifford `clifford`"),
        "circuit": ("Clifford(circuit)", "circuit: QuantumCircuit", "the Clifford circuit `circuit`"),
        "matrix": (
            "Clifford.from_operator(Operator(matrix))", "matrix: np.ndarray",
            "the Clifford unitary with the given `matrix`",
        ),
        "adjoint": ("clifford.adjoint()", "clifford: Clifford", "the inverse of the Clifford `clifford`"),
        "pair": (
            "first.compose(second)", "first: Clifford, second: Clifford",
            "the Clifford that acts as `first` and then as `second`",
        ),
        "labels": (
            'Clifford.from_dict({"destabilizer": destabilizers, "stabilizer": stabilizers})',
            "destabilizers: list[str], stabilizers: list[str]",
            "the Clifford whose tableau has the given signed Pauli labels (images of X_i and of "
            "Z_i, i = 0, 1, ...)",
        ),
    }[source]  # fmt: skip
    tail, wants, out = {
        "circuit": ("return compiled", "Return the synthesised circuit", "QuantumCircuit"),
        "count": (
            "return compiled, compiled.num_nonlocal_gates()",
            "Return a tuple of the synthesised circuit and its number of multi-qubit instructions "
            "(num_nonlocal_gates)",
            "tuple[QuantumCircuit, int]",
        ),
        "gate": (
            "return compiled.to_gate(label=\"cliff\")", "Return it as a gate with the label 'cliff'",
            "Gate",
        ),
        "depth": (
            "return compiled, compiled.depth(lambda item: len(item.qubits) > 1)",
            "Return a tuple of the synthesised circuit and its depth counting multi-qubit instructions only",
            "tuple[QuantumCircuit, int]",
        ),
    }[goal]  # fmt: skip
    body = f"{call(f'compiled = {method}', expression)}\n{tail}"
    how = CLIFFORD_METHODS[method]
    lnn = method.endswith("lnn")
    line = " Two-qubit gates must couple neighbouring qubits only." if lnn else ""
    asks = (
        f"Synthesise {told} with {how}. {wants}.{line}",
        f"Compile a Clifford: given is {told}; use {how} of qiskit.synthesis. {wants}.{line}",
        f"{wants}, for {told}. Method: {how}.{line}",
        f"I want {told} as a circuit, made by {how} (`{method}`). {wants}.{line}",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Clifford, Operator, random_clifford
$neighbours
rng = np.random.default_rng(np.random.randint(2**31))
source, goal = "$source", "$goal"
for n in (2, 3):
    one, two = (random_clifford(n, seed=int(rng.integers(2**31))) for _ in range(2))
    want = {"adjoint": one.adjoint(), "pair": one.compose(two)}.get(source, one)
    table = one.to_dict()
    given = {
        "clifford": (one,), "circuit": (one.to_circuit(),), "matrix": (one.to_matrix(),), "adjoint": (one,),
        "pair": (one, two), "labels": (table["destabilizer"], table["stabilizer"]),
    }[source]
    got = candidate(*given)
    if goal in ("count", "depth"):
        got, number = got
        exact = got.num_nonlocal_gates() if goal == "count" else got.depth(lambda item: len(item.qubits) > 1)
        assert number == exact, (number, exact)
    if goal == "gate":
        assert isinstance(got, Gate) and got.label == "cliff"
        circuit = QuantumCircuit(n)
        circuit.append(got, range(n))
        got = circuit
    assert isinstance(got, QuantumCircuit) and Clifford(got) == want
    if $lnn:
        neighbours_only(got)
""",
        neighbours=NEIGHBOURS, source=source, goal=goal, lnn=lnn,
    )  # fmt: skip
    names = {"circuit": "Clifford", "labels": "Clifford", "matrix": "Clifford, Operator"}.get(
        source, "Clifford"
    )
    imports = ["import numpy as np"] if source == "matrix" else []
    imports += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [
        f"from qiskit.quantum_info import {names}",
        f"from qiskit.synthesis import {method}",
    ]
    return Instance(
        "compile_clifford", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"method": method, "source": source, "goal": goal},
    )  # fmt: skip


@family(
    "synthesis",
    "advanced",
    oracle="state",
    skills=("stabilizers", "synthesis"),
    why=(
        "The leftmost letter of a stabilizer label is the highest qubit; signs belong to the label."
    ),
)
def stabilizer_state_circuits(rng: Random) -> Instance:
    """Circuits for stabilizer states from labels, cliffords or states."""
    kind = rng.choice(["labels", "redundant", "under", "invert", "layers", "layers", "lnn", "lnn"])
    source = rng.choice(["state", "circuit", "labels"])
    if kind in ("layers", "lnn"):
        method = "synth_stabilizer_layers" if kind == "layers" else "synth_stabilizer_depth_lnn"
        option = []
        if kind == "layers" and rng.random() < 0.5:
            option = ["cz_synth_func=synth_cz_depth_line_mr", "cz_func_reverse_qubits=True"]
        expression, given, told = {
            "state": ("state", "state: StabilizerState", "the StabilizerState `state`"),
            "circuit": (
                "StabilizerState(circuit)", "circuit: QuantumCircuit",
                "the state that `circuit` makes from all zeros",
            ),
            "labels": (
                "StabilizerState.from_stabilizer_list(labels)", "labels: list[str]",
                "the state stabilised by the signed Pauli `labels` (qubit 0 rightmost)",
            ),
        }[source]  # fmt: skip
        body = call(f"made = {method}", expression, *option)
        line = kind == "lnn"
        how = (
            "in layers (`synth_stabilizer_layers`)"
            if kind == "layers"
            else "for a line of qubits, cx between neighbours only"
        )
        if option:
            how += (
                ", with its CZ layer made by the line synthesis synth_cz_depth_line_mr, which"
                " reverses the qubits"
            )
        goal, tail, wants, out, name = an_ending(rng)
        names = [method] + (["synth_cz_depth_line_mr"] if option else [])
        asks = (
            f"Synthesise a circuit for {told}, {how}. {wants}.",
            f"{wants} for {told}; do it {how}.",
            (
                f"Stabilizer state preparation with qiskit.synthesis: {told}, {how}. {wants}; signs"
                " of the stabilizers count."
            ),
        )
        info = "StabilizerState"
    else:
        option = {
            "redundant": ["allow_redundant=True"],
            "under": ["allow_underconstrained=True"],
        }.get(kind, [])
        option += ["invert=True"] if kind == "invert" else []
        goal, tail, wants, out, name = an_ending(rng)
        given, source, line, info = "labels: list[str]", kind, False, ""
        names = ["synth_circuit_from_stabilizers"]
        body = call("made = synth_circuit_from_stabilizers", "labels", *option)
        what = {
            "labels": (
                "a circuit that prepares, from all zeros, the state stabilised by the Pauli strings"
                " `labels`"
            ),
            "redundant": (
                "a circuit that prepares the state stabilised by `labels`, some of which are"
                " products of others"
            ),
            "under": (
                "a circuit that prepares one of the states stabilised by `labels`, which need not"
                " fix a unique state"
            ),
            "invert": (
                "the inverse of the circuit that prepares the state stabilised by `labels`: it maps"
                " that state to zeros"
            ),
        }[kind]
        asks = (
            f"Give me {what}. Labels have qubit 0 on the right and may begin with a sign. {wants}.",
            (
                f"From stabilizer generators to a circuit: {what} (signed labels, rightmost letter"
                f" = qubit 0). {wants}."
            ),
            f"Wanted: {what}. A label like '-ZZI' has its last letter on qubit 0. {wants}.",
        )
    body = f"{body}\n{tail}"
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Clifford, Pauli, StabilizerState, Statevector, random_clifford
$neighbours
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
kind, source = "$kind", "$source"
for n in (3, 4, 4):
    clifford = random_clifford(n, seed=int(rng.integers(2**31)))
    state, labels = StabilizerState(clifford), clifford.to_labels(mode="S")
    paulis = [Pauli(label) for label in labels]
    if kind == "redundant":
        labels = labels + [str((paulis[0] @ paulis[1]).to_label())]
    if kind == "under":
        labels, paulis = labels[:-1], paulis[:-1]
    given = {"state": state, "circuit": clifford.to_circuit()}.get(source, labels)
    got = candidate(given)
    got = unwrap(got, "$goal", n, "$name")
    if $line:
        neighbours_only(got)
    if kind == "invert":
        got = got.inverse()
    vector = Statevector(got)
    for pauli in paulis:
        assert abs(vector.expectation_value(pauli) - 1) < 1e-8
""",
        neighbours=NEIGHBOURS, kind=kind, goal=goal, source=source, line=line, name=name,
        unwrap=UNWRAP,
    )  # fmt: skip
    imports = (
        ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out + body else []
    )
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [f"from qiskit.quantum_info import {info}"] if info else []
    imports += [f"from qiskit.synthesis import {', '.join(sorted(names))}"]
    return Instance(
        "stabilizer_circuit", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"kind": kind, "source": source, "goal": goal},
    )  # fmt: skip
