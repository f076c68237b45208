"""Synthesis of permutations of qubits."""

from random import Random

from qspark.data.families._synthesis import NEIGHBOURS, UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("permutations", "conventions"),
    why=(
        "pattern[k] = m says that the qubit at m moves to position k; the opposite map is its"
        " inverse."
    ),
)
def qubit_permutations(rng: Random) -> Instance:
    """Permutation circuits from patterns, destinations, cycles or gates."""
    methods = {
        "synth_permutation_basic": ("swap gates found by sorting", False),
        "synth_permutation_acg": ("swap gates in depth at most 2 (Alon-Chung-Graham)", False),
        "synth_permutation_depth_lnn_kms": ("swap gates between neighbouring qubits only", True),
        "gate": ("a PermutationGate", False),
    }
    method = rng.choice(sorted(methods))
    source = rng.choice(["pattern", "destination", "cycle", "rotation", "reverse", "mapping"])
    step = rng.choice([1, 2])
    lines, given, told = {
        "pattern": ("", "pattern: list[int]", "position k receives the qubit that was at pattern[k]"),
        "destination": (
            "pattern = list(destinations)\n"
            "for start, end in enumerate(destinations):\n    pattern[end] = start\n",
            "destinations: list[int]", "the qubit at position k moves to position destinations[k]",
        ),
        "cycle": (
            "pattern = list(range(num_qubits))\nfor start, end in zip(cycle, [*cycle[1:], cycle[0]]):\n"
            "    pattern[end] = start\n",
            "num_qubits: int, cycle: list[int]",
            "the qubit at cycle[0] moves to cycle[1], that one to cycle[2], ..., the last to "
            "cycle[0]; all others stay",
        ),
        "rotation": (
            f"pattern = [(k - {step}) % num_qubits for k in range(num_qubits)]\n", "num_qubits: int",
            f"the qubit at position k moves to position (k + {step}) modulo the number of qubits",
        ),
        "reverse": (
            "pattern = [0, *range(num_qubits - 1, 0, -1)]\n", "num_qubits: int",
            "qubit 0 stays and the order of the others is reversed",
        ),
        "mapping": (
            "pattern = list(range(num_qubits))\nfor start, end in moves.items():\n    pattern[end] = start\n",
            "num_qubits: int, moves: dict[int, int]",
            "for every item start: end of `moves` the qubit at start moves to end; qubits that are "
            "not named stay",
        ),
    }[source]  # fmt: skip
    how, line = methods[method]
    if method == "gate":
        made = (
            "made = QuantumCircuit(len(pattern))\nmade.append(PermutationGate(pattern),"
            " made.qubits)\n"
        )
        names, module = "PermutationGate", "qiskit.circuit.library"
    else:
        made, names, module = f"made = {method}(pattern)\n", method, "qiskit.synthesis"
    own = ("inverse",) if source == "reverse" else ()
    goal, tail, wants, out, name = an_ending(rng, *own)
    if method == "gate" and rng.random() < 0.3:
        goal, tail, wants, out = (
            "itself",
            "return PermutationGate(pattern)",
            "Return the gate itself",
            "Gate",
        )
    made = "" if goal == "itself" else made
    body = f"{lines}{made}{tail}"
    asks = (
        f"Permute qubits with {how}: {told}. {wants}.",
        f"{wants}: a qubit permutation in which {told}, made with {how}.",
        f"I have to move qubits around: {told}. Use {how} (`{names}`). {wants}.",
        f"Permutation circuit, realised by {how}. Rule: {told}. {wants}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Clifford
$neighbours
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
source, goal, method = "$source", "$goal", "$method"
for n in (4, 5):
    order = [int(k) for k in rng.permutation(n)]
    while order == sorted(order) or all(order[order[k]] == k for k in range(n)):
        order = [int(k) for k in rng.permutation(n)]
    cycle = order[:3]
    moves = {cycle[0]: cycle[1], cycle[1]: cycle[2], cycle[2]: cycle[0]}
    move = {
        "pattern": {order[k]: k for k in range(n)}, "destination": dict(enumerate(order)),
        "cycle": {**{k: k for k in range(n)}, **moves}, "mapping": {**{k: k for k in range(n)}, **moves},
        "rotation": {k: (k + $step) % n for k in range(n)},
        "reverse": {0: 0, **{k: n - k for k in range(1, n)}},
    }[source]
    given = {
        "pattern": (order,), "destination": (order,), "cycle": (n, cycle), "mapping": (n, moves),
    }.get(source, (n,))
    got = candidate(*given)
    if goal == "itself":
        assert isinstance(got, Gate)
        gate, got = got, QuantumCircuit(n)
        got.append(gate, range(n))
    got = unwrap(got, goal, n, "$name")
    if method == "synth_permutation_acg":
        assert goal == "gate" or got.depth() <= 2
    if goal not in ("gate", "itself") and method != "gate":
        assert set(got.count_ops()) <= {"swap", "barrier"}
    if $line:
        neighbours_only(got)
    for start in range(n):
        probe = QuantumCircuit(n)
        probe.x(start)
        from qiskit.quantum_info import Statevector
        found = int(np.argmax(Statevector(probe.compose(got)).probabilities()))
        assert found == 1 << move[start], (start, found)
""",
        neighbours=NEIGHBOURS, source=source, goal=goal, method=method, step=step,
        line=line, unwrap=UNWRAP, name=name,
    )  # fmt: skip
    test = test.replace("        from qiskit.quantum_info import Statevector\n", "")
    test = test.replace(
        "from qiskit.quantum_info import Clifford\n",
        "from qiskit.quantum_info import Statevector\n",
    )
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports.append(f"from {module} import {names}")
    return Instance(
        "permute", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"method": method, "source": source, "goal": goal},
    )  # fmt: skip
