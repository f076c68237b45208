"""Error correction: syndromes, decoders, repetition codes and stabilizer codes."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, family

# Generators by code, Qiskit labels (rightmost letter: qubit 0).
CODES = {
    "five-qubit": (["XZZXI", "IXZZX", "XIXZZ", "ZXIXZ"], "XXXXX", "ZZZZZ"),
    "four-qubit": (["XXXX", "ZZZZ"], "IIXX", "IZIZ"),
    "Steane": (["IIIXXXX", "IXXIIXX", "XIXIXIX", "IIIZZZZ", "IZZIIZZ", "ZIZIZIZ"], "XXXXXXX", "ZZZZZZZ"),
    "bit-flip": (["IZZ", "ZZI"], "XXX", "IIZ"),
    "phase-flip": (["IXX", "XXI"], "IIX", "ZZZ"),
    "surface-4": (["XXXX", "IZIZ", "ZIZI"], "IIXX", "IIZZ"),
    "six-qubit": (["XXXXII", "ZZZZII", "IIXXXX", "IIZZZZ"], "XIXIXI", "ZIZIZI"),
}  # fmt: skip


@family(
    "qec",
    "advanced",
    oracle="state",
    skills=("control-flow", "syndrome", "ancilla"),
    why="Two parities of neighbouring qubits point at the flipped one; the correction depends on both "
    "bits together.",
    tolerance=1e-8,
)
def repetition_cycle(rng: Random) -> Instance:
    """A three-qubit code with syndrome measurement and feed-forward correction."""
    kind = rng.choice(["bit", "phase"])
    d = rng.sample(range(3), 3)
    reuse = rng.choice([True, False])
    style = rng.choice(["switch", "ifs", "expr"])
    name = rng.choice(["syn", "syndrome", "parity", "s"])
    pairs = rng.choice([[(0, 1), (1, 2)], [(0, 1), (0, 2)], [(1, 2), (0, 2)]])
    pairs = [(d[a], d[b]) for a, b in pairs]
    anc = [3, 3] if reuse else [3, 4]
    table = {}
    for q in range(3):
        table[sum(1 << i for i, p in enumerate(pairs) if q in p)] = q
    fix = "x" if kind == "bit" else "z"
    rows = [(i, a, b, anc[i]) for i, (a, b) in enumerate(pairs)]
    body = f"qc = QuantumCircuit({4 if reuse else 5})\n"
    body += f'reg = ClassicalRegister(2, "{name}")\nqc.add_register(reg)\n'
    if kind == "phase":
        body += (
            f"for bit, first, second, ancilla in {rows}:\n    qc.h(ancilla)\n    qc.cx(ancilla, "
        )
        body += "first)\n    qc.cx(ancilla, second)\n    qc.h(ancilla)\n"
    else:
        body += f"for bit, first, second, ancilla in {rows}:\n    qc.cx(first, ancilla)\n    "
        body += "qc.cx(second, ancilla)\n"
    body += "    qc.measure(ancilla, reg[bit])\n    qc.reset(ancilla)\n"
    imports = "from qiskit import ClassicalRegister, QuantumCircuit"
    cases = sorted(table.items())
    if style == "switch":
        body += "with qc.switch(reg) as case:\n" + "".join(
            f"    with case({v}):\n        qc.{fix}({q})\n" for v, q in cases
        )
    elif style == "ifs":
        body += f"for value, qubit in {cases}:\n    with qc.if_test((reg, value)):\n        qc.{fix}(qubit)\n"
    else:
        imports += "\nfrom qiskit.circuit.classical import expr"
        body += f"for value, qubit in {cases}:\n    condition = expr.lift_legacy_condition((reg, value))\n"
        body += f"    with qc.if_test(condition):\n        qc.{fix}(qubit)\n"
    body += "return qc"
    letter = "Z" if kind == "bit" else "X"
    checks = " and ".join(f"{letter}{a}{letter}{b} into bit {i}" for i, (a, b) in enumerate(pairs))
    using = (
        "qubit 3 as the only ancilla, used twice"
        if reuse
        else "qubits 3 and 4 as ancillas, one for each check"
    )
    style_words = {
        "switch": "a `switch`",
        "ifs": "`if_test` on the register's value",
        "expr": "`if_test` with expressions",
    }[style]
    label = "bit-flip" if kind == "bit" else "phase-flip"
    return Instance(
        entry_point=rng.choice(["correction_cycle", "repetition_round", "fix_single_error"]),
        signature="() -> QuantumCircuit",
        asks=(
            f"One round of the three-qubit {label} code on data qubits 0, 1, 2: measure the checks "
            f"{checks} of the register `{name}` (2 bits) "
            f"with {using}; then undo the single {fix.upper()} error that the syndrome points to with "
            f"{style_words} (nothing for syndrome 0). Ancillas "
            "end in |0>. No encoding is part of it.",
            f"Build the syndrome extraction and feed-forward correction of the 3-qubit {label} code "
            f"({fix.upper()} errors on qubits 0-2). Register "
            f"`{name}`: {checks}. Ancillas: {using}, all reset in the end. The correction uses "
            f"{style_words}.",
            f"I need an error-correction round: data 0, 1, 2 ({label} repetition code, already encoded), "
            f"{using}; checks {checks} of a two-bit register "
            f"`{name}`; then conditional {fix.upper()} on the right data qubit by {style_words}. Reset "
            "the ancillas after reading them.",
        ),
        imports=imports,
        body=body,
        test=EXACT
        + f"""
