"""Gates and functions of the circuit library that have no topic of their own."""

from random import Random

from qspark.data.families.base import Instance, angle, family, pauli
from qspark.data.families.wording import fill

CLIFFORDS = ["2_1", "2_2", "2_3", "2_4", "3_1", "4_1", "4_2", "4_3", "4_4", "5_1", "6_1", "6_2", "6_3", "6_4", "6_5",
             "8_1", "8_2", "8_3"]  # fmt: skip
TOFFOLIS = [
    *(["2a_1", "2a_2", "2a_3", "4a_1", "4a_2", "4a_3", "4b_1", "4b_2", "5a_1", "5a_2", "5a_3", "5a_4", "6a_1", "6a_2", "6a_3", "6a_4", "6b_1", "6b_2", "6c_1"]),
    *(["7a_1", "7b_1", "7c_1", "7d_1", "7e_1", "9a_1"]),
    *(f"9c_{k}" for k in range(1, 13)), *(f"9d_{k}" for k in range(1, 11)),
]  # fmt: skip
RZX = ["cy", "xz", "yz", "zz1", "zz2", "zz3"]


@family(
    "library_misc",
    "intermediate",
    oracle="structure",
    skills=("templates", "rewriting"),
    why=(
        "A template is a circuit that equals the identity: a part of it is the inverse of the rest."
    ),
    tolerance=1e-8,
)
def rewriting_templates(rng: Random) -> Instance:
    """The template library: identities, counts, rewriting rules."""
    kind = rng.choice(["clifford", "toffoli", "toffoli", "rzx"])
    goal = rng.choice(
        ["counts", "rule", "identity", "widths", "shorter", "optimise", "names", "largest"]
    )
    if goal == "optimise":
        names = rng.sample(
            [f"clifford_{k}" for k in CLIFFORDS[:6]] + [f"template_nct_{k}" for k in TOFFOLIS[:3]],
            2,
        )
        kind = "toffoli"
    elif kind == "clifford":
        names = [f"clifford_{k}" for k in rng.sample(CLIFFORDS, 4)]
    elif kind == "toffoli":
        names = [f"template_nct_{k}" for k in rng.sample(TOFFOLIS, 5)]
    else:
        names = [f"rzx_{k}" for k in rng.sample(RZX, 3)]
        goal = rng.choice(["rule", "shorter", "identity"])
    argument = "theta" if kind == "rzx" else ""
    calls = [f"{name}({argument})" for name in names]
    lines = ["templates = [", *(f"    {made}," for made in calls), "]"]
    keep = rng.choice([1, 2, 3])
    gates = {
        "clifford": "s",
        "toffoli": rng.choice(["cx", "ccx", "x"]),
        "rzx": rng.choice(["rzx", "cx", "rz"]),
    }[kind]
    given, out = "", "list[int]"
    if goal == "counts":
        lines.append(f'return [template.count_ops().get("{gates}", 0) for template in templates]')
        told = f"the list of how many `{gates}` gates each of them has"
    elif goal == "widths":
        lines.append(
            "return [(template.num_qubits, template.size(), template.depth()) for template in"
            " templates]"
        )
        told, out = (
            "a list with (number of qubits, size(), depth()) of each",
            "list[tuple[int, int, int]]",
        )
    elif goal == "names":
        lines.append("return [sorted(template.count_ops()) for template in templates]")
        told, out = (
            "for each of them the sorted list of the names of its operations",
            "list[list[str]]",
        )
    elif goal == "largest":
        lines.append("best = max(templates, key=lambda template: template.depth())")
        lines.append("return templates.index(best), best.depth()")
        told, out = (
            "(index of the deepest one, the first if several; its depth())",
            "tuple[int, int]",
        )
    elif goal == "identity":
        given = "other: QuantumCircuit"
        lines += [
            "templates.append(other)",
            "return [",
            '    Operator(template).equiv(Operator.from_label("I" * template.num_qubits))',
            "    for template in templates",
            "]",
        ]
        told, out = (
            ("a list of bools: whether each of them, and last the circuit `other`, is the identity up "
            "to a global phase"), "list[bool]",
        )  # fmt: skip
    elif goal in ("rule", "shorter"):
        lines += ["rules = []", "for template in templates:"]
        if goal == "rule":
            lines += [
                "    rest = template.copy_empty_like()", f"    for item in template.data[{keep}:]:", (" "
                                                                                                      " "
                                                                                                      " "
                                                                                                      " "
                                                                                                      " "
                                                                                                      " "
                                                                                                      " "
                                                                                                      " "
                                                                                                      "rest.append(item)"),
                "    rules.append(rest.inverse())", "return rules",
            ]  # fmt: skip
            told = (
                "a list of circuits: for each template a circuit on the same qubits that equals"
                f" its first {keep} gate(s) up to a global phase but is made of the other gates"
                " only (inverted, in reversed order)"
            )
        else:
            lines += [
                "    half = len(template.data) // 2", "    rest = template.copy_empty_like()",
                "    for item in template.data[half:]:", "        rest.append(item)", ("    "
                                                                                       "rules.append(rest.inverse())"),
                "return rules",
            ]  # fmt: skip
            told = (
                "a list of circuits: for each template of m gates the circuit that replaces its"
                " first m // 2 gates, i.e. the inverse of the rest, on the same qubits"
            )
        out = "list[QuantumCircuit]"
    else:
        given, out = "circuit: QuantumCircuit", "QuantumCircuit"
        lines.append(
            "return PassManager([TemplateOptimization(template_list=templates)]).run(circuit)"
        )
        told = (
            "the result of Qiskit's TemplateOptimization pass with exactly these templates on "
            "`circuit`: equivalent to it up to a global phase, and with no more gates"
        )
    body = "\n".join(lines)
    listed = ", ".join(names)
    extra = ", called with the angle `theta`" if kind == "rzx" else ""
    if kind == "rzx":
        given = "theta: float" + (f", {given}" if given else "")
    asks = (
        (
            f"Take the template circuits {listed} of the circuit library{extra}, in this order, and"
            f" return {told}."
        ),
        f"Templates of qiskit.circuit.library: {listed}{extra}. Return {told}.",
        f"Given Qiskit's rewriting identities {listed}{extra}, I need {told}.",
        f"For the template list [{listed}]{extra}: {told}, please.",
    )
    test = fill(
        """
import numpy as np
import qiskit.circuit.library as library
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
goal = "$goal"
theta = float(np.random.default_rng(np.random.randint(2**31)).uniform(0.3, 2.8))
angles = (theta,) if "$argument" else ()
templates = [getattr(library, name)(*angles) for name in $names]
if goal == "counts":
    assert list(candidate()) == [t.count_ops().get("$gates", 0) for t in templates]
elif goal == "widths":
    assert [tuple(row) for row in candidate()] == [(t.num_qubits, t.size(), t.depth()) for t in templates]
elif goal == "names":
    assert [list(row) for row in candidate()] == [sorted(t.count_ops()) for t in templates]
elif goal == "largest":
    depths = [t.depth() for t in templates]
    assert tuple(candidate()) == (depths.index(max(depths)), max(depths))
elif goal == "identity":
    other = QuantumCircuit(2, global_phase=0.4)
    other.cx(0, 1)
    other.cx(0, 1)
    false = other.copy()
    false.rz(0.3, 1)
    assert candidate(*angles, other) == [True] * (len(templates) + 1)
    assert candidate(*angles, false) == [True] * len(templates) + [False]
elif goal == "optimise":
    for seed in range(2):
        rng = np.random.default_rng(seed)
        circuit = QuantumCircuit(3)
        for t in templates:
            part = t.copy_empty_like()
            for item in t.data[: len(t.data) // 2 + 1]:
                part.append(item)
            circuit.compose(part, [int(q) for q in rng.permutation(3)[: t.num_qubits]], inplace=True)
            circuit.h(int(rng.integers(3)))
        got = candidate(circuit)
        assert isinstance(got, QuantumCircuit) and got.num_qubits == 3 and got.size() <= circuit.size()
        assert Operator(got).equiv(Operator(circuit), atol=1e-8, rtol=0)
        assert got.size() == PassManager([TemplateOptimization(template_list=templates)]).run(circuit).size()
else:
    got = candidate(*angles)
    assert len(got) == len(templates)
    for circuit, t in zip(got, templates):
        assert isinstance(circuit, QuantumCircuit)
        cut = min($keep, len(t.data)) if goal == "rule" else len(t.data) // 2
        want = t.copy_empty_like()
        for item in t.data[:cut]:
            want.append(item)
        assert circuit.num_qubits == t.num_qubits and circuit.size() == len(t.data) - cut
        assert Operator(circuit).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        goal=goal, names=names, argument=argument, gates=gates, keep=keep,
    )  # fmt: skip
    if goal == "optimise":
        test = test.replace(
            "goal = ",
            "from qiskit.transpiler import PassManager\nfrom qiskit.transpiler.passes import "
            "TemplateOptimization\ngoal = ",
            1,
        )
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given + out else []
    imports += [f"from qiskit.circuit.library import (\n    {', '.join(sorted(names))},\n)"]
    imports += ["from qiskit.quantum_info import Operator"] if goal == "identity" else []
    if goal == "optimise":
        imports += [
            "from qiskit.transpiler import PassManager",
            "from qiskit.transpiler.passes import TemplateOptimization",
        ]
    return Instance(
        "use_templates", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"names": names, "goal": goal, "keep": keep},
    )  # fmt: skip


@family(
    "library_misc",
    "basic",
    oracle="value",
    skills=("gate-tables", "matrices"),
    why="get_standard_gate_name_mapping maps names to instances whose parameters are placeholders.",
    tolerance=1e-8,
)
def standard_gate_tables(rng: Random) -> Instance:
    """Looking gates up by name: matrices, widths, filters, circuits from data."""
    goal = rng.choice(
        ["filter"] * 6
        + ["matrix", "build", "self-inverse", "clifford", "controls", "grouped", "commuting"]
    )
    qubits, params = rng.choice([1, 2, 3]), rng.choice([0, 1, 2, 3])
    given, out = "", "list[str]"
    lines = ["gates = get_standard_gate_name_mapping()"]
    if goal == "filter":
        form = rng.choice(["both", "params", "prefix", "suffix", "length", "wide"])
        letter = rng.choice("crs")
        final, size = rng.choice("xyzg"), rng.choice([1, 2, 3, 4])
        condition, told = {
            "both": (
                f"gate.num_qubits == {qubits} and len(gate.params) == {min(params, 1)}",
                f"{qubits} qubit(s) and exactly {min(params, 1)} parameter(s)",
            ),
            "wide": (
                f"gate.num_qubits > {qubits} and len(gate.params) < {params + 1}",
                f"more than {qubits} qubit(s) and fewer than {params + 1} parameter(s)",
            ),
            "suffix": (
                f'name.endswith("{final}") and gate.num_qubits == {qubits}', ("a name that ends with "
                                                                             f"'{final}' and exactly "
                                                                             f"{qubits} qubit(s)"),
            ),
            "length": (
                f"len(name) == {size} and gate.num_qubits <= {qubits}", (f"a name of {size} letter(s) "
                                                                        f"and at most {qubits} qubit(s)"),
            ),
            "params": (f"len(gate.params) == {params}", f"exactly {params} parameter(s)"),
            "prefix": (
                f'name.startswith("{letter}") and gate.num_qubits >= {qubits}', ("a name that begins "
                                                                                f"with '{letter}' and "
                                                                                f"at least {qubits} "
                                                                                "qubit(s)"),
            ),
        }[form]  # fmt: skip
        lines.append(f"return sorted(name for name, gate in gates.items() if {condition})")
        told = f"the sorted list of the names of all standard instructions that have {told}"
    elif goal == "matrix":
        given, out = "name: str, angles: list[float]", "np.ndarray"
        back = rng.choice(["plain", "inverse", "squared"])
        code = {
            "plain": "gate.to_matrix()",
            "inverse": "gate.inverse().to_matrix()",
            "squared": "gate.to_matrix() @ gate.to_matrix()",
        }[back]
        lines = [
            "gate = get_standard_gate_name_mapping()[name].to_mutable()",
            "gate.params = list(angles)",
            f"return {code}",
        ]
        told = {
            "plain": "the matrix of the standard gate `name` with the parameters `angles`",
            "inverse": (
                "the matrix of the inverse of the standard gate `name` with the parameters `angles`"
            ),
            "squared": (
                "the matrix of the standard gate `name` with the parameters `angles`, applied twice"
            ),
        }[back]
        told += " (look the gate up in Qiskit's name mapping; do not change the mapping's entry)"
    elif goal == "build":
        given, out = (
            "num_qubits: int, rows: list[tuple[str, list[int], list[float]]]",
            "QuantumCircuit",
        )
        order = rng.choice(["plain", "reversed", "inverse"])
        walk = "reversed(rows)" if order == "reversed" else "rows"
        lines = [
            "gates = get_standard_gate_name_mapping()", "circuit = QuantumCircuit(num_qubits)", ("for "
                                                                                                "name, "
                                                                                                "qubits, "
                                                                                                "angles "
                                                                                                "in "
                                                                                                f"{walk}:"),
            "    gate = gates[name].to_mutable()", "    gate.params = list(angles)", ("    "
                                                                                     "circuit.append(gate, "
                                                                                     "qubits)"),
            f"return circuit{'.inverse()' if order == 'inverse' else ''}",
        ]  # fmt: skip
        told = (
            "a circuit from rows (gate name, qubits, parameters): look each gate up by its standard"
            " name and append it"
        )
        told += {
            "plain": ", in order",
            "reversed": ", beginning with the last row",
            "inverse": ", in order, and return the inverse circuit",
        }[order]
    elif goal == "self-inverse":
        lines += [
            "found = []", "for name, gate in gates.items():",
            f"    if gate.num_qubits == {qubits} and not gate.params and isinstance(gate, Gate):",
            "        matrix = gate.to_matrix()", ("        if np.allclose(matrix @ matrix, "
                                                 "np.eye(len(matrix))):"),
            "            found.append(name)", "return sorted(found)",
        ]  # fmt: skip
        told = (
            f"the sorted names of the parameter-free standard gates on {qubits} qubit(s) whose "
            "square is exactly the identity"
        )
    elif goal == "clifford":
        letter = rng.choice("XYZ")
        lines += [
            "found = []", "for name, gate in gates.items():",
            "    if gate.num_qubits == 1 and not gate.params and isinstance(gate, Gate):",
            f'        image = Operator(gate) @ Operator.from_label("{letter}") @ Operator(gate).adjoint()',
            f'        if image.equiv(Operator.from_label("{letter}")):', ("            "
                                                                         "found.append(name)"), ("return "
                                                                                                 "sorted(found)"),
        ]  # fmt: skip
        told = (
            "the sorted names of the parameter-free one-qubit standard gates U for which U"
            f" {letter} U^dagger equals {letter} up to a phase"
        )
    elif goal == "controls":
        out = "dict[str, int]"
        lines.append(
            "return {\n    name: gate.num_ctrl_qubits\n    for name, gate in gates.items()\n   "
            f" if isinstance(gate, ControlledGate) and gate.num_qubits == {max(qubits, 2)}\n}}"
        )
        told = (
            f"a dict from the names of the controlled standard gates on {max(qubits, 2)} qubits to "
            "their number of control qubits"
        )
    elif goal == "grouped":
        out = "dict[int, list[str]]"
        key, words = rng.choice(
            [("gate.num_qubits", "number of qubits"), ("len(gate.params)", "number of parameters")]
        )
        lines += [
            "groups = {}", "for name in sorted(gates):", "    gate = gates[name]", ("    if "
                                                                                   "isinstance(gate, "
                                                                                   "Gate):"),
            f"        groups.setdefault({key}, []).append(name)", "return groups",
        ]  # fmt: skip
        told = (
            "a dict that groups the names of all standard unitary gates (instances of Gate) by "
            f"their {words}; each group is sorted"
        )
    else:
        name = rng.choice(["cx", "cz", "swap", "ecr", "iswap", "cy"])
        lines += [
            f'chosen = Operator(gates["{name}"])', "found = []", "for other, gate in gates.items():",
            "    if gate.num_qubits == 2 and not gate.params and isinstance(gate, Gate):",
            "        if np.allclose((chosen @ Operator(gate)).data, (Operator(gate) @ chosen).data):", (" "
                                                                                                        " "
                                                                                                        " "
                                                                                                        " "
                                                                                                        " "
                                                                                                        " "
                                                                                                        " "
                                                                                                        " "
                                                                                                        " "
                                                                                                        " "
                                                                                                        " "
                                                                                                        " "
                                                                                                        "found.append(other)"),
            "return sorted(found)",
        ]  # fmt: skip
        told = (
            "the sorted names of the parameter-free two-qubit standard gates whose matrix commutes "
            f"with that of {name} on the same qubits"
        )
    body = "\n".join(lines)
    asks = (
        f"Return {told}.",
        f"From Qiskit's mapping of standard gate names to gates: {told}.",
        f"Gate set query: give me {told}. Source: get_standard_gate_name_mapping.",
    )
    if goal in ("matrix", "build"):
        test = fill(
            """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.quantum_info import Operator
rows = [("h", [2], []), ("crx", [0, 2], [0.7]), ("u", [1], [0.3, 1.2, -0.5]), ("ecr", [2, 1], []), ("rzz", [0, 1], [1.1]), ("t", [0], [])]
if "$goal" == "matrix":
    for name, qubits, angles in rows:
        want = QuantumCircuit(len(qubits))
        getattr(want, name)(*angles, *range(len(qubits)))
        matrix = Operator(want).data
        matrix = {"plain": matrix, "inverse": matrix.conj().T, "squared": matrix @ matrix}["$form"]
        assert np.allclose(candidate(name, angles), matrix, atol=1e-8)
    gate = get_standard_gate_name_mapping()["crx"]
    assert not isinstance(gate.params[0], float)
else:
    want = QuantumCircuit(3)
    for name, qubits, angles in reversed(rows) if "$form" == "reversed" else rows:
        getattr(want, name)(*angles, *qubits)
    want = want.inverse() if "$form" == "inverse" else want
    got = candidate(3, rows)
    assert isinstance(got, QuantumCircuit) and got.size() == len(rows)
    assert Operator(got).equiv(want, atol=1e-8, rtol=0)
""",
            goal=goal, form=back if goal == "matrix" else order,
        )  # fmt: skip
    else:
        model = "\n".join("    " + line for text in lines for line in text.split("\n"))
        test = f"""
import numpy as np
from qiskit.circuit import ControlledGate, Gate
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.quantum_info import Operator
def model():
{model}
want, got = model(), candidate()
assert type(got) is type(want) and got == want, got
"""
    imports = ["import numpy as np"] if "np." in body + out else []
    imports += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in body else []
    kinds = [kind for kind in ("ControlledGate", "Gate") if f", {kind})" in body]
    imports += [f"from qiskit.circuit import {', '.join(kinds)}"] if kinds else []
    imports += ["from qiskit.circuit.library import get_standard_gate_name_mapping"]
    imports += ["from qiskit.quantum_info import Operator"] if "Operator" in body else []
    return Instance(
        "gate_table", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"goal": goal, "qubits": qubits, "params": params},
    )  # fmt: skip


def _gates(rng: Random) -> tuple[str, str, str, int, tuple[str, ...], tuple[str, ...]]:
    """A gate: its code, words, its matrix as code with I, X, Y, Z, op and expm, its width, imports, extras.

    The extras are methods that the gate itself defines and that keep the sense of the words.
    """
    a, b = angle(rng), angle(rng)
    label = pauli(rng, 2, 3)
    while "I" in label or len(set(label)) < 2:
        label = pauli(rng, 2, 3)
    n = len(label)
    axis = rng.choice("XYZ")
    values = [rng.randint(20, 290) / 100 for _ in range(4)]
    t = rng.choice([1, -1])
    sign = "-" if t < 0 else ""
    total = {"X": "op(['XXI', 'XIX', 'IXX'])", "sum": f"op(['{axis}II', 'I{axis}I', 'II{axis}'])"}
    table: list[tuple[str, str, str, int, tuple[str, ...], tuple[str, ...]]] = [
        (f'PauliGate("{label}")', f"the Pauli operator {label} (rightmost letter on qubit 0)", f"op(['{label}'])", n, ("PauliGate",), ("control",)),
        (f"PauliEvolutionGate(SparsePauliOp(\"{label}\", {values[0]}), {a})",
         f"exp(-i {a} H) for H = {values[0]} {label} (rightmost letter on qubit 0)",
         f"expm(-1j * {a} * {values[0]} * op(['{label}']))", n, ("PauliEvolutionGate",), ("inverse", "power", "control", "to_matrix")),
        (f"PauliProductRotationGate(Pauli(\"{sign}{label}\"), {a})",
         f"exp(-i {a}/2 P) for P = {sign}{label} (rightmost letter on qubit 0)", (f"expm(-0.5j * {a} * "
                                                                                 f"{t} * "
                                                                                 f"op(['{label}']))"), n,
         ("PauliProductRotationGate",), ("inverse", "control", "to_matrix")),
        ((f"HamiltonianGate(SparsePauliOp([\"{label}\", \"{'Z' * n}\"], [{values[0]}, "
         f"{values[1]}]).to_matrix(), {a})"),
         f"exp(-i {a} H) for the matrix H of {values[0]} {label} + {values[1]} {'Z' * n}",
         f"expm(-1j * {a} * op(['{label}', '{'Z' * n}'], [{values[0]}, {values[1]}]))", n, ("HamiltonianGate",),
         ("inverse", "adjoint", "conjugate", "transpose", "power")),
        (f"UnitaryGate(Operator.from_label(\"{label[:2]}\") @ Operator(CRYGate({a})))",
         (f"the 2-qubit unitary that applies CRY({a}) with control 0 and target 1 and then {label[:2]} "
         "(rightmost letter on qubit 0)"),
         (f"op(['{label[:2]}']) @ (np.kron(I, np.diag([1, 0])) + np.kron(expm(-0.5j * {a} * Y), "
         "np.diag([0, 1])))"), 2,
         ("CRYGate", "UnitaryGate"), ("inverse", "adjoint", "conjugate", "transpose", "control")),
        (f"MSGate(3, {a})", (f"the global Molmer-Sorensen gate exp(-i {a}/2 sum of X_i X_j over the "
                            "three pairs) on 3 qubits"),
         f"expm(-0.5j * {a} * {total['X']})", 3, ("MSGate",), ("inverse", "power")),
        (f"RVGate({a}, {b}, {values[0]})", (f"the rotation exp(-i (v . sigma)/2) with v = ({a}, {b}, "
                                           f"{values[0]})"),
         f"expm(-0.5j * ({a} * X + {b} * Y + {values[0]} * Z))", 1, ("RVGate",), ("inverse", "to_matrix", "control")),
        (f"UCR{axis}Gate({values})",
         f"the uniformly controlled R{axis.lower()} with target qubit 0, whose angle is {values}[k] "
         "when the qubits 1, 2 hold k (qubit 1 is the low bit)",
         f"block([expm(-0.5j * v * {axis}) for v in {values}])", 3, (f"UCR{axis}Gate",), ("inverse", "control")),
        (f"UCPauliRotGate({values[:2]}, \"{axis}\")",
         (f"the multiplexed {axis} rotation on qubit 0 whose angle is {values[0]} if qubit 1 is 0 and "
         f"{values[1]} if it is 1"),
         f"block([expm(-0.5j * v * {axis}) for v in {values[:2]}])", 2, ("UCPauliRotGate",), ("inverse",)),
        (f"UCGate([RXGate({a}).to_matrix(), RZGate({b}).to_matrix()])",
         f"the multiplexed gate on target qubit 0 that is RX({a}) if qubit 1 is 0 and RZ({b}) if it is 1",
         f"block([expm(-0.5j * {a} * X), expm(-0.5j * {b} * Z)])", 2, ("RXGate", "RZGate", "UCGate"), ("inverse",)),
        (f"MCMTGate(R{axis}Gate({a}), 2, 1)", (f"R{axis.lower()}({a}) on qubit 2, controlled by the "
                                              "qubits 0 and 1 (MCMT gate)"),
         f"controlled(expm(-0.5j * {a} * {axis}), 3)", 3,
         ("MCMTGate", f"R{axis}Gate"), ("inverse", "control")),
        (f"MCMTGate(R{axis}Gate({a}), 1, 2, ctrl_state=0)",
         f"R{axis.lower()}({a}) on the qubits 1 and 2 if the control qubit 0 is 0 (MCMT gate)",
         f"controlled(np.kron(expm(-0.5j * {a} * {axis}), expm(-0.5j * {a} * {axis})), 0)", 3, ("MCMTGate", f"R{axis}Gate"), ("inverse",)),
        (f"DiagonalGate([1, 1j, -1, np.exp({a}j)])", ("the diagonal gate with the entries 1, i, -1, "
                                                     f"exp({a} i)"),
         f"np.diag([1, 1j, -1, np.exp({a}j)])", 2, ("DiagonalGate",), ("inverse", "control", "power")),
        ("PermutationGate([2, 0, 1])", ("the permutation that moves qubit 2 to place 0, qubit 0 to "
                                       "place 1 and qubit 1 to place 2"),
         "moved([2, 0, 1])", 3, ("PermutationGate",), ("inverse",)),
        ('LinearFunction(np.array([list(row) for row in ("110", "010", "101")]) == "1")',
         "the linear reversible gate with new bits (x0 + x1, x1, x0 + x2) modulo 2", ("linear([[1, 1, "
                                                                                     "0], [0, 1, 0], "
                                                                                     "[1, 0, 1]])"), 3,
         ("LinearFunction",), ()),
    ]  # fmt: skip
    return rng.choice(table)


# Names that the matrices above may use.
MATRICES = """
I, X, Y, Z = (SparsePauliOp(p).to_matrix() for p in "IXYZ")
def op(labels, coefficients=None):
    return SparsePauliOp(labels, coefficients).to_matrix()
def block(items):
    return block_diag(*items)
def controlled(small, pattern):
    # controls are the lowest qubits: they are the last factor of a Kronecker product
    size = 4 if pattern == 3 else 2
    on = np.zeros((size, size))
    on[pattern, pattern] = 1
    return np.kron(np.eye(len(small)), np.eye(size) - on) + np.kron(small, on)
def moved(pattern):
    matrix = np.zeros((8, 8))
    for x in range(8):
        matrix[sum((x >> m & 1) << k for k, m in enumerate(pattern)), x] = 1
    return matrix
def linear(rows):
    matrix = np.zeros((8, 8))
    for x in range(8):
        bits = np.array(rows) @ np.array([x >> k & 1 for k in range(3)]) % 2
        matrix[int(bits @ np.array([1, 2, 4])), x] = 1
    return matrix
"""


@family(
    "library_misc",
    "intermediate",
    oracle="unitary",
    skills=("library-gates", "gate-methods"),
    why="Gate classes carry their own inverse, control, power, adjoint; controls come first.",
    tolerance=1e-7,
)
def generalised_gates(rng: Random) -> Instance:
    """A gate of the library and what its methods make of it."""
    code, told, matrix, n, library, extras = _gates(rng)
    method = rng.choice(["plain", "plain", *extras])
    exponent = rng.choice([2, 3])
    suffix, changed, want = {
        "plain": ("", "", "M"), "inverse": (".inverse()", "the inverse of ", "M.conj().T"),
        "adjoint": (".adjoint()", "the adjoint of ", "M.conj().T"), "conjugate": (".conjugate()", ("the "
                                                                                                   "complex "
                                                                                                   "conjugate "
                                                                                                   "of "), "M.conj()"),
        "transpose": (".transpose()", "the transpose of ", "M.T"),
        "power": (f".power({exponent})", f"the {exponent}. power of ", ("np.linalg.matrix_power(M, "
                                                                       f"{exponent})")),
        "control": (
            ".control(1)", ("the version controlled by one more qubit, which comes first (the others "
                           "move up by one), of "),
            "np.kron(np.eye(len(M)), np.diag([1, 0])) + np.kron(M, np.diag([0, 1]))",
        ),
        "to_matrix": (".to_matrix()", "", "M"),
    }[method]  # fmt: skip
    width = n + (method == "control")
    form = (
        rng.choice(["circuit", "circuit", "reversed", "twice", "gate"])
        if method != "to_matrix"
        else "matrix"
    )
    order = list(range(width))[::-1]
    made = f"gate = {code}"
    lines = {
        "circuit": [made, f"circuit = QuantumCircuit({width})", (f"circuit.append(gate{suffix}, "
                                                                "circuit.qubits)"), ("return circuit")],
        "reversed": [made, f"circuit = QuantumCircuit({width})", f"circuit.append(gate{suffix}, {order})", ("return "
                                                                                                            "circuit")],
        "twice": [
            made, f"circuit = QuantumCircuit({width + 1})", f"circuit.append(gate{suffix}, range({width}))",
            f"circuit.append(gate{suffix}, range(1, {width + 1}))", "return circuit",
        ],
        "gate": [f"return {code}{suffix}"],
        "matrix": [made, "return gate.to_matrix()"],
    }[form]  # fmt: skip
    body = "\n".join(lines)
    out = {"gate": "Instruction", "matrix": "np.ndarray"}.get(form, "QuantumCircuit")
    where = {
        "circuit": (
            f"Return a {width}-qubit circuit with nothing but this operation, its k-th qubit on "
            "circuit qubit k"
        ),
        "reversed": (
            f"Return a {width}-qubit circuit with this operation, its k-th qubit on circuit "
            f"qubit {width - 1} - k"
        ),
        "twice": (
            f"Return a circuit on {width + 1} qubits that applies it first on the qubits "
            f"0..{width - 1} and then on the qubits 1..{width}"
        ),
        "gate": "Return the instruction itself",
        "matrix": "Return its matrix as a numpy array (global phase included)",
    }[form]
    name = [item for item in library if item in code.partition("(")[0]][0]
    asks = (
        f"Make {changed}{told} with {name}. {where}.",
        (
            f"{where}. The operation is {changed}{told}; take it from Qiskit's circuit library"
            f" ({name})."
        ),
        f"I need {changed}{told}. Use {name}. {where}; qubits count from 0.",
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import block_diag, expm
from qiskit import QuantumCircuit
from qiskit.circuit import Instruction
from qiskit.quantum_info import Operator, SparsePauliOp
$matrices
M = $matrix
want, form, width = $want, "$form", $width
got = candidate()
if form == "matrix":
    assert np.allclose(got, want, atol=1e-7)
else:
    if form == "gate":
        assert isinstance(got, Instruction) and got.num_qubits == width
        gate, got = got, QuantumCircuit(width)
        got.append(gate, range(width))
    assert isinstance(got, QuantumCircuit)
    if form == "twice":
        whole = QuantumCircuit(width + 1)
        whole.unitary(want, range(width))
        whole.unitary(want, range(1, width + 1))
        want = Operator(whole)
    elif form == "reversed":
        want = Operator(want).reverse_qargs()
    assert got.num_qubits == width + (form == "twice")
    assert Operator(got).equiv(Operator(want), atol=1e-7, rtol=0)
""",
        matrices=MATRICES, matrix=matrix, want=want, form=form, width=width,
    )  # fmt: skip
    imports = ["import numpy as np"] if "np." in body + out else []
    imports += ["from qiskit import QuantumCircuit"] if out == "QuantumCircuit" else []
    imports += ["from qiskit.circuit import Instruction"] if out == "Instruction" else []
    imports += [f"from qiskit.circuit.library import {', '.join(sorted(library))}"]
    info = [
        kind
        for kind in ("Operator", "Pauli", "SparsePauliOp")
        if f"{kind}(" in body.replace("SparsePauliOp(" if kind == "Pauli" else "#", "")
        or f"{kind}." in body
    ]
    imports += [f"from qiskit.quantum_info import {', '.join(info)}"] if info else []
    return Instance(
        "library_gate", asks, "\n".join(imports), f"() -> {out}", body, test,
        {"code": code, "method": method, "form": form},
    )  # fmt: skip


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
        "circuit": ([f"function = LinearFunction({turned})"], "circuit: QuantumCircuit", ("the CX/SWAP "
                                                                                         "circuit "
                                                                                         "`circuit`")),
        "matrix": ([f"function = LinearFunction({flat})"], "matrix: np.ndarray", ("the map with the "
                                                                                 "invertible 0/1 array "
                                                                                 "`matrix`")),
        "pairs": (
            ["circuit = QuantumCircuit(num_qubits)", "for control, target in pairs:", ("    "
                                                                                      "circuit.cx(control, "
                                                                                      "target)"),
             f"function = LinearFunction({turned})"],
            "num_qubits: int, pairs: list[tuple[int, int]]", ("the CX gates (control, target) of "
                                                             "`pairs` on num_qubits qubits"),
        ),
    }[source]  # fmt: skip
    told = {
        "backwards": f"{told}, with the gates in reversed order (reverse_ops)", "reverse": (f"{told}, "
                                                                                           "with the "
                                                                                           "order of "
                                                                                           "the qubits "
                                                                                           "reversed "
                                                                                           "(reverse_bits)"),
        "transpose": f"{told}, transposed",
    }.get(twist, told)  # fmt: skip
    spots = rng.sample(range(5), 3)
    bit = rng.choice([0, 1, 2])
    lines, wants, out = {
        "matrix": (["return function.linear.astype(int)"], "the matrix as an integer array", "np.ndarray"),
        "pattern": (
            ["if not function.is_permutation():", "    return None", ("return [int(k) for k in "
                                                                     "function.permutation_pattern()]")],
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
        "text": (["return function.function_str()"], ("Qiskit's text of the function, like '(x_0 + x_1, "
                                                     "x_1)'"), "str"),
        "rows": (["return function.mat_str().splitlines()"], ("the lines of Qiskit's text of its matrix "
                                                             "(no line breaks in them)"), "list[str]"),
        "compose": (
            ["doubled = QuantumCircuit(function.num_qubits)", "doubled.append(function, doubled.qubits)",
             "doubled.append(function, doubled.qubits)", "return LinearFunction(doubled).linear.astype(int)"],
            "the integer matrix of the map applied twice", "np.ndarray",
        ),
        "inverse": (
            ["return LinearFunction(function.synthesize().inverse()).linear.astype(int)"], ("the "
                                                                                           "integer "
                                                                                           "matrix of "
                                                                                           "the "
                                                                                           "inverse map"),
            "np.ndarray",
        ),
        "fixed": (
            ["matrix_of = function.linear.astype(int)", "size = len(matrix_of)", "fixed = []", ("for x "
                                                                                                "in "
                                                                                                "range(2**size):"),
             "    bits = np.array([x >> k & 1 for k in range(size)])", ("    if not ((matrix_of @ bits) "
                                                                       "% 2 ^ bits).any():"),
             "        fixed.append(x)", "return fixed"],
            "the sorted list of the integers (bit k = qubit k) that it leaves alone", "list[int]",
        ),
        "weight": (
            [f"return int(function.linear[{bit}].sum())"], (f"how many input bits the output bit {bit} "
                                                           "depends on"), "int",
        ),
        "gate": (
            ["circuit_out = QuantumCircuit(function.num_qubits)", ("circuit_out.append(function, "
                                                                  "circuit_out.qubits[::-1])"),
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
cases = [[(0, 1), (2, 0), (1, 2)], [(0, 1), (1, 0), (0, 1), (1, 2), (2, 1), (1, 2)], [(2, 1), (0, 2)], [(1, 0)], [(1, 0), (1, 2), (2, 0)]]
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
