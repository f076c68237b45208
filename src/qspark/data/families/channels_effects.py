"""Channels: tomography, twirling and environments."""

from random import Random

from qspark.data.families.base import Instance, angle, family
from qspark.data.families.channels import KRAUS


@family(
    "channels",
    "advanced",
    oracle="channel",
    skills=("tomography", "choi", "linearity"),
    why="Qiskit's Choi matrix is the sum of |i><j| (x) E(|i><j|), the input on the left.",
    tolerance=1e-7,
)
def channel_tomography(rng: Random) -> Instance:
    """A channel from what it makes of a set of input states."""
    sets = {
        "0, 1, + and r": "01+r",
        "0, 1, - and l": "01-l",
        "0, +, - and r": "0+-r",
        "1, +, r and l": "1+rl",
        "0, -, r and l": "0-rl",
    }
    words = rng.choice(sorted(sets))
    labels = sets[words]
    form = rng.choice(["Choi", "SuperOp", "PTM", "Kraus"])
    style = rng.choice(["states", "bloch", "bell", "bell", "heisenberg"])
    end = rng.choice(["channel", "channel", "fidelity", "compose", "image"])
    t = angle(rng)
    if style == "states":
        body = f"""
inputs = np.column_stack([DensityMatrix.from_label(x).data.ravel(order="F") for x in "{labels}"])
images = np.column_stack([outputs[x].data.ravel(order="F") for x in "{labels}"])
channel = SuperOp(images @ np.linalg.inv(inputs))
"""
        given = "outputs: dict[str, DensityMatrix]"
        told = (
            f"`outputs` maps each of the labels {words} to the DensityMatrix that an unknown one-qubit "
            "channel makes of this state"
        )
        call = (
            f"{{x: DensityMatrix(act(ks, np.outer(kets[x], kets[x].conj()))) for x in '{labels}'}}"
        )
    elif style == "bloch":
        body = f"""
inputs, images = [], []
for x in "{labels}":
    state = DensityMatrix.from_label(x)
    inputs.append([1] + [np.real(state.expectation_value(Pauli(letter))) for letter in "XYZ"])
    images.append([1, *outputs[x]])
channel = PTM(np.array(images).T @ np.linalg.inv(np.array(inputs).T))
"""
        given = "outputs: dict[str, list[float]]"
        told = (
            f"`outputs` maps each of the labels {words} to the Bloch vector [<X>, <Y>, <Z>] measured on "
            "the image of this state under an unknown trace-preserving one-qubit channel"
        )
        call = (
            "{x: [np.trace(p @ act(ks, np.outer(kets[x], kets[x].conj()))).real for p in P1[1:]] "
            f"for x in '{labels}'}}"
        )
    elif style == "bell":
        side = rng.choice([0, 1])
        other = rng.choice(["phi", "psi"])
        bell = "|00> + |11>" if other == "phi" else "|01> + |10>"
        fix = ""
        if other == "psi":
            fix = f'state = state.evolve(Pauli("X"), [{1 - side}])\n'
        swap = "state = state.reverse_qargs()\n" if side == 1 else ""
        body = f"\n{fix}{swap}channel = Choi(2 * state.data)\n"
        given = "state: DensityMatrix"
        told = (
            f"an unknown one-qubit channel has acted on qubit {side} of the two-qubit state "
            f"({bell})/sqrt(2), and `state` is the resulting DensityMatrix"
        )
        ket = "[1, 0, 0, 1]" if other == "phi" else "[0, 1, 1, 0]"
        order = "np.kron(np.eye(2), k)" if side == 0 else "np.kron(k, np.eye(2))"
        call = f"DensityMatrix(act([{order} for k in ks], np.outer({ket}, {ket}) / 2))"
    else:
        body = """
rows = []
for letter in "IXYZ":
    image = observables[letter]
    rows.append([np.real(np.trace(image.data @ Pauli(p).to_matrix())) / 2 for p in "IXYZ"])
channel = PTM(np.array(rows))
"""
        given = "observables: dict[str, Operator]"
        told = (
            "`observables` maps each of I, X, Y and Z to the Operator that an unknown one-qubit channel "
            "makes of it in the Heisenberg picture, i.e. P becomes the sum of K^dagger P K"
        )
        call = "{x: Operator(sum(k.conj().T @ p @ k for k in ks)) for x, p in zip('IXYZ', P1)}"
    tail, out, want, check = {
        "channel": (f"return {form}(channel)", f"the channel as a {form}", "sup(ks)",
                    f"assert isinstance(got, {form})\n    got = SuperOp(got).data"),
        "fidelity": (f"return process_fidelity(channel, Operator(RXGate({t})))",
                     f"the process fidelity of the channel with an ideal RX({t}) gate",
                     f"np.trace(sup([library.RXGate({t}).to_matrix()]).conj().T @ sup(ks)).real / 4", ""),
        "compose": (f"return {form}(SuperOp(channel).compose(SuperOp(RYGate({t}))))",
                    f"as a {form}, the channel followed by an RY({t}) gate",
                    f"sup([library.RYGate({t}).to_matrix() @ k for k in ks])",
                    f"assert isinstance(got, {form})\n    got = SuperOp(got).data"),
        "image": (f"state = Statevector([np.cos({t}), 1j * np.sin({t})])\n"
                  "return DensityMatrix(state).evolve(channel)",
                  f"the DensityMatrix into which it turns the pure state cos({t})|0> + i sin({t})|1>",
                  f"act(ks, np.outer([np.cos({t}), 1j * np.sin({t})], [np.cos({t}), -1j * np.sin({t})]))",
                  "assert isinstance(got, DensityMatrix)\n    got = got.data"),
    }[end]  # fmt: skip
    if end == "image" and style == "bell":
        tail = tail.replace("state = ", "start = ").replace("(state)", "(start)")
    text = body + tail + given
    used = ["Choi", "DensityMatrix", "Kraus", "Operator", "PTM", "Pauli", "Statevector", "SuperOp",
            "process_fidelity"]  # fmt: skip
    names = [
        x for x in used if f"{x}(" in text or f"{x}." in text or f"{x}]" in text or f" {x}" in given
    ]
    gates = [g for g in ("RXGate", "RYGate") if g in text]
    imports = ["import numpy as np"] if "np." in text else []
    imports += [f"from qiskit.circuit.library import {', '.join(gates)}"] if gates else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    return Instance(
        entry_point=rng.choice(["reconstruct", "channel_from_data", "process_tomography"]),
        signature=f"({given})",
        asks=(
            f"Process tomography with exact data: {told}. Return {out}.",
            f"Reconstruct a channel. Data: {told}. Result: {out}. Qubit 0 is the right one in kets.",
            f"{told[0].upper()}{told[1:]}. From this I want {out}.",
        ),
        imports="\n".join(imports),
        body=f"{body.strip(chr(10))}\n{tail}\n",
        test=f"""{KRAUS}
kets = dict(zip("01+-rl", np.array([[1, 0], [0, 1], [1, 1], [1, -1], [1, 1j], [1, -1j]], complex)))
kets = {{x: v / np.linalg.norm(v) for x, v in kets.items()}}
for rank in (3, 2, 1):
    ks = drawn(1, rank)
    got = candidate({call})
    {check or "pass"}
    assert np.allclose(got, {want}, atol=1e-7)
""",
        params={"style": style, "labels": labels, "out": out},
    )


