"""Circuits of the library for sampling: IQP, Fourier checking, hidden linear functions, quantum volume."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


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
        "random_iqp": ("num_qubits: int", f"random_iqp(num_qubits, seed={seed})",
                       f"Qiskit's random IQP circuit with seed {seed}", "random_iqp"),
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
            "ones may be missing)"), "dict[str, float]",
        ),
        "zero": (
            ["return float(Statevector(circuit).probabilities()[0])"],
            "Return the exact probability of the all-zeros outcome as a float", "float",
        ),
        "top": (
            ["chances = Statevector(circuit).probabilities()", "heavy = chances > np.median(chances)",
             "return float(chances[heavy].sum())"],
            "Return the exact heavy-output probability as a float: the total probability of all "
            "outcomes whose probability is above the median of all 2^n probabilities", "float",
        ),
        "counts": (
            ["circuit.measure_all()",
             f"job = StatevectorSampler(seed={sample_seed}).run([circuit], shots={shots})",
             "return job.result()[0].data.meas.get_counts()"],
            (f"Measure all qubits and return the counts of {shots} shots of a StatevectorSampler with "
            f"seed {sample_seed}"), "dict[str, int]",
        ),
        "parity": (
            [f"chances = Statevector(circuit).probabilities([{qubit}])",
             "return float(chances[0] - chances[1])"],
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
        want = random_iqp(n, seed=$seed) if kind == "random_iqp" \
else quantum_volume(n, depth=$depth, seed=$seed)
        given = (n,)
    got = candidate(*given)
    chances = Statevector(want).probabilities()
    if goal == "circuit":
        assert isinstance(got, QuantumCircuit) and got.num_qubits == n
        assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
    elif goal == "chances":
        assert all(abs(got.get(format(x, f"0{n}b"), 0) - chances[x]) < 1e-8 for x in range(2**n)) \
and len(got) <= 2**n
    elif goal == "counts":
        assert sum(got.values()) == $shots
        limit = np.sqrt(np.log(2 / 1e-7) / (2 * $shots))
        for x in range(2**n):
            share = got.get(format(x, f"0{n}b"), 0) / $shots
            assert abs(share - chances[x]) < limit and (share == 0 or chances[x] > 1e-12)
    else:
        ones = np.array([x >> $qubit & 1 for x in range(2**n)])
        exact = {
            "zero": chances[0], "top": chances[chances > np.median(chances)].sum(), \
"parity": chances @ (1 - 2 * ones),
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
