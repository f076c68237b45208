"""Controlled gates: open controls, multiplexers, annotated operations."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

_TARGETS = (
    ("X", "XGate()", "X"),
    ("RY({t})", "RYGate({t})", "rot(Y, {t})"),
    ("RX({t})", "RXGate({t})", "rot(X, {t})"),
    ("RZ({t})", "RZGate({t})", "rot(Z, {t})"),
    ("the phase gate P({t})", "PhaseGate({t})", "np.diag([1, np.exp(1j * ({t}))])"),
    ("SX", "SXGate()", "np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2"),
    ("H", "HGate()", "(X + Z) / np.sqrt(2)"),
    ("Y", "YGate()", "Y"),
)
_NUMPY = """
import numpy as np
X, Y, Z = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])

def rot(p, t):
    return np.cos(t / 2) * np.eye(2) - 1j * np.sin(t / 2) * p

def gated(n, m, target, conditions):
    full = np.zeros((2**n, 2**n), dtype=complex)
    for col in range(2**n):
        if all(col >> q & 1 == b for q, b in conditions.items()):
            bit = col >> target & 1
            for new in (0, 1):
                full[col ^ ((bit ^ new) << target), col] += m[new, bit]
        else:
            full[col, col] = 1
    return full
"""


def _when(conditions: dict[int, int]) -> str:
    """Conditions on qubits in words."""
    return " and ".join(f"qubit {q} is {b}" for q, b in sorted(conditions.items()))


@family(
    "controlled_gates",
    "intermediate",
    oracle="unitary",
    skills=("open-controls", "endianness"),
    why="In a ctrl_state string the last character belongs to the first control qubit.",
    tolerance=1e-8,
)
def open_controls(rng: Random) -> Instance:
    """Gates that act where some qubits are 1 and others 0, through different interfaces."""
    n = rng.choice([4, 5])
    words, code, rows, used = [], [], [], set()
    for _ in range(3):
        size = rng.choice([2, 2, 3])
        wires = rng.sample(range(n), size + 1)
        *controls, target = wires
        state = [rng.randint(0, 1) for _ in controls]
        if state == state[::-1]:
            state[0] = 1 - state[0]
        conditions = dict(zip(controls, state, strict=True))
        number = sum(b << k for k, b in enumerate(state))
        text = "".join(str(b) for b in reversed(state))
        given = rng.choice([f'"{text}"', str(number)])
        t = rng.choice(["theta", "-theta", f"{angle(rng)}", f"theta + {angle(rng)}"])
        kind = rng.choice(["control", "control", "mcx", "mcp", "class", "phase_class", "sandwich"])
        if kind in ("mcx", "class"):
            label, _, matrix = _TARGETS[0]
            if kind == "mcx":
                code.append(f"qc.mcx({controls}, {target}, ctrl_state={given})")
            else:
                used.add("MCXGate")
                code.append(f"qc.append(MCXGate({size}, ctrl_state={given}), {wires})")
        elif kind in ("mcp", "phase_class"):
            label, _, matrix = (part.format(t=t) for part in _TARGETS[4])
            if kind == "mcp":
                code.append(f"qc.mcp({t}, {controls}, {target}, ctrl_state={given})")
            else:
                used.add("MCPhaseGate")
                code.append(f"qc.append(MCPhaseGate({t}, {size}, ctrl_state={given}), {wires})")
        else:
            label, gate, matrix = (part.format(t=t) for part in rng.choice(_TARGETS))
            used.add(gate.split("(")[0])
            if kind == "control":
                code.append(f"qc.append({gate}.control({size}, ctrl_state={given}), {wires})")
            else:
                zeros = [q for q, b in conditions.items() if not b]
                flip = f"qc.x({zeros if len(zeros) > 1 else zeros[0]})"
                code += [flip, f"qc.append({gate}.control({size}), {wires})", flip]
        words.append(f"{label} on qubit {target} where {_when(conditions)}")
        rows.append(f"({matrix}, {target}, {conditions})")
    if not any("theta" in line for line in code):
        a, b = rng.sample(range(n), 2)
        code.append(f"qc.cry(theta, {a}, {b}, ctrl_state=0)")
        words.append(f"RY(theta) on qubit {b} where qubit {a} is 0")
        rows.append(f"(rot(Y, theta), {b}, {{{a}: 0}})")
    imports = "from qiskit import QuantumCircuit"
    if used:
        imports += f"\nfrom qiskit.circuit.library import {', '.join(sorted(used))}"
    listed = "; ".join(words)
    return Instance(
        entry_point=rng.choice(["conditional_gates", "pattern_gates", "controlled_sequence"]),
        signature="(theta: float) -> QuantumCircuit",
        asks=(
            f"Build a circuit on {n} qubits for an angle `theta`, with these controlled gates in "
            f"order: {listed}.",
            f"{n} qubits, argument `theta`. Apply {', then '.join(words)}. No measurements, no "
            f"classical control.",
            f"Quantum-controlled gates on {n} qubits, in time order (`theta` is the argument):\n"
            + "\n".join(f"- {text}" for text in words),
            f"How do I control gates on zeros as well as ones? On {n} qubits, with `theta` given: {listed}.",
        ),
        imports=imports,
        body="\n".join([f"qc = QuantumCircuit({n})", *code, "return qc"]),
        test=f"""
{_NUMPY}
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
for theta in (0.67, -1.42):
    want = np.eye({2**n})
    for m, target, conditions in [{", ".join(rows)}]:
        want = gated({n}, m, target, conditions) @ want
    got = candidate(theta)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {n}
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        params={"n": n, "steps": words},
    )


