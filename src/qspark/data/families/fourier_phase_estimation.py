"""Phase estimation with exact and inexact phases, by the library function or written out."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import fill


@family(
    "fourier",
    "advanced",
    oracle="distribution",
    skills=("phase-estimation", "endianness"),
    why=(
        "phase_estimation reads the phase with its evaluation register reversed: qubit 0 is the top"
        " bit."
    ),
    tolerance=1e-7,
)
def phase_estimation_runs(rng: Random) -> Instance:
    """Phase estimation by library function or by hand; exact and inexact phases."""
    way = rng.choice(["library", "hand", "hand"])
    goal = rng.choice(["distribution", "best", "chance", "circuit", "angle", "signed"])
    subject = rng.choice(["phase", "unitary", "rz", "rx", "ry", "hamiltonian"])
    bits = rng.choice([3, 4])
    given, build, told, top = {
        "phase": (
            "phase: float", ["unitary = QuantumCircuit(1)", "unitary.p(2 * np.pi * phase, 0)"],
            "the phase gate P(2 pi phase) with its eigenstate |1>", "state.x(0)",
        ),
        "rz": (
            "phase: float", ["unitary = QuantumCircuit(1)", "unitary.rz(4 * np.pi * phase, 0)"],
            "the rotation RZ(4 pi phase) with its eigenstate |1>", "state.x(0)",
        ),
        "rx": (
            "phase: float", ["unitary = QuantumCircuit(1)", "unitary.rx(4 * np.pi * phase, 0)"],
            "the rotation RX(4 pi phase) with its eigenstate |->", "state.x(0)\nstate.h(0)",
        ),
        "ry": (
            "phase: float", ["unitary = QuantumCircuit(1)", "unitary.ry(4 * np.pi * phase, 0)"],
            "the rotation RY(4 pi phase) with its eigenstate (|0> - i|1>)/sqrt(2)",
            "state.h(0)\nstate.sdg(0)",
        ),
        "unitary": (
            "unitary: QuantumCircuit, state: QuantumCircuit", [],
            "the circuit `unitary` with the eigenstate that the circuit `state` prepares", "",
        ),
        "hamiltonian": (
            "hamiltonian: SparsePauliOp, time: float, state: QuantumCircuit",
            ["unitary = QuantumCircuit(hamiltonian.num_qubits)",
             "unitary.append(UnitaryGate(expm(-1j * time * hamiltonian.to_matrix())), unitary.qubits)"],
            "U = exp(-i time H), H = `hamiltonian`, with the eigenstate that the circuit `state` prepares",
            "",
        ),
    }[subject]  # fmt: skip
    lines = list(build)
    if top:
        lines += ["state = QuantumCircuit(1)", top]
    if way == "library":
        lines += [
            f"circuit = phase_estimation({bits}, unitary)",
            f"circuit.compose(state, range({bits}, circuit.num_qubits), front=True, inplace=True)",
        ]
        readout = f"range({bits})[::-1]"
        how = "Qiskit's phase_estimation function"
    else:
        lines += [
            f"circuit = QuantumCircuit({bits} + unitary.num_qubits)",
            f"targets = range({bits}, circuit.num_qubits)",
            "circuit.compose(state, targets, inplace=True)",
            f"circuit.h(range({bits}))",
            f"for k in range({bits}):",
            "    power = unitary.repeat(2**k).to_gate().control(1)",
            "    circuit.append(power, [k, *targets])",
            f"circuit.append(QFTGate({bits}).inverse(), range({bits}))",
        ]
        readout = f"range({bits})"
        how = "controlled powers U^(2^k) on counting qubit k and an inverse QFT gate"
    fraction = f"the integer m = 0..{2**bits - 1} that approximates {2**bits} * phase"
    if goal == "circuit":
        lines.append("return circuit")
        first = (
            "qubit 0 being its most significant bit"
            if way == "library"
            else "qubit 0 being its least significant bit"
        )
        wants, out = (
            (
                f"Return the circuit without measurements; counting qubits are 0..{bits - 1} and"
                f" hold the result m, {first}"
            ),
            "QuantumCircuit",
        )
    else:
        lines.append(f"chances = Statevector(circuit).probabilities(list({readout}))")
        finish, wants, out = {
            "distribution": (
                "return [float(chance) for chance in chances]",
                f"Return the list of the {2**bits} exact probabilities of the results m = 0, 1, ...",
                "list[float]",
            ),
            "best": ("return int(np.argmax(chances))", "Return the most probable m (an int)", "int"),
            "chance": (
                "best = int(np.argmax(chances))\nreturn best, float(chances[best])",
                "Return the most probable m and its exact probability: (int, float)", "tuple[int, float]",
            ),
            "angle": (
                f"return float(np.argmax(chances)) / {2**bits}",
                f"Return the estimate m/{2**bits} of the most probable m (a float)", "float",
            ),
            "signed": (
                "best = int(np.argmax(chances))\n"
                f"return (best - {2**bits} if best >= {2 ** (bits - 1)} else best) / {2**bits}",
                f"Return the estimate m/{2**bits} of the most probable m, shifted by -1 where it is "
                "1/2 or more (a float in [-1/2, 1/2))", "float",
            ),
        }[goal]  # fmt: skip
        lines.append(finish)
    body = "\n".join(lines)
    asks = (
        (
            f"Phase estimation with {bits} counting qubits for {told}; U|psi> = exp(2 pi i"
            f" phase)|psi>. Use {how}. {wants}."
        ),
        (
            f"Estimate an eigenphase: {told}. {bits} evaluation qubits, {how}; m is {fraction}."
            f" {wants}."
        ),
        (
            f"{wants}, for a {bits}-bit quantum phase estimation of {told}, built from {how}. The"
            f" result m approximates {2**bits} * phase with U|psi> = exp(2 pi i phase)|psi>."
        ),
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.circuit.library import UnitaryGate
from qiskit.quantum_info import SparsePauliOp, Statevector, random_unitary
rng = np.random.default_rng(np.random.randint(2**31))
subject, goal, bits = "$subject", "$goal", $bits
size = 2**bits
phases = [k / size for k in (1, 3, 4, 6, size - 1)] + [float(rng.uniform(0.1, 0.4)), \
float(rng.uniform(0.6, 0.9))]
for phase in phases[3:] if goal in ("circuit", "distribution") else phases:
    if subject in ("phase", "rz", "rx", "ry"):
        given = (phase,)
    elif subject == "unitary":
        basis = random_unitary(4, seed=int(rng.integers(2**31))).data
        values = np.exp(2j * np.pi * np.array([0.2, 0.7, phase, 0.4]))
        unitary, state = QuantumCircuit(2), QuantumCircuit(2)
        unitary.append(UnitaryGate(basis @ np.diag(values) @ basis.conj().T), [0, 1])
        state.prepare_state(basis[:, 2], [0, 1])
        given = (unitary, state)
    else:
        operator = SparsePauliOp(["ZI", "IZ", "XX"], [0.4, 0.7, 0.3])
        energies, vectors = np.linalg.eigh(operator.to_matrix())
        level = int(rng.integers(4))
        time = float(rng.uniform(0.5, 4))
        state = QuantumCircuit(2)
        state.prepare_state(vectors[:, level], [0, 1])
        phase = float(-energies[level] * time / (2 * np.pi)) % 1
        given = (operator, time, state)
    offsets = phase - np.arange(size) / size
    amplitudes = np.array([np.exp(2j * np.pi * np.arange(size) * d).sum() / size for d in offsets])
    want = np.abs(amplitudes) ** 2
    got = candidate(*given)
    if goal == "circuit":
        assert isinstance(got, QuantumCircuit)
        order = list(range(bits))[::-1] if "$way" == "library" else list(range(bits))
        got = Statevector(got).probabilities(order)
    if goal in ("circuit", "distribution"):
        assert len(got) == size and np.allclose(got, want, atol=1e-7)
    elif goal == "chance":
        if np.sort(want)[-1] - np.sort(want)[-2] > 1e-6:
            assert got[0] == np.argmax(want)
        assert abs(got[1] - want.max()) < 1e-7
    elif np.sort(want)[-1] - np.sort(want)[-2] > 1e-6:
        best = int(np.argmax(want))
        exact = {"best": best, "angle": best / size, \
"signed": (best - size * (2 * best >= size)) / size}[goal]
        assert abs(got - exact) < 1e-12, (got, exact)
""",
        subject=subject, goal=goal, bits=bits, way=way,
    )  # fmt: skip
    head = ["import numpy as np"] if "np." in body else []
    head += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body + given else []
    library = (["QFTGate"] if way == "hand" else []) + (
        ["UnitaryGate"] if subject == "hamiltonian" else []
    )
    library += ["phase_estimation"] if way == "library" else []
    head += [f"from qiskit.circuit.library import {', '.join(library)}"]
    info = (["SparsePauliOp"] if subject == "hamiltonian" else []) + (
        ["Statevector"] if goal != "circuit" else []
    )
    head += [f"from qiskit.quantum_info import {', '.join(info)}"] if info else []
    head += ["from scipy.linalg import expm"] if subject == "hamiltonian" else []
    wrong = ()
    if way == "hand":
        wrong = (Wrong("S33", body.replace(f"QFTGate({bits}).inverse()", f"QFTGate({bits})")),)
    return Instance(
        "estimate_phase", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"way": way, "goal": goal, "subject": subject, "bits": bits}, wrong=wrong,
    )  # fmt: skip
