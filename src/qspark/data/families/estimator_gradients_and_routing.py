"""Estimator V2: gradients and routed circuits."""

from random import Random

from qspark.data.families._estimator import EXACT
from qspark.data.families.base import Instance, Wrong, angle, family, pauli
from qspark.data.families.wording import indented


@family(
    "estimator",
    "advanced",
    oracle="expectation",
    skills=("parameter-shift", "pub-shapes"),
    why="Each gate's own occurrence is shifted by pi/2; all shifted points go into one PUB.",
    tolerance=1e-6,
)
def shift_rule_gradient(rng: Random) -> Instance:
    """Gradients (or curvatures) by the parameter-shift rule, all points in one PUB."""
    imports, build, who = rng.choice(EXACT)
    width = rng.choice([2, 3])
    one, two = rng.choice([("ry", "rx"), ("rx", "ry"), ("ry", "rz")])
    label, other = pauli(rng, width, width), "Z" * width
    weight = rng.randint(3, 9) / 10
    count = 2 * width
    layers = (
        f"for q in range({width}):\n    circuit.{one}(theta[q], q)\n"
        f"for q in range(1, {width}):\n    circuit.cx(q - 1, q)\n"
        f"for q in range({width}):\n    circuit.{two}(theta[{width} + q], q)\n"
        f"circuit.h({width - 1})\ncircuit.rx({angle(rng)}, 0)\n"
    )
    rx = layers.rpartition("rx(")[2].partition(",")[0]
    kind = rng.choice(["gradient", "gradient", "hessian diagonal", "norm", "step"])
    shifts = {
        "hessian diagonal": f"shifted = np.concatenate([point + np.pi * np.eye({count}), [point]])\n",
    }.get(
        kind,
        f"shift = np.pi / 2 * np.eye({count})\nshifted = np.concatenate([point + "
        f"shift, point - shift])\n",
    )
    rate = rng.randint(5, 30) / 100
    ends = {
        "gradient": (
            f"return (evs[:{count}] - evs[{count}:]) / 2",
            "np.ndarray",
            "its gradient",
            "want",
        ),
        "hessian diagonal": (
            f"return (evs[:{count}] - evs[{count}]) / 2",
            "np.ndarray",
            "the second derivatives with respect to each parameter (the diagonal of the Hessian)",
            "want",
        ),
        "norm": (
            f"gradient = (evs[:{count}] - evs[{count}:]) / 2\nreturn "
            f"float(np.linalg.norm(gradient))",
            "float",
            "the Euclidean norm of its gradient",
            "np.linalg.norm(want)",
        ),
        "step": (
            f"return point - {rate} * (evs[:{count}] - evs[{count}:]) / 2",
            "np.ndarray",
            f"the point after one step of gradient descent with the learning rate {rate}",
            f"point - {rate} * want",
        ),
    }
    last, returns, end, want = ends[kind]
    derivative = (
        "(energy(point + 1e-4 * e) - 2 * energy(point) + energy(point - 1e-4 * e)) / 1e-8"
        if kind == "hessian diagonal"
        else "(energy(point + 1e-5 * e) - energy(point - 1e-5 * e)) / 2e-5"
    )
    body = f"""
theta = ParameterVector("theta", {count})
circuit = QuantumCircuit({width})
{layers}observable = SparsePauliOp(["{label}", "{other}"], [1, {weight}])
point = np.asarray(point)
{shifts}evs = {build}.run([(circuit, observable, shifted)]).result()[0].data.evs
{last}
"""
    about = (
        f"{one}(theta_q) on each qubit q, cx from q - 1 to q for q from 1 upwards, "
        f"{two}(theta_({width} + q)) on each qubit q, h on "
        f"qubit {width - 1}, rx({rx}) on qubit 0"
    )
    wrong = (
        (Wrong("S17", body.replace("np.pi / 2 *", "np.pi *")),)
        if kind != "hessian diagonal"
        else ()
    )
    return Instance(
        entry_point="shifted",
        signature=f"(point: np.ndarray) -> {returns}",
        asks=(
            f"On {width} qubits: {about}. E(theta) is the expectation value of "
            f"{label} + {weight} {other}. Return {end} at "
            f"`point` ({count} angles), from the parameter-shift rule, with all "
            f"evaluations in one PUB of {who}.",
            f"Exact derivatives without finite differences: for the circuit "
            f"[{about}] and the observable {label} + "
            f"{weight} {other} (qubit 0 is the rightmost letter), use the "
            f"parameter-shift rule and {who}, one PUB, and "
            f"return {end} of the expectation value at `point`, an array of {count} angles.",
            f"Parameter-shift with {who}: {width} qubits, gates in order: {about}. "
            f"Observable: {label} + {weight} {other}. "
            f"`point` holds the {count} angles. Which function returns {end}, "
            f"sending the shifted points as one PUB?",
        ),
        imports="import numpy as np\nfrom qiskit import QuantumCircuit\nfrom "
        "qiskit.circuit import ParameterVector\n"
        f"{imports}\nfrom qiskit.quantum_info import SparsePauliOp",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
matrix = SparsePauliOp(["{label}", "{other}"], [1, {weight}]).to_matrix()
def energy(theta):
    circuit = QuantumCircuit({width})
{indented(layers)}    state = Statevector(circuit).data
    return np.vdot(state, matrix @ state).real
for _ in range(3):
    point = rng.uniform(-2, 2, {count})
    want = np.array([{derivative} for e in np.eye({count})])
    got = candidate(point)
    assert np.allclose(got, {want}, atol={"1e-5" if kind == "hessian diagonal" else "1e-6"})
""",
        params={"kind": kind, "label": label, "gates": (one, two)},
        wrong=wrong,
    )


@family(
    "estimator",
    "advanced",
    oracle="expectation",
    skills=("layout", "sparse-observables", "isa"),
    why="A routed circuit needs observables of the same layout; from_sparse_list takes "
    "no negative indices itself.",
    tolerance=1e-6,
)
def routed_observable(rng: Random) -> Instance:
    """Sparse observables with negative indices, measured on a circuit that was routed to a device."""
    width = rng.choice([3, 4])
    basis = rng.choice(
        [["rz", "sx", "x", "cx"], ["rz", "sx", "x", "cz"], ["rz", "rx", "ecr"], ["u", "cx"]]
    )
    level, seed = rng.choice([0, 1, 2, 3]), rng.randint(1, 99)
    last_qubit = rng.choice(["negative", "labels"])
    single, pair = rng.choice("XYZ"), rng.choice(["XY", "ZX", "YZ", "ZY"])
    a, b = rng.randint(-9, -2) / 10, rng.randint(3, 9) / 10
    i = rng.randrange(width - 1)
    if last_qubit == "negative":
        form = "terms: list[tuple[str, list[int], float]]"
        operator = (
            "n = circuit.num_qubits\n"
            "positive = [(paulis, [q % n for q in where], c) for paulis, where, c in terms]\n"
            "observable = SparsePauliOp.from_sparse_list(positive, num_qubits=n)\n"
        )
        what = (
            "`terms` lists (Pauli letters, qubit indices, coefficient); negative "
            "indices count from the last qubit"
        )
        fed = f'[("{single}", [-1], {a}), ("{pair}", [{i}, -1], {b}), ("Z", [{i}], 0.5)]'
    else:
        form = "terms: list[tuple[str, float]]"
        operator = "observable = SparsePauliOp.from_list(terms)\n"
        what = "`terms` lists (Pauli label with qubit 0 on the right, coefficient)"
        full = ["I"] * width
        full[i], full[-1] = pair
        fed = (
            f'[("{single + "I" * (width - 1)}", {a}), ("{"".join(reversed(full))}", {b}), '
            f'("{"I" * (width - 1 - i)}Z{"I" * i}", 0.5)]'
        )
    ends = [
        (
            "float",
            "return float(result.data.evs)",
            "the expectation value as a float",
            "assert abs(got - want) < 1e-6",
            "observable.apply_layout(isa.layout)",
        ),
        (
            "tuple[QuantumCircuit, SparsePauliOp, float]",
            "return isa, mapped, float(result.data.evs)",
            "a tuple of the compiled circuit, the observable on its qubits and the "
            "expectation value",
            "isa, mapped, value = got\n    assert abs(value - want) < 1e-6\n    "
            "on_device(isa)\n    "
            "assert abs(Statevector(isa).expectation_value(mapped) - want) < 1e-6",
            "observable.apply_layout(isa.layout)",
        ),
        (
            "np.ndarray",
            "return result.data.evs",
            "an array with the expectation value of each term (its coefficient "
            "included), in the order of `terms`",
            "assert np.shape(got) == (3,) and np.allclose(got, each, atol=1e-6)",
            "[term.apply_layout(isa.layout) for term in observable]",
        ),
        (
            "float",
            "mean, square = result.data.evs\nreturn float(square - mean**2)",
            "the variance <O^2> - <O>^2 of the observable as a float",
            "assert abs(got - (square - want**2)) < 1e-6",
            "[op.apply_layout(isa.layout) for op in (observable, (observable @ "
            "observable).simplify())]",
        ),
    ]
    returns, last, end, check, mapping = rng.choice(ends)
    given = rng.choice(["edges", "map"])
    device = "CouplingMap(edges)" if given == "edges" else "coupling"
    made = f"coupling_map={device}, basis_gates={basis}"
    hint = "edges: list[list[int]]" if given == "edges" else "coupling: CouplingMap"
    said = (
        "a device with the directed `edges`"
        if given == "edges"
        else "a device with the coupling map `coupling`"
    )
    body = (
        f"pm = generate_preset_pass_manager(optimization_level={level}, {made}, "
        f"seed_transpiler={seed})\n"
        f"isa = pm.run(circuit)\n{operator}mapped = {mapping}\n"
        f"result = EstimatorV2().run([(isa, mapped)]).result()[0]\n{last}"
    )
    lines = ["import numpy as np"] * ("np." in returns) + ["from qiskit import QuantumCircuit"]
    lines += [
        "from qiskit.quantum_info import SparsePauliOp",
        "from qiskit.transpiler import CouplingMap, generate_preset_pass_manager",
    ]
    lines += ["from qiskit_aer.primitives import EstimatorV2"]
    return Instance(
        entry_point="compiled_expectation",
        signature=f"(circuit: QuantumCircuit, {form}, {hint}) -> {returns}",
        asks=(
            f"Compile a measurement-free circuit of {width} qubits for {said} with "
            f"the basis gates {', '.join(basis)} "
            f"(preset pass manager, level {level}, seed {seed}) and evaluate an "
            f"observable on the compiled circuit "
            f"with Aer's `EstimatorV2`, exactly. "
            f"{what[0].upper() if what[0] != '`' else what[0]}{what[1:]}. Return {end}.",
            f"{what[0].upper() if what[0] != '`' else what[0]}{what[1:]}. The "
            f"{width}-qubit `circuit` has to run on {said}; basis "
            f"gates: {', '.join(basis)}; optimization level {level}; transpiler "
            f"seed {seed}. Remember that qubits get "
            f"moved. Using Aer's `EstimatorV2` at its default (exact) precision, return {end}.",
            f"My estimator complains that the observable has {width} qubits and the "
            f"transpiled circuit more. How do I do it "
            f"properly? Device: {said}, basis {', '.join(basis)}, level {level}, "
            f"seed {seed}. {what[0].upper() if what[0] != '`' else what[0]}{what[1:]}. "
            f"With Aer's exact `EstimatorV2`, return {end}.",
        ),
        imports="\n".join(lines),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector
from qiskit.transpiler import CouplingMap
rng = np.random.default_rng(np.random.randint(2**31))
device = [[0, 1], [1, 0], [1, 2], [2, 1], [3, 1], [1, 3], [3, 4], [4, 3], [4, 5], [5, 4]]
edges = {{frozenset(e) for e in device}}
def on_device(isa):
    assert isa.num_qubits == 6
    for item in isa.data:
        qubits = [isa.find_bit(q).index for q in item.qubits]
        assert item.operation.name in {[*basis, "barrier"]}
        assert len(qubits) == 1 or frozenset(qubits) in edges
for _ in range(2):
    qc = QuantumCircuit({width})
    for q in range({width}):
        qc.u(*rng.uniform(0.4, 1.4, 3), q)
    for q in range({width}):
        for p in range(q):
            qc.cx(p, q)
            qc.ry(rng.uniform(0.3, 1.2), q)
    ops = []
    terms = [("{single}", [{width - 1}], {a}), ("{pair}", [{i}, {width - 1}], {b}), ("Z", [{i}], 0.5)]
    for letters, where, c in terms:
        ops.append(SparsePauliOp.from_sparse_list([(letters, where, c)], num_qubits={width}))
    state = Statevector(qc)
    each = [state.expectation_value(op).real for op in ops]
    want = sum(each)
    square = np.linalg.norm(SparsePauliOp.sum(ops).to_matrix() @ state.data) ** 2
    got = candidate(qc, {fed}, {"device" if given == "edges" else "CouplingMap(device)"})
    {check}
""",
        params={"basis": basis, "form": last_qubit, "given": given},
    )
