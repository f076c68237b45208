"""Cliffords: composition and tableau, construction, stabilizer states."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.paulis import letters, shows
from qspark.data.families.states import HELP

RANDOM = """
from qiskit import QuantumCircuit
from qiskit.quantum_info import Clifford, PauliList, StabilizerState
def scrambled(n, depth=9):
    qc = QuantumCircuit(n)
    for k in range(depth):
        q = int(rng.integers(n))
        getattr(qc, str(rng.choice(["h", "s", "sx", "sdg"])))(q)
        if n > 1:
            qc.cx(q, int((q + rng.integers(1, n)) % n))
    for q in range(n):
        getattr(qc, str(rng.choice(["h", "s", "sx", "x"])))(q)
    return qc
ONE = [word(x) for x in "IXYZ"]
def signed(m):
    label, n = "", len(m).bit_length() - 1
    for k in reversed(range(n)):
        t = m.reshape(2, 2**k, 2, 2**k)
        parts = [np.einsum("ab,biaj->ij", p, t) / 2 for p in ONE]
        best = int(np.argmax([np.abs(x).max() for x in parts]))
        label, m = label + "IXYZ"[best], parts[best]
    return {1: "", -1: "-"}[int(np.round(m.real.ravel()[0]))] + label
def at(letter, q, n):
    return word("I" * (n - 1 - q) + letter + "I" * q)
