"""Channels: circuits with noise, master equations, Kraus branches."""

from random import Random

from qspark.data.families.base import Instance, angle, family
from qspark.data.families.channels import KRAUS

_FIDELITY = """
def fid(a, b):
    roots = []
    for m in (a, b):
        w, u = np.linalg.eigh(m)
        roots.append((u * np.sqrt(np.maximum(w, 0))) @ u.conj().T)
    return np.linalg.norm(roots[0] @ roots[1], "nuc") ** 2
"""


@family(
    "channels",
    "intermediate",
    oracle="channel",
    skills=("circuits", "noise", "qargs"),
    why="Channels append to circuits as instructions; SuperOp of the circuit and DensityMatrix.evolve see "
    "them.",
    tolerance=1e-7,
)
def noisy_circuit(rng: Random) -> Instance:
    """A circuit with channels as instructions, and its effect."""
    a, b = rng.sample(range(2), 2)
    p, t = rng.randint(5, 40) / 100, angle(rng)
    kinds = {
        "damping": (f"Kraus([np.diag([1, np.sqrt(1 - {p})]), np.array([[0, np.sqrt({p})], [0, 0]])])",
                    f"amplitude damping with probability {p}",
                    f"[np.diag([1, (1 - {p}) ** 0.5]), np.array([[0, {p}**0.5], [0, 0]])]"),
        "flip": (f"SuperOp((1 - {p}) * np.eye(4) + {p} * SuperOp(XGate()).data)",
                 f"an X error with probability {p}", f"[(1 - {p}) ** 0.5 * P1[0], {p}**0.5 * P1[1]]"),
        "depol": (f"PTM(np.diag([1] + 3 * [1 - {p}]))",
                  f"depolarisation (replacement by I/2 with probability {p})",
                  f"[(1 - 0.75 * {p}) ** 0.5 * P1[0]] + [({p} / 4) ** 0.5 * x for x in P1[1:]]"),
        "phase": (f"Choi(np.array([[1, 0, 0, 1 - 2 * {p}], [0, 0, 0, 0], [0, 0, 0, 0], "
                  f"[1 - 2 * {p}, 0, 0, 1]]))",
                  f"a Z error with probability {p}", f"[(1 - {p}) ** 0.5 * P1[0], {p}**0.5 * P1[3]]"),
    }  # fmt: skip
    noise, named, ks = kinds[rng.choice(sorted(kinds))]
    first, told1, u1 = rng.choice(
        [
            (f"qc.ry({t}, {a})", f"RY({t}) on qubit {a}", f"at(library.RYGate({t}), {a})"),
            (f"qc.h({a})", f"H on qubit {a}", f"at(library.HGate(), {a})"),
            (f"qc.sx({b})", f"SX on qubit {b}", f"at(library.SXGate(), {b})"),
        ]
    )
    last, told2, u2 = rng.choice(
        [
            (f"qc.cx({a}, {b})", f"a CNOT with control {a} and target {b}", f"cx({a})"),
            (f"qc.rx({t}, {b})", f"RX({t}) on qubit {b}", f"at(library.RXGate({t}), {b})"),
            (f"qc.cx({b}, {a})", f"a CNOT with control {b} and target {a}", f"cx({b})"),
        ]
    )
    ends = [
        ("return SuperOp(qc)", "the SuperOp of the whole circuit", "sup(full)", "SuperOp"),
        ("return Choi(SuperOp(qc))", "the Choi of the whole circuit", "choi(full)", "Choi"),
        ("return rho.evolve(qc)", "the output of the circuit for the two-qubit DensityMatrix `rho`",
         "act(full, r)", "DensityMatrix"),
        ("return rho.evolve(qc)", "the DensityMatrix that the circuit makes of the two-qubit DensityMatrix "
         "`rho`", "act(full, r)", "DensityMatrix"),
        ("return state_fidelity(rho, rho.evolve(qc))",
         "the fidelity of the two-qubit DensityMatrix `rho` with what the circuit makes of it",
         "fid(r, act(full, r))", ""),
        ("return qc", "the QuantumCircuit", "sup(full)", "QuantumCircuit"),
    ]  # fmt: skip
    end, out, want, kind = rng.choice(ends)
    body = f"""
channel = {noise}
qc = QuantumCircuit(2)
{first}
qc.append(channel.to_instruction(), [{b}])
{last}
{end}
"""
    used = ["Choi", "DensityMatrix", "Kraus", "PTM", "SuperOp", "state_fidelity"]
    names = [x for x in used if f"{x}(" in body or (x[0] == "D" and "rho" in body)]
    gate = "from qiskit.circuit.library import XGate\n" if "XGate" in body else ""
    value = {"SuperOp": "got.data", "Choi": "got.data", "DensityMatrix": "got.data",
             "QuantumCircuit": "SuperOp(got).data"}.get(kind, "got")  # fmt: skip
    isa = f"assert isinstance(got, {kind})\n" if kind else ""
    call = "DensityMatrix(r)" if "rho" in body else ""
    return Instance(
        entry_point=rng.choice(["noisy_circuit", "run_noisy", "circuit_with_noise"]),
        signature="(rho: DensityMatrix)" if "rho" in body else "()",
        asks=(
            f"A two-qubit circuit consists of {told1}, then {named} on qubit {b}, then {told2}. Return "
            f"{out}.",
            f"Put a channel into a circuit of two qubits: {told1}; {named} on qubit {b}; {told2}. I "
            f"need {out}.",
            f"Noisy circuit in time order: (1) {told1} (2) {named}, on qubit {b} (3) {told2}. Output of the "
            f"function: {out}.",
        ),
        imports="import numpy as np\nfrom qiskit import QuantumCircuit\n"
        f"{gate}from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{KRAUS}
from qiskit import QuantumCircuit
def at(gate, q):
    m = gate.to_matrix() if hasattr(gate, "to_matrix") else gate
    return np.kron(np.eye(2), m) if q == 0 else np.kron(m, np.eye(2))
def cx(control):
    return np.eye(4)[[0, 3, 2, 1]] if control == 0 else np.eye(4)[[0, 1, 3, 2]]
{_FIDELITY.strip()}
r = mixed(2)
full = [{u2} @ at(k, {b}) @ {u1} for k in {ks}]
got = candidate({call})
{isa}assert np.allclose({value}, {want}, atol=1e-6)
""",
        params={"steps": [told1, named, told2], "out": out},
    )


@family(
    "channels",
    "advanced",
    oracle="channel",
    skills=("master-equation", "superoperators"),
    why="With column stacking A rho B becomes kron(B.T, A) acting on vec(rho).",
    tolerance=1e-7,
)
def master_equation(rng: Random) -> Instance:
    """The channel of a Lindblad master equation after some time."""
    t = angle(rng)
    g1, g2 = rng.randint(5, 60) / 100, rng.randint(5, 60) / 100
    w = rng.randint(4, 20) / 10
    axis, other = rng.sample("XYZ", 2)
    jumps = {
        "decay": ("np.array([[0, 1], [0, 0]])", "|0><1|"),
        "pump": ("np.array([[0, 0], [1, 0]])", "|1><0|"),
        "phase": ('Pauli("Z").to_matrix()', "Z"),
        "bit": ('Pauli("X").to_matrix()', "X"),
        "both": ('Pauli("Y").to_matrix()', "Y"),
    }
    # A complex jump operator that is not normal: transposes and conjugates show.
    x, y, z = rng.randint(3, 9) / 10, rng.randint(1, 9) / 10, rng.randint(1, 6) / 10
    jumps["mixed"] = (f"np.array([[{z}, {x}], [{y}j, 0]])", f"[[{z}, {x}], [{y}i, 0]]")
    one, two = "mixed", rng.choice(sorted({*jumps} - {"mixed"}))
    made = {"decay": "[[0, 1], [0, 0]]", "pump": "[[0, 0], [1, 0]]", "phase": "P1[3]", "bit": "P1[1]",
            "both": "P1[2]", "mixed": f"[[{z}, {x}], [{y}j, 0]]"}  # fmt: skip
    extra = rng.random() < 0.6
    h = f'{w} * Pauli("{axis}").to_matrix()'
    told_h = f"H = {w} {axis}"
    h2 = f"{w} * P1[{'IXYZ'.index(axis)}]"
    if rng.random() < 0.5:
        h += f' + {g2} * Pauli("{other}").to_matrix()'
        told_h += f" + {g2} {other}"
        h2 += f" + {g2} * P1[{'IXYZ'.index(other)}]"
    pairs = [(g1, one)] + ([(g2, two)] if extra else [])
    listed = ", ".join(f"({g}, {jumps[x][0]})" for g, x in pairs)
    told = " and ".join(f"the jump operator {jumps[x][1]} with rate {g}" for g, x in pairs)
    form = rng.choice(["SuperOp", "Choi", "PTM", "Kraus"])
    ends = [
        (f"return {form}(channel)", f"the channel after the time t as a {form}", "s", form, ""),
        ("return rho.evolve(channel)", "the DensityMatrix into which `rho` evolves in the time t",
         "(s @ vec(r)).reshape(2, 2).T", "DensityMatrix", ", rho: DensityMatrix"),
        ("return float(np.real(rho.evolve(channel).expectation_value(Pauli(\"" + other + "\"))))",
         f"the expectation value of {other} after the time t for the initial DensityMatrix `rho`",
         f"np.trace((s @ vec(r)).reshape(2, 2).T @ P1[{'IXYZ'.index(other)}]).real", "",
         ", rho: DensityMatrix"),
        ("return np.real([rho.evolve(channel.power(k)).expectation_value(Pauli(\"" + axis + "\")) "
         "for k in range(4)])",
         f"the array of the expectation values of {axis} at the times 0, t, 2t and 3t for the initial "
         "DensityMatrix `rho`",
         f"[np.trace((np.linalg.matrix_power(s, k) @ vec(r)).reshape(2, 2).T @ "
         f"P1[{'IXYZ'.index(axis)}]).real for k in range(4)]", "", ", rho: DensityMatrix"),
    ]  # fmt: skip
    end, out, want, kind, more = rng.choice(ends[:3] if h2.count("P1") == 1 else ends)
    if "return float" in end and "P1" in h2 and h2.count("P1") == 1:
        end, out, want, kind, more = ends[1]
    body = f"""
eye = np.eye(2)
hamiltonian = {h}
generator = -1j * (np.kron(eye, hamiltonian) - np.kron(hamiltonian.T, eye))
for rate, jump in [{listed}]:
    product = jump.conj().T @ jump
    loss = np.kron(eye, product) + np.kron(product.T, eye)
    generator = generator + rate * (np.kron(jump.conj(), jump) - loss / 2)
channel = SuperOp(expm(generator * t))
{end}
"""
    used = ["Choi", "DensityMatrix", "Kraus", "PTM", "Pauli", "SuperOp"]
    names = [x for x in used if f"{x}(" in body or (x[0] == "D" and more)]
    value = {"SuperOp": "got.data", "DensityMatrix": "got.data"}.get(kind, "SuperOp(got).data")
    value = value if kind else "got"
    isa = f"assert isinstance(got, {kind})\n    " if kind else ""
    return Instance(
        entry_point=rng.choice(["lindblad_evolution", "open_qubit", "dissipative_channel"]),
        signature=f"(t: float{more})",
        asks=(
            f"A qubit obeys the Lindblad master equation with {told_h} (hbar = 1) and {told}; the "
            f"dissipator is rate * (L rho L^dagger - (L^dagger L rho + rho L^dagger L) / 2). Return {out}.",
            f"Solve d rho/dt = -i [H, rho] + sum of g (L rho L^dagger - {{L^dagger L, rho}} / 2) exactly for "
            f"one qubit: {told_h}, {told}. The function gives {out}.",
            f"Open-system dynamics. Hamiltonian: {told_h}. Dissipation in Lindblad form: {told} (the rate "
            f"multiplies the dissipator). Wanted: {out}.",
        ),
        imports="import numpy as np\nfrom scipy.linalg import expm\n"
        f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{KRAUS}
from scipy.linalg import expm
h = {h2}
def rhs(r):
    out = -1j * (h @ r - r @ h)
    for g, m in [{", ".join(f"({g}, np.asarray({made[x]}))" for g, x in pairs)}]:
        d = m.conj().T @ m
        out = out + g * (m @ r @ m.conj().T - (d @ r + r @ d) / 2)
    return out
units = [np.eye(4)[k].reshape(2, 2).T for k in range(4)]
g = np.column_stack([vec(rhs(u)) for u in units])
for t in (0.37, {t}):
    s = expm(g * t)
    r = mixed(1)
    got = candidate(t{", DensityMatrix(r)" if more else ""})
    {isa}assert np.allclose({value}, {want}, atol=1e-7)
""",
        params={"hamiltonian": told_h, "jumps": told, "out": out},
    )


