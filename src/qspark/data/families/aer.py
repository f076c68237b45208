"""AerSimulator: instructions that save and set, batches of parameters, and Aer's state classes."""

from random import Random

from qspark.data.families.base import Instance, family, pauli

_GENERIC = """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Clifford, DensityMatrix, Operator, Pauli, SparsePauliOp, StabilizerState
from qiskit.quantum_info import Statevector, SuperOp, partial_trace, random_clifford
rng = np.random.default_rng(np.random.randint(2**31))
def generic(n, depth=2):
    qc = QuantumCircuit(n)
    for _ in range(depth):
        for q in range(n):
            qc.u(*rng.uniform(0.3, 1.3, 3), q)
        for q in range(n - 1):
            qc.cx(q, q + 1)
    return qc
"""


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
    info = [
        n
        for n in (
            "Clifford",
            "DensityMatrix",
            "Operator",
            "Pauli",
            "SparsePauliOp",
            "StabilizerState",
            "Statevector",
            "SuperOp",
        )
        if f"{n}(" in body or returns == n
    ]
    lines = ["import numpy as np"] * (returns == "np.ndarray") + [
        "from qiskit import QuantumCircuit"
    ]
    lines += [f"from qiskit.quantum_info import {', '.join(info)}"] * bool(info) + [
        "from qiskit_aer import AerSimulator"
    ]
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
        test=f"""{_GENERIC}
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


@family(
    "aer",
    "intermediate",
    oracle="state",
    skills=("mid-circuit-saves", "labels"),
    why="Each save in a circuit needs its own label; the data of the result hold all of them.",
    tolerance=1e-8,
)
def evolution_record(rng: Random) -> Instance:
    """A quantity saved after every layer, or every second one, of a sequence of circuits."""
    label = pauli(rng, 3, 3)
    stem, step = rng.choice(["layer", "t", "step", "snap", "s"]), rng.choice([1, 2, 2, 3])
    outcome = rng.randrange(1, 7)
    qubit = rng.randrange(3)
    a, b = rng.sample(range(3), 2)
    method, save, returns, words, want = rng.choice(
        [
            (
                "statevector",
                "save_statevector(label=NAME)",
                "Statevector",
                "the state vector",
                "state.data",
            ),
            (
                "density_matrix",
                "save_density_matrix(label=NAME)",
                "DensityMatrix",
                "the density matrix",
                "DensityMatrix(state).data",
            ),
            (
                "statevector",
                f'save_expectation_value(Pauli("{label}"), range(3), label=NAME)',
                "float",
                f"the expectation value of {label}",
                f'state.expectation_value(Pauli("{label}")).real',
            ),
            (
                "statevector",
                "save_probabilities(label=NAME)",
                "np.ndarray",
                "the array of all eight probabilities",
                "state.probabilities()",
            ),
            (
                "matrix_product_state",
                f"save_probabilities([{qubit}], label=NAME)",
                "np.ndarray",
                f"the array of the two probabilities of qubit {qubit}",
                f"state.probabilities([{qubit}])",
            ),
            (
                "statevector",
                f"save_amplitudes([{outcome}], label=NAME)",
                "np.ndarray",
                f"an array with the amplitude of basis state {outcome}",
                f"state.data[[{outcome}]]",
            ),
            (
                "density_matrix",
                f"save_density_matrix([{qubit}], label=NAME)",
                "DensityMatrix",
                f"the reduced density matrix of qubit {qubit}",
                f"partial_trace(state, [q for q in range(3) if q != {qubit}]).data",
            ),
            (
                "matrix_product_state",
                f'save_expectation_value(SparsePauliOp(["XZ", "ZI"], [1, 0.5]), [{a}, '
                f"{b}], label=NAME)",
                "float",
                f"the expectation value of XZ + 0.5 ZI on qubits {a} (rightmost letter) and {b}",
                f'state.expectation_value(SparsePauliOp(["XZ", "ZI"], [1, 0.5]), [{a}, {b}]).real',
            ),
        ]
    )
    form, wrap = rng.choice(
        [
            (
                "a list in that order",
                (
                    "list[{}]",
                    'return [data[f"{stem}{k}"] for k in range(0, len(layers), {step})]',
                    "list(got)",
                ),
            ),
            (
                "a dictionary from the index of the layer to the value",
                (
                    "dict[int, {}]",
                    'return {{k: data[f"{stem}{k}"] for k in range(0, len(layers), {step})}}',
                    "[got[k] for k in range(0, len(layers), STEP)]",
                ),
            ),
        ]
    )
    start = rng.choice(["zero", "plus", "first one"])
    prepare = {"zero": "", "plus": "circuit.h(range(3))\n", "first one": f"circuit.x({qubit})\n"}[
        start
    ]
    said = {
        "zero": "all zeros",
        "plus": "all plus",
        "first one": f"a one in qubit {qubit} and zeros elsewhere",
    }[start]
    every = {
        1: "after every layer",
        2: "after layers 0, 2, 4, ...",
        3: "after layers 0, 3, 6, ...",
    }[step]
    return_type, last, values = wrap
    last = (
        last.replace("{stem}", stem)
        .replace("{step}", str(step))
        .replace("{{", "{")
        .replace("}}", "}")
    )
    guard = "" if step == 1 else f"    if k % {step} == 0:\n    "
    named = save.replace("NAME", f'f"{stem}{{k}}"')
    body = (
        f"circuit = QuantumCircuit(3)\n{prepare}for k, layer in enumerate(layers):\n"
        f"    circuit.compose(layer, inplace=True)\n{guard}    circuit.{named}\n"
        f'data = AerSimulator(method="{method}").run(circuit).result().data()\n{last}'
    )
    info = [
        n
        for n in ("DensityMatrix", "Pauli", "SparsePauliOp", "Statevector")
        if f"{n}(" in body or returns == n
    ]
    lines = ["import numpy as np"] * (returns == "np.ndarray") + [
        "from qiskit import QuantumCircuit"
    ]
    lines += [f"from qiskit.quantum_info import {', '.join(info)}"] * bool(info) + [
        "from qiskit_aer import AerSimulator"
    ]
    return Instance(
        entry_point="record",
        signature=f"(layers: list[QuantumCircuit]) -> {return_type.format(returns)}",
        asks=(
            f"Apply the 3-qubit circuits in `layers` one after another to {said} "
            f"and record {words} {every} (indices from 0), all "
            f"in one run of Aer's `{method}` simulator. Return {form}.",
            f"I want to watch a state evolve: start in {said}, apply `layers` in "
            f"order (3 qubits), and save {words} {every}. One "
            f"simulation with AerSimulator, method `{method}`, is to suffice. The "
            f"result is {form}.",
            f"Mid-circuit saves with Aer (`{method}`): for the sequence `layers` of "
            f"3-qubit circuits on the initial state {said}, "
            f"collect {words} {every} (layer 0 is the first) and return {form}.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""{_GENERIC}
for count in (4, 5):
    layers = [generic(3, 1) for _ in range(count)]
    got = candidate(layers)
    values = {values.replace("STEP", str(step))}
    assert len(got) == len(values) == len(range(0, count, {step}))
    state = Statevector.from_label("000")
    for q in {"()" if start == "zero" else f"({qubit},)" if start == "first one" else "()"}:
        state = state.evolve(Pauli("X"), [q])
    if "{start}" == "plus":
        state = Statevector.from_label("+++")
    for k, layer in enumerate(layers):
        state = state.evolve(layer)
        if k % {step} == 0:
            assert np.allclose(np.asarray(values[k // {step}]), {want}, atol=1e-8)
""",
        params={"save": save, "start": start, "step": step, "form": form},
    )


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
        test=f"""{_GENERIC}
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
{"".join("    " + line + chr(10) for line in gates.splitlines())}    {evolve}
    got = candidate({fed})
    if "{key}" == "stabilizer":
        got = DensityMatrix(Statevector(got.clifford.to_circuit())).data
    elif isinstance(got, dict):
        got = [got[label] for label in {labels}]
    assert np.shape(got) == np.shape({want}) and np.allclose(got, {want}, atol=1e-8)
""",
        params={"method": method, "gates": said, "code": code},
    )
