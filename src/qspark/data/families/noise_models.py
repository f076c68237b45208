"""Noise of Aer: readout errors and noise models."""

from random import Random

from qspark.data.families._noise import CHANNELS, one_error
from qspark.data.families.base import Instance, Wrong, family


@family(
    "noise",
    "intermediate",
    oracle="value",
    skills=("readout-errors", "endianness"),
    why="Row i of a ReadoutError holds the probabilities to read 0 and 1 when the true value is i.",
    tolerance=1e-9,
)
def readout_errors(rng: Random) -> Instance:
    """ReadoutError objects, their algebra, and what they do to a distribution."""
    a, b, c, d = rng.sample([0.01, 0.02, 0.03, 0.05, 0.06, 0.08, 0.11, 0.13], 4)
    k = rng.choice([2, 3])
    one = f"np.array([[1 - {a}, {a}], [{b}, 1 - {b}]])"
    two = f"np.array([[1 - {c}, {c}], [{d}, 1 - {d}]])"
    made = f"ReadoutError([[{round(1 - a, 2)}, {a}], [{b}, {round(1 - b, 2)}]])"
    swapped = f"ReadoutError([[{round(1 - b, 2)}, {b}], [{a}, {round(1 - a, 2)}]])"
    other = f"ReadoutError([[{round(1 - c, 2)}, {c}], [{d}, {round(1 - d, 2)}]])"
    say = f"a 0 is read as 1 with probability {a} and a 1 as 0 with probability {b}"
    more = f"a 0 is read as 1 with probability {c} and a 1 as 0 with probability {d}"
    code, words, want, bits = rng.choice(
        [
            ("FIRST", "one bit, of which {0}", one, 1),
            (
                "FIRST.tensor(SECOND)",
                "two bits: on bit 1 {0}; on bit 0 {1}",
                f"np.kron({one}, {two})",
                2,
            ),
            (
                "FIRST.expand(SECOND)",
                "two bits: on bit 0 {0}; on bit 1 {1}",
                f"np.kron({two}, {one})",
                2,
            ),
            (
                "FIRST.dot(SECOND)",
                "one bit that suffers two errors in a row: first {0}, then {1}",
                f"{one} @ {two}",
                1,
            ),
            (
                f"FIRST.power({k})",
                f"one bit that suffers the same error {k} times in a row: {{0}}",
                f"np.linalg.matrix_power({one}, {k})",
                1,
            ),
            (
                "FIRST.tensor(SECOND).dot(FIRST.tensor(FIRST))",
                "two bits: first, on bit 1 {0} and on bit 0 {1}; after that, on both bits {0}",
                f"np.kron({one}, {two}) @ np.kron({one}, {one})",
                2,
            ),
        ]
    )
    said = words.format(say, more)
    size = 2**bits
    returns, args, last, end, check, fed = rng.choice(
        [
            (
                "ReadoutError",
                "",
                "return error",
                "the `ReadoutError`",
                "assert isinstance(got, ReadoutError) and np.allclose(got.probabilities, want)",
                "",
            ),
            (
                "ReadoutError",
                "",
                "return error",
                "the `ReadoutError`",
                "assert isinstance(got, ReadoutError) and np.allclose(got.probabilities, want)",
                "",
            ),
            (
                "np.ndarray",
                "",
                "return error.probabilities",
                "its matrix of assignment probabilities (rows: true values)",
                "assert np.allclose(got, want)",
                "",
            ),
            (
                "np.ndarray",
                "",
                "return error.probabilities.T",
                "its matrix with entry [i, j] the probability to read i when the true value is j",
                "assert np.allclose(got, want.T)",
                "",
            ),
            (
                "np.ndarray",
                "distribution: np.ndarray",
                "return distribution @ error.probabilities",
                f"the distribution that is read when the true values are distributed as "
                f"the array `distribution` of {size} entries",
                "assert np.allclose(got, true @ want)",
                "true",
            ),
            (
                "np.ndarray",
                "distribution: np.ndarray",
                "return np.linalg.solve(error.probabilities.T, distribution)",
                f"the distribution of true values, by exact inversion, that explains "
                f"the read `distribution`, an array of {size} entries",
                "assert np.allclose(got @ want, true)",
                "true",
            ),
            (
                "float",
                "",
                "return float(error.probabilities[0, -1])",
                "the probability to read all ones when every true value is 0, as a float",
                "assert abs(got - want[0, -1]) < 1e-9",
                "",
            ),
            (
                "NoiseModel",
                "",
                "model = NoiseModel()\nmodel.add_readout_error(error, [QUBITS])\nreturn model",
                "a `NoiseModel` that holds only this error, on QUBITS_SAID",
                "assert isinstance(got, NoiseModel)\nfound = "
                "got.to_dict()['errors']\nassert len(found) == 1 and found[0]['type'] == 'roerror' "
                "and np.allclose(found[0]['probabilities'], want)\nassert [list(x) for x in "
                "found[0]['gate_qubits']] == [[QUBITS]]",
                "",
            ),
        ]
    )
    places = rng.sample(range(1, 6), bits)
    if bits == 2:
        places = sorted(places, reverse=rng.random() < 0.5)
    listed = ", ".join(map(str, places))
    whom = (
        f"qubit {places[0]}" if bits == 1 else f"the qubits [{listed}], the first of which is bit 0"
    )
    last, end, check = (
        t.replace("QUBITS_SAID", whom).replace("QUBITS", listed) for t in (last, end, check)
    )
    style = rng.choice(["inline", "named"])
    if style == "inline":
        body = f"error = {code.replace('FIRST', made).replace('SECOND', other)}\n{last}"
    else:
        body = f"first = {made}\n" + (f"second = {other}\n" if "SECOND" in code else "")
        body += f"error = {code.replace('FIRST', 'first').replace('SECOND', 'second')}\n{last}"
    names = ["NoiseModel"] * ("NoiseModel" in last) + ["ReadoutError"]
    return Instance(
        entry_point="readout",
        signature=f"({args}) -> {returns}",
        asks=(
            f"Describe with Aer's `ReadoutError` the readout of {said}. Return {end}.",
            f"Our readout concerns {said}. Build the corresponding `ReadoutError` "
            f"and return {end}.",
            f"Readout noise of {said}. From `qiskit_aer.noise`, using "
            f"`ReadoutError`; the result is to be {end}.",
        ),
        imports="import numpy as np\n" * ("np." in body + args + returns)
        + f"from qiskit_aer.noise import {', '.join(names)}",
        body=body,
        test=f"""
import numpy as np
from qiskit_aer.noise import NoiseModel, ReadoutError
rng = np.random.default_rng(np.random.randint(2**31))
true = rng.dirichlet(np.ones({size}))
want = {want}
got = candidate({fed})
{check}
""",
        params={"code": code, "a": a, "b": b},
        wrong=(Wrong("S37", body.replace(made, swapped)),) if "-1]" not in last else (),
    )


