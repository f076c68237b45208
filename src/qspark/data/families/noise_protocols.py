"""Noise of Aer: Pauli-Lindblad errors and the relaxation of a target."""

from random import Random

from qspark.data.families.base import Instance, family, pauli


@family(
    "noise",
    "advanced",
    oracle="value",
    skills=("pauli-lindblad", "error-cancellation"),
    why="A Pauli decays by exp(-2 sum of the rates of the generators that anticommute with it).",
    tolerance=1e-8,
)
def pauli_lindblad_errors(rng: Random) -> Instance:
    """Sparse Pauli-Lindblad noise: fidelities, inverse, overhead and composition."""
    width = rng.choice([2, 3])
    label = pauli(rng, width, width)
    factor = rng.choice([0.5, 1.5, 2.5, 3])
    other = pauli(rng, width, width)
    while sum(x != y and "I" not in (x, y) for x, y in zip(label, other, strict=True)) % 2 == 0:
        other = pauli(rng, width, width)
    strength = rng.randint(2, 12) / 100
    steps = [
        (
            "error = PauliLindbladError(generators, rates)",
            "the error with these `generators` and `rates`",
            "terms = list(zip(generators, rates))",
        ),
        (
            f"error = PauliLindbladError(generators, rates).power({factor})",
            f"the error with these `generators` and {factor} times the `rates`",
            f"terms = [(g, {factor} * r) for g, r in zip(generators, rates)]",
        ),
        (
            f"error = PauliLindbladError(generators, "
            f'rates).compose(PauliLindbladError(["{other}"], [{strength}]))',
            f"the error with these `generators` and `rates`, followed by one with the "
            f"only generator {other} at the rate {strength}",
            f'terms = [*zip(generators, rates), ("{other}", {strength})]',
        ),
        (
            "error = PauliLindbladError(generators, rates).inverse()",
            "the inverse (not physical, rates negated) of the error with these "
            "`generators` and `rates`",
            "terms = [(g, -r) for g, r in zip(generators, rates)]",
        ),
        (
            f'error = PauliLindbladError(["{other}", *generators], [{strength}, *rates])',
            f"the error with these `generators` and `rates` and one more generator "
            f"{other} at the rate {strength}",
            f'terms = [("{other}", {strength}), *zip(generators, rates)]',
        ),
    ]
    make, said, terms = rng.choice(steps)
    ends = [
        (
            "PauliLindbladError",
            "return error.simplify()",
            "that `PauliLindbladError` with equal generators merged",
            "assert isinstance(got, PauliLindbladError)\n    labels = "
            "got.generators.to_labels()\n    assert len(set(labels)) == len(labels)\n    "
            "assert np.allclose(diagonal(zip(labels, got.rates)), diagonal(terms), atol=1e-8)",
        ),
        (
            "PauliError",
            "return error.to_pauli_error()",
            "the equal `PauliError` (quasi-probabilities of Pauli operators)",
            "assert isinstance(got, PauliError)\n    assert "
            "np.allclose(fidelities(got.paulis.to_labels(), got.probabilities), "
            "diagonal(terms), atol=1e-8)",
        ),
        (
            "float",
            f'pauli = Pauli("{label}")\nexponent = sum(rate for generator, rate in '
            f"zip(error.generators, error.rates) if generator.anticommutes(pauli))\nreturn "
            f"float(np.exp(-2 * exponent))",
            f"the factor by which it multiplies the expectation value of {label}",
            f'assert abs(got - factor("{label}", terms)) < 1e-8',
        ),
        (
            "float",
            "return float(np.abs(error.to_pauli_error().probabilities).sum())",
            "the sum of the absolute values of the quasi-probabilities of Paulis that "
            "it is a mixture of",
            "assert abs(got - np.abs(quasi(terms)).sum()) < 1e-8",
        ),
        (
            "float",
            "error = error.to_pauli_error().simplify()\nreturn "
            'float(error.probabilities[error.paulis.to_labels().index("I" * error.num_qubits)])',
            "the quasi-probability with which it applies the identity",
            "assert abs(got - quasi(terms)[0]) < 1e-8",
        ),
        (
            "SuperOp",
            "return error.to_quantumchannel()",
            "that channel as a `SuperOp`",
            "assert np.allclose(got.data, superop(terms), atol=1e-8)",
        ),
        (
            "dict[str, float]",
            "pauli_error = error.to_pauli_error().simplify()\nreturn "
            "dict(zip(pauli_error.paulis.to_labels(), map(float, pauli_error.probabilities)))",
            "a dictionary from Pauli labels to the quasi-probabilities with which it applies them",
            "assert np.allclose([got.get(p, 0) for p in paulis], quasi(terms), atol=1e-8)",
        ),
    ]
    if "inverse" not in make:
        ends.append(
            (
                "QuantumError",
                "return error.to_quantum_error()",
                "the equal `QuantumError`",
                "assert isinstance(got, QuantumError)\n    assert "
                "np.allclose(SuperOp(got).data, superop(terms), atol=1e-8)",
            )
        )
    returns, last, end, check = rng.choice(ends)
    used = ["PauliLindbladError"] + [n for n in ("PauliError", "QuantumError") if returns == n]
    lines = ["import numpy as np"] * ("np." in last)
    info = [n for n in ("Pauli", "SuperOp") if f"{n}(" in last or returns == n]
    lines += [f"from qiskit.quantum_info import {', '.join(info)}"] * bool(info)
    lines += [f"from qiskit_aer.noise import {', '.join(sorted(used))}"]
    return Instance(
        entry_point="sparse_noise",
        signature=f"(generators: list[str], rates: list[float]) -> {returns}",
        asks=(
            f"Aer has Pauli-Lindblad errors. On {width} qubits, take {said}. Return {end}.",
            f"`generators` are Pauli labels on {width} qubits and `rates` the rates "
            f"of a sparse Pauli-Lindblad model. "
            f"Consider {said}; give back {end}.",
            f"For error cancellation I need the following from "
            f"`qiskit_aer.noise.PauliLindbladError` ({width} qubits): "
            f"{end}, for {said}.",
        ),
        imports="\n".join(lines),
        body=f"{make}\n{last}",
        test=f"""
from itertools import product
import numpy as np
from qiskit.quantum_info import Pauli, SuperOp
from qiskit_aer.noise import PauliError, PauliLindbladError, QuantumError
rng = np.random.default_rng(np.random.randint(2**31))
paulis = ["".join(p) for p in product("IXYZ", repeat={width})]
def anti(a, b):
    return sum(x != y and "I" not in (x, y) for x, y in zip(a, b)) % 2
def factor(p, terms):
    return np.exp(-2 * sum(r for g, r in terms if anti(g, p)))
def diagonal(terms):
    terms = list(terms)
    return np.array([factor(p, terms) for p in paulis])
def fidelities(labels, probabilities):
    pairs = list(zip(labels, probabilities))
    return np.array([sum(q * (-1) ** anti(a, p) for a, q in pairs) for p in paulis])
def quasi(terms):
    signs = np.array([[(-1) ** anti(a, p) for p in paulis] for a in paulis])
    return signs @ diagonal(terms) / len(paulis)
def superop(terms):
    matrices = [Pauli(p).to_matrix() for p in paulis]
    return sum(q * np.kron(m.conj(), m) for q, m in zip(quasi(terms), matrices))
for _ in range(2):
    picked = [paulis[k] for k in rng.choice(range(1, len(paulis)), 4, replace=False)]
    generators, rates = [*picked, picked[1]], rng.uniform(0.01, 0.12, 5).tolist()
    got = candidate(generators, rates)
    {terms}
    {check}
""",
        params={"label": label, "width": width, "returns": returns},
    )


