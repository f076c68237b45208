"""Synthesis of two-qubit unitaries over named entangling gates."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.synthesis_one_qubit import BASES
from qspark.data.families.wording import fill


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("two-qubit", "gate-counts"),
    why="A generic two-qubit unitary takes three supercontrolled gates; special ones take fewer.",
    tolerance=1e-7,
)
def two_qubit_decompositions(rng: Random) -> Instance:
    """A two-qubit unitary over cx, cz, iswap, ecr, rxx or other entanglers."""
    entangler = rng.choice(["cx", "cz", "iswap", "ecr", "default", "rxx", "rzz", "ryy", "xx"])
    euler = rng.choice(["ZYZ", "ZXZ", "U", "ZSXX", "XYX", "ZSX", "PSX"])
    goal = rng.choice(["circuit", "circuit", "circuit", "number", "budget", "pair"])
    end, tail, wants, out, name = an_ending(rng, "measured")
    klass = {"cx": "CXGate", "cz": "CZGate", "iswap": "iSwapGate", "ecr": "ECRGate"}.get(
        entangler, ""
    )
    source = rng.choice(["matrix", "operator", "circuit"])
    given, expression, told = {
        "matrix": (
            "matrix: np.ndarray",
            "matrix",
            "the 4x4 unitary `matrix` (qubit 0 = least significant)",
        ),
        "operator": ("operator: Operator", "operator.data", "the two-qubit Operator `operator`"),
        "circuit": (
            "circuit: QuantumCircuit",
            "Operator(circuit).data",
            "the unitary of the two-qubit `circuit`",
        ),
    }[source]
    locals_ = BASES[euler][1]
    library, tool = "", "TwoQubitBasisDecomposer"
    if entangler == "default":
        make, tool, twos, locals_ = (
            "two_qubit_cnot_decompose",
            "two_qubit_cnot_decompose",
            "cx",
            "u u3 u2 u1",
        )
        how, goal = (
            "CX and u gates by Qiskit's ready-made decomposer",
            "circuit" if goal != "pair" else goal,
        )
    elif entangler in ("rxx", "rzz", "ryy"):
        library, tool, twos = entangler.upper() + "Gate", "TwoQubitControlledUDecomposer", entangler
        euler = rng.choice(["ZYZ", "ZXZ", "XYX"])
        locals_ = BASES[euler][1]
        make = f'{tool}({library}, euler_basis="{euler}")'
        how = (
            f"{entangler} gates and {BASES[euler][0]} by the decomposer for gates equivalent to a "
            "controlled rotation"
        )
        goal = "circuit" if goal != "pair" else goal
    elif entangler == "xx":
        euler = rng.choice(["ZYZ", "U", "ZSX", "ZXZ"])
        locals_ = BASES[euler][1]
        tool, twos, make = "XXDecomposer", "rzx", f'XXDecomposer(euler_basis="{euler}")'
        how = f"rzx gates and local gates {BASES[euler][0]} by the XX decomposer"
        goal = "circuit" if goal == "budget" else goal
    else:
        library, twos = klass, entangler
        make = f'{tool}({klass}(), euler_basis="{euler}")'
        how = f"{entangler} gates and local gates {BASES[euler][0]}"
    if goal == "number":
        body = f"return {make}.num_basis_gates({expression})"
        out, end = "int", "plain"
        what = f"Return how many {twos} gates Qiskit's {tool} needs for {told}"
    elif goal == "budget":
        body = f"decomposer = {make}\nmade = decomposer({expression})\n"
        body += (
            f'if made.count_ops().get("{entangler}", 0) > 2:\n    raise ValueError("three'
            ' entanglers are needed")\nreturn made'
        )
        out, end = "QuantumCircuit", "plain"
        what = (
            f"Decompose {told} into at most two {entangler} gates and local gates"
            f" {BASES[euler][0]}; raise a ValueError if three are needed"
        )
    elif goal == "pair":
        given = (
            given.replace("matrix:", "first: np.ndarray, second:") if source == "matrix" else given
        )
        if source == "matrix":
            expression, told = (
                "second @ first",
                "the 4x4 unitary that acts as `first` and then as `second`",
            )
        else:
            expression = f"({expression}).conj().T"
            told = f"the inverse of {told}"
        body = f"decompose = {make}\nmade = decompose({expression})\n{tail}"
        what = f"Decompose {told} into {how}. {wants}"
    else:
        body = f"decompose = {make}\nmade = decompose({expression})\n{tail}"
        what = f"Decompose {told} into {how}. {wants}"
    asks = (
        f"{what}.",
        f"Two-qubit synthesis: {what[0].lower()}{what[1:]}. The global phase is free.",
        f"With qiskit.synthesis ({tool}): {what[0].lower()}{what[1:]}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.circuit.library import CXGate, CZGate, ECRGate, iSwapGate
from qiskit.quantum_info import Operator, random_unitary
from qiskit.synthesis import TwoQubitWeylDecomposition
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
goal, source, twos = "$goal", "$source", "$twos"
def local(seed):
    return np.kron(*(random_unitary(2, seed=seed + k).data for k in range(2)))
seed = int(rng.integers(2**30))
base = {"cx": CXGate, "cz": CZGate, "ecr": ECRGate, "iswap": iSwapGate}.get(twos, CXGate)().to_matrix()
generic = random_unitary(4, seed=seed).data
one = local(seed) @ base @ local(seed + 2)
# two applications of the entangler with random locals between them: no third one is needed
two = local(seed) @ base @ local(seed + 2) @ base @ local(seed + 4)
for number, matrix in ((3, generic), (1, one), (2, two)):
    circuit = QuantumCircuit(2)
    circuit.unitary(matrix, [0, 1])
    given = {"matrix": (matrix,), "operator": (Operator(matrix),), "circuit": (circuit,)}[source]
    want = matrix
    if goal == "pair":
        if source == "matrix":
            given, want = (matrix, generic), generic @ matrix
        else:
            want = matrix.conj().T
    if goal == "budget" and number == 3:
        try:
            candidate(*given)
        except ValueError:
            continue
        raise AssertionError("no ValueError")
    got = candidate(*given)
    if goal == "number":
        if twos != "rzx":
            assert got == number, (got, number)
        else:
            from qiskit.synthesis import XXDecomposer
            assert got == XXDecomposer().num_basis_gates(matrix)
        continue
    got = unwrap(got, "$end", 2, "$name")
    assert Operator(got).equiv(Operator(want), atol=1e-7, rtol=0)
    if "$end" not in ("gate", "inverse"):
        counts = got.count_ops()
        assert set(counts) <= {twos, *"$locals".split()}, counts
        if twos not in ("rzx",):
            assert counts.get(twos, 0) <= (number if goal != "pair" or source != "matrix" else 3)
""",
        unwrap=UNWRAP, goal=goal, source=source, twos=twos, end=end, name=name, locals=locals_,
    )  # fmt: skip
    lines = ["import numpy as np"] if "np." in given else []
    lines += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out + body else []
    lines += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    lines += [f"from qiskit.circuit.library import {library}"] if library else []
    lines += ["from qiskit.quantum_info import Operator"] if source != "matrix" else []
    lines += [f"from qiskit.synthesis import {tool}"]
    return Instance(
        "two_qubit_form", asks, "\n".join(lines), f"({given}) -> {out}", body, test,
        {"entangler": entangler, "euler": euler, "goal": goal, "source": source, "ending": end},
    )  # fmt: skip
