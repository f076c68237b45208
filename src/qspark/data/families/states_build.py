"""Building states: from labels, integers and circuits, of qubits and of qudits."""

from random import Random

from qspark.data.families.base import Instance, bits, family
from qspark.data.families.states import HELP


def _build(rng: Random) -> tuple[str, str, str, str, str, str, str]:
    """(class, signature, imports, body, words, call arguments, wanted array)."""
    n = rng.choice([2, 3])
    one, two = bits(rng, n, n), bits(rng, n, n)
    while one == two:
        two = bits(rng, n, n)
    p = rng.randint(12, 88) / 100
    q = round(1 - p, 2)
    kets = "".join(rng.choice("01+-rl") for _ in range(n - 1)) + rng.choice("+r-l")
    table = (
        "kets = dict(zip('01+-rl', np.array([[1, 0], [0, 1], [1, 1], [1, -1], [1, 1j], [1, -1j]])))"
    )
    product = (
        "np.array([1])\n    for char in LABEL:\n        want = np.kron(want, kets[char] / "
        "np.linalg.norm(kets[char]))"
    )
    e = f"np.eye({2**n})"
    i, j = int(one, 2), int(two, 2)
    kind = rng.choice(["super", "mix", "int", "circuit", "noisy", "sum", "label", "pure"])
    if kind == "super":
        rel = rng.choice(["+", "-"])
        body = (
            f'first = np.sqrt({p}) * Statevector.from_label("{one}")\n'
            f'second = np.sqrt({q}) * np.exp(1j * phase) * Statevector.from_label("{two}")\n'
            f"return first {rel} second\n"
        )
        words = (
            f"sqrt({p}) |{one}> {rel} exp(i * phase) sqrt({q}) |{two}> (up to a global phase) for a"
            " given real `phase`"
        )
        want = f"{p}**0.5 * {e}[{i}] {rel} np.exp(1j * x) * {q}**0.5 * {e}[{j}]"
        return "Statevector", "phase: float", "np", body, words, "x", want
    if kind == "mix":
        body = (
            f'left = DensityMatrix.from_label("{one}")\nright ='
            f' DensityMatrix.from_label("{kets}")\nreturn (1 - weight) * left + weight * right\n'
        )
        words = f"the mixture of |{one}> with probability 1 - weight and |{kets}> with `weight`"
        want = f"""{product.replace("LABEL", f'"{kets}"')}
    want = (1 - x / 3) * np.diag({e}[{i}]) + x / 3 * np.outer(want, want.conj())"""
        return "DensityMatrix", "weight: float", "", body, words, "x / 3", f"{want}\n{table}"
    if kind == "int":
        d = rng.choice([(2, 3), (3, 2), (2, 3, 2), (3, 4), (4, 3), (2, 5), (5, 3), (2, 2, 3)])
        size = 1
        for k in d:
            size *= k
        cls = rng.choice(["Statevector", "DensityMatrix"])
        body = f"return {cls}.from_int(level, dims={d})\n"
        words = (
            f"the basis state number `level` of a system with subsystems of dimensions {d}, the"
            " first being subsystem 0"
        )
        want = f"np.eye({size})[int(5 * x) % {size}]\n    assert got.dims() == {d}"
        if cls == "DensityMatrix":
            want += "\n    want = np.diag(want)"
        return cls, "level: int", "", body, words, f"int(5 * x) % {size}", want
    if kind == "circuit":
        cls = rng.choice(["Statevector", "DensityMatrix"])
        axis, (a, b) = rng.choice("xy"), rng.sample(range(n), 2)
        c = rng.choice([k for k in range(n) if k != b])
        body = (
            f"qc = QuantumCircuit({n})\nqc.sx({a})\nqc.r{axis}(theta, {b})\nqc.cx({b}, {c})\n"
            f"return {cls}.from_instruction(qc)\n"
        )
        words = (
            f"the {n}-qubit state that comes from all zeros by a square-root-of-X gate on qubit"
            f" {a}, an R{axis.upper()} rotation by `theta` on qubit {b} and a CNOT with control {b}"
            f" and target {c}"
        )
        want = (
            f"act({e}[0].astype(complex), library.SXGate().to_matrix(), [{a}])\n"
            f"    want = act(want, library.R{axis.upper()}Gate(x).to_matrix(), [{b}])\n"
            f"    want = act(want, library.CXGate().to_matrix(), [{b}, {c}])"
        )
        if cls == "DensityMatrix":
            want += "\n    want = np.outer(want, want.conj())"
        return cls, "theta: float", "qc", body, words, "x", want
    if kind == "noisy":
        body = (
            f'pure = (Statevector.from_label("{one}") + 1j * Statevector.from_label("{two}")) / '
            "np.sqrt(2)\nwhite = DensityMatrix(np.eye(pure.dim) / pure.dim)\n"
            "return (1 - noise) * DensityMatrix(pure) + noise * white\n"
        )
        words = (
            f"(|{one}> + i|{two}>)/sqrt(2) mixed with white noise: the maximally mixed state has "
            "weight `noise`"
        )
        want = (
            f"({e}[{i}] + 1j * {e}[{j}]) / 2**0.5\n    want = (1 - x / 3) * np.outer(want, "
            f"want.conj()) + x / 3 * {e} / {2**n}"
        )
        return "DensityMatrix", "noise: float", "np", body, words, "x / 3", want
    if kind == "sum":
        step = rng.choice(["k", "3 * k", "2 * k"])
        body = (
            f"terms = [np.exp(1j * phase * ({step})) * Statevector.from_int(1 << k, {2**n}).data\n"
            f"         for k in range({n})]\nreturn Statevector(sum(terms) / np.sqrt({n}))\n"
        )
        words = (
            f"the equal superposition of the {n} basis states of {n} qubits with one excited qubit,"
            f" where an excitation of qubit k carries the phase factor exp(i * phase * ({step})) (a"
            " global phase is free)"
        )
        want = f"sum(np.exp(1j * x * ({step})) * {e}[1 << k] for k in range({n})) / {n} ** 0.5"
        return "Statevector", "phase: float", "np", body, words, "x", want
    if kind == "label":
        turn = rng.choice(["RXGate", "RYGate", "RZGate"])
        a = n - 1 if turn == "RYGate" else 0
        body = (
            f'state = Statevector.from_label("{kets}")\nreturn state.evolve({turn}(theta), [{a}])\n'
        )
        words = (
            f"the product state |{kets}> (rightmost character: qubit 0) after {turn[:2]}(theta) on "
            f"qubit {a}, up to a global phase"
        )
        want = f"""{product.replace("LABEL", f'"{kets}"')}
    want = act(want, library.{turn}(x).to_matrix(), [{a}])"""
        return "Statevector", "theta: float", turn, body, words, "x", f"{want}\n{table}"
    body = (
        f'rho = DensityMatrix.from_label("{kets}")\nrho = rho.evolve(RYGate(theta), [{n - 1}])\n'
        "return rho.to_statevector()\n"
    )
    words = (
        f"the Statevector (free global phase) of the product state |{kets}> after RY(theta) on the "
        "highest qubit, extracted from a DensityMatrix that was evolved"
    )
    want = f"""{product.replace("LABEL", f'"{kets}"')}
    want = act(want, library.RYGate(x).to_matrix(), [{n - 1}])"""
    return "Statevector", "theta: float", "RYGate", body, words, "x", f"{want}\n{table}"


