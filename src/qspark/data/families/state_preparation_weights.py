"""Preparation of W states, Dicke states and others that depend on the number of ones."""

from random import Random

from qspark.data.families._state_goals import HEAD, a_goal, imports_for
from qspark.data.families.base import Instance, angle, family
from qspark.data.families.wording import fill


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
            "for qubit, weight in enumerate(weights):",
            "    vector[1 << qubit] = np.sqrt(weight / sum(weights))",
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
            "the W state (equal superposition of the states with a single 1), made with cry and cx "
            "gates only (and one x)"
        ),
    }[kind]
    if kind == "w cascade":
        first = rng.choice(["low", "high"])
        order = "range(num_qubits)" if first == "low" else "range(num_qubits)[::-1]"
        lines = [
            "qc = QuantumCircuit(num_qubits)", f"order = list({order})", "qc.x(order[0])",
            "for step, (one, two) in enumerate(zip(order, order[1:])):",
            "    theta = 2 * np.arccos(np.sqrt(1 / (num_qubits - step)))", "    qc.cry(theta, one, two)",
            "    qc.cx(two, one)",
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
            "most": ones[x] >= n - $k + 1, "pair": np.cos($phi) * (ones[x] == 1) \
+ np.sin($phi) * (ones[x] == n - 1),
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
