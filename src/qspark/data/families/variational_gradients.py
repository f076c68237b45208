"""Variational algorithms: parameter shifts and simultaneous perturbation."""

from random import Random

from qspark.data.families._variational import ANSATZ, MEANS, asks
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "variational",
    "advanced",
    oracle="value",
    skills=("parameter-shift", "pub-shapes"),
    why="For gates exp(-i t P / 2) the derivative is (E(t + pi/2) - E(t - pi/2)) / 2.",
    tolerance=1e-5,
)
def shifted_derivatives(rng: Random) -> Instance:
    """Derivatives of an energy from energies at shifted parameters."""
    means = rng.choice(["estimator", "estimator", "states", "pubs"])
    line, setup, run = MEANS[means]
    imports = ["import numpy as np", line, "from qiskit import QuantumCircuit"]
    imports.append("from qiskit.quantum_info import SparsePauliOp")
    ask = rng.choice(
        ["gradient", "gradient", "curvature", "hessian", "step", "norm", "largest", "one"]
    )
    turn = rng.choice(
        ["np.pi / 2", "np.pi / 5", "np.pi / 3", str(rng.choice([0.7, 0.9, 1.1, 1.3]))]
    )
    rate = rng.choice([0.05, 0.1, 0.15, 0.2, 0.3])
    simple = turn == "np.pi / 2"
    divisor = "2" if simple else f"(2 * np.sin({turn}))"
    grid = rng.choice([
        f"shifts = {turn} * np.eye(len(values))\n"
        "points = np.vstack([np.asarray(values) + shifts, np.asarray(values) - shifts])\n",
        "base = np.array(values, dtype=float)\npoints = np.tile(base, (2 * base.size, 1))\n"
        f"for k in range(base.size):\n    points[k, k] += {turn}\n"
        f"    points[base.size + k, k] -= {turn}\n",
    ])  # fmt: skip
    evaluate = "energies = " + run.replace("POINTS", "points") + "\n"
    gradient = (
        grid + evaluate
        + "plus, minus = np.split(energies, 2)\n" + f"gradient = (plus - minus) / {divisor}\n"
    )  # fmt: skip
    rule = (
        f"Use the parameter-shift rule with the shift s = {turn.replace('np.', '')}: dE/dt_k = "
        "(E(t_k + s) - E(t_k - s)) / (2 sin s), exact for the gates here."
    )
    arguments = "ansatz: QuantumCircuit, hamiltonian: SparsePauliOp, values: list[float]"
    own = "g = np.array([(energy(qc, h, moved(x, k, 1e-4)) - energy(qc, h, moved(x, k, -1e-4))) / 2e-4"
    own += " for k in range(len(x))])"
    facts = [
        "E(t) is the exact mean of `hamiltonian` in the state of `ansatz`, whose parameters take `values` "
        "in the order of `ansatz.parameters`; every parameter sits in one gate RX, RY or RZ.",
    ]
    if ask in ("curvature", "hessian"):
        facts.append(
            "Use shifts by pi/2: d2E/dt_j dt_k is a quarter of E(+,+) - E(+,-) - E(-,+) + E(-,-), where the "
            "signs say how t_j and t_k are moved by pi/2 (twice the same parameter: by pi, 0, 0, -pi)."
        )
    else:
        facts.append(rule)
    body = setup
    if ask == "gradient":
        form, kind, how = rng.choice([
            ("gradient", "np.ndarray", "Return the gradient as a one-dimensional array."),
            ("gradient.tolist()", "list[float]", "Return the gradient as a list of floats."),
            ("dict(zip((p.name for p in ansatz.parameters), gradient.tolist(), strict=True))",
             "dict[str, float]", "Return a dict from the name of each parameter to its derivative."),
        ])  # fmt: skip
        body += gradient + f"return {form}\n"
        check = "np.allclose(got, g, atol=1e-5)"
        if kind.startswith("dict"):
            check = "len(got) == len(g) and all("
            check += "abs(got[p.name] - v) < 1e-5 for p, v in zip(qc.parameters, g))"
    elif ask == "step":
        sign = rng.choice(["down", "up"])
        body += (
            gradient
            + f"return np.asarray(values) {'-' if sign == 'down' else '+'} {rate} * gradient\n"
        )
        kind, how = "np.ndarray", (
            f"Return the values after one step of gradient {'descent' if sign == 'down' else 'ascent'} with "
            f"the rate {rate}, as an array.")  # fmt: skip
        check = (
            f"np.allclose(got, np.array(x) {'-' if sign == 'down' else '+'} {rate} * g, atol=1e-5)"
        )
    elif ask == "norm":
        kind, how = "float", "Return the Euclidean norm of the gradient as a float."
        body += gradient + "return float(np.linalg.norm(gradient))\n"
        check = "abs(got - np.sqrt((g**2).sum())) < 1e-5"
    elif ask == "largest":
        kind = "tuple[str, float]"
        how = "Return the name of the parameter with the derivative of largest modulus, and that derivative."
        body += gradient + (
            "k = int(np.argmax(np.abs(gradient)))\n"
            "return ansatz.parameters[k].name, float(gradient[k])\n"
        )
        check = "abs(got[1] - g[np.argmax(abs(g))]) < 1e-5"
        check += " and got[0] == qc.parameters[np.argmax(abs(g))].name"
    elif ask == "one":
        arguments += ", name: str"
        kind, how = (
            "float",
            "Return the derivative with respect to the parameter called `name` (a float).",
        )
        body += (
            "names = [parameter.name for parameter in ansatz.parameters]\nk = names.index(name)\n"
            f"points = np.array([values, values], dtype=float)\npoints[:, k] += [{turn}, -{turn}]\n"
            + evaluate
            + f"return float((energies[0] - energies[1]) / {divisor})\n"
        )
        check = "abs(got - g[1]) < 1e-5"
    else:
        both = ask == "hessian"
        loops = (
            "for j in range(size):\n    for k in range(size):\n" if both
            else "for j in range(size):\n    for k in [j]:\n"
        )  # fmt: skip
        body += (
            "size, points = len(values), []\n"
            + loops
            + "        for one, two in ((1, 1), (1, -1), (-1, 1), (-1, -1)):\n"
            "            point = np.array(values, dtype=float)\n"
            "            point[j] += one * np.pi / 2\n            point[k] += two * np.pi / 2\n"
            "            points.append(point)\n"
            + evaluate
            + "pieces = energies.reshape(-1, 4) @ [1, -1, -1, 1] / 4\n"
            + ("return pieces.reshape(size, size)\n" if both else "return pieces\n")
        )
        kind = "np.ndarray"
        how = (
            "Return the matrix of all second derivatives." if both
            else "Return the array of the unmixed second derivatives d2E/dt_k^2."
        )  # fmt: skip
        own = (
            "w = np.array([[sum(a * b * energy(qc, h, moved(moved(x, j, a * 1e-3), k, b * 1e-3))"
            " for a in (1, -1) for b in (1, -1)) / 4e-6 for k in range(len(x))] for j in range(len(x))])"
        )
        check = (
            "np.allclose(got, w, atol=1e-4)" if both else "np.allclose(got, np.diag(w), atol=1e-4)"
        )
    facts.append(how)
    return Instance(
        entry_point=rng.choice(["shift_rule", "derivatives", "energy_gradient"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "Derivatives of a variational energy.",
                "Write the derivative by shifts of parameters.",
                "Parameter shifts:",
                "How is this coded with Qiskit?",
            ),
            facts,
        ),
        imports=sorted_imports(imports),
        body=body,
        test=ANSATZ.strip()
        + f"""
for n, size, labels in ((2, 3, ["ZI", "XX", "IY"]), (3, 4, ["ZIX", "IYI", "XZZ"])):
    qc, x = ansatz(n, size), list(rng.uniform(0.3, 2.5, size))
    h = SparsePauliOp(labels, rng.uniform(0.4, 1.5, 3))
    got = candidate(qc, h, x{', "t[1]"' if ask == "one" else ""})
    {own}
    assert {check}
""",
        params={"means": means, "ask": ask, "shift": turn, "rate": rate},
    )