@family(
    "channels",
    "advanced",
    oracle="channel",
    skills=("twirling", "group-average"),
    why="A Pauli twirl keeps the diagonal of the Pauli transfer matrix, a full Clifford twirl its mean.",
    tolerance=1e-7,
)
def twirled_channel(rng: Random) -> Instance:
    """The average of a channel over a group of conjugations."""
    n = rng.choice([1, 1, 2])
    source = rng.choice(["Kraus", "Choi", "SuperOp", "Stinespring"])
    group, told, oracle = rng.choice(
        [
            (f"pauli_basis({n})", f"all Pauli strings on {'one qubit' if n == 1 else 'two qubits'}",
             "words(N)"),
            (f'[Pauli("{"I" * n}"), Pauli("{"Z" * n}")]', f"the pair {'I' * n}, {'Z' * n}",
             "[np.eye(2**N), words(N)[-1]]"),
            (f'[Pauli("{"I" * n}"), Pauli("{"X" * n}")]', f"the pair {'I' * n}, {'X' * n}",
             "[np.eye(2**N), words(N)[1 if N == 1 else 5]]"),
        ]
    )  # fmt: skip
    form = rng.choice(["PTM", "SuperOp", "Choi", "Chi", "Kraus"])
    after = rng.choice(["", "", "gate"])
    t = angle(rng)
    turn = f"[np.kron(np.eye(2**({n} - 1)), library.RZGate({t}).to_matrix()) @ k for k in ks]"
    code = f"""
group = {group}
twirled = SuperOp(np.zeros(({4**n}, {4**n})))
for p in group:
    unitary = SuperOp(p)
    twirled = twirled + unitary.compose(SuperOp(channel)).compose(unitary) / len(group)
"""
    if after:
        at = "" if n == 1 else ", qargs=[0]"
        front = f"channel = SuperOp(channel).compose(SuperOp(RZGate({t})){at})\n"
        code = f"\n{front}{code.strip(chr(10))}\n"
        story = f"the channel followed by RZ({t}) on qubit 0"
    else:
        story = "the channel"
    ends = [
        (f"return {form}(twirled)", f"the twirled channel as a {form}", "avg"),
        ("return np.diag(PTM(twirled).data).real",
         f"the diagonal of the Pauli transfer matrix of the twirled channel (Paulis in the order "
         f"{'I, X, Y, Z' if n == 1 else 'II, IX, IY, IZ, XI, ..., ZZ'})",
         "np.diag(PTM(SuperOp(avg)).data).real"),
        (f"weights = np.diag(Chi(twirled).data).real / {2**n}\n"
         f"return dict(zip(pauli_basis({n}).to_labels(), weights.tolist()))",
         "a dict from Pauli label to the weight with which the Pauli acts, i.e. the diagonal of the twirled "
         "channel's process matrix in the Pauli basis (with sum one)",
         f"np.diag(Chi(SuperOp(avg)).data).real / {2**n}"),
        ("return average_gate_fidelity(twirled)",
         "the average gate fidelity of the twirled channel with the identity",
         f"(np.trace(avg).real / {2**n} + 1) / ({2**n} + 1)"),
        ("return twirled.power(2).compose(twirled)", "a SuperOp of three applications of the twirled channel",
         "avg @ avg @ avg"),
    ]  # fmt: skip
    end, out, want = rng.choice(ends)
    # The fidelity is blind to the twirl.
    while "fidelity" in out:
        end, out, want = rng.choice(ends)
    body = f"{code.strip(chr(10))}\n{end}\n"
    used = ["Chi", "Choi", "Kraus", "PTM", "Pauli", "Stinespring", "SuperOp", "pauli_basis"]
    names = [x for x in used if f"{x}(" in body or x == source]
    kind = end.partition("(")[0].removeprefix("return ")
    isa = f"assert isinstance(got, {kind})\n    " if kind == form else ""
    conv = "SuperOp(got).data" if isa or "power" in end else "got"
    compare = (
        f"assert list(got) == LABELS[{n}] and np.allclose(list(got.values()), {want}, atol=1e-7)"
        if "dict(" in end
        else f"assert np.allclose({conv}, {want}, atol=1e-7)"
    )
    compare = compare.replace("list(got) == ", "set(got) == set(").replace("] and", "]) and").replace(
        "list(got.values())", f"[got[x] for x in LABELS[{n}]]"
    )  # fmt: skip
    return Instance(
        entry_point=rng.choice(["twirl", "average_channel", "twirled"]),
        signature=f"(channel: {source})",
        asks=(
            f"Twirl {story} (a {source} on {'one qubit' if n == 1 else 'two qubits'} is given) over {told}: "
            f"average P E(P rho P) P with equal weights. Return {out}.",
            f"`channel` is a {source}, {n} qubit(s). Let E be {story}. Average E conjugated by {told} (the "
            f"Pauli acts before and after) and give {out}.",
            f"Randomised compiling in theory: E is {story}, group: {told}, mean of P o E o P. Wanted: {out}. "
            f"The argument is a {source} on {n} qubit(s).",
        ),
        imports="import numpy as np\n"
        + ("from qiskit.circuit.library import RZGate\n" if after else "")
        + f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{KRAUS}
LABELS = {{1: list("IXYZ"), 2: [a + b for a in "IXYZ" for b in "IXYZ"]}}
N = {n}
for rank in (2, 3):
    ks = drawn(N, rank)
    ks = [(np.eye(2**N) * (1 - j % 2) + 0.4 * k) for j, k in enumerate(ks)]
    m = sum(k.conj().T @ k for k in ks)
    w, u = np.linalg.eigh(m)
    ks = [k @ (u / np.sqrt(w)) @ u.conj().T for k in ks]
    got = candidate({source}(Kraus(ks)))
    {"ks = " + turn if after else "pass"}
    avg = np.mean([sup([p @ k @ p for k in ks]) for p in {oracle}], axis=0)
    {isa}{compare}
""",
        params={"group": told, "after": after, "out": out, "source": source},
    )


@family(
    "channels",
    "advanced",
    oracle="state",
    skills=("stinespring", "environment", "complementary-channel"),
    why="The environment's state has the matrix elements Tr(K_i rho K_j^dagger).",
    tolerance=1e-7,
)
def environment_state(rng: Random) -> Instance:
    """What the environment of a channel learns."""
    source = rng.choice(["Choi", "SuperOp", "PTM", "Chi", "Stinespring"])
    base = rng.choice([2, 3, 10])
    ket = rng.choice(["0", "1", "+", "-", "r", "l"])
    t = angle(rng)
    begin, told, oracle = rng.choice(
        [
            ("", "the given DensityMatrix `rho`", ""),
            (f'rho = (1 - 0.3) * rho + 0.3 * DensityMatrix.from_label("{ket}")\n',
             f"the given DensityMatrix `rho` mixed with 30 % of |{ket}> (0.7 rho + 0.3 |{ket}><{ket}|)",
             f"v = kets['{ket}']\n    r = 0.7 * r + 0.3 * np.outer(v, v.conj()) / np.vdot(v, v)"),
            (f"rho = rho.evolve(RYGate({t}))\n", f"the given DensityMatrix `rho` after RY({t})",
             f"u = library.RYGate({t}).to_matrix()\n    r = u @ r @ u.conj().T"),
        ]
    )  # fmt: skip
    code = """
operators = Kraus(channel).data
environment = np.array(
    [[np.trace(a @ rho.data @ b.conj().T) for b in operators] for a in operators]
)
"""
    ent = "-sum(w * np.log(w) for w in np.linalg.eigvalsh({}) if w > 1e-14) / np.log({})"
    ends = [
        ("return np.sort(np.linalg.eigvalsh(environment))[::-1][:2]",
         "the array of the two largest eigenvalues of the environment's state, the larger first",
         "pair"),
        (f"return entropy(DensityMatrix(environment), base={base})",
         f"the entropy exchange (von Neumann entropy of the environment) with logarithms to base {base}",
         ent.format("e", base)),
        ("output = rho.evolve(channel)\n"
         f"return entropy(output, base={base}) - entropy(DensityMatrix(environment), base={base})",
         f"the coherent information S(output) - S(environment) with logarithms to base {base}",
         f"({ent.format('act(ks, r)', base)}) - ({ent.format('e', base)})"),
        ("return float(np.real(DensityMatrix(environment).purity()))",
         "the purity of the environment's state", "np.trace(e @ e).real"),
        ("output = rho.evolve(channel)\n"
         f"total = entropy(rho, base={base}) + entropy(output, base={base})\n"
         f"return total - entropy(DensityMatrix(environment), base={base})",
         f"the quantum mutual information S(input) + S(output) - S(environment) with logarithms to base "
         f"{base}", f"({ent.format('r', base)}) + ({ent.format('act(ks, r)', base)}) - "
         f"({ent.format('e', base)})"),
    ]  # fmt: skip
    end, out, want = rng.choice(ends)
    compare = (
        "assert np.shape(got) == (2,)\n    "
        "assert np.allclose(got, np.sort(np.linalg.eigvalsh(e))[::-1][:2], atol=1e-7)"
        if want == "pair"
        else f"assert abs(got - ({want})) < 1e-7"
    )
    body = f"{begin}{code.strip(chr(10))}\n{end}\n"
    used = ["Choi", "Chi", "DensityMatrix", "Kraus", "PTM", "Stinespring", "SuperOp", "entropy"]
    names = sorted({x for x in used if f"{x}(" in body} | {source, "DensityMatrix"})
    gate = "from qiskit.circuit.library import RYGate\n" if "RYGate" in body else ""
    return Instance(
        entry_point=rng.choice(["environment_figure", "what_leaks", "exchange"]),
        signature=f"(channel: {source}, rho: DensityMatrix)",
        asks=(
            f"A one-qubit channel (a {source}) acts on {told}. Consider the environment of its minimal "
            f"dilation, initially pure. Return {out}.",
            f"For the channel `channel`, given as a {source} of one qubit, and the input state {told}, "
            f"compute {out}.",
            f"Complementary channel: input state is {told}; the noise is a {source}. I need {out}.",
        ),
        imports=f"import numpy as np\n{gate}from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{KRAUS}
kets = dict(zip("01+-rl", np.array([[1, 0], [0, 1], [1, 1], [1, -1], [1, 1j], [1, -1j]], complex)))
for rank in (2, 3, 4):
    ks = drawn(1, rank)
    r = mixed(1)
    got = candidate({source}(Kraus(ks)), DensityMatrix(r))
    {oracle or "pass"}
    e = np.array([[np.trace(a @ r @ b.conj().T) for b in ks] for a in ks])
    {compare}
""",
        params={"state": told, "out": out, "source": source},
    )