from qiskit import QuantumCircuit
qc = candidate()
assert qc.num_qubits == {4 if reuse else 5} and [(r.name, r.size) for r in qc.cregs] == [("{name}", 2)]
def prepared(error):
    start = QuantumCircuit(qc.num_qubits)
    start.ry(0.8, 0)
    start.rz(0.5, 0)
    start.cx(0, [1, 2])
    {"start.h([0, 1, 2])" if kind == "phase" else ""}
    clean = Statevector(start)
    if error is not None:
        start.{fix}(error)
    return clean, Statevector(start)
table = {table}
for error in (None, 0, 1, 2):
    clean, dirty = prepared(error)
    [(weight, bits, _, after)] = exact(qc, dirty)
    assert table.get(bits[0] + 2 * bits[1]) == error and (error is not None or bits == [0, 0])
    assert abs(abs(np.vdot(after.data, clean.data)) - 1) < 1e-8
""",
        params={"kind": kind, "pairs": pairs, "reuse": reuse, "style": style},
        wrong=(
            Wrong(
                "S24",
                body.replace(str(cases), str([(v ^ 3 if v in (1, 2) else v, q) for v, q in cases])),
            ),
        )
        if style != "switch"
        else (),
    )


@family(
    "qec",
    "advanced",
    oracle="distribution",
    skills=("stabilizer", "syndrome", "ancilla"),
    why="An ancilla in |+> controls the Paulis of the generator and is read after an H; letters count "
    "from the right.",
    tolerance=1e-8,
)
def syndrome_circuit(rng: Random) -> Instance:
    """Measure any list of stabilizer generators into a register."""
    reuse = rng.choice([True, False])
    method = rng.choice(["controlled", "gate", "basis"])
    order = rng.choice(["first lowest", "first highest"])
    register, below = rng.choice(["syndrome", "checks", "stab", "m"]), rng.choice([True, False])
    prefix = rng.choice(["anc", "a", "helper"])
    ancilla = "anc[0]" if reuse else "anc[i]"
    size = "1" if reuse else "len(generators)"
    spot = "i" if order == "first lowest" else "len(generators) - 1 - i"
    body = f"""
n = len(generators[0])
data = QuantumRegister(n, "data")
anc = QuantumRegister({size}, "{prefix}")
reg = ClassicalRegister(len(generators), "{register}")
qc = QuantumCircuit({"data, anc" if below else "anc, data"})
qc.add_register(reg)
for i, label in enumerate(generators):
"""
    if method == "controlled":
        body += f"""    qc.h({ancilla})
    for q, letter in enumerate(reversed(label)):
        if letter == "X":
            qc.cx({ancilla}, data[q])
        elif letter == "Y":
            qc.cy({ancilla}, data[q])
        elif letter == "Z":
            qc.cz({ancilla}, data[q])
    qc.h({ancilla})
"""
    elif method == "gate":
        body += f"""    qc.h({ancilla})
    qc.append(PauliGate(label).control(1), [{ancilla}, *data])
    qc.h({ancilla})
"""
    else:
        body += f"""    for q, letter in enumerate(reversed(label)):
        if letter == "I":
            continue
        if letter == "Y":
            qc.sdg(data[q])
        if letter != "Z":
            qc.h(data[q])
        qc.cx(data[q], {ancilla})
        if letter != "Z":
            qc.h(data[q])
        if letter == "Y":
            qc.s(data[q])
