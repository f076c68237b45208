"""Composites of protocols: watched rotations, error correction with decoding, swapped links."""

from random import Random

from qspark.data.families._exact import EXACT
from qspark.data.families.base import Instance, Wrong, family


def _asks(openers: tuple[str, str, str, str], facts: list[str]) -> tuple[str, ...]:
    text = " ".join(facts)
    return (
        f"{openers[0]} {text}",
        f"{text} {openers[1]}",
        f"{openers[2]}\n" + "\n".join(f"- {fact}" for fact in facts),
        f"{openers[3]}\n\n{text}",
    )


def _indent(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def _sorted_imports(lines: list[str]) -> str:
    """The lines once each, with names of the same module joined."""
    modules: dict[str, set[str]] = {}
    plain = []
    for line in lines:
        module, _, names = line.partition(" import ")
        if names:
            modules.setdefault(module, set()).update(names.split(", "))
        else:
            plain.append(line)
    return "\n".join(
        sorted(set(plain))
        + [f"{m} import {', '.join(sorted(modules[m]))}" for m in sorted(modules)]
    )


@family(
    "ladder_protocol",
    "advanced",
    oracle="distribution",
    skills=("mid-circuit-measurement", "zeno"),
    why="A rotation by t/n that is watched n times survives with the probability cos^{2n}(t/(2n)).",
    tolerance=1e-7,
    false_alarm=1e-6,
)
def watched_rotation(rng: Random) -> Instance:
    """A slow rotation that is measured after each step: circuits, probabilities, samples."""
    turn, total = rng.choice(["rx", "ry"]), rng.randint(16, 32) / 10
    watch = rng.choice(["own bits", "own bits", "ancilla", "loop"])
    ask = rng.choice(["circuit", "circuit", "chance", "fewest", "sampled", "table"])
    strength = rng.randint(6, 28) / 10 if rng.random() < 0.5 and watch == "ancilla" else 0.0
    seed = rng.randint(1, 99)
    frame = rng.choice(["z", "z", "plus"]) if turn == "ry" else "z"
    pre = "qc.h(0)\n" if frame == "plus" else ""
    post = pre
    size = "1" if watch != "ancilla" else "2"
    check = {
        "own bits": f"{post}qc.measure(0, k)\n{pre}",
        "ancilla": (
            (f"qc.cry({strength}, 0, 1)\n" if strength else "qc.cx(0, 1)\n") + "qc.measure(1, "
                "k)\nqc.reset(1)\n"
        ),
        "loop": "",
    }[watch]  # fmt: skip
    if frame == "plus" and watch == "ancilla":
        frame, pre, post = "z", "", ""
    start = "the |+> state" if frame == "plus" else "|0>"
    where = "qubit 0 is measured in the X basis (H, measure, H) into bit k" if frame == "plus" else (
        "qubit 0 is measured into bit k")  # fmt: skip
    if watch == "ancilla":
        gate = f"CRY({strength})" if strength else "CX"
        where = (
            f"{gate} from qubit 0 to the ancilla qubit 1, which is measured into bit k and reset"
        )
    if watch == "loop":
        body = (
            "qc = QuantumCircuit(1)\nregister = ClassicalRegister(1, 'clicked')\nqc.add_register(register)\n"
            + pre + f"with qc.for_loop(range(n)):\n    qc.{turn}({total} / n, 0)\n"
            + _indent(post + "qc.measure(0, 0)\n" + pre)
            + "    with qc.if_test((register, 1)):\n        qc.break_loop()\n"
        )  # fmt: skip
        where = where.replace("into bit k", "into the only bit (register `clicked`), and the loop is "
                                            "left by a "
                              "break where the outcome is 1")  # fmt: skip
    else:
        body = (
            f"qc = QuantumCircuit({size}, n)\n"
            + pre
            + f"for k in range(n):\n    qc.{turn}({total} / n, 0)\n"
        )
        body += _indent(check)
    axis = turn.upper()
    facts = [
        (
            f"Qubit 0 starts in {start} and is turned by a total of {total} in n steps: step k = 0,"
            f" 1, ..., n-1 applies {axis}({total} / n), then {where}."
        ),
    ]
    if watch == "loop":
        facts.append("The steps are one `for_loop` of the circuit.")
    survive = "the bit is 0 at the end" if watch == "loop" else "all n bits are 0"
    own = f"survival(n, {total}, {strength if watch == 'ancilla' else 0.0}, {watch == 'ancilla'})"
    imports = ["from qiskit import QuantumCircuit"]
    if watch == "loop":
        imports.append("from qiskit import ClassicalRegister")
    arguments, kind = "n: int", "float"
    if ask == "circuit":
        body += "return qc\n"
        kind = "QuantumCircuit"
        facts.append("Return this circuit.")
        key = "'0'" if watch == "loop" else "'0' * n"
        test = f"""
for n in (1, 2, 3, 4):
    qc = candidate(n)
    assert (qc.num_qubits, qc.num_clbits) == ({size}, {1 if watch == "loop" else "n"})
    chances = spread(qc)
    assert abs(sum(chances.values()) - 1) < 1e-7
    assert abs(chances.get({key}, 0) - {own}) < 1e-7
    for bits, p in full(n).items():
        assert abs(chances.get(bits, 0) - p) < 1e-7
"""
    else:
        # Without the outcomes that end the run only the surviving branch has to be followed.
        step = f"state = state.evolve({axis}Gate({total} / n), [0])\n"
        info = ["Statevector"]
        if watch == "ancilla":
            gate = f"CRYGate({strength})" if strength else "CXGate()"
            follow = (
                "state = Statevector.from_label('00')\n" + "for _ in range(n):\n"
                + _indent(step + f"state = state.evolve({gate}, [0, 1])\n"
                          "projector = Operator.from_label('0').expand(Operator.from_label('I'))\n"
                          "state = Statevector(projector.data @ state.data)\n".replace("expand", "tensor"))
            )  # fmt: skip
            info.append("Operator")
            imports.append(f"from qiskit.circuit.library import {axis}Gate")
            imports.append(f"from qiskit.circuit.library import {gate.partition('(')[0]}")
        else:
            label = "+" if frame == "plus" else "0"
            follow = (
                f"start = Statevector.from_label('{label}')\nstate = start\nfor _ in range(n):\n"
                + _indent(step + "state = start * start.inner(state)\n")
            )  # fmt: skip
            imports.append(f"from qiskit.circuit.library import {axis}Gate")
        follow += "chance = float(np.linalg.norm(state.data) ** 2)\n"
        closed = watch != "ancilla" and frame == "z" and rng.random() < 0.4
        if closed:
            follow = f"chance = cos({total} / (2 * n)) ** (2 * n)\n"
        if ask == "chance":
            body = follow + "return chance\n"
            facts.append(f"Return the exact probability that {survive}, as a float.")
            test = f"""
for n in (1, 2, 3, 5, 9):
    assert abs(candidate(n) - {own}) < 1e-7
"""
        elif ask == "table":
            arguments, kind = "sizes: list[int]", "dict[int, float]"
            body = (
                "found = {}\nfor n in sizes:\n"
                + _indent(follow + "found[n] = chance\n")
                + "return found\n"
            )
            facts.append(
                f"Return a dict from every n in `sizes` to the exact probability that {survive}."
            )
            test = f"""
got = candidate([1, 2, 3, 5, 9])
assert set(got) == {{1, 2, 3, 5, 9}}
for n in got:
    assert abs(got[n] - {own}) < 1e-7
"""
        elif ask == "fewest":
            if watch == "ancilla":
                watch_limit = "goal"
            arguments, kind = "goal: float", "int"
            body = "for n in count(1):\n" + _indent(follow + "if chance >= goal:\n    return n\n")
            imports.append("from itertools import count")
            facts.append(
                f"Return the smallest n of 1 or more for which the probability that {survive} is"
                " `goal` or more."
            )
            test = f"""
top = max(survival(n, {total}, {strength if watch == "ancilla" else 0.0}, {watch == "ancilla"}) for n in range(1, 30))
for goal in (0.5 * top, 0.7 * top, 0.9 * top, 0.01):
    want = next(n for n in range(1, 99) if {own} >= goal)
    assert candidate(goal) == want
"""
        else:
            arguments = "n: int, shots: int"
            body += (
                f"backend = AerSimulator(seed_simulator={seed})\n"
                "counts = backend.run(qc, shots=shots).result().get_counts()\n"
                + (
                    "return counts.get('0', 0) / shots\n"
                    if watch == "loop"
                    else "return counts.get('0' * n, 0) / shots\n"
                )
            )
            imports.append("from qiskit_aer import AerSimulator")
            follow, info = "", []
            facts.append(
                f"Run the circuit on an AerSimulator with the seed {seed} and `shots` shots, and"
                f" return the fraction of the shots in which {survive}."
            )
            test = f"""
for n in (1, 2, 4):
    assert abs(candidate(n, 4000) - {own}) < np.sqrt(np.log(2 / 3e-7) / 8000)
"""
        if ask != "sampled":
            if closed:
                imports = [x for x in imports if "count" in x] + ["from math import cos"]
            else:
                imports = [
                    x for x in imports if "QuantumCircuit" not in x and "ClassicalRegister" not in x
                ]
                imports += [
                    "import numpy as np",
                    f"from qiskit.quantum_info import {', '.join(info)}",
                ]
    return Instance(
        entry_point=rng.choice(["watched", "zeno", "slow_turn"]),
        signature=f"({arguments}) -> {kind}",
        asks=_asks(
            (
                "A rotation that is watched.",
                "Write this in Qiskit.",
                "Frequent measurements:",
                "How does watching slow a rotation down?",
            ),
            facts,
        ),
        imports=_sorted_imports(imports),
        body=body,
        test=(EXACT if ask == "circuit" else "import numpy as np\n")
        + f"""
def weights(theta, g, ancilla):
    # amplitudes of outcomes 0 and 1 of one look, for the two levels of the qubit
    if not ancilla:
        return np.diag([1, 0]), np.diag([0, 1])
    c, s = (np.cos(g / 2), np.sin(g / 2)) if g else (0, 1)
    return np.diag([1, c]), np.diag([0, s])
def turned(theta):
    c, s = np.cos(theta / 2), np.sin(theta / 2)
    return np.array([[c, -s], [s, c]]) if "{turn}" == "ry" else np.array([[c, -1j * s], [-1j * s, c]])
def survival(n, total, g, ancilla):
    v = np.array([1, 0])
    for _ in range(n):
        v = weights(total, g, ancilla)[0] @ turned(total / n) @ v
    return np.linalg.norm(v) ** 2
def full(n):
    if {watch == "loop"}:
        return {{}}
    live = {{"": np.array([1, 0])}}
    for _ in range(n):
        new = {{}}
        for bits, v in live.items():
            v = turned({total} / n) @ v
            for b, w in enumerate(weights(0, {strength}, {watch == "ancilla"})):
                new[str(b) + bits] = w @ v
        live = new
    return {{bits: np.linalg.norm(v) ** 2 for bits, v in live.items()}}
"""
        + test,
        params={"turn": turn, "total": total, "watch": watch, "ask": ask, "frame": frame},
        wrong=(
            (Wrong("S17", body.replace(f"{total} / n", f"2 * {total} / n")),)
            if ask in ("circuit", "sampled")
            else ()
        ),
    )  # fmt: skip


# name: stabilisers and logical operators (labels, qubit 0 on the right), encoder lines, what it corrects
_CODES = {
    "bit3": (["IZZ", "ZZI"], "III", "qc.cx(0, 1)\nqc.cx(0, 2)\n", "X"),
    "phase3": (["IXX", "XXI"], "III", "qc.cx(0, 1)\nqc.cx(0, 2)\nqc.h([0, 1, 2])\n", "Z"),
    "bit5": (["IIIZZ", "IIZZI", "IZZII", "ZZIII"], "IIIII",
             "for target in range(1, 5):\n    qc.cx(0, target)\n", "X"),
    "perfect5": (["IXZZX", "XZZXI", "XIXZZ", "ZXIXZ"], "IIIII", "", "XYZ"),
    "y3": (["IYY", "YYI"], "III", "qc.cx(0, 1)\nqc.cx(0, 2)\nqc.h([0, 1, 2])\nqc.s([0, 1, 2])\n", "Z"),
}  # fmt: skip


@family(
    "ladder_protocol",
    "advanced",
    oracle="value",
    skills=("stabilizers", "decoding", "endianness"),
    why="A syndrome bit is 1 where the error anticommutes with the stabiliser.",
    tolerance=1e-9,
)
def syndrome_table(rng: Random) -> Instance:
    """Syndromes of Pauli errors, lookup decoders, and logical error rates of small codes."""
    name = rng.choice(list(_CODES))
    stabilisers, _, _, kinds = _CODES[name]
    n = len(stabilisers[0])
    ask = rng.choice(["syndrome", "table", "decode", "correct", "rate", "distance", "residual"])
    order = rng.choice(["left", "right"])
    rng.shuffle(stabilisers := list(stabilisers))
    data = rng.choice(["list", "paulis"])
    rate = rng.choice([0.02, 0.05, 0.08, 0.1, 0.15])
    codes = f"PauliList({stabilisers})"
    heading = f"stabilisers = {codes}\n"
    bit = "commuting = stabilisers.commutes(Pauli(ERROR))\n"
    if data == "list":
        heading = f"stabilisers = [Pauli(label) for label in {stabilisers}]\n"
        bit = "commuting = [s.commutes(Pauli(ERROR)) for s in stabilisers]\n"
    if order == "right":
        text = "''.join('0' if ok else '1' for ok in reversed(commuting))"
        if data == "paulis":
            text = "''.join('0' if ok else '1' for ok in commuting[::-1])"
    else:
        text = "''.join('0' if ok else '1' for ok in commuting)"
    where = "a string of 0 and 1 in which the first stabiliser's bit is on the " + (
        "left" if order == "left" else "right"
    )
    single = (
        f"singles = ['I' * {n}]\nfor kind in '{kinds}':\n    for q in range({n}):\n"
        f"        singles.append('I' * ({n} - 1 - q) + kind + 'I' * q)\n"
    )
    table = (
        single
        + "table = {}\nfor label in singles:\n"
        + _indent(bit.replace("ERROR", "label") + f"table.setdefault({text}, label)\n")
    )
    facts = [
        (
            f"The stabilisers are, in this order, {', '.join(stabilisers)} (labels with qubit 0 on"
            f" the right). A syndrome is {where}; a bit is 1 where the error anticommutes with the"
            " stabiliser."
        ),
    ]
    small = (
        f"the identity, then {', '.join(kinds)} on each single qubit (letter by letter, from qubit"
        " 0 up)"
    )
    own_table = "table = {}\n    for e in singles:\n        table.setdefault(syndrome(e), e)\n    "
    if ask == "syndrome":
        arguments, kind = "error: str", "str"
        body = heading + bit.replace("ERROR", "error") + f"return {text}\n"
        facts.append("Return the syndrome of the Pauli error with the label `error`.")
        check = "for e in errors:\n        assert candidate(e) == syndrome(e)"
    elif ask == "table":
        arguments, kind = "", "dict[str, str]"
        body = heading + table + "return table\n"
        facts.append(
            "Return the lookup table: a dict from each syndrome to the label of the first of these"
            f" errors that has it: {small}."
        )
        check = own_table + "assert candidate() == table"
    elif ask == "decode":
        arguments, kind = "syndromes: list[str]", "list[str]"
        body = heading + table + f"return [table.get(found, 'I' * {n}) for found in syndromes]\n"
        facts.append(
            "Return for each of the `syndromes` the label of the correction: the first of these"
            f" errors with this syndrome: {small}; the identity if there is none."
        )
        check = (
            own_table + "asked = [syndrome(e) for e in errors]\n"
            f"    assert candidate(asked) == [table.get(x, 'I' * {n}) for x in asked]"
        )
    elif ask == "correct":
        arguments, kind = "error: str", "bool"
        body = (
            heading
            + table
            + bit.replace("ERROR", "error")
            + f"fix = table.get({text}, 'I' * {n})\nleft = Pauli(fix).compose(Pauli(error))\n"
            "members = StabilizerState.from_stabilizer_list(LABELS, allow_underconstrained=True)\n"
        )
        body = (
            heading
            + table
            + bit.replace("ERROR", "error")
            + (
                f"fix = table.get({text}, 'I' * {n})\nleft ="
                " Pauli(fix).compose(Pauli(error))\ngroup = [Pauli('I' * NUM)]\nfor s in"
                " stabilisers:\n    group += [g.compose(s) for g in group]\nreturn any((g.x =="
                " left.x).all() and (g.z == left.z).all() for g in group)\n"
            ).replace("NUM", str(n))
        )
        facts.append(
            f"The decoder answers a syndrome with the first of these errors that has it: {small};"
            " with the identity if there is none. Return whether error and correction together are"
            " a stabiliser (up to a sign), that is, whether the Pauli error with the label `error`"
            " is corrected."
        )
        check = (
            own_table + f"for e in errors:\n        fix = table.get(syndrome(e), 'I' * {n})\n"
            "        assert candidate(e) is (product(fix, e) in group)"
        )
    elif ask == "residual":
        arguments, kind = "error: str", "str"
        body = (
            heading
            + table
            + bit.replace("ERROR", "error")
            + f"fix = table.get({text}, 'I' * {n})\nleft = Pauli(fix).dot(Pauli(error))\n"
            "return Pauli((left.z, left.x)).to_label()\n"
        )
        facts.append(
            f"The decoder answers a syndrome with the first of these errors that has it: {small};"
            " with the identity if there is none. Return the label, without phase, of what is left"
            " of the Pauli error with the label `error` after the correction (the product of"
            " both)."
        )
        check = (
            own_table
            + "for e in errors:\n        assert candidate(e) == product(table.get(syndrome(e), 'I'"
            f" * {n}), e)"
        )
    elif ask == "distance":
        arguments, kind = "errors: list[str]", "list[str]"
        body = (
            heading
            + "missed = []\nfor error in errors:\n"
            + _indent(
                bit.replace("ERROR", "error") + "if all(commuting):\n    missed.append(error)\n"
            )
            + "return missed\n"
        )
        facts.append(
            "Return the list of those Pauli labels in `errors` (in order) whose syndrome is zero."
        )
        check = "assert candidate(errors) == [e for e in errors if '1' not in syndrome(e)]"
    else:
        arguments, kind = "", "float"
        letter = kinds[0]
        body = heading + table + (
            f"group = {{'I' * {n}}}\ntotal = 0.0\nfor pattern in product('I{letter}', repeat={n}):\n"
            + _indent(
                "error = ''.join(pattern)\n" + bit.replace("ERROR", "error")
                + f"fix = table.get({text}, 'I' * {n})\n"
                f"weight = error.count('{letter}')\n"
                "if fix != error:\n"
                f"    total += {rate}**weight * {round(1 - rate, 2)} ** ({n} - weight)\n"
            )
            + "return total\n"
        ).replace(f"group = {{'I' * {n}}}\n", "")  # fmt: skip
        facts.append(
            f"The decoder answers a syndrome with the first of these errors that has it: {small};"
            f" with the identity if there is none. Each qubit suffers {letter} independently with"
            f" the probability {rate}, and nothing else happens. Return the exact probability that"
            " the correction is not equal to the error, as a float."
        )
        check = (
            own_table
            + f"""p = 0
    for k in range(2**{n}):
        e = ''.join('{letter}' if k >> q & 1 else 'I' for q in range({n}))
        if table.get(syndrome(e), 'I' * {n}) != e:
            p += {rate} ** k.bit_count() * (1 - {rate}) ** ({n} - k.bit_count())
    assert abs(candidate() - p) < 1e-9"""
        )
    imports = []
    for mark, line in (
        ("Pauli(", "from qiskit.quantum_info import Pauli"), ("PauliList(", "from qiskit.quantum_info "
            "import PauliList"),
        (" product(", "from itertools import product"),
    ):  # fmt: skip
        if mark in body.replace("PauliList(", "" if mark == "Pauli(" else "PauliList("):
            imports.append(line)
    return Instance(
        entry_point=rng.choice(["syndromes", "decoder", "error_lookup"]),
        signature=f"({arguments}) -> {kind}",
        asks=_asks(
            (
                "Decoding of a small stabiliser code.",
                "Write it with qiskit.quantum_info.",
                "Syndrome decoding:",
                "I work on a small error-correcting code.",
            ),
            facts,
        ),
        imports=_sorted_imports(imports),
        body=body,
        test=f"""
import numpy as np
from itertools import product as every
rows = {stabilisers}
def clash(a, b):
    return sum(x != "I" and y != "I" and x != y for x, y in zip(a, b)) % 2
def syndrome(e):
    bits = [str(clash(e, row)) for row in rows]
    return "".join(bits{"[::-1]" if order == "right" else ""})
def product(a, b):
    table = {{"IX": "X", "IY": "Y", "IZ": "Z", "XY": "Z", "XZ": "Y", "YZ": "X"}}
    return "".join("I" if x == y else table["".join(sorted(x + y))] for x, y in zip(a, b))
group = ["{"I" * n}"]
for row in rows:
    group += [product(g, row) for g in group]
singles = ["{"I" * n}"]
for kind in "{kinds}":
    for q in range({n}):
        singles.append("I" * ({n} - 1 - q) + kind + "I" * q)
rng = np.random.default_rng(np.random.randint(2**31))
errors = ["".join(rng.choice(list("IXYZ"), {n})) for _ in range(25)] + singles + group[1:5]
if True:
    {check}
""",
        params={"code": name, "ask": ask, "order": order, "data": data},
        wrong=(Wrong("S01", body.replace("for ok in reversed(commuting)", "for ok in commuting")),)
        if "reversed(commuting)" in body and ask in ("syndrome", "table")
        else (),
    )  # fmt: skip
