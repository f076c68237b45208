"""AerSimulator: quantities saved along a circuit."""

from random import Random

from qspark.data.families._aer import GENERIC, saving_imports
from qspark.data.families.base import Instance, family, pauli


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
    lines = saving_imports(
        ("DensityMatrix", "Pauli", "SparsePauliOp", "Statevector"),
        body,
        returns,
    )
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
        test=f"""{GENERIC}
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
