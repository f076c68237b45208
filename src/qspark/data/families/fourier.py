"""The quantum Fourier transform: variants, phase estimation, addition and counting in its basis."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import call, fill

# Row y, column x of the transform: exp(2 pi i x y / N) / sqrt(N).
DFT = """
def dft(n):
    grid = np.arange(2**n)
    return np.exp(2j * np.pi * np.outer(grid, grid) / 2**n) / 2 ** (n / 2)

def reversal(n):
    flip = np.zeros((2**n, 2**n))
    for x in range(2**n):
        flip[int(format(x, f"0{n}b")[::-1], 2), x] = 1
    return flip
"""


@family(
    "fourier",
    "intermediate",
    oracle="unitary",
    skills=("qft", "swaps"),
    why="Without the final swaps the transform leaves the result with its bits reversed.",
    tolerance=1e-8,
)
def fourier_transform_variants(rng: Random) -> Instance:
    """The QFT by gate, by synthesis or by hand; inverse, without swaps, on a line, approximated."""
    way = rng.choice(["gate", "full", "line", "hand", "hand"])
    inverse, swaps = rng.random() < 0.4, rng.random() < 0.6
    degree = rng.choice([0, 0, 1, 2]) if way != "gate" else 0
    end, tail, wants, out, name = an_ending(rng, "measured", "inverse")
    if way == "gate":
        lines = ["made = QuantumCircuit(num_qubits)"]
        turn = ".inverse()" if inverse else ""
        if not swaps and not inverse:
            lines += [f"made.append(QFTGate(num_qubits){turn}, range(num_qubits)[::-1])"]
            swaps = None
        else:
            swaps = True
            lines += [f"made.append(QFTGate(num_qubits){turn}, made.qubits)"]
        imports = ["from qiskit.circuit.library import QFTGate"]
        how = "Qiskit's QFT gate"
        if swaps is None:
            how += " with its qubits in reversed order"
    elif way == "full":
        options = ["num_qubits"] + ([] if swaps else ["do_swaps=False"])
        options += [f"approximation_degree={degree}"] if degree else []
        options += ["inverse=True"] if inverse else []
        lines = [call("made = synth_qft_full", *options)]
        imports, how = ["from qiskit.synthesis import synth_qft_full"], "synth_qft_full"
    elif way == "line":
        options = ["num_qubits"] + ([] if swaps else ["do_swaps=False"])
        options += [f"approximation_degree={degree}"] if degree else []
        lines = [call("made = synth_qft_line", *options)]
        if inverse:
            lines.append("made = made.inverse()")
        imports, how = (
            ["from qiskit.synthesis import synth_qft_line"],
            "the linear nearest-neighbour synthesis synth_qft_line",
        )
    else:
        keep = (
            f"range(max(0, target - num_qubits + {degree + 1}), target)"
            if degree
            else "range(target)"
        )
        lines = [
            "made = QuantumCircuit(num_qubits)",
            "for target in reversed(range(num_qubits)):",
            "    made.h(target)",
            f"    for control in {keep}:",
            "        made.cp(np.pi / 2 ** (target - control), control, target)",
        ]
        if swaps:
            lines += [
                "for low in range(num_qubits // 2):",
                "    made.swap(low, num_qubits - 1 - low)",
            ]
        if inverse:
            lines.append("made = made.inverse()")
        imports, how = [], "h, cp and swap gates only, written out"
    body = "\n".join([*lines, tail])
    name_of = "inverse quantum Fourier transform" if inverse else "quantum Fourier transform"
    order = (
        "with the usual bit order (F|x> = sum_y exp(2 pi i x y / 2^n)|y> / 2^(n/2), little-endian)"
    )
    if swaps is False:
        order = "without the swaps: " + (
            "the inverse of the transform that leaves out its final bit reversal"
            if inverse
            else "the final reversal of the qubits is left out, so the output has its bits reversed"
        )
    elif swaps is None:
        order = (
            "conjugated with the reversal of all qubits (qubit 0 counts as most significant on"
            " input and output)"
        )
    approx = ""
    if degree:
        approx = (
            f", approximated with degree {degree}: the controlled phases pi/2^k with k >="
            f" num_qubits - {degree} are left out, num_qubits > {degree}"
        )
    asks = (
        f"Build the {name_of} on `num_qubits` qubits {order}{approx}. Use {how}. {wants}.",
        f"{name_of[0].upper()}{name_of[1:]}, {how}, {order}{approx}. {wants}.",
        f"{wants}: the {name_of} for `num_qubits` qubits, made with {how}, {order}{approx}.",
        (
            f"I need a building block for period finding: the {name_of} {order}{approx}; {how}."
            f" {wants}."
        ),
    )
    allowed = {"hand": "h cp swap"}.get(way, "")
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Operator
$dft
$unwrap
for n in (3, 4, 5) if $degree else (2, 3, 4):
    got = unwrap(candidate(n), "$end", n, "$name")
    want = QuantumCircuit(n)
    for target in range(n - 1, -1, -1):
        want.h(target)
        for control in range(target - 1, -1, -1):
            if target - control < n - $degree:
                want.cp(np.pi / 2 ** (target - control), control, target)
    matrix = Operator(want).data
    if not $degree:
        assert np.allclose(reversal(n) @ matrix, dft(n))
    if $swaps is None:
        matrix = dft(n)[np.ix_(*[[int(format(x, f"0{n}b")[::-1], 2) for x in range(2**n)]] * 2)]
    elif $swaps:
        matrix = reversal(n) @ matrix
    if $inverse:
        matrix = matrix.conj().T
    assert Operator(got).equiv(Operator(matrix), atol=1e-8, rtol=0)
    if "$allowed" and "$end" != "gate":
        assert set(got.count_ops()) <= set("$allowed".split())
    if $line and "$end" != "gate":
        for item in got.data:
            spots = [got.find_bit(q).index for q in item.qubits]
            assert max(spots) - min(spots) <= 1
""",
        dft=DFT, unwrap=UNWRAP, end=end, name=name, degree=degree, swaps=swaps, inverse=inverse, allowed=allowed,
        line=way == "line",
    )  # fmt: skip
    head = ["import numpy as np"] if "np." in body else []
    head += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    head += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    wrong = ()
    if way == "hand" and swaps:
        wrong = (
            Wrong("S16", body.replace("    made.swap(low, num_qubits - 1 - low)", "    pass")),
        )
    return Instance(
        "fourier_circuit", asks, "\n".join([*head, *imports]), f"(num_qubits: int) -> {out}", body, test,
        {"way": way, "inverse": inverse, "swaps": swaps, "degree": degree, "ending": end}, wrong=wrong,
    )  # fmt: skip


