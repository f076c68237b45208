"""Registers: measurements that come and go, and circuits of registers, loose bits and aliases."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

_BASES = {
    "Z": ("", [], []),
    "X": (
        "turn every qubit to the X basis (H on each)",
        ["{v}.h({v}.qubits)"],
        ["want.h(range(3))"],
    ),
    "Y": (
        "turn every qubit to the Y basis (S-dagger, then H, on each)",
        ["{v}.sdg({v}.qubits)", "{v}.h({v}.qubits)"],
        ["want.sdg(range(3))", "want.h(range(3))"],
    ),
    "first": ("apply RY({t}) to qubit 0", ["{v}.ry({t}, 0)"], ["want.ry({t}, 0)"]),
    "last": (
        "apply RX({t}) to qubit n-1",
        ["{v}.rx({t}, {v}.num_qubits - 1)"],
        ["want.rx({t}, 2)"],
    ),
    "reset": ("reset qubit 0", ["{v}.reset(0)"], ["want.reset(0)"]),
}
_READOUTS = {
    "all": (
        "measure all qubits into a new register `meas`",
        ["{v}.measure_all()"],
        "want.add_register(ClassicalRegister(3, 'meas')); pairs = [(0, -3), (1, -2), (2, -1)]",
    ),
    "active": (
        "measure only the qubits that carry an operation, into a new register `meas` of just that size",
        ["{v}.measure_active()"],
        "active = sorted({{want.find_bit(q).index for i in want.data for q in i.qubits}});"
        " want.add_register(ClassicalRegister(len(active), 'meas'));"
        " pairs = [(q, i - len(active)) for i, q in enumerate(active)]",
    ),
    "named": (
        "measure qubit i into bit i of a new register `{name}`",
        ['{name} = ClassicalRegister({v}.num_qubits, "{name}")', "{v}.add_register({name})",
         "{v}.measure({v}.qubits, {name})"],
        "want.add_register(ClassicalRegister(3, '{name}')); pairs = [(0, -3), (1, -2), (2, -1)]",
    ),
    "reversed": (
        "measure into a new register `{name}` as wide as the circuit, with qubit 0 in its last "
        "bit and so on "
        "downwards",
        ['{name} = ClassicalRegister({v}.num_qubits, "{name}")', "{v}.add_register({name})",
         "{v}.measure({v}.qubits, {name}[::-1])"],
        "want.add_register(ClassicalRegister(3, '{name}')); pairs = [(0, -1), (1, -2), (2, -3)]",
    ),
    "subset": (
        "measure the even-numbered qubits, in order, into a new register `{name}` of fitting size",
        ["even = {v}.qubits[::2]", '{name} = ClassicalRegister(len(even), "{name}")',
         "{v}.add_register({name})", "{v}.measure(even, {name})"],
        "want.add_register(ClassicalRegister(2, '{name}')); pairs = [(0, -2), (2, -1)]",
    ),
    "loose": (
        "measure qubit 1 into one new classical bit that is in no register",
        ["bit = Clbit()", "{v}.add_bits([bit])", "{v}.measure(1, bit)"],
        "want.add_bits([Clbit()]); pairs = [(1, -1)]",
    ),
    "separate": (
        "measure each qubit i into a one-bit register of its own, called `{name}i` (`{name}0`, "
        "`{name}1`, ...)",
        ["for i in range({v}.num_qubits):", '    own = ClassicalRegister(1, f"{name}{{i}}")',
         "    {v}.add_register(own)", "    {v}.measure(i, own[0])"],
        "want.add_register(*[ClassicalRegister(1, f'{name}{{i}}') for i in range(3)]);"
        " pairs = [(0, -3), (1, -2), (2, -1)]",
    ),
}  # fmt: skip


@family(
    "registers",
    "intermediate",
    oracle="structure",
    skills=("measurement", "in-place", "register-names"),
    why="The measuring methods change the circuit and return None unless inplace=False.",
)
def measurement_methods(rng: Random) -> Instance:
    """Removing, adding and naming measurements, in place or on a copy."""
    remove, inplace = rng.random() < 0.6, rng.random() < 0.4
    basis, readout = rng.choice(sorted(_BASES)), rng.choice(sorted(_READOUTS))
    name, t = rng.choice(["out", "result", "shot", "answer", "bits"]), angle(rng)
    v = "circuit" if inplace else "qc"
    turn, turning, wanted = _BASES[basis]
    read, reading, pairs = _READOUTS[readout]
    words, code = [], []
    if remove:
        words.append(
            "remove the final measurements (and the classical bits that this leaves unused)"
        )
        code.append(
            "circuit.remove_final_measurements()"
            if inplace
            else "qc = circuit.remove_final_measurements(inplace=False)"
        )
    elif not inplace and not (turning or reading[1:]):
        reading = [f"return circuit.{reading[0].split('.')[1].replace('()', '(inplace=False)')}"]
    elif not inplace:
        code.append("qc = circuit.copy()")
    if turn:
        words.append(turn.format(t=t))
    words.append(read.format(name=name))
    code += [line.format(v=v, t=t, name=name) for line in [*turning, *reading]]
    if not inplace and not code[-1].startswith("return"):
        code.append("return qc")
    state = "ends with measurements" if remove else "has no measurements"
    result = (
        "Change the circuit itself and return None"
        if inplace
        else "Return a new circuit, keep the input"
    )
    listed = "; ".join(f"({i}) {text}" for i, text in enumerate(words, 1))
    sort = "None" if inplace else "QuantumCircuit"
    imports = "from qiskit import ClassicalRegister, QuantumCircuit" if "Classical" in "".join(code) else (
        "from qiskit import QuantumCircuit"
    )  # fmt: skip
    imports += "\nfrom qiskit.circuit import Clbit" if readout == "loose" else ""
    return Instance(
        entry_point=rng.choice(["remeasure", "set_readout", "prepare_readout", "finish"]),
        signature=f"(circuit: QuantumCircuit) -> {sort}",
        asks=(
            f"`circuit` {state}. Do the following: {listed}. {result}.",
            f"Given a circuit that {state}, {', then '.join(words)}. {result}.",
            f"Task on `circuit`, which {state}:\n"
            + "\n".join(f"- {text}" for text in words)
            + f"\n{result}.",
            f"My circuit {state}. How do I {', and then '.join(words)}? {result}.",
        ),
        imports=imports,
        body="\n".join(code),
        test=f"""
