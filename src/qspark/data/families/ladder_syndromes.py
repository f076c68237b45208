"""Syndromes of Pauli errors under small codes, lookup decoders, and what they leave."""

from random import Random

from qspark.data.families._ladder_protocol import asks
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented, sorted_imports

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
        + indented(bit.replace("ERROR", "label") + f"table.setdefault({text}, label)\n")
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
            + indented(
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
            + indented(
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
        asks=asks(
            (
                "Decoding of a small stabiliser code.",
                "Write it with qiskit.quantum_info.",
                "Syndrome decoding:",
                "I work on a small error-correcting code.",
            ),
            facts,
        ),
        imports=sorted_imports(imports),
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
