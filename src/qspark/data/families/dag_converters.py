"""DAGs: building them from nothing, node facts, variables, and circuits as gates and instructions."""

from random import Random

from qspark.data.families.base import Instance, family

_GATES = (
    ("RXGate({t})", "rx"),
    ("RYGate({t})", "ry"),
    ("RZGate({t})", "rz"),
    ("SXGate()", "sx"),
    ("TGate()", "t"),
)
_PAIRS = (
    ("CXGate()", "cx"),
    ("CZGate()", "cz"),
    ("RZZGate({t})", "rzz"),
    ("CRYGate({t})", "cry"),
    ("SwapGate()", "swap"),
)


@family(
    "dag",
    "advanced",
    oracle="unitary",
    skills=("dag", "registers"),
    why="An empty DAGCircuit gets its registers first, and operations are applied to its own bits.",
    tolerance=1e-8,
)
def dag_from_nothing(rng: Random) -> Instance:
    """A DAG that is built register by register and operation by operation, as a circuit with facts."""
    one, two = rng.choice(["a", "left", "data"]), rng.choice(["b", "right", "anc"])
    n, m = rng.randint(1, 2), rng.randint(1, 2)
    size = n + m
    phase = rng.randint(5, 200) / 100
    named = rng.choice(["gadget", "probe", "layered", "built"])
    lines = ["dag = DAGCircuit()",
             f'first, second = QuantumRegister({n}, "{one}"), QuantumRegister({m}, "{two}")',
             "dag.add_qreg(first)", "dag.add_qreg(second)"]  # fmt: skip
    told, model, classes = [], [], set()
    place = [*(f"first[{k}]" for k in range(n)), *(f"second[{k}]" for k in range(m))]
    label = [*(f"{one}[{k}]" for k in range(n)), *(f"{two}[{k}]" for k in range(m))]
    for _ in range(rng.randint(3, 4)):
        pair = rng.random() < 0.5
        call, name = rng.choice(_PAIRS if pair else _GATES)
        qubits = rng.sample(range(size), 2 if pair else 1)
        t = rng.randint(20, 280) / 100
        call = call.replace("{t}", str(t))
        front = rng.random() < 0.35
        where = ", ".join(place[q] for q in qubits)
        lines.append(f"dag.apply_operation_{'front' if front else 'back'}({call}, [{where}])")
        angle = f"({t})" if str(t) in call else ""
        spot = " then ".join(label[q] for q in qubits)
        told.append(
            f"{name}{angle} on {spot}, {'in front of everything so far' if front else 'at the end'}"
        )
        model.append((front, name, [t] if angle else [], qubits))
        classes.add(call.split("(")[0])
    extra = rng.choice(["name", "phase", "both", "meta"])
    if extra in ("name", "both"):
        lines.append(f'dag.name = "{named}"')
        told.append(f"the name `{named}`")
    if extra in ("phase", "both"):
        lines.append(f"dag.global_phase = {phase}")
        told.append(f"the global phase {phase}")
    if extra == "meta":
        lines.append(f'dag.metadata = {{"origin": "{named}", "size": {size}}}')
        told.append(f"the metadata dictionary with `origin` = `{named}` and `size` = {size}")
    loose = rng.random() < 0.4
    if loose:
        lines.append("dag.add_qubits([Qubit()])")
        told.append("one more loose qubit behind them, left idle")
    out = rng.choice(["to_circuit()", "dag_to_circuit"])
    lines.append(
        "return dag.to_circuit()" if out == "to_circuit()" else "return dag_to_circuit(dag)"
    )
    total = size + loose
    ops = []
    for front, *op in model:
        ops = [op, *ops] if front else [*ops, op]
    checks = []
    if extra in ("name", "both"):
        checks.append(f'assert got.name == "{named}"')
    if extra == "meta":
        checks.append(f'assert got.metadata == {{"origin": "{named}", "size": {size}}}')
    if extra in ("phase", "both"):
        checks.append(f"assert abs(got.global_phase - {phase}) < 1e-9")
    steps = "; ".join(told)
    return Instance(
        entry_point="build_from_dag",
        signature="() -> QuantumCircuit",
        asks=(
            f"Start from an empty DAGCircuit with the quantum registers `{one}` ({n}) and `{two}` "
            f"({m}), in this "
            f"order, and give it: {steps}. Return the circuit that it stands for.",
            f"Without a circuit to begin with, build a DAG by hand. Registers: `{one}` of size {n}, "
            f"then `{two}` of "
            f"size {m}. Contents, in the order in which they are added: {steps}. Convert it to a "
            f"QuantumCircuit.",
            f"Use DAGCircuit's own methods (add registers, apply operations) to make a circuit on "
            f"`{one}` ({n} "
            f"qubits) and `{two}` ({m} qubits): {steps}. The function takes nothing and returns a "
            f"QuantumCircuit.",
        ),
        imports="from qiskit import QuantumCircuit, QuantumRegister\n"
        + "from qiskit.circuit import Qubit\n" * loose
        + f"from qiskit.circuit.library import {', '.join(sorted(classes))}\n"
        + "from qiskit.converters import dag_to_circuit\n" * (out != "to_circuit()")
        + "from qiskit.dagcircuit import DAGCircuit",
        body="\n".join(lines),
        test=f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_qubits == {total}
assert [(r.name, r.size) for r in got.qregs] == [("{one}", {n}), ("{two}", {m})]
want = QuantumCircuit({total})
for name, angles, qubits in {ops}:
    getattr(want, name)(*angles, *qubits)
assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
assert dict(got.count_ops()) == dict(want.count_ops())
{chr(10).join(checks)}
""",
        params={"steps": told, "out": out},
    )


_NODE = {
    "name": ("its name", "node.name", "item.operation.name"),
    "params": ("its parameters as a list of numbers rounded to 6 digits",
               "[round(float(p), 6) for p in node.params]",
               "[round(float(p), 6) for p in item.operation.params]"),
    "qubits": ("the indices of its qubits", "[dag.find_bit(qubit).index for qubit in node.qargs]",
               "[circuit.find_bit(q).index for q in item.qubits]"),
    "clbits": ("the indices of its classical bits", "[dag.find_bit(bit).index for bit in node.cargs]",
               "[circuit.find_bit(c).index for c in item.clbits]"),
    "arity": ("its numbers of qubits and of classical bits, as a tuple",
              "(node.num_qubits, node.num_clbits)",
              "(len(item.qubits), len(item.clbits))"),
    "standard": ("whether it is a standard gate", "node.is_standard_gate()",
                 "item.operation.name not in ('measure', 'barrier', 'mine', 'if_else')"),
    "controlled": ("whether it is a controlled gate", "node.is_controlled_gate()",
                   "item.operation.name in ('cx', 'crz', 'ccx')"),
    "directive": ("whether it is a directive", "node.is_directive()", "item.operation.name == 'barrier'"),
    "flow": ("whether it is control flow", "node.is_control_flow()", "item.operation.name == 'if_else'"),
    "free": ("whether it has unbound parameters", "node.is_parameterized()",
             "any(not isinstance(p, (int, float)) for p in item.operation.params) "
             "and item.operation.name == 'rx'"),
    "label": ("its label (None without one)", "node.label", "item.operation.label"),
    "trace": ("the absolute value of its matrix's trace, rounded to 6 digits, or None where it has no matrix",
              "None if node.matrix is None else round(abs(node.matrix.trace()), 6)",
              "matrix_trace(item.operation)"),
    "inner": ("the number of operations in its definition, or None where it has no definition",
              "None if node.definition is None else node.definition.size()",
              "None if item.operation.definition is None else item.operation.definition.size()"),
}  # fmt: skip


@family(
    "dag",
    "intermediate",
    oracle="value",
    skills=("dag", "nodes"),
    why="A DAGOpNode answers for its operation: name, qargs, cargs, params, label, matrix and kind.",
)
def node_report(rng: Random) -> Instance:
    """A table with one row per operation of a DAG, of three facts about the node."""
    keys = rng.sample([k for k in _NODE if k != "params"], 3)
    shape = rng.choice(["tuple", "dict"])
    order = rng.choice(["circuit", "named"])
    picked = rng.choice(["cx", "rz", "h", "crz"])
    nodes = {
        "circuit": "dag.topological_op_nodes()",
        "named": f'dag.op_nodes() if node.name != "{picked}"',
    }[order]
    row = ", ".join(_NODE[k][1] for k in keys)
    if shape == "dict":
        row = ", ".join(f'"{k}": {_NODE[k][1]}' for k in keys)
    entry = f"({row})" if shape == "tuple" else f"{{{row}}}"
    from_items = rng.random() < 0.4
    if from_items:
        skip = (
            f'    if item.operation.name == "{picked}":\n        continue\n'
            if order == "named"
            else ""
        )
        body = (
            "dag = circuit_to_dag(circuit)\nrows = []\nfor item in circuit.data:\n" + skip
            + f"    node = DAGOpNode.from_instruction(item)\n    rows.append({entry})\nreturn rows"
        )  # fmt: skip
    else:
        body = f"dag = circuit_to_dag(circuit)\nreturn [\n    {entry}\n    for node in {nodes}\n]"
        if order == "named":
            body = body.replace("dag.op_nodes() if", "dag.op_nodes()\n    if")
    which = "each operation" if order == "circuit" else f"each operation that is no `{picked}`"
    fields = "; ".join(f"`{k}`: {_NODE[k][0]}" for k in keys)
    kind = "a dict" if shape == "dict" else "a tuple in this order"
    via = "made from the circuit's instruction" if from_items else "of the circuit's DAG"
    return Instance(
        entry_point="list_nodes",
        signature="(circuit: QuantumCircuit) -> list",
        asks=(
            f"For {which} of a circuit, look at the DAGOpNode {via} and return a list of rows in "
            f"the circuit's order "
            f"(every operation acts on a bit of the one before it). Each row is {kind}: {fields}.",
            f"I need a table about the nodes behind a circuit: one row, {kind}, for {which}. "
            f"Columns: {fields}. The "
            "operations follow each other on shared qubits, so their order is unique.",
            f"Return a list with {kind} per DAGOpNode ({which}, first to last; there is only one "
            f"possible order). "
            f"Contents: {fields}.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.converters import circuit_to_dag"
        + "\nfrom qiskit.dagcircuit import DAGOpNode" * from_items,
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.circuit.library import CXGate
rng = np.random.default_rng(np.random.randint(2**31))

def matrix_trace(op):
    if op.name in ("barrier", "measure", "if_else", "mine", "custom") or (op.name == "rx"):
        return None
    return round(abs(op.to_matrix().trace()), 6)

inner = QuantumCircuit(2, name="mine")
inner.h(0)
inner.measure_all()
inner.remove_final_measurements()
for turn in range(4):
    a, b, c = (int(v) for v in rng.permutation(3))
    circuit = QuantumCircuit(3, 2)
    circuit.h(a)
    circuit.rz(float(rng.uniform(0.2, 2)), a)
    circuit.append(CXGate(label="link" + str(turn)), [a, b])
    circuit.crz(float(rng.uniform(0.2, 2)), b, c)
    circuit.barrier()
    circuit.rx(Parameter("theta"), c)
    circuit.ccx(c, b, a)
    circuit.h(b)
    circuit.swap(b, a)
    circuit.measure(a, turn % 2)
    circuit.cx(a, c)
    with circuit.if_test((circuit.clbits[turn % 2], 1)):
        circuit.x(a)
        circuit.x(c)
    got = candidate(circuit)
    want = []
    for item in circuit.data:
        if {order == "named"} and item.operation.name == "{picked}":
            continue
        want.append({{{", ".join(f'"{k}": {_NODE[k][2]}' for k in keys)}}})
    if {shape == "tuple"}:
        want = [tuple(row.values()) for row in want]
    assert got == want
""",
        params={
            "facts": keys,
            "order": order,
            "picked": picked,
            "shape": shape,
            "instruction": from_items,
        },
    )