from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister
from qiskit.circuit import Clbit
for kind in range(3):
    base = QuantumCircuit(QuantumRegister(3, "reg"))
    if kind < 2:
        base.h(0)
    base.cx(2, 1)
    base.t(1)
    circuit, want = base.copy(), base.copy()
    if {remove}:
        if kind == 1:
            circuit.add_register(ClassicalRegister(3, "old"))
            circuit.measure([0, 1, 2], [2, 0, 1])
        else:
            circuit.measure_all()
    before = circuit.copy()
    {(chr(10) + "    ").join(line.format(t=t) for line in wanted) or "pass"}
    {pairs.format(name=name)}
    for q, c in pairs:
        want.measure(q, len(want.clbits) + c)
    got = candidate(circuit)
    if {inplace}:
        assert got is None
        got = circuit
    else:
        assert isinstance(got, QuantumCircuit) and circuit == before
    plain = got.copy_empty_like()
    for item in got.data:
        if item.name != "barrier":
            plain.append(item)
    assert [(r.name, r.size) for r in plain.cregs] == [(r.name, r.size) for r in want.cregs]
    assert plain.num_clbits == want.num_clbits
    assert plain == want
""",
        params={"remove": remove, "inplace": inplace, "basis": basis, "readout": readout},
        wrong=(Wrong("S12", "return circuit.measure_all()"),)
        if readout == "all" and not inplace
        else (),
    )


@family(
    "registers",
    "intermediate",
    oracle="structure",
    skills=("registers", "loose-bits"),
    why="Registers may be made of bits that a circuit already has, and bits may have no register.",
)
def mixed_bits(rng: Random) -> Instance:
    """A circuit of named registers, ancillas, loose bits and alias registers."""
    a, b = rng.sample(["data", "work", "sys", "core", "mem"], 2)
    c, alias = rng.choice(["out", "res", "cr"]), rng.choice(["edge", "view", "pair", "alias"])
    m, k, w = rng.randint(3, 4), rng.randint(1, 2), rng.randint(2, 3)
    picked = rng.sample(range(m), 2)
    parts = [
        (
            f"a quantum register `{a}` of {m} qubits",
            f'{a} = QuantumRegister({m}, "{a}")',
            f"qc.add_register({a})",
        ),
        (
            f"an ancilla register `{b}` of {k}",
            f'{b} = AncillaRegister({k}, "{b}")',
            f"qc.add_register({b})",
        ),
        (
            f"a classical register `{c}` of {w} bits",
            f'{c} = ClassicalRegister({w}, "{c}")',
            f"qc.add_register({c})",
        ),
    ]
    loose_q, loose_c = rng.randint(1, 2), rng.randint(1, 2)
    extras = [
        (
            f"{loose_q} qubit(s) in no register",
            f"qc.add_bits([Qubit() for _ in range({loose_q})])"
            if loose_q > 1
            else "qc.add_bits([Qubit()])",
        ),
        (
            f"{loose_c} classical bit(s) in no register",
            f"qc.add_bits([Clbit() for _ in range({loose_c})])"
            if loose_c > 1
            else "qc.add_bits([Clbit()])",
        ),
        (
            f"a quantum register `{alias}` made of the existing qubits {a}[{picked[0]}] and "
            f"{a}[{picked[1]}]",
            f'qc.add_register(QuantumRegister(bits=[{a}[{picked[0]}], {a}[{picked[1]}]], name="{alias}"))',
        ),
    ]
    rng.shuffle(parts)
    chosen = rng.sample(extras, 2)
    if rng.random() < 0.5:
        made = [line for _, line, _ in parts]
        made.append(
            "qc = QuantumCircuit({})".format(", ".join(line.split(" ")[0] for _, line, _ in parts))
        )
    else:
        made = ["qc = QuantumCircuit()"]
        for _, line, add in parts:
            made += [line, add]
    words = [text for text, *_ in parts] + [text for text, _ in chosen]
    i, t, theta = rng.randrange(m), rng.randrange(w), angle(rng)
    last, said, operation, on = rng.choice(
        [
            (f"qc.measure({a}[{i}], {c}[{t}])", f"measure {a}[{i}] into {c}[{t}]", ("measure", []),
             [(a, i), (c, t)]),
            (f"qc.cx({a}[{i}], {b}[0])", f"apply CX from {a}[{i}] to {b}[0]", ("cx", []), [(a, i), (b, 0)]),
            (f"qc.ch({b}[{k - 1}], {a}[{i}])", f"apply a controlled-H from {b}[{k - 1}] to {a}[{i}]",
             ("ch", []), [(b, k - 1), (a, i)]),
            (f"qc.cry({theta}, {b}[0], {a}[{i}])", f"apply CRY({theta}) from {b}[0] to {a}[{i}]",
             ("cry", [theta]), [(b, 0), (a, i)]),
        ]
    )  # fmt: skip
    sizes = {a: m, b: k}
    qregs = [
        (word.split("`")[1], sizes[word.split("`")[1]])
        for word, *_ in parts
        if "classical" not in word
    ]
    qubits = [[(name, n)] for name, size in qregs for n in range(size)]
    clbits = [[(c, n)] for n in range(w)]
    for word, _ in chosen:
        if "classical" in word:
            clbits += [[] for _ in range(loose_c)]
        elif "made of" in word:
            qregs.append((alias, 2))
            for n, which in enumerate(picked):
                place = qubits[qubits.index([(a, which)])]
                place.append((alias, n))
                place.sort()
        else:
            qubits += [[] for _ in range(loose_q)]
    body = "\n".join([*made, *(line for _, line in chosen), last, "return qc"])
    names = [
        n
        for n, word in (("AncillaRegister", "Anc"), ("Clbit", "Clbit()"), ("Qubit", "Qubit()"))
        if word in body
    ]
    listed = "; ".join(words)
    return Instance(
        entry_point=rng.choice(["mixed_circuit", "wires", "lay_out", "make_wires"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"Build a circuit with these bits, added in this order: {listed}. Then {said}.",
            f"I need a circuit whose wires are unusual. Add, in order: {listed}. As its only "
            f"operation, {said}.",
            "Wires in order of addition:\n"
            + "\n".join(f"- {text}" for text in words)
            + f"\nOperation: {said}.",
            f"Can one circuit hold {', '.join(words)} (added in this order)? Show it, and {said} "
            "at the end.",
        ),
        imports="from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister\n"
        f"from qiskit.circuit import {', '.join(names)}",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.circuit import AncillaQubit
got = candidate()
assert isinstance(got, QuantumCircuit)

def places(bits):
    return [sorted((r.name, i) for r, i in got.find_bit(bit).registers) for bit in bits]

assert places(got.qubits) == {qubits}
assert places(got.clbits) == {clbits}
assert [(r.name, r.size) for r in got.qregs] == {qregs}
assert [(r.name, r.size) for r in got.cregs] == [("{c}", {w})]
assert got.num_ancillas == {k}
assert all(isinstance(bit, AncillaQubit) for r in got.qregs if r.name == "{b}" for bit in r)
assert len(got.data) == 1
item = got.data[0]
regs = {{r.name: r for r in [*got.qregs, *got.cregs]}}
assert (item.name, list(item.params)) == {operation}
assert [*item.qubits, *item.clbits] == [regs[name][i] for name, i in {on}]
""",
        params={"words": words},
    )
