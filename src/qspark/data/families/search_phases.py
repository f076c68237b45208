"""Search with free phases: generalised reflections and fixed-point schemes."""

from random import Random

from qspark.data.families._search import GOOD, START, asks, library_import
from qspark.data.families.base import Instance, Wrong, angle, family
from qspark.data.families.wording import indented

_ZERO = {
    "global": ("GlobalPhaseGate",
               "step.append(GlobalPhaseGate(CHI).control(n, ctrl_state=0), range(n))\n"),
    "diagonal": ("DiagonalGate",
                 "step.append(DiagonalGate([np.exp(1j * CHI)] + [1] * (2**n - 1)), range(n))\n"),
    "sandwich": ("", "step.x(range(n))\nstep.mcp(CHI, list(range(n - 1)), n - 1)\nstep.x(range(n))\n"),
    "gate": ("MCPhaseGate", "step.x(range(n))\nstep.append(MCPhaseGate(CHI, n - 1), range(n))\n"
             "step.x(range(n))\n"),
}  # fmt: skip


@family(
    "search",
    "advanced",
    oracle="unitary",
    skills=("amplitude-amplification", "phase"),
    why="Q = -A S_0(chi) A^-1 S_f(phi): the marking acts first, and a global sign shows under control.",
    tolerance=1e-8,
)
def generalised_round(rng: Random) -> Instance:
    """One or several rounds of amplitude amplification about A|0> with any phases."""
    rule, zero = rng.choice(list(GOOD)), rng.choice(list(_ZERO))
    argument, one, mark, good, calls, words = GOOD[rule]
    two, reflect = _ZERO[zero]
    shape = rng.choice(["round", "gate", "sequence", "controlled", "after", "operator"])
    phi, chi = angle(rng), angle(rng)
    phases = rng.choice([(f"{phi}", f"{chi}"), ("np.pi", f"{chi}"), (f"{phi}", "np.pi")])
    if rule == "zero" and phases[0] == "np.pi":
        phases = (f"{phi}", "np.pi")
    if shape == "sequence":
        phases = ("phi", "chi")
    mark, reflect = mark.replace("PHI", phases[0]), reflect.replace("CHI", phases[1])
    core = (
        mark + "step.compose(preparation.inverse(), inplace=True)\n" + reflect
        + "step.compose(preparation, inplace=True)\n"
    )  # fmt: skip
    head = "n = preparation.num_qubits\nstep = QuantumCircuit(n)\n"
    said = f"phi = {phases[0]} and chi = {phases[1]}".replace("np.pi", "pi")
    label = rng.choice(["Q", "round", "AA"])
    more, ending, kind, returns = {
        "round": ("", "return step\n", "QuantumCircuit", "Return the circuit of one Q."),
        "gate": ("", f'return step.to_gate(label="{label}")\n', "Gate",
                 f"Return one Q as a gate with the label `{label}`."),
        "sequence": (", phases: list[tuple[float, float]]", "return step\n", "QuantumCircuit",
                     "`phases` lists pairs (phi, chi); return the circuit of the rounds Q(phi, chi) in "
                     "the order of the list (the first pair acts first), without A in front."),
        "controlled": ("", "step.global_phase = np.pi\nreturn step.control(1)\n", "QuantumCircuit",
                       "Return the circuit of the controlled Q: qubit 0 is the control (Q acts where it is "
                       "1) and qubit q of A is qubit q + 1. The minus sign of Q counts."),
        "after": (", rounds: int",
                  "qc = preparation.copy()\nfor _ in range(rounds):\n"
                  "    qc.compose(step, inplace=True)\nreturn qc\n",
                  "QuantumCircuit", "Return the circuit of A followed by `rounds` times Q."),
        "operator": ("", "return Operator(step) & Operator(step)\n", "Operator",
                     "Return the `Operator` of Q applied twice."),
    }[shape]  # fmt: skip
    if shape == "sequence":
        core = "for phi, chi in phases:\n" + indented(core)
        said = "phi and chi are given"
    body = head + core + ending
    imports = (
        "import numpy as np\n" if "np." in body else ""
    ) + "from qiskit import QuantumCircuit\n"
    imports += "from qiskit.circuit import Gate\n" if shape == "gate" else ""
    imports += library_import(one, two)
    imports += "from qiskit.quantum_info import Operator\n" if shape == "operator" else ""
    name = argument.split(":")[0]
    call, want = {
        "sequence": (", [(0.4, 1.3), (2.1, 0.7)]",
                     "want = step(2.1, 0.7) @ step(0.4, 1.3)"),
        "after": (", 2", "want = step(PHI, CHI) @ step(PHI, CHI) @ a"),
        "controlled": ("", "q = step(PHI, CHI)\n    want = np.kron(np.eye(2**n), np.diag([1, 0]))"
                       " + np.kron(q, np.diag([0, 1]))"),
        "operator": ("", "want = step(PHI, CHI) @ step(PHI, CHI)"),
    }.get(shape, ("", "want = step(PHI, CHI)"))  # fmt: skip
    want = want.replace("PHI", phases[0]).replace("CHI", phases[1])
    typed = {
        "gate": f'isinstance(got, Gate) and got.label == "{label}"',
        "operator": "isinstance(got, Operator)",
    }.get(shape, "isinstance(got, QuantumCircuit)")
    facts = [
        "A is the unitary circuit `preparation` on n qubits (two or more).",
        f"S_f(phi) multiplies by exp(i phi) every basis state {words}.",
        "S_0(chi) multiplies |0...0> alone by exp(i chi).",
        f"Q = -A S_0(chi) A^-1 S_f(phi), so S_f acts first; {said}.",
        returns,
    ]
    return Instance(
        entry_point=rng.choice(["amplifier", "generalised_grover", "reflection_round"]),
        signature=f"(preparation: QuantumCircuit, {argument}{more}) -> {kind}",
        asks=asks(
            (
                "Build a round of generalised amplitude amplification.",
                "Amplitude amplification with free phases, for a state that a circuit prepares:",
                "Write it in Qiskit.",
                "What does the generalised Grover iterate look like in code?",
            ),
            facts,
        ),
        imports=imports,
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator
{START.strip()}
for n, {name} in ({calls}):
    qc = start(n)
    got = candidate(qc.copy(), {name}{call})
    assert {typed}
    a = Operator(qc).data
    def step(phi, chi):
        marked = np.diag([np.exp(1j * phi) if {good} else 1 for x in range(2**n)])
        zero = np.diag([np.exp(1j * chi)] + [1] * (2**n - 1))
        return -a @ zero @ a.conj().T @ marked
    {want}
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        params={"rule": rule, "zero": zero, "shape": shape, "phases": phases},
        wrong=(
            (Wrong("S18", body.replace("step.global_phase = np.pi\n", "")),)
            if shape == "controlled"
            else ()
        ),
    )


