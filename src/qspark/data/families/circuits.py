"""Building circuits: worded schedules, whole-circuit operations, blocks, phases, initial states."""

import re
from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

_ONE = {
    "h": ("a Hadamard", "HGate()"),
    "x": ("an X", "XGate()"),
    "y": ("a Y", "YGate()"),
    "z": ("a Z", "ZGate()"),
    "s": ("an S", "SGate()"),
    "sdg": ("an S-dagger", "SdgGate()"),
    "t": ("a T", "TGate()"),
    "tdg": ("a T-dagger", "TdgGate()"),
    "sx": ("a square root of X", "SXGate()"),
    "sxdg": ("an inverse square root of X", "SXdgGate()"),
    "rx": ("RX({0})", "RXGate({0})"),
    "ry": ("RY({0})", "RYGate({0})"),
    "rz": ("RZ({0})", "RZGate({0})"),
    "p": ("the phase gate P({0})", "PhaseGate({0})"),
    "r": ("the rotation R({0}, {1})", "RGate({0}, {1})"),
    "u": ("U({0}, {1}, {2})", "UGate({0}, {1}, {2})"),
    "rv": ("the rotation RV with vector ({0}, {1}, {2})", "RVGate({0}, {1}, {2})"),
}
_TWO = {
    "cx": ("CX with control {a} and target {b}", "CXGate()"),
    "cy": ("controlled-Y, control {a}, target {b}", "CYGate()"),
    "ch": ("controlled-Hadamard, control {a}, target {b}", "CHGate()"),
    "csx": ("controlled-SX, control {a}, target {b}", "CSXGate()"),
    "crx": ("controlled RX({0}), control {a}, target {b}", "CRXGate({0})"),
    "cry": ("controlled RY({0}), control {a}, target {b}", "CRYGate({0})"),
    "crz": ("controlled RZ({0}), control {a}, target {b}", "CRZGate({0})"),
    "cu": ("CU({0}, {1}, {2}, {3}), control {a}, target {b}", "CUGate({0}, {1}, {2}, {3})"),
    "dcx": ("a double CX on ({a}, {b})", "DCXGate()"),
    "ecr": ("an ECR gate on ({a}, {b})", "ECRGate()"),
    "rzx": ("RZX({0}) with Z on {a} and X on {b}", "RZXGate({0})"),
}
_COMMUTING = {
    "cz": ("CZ between {a} and {b}", "CZGate()"),
    "cp": ("a controlled phase of {0} between {a} and {b}", "CPhaseGate({0})"),
    "swap": ("a swap of {a} and {b}", "SwapGate()"),
    "iswap": ("an iSWAP of {a} and {b}", "iSwapGate()"),
    "rxx": ("RXX({0}) on {a} and {b}", "RXXGate({0})"),
    "ryy": ("RYY({0}) on {a} and {b}", "RYYGate({0})"),
    "rzz": ("RZZ({0}) on {a} and {b}", "RZZGate({0})"),
    "cs": ("a controlled S between {a} and {b}", "CSGate()"),
    "csdg": ("a controlled S-dagger between {a} and {b}", "CSdgGate()"),
}
_MORE = {
    "ccx": ("a Toffoli with controls {a}, {b} and target {c}", "{a}, {b}, {c}", "CCXGate()", "abc"),
    "ccz": ("a CCZ on {a}, {b}, {c}", "{a}, {b}, {c}", "CCZGate()", "abc"),
    "cswap": ("a Fredkin gate, control {a}, on {b} and {c}", "{a}, {b}, {c}", "CSwapGate()", "abc"),
    "rccx": ("a relative-phase Toffoli (RCCX), controls {a}, {b}, target {c}", "{a}, {b}, {c}",
             "RCCXGate()", "abc"),
    "rcccx": ("an RC3X (relative phase), controls {a}, {b}, {c}, target {d}", "{a}, {b}, {c}, {d}",
              "RC3XGate()", "abcd"),
    "mcx": ("an X on {d} controlled by {a}, {b} and {c}", "[{a}, {b}, {c}], {d}", "XGate().control(3)",
            "abcd"),
    "mcp": ("a phase of {0} when {a}, {b} and {c} are all one", "{0}, [{a}, {b}], {c}",
            "PhaseGate({0}).control(2)", "abc"),
    "mcrx": ("RX({0}) on {c} controlled by {a} and {b}", "{0}, [{a}, {b}], {c}",
             "RXGate({0}).control(2)", "abc"),
    "mcry": ("RY({0}) on {c} controlled by {a} and {b}", "{0}, [{a}, {b}], {c}",
             "RYGate({0}).control(2)", "abc"),
    "mcrz": ("RZ({0}) on {c} controlled by {a} and {b}", "{0}, [{a}, {b}], {c}",
             "RZGate({0}).control(2)", "abc"),
    "ms": ("a Molmer-Sorensen gate (RXX({0}) on each pair) of {a}, {b}, {c}", "{0}, [{a}, {b}, {c}]",
           "MSGate(3, {0})", "abc"),
}  # fmt: skip


