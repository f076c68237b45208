"""Approximation of one-qubit gates by sequences of Clifford and T gates."""

from random import Random

from qspark.data.families.base import Instance, angle, family
from qspark.data.families.wording import call, fill


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("clifford+t", "approximation"),
    why="gridsynth and Solovay-Kitaev approximate: closeness is a norm up to a global phase.",
    tolerance=1e-6,
)
def clifford_t_sequences(rng: Random) -> Instance:
    """Rotations as sequences of a discrete gate set, and what they cost."""
    tool = rng.choice(["rz", "rz", "unitary", "sk", "sk", "query"])
    epsilon = rng.choice([1e-2, 1e-3, 5e-3, 1e-4])
    goal = rng.choice(["circuit", "tcount", "error", "pair", "depth"])
    degree, depth = rng.choice([1, 2, 3]), rng.choice([3, 4, 5])
    gates = rng.choice(
        [["h", "t", "tdg"], ["h", "t", "tdg", "s", "sdg"], ["h", "s", "sdg", "t", "tdg", "z"]]
    )
    shown = str(gates).replace("'", '"')
    theta = angle(rng)
    imports = []
    if tool == "rz":
        given, make = "theta: float", [f"circuit = gridsynth_rz(theta, epsilon={epsilon})"]
        told, names = f"RZ(theta) by gridsynth_rz with error {epsilon}", ["gridsynth_rz"]
        want, imports = "RZGate(theta)", ["RZGate"]
    elif tool == "unitary":
        turn = rng.choice(["RXGate", "RYGate", "U"])
        expression = "matrix" if turn == "U" else f"{turn}(theta).to_matrix()"
        given = "matrix: np.ndarray" if turn == "U" else "theta: float"
        make = [f"circuit = gridsynth_unitary({expression}, epsilon={epsilon})"]
        what = "the 2x2 unitary `matrix`" if turn == "U" else f"{turn[:2]}(theta)"
        told, names = f"{what} by gridsynth_unitary with error {epsilon}", ["gridsynth_unitary"]
        want, imports = expression, [] if turn == "U" else [turn]
    else:
        turn = rng.choice(["RXGate", "RYGate", "RZGate", "PhaseGate"])
        made = call(
            "decomposer = SolovayKitaevDecomposition", f"basis_gates={shown}", f"depth={depth}"
        )
        given, names, imports = "theta: float", ["SolovayKitaevDecomposition"], [turn]
        if tool == "sk":
            make = [made, f"circuit = decomposer.run({turn}(theta), {degree})"]
            told = (
                f"{turn[:-4]}(theta) by Solovay-Kitaev with recursion degree {degree} over the"
                f" gates {gates} (basic sequences up to {depth} gates)"
            )
        else:
            make = [made, f"circuit = decomposer.query_basic_approximation({turn}(theta))"]
            told = (
                f"the best basic approximation of {turn[:-4]}(theta) that Qiskit's"
                f" SolovayKitaevDecomposition finds among sequences of up to {depth} gates of"
                f" {gates}"
            )
        want = f"{turn}(theta)"
    ts = 'sum(item.operation.name in ("t", "tdg") for item in circuit.data)'
    target = f"{want}.to_matrix()" if want.endswith(")") and "matrix" not in want else want
    error = [
        f"overlap = np.trace({target}.conj().T @ Operator(circuit).data)",
        "return float(1 - abs(overlap) / 2)",
    ]
    lines, wants, out = {
        "circuit": (["return circuit"], "Return the circuit", "QuantumCircuit"),
        "tcount": ([f"return {ts}"], "Return the number of its t and tdg gates (an int)", "int"),
        "error": (
            error,
            "Return 1 - |tr(U^dagger V)|/2 between the exact and the approximate operation as a float",
            "float",
        ),
        "pair": (
            [f"return circuit, {ts}"], "Return (circuit, number of its t and tdg gates)",
            "tuple[QuantumCircuit, int]",
        ),
        "depth": (
            ["return circuit, circuit.depth()"], "Return (circuit, its depth())",
            "tuple[QuantumCircuit, int]",
        ),
    }[goal]  # fmt: skip
    body = "\n".join([*make, *lines])
    asks = (
        f"Approximate with a discrete gate set: {told}. {wants}.",
        f"Fault-tolerant compilation of a one-qubit gate, {told}. {wants}.",
        f"{wants}, for {told}.",
        f"What does a discrete approximation look like? I mean {told}. {wants}.",
    )
    model = "\n    ".join(make)
    exact = tool in ("rz", "unitary")
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import PhaseGate, RXGate, RYGate, RZGate
from qiskit.quantum_info import Operator, random_unitary
from qiskit.synthesis import SolovayKitaevDecomposition, gridsynth_rz, gridsynth_unitary
rng = np.random.default_rng(np.random.randint(2**31))
goal = "$goal"
for theta in ($theta, 1.1, float(rng.uniform(0.4, 2.6))):
    matrix = random_unitary(2, seed=int(rng.integers(2**31))).data
    $model
    got = candidate($name)
    exact = Operator($want).data
    error = 1 - abs(np.trace(exact.conj().T @ Operator(circuit).data)) / 2
    count = sum(circuit.count_ops().get(name, 0) for name in ("t", "tdg"))
    if goal == "tcount":
        assert got == count, (got, count)
        continue
    if goal == "error":
        assert isinstance(got, float) and abs(got - error) < 1e-9, (got, error)
        continue
    if goal != "circuit":
        got, number = got
        counts = got.count_ops()
        assert number == (got.depth() if goal == "depth" else counts.get("t", 0) + counts.get("tdg", 0))
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 1
    found = 1 - abs(np.trace(exact.conj().T @ Operator(got).data)) / 2
    assert found <= (2 * $epsilon**2 if $exact else error + 1e-9), (found, error)
    if $exact:
        assert got.size() <= circuit.size() + 10
    else:
        assert set(got.count_ops()) <= set($gates) and got.size() <= circuit.size()
""",
        goal=goal, theta=theta, model=model, name=given.partition(":")[0], want=want, exact=exact,
        epsilon=epsilon, gates=gates,
    )  # fmt: skip
    head = ["import numpy as np"] if "np." in body + given else []
    head += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out else []
    used = [name for name in imports if name in body]
    head += [f"from qiskit.circuit.library import {used[0]}"] if used else []
    head += ["from qiskit.quantum_info import Operator"] if "Operator(" in body else []
    head += [f"from qiskit.synthesis import {names[0]}"]
    return Instance(
        "discrete_sequence", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"tool": tool, "epsilon": epsilon, "goal": goal, "degree": degree, "depth": depth, "theta": theta},
    )  # fmt: skip
