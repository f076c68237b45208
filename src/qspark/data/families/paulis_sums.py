"""Paulis: sums of strings as SparsePauliOp, their algebra, order, groups and parameters."""

from random import Random

from qspark.data.families.base import Instance, angle, family
from qspark.data.families.paulis import ALGEBRA, letters, shows

DENSE = """
def dense(terms):
    return sum(mat(s, c) for s, c in terms)
def drawn(n, count, real=False):
    seen = list(dict.fromkeys(draw(n) for _ in range(3 * count)))[:count]
    c = rng.uniform(0.3, 1.5, len(seen)) * rng.choice([-1, 1], len(seen))
    return list(zip(seen, c if real else c * np.exp(1j * rng.uniform(0, 3, len(seen)))))
"""


def _change(rng: Random, n: int) -> tuple[str, str, str, int]:
    """(code, words, oracle on the list `t` of terms, qubits) of a change of `op`."""
    a, b = rng.sample(range(n), 2)
    two, whole = letters(rng, 2), letters(rng, n)
    c = rng.randint(2, 17) / 10
    kind = rng.choice(
        ["compose", "dot", "tensor", "expand", "adjoint", "conjugate", "transpose", "layout", "add",
         "subtract", "scale", "power", "shift", "drop"]
    )  # fmt: skip
    conj = {
        "adjoint": ("take its adjoint", "t = [(s, np.conj(c)) for s, c in t]"),
        "conjugate": (
            "take the complex conjugate of its matrix",
            "t = [(s, np.conj(c) * (-1) ** s.count('Y')) for s, c in t]",
        ),
        "transpose": ("transpose its matrix", "t = [(s, c * (-1) ** s.count('Y')) for s, c in t]"),
    }
    product = "[(r[1], c * r[0]) for s, c in t for r in [mul({})]]"
    other = f"(1, put('{two}', [{a}, {b}], {n}))"
    if kind in conj:
        told, oracle = conj[kind]
        return f"op = op.{kind}()", told, oracle, n
    if kind in ("compose", "dot"):
        side = "left" if kind == "compose" else "right"
        told = f"multiply it from the {side} by {two[1]} on qubit {a} times {two[0]} on qubit {b}"
        order = f"{other}, (1, s)" if kind == "compose" else f"(1, s), {other}"
        code = f'op = op.{kind}(SparsePauliOp("{two}"), qargs=[{a}, {b}])'
        return code, told, f"t = {product.format(order)}", n
    if kind in ("tensor", "expand"):
        told = f"take the tensor product with {c} {two}, which goes to the "
        told += "right (qubits 0 and 1)" if kind == "tensor" else "left (the highest qubits)"
        code = f'op = op.{kind}(SparsePauliOp("{two}", {c}))'
        oracle = f"s + '{two}'" if kind == "tensor" else f"'{two}' + s"
        return code, told, f"t = [({oracle}, {c} * c) for s, c in t]", n + 2
    if kind == "layout":
        size = n + rng.choice([0, 1])
        order = rng.sample(range(size), n)
        told = f"move qubit k to qubit {order}[k] of {size} qubits"
        more = f", num_qubits={size}" if size > n else ""
        oracle = f"t = [(put(s, {order}, {size}), c) for s, c in t]"
        return f"op = op.apply_layout({order}{more})", told, oracle, size
    if kind in ("add", "subtract"):
        sign = "+" if kind == "add" else "-"
        told = f"{kind} {c} times {whole}"
        code = f'op = op {sign} SparsePauliOp("{whole}", {c})'
        return code, told, f"t = t + [('{whole}', {sign}{c})]", n
    if kind == "scale":
        text = f"{c}{rng.choice(['', 'j'])}"
        return (
            f"op = {text} * op",
            f"multiply it by {text}",
            f"t = [(s, {text} * c) for s, c in t]",
            n,
        )
    if kind == "power":
        double = "for s, c in t for u, d in t"
        oracle = product.format("(1, s), (1, u)").replace("for s, c in t", double)
        oracle = oracle.replace("c * r[0]", "c * d * r[0]")
        return "op = op.power(2)", "square it", f"t = {oracle}", n
    if kind == "shift":
        code = f'op = SparsePauliOp.sum([op, SparsePauliOp("{"I" * n}", {c})])'
        return code, f"add {c} times the identity", f"t = t + [('{'I' * n}', {c})]", n
    code = f"op = op[op.paulis.x[:, {a}] | op.paulis.z[:, {a}]]"
    told = f"keep only the terms that act on qubit {a} (a term without such a factor is dropped)"
    return code, told, f"t = [(s, c) for s, c in t if s[-1 - {a}] != 'I']", n


