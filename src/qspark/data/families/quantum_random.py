"""Random states, operators, channels and Cliffords: seeds, properties and pipelines."""

from random import Random

from qspark.data.families.base import Instance, angle, family
from qspark.data.families.measures import ENTROPIES
from qspark.data.families.paulis import letters
from qspark.data.families.states import HELP

MORE = """
from qiskit.quantum_info import CNOTDihedral, Choi, Clifford, Kraus, PauliList, SuperOp
from qiskit.quantum_info import random_clifford, random_cnotdihedral, random_density_matrix
from qiskit.quantum_info import random_hermitian, random_pauli, random_pauli_list
from qiskit.quantum_info import random_quantum_channel, random_statevector, random_unitary
"""

# (call without seed, words, class, sizes): what the seed and the arguments determine.
DRAWS = [
    ("random_statevector({d})", "a Haar-random Statevector of dimension {d}", "Statevector"),
    ("random_density_matrix({d}, rank={r})",
     "a random DensityMatrix of dimension {d} and rank {r} (Hilbert-Schmidt measure)", "DensityMatrix"),
    ('random_density_matrix({d}, method="Bures")',
     "a random DensityMatrix of dimension {d} from the Bures measure", "DensityMatrix"),
    ("random_unitary({d})", "a Haar-random unitary Operator of dimension {d}", "Operator"),
    ("random_hermitian({d})", "a random Hermitian Operator of dimension {d}", "Operator"),
    ("random_hermitian({d}, traceless=True)", "a random traceless Hermitian Operator of dimension {d}",
     "Operator"),
]  # fmt: skip


