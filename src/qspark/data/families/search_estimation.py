"""Search: amplitude estimation."""

from random import Random

from qspark.data.families._search import GOOD, START, asks, library_import
from qspark.data.families.base import Instance, family

_STATE = """got.num_qubits == n + BITS and got.num_clbits == 0
    vector = Operator(qc).data[:, 0]
    signs = np.diag([-1 if GOOD else 1 for x in range(2**n)])
    q = (2 * np.outer(vector, vector.conj()) - np.eye(2**n)) @ signs
    powers = [np.linalg.matrix_power(q, k) @ vector for k in range(SIZE)]
    waves = np.exp(-2j * np.pi * np.outer(range(SIZE), range(SIZE)) / SIZE)
    state = np.array(powers).T @ waves / SIZE
    back = [int(format(y, "0BITSb")[::-1], 2) for y in range(SIZE)]
    state = state[:, ORDER].ravel()
    assert abs(np.vdot(state, Statevector(got).data)) > 1 - 1e-7"""
# name: ending, kind, words, comparison
_READINGS = {
    "chances": (
        "return chances\n", "np.ndarray",
        "Return the SIZE exact outcome probabilities as an array, entry y for outcome y.",
        "np.allclose(got, want, atol=1e-6)"),
    "estimate": (
        "y = int(np.argmax(chances[: HALF]))\nreturn float(np.sin(np.pi * y / SIZE) ** 2)\n", "float",
        "Return as a float the estimate of the most probable outcome (exact probabilities).",
        "abs(got - np.sin(np.pi * np.argmax(want) / SIZE) ** 2) < 1e-6"),
    "circuit": (
        "return qc\n", "QuantumCircuit",
        "Return the circuit without measurements. PLACE BITS qubits holds bit k of y; the "
        "qubits behind them are those of `preparation`, in its order.", _STATE),
    "estimates": (
        "found = {}\nfor y, chance in enumerate(chances):\n"
        "    value = round(float(np.sin(np.pi * y / SIZE) ** 2), 6)\n"
        "    found[value] = found.get(value, 0.0) + float(chance)\nreturn found\n",
        "dict[float, float]",
        "Return a dict from each possible estimate, rounded to 6 decimals, to its exact "
        "probability (outcomes with the same estimate are added).",
        """isinstance(got, dict)
    total = {}
    for y, p in enumerate(want):
        e = round(float(np.sin(np.pi * y / SIZE) ** 2), 6)
        total[e] = total.get(e, 0) + p
    assert set(got) == set(total) and all(abs(got[e] - total[e]) < 1e-6 for e in got)"""),
    "mean": (
        "values = np.sin(np.pi * np.arange(SIZE) / SIZE) ** 2\nreturn float(values @ chances)\n",
        "float", "Return the mean of the estimate over the exact outcome distribution as a float.",
        "abs(got - np.sin(np.pi * np.arange(SIZE) / SIZE) ** 2 @ want) < 1e-6"),
}  # fmt: skip


