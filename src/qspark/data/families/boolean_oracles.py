"""Oracles of Boolean functions: from expressions, truth tables, clauses; as phases or bit flips."""

from itertools import product
from random import Random

from qspark.data.families.base import Instance, angle, family
from qspark.data.families.wording import call, fill

# Applies a circuit to a random superposition of all basis states and compares with a relabelling.
TABLE = """
def check_phase(circuit, sign_of, rng, exact=False):
    size = 2**circuit.num_qubits
    start = rng.normal(size=size) + 1j * rng.normal(size=size)
    start /= np.linalg.norm(start)
    want = start * np.array([sign_of(x) for x in range(size)])
    got = Statevector(start).evolve(circuit)
    if exact:
        assert np.allclose(got.data, want, atol=1e-8)
    assert got.equiv(Statevector(want), atol=1e-8, rtol=0)

def check_flip(circuit, image_of, rng):
    size = 2**circuit.num_qubits
    start = rng.normal(size=size) + 1j * rng.normal(size=size)
    start /= np.linalg.norm(start)
    want = np.zeros(size, dtype=complex)
    for x in range(size):
        want[image_of(x)] += start[x]
    assert Statevector(start).evolve(circuit).equiv(Statevector(want), atol=1e-8, rtol=0)
"""


def truth(expression: str, names: list[str]) -> list[bool]:
    """The values of an expression for all inputs; the first name is the lowest bit."""
    inputs = product((0, 1), repeat=len(names))
    return [bool(eval(expression, {}, dict(zip(reversed(names), bits))) & 1) for bits in inputs]


def expression_of(rng: Random, names: list[str]) -> str:
    """A formula that depends on every name, and that no exchange of two names leaves alone."""
    while True:
        words = [rng.choice(["", "", "~"]) + name for name in rng.sample(names, len(names))]
        text = f"({words[0]} {rng.choice('&|^')} {words[1]})"
        for word in words[2:]:
            text = f"({text} {rng.choice('&|^')} {word})"
        text = text[1:-1]
        table = truth(text, names)
        n = len(names)
        swapped = []
        for i in range(n):
            for j in range(i):
                order = [x ^ ((x >> i ^ x >> j) & 1) * (1 << i | 1 << j) for x in range(2**n)]
                swapped.append([table[x] for x in order] == table)
        needs = all(any(table[x] != table[x ^ 1 << i] for x in range(2**n)) for i in range(n))
        if needs and sum(swapped) <= (n > 2) and 1 < sum(table) < 2**n - 1:
            return text


