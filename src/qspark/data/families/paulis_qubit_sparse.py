"""Paulis: strings and lists of strings that are held qubit-sparsely."""

import re
from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.paulis import ALGEBRA, letters
from qspark.data.families.paulis_sparse import WIDER


@family(
    "paulis",
    "intermediate",
    oracle="value",
    skills=("sparse-labels", "endianness", "phase"),
    why="A qubit-sparse Pauli stores indices and letters only, and drops phases unless it is the Phased "
    "one.",
)
def qubit_sparse_strings(rng: Random) -> Instance:
    """Strings on many qubits held sparsely: products, commutation, conversion."""
    n = rng.choice([40, 60, 90, 120])
    phased = rng.random() < 0.5
    cls = "PhasedQubitSparsePauli" if phased else "QubitSparsePauli"
    a, b, c = sorted(rng.sample(range(1, n), 3))
    three = letters(rng, 3)
    k = rng.choice([1, 2, 3])
    phase = {1: "-i", 2: "-1", 3: "i"}[k]
    first = f'({k}, "{three}", [{a}, {b}, {c}])' if phased else f'("{three}", [{a}, {b}, {c}])'
    head = f"fixed = {cls}.from_sparse_label({first}, {n})"
    told = f"F has {three[0]} on qubit {a}, {three[1]} on {b} and {three[2]} on {c}"
    told += f" and the factor {phase}" if phased else " (phases are ignored)"
    value = {1: "-1j", 2: "-1", 3: "1j"}[k] if phased else "1"
    second = rng.choice(["label", "pauli"])
    build = {
        "label": f"other = {cls}.from_label(text)",
        "pauli": f"other = {cls}.from_pauli(Pauli(text))",
    }[second]
    # In this class compose multiplies in the written order, unlike Pauli.compose.
    ends = [
        ("product = fixed.compose(other)\nreturn product.to_pauli()",
         f"the Pauli of the matrix product F P{'' if phased else ', without phase'}",
         "pauli(mul(f, q))"),
        ("product = other.compose(fixed)\nreturn product.to_pauli()",
         f"the Pauli of the matrix product P F{'' if phased else ', without phase'}",
         "pauli(mul(q, f))"),
        ("return fixed.commutes(other)", "True if F and P commute, else False", "not anti(f[1], q[1])"),
        ("product = fixed.compose(other)\nreturn product.indices.tolist()",
         "the ascending list of the qubits on which the product of F and P acts", "support(mul(f, q))"),
        ("product = other.compose(fixed)\n"
         f"return [{cls}.Pauli(letter).name for letter in product.paulis]",
         "the list of the letters (I left out) of the product of F and P, from the lowest qubit up",
         "[x for x in reversed(mul(f, q)[1]) if x != 'I']"),
        (f"rows = {cls}List.from_{'phased_' if phased else ''}qubit_sparse_paulis([other, fixed])\n"
         "return rows.to_pauli_list()",
         f"the PauliList of P and F in this order{'' if phased else ' (phases dropped)'}",
         "PauliList([pauli(q), pauli(f)])"),
    ]  # fmt: skip
    end, out, want = rng.choice(ends if not phased else [*ends[:2], ends[-1]])
    body = f"{head}\n{build}\n{end}\n"
    used = ["Pauli", "PhasedQubitSparsePauli", "PhasedQubitSparsePauliList", "QubitSparsePauli",
            "QubitSparsePauliList"]  # fmt: skip
    names = [x for x in used if re.search(rf"(?<!\w){x}[.(]", body.replace(f"{cls}.Pauli(", ""))]
    return Instance(
        entry_point=rng.choice(["sparse_product", "long_strings", "with_fixed_string"]),
        signature="(text: str)",
        asks=(
            f"Work with Paulis on {n} qubits in qubit-sparse form. F is fixed: {told}. P is given by its "
            f"dense label `text` of {n} letters (qubit 0 on the right). Return {out}.",
            f"`text` is a label of {n} letters for a Pauli P. With the string F ({told}) compute {out}. Use "
            f"{cls}.",
            f"Long strings, few letters: {n} qubits, {told}, I elsewhere. For P = `text` (dense label) I "
            f"need {out}.",
        ),
        imports=f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{ALGEBRA}{WIDER}
def support(p):
    return [k for k, x in enumerate(reversed(p[1])) if x != "I"]
def pauli(p):
    return Pauli(sign(({"p[0]" if phased else "1"}, p[1])))
f = ({value}, put("{three[::-1]}", [{a}, {b}, {c}], {n}))
for turn_ in range(8):
    spots = rng.choice({n}, 4, replace=False).tolist() + [{a}, {c}][: turn_ % 3]
    letters = list("I" * {n})
    for s, x in zip(spots, rng.choice(list("XYZ"), len(spots))):
        letters[{n} - 1 - s] = str(x)
    if turn_ > 4:
        for s in ({a}, {b}):
            letters[{n} - 1 - s] = f[1][{n} - 1 - s]
    q = (1, "".join(letters))
    got = candidate(q[1])
    assert got == ({want})
""",
        params={"fixed": told, "out": out},
    )


@family(
    "paulis",
    "intermediate",
    oracle="value",
    skills=("sparse-lists", "layout", "dense-arrays"),
    why="The lists of qubit-sparse Paulis convert to sparse lists, dense arrays and PauliLists.",
)
def qubit_sparse_lists(rng: Random) -> Instance:
    """Lists of qubit-sparse strings: build, extend, move, convert."""
    n = rng.choice([4, 5])
    order = rng.sample(range(n + 1), n)
    a, b = rng.sample(range(n), 2)
    two = letters(rng, 2)
    phased = rng.random() < 0.4
    cls = "PhasedQubitSparsePauliList" if phased else "QubitSparsePauliList"
    whole = letters(rng, n)
    steps = [
        (f"rows = rows.apply_layout({order}, num_qubits={n + 1})",
         f"move qubit k to qubit {order}[k] of {n + 1} qubits",
         f"rows = [put(s, {order}, {n + 1}) for s in rows]", n + 1),
        (f"rows = {cls}.from_sparse_list(rows.to_sparse_list() + "
         f"[({'0, ' if phased else ''}\"{two}\", [{a}, {b}])], {n})",
         f"append a row with {two[0]} on qubit {a} and {two[1]} on qubit {b}",
         f"rows = rows + [put('{two[::-1]}', [{a}, {b}], {n})]", n),
        (f"rows = {cls}.from_{'phased_' if phased else ''}qubit_sparse_paulis([*rows, *{cls}.from_label("
         f'"{whole}")])', f"append the row {whole}", f"rows = rows + ['{whole}']", n),
        (f"rows = {cls}.from_{'phased_' if phased else ''}qubit_sparse_paulis("
         f"row for row in rows if {a} in row.indices.tolist())",
         f"keep only the rows that act on qubit {a}",
         f"rows = [s for s in rows if s[{n - 1 - a}] != 'I']", n),
        ("rows = rows[::-1]", "reverse the order of the rows", "rows = rows[::-1]", n),
    ]  # fmt: skip
    chosen = rng.sample(steps[1:], rng.choice([1, 2])) + ([steps[0]] if rng.random() < 0.6 else [])
    m = chosen[-1][3]
    ends = [
        ("return rows.to_pauli_list().to_labels()", "the list of its dense labels", "rows"),
        ("return [(k, letters, tuple(qubits)) for k, letters, qubits in rows.to_sparse_list()]"
         if phased
         else "return [(letters, tuple(qubits)) for letters, qubits in rows.to_sparse_list()]",
         f"the list of tuples ({'k, ' if phased else ''}letters, qubits), one for each row: "
         f"{'k is the exponent of the factor (-i)^k, ' if phased else ''}letters the string without the "
         "identities and qubits the tuple of their qubits, both from the lowest qubit up",
         f"[({'0, ' if phased else ''}s[::-1].replace('I', ''), "
         "tuple(k for k, x in enumerate(s[::-1]) if x != 'I')) for s in rows]"),
        ("return rows.num_terms, rows.num_qubits, rows.to_pauli_list()",
         "the tuple (number of rows, number of qubits, the rows as a PauliList)",
         f"(len(rows), {m}, PauliList(rows))"),
        ("return {row.to_pauli().to_label(): row.indices.tolist() for row in rows}",
         "a dict from the dense label of each row to the ascending list of the qubits it acts on",
         "{s: [k for k, x in enumerate(s[::-1]) if x != 'I'] for s in rows}"),
    ]  # fmt: skip
    if not phased:
        ends.append(
            ("return rows.to_dense_array()", "the integer array with a row per string and column k for qubit "
             "k, in which I, Z, X, Y are coded as 0, 1, 2, 3",
             "[['IZXY'.index(x) for x in s[::-1]] for s in rows]")
        )  # fmt: skip
    end, out, want = rng.choice(ends)
    start = rng.choice([f"rows = {cls}.from_list(labels)", f"rows = {cls}(labels)"])
    body = "\n".join([start, *(s[0] for s in chosen), end])
    words = "; then ".join(s[1] for s in chosen)
    names = sorted({cls} | ({cls[:-4]} if f"{cls[:-4]}(" in body else set()))
    oracle = "\n    ".join(s[2] for s in chosen)
    array = "np.array_equal(got, {})" if "array" in out or "np." in end else "got == {}"
    return Instance(
        entry_point=rng.choice(["sparse_rows", "list_of_strings", "convert_rows"]),
        signature="(labels: list[str])",
        asks=(
            f"Make a {cls} of the Pauli `labels` ({n} letters each, qubit 0 on the right), then {words}. "
            f"Return {out}.",
            f"From dense labels of {n} qubits build a {cls}; {words}; the result is {out}.",
            f"Steps: labels ({n} qubits) to a {cls}; {words}. Output: {out}.",
            f"With {cls}: how do I take `labels` of {n} qubits, {words}, and get {out}?",
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{ALGEBRA}{WIDER}
for _ in range(4):
    rows = list(dict.fromkeys(draw({n}) for _ in range(9)))[:5]
    got = candidate(list(rows))
    {oracle}
    assert {array.format(want)}
""",
        params={"steps": words, "out": out, "class": cls},
    )