def _lib(text: str) -> str:
    """The text with `lib.` before every gate class, as the tests import it."""
    return re.sub(r"\b(\w+Gate\()", r"lib.\1", text)


def _angles(rng: Random, count: int) -> list[str]:
    forms = ["theta", "-theta", "2 * theta", "theta / 2", "theta + {}", "{} * theta", "{}", "{}"]
    return [rng.choice(forms).format(angle(rng)) for _ in range(count)]


def _step(rng: Random, kind: str) -> tuple[str, str, str]:
    """Wording, code line and lines of the test's own product, for one step on four qubits."""
    a, b, c, d = rng.sample(range(4), 4)
    values = _angles(rng, 4)
    if kind == "chain":
        down = rng.random() < 0.5
        order = "range(3, 0, -1)" if down else "range(3)"
        other = "q - 1" if down else "q + 1"
        name = rng.choice(["cx", "cy", "ch", "crx", "cry"])
        text, gate = _TWO[name]
        front = f"{values[0]}, " if "{0}" in text else ""
        route = "from 3 to 2, 2 to 1 and 1 to 0" if down else "from 0 to 1, 1 to 2 and 2 to 3"
        label = {"cx": "CX", "cy": "controlled-Y",
                 "ch": "controlled-Hadamard", "crx": f"controlled RX({values[0]})",
                 "cry": f"controlled RY({values[0]})"}[name]  # fmt: skip
        test = "".join(
            f"steps.append(({gate.format(*values)}, [{q}, {q - 1 if down else q + 1}]))\n"
            for q in ([3, 2, 1] if down else [0, 1, 2])
        )
        words = f"a chain of {label} gates (control to target) {route}, in this order"
        return words, f"for q in {order}:\n    qc.{name}({front}q, {other})", test
    if kind == "more":
        name = rng.choice(sorted(_MORE))
        text, args, gate, wires = _MORE[name]
        places = dict(a=a, b=b, c=c, d=d)
        code = f"qc.{name}({args.format(*values, **places)})"
        qargs = [places[w] for w in wires]
        test = f"steps.append(({gate.format(*values)}, {qargs}))\n"
        return text.format(*values, **places), code, test
    if kind in ("two", "commuting"):
        table = _TWO if kind == "two" else _COMMUTING
        name = rng.choice(sorted(table))
        text, gate = table[name]
        front = "".join(f"{values[i]}, " for i in range(gate.count("{")))
        test = f"steps.append(({gate.format(*values)}, [{a}, {b}]))\n"
        return text.format(*values, a=a, b=b), f"qc.{name}({front}{a}, {b})", test
    name = rng.choice(sorted(_ONE))
    text, gate = _ONE[name]
    front = "".join(f"{values[i]}, " for i in range(gate.count("{")))
    some = rng.choice([[a], [a], [a], sorted([a, b]), [0, 1, 2, 3]])
    where = {1: f"qubit {a}", 2: f"each of qubits {min(a, b)} and {max(a, b)}", 4: "every qubit"}
    target = {1: f"{a}", 2: f"{some}", 4: "range(4)"}[len(some)]
    test = "".join(f"steps.append(({gate.format(*values)}, [{q}]))\n" for q in some)
    return f"{text.format(*values)} on {where[len(some)]}", f"qc.{name}({front}{target})", test