def _question(rng: Random, n: int) -> tuple[str, str, str, str]:
    """(code, words, wanted, how to compare)."""
    probe = letters(rng, n)
    total = "{s: sum(c for u, c in t if u == s) for s, _ in t}"
    return rng.choice(
        [
            ("return op.simplify()", "the result as a SparsePauliOp without repeated strings", total, "op"),
            ("return op", "the resulting SparsePauliOp", total, "sum"),
            ("return op.to_matrix()", "its matrix as an array", "dense(t)", "array"),
            ("return op.to_operator()", "the result as an Operator", "dense(t)", "array"),
            ("return op.to_matrix(sparse=True)", "its matrix in a SciPy sparse format",
             "dense(t)", "sparse"),
            ("return {label: complex(c) for label, c in op.simplify().to_list()}",
             "a dict from label to summed complex coefficient (zero entries may be absent)", total, "dict"),
            ("return {(s, tuple(q)): complex(c) for s, q, c in op.simplify().to_sparse_list()}",
             "a dict that maps (letters, qubits) to the summed complex coefficient: letters is the string of "
             "the non-identity letters and qubits the tuple of their qubits, both with the highest qubit "
             "first or both with the lowest first (zero entries may be absent)", total, "sparse-dict"),
            (f'return complex(np.trace((op @ SparsePauliOp("{probe}")).to_matrix()) / {2**n})',
             f"the complex number Tr(A P) / {2**n} where A is the result and P the string {probe}",
             f"np.trace(dense(t) @ mat('{probe}')) / {2**n}", "array"),
        ]
    )  # fmt: skip


