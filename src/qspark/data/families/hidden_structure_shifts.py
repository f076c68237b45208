"""Hidden structure: shifts of bent functions and periods modulo XOR."""

from random import Random

from qspark.data.families._hidden_structure import a_run, asks, imports_for
from qspark.data.families.base import Instance, Wrong, family


@family(
    "hidden_structure",
    "advanced",
    oracle="value",
    skills=("oracles", "fourier", "endianness"),
    why="H, the shifted function, H, the dual function and H again take |0> to the shift.",
    tolerance=1e-8,
)
def shifted_bent_function(rng: Random) -> Instance:
    """The shift of a bent function x.y + h(x), found with one call of the shifted function."""
    half = rng.choice([2, 2, 3])
    order = list(range(2 * half))
    rng.shuffle(order)
    left, right = order[:half], order[half:]
    pairs = list(zip(left, right, strict=True))
    extra = rng.choice(["none", "line", "edge", "both", "cube"])
    if extra == "cube" and half == 2:
        extra = "both"
    lines, words, terms = {
        "none": ([], "", "0"),
        "line": ([("z", [0])], " + {0}", "X0"),
        "edge": ([("cz", [0, 1])], " + {0} {1}", "X0 * X1"),
        "both": ([("z", [1]), ("cz", [0, 1])], " + {1} + {0} {1}", "X1 + X0 * X1"),
        "cube": ([("ccz", [0, 1, 2])], " + {0} {1} {2}", "X0 * X1 * X2"),
    }[extra]  # fmt: skip

    def code(circuit: str, side: list[int]) -> str:
        text = f"for a, b in {pairs}:\n    {circuit}.cz(a, b)\n"
        return text + "".join(
            f"{circuit}.{gate}({', '.join(str(side[i]) for i in at)})\n" for gate, at in lines
        )

    formula = " + ".join(f"x{a} x{b}" for a, b in pairs)
    formula += words.format(*(f"x{q}" for q in left))
    n = 2 * half
    given, task = rng.choice(["oracle", "shift"]), rng.choice(["int", "text", "list", "circuit"])
    if task == "circuit":
        given = rng.choice(["oracle", "shift", "bits"])
    run, seeded = a_run(rng)
    body = f"qc = QuantumCircuit({n})\nqc.h(range({n}))\n"
    if given == "oracle":
        arguments = "oracle: QuantumCircuit"
        body += "qc.compose(oracle, inplace=True)\n"
        about = f"`oracle` is a circuit on {n} qubits with |x> -> (-1)**f(x + s) |x>; s is unknown"
    else:
        arguments = "shift: int" if given == "shift" else "bits: list[int]"
        flips = f"for q in range({n}):\n    if shift >> q & 1:\n        FLIP.x(q)\n"
        about = f"bit q of the integer `shift` is s_q (0 <= s < {2**n})"
        if given == "bits":
            flips = "for q, bit in enumerate(bits):\n    if bit:\n        FLIP.x(q)\n"
            about = f"`bits[q]` is s_q, for all {n} qubits q"
        body += f"flip = QuantumCircuit({n})\n" + flips.replace("FLIP", "flip")
        way = rng.choice(["steps", "chain"])
        if way == "steps":
            body += "qc = qc.compose(flip)\n" + code("qc", left) + "qc = qc.compose(flip)\n"
        else:
            body += f"plain = QuantumCircuit({n})\n" + code("plain", left)
            body += "qc = qc.compose(flip).compose(plain).compose(flip)\n"
    body += f"qc.h(range({n}))\n" + code("qc", right) + f"qc.h(range({n}))\n"
    key = "max(counts, key=counts.get)"
    ending, kind, said = {
        "int": (f"return int({key}, 2)\n", "int", "Return s as an int, bit q of it is s_q."),
        "text": (f"return {key}\n", "str", "Return s as a bit string with s_0 on the right."),
        "list": (f"return [int(char) for char in reversed({key})]\n", "list[int]",
                 "Return the list of the bits s_0, s_1, ..."),
        "circuit": ("return qc\n", "QuantumCircuit",
                    f"Return the circuit on {n} qubits without measurements: it must take |0...0> to |s>, "
                    "up to a global phase."),
    }[task]  # fmt: skip
    body += ending if task == "circuit" else "qc.measure_all()\n" + run + ending
    compare = {
        "int": "got == s", "text": f"got == format(s, '0{n}b')",
        "list": f"got == [s >> q & 1 for q in range({n})]",
        "circuit": "abs(Statevector(got).data[s]) > 1 - 1e-8",
    }[task]  # fmt: skip
    for i in range(half):
        terms = terms.replace(f"X{i}", f"v[{left[i]}]")
    facts = [
        f"f(x) = {formula} (mod 2) is a function of {n} bits x0, x1, ..., where xq is qubit q.",
        f"The shift: {about}; x + s means the bitwise XOR.",
        "Call the shifted function once in superposition between Hadamards on all qubits, then apply "
        "the phase (-1)**d(y) of the dual function d of f (defined by: the Hadamard transform of (-1)**f "
        "is a constant times (-1)**d), and end with Hadamards.",
        said,
    ]
    if task != "circuit":
        facts.append(seeded)
    passed = {
        "oracle": "oracle", "shift": "s", "bits": f"[s >> q & 1 for q in range({n})]",
    }[given]  # fmt: skip
    return Instance(
        entry_point=rng.choice(["find_shift", "hidden_shift", "unshift"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "Hidden shift of a bent function.",
                "I would like to see how a quantum computer finds the shift of a bent function.",
                "Give me the Qiskit code.",
                "Shift-finding task:",
            ),
            facts,
        ),
        imports=imports_for(body + ("QuantumCircuit" if "Circuit" in arguments else "")),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import DiagonalGate
from qiskit.quantum_info import Statevector
def f(x):
    v = [x >> q & 1 for q in range({n})]
    return (sum(v[a] * v[b] for a, b in {pairs}) + {terms}) % 2
rng = np.random.default_rng(np.random.randint(2**31))
for s in [1, {2 ** (n - 1) + 2}, {2**n - 3}, int(rng.integers(2**{n}))]:
    oracle = QuantumCircuit({n})
    oracle.append(DiagonalGate([(-1) ** f(x ^ s) for x in range(2**{n})]), range({n}))
    got = candidate({passed})
    assert {compare}
""",
        params={"pairs": pairs, "extra": extra, "given": given, "task": task},
    )


_GIVEN_XOR = """
rng = np.random.default_rng(np.random.randint(2**31))
def hiding(n, periods, swap):
    # constant exactly on the cosets of the span of `periods`: a linear map, then a permutation
    span, rows, reached = {0}, [], {0}
    for p in periods:
        span |= {v ^ p for v in span}
    for z in rng.permutation(2**n).tolist():
        if z not in reached and all((z & p).bit_count() % 2 == 0 for p in periods):
            rows.append(z)
            reached |= {v ^ z for v in reached}
    x, y = (range(n, 2 * n), range(n)) if swap else (range(n), range(n, 2 * n))
    qc = QuantumCircuit(2 * n)
    for i, row in enumerate(rows):
        for q in range(n):
            if row >> q & 1:
                qc.cx(x[q], y[i])
    for a in range(n):
        qc.cx(y[a], y[a - 1])
    if n > 2:
        qc.ccx(y[2], y[0], y[1])
    qc.x(y[0])
    return qc, span
"""


@family(
    "hidden_structure",
    "advanced",
    oracle="value",
    skills=("oracles", "linear-algebra", "endianness"),
    why="Every outcome z satisfies z.s = 0 modulo 2; the period is what is orthogonal to all of them.",
    false_alarm=1e-6,
)
def xor_period(rng: Random) -> Instance:
    """The period of a function modulo XOR: sampling, exact spectra, and linear algebra modulo 2."""
    task = rng.choice(["sample", "sample", "exact", "strings", "space"])
    solve = rng.choice(["masks", "votes", "generator"])
    swap = rng.random() < 0.5
    form = rng.choice(["int", "text", "list"])
    convert, kind, said = {
        "int": ("S", "int", "as an integer whose bit q belongs to qubit q"),
        "text": ("format(S, f'0{n}b')", "str", "as a bit string with qubit 0 on the right"),
        "list": ("[S >> q & 1 for q in range(n)]", "list[int]", "as the list of its bits, qubit 0 first"),
    }[form]  # fmt: skip
    run, seeded = a_run(rng)
    place = "range(n, 2 * n)" if swap else "range(n)"
    prepare = (
        f"n = oracle.num_qubits // 2\nqc = QuantumCircuit(oracle.num_qubits)\nqc.h({place})\n"
        f"qc.compose(oracle, inplace=True)\nqc.h({place})\n"
    )
    sample = (
        prepare + f"qc.add_register(ClassicalRegister(n, 'meas'))\nqc.measure({place}, range(n))\n"
        + run + "seen = {int(key, 2) for key in counts}\n"
    )  # fmt: skip
    exact = prepare + (
        f"chances = Statevector(qc).probabilities({place})\n"
        + rng.choice([
            "seen = {z for z, p in enumerate(chances) if p > 1e-9}\n",
            "seen = {int(z) for z in np.flatnonzero(chances > 1e-9)}\n",
            "seen = set(np.nonzero(np.round(chances, 9))[0].tolist())\n",
        ])
    )  # fmt: skip
    find = {
        "masks": "period = next(\n    s for s in range(1, 2**n) if all((s & z).bit_count() % 2 == 0 "
        "for z in seen)\n)\n",
        "generator": "left = set(range(1, 1 << n))\nfor z in seen:\n"
        "    left = {s for s in left if (s & z).bit_count() % 2 == 0}\nperiod = min(left)\n",
        "votes": "odd = [sum((s & z).bit_count() % 2 for z in seen) for s in range(2**n)]\n"
        "period = max(s for s, number in enumerate(odd) if not number)\n",
    }[solve]  # fmt: skip
    where = (
        "`oracle` on 2n qubits adds f(x) (bitwise, modulo 2) to one register: "
        + ("x sits on qubits n to 2n - 1 and f(x) is added to qubits 0 to n - 1."
           if swap else "x sits on qubits 0 to n - 1 and f(x) is added to qubits n to 2n - 1.")
    )  # fmt: skip
    promise = "f(x) = f(y) exactly where x = y or x = y + s (XOR) for one unknown s other than 0."
    tail = f"return {convert.replace('S', 'period')}\n"
    passed, arguments = "oracle", "oracle: QuantumCircuit"
    cases = "(3, [6]), (4, [1]), (2, [3]), (4, [13])"
    compare = f"assert got == {convert.replace('S', 's')}"
    pick = "s = periods[0]"
    if task == "sample":
        body = sample + find + tail
        facts = [where, promise, "Measure x between two layers of Hadamards, over and over (with the "
                 f"default number of shots), and return s {said}.", seeded]  # fmt: skip
    elif task == "exact":
        body = exact + find + tail
        facts = [where, promise, "Do not sample: take the outcomes with a non-zero exact probability "
                 f"after Hadamards on x, the oracle and Hadamards on x. Return s {said}."]  # fmt: skip
    elif task == "strings":
        end = rng.choice(["right", "left"])
        body = "n = len(samples[0])\n" + (
            "seen = {int(text, 2) for text in samples}\n" if end == "right"
            else "seen = {int(text[::-1], 2) for text in samples}\n"
        ) + find + tail  # fmt: skip
        arguments = "samples: list[str]"
        facts = [
            "`samples` are measured bit strings z of n bits, repeats included, with bit 0 on the "
            f"{end}; they come from a run of a period-finding circuit.",
            "They span a space of dimension n - 1 modulo 2, and every z has an even overlap z.s with "
            "the period s, which is not 0.", f"Return s {said.replace('qubit', 'bit')}.",
        ]  # fmt: skip
        turn = "" if end == "right" else "[::-1]"
        passed = (
            f"[format(z, f'0{{n}}b'){turn} for z in rng.permutation([z for z in range(2**n)"
            " if (z & s).bit_count() % 2 == 0] * 2).tolist()]"
        )
        cases = "(3, [6]), (5, [19]), (4, [1]), (4, [8]), (4, [13])"
    else:
        body = rng.choice([sample, exact]) + (
            rng.choice([
                "space = [s for s in range(2**n) if all((s & z).bit_count() % 2 == 0 for z in seen)]\n",
                "space = list(range(2**n))\nfor z in seen:\n"
                "    space = [s for s in space if not (s & z).bit_count() % 2]\n",
            ])
            + f"return [{convert.replace('S', 's')} for s in space]\n"
        )  # fmt: skip
        kind = f"list[{kind}]"
        facts = [
            where, "f(x) = f(y) exactly where the XOR of x and y lies in an unknown set S of periods that "
            "is closed under XOR (S holds 0, and may hold nothing else).",
            f"Return all periods in S in increasing order of their integer (bit q of it is qubit q of x), "
            f"each {said}. Hadamards on x before and after the oracle.",
        ]  # fmt: skip
        if "counts" in body:
            facts.append(seeded)
        cases = "(3, [6, 1]), (2, []), (3, [4]), (4, [2, 13])"
        pick = ""
        compare = f"assert got == [{convert.replace('S', 's')} for s in sorted(span)]"
    return Instance(
        entry_point=rng.choice(["hidden_period", "xor_mask", "find_period"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                rng.choice(
                    [
                        "Find a hidden XOR period.",
                        "Which mask leaves f unchanged?",
                        "Determine what can be XORed to the input of f without an effect.",
                    ]
                ),
                "My function repeats itself under XOR with an unknown mask, which I want to know.",
                "Write this in Qiskit and plain Python."
                if task != "strings"
                else "Write the solver.",
                "Period finding modulo 2:",
            ),
            facts,
        ),
        imports=imports_for(body + ("QuantumCircuit" if "Circuit" in arguments else "")),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
{_GIVEN_XOR.strip()}
for n, periods in ({cases}):
    {pick}
    oracle, span = hiding(n, periods, {swap})
    got = candidate({passed})
    {compare}
""",
        params={"task": task, "solve": solve, "swap": swap, "form": form},
        wrong=(
            (Wrong("S31", body.replace(place, "range(n)" if swap else "range(n, 2 * n)")),)
            if task != "strings"
            else ()
        ),
    )
