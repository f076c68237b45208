"""States: state vectors and density matrices, what is done to them and what is read off."""

from random import Random
from typing import Any

from qspark.data.families.base import Instance, angle, bits, family

# Numpy oracle of the tests: little-endian matrices on some qubits of a flat vector or a matrix.
HELP = """
import numpy as np
from qiskit.circuit import library
from qiskit.quantum_info import DensityMatrix, Operator, Pauli, Statevector
rng = np.random.default_rng(np.random.randint(2**31))
def act(v, m, qubits):
    n = v.size.bit_length() - 1
    axes = [n - 1 - q for q in reversed(qubits)]
    t = np.moveaxis(v.reshape([2] * n), axes, range(len(qubits)))
    t = (np.asarray(m) @ t.reshape(2 ** len(qubits), -1)).reshape(t.shape)
    return np.moveaxis(t, range(len(qubits)), axes).reshape(-1)
def full(m, qubits, n):
    return np.column_stack([act(e, m, qubits) for e in np.eye(2**n)])
def reduced(r, keep):
    n = len(r).bit_length() - 1
    rows = [n - 1 - q for q in reversed(keep)] + [n - 1 - q for q in range(n) if q not in keep]
    t = r.reshape([2] * 2 * n).transpose(rows + [n + k for k in rows])
    k, e = 2 ** len(keep), 2 ** (n - len(keep))
    return np.einsum("aebe->ab", t.reshape(k, e, k, e))
def word(label):
    return Operator(Pauli(label)).data
def pure(n):
    v = rng.normal(size=2**n) + 1j * rng.normal(size=2**n)
    return v / np.linalg.norm(v)
def mixed(n):
    m = rng.normal(size=(2**n, 2**n)) + 1j * rng.normal(size=(2**n, 2**n))
    return m @ m.conj().T / np.trace(m @ m.conj().T).real
"""
KETS = {"+": "[1, 1]", "-": "[1, -1]", "r": "[1, 1j]", "l": "[1, -1j]"}
NAMES = {
    "HGate": "a Hadamard gate",
    "SXGate": "a square-root-of-X gate",
    "SGate": "an S gate",
    "TdgGate": "an inverse T gate",
    "YGate": "a Y gate",
}


def _matter(n: int, start: str, steps: list[str], want: str) -> bool:
    """Whether leaving out any step of the oracle shows in its result, and the result is not zero."""
    space: dict[str, Any] = {}
    exec(HELP, space)
    results = []
    for left_out in (None, *range(len(steps))):
        space["rng"] = space["np"].random.default_rng(n)
        lines = [start.format(n), *(s for k, s in enumerate(steps) if k != left_out)]
        try:
            exec("\n".join([*lines, f"want = {want}"]).replace("\n    ", "\n"), space)
        except (ValueError, IndexError):
            continue
        value = space["want"]
        results.append(list(value.values()) if isinstance(value, dict) else value)
    first, *others = map(space["np"].asarray, results)
    return abs(first).max() > 0.01 and all(
        other.shape != first.shape or abs(other - first).max() > 0.01 for other in others
    )


def _unitary_step(rng: Random, n: int, var: str, kind: str) -> tuple[str, str, str, set[str]]:
    """(code, words, oracle matrix and qubits, gate classes) of a unitary step on `n` qubits."""
    a, b = rng.sample(range(n), 2)
    t = angle(rng)
    if kind == "gate":
        name = rng.choice(sorted(NAMES))
        return f"{name}(), [{a}]", f"apply {NAMES[name]} to qubit {a}", f"{name}(),[{a}]", {name}
    if kind == "turn":
        axis = rng.choice("XYZ")
        name = f"R{axis}Gate"
        words = f"rotate qubit {a} by {t} rad about the {axis.lower()} axis"
        return f"{name}({t}), [{a}]", words, f"{name}({t}),[{a}]", {name}
    if kind == "pair":
        name, words = rng.choice(
            [
                ("CXGate()", f"apply a CNOT with control qubit {a} and target qubit {b}"),
                (f"CRYGate({t})", f"apply a controlled RY({t}) with control {a} and target {b}"),
                (f"CRXGate({t})", f"apply a controlled RX({t}) with control {a} and target {b}"),
                ("CHGate()", f"apply a controlled Hadamard with control {a} and target {b}"),
            ]
        )
        return f"{name}, [{a}, {b}]", words, f"{name},[{a}, {b}]", {name.partition("(")[0]}
    label = rng.choice(["XZ", "YX", "ZY", "YZ", "XY"])
    words = f"apply the Pauli operator {label[0]} to qubit {b} and {label[1]} to qubit {a}"
    return f'Pauli("{label}"), [{a}, {b}]', words, f'Pauli("{label}"),[{a}, {b}]', {"Pauli"}


