"""Loading of given amplitudes, counts and sampled functions into a state."""

from random import Random

from qspark.data.families._state_goals import HEAD, a_goal, imports_for
from qspark.data.families.base import Instance, angle, family
from qspark.data.families.wording import fill


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
            ["grid = np.arange(2**num_qubits)",
             f"vector = np.exp(-((grid - {centre}) ** 2) / (2 * {width}**2))"], "num_qubits: int",
            f"amplitudes proportional to exp(-(x - {centre})^2 / (2 * {width}^2)) for x = 0, 1, ...",
        ),
        "exponential": (
            ["grid = np.arange(2**num_qubits)", f"vector = np.sqrt(np.exp(-{rate} * grid))"],
            "num_qubits: int",
            f"probabilities proportional to exp(-{rate} x) for x = 0, 1, ..., with positive amplitudes",
        ),
        "linear": (
            ["grid = np.arange(2**num_qubits)", f"vector = np.sqrt(grid + {rate})"], "num_qubits: int",
            f"probabilities proportional to x + {rate} for x = 0, 1, ..., with positive amplitudes",
        ),
        "wave": (
            ["grid = np.arange(2**num_qubits)", f"vector = np.exp(1j * {rate} * grid) * (1 + grid)"],
            "num_qubits: int",
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
            ["num_qubits = len(next(iter(counts)))", "vector = np.zeros(2**num_qubits)",
             "for text, count in counts.items():",
             "    vector[int(text, 2)] = np.sqrt(count)"],
            "counts: dict[str, int]",
            ("probabilities proportional to the `counts` (bit strings with qubit 0 rightmost), with "
            "positive amplitudes"),
        ),
        "function": (
            ["points = np.linspace(low, high, 2**num_qubits)",
             "vector = np.array([density(point) for point in points])"],
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
        "Isometry": "with the Isometry gate (a vector is an isometry from zero qubits)",
        "initialize": "with initialize",
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
        "gaussian": np.exp(-((grid - $centre) ** 2) / (2 * $width**2)), \
"exponential": np.exp(-$rate * grid / 2),
        "linear": np.sqrt(grid + $rate), "wave": np.exp(1j * $rate * grid) * (1 + grid),
        "sparse": [terms.get(x, 0) for x in grid.tolist()], \
"dictionary": [terms.get(x, 0) for x in grid.tolist()],
        "counts": [np.sqrt(counts.get(format(x, f"0{n}b"), 0)) for x in grid.tolist()],
        "function": [1 + (-0.5 + 1.7 * x / (2**n - 1)) ** 3 for x in grid],
    }[kind]
    vector = np.array(vector) / np.linalg.norm(vector)
    given = {
        "sparse": (n, terms), "dictionary": (texts,), "counts": (counts,), \
"function": (n, -0.5, 1.2, lambda t: 1 + t**3),
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
