"""Synthesis of controlled gates and of arithmetic, with their work qubits."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill

# Function: (fewest and most controls that are asked for, words, work qubits for k controls, clean?)
MCX_METHODS = {
    "synth_mcx_1_clean_b95": (
        3,
        5,
        "one clean work qubit (Barenco et al.)",
        "0 if k < 5 else 1",
        True,
    ),
    "synth_mcx_1_clean_kg24": (
        3,
        5,
        "one clean work qubit in linear depth (Khattar-Gidney)",
        "1",
        True,
    ),
    "synth_mcx_1_dirty_kg24": (3, 5, "one dirty work qubit (Khattar-Gidney)", "1", False),
    "synth_mcx_2_clean_kg24": (
        3,
        5,
        "two clean work qubits in logarithmic depth (Khattar-Gidney)",
        "2",
        True,
    ),
    "synth_mcx_2_dirty_kg24": (3, 5, "two dirty work qubits (Khattar-Gidney)", "2", False),
    "synth_mcx_gray_code": (2, 4, "the Gray code and no work qubit", "0", True),
    "synth_mcx_n_clean_m15": (3, 5, "k - 2 clean work qubits (Maslov)", "k - 2", True),
    "synth_mcx_n_dirty_i15": (4, 5, "k - 2 dirty work qubits (Iten et al.)", "k - 2", False),
    "synth_mcx_n_dirty_m15": (
        4,
        5,
        "half as many dirty work qubits as controls (Maslov)",
        "(k - 1) // 2",
        False,
    ),
    "synth_mcx_noaux_hp24": (3, 5, "no work qubit, linear CX count (Huang-Palsberg)", "0", True),
    "synth_mcx_noaux_sp22": (3, 5, "no work qubit (da Silva-Park)", "0", True),
    "synth_mcx_noaux_v24": (3, 5, "no work qubit (Vale et al.)", "0", True),
    "synth_c3x": (3, 3, "Qiskit's fixed circuit for three controls", "0", True),
    "synth_c4x": (4, 4, "Qiskit's fixed circuit for four controls", "0", True),
}


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("multi-controlled", "ancillas"),
    why=(
        "Controls come first, then the target, then the work qubits; dirty ones come back as they"
        " were."
    ),
    tolerance=1e-8,
)
def multi_controlled_x_methods(rng: Random) -> Instance:
    """A multi-controlled X by a named synthesis, as it is or with open controls or as a phase."""
    method = rng.choice(sorted(MCX_METHODS))
    low, high, how, spare, clean = MCX_METHODS[method]
    fixed = low == high
    use = rng.choice(["x", "x", "open", "z", "last"])
    end, tail, wants, out, name = an_ending(rng, "measured", "inverse")
    k = "num_controls" if not fixed else str(low)
    lines = [f"made = {method}({'' if fixed else 'num_controls'})"]
    effect = f"flips qubit {k} exactly when qubits 0..{k}-1 are all 1"
    if fixed:
        effect = f"flips qubit {low} exactly when qubits 0..{low - 1} are all 1"
    if use == "open":
        lines = [
            f"inner = {method}({'' if fixed else 'num_controls'})",
            "made = QuantumCircuit(inner.num_qubits)",
        ]
        lines += ["made.x(0)", "made.compose(inner, inplace=True)", "made.x(0)"]
        effect += ", except that qubit 0 must be 0 (an open control)"
    elif use == "z":
        lines = [
            f"inner = {method}({'' if fixed else 'num_controls'})",
            "made = QuantumCircuit(inner.num_qubits)",
        ]
        lines += [f"made.h({k})", "made.compose(inner, inplace=True)", f"made.h({k})"]
        effect = f"multiplies by -1 exactly the states in which the qubits 0..{k} are all 1"
    elif use == "last":
        lines = [
            f"inner = {method}({'' if fixed else 'num_controls'})",
            "made = QuantumCircuit(inner.num_qubits)",
        ]
        lines += ["order = list(range(inner.num_qubits))", f"order[0], order[{k}] = {k}, 0"]
        lines += ["made.compose(inner, order, inplace=True)"]
        effect = f"flips qubit 0 exactly when the qubits 1..{k} are all 1"
    body = "\n".join([*lines, tail])
    work = "work qubits (if any) come last" + ("" if clean else " and may be in any state")
    if clean:
        work += " and start and end in 0"
    asks = (
        f"Use {how} (`{method}`) for a circuit that {effect}; {work}. {wants}.",
        f"Multi-controlled gate with {how}: it {effect}; {work}. {wants}.",
        f"I need the {method} synthesis, i.e. {how}. The circuit {effect}; {work}. {wants}.",
        f"{wants}: a circuit that {effect}, built by `{method}` ({how}); {work}.",
    )
    ks = f"({low},)" if fixed else f"({low}, {min(high, low + 1)})"
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Statevector
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
for k in $ks:
    n = k + 1 + ($spare)
    got = unwrap(candidate($given), "$end", n, "$name")
    free = 2 ** (k + 1) if $clean else 2**n
    start = np.zeros(2**n, dtype=complex)
    start[:free] = rng.normal(size=free) + 1j * rng.normal(size=free)
    start /= np.linalg.norm(start)
    want = start.copy()
    for x in range(free):
        bits = [x >> q & 1 for q in range(n)]
        if "$use" == "z":
            want[x] = -start[x] if all(bits[: k + 1]) else start[x]
            continue
        if "$use" == "last":
            control, target = bits[1 : k + 1], 0
        else:
            control, target = bits[:k], k
            control[0] ^= "$use" == "open"
        want[x ^ (1 << target if all(control) else 0)] = start[x]
    assert Statevector(start).evolve(got).equiv(Statevector(want), atol=1e-8, rtol=0)
""",
        unwrap=UNWRAP, ks=ks, spare=spare, given="" if fixed else "k", end=end, name=name, clean=clean,
        use=use,
    )  # fmt: skip
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [f"from qiskit.synthesis import {method}"]
    given = "" if fixed else "num_controls: int"
    return Instance(
        "controlled_flip", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"method": method, "use": use, "ending": end},
    )  # fmt: skip


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