def _oracle_matrix(spec: str) -> tuple[str, str]:
    gate, _, qubits = spec.rpartition(",[")
    made = f"Operator({gate if gate.startswith('Pauli') else 'library.' + gate}).data"
    return made, f"[{qubits}"


def _ket_step(rng: Random, n: int) -> tuple[str, str, str, set[str], int]:
    """A step on the vector `state` of `n` qubits; the last item is the new number of qubits."""
    kind = rng.choice(["gate", "turn", "pair", "word", "tensor", "expand", "reverse", "conjugate"])
    ket = rng.choice(sorted(KETS))
    if kind == "tensor":
        words = f"add a qubit in the state |{ket}> as the new qubit 0 (old qubits move up by one)"
        code = f'state = state.tensor(Statevector.from_label("{ket}"))'
        return code, words, f"v = np.kron(v, np.array({KETS[ket]}) / np.sqrt(2))", set(), n + 1
    if kind == "expand":
        words = f"add a qubit in the state |{ket}> as the new highest qubit"
        code = f'state = state.expand(Statevector.from_label("{ket}"))'
        return code, words, f"v = np.kron(np.array({KETS[ket]}) / np.sqrt(2), v)", set(), n + 1
    if kind == "reverse":
        words = f"reverse the order of the qubits (qubit 0 becomes qubit {n - 1} and so on)"
        oracle = f"v = v.reshape([2] * {n}).T.reshape(-1)"
        return "state = state.reverse_qargs()", words, oracle, set(), n
    if kind == "conjugate":
        return "state = state.conjugate()", "conjugate all amplitudes", "v = v.conj()", set(), n
    code, words, spec, names = _unitary_step(rng, n, "state", kind)
    matrix, qubits = _oracle_matrix(spec)
    return f"state = state.evolve({code})", words, f"v = act(v, {matrix}, {qubits})", names, n


def _ket_reader(rng: Random, n: int) -> tuple[str, str, str]:
    """(expression, words, oracle) of what is read off `state` with `n` qubits."""
    a, b = rng.sample(range(n), 2)
    label = rng.choice(["XZ", "YX", "ZY", "YZ", "XY", "ZX"])
    ket = bits(rng, n, n)
    kind = rng.choice(["array", "dict", "mean", "reduced", "purity", "inner", "projector", "one"])
    rho = "np.outer(v, v.conj())"
    if kind == "array":
        words = (
            f"the four outcome probabilities of qubits {a} and {b} as an array whose index has "
            f"qubit {a} as its least significant bit"
        )
        want = f"np.diag(reduced({rho}, [{a}, {b}])).real"
        return f"return state.probabilities([{a}, {b}])", words, want
    if kind == "dict":
        words = (
            f"a dictionary of outcome probabilities of qubits {a} and {b}, with two-character keys "
            f"whose right character belongs to qubit {a}"
        )
        want = (
            'dict(zip(["00", "01", "10", "11"], '
            f"np.diag(reduced({rho}, [{a}, {b}])).real.tolist()))"
        )
        return f"return state.probabilities_dict([{a}, {b}])", words, want
    if kind == "mean":
        words = (
            f"the real expectation value of the product of {label[1]} on qubit {a} and {label[0]} "
            f"on qubit {b}"
        )
        code = f'return float(np.real(state.expectation_value(Pauli("{label}"), [{a}, {b}])))'
        return code, words, f'np.vdot(v, act(v, word("{label}"), [{a}, {b}])).real'
    rest = [q for q in range(n) if q not in (a, b)] or [b]
    kept = [q for q in range(n) if q not in rest]
    names = " and ".join(map(str, kept))
    if kind == "reduced":
        words = f"the DensityMatrix of qubits {names} alone (in ascending order)"
        return f"return partial_trace(state, {rest})", words, f"reduced({rho}, {kept})"
    if kind == "purity":
        words = f"the purity, as a real number, of the reduced state of qubit {a}"
        others = [q for q in range(n) if q != a]
        code = f"return float(np.real(partial_trace(state, {others}).purity()))"
        return code, words, f"np.trace(np.linalg.matrix_power(reduced({rho}, [{a}]), 2)).real"
    if kind == "inner":
        words = f"the complex inner product <psi|{ket}> of the resulting state with the basis ket"
        code = f'return state.inner(Statevector.from_label("{ket}"))'
        return code, words, f"v[{int(ket, 2)}].conj()"
    if kind == "projector":
        words = "the projector onto the resulting state as an Operator"
        return "return state.to_operator()", words, rho
    words = f"the complex amplitude of |{ket}> (qubit 0 on the right)"
    return f'return complex(state["{ket}"])', words, f"v[{int(ket, 2)}]"


