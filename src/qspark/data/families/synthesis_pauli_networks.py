"""Joint synthesis of sequences of Pauli rotations."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "synthesis",
    "advanced",
    oracle="unitary",
    skills=("pauli-networks", "rotations"),
    why=(
        "A network is a list of (letters, qubits, angle) with exp(-i angle/2 P); letter k acts on"
        " qubit k of the list."
    ),
    tolerance=1e-8,
)
def pauli_rotation_networks(rng: Random) -> Instance:
    """A sequence of Pauli rotations, jointly synthesised."""
    method = rng.choice(
        ["synth_pauli_network_rustiq", "synth_pauli_network_mcts", "synth_pauli_network_rustiq"]
    )
    source = rng.choice(["list", "labels", "operator", "dict"])
    end, tail, wants, out, name = an_ending(rng, "measured")
    option = rng.random() < 0.5
    word = "optimize_count" if method.endswith("rustiq") else "num_simulations"
    options = [f"{word}={word}"] if option else []
    lines, given, told = {
        "list": (
            [], "num_qubits: int, network: list[tuple[str, list[int], float]]",
            "`network` lists (Pauli letters, qubits, angle); letter k belongs to the k-th qubit of the entry",
        ),
        "labels": (
            ["network = []", "for label, angle in zip(labels, angles):",
             "    qubits = [k for k, letter in enumerate(reversed(label)) if letter != \"I\"]",
             "    network.append((\"\".join(label[-1 - k] for k in qubits), qubits, angle))"],
            "num_qubits: int, labels: list[str], angles: list[float]",
            "`labels` are full Pauli labels (qubit 0 rightmost) with the rotation angles `angles`",
        ),
        "operator": (
            ["rows = hamiltonian.to_sparse_list()", "num_qubits = hamiltonian.num_qubits",
             "network = [(letters, qubits, 2 * time * value.real) for letters, qubits, value in rows]"],
            "hamiltonian: SparsePauliOp, time: float",
            "the entries are the terms c P of `hamiltonian` in order with angle 2 c time (one Trotter step)",
        ),
        "dict": (
            [
                "network = [(p, [k for k in range(num_qubits) if mask >> k & 1], a)"
                " for (p, mask), a in terms.items()]"
            ],
            "num_qubits: int, terms: dict[tuple[str, int], float]",
            "`terms` maps (Pauli letters, mask) to angles; bit k of the mask marks qubit k and the"
            " letters belong to the marked qubits in ascending order",
        ),
    }[source]  # fmt: skip
    made = call(f"made = {method}", "num_qubits", "network", *options)
    body = "\n".join([*lines, made, tail])
    tool = "Rustiq" if method.endswith("rustiq") else "Monte Carlo tree search"
    more = ""
    if option:
        given += ", optimize_count: bool" if word == "optimize_count" else ", num_simulations: int"
        more = f", passing on `{word}`"
    asks = (
        (
            "Synthesise a sequence of Pauli rotations exp(-i angle/2 P), applied in the order"
            f" given, with Qiskit's {tool} network synthesis{more}: {told}. {wants}."
        ),
        (
            f"Pauli network by `{method}`{more}; {told}; each entry is exp(-i angle/2 P) and the"
            f" first entry acts first. {wants}."
        ),
        (
            f"{wants}: the product of rotations exp(-i angle/2 P) where {told}. The first entry is"
            f" applied first; tool: {tool}{more}."
        ),
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, SparsePauliOp
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
for n, rows in (
    (3, [("XX", [0, 2]), ("ZY", [0, 1]), ("Z", [2]), ("YXZ", [0, 1, 2])]),
    (4, [("ZX", [1, 3]), ("YZ", [0, 1]), ("XYZ", [0, 2, 3]), ("Y", [3])]),
):
    angles = [float(a) for a in rng.uniform(0.3, 1.5, len(rows))]
    network = [(letters, qubits, angle) for (letters, qubits), angle in zip(rows, angles)]
    operator = SparsePauliOp.from_sparse_list([(p, q, a / 2 / 0.4) for p, q, a in network], n)
    labels = [SparsePauliOp.from_sparse_list([(p, q, 1)], n).paulis[0].to_label() for p, q, _ in network]
    masks = {(p, sum(1 << k for k in q)): a for p, q, a in network}
    given = {"list": (n, network), "labels": (n, labels, angles), "operator": (operator, 0.4), \
"dict": (n, masks)}["$source"]
    given += ($extra,) if $option else ()
    got = unwrap(candidate(*given), "$end", n, "$name")
    want = np.eye(2**n)
    for label, angle in zip(labels, angles):
        want = expm(-0.5j * angle * SparsePauliOp(label).to_matrix()) @ want
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        unwrap=UNWRAP, source=source, end=end, name=name, option=option,
        extra="True" if word == "optimize_count" else 1,
    )  # fmt: skip
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += ["from qiskit.quantum_info import SparsePauliOp"] if source == "operator" else []
    imports += [f"from qiskit.synthesis import {method}"]
    return Instance(
        "rotation_network", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"method": method, "source": source, "option": option, "ending": end},
    )  # fmt: skip