@family(
    "variational",
    "advanced",
    oracle="value",
    skills=("spsa", "seeds"),
    why="All parameters are moved at once by random signs, and the gain sequences shrink with the step.",
    tolerance=1e-7,
)
def simultaneous_perturbation(rng: Random) -> Instance:
    """Some steps of SPSA with prescribed gains and random signs, on exact energies."""
    means = rng.choice(list(MEANS))
    line, setup, run = MEANS[means]
    steps = rng.choice([2, 3, 4])
    a, c = rng.choice([0.1, 0.2, 0.3, 0.4]), rng.choice([0.05, 0.1, 0.15, 0.2])
    delay = rng.choice([0, 1, 2, 5])
    alpha, gamma = rng.choice([(0.602, 0.101), (1.0, 0.167), (0.8, 0.2)])
    rate = f"{a} / (k + {delay + 1}) ** {alpha}"
    width = f"{c} / (k + 1) ** {gamma}"
    sign = rng.choice(["choice", "integers"])
    ask = rng.choice(["values", "history", "energies", "final", "best", "averaged", "guarded"])
    twice = ask == "averaged"
    draw = {"choice": "signs = rng.choice([-1, 1], size=values.size)\n",
            "integers": "signs = 1 - 2 * rng.integers(2, size=values.size)\n"}[sign]  # fmt: skip
    kick = (
        "points = np.array([values + width * signs, values - width * signs])\n"
        "plus, minus = " + run.replace("POINTS", "points") + "\n"
    )
    if twice:
        inner = (
            "slope = np.zeros(values.size)\nfor _ in range(2):\n"
            + indented(draw + kick)
            + "    slope += (plus - minus) / (2 * width) * signs / 2\n"
            + f"values = values - {rate} * slope\n"
        )
    else:
        inner = (
            draw
            + kick
            + f"slope = (plus - minus) / (2 * width) * signs\nmoved = values - {rate} * slope\n"
        )
        if ask == "guarded":
            inner += (
                "old, new = " + run.replace("POINTS", "np.array([values, moved])")
                + "\nvalues = moved if new < old else values\n"
            )  # fmt: skip
        else:
            inner = inner.replace("moved = values", "values = values")
    record = {"history": "path.append(values.tolist())\n",
              "energies": "trail.append(float((plus + minus) / 2))\n",
              "best": "found.append((float(min(plus, minus)), k))\n"}.get(ask, "")  # fmt: skip
    first = {"history": "path = []\n", "energies": "trail = []\n", "best": "found = []\n"}.get(
        ask, ""
    )
    if ask == "energies":
        inner = inner.replace("slope =", "trail.append(float((plus + minus) / 2))\nslope =")
        record = ""
    last, kind, said, check = {
        "values": ("return values\n", "np.ndarray", "Return the values after the last step as an array.",
                   "np.allclose(got, x, atol=1e-7)"),
        "averaged": ("return values\n", "np.ndarray", "Return the values after the last step as an array.",
                     "np.allclose(got, x, atol=1e-7)"),
        "guarded": ("return values\n", "np.ndarray", "Return the values after the last step as an array.",
                    "np.allclose(got, x, atol=1e-7)"),
        "history": ("return path\n", "list[list[float]]",
                    "Return the list of the values (as lists) after each step.",
                    "np.allclose(got, path, atol=1e-7)"),
        "energies": ("return trail\n", "list[float]",
                     "Return the list with the mean of E+ and E- of each step.",
                     "np.allclose(got, trail, atol=1e-7)"),
        "best": ("return min(found)\n", "tuple[float, int]",
                 "Return a tuple: the lowest of all energies E+ and E- that were computed, and the number "
                 "of the step k in which it was.",
                 "abs(got[0] - min(low)) < 1e-7 and got[1] == int(np.argmin(low))"),
        "final": (
            "return float(" + run.replace("POINTS", "[values]") + "[0])\n", "float",
            "Return the exact energy of the values after the last step as a float.",
            "abs(got - energy(qc, h, x)) < 1e-7"),
    }[ask]  # fmt: skip
    body = (
        setup + "rng = np.random.default_rng(seed)\nvalues = np.array(start, dtype=float)\n" + first
        + f"for k in range({steps}):\n    width = {width}\n"
        + indented(inner + record) + last
    )  # fmt: skip
    formula = (
        "integers(2), and the signs are 1 - 2 times these numbers"
        if sign == "integers"
        else ("choice([-1, 1])")
    )
    facts = [
        "E(t) is the exact mean of `hamiltonian` in `ansatz` with its parameters (in the order of "
        "`ansatz.parameters`) set to t; the values begin at `start`.",
        f"Do {steps} steps k = 0, 1, ... with the gains a_k = {a} / (k + {delay + 1})^{alpha} and "
        f"c_k = {c} / (k + 1)^{gamma}.",
        "One generator numpy.random.default_rng(`seed`) serves all steps: per sample of the slope one "
        f"call with the size of the parameters gives the signs, by its method {formula}.",
        "With E+ = E(t + c_k signs) and E- = E(t - c_k signs) the slope is (E+ - E-) / (2 c_k) times the "
        "signs; "
        + ("the mean of two such samples, one after the other, is used; " if twice else "")
        + "the new values are t - a_k slope"
        + (
            ", kept only if their energy is below that of t (else t stays)."
            if ask == "guarded"
            else "."
        ),
        said,
    ]
    own_slope = """p, m = energy(qc, h, x + c * s), energy(qc, h, x - c * s)
            slope = slope + (p - m) / (2 * c) * s / REPEAT
            trail.append((p + m) / 2)
            low.append(min(p, m))""".replace("REPEAT", "2" if twice else "1")
    own_sign = {
        "choice": "g.choice([-1, 1], size=size)", "integers": "1 - 2 * g.integers(2, size=size)",
    }[sign]  # fmt: skip
    guard = "y if energy(qc, h, y) < energy(qc, h, x) else x" if ask == "guarded" else "y"
    return Instance(
        entry_point=rng.choice(["spsa", "perturbed_descent", "spsa_steps"]),
        signature="(ansatz: QuantumCircuit, hamiltonian: SparsePauliOp, start: list[float], seed: int)"
        f" -> {kind}",
        asks=asks(
            (
                "Simultaneous perturbation (SPSA) on an exact energy.",
                "Write these SPSA steps out by hand.",
                "SPSA by hand:",
                "Give me a reproducible SPSA run.",
            ),
            facts,
        ),
        imports=sorted_imports([
            "import numpy as np", line, "from qiskit import QuantumCircuit",
            "from qiskit.quantum_info import SparsePauliOp",
        ]),
        body=body,
        test=ANSATZ.strip()
        + f"""
for n, size, seed in ((2, 3, 7), (2, 4, 12)):
    qc, x = ansatz(n, size), rng.uniform(0.3, 2.5, size)
    h = SparsePauliOp(["ZI", "XX", "IY"], rng.uniform(0.4, 1.5, 3))
    got = candidate(qc, h, x.tolist(), seed)
    g, path, trail, low = np.random.default_rng(seed), [], [], []
    for k in range({steps}):
        c, slope = {width}, 0
        for _ in range({2 if twice else 1}):
            s = {own_sign}
            {own_slope}
        y = x - {rate} * slope
        x = {guard}
        path.append(x)
    assert {check}
""",
        params={"means": means, "ask": ask, "steps": steps, "a": a, "c": c},
    )  # fmt: skip
