"""Controlled gates: table lookup and ladders of Toffolis."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family


@family(
    "controlled_gates",
    "advanced",
    oracle="unitary",
    skills=("lookup", "open-controls", "endianness"),
    why="A table is written entry by entry, each controlled on the binary form of its index.",
    tolerance=1e-8,
)
def table_lookup(rng: Random) -> Instance:
    """Reversible lookup: for index x the table's value is XORed, added as a phase or as an angle."""
    low = rng.random() < 0.5
    first_address = rng.random() < 0.5
    k, m = rng.choice([(2, 2), (2, 3), (3, 2)])
    kind = rng.choice(["xor", "phase", "rotation", "rotation"])
    skip = rng.random() < 0.4
    address = list(range(k)) if first_address else list(range(m, m + k))
    output = list(range(k, k + m)) if first_address else list(range(m))
    if kind != "xor":
        m, output = 1, [k if first_address else 0]
        address = list(range(k)) if first_address else list(range(1, k + 1))
    if kind == "phase":
        output = []
        address = list(range(k))
    order = address if low else address[::-1]
    total = len(address) + len(output)
    span = f"range({address[0]}, {address[-1] + 1})" if address[0] else f"range({len(address)})"
    wires = f"list({span})" if low else f"list(reversed({span}))"
    turned = f"list(reversed({span}))" if low else f"list({span})"
    t = angle(rng)
    guard = ["    if not entry:", "        continue"] if skip else []
    bits_low = "lowest" if low else "highest"
    where = f"The index x is on qubits {address}, whose first qubit is its {bits_low} bit"
    if kind == "xor":
        done = f"y becomes y XOR table[x], where y is on qubits {output} (lowest bit first)"
        action = [
            f"    for bit, target in enumerate({output}):",
            "        if entry >> bit & 1:",
            "            qc.mcx(address, target, ctrl_state=x)",
        ]
        sort, gate = "int", ""
    elif kind == "phase":
        done = f"the state |x> is multiplied by exp(i*{t}*table[x])"
        action = [
            f"    qc.append(GlobalPhaseGate({t} * entry).control({k}, ctrl_state=x), address)"
        ]
        sort, gate = "float", "GlobalPhaseGate"
    else:
        axis = rng.choice(["RY", "RX"])
        done = f"qubit {output[0]} undergoes {axis}({t} * table[x])"
        action = [
            f"    gate = {axis}Gate({t} * entry).control({k}, ctrl_state=x)",
            f"    qc.append(gate, [*address, {output[0]}])",
        ]
        sort, gate = "float", f"{axis}Gate"
    code = [f"qc = QuantumCircuit({total})", f"address = {wires}", "for x, entry in enumerate(table):",
            *guard, *action,
            "return qc"]  # fmt: skip
    imports = "from qiskit import QuantumCircuit"
    imports += f"\nfrom qiskit.circuit.library import {gate}" if gate else ""
    size = 2**k
    part = f"`table` may have fewer than {size} entries; where there is none, nothing happens"
    return Instance(
        entry_point=rng.choice(["lookup", "load_table", "table_circuit"]),
        signature=f"(table: list[{sort}]) -> QuantumCircuit",
        asks=(
            f"Make a {total}-qubit circuit for a table lookup: {done}. {where}. {part}.",
            f"Coherent table access. {where}; {done}, for every x at once. {part}. {total} qubits in all.",
            f"- Qubits: {total}\n- {where}\n- Effect: {done}\n- {part}\nWrite the circuit for a "
            f"given `table`.",
            f"How do I read a classical `table` in superposition, such that {done}? {where}. "
            f"{part}. The circuit has "
            f"{total} qubits.",
        ),
        imports=imports,
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
X, Y = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])
rng = np.random.default_rng(np.random.randint(2**31))
for size in ({size}, {size - 1}):
    if "{kind}" == "xor":
        table = [int(v) for v in rng.integers(1, {2**m}, size=size)]
        table[1] = 0
        table[2] = {2**m - 1}
    else:
        table = [float(v) for v in rng.uniform(0.3, 2.0, size=size)]
        table[1] = 0.0
    want = np.zeros(({2**total}, {2**total}), dtype=complex)
    for state in range({2**total}):
        x = sum((state >> q & 1) << i for i, q in enumerate({order}))
        v = table[x] if x < size else 0
        if "{kind}" == "xor":
            flip = sum((v >> i & 1) << q for i, q in enumerate({output}))
            want[state ^ flip, state] = 1
        elif "{kind}" == "phase":
            want[state, state] = np.exp(1j * {t} * v)
        else:
            a, q = {t} * v / 2, {output[0] if output else 0}
            m = np.cos(a) * np.eye(2) - 1j * np.sin(a) * {"Y" if gate == "RYGate" else "X"}
            bit = state >> q & 1
            for new in (0, 1):
                want[state ^ ((bit ^ new) << q), state] += m[new, bit]
    got = candidate(list(table))
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {total}
    assert np.allclose(Operator(got).data, want, atol=1e-8, rtol=0)
