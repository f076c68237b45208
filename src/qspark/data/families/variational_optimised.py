"""Variational algorithms: fixed optimisers that find the lowest energy."""

from random import Random

from qspark.data.families._variational import ANSATZ, MEANS, asks
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import indented, sorted_imports

_SINGLE = {
    "estimator": (
        "from qiskit.primitives import StatevectorEstimator", "estimator = StatevectorEstimator()\n",
        "float(estimator.run([(ansatz, hamiltonian, POINT)]).result()[0].data.evs)"),
    "state": (
        "from qiskit.quantum_info import Statevector", "",
        "float(Statevector(ansatz.assign_parameters(POINT)).expectation_value(hamiltonian).real)"),
}  # fmt: skip
_CALL = {
    "given": ("ansatz: QuantumCircuit, ", "", "the given circuit `ansatz`"),
    "real": ("", "ansatz = real_amplitudes(hamiltonian.num_qubits, reps=1)\n",
             "Qiskit's real_amplitudes circuit with one repetition on the qubits of `hamiltonian`"),
    "su2": ("", "ansatz = efficient_su2(hamiltonian.num_qubits, su2_gates=['ry'], reps=1, "
            "entanglement='linear')\n",
            "Qiskit's efficient_su2 circuit with RY gates only, one repetition and linear entanglement on "
            "the qubits of `hamiltonian`"),
    "local": ("", "ansatz = n_local(hamiltonian.num_qubits, 'ry', 'cz', 'linear', reps=1)\n",
              "Qiskit's n_local circuit with RY rotations, CZ entanglers, linear entanglement and one "
              "repetition on the qubits of `hamiltonian`"),
}  # fmt: skip


# From these points all optimisers below reach the minimum (even places) or the maximum.
_STARTS = {
    "given": [[1.3, 1.7, 0.4, 0.9], [0.2, 1.7, 1.3, -2.0], [1.4, -1.9, 0.9, -1.3], [1.5, 0.2, -0.8, -0.3]],
    "real": [[-1.9, -1.5, 0.7, 0.6], [0.5, -0.5, 2.0, 1.9], [0.7, 0.6, 0.8, -0.4], [-1.5, 0.9, 0.1, -0.8]],
    "su2": [[-0.1, 1.6, 1.7, -0.6], [0.3, -0.7, 0.4, -0.6], [-0.4, 1.6, -1.1, 0.5], [-1.7, 1.3, 1.1, -1.0]],
    "local": [[1.5, -1.8, -0.7, -1.4], [-0.2, 1.2, -1.1, -1.8], [-0.4, -1.2, -1.6, 0.3],
              [-0.8, 0.7, -1.2, 1.8]],
}  # fmt: skip


_CASES = (
    (["ZI", "XX", "IZ", "II"], [0.7, -0.9, 0.5, 0.3]),
    (["IX", "ZZ", "ZI", "II"], [0.8, -0.6, 0.9, -0.4]),
)


