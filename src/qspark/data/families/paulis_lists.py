"""Paulis: lists of strings, and expansions of matrices in them."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.paulis import ALGEBRA, VALUE, letters


@family(
    "paulis",
    "intermediate",
    oracle="value",
    skills=("pauli-lists", "endianness", "commutation"),
    why="PauliList methods work row by row; delete and insert take qubit=True for columns.",
)
def pauli_list_pipeline(rng: Random) -> Instance:
    """A change of a list of Paulis and a question about the result."""
    n = 3
    a, b = rng.sample(range(n), 2)
    two, three = letters(rng, 2), letters(rng, 3)
    letter = rng.choice("XYZ")
    front = rng.choice(["", "-", "i"])
    steps = [
        ("", "", ""),
        (f"rows = rows.delete({a}, qubit=True)", f"remove qubit {a} from all rows",
         f"rows = [(c, s[:{n - 1 - a}] + s[{n - a}:]) for c, s in rows]"),
        (f"rows = rows.delete([{a}])", f"drop row number {a} (counted from zero)",
         f"rows = rows[:{a}] + rows[{a + 1}:]"),
        (f'rows = rows.insert({a}, PauliList(["{front}{three}"]))',
         f"insert the Pauli {front}{three} as row number {a} (counted from zero)",
         f"rows = rows[:{a}] + [({VALUE[front]}, '{three}')] + rows[{a}:]"),
        (f'rows = rows.insert({a}, PauliList(["{letter}"]), qubit=True)',
         f"insert a qubit with {letter} in all rows so that it becomes qubit {a}",
         f"rows = [(c, s[:{n - a}] + '{letter}' + s[{n - a}:]) for c, s in rows]"),
        (f'rows = rows.compose(Pauli("{front}{two}"), qargs=[{a}, {b}])',
         f"multiply every row from the left by the Pauli {front}{two} on qubits {a} (its right letter) and "
         f"{b}", f"rows = [mul(({VALUE[front]}, put('{two}', [{a}, {b}], 3)), r) for r in rows]"),
        (f'rows = rows.dot(Pauli("{front}{two}"), qargs=[{a}, {b}])',
         f"multiply every row from the right by the Pauli {front}{two} on qubits {a} (its right letter) "
         f"and {b}", f"rows = [mul(r, ({VALUE[front]}, put('{two}', [{a}, {b}], 3))) for r in rows]"),
        (f'rows = rows.tensor(PauliList(["{front}{two}"]))', f"append {front}{two} on the right of every row",
         f"rows = [({VALUE[front]} * c, s + '{two}') for c, s in rows]"),
        (f'rows = rows.expand(PauliList(["{front}{two}"]))',
         f"put {front}{two} on the left of every row (as the highest qubits)",
         f"rows = [({VALUE[front]} * c, '{two}' + s) for c, s in rows]"),
        ("rows = rows.unique()", "drop repeated rows (same string and factor), keeping first occurrences "
         "in order", "rows = list(dict.fromkeys(rows))"),
        ("rows = rows.adjoint()", "take the adjoint of every row",
         "rows = [(complex(np.conj(c)), s) for c, s in rows]"),
        ("rows = rows.transpose()", "transpose the matrix of every row",
         "rows = [(c * (-1) ** s.count('Y'), s) for c, s in rows]"),
        ("rows = rows.conjugate()", "take the complex conjugate of the matrix of every row",
         "rows = [(complex(np.conj(c)) * (-1) ** s.count('Y'), s) for c, s in rows]"),
        (f"rows = rows.evolve(Clifford(SGate()), qargs=[{a}])",
         f"replace each row P by S^dagger P S with S acting on qubit {a}",
         f"rows = [turn(r, np.diag([1, 1j]), [{a}], True) for r in rows]"),
        (f'rows = rows.evolve(Clifford(CXGate()), qargs=[{a}, {b}], frame="s")',
         f"replace each row P by U P U^dagger, U being the CNOT with control {a} and target {b}",
         "rows = [turn(r, [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]], "
         f"[{a}, {b}], False) for r in rows]"),
        ("rows = rows[::-1]", "reverse the order of the rows", "rows = rows[::-1]"),
    ]  # fmt: skip
    code, told, oracle = rng.choice(steps)
    width = 3 + (2 if "tensor" in code or "expand" in code else 0)
    width += ("insert" in code and "qubit=True" in code) - (
        "delete" in code and "qubit=True" in code
    )
    probe = letters(rng, width)
    order = "sorted(range(len(rows)), key=lambda k: (sum(x != 'I' for x in rows[k][1]), "
    order += "['IXYZ'.index(x) for x in rows[k][1]]))"
    readers = [
        ("return rows", "the resulting PauliList", "rows", True),
        ("return rows.to_labels()", "the list of its labels", "[sign(r) for r in rows]", True),
        ("return [label[::-1] for label in rows.label_iter()]",
         "the list of its labels with the characters of each (factor included) in reverse order",
         "[sign(r)[::-1] for r in rows]", True),
        ("return sum(rows.matrix_iter())", "the sum of the matrices of all rows",
         "sum(mat(s, c) for c, s in rows)", True),
        ("return np.array(rows.to_matrix())", "a rank-3 array with the matrices of all rows",
         "np.array([mat(s, c) for c, s in rows])", True),
        (f'return rows.commutes(Pauli("{probe}")).tolist()',
         f"a list with True for each row that commutes with {probe}, else False",
         f"[not anti(s, '{probe}') for c, s in rows]", False),
        (f'return rows.anticommutes_with_all(PauliList(["{probe}"])).tolist()',
         f"the list of the indices of the rows that anticommute with {probe}",
         f"[k for k, (c, s) in enumerate(rows) if anti(s, '{probe}')]", False),
        ("return np.array([rows.commutes(row) for row in rows])",
         "the square boolean array with True where row i commutes with row j",
         "np.array([[not anti(s, t) for d, t in rows] for c, s in rows])", False),
        ("return np.sum(rows.x | rows.z, axis=1).tolist()",
         "the list of the weights (numbers of non-identity letters) of the rows",
         "[sum(x != 'I' for x in s) for c, s in rows]", False),
        ("return rows.argsort(weight=True).tolist()",
         "the list of row indices sorted by weight (number of non-identity letters) and, at equal weight, "
         "by the string in the order I, X, Y, Z", order, False),
        ("return rows.sort(weight=True).to_labels()",
         "the labels sorted by weight (number of non-identity letters) and, at equal weight, by the string "
         "in the order I, X, Y, Z", f"[sign(rows[k]) for k in {order}]", True),
        ("return rows.x.astype(int), rows.z.astype(int)",
         "the tuple of two 0/1 integer arrays with the X parts and the Z parts, rows being Paulis and "
         "column k belonging to qubit k",
         "np.array([[[int(x in 'XY') for x in s[::-1]] for c, s in rows], "
         "[[int(x in 'YZ') for x in s[::-1]] for c, s in rows]])", False),
    ]  # fmt: skip
    phased = ("adjoint", "transpose", "conjugate", "tensor", "expand")
    readers = [r for r in readers if r[3] or not any(word in code for word in phased)]
    if "unique" in code or "[::-1]" in code or "np.sum" in code:
        readers = [r for r in readers if "argsort" not in r[0] and "sum(rows" not in r[0]]
    if "[::-1]" in code:
        readers = [r for r in readers if ".sort(" not in r[0]]
    if "SGate" in code:
        readers = [r for r in readers if "weight" not in r[1]]
    read, out, want, _ = rng.choice(readers)
    distinct = "unique" not in code and ("argsort" in read or ".sort(" in read)
    body = f"{code}\n{read}\n".lstrip("\n")
    used = ["Clifford", "Pauli", "PauliList"]
    names = [x for x in used if f"{x}(" in body or x == "PauliList"]
    gates = [g for g in ("CXGate", "SGate") if g in body]
    imports = ["import numpy as np"] if "np." in body else []
    imports += [f"from qiskit.circuit.library import {', '.join(gates)}"] if gates else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    first = f"{told[0].upper()}{told[1:]}. " if told else ""
    compare = (
        "assert isinstance(got, PauliList) and got.to_labels() == [sign(r) for r in rows]"
        if read == "return rows"
        else (
            f"assert np.array_equal(np.asarray(got), {want})"
            if "array" in out or "matri" in out
            else f"assert got == {want}"
        )
    )
    make = (
        "texts = list(dict.fromkeys(draw(3) for _ in range(12)))[:5]"
        if distinct
        else "texts = [draw(3) for _ in range(4)]\n    texts.insert(2, texts[0])\n    "
        'texts += ["XZY", "YXI", "XZY"]'
    )
    fronts = "[0, 1, 2, 3, 0, 1, 2, 3]" if not distinct else "[0, 1, 2, 3, 1]"
    return Instance(
        entry_point=rng.choice(["pauli_rows", "question_rows", "rows_of_paulis", "examine_list"]),
        signature="(rows: PauliList)",
        asks=(
            f"`rows` is a PauliList on three qubits. {first}Return {out}.",
            f"Given a PauliList of three-qubit strings (qubit 0 on the right). {first}Then give {out}.",
            f"{first}What I want from this three-qubit PauliList is {out}.",
            f"Argument: a PauliList, three qubits, at least four rows. {first}Result: {out}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{ALGEBRA}
for _ in range(6):
    {make}
    rows = [([1, -1, 1j, -1j][k], s) for k, s in zip({fronts}, texts)]
    got = candidate(PauliList([sign(r) for r in rows]))
    {oracle or "pass"}
    {compare}
""",
        params={"step": told, "out": out},
    )


