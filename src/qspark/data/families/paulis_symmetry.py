"""Paulis: symmetries and tapering, and plans for measuring sums of strings."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.paulis import ALGEBRA

NL = "\n"


@family(
    "paulis",
    "advanced",
    oracle="value",
    skills=("symmetries", "tapering", "hamiltonian"),
    why="Each Z2 symmetry removes one qubit, and the sectors' spectra together are the whole spectrum.",
    tolerance=1e-8,
)
def tapered_hamiltonian(rng: Random) -> Instance:
    """Find the Z2 symmetries of a Hamiltonian and taper qubits off."""
    c, factor = rng.randint(2, 30) / 10, rng.randint(11, 29) / 10
    order = rng.sample(range(4), 4)
    moved = (
        f"hamiltonian = hamiltonian.apply_layout({order})\n",
        f"after moving qubit k to qubit {order}[k]",
        f"terms = [(put(s, {order}, 4), c) for s, c in terms]",
    )
    scaled = (
        f"hamiltonian = {factor} * hamiltonian\n",
        f"multiplied by {factor}",
        f"terms = [(s, {factor} * c) for s, c in terms]",
    )
    shifted = (f'hamiltonian = hamiltonian + SparsePauliOp("IIII", {c})\n', f"plus {c} times the identity",
               f"terms = terms + [('IIII', {c})]")  # fmt: skip
    find = "found = Z2Symmetries.find_z2_symmetries(hamiltonian)\n"
    lowest = "np.linalg.eigvalsh(op.to_matrix())[0]"
    sectors = "itertools.product([1, -1], repeat=len(found.symmetries))"
    table = [
        (f"{find}return sorted(symmetry.to_label() for symmetry in found.symmetries)",
         "the sorted list of the labels of independent generators of its Pauli symmetries (their number "
         "must be maximal)",
         "assert len(got) == count and independent(got)\n"
         "assert list(got) == sorted(got) and all(not anti(s, u) for s in got for u, c in terms)"),
        (f"{find}values = [np.linalg.eigvalsh(op.to_matrix()) for op in found.taper(hamiltonian)]\n"
         "return np.sort(np.concatenate(values))",
         "the sorted array of all eigenvalues of all tapered operators (the spectrum of H, computed in "
         "the sectors)", "assert np.allclose(got, np.linalg.eigvalsh(h), atol=1e-8)"),
        (f"{find}found.tapering_values = sector\nreturn found.symmetries, found.taper(hamiltonian)",
         "the pair (list of the symmetries as Paulis, tapered SparsePauliOp) for the sector in which the "
         "symmetries have the eigenvalues in `sector` (a list of +1 and -1, in the order of the list)",
         "sector"),
        (f"{find}energies = [{lowest} for op in found.taper(hamiltonian)]\n"
         f"values = list({sectors})[int(np.argmin(energies))]\n"
         "return dict(zip((s.to_label() for s in found.symmetries), values))",
         "a dict from the label of each symmetry generator to its eigenvalue (+1 or -1) in the ground "
         "state of H",
         "assert len(got) == count and independent(list(got))\nv = np.linalg.eigh(h)[1][:, 0]\n"
         "assert all(np.allclose(mat(s) @ v, e * v, atol=1e-7) for s, e in got.items())"),
        (f"{find}energies = [{lowest} for op in found.taper(hamiltonian)]\n"
         "return found.taper(hamiltonian)[int(np.argmin(energies))]",
         "the tapered SparsePauliOp that has the ground state energy of H as its lowest eigenvalue",
         "assert isinstance(got, SparsePauliOp) and got.num_qubits == n - count\n"
         "low = np.linalg.eigvalsh(got.to_matrix())\n"
         "assert abs(low[0] - np.linalg.eigvalsh(h)[0]) < 1e-8\n"
         "every = np.linalg.eigvalsh(h)\nassert all(np.abs(every - x).min() < 1e-7 for x in low)"),
        (f"{find}converted = found.convert_clifford(hamiltonian)\nreturn converted, found.sq_list",
         "the pair (converted, qubits): the SparsePauliOp with the spectrum of H that the Clifford of the "
         "tapering makes of it, and the list of the qubits that are tapered; on each of these all terms "
         "share one letter or have I",
         "converted, qubits = got\nassert len(qubits) == count == len(set(qubits))\n"
         "assert np.allclose(np.linalg.eigvalsh(converted.to_matrix()), np.linalg.eigvalsh(h), atol=1e-8)\n"
         "for q in qubits:\n"
         "    seen = {s[n - 1 - q] for s, c in converted.to_list() if abs(c) > 1e-9}\n"
         "    assert len(seen - {'I'}) <= 1"),
        (f"{find}converted = found.convert_clifford(hamiltonian)\n"
         "return {tuple(values): float(np.linalg.eigvalsh(op.to_matrix())[0]) for values, op in\n"
         f"        zip({sectors}, found.taper_clifford(converted))}}",
         "a dict from each sector (a tuple of +1 and -1, one for each symmetry that Z2Symmetries finds, in "
         "its order) to the lowest energy in it", "lows"),
    ]  # fmt: skip
    row = rng.randrange(len(table))
    read, out, check = table[row]
    visible = moved if row in (0, 2, 3) else rng.choice([scaled, shifted])
    pre, told, oracle = visible
    if visible is not moved and rng.random() < 0.5:
        other = scaled if visible is shifted else shifted
        pre, told, oracle = (
            f"{x}{sep}{y}" for x, sep, y in zip(visible, ("", ", then ", "\n"), other, strict=True)
        )
    signature = "(hamiltonian: SparsePauliOp" + (
        ", sector: list[int])" if check == "sector" else ")"
    )
    call = "candidate(given)"
    if check == "sector":
        call = "None"
        check = """found = Z2Symmetries.find_z2_symmetries(SparsePauliOp.from_list(terms))