@family(
    "fourier",
    "advanced",
    oracle="distribution",
    skills=("phase-estimation", "endianness"),
    why=(
        "phase_estimation reads the phase with its evaluation register reversed: qubit 0 is the top"
        " bit."
    ),
    tolerance=1e-7,
)
def phase_estimation_runs(rng: Random) -> Instance:
    """Phase estimation by library function or by hand; exact and inexact phases."""
    way = rng.choice(["library", "hand", "hand"])
    goal = rng.choice(["distribution", "best", "chance", "circuit", "angle", "signed"])
    subject = rng.choice(["phase", "unitary", "rz", "rx", "ry", "hamiltonian"])
    bits = rng.choice([3, 4])
    given, build, told, top = {
        "phase": (
            "phase: float", ["unitary = QuantumCircuit(1)", "unitary.p(2 * np.pi * phase, 0)"],
            "the phase gate P(2 pi phase) with its eigenstate |1>", "state.x(0)",
        ),
        "rz": (
            "phase: float", ["unitary = QuantumCircuit(1)", "unitary.rz(4 * np.pi * phase, 0)"],
            "the rotation RZ(4 pi phase) with its eigenstate |1>", "state.x(0)",
        ),
        "rx": (
            "phase: float", ["unitary = QuantumCircuit(1)", "unitary.rx(4 * np.pi * phase, 0)"],
            "the rotation RX(4 pi phase) with its eigenstate |->", "state.x(0)\nstate.h(0)",
        ),
        "ry": (
            "phase: float", ["unitary = QuantumCircuit(1)", "unitary.ry(4 * np.pi * phase, 0)"],
            "the rotation RY(4 pi phase) with its eigenstate (|0> - i|1>)/sqrt(2)", "state.h(0)\nstate.sdg(0)",
        ),
        "unitary": (
            "unitary: QuantumCircuit, state: QuantumCircuit", [],
            "the circuit `unitary` with the eigenstate that the circuit `state` prepares", "",
        ),
        "hamiltonian": (
            "hamiltonian: SparsePauliOp, time: float, state: QuantumCircuit",
            ["unitary = QuantumCircuit(hamiltonian.num_qubits)",
             "unitary.append(UnitaryGate(expm(-1j * time * hamiltonian.to_matrix())), unitary.qubits)"],
            "U = exp(-i time H), H = `hamiltonian`, with the eigenstate that the circuit `state` prepares", "",
        ),
    }[subject]  # fmt: skip
    lines = list(build)
    if top:
        lines += ["state = QuantumCircuit(1)", top]
    if way == "library":
        lines += [
            f"circuit = phase_estimation({bits}, unitary)",
            f"circuit.compose(state, range({bits}, circuit.num_qubits), front=True, inplace=True)",
        ]
        readout = f"range({bits})[::-1]"
        how = "Qiskit's phase_estimation function"
    else:
        lines += [
            f"circuit = QuantumCircuit({bits} + unitary.num_qubits)",
            f"targets = range({bits}, circuit.num_qubits)",
            "circuit.compose(state, targets, inplace=True)",
            f"circuit.h(range({bits}))",
            f"for k in range({bits}):",
            "    power = unitary.repeat(2**k).to_gate().control(1)",
            "    circuit.append(power, [k, *targets])",
            f"circuit.append(QFTGate({bits}).inverse(), range({bits}))",
        ]
        readout = f"range({bits})"
        how = "controlled powers U^(2^k) on counting qubit k and an inverse QFT gate"
    fraction = f"the integer m = 0..{2**bits - 1} that approximates {2**bits} * phase"
    if goal == "circuit":
        lines.append("return circuit")
        first = (
            "qubit 0 being its most significant bit"
            if way == "library"
            else "qubit 0 being its least significant bit"
        )
        wants, out = (
            (
                f"Return the circuit without measurements; counting qubits are 0..{bits - 1} and"
                f" hold the result m, {first}"
            ),
            "QuantumCircuit",
        )
    else:
        lines.append(f"chances = Statevector(circuit).probabilities(list({readout}))")
        finish, wants, out = {
            "distribution": (
                "return [float(chance) for chance in chances]",
                f"Return the list of the {2**bits} exact probabilities of the results m = 0, 1, ...", "list[float]",
            ),
            "best": ("return int(np.argmax(chances))", "Return the most probable m (an int)", "int"),
            "chance": (
                "best = int(np.argmax(chances))\nreturn best, float(chances[best])",
                "Return the most probable m and its exact probability: (int, float)", "tuple[int, float]",
            ),
            "angle": (
                f"return float(np.argmax(chances)) / {2**bits}", f"Return the estimate m/{2**bits} of the most probable m (a float)",
                "float",
            ),
            "signed": (
                f"best = int(np.argmax(chances))\nreturn (best - {2**bits} if best >= {2 ** (bits - 1)} else best) / {2**bits}",
                f"Return the estimate m/{2**bits} of the most probable m, shifted by -1 where it is 1/2 or more (a float in "
                "[-1/2, 1/2))", "float",
            ),
        }[goal]  # fmt: skip
        lines.append(finish)
    body = "\n".join(lines)
    asks = (
        (
            f"Phase estimation with {bits} counting qubits for {told}; U|psi> = exp(2 pi i"
            f" phase)|psi>. Use {how}. {wants}."
        ),
        (
            f"Estimate an eigenphase: {told}. {bits} evaluation qubits, {how}; m is {fraction}."
            f" {wants}."
        ),
        (
            f"{wants}, for a {bits}-bit quantum phase estimation of {told}, built from {how}. The"
            f" result m approximates {2**bits} * phase with U|psi> = exp(2 pi i phase)|psi>."
        ),
    )
    test = fill(
        """
import numpy as np
from scipy.linalg import expm
from qiskit import QuantumCircuit
from qiskit.circuit.library import UnitaryGate
from qiskit.quantum_info import SparsePauliOp, Statevector, random_unitary
rng = np.random.default_rng(np.random.randint(2**31))
subject, goal, bits = "$subject", "$goal", $bits
size = 2**bits
phases = [k / size for k in (1, 3, 4, 6, size - 1)] + [float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.6, 0.9))]
for phase in phases[3:] if goal in ("circuit", "distribution") else phases:
    if subject in ("phase", "rz", "rx", "ry"):
        given = (phase,)
    elif subject == "unitary":
        basis = random_unitary(4, seed=int(rng.integers(2**31))).data
        values = np.exp(2j * np.pi * np.array([0.2, 0.7, phase, 0.4]))
        unitary, state = QuantumCircuit(2), QuantumCircuit(2)
        unitary.append(UnitaryGate(basis @ np.diag(values) @ basis.conj().T), [0, 1])
        state.prepare_state(basis[:, 2], [0, 1])
        given = (unitary, state)
    else:
        operator = SparsePauliOp(["ZI", "IZ", "XX"], [0.4, 0.7, 0.3])
        energies, vectors = np.linalg.eigh(operator.to_matrix())
        level = int(rng.integers(4))
        time = float(rng.uniform(0.5, 4))
        state = QuantumCircuit(2)
        state.prepare_state(vectors[:, level], [0, 1])
        phase = float(-energies[level] * time / (2 * np.pi)) % 1
        given = (operator, time, state)
    offsets = phase - np.arange(size) / size
    amplitudes = np.array([np.exp(2j * np.pi * np.arange(size) * d).sum() / size for d in offsets])
    want = np.abs(amplitudes) ** 2
    got = candidate(*given)
    if goal == "circuit":
        assert isinstance(got, QuantumCircuit)
        order = list(range(bits))[::-1] if "$way" == "library" else list(range(bits))
        got = Statevector(got).probabilities(order)
    if goal in ("circuit", "distribution"):
        assert len(got) == size and np.allclose(got, want, atol=1e-7)
    elif goal == "chance":
        if np.sort(want)[-1] - np.sort(want)[-2] > 1e-6:
            assert got[0] == np.argmax(want)
        assert abs(got[1] - want.max()) < 1e-7
    elif np.sort(want)[-1] - np.sort(want)[-2] > 1e-6:
        best = int(np.argmax(want))
        exact = {"best": best, "angle": best / size, "signed": (best - size * (2 * best >= size)) / size}[goal]
        assert abs(got - exact) < 1e-12, (got, exact)
""",
        subject=subject, goal=goal, bits=bits, way=way,
    )  # fmt: skip
    head = ["import numpy as np"] if "np." in body else []
    head += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body + given else []
    library = (["QFTGate"] if way == "hand" else []) + (
        ["UnitaryGate"] if subject == "hamiltonian" else []
    )
    library += ["phase_estimation"] if way == "library" else []
    head += [f"from qiskit.circuit.library import {', '.join(library)}"]
    info = (["SparsePauliOp"] if subject == "hamiltonian" else []) + (
        ["Statevector"] if goal != "circuit" else []
    )
    head += [f"from qiskit.quantum_info import {', '.join(info)}"] if info else []
    head += ["from scipy.linalg import expm"] if subject == "hamiltonian" else []
    wrong = ()
    if way == "hand":
        wrong = (Wrong("S33", body.replace(f"QFTGate({bits}).inverse()", f"QFTGate({bits})")),)
    return Instance(
        "estimate_phase", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"way": way, "goal": goal, "subject": subject, "bits": bits}, wrong=wrong,
    )  # fmt: skip