@family(
    "paulis",
    "intermediate",
    oracle="value",
    skills=("operator-algebra", "endianness", "qargs"),
    why="compose multiplies from the left, dot and @ from the right, and terms are only summed by "
    "simplify.",
    tolerance=1e-8,
)
def pauli_sum_pipeline(rng: Random) -> Instance:
    """Two changes of a sum of Pauli strings."""
    starts = ["t = [('XZY', 1.2), ('IYX', 0.7j), ('ZII', -0.4), ('YYI', 0.3)]"]
    while True:
        m, chosen = 3, []
        for _ in range(2):
            *step, m = _change(rng, m)
            chosen.append(step)
        heads = [step[0].partition("(")[0] for step in chosen]
        read, out, want, how = _question(rng, m)
        if (
            len(set(heads)) == 2
            and m < 6
            and shows(ALGEBRA + DENSE, starts, [s[2] for s in chosen], want)
        ):
            break
    body = "\n".join([step[0] for step in chosen] + [read])
    words = [step[1] for step in chosen]
    imports = ["import numpy as np"] if "np." in body else []
    imports.append("from qiskit.quantum_info import SparsePauliOp")
    oracle = "\n    ".join(step[2] for step in chosen)
    compare = {
        "op": "assert isinstance(got, SparsePauliOp) and len(set(map(str, got.paulis))) == got.size\n    "
        "assert np.allclose(got.to_matrix(), dense(t), atol=1e-8)",
        "sum": "assert isinstance(got, SparsePauliOp)\n    "
        "assert np.allclose(got.to_matrix(), dense(t), atol=1e-8)",
        "array": "assert np.allclose(np.asarray(got), want, atol=1e-8)",
        "sparse": "assert issparse(got) and np.allclose(got.toarray(), want, atol=1e-8)",
        "dict": "assert set(got) <= set(want)\n    "
        "assert all(abs(got.get(s, 0) - c) < 1e-8 for s, c in want.items())",
        "sparse-dict": f"n = {m}\n    seen = {{}}\n    for (s, q), c in got.items():\n"
        "        assert list(q) in (sorted(q), sorted(q, reverse=True)) and 'I' not in s\n"
        "        full = ['I'] * n\n        for x, k in zip(s, q):\n            full[n - 1 - k] = x\n"
        "        seen[''.join(full)] = c\n    assert set(seen) <= set(want) and len(seen) == len(got)\n"
        "    assert all(abs(seen.get(s, 0) - c) < 1e-8 for s, c in want.items())",
    }[how]
    return Instance(
        entry_point=rng.choice(["transform_sum", "change_operator", "rework_terms"]),
        signature="(op: SparsePauliOp)",
        asks=(
            f"`op` is a SparsePauliOp on three qubits. First {words[0]}, then {words[1]}. Return {out}.",
            f"Given a three-qubit SparsePauliOp with complex coefficients: {words[0]}; after that "
            f"{words[1]}. The function gives {out}.",
            f"Operator algebra with qiskit. Input: SparsePauliOp (three qubits, qubit 0 on the right of the "
            f"labels). Steps: (1) {words[0]}; (2) {words[1]}. Output: {out}.",
            f"I have a sum of three-qubit Pauli strings and must {words[0]} and then {words[1]}. How do I "
            f"get {out}?",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{ALGEBRA}{DENSE}{"from scipy.sparse import issparse" if how == "sparse" else ""}
for _ in range(3):
    t = drawn(3, 5) + [("XYZ", 0.37), ("ZXI", -0.8j)]
    t = [(str(s), complex(c)) for s, c in t]
    got = candidate(SparsePauliOp.from_list(t))
    {oracle}
    want = {want}
    {compare}
""",
        params={"steps": words, "out": out},
    )


@family(
    "paulis",
    "basic",
    oracle="value",
    skills=("hamiltonian", "sparse-lists", "endianness"),
    why="from_sparse_list pairs letters with qubit indices, so no label has to be padded.",
    tolerance=1e-9,
)
def lattice_hamiltonian(rng: Random) -> Instance:
    """A spin Hamiltonian on a small graph from sparse lists."""
    pair = rng.choice(["ZZ", "XX", "YY", "XY", "ZX", "YZ"])
    second = rng.choice(["", "XX", "YY", "ZZ", "ZY"])
    field = rng.choice("XYZ")
    j, k, h = (rng.randint(3, 19) / 10 * rng.choice([-1, 1]) for _ in range(3))
    graph = rng.choice(["chain", "ring", "star", "given", "next", "all"])
    edges, told, oracle = {
        "chain": ("[(q, q + 1) for q in range(n - 1)]", "the pairs (q, q + 1) of an open chain",
                  "[(q, q + 1) for q in range(n - 1)]"),
        "ring": ("[(q, (q + 1) % n) for q in range(n)]", "the pairs (q, q + 1 mod n) of a ring",
                 "[(q, q + 1) for q in range(n - 1)] + [(n - 1, 0)]"),
        "star": ("[(0, q) for q in range(1, n)]", "the pairs (0, q) of a star with centre 0",
                 "[(0, q + 1) for q in range(n - 1)]"),
        "next": ("[(q, q + 2) for q in range(n - 2)]", "the next-nearest pairs (q, q + 2) of an open chain",
                 "[(q - 2, q) for q in range(2, n)]"),
        "all": ("list(itertools.combinations(range(n), 2))", "all pairs (p, q) with p < q",
                "[(p, q) for q in range(n) for p in range(q)]"),
        "given": ("edges", "the pairs (p, q) in the list `edges`", "edges"),
    }[graph]  # fmt: skip
    graded = rng.choice(["", " * (q + 1)", " * (-1) ** q", " / (q + 1)"])
    lines = [f'terms = [("{pair}", [p, q], {j}) for p, q in {edges}]']
    words = f"{j} {pair[0]}_p {pair[1]}_q"
    if second and second != pair:
        lines.append(f'terms += [("{second}", [p, q], {k}) for p, q in {edges}]')
        words = f"[{j} {pair[0]}_p {pair[1]}_q + ({k}) {second[0]}_p {second[1]}_q]"
    lines.append(f'terms += [("{field}", [q], {h}{graded}) for q in range(n)]')
    about = {
        "": "",
        " * (q + 1)": " (q + 1)",
        " * (-1) ** q": " (-1)^q",
        " / (q + 1)": " / (q + 1)",
    }[graded]
    const = rng.choice([0, rng.randint(2, 9) / 4])
    if const:
        lines.append(f'terms.append(("", [], {const}))')
    build = "SparsePauliOp.from_sparse_list(terms, num_qubits=n)"
    if graph == "given" and rng.random() < 0.5:
        build += ".simplify()"
    kind = rng.choice(["op", "op", "op", "matrix", "ground", "count"])
    ends = {
        "op": f"return {build}",
        "matrix": f"return {build}.to_matrix()",
        "ground": f"return float(np.linalg.eigvalsh({build}.to_matrix())[0])",
        "count": f"return {build}.to_operator()",
    }
    out = {
        "op": "as a SparsePauliOp",
        "matrix": "as a dense matrix",
        "ground": "- only its lowest eigenvalue as a float",
        "count": "as an Operator",
    }[kind]
    signature = "(n: int, edges: list[tuple[int, int]])" if graph == "given" else "(n: int)"
    tail = f" + {const}" if const else ""
    formula = f"H = sum over {told} of {words} + sum over q of {h}{about} {field}_q{tail}"
    body = "\n".join([*lines, ends[kind]])
    imports = (["import itertools\n"] if "itertools" in body else []) + (
        ["import numpy as np"] if "np." in body else []
    )
    calls = (
        "(3, [(2, 0), (1, 2)]), (4, [(0, 3), (2, 1), (3, 1)])" if graph == "given" else "(3,), (4,)"
    )
    parts = [(pair, j)] + ([(second, k)] if second and second != pair else [])
    bond = " + ".join(f"({w}) * mat(put('{p[::-1]}', [p, q], n))" for p, w in parts)
    compare = {
        "op": "assert isinstance(got, SparsePauliOp) and np.allclose(got.to_matrix(), want)",
        "matrix": "assert np.allclose(got, want)",
        "ground": "assert abs(got - np.linalg.eigvalsh(want)[0]) < 1e-9",
        "count": "assert np.allclose(got.data, want)",
    }[kind]
    return Instance(
        entry_point=rng.choice(["hamiltonian", "build_model", "spin_model"]),
        signature=signature,
        asks=(
            f"For `n` qubits return {formula} {out}; X_q acts on qubit q.",
            f"Build the spin model {formula} on n qubits (subscripts are qubit indices, q = 0, ..., n - 1) "
            f"{out}.",
            f"Write H {out} for a register of n qubits: {formula}. Qubit 0 is the rightmost letter of a "
            "label.",
            f"I want a function that gives, {out.lstrip('- ')}, the model {formula} for any n >= 3.",
        ),
        imports="\n".join([*imports, "from qiskit.quantum_info import SparsePauliOp"]),
        body=body,
        test=f"""{ALGEBRA}
for n, *more in ({calls}):
    got = candidate(n, *more)
    edges = more[0] if more else []
    want = {const or 0} * np.eye(2**n, dtype=complex)
    for p, q in {oracle}:
        want = want + {bond}
    for q in range(n):
        want = want + {h}{graded} * mat(put("{field}", [q], n))
    {compare}
""",
        params={"formula": formula, "out": out},
    )


@family(
    "paulis",
    "intermediate",
    oracle="value",
    skills=("parameters", "operator-algebra"),
    why="Parametric coefficients need a coefficient array of dtype object.",
    tolerance=1e-9,
)
def parametric_sum(rng: Random) -> Instance:
    """A sum of Pauli strings whose coefficients are parameters, then bound."""
    n = rng.choice([2, 3])
    labels = []
    while len(labels) < 3:
        label = letters(rng, n)
        if label not in labels:
            labels.append(label)
    names = rng.sample(["alpha", "beta", "gamma", "delta", "omega"], 2)
    c1, c2 = rng.randint(2, 9) / 2, rng.randint(2, 9) / 4
    forms = rng.choice(
        [
            ([f"{c1} * first", "first * second", f"second + {c2}"],
             [f"{c1} * A", "A * B", f"B + {c2}"]),
            (["first", f"second / {c1}", "first - second"], ["A", f"B / {c1}", "A - B"]),
            (["first + second", f"{c2} * second", "first * first"], ["A + B", f"{c2} * B", "A**2"]),
            ([f"first - {c1}", "second", f"{c2} * first * second"],
             [f"A - {c1}", "B", f"{c2} * A * B"]),
            ([f"{c1} * second - first", f"first / {c2}", "second * second"],
             [f"{c1} * B - A", f"A / {c2}", "B**2"]),
        ]
    )  # fmt: skip
    code = f"""
first, second = Parameter("{names[0]}"), Parameter("{names[1]}")
coefficients = np.array([{", ".join(forms[0])}])
op = SparsePauliOp({labels}, coefficients)
"""
    v = angle(rng)
    told = ", ".join(
        f"({form.replace('A', names[0]).replace('B', names[1])}) {label}"
        for form, label in zip(forms[1], labels, strict=True)
    )
    ends = {
        "op": ("return op", "()", "the SparsePauliOp itself, still with its two parameters"),
        "bound": ("return op.assign_parameters({first: a, second: b})", "(a: float, b: float)",
                  f"the SparsePauliOp with {names[0]} = a and {names[1]} = b"),
        "partial": (f"return op.assign_parameters({{second: {v}}})", "()",
                    f"the SparsePauliOp in which only {names[1]} has been bound, to {v}"),
        "matrix": ("return op.assign_parameters({first: a, second: b}).to_matrix().astype(complex)",
                   "(a: float, b: float)",
                   f"the complex matrix for {names[0]} = a and {names[1]} = b"),
        "many": ("return [op.assign_parameters({first: a, second: b}) for a, b in points]",
                 "(points: list[tuple[float, float]])",
                 f"a list with the bound SparsePauliOp for each pair ({names[0]}, {names[1]}) in `points`"),
        "names": ("return sorted(parameter.name for parameter in op.parameters), op", "()",
                  "the tuple of the sorted list of parameter names and the SparsePauliOp, whose parameters "
                  "are free"),
    }  # fmt: skip
    kind = rng.choice(sorted(ends))
    end, signature, out = ends[kind]
    value = ", ".join(forms[1]).replace("A", "x").replace("B", "y")
    call = {
        "op": "bind(candidate(), x, y)",
        "bound": "candidate(x, y).to_matrix()",
        "partial": f"bind(candidate(), x, y)\n    y = {v}",
        "matrix": "candidate(x, y)",
        "many": "candidate([(0.1, 0.2), (x, y)])[1].to_matrix()",
        "names": "bind(candidate()[1], x, y)\n    assert list(candidate()[0]) == "
        + str(sorted(names)),
    }[kind]
    free = {
        "op": f"assert {{p.name for p in candidate().parameters}} == set({sorted(names)})",
        "partial": f"assert [p.name for p in candidate().parameters] == ['{names[0]}']",
    }.get(kind, "pass")
    return Instance(
        entry_point=rng.choice(["parametric_operator", "coefficients_to_bind", "tunable_sum"]),
        signature=signature,
        asks=(
            f"The operator is the sum of the terms {told}, where {names[0]} and {names[1]} are Qiskit "
            f"Parameters of these names. Return {out}.",
            f"Make a SparsePauliOp with the parametrised terms {told} (Parameters called {names[0]} and "
            f"{names[1]}), and give back {out}.",
            f"Terms: {told}. Symbols: {names[0]}, {names[1]} (Parameter objects). Output: {out}.",
        ),
        imports="import numpy as np\nfrom qiskit.circuit import Parameter\n"
        "from qiskit.quantum_info import SparsePauliOp",
        body=f"{code.strip(chr(10))}\n{end}\n",
        test=f"""{ALGEBRA}
def bind(op, x, y):
    named = {{p.name: p for p in op.parameters}}
    values = {{named[k]: v for k, v in zip({names}, (x, y)) if k in named}}
    return op.assign_parameters(values).to_matrix()
{free}
for x, y in ((0.31, 1.27), (-0.8, 0.45)):
    got = {call}
    want = sum(mat(s, c) for s, c in zip({labels}, [{value}]))
    assert np.allclose(np.asarray(got, complex), want, atol=1e-9)
""",
        params={"terms": told, "out": out},
    )
