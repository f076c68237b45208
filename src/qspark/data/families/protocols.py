"""Protocols with entanglement and feed-forward: teleportation and its relatives."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, angle, family

# Bell state as (words, gates after H on the first qubit and CX to the second one, X needed, Z needed).
BELL = {
    "Phi+": ("(|00> + |11>)/sqrt(2)", [], 0, 0),
    "Phi-": ("(|00> - |11>)/sqrt(2)", ["z"], 0, 1),
    "Psi+": ("(|01> + |10>)/sqrt(2)", ["x"], 1, 0),
    "Psi-": ("(|01> - |10>)/sqrt(2)", ["x", "z"], 1, 1),
}


@family(
    "protocols",
    "advanced",
    oracle="channel",
    skills=("teleportation", "control-flow", "register-names"),
    why="The bit of the source qubit (after H) asks for Z, the bit of the sender's half of the pair asks "
    "for X.",
    tolerance=1e-8,
)
def teleport_variant(rng: Random) -> Instance:
    """Teleportation over any Bell pair, with conditioned or coherent corrections, anywhere."""
    pair = rng.choice(sorted(BELL))
    words, gates, flip, sign = BELL[pair]
    source, near, far = rng.sample(range(4), 3)
    style = rng.choice(["ifs", "switch", "deferred", "expr"])
    names = rng.sample(["mz", "mx", "alice", "bob", "c0", "c1", "phase", "parity"], 2)
    extra = rng.choice([None, "reset", "unitary"])
    gate = rng.choice(["h", "s", "sx", "t"])
    body = "qc = QuantumCircuit(4)\n"
    imports = "from qiskit import QuantumCircuit"
    if style != "deferred":
        imports = "from qiskit import ClassicalRegister, QuantumCircuit"
        body += f'z_bit = ClassicalRegister(1, "{names[0]}")\nx_bit = ClassicalRegister(1, "{names[1]}")\n'
        body += "qc.add_register(z_bit)\nqc.add_register(x_bit)\n"
    body += f"qc.h({near})\nqc.cx({near}, {far})\n" + "".join(f"qc.{g}({far})\n" for g in gates)
    if extra == "unitary":
        body += f"qc.{gate}({source})\n"
    body += f"qc.cx({source}, {near})\nqc.h({source})\n"
    x_value, z_value = 1 - flip, 1 - sign
    if style == "deferred":
        body += f"qc.cx({near}, {far})\nqc.cz({source}, {far})\n"
        body += (f"qc.x({far})\n" if flip else "") + (f"qc.z({far})\n" if sign else "")
    else:
        body += f"qc.measure({source}, z_bit)\nqc.measure({near}, x_bit)\n"
        if style == "ifs":
            body += (
                f"with qc.if_test((x_bit, {x_value})):\n    qc.x({far})\nwith qc.if_test((z_bit, "
            )
            body += f"{z_value})):\n    qc.z({far})\n"
        elif style == "switch":
            for bit, value, fix in (("x_bit", x_value, "x"), ("z_bit", z_value, "z")):
                body += f"with qc.switch({bit}) as case:\n    with case({value}):\n        qc.{fix}({far})\n"
        else:
            imports += "\nfrom qiskit.circuit.classical import expr"
            for bit, value, fix in (("x_bit[0]", x_value, "x"), ("z_bit[0]", z_value, "z")):
                test = f"expr.lift({bit})" if value else f"expr.logic_not({bit})"
                body += f"with qc.if_test({test}):\n    qc.{fix}({far})\n"
        if extra == "reset":
            body += f"qc.reset([{source}, {near}])\n"
    body += "return qc"
    how = {
        "ifs": "`if_test` blocks", "switch": "`switch` statements on the one-bit registers",
        "deferred": "coherent controlled gates instead of measurements (no clbits at all)",
        "expr": "`if_test` with expressions on the bits",
    }[style]  # fmt: skip
    reading = "" if style == "deferred" else (
        f" Qubit {source} is measured into the register `{names[0]}` and qubit {near} into `{names[1]}` "
        "(one bit each, added in this order)."
    )  # fmt: skip
    more = {
        None: "", "reset": f" Qubits {source} and {near} are reset in the end." if style != "deferred" else "",
        "unitary": f" Before the Bell measurement the sender applies {gate.upper()} to qubit {source}, "
                   "so that the transformed state arrives.",
    }[extra]  # fmt: skip
    zero = "1" if extra == "reset" and style != "deferred" else "0"
    return Instance(
        entry_point=rng.choice(["teleport", "send_state", "teleportation_circuit"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"A teleportation circuit on 4 qubits: the state of qubit {source} goes to qubit {far}. The "
            f"entangled pair sits on qubits {near} (sender) and {far} "
            f"and is prepared by the circuit as {words} (it is symmetric or antisymmetric in the two); "
            f"corrections with {how}.{reading}{more} The remaining "
            "qubit is untouched.",
            f"Teleport qubit {source} to qubit {far} in a four-qubit circuit, with qubit {near} as the "
            f"sender's half of the pair. Use the Bell state {pair} = {words}, "
            f"which the circuit makes itself, and {how} for what the receiver does.{reading}{more}",
            f"My pair source gives {words} on qubits ({near}, {far}); let the circuit prepare it like "
            "that, from |0> on both. Then teleport the unknown state of "
            f"qubit {source} to {far}; 4 qubits in all.{reading} Corrections: {how}.{more}",
        ),
        imports=imports,
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, random_statevector
qc = candidate()
assert isinstance(qc, QuantumCircuit) and qc.num_qubits == 4
assert [(r.name, r.size) for r in qc.cregs] == {[] if style == "deferred" else [(names[0], 1), (names[1], 1)]}
rng = np.random.default_rng(np.random.randint(2**31))
other = {({0, 1, 2, 3} - {source, near, far}).pop()}
for _ in range(2):
    psi = random_statevector(4, seed=int(rng.integers(2**31)))
    zero = Statevector([1, 0, 0, 0])
    start = QuantumCircuit(4)
    start.prepare_state(psi, [{source}, other])
    state = Statevector(start)
    one = QuantumCircuit(2)
    {f"one.{gate}(0)" if extra == "unitary" else "pass"}
    want = DensityMatrix(psi.evolve(one)).data
    got = average(qc, [{far}, other], state)
    order = [0, 1, 2, 3] if {far} < other else [0, 2, 1, 3]
    got = got[np.ix_(order, order)]
    assert np.allclose(got, want, atol=1e-8)
    if {style != "deferred"}:
        found = exact(qc, state)
        seen = sorted((bits[0], bits[1]) for _, bits, _, _ in found)
        assert seen == [(0, 0), (0, 1), (1, 0), (1, 1)] and all(abs(w - 0.25) < 1e-8 for w, *_ in found)
    if {zero}:
        assert abs(average(qc, [{source}, {near}], state)[0, 0] - 1) < 1e-8
assert {"not qc.has_control_flow_op()" if style == "deferred" else "qc.has_control_flow_op()"}
""",
        params={"pair": pair, "qubits": [source, near, far], "style": style, "extra": extra},
        wrong=(
            Wrong(
                "S32",
                body.replace("z_bit, ", "TEMP, ")
                .replace("x_bit, ", "z_bit, ")
                .replace("TEMP, ", "x_bit, "),
            ),
        )
        if style == "ifs"
        else (),
    )


