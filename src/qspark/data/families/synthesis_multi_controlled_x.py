"""Synthesis of multi-controlled X gates."""

from random import Random

from qspark.data.families._synthesis import UNWRAP, an_ending
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill

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