_AXES = {"X": "UCRXGate", "Y": "UCRYGate", "Z": "UCRZGate"}


@family(
    "controlled_gates",
    "intermediate",
    oracle="unitary",
    skills=("multiplexer", "endianness"),
    why="A multiplexer takes its target first, and the first control is the low bit of the index.",
    tolerance=1e-8,
)
def multiplexers(rng: Random) -> Instance:
    """An angle or matrix per value of some control qubits."""
    n, k = rng.choice([(3, 2), (4, 2), (4, 3), (5, 2)])
    wires = rng.sample(range(n), k + 1)
    target, *controls = wires
    kind = rng.choice(["X", "Y", "Z", "pauli", "unitary", "unitary"])
    change = rng.choice(["plain", "plain", "high_first", "negative", "inverse", "reversed"])
    order = controls[::-1] if change == "high_first" else controls
    low = (
        "the last of them being the lowest bit"
        if change == "high_first"
        else "the first being the lowest bit"
    )
    head = ""
    if kind == "unitary":
        argument, sort, gate = "matrices", "list[np.ndarray]", "UCGate"
        values = {"plain": "matrices", "high_first": "matrices", "negative": "[m.T for m in matrices]",
                  "inverse": "[m.conj().T for m in matrices]",
                  "reversed": "matrices[::-1]"}[change]  # fmt: skip
        said = {
            "negative": "the transpose of the matrix",
            "inverse": "the adjoint of the matrix",
        }.get(change, "the matrix")
        made, head = f"UCGate({values})", "import numpy as np\n"
    else:
        argument, sort = "angles", "list[float]"
        axis = rng.choice("XYZ") if kind == "pauli" else kind
        gate = "UCPauliRotGate" if kind == "pauli" else _AXES[axis]
        values = {"plain": "angles", "high_first": "angles", "negative": "[-a for a in angles]",
                  "inverse": "[a / 2 for a in angles]", "reversed": "angles[::-1]"}[change]  # fmt: skip
        said = {"negative": "minus the angle", "inverse": "half the angle"}.get(change, "the angle")
        said = f"R{axis} by {said}"
        made = f'UCPauliRotGate({values}, "{axis}")' if kind == "pauli" else f"{gate}({values})"
    turned = {"negative": "m.T", "inverse": "m.conj().T"}.get(change, "m")
    number = f"{2**k - 1} - v" if change == "reversed" else "v"
    theta = angle(rng)
    before, prior, extra = rng.choice(
        [
            ("", [], "pass"),
            (f"First apply RX({theta}) to every qubit. ", [f"qc.rx({theta}, range({n}))"],
             f"pre.rx({theta}, range({n}))"),
            (f"First apply H to qubit {controls[0]}. ", [f"qc.h({controls[0]})"], f"pre.h({controls[0]})"),
            (f"First apply a CX from qubit {target} to qubit {controls[-1]}. ",
             [f"qc.cx({target}, {controls[-1]})"], f"pre.cx({target}, {controls[-1]})"),
        ]
    )  # fmt: skip
    code = [
        f"qc = QuantumCircuit({n})",
        *prior,
        f"qc.append({made}, {[target, *order]})",
        "return qc",
    ]
    index = f"number {number} of `{argument}`"
    rule = (
        f"where the control qubits {controls} hold the value v ({low}), qubit {target} undergoes "
    )
    rule += f"{said} {index}"
    return Instance(
        entry_point=rng.choice(["multiplexed", "selected_by_value", "uniformly_controlled"]),
        signature=f"({argument}: {sort}) -> QuantumCircuit",
        asks=(
            f"A circuit on {n} qubits: {rule} (counted from 0; the list has {2**k} entries). "
            f"{before}Nothing else "
            "happens.",
            f"I need a multiplexer on {n} qubits. {before}Then, {rule}. `{argument}` has {2**k} "
            f"entries, numbered "
            "from 0.",
            f"{n} qubits, input `{argument}` of length {2**k}. {before}Rule: {rule}, numbering from 0.",
            f"How do I apply a different operation for each value of some qubits? {before}On {n} "
            f"qubits, {rule}. "
            f"Entries of `{argument}` ({2**k} of them) are numbered from 0.",
        ),
        imports=f"{head}from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import {gate}",
        body="\n".join(code),
        test=f"""
{_NUMPY}
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, random_unitary
rng = np.random.default_rng(np.random.randint(2**31))
for _ in range(2):
    if "{argument}" == "matrices":
        given = [random_unitary(2, seed=rng).data for _ in range({2**k})]
        ms = [{turned} for m in given]
    else:
        given = [float(a) for a in rng.uniform(0.2, 2.9, size={2**k})]
        ms = [rot({"X" if argument == "matrices" else axis if kind == "pauli" else kind},
                  {"-a" if change == "negative" else "a / 2" if change == "inverse" else "a"}) for a in given]
    pre = QuantumCircuit({n})
    {extra}
    want = Operator(pre).data
    controls = {order}
    for v in range({2**k}):
        conditions = {{q: v >> i & 1 for i, q in enumerate(controls)}}
        want = gated({n}, ms[{number}], {target}, conditions) @ want
    got = candidate(list(given))
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {n}
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        params={"kind": kind, "change": change, "controls": controls, "target": target},
        wrong=(
            Wrong(
                "S34", "\n".join(code).replace(str([target, *order]), str([target, *order[::-1]]))
            ),
        ),
    )


_BASES = (
    ("SX", "SXGate()", "np.array([[1 + 1j, 1 - 1j], [1 - 1j, 1 + 1j]]) / 2", "sx"),
    ("T", "TGate()", "np.diag([1, np.exp(0.25j * np.pi)])", "t"),
    ("RY({t})", "RYGate({t})", "rot(Y, {t})", "ry"),
    ("RX({t})", "RXGate({t})", "rot(X, {t})", "rx"),
    ("P({t})", "PhaseGate({t})", "np.diag([1, np.exp(1j * {t})])", "p"),
    ("U({t}, 0.3, -0.8)", "UGate({t}, 0.3, -0.8)",
     "np.array([[np.cos({t} / 2), -np.exp(-0.8j) * np.sin({t} / 2)], "
     "[np.exp(0.3j) * np.sin({t} / 2), np.exp(-0.5j) * np.cos({t} / 2)]])", "u"),
)  # fmt: skip


@family(
    "controlled_gates",
    "advanced",
    oracle="unitary",
    skills=("annotated-operations", "modifiers", "open-controls"),
    why="An AnnotatedOperation keeps its base and applies its modifiers from the first to the last.",
    tolerance=1e-8,
)
def annotated_modifiers(rng: Random) -> Instance:
    """An AnnotatedOperation with inverse, power and control modifiers, placed in a circuit."""
    n = 4
    t = angle(rng)
    words, code, rows, used, modifiers = [], ["qc = QuantumCircuit(4)"], [], set(), set()
    for _ in range(2):
        label, base, matrix, short = (part.format(t=t) for part in rng.choice(_BASES))
        used.add(base.split("(")[0])
        kinds = rng.sample(["inverse", "power", "control"], rng.choice([2, 3]))
        if "control" not in kinds:
            kinds[-1] = "control"
        k, size = rng.choice([2, 3]), rng.choice([1, 2])
        state = rng.randrange(2**size)
        closed = state == 2**size - 1
        made, said, types = [], [], []
        effect = "m"
        for kind in kinds:
            if kind == "inverse":
                made.append("InverseModifier()")
                said.append("inverse")
                effect = f"({effect}).conj().T"
            elif kind == "power":
                made.append(f"PowerModifier({k})")
                said.append(f"power {k}")
                effect = f"np.linalg.matrix_power({effect}, {k})"
            else:
                option = "" if closed and rng.random() < 0.5 else f", ctrl_state={state}"
                made.append(f"ControlModifier({size}{option})")
                said.append(
                    f"control by {size} qubit{'s' if size > 1 else ''} with control state {state}"
                )
            types.append(made[-1].split("(")[0])
        modifiers |= set(types)
        wires = rng.sample(range(n), size + 1)
        single = f"{made[0]}" if len(made) == 1 else f"[{', '.join(made)}]"
        code.append(f"qc.append(AnnotatedOperation({base}, {single}), {wires})")
        words.append(
            f"{label} with the modifiers {', '.join(said)} (in this order), on qubits {wires}"
        )
        rows.append(f"({matrix}, lambda m: {effect}, {wires}, {state}, {types}, '{short}')")
    code.append("return qc")
    names = ["AnnotatedOperation", *sorted(modifiers)]
    note = "Control qubits come first in a list; the lowest bit of a control state is the first control"
    return Instance(
        entry_point=rng.choice(["annotated", "with_modifiers", "annotated_circuit"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"Return a 4-qubit circuit of two annotated operations: {'; '.join(words)}. {note}. "
            f"Keep them as "
            "AnnotatedOperation objects.",
            f"I want abstract, unsynthesized operations (AnnotatedOperation) on four qubits: "
            f"{', then '.join(words)}. "
            f"{note}.",
            "AnnotatedOperations on 4 qubits, in order:\n"
            + "\n".join(f"- {text}" for text in words)
            + f"\n{note}.",
            f"How do I write {' and then '.join(words)} as AnnotatedOperations in a four-qubit "
            f"circuit? {note}.",
        ),
        imports="from qiskit import QuantumCircuit\n"
        f"from qiskit.circuit import {', '.join(names)}\n"
        f"from qiskit.circuit.library import {', '.join(sorted(used))}",
        body="\n".join(code),
        test=f"""
{_NUMPY}
from qiskit import QuantumCircuit
from qiskit.circuit import AnnotatedOperation
from qiskit.quantum_info import Operator
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_qubits == 4 and len(got.data) == 2
want = np.eye(16)
for item, (m, effect, wires, state, types, name) in zip(got.data, [{", ".join(rows)}]):
    op = item.operation
    assert isinstance(op, AnnotatedOperation) and op.base_op.name == name
    assert [type(x).__name__ for x in op.modifiers] == types
    assert [got.find_bit(q).index for q in item.qubits] == wires
    conditions = {{q: state >> i & 1 for i, q in enumerate(wires[:-1])}}
    want = gated(4, effect(m), wires[-1], conditions) @ want
assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        params={"steps": words},
    )
