"""Simulation: echoes and correlators."""

from random import Random

from qspark.data.families._random_states import SIMULATED
from qspark.data.families._simulation import asks, needs
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "simulation",
    "advanced",
    oracle="value",
    skills=("echo", "correlators", "operator-order"),
    why="In <W(t) V W(t) V> each W(t) is exp(iHt) W exp(-iHt), and the rightmost operator acts first.",
    tolerance=1e-7,
)
def echoes_and_correlators(rng: Random) -> Instance:
    """Loschmidt echoes, two-time and out-of-time-order correlators of small systems."""
    task = rng.choice(["echo", "transfer", "amplitude", "otoc", "commutator", "two-time", "quench"])
    way = rng.choice(["expm", "gate", "eigen", "synthesis"])
    many = rng.random() < 0.5
    make = {
        "expm": "Operator(expm(-1j * TIME * H.to_matrix()))",
        "gate": "Operator(HamiltonianGate(H.to_matrix(), TIME))",
        "synthesis": "Operator(MatrixExponential().synthesize(PauliEvolutionGate(H, time=TIME)))",
    }.get(way, "Operator(vectors @ np.diag(np.exp(-1j * TIME * values)) @ vectors.conj().T)")
    eigen = "values, vectors = np.linalg.eigh(H.to_matrix())\n" if way == "eigen" else ""
    if task == "echo" and way == "eigen":
        way, eigen, make = "expm", "", "Operator(expm(-1j * TIME * H.to_matrix()))"

    def u(name: str) -> str:
        return eigen.replace("H.", f"{name}.") + "forward = " + make.replace("H", name).replace(
            f"{name}amiltonianGate", "HamiltonianGate"
        ) + "\n"  # fmt: skip

    step = u("hamiltonian")
    extra, call, kind = "", "", "float"
    state = "circuit: QuantumCircuit, "
    if task == "echo":
        extra, call = ", perturbed: SparsePauliOp", ", other"
        step += (
            "backward = "
            + make.replace("H.", "perturbed.").replace("(H,", "(perturbed,")
            + ".adjoint()\n"
        )
        step += "returned = state.evolve(forward).evolve(backward)\nvalue = abs(state.inner(returned)) ** 2\n"
        said = "the Loschmidt echo |<s|exp(i K t) exp(-i H t)|s>|^2 with K = `perturbed`"
        own = "abs(np.vdot(s, expm(1j * t * k) @ expm(-1j * t * m) @ s)) ** 2"
    elif task == "transfer":
        extra, call = ", goal: QuantumCircuit", ", goal"
        step += "value = abs(Statevector(goal).inner(state.evolve(forward))) ** 2\n"
        said = "the probability |<g|exp(-i H t)|s>|^2 with the state |g> of the circuit `goal`"
        own = "abs(np.vdot(Statevector(goal).data, expm(-1j * t * m) @ s)) ** 2"
    elif task == "amplitude":
        kind = "complex"
        step += "value = complex(state.inner(state.evolve(forward)))\n"
        said = "the complex amplitude <s|exp(-i H t)|s>"
        own = "np.vdot(s, expm(-1j * t * m) @ s)"
    elif task == "quench":
        extra, call = ", observable: SparsePauliOp", ", other"
        step += "value = state.evolve(forward).expectation_value(observable).real\n"
        said = "the mean of `observable` at time t"
        own = "np.vdot(expm(-1j * t * m) @ s, k @ expm(-1j * t * m) @ s).real"
    elif task in ("otoc", "commutator"):
        extra, call = ", moving: Pauli, fixed: Pauli", ", w, v"
        step += "late = forward.adjoint() @ Operator(moving) @ forward\nstill = Operator(fixed)\n"
        if task == "otoc":
            step += "value = state.expectation_value(late @ still @ late @ still).real\n"
            said = (
                "the real part of <s|W(t) V W(t) V|s>, W = `moving`, V = `fixed`, "
                "W(t) = exp(iHt) W exp(-iHt)"
            )
            own = "np.vdot(s, x @ y @ x @ y @ s).real"
        else:
            step += "bracket = late @ still - still @ late\n"
            step += "value = np.linalg.norm(bracket.data @ state.data) ** 2\n"
            said = "the squared norm of [W(t), V]|s>, W = `moving`, V = `fixed`, W(t) = exp(iHt) W exp(-iHt)"
            own = "np.linalg.norm((x @ y - y @ x) @ s) ** 2"
    else:
        extra, call, kind = ", moving: Pauli, fixed: Pauli", ", w, v", "complex"
        step += "late = forward.adjoint() @ Operator(moving) @ forward\n"
        step += "value = complex(state.expectation_value(late @ Operator(fixed)))\n"
        said = (
            "the complex two-time correlator <s|W(t) V|s>, W = `moving`, V = `fixed`, "
            "W(t) = exp(iHt) W exp(-iHt)"
        )
        own = "np.vdot(s, x @ y @ s)"
    head = "state = Statevector(circuit)\n" if state else ""
    cast = "float(value)" if kind == "float" else "value"
    if many:
        shape = rng.choice(["array", "list", "dict", "mean", "below", "below"])
        limit = rng.randint(20, 80) / 100
        if kind == "complex" and shape == "below":
            shape = "array"
        arguments = f"{state}hamiltonian: SparsePauliOp{extra}, times: list[float]"
        loop = step.replace("TIME", "time")
        if eigen and loop.startswith(eigen.replace("H.", "hamiltonian.")):
            first = eigen.replace("H.", "hamiltonian.")
            head, loop = head + first, loop.replace(first, "", 1)
        if shape == "dict":
            body = (
                head
                + "found = {}\nfor time in times:\n"
                + indented(loop + f"found[time] = {cast}\n")
                + "return found\n"
            )
            kind_of, how = f"dict[float, {kind}]", "a dict from each t in `times` to"
            check = "assert set(got) == set(grid) and all(abs(got[t] - f(t)) < 1e-7 for t in got)"
        elif shape == "below":
            body = head + "found = []\nfor time in times:\n" + indented(
                loop + f"if value < {limit}:\n    found.append(time)\n"
            ) + "return found\n"  # fmt: skip
            kind_of, how = (
                "list[float]",
                f"the list of those t in `times` (in order) with a value below {limit} of",
            )
            check = f"assert got == [t for t in grid if f(t) < {limit}]"
        elif shape == "mean":
            body = head + "total = 0.0\nfor time in times:\n" + indented(loop + "total += value\n")
            body += (
                "return total / len(times)\n"
                if kind == "complex"
                else "return float(total / len(times))\n"
            )
            kind_of, how = kind, "the mean over all t in `times` of"
            check = "assert abs(got - np.mean([f(t) for t in grid])) < 1e-7"
        else:
            end = "np.array(found)" if shape == "array" else "found"
            body = (
                head
                + "found = []\nfor time in times:\n"
                + indented(loop + f"found.append({cast})\n")
                + f"return {end}\n"
            )
            kind_of = "np.ndarray" if shape == "array" else f"list[{kind}]"
            how = f"the {shape} (in order, for the t in `times`) of"
            check = "assert np.allclose(got, [f(t) for t in grid], rtol=0, atol=1e-7)"
        call += ", grid"
    else:
        arguments = f"{state}hamiltonian: SparsePauliOp{extra}, time: float"
        body = head + step.replace("TIME", "time") + f"return {cast}\n"
        kind_of, how, check = kind, "for t = `time`", "assert abs(got - f(0.8)) < 1e-7"
        call += ", 0.8"
    imports = needs(body + arguments + kind_of)
    if "Pauli," in arguments or "fixed: Pauli" in arguments:
        imports.append("from qiskit.quantum_info import Pauli")
    facts = [
        "H = `hamiltonian`" + (" and |s> is the state of `circuit` on |0...0>." if state else "."),
        f"Return {how} {said} (exact evolution, no Trotter error).",
    ]
    return Instance(
        entry_point=rng.choice(["correlator", "echo", "dynamics"]),
        signature=f"({arguments}) -> {kind_of}",
        asks=asks(
            (
                rng.choice([
                    "Dynamics of a small quantum system.", "Exact dynamics with quantum_info.",
                    "Evolve a few qubits exactly.",
                ]),
                "Write it for a few qubits.",
                rng.choice(["Exact correlators:", "Small-system dynamics:", "A dynamical quantity:"]),
                "I study how a perturbation spreads.",
            ),
            facts,
        ),
        imports=sorted_imports(imports),
        body=body,
        test=SIMULATED.strip()
        + f"""
for n, labels, w, v in (
    (2, ["ZX", "IY", "XX", "ZI"], "XI", "IY"), (3, ["XXI", "IZZ", "ZIX", "YII"], "ZIX", "YXI")
):
    goal, grid = prepared(n), np.round(np.linspace(0, 3, 13), 2).tolist()
    qc, h, other = prepared(n), random_sum(labels), random_sum(labels[1:])
    m, k, s, w, v = dense(h), dense(other), Statevector(qc).data, Pauli(w), Pauli(v)
    def f(t):
        x, y = expm(1j * t * m) @ w.to_matrix() @ expm(-1j * t * m), v.to_matrix()
        return {own}
    got = candidate({"qc, " if state else ""}h{call})
    {check}
""",
        params={"task": task, "way": way, "many": many},
    )  # fmt: skip
