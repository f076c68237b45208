"""Registers and bits: named registers, broadcasting, bit locations, loose and shared bits."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family

_NAMES = ("data", "work", "sys", "left", "right", "probe", "memory", "flag", "bus", "head")
_READ = ("out", "result", "bits_a", "syndrome", "answer", "readout", "check", "tail")


@family(
    "registers",
    "basic",
    oracle="distribution",
    skills=("register-names", "measurement"),
    why="measure(register, register) pairs bit i with bit i; each register has its own result.",
)
def named_readout(rng: Random) -> Instance:
    """Two named quantum registers, a number written in one, and measurement into named registers."""
    one, two = rng.sample(_NAMES, 2)
    m, k = rng.randint(2, 4), rng.randint(1, 2)
    first, second = rng.sample(_READ, 2)
    gates, words, moves = [], [], []
    while len(gates) < 3:
        i, j = rng.sample(range(m), 2)
        t = rng.randrange(k)
        inside = (
            f"CX from {one}[{i}] to {one}[{j}]",
            f"qc.cx({one}[{i}], {one}[{j}])",
            f"a[{j}] ^= a[{i}]",
        )
        outward = [
            (
                f"CX from {one}[{i}] to {two}[{t}]",
                f"qc.cx({one}[{i}], {two}[{t}])",
                f"b[{t}] ^= a[{i}]",
            ),
            (
                f"a Toffoli from {one}[{i}] and {one}[{j}] to {two}[{t}]",
                f"qc.ccx({one}[{i}], {one}[{j}], {two}[{t}])",
                f"b[{t}] ^= a[{i}] & a[{j}]",
            ),
            (f"X on {two}[{t}]", f"qc.x({two}[{t}])", f"b[{t}] ^= 1"),
        ]
        text, line, move = inside if len(gates) == 1 else rng.choice(outward)
        if line in gates:
            continue
        gates.append(line)
        words.append(text)
        moves.append(move)
    how = rng.choice(["both", "reversed", "swapped", "joined"])
    if how == "joined":
        cregs = [(first, m + k)]
        parts = (two, one) if rng.random() < 0.5 else (one, two)
        read = [f"qc.measure([*{parts[0]}, *{parts[1]}], {first})"]
        said = (
            f"measure everything into `{first}`: `{parts[0]}` into its low bits, `{parts[1]}` above"
        )
        want = {first: "b + a" if parts[0] == two else "a + b"}
    else:
        cregs = [(first, m), (second, k)]
        cregs = cregs[::-1] if how == "swapped" else cregs
        source = f"{one}[::-1]" if how == "reversed" else one
        read = [f"qc.measure({source}, {first})", f"qc.measure({two}, {second})"]
        said = f"measure `{one}` into `{first}` bit by bit and `{two}` into `{second}`"
        if how == "reversed":
            said = f"measure `{one}` into `{first}` in reverse ({one}[{m - 1}] into {first}[0]) and `{two}` "
            said += f"into `{second}` bit by bit"
        want = {first: "a[::-1]" if how == "reversed" else "a", second: "b"}
    sizes = ", ".join(f"`{name}` ({size})" for name, size in cregs)
    body = "\n".join(
        [
            f'{one} = QuantumRegister({m}, "{one}")',
            f'{two} = QuantumRegister({k}, "{two}")',
            *(f'{name} = ClassicalRegister({size}, "{name}")' for name, size in cregs),
            f"qc = QuantumCircuit({one}, {two}, {', '.join(name for name, _ in cregs)})",
            f"for i, qubit in enumerate({one}):",
            "    if value >> i & 1:",
            "        qc.x(qubit)",
            *gates,
            *read,
            "return qc",
        ]
    )
    quantum = f"`{one}` ({m} qubits) and `{two}` ({k}), in this order"
    order = (
        f"classical registers in the order {sizes}" if len(cregs) > 1 else "one classical register "
    )
    order += sizes if len(cregs) == 1 else ""
    return Instance(
        entry_point=rng.choice(["readout_circuit", "register_circuit", "encode_and_read"]),
        signature="(value: int) -> QuantumCircuit",
        asks=(
            f"Build a circuit with quantum registers {quantum}, and {order}. Write `value` in binary on "
            f"`{one}` (bit i on {one}[i]), then apply {', '.join(words)}; finally {said}.",
            f"I need named registers: {quantum}, plus {order}. Set {one}[i] to bit i of `value` "
            "with X gates. "
            f"Then come {', then '.join(words)}. In the end, {said}.",
            f"Registers: {quantum}; {order}.\nSteps: 1. encode the integer `value` on `{one}`, least "
            f"significant bit first; 2. {'; '.join(words)}; 3. {said}.\nReturn the circuit.",
            f"How do I write a circuit whose quantum registers are {quantum}, with {order}, that "
            "loads `value` "
            f"into `{one}` ({one}[0] is the lowest bit), runs {', '.join(words)} and does this: {said}?",
        ),
        imports="from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.primitives import StatevectorSampler
for value in range({2**m}):
    qc = candidate(value)
    assert isinstance(qc, QuantumCircuit)
    assert [(r.name, r.size) for r in qc.qregs] == [("{one}", {m}), ("{two}", {k})]
    assert [(r.name, r.size) for r in qc.cregs] == {cregs}
    a, b = [value >> i & 1 for i in range({m})], [0] * {k}
    {(chr(10) + "    ").join(moves)}
    want = {{{", ".join(f'"{name}": {bits_}' for name, bits_ in want.items())}}}
    data = StatevectorSampler(seed=7).run([qc], shots=20).result()[0].data
    for name, expected in want.items():
        text = "".join(map(str, reversed(expected)))
        assert data[name].get_counts() == {{text: 20}}
""",
        params={"registers": [one, two], "how": how},
        wrong=(Wrong("S14", body.replace(f", {first})\n", f", {first}[::-1])\n")),),
    )