"""
NAMED = {
    "HGate": "a Hadamard gate",
    "SGate": "an S gate",
    "SXGate": "a square-root-of-X gate",
    "SdgGate": "an inverse S gate",
}
PAIRS = {"CXGate": "a CNOT", "CZGate": "a CZ", "SwapGate": "a SWAP", "iSwapGate": "an iSWAP",
         "CYGate": "a controlled Y"}  # fmt: skip


def _change(rng: Random, n: int) -> tuple[str, str, str, str, int]:
    """(code, words, oracle, class, qubits) of a change of the Clifford `cliff`."""
    a, b = rng.sample(range(n), 2)
    if rng.random() < 0.5:
        gate = rng.choice(sorted(NAMED))
        at, told = f"[{a}]", f"{NAMED[gate]} on qubit {a}"
    else:
        gate = rng.choice(sorted(PAIRS))
        at, told = (
            f"[{a}, {b}]",
            f"{PAIRS[gate]} on qubits {a} and {b} (the first is the control, if any)",
        )
    g = f"full(library.{gate}().to_matrix(), {at}, {n})"
    kind = rng.choice(
        [
            "after",
            "before",
            "dot",
            "adjoint",
            "conjugate",
            "transpose",
            "tensor",
            "expand",
            "permute",
        ]
    )
    if kind == "after":
        code = f"cliff = cliff.compose(Clifford({gate}()), qargs={at})"
        return code, f"follow it by {told}", f"m = {g} @ m", gate, n
    if kind == "before":
        code = f"cliff = cliff.compose(Clifford({gate}()), qargs={at}, front=True)"
        return code, f"let {told} precede it in time", f"m = m @ {g}", gate, n
    if kind == "dot":
        code = f"cliff = cliff.dot(Clifford({gate}()), qargs={at})"
        return code, f"let {told} act before it", f"m = m @ {g}", gate, n
    if kind in ("tensor", "expand"):
        label = rng.choice("HSXZ")
        code = f'cliff = cliff.{kind}(Clifford.from_label("{label}"))'
        where = "low" if kind == "tensor" else "high"
        word = f'Operator.from_label("{label}").data'
        oracle = f"np.kron(m, {word})" if kind == "tensor" else f"np.kron({word}, m)"
        return (
            code,
            f"add a qubit at the {where} end on which {label} acts",
            f"m = {oracle}",
            "",
            n + 1,
        )
    if kind == "permute" and n == 3:
        shift = rng.choice([1, 2])
        order = [(k + shift) % 3 for k in range(3)]
        code = (
            f"pattern = PermutationGate([(k + {shift}) % 3 for k in range(3)])\n"
            "cliff = cliff.compose(Clifford(Clifford.from_permutation(pattern)))"
        )
        told = f"follow it by the permutation gate with the pattern {order} (qubit pattern[k] goes to k)"
        oracle = f"m = full(library.PermutationGate({order}).to_matrix(), [0, 1, 2], 3) @ m"
        return code, told, oracle, "PermutationGate", n
    kind = rng.choice(["adjoint", "conjugate", "transpose"]) if kind == "permute" else kind
    told = {"adjoint": "invert it", "conjugate": "take the complex conjugate of its matrix",
            "transpose": "transpose its matrix"}[kind]  # fmt: skip
    oracle = {"adjoint": "m.conj().T", "conjugate": "m.conj()", "transpose": "m.T"}[kind]
    return f"cliff = cliff.{kind}()", told, f"m = {oracle}", "", n


@family(
    "clifford",
    "intermediate",
    oracle="value",
    skills=("tableau", "composition", "endianness"),
    why="A Clifford is known by the images of X_q (destabilizer) and Z_q (stabilizer rows).",
    tolerance=1e-8,
)
def clifford_pipeline(rng: Random) -> Instance:
    """Changes of a Clifford and a question to its tableau."""
    source = rng.choice(["Clifford", "QuantumCircuit"])
    while True:
        n = rng.choice([2, 3])
        m, chosen = n, []
        for _ in range(rng.choice([1, 2, 2])):
            *step, m = _change(rng, m)
            chosen.append(step)
        label = letters(rng, m) if m > 1 else "Y"
        q = rng.randrange(m)
        images = "[signed(m @ at('{}', q, N) @ m.conj().T) for q in range(N)]"
        plus = "[('+' if s[0] != '-' else '') + s for s in {}]"
        zs, xs = plus.format(images.format("Z")), plus.format(images.format("X"))
        table = [
            ("return cliff", "the resulting Clifford", "unitary"),
            ("return cliff.to_circuit()", "a QuantumCircuit that implements the result", "unitary"),
            ("return cliff.to_operator()", "the result as an Operator (up to a global phase)", "unitary"),
            ("return Operator(cliff.to_instruction())",
             "the Operator of the instruction made of the result (up to a global phase)", "unitary"),
            ('return cliff.to_labels(mode="S")',
             "the list of its stabilizer labels with signs: entry q is the image U Z_q U^dagger, e.g. '+IXZ'",
             zs),
            ('return cliff.to_labels(mode="D")',
             "the list of its destabilizer labels with signs: entry q is the image U X_q U^dagger, e.g. "
             "'-XIY'", xs),
            ("return cliff.to_dict()",
             "a dict with the keys 'stabilizer' and 'destabilizer': the lists of the signed labels (sign "
             "always written) of the images of Z_q and of X_q, q ascending",
             f"{{'stabilizer': {zs}, 'destabilizer': {xs}}}"),
            (f'return Pauli("{label}").evolve(cliff, frame="s").to_label()',
             f"the label of U P U^dagger for P = {label} (with a minus sign in front if there is one)",
             f"signed(m @ word('{label}') @ m.conj().T)"),
            (f'return Pauli("{label}").evolve(cliff).to_label()',
             f"the label of U^dagger P U for P = {label} (with a minus sign in front if there is one)",
             f"signed(m.conj().T @ word('{label}') @ m)"),
            ("return cliff.stab_phase.astype(int).tolist(), cliff.destab_phase.astype(int).tolist()",
             "the pair of lists of 0 and 1 that tell, for q ascending, whether the image of Z_q has a minus "
             "sign, and whether that of X_q has one",
             f"([int(s[0] == '-') for s in {images.format('Z')}], "
             f"[int(s[0] == '-') for s in {images.format('X')}])"),
            ("return cliff.symplectic_matrix.astype(int)",
             "the 0/1 integer array of shape (2n, 2n) whose rows are the images of X_0, X_1, ..., Z_0, "
             "Z_1, ... as (x part, z part), column k of each part belonging to qubit k, signs left out",
             "np.array([[int(x in y) for y in ('XY', 'YZ') for x in s[-N:][::-1]] for s in "
             f"{images.format('X')} + {images.format('Z')}])"),
            (f"return cliff.destab_x[{q}].astype(int).tolist(), cliff.destab_z[{q}].astype(int).tolist()",
             f"the pair of 0/1 lists (x part, z part), qubit 0 first, of the image of X_{q}",
             f"tuple([int(x in y) for x in signed(m @ at('X', {q}, N) @ m.conj().T)[-N:][::-1]] "
             "for y in ('XY', 'YZ'))"),
            (f"return cliff.stab_x[{q}].astype(int).tolist(), cliff.stab_z[{q}].astype(int).tolist()",
             f"the pair of 0/1 lists (x part, z part), qubit 0 first, of the image of Z_{q}",
             f"tuple([int(x in y) for x in signed(m @ at('Z', {q}, N) @ m.conj().T)[-N:][::-1]] "
             "for y in ('XY', 'YZ'))"),
        ]  # fmt: skip
        read, out, want = rng.choice(table)
        heads = [step[0].partition("(")[0] for step in chosen]
        starts = [f"m = Operator(scrambled({n}, {depth})).data" for depth in (7, 8)]
        seen = "np.round(m, 6)" if want == "unitary" else want
        alive = m < 4 and shows(f"{HELP}{RANDOM}\nN = {m}", starts, [s[2] for s in chosen], seen)
        if alive and len(set(heads)) == len(heads):
            break
    front = "cliff = Clifford(circuit)\n" if source == "QuantumCircuit" else ""
    body = front + "\n".join([*(s[0] for s in chosen), read]) + "\n"
    gates = sorted({s[3] for s in chosen} - {""})
    names = [x for x in ("Clifford", "Operator", "Pauli") if f"{x}(" in body or f"{x}." in body
             or x == source]  # fmt: skip
    imports = ["from qiskit import QuantumCircuit"] if source == "QuantumCircuit" else []
    imports += [f"from qiskit.circuit.library import {', '.join(gates)}"] if gates else []
    imports += [f"from qiskit.quantum_info import {', '.join(names)}"] if names else []
    words = [s[1] for s in chosen]
    told = "; then ".join(words)
    kind = {"return cliff": "Clifford", "return cliff.to_circuit()": "QuantumCircuit"}.get(
        read, "Operator"
    )
    compare = (
        f"assert isinstance(got, {kind}) and Operator(got).equiv(Operator(m), rtol=0, atol=1e-7)"
        if want == "unitary"
        else (
            f"assert np.array_equal(got, {want})"
            if "array" in out
            else f"want = {want}\n    assert got == want"
        )
    )
    name = "cliff" if source == "Clifford" else "circuit"
    thing = "Clifford" if source == "Clifford" else "circuit of Clifford gates (no measurements)"
    oracle = "\n    ".join(s[2] for s in chosen)
    return Instance(
        entry_point=rng.choice(["change_clifford", "clifford_question", "tableau_question"]),
        signature=f"({name}: {source})",
        asks=(
            f"`{name}` is a {n}-qubit {thing}. In this order: {told}. Call the result U and return {out}.",
            f"Given a {thing} on {n} qubits: {told}; for the unitary U that results give {out}.",
            f"Clifford bookkeeping ({n} qubits, the argument is a {thing}). Steps: {told}. With U the "
            f"result, I need {out}. Labels have qubit 0 on the right.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}{RANDOM}
N = {m}
for turn in range(6):
    qc = scrambled({n}, 6 + turn)
    m = Operator(qc).data
    got = candidate({"qc" if source == "QuantumCircuit" else "Clifford(qc)"})
    {oracle}
    {compare}
""",
        params={"steps": words, "out": out, "source": source},
    )


