"""Circuits of the quantum Fourier transform: inverse, without swaps, on a line, approximated."""

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
        dft=DFT, unwrap=UNWRAP, end=end, name=name, degree=degree, swaps=swaps, inverse=inverse,
        allowed=allowed, line=way == "line",
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
