"""Paulis: Pauli-Lindblad noise maps, their algebra, fidelities, channels and sampling."""

import re
from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.paulis import ALGEBRA, letters, shows

MAPS = """
from qiskit.quantum_info import PTM, PauliLindbladMap, QubitSparsePauli, QubitSparsePauliList
def fidelity(t, label):
    return float(np.exp(-2 * sum(x for s, x in t if anti(s, label))))
def gamma(t):
    return float(np.prod([np.exp(2 * max(0, -x)) for s, x in t if s.strip("I")]))
def merged(t):
    return {s: sum(x for u, x in t if u == s) for s, _ in t if s.strip("I")}
def rated(n, count, low=-0.2):
    rows = [s for s in dict.fromkeys(draw(n) for _ in range(4 * count)) if s.strip("I")][:count]
    return [(str(s), float(x)) for s, x in zip(rows, rng.uniform(low, 0.4, count))]
"""


def _change(rng: Random, n: int) -> tuple[str, str, str, int]:
    a, b = rng.sample(range(n), 2)
    two, whole = letters(rng, 2), letters(rng, n)
    c = rng.randint(5, 40) / 100
    kind = rng.choice(
        ["compose", "scale", "inverse", "drop", "keep", "lose", "hold", "layout", "part"]
    )
    if kind == "compose":
        code = f'noise = noise.compose(PauliLindbladMap.from_list([("{whole}", {c})]))'
        return (
            code,
            f"compose it with the generator {whole} of rate {c}",
            f"t = t + [('{whole}', {c})]",
            n,
        )
    if kind == "part":
        code = (
            f'noise = noise @ PauliLindbladMap.from_sparse_list([("{two}", [{a}, {b}], {c})], '
            f"num_qubits={n})"
        )
        told = f"compose it with the generator {two[0]} on qubit {a} times {two[1]} on qubit {b}, rate {c}"
        return code, told, f"t = t + [(put('{two[::-1]}', [{a}, {b}], {n}), {c})]", n
    if kind == "scale":
        factor = rng.randint(3, 25) / 10
        code = f"noise = noise.scale_rates({factor})"
        return code, f"multiply all rates by {factor}", f"t = [(s, {factor} * x) for s, x in t]", n
    if kind == "inverse":
        return "noise = noise.inverse()", "invert it", "t = [(s, -x) for s, x in t]", n
    if kind in ("drop", "keep"):
        gone = [a] if kind == "drop" else [q for q in range(n) if q not in (a, b)]
        code = f"noise.drop_paulis([{a}])" if kind == "drop" else f"noise.keep_paulis([{a}, {b}])"
        where = f"on qubit {a}" if kind == "drop" else f"on all qubits but {a} and {b}"
        letter = f"'I' if {n - 1} - k in {gone} else y"
        oracle = f"t = [(''.join({letter} for k, y in enumerate(s)), x) for s, x in t]"
        return f"noise = {code}", f"replace the letters of the generators {where} by I", oracle, n
    if kind in ("lose", "hold"):
        left = [q for q in range(n) if q != a] if kind == "lose" else sorted([a, b])
        code = f"noise.drop_qubits([{a}])" if kind == "lose" else f"noise.keep_qubits([{a}, {b}])"
        where = f"qubit {a}" if kind == "lose" else f"all qubits but {a} and {b}"
        oracle = (
            f"t = [(''.join(y for k, y in enumerate(s) if {n - 1} - k in {left}), x) for s, x in t]"
        )
        told = f"remove {where} from it (the others close up, their letters stay)"
        return f"noise = {code}", told, oracle, len(left)
    order = rng.sample(range(n + 1), n)
    code = f"noise = noise.apply_layout({order}, num_qubits={n + 1})"
    told = f"move qubit k to qubit {order}[k] of {n + 1} qubits"
    return code, told, f"t = [(put(s, {order}, {n + 1}), x) for s, x in t]", n + 1


