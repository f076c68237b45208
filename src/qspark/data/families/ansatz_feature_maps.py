"""Feature maps that encode data in a circuit, and the fidelity kernels made of them."""

from random import Random
from typing import Any

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call

# Index sets that Qiskit's feature maps use for Pauli strings of one, two and three letters.
SETS = """
def index_sets(size, kind, n):
    if size == 1:
        return [(i,) for i in range(n)]
    if kind == "full":
        return list(itertools.combinations(range(n), size))
    line = [tuple(range(i, i + size)) for i in range(n - size + 1)]
    if kind == "reverse_linear":
        return line[::-1]
    if kind == "circular" and n > size:
        return [tuple(range(n - size + 1, n)) + (0,)] + line
    return line

def mapped(x, n, reps, alpha, paulis, kind, phi):
    hadamards = np.array([[1.0 + 0j]])
    for _ in range(n):
        hadamards = np.kron(hadamards, np.array([[1, 1], [1, -1]]) / np.sqrt(2))
    vector = np.eye(2**n)[0] + 0j
    for _ in range(reps):
        vector = hadamards @ vector
        for label in paulis:
            for found in index_sets(len(label), kind, n):
                term = SparsePauliOp.from_sparse_list([(label[::-1], list(found), 1)], n).to_matrix()
                angle = alpha / 2 * phi([x[i] for i in found])
                vector = np.cos(angle) * vector - 1j * np.sin(angle) * (term @ vector)
    return vector
"""
# Data maps: code of the function, its formula, whether it is Qiskit's default.
DATA_MAPS = [
    ("", "x_i for a single qubit and the product of (pi - x_j) over the qubits of a larger set",
     "x[0] if len(x) == 1 else np.prod([np.pi - v for v in x])"),
    ("def data_map(x):\n    return x[0] if len(x) == 1 else x[0] * x[1]",
     "x_i for a single qubit and x_i * x_j for a pair", "x[0] if len(x) == 1 else x[0] * x[1]"),
    ("def data_map(x):\n    return sum(x) / len(x)",
     "the mean of the features of the set", "sum(x) / len(x)"),
    ("def data_map(x):\n    return x[0] ** 2 if len(x) == 1 else x[0] - x[1]",
     "x_i squared for a single qubit and x_i - x_j for a pair", "x[0]**2 if len(x) == 1 else x[0] - x[1]"),
]  # fmt: skip
# The same for feature maps whose strings have one letter, and for those that have pairs only.
SINGLE_MAPS = [
    ("", "x_i", "x[0]"),
    ("def data_map(x):\n    return x[0] ** 2", "x_i squared", "x[0] ** 2"),
    ("def data_map(x):\n    return 3 * x[0] - 1", "3 x_i - 1", "3 * x[0] - 1"),
    ("def data_map(x):\n    return x[0].sin()", "sin(x_i)", "np.sin(x[0])"),
]
PAIR_MAPS = [
    ("", "(pi - x_i)(pi - x_j)", "(np.pi - x[0]) * (np.pi - x[1])"),
    ("def data_map(x):\n    return x[0] * x[1]", "x_i * x_j", "x[0] * x[1]"),
    ("def data_map(x):\n    return x[0] - x[1]", "x_i - x_j", "x[0] - x[1]"),
]


def feature_map(rng: Random, repetitions: tuple[int, ...]) -> dict[str, Any]:
    """A feature map function with options: its code, its words, and what its test needs."""
    maker = rng.choice(
        ["z_feature_map", "zz_feature_map", "pauli_feature_map", "pauli_feature_map"]
    )
    reps = rng.choice(repetitions)
    kind = rng.choice(["full", "linear", "circular", "reverse_linear"])
    alpha = rng.choice([2.0, 2.0, 1.0, 0.5, 1.5])
    arguments, paulis = [], {"z_feature_map": ["Z"], "zz_feature_map": ["Z", "ZZ"]}.get(maker)
    if paulis is None:
        paulis = rng.choice(
            [["Z", "YY"], ["X", "ZX"], ["Y", "XZ"], ["ZX"], ["Z", "XY"], ["Y", "ZZ"]]
        )
        arguments.append(f"paulis={paulis}".replace("'", '"'))
    sizes = {len(label) for label in paulis}
    maps = DATA_MAPS if len(sizes) == 2 else SINGLE_MAPS if 1 in sizes else PAIR_MAPS
    code, words, formula = rng.choice(maps)
    arguments.append(f"reps={reps}")
    if alpha != 2.0:
        arguments.append(f"alpha={alpha}")
    if maker != "z_feature_map":
        arguments.append(f'entanglement="{kind}"')
    if code:
        arguments.append("data_map_func=data_map")
    graph = (
        ""
        if maker == "z_feature_map"
        else f", qubit sets of the larger strings: '{kind}' entanglement"
    )
    told = (
        f"`{maker}` with {reps} repetition(s), Pauli strings {paulis} (leftmost letter on the highest "
        f"qubit of a set), alpha = {alpha}{graph}; each string P on a set S gives exp(-i alpha/2 "
        f"phi(x_S) P) with phi = {words}"
    )
    return {
        "maker": maker, "arguments": arguments, "code": code, "told": told,
        "test": f'{reps}, {alpha}, {paulis}, "{kind}", lambda x: {formula}',
        "params": {"maker": maker, "reps": reps, "alpha": alpha, "paulis": paulis, "kind": kind},
    }  # fmt: skip


