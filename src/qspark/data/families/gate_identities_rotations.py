"""Gate identities of rotations: pairs of Pauli terms, Euler angles, and local simplification."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

# Gates in time order that turn X into the first and Z into the second letter.
_FRAMES = {
    "XY": ["sxdg"], "XZ": [], "YX": ["sdg", "h"], "YZ": ["s"], "ZX": ["h"], "ZY": ["h", "s"],
}  # fmt: skip
_UNDO = {"sxdg": "sx", "sdg": "s", "s": "sdg", "h": "h"}


@family(
    "gate_identities",
    "advanced",
    oracle="unitary",
    skills=("pauli-rotations", "gate-budget", "decomposition"),
    why="Two commuting two-qubit Pauli terms share one pair of CX gates, with a rotation on each qubit.",
    tolerance=1e-8,
)
def two_terms_two_cx(rng: Random) -> Instance:
    """exp(-i(a P + b Q)) for commuting two-qubit Paulis with only two CX gates."""
    n = rng.choice([2, 3])
    p, q = rng.sample(range(n), 2)
    one, two = rng.choice(sorted(_FRAMES)), rng.choice(sorted(_FRAMES))
    first = [f"qc.{_UNDO[g]}({p})" for g in reversed(_FRAMES[one])]
    first += [f"qc.{_UNDO[g]}({q})" for g in reversed(_FRAMES[two])]
    last = [f"qc.{g}({p})" for g in _FRAMES[one]] + [f"qc.{g}({q})" for g in _FRAMES[two]]
    scale = rng.choice(["full", "half", "negative", "number"])
    k = angle(rng)
    x, y, ax, by = {
        "full": ("2 * a", "2 * b", "a", "b"),
        "half": ("a", "b", "a/2", "b/2"),
        "negative": ("2 * a", "-2 * b", "a", "-b"),
        "number": (f"2 * {k} * a", "2 * b", f"{k}*a", "b"),
    }[scale]
    code = [f"qc = QuantumCircuit({n})", *first, f"qc.cx({p}, {q})", f"qc.rx({x}, {p})", f"qc.rz({y}, {q})",
            f"qc.cx({p}, {q})", *last, "return qc"]  # fmt: skip
    names = sorted({line.split(".", 1)[1].split("(")[0] for line in code[1:-1]})
    allowed = ", ".join(f"`{name}`" for name in names)
    terms = f"P = {one[0]} on qubit {p} times {two[0]} on qubit {q}, "
    terms += f"Q = {one[1]} on qubit {p} times {two[1]} on qubit {q}"
    formula = f"exp(-i*({ax} P + {by} Q))".replace("+ -b", "- b")
    return Instance(
        entry_point=rng.choice(["pair_evolution", "two_terms", "interaction_block"]),
        signature="(a: float, b: float) -> QuantumCircuit",
        asks=(
            f"With at most two `cx`, build {formula} on {n} qubits, where {terms}. Gates allowed: "
            f"{allowed}. Up to a "
            "global phase.",
            f"Both terms of {formula} commute: {terms}. Write one circuit on {n} qubits with just "
            f"two CX gates, from "
            f"{allowed}. A global phase is free.",
            f"Evolution: {formula}.\nTerms: {terms}.\n{n} qubits; gates {allowed}; `cx` no more "
            f"than twice; global "
            "phase irrelevant.",
            f"How can I do {formula} with two CX instead of four? {terms}. I can use {allowed} on "
            f"{n} qubits, and do "
            "not care about the global phase.",
        ),
        imports="from qiskit import QuantumCircuit",
        body="\n".join(code),
        test=f"""
import numpy as np
import scipy.linalg
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, SparsePauliOp
P = SparsePauliOp.from_sparse_list([("{one[0]}{two[0]}", [{p}, {q}], 1)], num_qubits={n}).to_matrix()
Q = SparsePauliOp.from_sparse_list([("{one[1]}{two[1]}", [{p}, {q}], 1)], num_qubits={n}).to_matrix()
for a, b in ((0.31, 0.84), (-0.72, 0.2)):
    want = scipy.linalg.expm(-1j * (({ax}) * P + ({by}) * Q))
    got = candidate(a, b)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {n}
    assert set(got.count_ops()) <= set({names})
    assert got.count_ops().get("cx", 0) <= 2
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        params={"P": one[0] + two[0], "Q": one[1] + two[1], "qubits": [p, q], "scale": scale},
        wrong=(Wrong("S17", "\n".join(code).replace("(2 * ", "(").replace("(-2 * ", "(-")),)
        if scale in ("full", "negative")
        else (),
    )


