"""State preparation from bit strings and labels: product states, and superpositions of two basis states."""

from random import Random

from qspark.data.families._state_goals import HEAD, a_goal, imports_for
from qspark.data.families.base import Instance, Wrong, angle, bits, family
from qspark.data.families.wording import fill


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
            f"for qubit, char in {walk}:", '    if char in "1-":', "        qc.x(qubit)",
            '    if char in "+-":',
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
        head=HEAD, label=label, more=more, left=left, kind=kind, mark=mark, half=theta / 2,
        letters=letters, goal=goal, name=name,
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
        "strings": ([], "first: str, second: str",
                    ("|first> and |second>, given as bit strings of equal length (qubit 0 "
                     "rightmost)")),
        "integers": (
            ['first, second = (format(value, f"0{num_qubits}b") for value in (low, high))'],
            "num_qubits: int, low: int, high: int",
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
        "strings": (first, second), "integers": (len(first), int(first, 2), int(second, 2)), \
"angle": (first,),
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
