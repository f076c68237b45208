"""LinearFunction: CX circuits as matrices over bits, and what follows from the matrix."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


@family(
    "library_misc",
    "intermediate",
    oracle="value",
    skills=("linear-functions", "permutations"),
    why=(
        "Row i of a linear function is the new bit i; a permutation matrix gives the pattern of a "
        "PermutationGate."
    ),
)
def linear_function_facts(rng: Random) -> Instance:
    """What LinearFunction knows about CX circuits: matrix, permutation, extension, text."""
    goal = rng.choice(
        [
            "matrix",
            "pattern",
            "extend",
            "text",
            "rows",
            "compose",
            "inverse",
            "fixed",
            "weight",
            "gate",
            "original",
        ]
    )
    source = rng.choice(
        ["circuit", "matrix"] if goal == "pattern" else ["circuit", "matrix", "pairs"]
    )
    twist = rng.choice(
        ["", "backwards", "reverse", ""] if source != "matrix" else ["", "transpose"]
    )
    turned = {
        "": "circuit",
        "backwards": "circuit.reverse_ops()",
        "reverse": "circuit.reverse_bits()",
    }.get(twist, "")
    flat = "matrix.T" if twist else "matrix"
    made, given, told = {
        "circuit": ([f"function = LinearFunction({turned})"], "circuit: QuantumCircuit",
                    "the CX/SWAP circuit `circuit`"),
        "matrix": ([f"function = LinearFunction({flat})"], "matrix: np.ndarray",
                   "the map with the invertible 0/1 array `matrix`"),
        "pairs": (
            ["circuit = QuantumCircuit(num_qubits)", "for control, target in pairs:",
             "    circuit.cx(control, target)",
             f"function = LinearFunction({turned})"],
            "num_qubits: int, pairs: list[tuple[int, int]]",
            "the CX gates (control, target) of `pairs` on num_qubits qubits",
        ),
    }[source]  # fmt: skip
    told = {
        "backwards": f"{told}, with the gates in reversed order (reverse_ops)",
        "reverse": f"{told}, with the order of the qubits reversed (reverse_bits)",
        "transpose": f"{told}, transposed",
    }.get(twist, told)  # fmt: skip
    spots = rng.sample(range(5), 3)
    bit = rng.choice([0, 1, 2])
    lines, wants, out = {
        "matrix": (["return function.linear.astype(int)"], "the matrix as an integer array", "np.ndarray"),
        "pattern": (
            ["if not function.is_permutation():", "    return None",
             "return [int(k) for k in function.permutation_pattern()]"],
            ("None if it is no permutation of qubits, and otherwise the list whose k-th entry is the "
            "qubit that moves to place k"),
            "list[int] | None",
        ),
        "extend": (
            [f"return function.extend_with_identity(5, {spots}).linear.astype(int)"],
            ("the integer matrix of the same map acting on 5 bits, its bits 0, 1, 2 placed on the bits "
            f"{spots} and the others unchanged"),
            "np.ndarray",
        ),
        "text": (["return function.function_str()"],
                 "Qiskit's text of the function, like '(x_0 + x_1, x_1)'", "str"),
        "rows": (["return function.mat_str().splitlines()"],
                 "the lines of Qiskit's text of its matrix (no line breaks in them)", "list[str]"),
        "compose": (
            ["doubled = QuantumCircuit(function.num_qubits)", "doubled.append(function, doubled.qubits)",
             "doubled.append(function, doubled.qubits)", "return LinearFunction(doubled).linear.astype(int)"],
            "the integer matrix of the map applied twice", "np.ndarray",
        ),
        "inverse": (
            ["return LinearFunction(function.synthesize().inverse()).linear.astype(int)"],
            "the integer matrix of the inverse map",
            "np.ndarray",
        ),
        "fixed": (
            ["matrix_of = function.linear.astype(int)", "size = len(matrix_of)", "fixed = []",
             "for x in range(2**size):",
             "    bits = np.array([x >> k & 1 for k in range(size)])",
             "    if not ((matrix_of @ bits) % 2 ^ bits).any():",
             "        fixed.append(x)", "return fixed"],
            "the sorted list of the integers (bit k = qubit k) that it leaves alone", "list[int]",
        ),
        "weight": (
            [f"return int(function.linear[{bit}].sum())"],
            f"how many input bits the output bit {bit} depends on", "int",
        ),
        "gate": (
            ["circuit_out = QuantumCircuit(function.num_qubits)",
             "circuit_out.append(function, circuit_out.qubits[::-1])",
             "return circuit_out"],
            "a circuit that applies it with its bit k on qubit n - 1 - k", "QuantumCircuit",
        ),
        "original": (
            ["return function.synthesize(), function.original_circuit is None"],
            "a pair: a circuit synthesised from the linear function, and whether the LinearFunction "
            "object keeps no original circuit (True or False)", "tuple[QuantumCircuit, bool]",
        ),
    }[goal]  # fmt: skip
    body = "\n".join([*made, *lines]).replace("circuit_out", "result")
    asks = (
        f"Linear reversible maps with LinearFunction: for {told}, return {wants}.",
        (
            f"Given is {told}. Return {wants}. (bit i of the output is row i of the matrix times"
            " the input bits, modulo 2)"
        ),
        f"I study CX networks. For {told} I need {wants}; use Qiskit's LinearFunction.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import LinearFunction
from qiskit.quantum_info import Operator
source, goal = "$source", "$goal"
cases = [[(0, 1), (2, 0), (1, 2)], [(0, 1), (1, 0), (0, 1), (1, 2), (2, 1), (1, 2)], [(2, 1), (0, 2)], \
[(1, 0)], [(1, 0), (1, 2), (2, 0)]]
cases += [[(1, 0), (2, 0)], [(0, 1), (0, 2)]]
for pairs in cases:
    circuit = QuantumCircuit(3)
    matrix = np.eye(3, dtype=int)
    for c, t in pairs:
        circuit.cx(c, t)
        matrix[t] = (matrix[t] + matrix[c]) % 2
    given = {"circuit": (circuit,), "matrix": (matrix.astype(bool),), "pairs": (3, pairs)}[source]
    got = candidate(*given)
    back = np.round(np.linalg.inv(matrix) * round(np.linalg.det(matrix))).astype(int) % 2
    matrix = {"backwards": back, "reverse": matrix[::-1, ::-1], "transpose": matrix.T}.get("$twist", matrix)
    whole = np.zeros((8, 8))
    for x in range(8):
        whole[int(matrix @ np.array([x >> k & 1 for k in range(3)]) % 2 @ np.array([1, 2, 4])), x] = 1
    whole = Operator(whole)
    if goal in ("matrix", "extend", "compose", "inverse"):
        wide = np.eye(5, dtype=int)
        wide[np.ix_($spots, $spots)] = matrix
        back = np.round(np.linalg.inv(matrix) * round(np.linalg.det(matrix))).astype(int) % 2
        want = {"matrix": matrix, "extend": wide, "compose": matrix @ matrix % 2, "inverse": back}[goal]
        assert np.asarray(got).dtype.kind in "iu" and np.array_equal(got, want), got
    elif goal == "pattern":
        moves = sorted(matrix.sum(0)) == sorted(matrix.sum(1)) == [1, 1, 1]
        assert got == ([int(np.argmax(row)) for row in matrix] if moves else None), got
    elif goal == "text":
        assert got == LinearFunction(matrix.astype(bool)).function_str()
    elif goal == "rows":
        assert got == LinearFunction(matrix.astype(bool)).mat_str().splitlines()
    elif goal == "fixed":
        bits = [np.array([x >> k & 1 for k in range(3)]) for x in range(8)]
        assert list(got) == [x for x in range(8) if np.array_equal(matrix @ bits[x] % 2, bits[x])]
    elif goal == "weight":
        assert got == matrix[$bit].sum()
    elif goal == "gate":
        assert Operator(got).equiv(whole.reverse_qargs())
    else:
        assert Operator(got[0]).equiv(whole) and got[1] is (source == "matrix")
""",
        source=source, goal=goal, spots=spots, bit=bit, twist=twist,
    )  # fmt: skip
    imports = ["import numpy as np"] if "np." in body + out + given else []
    imports += (
        ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in body + out + given else []
    )
    imports += ["from qiskit.circuit.library import LinearFunction"]
    return Instance(
        "linear_map", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"goal": goal, "source": source, "spots": spots, "bit": bit},
    )  # fmt: skip
