"""Synthesis of structured circuits: Cliffords, CX and CZ networks, permutations, phase polynomials."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill

# Every two-qubit gate acts on neighbours.
NEIGHBOURS = """
def neighbours_only(circuit):
    while any(len(item.qubits) > 2 for item in circuit.data):
        circuit = circuit.decompose()
    for item in circuit.data:
        spots = [circuit.find_bit(q).index for q in item.qubits]
        assert len(spots) < 3 and max(spots) - min(spots) <= 1, spots
"""
# What is done with a synthesised circuit `made`: code, words, type. `$name` is a name drawn anew.
ENDINGS = {
    "plain": ("return made", "Return the circuit", "QuantumCircuit"),
    "size": ("return made, made.size()", "Return a tuple of the circuit and its size()", "tuple[QuantumCircuit, int]"),
    "depth": ("return made, made.depth()", "Return a tuple of the circuit and its depth()", "tuple[QuantumCircuit, int]"),
    "counts": (
        "return made, dict(made.count_ops())", "Return a tuple of the circuit and a plain dict of its operation counts",
        "tuple[QuantumCircuit, dict[str, int]]",
    ),
    "nonlocal": (
        "return made, made.num_nonlocal_gates()",
        "Return a tuple of the circuit and the number of its gates on more than one qubit",
        "tuple[QuantumCircuit, int]",
    ),
    "inverse": ("return made.inverse()", "Return the inverse of that circuit", "QuantumCircuit"),
    "named": ('made.name = "$name"\nreturn made', "Return the circuit under the name '$name'", "QuantumCircuit"),
    "gate": ('return made.to_gate(label="$name")', "Return it as one gate with the label '$name'", "Gate"),
    "placed": (
        "wide = QuantumCircuit(made.num_qubits + 1)\nreturn wide.compose(made, range(1, wide.num_qubits))",
        "Return it on qubits 1, 2, ... of a circuit with one qubit more, whose qubit 0 stays untouched", "QuantumCircuit",
    ),
    "measured": (
        "made.measure_all()\nreturn made", "Return the circuit with a measure_all (register `meas`) at its end",
        "QuantumCircuit",
    ),
}  # fmt: skip
UNWRAP = """
def unwrap(got, ending, n, name):
    if ending in ("size", "depth", "counts", "nonlocal"):
        got, said = got
        true = {
            "size": got.size(), "depth": got.depth(), "counts": dict(got.count_ops()),
            "nonlocal": got.num_nonlocal_gates(),
        }[ending]
        assert said == true, (said, true)
    elif ending == "gate":
        assert isinstance(got, Gate) and got.label == name and got.num_qubits == n
        gate, got = got, QuantumCircuit(n)
        got.append(gate, range(n))
    elif ending == "placed":
        assert got.num_qubits == n + 1
        wide, got = got, QuantumCircuit(n, global_phase=got.global_phase)
        for item in wide.data:
            spots = [wide.find_bit(q).index for q in item.qubits]
            assert min(spots) > 0
            got.append(item.operation, [spot - 1 for spot in spots])
    elif ending == "measured":
        assert got.cregs[0].name == "meas" and got.count_ops()["measure"] == n
        got = got.remove_final_measurements(inplace=False)
    elif ending == "inverse":
        got = got.inverse()
    elif ending == "named":
        assert got.name == name
    assert isinstance(got, QuantumCircuit) and got.num_qubits == n
    return got