# Call, layout in words, registers (name, width in terms of n), value change.
ADDERS = [
    ("adder_qft_d00(num_bits, kind=\"half\")", "a (n), b (n), carry (1)", "half"),
    ("adder_qft_d00(num_bits, kind=\"fixed\")", "a (n), b (n)", "fixed"),
    ("adder_ripple_c04(num_bits, kind=\"full\")", "carry-in (1), a (n), b (n), carry-out (1)", "full"),
    ("adder_ripple_c04(num_bits, kind=\"half\")", "a (n), b (n), carry (1), helper (1, clean)", "half help"),
    ("adder_ripple_c04(num_bits, kind=\"fixed\")", "a (n), b (n), helper (1, clean)", "fixed help"),
    (
        "adder_ripple_v95(num_bits, kind=\"full\")",
        "carry-in (1), a (n), b (n), carry-out (1), helpers (n - 1, clean)", "full vbe",
    ),
    (
        "adder_ripple_v95(num_bits, kind=\"half\")", "a (n), b (n), carry (1), helpers (n - 1, clean)",
        "half vbe",
    ),
    ("adder_ripple_r25(num_bits)", "a (n), b (n), carry (1)", "half"),
    ("adder_modular_v17(num_bits)", "a (n), b (n)", "fixed"),
    (
        "multiplier_cumulative_h18(num_bits)", "a (n), b (n), product (2n, clean), helper (1, clean)",
        "product help",
    ),
    ("multiplier_qft_r17(num_bits)", "a (n), b (n), product (2n, clean)", "product"),
    (
        "multiplier_qft_r17(num_bits, num_result_qubits=num_bits)",
        "a (n), b (n), product modulo 2^n (n, clean)", "short",
    ),
    ("synth_integer_comparator_2s(num_bits, value)", "x (n), target (1), helpers (n - 1, clean)", "geq help"),
    (
        "synth_integer_comparator_2s(num_bits, value, geq=False)",
        "x (n), target (1), helpers (n - 1, clean)", "less help",
    ),
    ("synth_integer_comparator_greedy(num_bits, value)", "x (n), target (1)", "geq"),
    ("synth_integer_comparator_greedy(num_bits, value, geq=False)", "x (n), target (1)", "less"),
]  # fmt: skip


