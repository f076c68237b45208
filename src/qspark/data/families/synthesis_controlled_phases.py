"""Synthesis of multi-controlled phases, of controlled gates with many targets, and of the Gray code."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "synthesis",
    "advanced",
    oracle="unitary",
    skills=("multi-controlled", "control-states"),
    why=(
        "A V-chain puts its work qubits behind the targets; bit i of the control state is"
        " control i."
    ),
    tolerance=1e-8,
)
def controlled_phases_and_targets(rng: Random) -> Instance:
    """Multi-controlled phases, gates with many targets, and the Gray code."""
    kind = rng.choice(["mcp", "mcp", "vchain", "vchain", "xgate", "code", "chain"])
    own = () if kind in ("mcp", "chain") else ("inverse",)
    end, tail, wants, out, name = an_ending(rng, "measured", *own)
    spare = "0"
    if kind == "mcp":
        method = rng.choice(
            ["synth_mcp_noaux_default", "synth_mcp_noaux_sp22", "synth_mcp_noaux_v24"]
        )
        given = "num_controls: int, phase: float"
        lines = [f"made = {method}(num_controls, phase)"]
        effect = "multiplies the state with all of the num_controls + 1 qubits in 1 by exp(i phase)"
        if rng.random() < 0.4:
            lines = [
                f"inner = {method}(num_controls, phase)", "made = QuantumCircuit(num_controls + 1)",
                "made.x(num_controls)", "made.compose(inner, inplace=True)", "made.x(num_controls)",
            ]  # fmt: skip
            effect = (
                "multiplies by exp(i phase) the states in which the first num_controls qubits are 1"
                " and the last is 0"
            )
            kind = "mcp0"
        told, method_told = effect, method
        names, gates = [method], []
    elif kind == "vchain":
        gate, word = rng.choice(
            [
                ("HGate()", "h"),
                ("ZGate()", "z"),
                ("SGate()", "s"),
                ("RYGate(0.7)", "ry(0.7)"),
                ("PhaseGate(0.4)", "p(0.4)"),
                ("SXGate()", "sx"),
                ("RXGate(1.1)", "rx(1.1)"),
            ]
        )
        given = "num_controls: int, num_targets: int"
        state = rng.random() < 0.4
        option = ["ctrl_state=ctrl_state"] if state else []
        given += ", ctrl_state: int" if state else ""
        lines = [call("made = synth_mcmt_vchain", gate, "num_controls", "num_targets", *option)]
        when = "in the pattern `ctrl_state` (bit i belongs to control i)" if state else "all 1"
        told = (
            f"applies {word} to every target when the controls are {when}; qubits: controls,"
            " targets, then num_controls - 1 clean work qubits"
        )
        method_told, names, gates = (
            "synth_mcmt_vchain",
            ["synth_mcmt_vchain"],
            [gate.partition("(")[0]],
        )
        spare = "k - 1"
    elif kind == "xgate":
        given = "num_controls: int, num_targets: int"
        state = rng.random() < 0.5
        option = ["ctrl_state"] if state else []
        given += ", ctrl_state: int" if state else ""
        gate, word, gates = "XGate()", "x", []
        lines = [call("made = synth_mcmt_xgate", "num_controls", "num_targets", *option)]
        when = "in the pattern `ctrl_state` (bit i belongs to control i)" if state else "all 1"
        told = (
            f"flips every target when the controls are {when}; qubits: controls, then targets,"
            " nothing else"
        )
        method_told, names = "synth_mcmt_xgate", ["synth_mcmt_xgate"]
    elif kind == "chain":
        given = "num_controls: int, phase: float"
        lines = [
            "made = QuantumCircuit(num_controls + 1)",
            "small = CPhaseGate(phase / 2 ** (num_controls - 1))",
            "for gate, qubits, clbits in gray_code_chain(made.qubits, num_controls, small):",
            "    made.append(gate, qubits, clbits)",
        ]
        told = (
            "multiplies the state with all of the num_controls + 1 qubits in 1 by exp(i phase), for"
            " one control or more"
        )
        method_told, names, gates = (
            "gray_code_chain with a controlled-phase gate",
            ["gray_code_chain"],
            ["CPhaseGate"],
        )
    else:
        form = rng.choice(["words", "numbers", "flips", "pairs"])
        given, names, gates, method_told = (
            "num_bits: int",
            ["generate_gray_code"],
            [],
            "generate_gray_code",
        )
        tail, goal, out = {
            "words": ("return codes", "the list of its code words as strings, in order", "list[str]"),
            "numbers": (
                "return [int(code, 2) for code in codes]", "the code words as integers, in order",
                "list[int]",
            ),
            "flips": (
                "values = [int(code, 2) for code in codes]\n"
                "return [(a ^ b).bit_length() - 1 for a, b in zip(values, values[1:])]",
                "the list of the positions (0 = rightmost bit) that flip from each word to the next",
                "list[int]",
            ),
            "pairs": (
                "return list(zip(codes, codes[1:] + codes[:1]))",
                "the list of pairs of neighbouring words, the last pair being (last word, first word)",
                "list[tuple[str, str]]",
            ),
        }[form]  # fmt: skip
        extra = rng.choice(["", "upper"])
        lines = ["codes = generate_gray_code(num_bits)"]
        if extra:
            half = rng.choice([0, 1])
            lines.append(f'codes = [code for code in codes if code[0] == "{half}"]')
            goal += f", keeping only the words whose leftmost bit is {half}"
        asks = (
            (
                "Take the binary reflected Gray code of `num_bits` bits from qiskit.synthesis and"
                f" return {goal}."
            ),
            (
                "Gray code, `num_bits` wide (it starts with all zeros, first change on the right):"
                f" return {goal}."
            ),
            f"With Qiskit's `generate_gray_code`, give me {goal}.",
        )
        test = fill(
            """
