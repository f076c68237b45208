"""Protocols: pairs that are swapped and pairs that carry messages."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.protocols import BELL


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