""",
        params={"kind": kind, "address": address, "low_first": low, "output": output},
        wrong=(
            Wrong("S02", "\n".join(code).replace(wires, turned)),
        ),
    )  # fmt: skip


@family(
    "controlled_gates",
    "advanced",
    oracle="unitary",
    skills=("ancillas", "uncompute", "toffoli"),
    why="A ladder of Toffolis collects the controls in ancillas and has to be undone afterwards.",
    tolerance=1e-8,
)
def toffoli_ladder(rng: Random) -> Instance:
    """A gate with n controls, written with Toffolis, clean ancillas and one controlled gate."""
    label, gate, matrix = rng.choice(
        [
            ("Z", "CZGate()", "np.diag([1, -1])"), ("Hadamard", "CHGate()",
             "np.array([[1, 1], [1, -1]]) / np.sqrt(2)"),
            ("S", "CSGate()", "np.diag([1, 1j])"), ("SX", "CSXGate()",
             "np.array([[1+1j, 1-1j], [1-1j, 1+1j]]) / 2"),
            ("RY(theta)", "CRYGate(theta)", "np.array([[np.cos(theta / 2), -np.sin(theta / 2)], "
             "[np.sin(theta / 2), np.cos(theta / 2)]])"),
            ("P(theta)", "CPhaseGate(theta)", "np.diag([1, np.exp(1j * theta)])"),
            ("RZ(theta)", "CRZGate(theta)", "np.diag([np.exp(-0.5j * theta), np.exp(0.5j * theta)])"),
            ("Y", "CYGate()", "np.array([[0, -1j], [1j, 0]])"),
        ]
    )  # fmt: skip
    zeros = rng.choice(["none", "none", "all", "even"])
    layout = rng.choice(["cta", "cat"])
    flips = {"none": "", "all": "qc.x(controls)", "even": "qc.x(controls[::2])"}[zeros]
    state = {
        "none": "all controls are 1",
        "all": "all controls are 0",
        "even": "the controls with even index are 0 and those with odd index are 1",
    }[zeros]
    regs = [
        'controls = QuantumRegister(n, "c")',
        'target = QuantumRegister(1, "t")',
        'clean = AncillaRegister(n - 1, "a")',
    ]
    listed = "controls, target, clean" if layout == "cta" else "controls, clean, target"
    said = "`c` (n controls), `t` (1 target), `a` (n-1 ancillas)"
    if layout == "cat":
        said = "`c` (n controls), `a` (n-1 ancillas), `t` (1 target)"
    way = rng.choice(["ladder", "block"])
    up = ["qc.ccx(controls[0], controls[1], clean[0])", "for i in range(2, n):",
          "    qc.ccx(controls[i], clean[i - 2], clean[i - 1])"]  # fmt: skip
    use = f"qc.append({gate}, [clean[n - 2], target[0]])"
    if way == "ladder":
        down = [
            "for i in reversed(range(2, n)):",
            "    qc.ccx(controls[i], clean[i - 2], clean[i - 1])",
            up[0],
        ]
        code = [*regs, f"qc = QuantumCircuit({listed})"]
        code += [flips] if flips else []
        code += [*up, use, *down]
        code += [flips] if flips else []
        code.append("return qc")
    else:
        code = [*regs, f"ladder = QuantumCircuit({listed})"]
        code += [flips.replace("qc.", "ladder.")] if flips else []
        code += [line.replace("qc.", "ladder.") for line in up]
        code += [
            "qc = ladder.copy()",
            use,
            "qc.compose(ladder.inverse(), inplace=True)",
            "return qc",
        ]
    theta = "theta" in gate
    short = gate.split("Gate")[0].lower().replace("phase", "p")
    return Instance(
        entry_point=rng.choice(["many_controls", "ladder", "with_clean_ancillas"]),
        signature=f"(n: int{', theta: float' if theta else ''}) -> QuantumCircuit",
        asks=(
            f"Apply {label} to a target when {state} (n >= 2 of them), with at most 2(n-1) "
            f"Toffolis `ccx`, X gates and "
            f"a single controlled {label}. Registers in order: {said}. Ancillas start and end in 0.",
            f"I want an n-controlled {label} from Toffoli gates: it acts when {state}. Use "
            f"registers {said}, in this "
            f"order; the ancillas are clean before and after. Allowed: X, 2(n-1) `ccx` and one "
            f"controlled {label}.",
            f"Registers: {said}.\nAction: {label} on `t` when {state}, n >= 2.\nGates: `x`, at "
            f"most 2(n-1) `ccx`, one "
            f"controlled {label}.\nThe ancillas are 0 at the beginning and at the end.",
            f"How do I build a {label} with n controls (n >= 2) using ancillas, so that it acts "
            f"when {state}? Order of "
            f"registers: {said}. No more than 2(n-1) `ccx`, one controlled {label}, and X; "
            f"ancillas return to 0.",
        ),
        imports="from qiskit import QuantumCircuit, QuantumRegister\n"
        "from qiskit.circuit import AncillaRegister\n"
        f"from qiskit.circuit.library import {gate.split('(')[0]}",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
for n, theta in ((2, 0.7), (4, 1.9)):
    qc = candidate(n{", theta" if theta else ""})
    assert isinstance(qc, QuantumCircuit)
    sizes = {{"c": n, "t": 1, "a": n - 1}}
    assert [(r.name, r.size) for r in qc.qregs] == [(name, sizes[name]) for name in {list(layout)}]
    counts = dict(qc.count_ops())
    assert counts.pop("ccx", 0) <= 2 * (n - 1)
    counts.pop("x", 0)
    assert counts == {{"{short}": 1}}
    m = {matrix}
    where = {{r.name: [qc.find_bit(q).index for q in r] for r in qc.qregs}}
    wanted = [{{"none": 1, "all": 0, "even": i % 2}}["{zeros}"] for i in range(n)]
    U, t = Operator(qc).data, where["t"][0]
    for state in range(2**qc.num_qubits):
        if any(state >> q & 1 for q in where["a"]):
            continue
        column = np.zeros(len(U), dtype=complex)
        if all(state >> q & 1 == b for q, b in zip(where["c"], wanted)):
            bit = state >> t & 1
            for new in (0, 1):
                column[state ^ ((bit ^ new) << t)] += m[new, bit]
        else:
            column[state] = 1
        assert np.allclose(U[:, state], column, atol=1e-8, rtol=0)
""",
        params={"gate": label, "zeros": zeros, "layout": layout, "way": way},
    )  # fmt: skip