@family(
    "boolean_oracles",
    "intermediate",
    oracle="unitary",
    skills=("phase-oracles", "variable-order"),
    why="Without var_order the variables are numbered as they appear in the expression.",
    tolerance=1e-8,
)
def phase_oracle_of_expression(rng: Random) -> Instance:
    """PhaseOracleGate with an expression and an order of variables, used in several ways."""
    names = rng.choice(
        [
            ["a", "b", "c"],
            ["x0", "x1", "x2"],
            ["p", "q", "r"],
            ["a", "b", "c", "d"],
            ["u", "v", "w", "x"],
        ]
    )
    order = rng.sample(names, len(names))
    n = len(names)
    formula = expression_of(rng, names)
    made = call("PhaseOracleGate", f'"{formula}"', f"var_order={order}".replace("'", '"'))
    kind = rng.choice(
        ["gate", "circuit", "register", "spread", "controlled", "signs", "solutions", "given"]
    )
    spots = rng.sample(range(n + 2), n)
    told = (
        f"f = {formula} (~ not, & and, | or, ^ exclusive or), variables in the order"
        f" {', '.join(order)}"
    )
    given, imports = "", ["from qiskit import QuantumCircuit"]
    kinds = {
        "gate": (
            f"return {made}", f"Return the {n}-qubit phase-oracle gate that multiplies by -1 where f is "
                              "true; variable k of the order sits on qubit k of the gate", "Gate",
        ),
        "circuit": (
            f"circuit = QuantumCircuit({n})\ncircuit.append({made}, circuit.qubits)\nreturn circuit",
            (f"Return a {n}-qubit circuit that multiplies by -1 where f is true; variable k of the order "
            "sits on qubit k"),
            "QuantumCircuit",
        ),
        "register": (
            "\n".join(f'{v} = QuantumRegister(1, "{v}")' for v in names)
            + f"\ncircuit = QuantumCircuit({', '.join(names)})\n"
            + f"circuit.append({made}, [{', '.join(f'*{v}' for v in order)}])\nreturn circuit",
            f"Return a circuit with the one-qubit registers {', '.join(names)} (in this order, named "
            "like the variables) that multiplies by -1 where f is true", "QuantumCircuit",
        ),
        "spread": (
            f"circuit = QuantumCircuit({n + 2})\ncircuit.append({made}, {spots})\nreturn circuit",
            f"Return a circuit on {n + 2} qubits that multiplies by -1 where f is true; the variables "
            f"{', '.join(order)} sit on the qubits {', '.join(map(str, spots))}, and the two other "
            "qubits are untouched", "QuantumCircuit",
        ),
        "controlled": (
            (f"circuit = QuantumCircuit({n + 1})\ncircuit.append({made}.control(1), [{n}, "
            f"*range({n})])\nreturn circuit"),
            f"Return a circuit on {n + 1} qubits that multiplies by -1 where f is true and the control "
            f"qubit {n} is 1; variable k of the order sits on qubit k", "QuantumCircuit",
        ),
        "signs": (
            f"oracle = {made}\nreturn [round(value) for value in Operator(oracle).data.diagonal().real]",
            "Return the diagonal of the phase oracle as a list of the integers 1 and -1 (-1 where f is "
            "true), indexed by the integer whose bit k is variable k of the order", "list[int]",
        ),
        "solutions": (
            f"signs = Operator({made}).data.diagonal().real\n"
            f'return [format(x, "0{n}b") for x, sign in enumerate(signs) if round(sign) == -1]',
            "Return the satisfying assignments as bit strings in ascending order, with variable k of "
            "the order as bit k from the right (read them off the phase oracle)", "list[str]",
        ),
        "given": (
            "oracle = PhaseOracleGate(expression, var_order=variables)\ncircuit = "
            "QuantumCircuit(len(variables))\ncircuit.h(circuit.qubits)\ncircuit.append(oracle, "
            "circuit.qubits)\nreturn Statevector(circuit)",
            "For any such `expression` and list `variables` return the Statevector of the uniform "
            "superposition in which the satisfying assignments have a minus sign; variables[k] is "
            f"qubit k. An example is the expression {formula}",
            "Statevector",
        ),
    }  # fmt: skip
    body, wants, out = kinds[kind]
    if kind == "given":
        given, told = (
            "expression: str, variables: list[str]",
            "Boolean expressions with ~, &, | and ^",
        )
        imports.append("from qiskit.circuit.library import PhaseOracleGate")
        imports.append("from qiskit.quantum_info import Statevector")
    elif kind in ("signs", "solutions"):
        imports = [
            "from qiskit.circuit.library import PhaseOracleGate",
            "from qiskit.quantum_info import Operator",
        ]
    else:
        imports = ["from qiskit import QuantumCircuit"]
        if kind == "register":
            imports = ["from qiskit import QuantumCircuit, QuantumRegister"]
        if kind == "gate":
            imports = ["from qiskit.circuit import Gate"]
        imports.append("from qiskit.circuit.library import PhaseOracleGate")
    asks = (
        f"Phase oracle for {told}. {wants}.",
        f"{wants}. Function: {told}.",
        f"I have the Boolean condition {told}. {wants}.",
        f"From a formula to a phase oracle in Qiskit: {told}. {wants}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Statevector
$table
rng = np.random.default_rng(np.random.randint(2**31))
kind, names, order, n = "$kind", $names, $order, $n
def value(formula, bits):
    return bool(eval(formula, {}, dict(bits)) & 1)
def f(x):
    return value("$formula", {name: x >> k & 1 for k, name in enumerate(order)})
if kind == "given":
    for formula, names in (("$formula", order), ("(s & ~t) | (u & t)", ["t", "u", "s"])):
        size = 2 ** len(names)
        signs = [-1 if value(formula, {m: x >> k & 1 for k, m in enumerate(names)}) else 1 for x in range(size)]
        assert candidate(formula, names).equiv(Statevector(np.array(signs) / np.sqrt(size)), atol=1e-8, rtol=0)
else:
    got = candidate()
    if kind == "signs":
        assert list(got) == [-1 if f(x) else 1 for x in range(2**n)], got
    elif kind == "solutions":
        assert got == [format(x, f"0{n}b") for x in range(2**n) if f(x)], got
    else:
        if kind == "gate":
            assert isinstance(got, Gate) and got.num_qubits == n
            gate, got = got, QuantumCircuit(n)
            got.append(gate, range(n))
        assert isinstance(got, QuantumCircuit)
        spots = list(range(n))
        if kind == "register":
            assert [r.name for r in got.qregs] == names
            spots = [names.index(name) for name in order]
        elif kind == "spread":
            spots = $spots
        assert got.num_qubits == n + {"spread": 2, "controlled": 1}.get(kind, 0)
        def sign_of(x):
            inner = sum((x >> spot & 1) << k for k, spot in enumerate(spots))
            return -1 if f(inner) and (kind != "controlled" or x >> n & 1) else 1
        check_phase(got, sign_of, rng)
""",
        table=TABLE, kind=kind, names=names, order=order, n=n, formula=formula, spots=spots,
    )  # fmt: skip
    return Instance(
        "formula_phase", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"formula": formula, "order": order, "kind": kind},
    )  # fmt: skip


@family(
    "boolean_oracles",
    "advanced",
    oracle="unitary",
    skills=("bit-oracles", "kickback"),
    why="A bit-flip oracle has the result qubit last; on |-> it acts as a phase oracle.",
    tolerance=1e-8,
)
def bit_flip_oracle_of_expression(rng: Random) -> Instance:
    """BitFlipOracleGate: plain, on registers, as phase by kickback, or two combined."""
    names = rng.choice([["a", "b", "c"], ["x", "y", "z"], ["s", "t", "u"], ["k", "l", "m"]])
    order = rng.sample(names, len(names))
    one, two = expression_of(rng, names), expression_of(rng, names)
    kind = rng.choice(
        ["circuit", "register", "kickback", "either", "both", "differ", "counts", "negated"]
    )
    n, shown = 3, str(order).replace("'", '"')
    make = [call("BitFlipOracleGate", f'"{text}"', f"var_order={shown}") for text in (one, two)]
    given, out, size = "", "QuantumCircuit", n + 1
    top = [
        "from qiskit import QuantumCircuit",
        "from qiskit.circuit.library import BitFlipOracleGate",
    ]
    where = f"variables {', '.join(order)} on qubits 0, 1, 2"
    shots, seed = rng.choice([40, 100, 250]), rng.randint(1, 99)
    if kind in ("circuit", "negated"):
        extra = "circuit.x(3)\n" if kind == "negated" else ""
        body = (
            f"circuit = QuantumCircuit(4)\ncircuit.append({make[0]}, circuit.qubits)\n{extra}return"
            " circuit"
        )
        told = f"flips qubit 3 exactly where {one} is {'false' if extra else 'true'} ({where})"
    elif kind == "register":
        result = rng.choice(["out", "flag", "result"])
        body = "\n".join(
            [f'{result} = QuantumRegister(1, "{result}")', f'bits = QuantumRegister({n}, "bits")',
             f"circuit = QuantumCircuit({result}, bits)", (f"circuit.append({make[0]}, [*bits, "
                                                          f"*{result}])"), ("return circuit")]
        )  # fmt: skip
        told = (
            f"has the registers `{result}` (1 qubit) and `bits` (3 qubits), in this order, and"
            f" flips `{result}` exactly where {one} is true (variables {', '.join(order)} on"
            " bits[0], bits[1], bits[2])"
        )
        top[0] = "from qiskit import QuantumCircuit, QuantumRegister"
    elif kind == "kickback":
        body = f"""
circuit = QuantumCircuit(4)
circuit.x(3)
circuit.h(3)
circuit.append({make[0]}, circuit.qubits)
circuit.h(3)
circuit.x(3)
return circuit
"""
        told = (
            f"multiplies by -1 exactly where {one} is true ({where}), by phase kickback from a"
            " bit-flip oracle on the work qubit 3, which starts and ends in 0"
        )
    elif kind in ("either", "both", "differ"):
        size = 6 if kind != "differ" else 4
        if kind == "differ":
            body = (
                f"circuit = QuantumCircuit(4)\ncircuit.append({make[0]}, "
                f"circuit.qubits)\ncircuit.append({make[1]}, circuit.qubits)\nreturn circuit"
            )
            told = f"flips qubit 3 exactly where {one} and {two} have different values ({where})"
        else:
            gate = "AndGate" if kind == "both" else "OrGate"
            body = f"""
first = {make[0]}
second = {make[1]}
circuit = QuantumCircuit(6)
circuit.append(first, [0, 1, 2, 3])
circuit.append(second, [0, 1, 2, 4])
circuit.append({gate}(2), [3, 4, 5])
circuit.append(second, [0, 1, 2, 4])
circuit.append(first, [0, 1, 2, 3])
return circuit
"""
            word = "both of" if kind == "both" else "at least one of"
            told = (
                f"flips qubit 5 exactly where {word} {one} and {two} is true ({where}); qubits 3"
                " and 4 are work qubits that start and end in 0"
            )
            top[1] = (
                "from qiskit.circuit.library import"
                f" {', '.join(sorted([gate, 'BitFlipOracleGate']))}"
            )
    else:
        body = f"""
circuit = QuantumCircuit(4, 4)
circuit.h([0, 1, 2])
circuit.append({make[0]}, circuit.qubits)
circuit.measure(range(4), range(4))
job = StatevectorSampler(seed={seed}).run([circuit], shots={shots})
counts = job.result()[0].data.c.get_counts()
return {{key[1:]: int(key[0]) for key in sorted(counts)}}
"""
        told = (
            f"Sample {shots} shots (StatevectorSampler, seed {seed}) of all inputs in superposition"
            f" with a bit-flip oracle of {one}, measuring everything, and return a dict from the"
            " input bit strings that occurred to the value of the function (int 0 or 1); variables"
            f" {', '.join(order)} are the bits from the right"
        )
        top.append("from qiskit.primitives import StatevectorSampler")
        out = "dict[str, int]"
    note = "~ not, & and, | or, ^ exclusive or"
    if kind == "counts":
        asks = (
            f"{told} ({note}).",
            f"Tabulate a Boolean function by sampling its oracle. {told} ({note}).",
            (
                f"Truth table from measurements: {told[0].lower()}{told[1:]}. Operators in the"
                f" formula: {note}."
            ),
        )
    else:
        shape = "" if kind == "register" else f" on {size} qubits"
        asks = (
            f"Build a circuit{shape} that {told} ({note}).",
            f"Bit-flip oracle task. The circuit{shape} {told}; operators: {note}.",
            (
                f"With Qiskit's BitFlipOracleGate, write a circuit{shape} that {told}. In formulas:"
                f" {note}."
            ),
        )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
$table
rng = np.random.default_rng(np.random.randint(2**31))
kind, order = "$kind", $order
def value(formula, x):
    return bool(eval(formula, {}, {name: x >> k & 1 for k, name in enumerate(order)}) & 1)
got = candidate()
if kind == "counts":
    want = {format(x, "03b"): int(value("$one", x)) for x in range(8)}
    assert len(got) >= 6 and all(want[key] == v for key, v in got.items()), got
else:
    assert isinstance(got, QuantumCircuit)
    if kind == "register":
        assert [(r.name, r.size) for r in got.qregs] == [("$result", 1), ("bits", 3)]
        check_flip(got, lambda x: x ^ value("$one", x >> 1), rng)
    elif kind in ("circuit", "negated", "differ"):
        assert got.num_qubits == 4
        def bit(x):
            one, two = value("$one", x & 7), value("$two", x & 7)
            return {"circuit": one, "negated": not one, "differ": one != two}[kind]
        check_flip(got, lambda x: x ^ bit(x) << 3, rng)
    else:
        assert got.num_qubits == (4 if kind == "kickback" else 6)
        start, want = np.zeros((2, 2**got.num_qubits), dtype=complex)
        for x in range(8):
            one, two = value("$one", x), value("$two", x)
            for last in (0, 1) if kind != "kickback" else (0,):
                amplitude = rng.normal() + 1j * rng.normal()
                start[x | last << 5] = amplitude
                if kind == "kickback":
                    want[x] = -amplitude if one else amplitude
                else:
                    want[x | (last ^ ((one and two) if kind == "both" else (one or two))) << 5] = amplitude
        norm = np.linalg.norm(start)
        assert Statevector(start / norm).evolve(got).equiv(Statevector(want / norm), atol=1e-8, rtol=0)
""",
        table=TABLE, kind=kind, order=order, one=one, two=two, result=result if kind == "register" else "",
    )  # fmt: skip
    return Instance(
        "formula_flip", asks, "\n".join(top), f"({given}) -> {out}", body, test,
        {"one": one, "two": two, "order": order, "kind": kind},
    )  # fmt: skip


