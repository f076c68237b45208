"""State preparation: circuits whose output state is asked for."""

from random import Random

from qspark.data.families.base import Instance, Wrong, angle, bits, family
from qspark.data.families.wording import fill

# What is done with a circuit `qc` that prepares the state: code, words, type.
GOALS = {
    "circuit": ("return qc", "Return the circuit", "QuantumCircuit"),
    "state": ("return Statevector(qc)", "Return the Statevector", "Statevector"),
    "chances": (
        "return Statevector(qc).probabilities_dict()",
        "Return the dict of its outcome probabilities by bit string", "dict[str, float]",
    ),
    "inverse": ("return qc.inverse()", "Return the circuit that maps the state back to all zeros", "QuantumCircuit"),
    "gate": ('return qc.to_gate(label="prep")', "Return it as a gate with the label 'prep'", "Gate"),
    "named": ('qc.name = "$name"\nreturn qc', "Return the circuit under the name '$name'", "QuantumCircuit"),
    "array": ("return Statevector(qc).data", "Return the amplitudes as a numpy array", "np.ndarray"),
    "copies": (
        "return qc.tensor(qc)", ("Return a circuit of twice as many qubits that prepares two copies of "
                                "it side by side"),
        "QuantumCircuit",
    ),
}  # fmt: skip
CHECK = """
def check_state(got, goal, vector, name="", exact=False):
    want = Statevector(vector)
    if goal == "chances":
        exact = want.probabilities_dict()
        assert all(abs(got.get(k, 0) - exact.get(k, 0)) < 1e-7 for k in {*got, *exact}), got
        return
    if goal == "gate":
        assert isinstance(got, Gate) and got.label == "prep" and got.num_qubits == want.num_qubits
        gate, got = got, QuantumCircuit(want.num_qubits)
        got.append(gate, got.qubits)
    if goal == "array":
        assert isinstance(got, np.ndarray) and got.shape == want.data.shape
        got = Statevector(got)
    if goal == "state":
        assert isinstance(got, Statevector)
    elif goal != "array":
        assert isinstance(got, QuantumCircuit)
    if goal == "inverse":
        got = got.inverse()
    if goal == "named":
        assert got.name == name
    if goal == "copies":
        want = want.tensor(want)
    if isinstance(got, QuantumCircuit):
        assert got.num_qubits == want.num_qubits, got.num_qubits
    assert Statevector(got).equiv(want, atol=1e-7, rtol=0)
"""
HEAD = f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator, Statevector
{CHECK}
rng = np.random.default_rng(np.random.randint(2**31))
"""


def a_goal(rng: Random, *without: str) -> tuple[str, str, str, str, str]:
    """(key, code, words, return type, name) of what is done with the circuit `qc`."""
    key = rng.choice([k for k in GOALS if k not in without])
    name = rng.choice(["prep", "loader", "source", "start"])
    code, words, out = GOALS[key]
    return key, fill(code, name=name), fill(words, name=name), out, name


def imports_for(body: str, out: str, given: str, *library: str) -> str:
    """The import lines of a solution that uses these names of the circuit library."""
    text = body + out + given
    lines = ["import numpy as np"] if "np." in text else []
    lines += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in text else []
    lines += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    lines += [f"from qiskit.circuit.library import {', '.join(sorted(library))}"] if library else []
    lines += ["from qiskit.quantum_info import Statevector"] if "Statevector" in text else []
    return "\n".join(lines)


@family(
    "state_preparation",
    "basic",
    oracle="state",
    skills=("endianness",),
    why="The rightmost character of a label is qubit 0.",
    tolerance=1e-7,
)
def basis_state_from_label(rng: Random) -> Instance:
    """A product state from a string: basis states with several marks, or letters for six states."""
    mark = rng.choice(["1", "x", "#", "u"])
    left = rng.random() < 0.4
    goal, tail, wants, out, name = a_goal(rng, "copies", "chances")
    kind = rng.choice(["flips", "flips", "turns", "library", "letters"])
    walk = "enumerate(label)" if left else "enumerate(reversed(label))"
    theta = angle(rng)
    library: tuple[str, ...] = ()
    if kind == "flips":
        loop = [f"for qubit, char in {walk}:", f'    if char == "{mark}":', "        qc.x(qubit)"]
        meaning = f"`{mark}` stands for one and every other character for zero"
    elif kind == "turns":
        loop = [
            f"for qubit, char in {walk}:",
            f'    if char == "{mark}":',
            f"        qc.ry({theta}, qubit)",
        ]
        meaning = f"`{mark}` stands for RY({theta})|0> and every other character for |0>"
    elif kind == "library":
        mark, text = "1", "label[::-1]" if left else "label"
        loop, library = [f"qc.append(StatePreparation({text}), qc.qubits)"], ("StatePreparation",)
        meaning = "the characters are 0, 1, +, -, r and l as in Statevector.from_label"
        wants += " (use StatePreparation)"
    else:
        loop = [
            f"for qubit, char in {walk}:", '    if char in "1-":', "        qc.x(qubit)", '    if char in "+-":',
            "        qc.h(qubit)",
        ]  # fmt: skip
        mark, meaning = "1", "the characters are 0, 1, + and - for the usual one-qubit states"
    body = "\n".join(["qc = QuantumCircuit(len(label))", *loop, tail])
    label = bits(rng, 4, 6).replace("1", mark)
    side = "first" if left else "last"
    asks = (
        (
            f"Prepare the product state written in `label`: {meaning}, and the {side} character"
            f" belongs to qubit 0. {wants}."
        ),
        (
            f"Given a string such as `{label}` with one character per qubit ({meaning}; the"
            f" {'left' if left else 'right'}most character is qubit 0), prepare that state from all"
            f" zeros. {wants}."
        ),
        f"`label` is a ket with qubit 0 on the {'left' if left else 'right'}; {meaning}. {wants}.",
    )
    letters = kind in ("library", "letters")
    more = (
        ("0+1-", "+-10") + (("r01l",) if kind == "library" else ())
        if letters
        else (f"{mark}000", f"00{mark}")
    )
    test = fill(
        """$head
