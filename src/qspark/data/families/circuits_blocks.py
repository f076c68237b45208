"""Building circuits: initial states, named blocks and matrices on chosen wires."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family


def _tail(rng: Random, n: int, count: int) -> tuple[str, list[str]]:
    """Words and code of some gates on n qubits."""
    words, lines = [], []
    for _ in range(count):
        a, b = rng.sample(range(n), 2)
        theta = angle(rng)
        text, line = rng.choice(
            [
                (f"a CX with control {a} and target {b}", f"qc.cx({a}, {b})"),
                (f"RY({theta}) on qubit {a}", f"qc.ry({theta}, {a})"),
                (f"a controlled-Hadamard with control {a} and target {b}", f"qc.ch({a}, {b})"),
                (f"RX({theta}) on qubit {b}", f"qc.rx({theta}, {b})"),
                (f"CRY({theta}) with control {a} and target {b}", f"qc.cry({theta}, {a}, {b})"),
            ]
        )
        words.append(text)
        lines.append(line)
    return ", then ".join(words), lines


@family(
    "circuits",
    "intermediate",
    oracle="state",
    skills=("endianness", "initialization"),
    why="The first qubit listed takes the low bit; initialize resets, prepare_state is a gate.",
    tolerance=1e-8,
)
def initial_states(rng: Random) -> Instance:
    """initialize and prepare_state with integers, labels and vectors on chosen qubits."""
    n = rng.randint(3, 4)
    width = rng.randint(2, n - 1)
    where = rng.sample(range(n), width)
    others = [q for q in range(n) if q not in where]
    method = rng.choice(["initialize", "prepare_state"])
    theta = angle(rng)
    fresh = method == "initialize"
    first = f"qc.rx({theta}, {list(range(n)) if fresh else others})"
    begin = f"RX({theta}) on every qubit" if fresh else f"RX({theta}) on {others}"
    verb = (
        "are reset and set to"
        if fresh
        else "(still in zero) are taken by a gate, without reset, to"
    )
    kind = rng.choice(["int", "label", "vector", "normalize"])
    label = "".join(rng.choice("01+-rl") for _ in range(width - 1)) + rng.choice("1r")
    label = "l" + label[1:] if label == label[::-1] else label
    cases = "cases = []\n"
    if kind == "int":
        argument, sort, given = "value", "int", "the basis state with the number `value`"
        call, want = f"value, {where}", f"Statevector.from_int(arg, {2**width})"
        cases = f"cases = range({2**width})\n"
    elif kind == "label":
        argument, sort = "label", "str"
        given = f"the product state written in `label` (characters 0 1 + - r l, such as `{label}`)"
        call, want = f"label, {where}", "Statevector.from_label(arg)"
        cases = f"cases = ({label!r}, {'+r1-'[:width]!r}, {'0l-1'[:width]!r})\n"
    else:
        argument, sort = "amplitudes", "list[complex]"
        norm = "of any norm, to be normalized" if kind == "normalize" else "already normalized"
        given = f"the state with the {2**width} amplitudes `amplitudes` ({norm})"
        call = f"amplitudes, {where}" + (", normalize=True" if kind == "normalize" else "")
        want = "Statevector(np.array(arg) / np.linalg.norm(arg))"
        cases += f"""
for scale in {"(3.0, 0.2)" if kind == "normalize" else "(1.0, 1.0)"}:
    v = rng.normal(size={2**width}) + 1j * rng.normal(size={2**width})
    cases.append(list(scale * v / np.linalg.norm(v)))
"""
    order = f"qubits {where} (the first of them is the least significant)"
    after, rest = _tail(rng, n, 2)
    body = "\n".join(
        [f"qc = QuantumCircuit({n})", first, f"qc.{method}({call})", *rest, "return qc"]
    )
    promise = "" if fresh else " The circuit must stay unitary."
    return Instance(
        entry_point=rng.choice(["prepared", "start_state", "state_circuit", "load_state"]),
        signature=f"({argument}: {sort}) -> QuantumCircuit",
        asks=(
            f"Return a circuit on {n} qubits: {begin}; then {order} {verb} {given}; then {after}.{promise}",
            f"{n} qubits in all. Begin with {begin}. Next, {order} {verb} {given}. Afterwards "
            f"come {after}. "
            f"Give me the circuit.{promise}",
            f"I need a {n}-qubit circuit with three parts.\n1. {begin}\n2. {order} {verb} "
            f"{given}\n3. {after}\n"
            f"Amplitudes and labels follow Qiskit's conventions.{promise}",
            f"How do I use `{method}` on some qubits only? The circuit has {n} qubits. It starts "
            f"with {begin}, "
            f"then {order} {verb} {given}, and in the end there are {after}.{promise}",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
{cases}
for arg in cases:
    part = {want}
    rest = QuantumCircuit({len(others)})
    rest.rx({theta}, range({len(others)}))
    full = np.zeros({2**n}, dtype=complex)
    for i, one in enumerate(part.data):
        for j, two in enumerate(Statevector(rest).data):
            place = sum(((i >> k) & 1) << q for k, q in enumerate({where}))
            place += sum(((j >> k) & 1) << q for k, q in enumerate({others}))
            full[place] = one * two
    qc = QuantumCircuit({n})
    {(chr(10) + "    ").join(rest)}
    want = Statevector(full).evolve(Operator(qc))
    got = candidate(arg)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {n}
    assert Statevector(got).equiv(want, atol=1e-8, rtol=0)
    if not {fresh}:
        Operator(got)
""",
        params={"n": n, "where": where, "kind": kind, "method": method},
    )