form, half = "$form", "$half"
for n in (3, 4):
    codes = [format(k ^ k >> 1, f"0{n}b") for k in range(2**n)]
    if half:
        codes = [code for code in codes if code[0] == half]
    values = [int(code, 2) for code in codes]
    want = {
        "words": codes, "numbers": values, "pairs": list(zip(codes, codes[1:] + codes[:1])),
        "flips": [(a ^ b).bit_length() - 1 for a, b in zip(values, values[1:])],
    }[form]
    got = candidate(n)
    assert list(got) == want, got
""",
            form=form, half=half if extra else "",
        )  # fmt: skip
        return Instance(
            "gray_words", asks, "from qiskit.synthesis import generate_gray_code", f"({given}) -> {out}",
            "\n".join([*lines, tail]), test, {"form": form, "extra": extra},
        )  # fmt: skip
    body = "\n".join([*lines, tail])
    asks = (
        f"With `{method_told}`, build a circuit that {told}. {wants}.",
        f"{wants}. The circuit (made by {method_told}) {told}.",
        f"I need an operation that {told}; use qiskit.synthesis ({method_told}). {wants}.",
    )
    phases = kind in ("mcp", "mcp0", "chain")
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.circuit.library import HGate, PhaseGate, RXGate, RYGate, SGate, SXGate, XGate, ZGate
from qiskit.quantum_info import Statevector
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
kind = "$kind"
for k, m in ((2, 2), (3, 1)):
    m = 1 if $phases else m
    n = k + m + ($spare)
    pattern = 2 if $state else 2**k - 1
    phase = float(rng.uniform(0.3, 2.5))
    given = (k, phase) if $phases else (k, m, pattern) if $state else (k, m)
    got = unwrap(candidate(*given), "$end", n, "$name")
    free = 2 ** (k + m)
    start = np.zeros(2**n, dtype=complex)
    start[:free] = rng.normal(size=free) + 1j * rng.normal(size=free)
    start /= np.linalg.norm(start)
    want = QuantumCircuit(n)
    if $phases:
        if kind == "mcp0":
            want.x(k)
        want.mcp(phase, list(range(k)), k)
        if kind == "mcp0":
            want.x(k)
    else:
        for target in range(k, k + m):
            want.append(($gate).control(k, ctrl_state=pattern), [*range(k), target])
    assert Statevector(start).evolve(got).equiv(Statevector(start).evolve(want), atol=1e-8, rtol=0)
""",
        unwrap=UNWRAP, kind=kind, phases=phases, spare=spare, state="ctrl_state" in given, end=end, name=name,
        gate="None" if phases else gate,
    )  # fmt: skip
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [f"from qiskit.circuit.library import {gates[0]}"] if gates else []
    imports += [f"from qiskit.synthesis import {names[0]}"]
    return Instance(
        "controlled_operation", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"kind": kind, "method": method_told, "ending": end},
    )  # fmt: skip