@family(
    "ansatz",
    "intermediate",
    oracle="state",
    skills=("feature-maps", "binding"),
    why="A feature map applies Hadamards and exp(-i alpha/2 phi(x) P) for every string in turn.",
    tolerance=1e-8,
)
def encoded_features(rng: Random) -> Instance:
    """A data encoding circuit with options, bound to a feature vector."""
    way = rng.choice(["circuit", "state", "probabilities", "batch"])
    # After one repetition of diagonal phases all probabilities are the same.
    chosen = feature_map(rng, (2,) if way == "probabilities" else (1, 2))
    made = call(f"encoding = {chosen['maker']}", "len(features)", *chosen["arguments"])
    tails = {
        "circuit": "return encoding.assign_parameters(features)",
        "state": "return Statevector(encoding.assign_parameters(features))",
        "probabilities": (
            "bound = encoding.assign_parameters(features)\nreturn "
            "Statevector(bound).probabilities()"
        ),
        "batch": "return [encoding.assign_parameters(row) for row in samples]",
    }
    goals = {
        "circuit": "return the circuit bound to `features` (one qubit per feature)",
        "state": "return the Statevector that encodes `features` (one qubit per feature)",
        "probabilities": (
            "return the array of outcome probabilities of the state that encodes "
            "`features` (one qubit each)"
        ),
        "batch": "return a list with the bound circuit of every row of `samples` (one qubit per column)",
    }
    made = made.replace("len(features)", "samples.shape[1]") if way == "batch" else made
    body = "\n".join(
        part for part in (chosen["code"] + "\n" if chosen["code"] else "", made, tails[way]) if part
    )
    told, goal = chosen["told"], goals[way]
    asks = (
        f"Encode data with {told}; {goal}.",
        f"I use Qiskit's {told}. Write a function for it: {goal}.",
        f"{goal[0].upper()}{goal[1:]}. The encoding is {told}.",
        f"Quantum machine learning input stage: {told}. Feature k belongs to qubit k. What I need: {goal}.",
    )
    check = {
        "circuit": "assert isinstance(got, QuantumCircuit)\n    assert Statevector(got).equiv(want)",
        "state": "assert isinstance(got, Statevector) and got.equiv(want)",
        "probabilities": (
            "assert np.shape(got) == (2**n,) and np.allclose(got, np.abs(want.data) ** 2, "
            "atol=1e-8)"
        ),
        "batch": "assert len(got) == 2 and all(isinstance(c, QuantumCircuit) for c in got)\n"
        "    assert Statevector(got[0]).equiv(want) and Statevector(got[1]).equiv(other)",
    }[way]
    test = f"""
import itertools
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector
{SETS}
rng = np.random.default_rng(np.random.randint(2**31))
for n in (3, 4):
    rows = rng.uniform(0.2, 2.5, (2, n))
    got = candidate({"rows" if way == "batch" else "[float(v) for v in rows[0]]"})
    want = Statevector(mapped(rows[0], n, {chosen["test"]}))
    other = Statevector(mapped(rows[1], n, {chosen["test"]}))
    {check}
"""
    given = "samples: np.ndarray" if way == "batch" else "features: list[float]"
    out = {"circuit": "QuantumCircuit", "state": "Statevector", "batch": "list[QuantumCircuit]"}
    lines = [f"from qiskit.circuit.library import {chosen['maker']}"]
    if way in ("circuit", "batch"):
        lines.insert(0, "from qiskit import QuantumCircuit")
    else:
        lines.append("from qiskit.quantum_info import Statevector")
    if way in ("batch", "probabilities"):
        lines = ["import numpy as np", *lines]
    return Instance(
        "encode", asks, "\n".join(lines), f"({given}) -> {out.get(way, 'np.ndarray')}", body, test,
        {**chosen["params"], "way": way},
    )  # fmt: skip