for label in ("$label", *$more):
    got = candidate(label)
    text = label[::-1] if $left else label
    if "$kind" == "turns":
        vector = np.array([1.0])
        for char in text:
            vector = np.kron(vector, [np.cos($half), np.sin($half)] if char == "$mark" else [1, 0])
    elif $letters:
        vector = Statevector.from_label(text).data
    else:
        vector = Statevector.from_label("".join("1" if char == "$mark" else "0" for char in text)).data
    check_state(got, "$goal", vector, "$name")
""",
        head=HEAD, label=label, more=more, left=left, kind=kind, mark=mark, half=theta / 2, letters=letters, goal=goal, name=name,
    )  # fmt: skip
    given = "(label: str)"
    wrong = body.replace(walk, "enumerate(reversed(label))" if left else "enumerate(label)")
    return Instance(
        "prepare_label", asks, imports_for(body, out, "", *library), f"{given} -> {out}", body, test,
        {"label": label, "mark": mark, "kind": kind, "left": left, "goal": goal},
        wrong=(Wrong("S02", wrong),) if kind in ("flips", "turns") else (),
    )  # fmt: skip


@family(
    "state_preparation",
    "intermediate",
    oracle="state",
    skills=("superpositions", "amplitudes"),
    why=(
        "A Dicke state weighs all strings with k ones equally; prepare_state wants a normalised"
        " vector."
    ),
    tolerance=1e-7,
)
def states_of_fixed_weight(rng: Random) -> Instance:
    """W-like and Dicke states: uniform, with phases or weights, by vector or by a cascade."""
    kind = rng.choice(["dicke", "w cascade", "weights", "phases", "balanced", "most", "pair"])
    goal, tail, wants, out, name = a_goal(
        rng, *(("chances",) if kind in ("phases", "pair") else ())
    )
    k = rng.choice([1, 2, 3] if kind != "most" else [2, 3])
    phi = angle(rng)
    given = "num_qubits: int"
    loads = rng.choice(["prepare", "gate"])
    load = (
        "qc.prepare_state(vector, qc.qubits)"
        if loads == "prepare"
        else "qc.append(StatePreparation(vector), qc.qubits)"
    )
    ones = "ones = np.array([x.bit_count() for x in range(2**num_qubits)])"
    lines = {
        "dicke": [ones, f"vector = (ones == {k}) / np.sqrt(comb(num_qubits, {k}))"],
        "weights": [
            "num_qubits = len(weights)", "vector = np.zeros(2**num_qubits)",
            "for qubit, weight in enumerate(weights):", ("    vector[1 << qubit] = np.sqrt(weight / "
                                                        "sum(weights))"),
        ],
        "phases": [
            "vector = np.zeros(2**num_qubits, dtype=complex)", "for qubit in range(num_qubits):",
            f"    vector[1 << qubit] = np.exp(1j * {phi} * qubit) / np.sqrt(num_qubits)",
        ],
        "balanced": [ones, "vector = np.where(ones % 2 == 1, 1.0, 0.0) / np.sqrt(2 ** (num_qubits - 1))"],
        "most": [ones, f"chosen = ones >= num_qubits - {k - 1}", "vector = chosen / np.sqrt(chosen.sum())"],
        "pair": [
            ones, f"vector = np.cos({phi}) * (ones == 1) / np.sqrt(num_qubits)",
            f"vector = vector + np.sin({phi}) * (ones == num_qubits - 1) / np.sqrt(num_qubits)",
        ],
    }.get(kind, [])  # fmt: skip
    told = {
        "dicke": (
            f"the Dicke state with {k} excitation(s): the equal superposition of all basis states "
            f"with exactly {k} one(s)"
        ),
        "weights": (
            "the superposition of the one-excitation states in which qubit q is excited with "
            "probability weights[q] / sum(weights), all amplitudes positive"
        ),
        "phases": (
            f"the W state with phases: sum over q of exp(i {phi} q) |only qubit q is 1> / "
            "sqrt(num_qubits)"
        ),
        "balanced": "the equal superposition of all basis states with an odd number of ones",
        "most": f"the equal superposition of all basis states with at most {k - 1} zero(s)",
        "pair": (
            f"cos({phi}) times the W state plus sin({phi}) times the state in which all but one "
            "qubit are 1 (equal amplitudes)"
        ),
        "w cascade": (
            "the W state (equal superposition of the states with a single 1), made with cry "
            "and cx gates only (and one x)"
        ),
    }[kind]
    if kind == "w cascade":
        first = rng.choice(["low", "high"])
        order = "range(num_qubits)" if first == "low" else "range(num_qubits)[::-1]"
        lines = [
            "qc = QuantumCircuit(num_qubits)", f"order = list({order})", "qc.x(order[0])",
            "for step, (one, two) in enumerate(zip(order, order[1:])):",
            "    theta = 2 * np.arccos(np.sqrt(1 / (num_qubits - step)))", "    qc.cry(theta, one, two)", (" "
                                                                                                           " "
                                                                                                           " "
                                                                                                           " "
                                                                                                           "qc.cx(two, "
                                                                                                           "one)"),
        ]  # fmt: skip
    else:
        lines = [*lines, "qc = QuantumCircuit(num_qubits)", load]
    if kind == "weights":
        given = "weights: list[float]"
    body = "\n".join([*lines, tail])
    how = (
        ""
        if kind == "w cascade"
        else (
            " (load the vector with prepare_state)"
            if loads == "prepare"
            else " (load the vector with StatePreparation)"
        )
    )
    size = "" if kind == "weights" else " on `num_qubits` qubits"
    asks = (
        f"Prepare {told}{size}{how}. {wants}.",
        f"{wants}: state preparation from all zeros{size} of {told}{how}.",
        f"I need {told}{size}{how}. {wants}. Qubit 0 is the rightmost character of bit strings.",
        f"Quantum state wanted: {told}{size}. {wants}{how}.",
    )
    test = fill(
        """$head
