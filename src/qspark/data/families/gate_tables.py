"""Qiskit's mapping of standard gate names to gates: queries, matrices, circuits from data."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


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
                f'name.endswith("{final}") and gate.num_qubits == {qubits}',
                f"a name that ends with '{final}' and exactly {qubits} qubit(s)",
            ),
            "length": (
                f"len(name) == {size} and gate.num_qubits <= {qubits}",
                f"a name of {size} letter(s) and at most {qubits} qubit(s)",
            ),
            "params": (f"len(gate.params) == {params}", f"exactly {params} parameter(s)"),
            "prefix": (
                f'name.startswith("{letter}") and gate.num_qubits >= {qubits}',
                f"a name that begins with '{letter}' and at least {qubits} qubit(s)",
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
            "gates = get_standard_gate_name_mapping()", "circuit = QuantumCircuit(num_qubits)",
            f"for name, qubits, angles in {walk}:",
            "    gate = gates[name].to_mutable()", "    gate.params = list(angles)",
            "    circuit.append(gate, qubits)",
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
            "        matrix = gate.to_matrix()",
            "        if np.allclose(matrix @ matrix, np.eye(len(matrix))):",
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
            f'        if image.equiv(Operator.from_label("{letter}")):',
            "            found.append(name)", "return sorted(found)",
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
            "groups = {}", "for name in sorted(gates):", "    gate = gates[name]",
            "    if isinstance(gate, Gate):",
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
            "        if np.allclose((chosen @ Operator(gate)).data, (Operator(gate) @ chosen).data):",
            "            found.append(other)",
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
rows = [("h", [2], []), ("crx", [0, 2], [0.7]), ("u", [1], [0.3, 1.2, -0.5]), ("ecr", [2, 1], []), \
("rzz", [0, 1], [1.1]), ("t", [0], [])]
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