_BASES = {
    "ZYZ": ("rz", "ry"), "ZXZ": ("rz", "rx"), "XYX": ("rx", "ry"), "XZX": ("rx", "rz"),
}  # fmt: skip
_MODES = {
    "plain": ("the given matrix", "matrix", "m"),
    "inverse": ("the inverse of the given matrix", "matrix.conj().T", "m.conj().T"),
    "square": ("the square of the given matrix", "matrix @ matrix", "m @ m"),
    "hx": ("H times the given matrix (the matrix acts first)", "Operator.from_label(\"H\").data @ matrix",
           "np.array([[1, 1], [1, -1]]) / np.sqrt(2) @ m"),
    "transpose": ("the transpose of the given matrix", "matrix.T", "m.T"),
    "conjugate": ("the complex conjugate of the given matrix", "matrix.conj()", "m.conj()"),
}  # fmt: skip


@family(
    "gate_identities",
    "advanced",
    oracle="unitary",
    skills=("euler-angles", "phase", "controlled-gates"),
    why="An Euler decomposition has a phase, which becomes a phase gate on the control when controlled.",
    tolerance=1e-7,
)
def euler_rotations(rng: Random) -> Instance:
    """A one-qubit matrix as three rotations on a chosen qubit, or controlled by two CX."""
    basis, mode = rng.choice(sorted(_BASES)), rng.choice(sorted(_MODES))
    outer, inner = _BASES[basis]
    said, argument, want = _MODES[mode]
    n = rng.choice([2, 3])
    c, t = rng.sample(range(n), 2)
    kind = rng.choice(["exact", "exact", "controlled", "open"])
    get = f'decomposer = OneQubitEulerDecomposer("{basis}")'
    code = [f"qc = QuantumCircuit({n})"]
    if kind == "exact":
        code += [
            "qc.global_phase = phase",
            f"qc.{outer}(lam, {t})",
            f"qc.{inner}(theta, {t})",
            f"qc.{outer}(phi, {t})",
        ]
        names = sorted({outer, inner})
        task = f"On qubit {t} of {n} apply {said}, exactly with its global phase"
        rule = f"gates `{outer}`, `{inner}`, `{outer}`, one of each in this order"
        limit = f"assert [item.operation.name for item in got.data] == {[outer, inner, outer]}"
        effect = f"np.kron(np.kron(np.eye(2 ** ({n} - 1 - {t})), m), np.eye(2**{t}))"
    else:
        # A CX conjugates Y and Z to minus themselves on its target, so the basis must be ZYZ.
        get, basis, outer, inner = 'decomposer = OneQubitEulerDecomposer("ZYZ")', "ZYZ", "rz", "ry"
        flip = [f"qc.x({c})"] if kind == "open" else []
        code += [
            *flip,
            f"qc.p(phase, {c})",
            f"qc.rz((lam - phi) / 2, {t})",
            f"qc.cx({c}, {t})",
            f"qc.rz(-(lam + phi) / 2, {t})",
            f"qc.ry(-theta / 2, {t})",
            f"qc.cx({c}, {t})",
            f"qc.ry(theta / 2, {t})",
            f"qc.rz(phi, {t})",
            *flip,
        ]
        names = sorted({"p", "rz", "ry", "cx", *(["x"] if flip else [])})
        state = int(kind == "controlled")
        task = f"On qubit {t} of {n} apply {said}, controlled by qubit {c} being {state}, phase included"
        rule = f"only {', '.join(f'`{name}`' for name in names)}, and at most two `cx`"
        limit = f"assert set(got.count_ops()) <= set({names}) and got.count_ops().get('cx', 0) <= 2"
        effect = f"controlled(m, {state})"
    code.append("return qc")
    body = "\n".join(
        [get, f"theta, phi, lam, phase = decomposer.angles_and_phase({argument})", *code]
    )
    needs = "\nfrom qiskit.quantum_info import Operator" if "Operator." in body else ""
    return Instance(
        entry_point=rng.choice(["by_rotations", "euler_circuit", "from_matrix"]),
        signature="(matrix: np.ndarray) -> QuantumCircuit",
        asks=(
            f"{task}, as a circuit with {rule}. `matrix` is any 2x2 unitary.",
            f"Given a 2x2 unitary `matrix`, write a {n}-qubit circuit by Euler angles ({basis}): "
            f"{task[0].lower()}{task[1:]}. The gates: {rule}.",
            f"Input: a unitary 2x2 array.\nTask: {task[0].lower()}{task[1:]}.\nGates: "
            f"{rule}.\nNothing else is in the "
            "circuit.",
            f"How do I get the {basis} angles of a one-qubit unitary into a circuit? {task}. "
            f"Please use {rule}.",
        ),
        imports=f"import numpy as np\nfrom qiskit import QuantumCircuit{needs}\n"
        "from qiskit.synthesis import OneQubitEulerDecomposer",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, random_unitary
rng = np.random.default_rng(np.random.randint(2**31))

def controlled(m, state):
    full = np.eye({2**n}, dtype=complex)
    for col in range({2**n}):
        if col >> {c} & 1 == state:
            bit = col >> {t} & 1
            full[col, col] = 0
            for new in (0, 1):
                full[col ^ ((bit ^ new) << {t}), col] += m[new, bit]
    return full

for _ in range(3):
    m = random_unitary(2, seed=rng).data
    matrix = m.copy()
    m = {want}
    want = {effect}
    got = candidate(matrix)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {n}
    {limit}
    assert np.allclose(Operator(got).data, want, atol=1e-7, rtol=0)
""",
        params={"basis": basis, "mode": mode, "kind": kind, "qubits": [c, t]},
    )


_MERGED = {
    "rz": ("rz", "Z"), "rx": ("rx", "X"), "ry": ("ry", "Y"), "p": ("p", "phase"),
}  # fmt: skip
_PAIRS = {
    "h": ("H", 1), "x": ("X", 1), "cx": ("CX (same control and target)", 2),
    "swap": ("SWAP (same qubit order)", 2),
    "y": ("Y", 1), "cy": ("CY (same control and target)", 2),
    "ccx": ("Toffoli (same qubits in the same order)", 3),
}  # fmt: skip


@family(
    "gate_identities",
    "advanced",
    oracle="unitary",
    skills=("optimization", "circuit-data"),
    why="Two gates are neighbours only if no other gate lies between them on any of their qubits.",
    tolerance=1e-8,
)
def local_simplification(rng: Random) -> Instance:
    """Neighbouring rotations merged and neighbouring self-inverse gates cancelled, repeatedly."""
    turn = rng.choice(sorted(_MERGED))
    pairs = rng.sample(sorted(_PAIRS), 2)
    both = rng.choice(["merge", "cancel", "both", "both", "both"])
    drop = both in ("merge", "both") and rng.random() < 0.5
    zero = f"; one with an angle below {1e-9} in absolute value is dropped" if drop else ""
    rules = []
    if both != "merge":
        shown = " and ".join(_PAIRS[name][0] for name in pairs)
        rules.append(f"two neighbouring equal gates of the kinds {shown} cancel")
    if both != "cancel":
        rules.append(
            f"neighbouring `{turn}` gates on a qubit become one with the sum of their angles{zero}"
        )
    code = [
        "qc = circuit.copy_empty_like()",
        "kept = []",
        "for item in circuit.data:",
        "    before = None",
        "    for index in reversed(range(len(kept))):",
        "        if set(kept[index].qubits) & set(item.qubits):",
        "            before = index",
        "            break",
    ]
    inner = []
    if both != "merge":
        # Neighbours: the latest gate on any of the qubits has exactly the same ones.
        names = ", ".join(f'"{name}"' for name in sorted(pairs))
        inner += [
            f"    if before is not None and item.name in ({names}):",
            "        if kept[before].name == item.name and kept[before].qubits == item.qubits:",
            "            del kept[before]",
            "            continue",
        ]
    if both != "cancel":
        inner += [
            f'    if before is not None and item.name == "{turn}" == kept[before].name:',
            "        total = kept[before].params[0] + item.params[0]",
            f"        kept[before] = item.replace(operation={_gate(turn)}(total))",
            *(["        if abs(total) < 1e-9:", "            del kept[before]"] if drop else []),
            "        continue",
        ]
    code += [
        *inner,
        "    kept.append(item)",
        "for item in kept:",
        "    qc.append(item)",
        "return qc",
    ]
    need = f"\nfrom qiskit.circuit.library import {_gate(turn)}" if both != "cancel" else ""
    listed = "; ".join(rules)
    note = (
        "Two gates are neighbours if they have the same qubits and nothing lies between them on "
        "any of these; go "
        "through the gates once in order, and apply the rules to each gate and what is kept before it"
    )
    tests = f"""
def reduced(rows):
    kept = []
    for name, wires, params in rows:
        last = [i for i, row in enumerate(kept) if set(row[1]) & set(wires)]
        old = kept[last[-1]] if last else None
        if {both != "merge"} and old and name in {sorted(pairs)} and old[:2] == (name, wires):
            kept.pop(last[-1])
        elif {both != "cancel"} and old and name == old[0] == "{turn}":
            total = old[2][0] + params[0]
            kept[last[-1]] = (name, wires, [total])
            if {drop} and abs(total) < 1e-9:
                kept.pop(last[-1])
        else:
            kept.append((name, wires, params))
    return kept
"""
    size = {name: _PAIRS[name][1] for name in pairs}
    return Instance(
        entry_point=rng.choice(["simplify", "reduce_circuit", "clean_up", "peephole"]),
        signature="(circuit: QuantumCircuit) -> QuantumCircuit",
        asks=(
            f"Simplify a circuit of gates by hand, without the transpiler: {listed}. {note}. "
            f"Registers and global "
            "phase stay, the input is not changed.",
            f"I want a small optimizer: {listed}. {note}. It returns a new circuit on the same "
            f"registers and with the "
            "same global phase; other gates stay in order.",
            "Rules:\n" + "\n".join(f"- {rule}" for rule in rules) + f"\n{note}. The result is a "
            f"new circuit; wires "
            "and global phase as before.",
            f"How do I walk through `circuit.data` such that {listed}? {note}. Give back a new "
            f"circuit with the same "
            "wires and global phase.",
        ),
        imports=f"from qiskit import QuantumCircuit{need}",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit, QuantumRegister
from qiskit.quantum_info import Operator
rng = np.random.default_rng(np.random.randint(2**31))
{tests}
sizes = {size}
for _ in range(4):
    circuit = QuantumCircuit(QuantumRegister(2, "a"), QuantumRegister(1, "b"), global_phase=0.3)
    for _ in range(10):
        kind, block = int(rng.integers(5)), []
        if kind < 2:
            name = {sorted(pairs)}[kind]
            block = [(name, [int(q) for q in rng.permutation(3)[:sizes[name]]], [])]
        elif kind < 4:
            q, value = int(rng.integers(3)), float(rng.uniform(0.2, 1.5))
            second = rng.choice([-value, 0.05 - value]) if kind == 3 else 0.4
            block = [("{turn}", [q], [value]), ("{turn}", [q], [second])]
        else:
            block = [("{"sx" if turn != "rx" else "t"}", [int(rng.integers(3))], []), ("cz", [0, 2], [])]
        for name, wires, params in block * int(rng.integers(1, 3)):
            getattr(circuit, name)(*params, *wires)
            free = [q for q in range(3) if q not in wires]
            if free and rng.random() < 0.5:
                circuit.{"sx" if turn != "rx" else "t"}(free[0])
    rows = [(i.operation.name, [circuit.find_bit(q).index for q in i.qubits], list(i.operation.params))
            for i in circuit.data]
    before = circuit.copy()
    got = candidate(circuit)
    assert isinstance(got, QuantumCircuit) and circuit == before
    assert got.qregs == circuit.qregs
    want = circuit.copy_empty_like()
    for name, wires, params in reduced(rows):
        getattr(want, name)(*params, *wires)
    assert dict(got.count_ops()) == dict(want.count_ops())
    assert np.allclose(Operator(got).data, Operator(want).data, atol=1e-8, rtol=0)
    assert np.allclose(Operator(got).data, Operator(circuit).data, atol=1e-8, rtol=0)
""",
        params={"rules": rules},
    )


def _gate(name: str) -> str:
    """The class of a rotation."""
    return {"rz": "RZGate", "rx": "RXGate", "ry": "RYGate", "p": "PhaseGate"}[name]