@family(
    "protocols",
    "advanced",
    oracle="channel",
    skills=("gate-teleportation", "control-flow"),
    why="A gate that is applied to the pair beforehand changes which corrections are needed: they are "
    "conjugated by it.",
    tolerance=1e-8,
)
def remote_gate(rng: Random) -> Instance:
    """A two-qubit gate between distant qubits through a pair, measurement and feed-forward."""
    kind = rng.choice(["cx", "cz", "crz", "cp", "chain"])
    q = rng.sample(range(4), 4)
    control, one, two, target = q
    theta = angle(rng)
    names = rng.sample(["left", "right", "ma", "mb", "u", "v", "s0", "s1"], 2)
    clean = rng.choice([True, False])
    style = rng.choice(["if", "method"])
    gate = {
        "cx": (f"qc.cx({two}, {target})", "cx({c}, {t})", "a CNOT"),
        "cz": (f"qc.cz({two}, {target})", "cz({c}, {t})", "a CZ"),
        "crz": (f"qc.crz({theta}, {two}, {target})", f"crz({theta}, {{c}}, {{t}})", "a controlled "
                                                                                    f"RZ({theta})"),
        "cp": (f"qc.cp({theta}, {two}, {target})", f"cp({theta}, {{c}}, {{t}})", "a controlled phase of "
                                                                                 f"{theta}"),
        "chain": (f"qc.cx({two}, {target})\nqc.cry({theta}, {two}, {target})", f"cx({{c}}, {{t}})\n    "
                                                                               f"want.cry({theta}, "
                                                                               f"{{c}}, {{t}})",
                  f"a CNOT followed by a controlled RY({theta}) with the same control and target"),
    }[kind]  # fmt: skip
    body = f"""
qc = QuantumCircuit(4)
first = ClassicalRegister(1, "{names[0]}")
second = ClassicalRegister(1, "{names[1]}")
qc.add_register(first)
qc.add_register(second)
qc.h({one})
qc.cx({one}, {two})
qc.cx({control}, {one})
qc.measure({one}, first)
"""
    block = f"with qc.if_test((first, 1)):\n    qc.x({two})\n"
    last = f"with qc.if_test((second, 1)):\n    qc.z({control})\n"
    if style == "method":
        block = f"flip = QuantumCircuit(1, 1)\nflip.x(0)\nqc.if_test((first, 1), flip, [{two}], first)\n"
        last = f"phase = QuantumCircuit(1, 1)\nphase.z(0)\nqc.if_test((second, 1), phase, [{control}], "
        last += "second)\n"
    body += f"{block}{gate[0]}\nqc.h({two})\nqc.measure({two}, second)\n{last}"
    body += f"qc.reset([{one}, {two}])\n" if clean else ""
    body += "return qc"
    ends = f" Qubits {one} and {two} end in |0>." if clean else ""
    way = "body circuits given to `if_test`" if style == "method" else "`if_test` blocks"
    return Instance(
        entry_point=rng.choice(["remote_gate", "nonlocal_gate", "distributed_gate"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"Two nodes share no gates: node A has qubits {control} and {one}, node B has {two} and "
            f"{target}. Apply {gate[2]} with control {control} and target {target} "
            f"by means of one Bell pair (|00> + |11>)/sqrt(2), which the circuit prepares on ({one}, "
            f"{two}), local gates, one measurement per node and feed-forward "
            f"({way}). Qubit {one} is measured into register `{names[0]}`, qubit {two} into `{names[1]}` "
            f"(one bit each, in this order).{ends} Only the pair "
            "creation may couple the nodes.",
            f"Build {gate[2]} from qubit {control} to qubit {target} as a non-local gate in a 4-qubit "
            f"circuit: pair on {one} and {two} (made in the circuit with H and CX), "
            f"registers `{names[0]}` for the outcome of qubit {one} and `{names[1]}` for that of qubit "
            f"{two}, corrections through {way}; besides the pair's CX no gate "
            f"acts across {{{control}, {one}}} and {{{two}, {target}}}.{ends}",
            f"Gate teleportation: {gate[2]}, control {control} (node A with ancilla {one}), target "
            f"{target} (node B with ancilla {two}). The ancillas start in |0>, become "
            f"a Phi+ pair, and are measured into `{names[0]}` (qubit {one}) and `{names[1]}` (qubit "
            f"{two}). Use {way}.{ends} No two-qubit gate between the nodes "
            "except for making the pair.",
        ),
        imports="from qiskit import ClassicalRegister, QuantumCircuit",
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, random_statevector
qc = candidate()
assert qc.num_qubits == 4 and [(r.name, r.size) for r in qc.cregs] == [("{names[0]}", 1), ("{names[1]}", 1)]
A, B = {{{control}, {one}}}, {{{two}, {target}}}
across = 0
for inst in qc.data:
    places = {{qc.find_bit(b).index for b in inst.qubits}}
    if isinstance(inst.operation, Gate) and len(places) > 1 and not places <= A and not places <= B:
        across += 1
        assert places == {{{one}, {two}}}
assert across == 1
rng = np.random.default_rng(np.random.randint(2**31))
psi = random_statevector(4, seed=int(rng.integers(2**31)))
start = QuantumCircuit(4)
start.prepare_state(psi, [{control}, {target}])
state = Statevector(start)
want = QuantumCircuit(2)
want.{gate[1].format(c=0, t=1)}
goal = DensityMatrix(psi.evolve(want)).data
got = average(qc, [{control}, {target}], state)
order = [0, 1, 2, 3] if {control} < {target} else [0, 2, 1, 3]
assert np.allclose(got[np.ix_(order, order)], goal, atol=1e-8)
found = exact(qc, state)
assert all(abs(w - 0.25) < 1e-8 for w, *_ in found) and len({{tuple(b) for _, b, _, _ in found}}) == 4
if {clean}:
    assert abs(average(qc, [{one}, {two}], state)[0, 0] - 1) < 1e-8
""",
        params={"gate": kind, "qubits": q, "clean": clean},
    )


@family(
    "protocols",
    "advanced",
    oracle="channel",
    skills=("measurement-based", "control-flow", "parity"),
    why="Bell measurements along a chain leave X and Z corrections that depend on the parities of all "
    "outcomes.",
    tolerance=1e-8,
)
def swap_chain(rng: Random) -> Instance:
    """Connect a chain of pairs by Bell measurements and correct by parities."""
    target = rng.choice(sorted(BELL))
    words, _, flip, sign = BELL[target]
    end = rng.choice(["last", "first"])
    mode = rng.choice(["expr", "each"])
    xs, zs = rng.sample(["xs", "zs", "flips", "phases", "bits_a", "bits_b"], 2)
    place = "2 * pairs - 1" if end == "last" else "0"
    body = f"""
qc = QuantumCircuit(2 * pairs)
x_bits = ClassicalRegister(pairs - 1, "{xs}")
z_bits = ClassicalRegister(pairs - 1, "{zs}")
qc.add_register(x_bits)
qc.add_register(z_bits)
for i in range(pairs):
    qc.h(2 * i)
    qc.cx(2 * i, 2 * i + 1)
for i in range(pairs - 1):
    qc.cx(2 * i + 1, 2 * i + 2)
    qc.h(2 * i + 1)
    qc.measure(2 * i + 1, z_bits[i])
    qc.measure(2 * i + 2, x_bits[i])
"""
    imports = "from qiskit import ClassicalRegister, QuantumCircuit"
    if mode == "each":
        body += f"""for i in range(pairs - 1):
    with qc.if_test((x_bits[i], 1)):
        qc.x({place})
    with qc.if_test((z_bits[i], 1)):
        qc.z({place})
"""
    else:
        imports = (
            "from functools import reduce\n\n"
            + imports
            + "\nfrom qiskit.circuit.classical import expr"
        )
        body += f"""with qc.if_test(reduce(expr.bit_xor, map(expr.lift, x_bits))):
    qc.x({place})
with qc.if_test(reduce(expr.bit_xor, map(expr.lift, z_bits))):
    qc.z({place})
"""
    body += (
        (f"qc.x({place})\n" if flip else "") + (f"qc.z({place})\n" if sign else "") + "return qc"
    )
    how = (
        "two conditional gates in all, on the parities of the bits (expressions)"
        if mode == "expr"
        else "a conditional gate for each outcome bit"
    )
    where = f"the {end} qubit of the chain"
    return Instance(
        entry_point=rng.choice(["repeater_chain", "swap_entanglement", "connect_pairs"]),
        signature="(pairs: int) -> QuantumCircuit",
        asks=(
            "Entanglement swapping along a chain: `pairs` (at least 2) Bell pairs (|00> + |11>)/sqrt(2) "
            "on qubits (0,1), (2,3), ...; between neighbouring pairs a Bell measurement of "
            "qubits 2i+1 and 2i+2 (CX from 2i+1 to 2i+2, H on 2i+1), the outcome of 2i+1 in bit i of "
            f"register `{zs}`, that of 2i+2 in bit i of `{xs}` (`{xs}` is added "
            f"first). Correct on {where} with {how} so that the two outer qubits end in {words} (up to a "
            "global phase).",
            "Quantum repeater: make `pairs` Phi+ pairs (qubits 2i, 2i+1), swap at every node with "
            f"CX(2i+1, 2i+2), H(2i+1) and measurements of 2i+1 into `{zs}`[i] and of 2i+2 into "
            f"`{xs}`[i]. Registers in the order `{xs}`, `{zs}`. The ends shall share {target} = {words}; "
            f"all corrections act on {where}, with {how}.",
            "For a chain of `pairs` Bell pairs, write the swapping circuit whose outer qubits are left "
            f"in {words}. Node i measures qubits 2i+1 (after CX to 2i+2 and H; bit i of `{zs}`) "
            f"and 2i+2 (bit i of `{xs}`, the register that comes first). Feed-forward on {where}: {how}.",
        ),
        imports=imports,
        body=body,
        test=EXACT
        + f"""
for pairs in (2, 3):
    qc = candidate(pairs)
    assert qc.num_qubits == 2 * pairs
    assert [(r.name, r.size) for r in qc.cregs] == [("{xs}", pairs - 1), ("{zs}", pairs - 1)]
    want = Statevector(np.array({_vector(target)}) / 2**0.5)
    rho = average(qc, [0, 2 * pairs - 1])
    assert np.allclose(rho, np.outer(want.data, want.data.conj()), atol=1e-8)
    got = spread(qc)
    assert len(got) == 4 ** (pairs - 1) and all(abs(p - 4.0 ** (1 - pairs)) < 1e-8 for p in got.values())
    for weight, bits, _, after in exact(qc):
        x, z = bits[: pairs - 1], bits[pairs - 1 :]
        for i in range(pairs - 1):
            for q, bit in ((2 * i + 1, z[i]), (2 * i + 2, x[i])):
                assert abs(after.probabilities([q])[bit] - 1) < 1e-8
    assert qc.count_ops()["if_else"] == {"2" if mode == "expr" else "2 * (pairs - 1)"}
""",
        params={"target": target, "end": end, "mode": mode},
        wrong=(
            Wrong(
                "S32",
                body.replace("z_bits[i])\n    qc.measure", "x_bits[i])\n    qc.measure").replace(
                    "2 * i + 2, x_bits", "2 * i + 2, z_bits"
                ),
            ),
        ),
    )


def _vector(name: str) -> list[int]:
    """The amplitudes of a Bell state (times sqrt(2)); its second qubit is the higher one."""
    return {
        "Phi+": [1, 0, 0, 1],
        "Phi-": [1, 0, 0, -1],
        "Psi+": [0, 1, 1, 0],
        "Psi-": [0, 1, -1, 0],
    }[name]


@family(
    "protocols",
    "intermediate",
    oracle="distribution",
    skills=("superdense-coding", "endianness"),
    why="Which Pauli stands for which message depends on the Bell state that is shared and on the bit "
    "order that is agreed.",
    tolerance=1e-9,
)
def dense_coding(rng: Random) -> Instance:
    """Superdense coding of messages with another pair, another table, or several pairs."""
    pair = rng.choice(sorted(BELL))
    words, gates, flip, sign = BELL[pair]
    table = rng.sample(["", "x", "z", "xz"], 4)
    low = rng.choice([True, False])
    messages = ["00", "01", "10", "11"]
    code = dict(zip(messages, table, strict=True))
    sender, receiver = rng.choice([(0, 1), (1, 0)])
    decode = {"": (0, 0), "x": (1, 0), "z": (0, 1), "xz": (1, 1)}
    # After the reverse Bell circuit the sender's qubit shows the Z part, the receiver's one the X part.
    lookup = {(decode[g][0] ^ flip, decode[g][1] ^ sign): m for m, g in code.items()}
    said = ", ".join(
        f"{m}: {' then '.join(g.upper() for g in code[m]) or 'nothing'}" for m in messages
    )
    form = rng.choice(["circuit", "decoder", "both"])
    rows = f"TABLE = {{{', '.join(f'{chr(34)}{m}{chr(34)}: {chr(34)}{code[m]}{chr(34)}' for m in messages)}}}"
    rows = rows.replace("TABLE", "table")
    encode = f"""{rows}
qc = QuantumCircuit(2, 2)
qc.h({sender})
qc.cx({sender}, {receiver})
{"".join(f"qc.{g}({receiver}){chr(10)}" for g in gates)}for gate in table[message]:
    getattr(qc, gate)({sender})
qc.cx({sender}, {receiver})
qc.h({sender})
qc.measure([{sender}, {receiver}], {[0, 1] if low else [1, 0]})
"""
    reading = {}
    for (x, z), m in lookup.items():
        bits = [z, x] if low else [x, z]
        reading[f"{bits[1]}{bits[0]}"] = m
    sorted_reading = {k: reading[k] for k in sorted(reading)}
    show = str(sorted_reading).replace("'", '"')
    order = (
        f"clbit 0 holds the outcome of qubit {sender if low else receiver}, clbit 1 that of qubit "
    )
    order += f"{receiver if low else sender}"
    base = (
        f"The pair is {words} with the sender's half on qubit {sender} and the receiver's on qubit "
        f"{receiver}; the sender applies to qubit {sender} for message "
        f"{said}. The receiver undoes the standard Bell circuit (CX from {sender} to {receiver}, H on "
        f"{sender}) and measures both; {order}"
    )
    if form == "circuit":
        body, signature, ask = (
            encode + "return qc",
            "(message: str) -> QuantumCircuit",
            "Return the whole circuit for `message`, on 2 qubits and 2 clbits",
        )
        imports = "from qiskit import QuantumCircuit"
        test = f"""
reading = {sorted_reading}
for message in ("00", "01", "10", "11"):
    qc = candidate(message)
    assert (qc.num_qubits, qc.num_clbits) == (2, 2)
    [(key, p)] = spread(qc).items()
    assert reading[key] == message and abs(p - 1) < 1e-9
"""
    elif form == "decoder":
        choice = rng.choice(["most", "counts"])
        tail = "return meaning[max(counts, key=counts.get)]" if choice == "most" else (
            "found = {}\nfor key, n in counts.items():\n    found[meaning[key]] = "
            "found.get(meaning[key], 0) + n\nreturn found"
        )  # fmt: skip
        body, signature = (
            f"meaning = {show}\n{tail}",
            f"(counts: dict[str, int]) -> {'str' if choice == 'most' else 'dict[str, int]'}",
        )
        ask = (
            "Write only the receiver's post-processing: from the `counts` of such a circuit (Qiskit "
            "keys) return "
            + (
                "the message that the most frequent key stands for"
                if choice == "most"
                else "how often each message arrived, a dict without zeros"
            )
        )
        imports = ""
        test = f"""
reading = {sorted_reading}
for counts in ({{"00": 3, "01": 90, "11": 7}}, {{"10": 40, "11": 25}}, {{"00": 8}}, {{"11": 5, "00": 2}}):
    got = candidate(dict(counts))
    if {choice == "most"}:
        assert got == reading[max(counts, key=counts.get)]
    else:
        assert got == {{reading[k]: n for k, n in counts.items()}}
"""
    else:
        body = encode.replace("table[message]", "table[message]") + f"meaning = {show}\n"
        body += (
            "counts = AerSimulator(seed_simulator=seed).run(qc, shots=100).result().get_counts()\n"
        )
        body += "return {meaning[key]: n for key, n in counts.items()}"
        signature = "(message: str, seed: int) -> dict[str, int]"
        ask = "Run the protocol for `message` on AerSimulator (100 shots, seed `seed`) and return the "
        ask += "decoded messages with their numbers of shots, as a dict"
        imports = "from qiskit import QuantumCircuit\nfrom qiskit_aer import AerSimulator"
        test = """
for message in ("00", "01", "10", "11"):
    assert candidate(message, 7) == {message: 100}
"""
    return Instance(
        entry_point=rng.choice(["dense_coding", "two_bits", "superdense"]),
        signature=signature,
        asks=(
            f"Superdense coding with our own conventions. {base}. {ask}.",
            f"{ask}. The setting is a superdense coding link: {base}.",
            f"We agreed on a variant of superdense coding: {base}. {ask}.",
        ),
        imports=imports,
        body=body,
        test=(EXACT if form == "circuit" else "") + test,
        params={"pair": pair, "table": table, "form": form, "low": low},
    )