for n in (3, 4):
    weights = [float(w) for w in rng.uniform(0.2, 3, n)]
    ones = [bin(x).count("1") for x in range(2**n)]
    vector = np.zeros(2**n, dtype=complex)
    for x in range(2**n):
        q = x.bit_length() - 1
        vector[x] = {
            "dicke": ones[x] == $k, "weights": np.sqrt(weights[q]) if ones[x] == 1 else 0,
            "phases": np.exp(1j * $phi * q) if ones[x] == 1 else 0, "balanced": ones[x] % 2,
            "most": ones[x] >= n - $k + 1, "pair": np.cos($phi) * (ones[x] == 1) + np.sin($phi) * (ones[x] == n - 1),
            "w cascade": ones[x] == 1,
        }["$kind"]
    vector /= np.linalg.norm(vector)
    got = candidate(weights if "$kind" == "weights" else n)
    check_state(got, "$goal", vector, "$name")
    if "$kind" == "w cascade" and isinstance(got, QuantumCircuit) and "$goal" != "inverse":
        assert set(got.count_ops()) <= {"x", "cry", "cx"}
""",
        head=HEAD, k=k, phi=phi, kind=kind, goal=goal, name=name,
    )  # fmt: skip
    library = ("StatePreparation",) if "StatePreparation(" in body else ()
    top = "from math import comb\n\n" if "comb(" in body else ""
    return Instance(
        "weight_state", asks, top + imports_for(body, out, "", *library), f"({given}) -> {out}", body, test,
        {"kind": kind, "k": k, "phi": phi, "goal": goal, "loads": loads},
    )  # fmt: skip


@family(
    "state_preparation",
    "intermediate",
    oracle="state",
    skills=("entanglement", "phases"),
    why=(
        "A relative phase on one branch needs one phase gate on one qubit, before or after the"
        " fan-out."
    ),
    tolerance=1e-7,
)
def two_branch_superpositions(rng: Random) -> Instance:
    """cos(t)|x> + exp(i p) sin(t)|y> for two basis states, by rotations and CX."""
    theta, phi = angle(rng), angle(rng)
    goal, tail, wants, out, name = a_goal(rng, "chances")
    phase = rng.choice(["p", "none", "rz", "half", "minus"])
    arguments = rng.choice(["strings", "strings", "integers", "angle"])
    lines, given, told = {
        "strings": ([], "first: str, second: str", ("|first> and |second>, given as bit strings of "
                                                   "equal length (qubit 0 rightmost)")),
        "integers": (
            ['first, second = (format(value, f"0{num_qubits}b") for value in (low, high))'], ("num_qubits: "
                                                                                             "int, "
                                                                                             "low: "
                                                                                             "int, "
                                                                                             "high: int"),
            "|low> and |high>, given as integers (qubit 0 is the least significant bit)",
        ),
        "angle": (
            ['second = "".join("10"[int(bit)] for bit in first)'], "first: str",
            ("|first> and its bitwise complement (the second), first being a bit string with qubit 0 "
            "rightmost"),
        ),
    }[arguments]  # fmt: skip
    amplitude = f"2 * {theta}"
    turn = {
        "p": [f"qc.p({phi}, pivot)"], "none": [], "minus": ["qc.z(pivot)"],
        "rz": [f"qc.rz({phi}, pivot)"], "half": ["qc.s(pivot)"],
    }[phase]  # fmt: skip
    factor = {
        "p": f"exp({phi} i) ",
        "none": "",
        "minus": "- ",
        "rz": f"exp({phi} i) ",
        "half": "i ",
    }[phase]
    lines = [
        *lines, "flips = [k for k, bit in enumerate(reversed(first)) if bit == \"1\"]",
        "differ = [k for k, (a, b) in enumerate(zip(reversed(first), reversed(second))) if a != b]",
        "qc = QuantumCircuit(len(first))", "pivot, *others = differ", f"qc.ry({amplitude}, pivot)", *turn,
        "for other in others:", "    qc.cx(pivot, other)", "qc.x(flips)", tail,
    ]  # fmt: skip
    body = "\n".join(lines)
    sign = "" if phase == "minus" else "+ "
    state = f"cos({theta}) |first> {sign}{factor}sin({theta}) |second>"
    asks = (
        f"Prepare {state} (up to a global phase) for two different basis states {told}. {wants}.",
        (
            f"{wants}: superposition of two branches, {state}, where the basis states are {told};"
            " they differ in at least one bit."
        ),
        f"I need a circuit family for {state}; the branches are {told}. {wants}.",
    )
    value = {"p": phi, "none": 0.0, "minus": "np.pi", "rz": phi, "half": "np.pi / 2"}[phase]
    test = fill(
        """$head
