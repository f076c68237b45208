"""Synthesis of CX networks from matrices and of CZ networks, all-to-all or on a line."""

from random import Random

from qspark.data.families._synthesis import NEIGHBOURS, UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "synthesis",
    "advanced",
    oracle="unitary",
    skills=("linear-functions", "connectivity"),
    why=(
        "The line synthesis of CZ layers reverses the qubits; row i of a CX matrix is the new"
        " bit i."
    ),
)
def cx_and_cz_networks(rng: Random) -> Instance:
    """CX networks from invertible matrices and CZ networks, all-to-all or on a line."""
    kind = rng.choice(
        ["pmh", "section", "kms", "mr", "restored", "my", "function", "inverse", "edges"]
    )
    where = "on a line of qubits (two-qubit gates between neighbours only)"
    given, post = "matrix: np.ndarray", ""
    linear = (
        "`matrix` is an invertible boolean matrix A (numpy) and the circuit maps |x> to |A x mod"
        " 2>, bit i on qubit i"
    )
    if kind in ("pmh", "section"):
        option = ["matrix"] + (["section_size=section_size"] if kind == "section" else [])
        given += ", section_size: int" if kind == "section" else ""
        body = call("return synth_cnot_count_full_pmh", *option)
        told = (
            "a CX circuit by the Patel-Markov-Hayes"
            f" method{' with the given `section_size`' if kind == 'section' else ''}"
        )
        names = ["synth_cnot_count_full_pmh"]
    elif kind == "kms":
        body, told, names = (
            "return synth_cnot_depth_line_kms(matrix)",
            f"a CX circuit {where}",
            ["synth_cnot_depth_line_kms"],
        )
    elif kind == "inverse":
        tool = rng.choice(["synth_cnot_count_full_pmh", "synth_cnot_depth_line_kms"])
        body, names = f"return {tool}(matrix).inverse()", [tool]
        told = (
            f"a CX circuit {where if 'line' in tool else 'with any connectivity'} for the inverse"
            " of the map below"
        )
    elif kind == "function":
        goal = rng.choice(["matrix", "permutation", "pattern"])
        given, names = "circuit: QuantumCircuit", []
        linear = (
            "`circuit` is made of cx and swap gates; its linear map is A with |x> -> |A x mod 2>"
        )
        body, told = {
            "matrix": (
                "return LinearFunction(circuit).linear.astype(int)",
                "the matrix A as an integer array of 0 and 1",
            ),
            "permutation": (
                "return LinearFunction(circuit).is_permutation()",
                "whether the circuit only permutes qubits (a bool)",
            ),
            "pattern": (
                "function = LinearFunction(circuit)\nreturn function.synthesize()",
                "an equivalent circuit by Qiskit's synthesis of linear functions",
            ),
        }[goal]  # fmt: skip
    elif kind == "edges":
        tool = rng.choice(["synth_cz_depth_line_mr", "restored"])
        given = "num_qubits: int, edges: list[tuple[int, int]]"
        linear = "`edges` lists the pairs (i, j) of the CZ gates"
        body = """
matrix = np.zeros((num_qubits, num_qubits), dtype=bool)
for i, j in edges:
    matrix[min(i, j), max(i, j)] = True
circuit = synth_cz_depth_line_mr(matrix)
"""
        names = ["synth_cz_depth_line_mr"]
        if tool == "restored":
            body += "return circuit.compose(synth_permutation_reverse_lnn_kms(num_qubits))"
            names.append("synth_permutation_reverse_lnn_kms")
            told = f"a circuit for the CZ network {where}; qubits must not be reordered"
        else:
            body += "return circuit"
            told = (
                f"a circuit {where} that performs the CZ network and then reverses the order of all"
                " qubits"
            )
            post = "reversed"
    elif kind in ("mr", "restored"):
        linear = (
            "entry (i, j), i < j, of the boolean array `matrix` tells whether there is a CZ between"
            " qubits i and j"
        )
        names = ["synth_cz_depth_line_mr"]
        if kind == "mr":
            body, post = "return synth_cz_depth_line_mr(matrix)", "reversed"
            told = (
                f"a circuit {where} that performs the CZ network and then reverses the order of all"
                " qubits"
            )
        else:
            body = """
circuit = synth_cz_depth_line_mr(matrix)
reverse = synth_permutation_reverse_lnn_kms(len(matrix))
return circuit.compose(reverse)
"""
            names.append("synth_permutation_reverse_lnn_kms")
            told = f"a circuit for the CZ network {where}; qubits must not be reordered"
    else:
        given = "cx_matrix: np.ndarray, cz_matrix: np.ndarray"
        body, names = (
            "return synth_cx_cz_depth_line_my(cx_matrix, cz_matrix)",
            ["synth_cx_cz_depth_line_my"],
        )
        told = f"a joint circuit {where} for the CZ network followed by the CX network"
        linear = (
            "entry (i, j) of the symmetric boolean `cz_matrix` tells whether there is a CZ between"
            " i and j; the invertible boolean `cx_matrix` A maps |x> to |A x mod 2>"
        )
    if kind in ("pmh", "section", "kms", "mr", "my", "restored", "edges", "inverse"):
        count, tail, wants, ended, name = an_ending(rng)
        head, _, result = body.strip().rpartition("return ")
        body = f"{head}made = {result}\n{tail}"
        told += f". {wants}"
    else:
        count, ended, name = "plain", "", "made"
    asks = (
        f"Produce {told}. Here {linear}.",
        f"{linear[0].upper()}{linear[1:]}. What I need: {told}.",
        f"Network synthesis with qiskit.synthesis: {linear}. Wanted: {told}.",
        f"Question: how do I get {told}, when {linear}?",
    )
    line = any(key in " ".join(names) for key in ("line", "lnn"))
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.circuit.library import LinearFunction
from qiskit.quantum_info import Clifford, random_clifford
$neighbours
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
kind, post, count, goal = "$kind", "$post", "$count", "$goal"
for n in (3, 5, 4):
    cx, cz = QuantumCircuit(n), QuantumCircuit(n)
    for _ in range(3 * n):
        cx.cx(*(int(q) for q in rng.choice(n, 2, replace=False)))
    upper = np.triu(rng.random((n, n)) < 0.6, 1)
    upper[0, n - 1], upper[0, 1] = True, False
    edges = [(int(j), int(i)) if (i + j) % 2 else (int(i), int(j)) for i, j in np.argwhere(upper)]
    for i, j in edges:
        cz.cz(i, j)
    matrix = LinearFunction(cx).linear
    if kind == "function":
        if n == 4 and goal == "permutation":
            cx = QuantumCircuit(n)
            cx.swap(0, 2)
            cx.swap(2, 3)
        got = candidate(cx)
        if goal == "matrix":
            columns = [Clifford(cx).tableau for _ in (0,)]
            want = np.zeros((n, n), dtype=int)
            for j in range(n):
                bits = [k == j for k in range(n)]
                for item in cx.data:
                    c, t = (cx.find_bit(q).index for q in item.qubits)
                    bits[t] ^= bits[c]
                want[:, j] = bits
            assert got.dtype.kind == "i" and np.array_equal(got, want)
        elif goal == "permutation":
            assert bool(got) is (n == 4)
        else:
            assert isinstance(got, QuantumCircuit) and Clifford(got) == Clifford(cx)
        continue
    given = {"my": (matrix, upper | upper.T), "mr": (upper,), "restored": (upper,), \
"edges": (n, edges)}.get(kind, (matrix,))
    given += (2,) if kind == "section" else ()
    got = candidate(*given)
    got = unwrap(got, count, n, "$name")
    want = {"my": cz.compose(cx), "mr": cz, "restored": cz, "edges": cz, "inverse": cx.inverse()}\
.get(kind, cx)
    if post == "reversed":
        want = want.copy()
        for q in range(n // 2):
            want.swap(q, n - 1 - q)
    assert Clifford(got) == Clifford(want)
    if $line:
        neighbours_only(got)
""",
        neighbours=NEIGHBOURS, kind=kind, post=post, count=count, goal=goal if kind == "function" else "",
        line=line,
        unwrap=UNWRAP, name=name,
    )  # fmt: skip
    test = test.replace("            columns = [Clifford(cx).tableau for _ in (0,)]\n", "")
    imports = (
        ["import numpy as np"]
        if "np." in given + body or (kind == "function" and goal == "matrix")
        else []
    )
    out = {"matrix": "np.ndarray", "permutation": "bool"}.get(
        goal if kind == "function" else "", "QuantumCircuit"
    )
    out = ended or out
    imports += (
        ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out + body else []
    )
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += ["from qiskit.circuit.library import LinearFunction"] if kind == "function" else []
    imports += [f"from qiskit.synthesis import {', '.join(names)}"] if names else []
    return Instance(
        "network",
        asks,
        "\n".join(imports),
        f"({given}) -> {out}",
        body,
        test,
        {"kind": kind, "count": count},
    )