@family(
    "dag",
    "intermediate",
    oracle="unitary",
    skills=("converters", "parameters", "composition"),
    why="A circuit becomes a gate only without classical bits, and its parameters can be renamed on the way.",
    tolerance=1e-8,
)
def circuit_as_block(rng: Random) -> Instance:
    """A parametrized circuit turned into a gate or an instruction and placed, bound or controlled."""
    size = rng.randint(3, 4)
    a, b = rng.sample(range(size), 2)
    label = rng.choice(["cell", "mixer", "stage", "kick"])
    angle, other = rng.randint(20, 280) / 100, rng.randint(20, 280) / 100
    kind = rng.choice(["gate", "instruction", "control", "inverse", "power", "twice"])
    maker = "circuit_to_instruction" if kind == "instruction" else "circuit_to_gate"
    # qiskit 2.6 panics when it assigns what repeat() made of a scaled parameter
    mapping = rng.choice(["bind", "rename", "scale"] if kind != "power" else ["bind", "rename"])
    option = ", label=" + repr(label)
    lines, told = ["theta, phi = sorted(block.parameters, key=lambda p: p.name)"], []
    if mapping == "bind":
        lines.append(f"mapped = {{theta: {angle}, phi: {other}}}")
        told.append(
            f"its two parameters, in alphabetical order, have the values {angle} and {other}"
        )
        values = (f"{angle}", f"{other}")
    elif mapping == "rename":
        lines += ['alpha = Parameter("alpha")', f"mapped = {{theta: alpha, phi: {angle}}}"]
        told.append(
            f"its first parameter in alphabetical order is renamed `alpha` and its second one is {angle}"
        )
        values = ("x", f"{angle}")
    else:
        lines += ['alpha = Parameter("alpha")', f"mapped = {{theta: {other} * alpha, phi: alpha}}"]
        told.append(
            f"its parameters, in alphabetical order, are {other} times `alpha`, and `alpha`"
        )
        values = (f"{other} * x", "x")
    lines.append(f"piece = {maker}(block, parameter_map=mapped{option})")
    qubits = [a, b]
    if kind == "control":
        free = rng.choice([q for q in range(size) if q not in (a, b)])
        state = rng.choice([0, 1])
        lines.append(f"piece = piece.control(1, ctrl_state={state})")
        qubits = [free, a, b]
        told.append(f"it acts when qubit {free} is in |{state}>")
        oracle = f"small = small.to_gate().control(1, ctrl_state={state})"
    elif kind == "inverse":
        lines.append("piece = piece.inverse()")
        told.append("its inverse is used")
        oracle = "small = small.to_gate().inverse()"
    elif kind == "power":
        count = rng.randint(2, 3)
        lines.append(f"piece = piece.repeat({count})")
        told.append(f"it is repeated {count} times")
        oracle = f"small = small.repeat({count}).to_gate()"
    else:
        oracle = "small = small.to_gate()"
    lines += [f"circuit = QuantumCircuit({size})", f"circuit.append(piece, {qubits})"]
    twice = kind == "twice"
    if twice:
        lines.append(f"circuit.append(piece, {qubits[::-1]})")
    told.append(f"it is appended to qubits {a} and {b} (its qubit 0 to {a}, its qubit 1 to {b})")
    if twice:
        told.append("and once more with its qubits exchanged")
    lines.append("return circuit")
    steps = "; ".join(told)
    what = "an instruction" if kind == "instruction" else "a gate"
    named = kind in ("gate", "instruction", "twice")
    note = f", labelled `{label}`" if named else ""
    if not named:
        lines = [line.replace(option, "") for line in lines]
    free_parameters = "[]" if mapping == "bind" else "['alpha']"
    return Instance(
        entry_point="place_block",
        signature="(block: QuantumCircuit) -> QuantumCircuit",
        asks=(
            f"Turn the two-qubit circuit `block` (two free parameters) into {what}{note} with "
            f"`{maker}` and use it in "
            f"a new circuit of {size} qubits: {steps}. Return the new circuit.",
            f"I have a parametrized circuit on two qubits and want to reuse it as one block{note}, "
            f"{what} made by "
            f"`{maker}`, in a fresh {size}-qubit circuit. Conditions: {steps}.",
            f"Make {what}{note} of `block`, using the parameter map of `{maker}`, so that on {size} "
            f"qubits the "
            f"following holds: {steps}. The result is a QuantumCircuit whose entries are these blocks.",
        ),
        imports="from qiskit import QuantumCircuit\n"
        + "from qiskit.circuit import Parameter\n" * (mapping != "bind")
        + f"from qiskit.converters import {maker}",
        body="\n".join(lines),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate, Parameter
from qiskit.quantum_info import Operator
rng = np.random.default_rng(np.random.randint(2**31))
for names in (("beta", "gamma"), ("v", "k")):
    low, high = (Parameter(n) for n in sorted(names))
    block = QuantumCircuit(2)
    block.ry(low, 0)
    block.cx(0, 1)
    block.rz(high, 1)
    block.crx(low, 1, 0)
    block.t(0)
    got = candidate(block)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {size}
    assert [p.name for p in got.parameters] == {free_parameters}
    assert len(got.data) == {2 if twice else 1}
    if {named}:
        assert all(i.operation.label == "{label}" for i in got.data)
    assert {kind == "instruction"} or all(isinstance(i.operation, Gate) for i in got.data)
    x = float(rng.uniform(0.3, 1.5))
    if {mapping != "bind"}:
        got = got.assign_parameters({{"alpha": x}})
    small = block.assign_parameters({{low: {values[0]}, high: {values[1]}}})
    {oracle}
    want = QuantumCircuit({size})
    want.append(small, {qubits})
    if {twice}:
        want.append(small, {qubits[::-1]})
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        params={"kind": kind, "mapping": mapping, "steps": told, "size": size},
    )