for first, second in (("0110", "0011"), ("100", "001"), ("0101", "1110"), ("01", "11")):
    if "$arguments" == "angle":
        second = "".join("10"[int(bit)] for bit in first)
    given = {
        "strings": (first, second), "integers": (len(first), int(first, 2), int(second, 2)), "angle": (first,),
    }["$arguments"]
    vector = np.zeros(2 ** len(first), dtype=complex)
    vector[int(first, 2)] = np.cos($theta)
    vector[int(second, 2)] = np.exp(1j * $value) * np.sin($theta)
    check_state(candidate(*given), "$goal", vector, "$name")
""",
        head=HEAD, arguments=arguments, theta=theta, value=value, goal=goal, name=name,
    )  # fmt: skip
    return Instance(
        "two_branches", asks, imports_for(body, out, ""), f"({given}) -> {out}", body, test,
        {"theta": theta, "phase": phase, "phi": phi, "arguments": arguments, "goal": goal},
        wrong=(Wrong("S17", body.replace(amplitude, str(theta))),),
    )  # fmt: skip


@family(
    "state_preparation",
    "intermediate",
    oracle="state",
    skills=("amplitudes", "normalisation"),
    why=(
        "Amplitudes are square roots of probabilities, index x holds the bits of x, the norm must"
        " be 1."
    ),
    tolerance=1e-7,
)
def vectors_and_distributions(rng: Random) -> Instance:
    """Sparse vectors and sampled functions as states: StatePreparation, Initialize, Isometry."""
    kind = rng.choice(
        [
            "gaussian",
            "exponential",
            "sparse",
            "sparse",
            "linear",
            "dictionary",
            "counts",
            "function",
            "wave",
        ]
    )
    tool = rng.choice(["prepare_state", "StatePreparation", "Isometry", "initialize", "normalize"])
    own = ("inverse", "gate") if tool == "initialize" else ()
    own += ("chances",) if kind in ("sparse", "dictionary", "wave") else ()
    goal, tail, wants, out, name = a_goal(rng, *own)
    centre, width = rng.randint(2, 11) / 4, rng.choice([0.75, 1.25, 1.5, 1.75, 2.25])
    rate = angle(rng)
    lines, given, told = {
        "gaussian": (
            ["grid = np.arange(2**num_qubits)", (f"vector = np.exp(-((grid - {centre}) ** 2) / (2 * "
                                                f"{width}**2))")], ("num_qubits: int"),
            f"amplitudes proportional to exp(-(x - {centre})^2 / (2 * {width}^2)) for x = 0, 1, ...",
        ),
        "exponential": (
            ["grid = np.arange(2**num_qubits)", f"vector = np.sqrt(np.exp(-{rate} * grid))"], ("num_qubits: "
                                                                                              "int"),
            f"probabilities proportional to exp(-{rate} x) for x = 0, 1, ..., with positive amplitudes",
        ),
        "linear": (
            ["grid = np.arange(2**num_qubits)", f"vector = np.sqrt(grid + {rate})"], "num_qubits: int",
            f"probabilities proportional to x + {rate} for x = 0, 1, ..., with positive amplitudes",
        ),
        "wave": (
            ["grid = np.arange(2**num_qubits)", f"vector = np.exp(1j * {rate} * grid) * (1 + grid)"], ("num_qubits: "
                                                                                                       "int"),
            f"amplitudes proportional to (1 + x) exp({rate} i x) for x = 0, 1, ...",
        ),
        "sparse": (
            ["vector = np.zeros(2**num_qubits, dtype=complex)", "for index, amplitude in terms.items():",
             "    vector[index] = amplitude"],
            "num_qubits: int, terms: dict[int, complex]",
            ("amplitudes proportional to the values of `terms`, whose keys are the integers of the "
            "basis states; all others 0"),
        ),
        "dictionary": (
            ["num_qubits = len(next(iter(terms)))", "vector = np.zeros(2**num_qubits, dtype=complex)",
             "for text, amplitude in terms.items():", "    vector[int(text, 2)] = amplitude"],
            "terms: dict[str, complex]",
            ("amplitudes proportional to the values of `terms`, whose keys are bit strings with qubit 0 "
            "rightmost"),
        ),
        "counts": (
            ["num_qubits = len(next(iter(counts)))", "vector = np.zeros(2**num_qubits)", ("for text, "
                                                                                         "count in "
                                                                                         "counts.items():"),
             "    vector[int(text, 2)] = np.sqrt(count)"],
            "counts: dict[str, int]",
            ("probabilities proportional to the `counts` (bit strings with qubit 0 rightmost), with "
            "positive amplitudes"),
        ),
        "function": (
            ["points = np.linspace(low, high, 2**num_qubits)", ("vector = np.array([density(point) for "
                                                               "point in points])")],
            "num_qubits: int, low: float, high: float, density: Callable[[float], float]",
            ("amplitudes proportional to density(t) at 2^num_qubits equally spaced points t from low to "
            "high, both ends included"),
        ),
    }[kind]  # fmt: skip
    lines = list(lines)
    sized = "num_qubits"
    if tool != "normalize":
        lines.append("vector = vector / np.linalg.norm(vector)")
    lines.append(f"qc = QuantumCircuit({sized})")
    lines.append(
        {
            "prepare_state": "qc.prepare_state(vector, qc.qubits)",
            "StatePreparation": "qc.append(StatePreparation(vector), qc.qubits)",
            "Isometry": "qc.append(Isometry(vector, 0, 0), qc.qubits)",
            "initialize": "qc.initialize(vector, qc.qubits)",
            "normalize": "qc.prepare_state(vector, qc.qubits, normalize=True)",
        }[tool]
    )
    body = "\n".join([*lines, tail])
    how = {
        "prepare_state": "with prepare_state", "StatePreparation": "with the StatePreparation gate",
        "Isometry": "with the Isometry gate (a vector is an isometry from zero qubits)", "initialize": ("with "
                                                                                                        "initialize"),
        "normalize": "with prepare_state, letting it normalise the vector",
    }[tool]  # fmt: skip
    asks = (
        f"Load a state with {told}; do it {how}. {wants}.",
        f"Amplitude encoding {how}: {told}. The state has to be normalised. {wants}.",
        f"{wants}, for the normalised state with {told} ({how}).",
        f"Data loading for a quantum algorithm, {how}; {told}. {wants}.",
    )
    test = fill(
        """$head
