"""Circuits of the library by function: sampling circuits, overlaps, Grover operators, Pauli measurements."""

from random import Random

from qspark.data.families.base import Instance, angle, bits, family
from qspark.data.families.wording import call, fill


@family(
    "library_misc",
    "intermediate",
    oracle="distribution",
    skills=("sampling-circuits", "seeds"),
    why="These circuits are Hadamards around phases: amplitudes are Fourier sums of the phases.",
    tolerance=1e-8,
)
def sampling_circuits(rng: Random) -> Instance:
    """IQP, Fourier checking, hidden linear functions and quantum volume circuits."""
    kind = rng.choice(
        ["iqp", "iqp", "random_iqp", "fourier", "fourier", "hidden", "hidden", "volume", "volume"]
    )
    goals = ["circuit", "chances", "counts"] + ([] if kind == "hidden" else ["top"])
    goals += ["zero", "parity"] if kind in ("iqp", "random_iqp", "volume") else []
    goal = rng.choice(goals)
    seed, depth, shots = rng.randint(1, 500), rng.choice([1, 2, 3]), rng.choice([50, 200, 400])
    sample_seed = rng.randint(1, 99)
    given, made, told, name = {
        "iqp": (
            "interactions: list[list[int]]", "iqp(interactions)",
            "Qiskit's IQP circuit of the symmetric integer matrix `interactions` (Hadamards, phases "
            "pi/4 times the diagonal entries, controlled phases pi/2 times the off-diagonal entries, "
            "Hadamards)", "iqp",
        ),
        "random_iqp": ("num_qubits: int", f"random_iqp(num_qubits, seed={seed})", ("Qiskit's random IQP "
                                                                                  "circuit with seed "
                                                                                  f"{seed}"), "random_iqp"),
        "fourier": (
            "f: list[int], g: list[int]", "fourier_checking(f, g)",
            "the Fourier checking circuit of the functions `f` and `g`, given as lists of 1 and -1 "
            "indexed by x (Hadamards, phases f, Hadamards, phases g, Hadamards)", "fourier_checking",
        ),
        "hidden": (
            "adjacency: list[list[int]]", "hidden_linear_function(adjacency)",
            "the hidden-linear-function circuit of the symmetric 0/1 matrix `adjacency` (Hadamards, CZ "
            "for every edge, S for every 1 on the diagonal, Hadamards)", "hidden_linear_function",
        ),
        "volume": (
            "num_qubits: int", f"quantum_volume(num_qubits, depth={depth}, seed={seed})",
            f"Qiskit's quantum volume circuit with depth {depth} and seed {seed}", "quantum_volume",
        ),
    }[kind]  # fmt: skip
    qubit = rng.choice([0, 1])
    lines, wants, out = {
        "circuit": (["return circuit"], "Return the circuit", "QuantumCircuit"),
        "chances": (
            ["return Statevector(circuit).probabilities_dict(decimals=10)"],
            ("Return the dict of its exact outcome probabilities (bit strings, qubit 0 rightmost; zero "
            "ones may be missing)"), ("dict[str, float]"),
        ),
        "zero": (
            ["return float(Statevector(circuit).probabilities()[0])"], ("Return the exact probability "
                                                                       "of the all-zeros outcome as a "
                                                                       "float"), "float",
        ),
        "top": (
            ["chances = Statevector(circuit).probabilities()", "heavy = chances > np.median(chances)",
             "return float(chances[heavy].sum())"],
            "Return the exact heavy-output probability as a float: the total probability of all "
            "outcomes whose probability is above the median of all 2^n probabilities", "float",
        ),
        "counts": (
            ["circuit.measure_all()", (f"job = StatevectorSampler(seed={sample_seed}).run([circuit], "
                                      f"shots={shots})"),
             "return job.result()[0].data.meas.get_counts()"],
            (f"Measure all qubits and return the counts of {shots} shots of a StatevectorSampler with "
            f"seed {sample_seed}"), ("dict[str, int]"),
        ),
        "parity": (
            [f"chances = Statevector(circuit).probabilities([{qubit}])", ("return float(chances[0] - "
                                                                         "chances[1])")],
            f"Return the exact expectation value of Z on qubit {qubit} as a float", "float",
        ),
    }[goal]  # fmt: skip
    body = "\n".join([f"circuit = {made}", *lines])
    asks = (
        f"Build {told}. {wants}.",
        f"{wants} of {told}.",
        f"Quantum advantage benchmarks: take {told} (`{name}`). {wants}.",
        f"I want to look at {told}. {wants}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import quantum_volume, random_iqp
from qiskit.quantum_info import Operator, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
kind, goal = "$kind", "$goal"
for n in (2, 3, 3):
    square = rng.integers(0, 8, (n, n))
    square = np.triu(square) + np.triu(square, 1).T
    graph = square % 2
    graph[0, 1] = graph[1, 0] = graph[0, 0] = 1
    f, g = ([int(v) for v in rng.choice([-1, 1], 2**n)] for _ in range(2))
    f[1], g[2] = -f[0], -g[0]
    want = QuantumCircuit(n)
    if kind == "iqp":
        want.h(range(n))
        for i in range(n):
            want.p(np.pi / 4 * int(square[i, i]), i)
            for j in range(i):
                want.cp(np.pi / 2 * int(square[i, j]), i, j)
        want.h(range(n))
        given = (square.tolist(),)
    elif kind == "fourier":
        want.h(range(n))
        want.unitary(np.diag(f), range(n))
        want.h(range(n))
        want.unitary(np.diag(g), range(n))
        want.h(range(n))
        given = (f, g)
    elif kind == "hidden":
        want.h(range(n))
        for i in range(n):
            if graph[i, i]:
                want.s(i)
            for j in range(i):
                if graph[i, j]:
                    want.cz(i, j)
        want.h(range(n))
        given = (graph.tolist(),)
    else:
        want = random_iqp(n, seed=$seed) if kind == "random_iqp" else quantum_volume(n, depth=$depth, seed=$seed)
        given = (n,)
    got = candidate(*given)
    chances = Statevector(want).probabilities()
    if goal == "circuit":
        assert isinstance(got, QuantumCircuit) and got.num_qubits == n
        assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
    elif goal == "chances":
        assert all(abs(got.get(format(x, f"0{n}b"), 0) - chances[x]) < 1e-8 for x in range(2**n)) and len(got) <= 2**n
    elif goal == "counts":
        assert sum(got.values()) == $shots
        limit = np.sqrt(np.log(2 / 1e-7) / (2 * $shots))
        for x in range(2**n):
            share = got.get(format(x, f"0{n}b"), 0) / $shots
            assert abs(share - chances[x]) < limit and (share == 0 or chances[x] > 1e-12)
    else:
        ones = np.array([x >> $qubit & 1 for x in range(2**n)])
        exact = {
            "zero": chances[0], "top": chances[chances > np.median(chances)].sum(), "parity": chances @ (1 - 2 * ones),
        }[goal]
        ties = goal == "top" and np.any(np.abs(chances - np.median(chances)) < 1e-9)
        assert isinstance(got, float) and (ties or abs(got - exact) < 1e-8), (got, exact)
""",
        kind=kind, goal=goal, seed=seed, depth=depth, shots=shots, qubit=qubit,
    )  # fmt: skip
    head = ["import numpy as np"] if "np." in body else []
    head += ["from qiskit import QuantumCircuit"] if out == "QuantumCircuit" else []
    head += [f"from qiskit.circuit.library import {name}"]
    head += ["from qiskit.primitives import StatevectorSampler"] if goal == "counts" else []
    head += ["from qiskit.quantum_info import Statevector"] if "Statevector(" in body else []
    return Instance(
        "sampling_circuit", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"kind": kind, "goal": goal, "seed": seed, "depth": depth},
    )  # fmt: skip


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
            "(sorted list of its parameter names, its size())"), ("tuple[list[str], int]"),
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
            [*setting, "bound.measure_all()", f"shots = {shots}", ("job = "
                                                                   f"StatevectorSampler(seed={seed}).run([bound], "
                                                                   "shots=shots)"),
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
            [*setting, ("chances = [Statevector(bound).probabilities([q])[0] for q in "
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
        goal=goal, source=source, maker=maker, reps=reps, one=one, two=two, walls=walls, shots=shots, step=step,
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


@family(
    "library_misc",
    "advanced",
    oracle="unitary",
    skills=("amplitude-amplification", "reflections"),
    why=(
        "Q = A S0 A^dagger S_f with S0 = 1 - 2|0><0|, up to the sign; the oracle may be a circuit"
        " or a state."
    ),
    tolerance=1e-8,
)
def grover_operators(rng: Random) -> Instance:
    """grover_operator with its options: preparation, reflection qubits, own reflection, state oracle."""
    kind = rng.choice(
        ["plain", "prepared", "subset", "statevector", "reflection", "amplitude", "barriers"]
    )
    marked = bits(rng, 3, 3)
    turns = [angle(rng) for _ in range(3)]
    power = rng.choice([1, 1, 2, 3])
    name = rng.choice(["Q", "Step", "Grover"])
    options: list[str] = []
    pre: list[str] = []
    library = ["grover_operator"]
    imports: list[str] = []
    oracle = [
        "oracle = QuantumCircuit(3)",
        f'zeros = [k for k, bit in enumerate(reversed("{marked}")) if bit == "0"]',
        "oracle.x(zeros)", "oracle.ccz(0, 1, 2)", "oracle.x(zeros)",
    ]  # fmt: skip
    told = f"the oracle flips the sign of |{marked}> (qubit 0 rightmost)"
    reflect = "the reflection about the state that the preparation makes from all zeros"
    prep = "the preparation is a Hadamard on every qubit"
    if kind in ("prepared", "amplitude"):
        pre = [
            "prepare = QuantumCircuit(3)",
            *(f"prepare.ry({t}, {k})" for k, t in enumerate(turns)),
            "prepare.cx(0, 2)",
        ]
        options = ["state_preparation=prepare"]
        prep = (
            f"the preparation is RY({turns[0]}), RY({turns[1]}), RY({turns[2]}) on the qubits 0, 1,"
            " 2 and then a CX from qubit 0 to qubit 2"
        )
    elif kind == "subset":
        oracle = [
            "oracle = QuantumCircuit(3)",
            "oracle.x(2)",
            "oracle.h(2)",
            "oracle.ccx(0, 1, 2)",
            "oracle.h(2)",
            "oracle.x(2)",
        ]
        options = ["reflection_qubits=[0, 1]", "state_preparation=prepare"]
        pre = [
            "prepare = QuantumCircuit(3)",
            f"prepare.ry({turns[0]}, 0)",
            f"prepare.ry({turns[1]}, 1)",
        ]
        told = (
            "the oracle flips the sign of qubits 0 and 1 both being 1, through qubit 2 (x, h, ccx "
            "onto qubit 2, h, x)"
        )
        prep = f"the preparation is RY({turns[0]}) on qubit 0 and RY({turns[1]}) on qubit 1"
        reflect = "the reflection about zero acts on the qubits 0 and 1 only"
    elif kind == "statevector":
        oracle = [f'oracle = Statevector.from_label("{marked}")']
        imports = ["from qiskit.quantum_info import Statevector"]
    elif kind == "reflection":
        spot = rng.choice([0, 1, 2])
        rest = [k for k in range(3) if k != spot]
        pre = [
            "zero = QuantumCircuit(3)",
            "zero.x([0, 1, 2])",
            f"zero.h({spot})",
            f"zero.mcx({rest}, {spot})",
        ]
        pre += [f"zero.h({spot})", "zero.x([0, 1, 2])"]
        options = ["zero_reflection=zero"]
        reflect = (
            "the reflection about zero is given as an own circuit: X on all qubits, a doubly "
            "controlled Z, X on all qubits"
        )
    elif kind == "barriers":
        options = ["insert_barriers=True"]
        reflect += ", with barriers between the parts"
    options += [f'name="{name}"'] if name != "Q" else []
    lines = [*oracle, *pre, call("grover = grover_operator", "oracle", *options)]
    form = rng.choice(["operator", "applied", "chance"]) if kind != "barriers" else "operator"
    out = "QuantumCircuit"
    if form == "operator":
        lines.append("return grover")
        wants = f"Return the operator as a circuit named '{name}'"
        power = 1
    else:
        start = (
            "circuit.compose(prepare, inplace=True)"
            if "prepare = " in "\n".join(pre)
            else ("circuit.h([0, 1, 2])")
        )
        lines += ["circuit = QuantumCircuit(3)", start]
        loop = rng.choice(["repeat", "loop"])
        lines += [f"circuit.compose(grover.repeat({power}), inplace=True)"] if loop == "repeat" else [
            f"for _ in range({power}):", "    circuit.compose(grover, inplace=True)"]  # fmt: skip
        if form == "applied":
            lines.append("return circuit")
            wants = (
                f"Return a circuit with the preparation followed by {power} application(s) of the "
                "operator"
            )
        else:
            lines.append(
                "return {key: float(chance) for key, chance in "
                "Statevector(circuit).probabilities_dict().items()}"
            )
            imports = ["from qiskit.quantum_info import Statevector"]
            wants = (
                "Return the exact outcome probabilities (dict from bit strings to floats) after"
                f" the preparation and {power} application(s) of the operator"
            )
            out = "dict[str, float]"
    body = "\n".join(lines)
    asks = (
        (
            f"Amplitude amplification on 3 qubits with Qiskit's grover_operator: {told}; {prep};"
            f" {reflect}. {wants}."
        ),
        (
            f"{wants}. It is the Grover operator (oracle first, then the reflection) for: {told};"
            f" {prep}; {reflect}."
        ),
        (
            f"Construct a Grover operator by the library function. Oracle: {told}. Preparation:"
            f" {prep}. Reflection: {reflect}. {wants}; global phases are free."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
kind, form, turns, power = "$kind", "$form", $turns, $power
prepare = QuantumCircuit(3)
if kind in ("prepared", "amplitude"):
    for k, t in enumerate(turns):
        prepare.ry(t, k)
    prepare.cx(0, 2)
elif kind == "subset":
    prepare.ry(turns[0], 0)
    prepare.ry(turns[1], 1)
else:
    prepare.h(range(3))
signs = np.ones(8)
if kind == "subset":
    mark = QuantumCircuit(3)
    mark.x(2); mark.h(2); mark.ccx(0, 1, 2); mark.h(2); mark.x(2)
    oracle = Operator(mark).data
else:
    signs[int("$marked", 2)] = -1
    oracle = np.diag(signs)
zero = np.eye(8)
for x in range(8):
    if x & (3 if kind == "subset" else 7) == 0:
        zero[x, x] = -1
a = Operator(prepare).data
step = a @ zero @ a.conj().T @ oracle
got = candidate()
if form == "operator":
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 3 and got.name == "$name"
    assert ("barrier" in got.count_ops()) == (kind == "barriers")
    assert Operator(got).equiv(Operator(step), atol=1e-8, rtol=0)
else:
    vector = np.linalg.matrix_power(step, power) @ a[:, 0]
    if form == "applied":
        assert isinstance(got, QuantumCircuit) and Statevector(got).equiv(Statevector(vector), atol=1e-8, rtol=0)
    else:
        chances = np.abs(vector) ** 2
        assert all(abs(got.get(format(x, "03b"), 0) - chances[x]) < 1e-8 for x in range(8)), got
""",
        kind=kind, form=form, turns=turns, power=power, marked=marked, name=name,
    )  # fmt: skip
    head = [
        "from qiskit import QuantumCircuit",
        f"from qiskit.circuit.library import {', '.join(library)}",
        *imports,
    ]
    return Instance(
        "amplification_step", asks, "\n".join(head), f"() -> {out}", body, test,
        {"kind": kind, "form": form, "marked": marked, "turns": turns, "power": power},
    )  # fmt: skip