@family(
    "search",
    "advanced",
    oracle="state",
    skills=("amplitude-amplification", "fixed-point", "phase"),
    why="Phases other than pi make the failure shrink without overshooting.",
    tolerance=1e-7,
)
def fixed_point_search(rng: Random) -> Instance:
    """Search that does not overshoot: the recursion with equal phases, or Chebyshev phases."""
    scheme = rng.choice(["recursive", "chebyshev"])
    rule, zero = rng.choice(["one", "zero", "all", "none", "index"]), rng.choice(list(_ZERO))
    argument, one, mark, good, calls, words = GOOD[rule]
    two, reflect = _ZERO[zero]
    name = argument.split(":")[0]
    shape = rng.choice(["circuit", "state", "failure", "success"])
    ending, kind, returns = {
        "circuit": ("return qc\n", "QuantumCircuit", "Return the final circuit, without measurements."),
        "state": ("return Statevector(qc)\n", "Statevector", "Return the final `Statevector`."),
        "failure": (
            "chances = Statevector(qc).probabilities()\n"
            f"return float(sum(p for x, p in enumerate(chances) if not ({good})))\n", "float",
            "Return the exact probability (a float) that a final measurement gives no good state."),
        "success": (
            "chances = Statevector(qc).probabilities()\n"
            f"return float(sum(p for x, p in enumerate(chances) if {good}))\n", "float",
            "Return the exact probability (a float) that a final measurement gives a good state."),
    }[shape]  # fmt: skip
    if scheme == "recursive":
        phase = rng.choice(["np.pi / 3", str(angle(rng)), f"np.pi / {rng.choice([4, 5, 6])}"])
        core = (
            "qc = preparation.copy()\nfor _ in range(depth):\n    step = qc.copy()\n"
            + indented(mark.replace("PHI", phase))
            + "    step.compose(qc.inverse(), inplace=True)\n"
            + indented(reflect.replace("CHI", phase))
            + "    step.compose(qc, inplace=True)\n    qc = step\n"
        )
        more, call = ", depth: int", "2"
        facts = [
            "U_0 is the unitary circuit `preparation` on n qubits (two or more).",
            f"R_t multiplies by exp(i phi) every basis state {words} (the good states); R_0 multiplies "
            f"|0...0> alone by exp(i phi); phi = {phase.replace('np.', '')}.",
            "U_{m+1} = U_m R_0 U_m^-1 R_t U_m, where the rightmost factor acts first.",
            "Apply U_m with m = `depth` to |0...0>.",
        ]
        own = f"""
    u = Operator(qc).data
    marked = np.diag([np.exp(1j * {phase}) if {good} else 1 for x in range(2**n)])
    zero = np.diag([np.exp(1j * {phase})] + [1] * (2**n - 1))
    for _ in range(2):
        u = u @ zero @ u.conj().T @ marked @ u
    want = u[:, 0]
"""
    else:
        delta, rounds = rng.choice([0.2, 0.25, 0.3, 0.35, 0.4]), rng.choice([2, 3])
        core = (
            f"size = {2 * rounds + 1}\n"
            f"gamma = 1 / np.cosh(np.arccosh(1 / {delta}) / size)\n"
            f"alphas = [2 * np.arctan(1 / (np.tan(2 * np.pi * j / size) * np.sqrt(1 - gamma**2)))"
            f" for j in range(1, {rounds + 1})]\n"
            "qc = preparation.copy()\n"
            "for alpha, beta in zip(alphas, reversed(alphas), strict=True):\n"
            "    step = QuantumCircuit(n)\n"
            + indented(mark.replace("PHI", "-beta"))
            + "    step.compose(preparation.inverse(), inplace=True)\n"
            + indented(reflect.replace("CHI", "-alpha"))
            + "    step.compose(preparation, inplace=True)\n    qc.compose(step, inplace=True)\n"
        )
        more, call = "", ""
        facts = [
            "A is the unitary circuit `preparation` on n qubits (two or more); the good states are the "
            f"basis states {words}.",
            f"With l = {rounds} rounds, L = {2 * rounds + 1}, d = {delta}: g = 1 / cosh(arccosh(1/d) / L), "
            "alpha_j = 2 arccot(tan(2 pi j / L) sqrt(1 - g^2)) for j = 1..l (arccot x = arctan(1/x)), "
            "beta_j = -alpha_{l-j+1}.",
            "Round j multiplies the good states by exp(i beta_j), applies A^-1, multiplies |0...0> by "
            "exp(-i alpha_j) and applies A.",
            "Start with A|0...0> and do the rounds j = 1, 2, ..., l in this order.",
        ]
        own = f"""
    a = Operator(qc).data
    want = a[:, 0]
    size = {2 * rounds + 1}
    root = np.sqrt(1 - 1 / np.cosh(np.arccosh(1 / {delta}) / size) ** 2)
    alphas = [2 * np.arctan(1 / (np.tan(2 * np.pi * j / size) * root)) for j in range(1, {rounds + 1})]
    for j in range({rounds}):
        turn = np.exp(-1j * alphas[{rounds - 1} - j])
        want = want * np.array([turn if {good} else 1 for x in range(2**n)])
        want = want + (np.exp(-1j * alphas[j]) - 1) * a[:, 0] * np.vdot(a[:, 0], want)
"""
    head = "n = preparation.num_qubits\n" if "n" in core else ""
    body = head + core + ending
    read = {
        "circuit": "assert abs(np.vdot(want, Statevector(got).data)) > 1 - 1e-7",
        "state": "assert isinstance(got, Statevector)\n"
        "    assert abs(np.vdot(want, got.data)) > 1 - 1e-7",
        "failure": f"assert abs(got - sum(abs(want[x])**2 for x in range(2**n) if not ({good}))) < 1e-7",
        "success": f"assert abs(got - sum(abs(want[x])**2 for x in range(2**n) if {good})) < 1e-7",
    }[shape]
    return Instance(
        entry_point=rng.choice(["steady_search", "fixed_point", "no_overshoot"]),
        signature=f"(preparation: QuantumCircuit, {argument}{more}) -> {kind}",
        asks=asks(
            (
                "Fixed-point amplitude amplification.",
                "I want a search that cannot overshoot its target:",
                "Implement this fixed-point search.",
                "Could you code a fixed-point search that works for an unknown share of good states?",
            ),
            [*facts, returns],
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + "from qiskit import QuantumCircuit\n"
        + library_import(one, two)
        + ("from qiskit.quantum_info import Statevector\n" if shape != "circuit" else ""),
        body=body,
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
{START.strip()}
for n, {name} in ({calls}):
    qc = start(n)
    got = candidate(qc.copy(), {name}{", " + call if call else ""})
{own.rstrip()}
    {read}
""",
        params={"scheme": scheme, "rule": rule, "zero": zero, "shape": shape},
    )