for n in (2, 3):
    grid = np.arange(2**n)
    terms = {1: 2.0 + 0j, 2**n - 2: -1.5j, 2**n - 1: 0.7 + 0.4j}
    texts = {format(k, f"0{n}b"): v for k, v in terms.items()}
    counts = {format(k, f"0{n}b"): c for k, c in ((0, 11), (1, 30), (2**n - 2, 59))}
    kind = "$kind"
    vector = {
        "gaussian": np.exp(-((grid - $centre) ** 2) / (2 * $width**2)), "exponential": np.exp(-$rate * grid / 2),
        "linear": np.sqrt(grid + $rate), "wave": np.exp(1j * $rate * grid) * (1 + grid),
        "sparse": [terms.get(x, 0) for x in grid.tolist()], "dictionary": [terms.get(x, 0) for x in grid.tolist()],
        "counts": [np.sqrt(counts.get(format(x, f"0{n}b"), 0)) for x in grid.tolist()],
        "function": [1 + (-0.5 + 1.7 * x / (2**n - 1)) ** 3 for x in grid],
    }[kind]
    vector = np.array(vector) / np.linalg.norm(vector)
    given = {
        "sparse": (n, terms), "dictionary": (texts,), "counts": (counts,), "function": (n, -0.5, 1.2, lambda t: 1 + t**3),
    }.get(kind, (n,))
    check_state(candidate(*given), "$goal", vector, "$name")
