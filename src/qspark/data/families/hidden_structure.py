"""Hidden structure of functions: truth tables, linear secrets, masks and shifts."""

from random import Random

from qspark.data.families._hidden_structure import a_run, asks, imports_for
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented

# How a Boolean function is given: arguments, lines that make a table, words, the test's call.
_SOURCES = {
    "list": (
        "table: list[int]", "n = len(table).bit_length() - 1\n",
        "`table` has 2**n entries 0 or 1 (n of 1 or more), entry x is f(x)", "list(table)"),
    "callable": (
        "f: Callable[[int], int], n: int", "table = [f(x) for x in range(2**n)]\n",
        "`f` is a Python function from an integer x of `n` bits to 0 or 1", "lambda x: table[x], n"),
    "code": (
        "code: int, n: int", "table = [code >> x & 1 for x in range(2**n)]\n",
        "bit x of the integer `code` is f(x), for the 2**n inputs x of `n` bits",
        "sum(v << x for x, v in enumerate(table)), n"),
    "text": (
        "outputs: str",
        "table = [int(char) for char in outputs]\nn = len(table).bit_length() - 1\n",
        "character number x (from the left, beginning with 0) of the string `outputs` is f(x), and the "
        "length of the string is 2**n", "''.join(map(str, table))"),
}  # fmt: skip


@family(
    "hidden_structure",
    "intermediate",
    oracle="value",
    skills=("oracles", "phase-kickback", "endianness"),
    why="The amplitude of |z> after the second Hadamards is the Walsh coefficient of z.",
    tolerance=1e-8,
)
def truth_table_question(rng: Random) -> Instance:
    """One query of a Boolean function given by its table, and a question about it."""
    way, source = rng.choice(["diagonal", "unitary", "xgate"]), rng.choice(list(_SOURCES))
    ask = rng.choice(["balanced", "spectrum", "nearest", "flat", "peak", "bias", "count"])
    arguments, setup, given, passed = _SOURCES[source]
    phase = way != "xgate"
    setup += f"qc = QuantumCircuit(n{'' if phase else ' + 1'})\n"
    setup += "" if phase else "qc.x(n)\nqc.h(n)\n"
    setup += "qc.h(range(n))\n"
    setup += {
        "diagonal": "qc.append(DiagonalGate([(-1) ** value for value in table]), range(n))\n",
        "unitary": "qc.unitary(np.diag([1 - 2 * value for value in table]), range(n))\n",
        "xgate": "for x in np.flatnonzero(table):\n"
        "    qc.append(XGate().control(n, ctrl_state=int(x)), range(n + 1))\n",
    }[way] + "qc.h(range(n))\n"  # fmt: skip
    chances = "chances = Statevector(qc).probabilities(range(n))\n"
    if phase:
        chances = "chances = Statevector(qc).probabilities()\n"
    sample = (
        "qc.measure_all()\n" if phase else "qc.add_register(ClassicalRegister(n, 'meas'))\n"
        "qc.measure(range(n), range(n))\n"
    )  # fmt: skip
    run, seeded = a_run(rng)
    sample += run
    words = rng.choice([("constant", "balanced"), ("flat", "even"), ("same", "half")])
    least = rng.choice([0.03, 0.05, 0.07, 0.1, 0.12, 0.15, 0.2])
    ending, kind, said, check = {
        "balanced": (
            sample + f'return "{words[0]}" if "0" * n in counts else "{words[1]}"\n', "str",
            f"The table is constant or balanced. Return `{words[0]}` or `{words[1]}`, decided by "
            f"running the circuit (the outcome is certain). {seeded}",
            f'got == ("{words[0]}" if sum(table) in (0, len(table)) else "{words[1]}")'),
        "spectrum": (
            chances + f"return {{z: float(p) for z, p in enumerate(chances) if p > {least}}}\n",
            "dict[int, float]",
            f"Return a dict of the exact outcome probabilities of z, only those above {least}.",
            f"set(got) == {{z for z in range(N) if walsh[z] ** 2 > {least}}} and all("
            "abs(got[z] - walsh[z] ** 2) < 1e-8 for z in got)"),
        "nearest": (
            chances + "return int(np.argmax(chances))\n", "int",
            "Return the most probable outcome z as an int: the mask of the linear function (x, z) -> "
            "parity of x & z that agrees or disagrees most often with f.",
            "type(got) is int and walsh[got] ** 2 > max(walsh ** 2) - 1e-9"),
        "flat": (
            chances + "return bool(np.allclose(chances, 2.0**-n))\n", "bool",
            "Return a bool: whether all 2**n outcomes z are equally likely (f is then called bent).",
            "got is bool(max(walsh ** 2) < 1 / N + 1e-6)"),
        "peak": (
            chances + f"return sorted(z for z, p in enumerate(chances) if p > {least})\n", "list[int]",
            f"Return the sorted list of the outcomes z whose exact probability is above {least}.",
            f"got == [z for z in range(N) if walsh[z] ** 2 > {least}]"),
        "bias": (
            chances + "return float(np.sqrt(chances[0]))\n", "float",
            "Return |1 - 2w| as a float, where w is the share of ones in the table: the square root of "
            "the exact probability of z = 0.",
            "abs(got - abs(1 - 2 * np.mean(table))) < 1e-7"),
        "count": (
            chances + f"return int(np.count_nonzero(chances > {least}))\n", "int",
            f"Return how many outcomes z have an exact probability above {least}, as an int.",
            f"got == np.count_nonzero(walsh ** 2 > {least})"),
    }[ask]  # fmt: skip
    body = setup + ending
    tables = {
        "balanced": "[1, 1, 1, 1], [0] * 8, [0, 1, 1, 0, 1, 0, 0, 1], [1, 0, 1, 1, 0, 0, 1, 0], [1, 0]",
        "flat": "[0, 0, 0, 1], [0, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1, 0, 1, 1, 1], [0] * 3 + [1] * 13",
    }.get(
        ask,
        "[0, 1, 0, 0], [0, 1, 1, 0, 0, 1, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 0, 1, 1, 0]",
    )
    imports = imports_for(body)
    if source == "callable":
        imports = "from collections.abc import Callable\n" + imports
    return Instance(
        entry_point=rng.choice(["ask_table", "query_function", "table_property"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                rng.choice(
                    [
                        "Learn something about a Boolean function with a single quantum query.",
                        "Use one superposed call of a Boolean function to answer a question about it.",
                        "One evaluation of f in superposition shall answer a question.",
                    ]
                ),
                "I have the truth table of a Boolean function and want a one-query answer.",
                f"Please write that function{' with numpy and Qiskit' if 'np.' in body else ' in Qiskit'}.",
                "Single-query analysis of a truth table, step by step:",
            ),
            [
                f"Of the function f from n bits to one bit you get this: {given}. Bit q of x is qubit q.",
                "Apply H to all n qubits, the phase (-1)**f(x), H again, and measure z in the same bit "
                "order.",
                said,
            ],
        ),
        imports=imports,
        body=body,
        test=f"""
import numpy as np
for table in ({tables}):
    N = len(table)
    n = N.bit_length() - 1
    signs = [[(-1) ** ((x & z).bit_count() + table[x]) for x in range(N)] for z in range(N)]
    walsh = np.array(signs).sum(axis=1) / N
    got = candidate({passed})
    assert isinstance(got, {kind.split("[")[0]})
    assert {check}
""",
        params={"way": way, "ask": ask, "source": source, "least": least},
    )