"""


def an_ending(rng: Random, *without: str) -> tuple[str, str, str, str, str]:
    """(key, code, words, return type, name) of what is done with a circuit `made`."""
    key = rng.choice([k for k in ENDINGS if k not in without])
    name = rng.choice(["made", "net", "block", "core", "part"])
    code, words, out = ENDINGS[key]
    return key, fill(code, name=name), fill(words, name=name), out, name


CLIFFORD_METHODS = {
    "synth_clifford_full": "Qiskit's default Clifford synthesis",
    "synth_clifford_ag": "the Aaronson-Gottesman method",
    "synth_clifford_bm": "the Bravyi-Maslov method (CX-optimal up to three qubits)",
    "synth_clifford_greedy": "the greedy Clifford compiler",
    "synth_clifford_layers": "the decomposition into layers",
    "synth_clifford_depth_lnn": "the synthesis for linear nearest-neighbour connectivity",
}


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("clifford", "synthesis"),
    why="A Clifford is a tableau: equality is exact up to a global phase, whatever the circuit.",
)
def clifford_compilation(rng: Random) -> Instance:
    """A Clifford circuit from a tableau, a circuit, a matrix or a composition, by a named method."""
    method = rng.choice(sorted(CLIFFORD_METHODS))
    source = rng.choice(["clifford", "circuit", "matrix", "adjoint", "pair", "labels"])
    goal = rng.choice(["circuit", "count", "gate", "depth"])
    expression, given, told = {
        "clifford": ("clifford", "clifford: Clifford", "the Clifford `clifford`"),
        "circuit": ("Clifford(circuit)", "circuit: QuantumCircuit", "the Clifford circuit `circuit`"),
        "matrix": (
            "Clifford.from_operator(Operator(matrix))", "matrix: np.ndarray",
            "the Clifford unitary with the given `matrix`",
        ),
        "adjoint": ("clifford.adjoint()", "clifford: Clifford", "the inverse of the Clifford `clifford`"),
        "pair": (
            "first.compose(second)", "first: Clifford, second: Clifford",
            "the Clifford that acts as `first` and then as `second`",
        ),
        "labels": (
            'Clifford.from_dict({"destabilizer": destabilizers, "stabilizer": stabilizers})',
            "destabilizers: list[str], stabilizers: list[str]",
            "the Clifford whose tableau has the given signed Pauli labels (images of X_i and of Z_i, i = 0, 1, ...)",
        ),
    }[source]  # fmt: skip
    tail, wants, out = {
        "circuit": ("return compiled", "Return the synthesised circuit", "QuantumCircuit"),
        "count": (
            "return compiled, compiled.num_nonlocal_gates()",
            "Return a tuple of the synthesised circuit and its number of multi-qubit instructions (num_nonlocal_gates)",
            "tuple[QuantumCircuit, int]",
        ),
        "gate": ("return compiled.to_gate(label=\"cliff\")", "Return it as a gate with the label 'cliff'", "Gate"),
        "depth": (
            "return compiled, compiled.depth(lambda item: len(item.qubits) > 1)",
            "Return a tuple of the synthesised circuit and its depth counting multi-qubit instructions only",
            "tuple[QuantumCircuit, int]",
        ),
    }[goal]  # fmt: skip
    body = f"{call(f'compiled = {method}', expression)}\n{tail}"
    how = CLIFFORD_METHODS[method]
    lnn = method.endswith("lnn")
    line = " Two-qubit gates must couple neighbouring qubits only." if lnn else ""
    asks = (
        f"Synthesise {told} with {how}. {wants}.{line}",
        f"Compile a Clifford: given is {told}; use {how} of qiskit.synthesis. {wants}.{line}",
        f"{wants}, for {told}. Method: {how}.{line}",
        f"I want {told} as a circuit, made by {how} (`{method}`). {wants}.{line}",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Clifford, Operator, random_clifford
$neighbours
rng = np.random.default_rng(np.random.randint(2**31))
source, goal = "$source", "$goal"
for n in (2, 3):
    one, two = (random_clifford(n, seed=int(rng.integers(2**31))) for _ in range(2))
    want = {"adjoint": one.adjoint(), "pair": one.compose(two)}.get(source, one)
    table = one.to_dict()
    given = {
        "clifford": (one,), "circuit": (one.to_circuit(),), "matrix": (one.to_matrix(),), "adjoint": (one,),
        "pair": (one, two), "labels": (table["destabilizer"], table["stabilizer"]),
    }[source]
    got = candidate(*given)
    if goal in ("count", "depth"):
        got, number = got
        exact = got.num_nonlocal_gates() if goal == "count" else got.depth(lambda item: len(item.qubits) > 1)
        assert number == exact, (number, exact)
    if goal == "gate":
        assert isinstance(got, Gate) and got.label == "cliff"
        circuit = QuantumCircuit(n)
        circuit.append(got, range(n))
        got = circuit
    assert isinstance(got, QuantumCircuit) and Clifford(got) == want
    if $lnn:
        neighbours_only(got)
""",
        neighbours=NEIGHBOURS, source=source, goal=goal, lnn=lnn,
    )  # fmt: skip
    names = {"circuit": "Clifford", "labels": "Clifford", "matrix": "Clifford, Operator"}.get(
        source, "Clifford"
    )
    imports = ["import numpy as np"] if source == "matrix" else []
    imports += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [
        f"from qiskit.quantum_info import {names}",
        f"from qiskit.synthesis import {method}",
    ]
    return Instance(
        "compile_clifford", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"method": method, "source": source, "goal": goal},
    )  # fmt: skip


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
            "matrix": ("return LinearFunction(circuit).linear.astype(int)", "the matrix A as an integer array of 0 and 1"),
            "permutation": (
                "return LinearFunction(circuit).is_permutation()", "whether the circuit only permutes qubits (a bool)",
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
    given = {"my": (matrix, upper | upper.T), "mr": (upper,), "restored": (upper,), "edges": (n, edges)}.get(kind, (matrix,))
    given += (2,) if kind == "section" else ()
    got = candidate(*given)
    got = unwrap(got, count, n, "$name")
    want = {"my": cz.compose(cx), "mr": cz, "restored": cz, "edges": cz, "inverse": cx.inverse()}.get(kind, cx)
    if post == "reversed":
        want = want.copy()
        for q in range(n // 2):
            want.swap(q, n - 1 - q)
    assert Clifford(got) == Clifford(want)
    if $line:
        neighbours_only(got)
""",
        neighbours=NEIGHBOURS, kind=kind, post=post, count=count, goal=goal if kind == "function" else "", line=line,
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
            "pattern = list(destinations)\nfor start, end in enumerate(destinations):\n    pattern[end] = start\n",
            "destinations: list[int]", "the qubit at position k moves to position destinations[k]",
        ),
        "cycle": (
            "pattern = list(range(num_qubits))\nfor start, end in zip(cycle, [*cycle[1:], cycle[0]]):\n"
            "    pattern[end] = start\n",
            "num_qubits: int, cycle: list[int]",
            "the qubit at cycle[0] moves to cycle[1], that one to cycle[2], ..., the last to cycle[0]; all others stay",
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
            "for every item start: end of `moves` the qubit at start moves to end; qubits that are not named stay",
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


@family(
    "synthesis",
    "advanced",
    oracle="unitary",
    skills=("phase-polynomials", "dihedral"),
    why="Each column of the parity matrix gets one phase; the network ends where it began.",
    tolerance=1e-8,
)
def phase_polynomial_networks(rng: Random) -> Instance:
    """Phase polynomials by GraySynth, and CNOT-dihedral elements."""
    kind = rng.choice(["matrix", "terms", "strings", "dihedral", "cnotdihedral"])
    n = rng.choice([3, 4])
    if kind in ("matrix", "terms", "strings"):
        choose = rng.random() < 0.5
        option = ["section_size=section_size"] if choose else []
        end, tail, wants, out, name = an_ending(rng)
        if kind == "matrix":
            body = call("made = synth_cnot_phase_aam", "parities", "angles", *option)
            given = "parities: list[list[int]], angles: list[float]"
            told = (
                "column k of the 0/1 matrix `parities` (a list of rows, row i = qubit i) is a"
                " parity of the bits, and a basis state gets the phase exp(i angles[k]) where that"
                " parity is 1"
            )
        elif kind == "terms":
            body = f"""
rows = [[int(qubit in term) for term in terms] for qubit in range(num_qubits)]
{call("made = synth_cnot_phase_aam", "rows", "list(terms.values())", *option)}
"""
            given = "num_qubits: int, terms: dict[tuple[int, ...], float]"
            told = (
                "`terms` maps tuples of qubits to angles; a basis state gets the phase exp(i angle)"
                " for every tuple whose bits have odd parity"
            )
        else:
            letters = rng.sample(["t", "tdg", "s", "sdg", "z"], 3)
            found = rng.sample(["110", "101", "011", "111"], 3)
            table = f"phases = {dict(zip(found, letters))}".replace("'", '"')
            rows = "rows = [[int(word[2 - qubit]) for word in phases] for qubit in range(3)]"
            body = f"{table}\n{rows}\n" + call(
                "made = synth_cnot_phase_aam", "rows", "list(phases.values())", *option
            )
            given = ""
            listed = ", ".join(f"{g} on the parity {w}" for g, w in zip(letters, found))
            told = (
                f"three qubits get the phases {listed} (a string marks qubits, qubit 0 rightmost)"
            )
        names, info = ["synth_cnot_phase_aam"], []
        body = f"{body.strip()}\n{tail}"
        if choose:
            given += ", section_size: int" if given else "section_size: int"
        extra = (
            "GraySynth with the given `section_size`"
            if choose
            else "GraySynth with its default section size"
        )
        asks = (
            (
                f"Build a diagonal CX + phase circuit with {extra}: {told}. No other change to the"
                f" state. {wants}."
            ),
            (
                f"Phase polynomial synthesis: {told}. Use {extra}; apart from the phases the"
                f" circuit is the identity. {wants}."
            ),
            (
                f"I need the phases of a parity network: {told}. Use Qiskit's {extra}; bits must"
                f" come out as they went in. {wants}."
            ),
        )
        letters_of = dict(zip(found, letters)) if kind == "strings" else {}
        test = fill(
            """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
kind, known, more = "$kind", $known, $more
turn = {"t": np.pi / 4, "tdg": -np.pi / 4, "s": np.pi / 2, "sdg": -np.pi / 2, "z": np.pi}
for n in (3, 4) if kind != "strings" else (3,):
    masks = [3, 2**n - 2, 2**n - 1, 1 + 2 ** (n - 1)]
    angles = [float(a) for a in rng.uniform(0.3, 2.5, len(masks))]
    if kind == "strings":
        masks, angles = [int(w, 2) for w in known], [turn[g] for g in known.values()]
        got = candidate(*more)
    elif kind == "matrix":
        got = candidate([[mask >> i & 1 for mask in masks] for i in range(n)], list(angles), *more)
    else:
        terms = {tuple(i for i in range(n) if mask >> i & 1): a for mask, a in zip(masks, angles)}
        got = candidate(n, terms, *more)
    got = unwrap(got, "$end", n, "$name")
    phases = [sum(a for m, a in zip(masks, angles) if bin(x & m).count("1") % 2) for x in range(2**n)]
    assert Operator(got).equiv(Operator(np.diag(np.exp(1j * np.array(phases)))), atol=1e-8, rtol=0)
""",
            kind=kind, known=letters_of, more=(2,) if choose else (), end=end, name=name, unwrap=UNWRAP,
        )  # fmt: skip
        params = {"kind": kind, "ending": end}
    else:
        n = rng.choice([2, 3])
        method = rng.choice(["synth_cnotdihedral_full", "synth_cnotdihedral_general"])
        if n == 2:
            method = rng.choice(["synth_cnotdihedral_full", "synth_cnotdihedral_two_qubits"])
        source = rng.choice(["circuit", "element", "inverse", "product"])
        expression, given, told = {
            "circuit": (
                "CNOTDihedral(circuit)", "circuit: QuantumCircuit", "the CNOT-dihedral circuit `circuit` (x, cx and t gates)",
            ),
            "element": ("element", "element: CNOTDihedral", "the CNOT-dihedral group element `element`"),
            "inverse": ("element.adjoint()", "element: CNOTDihedral", "the inverse of the group element `element`"),
            "product": (
                "first.compose(second)", "first: CNOTDihedral, second: CNOTDihedral", "`first` followed by `second`",
            ),
        }[source]  # fmt: skip
        goal, tail, wants, out, name = an_ending(rng)
        body = f"made = {method}({expression})\n{tail}"
        names, info = [method], ["CNOTDihedral"]
        size = f"on {n} qubits" if "two" not in method else "on two qubits"
        asks = (
            f"Synthesise {told} {size} with `{method}`. {wants}.",
            f"{wants} for {told} {size}; the method is Qiskit's {method}.",
            (
                f"Given is {told}, {size}. Turn it into a circuit by {method}, equal up to a global"
                f" phase. {wants}."
            ),
        )
        test = fill(
            """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
$unwrap
from qiskit.quantum_info import CNOTDihedral, Operator, random_cnotdihedral
rng = np.random.default_rng(np.random.randint(2**31))
source = "$source"
for _ in range(3):
    one, two = (random_cnotdihedral($n, seed=int(rng.integers(2**31))) for _ in range(2))
    want = {"inverse": one.adjoint(), "product": one.compose(two)}.get(source, one)
    given = {"circuit": (one.to_circuit(),), "product": (one, two)}.get(source, (one,))
    got = candidate(*given)
    got = unwrap(got, "$goal", $n, "$name")
    assert Operator(got).equiv(Operator(want.to_circuit()), atol=1e-8, rtol=0)
""",
            source=source, goal=goal, n=n, name=name, unwrap=UNWRAP,
        )  # fmt: skip
        params = {"kind": kind, "method": method, "source": source, "goal": goal}
    imports = (
        ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out + body else []
    )
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [f"from qiskit.quantum_info import {', '.join(info)}"] if info else []
    imports += [f"from qiskit.synthesis import {', '.join(names)}"]
    return Instance(
        "phase_network", asks, "\n".join(imports), f"({given}) -> {out}", body, test, params
    )


@family(
    "synthesis",
    "advanced",
    oracle="state",
    skills=("stabilizers", "synthesis"),
    why=(
        "The leftmost letter of a stabilizer label is the highest qubit; signs belong to the label."
    ),
)
def stabilizer_state_circuits(rng: Random) -> Instance:
    """Circuits for stabilizer states from labels, cliffords or states."""
    kind = rng.choice(["labels", "redundant", "under", "invert", "layers", "layers", "lnn", "lnn"])
    source = rng.choice(["state", "circuit", "labels"])
    if kind in ("layers", "lnn"):
        method = "synth_stabilizer_layers" if kind == "layers" else "synth_stabilizer_depth_lnn"
        option = []
        if kind == "layers" and rng.random() < 0.5:
            option = ["cz_synth_func=synth_cz_depth_line_mr", "cz_func_reverse_qubits=True"]
        expression, given, told = {
            "state": ("state", "state: StabilizerState", "the StabilizerState `state`"),
            "circuit": ("StabilizerState(circuit)", "circuit: QuantumCircuit", "the state that `circuit` makes from all zeros"),
            "labels": (
                "StabilizerState.from_stabilizer_list(labels)", "labels: list[str]",
                "the state stabilised by the signed Pauli `labels` (qubit 0 rightmost)",
            ),
        }[source]  # fmt: skip
        body = call(f"made = {method}", expression, *option)
        line = kind == "lnn"
        how = (
            "in layers (`synth_stabilizer_layers`)"
            if kind == "layers"
            else "for a line of qubits, cx between neighbours only"
        )
        if option:
            how += (
                ", with its CZ layer made by the line synthesis synth_cz_depth_line_mr, which"
                " reverses the qubits"
            )
        goal, tail, wants, out, name = an_ending(rng)
        names = [method] + (["synth_cz_depth_line_mr"] if option else [])
        asks = (
            f"Synthesise a circuit for {told}, {how}. {wants}.",
            f"{wants} for {told}; do it {how}.",
            (
                f"Stabilizer state preparation with qiskit.synthesis: {told}, {how}. {wants}; signs"
                " of the stabilizers count."
            ),
        )
        info = "StabilizerState"
    else:
        option = {
            "redundant": ["allow_redundant=True"],
            "under": ["allow_underconstrained=True"],
        }.get(kind, [])
        option += ["invert=True"] if kind == "invert" else []
        goal, tail, wants, out, name = an_ending(rng)
        given, source, line, info = "labels: list[str]", kind, False, ""
        names = ["synth_circuit_from_stabilizers"]
        body = call("made = synth_circuit_from_stabilizers", "labels", *option)
        what = {
            "labels": (
                "a circuit that prepares, from all zeros, the state stabilised by the Pauli strings"
                " `labels`"
            ),
            "redundant": (
                "a circuit that prepares the state stabilised by `labels`, some of which are"
                " products of others"
            ),
            "under": (
                "a circuit that prepares one of the states stabilised by `labels`, which need not"
                " fix a unique state"
            ),
            "invert": (
                "the inverse of the circuit that prepares the state stabilised by `labels`: it maps"
                " that state to zeros"
            ),
        }[kind]
        asks = (
            f"Give me {what}. Labels have qubit 0 on the right and may begin with a sign. {wants}.",
            (
                f"From stabilizer generators to a circuit: {what} (signed labels, rightmost letter"
                f" = qubit 0). {wants}."
            ),
            f"Wanted: {what}. A label like '-ZZI' has its last letter on qubit 0. {wants}.",
        )
    body = f"{body}\n{tail}"
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Clifford, Pauli, StabilizerState, Statevector, random_clifford
$neighbours
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
kind, source = "$kind", "$source"
for n in (3, 4, 4):
    clifford = random_clifford(n, seed=int(rng.integers(2**31)))
    state, labels = StabilizerState(clifford), clifford.to_labels(mode="S")
    paulis = [Pauli(label) for label in labels]
    if kind == "redundant":
        labels = labels + [str((paulis[0] @ paulis[1]).to_label())]
    if kind == "under":
        labels, paulis = labels[:-1], paulis[:-1]
    given = {"state": state, "circuit": clifford.to_circuit()}.get(source, labels)
    got = candidate(given)
    got = unwrap(got, "$goal", n, "$name")
    if $line:
        neighbours_only(got)
    if kind == "invert":
        got = got.inverse()
    vector = Statevector(got)
    for pauli in paulis:
        assert abs(vector.expectation_value(pauli) - 1) < 1e-8
""",
        neighbours=NEIGHBOURS, kind=kind, goal=goal, source=source, line=line, name=name,
        unwrap=UNWRAP,
    )  # fmt: skip
    imports = (
        ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out + body else []
    )
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [f"from qiskit.quantum_info import {info}"] if info else []
    imports += [f"from qiskit.synthesis import {', '.join(sorted(names))}"]
    return Instance(
        "stabilizer_circuit", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"kind": kind, "source": source, "goal": goal},
    )  # fmt: skip