"""
    body += (
        f"    qc.measure({ancilla}, reg[{spot}])\n"
        + (f"    qc.reset({ancilla})\n" if reuse else "")
        + "return qc"
    )
    imports = "from qiskit import ClassicalRegister, QuantumCircuit, QuantumRegister"
    imports += "\nfrom qiskit.circuit.library import PauliGate" if method == "gate" else ""
    how = {
        "controlled": "with controlled Paulis from an ancilla in |+>",
        "gate": "with a controlled PauliGate per generator",
        "basis": "by rotating each data qubit to the Z basis, a CNOT into the ancilla, and rotating back",
    }[method]
    which = "one ancilla that is reset after each use" if reuse else "one ancilla per generator"
    bits = (
        "the first generator goes to bit 0"
        if order == "first lowest"
        else "the first generator goes to the highest bit"
    )
    sequence = "`data`, then the ancillas" if below else "the ancillas, then `data`"
    return Instance(
        entry_point=rng.choice(["measure_stabilizers", "syndrome_extraction", "check_circuit"]),
        signature="(generators: list[str]) -> QuantumCircuit",
        asks=(
            "`generators` are Pauli strings of equal length (Qiskit labels, rightmost letter = data "
            "qubit 0). Build the circuit that measures all of "
            f"them on the quantum register `data` {how}, with {which} (register `{prefix}`), into the "
            f"classical register `{register}`: {bits}. "
            f"Quantum registers in this order: {sequence}. Outcome 0 means eigenvalue +1.",
            "Syndrome extraction for an arbitrary stabilizer code given by label strings (letter of "
            f"qubit 0 last). Registers: `data`, `{prefix}` ({which}), "
            f"classical `{register}`; qubit order: {sequence}; {bits}; bit 1 stands for eigenvalue -1. "
            f"Do it {how}.",
            f"Write stabilizer measurement {how}. Input: list of Pauli labels, e.g. the "
            f"{rng.choice(sorted(CODES))} code's. Data qubits form register `data`, "
            f"{which} form(s) `{prefix}`, {sequence}; results in `{register}`, where {bits} and 1 "
            "signals -1.",
        ),
        imports=imports,
        body=body,
        test=EXACT
        + f"""
from qiskit.quantum_info import Pauli, random_statevector
for generators in (["IZZ", "XXX"], ["YYI", "IZZ"], ["XYZ"]):
    n, m = len(generators[0]), len(generators)
    qc = candidate(list(generators))
    anc = {"1" if reuse else "m"}
    assert [(r.name, r.size) for r in qc.cregs] == [("{register}", m)]
    want = [("data", n), ("{prefix}", anc)]
    assert [(r.name, r.size) for r in qc.qregs] == (want if {below} else want[::-1])
    rng = np.random.default_rng(np.random.randint(2**31))
    psi = random_statevector(2**n, seed=int(rng.integers(2**31)))
    zero = Statevector.from_int(0, 2**anc)
    whole = psi.expand(zero) if {below} else psi.tensor(zero)
    where = list(range(n)) if {below} else list(range(anc, anc + n))
    seen = 0.0
    for weight, bits, _, after in exact(qc, whole):
        projected = psi.data
        for i, label in enumerate(generators):
            bit = bits[{"i" if order == "first lowest" else "m - 1 - i"}]
            projected = (projected + (-1) ** bit * Operator(Pauli(label)).data @ projected) / 2
        assert abs(np.linalg.norm(projected) ** 2 - weight) < 1e-8
        rho = partial_trace(after, [q for q in range(qc.num_qubits) if q not in where]).data
        assert np.allclose(rho * weight, np.outer(projected, projected.conj()), atol=1e-8)
        seen += weight
    assert abs(seen - 1) < 1e-8
""",
        params={"method": method, "reuse": reuse, "order": order, "data_first": below},
    )


@family(
    "qec",
    "advanced",
    oracle="value",
    skills=("stabilizer", "decoder", "symplectic"),
    why="A syndrome bit is 1 where an error anticommutes with the generator; degenerate errors share a "
    "syndrome.",
)
def lookup_decoder(rng: Random) -> Instance:
    """A table from syndrome to the lightest error for a stabilizer code."""
    code = rng.choice(["five-qubit", "Steane", "bit-flip", "six-qubit", "four-qubit"])
    weight = rng.choice([1, 1, 2]) if code in ("bit-flip", "five-qubit") else 1
    letters = rng.choice(["XYZ", "X", "XZ", "ZYX", "YXZ", "Z"])
    form = rng.choice(["label", "support", "pauli"])
    keys = rng.choice(["string", "tuple", "int", "reversed"])
    engine = rng.choice(["pauli", "paulilist"])
    key_code = {
        "string": '"".join("1" if bit else "0" for bit in flags)',
        "tuple": "tuple(int(bit) for bit in flags)",
        "int": "sum(int(bit) << i for i, bit in enumerate(flags))",
        "reversed": '"".join("1" if bit else "0" for bit in reversed(flags))',
    }[keys]
    value = {
        "label": "error.to_label()",
        "pauli": "error",
        "support": "sorted(zip(places, letters))",
    }[form]
    check = {
        "pauli": "flags = [error.anticommutes(Pauli(label)) for label in generators]",
        "paulilist": "flags = [not fine for fine in PauliList(generators).commutes(error)]",
    }[engine]
    loop = f"""