@family(
    "registers",
    "basic",
    oracle="unitary",
    skills=("broadcasting", "registers"),
    why="A gate on registers is applied bit by bit; one bit with a register is repeated over it.",
    tolerance=1e-8,
)
def broadcast_over_registers(rng: Random) -> Instance:
    """Gates on whole registers, slices, and one bit against a register."""
    one, two = rng.sample(_NAMES, 2)
    m = rng.choice([2, 3])
    theta = angle(rng)
    i, j = rng.sample(range(m), 2)
    gate, shown = rng.choice([("cx", "CX"), ("cy", "CY"), ("ch", "controlled-Hadamard")])
    turn = rng.choice(["rx", "ry", "p"])
    single = rng.choice(["h", "sx", "t", "y"])
    size = 2 * m
    pool = [
        (f"{single.upper()} on all of `{one}`", f"qc.{single}({one})",
         f"for q in range({m}): want.{single}(q)"),
        (f"{turn.upper()}({theta}) on all of `{two}`", f"qc.{turn}({theta}, {two})",
         f"for q in range({m}): want.{turn}({theta}, {m} + q)"),
        (f"{shown} from each bit of `{one}` to the bit of `{two}` with the same index",
         f"qc.{gate}({one}, {two})", f"for q in range({m}): want.{gate}(q, {m} + q)"),
        (f"{shown} from {one}[{i}] to every bit of `{two}`", f"qc.{gate}({one}[{i}], {two})",
         f"for q in range({m}): want.{gate}({i}, {m} + q)"),
        (f"{shown} from every bit of `{two}`, in order, to {one}[{j}]", f"qc.{gate}({two}, {one}[{j}])",
         f"for q in range({m}): want.{gate}({m} + q, {j})"),
        (f"RY({theta}) on all of `{one}` but its first bit", f"qc.ry({theta}, {one}[1:])",
         f"for q in range(1, {m}): want.ry({theta}, q)"),
        (f"controlled RX({theta}) from `{two}` to `{one}`, index by index",
         f"qc.crx({theta}, {two}, {one})", f"for q in range({m}): want.crx({theta}, {m} + q, q)"),
        (f"an X on {two}[{i}] and {one}[{j}]", f"qc.x([{two}[{i}], {one}[{j}]])",
         f"want.x({m} + {i}); want.x({j})"),
        (f"SWAP of {one}[{i}] and {two}[{j}]", f"qc.swap({one}[{i}], {two}[{j}])",
         f"want.swap({i}, {m} + {j})"),
    ]  # fmt: skip
    steps = rng.sample(pool, 4)
    words = [text for text, _, _ in steps]
    body = "\n".join(
        [
            f'{one} = QuantumRegister({m}, "{one}")',
            f'{two} = QuantumRegister({m}, "{two}")',
            f"qc = QuantumCircuit({one}, {two})",
            *(line for _, line, _ in steps),
            "return qc",
        ]
    )
    return Instance(
        entry_point=rng.choice(["broadcast", "register_gates", "two_registers"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"Return a circuit with quantum registers `{one}` and `{two}` of {m} qubits each (in "
            "this order) "
            f"and these gates in order: {'; '.join(words)}.",
            f"Two registers, `{one}` first and `{two}` second, {m} qubits each. Apply "
            f"{', then '.join(words)}. "
            "No classical bits.",
            f"I have registers `{one}` and `{two}` ({m} qubits each, added in this order). Write "
            "the circuit:\n" + "\n".join(f"- {text}" for text in words),
            f"How can gates be applied to whole registers? Registers: `{one}`, then `{two}`, size {m}. "
            f"Wanted, in time order: {'; '.join(words)}.",
        ),
        imports="from qiskit import QuantumCircuit, QuantumRegister",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
want = QuantumCircuit({size})
{chr(10).join(test for _, _, test in steps)}
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_clbits == 0
assert [(r.name, r.size) for r in got.qregs] == [("{one}", {m}), ("{two}", {m})]
assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        params={"registers": [one, two], "steps": words},
    )


_QUERIES = {
    "register_indices": (
        "a dict from the name of each {kind} register to the list of the circuit indices of its bits",
        "return {{r.name: [circuit.find_bit(bit).index for bit in r] for r in circuit.{regs}}}",
        "dict[str, list[int]]",
        "{{r.name: [all_{bits}.index(b) for b in r] for r in {regs}}}",
    ),
    "shared": (
        "the sorted indices of the {bits} that belong to {more} than {count} {kind} register{s}",
        "return [i for i, bit in enumerate(circuit.{bits}) if len(circuit.find_bit(bit).registers) "
        "{sign} {count}]",
        "list[int]",
        "[i for i, b in enumerate(all_{bits}) if sum(b in list(r) for r in {regs}) {sign} {count}]",
    ),
    "places": (
        "for every one of the {bits}, in circuit order, the list of its places, each a tuple (register "
        "name, index in the register)",
        "places = []\nfor bit in circuit.{bits}:\n"
        "    found = circuit.find_bit(bit).registers\n"
        "    places.append([(register.name, index) for register, index in found])\nreturn places",
        "list[list[tuple[str, int]]]",
        "[[(r.name, list(r).index(b)) for r in {regs} if b in list(r)] for b in all_{bits}]",
    ),
    "by_name": (
        "the circuit indices of the bits of the {kind} register called `{name}`, last bit first",
        'register = next(r for r in circuit.{regs} if r.name == "{name}")\n'
        "return [circuit.find_bit(bit).index for bit in reversed(register)]",
        "list[int]",
        '[all_{bits}.index(b) for r in {regs} if r.name == "{name}" for b in list(r)[::-1]]',
    ),
    "sizes": (
        "a dict from the name of each {kind} register with at least {count} bits to its size",
        "return {{r.name: r.size for r in circuit.{regs} if r.size >= {count}}}",
        "dict[str, int]",
        "{{r.name: len(list(r)) for r in {regs} if len(list(r)) >= {count}}}",
    ),
    "operations": (
        "a list with a tuple (operation name, list of {kind} bit indices in the circuit) for "
        "each operation "
        "that has {kind} bits, in order",
        "found = []\nfor item in circuit.data:\n    if item.{bits}:\n"
        "        indices = [circuit.find_bit(bit).index for bit in item.{bits}]\n"
        "        found.append((item.operation.name, indices))\nreturn found",
        "list[tuple[str, list[int]]]",
        "[(i.name, [all_{bits}.index(b) for b in i.{bits}]) for i in circuit.data if len(i.{bits})]",
    ),
    "measured": (
        "a dict from the circuit index of each measured qubit to the {target} that it is measured into",
        "found = {{}}\nfor item in circuit.get_instructions(\"measure\"):\n"
        "    qubit = circuit.find_bit(item.qubits[0]).index\n"
        "    place = circuit.find_bit(item.clbits[0])\n"
        "    found[qubit] = {place}\nreturn found",
        "dict[int, int | tuple[str, int]]",
        "{{all_qubits.index(i.qubits[0]): {wanted} for i in circuit.data if i.name == 'measure'}}",
    ),
    "ancillas": (
        "a tuple of the number of ancilla qubits and the sorted list of their circuit indices",
        "return circuit.num_ancillas, sorted(circuit.find_bit(a).index for a in circuit.ancillas)",
        "tuple[int, list[int]]",
        "(1, [6]) if circuit.num_qubits == 7 else (2, [2, 3])",
    ),
    "names": (
        "a tuple of three counts: qubits, classical bits, and registers of the {kind} kind",
        "return circuit.num_qubits, circuit.num_clbits, len(circuit.{regs})",
        "tuple[int, int, int]",
        "(len(all_qubits), len(all_clbits), len(list({regs})))",
    ),
}  # fmt: skip


@family(
    "registers",
    "intermediate",
    oracle="value",
    skills=("find-bit", "registers"),
    why="find_bit gives a bit's index in the circuit and every register that holds it.",
)
def bit_locations(rng: Random) -> Instance:
    """Where the bits of a circuit are: indices, registers, measurements."""
    names = rng.sample(sorted(_QUERIES), 2)
    one, two = rng.sample(_NAMES, 2)
    kind, kinds = rng.choice([("quantum", "q"), ("classical", "c")])
    texts, codes, sorts, wants = [], [], [], []
    for query in names:
        text, code, sort, want = _QUERIES[query]
        target = rng.choice(["index", "place"])
        count = rng.choice([1, 2]) if query == "sizes" else rng.choice([0, 1])
        sign, more = rng.choice([("<", "fewer"), (">", "more")]) if count else (">", "more")
        values = dict(
            kind=kind, regs=f"{kinds}regs", bits=f"{'qu' if kinds == 'q' else 'cl'}bits", count=count,
            sign=sign, more=more, s="s" if count == 0 else "", name=one if kind == "quantum" else "out",
            target="circuit index of the classical bit" if target == "index"
            else "place (name, index) of the classical bit in its first register",
            place="place.index" if target == "index"
            else "(place.registers[0][0].name, place.registers[0][1])",
            wanted="all_clbits.index(i.clbits[0])" if target == "index"
            else "next((r.name, list(r).index(i.clbits[0])) for r in cregs if i.clbits[0] in list(r))",
        )  # fmt: skip
        texts.append(text.format(**values))
        codes.append(code.format(**values))
        sorts.append(sort)
        wants.append(want.format(**values))
    if rng.random() < 0.2:
        body, sort, want, asked = codes[0], sorts[0], wants[0], texts[0]
        names = names[:1]
    else:
        *lines, last = codes[0].split("\n")
        *more, end = codes[1].replace("found", "table").split("\n")
        body = "\n".join(
            [
                *lines,
                f"first = {last.removeprefix('return ')}",
                *more,
                f"second = {end.removeprefix('return ')}",
                "return first, second",
            ]
        )
        sort = f"tuple[{sorts[0]}, {sorts[1]}]"
        want = f"({wants[0]}, {wants[1]})"
        asked = f"a tuple of two things: (1) {texts[0]}; (2) {texts[1]}"
    note = "Registers may share bits, and bits may be in no register."
    if "measured" in names:
        note += " Each qubit is measured at most once, into a bit that has a register."
    return Instance(
        entry_point=rng.choice(["locate", "bit_report", "where_are_bits", "describe_bits"]),
        signature=f"(circuit: QuantumCircuit) -> {sort}",
        asks=(
            f"For a circuit, return {asked}. {note}",
            f"Given any `circuit`, I want {asked}. {note} Indices count from 0 in the circuit.",
            f"Inspect `circuit` and give back {asked}. {note}",
            f"How do I get {asked} from a `QuantumCircuit`? {note}",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
from qiskit import QuantumCircuit, QuantumRegister, ClassicalRegister
from qiskit.circuit import AncillaRegister, Clbit, Qubit
loose = [Qubit(), Qubit()]
a = QuantumRegister(3, "{one}")
b = QuantumRegister(bits=[a[2], loose[1], a[0]], name="{two}")
c = ClassicalRegister(2, "out")
d = ClassicalRegister(bits=[c[1], Clbit()], name="more")
first = QuantumCircuit([loose[0]], a, b, [Clbit()], c, d, QuantumRegister(1, "x"), AncillaRegister(1, "anc"))
first.h(b[1])
first.cx(a[2], loose[0])
first.measure(a[1], d[1])
first.ccx(a[0], a[1], b[1])
first.measure(b[0], c[1])
first.measure(loose[0], c[0])
second = QuantumCircuit(QuantumRegister(2, "{one}"), AncillaRegister(2, "z"), ClassicalRegister(3, "out"))
second.cz(3, 1)
second.measure(0, 2)
second.measure(3, 0)
for circuit in (first, second):
    all_qubits, all_clbits = list(circuit.qubits), list(circuit.clbits)
    qregs, cregs = list(circuit.qregs), list(circuit.cregs)
    before = circuit.copy()
    got = candidate(circuit)
    assert got == {want}, got
    assert circuit == before
""",
        params={"queries": names, "kind": kind},
    )
