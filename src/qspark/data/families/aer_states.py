"""AerSimulator: conditional states, and Aer's classes of states."""

from random import Random

from qspark.data.families.base import Instance, angle, bits, family, pauli


@family(
    "aer",
    "advanced",
    oracle="state",
    skills=("conditional-saves", "mid-circuit-measurement"),
    why="A conditional save keeps one averaged state per classical outcome; the plain "
    "save averages over all.",
    tolerance=1e-7,
    false_alarm=1e-6,
)
def conditional_states(rng: Random) -> Instance:
    """States of a system conditioned on mid-circuit outcomes of a probe."""
    theta, phi, alpha = angle(rng), angle(rng), rng.randint(60, 200) / 100
    gate = rng.choice(["cp", "rzz"])
    seed, shots = rng.randint(1, 99), rng.choice([300, 400, 500])
    control, system = rng.choice([(0, 1), (1, 0)])
    label = rng.choice("XYZ")
    correct = rng.choice([None, "x", "z", "h"])
    fix = (
        (f"with circuit.if_test((circuit.clbits[0], 1)):\n    circuit.{correct}({system})\n")
        if correct
        else ""
    )
    fixed = f"; where the outcome is 1, {correct} follows on qubit {system}" if correct else ""
    ends = [
        (
            "dict[int, np.ndarray]",
            f'circuit.save_density_matrix([{system}], conditional=True, label="rho")\n',
            'data = result.data()["rho"]\nreturn {int(key, 16): np.asarray(rho) '
            "for key, rho in data.items()}",
            f"a dictionary from the outcome (0 or 1) to the conditional density "
            f"matrix of qubit {system} (array), from one conditional save",
            "assert set(got) == {0, 1}\n    for k in (0, 1):\n        assert "
            "np.allclose(got[k], states[k].data, atol=1e-7)",
        ),
        (
            "np.ndarray",
            f'circuit.save_density_matrix([{system}], conditional=True, label="rho")\n',
            'data = result.data()["rho"]\nreturn np.asarray(data["0x1"]) - np.asarray(data["0x0"])',
            f"the difference of the conditional density matrices of qubit {system}: "
            f"that of outcome 1 minus that of outcome 0",
            "assert np.allclose(got, states[1].data - states[0].data, atol=1e-7)",
        ),
        (
            "dict[int, float]",
            f'circuit.save_expectation_value(Pauli("{label}"), [{system}], '
            f'conditional=True, label="value")\n',
            'return {int(key, 16): value for key, value in result.data()["value"].items()}',
            f"a dictionary from the outcome (0 or 1) to the conditional expectation "
            f"value of {label} on qubit {system}, from one conditional save",
            f"assert set(got) == {{0, 1}}\n    for k in (0, 1):\n        assert "
            f'abs(got[k] - states[k].expectation_value(Pauli("{label}")).real) < 1e-7',
        ),
        (
            "list[np.ndarray]",
            f'circuit.save_density_matrix([{system}], pershot=True, label="rho")\n',
            'return [np.asarray(rho) for rho in result.data()["rho"]]',
            f"the list of the density matrices of qubit {system} (arrays), one for each shot",
            "assert len(got) == SHOTS\n    near = [[np.allclose(rho, s.data, "
            "atol=1e-7) for s in states] for rho in got]\n    "
            "assert all(any(row) for row in near)\n    assert abs(np.mean([row[1] "
            "for row in near]) - p) < np.sqrt(np.log(2e6) / (2 * SHOTS))",
        ),
    ]
    returns, save, last, end, check = rng.choice(ends)
    check = check.replace("SHOTS", str(shots))
    body = (
        f"circuit = QuantumCircuit(2, 1)\ncircuit.ry({theta}, "
        f"{control})\ncircuit.rx({phi}, {system})\n"
        f"circuit.{gate}(angle, {control}, {system})\ncircuit.ry({alpha}, "
        f"{control})\ncircuit.measure({control}, 0)\n{fix}{save}"
        f'simulator = AerSimulator(method="density_matrix", seed_simulator={seed})\n'
        f"result = simulator.run(circuit, shots={shots}).result()\n{last}"
    )
    gates = (
        f"ry({theta}) on qubit {control}, rx({phi}) on qubit {system}, "
        f"{gate}(angle) on both qubits, "
        f"ry({alpha}) on qubit {control}, measurement of qubit {control}{fixed}"
    )
    return Instance(
        entry_point="after_probe",
        signature=f"(angle: float) -> {returns}",
        asks=(
            f"Two qubits: {gates}. Simulate {shots} shots with Aer's density-matrix "
            f"method (seed {seed}) and return {end}.",
            f"Weak measurement of qubit {system} by a probe. Sequence: {gates}. "
            f"With AerSimulator (method density_matrix, {shots} shots, "
            f"seed {seed}), give me {end}.",
            f"Which state does a mid-circuit measurement leave? Circuit on two "
            f"qubits: {gates}. Use Aer's save instruction after "
            f"that, method density_matrix, {shots} shots, seed {seed}. Output: {end}.",
        ),
        imports="import numpy as np\n" * ("np." in returns + last)
        + "from qiskit import QuantumCircuit\n"
        + "from qiskit.quantum_info import Pauli\n" * ("Pauli" in save)
        + "from qiskit_aer import AerSimulator",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Operator, Pauli, Statevector, partial_trace
for turn in (0.9, 1.7):
    qc = QuantumCircuit(2)
    qc.ry({theta}, {control})
    qc.rx({phi}, {system})
    qc.{gate}(turn, {control}, {system})
    qc.ry({alpha}, {control})
    state = Statevector(qc)
    p = state.probabilities([{control}])[1]
    states = []
    for k in (0, 1):
        projected = state.evolve(Operator(np.diag([1 - k, k])), [{control}])
        rho = partial_trace(projected / np.linalg.norm(projected.data), [{control}])
        if k and {correct is not None}:
            fix = QuantumCircuit(1)
            fix.{correct or "x"}(0)
            rho = rho.evolve(fix)
        states.append(rho)
    got = candidate(turn)
    {check}
""",
        params={"gate": gate, "correct": correct, "returns": returns},
    )


@family(
    "aer",
    "intermediate",
    oracle="value",
    skills=("aer-states", "sampling"),
    why="AerStatevector and AerDensityMatrix behave like the classes of quantum_info "
    "but use Aer's kernels.",
    tolerance=1e-8,
)
def aer_states(rng: Random) -> Instance:
    """AerStatevector and AerDensityMatrix: evolution, measures and combinations."""
    label = pauli(rng, 2, 2)
    a, b = rng.sample(range(2), 2)
    word = bits(rng, 2, 2)
    number = rng.randrange(1, 4)
    dense = rng.random() < 0.5
    cls = "AerDensityMatrix" if dense else "AerStatevector"
    plain = "DensityMatrix" if dense else "Statevector"
    make, given, hint, fed, start = rng.choice(
        [
            (
                f"{cls}(circuit)",
                "the state that the 2-qubit `circuit` prepares",
                "circuit: QuantumCircuit",
                "qc",
                f"{plain}(qc)",
            ),
            (
                f"{cls}.from_instruction(circuit)",
                "the state that the 2-qubit `circuit` prepares (by `from_instruction`)",
                "circuit: QuantumCircuit",
                "qc",
                f"{plain}(qc)",
            ),
            (
                f'{cls}.from_label("{word}").evolve(circuit)',
                f"the basis state {word} (qubit 0 on the right) after the 2-qubit `circuit`",
                "circuit: QuantumCircuit",
                "qc",
                f'{plain}.from_label("{word}").evolve(qc)',
            ),
            (
                f"{cls}.from_int({number}, 4).evolve(circuit)",
                f"the two-qubit basis state number {number} after `circuit`",
                "circuit: QuantumCircuit",
                "qc",
                f"{plain}.from_int({number}, 4).evolve(qc)",
            ),
            (
                f"{cls}(circuit).evolve(RXGate(0.7), [{a}])",
                f"the state that the 2-qubit `circuit` prepares, after one more rx(0.7) "
                f"on qubit {a}",
                "circuit: QuantumCircuit",
                "qc",
                f"{plain}(qc).evolve(Operator(RXGate(0.7)), [{a}])",
            ),
        ]
    )
    ends = [
        (
            "np.ndarray",
            f"return state.probabilities([{a}, {b}])",
            f"the array of its probabilities with qubit {a} as the lower bit of the index",
            f"assert np.allclose(got, want.probabilities([{a}, {b}]))",
        ),
        (
            "float",
            f'return float(np.real(state.expectation_value(Pauli("{label}"))))',
            f"its expectation value of {label} as a float",
            f'assert abs(got - want.expectation_value(Pauli("{label}")).real) < 1e-8',
        ),
        (
            cls,
            "return state",
            f"it, as an `{cls}`",
            f'assert type(got).__name__ == "{cls}" and '
            f"np.allclose(np.asarray(got.data), want.data)",
        ),
        (
            cls,
            "return state.conjugate()",
            f"its complex conjugate, as an `{cls}`",
            f'assert type(got).__name__ == "{cls}" and '
            f"np.allclose(np.asarray(got.data), want.data.conj())",
        ),
        (
            "float",
            "return float(state.purity())",
            "its purity as a float",
            "assert abs(got - 1) < 1e-8",
        ),
        (
            "list[str]",
            "state.seed(seed)\nreturn list(state.sample_memory(SHOTS))",
            "the list of SHOTS sampled bitstrings (Aer state seeded with `seed`)",
            "assert len(got) == SHOTS\n    for k, p in "
            "enumerate(want.probabilities()):\n        assert abs(list(got).count(format(k, "
            "'02b')) / SHOTS - p) < np.sqrt(np.log(8e6) / (2 * SHOTS))",
        ),
        (
            "dict[str, int]",
            "state.seed(seed)\nreturn {key: int(n) for key, n in "
            "state.sample_counts(SHOTS).items()}",
            "the counts of SHOTS samples by bitstring (Aer state seeded with `seed`)",
            "assert sum(got.values()) == SHOTS\n    for k, p in "
            "enumerate(want.probabilities()):\n        assert abs(got.get(format(k, '02b'), 0) "
            "/ SHOTS - p) < np.sqrt(np.log(8e6) / (2 * SHOTS))",
        ),
        (
            "float",
            f'return float(np.sqrt(state.probabilities_dict()["{word}"]))',
            f"the square root of its probability of the outcome {word} (qubit 0 on the "
            f"right) as a float",
            f'assert abs(got - np.sqrt(want.probabilities()[int("{word}", 2)])) < 1e-8',
        ),
    ]
    if dense:
        ends += [
            (
                cls,
                'return state.tensor(AerDensityMatrix.from_label("1"))',
                "its tensor product with a third qubit in |1> that becomes qubit 0, as "
                "an `AerDensityMatrix`",
                "assert np.allclose(np.asarray(got.data), "
                'want.tensor(DensityMatrix.from_label("1")).data)',
            ),
            (
                cls,
                'return state.expand(AerDensityMatrix.from_label("+"))',
                "its product with a third qubit in |+> that becomes qubit 2, as an "
                "`AerDensityMatrix`",
                "assert np.allclose(np.asarray(got.data), "
                'want.expand(DensityMatrix.from_label("+")).data)',
            ),
            (
                cls,
                f"return state.reset([{a}])",
                f"the `AerDensityMatrix` after a reset of qubit {a}",
                f"assert np.allclose(np.asarray(got.data), want.reset([{a}]).data)",
            ),
        ]
    else:
        ends += [
            (
                "float",
                f'other = AerStatevector.from_label("{word}")\nreturn '
                f"float(abs(np.vdot(other.data, state.data)) ** 2)",
                f"its squared overlap with the basis state {word} (qubit 0 on the "
                f"right) as a float",
                f'assert abs(got - abs(want.data[int("{word}", 2)]) ** 2) < 1e-8',
            ),
            (
                "str",
                'return state.metadata()["method"]',
                "the name of the simulation method in its metadata",
                'assert got == "statevector"',
            ),
        ]
    ends = (
        [e for e in ends if "purity" not in e[1] and "metadata" not in e[1]]
        if rng.random() < 0.9
        else ends
    )
    returns, last, end, check = rng.choice(ends)
    shots = str(rng.randrange(300, 600, 10))
    last, end, check = (t.replace("SHOTS", shots) for t in (last, end, check))
    if "seed(" in last:
        hint, fed = f"{hint}, seed: int", f"{fed}, 7"
    lines = ["import numpy as np"] * ("np." in last + returns) + [
        "from qiskit import QuantumCircuit"
    ]
    lines += ["from qiskit.circuit.library import RXGate"] * ("RXGate" in make)
    lines += ["from qiskit.quantum_info import Pauli"] * ("Pauli" in last)
    lines += [f"from qiskit_aer.quantum_info import {cls}"]
    return Instance(
        entry_point="use_state",
        signature=f"({hint}) -> {returns}",
        asks=(
            f"With Aer's `{cls}`: take {given} and return {end}.",
            f"I use `{cls}` of `qiskit_aer.quantum_info` in place of qiskit's "
            f"class. For {given}, give me {end}.",
            f"State: {given}, held by an `{cls}`. Result: {end}.",
        ),
        imports="\n".join(lines),
        body=f"state = {make}\n{last}",
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import RXGate
from qiskit.quantum_info import DensityMatrix, Operator, Pauli, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
for _ in range(2):
    qc = QuantumCircuit(2)
    qc.u(*rng.uniform(0.5, 0.9, 3), 0)
    qc.u(*rng.uniform(1.2, 1.6, 3), 1)
    qc.cx(0, 1)
    qc.u(*rng.uniform(0.4, 1.2, 3), 0)
    qc.u(*rng.uniform(0.8, 1.4, 3), 1)
    want = {start}
    got = candidate({fed})
    {check}
""",
        params={"class": cls, "make": make, "returns": returns},
    )
