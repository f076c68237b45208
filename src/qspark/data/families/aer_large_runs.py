"""AerSimulator: batches of parameters and wide circuits."""

from random import Random

from qspark.data.families.base import Instance, angle, family, pauli


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
