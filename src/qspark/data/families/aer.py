"""AerSimulator: quantities saved at the end of a circuit."""

from random import Random

from qspark.data.families._aer import GENERIC, saving_imports
from qspark.data.families.base import Instance, family, pauli


def _saves(rng: Random) -> list[tuple[str, str, str, str, str, str, str]]:
    """(method, class with arguments, method call, key, return type, words, assertion on `got`)."""
    a, b, c = rng.sample(range(3), 3)
    label, other = pauli(rng, 2, 2), pauli(rng, 3, 3)
    weight = rng.randint(2, 9) / 10
    pair = f"[{a}, {b}]"
    one, two = rng.sample(range(1, 8), 2)
    rho = f"partial_trace(state, [{c}])"
    flipped = "" if a < b else ".reverse_qargs()"
    op = f'SparsePauliOp(["{label}", "ZI"], [{weight}, 0.5])'
    return [
        (
            "statevector",
            "SaveStatevector(3)",
            "save_statevector()",
            "statevector",
            "Statevector",
            "the final `Statevector`",
            "assert np.allclose(np.asarray(got), state.data)",
        ),
        (
            "statevector",
            f"SaveAmplitudes(3, [{one}, {two}])",
            f"save_amplitudes([{one}, {two}])",
            "amplitudes",
            "np.ndarray",
            f"the amplitudes of the basis states {one} and {two} (integers, qubit 0 is "
            f"the lowest bit) as an array",
            f"assert np.allclose(got, state.data[[{one}, {two}]])",
        ),
        (
            "statevector",
            f"SaveAmplitudesSquared(3, [{one}, {two}])",
            f"save_amplitudes_squared([{one}, {two}])",
            "amplitudes_squared",
            "np.ndarray",
            f"the probabilities of the basis states {one} and {two} (integers, qubit 0 "
            f"is the lowest bit) as an array, from saved squared amplitudes",
            f"assert np.allclose(got, state.probabilities()[[{one}, {two}]])",
        ),
        (
            "statevector",
            "SaveProbabilities(2)",
            f"save_probabilities({pair})",
            "probabilities",
            "np.ndarray",
            f"the array of probabilities of qubits {a} and {b}, where qubit {a} is the "
            f"lower bit of the index",
            f"assert np.allclose(got, state.probabilities({pair}))",
        ),
        (
            "statevector",
            "SaveProbabilitiesDict(2)",
            f"save_probabilities_dict({pair})",
            "probabilities",
            "dict",
            f"the dictionary (keys: integers or hexadecimal strings as Aer gives them) "
            f"of probabilities of qubits {a} and {b}, with qubit {a} as the lower bit",
            f"want = state.probabilities({pair})\n    got = "
            f"{{int(k, 0) if isinstance(k, str) else k: v for k, v in got.items()}}\n    assert "
            f"np.allclose([got.get(k, 0) for k in range(4)], want)",
        ),
        (
            "density_matrix",
            "SaveDensityMatrix(2)",
            f"save_density_matrix({pair})",
            "density_matrix",
            "DensityMatrix",
            f"the reduced density matrix of qubits {a} and {b}, in this order (qubit "
            f"{a} first), with the density-matrix method",
            f"assert np.allclose(np.asarray(got), {rho}{flipped}.data)",
        ),
        (
            "statevector",
            f"SaveExpectationValue({op})",
            f"save_expectation_value({op}, {pair})",
            "expectation_value",
            "float",
            f"the exact expectation value of {weight} {label} + 0.5 ZI on qubits {a} "
            f"and {b} (rightmost letter on qubit {a})",
            f"assert abs(got - state.expectation_value({op}, {pair}).real) < 1e-9",
        ),
        (
            "statevector",
            f"SaveExpectationValueVariance({op})",
            f"save_expectation_value_variance({op}, {pair})",
            "expectation_value_variance",
            "np.ndarray",
            f"the array of the expectation value and the variance of {weight} {label} + "
            f"0.5 ZI on qubits {a} and {b} (rightmost letter on qubit {a})",
            f"op = {op}\n    mean = state.expectation_value(op, {pair}).real\n    "
            f"assert np.allclose(got, [mean, state.expectation_value((op @ op).simplify(), "
            f"{pair}).real - mean**2])",
        ),
        (
            "unitary",
            "SaveUnitary(3)",
            "save_unitary()",
            "unitary",
            "Operator",
            "the circuit's unitary, with the unitary method",
            "assert np.allclose(np.asarray(got), Operator(qc).data)",
        ),
        (
            "superop",
            "SaveSuperOp(3)",
            "save_superop()",
            "superop",
            "SuperOp",
            "the circuit's superoperator, with the superop method",
            "assert np.allclose(np.asarray(got), SuperOp(qc).data)",
        ),
        (
            "matrix_product_state",
            "SaveStatevector(3)",
            "save_statevector()",
            "statevector",
            "Statevector",
            "the final `Statevector`, with the matrix-product-state method",
            "assert np.allclose(np.asarray(got), state.data)",
        ),
        (
            "matrix_product_state",
            f'SaveExpectationValue(Pauli("{other}"))',
            f'save_expectation_value(Pauli("{other}"), range(3))',
            "expectation_value",
            "float",
            f"the expectation value of {other} on all qubits, with the matrix-product-state method",
            f'assert abs(got - state.expectation_value(Pauli("{other}")).real) < 1e-9',
        ),
        (
            "statevector",
            "SaveStatevectorDict(3)",
            "save_statevector_dict()",
            "statevector",
            "dict",
            "the final state as Aer's dictionary from hexadecimal strings to amplitudes",
            "assert np.allclose([got.get(hex(k), 0) for k in range(8)], state.data)",
        ),
        (
            "stabilizer",
            "SaveStabilizer(3)",
            "save_stabilizer()",
            "stabilizer",
            "StabilizerState",
            "the final `StabilizerState` of a Clifford circuit, with the stabilizer method",
            "assert StabilizerState(got).equiv(StabilizerState(qc))",
        ),
        (
            "stabilizer",
            "SaveClifford(3)",
            "save_clifford()",
            "clifford",
            "Clifford",
            "the `Clifford` that Aer saves with the stabilizer method at the end of a "
            "Clifford circuit",
            "assert StabilizerState(got).equiv(StabilizerState(qc))",
        ),
        (
            "density_matrix",
            "SaveState(3)",
            "save_state()",
            "density_matrix",
            "DensityMatrix",
            "the final state as the density-matrix method saves it (save_state without "
            "a choice of type)",
            "assert np.allclose(np.asarray(got), DensityMatrix(state).data)",
        ),
    ]