@family(
    "ansatz",
    "advanced",
    oracle="value",
    skills=("kernels", "feature-maps"),
    why="A fidelity kernel is the probability of all zeros behind the overlap circuit of two encodings.",
    tolerance=1e-7,
)
def fidelity_kernel(rng: Random) -> Instance:
    """The kernel matrix of a feature map, from states or from overlap circuits."""
    chosen = feature_map(rng, (2, 3))
    way = rng.choice(["states", "overlap", "inverse", "gram"])
    made = call(f"encoding = {chosen['maker']}", "left.shape[1]", *chosen["arguments"])
    head = (chosen["code"] + "\n\n" if chosen["code"] else "") + made
    if way == "states":
        body = f"""{head}
rows = np.array([Statevector(encoding.assign_parameters(x)).data for x in left])
columns = np.array([Statevector(encoding.assign_parameters(x)).data for x in right])
return np.abs(rows.conj() @ columns.T) ** 2
"""
    elif way == "gram":
        head = head.replace("left", "samples")
        body = f"""{head}
states = [Statevector(encoding.assign_parameters(x)) for x in samples]
kernel = np.eye(len(states))
for i in range(len(states)):
    for j in range(i):
        kernel[i, j] = kernel[j, i] = state_fidelity(states[i], states[j])
return kernel
"""
    elif way == "overlap":
        body = f"""{head}
circuit = unitary_overlap(encoding, encoding)
kernel = np.zeros((len(left), len(right)))
for i, x in enumerate(left):
    for j, y in enumerate(right):
        bound = circuit.assign_parameters([*x, *y])
        kernel[i, j] = Statevector(bound).probabilities()[0]
return kernel
"""
    else:
        body = f"""{head}
kernel = np.zeros((len(left), len(right)))
for i, x in enumerate(left):
    for j, y in enumerate(right):
        circuit = encoding.assign_parameters(x)
        circuit.compose(encoding.assign_parameters(y).inverse(), inplace=True)
        kernel[i, j] = abs(Statevector(circuit)[0]) ** 2
return kernel
"""
    told = chosen["told"]
    if way == "gram":
        goal = "the square array of |<psi(x_i)|psi(x_j)>|^2 over the rows x_i of `samples`"
        given, arguments, pair = "samples: np.ndarray", "left", "left, left"
    else:
        goal = (
            "the array whose entry (i, j) is |<psi(left_i)|psi(right_j)>|^2 for the rows of `left` "
            "and `right`"
        )
        given, arguments, pair = "left: np.ndarray, right: np.ndarray", "left, right", "left, right"
    asks = (
        f"Compute a quantum fidelity kernel exactly: {goal}, where psi(x) is prepared by {told}.",
        (
            f"For a support vector machine I need {goal} (exact, no shots). The encoding psi is {told}; "
            "feature k on qubit k."
        ),
        f"Kernel matrix, numpy, from exact simulation. Encoding: {told}. Output: {goal}.",
    )
    test = f"""
import itertools
import numpy as np
from qiskit.quantum_info import SparsePauliOp
{SETS}
rng = np.random.default_rng(np.random.randint(2**31))
for n, count in ((3, 2), (2, 3)):
    left, right = rng.uniform(0.2, 2.5, (2, n)), rng.uniform(0.2, 2.5, (count, n))
    got = candidate({arguments})
    sides = [[mapped(x, n, {chosen["test"]}) for x in side] for side in ({pair})]
    want = np.abs(np.array(sides[0]).conj() @ np.array(sides[1]).T) ** 2
    assert np.shape(got) == want.shape, np.shape(got)
    assert np.allclose(got, want, atol=1e-7)
"""
    names = f"unitary_overlap, {chosen['maker']}" if way == "overlap" else chosen["maker"]
    names = ", ".join(sorted(names.split(", ")))
    info = "Statevector, state_fidelity" if way == "gram" else "Statevector"
    return Instance(
        "kernel_matrix", asks,
        (f"import numpy as np\nfrom qiskit.circuit.library import {names}\nfrom qiskit.quantum_info "
        f"import {info}"),
        f"({given}) -> np.ndarray", body, test, {**chosen["params"], "way": way},
    )  # fmt: skip
