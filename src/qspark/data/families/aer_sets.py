"""AerSimulator: states and channels that are set at the start of a circuit."""

from random import Random

from qspark.data.families._aer import GENERIC
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import indented


@family(
    "aer",
    "intermediate",
    oracle="state",
    skills=("set-instructions", "simulation-methods"),
    why="set_* instructions replace the state of all qubits; the method has to be able to hold it.",
    tolerance=1e-8,
)
def injected_states(rng: Random) -> Instance:
    """A state, unitary or channel set at the start, then gates, then something saved."""
    qubit = rng.randrange(2)
    theta = rng.randint(30, 140) / 100
    name = rng.choice(["ry", "rx"])
    gates = rng.choice(
        [
            f"circuit.{name}({theta}, {qubit})\ncircuit.cx(0, 1)\n",
            f"circuit.cx(1, 0)\ncircuit.{name}({theta}, {qubit})\n",
            f"circuit.{name}({theta}, 1)\ncircuit.cz(0, 1)\ncircuit.sx({qubit})\n",
        ]
    )
    said = ", ".join(line.removeprefix("circuit.") for line in gates.split("\n") if line)
    labels = rng.sample(["XZ", "YX", "ZY", "XY", "YZ"], 3)
    ends = [
        (
            "np.ndarray",
            'circuit.save_density_matrix(label="rho")\n',
            "rho",
            "the final density matrix of both qubits as an array",
            "rho.data",
        ),
        (
            "dict[str, float]",
            f"for label in {labels}:\n    "
            f"circuit.save_expectation_value(Pauli(label), [0, 1], label=label)\n",
            "",
            f"a dictionary from the labels {', '.join(labels)} to their expectation values",
            f"[rho.expectation_value(Pauli(x)).real for x in {labels}]",
        ),
    ]
    returns, save, key, end, want = rng.choice(ends)
    method, hint, code, given, fed, state = rng.choice(
        [
            (
                "statevector",
                "state: Statevector",
                "circuit.set_statevector(state)",
                "the `Statevector` `state`",
                "state",
                "DensityMatrix(state)",
            ),
            (
                "statevector",
                "state: np.ndarray",
                "circuit.append(SetStatevector(state), [0, 1])",
                "the array of amplitudes `state` (set by the instruction class `SetStatevector`)",
                "state.data",
                "DensityMatrix(state)",
            ),
            (
                "density_matrix",
                "state: DensityMatrix",
                "circuit.set_density_matrix(state)",
                "the `DensityMatrix` `state`",
                "mixed",
                "mixed",
            ),
            (
                "density_matrix",
                "state: np.ndarray",
                "circuit.append(SetDensityMatrix(state), [0, 1])",
                "the density matrix `state`, an array (set by the instruction class "
                "`SetDensityMatrix`)",
                "mixed.data",
                "mixed",
            ),
            (
                "stabilizer",
                "state: StabilizerState",
                "circuit.set_stabilizer(state)",
                "the stabilizer state `state`",
                "stab",
                "DensityMatrix(Statevector(stab.clifford.to_circuit()))",
            ),
            (
                "stabilizer",
                "state: Clifford",
                "circuit.append(SetStabilizer(state), [0, 1])",
                "the stabilizer state of the `Clifford` `state` (set by the "
                "instruction class `SetStabilizer`)",
                "stab.clifford",
                "DensityMatrix(Statevector(stab.clifford.to_circuit()))",
            ),
            (
                "unitary",
                "unitary: Operator",
                "circuit.set_unitary(unitary)",
                "the unitary `unitary`",
                "Operator(first)",
                "Operator(first)",
            ),
            (
                "unitary",
                "unitary: np.ndarray",
                "circuit.append(SetUnitary(unitary), [0, 1])",
                "the unitary `unitary`, an array (set by the instruction class `SetUnitary`)",
                "Operator(first).data",
                "Operator(first)",
            ),
            (
                "superop",
                "channel: SuperOp",
                "circuit.set_superop(channel)",
                "the channel `channel`",
                "noisy",
                "noisy",
            ),
            (
                "superop",
                "channel: SuperOp",
                "circuit.append(SetSuperOp(channel), [0, 1])",
                "the channel `channel` (set by the instruction class `SetSuperOp`)",
                "noisy",
                "noisy",
            ),
        ]
    )
    if method in ("unitary", "superop"):
        returns, save, key = "np.ndarray", f"circuit.save_{method}()\n", method
        end, want = (
            (f"the total {'unitary' if method == 'unitary' else 'superoperator'} as an array"),
            "rho.data",
        )
    if method == "stabilizer":
        extra = rng.choice(["h", "s", "sx"])
        gates = (
            f"circuit.{extra}({qubit})\ncircuit.cx({qubit}, {1 - qubit})\ncircuit.sx({1 - qubit})\n"
        )
        said = f"{extra}({qubit}), cx({qubit}, {1 - qubit}), sx({1 - qubit})"
        returns, save, key = "StabilizerState", "circuit.save_stabilizer()\n", "stabilizer"
        end, want = "the final `StabilizerState`", "rho.data"
    value = f'simulator.run(circuit).result().data()["{key}"]'
    last = f"return np.asarray({value})" if returns == "np.ndarray" else f"return {value}"
    if returns.startswith("dict"):
        last = (
            f"data = simulator.run(circuit).result().data()\nreturn "
            f"{{label: data[label] for label in {labels}}}"
        )
    body = (
        f"circuit = QuantumCircuit(2)\n{code}\n{gates}{save}simulator = "
        f'AerSimulator(method="{method}")\n{last}'
    )
    info = [
        n
        for n in (
            "Clifford",
            "DensityMatrix",
            "Operator",
            "Pauli",
            "StabilizerState",
            "Statevector",
            "SuperOp",
        )
        if f"{n}(" in body.replace("Set", "Set_") or hint.endswith(f" {n}") or returns == n
    ]
    lines = ["import numpy as np"] * ("np." in hint + returns + last) + [
        "from qiskit import QuantumCircuit"
    ]
    lines += [f"from qiskit.quantum_info import {', '.join(info)}"] * bool(info) + [
        "from qiskit_aer import AerSimulator"
    ]
    if "append(" in code:
        lines += [
            f"from qiskit_aer.library import {code.partition('append(')[2].partition('(')[0]}"
        ]
    evolve = {
        "unitary": "rho = Operator(tail) @ start",
        "superop": "rho = SuperOp(tail) @ start",
    }.get(method, "rho = start.evolve(tail)")
    return Instance(
        entry_point="continue_from",
        signature=f"({hint}) -> {returns}",
        asks=(
            f"On two qubits, start Aer's `{method}` simulation from {given}, then "
            f"apply {said} in this order, and return {end}.",
            f"The simulation does not begin in |00> but with {given}. Afterwards "
            f"come the gates {said}. With AerSimulator, method "
            f"`{method}`, compute {end}.",
            f"Set {given} at the beginning of a 2-qubit circuit (a set instruction "
            f"of Aer), follow with {said}, simulate with "
            f"`{method}`, and give me {end}.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""{GENERIC}
from qiskit.quantum_info import Kraus
for _ in range(6):
    first = generic(2)
    state = Statevector(first)
    kraus = Kraus([np.sqrt(0.7) * np.eye(4), np.sqrt(0.3) * Operator(generic(2)).data])
    noisy = SuperOp(kraus).compose(SuperOp(first))
    mixed = DensityMatrix(0.6 * DensityMatrix(state).data + 0.4 * DensityMatrix(generic(2)).data)
    stab = StabilizerState(random_clifford(2, seed=int(rng.integers(1000))))
    start = {state}
    circuit = tail = QuantumCircuit(2)
{indented(gates)}    {evolve}
    got = candidate({fed})
    if "{key}" == "stabilizer":
        got = DensityMatrix(Statevector(got.clifford.to_circuit())).data
    elif isinstance(got, dict):
        got = [got[label] for label in {labels}]
    assert np.shape(got) == np.shape({want}) and np.allclose(got, {want}, atol=1e-8)
""",
        params={"method": method, "gates": said, "code": code},
    )