@family(
    "boolean_oracles",
    "basic",
    oracle="unitary",
    skills=("logic-gates", "flags"),
    why="Flags of AND and OR gates: 1 takes the qubit, -1 its negation, 0 leaves it out.",
    tolerance=1e-8,
)
def logic_gates_with_flags(rng: Random) -> Instance:
    """AndGate, OrGate, BitwiseXorGate and their combinations."""
    kind = rng.choice(["and", "or", "and", "or", "xor", "clauses", "random", "nand"])
    n = rng.choice([3, 4])
    flags = [rng.choice([1, -1, 0]) for _ in range(n)]
    while flags.count(0) > n - 2 or flags == flags[::-1]:
        flags = [rng.choice([1, -1, 0]) for _ in range(n)]
    words = [f"{'not ' if s < 0 else ''}bit {k}" for k, s in enumerate(flags) if s]
    place = rng.choice(["last", "first"])
    out_q = n if place == "last" else 0
    order = "circuit.qubits" if place == "last" else "[*range(1, circuit.num_qubits), 0]"
    inputs = f"bit k on qubit {'k' if place == 'last' else 'k + 1'}"
    form = rng.choice(["circuit", "circuit", "gate"]) if kind in ("and", "or") else "circuit"
    gates = {"and": "AndGate", "or": "OrGate", "nand": "AndGate"}
    lines, names, size, out = [], [], n + 1, "QuantumCircuit"
    marks = "".join(".+-"[s] for s in flags)
    parse = f'flags = [(mark == "+") - (mark == "-") for mark in "{marks}"]'
    amount, seed = rng.randint(1, 2**n - 2), rng.randint(1, 400)
    second = [rng.choice([1, -1, 0]) for _ in range(n)]
    while second.count(0) > n - 1 or second == flags:
        second = [rng.choice([1, -1, 0]) for _ in range(n)]
    if kind in gates:
        gate = gates[kind]
        names = [gate]
        joined = (" or " if kind == "or" else " and ").join(words)
        told = (
            f"flips qubit {out_q} exactly where {'not ' if kind == 'nand' else ''}({joined}) holds "
            f"({inputs})"
        )
        if form == "gate":
            lines = [parse, f"return {gate}({n}, flags)"]
            told, out = (
                (
                    f"as a gate: it flips its last qubit exactly where ({joined}) holds (bit k on"
                    " qubit k)"
                ),
                "Gate",
            )
            place, out_q = "last", n
        else:
            lines = [
                parse,
                f"circuit = QuantumCircuit({n + 1})",
                f"circuit.append({gate}({n}, flags), {order})",
            ]
            lines += [f"circuit.x({out_q})"] * (kind == "nand")
            lines += ["return circuit"]
    elif kind == "xor":
        names, size = ["BitwiseXorGate"], n
        lines = [
            f"circuit = QuantumCircuit({n})",
            f"circuit.append(BitwiseXorGate({n}, {amount}), circuit.qubits)",
        ]
        lines += ["return circuit"]
        told, out_q = f"maps the integer x of its qubits (little-endian) to x xor {amount}", 0
    elif kind == "random":
        names, size, form = ["random_bitwise_xor"], n, "seeded"
        lines = [f"gate = random_bitwise_xor({n}, seed={seed})", f"circuit = QuantumCircuit({n})"]
        lines += ["circuit.append(gate, circuit.qubits)", "return circuit"]
        told = (
            f"applies Qiskit's random bitwise-XOR gate on {n} qubits with seed {seed} (it adds the "
            "same integer to all inputs, bitwise)"
        )
    else:
        names, size = ["AndGate", "OrGate"], n + 3
        clause = [
            " or ".join(f"{'not ' if s < 0 else ''}bit {k}" for k, s in enumerate(f) if s)
            for f in (flags, second)
        ]
        marked = ["".join(".+-"[s] for s in row) for row in (flags, second)]
        lines = [
            f'rows = ("{marked[0]}", "{marked[1]}")',
            'flags = [[(mark == "+") - (mark == "-") for mark in row] for row in rows]',
            f"first, second = (OrGate({n}, row) for row in flags)", f"circuit = QuantumCircuit({n + 3})",
            f"circuit.append(first, [*range({n}), {n}])", f"circuit.append(second, [*range({n}), {n + 1}])",
            f"circuit.append(AndGate(2), [{n}, {n + 1}, {n + 2}])", ("circuit.append(second, "
                                                                    f"[*range({n}), {n + 1}])"),
            f"circuit.append(first, [*range({n}), {n}])", "return circuit",
        ]  # fmt: skip
        told = (
            f"flips qubit {n + 2} exactly where both ({clause[0]}) and ({clause[1]}) hold (bit k on"
            f" qubit k); qubits {n} and {n + 1} are work qubits that start and end in 0"
        )
    body = "\n".join(lines)
    head = "Return" if form == "gate" else f"Build a circuit on {size} qubits that"
    task = f"{head} {told}" if form != "gate" else f"Return a logic operation {told}"
    asks = (
        f"{task}.",
        f"Reversible logic with Qiskit's library gates. {task}.",
        f"I need coherent classical logic: {task[0].lower()}{task[1:]}.",
        (
            f"{task}; leave the input bits unchanged."
            if kind not in ("xor", "random")
            else f"{task}; nothing else."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.circuit.library import random_bitwise_xor
from qiskit.quantum_info import Operator, Statevector
$table
rng = np.random.default_rng(np.random.randint(2**31))
kind, n, flags, second, out_q = "$kind", $n, $flags, $second, $out_q
got = candidate()
if "$form" == "gate":
    assert isinstance(got, Gate) and got.num_qubits == n + 1
    gate, got = got, QuantumCircuit(n + 1)
    got.append(gate, range(n + 1))
assert isinstance(got, QuantumCircuit) and got.num_qubits == $size
def clause(flags, x, some):
    literals = [bool(x >> k & 1) == (s > 0) for k, s in enumerate(flags) if s]
    return any(literals) if some else all(literals)
if kind == "random":
    assert Operator(got).equiv(Operator(random_bitwise_xor(n, seed=$seed)))
elif kind == "xor":
    check_flip(got, lambda x: x ^ $amount, rng)
elif kind == "clauses":
    start, want = np.zeros((2, 2**got.num_qubits), dtype=complex)
    for x in range(2**n):
        true = clause(flags, x, True) and clause(second, x, True)
        for last in (0, 1):
            start[x | last << n + 2] = rng.normal() + 1j * rng.normal()
            want[x | (last ^ true) << n + 2] = start[x | last << n + 2]
    norm = np.linalg.norm(start)
    assert Statevector(start / norm).evolve(got).equiv(Statevector(want / norm), atol=1e-8, rtol=0)
else:
    def image_of(x):
        bits = x & 2**n - 1 if out_q else x >> 1
        true = clause(flags, bits, kind == "or") != (kind == "nand")
        return x ^ true << out_q
    check_flip(got, image_of, rng)
""",
        table=TABLE, kind=kind, n=n, flags=flags, second=second, out_q=out_q, form=form, size=size, seed=seed, amount=amount,
    )  # fmt: skip
    imports = (
        ["from qiskit import QuantumCircuit"]
        if out == "QuantumCircuit"
        else ["from qiskit.circuit import Gate"]
    )
    imports += [f"from qiskit.circuit.library import {', '.join(names)}"]
    return Instance(
        "logic_circuit", asks, "\n".join(imports), f"() -> {out}", body, test,
        {"kind": kind, "flags": flags, "form": form, "amount": amount},
    )  # fmt: skip


@family(
    "boolean_oracles",
    "intermediate",
    oracle="unitary",
    skills=("truth-tables", "diagonals"),
    why="Entry x of a diagonal belongs to the basis state whose bits are the binary digits of x.",
    tolerance=1e-8,
)
def diagonals_from_tables(rng: Random) -> Instance:
    """Phase oracles from truth tables, marked strings or values: DiagonalGate and alternatives."""
    source = rng.choice(["table", "marked", "function", "weights", "pairs", "values"])
    way = rng.choice(["DiagonalGate", "mcp", "UnitaryGate"])
    phase = angle(rng)
    wide = rng.choice([0, 0, 1])
    factor, factor_told = rng.choice(
        [("-1", "-1"), ("1j", "i"), ("-1j", "-i"), (f"np.exp({phase}j)", f"exp({phase} i)")]
    )
    left = rng.random() < 0.4
    text = "text[::-1]" if left else "text"
    side = "leftmost" if left else "rightmost"
    lines, given, told = {
        "table": (
            [f'values = [{factor} if bit == "1" else 1 for bit in table]'], "table: str",
            "`table` is a truth table as a string of 2^n characters; character x (from the left, "
            f"counting from 0) is f(x), and a state x with f(x) = 1 gets the factor {factor_told}",
        ),
        "marked": (
            ["values = np.ones(2 ** len(marked[0]), dtype=complex)", (f"values[[int({text}, 2) for text "
                                                                     f"in marked]] = {factor}")], ("marked: "
                                                                                                   "list[str]"),
            (f"`marked` lists bit strings of equal length ({side} = qubit 0) whose basis states get the "
            f"factor {factor_told}"),
        ),
        "function": (
            [f"values = [{factor} if predicate(x) else 1 for x in range(2**num_qubits)]"],
            "num_qubits: int, predicate: Callable[[int], bool]",
            f"`predicate` decides for each integer x whether the basis state x gets the factor {factor_told}",
        ),
        "weights": (
            [(f"values = np.exp(1j * {phase} * np.array([bin(x).count('1') for x in "
             "range(2**num_qubits)]))").replace("'", '"')],
            "num_qubits: int", f"a basis state with k ones gets the phase exp({phase} i k)",
        ),
        "pairs": (
            ["values = np.ones(2**num_qubits, dtype=complex)", "for text, angle in phases.items():",
             f"    values[int({text}, 2)] = np.exp(1j * angle)"],
            "num_qubits: int, phases: dict[str, float]",
            (f"`phases` maps bit strings ({side} = qubit 0) to angles; these basis states get exp(i "
            "angle) and the others nothing"),
        ),
        "values": (
            [f"values = np.exp(-1j * {phase} * np.asarray(costs))"], "costs: list[float]",
            f"basis state x gets the phase exp(-{phase} i costs[x])",
        ),
    }[source]  # fmt: skip
    sized = f"num_qubits{' + 1' if wide else ''}"
    lines = list(lines)
    if "num_qubits" not in given:
        lines.append("num_qubits = len(values).bit_length() - 1")
    lines.append(f"circuit = QuantumCircuit({sized})")
    spots = "range(1, circuit.num_qubits)" if wide else "circuit.qubits"
    if way == "DiagonalGate":
        lines.append(f"circuit.append(DiagonalGate(list(values)), {spots})")
    elif way == "UnitaryGate":
        lines.append(f"circuit.append(UnitaryGate(np.diag(values)), {spots})")
    else:
        lines += [
            f"low, *high = {spots}",
            "for x in np.flatnonzero(np.angle(values)):",
            (
                "    gate = PhaseGate(np.angle(values[x])).control(num_qubits - 1,"
                " ctrl_state=int(x) >> 1)"
            ),
            "    if x % 2 == 0:",
            "        circuit.x(low)",
            "    circuit.append(gate, [*high, low])",
            "    if x % 2 == 0:",
            "        circuit.x(low)",
        ]
    lines.append("return circuit")
    body = "\n".join(lines)
    how = {
        "DiagonalGate": "with one diagonal gate", "UnitaryGate": ("with one unitary gate from the "
                                                                 "diagonal matrix"),
        "mcp": "with one multi-controlled phase gate per state that needs a phase",
    }[way]  # fmt: skip
    tail = (
        " Put it on qubits 1, 2, ... of a circuit with one more qubit, qubit 0 idle (bit k then"
        " sits on qubit k + 1)."
        if wide
        else ""
    )
    sharp = "All other states stay exactly as they are (no global phase)."
    asks = (
        f"Build a diagonal circuit: {told}. Do it {how}. {sharp}{tail}",
        f"Phase oracle from data. Here {told}. {sharp} Return a QuantumCircuit made {how}.{tail}",
        f"I need a circuit that only changes phases: {told}; {how}, please. {sharp}{tail}",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
$table
rng = np.random.default_rng(np.random.randint(2**31))
source, wide = "$source", $wide
for n in (2, 3, 3):
    bits = [int(b) for b in rng.integers(0, 2, 2**n)]
    bits[:4] = [0, 1, 0, 0]
    costs = [float(c) for c in rng.uniform(-1, 1, 2**n)]
    angles = {format(x, f"0{n}b"): costs[x] for x in (1, 2**n - 4, 2**n - 2)}
    signs = [$factor if b else 1 for b in bits]
    turn = (lambda text: text[::-1]) if $left else (lambda text: text)
    given, values = {
        "table": (("".join(map(str, bits)),), signs),
        "marked": (([turn(format(x, f"0{n}b")) for x in range(2**n) if bits[x]],), signs),
        "function": ((n, lambda x: bool(bits[x])), signs),
        "weights": ((n,), [np.exp(1j * $phase * bin(x).count("1")) for x in range(2**n)]),
        "pairs": ((n, {turn(k): a for k, a in angles.items()}), [np.exp(1j * angles.get(format(x, f"0{n}b"), 0)) for x in range(2**n)]),
        "values": ((costs,), [np.exp(-1j * $phase * c) for c in costs]),
    }[source]
    got = candidate(*given)
    assert isinstance(got, QuantumCircuit) and got.num_qubits == n + wide
    check_phase(got, lambda x: values[x >> wide], rng, exact=True)
    names = got.count_ops()
    if "$way" == "mcp":
        assert not {"diagonal", "unitary"} & set(names)
    else:
        assert dict(names) == {"$gate": 1}, names
""",
        table=TABLE, source=source, wide=wide, phase=phase, way=way, factor=factor, left=left,
        gate={"DiagonalGate": "diagonal", "UnitaryGate": "unitary"}.get(way, ""),
    )  # fmt: skip
    imports = ["from collections.abc import Callable\n"] if source == "function" else []
    imports += ["import numpy as np"] if "np." in body else []
    imports += [
        "from qiskit import QuantumCircuit",
        f"from qiskit.circuit.library import {'PhaseGate' if way == 'mcp' else way}",
    ]
    return Instance(
        "diagonal_circuit", asks, "\n".join(imports), f"({given}) -> QuantumCircuit", body, test,
        {"source": source, "way": way, "phase": phase, "wide": wide},
    )  # fmt: skip


@family(
    "boolean_oracles",
    "advanced",
    oracle="distribution",
    skills=("amplitude-amplification", "satisfiability"),
    why=(
        "With M of N states marked, k iterations succeed with probability sin^2((2k+1)"
        " asin(sqrt(M/N)))."
    ),
    tolerance=1e-7,
)
def search_with_an_oracle(rng: Random) -> Instance:
    """Amplitude amplification for a formula or a DIMACS file."""
    names = rng.choice([["a", "b", "c", "d"], ["w", "x", "y", "z"], ["p", "q", "r", "s"]])
    order = rng.sample(names, 4)
    formula = expression_of(rng, names)
    while sum(truth(formula, names)) > 3:
        formula = expression_of(rng, names)
    shown = str(order).replace("'", '"')
    source = rng.choice(["formula", "formula", "argument", "dimacs", "flip"])
    goal = rng.choice(["circuit", "probability", "best", "state", "rounds"])
    source = "argument" if goal == "rounds" else source
    iterations = rng.choice([1, 2, 3])
    given, told = (
        "",
        (
            f"{formula} (variables {', '.join(order)} on qubits 0..3; ~ not, & and, | or, ^"
            " exclusive or)"
        ),
    )
    oracle = [call("oracle = PhaseOracleGate", f'"{formula}"', f"var_order={shown}")]
    extra = "PhaseOracleGate, grover_operator"
    if source == "argument":
        given, told = (
            "expression: str, variables: list[str]",
            "`expression` (variables[k] on qubit k)",
        )
        oracle = ["oracle = PhaseOracleGate(expression, var_order=variables)"]
    elif source == "dimacs":
        given, told = (
            "path: str",
            "the CNF formula in the DIMACS file `path` (variable k + 1 on qubit k)",
        )
        oracle = ["oracle = PhaseOracleGate.from_dimacs_file(path)"]
    lines = [
        *oracle,
        "marking = QuantumCircuit(oracle.num_qubits)",
        "marking.append(oracle, marking.qubits)",
    ]
    if source == "flip":
        lines = [
            call("oracle = BitFlipOracleGate", f'"{formula}"', f"var_order={shown}"),
            "marking = QuantumCircuit(oracle.num_qubits)", "marking.x(4)", "marking.h(4)", ("marking.append(oracle, "
                                                                                            "marking.qubits)"),
            "marking.h(4)", "marking.x(4)",
        ]  # fmt: skip
        extra = "BitFlipOracleGate, grover_operator"
        told += (
            ", marked through a bit-flip oracle with the work qubit 4 (kickback), which starts and "
            "ends in 0"
        )
    grover = (
        "grover = grover_operator(marking)"
        if source != "flip"
        else "grover = grover_operator(marking, reflection_qubits=[0, 1, 2, 3])"
    )
    if source == "flip":
        lines += [
            "start = QuantumCircuit(5)", "start.h(range(4))",
            "grover = grover_operator(marking, state_preparation=start, reflection_qubits=[0, 1, 2, 3])",
        ]  # fmt: skip
    else:
        lines.append(grover)
    top = "range(4)" if source == "flip" else "circuit.qubits"
    lines += ["circuit = QuantumCircuit(marking.num_qubits)", f"circuit.h({top})"]
    rounds = str(iterations)
    if goal == "rounds":
        lines = [line for line in lines if not line.startswith("circuit")]
        lines = lines[: len(oracle) + 2] if source != "flip" else lines[:7]
        lines = [
            *lines, "signs = Operator(marking).data.diagonal().real[:16]" if source == "flip" else ("signs "
                                                                                                    "= "
                                                                                                    "Operator(marking).data.diagonal().real"),
            "marked = sum(round(sign) == -1 for sign in signs)",
            "angle = math.asin(math.sqrt(marked / len(signs)))",
            "return marked, round(math.pi / (4 * angle) - 0.5)",
        ]  # fmt: skip
        extra = extra.replace(", grover_operator", "")
    else:
        lines += [f"circuit.compose(grover.power({rounds}), inplace=True)"]
    wants, out = {
        "circuit": ((f"Return the circuit of the uniform superposition followed by {iterations} Grover "
                    "iteration(s)"), "QuantumCircuit"),
        "probability": (
            f"Return the exact probability (a float) that measuring after {iterations} Grover "
            "iteration(s) on the uniform superposition gives a satisfying assignment", "float",
        ),
        "best": (
            "Return the sorted list of the bit strings (qubit 0 rightmost) whose probability after "
            f"{iterations} Grover iteration(s) on the uniform superposition is the largest (ties within "
            "numpy's isclose)", "list[str]",
        ),
        "state": ((f"Return the Statevector after {iterations} Grover iteration(s) on the uniform "
                  "superposition"), "Statevector"),
        "rounds": (
            "Return (M, k): the number of satisfying assignments, read off the oracle, and the best "
            "number of Grover iterations, i.e. round(pi/(4 asin(sqrt(M/16))) - 1/2)", "tuple[int, int]",
        ),
    }[goal]  # fmt: skip
    qubits = "[0, 1, 2, 3]"
    lines += {
        "circuit": ["return circuit"],
        "state": ["return Statevector(circuit)"],
        "probability": [
            "signs = Operator(marking).data.diagonal().real[:16]",
            f"chances = Statevector(circuit).probabilities({qubits})",
            "return float(chances[signs.round() == -1].sum())",
        ],
        "best": [
            f"chances = Statevector(circuit).probabilities_dict({qubits})",
            "peak = max(chances.values())",
            "return sorted(key for key, chance in chances.items() if np.isclose(chance, peak))",
        ],
        "rounds": [],
    }[goal]  # fmt: skip
    body = "\n".join(lines)
    asks = (
        f"Grover search over 4 bits for the solutions of {told}. {wants}.",
        f"Use Qiskit's oracle and Grover operator on the condition {told}. {wants}.",
        (
            f"Satisfiability by amplitude amplification: {told}. {wants}. An iteration is the phase"
            " oracle followed by the reflection about the uniform superposition; global phases do"
            " not matter."
        ),
    )
    test = fill(
        """
import math
import numpy as np
from pathlib import Path
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
source, goal, order = "$source", "$goal", $order
def value(formula, order, x):
    return bool(eval(formula, {}, {name: x >> k & 1 for k, name in enumerate(order)}) & 1)
cases = [("$formula", order)]
if source == "argument":
    cases.append(("(e & ~f) & (g | h)", ["h", "f", "e", "g"]))
    cases.append(("e & f & ~g & h", ["e", "f", "g", "h"]))
    cases.append(("(e & f) | (~e & g & h)", ["f", "e", "g", "h"]))
for formula, order in cases:
    marked = np.array([value(formula, order, x) for x in range(16)])
    given = (formula, order) if source == "argument" else ()
    if source == "dimacs":
        lines = ["p cnf 4 3", "1 -2 0", "-1 3 4 0", "2 4 0"]
        Path("clauses.cnf").write_text("\\n".join(lines) + "\\n")
        given = ("clauses.cnf",)
        def holds(x):
            b = [None] + [bool(x >> k & 1) for k in range(4)]
            return (b[1] or not b[2]) and (not b[1] or b[3] or b[4]) and (b[2] or b[4])
        marked = np.array([holds(x) for x in range(16)])
    vector = np.full(16, 0.25)
    for _ in range($iterations):
        vector = np.where(marked, -vector, vector)
        vector = 2 * vector.mean() - vector
    got = candidate(*given)
    if goal == "rounds":
        turn = math.asin(math.sqrt(marked.sum() / 16))
        assert tuple(got) == (marked.sum(), round(math.pi / (4 * turn) - 0.5)), got
    elif goal == "probability":
        assert isinstance(got, float) and abs(got - float((vector[marked] ** 2).sum())) < 1e-7
    elif goal == "best":
        assert got == [format(x, "04b") for x in range(16) if np.isclose(vector[x] ** 2, max(vector**2))], got
    else:
        assert isinstance(got, QuantumCircuit if goal == "circuit" else Statevector)
        got = Statevector(got)
        full = np.zeros(2**got.num_qubits)
        full[:16] = vector
        assert got.equiv(Statevector(full), atol=1e-7, rtol=0)
""",
        source=source, goal=goal, order=order, formula=formula, iterations=iterations,
    )  # fmt: skip
    info = [name for name in ("Operator", "Statevector") if f"{name}(" in body or out == name]
    head = ["import math\n"] if "math." in body else []
    head += ["import numpy as np"] if "np." in body else []
    head += ["from qiskit import QuantumCircuit", f"from qiskit.circuit.library import {extra}"]
    head += [f"from qiskit.quantum_info import {', '.join(info)}"] if info else []
    return Instance(
        "formula_search", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"formula": formula, "order": order, "source": source, "goal": goal, "iterations": iterations},
    )  # fmt: skip
