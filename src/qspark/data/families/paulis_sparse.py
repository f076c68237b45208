"""Paulis: sparse observables with projectors."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.paulis import ALGEBRA, letters, shows

WIDER = """
from qiskit.quantum_info import PhasedQubitSparsePauli, PhasedQubitSparsePauliList
from qiskit.quantum_info import QubitSparsePauli, QubitSparsePauliList, SparseObservable
ONE.update({
    "0": np.diag([1, 0]), "1": np.diag([0, 1]), "+": np.full((2, 2), 0.5),
    "-": np.array([[0.5, -0.5], [-0.5, 0.5]]), "r": np.array([[0.5, -0.5j], [0.5j, 0.5]]),
    "l": np.array([[0.5, 0.5j], [-0.5j, 0.5]]),
})
def dense(terms):
    return sum(mat(s, c) for s, c in terms)
def observed(n, count):
    rows = list(dict.fromkeys("".join(rng.choice(list("IXYZ+-rl01"), n)) for _ in range(3 * count)))
    c = rng.uniform(0.3, 1.5, count) * np.exp(1j * rng.uniform(0, 3, count))
    return [(str(s), complex(x)) for s, x in zip(rows[:count], c)]
"""


def _change(rng: Random, n: int) -> tuple[str, str, str, int]:
    """(code, words, oracle on terms `t`, qubits) of a change of the observable `obs`."""
    a, b = rng.sample(range(n), 2)
    c = rng.randint(2, 17) / 10
    label = "".join(rng.choice("XYZ+-rl01") for _ in range(2))
    while label == label[::-1]:
        label = "".join(rng.choice("XYZ+-rl01") for _ in range(2))
    whole = letters(rng, n)
    kind = rng.choice(
        ["tensor", "expand", "adjoint", "transpose", "conjugate", "layout", "add", "compose", "evolve",
         "scale", "identity", "subtract", "front"]
    )  # fmt: skip
    if kind in ("tensor", "expand"):
        told = f"take the tensor product with {label}, which goes to the "
        told += "right (qubits 0 and 1)" if kind == "tensor" else "left (the highest qubits)"
        oracle = f"s + '{label}'" if kind == "tensor" else f"'{label}' + s"
        code = f'obs = obs.{kind}(SparseObservable.from_label("{label}"))'
        return code, told, f"t = [({oracle}, c) for s, c in t]", n + 2
    if kind == "layout":
        size = n + rng.choice([0, 1])
        order = rng.sample(range(size), n)
        told = f"move qubit k to qubit {order}[k] of {size} qubits (identity on the others)"
        more = f", num_qubits={size}" if size > n else ""
        oracle = f"t = [(put(s, {order}, {size}), c) for s, c in t]"
        return f"obs = obs.apply_layout({order}{more})", told, oracle, size
    if kind == "add":
        code = f'obs = obs + SparseObservable.from_sparse_list([("{label}", [{a}, {b}], {c})], {n})'
        told = f"add {c} times the term with {label[0]} on qubit {a} and {label[1]} on qubit {b}"
        return code, told, f"t = t + [(put('{label[::-1]}', [{a}, {b}], {n}), {c})]", n
    if kind == "subtract":
        code = f'obs = obs - {c} * SparseObservable.from_pauli(Pauli("{whole}"))'
        return (
            code,
            f"subtract {c} times the Pauli string {whole}",
            f"t = t + [('{whole}', -{c})]",
            n,
        )
    if kind in ("compose", "front"):
        front = kind == "front"
        more = ", front=True" if front else ""
        two = letters(rng, 2)
        code = f'obs = obs.compose(SparseObservable.from_label("{two}"), qargs=[{a}, {b}]{more})'
        side = "right" if front else "left"
        told = f"multiply it from the {side} by {two[1]} on qubit {a} times {two[0]} on qubit {b}"
        w = f"mat(put('{two}', [{a}, {b}], {n}))"
        oracle = f"m = m @ {w}" if front else f"m = {w} @ m"
        return code, told, oracle, n
    if kind == "evolve":
        code = f'obs = obs.evolve(Pauli("{whole}"))'
        told = f"conjugate it by the Pauli string P = {whole}, i.e. replace A by P A P"
        return code, told, f"m = mat('{whole}') @ m @ mat('{whole}')", n
    if kind == "scale":
        text = f"{c}{rng.choice(['', 'j'])}"
        return f"obs = {text} * obs", f"multiply it by {text}", f"m = {text} * m", n
    if kind == "identity":
        code = f"obs = obs + {c} * SparseObservable.identity({n})"
        return code, f"add {c} times the identity", f"t = t + [('{'I' * n}', {c})]", n
    told = {"adjoint": "take its adjoint", "transpose": "transpose its matrix",
            "conjugate": "take the complex conjugate of its matrix"}[kind]  # fmt: skip
    oracle = {"adjoint": "m = m.conj().T", "transpose": "m = m.T", "conjugate": "m = m.conj()"}[
        kind
    ]
    return f"obs = obs.{kind}()", told, oracle, n


@family(
    "paulis",
    "intermediate",
    oracle="value",
    skills=("projectors", "operator-algebra", "endianness"),
    why="SparseObservable knows projectors beside Paulis; as_paulis expands them.",
    tolerance=1e-8,
)
def observable_pipeline(rng: Random) -> Instance:
    """Changes of a SparseObservable and a conversion or a question."""
    while True:
        m, chosen = 3, []
        for _ in range(rng.choice([1, 2, 2])):
            *step, m = _change(rng, m)
            chosen.append(step)
        heads = [step[0].partition("(")[0] for step in chosen]
        oracles = [s[2] for s in chosen]
        first = [o for o in oracles if o[0] == "t"]
        # Steps on the terms have to come before steps on the matrix.
        if oracles != first + [o for o in oracles if o[0] == "m"] or len(set(heads)) < len(heads):
            continue
        read, out, want, how = rng.choice(
            [
                ("return obs", "the resulting SparseObservable", "m", "obs"),
                ("return obs.to_matrix()", "its matrix as an array", "m", "array"),
                ("return SparsePauliOp.from_sparse_observable(obs)",
                 "the result as a SparsePauliOp, the projectors being expanded", "m", "spo"),
                ("return obs.as_paulis().simplify()",
                 "the result as a SparseObservable that has only Pauli letters and no repeated terms", "m",
                 "paulis"),
                ("return SparsePauliOp.from_sparse_observable(obs).simplify().to_matrix()[0]",
                 "the first row of its matrix (the one of <0...0|) as an array", "m[0]", "array"),
            ]
        )  # fmt: skip
        start = "t = [('X0r', 1.1), ('+Y1', 0.4j), ('lZ-', -0.7), ('IrX', 0.3)]"
        split = len(first)
        steps = [*oracles[:split], "m = dense(t)", *oracles[split:]]
        if m < 6 and all(
            shows(ALGEBRA + WIDER, [start], [o], "dense(t)" if o[0] == "t" else want)
            if o[0] == "t"
            else shows(ALGEBRA + WIDER, [f"{start}\nm = dense(t)"], [o], want)
            for o in oracles
        ):
            break
    body = "\n".join([step[0] for step in chosen] + [read])
    words = [step[1] for step in chosen]
    joined = "; then ".join(words)
    used = ["Pauli", "SparseObservable", "SparsePauliOp"]
    names = [x for x in used if f"{x}(" in body or f"{x}." in body or x == "SparseObservable"]
    oracle = "\n    ".join(steps)
    compare = {
        "obs": "assert isinstance(got, SparseObservable) and np.allclose(got.to_matrix(), m, atol=1e-8)",
        "spo": "assert isinstance(got, SparsePauliOp) and np.allclose(got.to_matrix(), m, atol=1e-8)",
        "array": f"assert np.allclose(np.asarray(got), {want}, atol=1e-8)",
        "paulis": "assert isinstance(got, SparseObservable) and not got.contains_projectors()\n    "
        "assert len({(x.bit_labels(), tuple(x.indices)) for x in got}) == got.num_terms\n    "
        "assert np.allclose(got.to_matrix(), m, atol=1e-7)",
    }[how]
    return Instance(
        entry_point=rng.choice(["transform_observable", "change_observable", "rework_observable"]),
        signature="(obs: SparseObservable)",
        asks=(
            f"`obs` is a SparseObservable on three qubits, possibly with projectors. {joined.capitalize()}. "
            f"Return {out}.",
            f"Take a three-qubit SparseObservable (letters IXYZ and projectors +-rl01, qubit 0 on the "
            f"right); {joined}. The function returns {out}.",
            f"Observables with projectors: from a given SparseObservable of three qubits I need {out}, "
            f"after these changes in order: {joined}.",
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{ALGEBRA}{WIDER}
for _ in range(3):
    t = observed(3, 5)
    got = candidate(SparseObservable.from_list(t))
    {oracle}
    {compare}
""",
        params={"steps": words, "out": out},
    )


