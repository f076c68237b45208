"""Observables: variances, covariances and the like."""

from random import Random

from qspark.data.families._observables import asks, needs
from qspark.data.families._random_states import MEASURED
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import sorted_imports


@family(
    "observables",
    "advanced",
    oracle="value",
    skills=("covariance", "operator-products"),
    why="Cov(A, B) = <(AB + BA)/2> - <A><B>, and for Pauli strings the products are Pauli strings again.",
    tolerance=1e-8,
)
def quantum_covariance(rng: Random) -> Instance:
    """Variances, covariances and the like of Pauli sums in a state."""
    ask = rng.choice(
        [
            "covariance",
            "correlation",
            "matrix",
            "uncertainty",
            "sum",
            "terms",
            "band",
            "fisher",
            "third",
        ]
    )
    state = rng.choice(["circuit", "statevector", "density", "mixed"])
    if ask == "fisher" and state in ("density", "mixed"):
        state = "circuit"
    scale, shots = rng.randint(12, 39) / 10, rng.choice([100, 200, 500, 1000, 2000, 4000, 5000])
    source = {
        "circuit": ("circuit: QuantumCircuit", "state = Statevector(circuit)\n",
                    "The state is that of the unitary circuit `circuit` on |0...0>.", "qc"),
        "statevector": ("state: Statevector", "", "`state` is a pure state.", "Statevector(qc)"),
        "density": ("state: DensityMatrix", "", "`state` may be mixed.",
                    "DensityMatrix(0.7 * rho + 0.3 * np.eye(len(rho)) / len(rho))"),
        "mixed": ("circuit: QuantumCircuit, noise: float",
                  "pure = DensityMatrix(circuit)\nstate = (1 - noise) * pure\n"
                  "state += noise * DensityMatrix(np.eye(pure.dim) / pure.dim)\n",
                  "The state is (1 - `noise`) times that of `circuit` on |0...0> plus `noise` times the "
                  "maximally mixed state.", "qc, 0.3"),
    }[state]  # fmt: skip
    mean = rng.choice(
        ["state.expectation_value(OP).real", "np.real(state.expectation_value((OP).simplify()))"]
    )
    if rng.random() < 0.4 and state == "circuit" and ask not in ("matrix", "terms"):
        mean = (
            "float(StatevectorEstimator().run([(circuit, (OP).simplify())]).result()[0].data.evs)"
        )
        source = (source[0], "", *source[2:])

    def of(text: str) -> str:
        return mean.replace("(OP)", f"({text})").replace("OP", text)

    body = source[1]
    both = "0.5 * (first @ second + second @ first)"
    if rng.random() < 0.5:
        both = "0.5 * anti_commutator(first, second)"
    if ask in ("covariance", "correlation", "sum", "uncertainty"):
        body += f"one, two = {of('first')}, {of('second')}\n"
    pair = ", first: SparsePauliOp, second: SparsePauliOp"
    kind = "float"
    if ask == "covariance":
        body += f"return float({of(both)} - one * two)\n"
        said = "Return the symmetrised covariance <AB + BA> / 2 - <A><B> of A = `first` and B = `second`."
        own = "ev(a @ b + b @ a) / 2 - ev(a) * ev(b)"
    elif ask == "correlation":
        body += (
            f"cov = {of(both)} - one * two\n"
            f"spread = ({of('first @ first')} - one**2) * ({of('second @ second')} - two**2)\n"
            "return float(cov / np.sqrt(spread))\n"
        )
        said = (
            "Return the correlation of A = `first` and B = `second`: (<AB + BA> / 2 - <A><B>) divided by the "
            "square root of the product of their variances."
        )
        own = "(ev(a @ b + b @ a) / 2 - ev(a) * ev(b)) / np.sqrt(va(a) * va(b))"
    elif ask == "sum":
        body = source[1] + (
            f"total = (first + {scale} * second).simplify()\n"
            f"mean = {of('total')}\nreturn float({of('total @ total')} - mean**2)\n"
        )
        said = f"Return the variance of A + {scale} B for A = `first` and B = `second`."
        own = f"va(a + {scale} * b)"
    elif ask == "uncertainty":
        body += (
            f"left = ({of('first @ first')} - one**2) * ({of('second @ second')} - two**2)\n"
            + rng.choice([
                "bracket = (-0.5j * (first @ second - second @ first)).simplify()\n",
                "bracket = (-0.5j * commutator(first, second)).simplify()\n",
                "bracket = (commutator(first, second) / 2j).simplify()\n",
            ])
            + f"right = {of('bracket')} ** 2\nreturn float(left), float(right)\n"
        )  # fmt: skip
        kind = "tuple[float, float]"
        said = (
            "Return both sides of the uncertainty relation for A = `first` and B = `second`: the product "
            "of the "
            "variances and |<[A, B]>|^2 / 4."
        )
        own = "(va(a) * va(b), abs(np.trace(r @ (a @ b - b @ a))) ** 2 / 4)"
    elif ask == "matrix":
        pair = ", observables: list[SparsePauliOp]"
        body += (
            f"means = [{of('op')} for op in observables]\nsize = len(observables)\n"
            "matrix = np.zeros((size, size))\nfor j, a in enumerate(observables):\n"
            "    for k, b in enumerate(observables):\n"
            f"        matrix[j, k] = {of('0.5 * (a @ b + b @ a)')} - means[j] * means[k]\nreturn matrix\n"
        )
        kind = "np.ndarray"
        said = "Return the matrix of the symmetrised covariances <AB + BA> / 2 - <A><B> of `observables`."
        own = "np.array([[ev(x @ y + y @ x) / 2 - ev(x) * ev(y) for y in (a, b)] for x in (a, b)])"
    elif ask == "terms":
        mean_of_label = of("Pauli(label)").replace(".simplify()", "")
        pair = ", observable: SparsePauliOp"
        body += (
            f"return "
            f"{{label: float(c.real**2 * (1 - {mean_of_label}**2) / {shots})\n"
            "        for label, c in observable.to_list()}\n"
        )
        kind = "dict[str, float]"
        said = (
            "Return a dict from the Pauli label of each term of `observable` to the variance of the "
            f"mean of {shots} shots of that term: c^2 (1 - <P>^2) / {shots}."
        )
        own = (
            "{k: c.real**2 * (1 - ev(Pauli(k).to_matrix()) ** 2) / SHOTS for k, c in op.to_list()}"
        )
        own = own.replace("SHOTS", str(shots))
    elif ask == "band":
        pair = ", observable: SparsePauliOp"
        body += (
            f"mean = {of('observable')}\nspread = {of('observable @ observable')} - mean**2\n"
            f"width = {scale} * np.sqrt(spread / {shots})\nreturn float(mean - width), float(mean + width)\n"
        )
        kind = "tuple[float, float]"
        said = (
            f"Return (m - w, m + w) with m the mean of `observable` and w = {scale} times the standard "
            f"error of "
            f"{shots} shots, sqrt(variance of `observable` / {shots})."
        )
        own = f"ev(dense(op)) + np.array([-1, 1]) * {scale} * np.sqrt(va(dense(op)) / {shots})"
    elif ask == "fisher":
        pair = ", observable: SparsePauliOp"
        body += f"mean = {of('observable')}\n"
        body += f"return float(4 * ({of('observable @ observable')} - mean**2))\n"
        said = (
            "Return the quantum Fisher information of the pure state for the generator G = `observable`: "
            "four times the variance of G."
        )
        own = "4 * va(dense(op))"
    else:
        pair = ", observable: SparsePauliOp"
        body += (
            f"mean = {of('observable')}\nidentity = SparsePauliOp('I' * observable.num_qubits)\n"
            "centred = (observable - mean * identity).simplify()\n"
            f"return float({of('centred @ centred @ centred')})\n"
        )
        said = "Return the third central moment <(G - <G>)^3> of G = `observable`."
        own = "(lambda d: ev(d @ d @ d))(dense(op) - ev(dense(op)) * np.eye(len(r)))"
    compare = {
        "dict[str, float]": "set(got) == set(want) and all(abs(got[k] - want[k]) < 1e-8 for k in want)",
    }.get(kind, "np.allclose(got, want, rtol=0, atol=1e-8)")
    call = {"matrix": "[one, two]"}.get(ask, "one, two" if "first" in pair else "op")
    if kind == "float":
        said += " A float."
    rho = {"density": "0.7 * rho + 0.3 * np.eye(len(rho)) / len(rho)",
           "mixed": "0.7 * rho + 0.3 * np.eye(len(rho)) / len(rho)"}.get(state, "rho")  # fmt: skip
    imports = needs(body + source[0])
    for name in ("Statevector", "DensityMatrix"):
        if name in source[0]:
            imports.append(f"from qiskit.quantum_info import {name}")
    imports.append("from qiskit.quantum_info import SparsePauliOp")
    if kind == "np.ndarray" or "np." in body:
        imports.append("import numpy as np")
    if "anti_commutator" in body:
        imports = [x for x in imports if not x.endswith("import commutator")]
    if "Pauli(label)" in body:
        imports.append("from qiskit.quantum_info import Pauli")
    return Instance(
        entry_point=rng.choice(["fluctuations", "covariance", "quantum_spread"]),
        signature=f"({source[0]}{pair}) -> {kind}",
        asks=asks(
            (
                "Exact fluctuations of observables in a state.",
                "More than the mean of an observable:",
                "All of this is exact, no shots. Write it.",
                "Fluctuations:",
            ),
            ["The operators are Pauli sums with real coefficients.", source[2], said],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=MEASURED.strip()
        + f"""
for n, labels in ((2, ["XI", "ZZ", "IY", "XZ"]), (3, ["ZIX", "IYX", "XXI", "IIZ"])):
    qc = state_circuit(n)
    one, two, op = random_sum(labels[:2]), random_sum(labels[2:]), random_sum(labels)
    a, b, rho = dense(one), dense(two), DensityMatrix(qc).data
    r = {rho}
    def ev(m):
        return np.trace(r @ m).real
    def va(m):
        return ev(m @ m) - ev(m) ** 2
    want = {own}
    got = candidate({source[3]}, {call})
    assert {compare}
""",
        params={"ask": ask, "state": state},
    )
