"""Bit-flip oracles of Boolean formulas: plain, combined, sampled, and as phases by kickback."""

from random import Random

from qspark.data.families._boolean import TABLE, expression_of
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


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