for sector in product([1, -1], repeat=count):
    symmetries, op = candidate(given, list(sector))
    assert len(symmetries) == count and independent([s.to_label() for s in symmetries])
    assert all(not anti(s.to_label(), u) for s in symmetries for u, c in terms)
    p = np.eye(2**n)
    for s, e in zip(symmetries, sector):
        p = p @ (np.eye(2**n) + e * s.to_matrix()) / 2
    w, v = np.linalg.eigh(h + 50 * (np.eye(2**n) - p))
    assert isinstance(op, SparsePauliOp) and op.num_qubits == n - count
    assert np.allclose(np.linalg.eigvalsh(op.to_matrix()), w[: 2 ** (n - count)], atol=1e-7)"""
    if check == "lows":
        check = """found = Z2Symmetries.find_z2_symmetries(SparsePauliOp.from_list(terms))
assert set(got) == set(product([1, -1], repeat=count))
for sector, low in got.items():
    p = np.eye(2**n)
    for s, e in zip(found.symmetries, sector):
        p = p @ (np.eye(2**n) + e * s.to_matrix()) / 2
    assert abs(low - np.linalg.eigvalsh(h + 50 * (np.eye(2**n) - p))[0]) < 1e-7"""
    body = f"{pre}{read}\n"
    imports = ["import itertools\n"] if "itertools" in body else []
    imports += ["import numpy as np"] if "np." in body else []
    return Instance(
        entry_point=rng.choice(["taper", "symmetry_sectors", "reduced_problem"]),
        signature=signature,
        asks=(
            f"H is the four-qubit SparsePauliOp `hamiltonian` {told}. Find its Z2 symmetries with Qiskit's "
            f"Z2Symmetries and return {out}.",
            f"Qubit tapering: take the given Hamiltonian (SparsePauliOp, four qubits) {told}; call it H, "
            f"determine its Pauli symmetries (class Z2Symmetries) and give {out}.",
            f"I want to use the Z2 symmetries of H, which is the argument, a four-qubit SparsePauliOp, "
            f"{told}. Return {out}.",
        ),
        imports="\n".join(
            [*imports, "from qiskit.quantum_info import SparsePauliOp, Z2Symmetries"]
        ),
        body=body,
        test=f"""{ALGEBRA}
from itertools import product
from qiskit.quantum_info import Z2Symmetries
n = 4
def independent(labels):
    seen = {{"I" * n}}
    for s in labels:
        if s in seen:
            return False
        seen |= {{mul((1, s), (1, u))[1] for u in seen}}
    return True
def at(text, low):
    return "I" * (4 - low - len(text)) + text + "I" * low
models = [("ZZ", "X", []), ("XX", "Z", ["YYII"]), ("YY", "X", ["IZZI"])]
models += [("ZZ", "", ["IIXX", "ZIII", "IIIZ"])]
for pair, field, extra in models:
    texts = [at(pair, k) for k in range(3)] + ([at(field, k) for k in range(4)] if field else []) + extra
    signs = rng.choice([-1, 1], len(texts))
    terms = [(s, float(x)) for s, x in zip(texts, rng.uniform(0.4, 1.5, len(texts)) * signs)]
    given = SparsePauliOp.from_list(terms)
    {oracle.replace(NL, NL + "    ")}
    h = sum(c * mat(s) for s, c in terms)
    labels = map("".join, product("IXYZ", repeat=4))
    central = [s for s in labels if not any(anti(s, u) for u, c in terms)]
    count = len(central).bit_length() - 1
    got = {call}
    {check.replace(NL, NL + "    ")}