@family(
    "library_misc",
    "advanced",
    oracle="channel",
    skills=("pauli-measurement", "stabilizers"),
    why="A Pauli product measurement writes 0 for the eigenvalue +1; a minus sign flips the bit.",
    tolerance=1e-7,
)
def joint_pauli_measurements(rng: Random) -> Instance:
    """PauliProductMeasurement and Pauli rotations: commuting checks, parities, feed-forward."""
    kind = rng.choice(
        ["checks", "checks", "one", "subset", "rotated", "syndrome", "projector", "counts"]
    )
    shots, seed = rng.choice([20, 50, 100]), rng.randint(1, 90)
    theta = angle(rng)
    register = rng.choice(["outcome", "checks", "bits", "parity"])
    label = rng.choice(["XXI", "ZIZ", "IYY", "XZX", "ZZY", "YXI"])
    sign = rng.choice(["", "-"])
    spots = rng.sample(range(4), 2)
    two = rng.choice(["XX", "ZZ", "YY", "XZ", "ZX", "YX"])
    compiled = 'transpile(circuit, basis_gates=["cx", "u"])'
    names = ["PauliProductMeasurement"]
    info = ["Pauli"]
    top = "ClassicalRegister, QuantumCircuit"
    out = "QuantumCircuit"
    if kind in ("checks", "counts"):
        given = "circuit: QuantumCircuit, labels: list[str]"
        lines = [
            "result = circuit.copy()", f'{register} = ClassicalRegister(len(labels), "{register}")', f"result.add_register({register})",
            "for label, bit in zip(labels, " + register + "):", ("    "
                                                                 "result.append(PauliProductMeasurement(Pauli(label)), "
                                                                 "result.qubits, [bit])"),
        ]  # fmt: skip
        told = (
            f"a copy of `circuit` (no classical bits) with a new classical register `{register}`,"
            " into whose bits the signed Pauli products `labels` (as wide as the circuit) are"
            " measured one after the other, label k into bit k, 0 meaning the eigenvalue +1"
        )
        if kind == "counts":
            compiled = compiled.replace("circuit,", "result,")
            lines += [f"compiled = {compiled}", (f"job = SamplerV2(seed={seed}).run([compiled], "
                                                f"shots={shots})"),
                      f"return job.result()[0].data.{register}.get_counts()"]  # fmt: skip
            told = (
                "the counts (bit k from the right belongs to label k, 0 meaning the eigenvalue +1)"
                f" of {shots} shots in which the signed Pauli products `labels` (as wide as"
                " `circuit`) are measured one after the other on the state that `circuit`"
                f" prepares; transpile to cx and u and run it with Aer's SamplerV2, seed {seed}"
            )
            top, out = "ClassicalRegister, QuantumCircuit, transpile", "dict[str, int]"
        else:
            lines.append("return result")
    elif kind == "one":
        given = "circuit: QuantumCircuit"
        lines = [
            "result = circuit.copy()", f'bit = ClassicalRegister(1, "{register}")', "result.add_register(bit)",
            f'result.append(PauliProductMeasurement(Pauli("{sign}{label}")), result.qubits, bit)', ("return "
                                                                                                   "result"),
        ]  # fmt: skip
        told = (
            "a copy of the 3-qubit `circuit` (no classical bits) with a one-bit classical register"
            f" `{register}` into which the Pauli product {sign}{label} (rightmost letter on qubit"
            " 0) is measured at the end, 0 meaning the eigenvalue +1"
        )
    elif kind == "subset":
        given = "circuit: QuantumCircuit"
        lines = [
            "result = circuit.copy()", f'bit = ClassicalRegister(1, "{register}")', "result.add_register(bit)",
            f'result.append(PauliProductMeasurement(Pauli("{sign}{two}")), {spots}, bit)', "return result",
        ]  # fmt: skip
        told = (
            "a copy of the 4-qubit `circuit` (no classical bits) with a one-bit classical register"
            f" `{register}` into which the product of {two[1]} on qubit {spots[0]} and {two[0]} on"
            f" qubit {spots[1]}{', with a minus sign,' if sign else ''} is measured at the end, 0"
            " meaning the eigenvalue +1"
        )
    elif kind == "rotated":
        given = "circuit: QuantumCircuit"
        names.append("PauliProductRotationGate")
        lines = [
            "result = circuit.copy()", f'bit = ClassicalRegister(1, "{register}")', "result.add_register(bit)",
            f'result.append(PauliProductRotationGate(Pauli("{label}"), {theta}), result.qubits)',
            f'result.append(PauliProductMeasurement(Pauli("{sign}ZZZ")), result.qubits, bit)', ("return "
                                                                                               "result"),
        ]  # fmt: skip
        told = (
            "a copy of the 3-qubit `circuit` (no classical bits) with the Pauli rotation exp(-i"
            f" {theta}/2 {label}) appended and then a measurement of the Pauli product {sign}ZZZ"
            f" into a one-bit classical register `{register}`, 0 meaning the eigenvalue +1"
        )
    elif kind == "syndrome":
        given = "circuit: QuantumCircuit"
        fix = rng.choice(["x", "z"])
        pauli_pair = ["ZZI", "IZZ"] if fix == "x" else ["XXI", "IXX"]
        lines = [
            "result = circuit.copy()", f'{register} = ClassicalRegister(2, "{register}")', f"result.add_register({register})",
            f'for label, bit in zip(("{pauli_pair[0]}", "{pauli_pair[1]}"), {register}):',
            "    result.append(PauliProductMeasurement(Pauli(label)), result.qubits, [bit])",
            "for value, qubit in ((1, 2), (2, 0), (3, 1)):", (f"    with result.if_test(({register}, "
                                                             "value)):"), (f"        result.{fix}(qubit)"),
            "return result",
        ]  # fmt: skip
        told = (
            f"a copy of the 3-qubit `circuit` (no classical bits) that measures {pauli_pair[0]}"
            f" into bit 0 and {pauli_pair[1]} into bit 1 of a classical register `{register}` (0"
            f" meaning +1, rightmost letter on qubit 0) and then applies {fix} to qubit 2, 0 or 1"
            " if the register holds 1, 2 or 3"
        )
    else:
        given = "circuit: QuantumCircuit"
        lines = [
            f'measurement = PauliProductMeasurement(Pauli("{sign}{label}"))', "undo = measurement.pauli()",
            "state = Statevector(circuit)", ("return float((1 + state.expectation_value(undo).real) / "
                                            "2), undo.to_label()"),
        ]  # fmt: skip
        told = (
            f"a pair: the exact probability (float) that a PauliProductMeasurement of {sign}{label}"
            " (rightmost letter on qubit 0) on the state of the 3-qubit `circuit` gives the bit 0,"
            " i.e. the eigenvalue +1, and the label (with sign) of the Pauli that the measurement"
            " object holds"
        )
        out, top = "tuple[float, str]", "QuantumCircuit"
        info = ["Pauli", "Statevector"]
    body = "\n".join(lines)
    asks = (
        f"Return {told}. Use Qiskit's PauliProductMeasurement.",
        f"Joint Pauli measurement with the library's PauliProductMeasurement: I need {told}.",
        (
            "For lattice-surgery style circuits (PauliProductMeasurement), write a function that"
            f" gives {told}."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit, transpile
from qiskit.quantum_info import Pauli, SparsePauliOp, Statevector, random_clifford, random_statevector
from qiskit_aer import AerSimulator
from scipy.linalg import expm
rng = np.random.default_rng(np.random.randint(2**31))
kind, sign, label = "$kind", -1 if "$sign" else 1, "$label"
def run(circuit, shots=30):
    counts = AerSimulator(seed_simulator=7).run(transpile(circuit, basis_gates=["cx", "u"]), shots=shots).result()
    return counts.get_counts()
def prepared(vector):
    circuit = QuantumCircuit(int(np.log2(len(vector))))
    circuit.prepare_state(vector, circuit.qubits)
    return circuit
for _ in range(2):
    clifford = random_clifford(3, seed=int(rng.integers(2**31)))
    state = clifford.to_circuit()
    labels = clifford.to_labels(mode="S")
    if kind in ("checks", "counts"):
        flipped = [("-" if text[0] == "+" else "+") + text[1:] for text in labels]
        given = [labels[0], flipped[1], labels[2]]
        got = candidate(state, given)
        if kind == "counts":
            assert dict(got) == {"010": $shots}, got
            continue
        assert isinstance(got, QuantumCircuit) and [r.name for r in got.cregs] == ["$register"] and not state.clbits
        assert got.count_ops()["pauli_product_measurement"] == 3
        assert run(got) == {"010": 30}
        continue
    if kind == "projector":
        vector = random_statevector(8, seed=int(rng.integers(2**31)))
        chance, text = candidate(prepared(vector.data))
        want = (1 + sign * vector.expectation_value(Pauli(label)).real) / 2
        assert abs(chance - want) < 1e-7 and Pauli(text) == Pauli("$sign" + label)
        continue
    if kind == "syndrome":
        for kick in (None, 0, 1, 2):
            circuit = QuantumCircuit(3)
            circuit.ry(0.9, 0)
            circuit.cx(0, 1)
            circuit.cx(0, 2)
            if "$fix" == "z":
                circuit.h(range(3))
            clean = circuit.copy()
            if kick is not None:
                getattr(circuit, "$fix")(kick)
            got = candidate(circuit)
            assert [(r.name, r.size) for r in got.cregs] == [("$register", 2)] and not circuit.clbits
            got.compose(clean.inverse(), inplace=True)
            got.measure_all()
            counts = run(got)
            assert list(counts) == [list(counts)[0]] and list(counts)[0].split()[0] == "000", counts
        continue
    n = 4 if kind == "subset" else 3
    if kind == "subset":
        full = SparsePauliOp.from_sparse_list([("$two"[::-1], $spots, sign)], 4).to_matrix()
    elif kind == "rotated":
        full = sign * SparsePauliOp("ZZZ").to_matrix()
    else:
        full = sign * SparsePauliOp(label).to_matrix()
    for value in (0, 1):
        vector = random_statevector(2**n, seed=int(rng.integers(2**31))).data
        vector = vector + (-1) ** value * full @ vector
        vector /= np.linalg.norm(vector)
        begin = vector
        if kind == "rotated":
            begin = expm(0.5j * $theta * SparsePauliOp(label).to_matrix()) @ vector
        circuit = prepared(begin)
        got = candidate(circuit)
        assert isinstance(got, QuantumCircuit) and [(r.name, r.size) for r in got.cregs] == [("$register", 1)]
        assert not circuit.clbits and got.count_ops()["pauli_product_measurement"] == 1
        got.compose(prepared(vector).inverse(), inplace=True)
        got.measure_all()
        assert run(got) == {"0" * n + f" {value}": 30}
""",
        kind=kind, sign=sign, label=label, register=register, shots=shots, two=two, spots=spots, theta=theta,
        fix=fix if kind == "syndrome" else "",
    )  # fmt: skip
    head = [
        f"from qiskit import {top}",
        f"from qiskit.circuit.library import {', '.join(names)}",
        f"from qiskit.quantum_info import {', '.join(info)}",
    ]
    head += ["from qiskit_aer.primitives import SamplerV2"] if kind == "counts" else []
    return Instance(
        "pauli_measurement", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"kind": kind, "sign": sign, "label": label, "register": register},
    )  # fmt: skip