@family(
    "channels",
    "intermediate",
    oracle="value",
    skills=("kraus", "choi", "trajectories"),
    why="Kraus of a Choi matrix gives the canonical operators, one for each eigenvector.",
    tolerance=1e-7,
)
def kraus_branches(rng: Random) -> Instance:
    """The Kraus form of a channel and what happens in its branches."""
    source = rng.choice(["Choi", "SuperOp", "PTM", "Chi", "Stinespring"])
    given = rng.choice(["Statevector", "DensityMatrix"])
    t = angle(rng)
    gate, told, u = rng.choice(
        [
            ("", "", ""),
            (f"channel = channel.compose({source}(RYGate({t})))\n", f" followed by RY({t})",
             f"ks = [library.RYGate({t}).to_matrix() @ k for k in ks]"),
            (f"channel = channel.compose({source}(RXGate({t})), front=True)\n", f" preceded by RX({t})",
             f"ks = [k @ library.RXGate({t}).to_matrix() for k in ks]"),
            ("channel = channel.power(2)\n", " applied twice",
             "ks = [l @ k for k in ks for l in ks]"),
            (f"channel = channel.dot({source}(SXGate()))\n", " preceded by a square-root-of-X gate",
             "ks = [k @ library.SXGate().to_matrix() for k in ks]"),
        ]
    )  # fmt: skip
    rho = "DensityMatrix(state)" if given == "Statevector" else "state"
    canon = "operators = Kraus(Choi(channel)).data\n"
    ends = [
        (f"{canon}return sorted((float(np.linalg.norm(k) ** 2 / 2) for k in operators), reverse=True)[:2]",
         "the list of the two largest values of Tr(K^dagger K) / 2 among its canonical Kraus operators "
         "(those from the eigenvectors of the Choi matrix), the larger first",
         "np.sort(np.linalg.eigvalsh(choi(ks)))[::-1][:2] / 2", False),
        (f"{canon}best = max(operators, key=np.linalg.norm)\nreturn best",
         "the canonical Kraus operator (from the eigenvectors of the Choi matrix) of the largest norm as a "
         "matrix, with any phase", "best", False),
        ("operators = Kraus(channel).data\n"
         "return float(sum(abs(np.trace(k)) ** 2 for k in operators) / 4)",
         "the sum of |Tr K|^2 / 4 over its Kraus operators K (the entanglement fidelity)",
         "sum(abs(np.trace(k)) ** 2 for k in ks) / 4", False),
        (f"{canon}weights = [float(np.real({rho}.evolve(Operator(k)).trace())) for k in operators]\n"
         "return sorted(weights, reverse=True)[:2]",
         f"the list of the two largest probabilities of the branches of its canonical Kraus operators (those "
         f"from the eigenvectors of the Choi matrix) for the {given} `state`, the larger first", "weights",
         True),
        (f"{canon}best = max(operators, key=np.linalg.norm)\n"
         f"branch = {rho}.evolve(Operator(best))\nreturn branch / branch.trace()",
         f"the normalised DensityMatrix in the branch of the canonical Kraus operator (from the eigenvectors "
         f"of the Choi matrix) of the largest norm, for the {given} `state`", "branch", True),
        (f"return state_fidelity(state, {rho}.evolve(channel))",
         f"the fidelity of the {given} `state` with its image", "fidelity", True),
    ]  # fmt: skip
    end, out, want, uses = rng.choice(ends)
    body = f"{gate}{end}\n"
    used = ["Chi", "Choi", "DensityMatrix", "Kraus", "Operator", "PTM", "Stinespring", "SuperOp",
            "state_fidelity"]  # fmt: skip
    names = sorted({x for x in used if f"{x}(" in body} | {source} | ({given} if uses else set()))
    gates = [g for g in ("RXGate", "RYGate", "SXGate") if g in body]
    imports = ["import numpy as np"] if "np." in body else []
    imports += [f"from qiskit.circuit.library import {gates[0]}"] if gates else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    check = {
        "best": "assert abs(abs(np.vdot(best, got)) - np.linalg.norm(best) ** 2) < 1e-7 and "
        "abs(np.linalg.norm(got) - np.linalg.norm(best)) < 1e-7",
        "weights": "assert np.allclose(got, sorted((np.trace(act([k], r)).real for k in canonical), "
        "reverse=True)[:2], atol=1e-7)",
        "branch": "assert isinstance(got, DensityMatrix)\n    "
        "assert np.allclose(got.data, act([best], r) / np.trace(act([best], r)), atol=1e-7)",
        "fidelity": "assert abs(got - fid(r, act(ks, r))) < 1e-6",
    }.get(want, f"assert np.allclose(got, {want}, atol=1e-7)")
    second = f", {given}({'v' if given == 'Statevector' else 'r'})" if uses else ""
    fill = "r = np.outer(v, v.conj())" if given == "Statevector" else "r = mixed(1)"
    return Instance(
        entry_point=rng.choice(["kraus_figure", "branches", "canonical_kraus"]),
        signature=f"(channel: {source}{f', state: {given}' if uses else ''})",
        asks=(
            f"`channel` is a one-qubit {source}. Take it{told} and return {out}.",
            f"For a one-qubit channel, given as a {source}{',' + told if told else ''}, compute {out}.",
            f"I have a {source} on one qubit. What I need of it{told} is {out}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{KRAUS}
from qiskit.quantum_info import Statevector
{_FIDELITY.strip()}
for rank in (2, 3, 4):
    ks = drawn(1, rank)
    v = rng.normal(size=2) + 1j * rng.normal(size=2)
    v /= np.linalg.norm(v)
    {fill}
    got = candidate({source}(Kraus(ks)){second})
    {u or "pass"}
    w, e = np.linalg.eigh(choi(ks))
    canonical = [(x**0.5 * y).reshape(2, 2).T for x, y in zip(w, e.T) if x > 1e-9]
    best = canonical[-1]
    {check}
""",
        params={"change": told, "out": out, "source": source},
    )