n = len(generators[0])
table = {{}}
for weight in range({weight + 1}):
    for places in combinations(range(n), weight):
        for letters in product("{letters}", repeat=weight):
            label = ["I"] * n
            for q, letter in zip(places, letters):
                label[n - 1 - q] = letter
            error = Pauli("".join(label))
            {check}
            table.setdefault({key_code}, {value})
return table
"""
    keyed = {
        "string": "a string of 0 and 1 with the first generator's bit first",
        "tuple": "a tuple of 0 and 1 in the order of the generators",
        "int": "an integer whose bit i (1 << i) belongs to generator i",
        "reversed": "a string of 0 and 1 with the first generator's bit last",
    }[keys]
    valued = {
        "label": "the error as a label string",
        "pauli": "the error as a `Pauli`",
        "support": "the error as a sorted list of pairs (qubit, letter), empty for no error",
    }[form]
    errors = f"no error and all errors of weight 1 with the letters {', '.join(letters)}"
    if weight == 2:
        errors = f"errors of weight 0, 1 and 2 with the letters {', '.join(letters)}"
    first = "lighter errors first, then by their qubits in ascending order (lexicographically), then by "
    first += f"letters in the order {letters}"
    imports = "from itertools import combinations, product\n\nfrom qiskit.quantum_info import Pauli"
    imports += ", PauliList" if engine == "paulilist" else ""
    generators = CODES[code][0]
    return Instance(
        entry_point=rng.choice(["lookup_table", "build_decoder", "syndrome_table"]),
        signature="(generators: list[str]) -> dict",
        asks=(
            "Make a lookup decoder for the stabilizer code with the Pauli labels `generators` (e.g. the "
            f"{code} code {generators}). Consider {errors}; for "
            f"every syndrome keep the first error, {first}. Key: the syndrome as {keyed} (1 = "
            f"anticommutes). Value: {valued}. Qubit 0 is the last letter.",
            f"For `generators` (Pauli strings, qubit 0 rightmost; think of {generators}) return the dict "
            f"syndrome -> error over {errors}. Syndromes are "
            f"{keyed}, 1 where error and generator anticommute. Values are {valued}. If errors collide, "
            f"the first in this order wins: {first}.",
            f"Decoder by enumeration: {errors}, ordered {first}; the dict's key is {keyed} (a set bit "
            "marks anticommutation with that generator), its value "
            f"{valued}. The argument `generators` is a list of labels such as {generators[:2]}, "
            "rightmost letter = qubit 0.",
        ),
        imports=imports,
        body=loop,
        test=f"""
from itertools import combinations, product
from qiskit.quantum_info import Pauli
def clash(a, b):
    return sum(x != "I" and y != "I" and x != y for x, y in zip(a, b)) % 2
for generators in ({generators}, ["XZI", "ZXZ"], ["ZZIY", "IXXZ", "YIZX"], ["XYZYX"], ["ZXY"]):
    n, want = len(generators[0]), {{}}
    for weight in range({weight + 1}):
        for places in combinations(range(n), weight):
            for letters in product("{letters}", repeat=weight):
                chars = dict(zip(places, letters))
                label = "".join(chars.get(q, "I") for q in range(n))[::-1]
                flags = [clash(label, g) for g in generators]
                key = {{"string": "".join(map(str, flags)), "tuple": tuple(flags),
                    "int": sum(f << i for i, f in enumerate(flags)),
                       "reversed": "".join(map(str, flags))[::-1]}}["{keys}"]
                value = {{"label": label, "pauli": Pauli(label), "support": sorted(chars.items())}}["{form}"]
                want.setdefault(key, value)
    got = candidate(list(generators))
    assert got == want
""",
        params={"code": code, "letters": letters, "keys": keys, "values": form, "weight": weight},
        wrong=(Wrong("S03", loop.replace("label[n - 1 - q]", "label[q]")),),
    )
