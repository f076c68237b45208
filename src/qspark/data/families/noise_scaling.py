"""Noise of Aer: scaled errors and extrapolation to zero noise."""

from random import Random

from qspark.data.families.base import Instance, family, pauli


@family(
    "noise",
    "advanced",
    oracle="expectation",
    skills=("zero-noise-extrapolation", "density-matrix"),
    why="Scaling the noise itself needs a new noise model for each factor; the fit is "
    "evaluated at factor zero.",
    tolerance=1e-7,
)
def extrapolated_expectation(rng: Random) -> Instance:
    """Zero-noise extrapolation with exactly simulated noise of several strengths."""
    label = pauli(rng, 3, 3)
    p, q = rng.randint(5, 9) / 100, rng.randint(1, 4) / 100
    factors = rng.choice([[1, 2, 3], [1, 1.5, 2], [1, 2, 3, 4], [1, 3, 5], [1, 1.5, 2, 3]])
    noise = rng.choice(["depolarizing", "pauli", "damping"])
    letter = rng.choice("XYZ")
    gate = rng.choice(["cx", "cz"])
    one, two = {
        "depolarizing": (
            f"depolarizing_error({p} * factor, 2)",
            f"a two-qubit depolarizing error with parameter {p} * factor",
        ),
        "pauli": (
            f'pauli_error([("I{letter}", {p} * factor), ("II", 1 - {p} * factor)])',
            f"{letter} on its first qubit with probability {p} * factor",
        ),
        "damping": (
            f"amplitude_damping_error({p} * factor).tensor(amplitude_damping_error({q} * factor))",
            f"amplitude damping of its second qubit with parameter {p} * factor and of "
            f"its first qubit with {q} * factor",
        ),
    }[noise]
    fit, name, want = rng.choice(
        [
            (
                "return float(np.polyval(np.polyfit(factors, values, 1), 0))",
                "a least-squares line through the points, evaluated at factor 0",
                "np.polyval(np.polyfit(factors, values, 1), 0)",
            ),
            (
                f"return float(np.polyval(np.polyfit(factors, values, {len(factors) - 1}), 0))",
                f"the polynomial of degree {len(factors) - 1} through all points, "
                f"evaluated at factor 0 (Richardson)",
                f"np.polyval(np.polyfit(factors, values, {len(factors) - 1}), 0)",
            ),
            (
                "slope, intercept = np.polyfit(factors, np.log(np.abs(values)), "
                "1)\nreturn float(np.sign(values[0]) * np.exp(intercept))",
                "a least-squares line through the logarithms of the absolute values, "
                "exponentiated at factor 0, with the sign of the first value",
                "np.sign(values[0]) * np.exp(np.polyfit(factors, np.log(np.abs(values)), 1)[1])",
            ),
            (
                "return [float(value) for value in values] + "
                "[float(np.polyval(np.polyfit(factors, values, 1), 0))]",
                "no number alone but the list of the values at all factors, with the "
                "value of a least-squares line at factor 0 behind them",
                None,
            ),
        ]
    )
    returns = "list[float]" if want is None else "float"
    way = rng.choice(["save", "estimator"])
    if way == "save":
        evaluate = (
            '    simulator = AerSimulator(method="density_matrix", noise_model=model)\n'
            "    measured = circuit.copy()\n"
            f'    measured.save_expectation_value(SparsePauliOp("{label}"), '
            f'range(3), label="value")\n'
            '    values.append(simulator.run(measured).result().data()["value"])\n'
        )
        lines = ["from qiskit_aer import AerSimulator"]
        tool = "`AerSimulator` with method density_matrix and a saved expectation value"
    else:
        evaluate = (
            '    options = {"backend_options": {"method": "density_matrix", '
            '"noise_model": model}}\n'
            "    estimator = EstimatorV2(options=options)\n"
            f'    values.append(estimator.run([(circuit, "{label}")]).result()[0].data.evs)\n'
        )
        lines = ["from qiskit_aer.primitives import EstimatorV2"]
        tool = "Aer's exact `EstimatorV2` with a noise model and the method density_matrix"
    names = ["NoiseModel", one.partition("(")[0]]
    lines += [f"from qiskit_aer.noise import {', '.join(sorted(names, key=str.swapcase))}"]
    lines = (
        ["import numpy as np", "from qiskit import QuantumCircuit"]
        + ["from qiskit.quantum_info import SparsePauliOp"] * (way == "save")
        + lines
    )
    body = f"""
factors = {factors}
values = []
for factor in factors:
    model = NoiseModel()
    model.add_all_qubit_quantum_error({one}, "{gate}")
{evaluate}{fit}
"""
    listed = ", ".join(map(str, factors))
    return Instance(
        entry_point="extrapolate",
        signature=f"(circuit: QuantumCircuit) -> {returns}",
        asks=(
            f"Zero-noise extrapolation with simulated noise. For each factor in "
            f"{listed}, every {gate} of the 3-qubit `circuit` "
            f"is followed by {two}. Compute the exact expectation value of {label} "
            f"at each factor with {tool}, and "
            f"return {name}.",
            f"Evaluate {label} (rightmost letter: qubit 0) on a noisy 3-qubit "
            f"circuit for noise factors {listed}: after each "
            f"{gate} there is {two}. No sampling: use {tool}. The result is {name}.",
            f"I would like to test extrapolation to zero noise on a simulator "
            f"({tool}). Noise: each {gate} is followed by "
            f"{two}; factors: {listed}; observable: {label}. Return {name}.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Kraus, Operator, Pauli, SuperOp
rng = np.random.default_rng(np.random.randint(2**31))
I, X, Y, Z = (Pauli(p).to_matrix() for p in "IXYZ")
def mixture(*terms):
    return SuperOp(sum(p * np.kron(u.conj(), u) for p, u in terms))
def damping(g):
    return SuperOp(Kraus([np.diag([1, np.sqrt(1 - g)]), np.array([[0, np.sqrt(g)], [0, 0]])]))
def channel(factor):
    if "{noise}" == "depolarizing":
        every = [np.kron(a, b) for a in (I, X, Y, Z) for b in (I, X, Y, Z)]
        return mixture((1 - {p} * factor, np.eye(4)), *(({p} * factor / 16, m) for m in every))
    if "{noise}" == "pauli":
        return mixture(({p} * factor, np.kron(I, {letter})), (1 - {p} * factor, np.eye(4)))
    return damping({p} * factor).tensor(damping({q} * factor))
factors = {factors}
tested = 0
while tested < 2:
    qc = QuantumCircuit(3)
    for q in range(3):
        qc.u(*rng.uniform(0.5, 1.1, 3), q)
    for pair in ((0, 1), (2, 1), (2, 0)):
        qc.{gate}(*pair)
        qc.u(*rng.uniform(0.2, 0.8, 3), pair[0])
        qc.u(*rng.uniform(0.2, 0.8, 3), pair[1])
    values = []
    for factor in factors:
        rho = DensityMatrix.from_label("000")
        for item in qc.data:
            qubits = [qc.find_bit(q).index for q in item.qubits]
            rho = rho.evolve(Operator(item.operation), qubits)
            if item.operation.name == "{gate}":
                rho = rho.evolve(channel(factor), qubits)
        values.append(rho.expectation_value(Pauli("{label}")).real)
    if min(np.abs(values)) < 0.05 or np.ptp(values) < 0.01:
        continue
    tested += 1
    got = candidate(qc)
    want = {want or "[*values, np.polyval(np.polyfit(factors, values, 1), 0)]"}
    assert np.shape(got) == np.shape(want) and np.allclose(got, want, atol=1e-7, rtol=0)
""",
        params={"noise": noise, "factors": factors, "way": way},
    )
