"""Reversible AND, OR and XOR gates, with flags that negate or leave out inputs."""

from random import Random

from qspark.data.families._boolean import TABLE
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


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
        table=TABLE, kind=kind, n=n, flags=flags, second=second, out_q=out_q, form=form, size=size,
        seed=seed, amount=amount,
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