@family(
    "synthesis",
    "intermediate",
    oracle="unitary",
    skills=("adders", "registers"),
    why=(
        "Each arithmetic synthesis has its own work qubits and order; the registers are"
        " little-endian."
    ),
    tolerance=1e-7,
)
def arithmetic_syntheses(rng: Random) -> Instance:
    """The adders, multipliers and comparators of qiskit.synthesis."""
    made, layout, kind = rng.choice(ADDERS)
    own = ("inverse",) if kind.split()[0] in ("geq", "less") else ()
    end, tail, wants, out, name = an_ending(rng, "measured", *own)
    method = made.partition("(")[0]
    compare = "comparator" in method
    given = "num_bits: int, value: int" if compare else "num_bits: int"
    body = f"made = {made}\n{tail}"
    base = kind.split()[0]
    effect = {
        "half": (
            "replaces b by the low n bits of a + b and puts the carry into `carry`, which starts"
            " in 0"
        ),
        "fixed": "replaces b by (a + b) modulo 2^n",
        "full": (
            "replaces b by the low n bits of a + b + carry-in and puts the carry into the"
            " carry-out, which starts in 0"
        ),
        "product": "writes a * b into the product register",
        "short": "writes a * b modulo 2^n into the product register",
        "geq": "flips the target exactly where x >= value",
        "less": "flips the target exactly where x < value",
    }[base]
    asks = (
        (
            f"Use `{method}` to get a circuit on the qubits {layout}, n = num_bits, in this order,"
            f" that {effect}. {wants}."
        ),
        (
            f"{wants}: arithmetic circuit from qiskit.synthesis ({method}). Qubit order: {layout}"
            f" with n = num_bits; it {effect}."
        ),
        (
            f"For n = `num_bits` I need the {method} implementation: it {effect}. Qubits in order:"
            f" {layout}; little-endian, clean qubits start and end in 0. {wants}."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Statevector
$unwrap
rng = np.random.default_rng(np.random.randint(2**31))
base, detail = "$base", "$detail"
for n in (2, 3) if base not in ("product", "short") else (1, 2):
    value = 2**n - 2 if n > 2 else 1
    first = 1 if base == "full" else 0
    size = {"half": 2 * n + 1, "fixed": 2 * n, "full": 2 * n + 2, "product": 4 * n, \
"short": 3 * n}.get(base, n + 1)
    size += {"": 0, "help": n - 1 if base in ("geq", "less") else 1, "vbe": n - 1}[detail]
    got = unwrap(candidate(*((n, value) if base in ("geq", "less") else (n,))), "$end", size, "$name")
    pairs = []
    if base in ("geq", "less"):
        for x in range(2**n):
            true = (x >= value) == (base == "geq")
            pairs += [(x | t << n, x | (t ^ true) << n) for t in (0, 1)]
    else:
        for a in range(2**n):
            for b in range(2**n):
                for c in range(1 + first):
                    old = c | a << first | b << first + n if first else a | b << n
                    total = a + b + c
                    if base in ("product", "short"):
                        product = a * b if base == "product" else a * b % 2**n
                        pairs.append((old, old | product << 2 * n))
                    else:
                        low, high = total % 2**n, 0 if base == "fixed" else total >> n
                        pairs.append((old, c * first | a << first | low << first + n | high << first + 2 * n))
    start, want = np.zeros((2, 2**size), dtype=complex)
    for before, after in pairs:
        start[before] = want[after] = rng.normal() + 1j * rng.normal()
    norm = np.linalg.norm(start)
    assert Statevector(start / norm).evolve(got).equiv(Statevector(want / norm), atol=1e-7, rtol=0)
""",
        unwrap=UNWRAP, base=base, detail="".join(kind.split()[1:]), end=end, name=name,
    )  # fmt: skip
    imports = ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in out + body else []
    imports += ["from qiskit.circuit import Gate"] if out == "Gate" else []
    imports += [f"from qiskit.synthesis import {method}"]
    return Instance(
        "arithmetic_circuit", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"made": made, "ending": end},
    )  # fmt: skip