""",
        params={"change": told, "out": out},
    )


@family(
    "paulis",
    "advanced",
    oracle="value",
    skills=("measurement", "commuting-groups", "basis-change"),
    why="Qubit-wise commuting strings share one product basis: H before measuring X, Sdg then H for Y.",
    tolerance=1e-8,
)
def measurement_plan(rng: Random) -> Instance:
    """Group a Pauli sum for measurement and work with the groups."""
    n = 3
    floor = rng.randint(5, 25) / 100
    order = rng.sample(range(n), n)
    pre, told, oracle = rng.choice(
        [
            ("", "", ""),
            (f"observable = observable.apply_layout({order})\n",
             f"Move qubit k to qubit {order}[k] first. ",
             f"t = [(put(s, {order}, 3), c) for s, c in t]"),
            (f"observable = observable.apply_layout({order})\n",
             f"Move qubit k to qubit {order}[k] first. ",
             f"t = [(put(s, {order}, 3), c) for s, c in t]"),
            (f"observable = observable[np.abs(observable.coeffs) > {floor}]\n",
             f"Drop the terms whose coefficient is at most {floor} in modulus. ",
             f"t = [(s, c) for s, c in t if abs(c) > {floor}]"),
        ]
    )  # fmt: skip
    groups = "observable.group_commuting(qubit_wise=True)"
    merge = """
plan = []
for group in GROUPS:
    support = np.any(group.paulis.x, axis=0), np.any(group.paulis.z, axis=0)
    basis = Pauli((support[1], support[0])).to_label()
""".lstrip("\n").replace("GROUPS", groups)
    rotate = """
    for qubit, letter in enumerate(reversed(basis)):
        if letter == "Y":
            circuit.sdg(qubit)
        if letter in ("X", "Y"):
            circuit.h(qubit)