@family(
    "circuits",
    "intermediate",
    oracle="unitary",
    skills=("composition", "gate-naming"),
    why="to_gate keeps the circuit's name, and inverse() or control() of that gate are new gates.",
    tolerance=1e-8,
)
def named_blocks(rng: Random) -> Instance:
    """A small circuit turned into a named gate that is placed several times."""
    name = rng.choice(["mixer", "layer", "kernel", "mesh", "stage"])
    n = rng.choice([4, 5])
    inner, lines = _tail(rng, 2, 2)
    lines = [line.replace("qc.", "block.") for line in lines] + ["block.rzx(theta, 0, 1)"]
    inner += ", then RZX(theta) with Z on qubit 0 and X on qubit 1"
    uses, code, steps, plain = [], [], [], 0
    kinds = ["plain", "plain", "inverse", "control", "power", "open"]
    for kind in [*rng.sample(kinds, 3), "plain"]:
        a, b, c = rng.sample(range(n), 3)
        k = rng.randint(2, 4)
        if kind == "plain":
            plain += 1
            uses.append(f"`{name}` on ({a}, {b})")
            code.append(f"qc.append(gate, [{a}, {b}])")
            steps.append(f"(G, [{a}, {b}])")
        elif kind == "inverse":
            uses.append(f"its inverse on ({a}, {b})")
            code.append(f"qc.append(gate.inverse(), [{a}, {b}])")
            steps.append(f"(G.adjoint(), [{a}, {b}])")
        elif kind == "power":
            uses.append(f"its power {k} on ({a}, {b})")
            code.append(f"qc.append(gate.power({k}), [{a}, {b}])")
            steps.append(f"(G.power({k}), [{a}, {b}])")
        else:
            state = int(kind == "control")
            uses.append(f"`{name}` on ({a}, {b}) controlled by qubit {c} being {state}")
            option = "" if state else ", ctrl_state=0"
            code.append(f"qc.append(gate.control(1{option}), [{c}, {a}, {b}])")
            steps.append(f"(controlled({state}), [{c}, {a}, {b}])")
    form = rng.choice(["gate", "gate", "composed", "label"])
    make = f'gate = block.to_gate(label="{name[0].upper()}")'
    make = make if form == "label" else "gate = block.to_gate()"
    shown = name[0].upper() if form == "label" else None
    label = f" with the label `{name[0].upper()}`" if form == "label" else ""
    end = f'return qc.decompose("{name}")' if form == "composed" else "return qc"
    top = (
        f"In the result the plain uses are expanded: no instruction is called `{name}` any more"
        if form == "composed"
        else f"Each plain use stays one instruction named `{name}`{label}"
    )
    body = "\n".join(
        [
            f'block = QuantumCircuit(2, name="{name}")',
            *lines,
            make,
            f"qc = QuantumCircuit({n})",
            *code,
            end,
        ]
    )
    listed = "; ".join(uses)
    return Instance(
        entry_point=rng.choice(["assemble", "with_blocks", "place_blocks"]),
        signature="(theta: float) -> QuantumCircuit",
        asks=(
            f"Define a two-qubit gate named `{name}`: {inner}. Build a {n}-qubit circuit that "
            "has, in order: "
            f"{listed}. {top}.",
            f"I use one building block again and again. `{name}` acts on two qubits (0 and 1): "
            f"{inner}. On {n} "
            f"qubits apply {', then '.join(uses)}. ({top}; pairs are given as (block qubit 0, "
            "block qubit 1).)",
            f"Circuit with {n} qubits for an angle `theta`.\nBlock `{name}`, two qubits: "
            f"{inner}.\nPlacement, in "
            "this order:\n" + "\n".join(f"- {use}" for use in uses) + f"\n{top}.",
            f"How can a subcircuit be reused as a gate? Mine is called `{name}` and does "
            f"{inner}. Show it on {n} "
            f"qubits with: {listed}, where (a, b) means that the block's qubit 0 is a. {top}.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
for theta in (0.43, -1.9):
    block = QuantumCircuit(2)
    {(chr(10) + "    ").join(lines)}
    G = Operator(block)
    def controlled(state):
        p = np.diag([1 - state, state])
        return Operator(np.kron(G.data, p) + np.kron(np.eye(4), np.eye(2) - p))
    want = Operator(np.eye({2**n}))
    for gate, qargs in [{", ".join(steps)}]:
        want = want.compose(gate, qargs=qargs)
    got = candidate(theta)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {n}
    assert got.count_ops().get("{name}", 0) == {0 if form == "composed" else plain}
    for item in got.data:
        if item.operation.name == "{name}":
            assert item.operation.label == {shown!r}
    assert Operator(got).equiv(want, atol=1e-8, rtol=0)
""",
        params={"name": name, "uses": uses},
    )


@family(
    "circuits",
    "intermediate",
    oracle="unitary",
    skills=("endianness", "matrices"),
    why="unitary and pauli give the first listed qubit the last tensor factor, the last letter.",
    tolerance=1e-8,
)
def matrices_on_wires(rng: Random) -> Instance:
    """A matrix and a Pauli string on listed qubits, in Qiskit's or in textbook order."""
    n = rng.choice([3, 4])
    a, b = rng.sample(range(n), 2)
    places = rng.sample(range(n), 3)
    textbook, forward, dagger = (rng.random() < 0.5 for _ in range(3))
    order = (b, a) if textbook else (a, b)
    factor = (
        f"its first tensor factor belongs to qubit {a} and its second to qubit {b}"
        if textbook
        else f"in Qiskit's order for the qubits [{a}, {b}] (qubit {a} is the low index)"
    )
    ends = ("first", "last") if forward else ("last", "first")
    letters = f"its {ends[0]} letter acts on qubit {places[0]}, the middle one on {places[1]}, "
    letters += f"the {ends[1]} on {places[2]}"
    which = "the adjoint of `matrix`" if dagger else "`matrix`"
    after, rest = _tail(rng, n, 1)
    one = f"qc.unitary(matrix{'.conj().T' if dagger else ''}, {list(order)})"
    two = f"qc.pauli(label{'[::-1]' if forward else ''}, {places})"
    parts = [
        (one, f"{which} ({factor})"),
        (two, f"the Pauli string `label` ({letters})"),
        (rest[0], after),
    ]
    rng.shuffle(parts)
    body = "\n".join([f"qc = QuantumCircuit({n})", *(line for line, _ in parts), "return qc"])
    words = [text for _, text in parts]
    steps = []
    for line, _ in parts:
        if line == one:
            steps.append(f"want = want.compose(Operator(m), qargs={list(order)})")
        elif line == two:
            steps.append(f"for p, q in zip(label{'' if forward else '[::-1]'}, {places}):\n"
                         "        want = want.compose(Operator(Pauli(p)), qargs=[q])")  # fmt: skip
        else:
            steps.append(f"qc = QuantumCircuit({n}); {line}; want = want.compose(Operator(qc))")
    return Instance(
        entry_point=rng.choice(["with_matrix", "embedded", "combine", "operators_on_wires"]),
        signature="(matrix: np.ndarray, label: str) -> QuantumCircuit",
        asks=(
            f"A circuit on {n} qubits that applies, in this order: {'; '.join(words)}. `matrix` is a 4x4 "
            "unitary and `label` has three letters of IXYZ.",
            "Given a two-qubit unitary `matrix` and a three-letter Pauli string `label`, build "
            f"a {n}-qubit "
            f"circuit: {', then '.join(words)}.",
            f"{n} qubits; time order:\n" + "\n".join(f"{i}. {text}" for i, text in enumerate(words, 1))
            + "\nThe arguments are a 4x4 unitary array and a string of three Pauli letters.",
            "I have a 4x4 unitary and a Pauli label of length 3 and want both in one circuit on "
            f"{n} qubits. "
            f"The sequence is {'; '.join(words)}. What is the circuit?",
        ),
        imports="import numpy as np\nfrom qiskit import QuantumCircuit",
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Pauli, random_unitary
rng = np.random.default_rng(np.random.randint(2**31))
for label in ("XYZ", "ZIX", "YXI"):
    matrix = random_unitary(4, seed=rng).data
    m = matrix{".conj().T" if dagger else ""}
    want = Operator(np.eye({2**n}))
    {(chr(10) + "    ").join(steps)}
    got = candidate(matrix, label)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == {n}
    assert Operator(got).equiv(want, atol=1e-8, rtol=0)
""",
        params={"n": n, "textbook": textbook, "forward": forward, "dagger": dagger},
        wrong=(Wrong("S06", body.replace(str(list(order)), str(list(order[::-1])))),),
    )  # fmt: skip