@family(
    "noise",
    "advanced",
    oracle="state",
    skills=("relaxation", "target", "units"),
    why="T1, T2 and durations of a target are seconds; the gate's duration belongs to its qubits.",
    tolerance=1e-7,
)
def relaxation_of_target(rng: Random) -> Instance:
    """A relaxation noise model from the times and durations of a Target."""
    gates = rng.choice([["sx"], ["x"], ["sx", "x"], ["x", "sx"]])
    pair = rng.choice(["cx", "cz", None])
    cap = rng.random() < 0.5
    scale = rng.choice([None, 2, 3, 5])
    population = rng.choice([None, 0.02, 0.05])
    t2 = "min(properties.t2, 2 * properties.t1)" if cap else "properties.t2"
    extra = "" if population is None else f", {population}"
    duration = "duration" if scale is None else f"{scale} * duration"
    loops = f"""
model = NoiseModel()
for gate in {gates}:
    for (qubit,), entry in target[gate].items():
        properties, duration = target.qubit_properties[qubit], entry.duration
        error = thermal_relaxation_error(properties.t1, {t2}, {duration}{extra})
        model.add_quantum_error(error, gate, [qubit])
"""
    if pair:
        loops += f"""
for pair, entry in target["{pair}"].items():
    single = []
    for qubit in pair:
        properties, duration = target.qubit_properties[qubit], entry.duration
        single.append(thermal_relaxation_error(properties.t1, {t2}, {duration}{extra}))
    model.add_quantum_error(single[1].tensor(single[0]), "{pair}", pair)
"""
    loops = loops.replace("\n\n", "\n")
    said = f"each {' and each '.join(gates)} gate" + (
        f", and both qubits of each {pair}," if pair else ""
    )
    rule = (
        f"{said} relax{'es' if not pair else ''} after the gate for "
        f"{'its duration' if scale is None else f'{scale} times its duration'} with the T1 "
        f"and T2 of the qubit"
        + (" (T2 is cut to 2 T1 where it is larger)" if cap else "")
        + ("" if population is None else f", towards an excited population of {population}")
    )
    returns, last, end, fetch = rng.choice(
        [
            (
                "NoiseModel",
                "return model",
                "the `NoiseModel`",
                "model = got\n    assert isinstance(model, NoiseModel)",
            ),
            (
                "tuple[NoiseModel, list[int]]",
                "return model, sorted(model.noise_qubits)",
                "a tuple of the `NoiseModel` and the sorted list of qubits that it holds noise for",
                "model, noisy = got\n    assert list(noisy) == [0, 1, 2]",
            ),
            (
                "dict[str, np.ndarray]",
                'simulator = AerSimulator(method="density_matrix", '
                "noise_model=model)\nstates = {}\nfor circuit in circuits:\n    saved = "
                "circuit.copy()\n    saved.save_density_matrix()\n    states[circuit.name] = "
                'np.asarray(simulator.run(saved).result().data()["density_matrix"])\nreturn states',
                "a dictionary from the name of each circuit in `circuits` to its noisy "
                "final density matrix (array), simulated by Aer exactly and without transpilation",
                "model = None",
            ),
        ]
    )
    lines = [
        "from qiskit.transpiler import Target",
        "from qiskit_aer.noise import NoiseModel, thermal_relaxation_error",
    ]
    args = "target: Target"
    if "circuits" in last:
        args += ", circuits: list[QuantumCircuit]"
        lines = [
            "import numpy as np",
            "from qiskit import QuantumCircuit",
            lines[0],
            "from qiskit_aer import AerSimulator",
            lines[1],
        ]
    return Instance(
        entry_point="relaxation_noise",
        signature=f"({args}) -> {returns}",
        asks=(
            f"`target` is a Qiskit `Target` with qubit properties and durations in "
            f"seconds. Build an Aer noise model in which "
            f"{rule}. No other noise. Return {end}.",
            f"Relaxation from calibration data: {rule}. All numbers come from "
            f"`target` (its `qubit_properties` and the "
            f"durations of its gates). Everything else is ideal. The function returns {end}.",
            f"From a `Target` I need thermal relaxation only: {rule}; T1, T2 and "
            f"durations are those in `target`, per qubit "
            f"and per gate. Give back {end}.",
        ),
        imports="\n".join(lines),
        body=loops.strip("\n") + "\n" + last,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.circuit.library import {"CXGate" if pair == "cx" else "CZGate"}, RZGate, SXGate, XGate
from qiskit.providers import QubitProperties
from qiskit.quantum_info import DensityMatrix, Operator, SuperOp
from qiskit.transpiler import InstructionProperties, Target
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel
rng = np.random.default_rng(np.random.randint(2**31))
def relaxation(t1, t2, time, p):
    t2 = min(t2, 2 * t1)
    a, e, q = 1 - np.exp(-time / t1), np.exp(-time / t2), 1 - p
    return SuperOp(np.array([[1 - a * p, 0, 0, a * q], [0, e, 0, 0], [0, 0, e, 0], [a * p, 0, 0, 1 - a * q]]))
for _ in range(2):
    t1 = rng.uniform(20e-6, 60e-6, 3)
    t2 = t1 * [0.7, 1.6, {2.4 if cap else 1.3}]
    target = Target(num_qubits=3, qubit_properties=[QubitProperties(t1=a, t2=b) for a, b in zip(t1, t2)])
    times = rng.uniform(2e-6, 9e-6, (3, 3))
    for k, gate in enumerate((SXGate(), XGate())):
        target.add_instruction(gate, {{(q,): InstructionProperties(times[k, q]) for q in range(3)}})
    target.add_instruction(RZGate(Parameter("t")), {{(q,): InstructionProperties(0.0) for q in range(3)}})
    pairs = {{(0, 1): 7e-6, (1, 2): 5e-6, (1, 0): 9e-6}}
    entries = {{k: InstructionProperties(v) for k, v in pairs.items()}}
    target.add_instruction({"CXGate" if pair == "cx" else "CZGate"}(), entries)
    circuits = []
    for k in range(2):
        qc = QuantumCircuit(3, name=f"run{{k}}")
        for q in range(3):
            qc.sx(q)
            qc.rz(0.4 + 0.5 * q, q)
            qc.sx(q) if (q + k) % 2 else qc.x(q)
        for edge in ((0, 1), (1, 2), (1, 0)):
            qc.{pair or "cz"}(*edge)
            qc.sx(edge[k])
        circuits.append(qc)
    got = candidate(target{", circuits" if "circuits" in args else ""})
    {fetch}
    for qc in circuits:
        rho = DensityMatrix.from_label("000")
        for item in qc.data:
            name, qubits = item.operation.name, tuple(qc.find_bit(q).index for q in item.qubits)
            rho = rho.evolve(Operator(item.operation), list(qubits))
            if name in {[*gates, pair]}:
                time = pairs[qubits] if len(qubits) == 2 else times[("sx", "x").index(name), qubits[0]]
                for q in qubits:
                    rho = rho.evolve(relaxation(t1[q], t2[q], {scale or 1} * time, {population or 0}), [q])
        if model is None:
            state = got[qc.name]
        else:
            saved = qc.copy()
            saved.save_density_matrix()
            simulator = AerSimulator(method="density_matrix", noise_model=model)
            state = simulator.run(saved).result().data()["density_matrix"]
        assert np.allclose(np.asarray(state), rho.data, atol=1e-7)
""",
        params={"gates": gates, "pair": pair, "cap": cap, "scale": scale},
    )