""",
        head=HEAD, kind=kind, centre=centre, width=width, rate=rate, goal=goal, name=name,
    )  # fmt: skip
    library = (tool,) if tool in ("StatePreparation", "Isometry") else ()
    top = "from collections.abc import Callable\n\n" if "Callable" in given else ""
    return Instance(
        "load_vector", asks, top + imports_for(body, out, given, *library), f"({given}) -> {out}", body, test,
        {"kind": kind, "tool": tool, "goal": goal, "centre": centre, "width": width, "rate": rate},
    )  # fmt: skip


@family(
    "state_preparation",
    "intermediate",
    oracle="state",
    skills=("graph-states", "uniform-superpositions"),
    why=(
        "A graph state is |+> on all vertices and CZ on all edges; M states need ceil(log2 M)"
        " qubits."
    ),
    tolerance=1e-7,
)
def graph_and_uniform_states(rng: Random) -> Instance:
    """GraphStateGate and UniformSuperpositionGate, with changes before or after."""
    kind = rng.choice(["graph", "graph", "family", "uniform", "uniform", "shifted", "local"])
    goal, tail, wants, out, name = a_goal(rng, "chances")
    count = rng.choice([3, 5, 6, 7, 9, 10, 11])
    shape, rule = rng.choice(
        [
            ("star", "0, k"),
            ("path", "k - 1, k"),
            ("ring", "k - 1, k"),
            ("fan", "k // 2, k"),
            ("skip", "max(0, k - 2), k"),
        ]
    )
    extra = rng.choice(["none", "z", "x", "s", "h"])
    spot = rng.choice([0, 1])
    after = {
        "none": [],
        "z": [f"qc.z({spot})"],
        "x": [f"qc.x({spot})"],
        "s": [f"qc.s({spot})"],
        "h": [f"qc.h({spot})"],
    }[extra]
    after_told = "" if extra == "none" else f", followed by the gate {extra} on qubit {spot}"
    library: tuple[str, ...]
    if kind in ("graph", "local"):
        source = rng.choice(["edges", "matrix", "dict"])
        lines, given, told = {
            "edges": (
                ["adjacency = np.zeros((num_vertices, num_vertices), dtype=int)", "for i, j in edges:",
                 "    adjacency[i, j] = adjacency[j, i] = 1"],
                "num_vertices: int, edges: list[tuple[int, int]]", ("the graph with the vertices 0, "
                                                                   "..., num_vertices - 1 and `edges`"),
            ),
            "matrix": (["num_vertices = len(adjacency)"], "adjacency: np.ndarray", ("the graph with the "
                                                                                   "symmetric 0/1 "
                                                                                   "matrix `adjacency`")),
            "dict": (
                ["num_vertices = len(neighbours)", ("adjacency = np.zeros((num_vertices, num_vertices), "
                                                   "dtype=int)"),
                 "for vertex, others in neighbours.items():", "    adjacency[vertex, others] = 1"],
                "neighbours: dict[int, list[int]]", ("the graph in which `neighbours` lists the "
                                                    "neighbours of every vertex (both ways)"),
            ),
        }[source]  # fmt: skip
        lines = [
            *lines,
            "qc = QuantumCircuit(num_vertices)",
            "qc.append(GraphStateGate(adjacency), qc.qubits)",
            *after,
        ]
        told = f"the graph state of {told}{after_told}"
        library = ("GraphStateGate",)
    elif kind == "family":
        source, given = "family", "num_vertices: int"
        lines = [
            "adjacency = np.zeros((num_vertices, num_vertices), dtype=int)", ("for k in range(1, "
                                                                             "num_vertices):"), ("    "
                                                                                                 "i, j "
                                                                                                 "= "
                                                                                                 f"{rule}"),
            "    adjacency[i, j] = adjacency[j, i] = 1",
        ]  # fmt: skip
        if shape == "ring":
            lines.append("adjacency[0, num_vertices - 1] = adjacency[num_vertices - 1, 0] = 1")
        lines += [
            "qc = QuantumCircuit(num_vertices)",
            "qc.append(GraphStateGate(adjacency), qc.qubits)",
            *after,
        ]
        words = {
            "star": "the star with vertex 0 in the centre", "path": "the path 0 - 1 - 2 - ...", "ring": ("the "
                                                                                                         "ring "
                                                                                                         "of "
                                                                                                         "all "
                                                                                                         "vertices "
                                                                                                         "in "
                                                                                                         "order"),
            "fan": "the binary tree in which vertex k > 0 hangs on vertex k // 2", "skip": ("the graph "
                                                                                           "that joins "
                                                                                           "every k > "
                                                                                           "0 to "
                                                                                           "max(0, k - "
                                                                                           "2)"),
        }[shape]  # fmt: skip
        told, library = (
            f"the graph state of {words}, with `num_vertices` vertices{after_told}",
            ("GraphStateGate",),
        )
    else:
        source, given = "uniform", ""
        n = (count - 1).bit_length()
        wide = n + rng.choice([0, 1])
        lines = [
            f"qc = QuantumCircuit({wide})",
            f"qc.append(UniformSuperpositionGate({count}, {wide}), qc.qubits)",
        ]
        told, library = (
            f"the equal superposition of |0>, ..., |{count - 1}> on {wide} qubits",
            ("UniformSuperpositionGate",),
        )
        if kind == "shifted":
            offset = rng.randint(1, 2**wide - 1)
            lines.append(f"qc.x([k for k in range({wide}) if {offset} >> k & 1])")
            told = (
                f"the equal superposition of the basis states x xor {offset}, x = 0, ..., "
                f"{count - 1}, on {wide} qubits"
            )
        elif rng.random() < 0.4:
            given = "count: int"
            lines = [
                "gate = UniformSuperpositionGate(count)",
                "qc = QuantumCircuit(gate.num_qubits)",
                "qc.append(gate, qc.qubits)",
            ]
            told = "the equal superposition of |0>, ..., |count - 1> on as few qubits as possible"
            source = "count"
    body = "\n".join([*lines, tail])
    asks = (
        f"Prepare {told}. {wants}.",
        f"{wants} of {told}, using Qiskit's {library[0]}.",
        f"I need {told} (from all zeros, vertex or bit k on qubit k). {wants}.",
    )
    test = fill(
        """$head
source, kind = "$source", "$kind"
if kind in ("graph", "local", "family"):
    for n, edges in ((4, [(0, 1), (1, 3), (0, 2)]), (5, [(0, 4), (4, 2), (2, 1), (1, 4), (3, 0)])):
        if kind == "family":
            rule = {"star": lambda k: 0, "path": lambda k: k - 1, "ring": lambda k: k - 1, "fan": lambda k: k // 2,
                    "skip": lambda k: max(0, k - 2)}["$shape"]
            edges = [(rule(k), k) for k in range(1, n)] + ([(0, n - 1)] if "$shape" == "ring" else [])
        adjacency = np.zeros((n, n), dtype=int)
        want = QuantumCircuit(n)
        want.h(range(n))
        for i, j in edges:
            adjacency[i, j] = adjacency[j, i] = 1
            want.cz(i, j)
        if "$extra" != "none":
            getattr(want, "$extra" if "$extra" != "none" else "z")($spot)
        lists = {i: [int(j) for j in np.flatnonzero(adjacency[i])] for i in range(n)}
        given = {"edges": (n, edges), "matrix": (adjacency,), "dict": (lists,), "family": (n,)}[source]
        check_state(candidate(*given), "$goal", Statevector(want).data, "$name")
elif source == "count":
    for count in (3, 5, 6):
        vector = np.zeros(2 ** (count - 1).bit_length())
        vector[:count] = 1 / np.sqrt(count)
        check_state(candidate(count), "$goal", vector, "$name")
else:
    vector = np.zeros(2**$wide)
    vector[[x ^ $offset for x in range($count)]] = 1 / np.sqrt($count)
    check_state(candidate(), "$goal", vector, "$name")