@family(
    "states",
    "intermediate",
    oracle="value",
    skills=("endianness", "qargs"),
    why="The first entry of qargs is the least significant subsystem, and tensor puts its argument "
    "at the low end.",
    tolerance=1e-8,
)
def statevector_pipeline(rng: Random) -> Instance:
    """Two steps on a state vector and one quantity read off the result."""
    while True:
        n = rng.choice([2, 3])
        code1, words1, oracle1, used1, m = _ket_step(rng, n)
        code2, words2, oracle2, used2, m = _ket_step(rng, m)
        read, out, want = _ket_reader(rng, m)
        if _matter(n, "v = pure({})", [oracle1, oracle2], want):
            break
    gates = sorted(name for name in used1 | used2 if name != "Pauli")
    body = f"{code1}\n{code2}\n{read}\n"
    names = ["Statevector"] + [x for x in ("Pauli", "partial_trace") if f"{x}(" in body]
    imports = ["import numpy as np"] if "np." in body else []
    if gates:
        imports.append(f"from qiskit.circuit.library import {', '.join(gates)}")
    imports.append(f"from qiskit.quantum_info import {', '.join(sorted(names))}")
    same = "set(got) == set(want) and all(abs(got[k] - want[k]) < 1e-8 for k in want)"
    compare = same if "_dict(" in read else "np.allclose(np.asarray(got), want, atol=1e-8)"
    kind = ""
    for token, cls in (("partial_trace(state, ", "DensityMatrix"), ("to_operator", "Operator")):
        if f"return {token}" in read or f"return state.{token}" in read:
            kind = f"    assert isinstance(got, {cls})\n"
    test = f"""{HELP}
for _ in range(3):
    v = pure({n})
    got = candidate(Statevector(v))
    {oracle1}
    {oracle2}
    want = {want}
{kind}    assert {compare}
"""
    size = {2: "two", 3: "three"}[n]
    return Instance(
        entry_point=rng.choice(["read_state", "process_state", "analyse", "state_quantity"]),
        signature="(state: Statevector)",
        asks=(
            f"`state` is a Statevector of {size} qubits. First {words1}, then {words2}, and return "
            f"{out}.",
            f"Given a {size}-qubit Statevector, do two things in this order: {words1}; {words2}. Give "
            f"back {out}.",
            f"Input: a {size}-qubit Statevector. Step 1: {words1}. Step 2: {words2}. Output: {out}. "
            "Qubit numbers refer to the state as it is at that step.",
            f"How do I get {out}, if I start from a {size}-qubit Statevector, {words1} and afterwards "
            f"{words2}? Qubits are numbered as in Qiskit.",
        ),
        imports="\n".join(imports),
        body=body,
        test=test,
        params={"steps": [words1, words2], "out": out},
    )


