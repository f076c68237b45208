"""Dynamic circuits: algorithms with feed-forward, rewriting of blocks, boxes."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, angle, family


@family(
    "dynamic",
    "advanced",
    oracle="distribution",
    skills=("control-flow", "phase-estimation", "qubit-reuse"),
    why="The least significant bit is measured first, and each later round undoes the phase of the known "
    "bits.",
    tolerance=1e-7,
)
def iterative_phase_estimation(rng: Random) -> Instance:
    """Phase estimation with one recycled qubit and corrections that depend on earlier bits."""
    gate, unitary, flip = rng.choice(
        [
            ("cp(2 * pi * phase * 2**j, {a}, {t})", "P(2*pi*phase)", True),
            ("crz(4 * pi * phase * 2**j, {a}, {t})", "RZ(4*pi*phase)", True),
            ("crz(-4 * pi * phase * 2**j, {a}, {t})", "RZ(-4*pi*phase)", False),
            ("cu(0, 0.0, 2 * pi * phase * 2**j, 0, {a}, {t})", "U(0, 0, 2*pi*phase)", True),
        ]
    )
    a, t = rng.choice([(0, 1), (1, 0)])
    high = rng.choice([True, False])
    clean = rng.choice(["reset", "x"])
    spot = "m - 1 - j" if high else "j"
    earlier = "m - 1 - i" if high else "i"
    wipe = f"qc.reset({a})" if clean == "reset" else f"with qc.if_test((c, 1)):\n        qc.x({a})"
    form = rng.choice(["bits", "undo"])
    name = rng.choice(["phase_bits", "theta", "ipe", "digits", "binary"])
    fix = f"qc.p(-pi / 2 ** (i - j), {a})" if form == "bits" else f"qc.rz(-pi / 2 ** (i - j), {a})"
    body = f"""
qc = QuantumCircuit(2)
bits = ClassicalRegister(m, "{name}")
qc.add_register(bits)
{f"qc.x({t})" if flip else ""}
for j in reversed(range(m)):
    qc.h({a})
    qc.{gate.format(a=a, t=t)}
    for i in range(j + 1, m):
        with qc.if_test((bits[{earlier}], 1)):
            {fix}
    qc.h({a})
    c = bits[{spot}]
    qc.measure({a}, c)
    {wipe}
return qc
""".replace("\n\nfor", "\nfor")
    state = "|1>" if flip else "|0>"
    order = (
        "the bits form the integer k of the estimate k / 2**m with clbit 0 as the least significant"
        if high
        else "clbit 0 holds the most significant bit of the estimate (phase ~ 0.b0 b1 b2 ...), clbit m-1 "
        "the least"
    )
    how = "with reset" if clean == "reset" else "with an X that depends on the bit just measured"
    return Instance(
        entry_point=rng.choice(["iterative_qpe", "recycled_phase_estimation", "kitaev_rounds"]),
        signature="(phase: float, m: int) -> QuantumCircuit",
        asks=(
            f"Write iterative phase estimation with one control qubit. The unitary is {unitary} and its "
            f"eigenstate {state} on qubit {t} has eigenvalue exp(2*pi*i*phase) (relevant for controlled "
            f"application). Qubit {a} is the control and is used in all `m` rounds, cleared after every "
            "round "
            f"{how}; corrections are conditioned in the circuit on earlier bits. Two qubits and a "
            f"register `{name}` of m bits: "
            f"{order}.",
            f"I only have two qubits. Estimate `phase` of the controlled {unitary} acting on its eigenstate "
            f"{state} (qubit {t}) to `m` bits with feed-forward, qubit {a} being measured m times and "
            f"cleared {how} "
            f"after each measurement. Register `{name}` of m bits: {order}. The outcome statistics must "
            "be those of "
            "textbook "
            "phase estimation.",
            f"Dynamic-circuit QPE: control qubit {a}, eigenstate {state} of {unitary} on qubit {t}, `m` "
            "rounds from "
            "the least significant bit up, each with phase corrections by `if_test`; clear the control "
            f"{how}. "
            f"Result register `{name}` of m clbits: {order}.",
        ),
        imports="from math import pi\n\nfrom qiskit import ClassicalRegister, QuantumCircuit",
        body=body,
        test=EXACT
        + f"""
