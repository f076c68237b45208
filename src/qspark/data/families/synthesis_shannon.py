"""Synthesis of unitaries on any number of qubits by Shannon decomposition."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "synthesis",
    "advanced",
    oracle="unitary",
    skills=("unitary-synthesis", "gate-counts"),
    why=(
        "The Shannon decomposition takes a matrix in Qiskit's order and about (23/48) 4^n CX gates."
    ),
    tolerance=1e-7,
)
def shannon_decompositions(rng: Random) -> Instance:
    """A unitary matrix of some qubits as one- and two-qubit gates."""
    source = rng.choice(["matrix", "diagonal", "block", "permutation", "exponential", "blocks"])
    decomposer = rng.choice([None, None, "ZYZ", "ZXZ", "U"])
    end, tail, wants, out, name = an_ending(rng, "measured")
    lines, given, told = {
        "matrix": ([], "matrix: np.ndarray", "the given unitary `matrix` (qubit 0 least significant)"),
        "diagonal": (
            ["matrix = np.diag(np.exp(1j * np.asarray(phases)))"], "phases: list[float]",
            "the diagonal unitary whose entry x is exp(i phases[x])",
        ),
        "block": (
            ["matrix = np.eye(2 * len(block), dtype=complex)", "matrix[len(block) :, len(block) :] = block"],
            "block: np.ndarray",
            "the unitary `block` controlled by one more qubit, the highest",
        ),
        "blocks": (
            ["size = len(first)", "matrix = np.zeros((2 * size, 2 * size), dtype=complex)", ("matrix[:size, "
                                                                                            ":size] = "
                                                                                            "first"),
             "matrix[size:, size:] = second"],
            "first: np.ndarray, second: np.ndarray",
            "the multiplexed unitary that applies `first` if the highest qubit is 0 and `second` if it is 1",
        ),
        "permutation": (
            ["matrix = np.zeros((len(images), len(images)))", "for source, target in enumerate(images):",
             "    matrix[target, source] = 1"],
            "images: list[int]", "the reversible map that sends the basis state x to images[x]",
        ),
        "exponential": (
            ["matrix = expm(-1j * time * operator.to_matrix())"], "operator: SparsePauliOp, time: float",
            "exp(-i time H) for H = `operator`",
        ),
    }[source]  # fmt: skip
    option = [f'decomposer_1q=OneQubitEulerDecomposer("{decomposer}")'] if decomposer else []
    body = "\n".join([*lines, call("made = qs_decomposition", "matrix", *option), tail])
    how = "the quantum Shannon decomposition"
    if decomposer:
        how += f", with Euler basis {decomposer} for its one-qubit gates"
    asks = (
        f"Synthesise {told} by {how}. {wants}.",
        (
            f"{wants} of {told}, with nothing but one- and two-qubit gates; use {how} of"
            " qiskit.synthesis."
        ),
        f"I need a circuit for {told}. Make it by {how}. {wants}.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import block_diag, expm
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, SparsePauliOp, random_unitary
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
source = "$source"
for n in (2, 3):
    unitary = random_unitary(2**n, seed=int(rng.integers(2**31))).data
    half = [random_unitary(2 ** (n - 1), seed=int(rng.integers(2**31))).data for _ in range(2)]
    phases = [float(p) for p in rng.uniform(-3, 3, 2**n)]
    images = [int(k) for k in rng.permutation(2**n)]
    labels = ["".join(rng.choice(list("XYZ"), n)) for _ in range(3)]
    operator = SparsePauliOp(labels, rng.uniform(0.4, 1.2, 3))
    given, want = {
        "matrix": ((unitary,), unitary), "diagonal": ((phases,), np.diag(np.exp(1j * np.array(phases)))),
        "block": ((half[0],), block_diag(np.eye(2 ** (n - 1)), half[0])),
        "blocks": (tuple(half), block_diag(*half)), "permutation": ((images,), np.eye(2**n)[:, images]),
        "exponential": ((operator, 0.6), expm(-0.6j * operator.to_matrix())),
    }[source]
    got = unwrap(candidate(*given), "$end", n, "$name")
    assert Operator(got).equiv(Operator(want), atol=1e-7, rtol=0)
    if "$end" != "gate":
        assert all(len(item.qubits) < 3 for item in got.data)
        if n == 3:
            assert got.num_nonlocal_gates() <= 24
""",
        unwrap=UNWRAP, source=source, end=end, name=name,
    )  # fmt: skip
    head = ["import numpy as np"] if "np." in body + given else []
    head += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    head += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    head += ["from qiskit.quantum_info import SparsePauliOp"] if source == "exponential" else []
    used = "OneQubitEulerDecomposer, qs_decomposition" if decomposer else "qs_decomposition"
    head += [f"from qiskit.synthesis import {used}"]
    head += ["from scipy.linalg import expm"] if source == "exponential" else []
    return Instance(
        "shannon_circuit", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"source": source, "decomposer": decomposer, "ending": end},
    )  # fmt: skip