@family(
    "search",
    "advanced",
    oracle="distribution",
    skills=("amplitude-estimation", "phase-estimation", "endianness"),
    why="The Grover iterate has the eigenphases +-2t with sin^2(t) the wanted probability.",
    tolerance=1e-6,
)
def estimated_probability(rng: Random) -> Instance:
    """Amplitude estimation with phase estimation on the Grover iterate, or by likelihood."""
    style = rng.choice(["textbook", "library", "likelihood"])
    rule = rng.choice(list(GOOD))
    argument, one, mark, good, calls, words = GOOD[rule]
    name = argument.split(":")[0]
    total = f"sum(p for x, p in enumerate(chances) if {good})"
    body = (
        "n = preparation.num_qubits\noracle = QuantumCircuit(n)\n"
        + mark.replace("step.", "oracle.").replace("PHI", "np.pi")
        + "step = grover_operator(oracle, state_preparation=preparation)\n"
    )
    facts = [
        f"a is the probability of the basis states {words}, after the unitary circuit `preparation` "
        "on n qubits (two or more).",
        "Q is the Grover iterate: a sign flip of those states, then the reflection 2|s><s| - 1 about "
        "s = preparation|0...0> (its eigenphases are +-2t with a = sin(t)^2).",
    ]
    library, full = ["grover_operator", one], ""
    if style == "likelihood":
        powers = rng.choice(["[0, 1, 2, 4]", "[0, 1, 3]", "[0, 2, 5]", "[1, 2, 3]", "[0, 1, 4]"])
        size, shots = rng.choice([101, 201, 251, 401]), rng.choice([100, 200, 500])
        body += (
            f"grid = np.linspace(0, np.pi / 2, {size})\nscore = np.zeros({size})\n"
            f"for power in {powers}:\n    qc = preparation.copy()\n    for _ in range(power):\n"
            "        qc.compose(step, inplace=True)\n"
            f"    chances = Statevector(qc).probabilities()\n    hits = {shots} * {total}\n"
            "    chance = np.clip(np.sin((2 * power + 1) * grid) ** 2, 1e-6, 0.999999)\n"
            f"    score += hits * np.log(chance) + ({shots} - hits) * np.log(1 - chance)\n"
            "best = grid[np.argmax(score)]\nreturn SCORE\n"
        )
        way, said = rng.choice([
            ("float(np.sin(best) ** 2)", "Return sin(t)^2 of the best grid point as a float."),
            ("(float(np.sin(best) ** 2), float(score.max()))",
             "Return a tuple of two floats: sin(t)^2 of the best grid point and its log-likelihood."),
            ("float(best)", "Return the t of the best grid point as a float."),
        ])  # fmt: skip
        body = body.replace("SCORE", way)
        kind = "tuple[float, float]" if "score" in way else "float"
        facts += [
            f"For each power k in {powers} let h_k = {shots} times the exact probability of those states "
            "after preparation and k times Q (an expected count, not rounded).",
            f"Maximise the log-likelihood sum over k of h_k ln p_k + ({shots} - h_k) ln(1 - p_k), p_k = "
            f"sin((2k+1)t)^2 clipped to [1e-6, 0.999999], on the grid t = numpy.linspace(0, pi/2, {size}).",
            said,
        ]
        state = True
        own = f"""
    grid = np.linspace(0, np.pi / 2, {size})
    score = 0
    for k in {powers}:
        h = {shots} * np.sin((2 * k + 1) * np.arcsin(np.sqrt(a))) ** 2
        p = np.clip(np.sin((2 * k + 1) * grid) ** 2, 1e-6, 0.999999)
        score = score + h * np.log(p) + ({shots} - h) * np.log(1 - p)
    best = grid[np.argmax(score)]
    assert np.allclose(got, {way}, atol=1e-6)
"""
    else:
        bits, shape = rng.choice([3, 4]), rng.choice(list(_READINGS))
        ending, kind, said, compare = _READINGS[shape]
        body += f"qc = QuantumCircuit({bits} + n)\nwork = range({bits}, {bits} + n)\n"
        state = shape != "circuit"
        if style == "textbook":
            body += (
                f"qc.h(range({bits}))\nqc.compose(preparation, work, inplace=True)\n"
                f"for k in range({bits}):\n"
                "    qc.append(step.repeat(2**k).to_gate().control(1), [k, *work])\n"
            )
            if state:
                # The outcomes +y and -y are equally likely: a dropped .inverse() would show nowhere.
                full = "synth_qft_full"
                body += f"qc.compose(synth_qft_full({bits}, inverse=True), range({bits}), inplace=True)\n"
            else:
                library.append("QFTGate")
                body += f"qc.append(QFTGate({bits}).inverse(), range({bits}))\n"
            place, order, qubits = "Qubit k of the first", ":", f"range({bits})"
        else:
            library.append("phase_estimation")
            body += (
                "qc.compose(preparation, work, inplace=True)\n"
                f"qc.compose(phase_estimation({bits}, step), inplace=True)\n"
            )
            place, order = f"Qubit {bits - 1} - k of the first", "back"
            qubits = f"reversed(range({bits}))"
        if state:
            body += f"chances = Statevector(qc).probabilities(list({qubits}))\n"
        size = 2**bits

        def fill(text: str) -> str:
            for old, new in (
                ("SIZE", size), ("HALF", size // 2 + 1), ("BITS", bits), ("PLACE", place),
                ("ORDER", order), ("GOOD", good),
            ):  # fmt: skip
                text = text.replace(old, str(new))
            return text

        body += fill(ending)
        facts += [
            f"Run phase estimation of Q with {bits} evaluation qubits on s; the outcome is an integer y "
            f"between 0 and {size - 1} with phase y / {size} of a full turn, and it stands for the "
            f"estimate sin(pi y / {size})^2 of a.",
            fill(said),
        ]
        own = f"""
    t = np.arcsin(np.sqrt(a))
    want = np.zeros({size})
    for phase in (t / np.pi, -t / np.pi):
        for y in range({size}):
            waves = np.exp(2j * np.pi * (phase - y / {size}) * np.arange({size}))
            want[y] += abs(waves.sum() / {size}) ** 2 / 2
    assert {fill(compare)}
"""
    imports = "import numpy as np\n" if "np." in body + kind else ""
    imports += "from qiskit import QuantumCircuit\n" + library_import(*library)
    imports += "from qiskit.quantum_info import Statevector\n" if state else ""
    imports += f"from qiskit.synthesis import {full}\n" if full else ""
    return Instance(
        entry_point=rng.choice(
            ["estimate_amplitude", "amplitude_estimation", "probability_estimate"]
        ),
        signature=f"(preparation: QuantumCircuit, {argument}) -> {kind}",
        asks=asks(
            (
                "Amplitude estimation.",
                "Estimate the probability of some outcomes of a circuit with its Grover iterate:",
                "Write this estimator.",
                "How would you estimate the weight of a set of outcomes with amplitude estimation?",
            ),
            facts,
        ),
        imports=imports,
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
{START.strip()}
for n, {name} in ({calls}):
    qc = start(n)
    got = candidate(qc.copy(), {name})
    chances = Statevector(qc).probabilities()
    a = {total}
{own.rstrip()}
""",
        params={"style": style, "rule": rule, "returns": kind},
    )
