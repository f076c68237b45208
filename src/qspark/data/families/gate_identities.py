"""Gate identities: rewriting under constraints, rotations about Pauli strings, commuting pairs."""

from itertools import pairwise
from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

# Gate in words, as the test makes it, its qubits, and a decomposition on a, b, c in time order.
_IDENTITIES = (
    ("SWAP", "SwapGate()", 2,
     "h(b); cz(a, b); h(b); h(a); cz(b, a); h(a); h(b); cz(a, b); h(b)"),
    ("SWAP", "SwapGate()", 2,
     "iswap(a, b); sdg(a); sdg(b); h(b); cx(a, b); h(b)"),
    ("CZ", "CZGate()", 2,
     "ry(math.pi / 2, b); cx(a, b); ry(-math.pi / 2, b)"),
    ("controlled-Hadamard", "CHGate()", 2,
     "ry(math.pi / 4, b); cx(a, b); ry(-math.pi / 4, b)"),
    ("controlled-Hadamard", "CHGate()", 2,
     "ry(-math.pi / 4, b); cz(a, b); ry(math.pi / 4, b)"),
    ("CY", "CYGate()", 2,
     "p(-math.pi / 2, b); cx(a, b); p(math.pi / 2, b)"),
    ("CY", "CYGate()", 2,
     "rx(math.pi / 2, b); cz(a, b); rx(-math.pi / 2, b)"),
    ("CX", "CXGate()", 2,
     "rzx(-math.pi / 2, a, b); rx(math.pi / 2, b); rz(math.pi / 2, a)"),
    ("CX", "CXGate()", 2,
     "h(b); rzz(-math.pi / 2, a, b); rz(math.pi / 2, a); rz(math.pi / 2, b); h(b)"),
    ("CX", "CXGate()", 2,
     "ry(math.pi / 2, a); rxx(math.pi / 2, a, b); ry(-math.pi / 2, a); rz(-math.pi / 2, a); "
     "rx(-math.pi / 2, b)"),
    ("CRY(theta)", "CRYGate(theta)", 2,
     "ry(theta / 2, b); cx(a, b); ry(-theta / 2, b); cx(a, b)"),
    ("CRY(theta)", "CRYGate(theta)", 2,
     "ry(theta / 2, b); cz(a, b); ry(-theta / 2, b); cz(a, b)"),
    ("CRX(theta)", "CRXGate(theta)", 2,
     "rx(theta / 2, b); cz(a, b); rx(-theta / 2, b); cz(a, b)"),
    ("CRX(theta)", "CRXGate(theta)", 2,
     "h(b); rz(theta / 2, b); cx(a, b); rz(-theta / 2, b); cx(a, b); h(b)"),
    ("CRZ(theta)", "CRZGate(theta)", 2,
     "rz(theta / 2, b); cy(a, b); rz(-theta / 2, b); cy(a, b)"),
    ("controlled phase CP(theta)", "CPhaseGate(theta)", 2,
     "p(theta / 2, a); p(theta / 2, b); cx(a, b); p(-theta / 2, b); cx(a, b)"),
    ("controlled phase CP(theta)", "CPhaseGate(theta)", 2,
     "rz(theta / 2, a); rz(theta / 2, b); rzz(-theta / 2, a, b)"),
    ("RZZ(theta)", "RZZGate(theta)", 2,
     "cp(-2 * theta, a, b); p(theta, a); p(theta, b)"),
    ("RXX(theta)", "RXXGate(theta)", 2,
     "cx(a, b); rx(theta, a); cx(a, b)"),
    ("RYY(theta)", "RYYGate(theta)", 2,
     "cy(a, b); ry(theta, a); cy(a, b)"),
    ("RYY(theta)", "RYYGate(theta)", 2,
     "rx(math.pi / 2, a); rx(math.pi / 2, b); rzz(theta, a, b); rx(-math.pi / 2, a); rx(-math.pi / 2, b)"),
    ("RZX(theta)", "RZXGate(theta)", 2,
     "ry(-math.pi / 2, b); rzz(theta, a, b); ry(math.pi / 2, b)"),
    ("RZX(theta)", "RZXGate(theta)", 2,
     "cz(a, b); rx(theta, b); cz(a, b)"),
    ("iSWAP", "iSwapGate()", 2,
     "rxx(-math.pi / 2, a, b); ryy(-math.pi / 2, a, b)"),
    ("iSWAP", "iSwapGate()", 2,
     "swap(a, b); cz(a, b); s(a); s(b)"),
    ("double CX", "DCXGate()", 2,
     "swap(a, b); cx(a, b)"),
    ("ECR", "ECRGate()", 2,
     "rzx(math.pi / 4, a, b); x(a); rzx(-math.pi / 4, a, b)"),
    ("controlled-SX", "CSXGate()", 2,
     "h(b); cp(math.pi / 2, a, b); h(b)"),
    ("controlled-SX", "CSXGate()", 2,
     "crx(math.pi / 2, a, b); p(math.pi / 4, a)"),
    ("controlled-S", "CSGate()", 2,
     "crz(math.pi / 2, a, b); p(math.pi / 4, a)"),
    ("Toffoli", "CCXGate()", 3,
     "csx(b, c); cx(a, b); h(c); cp(-math.pi / 2, b, c); h(c); cx(a, b); csx(a, c)"),
    ("CCZ", "CCZGate()", 3,
     "cp(math.pi / 2, b, c); cx(a, b); cp(-math.pi / 2, b, c); cx(a, b); cp(math.pi / 2, a, c)"),
    ("CCZ", "CCZGate()", 3,
     "cx(b, c); tdg(c); cx(a, c); t(c); cx(b, c); tdg(c); cx(a, c); t(b); t(c); cx(a, b); t(a); "
     "tdg(b); cx(a, b)"),
    ("Fredkin", "CSwapGate()", 3,
     "cx(c, b); ccx(a, b, c); cx(c, b)"),
    ("X", "XGate()", 1,
     "sx(a); sx(a)"),
    ("Hadamard", "HGate()", 1,
     "rz(math.pi / 2, a); sx(a); rz(math.pi / 2, a)"),
    ("Hadamard", "HGate()", 1,
     "z(a); ry(math.pi / 2, a)"),
    ("RY(theta)", "RYGate(theta)", 1,
     "sx(a); rz(theta, a); sxdg(a)"),
    ("RY(theta)", "RYGate(theta)", 1,
     "sdg(a); rx(theta, a); s(a)"),
    ("RZ(theta)", "RZGate(theta)", 1,
     "ry(math.pi / 2, a); rx(theta, a); ry(-math.pi / 2, a)"),
    ("RX(theta)", "RXGate(theta)", 1,
     "ry(-math.pi / 2, a); rz(theta, a); ry(math.pi / 2, a)"),
    ("U(theta, 0.4, -1.1)", "UGate(theta, 0.4, -1.1)", 1,
     "rz(-1.1, a); ry(theta, a); rz(0.4, a)"),
    ("U(theta, 0.4, -1.1)", "UGate(theta, 0.4, -1.1)", 1,
     "rz(-1.1, a); sx(a); rz(theta + math.pi, a); sx(a); rz(0.4 + math.pi, a)"),
    ("R(theta, 0.7)", "RGate(theta, 0.7)", 1,
     "rz(-0.7, a); rx(theta, a); rz(0.7, a)"),
    ("XX+YY interaction XXPlusYY(theta)", "XXPlusYYGate(theta)", 2,
     "rxx(theta / 2, a, b); ryy(theta / 2, a, b)"),
    ("CU(theta, 0.4, 0.9, 0.3)", "CUGate(theta, 0.4, 0.9, 0.3)", 2,
     "p(0.3 + (0.4 + 0.9) / 2, a); rz((0.9 - 0.4) / 2, b); cx(a, b); rz(-(0.4 + 0.9) / 2, b); "
     "ry(-theta / 2, b); cx(a, b); ry(theta / 2, b); rz(0.4, b)"),
    ("controlled-S-dagger", "CSdgGate()", 2,
     "tdg(a); tdg(b); cx(a, b); t(b); cx(a, b)"),
    ("Fredkin", "CSwapGate()", 3,
     "cx(c, b); h(c); ccz(a, b, c); h(c); cx(c, b)"),
    ("doubly controlled RY(theta)", "RYGate(theta).control(2)", 3,
     "cry(theta / 2, b, c); cx(a, b); cry(-theta / 2, b, c); cx(a, b); cry(theta / 2, a, c)"),
    ("doubly controlled RY(theta)", "RYGate(theta).control(2)", 3,
     "cry(theta / 2, a, c); cz(b, c); cry(-theta / 2, a, c); cz(b, c)"),
    ("doubly controlled P(theta)", "PhaseGate(theta).control(2)", 3,
     "cp(theta / 2, b, c); cx(a, b); cp(-theta / 2, b, c); cx(a, b); cp(theta / 2, a, c)"),
)  # fmt: skip


