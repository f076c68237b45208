"""Custom passes: transformation and analysis passes of one's own, run in a pass manager."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import moved_right

# Gate to replace: how it is worded, its replacement on wires a and b, and the gate class of the test.
_RULES = {
    "swap": ("three CX gates, control first on the first qubit, then on the second, then on the first",
             "cx(0, 1)\ncx(1, 0)\ncx(0, 1)", 2, 0),
    "cz": ("H on the second qubit, CX from the first to the second, H on the second",
           "h(1)\ncx(0, 1)\nh(1)", 2, 0),
    "cy": ("Sdg on the second qubit, CX from the first to the second, S on the second",
           "sdg(1)\ncx(0, 1)\ns(1)", 2, 0),
    "ch": ("RY(pi/4) on the second qubit, CZ, RY(-pi/4) on the second qubit",
           "ry(-np.pi / 4, 1)\ncz(0, 1)\nry(np.pi / 4, 1)", 2, 0),
    "rzz": ("CX, RZ by the same angle on the second qubit, CX (first qubit as control)",
            "cx(0, 1)\nrz({angle}, 1)\ncx(0, 1)", 2, 1),
    "crz": ("RZ by half the angle on the target, CX, RZ by minus half the angle on the target, CX",
            "rz({angle} / 2, 1)\ncx(0, 1)\nrz(-{angle} / 2, 1)\ncx(0, 1)", 2, 1),
    "cry": ("RY by half the angle on the target, CX, RY by minus half the angle on the target, CX",
            "ry({angle} / 2, 1)\ncx(0, 1)\nry(-{angle} / 2, 1)\ncx(0, 1)", 2, 1),
    "rx": ("H, RZ by the same angle, H", "h(0)\nrz({angle}, 0)\nh(0)", 1, 1),
    "ry": ("RX(pi/2), RZ by the same angle, RX(-pi/2), in the order in which they act",
           "rx(np.pi / 2, 0)\nrz({angle}, 0)\nrx(-np.pi / 2, 0)", 1, 1),
    "h": ("RZ(pi/2), SX, RZ(pi/2)", "rz(np.pi / 2, 0)\nsx(0)\nrz(np.pi / 2, 0)", 1, 0),
    "rxx": ("H on both qubits, RZZ by the same angle, H on both qubits",
            "h([0, 1])\nrzz({angle}, 0, 1)\nh([0, 1])", 2, 1),
    "dcx": ("CX from the first to the second, then CX from the second to the first qubit",
            "cx(0, 1)\ncx(1, 0)", 2, 0),
}  # fmt: skip
_POOL = ("swap", "cz", "cy", "ch", "rzz", "crz", "cry", "rx", "ry", "h", "rxx", "dcx")
_RULES["ch"] = (
    "RY(-pi/4) on the second qubit, CZ, RY(pi/4) on the second qubit",
    *_RULES["ch"][1:],
)


@family(
    "custom_passes",
    "advanced",
    oracle="unitary",
    skills=("transformation-pass", "dag"),
    why="A transformation pass returns the DAG; substituted nodes keep their wires in the node's order.",
    tolerance=1e-8,
)
def replacing_pass(rng: Random) -> Instance:
    """A pass that replaces one kind of gate by a given sequence, in four variants."""
    gate = rng.choice(list(_RULES))
    words, moves, wires, angled = _RULES[gate]
    variant = rng.choice(
        ["all", "limit", "count", "pair", "skip"]
        if wires == 2
        else ["all", "limit", "count", "skip"]
    )
    style = rng.choice(["substitute", "rebuild", "circuit"])
    angle = "node.op.params[0]" if angled else ""
    lines = [f"small.{m}" for m in moves.format(angle=angle).splitlines()]
    cls = "Replace" + gate.upper()
    init = {"limit": "limit: int", "skip": "first: int", "pair": "qubits: set[int]"}.get(
        variant, ""
    )
    field = init.split(":")[0]
    guard = {
        "all": "", "count": "",
        "limit": f"if count >= self.{field}:\n    break\n",
        "skip": f"if index < self.{field}:\n    continue\n",
        "pair": f"if {{dag.find_bit(qubit).index for qubit in node.qargs}} != self.{field}:\n    continue\n",
    }[variant]  # fmt: skip
    loop = (
        f'enumerate(dag.named_nodes("{gate}"))'
        if variant == "skip"
        else f'dag.named_nodes("{gate}")'
    )
    head = "for index, node in" if variant == "skip" else "for node in"
    tail = {"count": "count += 1\n", "limit": "count += 1\n"}.get(variant, "")
    if style == "rebuild":
        guard = guard.replace(
            "break", "copy.apply_operation_back(node.op, node.qargs, node.cargs)\n    continue"
        )
        # In a rebuilt DAG every node passes by.
        test = f'if node.name != "{gate}"'
        keep = "copy.apply_operation_back(node.op, node.qargs, node.cargs)\ncontinue"
        cond = f" or count >= self.{field}" if variant == "limit" else ""
        if variant == "pair":
            cond = f" or {{dag.find_bit(qubit).index for qubit in node.qargs}} != self.{field}"
        steps = f"{test}{cond}:\n" + moved_right(keep, 4)
        if variant == "skip":
            steps += f"index += 1\nif index <= self.{field}:\n" + moved_right(keep, 4)
        steps += f"small = QuantumCircuit({wires})\n" + "\n".join(lines) + "\n"
        steps += "copy.compose(circuit_to_dag(small), qubits=list(node.qargs))\n" + tail
        start = "copy = dag.copy_empty_like()\n" + ("index = 0\n" if variant == "skip" else "")
        run = (
            start
            + ("count = 0\n" if tail else "")
            + "for node in dag.topological_op_nodes():\n"
            + moved_right(steps, 4)
        )
        result = "copy"
    else:
        steps = guard + f"small = QuantumCircuit({wires})\n" + "\n".join(lines) + "\n"
        into = "circuit_to_dag(small)"
        if style == "circuit":
            steps += f"body = {into}\n"
            into = "body, wires=body.qubits"
        steps += f"dag.substitute_node_with_dag(node, {into})\n" + tail
        run = ("count = 0\n" if tail else "") + f"{head} {loop}:\n" + moved_right(steps, 4)
        result = "dag"
    if variant == "count":
        run += f'self.property_set["{gate}_replaced"] = count\n'
    run += f"return {result}"
    body = f"class {cls}(TransformationPass):\n"
    if init:
        body += f"    def __init__(self, {init}) -> None:\n        super().__init__()\n"
        body += f"        self.{field} = {field}\n\n"
    body += "    def run(self, dag: DAGCircuit) -> DAGCircuit:\n" + moved_right(run, 8)
    which = {
        "all": f"every `{gate}`",
        "count": f"every `{gate}`, and which stores the number of replaced gates in the property set under "
                 f"`{gate}_replaced`",
        "limit": f"only the first `limit` of the `{gate}` gates, counted in the circuit's order; the "
                 "constructor takes `limit`",
        "skip": f"every `{gate}` except the first ones, as many as the constructor's argument "
                "`first` says, counted in the circuit's order",
        "pair": f"only those `{gate}` gates that act on exactly the two qubit indices in the set `qubits` "
                "that the constructor takes",
    }[variant]  # fmt: skip
    does = f"replaces {which}"
    how = {
        "substitute": "Let the DAG substitute the nodes.",
        "rebuild": "Fill an empty copy of the DAG instead of changing it in place.",
        "circuit": "Give the wires of the replacing DAG explicitly.",
    }[style]
    arguments = {"limit": "2", "skip": "1", "pair": "{0, 2}"}.get(variant, "")
    takes = f" Constructor: `{cls}({init})`." if init else " The constructor takes no arguments."
    width = {name: 1 if name in ("rx", "ry", "h") else 2 for name in _POOL}
    return Instance(
        entry_point=cls,
        signature="",
        asks=(
            f"Write a transformation pass (a class derived from TransformationPass) that {does}. "
            f"The replacement "
            f"is: {words}.{takes} {how}",
            f"My device has no `{gate}`. I need a custom transpiler pass whose `run` works on the "
            f"DAG and {does}; put "
            f"in its place: {words}. All other gates stay.{takes}",
            f"Implement a TransformationPass subclass for use in a PassManager. It {does}. "
            f"Substitute: {words}. "
            f"Nothing else in the circuit may change.{takes}",
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + "from qiskit import QuantumCircuit\nfrom qiskit.converters import circuit_to_dag\n"
        "from qiskit.dagcircuit import DAGCircuit\nfrom qiskit.transpiler import TransformationPass",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
from qiskit.transpiler import PassManager, TransformationPass
rng = np.random.default_rng(np.random.randint(2**31))
width = {width}
assert issubclass(candidate, TransformationPass)
for turn in range(3):
    start, want = QuantumCircuit(3), QuantumCircuit(3)
    replaced = seen = 0
    order = [*rng.permutation(list(width)), "{gate}", "{gate}", "{gate}", "{gate}"]
    for step, name in enumerate(order):
        qubits = [int(v) for v in rng.permutation(3)[: width[str(name)]]]
        if len(order) - step <= 2:
            qubits = [2, 0][: width[str(name)]]
        theta = float(rng.uniform(0.3, 1.2))
        turned = [theta] if name in ("rzz", "crz", "cry", "rx", "ry", "rxx") else []
        getattr(start, str(name))(*turned, *qubits)
        seen += name == "{gate}"
        hit = name == "{gate}" and {_HIT[variant]}
        if hit:
            replaced += 1
            small = QuantumCircuit({wires})
            {_moves(moves, "theta")}
            want.compose(small, qubits, inplace=True)
        else:
            getattr(want, str(name))(*turned, *qubits)
        for circuit in (start, want):
            circuit.rz(0.1 + 0.1 * step, range(3))
            circuit.barrier()
    manager = PassManager([candidate({arguments})])
    got = manager.run(start.copy())
    assert dict(got.count_ops()) == dict(want.count_ops())
    want.global_phase = got.global_phase
    assert got == want
    assert Operator(got).equiv(Operator(start), atol=1e-8, rtol=0)
    assert {variant != "count"} or manager.property_set["{gate}_replaced"] == replaced
""",
        params={"gate": gate, "variant": variant, "style": style},
        wrong=(Wrong("S15", body.replace("cx(0, 1)", "cx(1, 0)")),)
        if moves.count("cx(0, 1)") == 1 and "cx(1, 0)" not in moves
        else (),
    )


_HIT = {
    "all": "True", "count": "True", "limit": "replaced < 2", "skip": "seen > 1",
    "pair": "set(qubits) == {0, 2}",
}  # fmt: skip


def _moves(moves: str, angle: str) -> str:
    return "\n            ".join(f"small.{m}" for m in moves.format(angle=angle).splitlines())