""",
        head=HEAD, source=source, kind=kind, shape=shape, extra=extra, spot=spot, goal=goal, name=name,
        wide=wide if kind in ("uniform", "shifted") else 1, offset=offset if kind == "shifted" else 0, count=count,
    )  # fmt: skip
    return Instance(
        "special_state", asks, imports_for(body, out, given, *library), f"({given}) -> {out}", body, test,
        {"kind": kind, "source": source, "count": count, "shape": shape, "extra": extra, "goal": goal},
    )  # fmt: skip


@family(
    "state_preparation",
    "advanced",
    oracle="channel",
    skills=("isometries", "reset"),
    why="initialize resets first and works on used qubits; prepare_state is a unitary for |0...0>.",
    tolerance=1e-7,
)
def isometries_and_reinitialisation(rng: Random) -> Instance:
    """Isometries and multiplexed preparations, and initialising qubits that are in use."""
    kind = rng.choice(
        [
            "encode",
            "encode",
            "encode",
            "columns",
            "reset",
            "reset",
            "reset",
            "conditional",
            "mixture",
            "unload",
        ]
    )
    theta, phi = angle(rng), angle(rng)
    given, out, library = "", "QuantumCircuit", ()
    words = rng.sample(["000", "011", "101", "110", "001", "111", "010", "100"], 4)
    label = rng.choice(["+1", "r0", "1-", "l+", "0r", "-r", "1l"])
    spots = rng.sample(range(3), 2)
    if kind == "encode":
        body = f"""
matrix = np.zeros((8, 2), dtype=complex)
matrix[[0b{words[0]}, 0b{words[1]}], 0] = np.cos({theta}), np.sin({theta})
matrix[[0b{words[2]}, 0b{words[3]}], 1] = np.cos({phi}), 1j * np.sin({phi})
qc = QuantumCircuit(3)
qc.append(Isometry(matrix, 0, 0), qc.qubits)
return qc
"""
        told = (
            "Encode one qubit in three: a circuit that maps |0> on qubit 0 to"
            f" cos({theta})|{words[0]}> + sin({theta})|{words[1]}> and |1> on qubit 0 to"
            f" cos({phi})|{words[2]}> + i sin({phi})|{words[3]}> when qubits 1 and 2 start in 0"
            " (bit strings with qubit 0 rightmost; the common global phase is free, the relative"
            " one is not)"
        )
        library = ("Isometry",)
    elif kind == "columns":
        given = "vectors: list[np.ndarray]"
        style = rng.choice(["Isometry", "unitary"])
        if style == "Isometry":
            body = """
matrix = np.array(vectors).T
qc = QuantumCircuit(len(matrix).bit_length() - 1)
qc.append(Isometry(matrix, 0, 0), qc.qubits)
return qc
"""
            library = ("Isometry",)
        else:
            body = """
matrix = np.array(vectors).T
basis, triangle = np.linalg.qr(matrix, mode="complete")
basis[:, : len(vectors)] = matrix
qc = QuantumCircuit(len(matrix).bit_length() - 1)
qc.unitary(basis, qc.qubits)
return qc
"""
        told = (
            "`vectors` are 2^m orthonormal vectors of length 2^n. Build an n-qubit circuit that"
            " maps "
            "the basis state x < 2^m to vectors[x], the same global phase for all x, using "
            f"{'an Isometry gate' if style == 'Isometry' else 'a unitary completed by a QR decomposition'}"
        )
    elif kind == "reset":
        given = "circuit: QuantumCircuit"
        how = rng.choice(["initialize", "reset", "append"])
        act = {
            "initialize": f'result.initialize("{label}", {spots})',
            "reset": f'result.reset({spots})\nresult.prepare_state("{label}", {spots})',
            "append": f'result.append(Initialize("{label}"), {spots})',
        }[how]
        body = f"result = circuit.copy()\n{act}\nreturn result"
        library = ("Initialize",) if how == "append" else ()
        told = (
            "The three qubits of `circuit` may be in any, also entangled, state. Return a copy of"
            f" it with qubits {spots[1]} and {spots[0]} put into the product state '{label}'"
            f" afterwards, whatever they were in before: left character for qubit {spots[1]}, right"
            f" character for qubit {spots[0]} (0, 1, +, -, r, l as in Statevector.from_label)."
            " Leave `circuit` unchanged"
        )
    elif kind == "conditional":
        given = "vectors: list[np.ndarray]"
        body = """
gates = []
for vector in vectors:
    a, b = vector
    gates.append(np.array([[a, -np.conj(b)], [b, np.conj(a)]]))
controls = len(vectors).bit_length() - 1
qc = QuantumCircuit(controls + 1)
qc.append(UCGate(gates), [TARGET, *CONTROLS])
return qc
"""
        first = rng.random() < 0.5
        body = body.replace("TARGET", "0" if first else "controls").replace(
            "CONTROLS", "range(1, controls + 1)" if first else "range(controls)"
        )
        library = ("UCGate",)
        where = (
            "qubit 0 is the target, the selecting register is qubits 1, 2, ..."
            if first
            else "the selecting register is qubits 0, 1, ..., the target is the last qubit"
        )
        told = (
            "`vectors` are 2^k normalised one-qubit states. Build a circuit on k + 1 qubits that"
            " puts the target (in |0>) into vectors[x] when the selecting register holds x"
            f" (little-endian): {where}. Relative phases between different x count; use a uniformly"
            " controlled gate"
        )
    elif kind == "mixture":
        given = "weights: list[float], vectors: list[np.ndarray]"
        body = """