@family(
    "noise",
    "intermediate",
    oracle="state",
    skills=("noise-models", "local-errors"),
    why="An error on chosen qubits replaces the error on all qubits there, and only "
    "gates that run carry noise.",
    tolerance=1e-7,
)
def noise_model_rules(rng: Random) -> Instance:
    """A NoiseModel with errors of gates on all and on chosen qubits or pairs."""
    first, second = one_error(rng), one_error(rng)
    while second[0] == first[0]:
        second = one_error(rng)
    gates = rng.sample(["x", "sx", "h"], 2)
    qubit = rng.randrange(3)
    edge = rng.choice([(0, 1), (1, 2), (1, 0), (2, 1)])
    p = rng.randint(5, 25) / 100
    strong = rng.randint(3, 9) / 10
    rules, said, steps = [], [], []
    names = {"NoiseModel", first[0]}
    rules.append(f"model.add_all_qubit_quantum_error({first[1]}, {gates})")
    said.append(f"every {gates[0]} and {gates[1]} gate on any qubit is followed by {first[2]}")
    steps.append(f"if name in {gates}: single = {first[3]}")
    if rng.random() < 0.7:
        names.add(second[0])
        rules.append(f'model.add_quantum_error({second[1]}, "{gates[0]}", [{qubit}])')
        said.append(f"on qubit {qubit}, however, {gates[0]} is followed instead by {second[2]}")
        steps.append(f'if name == "{gates[0]}" and qubits == [{qubit}]: single = {second[3]}')
    pair = rng.choice(["edge", "all", "tensor"])
    if pair == "edge":
        names.add("depolarizing_error")
        rules.append(
            f'model.add_quantum_error(depolarizing_error({strong}, 2), "cx", {list(edge)})'
        )
        said.append(
            f"cx with control {edge[0]} and target {edge[1]} is followed by a "
            f"two-qubit depolarizing error with parameter {strong}"
        )
        steps.append(f'if name == "cx" and qubits == {list(edge)}: double = depolarizing({strong})')
    elif pair == "all":
        names.add("depolarizing_error")
        rules.append(f'model.add_all_qubit_quantum_error(depolarizing_error({p}, 2), ["cx"])')
        said.append(f"each cx is followed by a two-qubit depolarizing error with parameter {p}")
        steps.append(f'if name == "cx": double = depolarizing({p})')
    else:
        names.add("pauli_error")
        flips = f'pauli_error([("IX", {p}), ("II", {round(1 - p, 2)})])'
        rules.append(f'model.add_all_qubit_quantum_error({flips}, "cx")')
        said.append(f"after each cx its control (first qubit) flips (X) with probability {p}")
        steps.append(
            f'if name == "cx": double = mixture(({p}, np.kron(I, X)), '
            f"({round(1 - p, 2)}, np.eye(4)))"
        )
    rng.shuffle(said)
    text = "; ".join(said)
    returns, last, end, fetch = rng.choice(
        [
            (
                "NoiseModel",
                "return model",
                "the `NoiseModel`",
                "model = got\nassert isinstance(got, NoiseModel)",
            ),
            (
                "NoiseModel",
                "return model",
                "the `NoiseModel`",
                "model = got\nassert isinstance(got, NoiseModel)",
            ),
            (
                "tuple[NoiseModel, list[str]]",
                "return model, sorted(model.noise_instructions)",
                "a tuple of the `NoiseModel` and the sorted list of the names of "
                "its noisy instructions",
                f"model, names = got\nassert names == {sorted([*gates, 'cx'])}",
            ),
            (
                "AerSimulator",
                'return AerSimulator(method="density_matrix", noise_model=model)',
                "an `AerSimulator` that simulates density matrices with this noise",
                "simulator = got",
            ),
        ]
    )
    run = (
        "simulator"
        if returns == "AerSimulator"
        else 'AerSimulator(method="density_matrix", noise_model=model)'
    )
    lines = ["from qiskit_aer import AerSimulator"] * (returns == "AerSimulator")
    gate_names = sorted({g for g in ("RXGate", "RYGate", "RZGate") if g in " ".join(rules)})
    lines = [f"from qiskit.circuit.library import {', '.join(gate_names)}"] * bool(
        gate_names
    ) + lines
    lines = ["import numpy as np"] * ("np." in " ".join(rules)) + lines
    lines += [f"from qiskit_aer.noise import {', '.join(sorted(names))}"]
    cases = "\n            ".join(steps)
    return Instance(
        entry_point="noise_model",
        signature=f"() -> {returns}",
        asks=(
            f"Build a noise model of Aer: {text}. Nothing else is noisy. Return {end}.",
            f"Noise of a three-qubit device: {text}. All other gates and the "
            f"readout are ideal. Please return {end}.",
            f"Translate this into a `NoiseModel`: {text}. There is no further "
            f"noise. The function returns {end}.",
        ),
        imports="\n".join(lines),
        body="model = NoiseModel()\n" + "\n".join(rules) + f"\n{last}",
        test=f"""{CHANNELS}
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel
def depolarizing(p):
    paulis = [np.kron(a, b) for a in (I, X, Y, Z) for b in (I, X, Y, Z)]
    return mixture((1 - p, np.eye(4)), *((p / 16, k) for k in paulis))
got = candidate()
{fetch}
simulator = {run}
circuits = []
for k in range(3):
    qc = QuantumCircuit(3)
    for q in range(3):
        qc.ry(0.5 + 0.4 * ((q + k) % 3), q)
        qc.rz(0.3 + 0.5 * q, q)
    for name in {gates}:
        getattr(qc, name)(k)
        qc.rz(0.4, k)
        qc.t((k + 1) % 3)
    for pair in ((0, 1), (1, 2), (1, 0), (2, 1))[k:k + 2]:
        qc.cx(*pair)
        qc.rx(0.6, pair[1])
    circuits.append(qc)
for qc in circuits:
    rho = DensityMatrix.from_label("000")
    for item in qc.data:
        name, qubits = item.operation.name, [qc.find_bit(q).index for q in item.qubits]
        rho = rho.evolve(Operator(item.operation), qubits)
        single = double = None
        if True:
            {cases}
        if single is not None:
            rho = rho.evolve(SuperOp(single), qubits)
        if double is not None:
            rho = rho.evolve(SuperOp(double), qubits)
    saved = qc.copy()
    saved.save_density_matrix()
    assert np.allclose(simulator.run(saved).result().data()["density_matrix"], rho.data, atol=1e-7)
""",
        params={"gates": gates, "pair": pair, "rules": len(rules)},
    )