@family(
    "aer",
    "intermediate",
    oracle="state",
    skills=("save-instructions", "simulation-methods"),
    why="Aer returns only what the circuit saves; the key in the data is the instruction's label.",
    tolerance=1e-8,
)
def saved_data(rng: Random) -> Instance:
    """One quantity saved at the end of a circuit, by a method or by an instruction class."""
    method, cls, call, key, returns, words, check = rng.choice(_saves(rng))
    name = rng.choice([None, None, "final", "result", "out"])
    style = rng.choice(["method", "class"])
    local = call.startswith(("save_prob", "save_dens", "save_exp")) and call.endswith("])")
    qubits = f"[{call.rpartition('[')[2][:-1]}" if local else "range(3)"
    label = f'label="{name}"' if name else ""
    if style == "method":
        save = f"circuit.{call[:-1]}{', ' if label and not call.endswith('()') else ''}{label})"
    else:
        head = cls.partition("(")[0]
        save = f"circuit.append({cls[:-1]}{', ' + label if label else ''}), {qubits})"
    style_said = (
        "" if style == "method" else f" Append the instruction `{head}` of `qiskit_aer.library`."
    )
    key_said = f" Save it under the label `{name}`." if name else ""
    copy = rng.random() < 0.5
    body = (
        "circuit = circuit.copy()\n" if copy else "circuit = circuit.compose(QuantumCircuit(3))\n"
    )
    body += f'{save}\nsimulator = AerSimulator(method="{method}")\n'
    single = rng.random() < 0.5
    body += (
        f'return simulator.run(circuit).result().data()["{name or key}"]'
        if single
        else f'result = simulator.run(circuit).result()\nreturn result.data(0)["{name or key}"]'
    )
    lines = saving_imports(
        (
            "Clifford",
            "DensityMatrix",
            "Operator",
            "Pauli",
            "SparsePauliOp",
            "StabilizerState",
            "Statevector",
            "SuperOp",
        ),
        body,
        returns,
    )
    if style == "class":
        lines += [f"from qiskit_aer.library import {head}"]
    kind = (
        "a 3-qubit Clifford circuit"
        if method == "stabilizer"
        else "a 3-qubit circuit without measurements"
    )
    gate = (
        "qc = random_clifford(3, seed=int(rng.integers(1000))).to_circuit()"
        if method == "stabilizer"
        else "qc = generic(3)"
    )
    state = "state = None" if method == "stabilizer" else "state = Statevector(qc)"
    return Instance(
        entry_point="simulate",
        signature=f"(circuit: QuantumCircuit) -> {returns}",
        asks=(
            f'Simulate {kind} with `AerSimulator(method="{method}")` and return '
            f"{words}.{style_said}{key_said} Leave the "
            "circuit that is passed unchanged.",
            f"`circuit` is {kind}. Using a save instruction of Aer and the method "
            f"`{method}`, give back {words}; do not modify "
            f"the argument.{style_said}{key_said}",
            f"How do I obtain {words} from Aer? The input is {kind}, which must "
            f"stay as it is; the method is "
            f"`{method}`.{style_said}{key_said}",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""{GENERIC}
for _ in range(3):
    {gate}
    size = len(qc.data)
    got = candidate(qc)
    assert len(qc.data) == size
    {state}
    {check}
""",
        params={"call": call, "style": style, "label": name},
    )