@family(
    "gate_identities",
    "intermediate",
    oracle="unitary",
    skills=("decomposition", "gate-budget"),
    why="Conjugating a rotation or a controlled gate turns its axis; half angles around a CX add or cancel.",
    tolerance=1e-8,
)
def rewritten_gates(rng: Random) -> Instance:
    """Two gates rewritten in a given gate set, with a budget of multi-qubit gates."""
    while True:
        chosen = rng.sample(_IDENTITIES, 2)
        lines = [line for *_, text in chosen for line in text.split("; ")]
        names = {line.split("(")[0] for line in lines}
        given = {made.split("Gate")[0].lower().replace("phase", "p") for _, made, *_ in chosen}
        if not names & given and len({made for _, made, *_ in chosen}) == 2 and len(lines) < 14:
            break
    n = 4
    code, words, rows, budget = ["qc = QuantumCircuit(4)"], [], [], 0
    for text, made, size, sequence in chosen:
        wires = rng.sample(range(n), size)
        letters = dict(zip("abc", wires, strict=False))
        for line in sequence.split("; "):
            name, args = line[:-1].split("(", 1)
            parts = [str(letters.get(part, part)) for part in args.split(", ")]
            code.append(f"qc.{name}({', '.join(parts)})")
            budget += sum(part in letters for part in args.split(", ")) > 1
        place = f"qubit {wires[0]}" if size == 1 else f"qubits {wires}"
        words.append(f"{text} on {place}")
        rows.append(f"(lib.{made}, {wires})")
    code.append("return qc")
    theta = "theta" in "".join(code)
    allowed = ", ".join(f"`{name}`" for name in sorted(names))
    maths = "import math\n\n" if "math." in "".join(code) else ""
    limit = (
        f"at most {budget} gates on two or more qubits"
        if budget
        else "no gate on more than one qubit"
    )
    listed = " and then ".join(words)
    note = " (controls first)" if any(size > 1 for _, _, size, _ in chosen) else ""
    argument = " `theta` is the argument." if theta else ""
    return Instance(
        entry_point=rng.choice(["rewritten", "in_gate_set", "decomposed", "with_budget"]),
        signature=f"({'theta: float' if theta else ''}) -> QuantumCircuit",
        asks=(
            f"Write {listed}{note} as a 4-qubit circuit that uses only {allowed}, with {limit}. A "
            f"global phase does "
            f"not matter.{argument}",
            f"My hardware has just {allowed}. Give a circuit on 4 qubits that does "
            f"{listed}{note}, up to a global "
            f"phase, with {limit}.{argument}",
            f"Target: {listed}{note} on 4 qubits.\nAllowed gates: {allowed}.\nBudget: "
            f"{limit}.\nUp to global phase."
            f"{argument}",
            f"By hand, how do I express {listed}{note} with {allowed} alone? The 4-qubit circuit "
            f"may have {limit} and "
            f"may differ by a global phase.{argument}",
        ),
        imports=f"{maths}from qiskit import QuantumCircuit",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
import qiskit.circuit.library as lib
from qiskit.quantum_info import Operator
for theta in (0.77, -1.3, 2.6):
    want = Operator(np.eye(16))
    for gate, wires in [{", ".join(rows)}]:
        want = want.compose(gate, wires)
    got = candidate({"theta" if theta else ""})
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 4
    assert set(got.count_ops()) <= set({sorted(names)})
    assert got.num_nonlocal_gates() <= {budget}
    assert Operator(got).equiv(want, atol=1e-8, rtol=0)
""",
        params={"targets": words, "allowed": sorted(names), "budget": budget},
    )


# How a letter is turned into Z before the parity is taken: gates in time order, and back.
_TO_Z = {
    "h": {"X": (["h"], ["h"]), "Y": (["sdg", "h"], ["h", "s"]), "Z": ([], [])},
    "rotations": {
        "X": (["ry(-math.pi / 2"], ["ry(math.pi / 2"]),
        "Y": (["rx(math.pi / 2"], ["rx(-math.pi / 2"]),
        "Z": ([], []),
    },
    "sx": {"X": (["h"], ["h"]), "Y": (["sx"], ["sxdg"]), "Z": ([], [])},
}


@family(
    "gate_identities",
    "intermediate",
    oracle="unitary",
    skills=("pauli-rotations", "decomposition", "endianness"),
    why="A Pauli rotation is an RZ on a parity between basis changes; its last letter is qubit 0.",
    tolerance=1e-8,
)
def string_rotation(rng: Random) -> Instance:
    """exp(-i theta/2 P) for a Pauli string, from basis changes, CX gates and one RZ."""
    n = rng.choice([3, 4])
    while True:
        label = "".join(rng.choice("IXYZXYZ") for _ in range(n))
        support = [q for q, letter in enumerate(reversed(label)) if letter != "I"]
        if len(support) > 1 and label != label[::-1] and label.strip("IZ"):
            break
    kind, shape = rng.choice(sorted(_TO_Z)), rng.choice(["chain", "star", "down"])
    factor = rng.choice(["theta", "-theta", "2 * theta", f"{angle(rng)} * theta"])
    order = support[::-1] if shape == "down" else support
    target = order[-1]
    before, after = [], []
    for q in support:
        one, two = _TO_Z[kind][label[n - 1 - q]]
        before += [f"qc.{gate}{', ' if '(' in gate else '('}{q})" for gate in one]
        after += [f"qc.{gate}{', ' if '(' in gate else '('}{q})" for gate in two]
    if shape == "star":
        links = [f"qc.cx({q}, {target})" for q in order[:-1]]
    else:
        links = [f"qc.cx({a}, {b})" for a, b in pairwise(order)]
    code = [
        f"qc = QuantumCircuit({n})",
        *before,
        *links,
        f"qc.rz({factor}, {target})",
        *links[::-1],
        *after,
        "return qc",
    ]
    names = sorted({line.split(".", 1)[1].split("(")[0] for line in code[1:-1]})
    allowed = ", ".join(f"`{name}`" for name in names)
    maths = "import math\n\n" if "math." in "".join(code) else ""
    budget = 2 * len(links)
    formula = f"exp(-i * ({factor}) / 2 * {label})"
    return Instance(
        entry_point=rng.choice(["pauli_rotation", "string_exponential", "rotate_by_string"]),
        signature="(theta: float) -> QuantumCircuit",
        asks=(
            f"Build {formula} on {n} qubits (last letter: qubit 0) from {allowed} only, with one "
            f"`rz` on qubit "
            f"{target} and at most {budget} `cx`. A global phase is free.",
            f"I need the rotation {formula}, where the label follows Qiskit's order, as a "
            f"{n}-qubit circuit of "
            f"{allowed}. No more than {budget} CX gates, a single RZ, and that on qubit {target}.",
            f"Unitary: {formula}, qubit 0 at the right end of the label.\nGates: {allowed}; `cx` "
            f"at most {budget} "
            f"times, `rz` once, on qubit {target}.\nArgument: theta. {n} qubits.",
            f"How is {formula} made of {allowed} by hand on {n} qubits (rightmost letter = qubit "
            f"0)? The only `rz` "
            f"should be on qubit {target}; {budget} `cx` have to suffice.",
        ),
        imports=f"{maths}from qiskit import QuantumCircuit",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Pauli
for theta in (0.63, -1.7):
    angle = {factor}
    P = Pauli("{label}").to_matrix()
    want = np.cos(angle / 2) * np.eye({2**n}) - 1j * np.sin(angle / 2) * P
    got = candidate(theta)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {n}
    counts = got.count_ops()
    assert set(counts) <= set({names})
    assert counts.get("cx", 0) <= {budget} and counts["rz"] == 1
    (item,) = got.get_instructions("rz")
    assert got.find_bit(item.qubits[0]).index == {target}
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        params={"label": label, "changes": kind, "shape": shape, "angle": factor},
        wrong=(
            Wrong("S17", "\n".join(code).replace(f"qc.rz({factor},", f"qc.rz(2 * ({factor}),")),
        ),
    )