for phase, m in ((5 / 16, 4), (3 / 8, 3), (0.307, 3), (0.819, 3)):
    qc = candidate(phase, m)
    assert qc.num_qubits == 2 and [(r.name, r.size) for r in qc.cregs] == [("{name}", m)]
    got, size = spread(qc), 2**m
    for k in range(size):
        want = abs(sum(np.exp(2j * np.pi * x * (phase - k / size)) for x in range(size)) / size) ** 2
        key = format(k, f"0{{m}}b")
        assert abs(got.get(key{"" if high else "[::-1]"}, 0) - want) < 1e-7
    rho = average(qc, [0, 1])
    assert abs(rho[{(1 << t) if flip else 0}, {(1 << t) if flip else 0}] - 1) < 1e-7
""",
        params={"unitary": unitary, "control": a, "high": high, "clean": clean},
        wrong=(
            Wrong("S29", body.replace("-pi / 2", "pi / 2")),
            Wrong("S34", body.replace("2**j", "2 ** (m - 1 - j)")),
        ),
    )


@family(
    "dynamic",
    "advanced",
    oracle="distribution",
    skills=("control-flow", "qft", "endianness"),
    why="A measured QFT needs no two-qubit gates: each outcome controls the phases of the qubits below it.",
    tolerance=1e-8,
)
def semiclassical_fourier(rng: Random) -> Instance:
    """The QFT followed by measurement, with conditioned phases instead of controlled ones."""
    sign, inverse = rng.choice([("", False), ("-", True)])
    low = rng.choice([True, False])
    name = rng.choice(["freq", "y", "spectrum", "peak", "out"])
    tail = rng.choice(["none", "reset", "barrier"])
    form = rng.choice(["pending", "direct"])
    bit = "n - 1 - q" if low else "q"
    after = {
        "none": "",
        "reset": "    qc.reset(q)\n",
        "barrier": "    qc.barrier()\n",
    }[tail]
    if form == "direct":
        loop = f"""for q in reversed(range(n)):
    qc.h(q)
    qc.measure(q, reg[{bit}])
    with qc.if_test((reg[{bit}], 1)):
        for lower in range(q):
            qc.p({sign}pi / 2 ** (q - lower), lower)
{after}"""
    else:
        other = "n - 1 - q - d" if low else "q + d"
        loop = f"""for q in reversed(range(n)):
    for d in range(1, n - q):
        with qc.if_test((reg[{other}], 1)):
            qc.p({sign}pi / 2**d, q)
    qc.h(q)
    qc.measure(q, reg[{bit}])
{after}"""
    body = f"""
qc = QuantumCircuit(n)
reg = ClassicalRegister(n, "{name}")
qc.add_register(reg)
{loop}return qc
"""
    title = "inverse QFT" if inverse else "QFT"
    kernel = "exp(-2*pi*i*x*y/N)" if inverse else "exp(2*pi*i*x*y/N)"
    order = (
        "bit 0 of the register is the least significant bit of y"
        if low
        else "bit 0 of the register is the most significant bit of y"
    )
    last = {
        "none": "",
        "reset": " Every qubit ends in |0> because it is reset after its measurement.",
        "barrier": " Put a barrier over all qubits after each measured qubit.",
    }[tail]
    check = {
        "none": "pass",
        "reset": "assert abs(average(qc, list(range(n)), state)[0, 0] - 1) < 1e-8",
        "barrier": 'assert qc.count_ops()["barrier"] == n',
    }[tail]
    return Instance(
        entry_point=rng.choice(["measured_fourier", "semiclassical_qft", "fourier_readout"]),
        signature="(n: int) -> QuantumCircuit",
        asks=(
            f"Replace '{title} then measure everything' on n qubits by its semiclassical form: only "
            "one-qubit "
            f"gates, measurements and conditioned phases. The n outcomes go into the register `{name}`; "
            "they are "
            f"the integer y of the transform with kernel {kernel} (qubit 0 is the lowest bit of x); "
            f"{order}.{last}",
            f"I measure right after the {title}, so the controlled phases can become classical control. "
            "Build "
            f"that circuit for n qubits without any two-qubit gate. Kernel {kernel}, N = 2**n, x "
            "little-endian. "
            f"The classical register `{name}` of n bits holds y: {order}.{last}",
            f"Semiclassical {title} (kernel {kernel}), n qubits, no entangling gates, feed-forward with "
            f"`if_test`; x has qubit 0 as lowest bit; y in the register `{name}`, where {order}.{last}",
        ),
        imports="from math import pi\n\nfrom qiskit import ClassicalRegister, QuantumCircuit",
        body=body,
        test=EXACT
        + f"""