@family(
    "quantum_random",
    "intermediate",
    oracle="value",
    skills=("seeds", "random-objects"),
    why="Qiskit's random functions take dimensions first and an integer or a Generator as seed.",
    tolerance=1e-7,
)
def seeded_figure(rng: Random) -> Instance:
    """A figure of a random object that a seed determines."""
    n = rng.choice([2, 3])
    d, r = 2**n, rng.randint(2, 3)
    call, words, cls = rng.choice(DRAWS)
    call, words = call.format(d=d, r=r), words.format(d=d, r=r)
    q = rng.randrange(n)
    others = [k for k in range(n) if k != q]
    base = rng.choice([2, 3, 10])
    label = letters(rng, n)
    t = angle(rng)
    pre, told, oracle = rng.choice(
        [
            ("", "", ""),
            ("thing = thing.reverse_qargs()\n", ", with the order of its qubits reversed,",
             "thing = thing.reverse_qargs()"),
            ("thing = thing.conjugate()\n", ", complex conjugated,",
             "thing = type(thing)(np.asarray(thing).conj())"),
        ]
    )  # fmt: skip
    state = [
        (f"return float(np.real(thing.expectation_value(Pauli(\"{label}\"))))",
         f"the expectation value of {label}", f"np.trace(r @ word('{label}')).real"),
        (f"return entropy(partial_trace(thing, {others}), base={base})",
         f"the entropy of qubit {q} with logarithms to base {base}", f"sent(reduced(r, [{q}]), {base})"),
        (f"return thing.probabilities([{q}])", f"the array of outcome probabilities of qubit {q}",
         f"np.diag(reduced(r, [{q}])).real"),
        (f"return float(np.real(partial_trace(thing, {[q]}).purity()))",
         f"the purity of what is left when qubit {q} is traced out",
         f"np.trace(np.linalg.matrix_power(reduced(r, {others}), 2)).real"),
        (f"return negativity(thing, [{q}])" if n == 3 else "return negativity(thing, range(1))",
         f"the negativity of qubit {q if n == 3 else 0} against the rest",
         f"-np.minimum(np.linalg.eigvalsh(turned(r, {q if n == 3 else 0})), 0).sum()"),
        (f"return partial_trace(thing, {others})", f"the DensityMatrix of qubit {q}", f"reduced(r, [{q}])"),
    ]  # fmt: skip
    oper = [
        ("return np.sort(np.angle(np.linalg.eigvals(thing.data)))",
         "the sorted array of the phases (between -pi and pi) of its eigenvalues",
         "np.sort(np.angle(np.linalg.eigvals(m)))")
        if "unitary" in call
        else ("return np.linalg.eigvalsh(thing.data)", "the ascending array of its eigenvalues",
              "np.linalg.eigvalsh(m)"),
        (f"return thing.compose(RYGate({t}), qargs=[{q}])", f"the Operator followed by RY({t}) on qubit {q}",
         f"full(library.RYGate({t}).to_matrix(), [{q}], {n}) @ m"),
        (f"return thing.dot(Operator.from_label(\"{label}\")).data",
         f"the matrix of the product A P, A being that operator and P the Pauli string {label}",
         f"m @ word('{label}')"),
        (f"return complex(np.trace(thing.data @ Pauli(\"{label}\").to_matrix()) / {d})",
         f"its coefficient of the Pauli string {label}", f"np.trace(m @ word('{label}')) / {d}"),
        ("return thing.power(2).data", "the matrix of its square", "m @ m"),
    ]  # fmt: skip
    if cls == "Statevector":  # a pure state's complement has the same entropy and purity
        state = [row for row in state if "entropy" not in row[0] and "purity" not in row[0]]
    read, out, want = rng.choice(state if cls != "Operator" else oper)
    while pre and ("eig" in read or "negativity" in read):
        read, out, want = rng.choice(state if cls != "Operator" else oper)
    if "conjugate" in pre and (cls != "Operator" or "coefficient" in out):
        pre, told, oracle = "", "", ""
    head = call.replace(")", ", seed=seed)")
    body = f"thing = {head}\n{pre}{read}\n"
    function = call.partition("(")[0]
    used = ["Operator", "Pauli", "entropy", "negativity", "partial_trace"]
    names = sorted(
        [function, *(x for x in used if f"{x}(" in body or f"{x}." in body)], key=str.lower
    )
    imports = ["import numpy as np"] if "np." in body else []
    imports += ["from qiskit.circuit.library import RYGate"] if "RYGate" in body else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    matrix = "m = np.asarray(thing)"
    if cls == "Statevector":
        matrix = "r = np.outer(thing.data, thing.data.conj())"
    elif cls == "DensityMatrix":
        matrix = "r = thing.data"
    return Instance(
        entry_point=rng.choice(["random_figure", "seeded_figure", "figure_of_random"]),
        signature="(seed: int)",
        asks=(
            f"Draw {words} with Qiskit's random function and the given `seed`{told or ','} and return {out}.",
            f"For an integer `seed`: generate {words} (qiskit.quantum_info, seeded){told} and give {out}.",
            f"Reproducible randomness: {words}, seed as given{told or '.'} The result is {out}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}{ENTROPIES}{MORE}
for seed in (3, 17, 2024):
    got = candidate(seed)
    thing = {head}
    {oracle or "pass"}
    {matrix}
    assert np.allclose(np.asarray(got), {want}, atol=1e-7)
""",
        params={"what": words, "then": told, "out": out},
    )


@family(
    "quantum_random",
    "basic",
    oracle="value",
    skills=("random-paulis", "seeds"),
    why="random_pauli_list takes qubits and size, and phases are drawn unless phase=False.",
)
def random_strings(rng: Random) -> Instance:
    """Random Pauli strings that have to satisfy a condition."""
    n = rng.randint(3, 6)
    label = letters(rng, n)
    w, size = rng.randint(1, n - 1), rng.randint(4, 20)
    phase = rng.choice(["phase=False, ", ""])
    loop = "while len(found) < count:\n    p = random_pauli({n}, seed=generator)\n"
    head = "generator = np.random.default_rng(seed)\nfound = []\n"
    add = "        found.append(p.to_label())\nreturn found"
    tests = [
        (f'    if p.commutes(Pauli("{label}")):\n', f"commute with {label}", f"not anti(s, '{label}')"),
        (f'    if p.anticommutes(Pauli("{label}")):\n', f"anticommute with {label}", f"anti(s, '{label}')"),
        (f"    if np.sum(p.x | p.z) == {w + 1}:\n", f"have exactly {w + 1} letters other than I",
         f"{n} - s.count('I') == {w + 1}"),
        (f"    if np.sum(p.x & p.z) == {w % 3}:\n", f"have exactly {w % 3} letters Y",
         f"s.count('Y') == {w % 3}"),
        (f"    if not p.x[{w}]:\n", f"have I or Z on qubit {w}", f"s[{n - 1 - w}] in 'IZ'"),
        ("    if not np.any(p.z & ~p.x):\n", "consist of I, X and Y only", "set(s) <= set('IXY')"),
    ]  # fmt: skip
    if rng.random() < 0.55:
        test, told, want = rng.choice(tests)
        distinct = rng.random() < 0.4
        if distinct:
            test = test.replace(":\n", " and p.to_label() not in found:\n")
        body = f"{head}{loop.replace('{n}', str(n))}{test}{add}\n"
        signature = "(count: int, seed: int) -> list[str]"
        more = ", all different" if distinct else ""
        out = f"a list of `count` random {n}-letter labels without phase that {told}{more}"
        check = (
            f"for count, seed in ((5, 1), (8, 44)):\n    got = candidate(count, seed)\n"
            f"    assert len(got) == count and all(len(s) == {n} and not s.strip('IXYZ') for s in got)\n"
            f"    assert all({want} for s in got)\n    assert got == candidate(count, seed)\n"
            f"    assert len(set(got)) {'== count' if distinct else '> 1'}\n"
            "    assert got != candidate(count, seed + 1)"
        )
    else:
        ends = [
            ("return rows", f"a PauliList of `count` random {n}-qubit Paulis",
             "assert isinstance(got, PauliList) and got == rows"),
            ("return rows.to_labels()", f"the labels of `count` random {n}-qubit Paulis",
             "assert got == rows.to_labels()"),
            (f"return [str(p) for p in rows if p.commutes(Pauli(\"{label}\"))]",
             f"the labels of those of `count` random {n}-qubit Paulis that commute with {label}",
             f"assert got == [s for s in rows.to_labels() if not anti(s.lstrip('-i'), '{label}')]"),
            ("return rows[np.sum(rows.x | rows.z, axis=1) > " + str(w) + "]",
             f"the PauliList of those of `count` random {n}-qubit Paulis with more than {w} letters other "
             "than "
             "I",
             f"assert got.to_labels() == [s for s in rows.to_labels() if {n} - s.count('I') > {w}]"),
            ("return rows.sort(weight=True).to_labels()[0]",
             f"the label of lowest weight among `count` random {n}-qubit Paulis (the first in the order "
             "I, X, Y, Z if there are several)",
             "assert got == min(rows.to_labels(), key=lambda s: (-s.count('I'), "
             "['IXYZ'.index(x) for x in s.lstrip('-i')]))"),
            (f"return int(np.sum(rows.commutes(random_pauli({n}, seed=seed + 1))))",
             f"how many of `count` random {n}-qubit Paulis commute with one further random Pauli, which is "
             "drawn with random_pauli and seed + 1",
             f"other = random_pauli({n}, seed=seed + 1).to_label()\n    "
             "assert got == sum(not anti(s.lstrip('-i'), other) for s in rows.to_labels())"),
        ]  # fmt: skip
        end, out, check = rng.choice(ends)
        if "weight=True" in end or "sum(" in end:
            phase = "phase=False, " if "weight=True" in end else ""
        kind = "without phases" if phase else "with random phases"
        body = f"rows = random_pauli_list({n}, count, {phase}seed=seed)\n{end}\n"
        signature = "(count: int, seed: int)"
        out = f"{out}, all drawn {kind} in a single call of random_pauli_list with seed=seed"
        check = (
            f"for count, seed in ((12, 1), (9, 44), (15, 7)):\n"
            f"    rows = random_pauli_list({n}, count, {phase}seed=seed)\n"
            f"    got = candidate(count, seed)\n    {check}"
        )
    names = [x for x in ("Pauli", "random_pauli", "random_pauli_list") if f"{x}(" in body]
    del size
    return Instance(
        entry_point=rng.choice(["random_strings", "draw_paulis", "sample_strings"]),
        signature=signature,
        asks=(
            f"Return {out}. The same `seed` must give the same result, another one another.",
            f"I need {out}; everything has to follow from `seed`.",
            f"With qiskit.quantum_info's random Pauli functions produce {out}. Equal seeds, equal output.",
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{HELP}{MORE}
def anti(x, y):
    return sum(a != "I" and b != "I" and a != b for a, b in zip(x, y)) % 2 == 1
{check}
""",
        params={"out": out},
    )
