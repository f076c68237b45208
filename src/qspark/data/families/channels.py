"""Channels: representations, pipelines of changes, standard noise and properties."""

from random import Random

from qspark.data.families.base import Instance, angle, family
from qspark.data.families.operators import matters

# The oracle holds a channel as a list `ks` of Kraus matrices.
KRAUS = """
import numpy as np
from qiskit.circuit import library
from qiskit.quantum_info import Chi, Choi, DensityMatrix, Kraus, Operator, PTM, Stinespring, SuperOp
rng = np.random.default_rng(np.random.randint(2**31))
P1 = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])]
def drawn(n=1, rank=3):
    d = 2**n
    m = rng.normal(size=(rank * d, d)) + 1j * rng.normal(size=(rank * d, d))
    q = np.linalg.qr(m)[0]
    return [q[k * d:(k + 1) * d] for k in range(rank)]
def words(n):
    out = [np.eye(1)]
    for _ in range(n):
        out = [np.kron(p, q) for p in out for q in P1]
    return out
def vec(m):
    return np.asarray(m).T.reshape(-1)
def sup(ks):
    return sum(np.kron(np.conj(k), k) for k in ks)
def choi(ks):
    return sum(np.outer(vec(k), vec(k).conj()) for k in ks)
def act(ks, r):
    return sum(k @ r @ np.conj(k).T for k in ks)
def ptm(ks):
    d = len(ks[0])
    ps = words(d.bit_length() - 1)
    return np.array([[np.trace(p @ act(ks, q)).real / d for q in ps] for p in ps])
def chi(ks):
    d = len(ks[0])
    v = np.array([[np.trace(p @ k) / d**0.5 for p in words(d.bit_length() - 1)] for k in ks])
    return sum(np.outer(x, x.conj()) for x in v)
def mixed(n):
    m = rng.normal(size=(2**n, 2**n)) + 1j * rng.normal(size=(2**n, 2**n))
    return m @ m.conj().T / np.trace(m @ m.conj().T).real
"""
FORMS = {
    "SuperOp": ("sup", "the superoperator matrix (column stacking)"),
    "Choi": ("choi", "the Choi matrix"),
    "PTM": ("ptm", "the Pauli transfer matrix"),
    "Chi": ("chi", "the Chi matrix"),
}


def _change(rng: Random, n: int) -> tuple[str, str, str, str, int]:
    """(code, words, oracle, gate class, qubits) of a change of the channel `channel`."""
    t, p = angle(rng), rng.randint(5, 45) / 100
    gate = rng.choice([f"RXGate({t})", f"RYGate({t})", "SXGate()", "TGate()", "SGate()"])
    u = f"library.{gate}.to_matrix()"
    cls = gate.partition("(")[0]
    q = rng.randrange(n)
    at, told = (f", qargs=[{q}]", f" on qubit {q}") if n > 1 else ("", "")
    wide = u if n == 1 else (f"np.kron(np.eye(2), {u})" if q == 0 else f"np.kron({u}, np.eye(2))")
    kind = rng.choice(
        [
            "after",
            "before",
            "dot",
            "tensor",
            "expand",
            "adjoint",
            "transpose",
            "conjugate",
            "power",
            "mix",
        ]
    )
    name = gate.replace("Gate", "")
    if kind == "after":
        code = f"channel = channel.compose(SuperOp({gate}){at})"
        return code, f"follow it by the gate {name}{told}", f"ks = [{wide} @ k for k in ks]", cls, n
    if kind == "before":
        code = f"channel = channel.compose(SuperOp({gate}){at}, front=True)"
        return (
            code,
            f"let the gate {name}{told} act before it",
            f"ks = [k @ {wide} for k in ks]",
            cls,
            n,
        )
    if kind == "dot":
        code = f"channel = channel.dot(SuperOp({gate}){at})"
        return (
            code,
            f"let the gate {name}{told} act before it",
            f"ks = [k @ {wide} for k in ks]",
            cls,
            n,
        )
    if kind in ("tensor", "expand"):
        code = f"channel = channel.{kind}(SuperOp({gate}))"
        where = "low" if kind == "tensor" else "high"
        told = f"let the gate {name} act in parallel on one new qubit at the {where} end"
        oracle = f"np.kron(k, {u})" if kind == "tensor" else f"np.kron({u}, k)"
        return code, told, f"ks = [{oracle} for k in ks]", cls, n + 1
    if kind == "power":
        return (
            "channel = channel.power(2)",
            "apply it twice",
            "ks = [l @ k for k in ks for l in ks]",
            "",
            n,
        )
    if kind == "mix":
        rest = round(1 - p, 2)
        code = f"channel = {rest} * channel + {p} * SuperOp(np.eye({4**n}))"
        told = f"use it with probability {rest} and do nothing with probability {p}"
        oracle = f"ks = [{rest} ** 0.5 * k for k in ks] + [{p} ** 0.5 * np.eye(2**{n})]"
        return code, told, oracle, "", n
    told = {"adjoint": "take its adjoint (the Heisenberg-picture map)", "transpose": "transpose it",
            "conjugate": "take its complex conjugate"}[kind]  # fmt: skip
    oracle = {"adjoint": "k.conj().T", "transpose": "k.T", "conjugate": "k.conj()"}[kind]
    extra = {"transpose": " (all Kraus matrices transposed)",
             "conjugate": " (all Kraus matrices conjugated)"}.get(kind, "")  # fmt: skip
    return f"channel = channel.{kind}()", told + extra, f"ks = [{oracle} for k in ks]", "", n