from qiskit.quantum_info import random_statevector
rng = np.random.default_rng(np.random.randint(2**31))
for n in (2, 3):
    qc = candidate(n)
    assert qc.num_qubits == n and [(r.name, r.size) for r in qc.cregs] == [("{name}", n)]
    gates = [inst for inst in qc.data if isinstance(inst.operation, Gate)]
    gates += [i for d in qc.data for b in getattr(d.operation, "blocks", ()) for i in b.data]
    assert all(len(inst.qubits) == 1 for inst in gates if isinstance(inst.operation, Gate))
    state = random_statevector(2**n, seed=int(rng.integers(2**31)))
    size = 2**n
    kernel = np.exp({"-" if inverse else ""}2j * np.pi * np.outer(range(size), range(size)) / size)
    want, got = abs(kernel @ state.data / size**0.5) ** 2, spread(qc, state)
    for y in range(size):
        key = format(y, f"0{{n}}b")
        assert abs(got.get(key{"" if low else "[::-1]"}, 0) - want[y]) < 1e-8
    {check}
""",
        params={"inverse": inverse, "low": low, "form": form, "tail": tail},
        wrong=(Wrong("S33", body.replace(f"qc.p({sign}pi", f"qc.p({'' if inverse else '-'}pi")),),
    )


_RULES = [
    ("every X becomes H, Z, H", 'op.name == "x"',
     "out.h(inst.qubits)\nout.z(inst.qubits)\nout.h(inst.qubits)", "[getattr(qc, g)(q) for g in 'hzh']"),
    ("every X becomes two SX gates", 'op.name == "x"', "out.sx(inst.qubits)\nout.sx(inst.qubits)",
     "qc.sx(q); qc.sx(q)"),
    ("every X is dropped", 'op.name == "x"', "continue", "pass"),
    ("every X becomes a {g}", 'op.name == "x"', "out.{g}(inst.qubits)", "qc.{g}(q)"),
    ("after every X an RZ({a}) on the same qubit is inserted", 'op.name == "x"',
     "out.append(inst)\nout.rz({a}, inst.qubits)", "qc.x(q); qc.rz({a}, q)"),
    ("before every X an RX({a}) and an {g} on the same qubit are inserted", 'op.name == "x"',
     "out.rx({a}, inst.qubits)\nout.{g}(inst.qubits)\nout.append(inst)", "qc.rx({a}, q); qc.{g}(q); qc.x(q)"),
    ("every X becomes a U gate with the angles {a}, 0.2 and 0.5", 'op.name == "x"',
     "out.u({a}, 0.2, 0.5, inst.qubits)", "qc.u({a}, 0.2, 0.5, q)"),
]  # fmt: skip


@family(
    "dynamic",
    "advanced",
    oracle="state",
    skills=("control-flow", "rewriting"),
    why="Bodies are replaced with `replace_blocks`; only the top level is seen in the circuit's data.",
    tolerance=1e-8,
)
def rewrite_inside_blocks(rng: Random) -> Instance:
    """Rewrite one gate in a dynamic circuit, inside control flow or everywhere."""
    words, test, code, want = rng.choice(_RULES)
    facts = {"a": angle(rng), "g": rng.choice(["y", "s", "tdg", "sxdg"])}
    words, code, want = words.format(**facts), code.format(**facts), want.format(**facts)
    where = rng.choice(["everywhere", "inside", "top"])
    drop = rng.choice([True, False])
    skip = '        if op.name == "barrier":\n            continue\n' if drop else ""
    flag = "" if where == "everywhere" else ", inside=False"
    deeper = "" if where == "everywhere" else ", True"
    lines = code.replace("\n", "\n            ")
    condition = {
        "everywhere": test,
        "inside": f"inside and {test}",
        "top": f"not inside and {test}",
    }[where]
    body = f"""