@family(
    "clifford",
    "intermediate",
    oracle="unitary",
    skills=("construction", "conversion"),
    why="Cliffords come from labels, matrices, tableau dicts, linear functions and permutations.",
    tolerance=1e-8,
)
def clifford_from_data(rng: Random) -> Instance:
    """A Clifford from one of its descriptions, combined with a second one."""
    n = 2
    label = "".join(rng.choice("HSXYZ") for _ in range(2))
    while label == label[::-1]:
        label = "".join(rng.choice("HSXYZ") for _ in range(2))
    sources = [
        ("cliff = Clifford.from_matrix(data)", "data: np.ndarray",
         "the unitary matrix `data` of a two-qubit Clifford", "m", "m"),
        ("cliff = Clifford.from_operator(data)", "data: Operator",
         "the Operator `data`, which is a two-qubit Clifford", "Operator(m)", "m"),
        ("cliff = Clifford.from_circuit(data)", "data: QuantumCircuit",
         "the two-qubit circuit `data` of Clifford gates", "qc", "m"),
        ("cliff = Clifford.from_dict(data)", "data: dict",
         "the dict `data` with the lists 'stabilizer' and 'destabilizer' of signed labels (the images of "
         "Z_q and X_q)", "Clifford(qc).to_dict()", "m"),
        ("cliff = Clifford(Clifford.from_linear_function(LinearFunction(data)))", "data: list[list[int]]",
         "the invertible 2 x 2 matrix A over {0, 1} in `data`, whose Clifford maps the basis state with "
         "bits x (component k is qubit k) to A x modulo 2", "a.tolist()",
         "np.array([[int(y == sum(int(v) << k for k, v in enumerate(a @ [x & 1, x >> 1] % 2))) "
         "for x in range(4)] for y in range(4)])"),
        ("rows = PauliList(data)\ncliff = Clifford(np.column_stack([rows.x, rows.z, "
         "[label[0] == '-' for label in data]]))", "data: list[str]",
         "the list `data` of the four signed labels of the images of X_0, X_1, Z_0, Z_1",
         "Clifford(qc).to_labels()", "m"),
    ]  # fmt: skip
    code, given, told, call, matrix = rng.choice(sources)
    second = [
        ("", "", "u"),
        (f'cliff = cliff.compose(Clifford.from_label("{label}"))\n',
         f" followed by {label[1]} on qubit 0 and {label[0]} on qubit 1",
         f"Operator.from_label('{label}').data @ u"),
        (f'cliff = Clifford.from_label("{label}").compose(cliff)\n',
         f" preceded by {label[1]} on qubit 0 and {label[0]} on qubit 1",
         f"u @ Operator.from_label('{label}').data"),
        ("cliff = cliff.adjoint()\n", ", inverted", "u.conj().T"),
        (f'cliff = cliff.tensor(Clifford.from_label("{label[0]}"))\n',
         f" with one more qubit, the new qubit 0, on which {label[0]} acts",
         f"np.kron(u, Operator.from_label('{label[0]}').data)"),
        ("cliff = cliff.compose(cliff)\n", " applied twice", "u @ u"),
    ]  # fmt: skip
    more, after, want = rng.choice(second)
    ends = [
        ("return cliff", "a Clifford", "Clifford"),
        ("return cliff.to_circuit()", "a QuantumCircuit", "QuantumCircuit"),
        ("return cliff.to_operator()", "an Operator, up to a global phase,", "Operator"),
        (
            "return cliff.to_matrix()",
            "a unitary matrix (array), up to a global phase,",
            "np.ndarray",
        ),
    ]
    end, out, kind = rng.choice(ends)
    body = f"{code}\n{more}{end}\n"
    text = body + given
    names = [x for x in ("Clifford", "Operator", "PauliList") if f"{x}(" in text or f"{x}." in text
             or f": {x}" in given]  # fmt: skip
    imports = ["import numpy as np"] if "np." in text else []
    imports += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in given else []
    imports += ["from qiskit.circuit.library import LinearFunction"] if "LinearF" in body else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    wrong = (Wrong("S07", body.replace(".compose(C", ".dot(C")),) if ".compose(C" in body else ()
    return Instance(
        entry_point=rng.choice(["build_clifford", "clifford_from", "read_clifford"]),
        signature=f"({given})",
        asks=(
            f"Take {told}. Return {out} of this Clifford{after}.",
            f"I have {told} and need {out} of it{after}.",
            f"Input: {told}. Output: {out} that describes it{after}; qubit 0 is rightmost in labels.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}{RANDOM}
for turn in range(4):
    qc = scrambled({n})
    m = Operator(qc).data
    a = np.array([[[1, 1], [0, 1]], [[1, 0], [1, 1]], [[0, 1], [1, 1]], [[1, 1], [1, 0]]][turn])
    u = {matrix}
    got = candidate({call})
    assert isinstance(got, {kind})
    assert Operator(got).equiv(Operator({want}), rtol=0, atol=1e-7)
""",
        params={"source": told, "then": after, "out": out},
        wrong=wrong,
    )