_ORACLES = """
rng = np.random.default_rng(np.random.randint(2**31))
def oracle_of(rows, n, flips=0):
    # |x, y> -> |x, y ^ A x ^ flips>, row i of A is the integer rows[i]
    qc = QuantumCircuit(n + len(rows))
    for i, row in enumerate(rows):
        for q in range(n):
            if row >> q & 1:
                qc.cx(q, n + i)
        if flips >> i & 1:
            qc.x(n + i)
    return qc
"""


@family(
    "hidden_structure",
    "intermediate",
    oracle="value",
    skills=("oracles", "phase-kickback", "endianness"),
    why="A target in |-> turns a bit oracle into a phase, and H turns a linear phase into its mask.",
)
def linear_secret(rng: Random) -> Instance:
    """The coefficients of a linear function from as few calls of its circuit as possible."""
    task = rng.choice(["affine", "row", "matrix", "phase", "modular"])
    shape = rng.choice(["int", "text", "list"])
    run, seeded = a_run(rng)
    inner = indented(run)
    convert = {
        "int": ("int(KEY, 2)", "int", "the integer whose bit q belongs to qubit q"),
        "text": ("KEY", "str", "a string of 0 and 1 with qubit 0 on the right"),
        "list": ("[int(char) for char in reversed(KEY)]", "list[int]",
                 "a list of 0 and 1 whose entry q belongs to qubit q"),
    }[shape]  # fmt: skip
    key = convert[0].replace("KEY", "max(counts, key=counts.get)")
    form = {
        "int": "S", "text": "format(S, f'0{n}b')", "list": "[S >> q & 1 for q in range(n)]",
    }[shape]  # fmt: skip
    kick = "qc.x(TARGET)\nqc.h(qc.qubits)\nqc.compose(oracle, inplace=True)\nqc.h(range(n))\n"
    read = "qc.measure(range(n), range(n))\n"
    if task == "affine":
        body = (
            "n = oracle.num_qubits - 1\nqc = QuantumCircuit(n + 1)\nqc.compose(oracle, inplace=True)\n"
            "offset = round(Statevector(qc).probabilities([n])[1])\n"
            "qc = QuantumCircuit(n + 1)\nqc.add_register(ClassicalRegister(n, 'meas'))\n"
            + kick.replace("TARGET", "n")
            + read
            + run
            + f"return {key}, offset\n"
        )
        kind, arguments = f"tuple[{convert[1]}, int]", "oracle: QuantumCircuit"
        facts = [
            "`oracle` acts on n + 1 qubits: it adds (modulo 2) f(x) = s.x + b to the last qubit, where x "
            "sits on qubits 0 to n - 1.",
            f"Return the tuple (s, b): s as {convert[2]}, and the offset b as an int.",
        ]
        test = f"""
for n, s, b in ((4, 2, 1), (5, 11, 0), (3, 6, 1), (4, 13, 0)):
    assert candidate(oracle_of([s], n, b)) == ({form.replace("S", "s")}, b)
"""
    elif task == "row":
        body = (
            "qc = QuantumCircuit(oracle.num_qubits)\nqc.add_register(ClassicalRegister(n, 'meas'))\n"
            + kick.replace("TARGET", "n + row")
            + read
            + run
            + f"return {key}\n"
        )
        kind, arguments = convert[1], "oracle: QuantumCircuit, n: int, row: int"
        facts = [
            "`oracle` adds (modulo 2) the product A x to the output qubits: x sits on qubits 0 to n - 1, "
            "entry i of A x goes to qubit n + i.",
            f"With one application of `oracle` per shot find row `row` of A and return it as {convert[2]}.",
        ]
        test = f"""
for n, rows in ((3, [5, 6]), (4, [1, 14, 7]), (2, [2, 1])):
    for row, s in enumerate(rows):
        assert candidate(oracle_of(rows, n), n, row) == {form.replace("S", "s")}
"""
    elif task == "matrix":
        body = (
            "rows = []\nfor target in range(n, oracle.num_qubits):\n"
            "    qc = QuantumCircuit(oracle.num_qubits)\n    qc.add_register(ClassicalRegister(n, 'meas'))\n"
            + indented(kick.replace("TARGET", "target") + read)
            + inner
            + f"    rows.append({key})\nreturn rows\n"
        )
        kind, arguments = f"list[{convert[1]}]", "oracle: QuantumCircuit, n: int"
        facts = [
            "`oracle` adds (modulo 2) the product A x to the output qubits: x sits on qubits 0 to n - 1, "
            "entry i of A x goes to qubit n + i.",
            f"Return the list of all rows of A in order, each as {convert[2]}.",
        ]
        test = f"""
for n, rows in ((3, [5, 6]), (4, [1, 14]), (2, [2, 1, 3])):
    assert candidate(oracle_of(rows, n), n) == [{form.replace("S", "s")} for s in rows]
"""
    elif task == "phase":
        body = (
            "n = oracle.num_qubits\nqc = QuantumCircuit(n)\nqc.h(range(n))\n"
            "qc.compose(oracle, inplace=True)\nqc.h(range(n))\nqc.measure_all()\n"
            + run
            + f"return {key}\n"
        )
        kind, arguments = convert[1], "oracle: QuantumCircuit"
        facts = [
            "`oracle` on n qubits multiplies |x> by (-1)**(s.x), with s.x the inner product modulo 2 and "
            "maybe a global phase on top.",
            f"Return s as {convert[2]}.",
        ]
        test = f"""
for n, s in ((4, 2), (5, 11), (3, 6), (4, 13)):
    qc = QuantumCircuit(n, global_phase=rng.uniform(0, 6))
    for q in range(n):
        if s >> q & 1:
            qc.z(q)
    assert candidate(qc) == {form.replace("S", "s")}
"""
    else:
        undo = rng.choice([
            "qc.append(QFTGate(n).inverse(), range(n))\n",
            "qc.compose(synth_qft_full(n, inverse=True), inplace=True)\n",
        ])  # fmt: skip
        body = (
            "n = oracle.num_qubits\nqc = QuantumCircuit(n)\nqc.h(range(n))\n"
            "qc.compose(oracle, inplace=True)\n"
            + undo
            + "qc.measure_all()\n"
            + run
            + f"return {key}\n"
        )
        kind, arguments = convert[1], "oracle: QuantumCircuit"
        facts = [
            "`oracle` on n qubits multiplies |x> by exp(2 pi i s x / 2**n), where x is the integer whose "
            "bit q is qubit q and s x the ordinary product of integers.",
            f"Find s (0 <= s < 2**n) with one use of `oracle` per shot and return it as {convert[2]}.",
        ]
        test = f"""
for n, s in ((4, 3), (5, 11), (3, 6), (4, 13)):
    qc = QuantumCircuit(n, global_phase=rng.uniform(0, 6))
    for q in range(n):
        qc.p(2 * np.pi * s * 2**q / 2**n, q)
    assert candidate(qc) == {form.replace("S", "s")}
"""
    facts.append(f"Every outcome is certain with the right circuit. {seeded}")
    imports = imports_for(body)
    wrong = ()
    if shape == "list":
        wrong = (Wrong("S01", body.replace("reversed(max(counts, key=counts.get))",
                                           "max(counts, key=counts.get)")),)  # fmt: skip
    return Instance(
        entry_point=rng.choice(["find_secret", "learn_coefficients", "read_out_linear_map"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "Recover the hidden coefficients of a linear function.",
                "A device gives me a circuit whose function is linear but unknown to me.",
                "Write the recovery routine.",
                "Learning a linear function from its circuit:",
            ),
            facts,
        ),
        imports=imports,
        body=body,
        test="import numpy as np\nfrom qiskit import QuantumCircuit\n" + _ORACLES.strip() + test,
        params={"task": task, "shape": shape},
        wrong=wrong,
    )