@family(
    "fourier",
    "advanced",
    oracle="unitary",
    skills=("fourier-arithmetic", "phases"),
    why="In the Fourier basis an addition of c is a phase 2 pi c 2^k / N on qubit k.",
    tolerance=1e-8,
)
def arithmetic_in_fourier_space(rng: Random) -> Instance:
    """Adding constants, registers and multiples by phases between a QFT and its inverse."""
    kind = rng.choice(
        [
            "constant",
            "given",
            "controlled",
            "register",
            "multiple",
            "minus",
            "away",
            "weights",
            "weights",
        ]
    )
    c = rng.choice([3, 5, 7])
    tool = rng.choice(["gate", "full", "noswap"])
    width = (
        rng.choice(["num_bits", "3", "4"])
        if kind == "constant" and tool != "noswap"
        else "num_bits"
    )
    weights = rng.sample([1, 2, 3, 5, 6, 7], 3)
    n = width
    given = "num_bits: int" if width == "num_bits" else ""
    first, second = rng.choice([("a", "b"), ("x", "y"), ("left", "right")])
    # Without the swaps the Fourier coefficient of qubit k sits on qubit n - 1 - k.
    spot = f"{n} - 1 - k" if tool == "noswap" else "k"
    fourier = {
        "gate": f"QFTGate({n})",
        "full": f"synth_qft_full({n})",
        "noswap": f"synth_qft_full({n}, do_swaps=False)",
    }[tool]
    apply = {
        True: lambda q: f"circuit.append(transform, {q})" if tool == "gate" else f"circuit.compose(transform, {q}, inplace=True)",
        False: lambda q: f"circuit.append(transform.inverse(), {q})"
        if tool == "gate"
        else f"circuit.compose(transform.inverse(), {q}, inplace=True)",
    }  # fmt: skip
    lines = [f"transform = {fourier}"]
    if kind in ("constant", "given", "minus"):
        value = {"constant": str(c), "given": "constant", "minus": "-constant"}[kind]
        given += ", constant: int" if kind != "constant" and given else ""
        value_code = value if kind != "minus" else "constant"
        sign = "-" if kind == "minus" else ""
        lines += [
            f"circuit = QuantumCircuit({n})",
            apply[True]("circuit.qubits"),
            f"for k in range({n}):",
        ]
        lines += [
            f"    circuit.p({sign}2 * np.pi * {value_code} * 2**k / 2**{n}, {spot})",
            apply[False]("circuit.qubits"),
        ]
        told = {"constant": f"x + {c}", "given": "x + constant", "minus": "x - constant"}[kind]
        layout, action = (
            "qubits 0, 1, ...",
            f"|x> -> |{told} modulo 2^{'num_bits' if n == 'num_bits' else n}>",
        )
    elif kind == "controlled":
        lines += [
            f"circuit = QuantumCircuit({n} + 1)", f"target = circuit.qubits[:{n}]", apply[True]("target"), f"for k in range({n}):",
            f"    circuit.cp(2 * np.pi * {c} * 2**k / 2**{n}, {n}, {spot})", apply[False]("target"),
        ]  # fmt: skip
        layout = (
            f"x on qubits 0..{'num_bits - 1' if n == 'num_bits' else int(n) - 1}, a control on the"
            " last qubit"
        )
        action = (
            f"|x> -> |x + {c} modulo 2^{'num_bits' if n == 'num_bits' else n}> if the control is 1"
            " and nothing otherwise"
        )
    elif kind in ("register", "away", "multiple"):
        factor = {"register": "", "away": "-", "multiple": f"{c} * "}[kind]
        lines += [
            f'{first} = QuantumRegister({n}, "{first}")', f'{second} = QuantumRegister({n}, "{second}")',
            f"circuit = QuantumCircuit({first}, {second})", apply[True](second), f"for j in range({n}):",
            f"    for k in range({n}):",
            f"        circuit.cp({factor}2 * np.pi * 2 ** (j + k) / 2**{n}, {first}[j], {second}[{spot}])", apply[False](second),
        ]  # fmt: skip
        layout = f"registers `{first}` and `{second}` of num_bits qubits each, in this order"
        scale = {"register": "+ ", "away": "- ", "multiple": f"+ {c} "}[kind]
        action = (
            f"`{second}` becomes ({second} {scale}{first}) modulo 2^num_bits and `{first}` is kept"
        )
    else:
        lines += [
            f'{first} = QuantumRegister(3, "{first}")', f'{second} = QuantumRegister({n}, "{second}")',
            f"circuit = QuantumCircuit({first}, {second})", apply[True](second),
            f"for control, weight in zip({first}, {weights}):", f"    for k in range({n}):",
            f"        circuit.cp(2 * np.pi * weight * 2**k / 2**{n}, control, {second}[{spot}])", apply[False](second),
        ]  # fmt: skip
        layout = f"registers `{first}` (3 qubits) and `{second}` (num_bits qubits), in this order"
        action = (
            f"`{second}` increased by the sum of the weights {weights} of those qubits of `{first}`"
            " that are 1, modulo 2^num_bits"
        )
    if kind in ("given", "minus") and "constant" not in given:
        given += "num_bits: int, constant: int"
    lines.append("return circuit")
    body = "\n".join(lines)
    how = {
        "gate": "a QFT gate and its inverse", "full": "synth_qft_full and its inverse",
        "noswap": "synth_qft_full without swaps and its inverse",
    }[tool]  # fmt: skip
    bits = "" if n == "num_bits" else f" ({n} bits)"
    asks = (
        (
            f"Draper-style arithmetic{bits}: with {how} and phase gates in between, build a circuit"
            f" with {action}. Layout: {layout}; little-endian."
        ),
        (
            f"Build an adder in Fourier space{bits}. {layout[0].upper()}{layout[1:]}; effect:"
            f" {action}. Use {how}; no carry or work qubits; first qubit of a number = least"
            " significant."
        ),
        f"I want {action}, little-endian, {layout}{bits}, done with phases between {how}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
rng = np.random.default_rng(np.random.randint(2**31))
kind = "$kind"
for n in (2, 3, 4) if $free else ($width,):
    if kind in ("register", "away", "multiple") and n == 4:
        continue
    constant = int(rng.integers(1, 2**n))
    given = (n, constant) if kind in ("given", "minus") else (n,) if $free else ()
    got = candidate(*given)
    assert isinstance(got, QuantumCircuit)
    wide = kind in ("register", "away", "multiple", "weights")
    low = 3 if kind == "weights" else n
    assert got.num_qubits == (low + n if wide else n + (kind == "controlled"))
    if wide:
        assert [(r.name, r.size) for r in got.qregs] == [("$first", low), ("$second", n)]
    size, total = 2**n, 2**got.num_qubits
    start = rng.normal(size=total) + 1j * rng.normal(size=total)
    start /= np.linalg.norm(start)
    want = np.zeros(total, dtype=complex)
    for state in range(total):
        x, rest = state % size, state // size
        if wide:
            x, rest = state % 2**low, state >> low
            added = sum(w for k, w in enumerate($weights) if x >> k & 1)
            step = {"register": x, "away": -x, "multiple": $c * x, "weights": added}[kind]
            image = x + 2**low * ((rest + step) % size)
        else:
            step = {"constant": $c, "given": constant, "minus": -constant, "controlled": $c * rest}[kind]
            image = (x + step) % size + size * rest
        want[image] = start[state]
    assert Statevector(start).evolve(got).equiv(Statevector(want), atol=1e-8, rtol=0)
""",
        kind=kind, free=width == "num_bits", width=0 if width == "num_bits" else width, first=first, second=second, c=c,
        weights=weights,
    )  # fmt: skip
    top = "QuantumCircuit, QuantumRegister" if "QuantumRegister" in body else "QuantumCircuit"
    library = (
        "from qiskit.circuit.library import QFTGate"
        if tool == "gate"
        else "from qiskit.synthesis import synth_qft_full"
    )
    return Instance(
        "fourier_add", asks, f"import numpy as np\nfrom qiskit import {top}\n{library}", f"({given}) -> QuantumCircuit",
        body, test, {"kind": kind, "tool": tool, "c": c, "width": width, "weights": weights},
    )  # fmt: skip


@family(
    "fourier",
    "advanced",
    oracle="value",
    skills=("period-finding", "kickback"),
    why="The controlled powers write r peaks at multiples of 2^t/r; a continued fraction finds r.",
    tolerance=1e-7,
)
def periods_and_peaks(rng: Random) -> Instance:
    """Modular multiplication under phase estimation: distribution, order, peaks, continued fractions."""
    goal = rng.choice(
        ["distribution", "best", "peaks", "fraction", "gate", "states", "shift", "circuit"]
    )
    pairs = [(3, 7), (5, 7), (4, 7)]
    if goal in ("fraction", "gate", "states"):
        pairs += [(2, 5), (3, 5), (2, 9), (5, 9), (7, 9), (2, 11), (3, 10), (7, 10), (3, 11)]
    elif goal == "shift":
        pairs = [(3, 7), (5, 7), (7, 8), (9, 11)]
    base, modulus = rng.choice(pairs)
    counting = rng.choice([3, 4])
    given, out = "", "QuantumCircuit"
    work = modulus.bit_length()
    matrix = [
        f"matrix = np.eye({2**work})",
        f"matrix[:{modulus}, :{modulus}] = 0",
        f"for x in range({modulus}):",
        f"    matrix[{base} * x % {modulus}, x] = 1",
    ]
    order, power = 1, base % modulus
    while power != 1:
        power, order = power * base % modulus, order + 1
    estimate = [
        *matrix,
        f"circuit = QuantumCircuit({counting + work})",
        f"vector = np.zeros({2**work}, dtype=complex)",
        f"for k in range({order}):",
        (
            f"    vector[pow({base}, k, {modulus})] = np.exp(-2j * np.pi * index * k / {order}) /"
            f" np.sqrt({order})"
        ),
        f"circuit.prepare_state(vector, range({counting}, circuit.num_qubits))",
        f"circuit.h(range({counting}))",
        f"for k in range({counting}):",
        "    gate = UnitaryGate(np.linalg.matrix_power(matrix, 2**k)).control(1)",
        f"    circuit.append(gate, [k, *range({counting}, circuit.num_qubits)])",
        f"circuit.append(QFTGate({counting}).inverse(), range({counting}))",
        f"chances = Statevector(circuit).probabilities(list(range({counting})))",
    ]
    setup = (
        f"phase estimation of the multiplication by {base} modulo {modulus}: {counting} counting"
        f" qubits (0..{counting - 1}, little-endian result), the work register above them holds the"
        f" eigenstate sum_k exp(-2 pi i index k / {order}) |{base}^k mod {modulus}> /"
        f" sqrt({order}), k = 0..{order - 1}; counting qubit k controls the multiplication by"
        f" {base}^(2^k) modulo {modulus} (work values from {modulus} on stay), and an inverse QFT"
        " ends the circuit"
    )
    imports = ["QFTGate", "UnitaryGate"]
    given = "index: int" if goal in ("distribution", "peaks", "best", "circuit") else ""
    if goal == "distribution":
        lines = [*estimate, "return [float(chance) for chance in chances]"]
        told, out = (
            f"{setup}. Return the list of exact probabilities of the results 0..{2**counting - 1}",
            "list[float]",
        )
    elif goal == "circuit":
        lines = [*estimate[:-1], "return circuit"]
        told = f"{setup}. Return the circuit, without measurements"
    elif goal == "peaks":
        cut = rng.choice([0.08, 0.1, 0.05])
        lines = [*estimate, f"return [m for m, chance in enumerate(chances) if chance > {cut}]"]
        told, out = (
            f"{setup}. Return the sorted list of results whose exact probability exceeds {cut}",
            "list[int]",
        )
    elif goal == "best":
        lines = [*estimate, "best = int(np.argmax(chances))", "return best, float(chances[best])"]
        told, out = (
            f"{setup}. Return the most probable result and its exact probability",
            "tuple[int, float]",
        )
    elif goal == "fraction":
        given = "result: int, num_bits: int"
        lines = [
            f"guess = Fraction(result, 2**num_bits).limit_denominator({modulus - 1})",
            "order = guess.denominator",
            f"while pow({base}, order, {modulus}) != 1:",
            "    order += guess.denominator",
            "return guess.numerator, guess.denominator, order",
        ]
        told, out = (
            (
                f"Classical end of order finding for {base} modulo {modulus}: `result` was measured"
                " on `num_bits` counting qubits. Approximate result/2^num_bits by a fraction s/d"
                f" with d below {modulus} and return (s, d, r), r being the smallest multiple of d"
                f" with {base}^r = 1 modulo {modulus}"
            ),
            "tuple[int, int, int]",
        )
        imports = []
    elif goal == "gate":
        given = "exponent: int"
        lines = [
            *matrix, f"circuit = QuantumCircuit({work + 1})",
            "gate = UnitaryGate(np.linalg.matrix_power(matrix, exponent)).control(1)",
            "circuit.append(gate, circuit.qubits)", "return circuit",
        ]  # fmt: skip
        told = (
            f"Build a circuit with a control (qubit 0) and a work register (qubits 1..{work},"
            f" little-endian) that multiplies the work register by {base}^exponent modulo {modulus}"
            f" if the control is 1; work values from {modulus} on stay as they are"
        )
        imports = ["UnitaryGate"]
    elif goal == "states":
        given, imports = "index: int", []
        lines = [
            f"vector = np.zeros({2**work}, dtype=complex)", f"for k in range({order}):",
            f"    vector[pow({base}, k, {modulus})] = np.exp(-2j * np.pi * index * k / {order}) / np.sqrt({order})",
            f"circuit = QuantumCircuit({work})", "circuit.prepare_state(vector, circuit.qubits)", "return circuit",
        ]  # fmt: skip
        told = (
            f"Build a {work}-qubit circuit that prepares the eigenstate sum_k exp(-2 pi i index k /"
            f" {order}) |{base}^k mod {modulus}> / sqrt({order}), k = 0..{order - 1}, of the"
            f" multiplication by {base} modulo {modulus}"
        )
    else:
        given = "num_bits: int, shift: int"
        lines = [
            "circuit = QuantumCircuit(num_bits)", "transform = QFTGate(num_bits)", "circuit.append(transform, circuit.qubits)",
            "for k in range(num_bits):", f"    circuit.p(2 * np.pi * {base} * shift * 2**k / 2**num_bits, k)",
            "circuit.append(transform.inverse(), circuit.qubits)", "return circuit",
        ]  # fmt: skip
        told = (
            f"Build a circuit for the cyclic shift |x> -> |x + {base} * shift modulo 2^num_bits>"
            " (little-endian) from a QFT gate, phases and its inverse"
        )
        imports = ["QFTGate"]
    body = "\n".join(lines)
    asks = (
        f"{told}.",
        f"A step on the way to Shor's algorithm. {told}.",
        (
            f"Please implement the following. {told}; everything exact, no shots."
            if goal not in ("fraction",)
            else f"Please implement: {told}."
        ),
    )
    test = fill(
        """
import numpy as np
from fractions import Fraction
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
goal, base, modulus, counting, work, order = "$goal", $base, $modulus, $counting, $work, $order
size = 2**counting
if goal in ("distribution", "peaks", "best", "circuit"):
    for index in (1, order - 1):
        offsets = index / order - np.arange(size) / size
        amplitudes = np.array([np.exp(2j * np.pi * np.arange(size) * d).sum() / size for d in offsets])
        chances = np.abs(amplitudes) ** 2
        got = candidate(index)
        if goal == "circuit":
            assert isinstance(got, QuantumCircuit) and got.num_qubits == counting + work
            got = Statevector(got).probabilities(list(range(counting)))
        if goal in ("distribution", "circuit"):
            assert np.allclose(got, chances, atol=1e-7)
        elif goal == "peaks":
            assert list(got) == [m for m in range(size) if chances[m] > $cut]
        else:
            near = chances > chances.max() - 1e-7
            assert near[got[0]] and abs(got[1] - chances.max()) < 1e-7
elif goal == "fraction":
    for result, bits in ((5, 3), (3, 4), (11, 4), (85, 8), (171, 8), (43, 8), (2, 3), (73, 9), (51, 8), (57, 9), (47, 9)):
        s = Fraction(result, 2**bits).limit_denominator(modulus - 1)
        r = next(k for k in range(s.denominator, 200, s.denominator) if pow(base, k, modulus) == 1)
        assert tuple(candidate(result, bits)) == (s.numerator, s.denominator, r)
elif goal == "gate":
    for exponent in (1, 2, 3):
        got = candidate(exponent)
        want = np.zeros((2 ** (work + 1),) * 2)
        for x in range(2**work):
            image = x * base**exponent % modulus if x < modulus else x
            want[2 * x, 2 * x] = want[2 * image + 1, 2 * x + 1] = 1
        assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
elif goal == "states":
    for index in range(order):
        state = np.zeros(2**work, dtype=complex)
        for k in range(order):
            state[base**k % modulus] = np.exp(-2j * np.pi * index * k / order) / np.sqrt(order)
        assert Statevector(candidate(index)).equiv(Statevector(state), atol=1e-8, rtol=0)
else:
    for bits, shift in ((2, 1), (3, 1), (3, 3), (4, 2)):
        want = np.roll(np.eye(2**bits), base * shift, axis=0)
        assert Operator(candidate(bits, shift)).equiv(Operator(want), atol=1e-8, rtol=0)
""",
        goal=goal, base=base, modulus=modulus, counting=counting, work=work, order=order,
        cut=cut if goal == "peaks" else 0,
    )  # fmt: skip
    head = ["from fractions import Fraction\n"] if "Fraction(" in body else []
    head += ["import numpy as np"] if "np." in body else []
    head += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in body else []
    head += [f"from qiskit.circuit.library import {', '.join(imports)}"] if imports else []
    head += ["from qiskit.quantum_info import Statevector"] if "Statevector(" in body else []
    return Instance(
        "order_finding", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"goal": goal, "base": base, "modulus": modulus, "counting": counting},
    )  # fmt: skip