@family(
    "channels",
    "intermediate",
    oracle="channel",
    skills=("representations", "composition", "qargs"),
    why="All representations convert by their constructors and share compose, tensor, power and adjoint.",
    tolerance=1e-7,
)
def channel_pipeline(rng: Random) -> Instance:
    """Changes of a channel and its matrix in a chosen representation."""
    source = rng.choice(["Kraus", "Choi", "PTM", "SuperOp", "Chi", "Stinespring"])
    while True:
        m, chosen = 1, []
        for _ in range(rng.choice([1, 2, 2])):
            *step, m = _change(rng, m)
            chosen.append(step)
        form = rng.choice(sorted(FORMS))
        made, what = FORMS[form]
        ends = [
            (f"return {form}(channel)", f"the result as a {form}", f"{made}(ks)"),
            (f"return {form}(channel).data", f"{what} of the result as an array", f"{made}(ks)"),
            ("return rho.evolve(channel)", "the DensityMatrix `rho` after the result has acted on it",
             "act(ks, r)"),
            ("return Stinespring(channel)", "the result as a Stinespring channel", "sup(ks)"),
            ("return Kraus(channel)", "the result as a Kraus channel", "sup(ks)"),
        ]  # fmt: skip
        read, out, want = rng.choice(ends)
        heads = [step[0].partition("(")[0] for step in chosen]
        oracles = [s[2] for s in chosen]
        setup = f"{KRAUS}\nr = mixed({m})" if "act" in want else KRAUS
        if (
            m < 3
            and len(set(heads)) == len(heads)
            and matters(setup, "ks = drawn()", oracles, want)
        ):
            break
    start = "" if source in ("SuperOp", "Choi", "PTM") and rng.random() < 0.5 else None
    convert = "channel = SuperOp(channel)\n" if start is None else ""
    body = convert + "\n".join([*(s[0] for s in chosen), read]) + "\n"
    gates = sorted({s[3] for s in chosen} - {""})
    used = ["Chi", "Choi", "DensityMatrix", "Kraus", "PTM", "Stinespring", "SuperOp"]
    names = [x for x in used if f"{x}(" in body or x == source or (x[0] == "D" and "rho" in body)]
    imports = ["import numpy as np"] if "np." in body else []
    imports += [f"from qiskit.circuit.library import {', '.join(gates)}"] if gates else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    words = [s[1] for s in chosen]
    told = "; then ".join(words)
    more = ", rho: DensityMatrix" if "rho" in body else ""
    call = ", DensityMatrix(r)" if more else ""
    kind = read.partition("(")[0].removeprefix("return ")
    check = "SuperOp(got).data" if kind in ("Stinespring", "Kraus") else "np.asarray(got)"
    check = "got.data" if kind in FORMS and not read.endswith("data") else check
    isa = (
        f"assert isinstance(got, {kind})\n    " if kind in (*FORMS, "Stinespring", "Kraus") else ""
    )
    isa = "" if read.endswith("data") else isa
    oracle = "\n    ".join(oracles)
    return Instance(
        entry_point=rng.choice(["change_channel", "rework_channel", "modify"]),
        signature=f"(channel: {source}{more})",
        asks=(
            f"`channel` is a one-qubit channel given as a {source}. In this order: {told}. Return {out}.",
            f"Given a {source} of one qubit: {told}. The function returns {out}.",
            f"Channel algebra. Input: {source}, one qubit. Do: {told}. Output: {out}.",
            f"From a one-qubit {source} I have to {told}. How do I get {out}?",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{KRAUS}
for rank in (2, 3, 1):
    ks = drawn(1, rank)
    r = mixed({m})
    got = candidate({source}(Kraus(ks)){call})
    {oracle}
    {isa}assert np.allclose({check}, {want}, atol=1e-7)
""",
        params={"source": source, "steps": words, "out": out},
    )


NOISE = [
    ("amplitude damping with probability `p` (|1> decays to |0>)",
     "jump = np.array([[0, np.sqrt(p)], [0, 0]])\nstay = np.diag([1, np.sqrt(1 - p)])\n"
     "channel = Kraus([stay, jump])", "[np.diag([1, (1 - p) ** 0.5]), [[0, p**0.5], [0, 0]]]"),
    ("a decay from |0> up to |1> with probability `p`",
     "jump = np.array([[0, 0], [np.sqrt(p), 0]])\nstay = np.diag([np.sqrt(1 - p), 1])\n"
     "channel = Kraus([stay, jump])", "[np.diag([(1 - p) ** 0.5, 1]), [[0, 0], [p**0.5, 0]]]"),
    ("phase damping that multiplies the off-diagonal elements by sqrt(1 - p)",
     "channel = PTM(np.diag([1, np.sqrt(1 - p), np.sqrt(1 - p), 1]))",
     "[np.diag([1, (1 - p) ** 0.5]), np.diag([0, p**0.5])]"),
    ("a depolarising channel that replaces the state by I/2 with probability `p`",
     "channel = PTM(np.diag([1, 1 - p, 1 - p, 1 - p]))",
     "[(1 - 0.75 * p) ** 0.5 * P1[0]] + [(p / 4) ** 0.5 * x for x in P1[1:]]"),
    ("an error that applies X, Y or Z with probability p / 3 each",
     "channel = Chi(np.diag([2 * (1 - p), 2 * p / 3, 2 * p / 3, 2 * p / 3]))",
     "[(1 - p) ** 0.5 * P1[0]] + [(p / 3) ** 0.5 * x for x in P1[1:]]"),
    ("a bit flip (X) with probability `p`",
     'channel = (1 - p) * SuperOp(np.eye(4)) + p * SuperOp(Pauli("X"))',
     "[(1 - p) ** 0.5 * P1[0], p**0.5 * P1[1]]"),
    ("a Y error with probability `p`",
     'channel = (1 - p) * SuperOp(np.eye(4)) + p * SuperOp(Pauli("Y"))',
     "[(1 - p) ** 0.5 * P1[0], p**0.5 * P1[2]]"),
    ("a phase flip (Z) with probability `p`",
     'channel = Kraus([np.sqrt(1 - p) * np.eye(2), np.sqrt(p) * Pauli("Z").to_matrix()])',
     "[(1 - p) ** 0.5 * P1[0], p**0.5 * P1[3]]"),
    ("a reset to |0> that happens with probability `p`",
     "reset = np.zeros((4, 4))\nreset[0, [0, 3]] = 1\n"
     "channel = (1 - p) * SuperOp(np.eye(4)) + p * SuperOp(reset)",
     "[(1 - p) ** 0.5 * P1[0], [[p**0.5, 0], [0, 0]], [[0, p**0.5], [0, 0]]]"),
    ("a reset to |1> that happens with probability `p`",
     "reset = np.zeros((4, 4))\nreset[3, [0, 3]] = 1\n"
     "channel = (1 - p) * SuperOp(np.eye(4)) + p * SuperOp(reset)",
     "[(1 - p) ** 0.5 * P1[0], [[0, 0], [p**0.5, 0]], [[0, 0], [0, p**0.5]]]"),
    ("a Hadamard gate that fails (does nothing) with probability `p`",
     "channel = p * SuperOp(np.eye(4)) + (1 - p) * SuperOp(HGate())",
     "[p**0.5 * P1[0], (1 - p) ** 0.5 * library.HGate().to_matrix()]"),
]  # fmt: skip


@family(
    "channels",
    "basic",
    oracle="channel",
    skills=("noise", "representations"),
    why="A channel can be written in whatever representation is easiest and converted by a constructor.",
    tolerance=1e-8,
)
def standard_channel(rng: Random) -> Instance:
    """Well-known noise as a channel object of a given class, on one or two qubits."""
    words, code, ks = rng.choice(NOISE)
    form = rng.choice(["Kraus", "SuperOp", "Choi", "PTM", "Chi", "Stinespring"])
    variant = rng.choice(["plain", "both", "low", "high", "after"])
    t = angle(rng)
    end, told, oracle = {
        "plain": ("", "on one qubit", "ks"),
        "both": ("channel = channel.tensor(channel)\n", "on each of two qubits, independently",
                 "[np.kron(k, l) for k in ks for l in ks]"),
        "low": ("channel = channel.expand(SuperOp(np.eye(4)))\n",
                "on qubit 0 of two, qubit 1 being untouched", "[np.kron(np.eye(2), k) for k in ks]"),
        "high": ("channel = channel.tensor(SuperOp(np.eye(4)))\n",
                 "on qubit 1 of two, qubit 0 being untouched", "[np.kron(k, np.eye(2)) for k in ks]"),
        "after": (f"channel = SuperOp(RYGate({t})).compose(channel)\n",
                  f"on one qubit right after an RY({t}) gate",
                  f"[k @ library.RYGate({t}).to_matrix() for k in ks]"),
    }[variant]  # fmt: skip
    body = f"{code}\n{end}return {form}(channel)\n"
    used = ["Chi", "Choi", "Kraus", "PTM", "Pauli", "Stinespring", "SuperOp"]
    names = [x for x in used if f"{x}(" in body]
    gates = [g for g in ("HGate", "RYGate") if g in body]
    imports = ["import numpy as np"]
    imports += [f"from qiskit.circuit.library import {', '.join(gates)}"] if gates else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    return Instance(
        entry_point=rng.choice(["noise_channel", "make_channel", "error_channel"]),
        signature=f"(p: float) -> {form}",
        asks=(
            f"Return as a {form}: {words}, acting {told}.",
            f"I need the channel object (class {form}) of {words}; it acts {told}.",
            f"Build a {form} that describes {words}. Scope: {told}.",
            f"Noise model for 0 < p < 1: {words}, {told}. The result must be a {form}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{KRAUS}
for p in (0.07, 0.32, 0.81):
    got = candidate(p)
    assert isinstance(got, {form})
    ks = [np.asarray(k) for k in {ks}]
    ks = {oracle}
    assert np.allclose(SuperOp(got).data, sup(ks), atol=1e-8)
""",
        params={"noise": words, "class": form, "scope": told},
    )


CHECKS = {
    "channel.is_cptp()": ("whether it is completely positive and trace preserving", "cp and tp"),
    "channel.is_cp()": ("whether it is completely positive", "cp"),
    "channel.is_tp()": ("whether it preserves the trace", "tp"),
    "channel.is_unitary()": (
        "whether it is a unitary channel",
        "cp and tp and np.linalg.matrix_rank(c, tol=1e-6) == 1",
    ),
    "channel.adjoint().is_tp()": (
        "whether it is unital (maps the identity to itself)",
        "np.allclose(s @ vec(np.eye(2)), vec(np.eye(2)))",
    ),
    "channel.compose(channel) == channel": (
        "whether applying it twice is the same as once",
        "np.allclose(s @ s, s)",
    ),
    "channel.adjoint() == channel": ("whether it is its own adjoint", "np.allclose(s.conj().T, s)"),
    "bool(np.allclose(PTM(channel).data, np.diag(np.diag(PTM(channel).data))))": (
        "whether its Pauli transfer matrix is diagonal",
        "np.allclose(t, np.diag(np.diag(t)))",
    ),
    "int(np.linalg.matrix_rank(Choi(channel).data, tol=1e-6))": (
        "the rank of its Choi matrix (singular values above 1e-6)",
        "np.linalg.matrix_rank(c, tol=1e-6)",
    ),
}


@family(
    "channels",
    "intermediate",
    oracle="value",
    skills=("complete-positivity", "unitality"),
    why="Trace preservation of the adjoint is unitality of the map.",
    tolerance=1e-8,
)
def channel_checks(rng: Random) -> Instance:
    """Properties of a linear map on one qubit."""
    one, two = rng.sample(sorted(CHECKS), 2)
    source = rng.choice(["Choi", "SuperOp", "PTM"])
    style = rng.choice(["tuple", "dict"])
    ending = {"tuple": f"return ({one}, {two})", "dict": f'return {{"a": {one}, "b": {two}}}'}[
        style
    ]
    front = rng.choice(["", "SuperOp", "Choi"])
    if front in ("", source):
        front = source
    body = f"channel = {front}({'matrix'})\n" if front == source else (
        f"channel = {front}({source}(matrix))\n"
    )  # fmt: skip
    body += f"{ending}\n"
    used = ["Choi", "PTM", "SuperOp"]
    names = [x for x in used if f"{x}(" in body]
    what = {"Choi": "Choi matrix", "SuperOp": "superoperator matrix (column stacking)",
            "PTM": "Pauli transfer matrix"}[source]  # fmt: skip
    kind = "a tuple of two entries" if style == "tuple" else 'a dict with the keys "a" and "b"'
    (words1, want1), (words2, want2) = CHECKS[one], CHECKS[two]
    make = {"Choi": "Choi(SuperOp(s)).data", "SuperOp": "s", "PTM": "PTM(SuperOp(s)).data"}[source]
    return Instance(
        entry_point=rng.choice(["examine_map", "map_properties", "check_map"]),
        signature="(matrix: np.ndarray)",
        asks=(
            f"`matrix` is the {what} of a linear map on one qubit, not necessarily physical. Return {kind}: "
            f"first {words1}, second {words2}.",
            f"Given the {what} of a one-qubit map, tell {words1} and {words2} (default tolerances). Output: "
            f"{kind}, in this order.",
            f"I test {what} data of one-qubit maps and want {kind}: (1) {words1}; (2) {words2}.",
        ),
        imports=f"import numpy as np\nfrom qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{KRAUS}
h, sg = library.HGate().to_matrix(), library.SGate().to_matrix()
swap = np.eye(4)[[0, 2, 1, 3]]
cases = [
    sup(drawn()), sup(drawn(1, 1)), sup([0.8**0.5 * P1[0], 0.2**0.5 * P1[3]]), sup([h]), sup([sg]),
    sup([np.diag([1, 0]), np.diag([0, 1])]), sup([np.diag([1, 0]), np.array([[0, 1], [0, 0]])]),
    0.7 * np.eye(4), swap, sup(drawn()).conj().T, sup([np.diag([1, 0.4])]), sup([P1[1]]) * 1.2,
    sup([0.5**0.5 * h, 0.5**0.5 * P1[2]]), 1.5 * np.eye(4) - 0.5 * sup([P1[1]]), sup([np.diag([1, 0])]),
    0.4 * np.eye(4) + 0.6 * swap,
]
for s in cases:
    c, t = Choi(SuperOp(s)).data, PTM(SuperOp(s)).data
    cp = bool(np.linalg.eigvalsh(c).min() > -1e-8)
    tp = bool(np.allclose(s.conj().T @ vec(np.eye(2)), vec(np.eye(2))))
    got = candidate({make})
    got = [got["a"], got["b"]] if isinstance(got, dict) else list(got)
    assert got == [{want1}, {want2}]
assert isinstance(candidate({make}), {"tuple" if style == "tuple" else "dict"})
""",
        params={"checks": [one, two], "source": source, "style": style},
    )