@family(
    "paulis",
    "intermediate",
    oracle="value",
    skills=("terms", "measurement-bases", "sparse-data"),
    why="Iterating over an observable yields terms with coeff, indices and bit_terms, low qubits first.",
)
def observable_terms(rng: Random) -> Instance:
    """Questions to the terms of a SparseObservable."""
    q = rng.randrange(4)
    limit, w = rng.randint(4, 12) / 10, rng.choice([1, 2, 3])
    chars = rng.choice(["01", "+-", "rl", "XYZ"])
    supports = "[sorted(3 - k for k, x in enumerate(s) if x != 'I') for s, c in t]"
    table = [
        ("return [term.indices.tolist() for term in obs]",
         "a list with, for each term in order, the ascending list of the qubits it acts on", supports,
         "list"),
        ("return [term.bit_labels()[::-1] for term in obs]",
         "a list with, for each term in order, the string of its non-identity letters with the highest "
         "qubit on the left", "[s.replace('I', '') for s, c in t]", "list"),
        ("return obs.pauli_bases().to_labels()",
         "the list of the Pauli labels in which each term (in order) has to be measured, e.g. X for + or "
         "-, with I where the term does not act",
         "[''.join({'+': 'X', '-': 'X', 'r': 'Y', 'l': 'Y', '0': 'Z', '1': 'Z'}.get(x, x) for x in s) "
         "for s, c in t]", "list"),
        (f"return [complex(term.coeff) for term in obs if {q} in term.indices.tolist()]",
         f"the list of the complex coefficients of the terms that act on qubit {q}, in order",
         f"[c for s, c in t if s[3 - {q}] != 'I']", "close"),
        (f"return SparseObservable.from_terms((term for term in obs if len(term.indices) <= {w}), "
         "num_qubits=obs.num_qubits)",
         f"the SparseObservable of those terms that act on at most {w} qubits",
         f"[(s, c) for s, c in t if 4 - s.count('I') <= {w}]", "obs"),
        (f"terms = [term for term in obs if abs(term.coeff) > {limit}]\n"
         "return SparseObservable.from_terms(terms, num_qubits=obs.num_qubits)",
         f"the SparseObservable of the terms whose coefficient exceeds {limit} in modulus",
         f"[(s, c) for s, c in t if abs(c) > {limit}]", "obs"),
        (f"return sum(any(char in {tuple(chars)} for char in term.bit_labels()) for term in obs)",
         f"the number of terms that contain at least one of the letters {', '.join(chars)}",
         f"sum(any(x in '{chars}' for x in s) for s, c in t)", "equal"),
        ("return {(letters, tuple(qubits)): complex(c) for letters, qubits, c in obs.to_sparse_list()}",
         "a dict from (letters, qubits) to the coefficient of the term: letters is the string of the "
         "non-identity letters, qubits the tuple of their qubits in ascending order",
         "{(s[::-1].replace('I', ''), tuple(k for k in range(4) if s[3 - k] != 'I')): c for s, c in t}",
         "dict"),
        ("lengths = np.diff(obs.boundaries)\nreturn np.array(obs.coeffs)[lengths == lengths.max()]",
         "the array of the coefficients (in order) of the terms that act on the largest number of qubits",
         "[c for s, c in t if s.count('I') == min(u.count('I') for u, d in t)]", "close"),
        (f"clipped = obs.copy()\nclipped.coeffs[:] = [c if abs(c) > {limit} else 0 for c in obs.coeffs]\n"
         "return clipped.simplify()",
         f"a SparseObservable without the terms whose coefficient is at most {limit} in modulus; the "
         "argument must not change",
         f"[(s, c) for s, c in t if abs(c) > {limit}]", "obs"),
        ("return np.bincount(obs.indices, minlength=obs.num_qubits).tolist()",
         "a list with, for each qubit from 0 up, the number of terms that act on it",
         "[sum(s[3 - k] != 'I' for s, c in t) for k in range(4)]", "list"),
        ("return [bool(term.to_observable().commutes(obs[0].to_observable())) for term in obs]",
         "a list with True for each term that commutes with the first one (as operators), else False",
         "[np.allclose(mat(s) @ mat(t[0][0]), mat(t[0][0]) @ mat(s)) for s, c in t]", "list"),
    ]  # fmt: skip
    code, words, want, how = rng.choice(table)
    order = rng.sample(range(4), 4)
    moved = rng.random() < 0.7
    front = f"obs = obs.apply_layout({order})\n" if moved else ""
    told = f"move qubit k to qubit {order}[k], and afterwards " if moved else ""
    compare = {
        "list": f"assert list(got) == {want}",
        "equal": f"assert got == {want}",
        "close": f"assert np.shape(got) == np.shape({want}) and np.allclose(got, {want})",
        "dict": f"want = {want}\n    assert set(got) == set(want)\n    "
        "assert all(abs(got[k] - want[k]) < 1e-9 for k in want)",
        "obs": f"want = {want}\n    assert isinstance(got, SparseObservable) and got.num_qubits == 4\n    "
        "assert got.num_terms == len(want)\n    "
        "assert np.allclose(got.to_matrix(), sum([mat(s, c) for s, c in want], np.zeros((16, 16))))\n    "
        "assert given == SparseObservable.from_list(sent)",
    }[how]
    body = f"{front}{code}\n"
    return Instance(
        entry_point=rng.choice(["examine_terms", "term_report", "from_terms"]),
        signature="(obs: SparseObservable)",
        asks=(
            f"For a four-qubit SparseObservable `obs` {told}return {words}.",
            f"Look at the terms of a SparseObservable (four qubits, letters IXYZ+-rl01): {told}return "
            f"{words}.",
            f"I have an observable with projectors on four qubits and want to {told or 'know its terms: '}"
            f"give {words}.",
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + "from qiskit.quantum_info import SparseObservable",
        body=body,
        test=f"""{ALGEBRA}{WIDER}
for _ in range(4):
    sent = observed(4, 6) + [("X0Ir", 0.31 + 0j), ("IIZ+", -1.7j), ("lY1I", 0.9 + 0j)]
    sent = [(s, c * 0.2 if k == 1 else c) for k, (s, c) in enumerate(sent)]
    given = SparseObservable.from_list(sent)
    got = candidate(given)
    t = {f"[(put(s, {order}, 4), c) for s, c in sent]" if moved else "sent"}
    {compare}
""",
        params={"words": words, "layout": order if moved else None},
    )