@family(
    "paulis",
    "advanced",
    oracle="value",
    skills=("noise", "pauli-lindblad", "endianness"),
    why="A Pauli that anticommutes with generators shrinks by exp(-2 * the sum of their rates).",
    tolerance=1e-9,
)
def lindblad_map_algebra(rng: Random) -> Instance:
    """Changes of a Pauli-Lindblad map and a figure of the result."""
    start = "t = [('XZY', 0.11), ('IYX', -0.07), ('ZII', 0.23), ('YYI', -0.19), ('IIZ', 0.31)]"
    while True:
        m, chosen = 3, []
        for _ in range(rng.choice([1, 2, 2])):
            *step, m = _change(rng, m)
            chosen.append(step)
        probe, other = letters(rng, m), letters(rng, m)
        shrunk = any(("drop" in s[0] or "keep" in s[0]) for s in chosen)
        table = [
            (f'return noise.pauli_fidelity(QubitSparsePauli("{probe}"))',
             f"the Pauli fidelity of {probe} (the factor by which the map multiplies this Pauli)",
             f"fidelity(t, '{probe}')"),
            (f'return [noise.pauli_fidelity(QubitSparsePauli(label)) for label in ("{probe}", "{other}")]',
             f"the list of the Pauli fidelities of {probe} and {other}",
             f"[fidelity(t, '{probe}'), fidelity(t, '{other}')]"),
            ("return dict(zip(noise.generators().to_pauli_list().to_labels(), noise.rates.tolist()))",
             "a dict from the label of each generator to its rate (no generator occurs twice)", "dict(t)"),
            ("noise = noise.simplify()\n"
             "return {p.to_pauli().to_label(): r for p, r in zip(noise.generators(), noise.rates)}",
             "a dict from label to total rate, equal generators being summed (generators that are the "
             "identity may be left out)", "merged(t)"),
            ("return noise", "the resulting PauliLindbladMap", "t"),
        ]  # fmt: skip
        if not shrunk:
            table += [
                ("return noise.gamma()", "its sampling overhead gamma", "gamma(t)"),
                ("return noise.probabilities()",
                 "the array of the probabilities with which each generator is not applied, in order",
                 "[(1 + np.exp(-2 * abs(x))) / 2 for s, x in t]"),
                ("return noise.inverse().gamma()",
                 "the sampling overhead gamma of cancelling it, i.e. of its inverse",
                 "gamma([(s, -x) for s, x in t])"),
            ]  # fmt: skip
        read, out, want = rng.choice(table)
        if want == "dict(t)" and (shrunk or "compose" in chosen[0][0] or "@" in str(chosen)):
            continue
        oracles = [s[2] for s in chosen]
        if 2 <= m <= 4 and shows(ALGEBRA + MAPS, [start], oracles, want):
            break
    body = "\n".join(["noise = PauliLindbladMap.from_list(terms)", *(s[0] for s in chosen), read])
    names = ["PauliLindbladMap"] + (["QubitSparsePauli"] if "QubitSparsePauli(" in body else [])
    words = "; then ".join(s[1] for s in chosen)
    oracle = "\n    ".join(oracles)
    compare = {
        "merged(t)": "got = {s: x for s, x in got.items() if s.strip('I') and abs(x) > 1e-12}\n"
        "    want = {s: x for s, x in merged(t).items() if abs(x) > 1e-12}\n"
        "    assert set(got) == set(want) and all(abs(got[k] - want[k]) < 1e-9 for k in want)",
        "dict(t)": "want = dict(t)\n    assert set(got) == set(want) and "
        "all(abs(got[k] - want[k]) < 1e-9 for k in want)",
        "t": f"assert isinstance(got, PauliLindbladMap) and got.num_qubits == {m}\n"
        f"    for k in range(30):\n        s = draw({m})\n"
        "        assert abs(got.pauli_fidelity(QubitSparsePauli(s)) - fidelity(t, s)) < 1e-9",
    }.get(want, f"assert np.shape(got) == np.shape({want}) and np.allclose(got, {want}, atol=1e-9)")
    return Instance(
        entry_point=rng.choice(["noise_figure", "map_figure", "lindblad_figure"]),
        signature="(terms: list[tuple[str, float]])",
        asks=(
            f"`terms` are pairs of a three-letter Pauli label and a rate (of either sign), the generators "
            f"of a PauliLindbladMap. Build it, {words}. Return {out}.",
            f"Pauli-Lindblad noise on three qubits is given by (label, rate) pairs, qubit 0 on the right. "
            f"Do this: {words}. Then give {out}.",
            f"Make a PauliLindbladMap of `terms` (three qubits); {words}; the answer is {out}.",
            f"Noise model exp(sum r_P (P . P - .)) with generators P and rates r_P from `terms` on three "
            f"qubits. Change: {words}. Wanted: {out}.",
        ),
        imports=f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{ALGEBRA}{MAPS}
for _ in range(4):
    sent = rated(3, 6)
    t = list(sent)
    got = candidate(sent)
    {oracle}
    {compare}
""",
        params={"steps": words, "out": out},
    )


@family(
    "paulis",
    "advanced",
    oracle="channel",
    skills=("noise", "pauli-lindblad", "learning"),
    why="In the Pauli basis the map is diagonal with the fidelities, whose logarithms are linear in the "
    "rates.",
    tolerance=1e-8,
)
def lindblad_channel(rng: Random) -> Instance:
    """A Pauli-Lindblad map as a channel, on observables, and its rates from fidelities."""
    n = 2
    kind = rng.choice(["ptm", "superop", "expectation", "observable", "learn", "error", "state"])
    factor = rng.randint(3, 25) / 10
    label = letters(rng, 2)
    changes = [
        ("", "", ""),
        (f"noise = noise.scale_rates({factor})\n", f"all rates multiplied by {factor}, ",
         f"t = [(s, {factor} * x) for s, x in t]"),
        (f'noise = noise.compose(PauliLindbladMap.from_list([("{label}", {factor / 10})]))\n',
         f"an extra generator {label} with rate {round(factor / 10, 3)}, ",
         f"t = t + [('{label}', {factor / 10})]"),
        ("noise = noise.inverse()\n", "the inverse taken, ", "t = [(s, -x) for s, x in t]"),
        ("noise = noise.apply_layout([1, 0])\n", "its two qubits exchanged, ",
         "t = [(s[::-1], x) for s, x in t]"),
    ]  # fmt: skip
    picked = rng.sample(changes, rng.choice([1, 2, 2]))
    if kind == "learn":
        picked = picked[:1]
    extra, told = "".join(p[0] for p in picked), "".join(p[1] for p in picked)
    oracle = "\n    ".join(p[2] for p in picked if p[2])
    fids = "[noise.pauli_fidelity(QubitSparsePauli.from_pauli(p)) for p in pauli_basis(2)]"
    given = "terms: list[tuple[str, float]]"
    head = f"noise = PauliLindbladMap.from_list(terms)\n{extra}"
    more = ""
    if kind == "ptm":
        body = f"{head}return PTM(np.diag({fids}))\n"
        out = "the channel as a PTM of qiskit.quantum_info"
        check = "assert isinstance(got, PTM)\n    s = SuperOp(got).data"
    elif kind == "superop":
        body = f"{head}return SuperOp(PTM(np.diag({fids})))\n"
        out = "the channel as a SuperOp"
        check = "assert isinstance(got, SuperOp)\n    s = got.data"
    elif kind == "error":
        body = f"{head}fidelities = {fids}\nreturn 1 - float(np.mean(fidelities))\n"
        out = "the process infidelity (one minus the mean of all 16 Pauli fidelities)"
        check = "assert abs(got - (1 - np.trace(sup(t)).real / 16)) < 1e-8"
    elif kind == "state":
        body = f"{head}return state.evolve(PTM(np.diag({fids})))\n"
        given += ", state: DensityMatrix"
        more = ", DensityMatrix(r)"
        out = "the DensityMatrix that the channel makes of the two-qubit DensityMatrix `state`"
        check = (
            "assert isinstance(got, DensityMatrix)\n    "
            "assert np.allclose(got.data, (sup(t) @ r.T.reshape(-1)).reshape(4, 4).T, atol=1e-8)"
        )
    elif kind == "expectation":
        body = (
            f"{head}total = 0.0\nfor label, c in observable.to_list():\n"
            "    damping = noise.pauli_fidelity(QubitSparsePauli(label))\n"
            "    total += damping * np.real(c * state.expectation_value(Pauli(label)))\n"
            "return float(total)\n"
        )
        given += ", observable: SparsePauliOp, state: DensityMatrix"
        more = ", SparsePauliOp.from_list(o), DensityMatrix(r)"
        out = (
            "the real expectation value of the two-qubit SparsePauliOp `observable` in the DensityMatrix "
            "`state` after the channel has acted on it"
        )
        check = (
            "after = (sup(t) @ r.T.reshape(-1)).reshape(4, 4).T\n    "
            "assert abs(got - np.trace(after @ sum(c * mat(s) for s, c in o)).real) < 1e-8"
        )
    elif kind == "observable":
        body = (
            f"{head}damped = [(label, c * noise.pauli_fidelity(QubitSparsePauli(label)))\n"
            "          for label, c in observable.to_list()]\nreturn SparsePauliOp.from_list(damped)\n"
        )
        given += ", observable: SparsePauliOp"
        more = ", SparsePauliOp.from_list(o)"
        out = (
            "the SparsePauliOp that has in a state before the channel the expectation value of the "
            "two-qubit SparsePauliOp `observable` after it"
        )
        check = (
            "after = (sup(t) @ r.T.reshape(-1)).reshape(4, 4).T\n    "
            "want = np.trace(after @ sum(c * mat(s) for s, c in o))\n    "
            "assert isinstance(got, SparsePauliOp) and abs(np.trace(r @ got.to_matrix()) - want) < 1e-8"
        )
    else:
        body = (
            "generators = QubitSparsePauliList.from_list(labels)\n"
            "probes = list(fidelities)\n"
            "matrix = [[0.0 if QubitSparsePauli(probe).commutes(g) else 2.0 for g in generators]\n"
            "          for probe in probes]\n"
            "values = -np.log([fidelities[probe] for probe in probes])\n"
            "rates = np.linalg.lstsq(np.array(matrix), values, rcond=None)[0]\n"
            "return PauliLindbladMap.from_components(rates, generators)\n"
        )
        if extra and ("scale" in extra or "inverse" in extra):
            body = body.replace("return ", "noise = ") + extra + "return noise\n"
        else:
            extra, told, oracle = "", "", ""
        given = "labels: list[str], fidelities: dict[str, float]"
        out = "the PauliLindbladMap"
        check = (
            "assert isinstance(got, PauliLindbladMap) and got.num_terms == 6\n    for k in range(16):\n"
            "        s = draw(2)\n"
            "        assert abs(got.pauli_fidelity(QubitSparsePauli(s)) - fidelity(t, s)) < 1e-7"
        )
    if kind in ("ptm", "superop"):
        check += "\n    assert np.allclose(s, sup(t), atol=1e-8)"
    used = ["DensityMatrix", "PTM", "Pauli", "PauliLindbladMap", "QubitSparsePauli",
            "QubitSparsePauliList", "SparsePauliOp", "SuperOp", "pauli_basis"]  # fmt: skip
    text = body + given
    names = [x for x in used if re.search(rf"(?<!\w){x}(?!\w)", text)]
    if kind == "learn":
        asks = (
            f"Learn a two-qubit Pauli-Lindblad model: `labels` are its generators, `fidelities` maps "
            f"Pauli labels to measured Pauli fidelities (positive, enough of them). Solve for the rates "
            f"with -ln f = 2 * sum of the rates of the anticommuting generators; with {told or 'no change'}"
            f"{'' if told else ', '}return {out}.",
            f"From a dict of Pauli fidelities (two qubits) and the list of generator labels, find the rates "
            f"by least squares and return {out}{', but with ' + told.rstrip(', ') if told else ''}.",
            "Inverse problem of noise characterisation on two qubits: fidelities f_Q = exp(-2 sum of r_P "
            "over the generators P that anticommute with Q). Given `labels` of the P and a dict "
            f"`fidelities` of the f_Q, return {out} with these generators in order"
            f"{' and ' + told.rstrip(', ') if told else ''}.",
        )
    else:
        asks = (
            f"`terms` holds (label, rate) pairs of a two-qubit PauliLindbladMap, qubit 0 on the right. "
            f"With {told or 'the map as it is, '}return {out}.",
            f"Take the Pauli-Lindblad channel on two qubits with the generators and rates in `terms`"
            f"{', ' + told.rstrip(', ') if told else ''}, and give {out}.",
            f"Noise exp(sum r_P (P . P - .)) on two qubits, pairs (P, r_P) in `terms`; "
            f"{told}wanted is {out}.",
        )
    call = (
        "[s for s, x in t], {s: fidelity(t, s) for s in every}"
        if kind == "learn"
        else f"sent{more}"
    )
    return Instance(
        entry_point=rng.choice(["noisy_channel", "noise_model", "lindblad_channel"]),
        signature=f"({given})",
        asks=asks,
        imports=("import numpy as np\n" if "np." in body else "")
        + f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{ALGEBRA}{MAPS}
from scipy.linalg import expm
from qiskit.quantum_info import DensityMatrix, SuperOp
every = [a + b for a in "IXYZ" for b in "IXYZ" if a + b != "II"]
def sup(t):
    return expm(sum(x * (np.kron(mat(s).conj(), mat(s)) - np.eye(16)) for s, x in t))
for _ in range(3):
    sent = rated(2, 6, 0.02)
    t = list(sent)
    m = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
    r = m @ m.conj().T / np.trace(m @ m.conj().T).real
    o = [("XZ", 0.7), ("IY", -1.1), ("ZI", 0.45), ("YX", 0.9)]
    got = candidate({call})
    {oracle or "pass"}
    {check}
""",
        params={"kind": kind, "change": told, "n": n},
    )