matrix = np.array([np.sqrt(w) * np.asarray(v) for w, v in zip(weights, vectors)])
qc = QuantumCircuit(matrix.size.bit_length() - 1)
qc.prepare_state(matrix.ravel(), qc.qubits)
return qc
"""
        told = (
            "Purify a mixture: `weights` are 2^k probabilities and `vectors` as many normalised"
            " n-qubit states. Build a circuit of n + k qubits that prepares sum_j sqrt(weights[j])"
            " |j>|vectors[j]>, with the vectors on qubits 0..n-1 and j (little-endian) on the k"
            " qubits above"
        )
        if rng.random() < 0.5:
            body = body.replace(
                "qc.prepare_state(matrix.ravel(), qc.qubits)",
                "qc.append(StatePreparation(matrix.ravel()), qc.qubits)",
            )
            library = ("StatePreparation",)
    else:
        given = "amplitudes: np.ndarray"
        style = rng.choice(["gate", "uncompute"])
        body = {
            "gate": ("gate = StatePreparation(amplitudes)\nqc = "
                    "QuantumCircuit(gate.num_qubits)\nqc.append(gate.inverse(), qc.qubits)\nreturn qc"),
            "uncompute": "gate = Initialize(amplitudes)\nundo = gate.gates_to_uncompute()\nqc = "
                         "QuantumCircuit(undo.num_qubits)\nreturn qc.compose(undo)",
        }[style]  # fmt: skip
        library = ("StatePreparation",) if style == "gate" else ("Initialize",)
        told = (
            "Build a unitary circuit that takes the normalised state with the given `amplitudes` "
            "(index = little-endian integer) to all zeros"
        )
    asks = (
        f"{told}.",
        f"State engineering with Qiskit. {told}.",
        f"Please write this: {told[0].lower() + told[1:] if not told.startswith('`') else told}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Operator, Statevector, partial_trace, random_statevector, random_unitary
rng = np.random.default_rng(np.random.randint(2**31))
kind = "$kind"
def seed():
    return int(rng.integers(2**31))
def same_up_to_phase(got, want):
    overlap = np.vdot(want, got) / np.vdot(want, want)
    assert abs(abs(overlap) - 1) < 1e-7 and np.allclose(got, overlap * want, atol=1e-7)
if kind == "encode":
    got = candidate()
    assert got.num_qubits == 3
    want = np.zeros((8, 2), dtype=complex)
    a, b, c, d = (int(w, 2) for w in $words)
    want[a, 0], want[b, 0], want[c, 1], want[d, 1] = np.cos($theta), np.sin($theta), np.cos($phi), 1j * np.sin($phi)
    same_up_to_phase(Operator(got).data[:, :2], want)
elif kind == "columns":
    for n, m in ((3, 1), (3, 2), (2, 1)):
        matrix = random_unitary(2**n, seed=seed()).data[:, : 2**m]
        got = candidate([matrix[:, k] for k in range(2**m)])
        assert got.num_qubits == n
        same_up_to_phase(Operator(got).data[:, : 2**m], matrix)
elif kind == "reset":
    for _ in range(2):
        before = QuantumCircuit(3)
        before.unitary(random_unitary(8, seed=seed()), [0, 1, 2])
        size = before.size()
        got = candidate(before)
        assert before.size() == size and isinstance(got, QuantumCircuit)
        spots = $spots
        rest = ({0, 1, 2} - set(spots)).pop()
        state = DensityMatrix(got)
        left = partial_trace(DensityMatrix(before), spots)
        assert np.allclose(partial_trace(state, spots).data, left.data, atol=1e-7)
        for text, spot in zip("$label", spots[::-1]):
            alone = partial_trace(state, [q for q in range(3) if q != spot])
            assert np.allclose(alone.data, DensityMatrix.from_label(text).data, atol=1e-7)
elif kind == "conditional":
    for k in (1, 2):
        vectors = [random_statevector(2, seed=seed()).data for _ in range(2**k)]
        got = candidate(vectors)
        assert got.num_qubits == k + 1
        matrix, first = Operator(got).data, $first
        columns = [x << 1 if first else x for x in range(2**k)]
        want = np.zeros((2 ** (k + 1), 2**k), dtype=complex)
        for x, vector in enumerate(vectors):
            want[[x << 1, x << 1 | 1] if first else [x, x | 1 << k], x] = vector
        same_up_to_phase(matrix[:, columns], want)
elif kind == "mixture":
    for n, k in ((1, 1), (2, 1), (1, 2)):
        vectors = [random_statevector(2**n, seed=seed()).data for _ in range(2**k)]
        weights = rng.uniform(0.2, 1, 2**k)
        weights = [float(w) for w in weights / weights.sum()]
        got = candidate(weights, vectors)
        assert got.num_qubits == n + k
        want = np.concatenate([np.sqrt(w) * v for w, v in zip(weights, vectors)])
        assert Statevector(got).equiv(Statevector(want), atol=1e-7, rtol=0)
else:
    for n in (2, 3):
        state = random_statevector(2**n, seed=seed())
        got = candidate(state.data)
        assert got.num_qubits == n and "reset" not in got.count_ops()
        Operator(got)
        assert abs(abs(state.evolve(got).data[0]) - 1) < 1e-7
""",
        kind=kind, words=words, theta=theta, phi=phi, spots=spots, label=label, first=first if kind == "conditional" else False,
    )  # fmt: skip
    return Instance(
        "isometry_circuit", asks, imports_for(body, out, given, *library), f"({given}) -> {out}", body, test,
        {"kind": kind, "theta": theta, "phi": phi, "words": words, "label": label, "spots": spots},
    )  # fmt: skip