def _mixed_step(rng: Random, n: int) -> tuple[str, str, str, set[str], int]:
    """A step on the density matrix `rho`."""
    kinds = ["damp", "flip", "mix", "reset", "reverse", "tensor", "expand", "gate", "turn", "pair"]
    kind = rng.choice(kinds + (["trace"] if n > 2 else []))
    q, p = rng.randrange(n), rng.randint(5, 45) / 100
    ket = rng.choice(sorted(KETS))
    vec = f"np.outer(np.array({KETS[ket]}), np.array({KETS[ket]}).conj()) / 2"
    if kind == "damp":
        code = (
            f"jump = np.array([[0, np.sqrt({p})], [0, 0]])\n"
            f"stay = np.diag([1, np.sqrt(1 - {p})])\nrho = rho.evolve(Kraus([stay, jump]), [{q}])"
        )
        words = f"let qubit {q} relax towards |0> with amplitude-damping probability {p}"
        oracle = (
            f"ks = [full(np.diag([1, (1 - {p}) ** 0.5]), [{q}], {n}), "
            f"full(np.array([[0, {p} ** 0.5], [0, 0]]), [{q}], {n})]\n"
            "    r = sum(k @ r @ k.conj().T for k in ks)"
        )
        return code, words, oracle, {"Kraus"}, n
    if kind == "flip":
        letter = rng.choice("XYZ")
        diag = [1 if x in ("I", letter) else f"1 - 2 * {p}" for x in "IXYZ"]
        code = f"rho = rho.evolve(PTM(np.diag([{', '.join(map(str, diag))}])), [{q}])"
        words = f"apply {letter} to qubit {q} with probability {p} (and nothing otherwise)"
        oracle = f'k = full(word("{letter}"), [{q}], {n})\n    r = (1 - {p}) * r + {p} * k @ r @ k'
        return code, words, oracle, {"PTM"}, n
    if kind == "mix":
        code = f"rho = {round(1 - p, 2)} * rho + {p} * DensityMatrix(np.eye(rho.dim) / rho.dim)"
        words = f"mix in the maximally mixed state with weight {p}"
        return code, words, f"r = (1 - {p}) * r + {p} * np.eye(len(r)) / len(r)", set(), n
    if kind == "reset":
        oracle = (
            f"ks = [full(m, [{q}], {n}) for m in (np.diag([1, 0]), np.array([[0, 1], [0, 0]]))]\n"
            "    r = sum(k @ r @ k.T for k in ks)"
        )
        return f"rho = rho.reset([{q}])", f"reset qubit {q} to |0>", oracle, set(), n
    if kind == "reverse":
        oracle = f"i = np.arange({2**n}).reshape([2] * {n}).T.reshape(-1)\n    r = r[np.ix_(i, i)]"
        words = f"reverse the order of the qubits (qubit 0 becomes qubit {n - 1} and so on)"
        return "rho = rho.reverse_qargs()", words, oracle, set(), n
    if kind == "trace":
        kept = [x for x in range(n) if x != q]
        words = f"discard qubit {q} (the others close up and keep their order)"
        return f"rho = partial_trace(rho, [{q}])", words, f"r = reduced(r, {kept})", set(), n - 1
    if kind in ("tensor", "expand"):
        where = "qubit 0 (old qubits move up by one)" if kind == "tensor" else "highest qubit"
        code = f'rho = rho.{kind}(DensityMatrix.from_label("{ket}"))'
        order = f"r, {vec}" if kind == "tensor" else f"{vec}, r"
        words = f"add a fresh qubit in |{ket}> as the new {where}"
        return code, words, f"r = np.kron({order})", set(), n + 1
    code, words, spec, names = _unitary_step(rng, n, "rho", kind)
    matrix, qubits = _oracle_matrix(spec)
    oracle = f"k = full({matrix}, {qubits}, {n})\n    r = k @ r @ k.conj().T"
    return f"rho = rho.evolve({code})", words, oracle, names, n