@family(
    "circuits",
    "basic",
    oracle="unitary",
    skills=("gate-methods", "argument-order"),
    why="Angles come before the qubits, and controls before targets.",
    tolerance=1e-8,
)
def worded_schedule(rng: Random) -> Instance:
    """A four-qubit circuit written step by step in words."""
    kinds = [
        "one",
        "two",
        "more",
        rng.choice(["one", "two", "chain"]),
        rng.choice(["commuting", "two"]),
    ]
    while True:
        rng.shuffle(kinds)
        steps = [_step(rng, kind) for kind in kinds]
        if any("theta" in code for _, code, _ in steps):
            break
    listed = "; ".join(f"({i}) {words}" for i, (words, _, _) in enumerate(steps, 1))
    lines = "\n".join(f"- {words}" for words, _, _ in steps)
    then = ", then ".join(words for words, _, _ in steps)
    body = "qc = QuantumCircuit(4)\n" + "\n".join(code for _, code, _ in steps) + "\nreturn qc"
    return Instance(
        entry_point=rng.choice(["build", "schedule", "make_circuit", "four_qubit_circuit"]),
        signature="(theta: float) -> QuantumCircuit",
        asks=(
            f"Build a circuit on 4 qubits from an angle `theta`, with these steps in order: {listed}.",
            f"I need a four-qubit `QuantumCircuit` for a given `theta`. Apply {then}. No measurements.",
            f"Write the following schedule as a 4-qubit circuit (indices are qubit numbers, `theta` is "
            f"the argument, angles in radians):\n{lines}",
            f"How do I get this as a Qiskit circuit with 4 qubits and no classical bits, given `theta`? "
            f"In time order: {listed}.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
import qiskit.circuit.library as lib
from qiskit.quantum_info import Operator
for theta in (0.37, -1.21):
    steps = []
{chr(10).join("    " + line for _, _, test in steps for line in _lib(test).splitlines())}
    want = Operator(np.eye(16))
    for gate, qargs in steps:
        want = want.compose(Operator(gate), qargs=qargs)
    got = candidate(theta)
    assert isinstance(got, QuantumCircuit)
    assert got.num_qubits == 4 and got.num_clbits == 0
    assert Operator(got).equiv(want, atol=1e-8, rtol=0)
""",
        params={"steps": [words for words, _, _ in steps]},
    )


_WHOLE = (
    ("inverse", "take its inverse", "qc = {v}.inverse()", "U = U.conj().T"),
    ("repeat", "repeat it {k} times in a row", "qc = {v}.repeat({k})",
     "U = np.linalg.matrix_power(U, {k})"),
    ("power", "raise it to the power -{k}", "qc = {v}.power(-{k})",
     "U = np.linalg.matrix_power(U.conj().T, {k})"),
    ("reverse_bits", "turn the qubit order round (qubit i becomes qubit n-1-i)",
     "qc = {v}.reverse_bits()", "U = turned(U)"),
    ("control", "control it by one more qubit that becomes qubit 0 and is active at {bit}",
     "qc = {v}.control(1, ctrl_state={bit})", "U = controlled(U, {bit})"),
    ("tensor", "put `other` beside it, on the qubits below (`other` gets the lowest indices)",
     "qc = {v}.tensor(other)", "U = np.kron(U, V)"),
    ("expand", "put `other` beside it, on the qubits above (`other` gets the highest indices)",
     "qc = other.tensor({v})", "U = np.kron(V, U)"),
    ("compose", "let `other` follow on qubits 1 and 0 (qubit 0 of `other` on qubit 1)",
     "qc = {v}.compose(other, qubits=[1, 0])", "U = spread(turned(V), U) @ U"),
    ("front", "let `other` come first, on qubits 0 and 1", "qc = {v}.compose(other, front=True)",
     "U = U @ spread(V, U)"),
    ("phase", "add a global phase of {phi}", "qc = {v}.copy()\nqc.global_phase += {phi}",
     "U = np.exp({phi}j) * U"),
    ("reverse_ops", "let its gates run in the opposite order (without inverting them)",
     "qc = {v}.reverse_ops()", "U = backwards"),
)  # fmt: skip


@family(
    "circuits",
    "intermediate",
    oracle="unitary",
    skills=("composition", "endianness", "phase"),
    why="a.tensor(b) puts b on the low qubits, control() adds the control in front as qubit 0.",
    tolerance=1e-8,
)
def whole_circuit_operations(rng: Random) -> Instance:
    """Two or three operations on whole circuits, one after the other."""
    widening = {"control", "tensor", "expand"}
    while True:
        chosen = rng.sample(_WHOLE, rng.choice([2, 3]))
        names = [name for name, *_ in chosen]
        if len(widening & set(names)) > 1 or "reverse_ops" in names[1:]:
            continue
        if "phase" in names and "control" not in names[names.index("phase") :]:
            continue
        if {"inverse", "power"} <= set(names) or {"repeat", "power"} <= set(names):
            continue
        break
    values = dict(k=rng.randint(2, 4), bit=rng.randint(0, 1), phi=angle(rng))
    words, code, effect = [], [], []
    for i, (_, text, line, change) in enumerate(chosen):
        words.append(text.format(**values))
        code.append(line.format(v="qc" if i else "circuit", **values))
        effect.append(change.format(**values))
    uses = any("other" in line for line in code)
    last = code[-1].removeprefix("qc = ") if "\n" not in code[-1] else ""
    code[-1] = f"return {last}" if last else f"{code[-1]}\nreturn qc"
    listed = "; ".join(f"{i}. {text}" for i, text in enumerate(words, 1))
    given = "two-qubit circuits `circuit` and `other`" if uses else "a two-qubit circuit `circuit`"
    one = "circuit and other" if uses else "circuit"
    arguments = (
        "circuit: QuantumCircuit, other: QuantumCircuit" if uses else "circuit: QuantumCircuit"
    )
    return Instance(
        entry_point=rng.choice(["derive", "transformed", "rework", "derived_circuit"]),
        signature=f"({arguments}) -> QuantumCircuit",
        asks=(
            f"Given {given} (gates only), return a new circuit: {listed}. Do not change the input.",
            f"Starting from `circuit`, {', then '.join(words)}. You get {given} without measurements; "
            "leave what you are given untouched and return the result as a `QuantumCircuit`.",
            f"I have {given}, unitary. Which operations of `QuantumCircuit` do the following, in "
            "this order? "
            + "".join(f"\n- {text}" for text in words)
            + f"\nReturn the new circuit; {one} must stay as before.",
            f"Transform `circuit` ({given}, no measurements) into a new circuit that is equal, up to a "
            f"global phase, to what these steps give: {listed}. The input must not be modified.",
        ),
        imports="from qiskit import QuantumCircuit",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

def turned(m):
    n = int(np.log2(len(m)))
    order = [int(format(i, f"0{{n}}b")[::-1], 2) for i in range(2**n)]
    return m[np.ix_(order, order)]

def controlled(m, bit):
    p = np.diag([1 - bit, bit])
    return np.kron(m, p) + np.kron(np.eye(len(m)), np.eye(2) - p)

def spread(small, like):
    return np.kron(np.eye(len(like) // 4), small)

circuit = QuantumCircuit(2, global_phase=0.4)
circuit.rx(0.7, 0)
circuit.cry(1.1, 0, 1)
circuit.u(0.3, 0.9, -0.5, 1)
circuit.crx(0.8, 1, 0)
other = QuantumCircuit(2)
other.ry(0.6, 1)
other.rzx(0.45, 1, 0)
other.p(1.3, 0)
U, V, backwards = Operator(circuit).data, Operator(other).data, np.exp(0.4j) * np.eye(4)
for item in reversed(circuit.data):
    where = [circuit.find_bit(q).index for q in item.qubits]
    backwards = Operator(backwards).compose(Operator(item.operation), qargs=where).data
before = circuit.copy(), other.copy()
{chr(10).join(effect)}
got = candidate({"circuit, other" if uses else "circuit"})
assert isinstance(got, QuantumCircuit) and 2**got.num_qubits == len(U)
assert Operator(got).equiv(Operator(U), atol=1e-8, rtol=0)
assert circuit == before[0] and other == before[1]
""",
        params={"steps": names, **values},
    )


_PHASED = {
    "X": ("rx", "RX", "math.pi", "math.pi / 2", "XGate()"),
    "Y": ("ry", "RY", "math.pi", "math.pi / 2", "YGate()"),
    "Z": ("rz", "RZ", "math.pi", "math.pi / 2", "ZGate()"),
    "S": ("rz", "RZ", "math.pi / 2", "math.pi / 4", "SGate()"),
    "S-dagger": ("rz", "RZ", "-math.pi / 2", "-math.pi / 4", "SdgGate()"),
    "T": ("rz", "RZ", "math.pi / 4", "math.pi / 8", "TGate()"),
    "T-dagger": ("rz", "RZ", "-math.pi / 4", "-math.pi / 8", "TdgGate()"),
    "SX": ("rx", "RX", "math.pi / 2", "math.pi / 4", "SXGate()"),
    "SX-dagger": ("rx", "RX", "-math.pi / 2", "-math.pi / 4", "SXdgGate()"),
}


@family(
    "circuits",
    "intermediate",
    oracle="unitary",
    skills=("phase",),
    why="A rotation differs from its gate by a phase that a circuit can hold as global_phase.",
    tolerance=1e-9,
)
def exact_from_rotation(rng: Random) -> Instance:
    """A fixed gate on all or some qubits, exactly, from one kind of rotation and the global phase."""
    name = rng.choice(sorted(_PHASED))
    method, axis, turn, phase, gate = _PHASED[name]
    places, where, code_where, count, wanted = rng.choice(
        [
            ("every qubit", "all `n` qubits", "range(n)", "n", "range(n)"),
            ("every second qubit (0, 2, 4, ...)", "qubits 0, 2, 4, ... of `n`", "range(0, n, 2)",
             "((n + 1) // 2)", "range(0, n, 2)"),
            ("the last qubit", "qubit n-1 of `n`", "n - 1", "", "[n - 1]"),
            ("every qubit but the first", "qubits 1 to n-1 of `n`", "range(1, n)", "(n - 1)", "range(1, n)"),
        ]
    )  # fmt: skip
    total = f"{count} * {phase}" if count else phase
    how = rng.choice(["argument", "attribute", "gate"])
    said = {"argument": "stored in the circuit's global phase", "attribute": "kept as the global phase",
            "gate": "written as one zero-qubit global phase gate at the end"}[how]  # fmt: skip
    rotate = f"qc.{method}({turn}, {code_where})"
    body = {
        "argument": f"qc = QuantumCircuit(n, global_phase={total})\n{rotate}\nreturn qc",
        "attribute": f"qc = QuantumCircuit(n)\n{rotate}\nqc.global_phase = {total}\nreturn qc",
        "gate": f"qc = QuantumCircuit(n)\n{rotate}\nqc.append(GlobalPhaseGate({total}), [])\nreturn qc",
    }[how]
    extra = "\nfrom qiskit.circuit.library import GlobalPhaseGate" if how == "gate" else ""
    allowed = {method, "global_phase"} if how == "gate" else {method}
    return Instance(
        entry_point=rng.choice(["exact_gate", "gate_layer", "phased_layer"]),
        signature="(n: int) -> QuantumCircuit",
        asks=(
            f"Apply {name} to {places} of an n-qubit circuit, using only {axis} gates, such that the "
            f"matrix is exactly right, global phase included; the phase is {said}.",
            f"My compiler knows {axis} but no {name} gate. Return a circuit of `n` qubits that acts as "
            f"{name} on {where} and as the identity elsewhere. It may hold {axis} only, and the "
            "missing phase must be "
            f"{said}, so that the operators agree exactly and not just up to a phase.",
            f"`n` qubits, {name} on {where}, but as {axis} rotations. Since I will control the "
            "circuit later, "
            f"the overall phase matters: it should be {said}. Nothing else in the circuit.",
            f"How can {name} on {places} (n qubits in all) be written with {axis} rotations and "
            "no error in "
            f"the global phase? I want the phase {said}.",
        ),
        imports=f"import math\n\nfrom qiskit import QuantumCircuit{extra}",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
import qiskit.circuit.library as lib
from qiskit.quantum_info import Operator
for n in (2, 3, 4):
    got = candidate(n)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == n
    assert set(got.count_ops()) <= set({sorted(allowed)!r})
    assert got.count_ops().get("global_phase", 0) == {int(how == "gate")}
    want = Operator(np.eye(2**n))
    for q in {wanted}:
        want = want.compose(Operator({_lib(gate)}), qargs=[q])
    assert np.allclose(Operator(got).data, want.data, atol=1e-9, rtol=0)
""",
        params={"gate": name, "where": places, "phase": how},
        wrong=(Wrong("S18", f"qc = QuantumCircuit(n)\n{rotate}\nreturn qc"),),
    )
