"""Hidden structure: quadratic forms that are linear on a subspace."""

from random import Random

from qspark.data.families._hidden_structure import a_run, asks, imports_for
from qspark.data.families.base import Instance, family


@family(
    "hidden_structure",
    "advanced",
    oracle="distribution",
    skills=("oracles", "phase", "linear-algebra"),
    why="On the kernel of A the quadratic form is linear; diagonal ones are S gates, pairs are CZ.",
    tolerance=1e-8,
)
def linear_on_the_kernel(rng: Random) -> Instance:
    """A quadratic form modulo 4 that is linear on a subspace: circuit, outcomes and their check."""
    way = rng.choice(["library", "loops", "triangle", "diagonal"])
    ask = rng.choice(
        ["circuit", "outcomes", "sample", "valid", "probabilities", "kernel", "parity"]
    )
    turned = rng.choice(["", "0", "1", "n - 1"])
    mask = rng.choice([1, 2, 3])
    flip = rng.choice(["plain", "reversed", "coefficients"])
    start = "n = len(matrix)\n"
    arguments = "matrix: list[list[int]]"
    about = "`matrix` is a symmetric n x n matrix A of zeros and ones; row and column q belong to qubit q."
    if flip == "reversed":
        start += "matrix = np.flip(matrix).tolist()\n"
        about = (
            "`matrix` is a symmetric n x n matrix A of zeros and ones; its LAST row and column belong to "
            "qubit 0, the first to qubit n - 1."
        )
    elif flip == "coefficients":
        arguments = "linear: list[int], pairs: list[tuple[int, int]]"
        start = (
            "n = len(linear)\nmatrix = np.diag(linear)\nfor a, b in pairs:\n"
            "    matrix[a, b] = matrix[b, a] = 1\n"
        )
        about = (
            "The symmetric 0/1 matrix A has the diagonal `linear`, and ones at (a, b) and (b, a) for the "
            "tuples in `pairs`; index q belongs to qubit q."
        )
    build = {
        "library": "qc = hidden_linear_function(matrix)\n",
        "loops": "qc = QuantumCircuit(n)\nqc.h(range(n))\nfor a in range(n):\n    if matrix[a][a]:\n"
        "        qc.s(a)\n    for b in range(a):\n        if matrix[a][b]:\n            qc.cz(a, b)\n"
        "TURNqc.h(range(n))\n",
        "triangle": "qc = QuantumCircuit(n)\nqc.h(range(n))\n"
        "for a, b in np.argwhere(np.triu(matrix)).tolist():\n"
        "    if a == b:\n        qc.s(a)\n    else:\n        qc.cz(a, b)\nTURNqc.h(range(n))\n",
        "diagonal": "form = np.array(matrix)\nphases = []\nfor x in range(2**n):\n"
        "    v = np.array([x >> q & 1 for q in range(n)])\n    phases.append(1j ** int(v @ form @ v))\n"
        "qc = QuantumCircuit(n)\nqc.h(range(n))\nqc.append(DiagonalGate(phases), range(n))\n"
        "TURNqc.h(range(n))\n",
    }[way]  # fmt: skip
    build = build.replace("TURN", f"qc.z({turned})\n" if turned else "")
    if turned and way == "library":
        build += f"qc.x({turned})\n"
    run, seeded = a_run(rng)
    tool = "StabilizerState(Clifford(qc))" if way != "diagonal" else "Statevector(qc)"
    tool = rng.choice([tool, "Statevector(qc)"])
    ending, kind, said, check = {
        "circuit": (
            "return qc\n", "QuantumCircuit", "Return the circuit, without measurements.",
            "assert np.allclose(abs(Statevector(got).data), abs(amplitudes), atol=1e-8)\n"
            "    assert abs(np.vdot(Statevector(got).data, amplitudes)) > 1 - 1e-8"),
        "outcomes": (
            f"chances = {tool}.probabilities()\nreturn [z for z in range(2**n) if chances[z] > 1e-9]\n",
            "list[int]", "Return the sorted list of the integers z that can be measured.",
            "assert got == [z for z in range(2**n) if abs(amplitudes[z]) > 1e-6]"),
        "sample": (
            "qc.measure_all()\n" + run + "return sorted(int(key, 2) for key in counts)\n",
            "list[int]", "Run the measured circuit with the default number of shots and return the sorted "
            "list of the distinct outcomes as integers. " + seeded,
            "assert got == [z for z in range(2**n) if abs(amplitudes[z]) > 1e-6]"),
        "valid": (
            f"chances = {tool}.probabilities()\n"
            "return {z: bool(chances[z] > 1e-9) for z in range(2**n)}\n", "dict[int, bool]",
            "Return a dict from every integer z (0 to 2**n - 1) to whether it can be measured.",
            "assert got == {z: bool(abs(amplitudes[z]) > 1e-6) for z in range(2**n)}"),
        "probabilities": (
            f"return {{int(key, 2): float(p) for key, p in {tool}.probabilities_dict().items()"
            " if p > 1e-9}\n", "dict[int, float]",
            "Return a dict from each outcome z that can be measured to its exact probability.",
            "assert set(got) == {z for z in range(2**n) if abs(amplitudes[z]) > 1e-6}\n"
            "    assert all(abs(got[z] - abs(amplitudes[z]) ** 2) < 1e-8 for z in got)"),
        "kernel": (
            f"chances = {tool}.probabilities()\n"
            "z = int(np.argmax(chances))\nform = np.array(matrix)\nfound = {}\n"
            "for x in range(2**n):\n    v = np.array([x >> q & 1 for q in range(n)])\n"
            "    if not (form @ v % 2).any():\n        found[x] = 2 * ((x & z).bit_count() % 2)\n"
            "return found\n", "dict[int, int]",
            "Take a measurable outcome z and return a dict from every integer x with A x = 0 (mod 2) to "
            "2 (z.x mod 2), which equals q(x) there.",
            "assert got == {x: q[x] for x in range(2**n) if linear[x]}"),
        "parity": (
            f"values = [(-1) ** (z & {mask}).bit_count() for z in range(2**n)]\n"
            f"return float({tool}.probabilities() @ values)\n", "float",
            f"Return the exact mean of (-1)**(number of ones in z & {mask}) over the outcomes z, as a "
            "float (n is 2 or more).",
            f"values = [(-1) ** (z & {mask}).bit_count() for z in range(2**n)]\n"
            "    assert abs(got - abs(amplitudes) ** 2 @ values) < 1e-8"),
    }[ask]  # fmt: skip
    if way == "library" and ask in ("circuit", "sample") and turned != "n - 1":
        start = start.replace("n = len(matrix)\n", "")
    body = start + build + ending
    imports = imports_for(body)
    if "Clifford(" in body:
        imports = imports.replace("import StabilizerState", "import Clifford, StabilizerState")
    imports = imports if "np." in body else imports.replace("import numpy as np\n", "")
    matrices = (
        "[[0, 1, 1], [1, 1, 0], [1, 0, 1]], [[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1]], "
        "[[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 1]], "
        "[[1, 1], [1, 0]], [[0, 0, 1], [0, 1, 0], [1, 0, 0]], [[1, 0, 0], [0, 0, 1], [0, 1, 0]]"
    )
    passed = "matrix"
    if flip == "reversed":
        passed = "[row[::-1] for row in matrix[::-1]]"
    elif flip == "coefficients":
        passed = (
            "[matrix[q][q] for q in range(n)], "
            "[(a, b) for a in range(n) for b in range(a) if matrix[a][b]]"
        )
    if "Circuit" in kind and "QuantumCircuit" not in imports:
        imports = "from qiskit import QuantumCircuit\n" + imports
    return Instance(
        entry_point=rng.choice(["quadratic_form", "linear_on_subspace", "kernel_problem"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "A shallow circuit for a quadratic form.",
                "I study the problem in which a quadratic form is secretly linear on a subspace.",
                "Write the function in Qiskit.",
                "Quadratic form on qubits:",
            ),
            [
                about,
                "The quadratic form is q(x) = x^T A x"
                + {"": "", "0": " + 2 x_0", "1": " + 2 x_1", "n - 1": " + 2 x_{n-1}"}[turned]
                + " modulo 4, for x in {0,1}^n; x_q is the bit of qubit q.",
                "The circuit is H on all qubits, the phase i**q(x) on |x>, H on all qubits; bit q of an "
                "integer x or z is qubit q.",
                said,
            ],
        ),
        imports=imports,
        body=body,
        test=f"""
import numpy as np
from qiskit.quantum_info import Statevector
for matrix in ({matrices}):
    n = len(matrix)
    form = np.array(matrix)
    vectors = [np.array([x >> q & 1 for q in range(n)]) for x in range(2**n)]
    q = [int(v @ form @ v{" + 2 * v[" + turned + "]" if turned else ""}) % 4 for v in vectors]
    linear = [not (form @ v % 2).any() for v in vectors]
    amplitudes = np.array([
        sum((-1) ** (x & z).bit_count() * 1j ** q[x] for x in range(2**n)) for z in range(2**n)
    ]) / 2**n
    got = candidate({passed})
    {check}
""",
        params={"way": way, "ask": ask, "given": flip, "turned": turned},
    )