@family(
    "paulis",
    "intermediate",
    oracle="value",
    skills=("pauli-basis", "decomposition", "endianness"),
    why="pauli_basis lists all strings; a coefficient is the trace with the operator over 2^n.",
    tolerance=1e-9,
)
def pauli_expansion(rng: Random) -> Instance:
    """Coefficients of matrices in the Pauli basis."""
    n = rng.choice([2, 3])
    weight = rng.randint(1, n)
    keep = rng.randint(5, 30) / 100
    start, told, given = rng.choice(
        [
            ("operator = SparsePauliOp.from_operator(Operator(matrix))",
             "the Hermitian matrix `matrix`", "h"),
            ("operator = SparsePauliOp.from_operator(Operator(matrix).power(2))",
             "the square of the Hermitian matrix `matrix`", "h @ h"),
            ("operator = SparsePauliOp.from_operator(Operator(matrix)).transpose()",
             "the transpose of the Hermitian matrix `matrix`", "h.T"),
            (f'operator = SparsePauliOp.from_operator(Operator(matrix)).compose(Pauli("{letters(rng, n)}"))',
             "the product P M of the Pauli string P = LABEL and the Hermitian M = `matrix`", "P @ h"),
            ("operator = SparsePauliOp.from_operator(Operator(matrix)) @ "
             f'SparsePauliOp("{letters(rng, n)}")', "the product M P of the Hermitian M = `matrix` and the "
             "Pauli string P = LABEL", "h @ P"),
            (f'probe = Operator(Pauli("{letters(rng, n)}"))\noperator = SparsePauliOp.from_operator('
             "commutator(probe, Operator(matrix)))", "the commutator [P, M] of the Pauli string P = LABEL "
             "with the Hermitian M = `matrix`", "P @ h - h @ P"),
            ("operator = SparsePauliOp.from_operator(Operator(matrix).reverse_qargs())",
             "the Hermitian matrix `matrix` with the order of its qubits reversed",
             f"h[np.ix_(*[np.arange({2**n}).reshape([2] * {n}).T.reshape(-1)] * 2)]"),
        ]
    )  # fmt: skip
    probe = letters(rng, n)
    if "LABEL" in told:
        label = next(x for x in start.split('"') if len(x) == n and not x.strip("XYZ"))
        told, given = (
            told.replace("LABEL", label),
            given.replace("P ", f"mat('{label}') ").replace(" P", f" mat('{label}')"),
        )
    every = "{label: complex(c) for label, c in operator.label_iter()}"
    readers = [
        (f"return {every}", "a dict from the label to the complex coefficient (labels with a coefficient "
         "of zero may be left out)", "d"),
        ("return operator", "the expansion as a SparsePauliOp", "d"),
        (f'coefficients = {every}\nreturn coefficients.get("{probe}", 0)',
         f"the complex coefficient of {probe}", f"d['{probe}']"),
        (f"table = operator.paulis\nmask = np.sum(table.x | table.z, axis=1) == {weight}\n"
         "return float(np.sum(np.abs(operator.coeffs[mask]) ** 2))",
         f"the total squared modulus of the coefficients of all strings with exactly {weight} non-identity "
         "letters", f"sum(abs(c) ** 2 for s, c in d.items() if len(s) - s.count('I') == {weight})"),
        ("return float(np.sum(np.abs(operator.coeffs)))", "the sum of the moduli of all coefficients",
         "sum(map(abs, d.values()))"),
        (f"return sum(abs(c) > {keep} for c in operator.coeffs)",
         f"the number of coefficients whose modulus exceeds {keep}",
         f"sum(abs(c) > {keep} for c in d.values())"),
        (f"kept = [(label, c) for label, c in operator.to_list() if abs(c) > {keep}]\n"
         "return SparsePauliOp.from_list(kept, num_qubits=operator.num_qubits)",
         f"the SparsePauliOp of those terms only whose coefficient exceeds {keep} in modulus",
         f"{{s: c for s, c in d.items() if abs(c) > {keep}}}"),
        ("order = np.argsort(-np.abs(operator.coeffs))\n"
         "return [operator.paulis[int(k)].to_label() for k in order[:3]]",
         "the labels of the three coefficients of largest modulus, largest first",
         "sorted(d, key=lambda s: -abs(d[s]))[:3]"),
    ]  # fmt: skip
    # Moduli say nothing of transposes, signs and orders.
    plain = given in ("h", "h @ h")
    readers = [
        r for r in readers if plain or "abs(" not in r[0] or "kept" in r[0] or "argsort" in r[0]
    ]
    read, out, want = rng.choice(readers if "transpose" not in start else readers[:2])
    if rng.random() < 0.12:
        mode = rng.choice(["dict", "list", "vector"])
        flag = rng.random() < 0.5
        start = f"basis = pauli_basis({n}, weight={flag})"
        if mode == "dict":
            start = f"basis = pauli_basis({n})"
        order = "sorted by weight first and then" if flag else "in the"
        read, out, want = {
            "dict": (
                f"return {{p.to_label(): complex(np.trace(p.to_matrix() @ matrix)) / {2**n} for p in "
                "basis}", "a dict from every label to its complex coefficient", "d"),
            "list": (
                f"return [complex(np.trace(m @ matrix)) / {2**n} for m in basis.matrix_iter()]",
                f"the list of all coefficients, the labels being {order} alphabetical order "
                f"{'I' * n}, ..., {'Z' * n}", f"[d[s] for s in order({flag})]"),
            "vector": (
                "return np.array([np.trace(m @ matrix) for m in basis.to_matrix()]).real",
                f"the real array of the traces Tr(P M), the labels P being {order} alphabetical order "
                f"{'I' * n}, ..., {'Z' * n}", f"[{2**n} * d[s].real for s in order({flag})]"),
        }[mode]  # fmt: skip
        told, given = "the Hermitian matrix `matrix`", "h"
    body = f"{start}\n{read}\n"
    used = ["Operator", "Pauli", "SparsePauliOp", "commutator", "pauli_basis"]
    names = [x for x in used if f"{x}(" in body or f"{x}." in body]
    sparse = "SparsePauliOp" in out
    compare = (
        f"assert np.allclose(got.to_matrix(), sum(c * mat(s) for s, c in ({want}).items()), atol=1e-4)\n"
        "    assert isinstance(got, SparsePauliOp) and got.num_qubits == " + str(n)
        if sparse
        else (
            "assert set(got) <= set(d) and all(abs(got.get(s, 0) - d[s]) < 1e-4 for s in d)"
            if "a dict" in out
            else f"assert got == {want}"
            if "labels of" in out
            else f"assert np.allclose(got, {want}, atol=1e-7)"
        )
    )
    wrong = (
        (Wrong("S03", body.replace(f'"{probe}"', f'"{probe[::-1]}"')),)
        if f'"{probe}"' in read
        else ()
    )
    return Instance(
        entry_point=rng.choice(["pauli_coefficients", "expand_matrix", "in_pauli_basis"]),
        signature="(matrix: np.ndarray)",
        asks=(
            f"Expand {told} on {n} qubits in Pauli strings and return {out}.",
            f"M = sum over labels of c_P P: for {told} ({n} qubits, qubit 0 on the right of a label) I need "
            f"{out}.",
            f"Decompose {told}, a {2**n} x {2**n} array, into Pauli strings of {n} qubits. Output: {out}.",
        ),
        imports=f"import numpy as np\nfrom qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{ALGEBRA}
from itertools import product
def order(weight):
    labels = ["".join(x) for x in product("IXYZ", repeat={n})]
    return sorted(labels, key=lambda s: len(s) - s.count("I")) if weight else labels
for turn in range(3):
    h = rng.normal(size=({2**n}, {2**n})) + 1j * rng.normal(size=({2**n}, {2**n}))
    h = (h + h.conj().T) / 4
    if turn == 2 and {"get(" in read}:
        h = 0.7 * mat("{"X" * n}")
    m = {given}
    d = {{s: np.trace(mat(s) @ m) / {2**n} for s in order(False)}}
    got = candidate(h)
    {compare}
""",
        params={"what": told, "out": out},
        wrong=wrong,
    )
