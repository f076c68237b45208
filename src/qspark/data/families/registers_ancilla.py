"""Registers, third part: ancillas that are computed and uncomputed, parts on named registers."""

from random import Random

from qspark.data.families.base import Instance, angle, family

_TESTS = {
    "all_ones": (
        "all of {x} are 1", "all(x)", 1,
        ["qc.mcx({r}, {h}[0])"], "qc.p(phi, {h}[0])",
    ),
    "none": (
        "all of {x} are 0", "not any(x)", 1,
        ["qc.x({r})", "qc.mcx({r}, {h}[0])"], "qc.p(phi, {h}[0])",
    ),
    "parity": (
        "an odd number of {x} are 1", "sum(x) % 2", 1,
        ["for q in {r}:", "    qc.cx(q, {h}[0])"], "qc.p(phi, {h}[0])",
    ),
    "pair_or": (
        "({r}[{i}] and {r}[{j}]) differs from {r}[{k}]", "(x[{i}] & x[{j}]) ^ x[{k}]", 1,
        ["qc.ccx({r}[{i}], {r}[{j}], {h}[0])", "qc.cx({r}[{k}], {h}[0])"], "qc.p(phi, {h}[0])",
    ),
    "equal": (
        "{r}[{i}] equals {r}[{j}] while {r}[{k}] is 1", "x[{i}] == x[{j}] and x[{k}]", 1,
        ["qc.cx({r}[{i}], {h}[0])", "qc.cx({r}[{j}], {h}[0])", "qc.x({h}[0])"],
        "qc.cp(phi, {r}[{k}], {h}[0])",
    ),
    "two_flags": (
        "{r}[{i}] and {r}[{j}] differ, and {r}[{j}] and {r}[{k}] differ too",
        "x[{i}] != x[{j}] != x[{k}]", 2,
        ["qc.cx({r}[{i}], {h}[0])", "qc.cx({r}[{j}], {h}[0])", "qc.cx({r}[{j}], {h}[1])",
         "qc.cx({r}[{k}], {h}[1])"],
        "qc.cp(phi, {h}[0], {h}[1])",
    ),
    "either": (
        "at least one of {r}[{i}] and {r}[{j}] is 1", "x[{i}] | x[{j}]", 1,
        ["qc.cx({r}[{i}], {h}[0])", "qc.cx({r}[{j}], {h}[0])", "qc.ccx({r}[{i}], {r}[{j}], {h}[0])"],
        "qc.p(phi, {h}[0])",
    ),
    "pattern": (
        "{r}[{i}] is 0 and all other qubits of `{r}` are 1", "sum(x) == len(x) - 1 and not x[{i}]", 1,
        ["qc.x({r}[{i}])", "qc.mcx({r}, {h}[0])"], "qc.p(phi, {h}[0])",
    ),
    "majority": (
        "at least two of {r}[{i}], {r}[{j}] and {r}[{k}] are 1", "x[{i}] + x[{j}] + x[{k}] > 1", 1,
        ["qc.cx({r}[{i}], {r}[{j}])", "qc.cx({r}[{i}], {r}[{k}])", "qc.ccx({r}[{j}], {r}[{k}], {h}[0])",
         "qc.cx({r}[{i}], {h}[0])"],
        "qc.p(phi, {h}[0])",
    ),
    "chain": (
        "{r}[{i}] is 1, and exactly one of {r}[{j}] and {r}[{k}] is 1", "x[{i}] & (x[{j}] ^ x[{k}])", 2,
        ["qc.cx({r}[{j}], {h}[0])", "qc.cx({r}[{k}], {h}[0])", "qc.ccx({r}[{i}], {h}[0], {h}[1])"],
        "qc.p(phi, {h}[1])",
    ),
}  # fmt: skip