""".strip("\n")
    qwc = """assert sorted(s for b, part in plan for s, c in part) == sorted(s for s, c in t)
    for b, part in plan:
        assert all(x in ("I", y) for s, c in part for x, y in zip(s, b))
        assert all(y == "I" or any(s[k] == y for s, c in part) for k, y in enumerate(b))
        assert all(abs(dict(t)[s] - c) < 1e-9 for s, c in part)
    assert len(plan) <= limit"""
    table = [
        (f"{merge}    plan.append((basis, group.to_list()))\nreturn plan",
         "a list with a tuple (basis, terms) for each group of qubit-wise commuting terms: basis is the "
         "label with the letter to measure on each qubit (I if no term needs it), terms the list of (label, "
         "coefficient); use as few groups as Qiskit's greedy grouping", f"plan = got\n    {qwc}",
         "(observable: SparsePauliOp)", "op"),
        (f"{merge}    circuit = preparation.copy()\n{rotate}\n"
         "    weights = Statevector(circuit).probabilities()\n"
         "    for label, c in group.to_list():\n"
         "        mask = sum(1 << k for k, x in enumerate(reversed(label)) if x != \"I\")\n"
         "        signs = [(-1) ** (index & mask).bit_count() for index in range(len(weights))]\n"
         "        plan.append(float(np.real(c * (np.array(signs) @ weights))))\n"
         "return sum(plan)",
         "the real expectation value in the state that the circuit `preparation` makes, computed as one "
         "would on hardware: for each group of qubit-wise commuting terms rotate the measurement basis, take "
         "the outcome probabilities, and add up the parities", "assert abs(got - sum(np.vdot(v, c * "
         "mat(s) @ v).real for s, c in t)) < 1e-8", "(observable: SparsePauliOp, "
         "preparation: QuantumCircuit) -> float", "op, qc"),
        (f"{merge}    circuit = QuantumCircuit(len(basis))\n{rotate}\n"
         "    plan.append((circuit, group))\nreturn plan",
         "a list with a pair (circuit, group) for each group of qubit-wise commuting terms: group is a "
         "SparsePauliOp, and circuit U (without measurements) turns all of its strings P into U P U^dagger "
         "with letters I and Z only, on the same qubits; use no more groups than Qiskit's greedy grouping",
         "assert sorted(s for u, g in got for s in g.paulis.to_labels()) == sorted(s for s, c in t)\n"
         "    assert len(got) <= limit\n    for u, g in got:\n        m = Operator(u).data\n"
         "        for s, c in g.to_list():\n            assert abs(dict(t)[s] - c) < 1e-9\n"
         "            z = ''.join('I' if x == 'I' else 'Z' for x in s)\n"
         "            assert np.allclose(m @ mat(s) @ m.conj().T, mat(z), atol=1e-8)",
         "(observable: SparsePauliOp) -> list", "op"),
        ("weights = [float(np.sum(np.abs(group.coeffs))) for group in GROUPS]\n"
         "return sorted((round(budget * w / sum(weights)) for w in weights), reverse=True)"
         .replace("GROUPS", groups),
         "the list (in descending order) of the shots for each group of Qiskit's qubit-wise commuting "
         "grouping when the `budget` is shared in proportion to the sum of the moduli of a group's "
         "coefficients, each share being rounded to an integer",
         "w = [np.abs(g.coeffs).sum() for g in SparsePauliOp.from_list(t).group_commuting(True)]\n"
         "    assert list(got) == sorted((round(1000 * x / sum(w)) for x in w), reverse=True)",
         "(observable: SparsePauliOp, budget: int) -> list[int]", "op, 1000"),
        ("edges = observable.noncommutation_graph(qubit_wise=False).edge_list()\n"
         "return sorted(tuple(sorted(edge)) for edge in edges)",
         "the sorted list of the pairs (i, j), i < j, of the positions of terms that do not commute",
         "assert [tuple(e) for e in got] == [(i, j) for i in range(len(t)) for j in range(i + 1, len(t)) "
         "if anti(t[i][0], t[j][0])]", "(observable: SparsePauliOp) -> list", "op"),
        ("edges = observable.noncommutation_graph(qubit_wise=True).edge_list()\n"
         "return sorted(tuple(sorted(edge)) for edge in edges)",
         "the sorted list of the pairs (i, j), i < j, of the positions of terms that do not commute qubit by "
         "qubit (on some qubit they have different letters other than I)",
         "assert [tuple(e) for e in got] == [(i, j) for i in range(len(t)) for j in range(i + 1, len(t)) "
         "if any('I' != x != y != 'I' for x, y in zip(t[i][0], t[j][0]))]",
         "(observable: SparsePauliOp) -> list", "op"),
        ("groups = observable.group_commuting()\n"
         "return [group.paulis.to_labels() for group in groups]",
         "a partition of its labels into lists of mutually commuting strings (as operators, not qubit by "
         "qubit), with no more lists than Qiskit's greedy grouping gives",
         "assert sorted(s for g in got for s in g) == sorted(s for s, c in t)\n"
         "    assert not any(anti(s, u) for g in got for s in g for u in g)\n"
         "    assert len(got) <= len(SparsePauliOp.from_list(t).group_commuting())",
         "(observable: SparsePauliOp) -> list[list[str]]", "op"),
        ("groups = observable.paulis.group_qubit_wise_commuting()\n"
         "return sorted((group.to_labels() for group in groups), key=len, reverse=True)",
         "a partition of its labels into lists of qubit-wise commuting strings, longest list first, with no "
         "more lists than Qiskit's greedy grouping gives",
         "assert sorted(s for g in got for s in g) == sorted(s for s, c in t) and len(got) <= limit\n"
         "    assert [len(g) for g in got] == sorted(map(len, got), reverse=True)\n"
         "    assert not any('I' != x != y != 'I' for g in got for s in g for u in g for x, y in zip(s, u))",
         "(observable: SparsePauliOp) -> list[list[str]]", "op"),
    ]  # fmt: skip
    code, out, check, signature, call = rng.choice(table)
    body = f"{pre}{code}\n"
    used = ["Pauli", "SparsePauliOp", "Statevector"]
    names = [x for x in used if f"{x}(" in body or x == "SparsePauliOp"]
    imports = ["import numpy as np"] if "np." in body else []
    imports += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in body + signature else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    return Instance(
        entry_point=rng.choice(["plan_measurements", "group_terms", "measurement_settings"]),
        signature=signature,
        asks=(
            f"`observable` is a three-qubit SparsePauliOp with real coefficients and distinct strings. {told}"
            f"Return {out}.",
            f"Plan the measurement of a SparsePauliOp on three qubits (no string occurs twice). {told}The "
            f"function gives {out}.",
            f"{told}For a three-qubit sum of distinct Pauli strings with real coefficients I need {out}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{ALGEBRA}
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
for turn_ in range(4):
    texts = list(dict.fromkeys(["XIY", "IZZ", "YIX", "XXI", "ZZI", "YYX"] + [draw(3) for _ in range(9)]))
    texts = [str(s) for s in texts if s != "III"][: 9 + turn_]
    if turn_ % 2:
        texts = texts[::-1]
    t = [(s, round(float(x), 6)) for s, x in zip(texts, rng.uniform(-1, 1, len(texts)))]
    op = SparsePauliOp.from_list(t)
    qc = QuantumCircuit(3)
    for k in range(3):
        qc.ry(0.5 + 0.4 * k, k)
        qc.rz(0.3 + 0.6 * k, k)
    qc.cx(0, 2)
    v = Statevector(qc).data
    got = candidate({call})
    {oracle or "pass"}
    limit = len(SparsePauliOp.from_list(t).group_commuting(qubit_wise=True))
    {check}
""",
        params={"first": told, "out": out},
    )
