"""Addition by phases between a Fourier transform and its inverse."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


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
        True: lambda q: f"circuit.append(transform, {q})"
        if tool == "gate"
        else f"circuit.compose(transform, {q}, inplace=True)",
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
            f"circuit = QuantumCircuit({n} + 1)", f"target = circuit.qubits[:{n}]", apply[True]("target"),
            f"for k in range({n}):", f"    circuit.cp(2 * np.pi * {c} * 2**k / 2**{n}, {n}, {spot})",
            apply[False]("target"),
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
            f"        circuit.cp({factor}2 * np.pi * 2 ** (j + k) / 2**{n}, {first}[j], {second}[{spot}])",
            apply[False](second),
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
            f"        circuit.cp(2 * np.pi * weight * 2**k / 2**{n}, control, {second}[{spot}])",
            apply[False](second),
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
        kind=kind, free=width == "num_bits", width=0 if width == "num_bits" else width, first=first,
        second=second, c=c, weights=weights,
    )  # fmt: skip
    top = "QuantumCircuit, QuantumRegister" if "QuantumRegister" in body else "QuantumCircuit"
    library = (
        "from qiskit.circuit.library import QFTGate"
        if tool == "gate"
        else "from qiskit.synthesis import synth_qft_full"
    )
    return Instance(
        "fourier_add", asks, f"import numpy as np\nfrom qiskit import {top}\n{library}",
        f"({given}) -> QuantumCircuit", body, test,
        {"kind": kind, "tool": tool, "c": c, "width": width, "weights": weights},
    )  # fmt: skip
