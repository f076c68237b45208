"""AerSimulator: wide circuits, parameter binds, conditional states, results and simulators."""

from random import Random

from qspark.data.families.base import Instance, angle, bits, family, pauli


@family(
    "aer",
    "intermediate",
    oracle="value",
    skills=("parameter-binds", "batches"),
    why="parameter_binds maps each parameter to a list; one experiment results per "
    "position of the lists.",
    tolerance=1e-8,
)
def parameter_binds(rng: Random) -> Instance:
    """One parameterised circuit simulated for many values in a single run."""
    label = pauli(rng, 2, 2)
    one, two = rng.choice([("b", "a"), ("theta", "phi"), ("y", "x"), ("t1", "t0")])
    wave = rng.randrange(4)
    qubit = rng.randrange(2)
    save, read, words, want = rng.choice(
        [
            (
                f'circuit.save_expectation_value(Pauli("{label}"), [0, 1])',
                'result.data(k)["expectation_value"]',
                f"the expectation value of {label}",
                f'state.expectation_value(Pauli("{label}")).real',
            ),
            (
                "circuit.save_probabilities()",
                f'result.data(k)["probabilities"][{wave}]',
                f"the probability of basis state {wave}",
                f"state.probabilities()[{wave}]",
            ),
            (
                f"circuit.save_probabilities([{qubit}])",
                'result.data(k)["probabilities"][1]',
                f"the probability of a one in qubit {qubit}",
                f"state.probabilities([{qubit}])[1]",
            ),
            (
                "circuit.save_statevector()",
                f"abs(result.get_statevector(k).data[{wave}])",
                f"the absolute value of the amplitude of basis state {wave}",
                f"abs(state.data[{wave}])",
            ),
            (
                f"circuit.save_amplitudes_squared([{wave}])",
                'result.data(k)["amplitudes_squared"][0]',
                f"the squared amplitude of basis state {wave}",
                f"abs(state.data[{wave}]) ** 2",
            ),
        ]
    )
    form, hint, binds, fed, size, meant = rng.choice(
        [
            (
                "columns",
                "values: dict[str, list[float]]",
                "{p: values[p.name] for p in circuit.parameters}",
                "{N0: t[:, 0].tolist(), N1: t[:, 1].tolist()}",
                "len(next(iter(values.values())))",
                "`values` maps each parameter's name to its list of values",
            ),
            (
                "rows",
                "values: np.ndarray",
                "{p: values[:, i].tolist() for i, p in enumerate(circuit.parameters)}",
                "t[:, ORDER]",
                "len(values)",
                "the rows of the array `values` are points, its columns the parameters "
                "in the order of `circuit.parameters`",
            ),
            (
                "points",
                "values: list[dict[str, float]]",
                "{p: [point[p.name] for point in values] for p in circuit.parameters}",
                "[{N0: x, N1: y} for x, y in t.tolist()]",
                "len(values)",
                "`values` is a list of points, each a dictionary from parameter names to numbers",
            ),
        ]
    )
    fed = (
        fed.replace("N0", f'"{one}"')
        .replace("N1", f'"{two}"')
        .replace("ORDER", "[1, 0]" if two < one else "[0, 1]")
    )
    returns, last, end, final = rng.choice(
        [
            (
                "list[float]",
                f"return [float({read}) for k in range({size})]",
                "a list of {}, point by point",
                "want",
            ),
            (
                "float",
                f"return max(float({read}) for k in range({size}))",
                "the largest value over all points of {}",
                "max(want)",
            ),
            (
                "int",
                f"found = [float({read}) for k in range({size})]\nreturn int(np.argmax(found))",
                "the index of the point with the largest value of {}",
                "int(np.argmax(want))",
            ),
            (
                "np.ndarray",
                f"return np.array([{read} for k in range({size})])",
                "a numpy array with {} for each point",
                "want",
            ),
            (
                "float",
                f"found = [float({read}) for k in range({size})]\nreturn sum(found) / len(found)",
                "the mean over all points of {}",
                "np.mean(want)",
            ),
        ]
    )
    end = end.format(words)
    method = rng.choice(["statevector", "matrix_product_state", "density_matrix"])
    if "statevector()" in save or "amplitudes" in save:
        method = rng.choice(["statevector", "matrix_product_state"])
    body = (
        f"circuit = circuit.copy()\n{save}\nbinds = {binds}\n"
        f'result = AerSimulator(method="{method}").run(circuit, '
        f"parameter_binds=[binds]).result()\n{last}"
    )
    lines = ["import numpy as np"] * ("np." in hint + last + returns) + [
        "from qiskit import QuantumCircuit"
    ]
    lines += ["from qiskit.quantum_info import Pauli"] * ("Pauli" in save) + [
        "from qiskit_aer import AerSimulator"
    ]
    return Instance(
        entry_point="bind_and_run",
        signature=f"(circuit: QuantumCircuit, {hint}) -> {returns}",
        asks=(
            f"Simulate a 2-qubit circuit with the parameters `{one}` and `{two}` "
            f"for many values in one run of AerSimulator (method "
            f"`{method}`), using its `parameter_binds`. "
            f"{meant[0].upper() if meant[0] != '`' else '`'}{meant[1:]}. Return {end}.",
            f"One call of AerSimulator's `run` for a whole sweep, by "
            f"`parameter_binds`: {meant}. The circuit has two qubits, no "
            f"measurement and the parameters `{one}`, `{two}`; method `{method}`. I want {end}.",
            f"How are parameters bound in a batch by Aer itself? "
            f"{meant[0].upper() if meant[0] != '`' else '`'}{meant[1:]}. For the "
            f"2-qubit `circuit` (parameters `{one}`, `{two}`) and the method "
            f"`{method}`, return {end}.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import Pauli, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
one, two = Parameter("{one}"), Parameter("{two}")
for count in (4, 6):
    qc = QuantumCircuit(2)
    qc.ry(one, 0)
    qc.u(*rng.uniform(0.4, 1.2, 3), 1)
    qc.cx(0, 1)
    qc.rx(two, 1)
    qc.u(*rng.uniform(0.4, 1.2, 3), 0)
    qc.cx(1, 0)
    qc.u(*rng.uniform(0.4, 1.2, 3), 0)
    qc.u(*rng.uniform(0.4, 1.2, 3), 1)
    t = np.stack([rng.uniform(0.2, 2.8, count), rng.uniform(-2, 0.5, count)], axis=1)
    states = [Statevector(qc.assign_parameters({{one: x, two: y}})) for x, y in t.tolist()]
    want = [{want} for state in states]
    if count == 6:
        t, want = t[np.argsort(want)], sorted(want)
    got = candidate(qc, {fed})
    assert np.shape(got) == np.shape({final}) and np.allclose(got, {final}, atol=1e-8)
""",
        params={"form": form, "method": method, "save": save},
    )


@family(
    "aer",
    "advanced",
    oracle="expectation",
    skills=("simulation-methods", "wide-circuits"),
    why="Clifford circuits of any width fit the stabilizer method, weakly entangled "
    "ones the matrix product state.",
    tolerance=1e-6,
)
def wide_circuits(rng: Random) -> Instance:
    """Expectation values on tens of qubits by a method that suits the circuit."""
    theta, slope = angle(rng), rng.choice([0.1, 0.07, 0.13, 0.05])
    weight = rng.randint(2, 9) / 10
    final = rng.choice(["", "h", "s"])
    rotate = f"for q in range(n):\n    circuit.ry({theta} + {slope} * q, q)\n"
    turned = f"ry({theta} + {slope} * q) on each qubit q"
    product = f'("X", [i], c), ("Z", [i], {weight} * c)'
    sites = f"sum over i of c_i (X_i + {weight} Z_i)"
    one, two = {"": ("X", "Z"), "h": ("Z", "X"), "s": ("Y", "Z")}[final]
    finish = f"circuit.{final}(range(n))\n" if final else ""
    also = f", then {final} on every qubit" if final else ""
    kinds = {
        "ring": (
            f"circuit.h(range(n))\nfor q in range(n):\n    circuit.cz(q, (q + 1) % n)\n{finish}",
            f"h on every qubit, then cz on all neighbours of the closed ring{also}",
            f'("{two}{one}{two}", [(i - 1) % n, i, (i + 1) % n], c)',
            f"sum over i of c_i {two}_(i-1) {one}_i {two}_(i+1) with indices modulo n",
            "1.0",
        ),
        "line": (
            f"circuit.h(range(n))\nfor q in range(1, n):\n    circuit.cz(q - 1, q)\n{finish}",
            f"h on every qubit, then cz on all neighbours of the open line{also}",
            f'("{two}{one}{two}", [i - 1, i, i + 1], c)',
            f"sum of c_i {two}_(i-1) {one}_i {two}_(i+1) over i from 1 to n - 2",
            "1.0",
        ),
        "product": (rotate, turned, product, sites, f"s(i) + {weight} * c(i)"),
        "chain": (
            f"{rotate}for q in range(1, n):\n    circuit.cx(q - 1, q)\n",
            f"{turned}, then cx from q - 1 to q for q = 1, 2, ...",
            product,
            sites,
            f"s(i) * (s(i + 1) if i + 1 < n else 1) + {weight} * np.prod([c(k) for "
            f"k in range(i + 1)])",
        ),
        "pairs": (
            f"{rotate}for q in range(1, n, 2):\n    circuit.cx(q - 1, q)\n",
            f"{turned}, then cx from each even qubit to the next one",
            product,
            sites,
            f"s(i) * (s(i + 1) if i % 2 == 0 and i + 1 < n else 1) + {weight} * "
            f"c(i) * (c(i - 1) if i % 2 else 1)",
        ),
        "graph": (
            f"{rotate}for q in range(1, n):\n    circuit.cz(q - 1, q)\n",
            f"{turned}, then cz on all neighbours of the line",
            product,
            sites,
            f"s(i) * (c(i - 1) if i else 1) * (c(i + 1) if i + 1 < n else 1) + {weight} * c(i)",
        ),
    }
    kind = rng.choice(list(kinds))
    gates, said, term, words, value = kinds[kind]
    method = "stabilizer" if kind in ("ring", "line") else "matrix_product_state"
    each = "enumerate(coefficients)" if kind != "line" else "enumerate(coefficients[1:-1], 1)"
    if term.startswith('("X", [i], c), '):
        observable = f"terms = [term for i, c in {each} for term in ({term})]\n"
    else:
        observable = f"terms = [{term} for i, c in {each}]\n"
    way = rng.choice(["save", "estimator"])
    if way == "save":
        last = (
            "circuit.save_expectation_value(observable, range(n))\n"
            f"result = "
            f'AerSimulator(method="{method}").run(circuit).result()\nreturn '
            f'float(result.data()["expectation_value"])'
        )
        imports = "from qiskit_aer import AerSimulator"
        tool = f"`AerSimulator` with the method `{method}` and a saved expectation value"
    else:
        last = (
            f'estimator = EstimatorV2(options={{"backend_options": {{"method": "{method}"}}}})\n'
            "return float(estimator.run([(circuit, observable)]).result()[0].data.evs)"
        )
        imports = "from qiskit_aer.primitives import EstimatorV2"
        tool = f"Aer's `EstimatorV2` with the backend option method `{method}`"
    return Instance(
        entry_point="wide_expectation",
        signature="(coefficients: list[float]) -> float",
        asks=(
            f"On n = len(coefficients) qubits (some tens), apply {said}, and "
            f"compute the exact expectation value of {words}, "
            f"where c_i is `coefficients[i]`. A state vector does not fit: use "
            f"{tool}. Return a float.",
            f"For a wide register of n qubits, one per entry c_i of `coefficients`: "
            f"{said}. Observable: {words}, P_k being a "
            f"Pauli on qubit k. With {tool}, return the expectation value as a "
            f"float, without sampling.",
            f"How do I get the expectation value of the {words} (subscripts are "
            f"qubits, c_i = coefficients[i], n of them) after {said}, "
            f"exactly and for n around 30? Please use {tool}; the result is a float.",
        ),
        imports=f"from qiskit import QuantumCircuit\nfrom qiskit.quantum_info import "
        f"SparsePauliOp\n{imports}",
        body=f"n = len(coefficients)\ncircuit = QuantumCircuit(n)\n{gates}{observable}"
        f"observable = SparsePauliOp.from_sparse_list(terms, num_qubits=n)\n{last}",
        test=f"""
import numpy as np
rng = np.random.default_rng(np.random.randint(2**31))
def c(k):
    return np.cos({theta} + {slope} * k)
def s(k):
    return np.sin({theta} + {slope} * k)
for n in (5, 24, 29):
    coefficients = rng.uniform(0.5, 1.5, n).tolist()
    want = sum(coefficients[i] * ({value}) for i in range({"1, n - 1" if kind == "line" else "n"}))
    got = candidate(coefficients)
    assert isinstance(got, float)
    assert abs(got - want) < 1e-6
""",
        params={"kind": kind, "theta": theta, "way": way},
    )


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