@family(
    "registers",
    "advanced",
    oracle="unitary",
    skills=("ancillas", "uncompute", "phase"),
    why="An ancilla has to be uncomputed in reverse order, or it stays entangled with the data.",
    tolerance=1e-8,
)
def phase_by_ancilla(rng: Random) -> Instance:
    """A phase on the data states with a property, computed into ancillas and uncomputed."""
    kind = rng.choice(sorted(_TESTS))
    text, value, helpers, compute, kick = _TESTS[kind]
    m = rng.choice([3, 4])
    i, j, k = rng.sample(range(m), 3)
    r, h = rng.choice(["x", "data", "state", "inp"]), rng.choice(["anc", "help", "tmp", "scratch"])
    fill = dict(i=i, j=j, k=k, r=r, h=h, x=f"the qubits of `{r}`")
    text, value, kick = text.format(**fill), value.format(**fill), kick.format(**fill)
    compute = [line.format(**fill) for line in compute]
    phase = 0.0
    form = rng.choice(["block", "block", "phased"])
    if form == "block" and kind not in ("none", "pattern", "majority", "chain"):
        form = "lines"
    names = [f'{r} = QuantumRegister({m}, "{r}")', f'{h} = AncillaRegister({helpers}, "{h}")']
    if form == "block":
        code = [*names, f"compute = QuantumCircuit({r}, {h})"]
        code += [line.replace("qc.", "compute.") for line in compute]
        code += [
            "qc = compute.copy()",
            kick,
            "qc.compose(compute.inverse(), inplace=True)",
            "return qc",
        ]
    else:
        undo = compute if compute[0].startswith("for") else compute[::-1]
        code = [*names, f"qc = QuantumCircuit({r}, {h})", *compute, kick, *undo]
        if form == "phased":
            phase = angle(rng)
            code.append(f"qc.global_phase = {phase}")
        code.append("return qc")
    extra = f" Besides, the circuit has a global phase of {phase}, which counts." if phase else ""
    shape = f"a register `{r}` of {m} qubits, then an ancilla register `{h}` of {helpers}"
    return Instance(
        entry_point=rng.choice(["mark", "phase_mark", "kick_phase", "conditional_phase"]),
        signature="(phi: float) -> QuantumCircuit",
        asks=(
            f"Make a circuit with {shape}. It multiplies a basis state of `{r}` by exp(i*phi) exactly when "
            f"{text}. The ancillas start at 0 and must return to 0.{extra}",
            f"Compute a property into ancillas, use it, uncompute it: on {shape}, basis states "
            f"for which {text} "
            f"get the phase exp(i*phi), all others none; `{h}` starts and ends in 0.{extra}",
            f"Registers: {shape}.\nAction: phase exp(i*phi) where {text}.\nCleanup: `{h}` begins "
            "in all zeros and "
            f"is all zeros afterwards, for every input.{extra}",
            f"How do I put a phase phi on those states of `{r}` where {text}, with ancillas? Use "
            f"{shape}; they "
            f"are zero before and after, without measurement or reset.{extra}",
        ),
        imports="from qiskit import QuantumCircuit, QuantumRegister\n"
        "from qiskit.circuit import AncillaRegister",
        body="\n".join(code),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
for phi in (0.7, -2.1):
    qc = candidate(phi)
    assert isinstance(qc, QuantumCircuit)
    assert [(r.name, r.size) for r in qc.qregs] == [("{r}", {m}), ("{h}", {helpers})]
    assert qc.num_ancillas == {helpers} and qc.num_clbits == 0
    part = Operator(qc).data[:, :{2**m}]
    want = np.zeros(({2 ** (m + helpers)}, {2**m}), dtype=complex)
    for state in range({2**m}):
        x = [state >> b & 1 for b in range({m})]
        want[state, state] = np.exp(1j * ({phase} + (phi if {value} else 0)))
    assert np.allclose(part, want, atol=1e-8, rtol=0)
""",
        params={"kind": kind, "m": m, "i": i, "j": j, "k": k, "form": form},
    )


@family(
    "registers",
    "intermediate",
    oracle="structure",
    skills=("composition", "register-names", "measurement"),
    why="compose maps the part's bit i to the i-th listed bit and needs inplace=True or its result.",
    tolerance=1e-8,
)
def parts_on_registers(rng: Random) -> Instance:
    """A given measured part placed on several registers of a bigger circuit."""
    names = rng.sample(["left", "right", "top", "low", "north", "south"], 3)
    outs = [f"{name}_out" for name in names[:2]]
    spare = rng.randint(1, 2)
    theta = angle(rng)
    flips = [rng.random() < 0.5 for _ in range(2)]
    if not any(flips):
        flips[rng.randrange(2)] = True
    swap_out = rng.random() < 0.5
    places, words, wants = [], [], []
    for n, (name, flip) in enumerate(zip(names, flips, strict=False)):
        out = outs[1 - n] if swap_out else outs[n]
        qubits = f"{name}[::-1]" if flip else name
        turned = " in reverse (its qubit 0 on the last qubit)" if flip else " in order"
        words.append(f"`part` on `{name}`{turned}, its classical bits to `{out}`")
        places.append(f"qc.compose(part, qubits={qubits}, clbits={out}, inplace=True)")
        wants.append((name, flip, out))
    extra, said, spot, gate = rng.choice(
        [
            (f"qc.h({names[2]}[0])", f"H on {names[2]}[0]", [(names[2], 0)], "h"),
            (f"qc.cx({names[0]}[1], {names[2]}[0])", f"CX from {names[0]}[1] to {names[2]}[0]",
             [(names[0], 1), (names[2], 0)], "cx"),
            (f"qc.crx({theta}, {names[2]}[0], {names[1]}[0])",
             f"CRX({theta}) from {names[2]}[0] to {names[1]}[0]", [(names[2], 0), (names[1], 0)], "crx"),
            (f"qc.ry({theta}, {names[1]}[1])", f"RY({theta}) on {names[1]}[1]", [(names[1], 1)], "ry"),
        ]
    )  # fmt: skip
    steps = [(line, text, None) for line, text in zip(places, words, strict=True)]
    where = rng.randint(0, 2)
    steps.insert(where, (extra, said, spot))
    listed = "; ".join(text for _, text, _ in steps)
    order = f"`{names[0]}` (2 qubits), `{names[1]}` (2), `{names[2]}` ({spare})"
    classical = f"`{outs[0]}` and `{outs[1]}` (2 bits each)"
    body = "\n".join(
        [
            *(f'{name} = QuantumRegister(2, "{name}")' for name in names[:2]),
            f'{names[2]} = QuantumRegister({spare}, "{names[2]}")',
            *(f'{out} = ClassicalRegister(2, "{out}")' for out in outs),
            f"qc = QuantumCircuit({', '.join([*names, *outs])})",
            *(line for line, _, _ in steps),
            "return qc",
        ]
    )
    return Instance(
        entry_point=rng.choice(["place_parts", "tiles", "spread_part", "compose_parts"]),
        signature="(part: QuantumCircuit) -> QuantumCircuit",
        asks=(
            "`part` has 2 qubits and 2 classical bits and measures at its end. Build a circuit "
            "with quantum "
            f"registers {order} and classical registers {classical}, and put there, in this "
            f"order: {listed}. "
            "The parts are written out, not wrapped in one instruction.",
            f"Use a given two-qubit, two-clbit circuit `part` twice in a bigger one. Registers: {order}; "
            f"{classical}. Contents in time order: {listed}. Inline the instructions of `part`.",
            f"Quantum registers {order}; classical registers {classical}.\n"
            + "\n".join(f"{n}. {text}" for n, (_, text, _) in enumerate(steps, 1))
            + "\n`part` is an argument (2 qubits, 2 clbits); its gates and measurements appear one by one.",
            "How do I place the instructions of a 2-qubit, 2-clbit circuit `part` on named "
            "registers? I want "
            f"{order} with {classical}, and then {listed}.",
        ),
        imports="from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
one = QuantumCircuit(2, 2)
one.ry(0.4, 0)
one.cx(0, 1)
one.t(1)
one.measure([0, 1], [1, 0])
two = QuantumCircuit(2, 2)
two.sx(1)
two.crz(1.2, 1, 0)
two.measure(1, 1)
for part in (one, two):
    got = candidate(part)
    assert isinstance(got, QuantumCircuit)
    assert [(r.name, r.size) for r in got.qregs] == {[(names[0], 2), (names[1], 2), (names[2], spare)]}
    assert [(r.name, r.size) for r in got.cregs] == {[(out, 2) for out in outs]}
    want = []
    for step in {[spot if spot else wants[places.index(line)] for line, _, spot in steps]}:
        if isinstance(step, list):
            want.append(("{gate}", step, []))
            continue
        name, flip, out = step
        for item in part.data:
            qs = [part.find_bit(q).index for q in item.qubits]
            cs = [part.find_bit(c).index for c in item.clbits]
            want.append((item.name, [(name, 1 - q if flip else q) for q in qs], [(out, c) for c in cs]))
    have = []
    for item in got.data:
        places = [[got.find_bit(bit).registers[0] for bit in bits] for bits in (item.qubits, item.clbits)]
        have.append((item.name, *[[(r.name, i) for r, i in found] for found in places]))
    wires = {{}}
    for sequence, store in ((want, "want"), (have, "have")):
        for name, qs, cs in sequence:
            for wire in qs + cs:
                wires.setdefault(wire, {{"want": [], "have": []}})[store].append((name, qs, cs))
    assert all(both["want"] == both["have"] for both in wires.values())
    params = [float(p) for item in got.data for p in item.params]
    own = [float(p) for item in part.data for p in item.params]
    assert sorted(params) == sorted([*own, *own, *{[theta] if gate in ("crx", "ry") else []}])
""",
        params={"registers": names, "flips": flips, "steps": [text for _, text, _ in steps]},
    )