@family(
    "variational",
    "advanced",
    oracle="expectation",
    skills=("optimisers", "eigenvalues"),
    why="An optimiser minimises a real function of an array; the mean of the Hamiltonian is that function.",
    tolerance=1e-3,
)
def lowest_energy(rng: Random) -> Instance:
    """A ground-state search with a fixed optimiser of scipy and an exact evaluator."""
    method = rng.choice(["BFGS", "L-BFGS-B", "SLSQP", "COBYLA"])
    means, source = rng.choice(list(_SINGLE)), rng.choice(list(_CALL))
    ask = rng.choice(["energy", "pair", "state", "history", "error", "maximum"])
    line, setup, single = _SINGLE[means]
    argument, build, words = _CALL[source]
    imports = [line, "from qiskit.quantum_info import SparsePauliOp", "from scipy.optimize import minimize",
               "from collections.abc import Sequence"]  # fmt: skip
    if source == "given":
        imports.append("from qiskit import QuantumCircuit")
    else:
        name = {"real": "real_amplitudes", "su2": "efficient_su2", "local": "n_local"}[source]
        imports.append(f"from qiskit.circuit.library import {name}")
    sign = "-" if ask == "maximum" else ""
    inner = f"def energy(point: Sequence[float]) -> float:\n    return {sign}" + single.replace(
        "POINT", "point"
    )
    if ask == "history":
        inner = (
            "trail = []\n\ndef energy(point: Sequence[float]) -> float:\n    value = "
            + single.replace("POINT", "point") + "\n    trail.append(value)\n    return value"
        )  # fmt: skip
    head = build + setup + ("\n" if build + setup else "") + inner + "\n\n"
    run = f'found = minimize(energy, start, method="{method}")\n'
    last, kind, said, check = {
        "energy": ("return float(found.fun)\n", "float",
                   "Return the lowest energy that was found as a float.",
                   "assert isinstance(got, float) and low - 1e-9 < got < low + 1e-3"),
        "pair": ("return float(found.fun), found.x.tolist()\n", "tuple[float, list[float]]",
                 "Return the tuple of the lowest energy that was found and the list of its parameter values.",
                 "assert low - 1e-9 < got[0] < low + 1e-3\n"
                 "    assert abs(energy(qc, h, got[1]) - got[0]) < 1e-7"),
        "state": ("return Statevector(ansatz.assign_parameters(found.x))\n", "Statevector",
                  "Return the `Statevector` with the lowest energy that was found.",
                  "assert isinstance(got, Statevector)\n"
                  "    assert got.expectation_value(h).real < low + 1e-3"),
        "history": ("return trail\n", "list[float]",
                    "Return the list of the energies of all evaluations in the order in which the optimiser "
                    "asked for them.",
                    "assert len(got) > 4 and abs(got[0] - energy(qc, h, x)) < 1e-7\n"
                    "    assert low - 1e-9 < min(got) < low + 1e-3"),
        "error": (
            "exact = np.linalg.eigvalsh(hamiltonian.to_matrix())[0]\n"
            "return float(energy(start) - exact), float(found.fun - exact)\n", "tuple[float, float]",
            "Return the tuple of the energy at `start` and of the lowest energy that was found, each minus "
            "the smallest eigenvalue of `hamiltonian`.",
            "assert abs(got[0] - energy(qc, h, x) + low) < 1e-7 and -1e-9 < got[1] < 1e-3"),
        "maximum": ("return -float(found.fun)\n", "float",
                    "Look for the LARGEST mean instead (minimise its negative) and return it as a float.",
                    "assert high - 1e-3 < got < high + 1e-9"),
    }[ask]  # fmt: skip
    if ask == "error":
        imports.append("import numpy as np")
    if ask == "state":
        imports.append("from qiskit.quantum_info import Statevector")
    body = head + run + last
    passed = ("qc, " if source == "given" else "") + "h, x"
    which = rng.randrange(2)
    point = _STARTS[source][2 * which + (ask == "maximum")]
    case = (*_CASES[which], point)
    own = {
        "given": "given()", "real": "real_amplitudes(2, reps=1)",
        "su2": "efficient_su2(2, su2_gates=['ry'], reps=1, entanglement='linear')",
        "local": "n_local(2, 'ry', 'cz', 'linear', reps=1)",
    }[source]  # fmt: skip
    return Instance(
        entry_point=rng.choice(["ground_energy", "vqe", "find_minimum"]),
        signature=f"({argument}hamiltonian: SparsePauliOp, start: list[float]) -> {kind}",
        asks=asks(
            (
                f"VQE with scipy's {method}.",
                f"Minimise its energy with the method {method} of scipy.optimize.minimize.",
                f"Ground state search ({method}):",
                f"Use {method} from scipy for this.",
            ),
            [
                f"The trial circuit is {words}, its parameters in the order of `parameters`.",
                "E(t) is the exact (noiseless, shot-free) mean of `hamiltonian`; "
                f"`start` holds the starting values, the optimiser is scipy's {method} with its defaults.",
                said,
            ],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=ANSATZ.strip()
        + f"""
from qiskit.circuit.library import efficient_su2, n_local, real_amplitudes
def given():
    qc, t = QuantumCircuit(2), ParameterVector("t", 4)
    qc.ry(t[0], 0)
    qc.ry(t[1], 1)
    qc.cx(0, 1)
    qc.ry(t[2], 0)
    qc.ry(t[3], 1)
    return qc
for labels, values, x in ({case},):
    h, qc = SparsePauliOp(labels, values), {own}
    levels = np.linalg.eigvalsh(h.to_matrix())
    low, high = levels[0], levels[-1]
    got = candidate({passed})
    {check}
""",
        params={"method": method, "means": means, "ansatz": source, "ask": ask},
    )  # fmt: skip


@family(
    "variational",
    "advanced",
    oracle="value",
    skills=("optimisers", "sinusoids"),
    why="In one angle the energy is a sinusoid, so three energies give its minimum in closed form.",
    tolerance=1e-6,
)
def one_angle_at_a_time(rng: Random) -> Instance:
    """Sweeps over the parameters that put each at the minimum of its sinusoid."""
    means = rng.choice(list(MEANS))
    line, setup, run = MEANS[means]
    sweeps, ask = (
        rng.choice([1, 2, 3]),
        rng.choice(["values", "energy", "trail", "both", "maximum"]),
    )
    order = rng.choice(["forward", "backward", "evens"])
    where = rng.choice(["zero", "here"])
    index = {
        "forward": "range(values.size)", "backward": "reversed(range(values.size))",
        "evens": "[*range(0, values.size, 2), *range(1, values.size, 2)]",
    }[order]  # fmt: skip
    rule = {
        "forward": "in their order", "backward": "from the last to the first",
        "evens": "first those with an even index in increasing order, then those with an odd index",
    }[order]  # fmt: skip
    base = "0.0" if where == "zero" else "values[k]"
    points = (
        "points = np.tile(values, (3, 1))\n"
        f"points[:, k] = {base} + np.array([0.0, np.pi / 2, -np.pi / 2])\n"
    )
    if where == "zero":
        points = "points = np.tile(values, (3, 1))\npoints[:, k] = [0.0, np.pi / 2, -np.pi / 2]\n"
    best = "-np.pi / 2 - np.arctan2(2 * middle - plus - minus, plus - minus)"
    if ask == "maximum":
        best = "np.pi / 2 - np.arctan2(2 * middle - plus - minus, plus - minus)"
    inner = points + "middle, plus, minus = " + run.replace("POINTS", "points") + "\n"
    inner += f"values[k] = {base + ' + ' if where == 'here' else ''}{best}\n"
    inner += "values[k] = np.angle(np.exp(1j * values[k]))\n"
    end = run.replace("POINTS", "[values]") + "[0]"
    trail = ask == "trail"
    body = setup + "values = np.array(start, dtype=float)\n" + ("trail = []\n" if trail else "")
    body += f"for _ in range({sweeps}):\n    for k in {index}:\n"
    body += indented(inner, 2)
    body += f"    trail.append(float({end}))\n" if trail else ""
    last, kind, said, check = {
        "values": ("return values\n", "np.ndarray", "Return the final values as an array.",
                   "np.allclose(np.exp(1j * np.array(got)), np.exp(1j * x), atol=1e-6) and "
                   "max(abs(got)) < np.pi + 1e-9"),
        "maximum": ("return values\n", "np.ndarray", "Return the final values as an array.",
                    "np.allclose(np.exp(1j * np.array(got)), np.exp(1j * x), atol=1e-6) and "
                    "max(abs(got)) < np.pi + 1e-9"),
        "energy": (f"return float({end})\n", "float", "Return the energy of the final values as a float.",
                   "abs(got - trail[-1]) < 1e-6"),
        "trail": ("return trail\n", "list[float]", "Return the list of the energies after each sweep.",
                  "np.allclose(got, trail, atol=1e-6)"),
        "both": (f"return values.tolist(), float({end})\n", "tuple[list[float], float]",
                 "Return the tuple of the list of the final values and their energy.",
                 "np.allclose(np.exp(1j * np.array(got[0])), np.exp(1j * x), atol=1e-6) and "
                 "abs(got[1] - trail[-1]) < 1e-6"),
    }[ask]  # fmt: skip
    goal = "maximum" if ask == "maximum" else "minimum"
    spot = (
        "0, pi/2 and -pi/2"
        if where == "zero"
        else "its current value and that value plus and minus pi/2"
    )
    return Instance(
        entry_point=rng.choice(["rotosolve", "sweep_angles", "sequential_minimum"]),
        signature=f"(ansatz: QuantumCircuit, hamiltonian: SparsePauliOp, start: list[float]) -> {kind}",
        asks=asks(
            (
                f"Optimise the angles of a circuit one at a time (sweeps: {sweeps}).",
                "Optimise the angles in closed form, one after the other.",
                f"Sequential {goal} of an energy:",
                "Please implement that sweep.",
            ),
            [
                "E is the exact mean of `hamiltonian` in `ansatz`, whose parameters (in the order of "
                "`ansatz.parameters`) begin at `start`; each is the angle of one gate RX, RY or RZ.",
                f"Do {sweeps} sweep{'s' if sweeps > 1 else ''} over the parameters, {rule}: with all others "
                f"fixed, E is a sinusoid of period 2 pi in the angle; evaluate it with the angle at {spot}, "
                f"and set the angle to the exact {goal} of this sinusoid, between -pi and pi.",
                said,
            ],
        ),
        imports=sorted_imports([
            "import numpy as np", line, "from qiskit import QuantumCircuit",
            "from qiskit.quantum_info import SparsePauliOp",
        ]),
        body=body + last,
        test=ANSATZ.strip()
        + f"""
for n, labels in ((2, ["ZI", "XX", "IY"]), (2, ["XZ", "IX", "YY"])):
    qc, start = ansatz(n, 4), rng.uniform(0.3, 2.5, 4)
    h = SparsePauliOp(labels, rng.uniform(0.4, 1.5, 3))
    got, x, trail = candidate(qc, h, start.tolist()), start.copy(), []
    for _ in range({sweeps}):
        for k in {index.replace("values.size", "4")}:
            fits = [energy(qc, h, moved(x, k, d - x[k])) for d in (0, 2 * np.pi / 3, 4 * np.pi / 3)]
            wave = np.exp(1j * np.array([0, 2 * np.pi / 3, 4 * np.pi / 3])) @ fits
            if abs(wave) < 1e-6:
                return
            x[k] = np.angle(wave) {"" if ask == "maximum" else "+ np.pi"}
        trail.append(energy(qc, h, x))
    assert {check}
""",
        params={"means": means, "ask": ask, "sweeps": sweeps, "order": order},
    )  # fmt: skip