@family(
    "states",
    "basic",
    oracle="state",
    skills=("endianness", "construction"),
    why=(
        "from_label reads qubit 0 from the right and from_int takes the dimension or the tuple of "
        "dimensions, subsystem 0 first."
    ),
    tolerance=1e-8,
)
def build_state(rng: Random) -> Instance:
    """Make a state from labels, integers or a circuit."""
    cls, argument, extra, body, words, value, want = _build(rng)
    want, _, table = want.partition("\nkets")
    names = [x for x in ("DensityMatrix", "Statevector") if f"{x}." in body or f"{x}(" in body]
    if cls not in names:
        names.append(cls)
    imports = ["import numpy as np"] if "np." in body else []
    if extra == "qc":
        imports.append("from qiskit import QuantumCircuit")
    elif extra.endswith("Gate"):
        imports.append(f"from qiskit.circuit.library import {extra}")
    imports.append(f"from qiskit.quantum_info import {', '.join(sorted(names))}")
    compare = (
        "abs(abs(np.vdot(got.data, want)) - 1) < 1e-8 and abs(np.linalg.norm(got.data) - 1) < 1e-8"
        if cls == "Statevector"
        else "np.allclose(got.data, want, atol=1e-8)"
    )
    return Instance(
        entry_point=rng.choice(["make_state", "build_state", "initial_state"]),
        signature=f"({argument}) -> {cls}",
        asks=(
            f"Return, as a {cls}, {words}.",
            f"I need a {cls} object: {words}. Labels are in Qiskit's order.",
            f"Build {words}. The return value is a {cls} of qiskit.quantum_info.",
            f"Which few lines give me {words}? The result has to be a {cls}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}
{"kets" + table if table else ""}
for x in (0.41, 1.23, 2.57):
    got = candidate({value})
    assert isinstance(got, {cls})
    want = {want}
    assert {compare}
""",
        params={"words": words},
    )


@family(
    "states",
    "intermediate",
    oracle="value",
    skills=("dims", "qargs"),
    why="dims lists subsystem 0 first, although it is the fastest running index of the vector.",
    tolerance=1e-8,
)
def qudit_register(rng: Random) -> Instance:
    """Subsystems of different dimensions in one vector."""
    dims = rng.choice([(2, 3), (3, 2), (2, 4), (3, 4), (2, 3, 2), (3, 2, 2), (2, 2, 3), (4, 3)])
    k = rng.randrange(len(dims))
    others = [x for x in range(len(dims)) if x != k]
    m = others[0]
    d, n = dims[k], len(dims)
    axis = n - 1 - k
    # A square matrix of a power of two would be taken for an operator on qubits.
    shape = f", input_dims=({d},), output_dims=({d},)" if d == 4 else ""
    shift = rng.choice([1, 2]) if d > 2 else 1
    steps = [
        ("", "", ""),
        (
            (
                f"shift = np.roll(np.eye({d}), {shift}, axis=0)\n"
                f"state = state.evolve(Operator(shift{shape}), [{k}])\n"
            ),
            f"apply the shift |j> -> |j + {shift} mod {d}> to subsystem {k} and ",
            f"t = np.roll(t, {shift}, axis={axis})",
        ),
        (
            (
                f"clock = np.diag(np.exp(2j * np.pi * np.arange({d}) / {d}))\n"
                f"state = state.evolve(Operator(clock{shape}), [{k}])\n"
            ),
            f"apply the clock operator |j> -> exp(2 pi i j / {d}) |j> to subsystem {k} and ",
            (
                f"t = np.moveaxis(np.moveaxis(t, {axis}, -1) * np.exp(2j * np.pi * np.arange({d}) /"
                f" {d}), -1, {axis})"
            ),
        ),
        (
            (
                f"fourier = np.fft.fft(np.eye({d}), norm='ortho')\n"
                f"state = state.evolve(Operator(fourier{shape}), [{k}])\n"
            ),
            (
                f"apply the unitary with entries exp(-2 pi i j k / {d}) / sqrt({d}) to subsystem"
                f" {k} and "
            ),
            f"t = np.moveaxis(np.fft.fft(np.moveaxis(t, {axis}, -1), norm='ortho'), -1, {axis})",
        ),
    ]
    code, words, oracle = rng.choice(steps if d > 2 else steps[:1] + steps[2:])
    kept = f"np.tensordot(t, t.conj(), ({[a for a in range(n) if a != axis]},) * 2)"
    readers = [
        (
            f"return state.probabilities([{k}])",
            f"the outcome probabilities of subsystem {k} as an array of length {d}",
            f"np.diag({kept}).real",
        ),
        (
            f"return partial_trace(state, {others})",
            f"the DensityMatrix of subsystem {k} alone",
            kept,
        ),
        (
            f"return state.probabilities([{k}, {m}])",
            (
                f"the joint outcome probabilities of subsystems {k} and {m} as a flat array in"
                f" which subsystem {k} runs fastest"
            ),
            (
                f"(np.abs(t) ** 2).transpose({n - 1 - m}, {axis},"
                f" *{[a for a in range(n) if a not in (axis, n - 1 - m)]}).reshape({dims[m]}, {d},"
                " -1).sum(-1).reshape(-1)"
            ),
        ),
        (
            (
                f"number = Operator(np.diag(np.arange({d})){shape})\n"
                f"return float(np.real(state.expectation_value(number, [{k}])))"
            ),
            f"the mean level (0, 1, ..., {d - 1}) of subsystem {k} as a float",
            f"np.diag({kept}).real @ np.arange({d})",
        ),
        (
            "return state.reverse_qargs().data",
            "the amplitudes (a flat array) after the order of the subsystems has been reversed",
            "t.T.reshape(-1)",
        ),
        (
            f"return entropy(partial_trace(state, {others}), base={d})",
            f"the von Neumann entropy of subsystem {k} with logarithms to base {d}",
            f"-sum(x * np.log(x) / np.log({d}) for x in np.linalg.eigvalsh({kept}) if x > 1e-12)",
        ),
    ]
    if "clock" in code:
        readers = readers[1:2] + readers[4:5]
    if code and "clock" not in code:
        readers = readers[:-1]
    read, out, want = rng.choice(readers)
    body = f"state = Statevector(amplitudes, dims={dims})\n{code}{read}\n"
    names = [x for x in ("Operator", "Statevector", "entropy", "partial_trace") if f"{x}(" in body]
    size = 1
    for x in dims:
        size *= x
    return Instance(
        entry_point="qudit_quantity",
        signature="(amplitudes: np.ndarray)",
        asks=(
            (
                f"`amplitudes` is a normalised complex array of length {size} that describes"
                f" subsystems 0 to {n - 1} of dimensions {dims}; subsystem 0 is the fastest running"
                f" one. {words.capitalize()}{'r' if words else 'R'}eturn {out}."
            ),
            (
                f"A register of {n} qudits has dimensions {dims} (subsystem 0 first, and least"
                f" significant in the index of the array). Make a Statevector of the {size}"
                f" amplitudes given, then {words}return {out}."
            ),
            (
                f"Work with qiskit's Statevector on non-qubit systems: dims={dims}. From the {size}"
                f" given amplitudes (subsystem 0 varies fastest), {words}compute {out}."
            ),
        ),
        imports=f"import numpy as np\nfrom qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""
import numpy as np
from qiskit.quantum_info import DensityMatrix
rng = np.random.default_rng(np.random.randint(2**31))
for _ in range(3):
    v = rng.normal(size={size}) + 1j * rng.normal(size={size})
    v /= np.linalg.norm(v)
    got = candidate(v)
    t = v.reshape({dims[::-1]})
    {oracle or "pass"}
    want = {want}
    {"assert isinstance(got, DensityMatrix)" if "return partial" in read else ""}
    assert np.shape(np.asarray(got)) == np.shape(want)
    assert np.allclose(np.asarray(got), want, atol=1e-8)
""",
        params={"dims": dims, "words": words + out},
    )