def _mixed_reader(rng: Random, n: int) -> tuple[str, str, str]:
    a, b = rng.sample(range(n), 2)
    label = rng.choice(["XZ", "YX", "ZY", "YZ", "XY", "ZX"])
    kind = rng.choice(["purity", "mean", "array", "ppt", "operator", "overlap", "rank", "one"])
    if kind == "purity":
        return "return float(np.real(rho.purity()))", "its purity", "np.trace(r @ r).real"
    if kind == "mean":
        words = (
            f"the real expectation value of {label[1]} on qubit {a} times {label[0]} on qubit {b}"
        )
        code = f'return float(np.real(rho.expectation_value(Pauli("{label}"), [{a}, {b}])))'
        return code, words, f'np.trace(r @ full(word("{label}"), [{a}, {b}], {n})).real'
    if kind == "array":
        words = (
            f"the outcome probabilities of qubits {a} and {b} as an array of four, qubit {a} being "
            "the least significant bit of the index"
        )
        want = f"np.diag(reduced(r, [{a}, {b}])).real"
        return f"return rho.probabilities([{a}, {b}])", words, want
    if kind == "ppt":
        words = f"the smallest eigenvalue of its partial transpose over qubit {a}"
        code = f"return float(np.linalg.eigvalsh(rho.partial_transpose([{a}]).data).min())"
        want = (
            f"np.linalg.eigvalsh(np.swapaxes(r.reshape([2] * {2 * n}), {n - 1 - a}, "
            f"{2 * n - 1 - a}).reshape(r.shape)).min()"
        )
        return code, words, want
    if kind == "operator":
        return "return rho.to_operator()", "the resulting density matrix as an Operator", "r"
    if kind == "overlap":
        ket = bits(rng, n, n)
        words = f"the fidelity of the result with the basis state |{ket}>"
        want = f"r[{int(ket, 2)}, {int(ket, 2)}].real"
        return f'return state_fidelity(rho, Statevector.from_label("{ket}"))', words, want
    if kind == "rank":
        words = "its eigenvalues in descending order as an array"
        return "return np.linalg.eigvalsh(rho.data)[::-1]", words, "np.linalg.eigvalsh(r)[::-1]"
    words = f"the DensityMatrix of qubit {a} alone"
    rest = [q for q in range(n) if q != a]
    return f"return partial_trace(rho, {rest})", words, f"reduced(r, [{a}])"


@family(
    "states",
    "intermediate",
    oracle="value",
    skills=("endianness", "noise", "qargs"),
    why="A DensityMatrix evolves under gates and channels alike, each with its qargs.",
    tolerance=1e-8,
)
def density_pipeline(rng: Random) -> Instance:
    """Two steps on a density matrix, noisy or not, and one quantity of the result."""
    while True:
        n = rng.choice([2, 3])
        code1, words1, oracle1, used1, m = _mixed_step(rng, n)
        code2, words2, oracle2, used2, m = _mixed_step(rng, m)
        read, out, want = _mixed_reader(rng, m)
        if _matter(n, "r = mixed({})", [oracle1, oracle2], want):
            break
    gates = sorted(x for x in used1 | used2 if x.endswith("Gate"))
    body = f"{code1}\n{code2}\n{read}\n"
    wanted = ("Kraus", "PTM", "Pauli", "Statevector", "partial_trace", "state_fidelity")
    names = ["DensityMatrix"] + [x for x in wanted if f"{x}(" in body or f"{x}." in body]
    imports = ["import numpy as np"] if "np." in body else []
    if gates:
        imports.append(f"from qiskit.circuit.library import {', '.join(gates)}")
    imports.append(f"from qiskit.quantum_info import {', '.join(sorted(names))}")
    size = {2: "two", 3: "three"}[n]
    return Instance(
        entry_point=rng.choice(["run_density", "noisy_step", "after_steps", "evolve_mixed"]),
        signature="(rho: DensityMatrix)",
        asks=(
            f"`rho` is a DensityMatrix of {size} qubits. {words1.capitalize()}, then {words2}; return "
            f"{out}.",
            f"Take a {size}-qubit DensityMatrix and make two changes in this order: {words1}; {words2}. "
            f"The result of the function is {out}.",
            f"Specification. Argument: DensityMatrix on {size} qubits. (1) {words1}; (2) {words2}; "
            f"(3) return {out}. Qubits are counted in the state at hand, qubit 0 first.",
            f"I simulate a small open system. Starting from a {size}-qubit DensityMatrix I want to "
            f"{words1}, after that {words2}, and then I need {out}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}
for _ in range(3):
    r = mixed({n})
    got = candidate(DensityMatrix(r))
    {oracle1}
    {oracle2}
    want = {want}
    assert np.allclose(np.asarray(got), want, atol=1e-8)
""",
        params={"steps": [words1, words2], "out": out},
    )