def {{entry}}(circuit: QuantumCircuit{flag}) -> QuantumCircuit:
    out = circuit.copy_empty_like()
    for inst in circuit.data:
        op = inst.operation
{skip}        if isinstance(op, ControlFlowOp):
            blocks = [{{entry}}(block{deeper}) for block in op.blocks]
            out.append(op.replace_blocks(blocks), inst.qubits, inst.clbits)
        elif {condition}:
            {lines}
        else:
            out.append(inst)
    return out
"""
    entry = rng.choice(["rewrite_program", "replace_in_blocks", "patch_circuit"])
    scope = {
        "everywhere": "at the top level and in all bodies at any depth",
        "inside": "in the bodies of control-flow operations at any depth, but not at the top level",
        "top": "at the top level only; bodies of control-flow operations keep theirs",
    }[where]
    also = " Barriers are removed at all levels." if drop else " Barriers stay where they are."
    outer = want if where != "inside" else "qc.x(q)"
    inner = want if where != "top" else "qc.x(q)"
    return Instance(
        entry_point=entry,
        signature="",
        asks=(
            "Take a circuit that may hold if/else, switch, while and for operations and return a new "
            "one in which "
            f"{words}, {scope}. Everything else (conditions, loop parameters, bits) is kept.{also} The "
            "argument is "
            "left as it was.",
            f"I need a rewriter for dynamic circuits: {words} ({scope}).{also} Input and output are "
            "circuits; do not "
            "modify the input.",
            f"Write a function of one circuit that gives back a copy where {words}; this holds "
            f"{scope}.{also} "
            "Control flow must survive, nested blocks included, and the original must not change.",
        ),
        imports="from qiskit import QuantumCircuit\nfrom qiskit.circuit import ControlFlowOp",
        body=body.replace("{entry}", entry),
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import random_statevector
def plain(qc, q): qc.x(q)
def outer(qc, q): {outer}
def inner(qc, q): {inner}
def build(top, deep):
    qc = QuantumCircuit(3, 2)
    top(qc, 0)
    qc.ry(0.4, 0)
    qc.barrier()
    qc.measure(0, 0)
    with qc.if_test((0, 1)) as other:
        deep(qc, 1)
        qc.rx(0.3, 1)
    with other:
        with qc.for_loop((1, 3)) as k:
            qc.ry(k * 0.2, 2)
            deep(qc, 2)
            qc.barrier(1)
    with qc.switch(qc.cregs[0]) as case:
        with case(1):
            qc.h(2)
        with case(case.DEFAULT):
            deep(qc, 1)
            qc.cx(1, 2)
    top(qc, 2)
    qc.cx(2, 0)
    return qc
def names(qc):
    found = []
    for inst in qc.data:
        found.append(inst.name)
        for block in getattr(inst.operation, "blocks", ()):
            found += names(block)
    return found
given, untouched, want = build(plain, plain), build(plain, plain), build(outer, inner)
got = candidate(given)
assert given == untouched and isinstance(got, QuantumCircuit)
expected = [n for n in names(want) if n != "barrier" or not {drop}]
assert sorted(names(got)) == sorted(expected)
state = random_statevector(8, seed=5)
assert np.allclose(average(got, [0, 1, 2], state), average(want, [0, 1, 2], state), atol=1e-8)
hits, wants = spread(got, state), spread(want, state)
assert all(abs(hits.get(key, 0) - wants[key]) < 1e-8 for key in wants)
""",
        params={"rule": words, "where": where, "drop": drop},
    )
