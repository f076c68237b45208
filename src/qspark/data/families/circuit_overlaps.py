"""Overlaps and fidelities of two parametrised circuits by unitary_overlap."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "library_misc",
    "advanced",
    oracle="value",
    skills=("overlaps", "fidelity"),
    why=(
        "unitary_overlap applies the first circuit and then the inverse of the second, with renamed"
        " parameters."
    ),
    tolerance=1e-8,
)
def overlaps_of_circuits(rng: Random) -> Instance:
    """Overlaps of two circuits: amplitude, fidelity, sampled estimate, parameter names, derivative."""
    goal = rng.choice(
        ["fidelity", "amplitude", "circuit", "names", "sampled", "distance", "gradient", "local"]
    )
    source = rng.choice(["two", "same", "ansatz"])
    one, two = rng.choice([("p1", "p2"), ("left", "right"), ("a", "b"), ("x", "y"), ("bra", "ket")])
    if source != "two" and goal in ("fidelity", "distance", "sampled"):
        goal = rng.choice(["amplitude", "gradient", "local", "circuit", "names"])
    walls = goal == "circuit" and rng.random() < 0.5
    shots, seed, step = (
        rng.choice([500, 1000, 2000]),
        rng.randint(1, 99),
        rng.choice([0.01, 0.05, 0.1]),
    )
    maker, reps = rng.choice(["real_amplitudes", "efficient_su2"]), rng.choice([1, 2])
    maker = "efficient_su2" if goal == "amplitude" else maker
    options = [] if (one, two) == ("p1", "p2") else [f'prefix1="{one}"', f'prefix2="{two}"']
    options += ["insert_barrier=True"] * walls
    if source == "two":
        given, lines = "first: QuantumCircuit, second: QuantumCircuit", []
        told = "the parametrised circuits `first` and `second`"
        pair = ["first", "second"]
    elif source == "same":
        given, lines, pair = "circuit: QuantumCircuit", [], ["circuit", "circuit"]
        told = "the parametrised `circuit` and itself, with two sets of parameters"
    else:
        given, pair = "num_qubits: int", ["ansatz", "ansatz"]
        lines = [f"ansatz = {maker}(num_qubits, reps={reps})"]
        told = (
            f"two copies of {maker} with reps={reps} on `num_qubits` qubits, with two sets of"
            " parameters"
        )
    lines.append(call("overlap = unitary_overlap", *pair, *options))
    values = goal not in ("circuit", "names")
    if values:
        given += ", left: list[float], right: list[float]"
    named = (
        f'values = {{p: (left if p.vector.name == "{one}" else right)[p.index] for p in'
        " overlap.parameters}"
    )
    bind = rng.choice(["names", "list"]) if one < two else "names"
    setting = (
        [named, "bound = overlap.assign_parameters(values)"]
        if bind == "names"
        else ["bound = overlap.assign_parameters([*left, *right])"]
    )
    tail, wants, out = {
        "circuit": (
            ["return overlap"],
            (f"Return the overlap circuit U2^dagger U1, its parameters renamed to the vectors `{one}` "
            f"(first) and `{two}` (second)")
            + (", with a barrier between the two parts" if walls else ""), "QuantumCircuit",
        ),
        "names": (
            ["return sorted(p.name for p in overlap.parameters), overlap.size()"],
            (f"Build Qiskit's overlap circuit with the parameter prefixes `{one}` and `{two}` and return "
            "(sorted list of its parameter names, its size())"), "tuple[list[str], int]",
        ),
        "fidelity": (
            [*setting, "return float(Statevector(bound).probabilities()[0])"],
            ("Return |<0|U2^dagger U1|0>|^2 as a float, U1 with the values `left` and U2 with `right` "
            "(in the order of each circuit's parameters)"),
            "float",
        ),
        "amplitude": (
            [*setting, "return complex(Statevector(bound)[0])"],
            "Return the complex overlap <0|U2^dagger U1|0>, U1 with the values `left` and U2 with "
            "`right` (in the order of each circuit's parameters)", "complex",
        ),
        "distance": (
            [*setting, "return float(np.sqrt(1 - Statevector(bound).probabilities()[0]))"],
            "Return sqrt(1 - |<0|U2^dagger U1|0>|^2) as a float, U1 with the values `left` and U2 with "
            "`right` (in the order of each circuit's parameters)", "float",
        ),
        "sampled": (
            [*setting, "bound.measure_all()", f"shots = {shots}",
             f"job = StatevectorSampler(seed={seed}).run([bound], shots=shots)",
             "counts = job.result()[0].data.meas.get_counts()",
             'return sum(count for key, count in counts.items() if "1" not in key) / shots'],
            f"Estimate |<0|U2^dagger U1|0>|^2 from {shots} shots of a StatevectorSampler (seed {seed}) "
            "as a float, U1 with the values `left` and U2 with `right` (in the order of each circuit's "
            "parameters)", "float",
        ),
        "gradient": (
            ["def fidelity(shift: float) -> float:", "    values = {}", "    for p in overlap.parameters:",
             f'        source = left if p.vector.name == "{one}" else right',
             f'        values[p] = source[p.index] + (shift if p.name == "{one}[0]" else 0.0)',
             "    return Statevector(overlap.assign_parameters(values)).probabilities()[0]", "",
             f"return float((fidelity({step}) - fidelity(-{step})) / (2 * {step}))"],
            f"Return the central difference (step {step}) of |<0|U2^dagger U1|0>|^2 with respect to the "
            "first value of `left` as a float, U1 with the values `left` and U2 with `right` (in the "
            "order of each circuit's parameters)", "float",
        ),
        "local": (
            [*setting,
             ("chances = [Statevector(bound).probabilities([q])[0] for q in "
              "range(bound.num_qubits)]"),
             "return float(np.mean(chances))"],
            "Return the local fidelity as a float: the mean over the qubits of the exact probability "
            "that a qubit of U2^dagger U1|0> is measured in 0, U1 with the values `left` and U2 with "
            "`right` (in the order of each circuit's parameters)", "float",
        ),
    }[goal]  # fmt: skip
    body = "\n".join([*lines, *tail])
    asks = (
        f"Overlap of two unitaries, {told}, with Qiskit's unitary_overlap. {wants}.",
        f"{wants}. The unitaries U1 and U2 are {told}.",
        f"Compare {told}: use the overlap circuit of the library. {wants}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.circuit.library import efficient_su2, real_amplitudes
from qiskit.quantum_info import Operator, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
goal, source = "$goal", "$source"
for _ in range(2):
    n = 2
    v, w = ParameterVector("v", 3), ParameterVector("w", 2)
    first, second = QuantumCircuit(n), QuantumCircuit(n)
    first.ry(v[0], 0); first.cx(0, 1); first.rx(v[1], 1); first.rz(v[2], 0); first.h(0)
    second.rx(w[0], 1); second.cx(1, 0); second.ry(w[1], 0); second.s(1)
    if source == "same":
        second, given = first, (first,)
    elif source == "ansatz":
        first = second = $maker(n, reps=$reps)
        given = (n,)
    else:
        given = (first, second)
    left, right = ([float(a) for a in rng.uniform(-2, 2, c.num_parameters)] for c in (first, second))
    one, two = first.assign_parameters(left), second.assign_parameters(right)
    overlap = Operator(two).adjoint() @ Operator(one)
    if goal in ("circuit", "names"):
        got = candidate(*given)
        names = [f"$one[{k}]" for k in range(len(left))] + [f"$two[{k}]" for k in range(len(right))]
        if goal == "names":
            assert list(got[0]) == sorted(names) and got[1] == first.size() + second.size(), got
            continue
        assert sorted(p.name for p in got.parameters) == sorted(names)
        assert ("barrier" in got.count_ops()) == $walls
        values = {name: value for name, value in zip(names, left + right)}
        assert np.allclose(Operator(got.assign_parameters(values)).data, overlap.data, atol=1e-8)
        continue
    got = candidate(*given, left, right)
    amplitude = overlap.data[0, 0]
    column = np.abs(overlap.data[:, 0]) ** 2
    if goal == "sampled":
        limit = np.sqrt(np.log(2 / 1e-7) / (2 * $shots))
        assert isinstance(got, float) and abs(got - abs(amplitude) ** 2) < limit
        assert abs(got * $shots - round(got * $shots)) < 1e-6
        continue
    def fidelity(shift):
        moved = first.assign_parameters([left[0] + shift, *left[1:]])
        return abs(np.vdot(Statevector(two).data, Statevector(moved).data)) ** 2
    want = {
        "fidelity": abs(amplitude) ** 2, "amplitude": amplitude, "distance": np.sqrt(1 - abs(amplitude) ** 2),
        "gradient": (fidelity($step) - fidelity(-$step)) / (2 * $step),
        "local": np.mean([sum(column[x] for x in range(4) if not x >> q & 1) for q in range(2)]),
    }[goal]
    assert isinstance(got, complex if goal == "amplitude" else float) and abs(got - want) < 1e-7, (got, want)
""",
        goal=goal, source=source, maker=maker, reps=reps, one=one, two=two, walls=walls,
        shots=shots, step=step,
    )  # fmt: skip
    library = sorted(["unitary_overlap"] + ([maker] if source == "ansatz" else []))
    head = ["import numpy as np"] if "np." in body else []
    head += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + given else []
    head += [f"from qiskit.circuit.library import {', '.join(library)}"]
    head += ["from qiskit.primitives import StatevectorSampler"] if goal == "sampled" else []
    head += ["from qiskit.quantum_info import Statevector"] if "Statevector(" in body else []
    return Instance(
        "circuit_overlap", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"goal": goal, "source": source, "prefixes": [one, two], "bind": bind},
    )  # fmt: skip
