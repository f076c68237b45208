"""Registers compared with constants: thresholds, intervals and their phases."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "arithmetic",
    "intermediate",
    oracle="unitary",
    skills=("comparators", "phase"),
    why="Two comparators on one target leave the exclusive or of their results: an interval.",
    tolerance=1e-7,
)
def comparisons_with_constants(rng: Random) -> Instance:
    """IntegerComparatorGate: thresholds, intervals and their phase oracles."""
    kind = rng.choice(["flag", "flag", "interval", "outside", "phase", "phase interval", "exact"])
    n = rng.choice([3, 4])
    low = rng.randint(2, 2**n // 2)
    high = rng.randint(low + 2, 2**n - 2)
    geq = kind == "phase" or rng.random() < 0.5  # the sign of all phases together is not observable
    if kind == "exact":
        high = low + 1
    last = rng.choice(["last", "first"])
    target = n if last == "last" else 0
    state = f"range({n})" if last == "last" else f"range(1, {n + 1})"
    qubits = f"[*{state}, {target}]"
    one = call("IntegerComparatorGate", str(n), str(low), *([] if geq else ["geq=False"]))
    flags = {
        "flag": [f"circuit.append({one}, {qubits})"],
        "interval": [
            f"for bound in ({low}, {high}):",
            f"    circuit.append(IntegerComparatorGate({n}, bound), {qubits})",
        ],
    }
    flags["exact"] = flags["interval"]
    flags["outside"] = [*flags["interval"], f"circuit.x({target})"]
    symbol = ">=" if geq else "<"
    told = {
        "flag": f"x {symbol} {low}",
        "interval": f"{low} <= x < {high}",
        "outside": f"x < {low} or x >= {high}",
        "exact": f"x = {low}",
        "phase": f"x {symbol} {low}",
        "phase interval": f"{low} <= x < {high}",
    }[kind]
    predicate = {"exact": f"x == {low}"}.get(kind, told.replace("phase", ""))
    if kind.startswith("phase"):
        inner = f"IntegerComparatorGate({n}, {low})"
        lines = [
            f"circuit = QuantumCircuit({n + 1})",
            f"circuit.x({target})",
            f"circuit.h({target})",
        ]
        if kind == "phase":
            lines.append(f"circuit.append({inner}, {qubits})")
        else:
            lines += [flags["interval"][0], flags["interval"][1]]
        lines += [f"circuit.h({target})", f"circuit.x({target})", "return circuit"]
        what = f"multiplies a basis state of x by -1 exactly where {told}"
        rest = f"qubit {target} is a work qubit that starts and ends in |0>"
    else:
        lines = [f"circuit = QuantumCircuit({n + 1})", *flags[kind], "return circuit"]
        what = f"flips qubit {target} exactly where {told}"
        rest = "x is unchanged"
    body = "\n".join(lines)
    where = f"qubits 0..{n - 1}" if last == "last" else f"qubits 1..{n}"
    asks = (
        (
            f"Circuit on {n + 1} qubits that {what}; x is the integer on {where} (lowest index ="
            f" least significant bit). {rest[0].upper()}{rest[1:]}."
        ),
        (
            f"Compare a {n}-bit register with constants: x sits on {where}, little-endian, and the"
            f" circuit {what}; {rest}. The circuit has {n + 1} qubits in all."
        ),
        (
            f"I want a reversible test of `{told}` ({n}-bit x on {where}, little-endian): a"
            f" {n + 1}-qubit circuit that {what}; {rest}."
        ),
        (
            f"Write a {n + 1}-qubit circuit with Qiskit's integer comparator that {what}. x is read"
            f" little-endian from {where}; {rest}."
        ),
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
got = candidate()
assert isinstance(got, QuantumCircuit) and got.num_qubits == $n + 1
rng = np.random.default_rng(np.random.randint(2**31))
phase, target = $phase, $target
start, want = np.zeros((2, 2 ** ($n + 1)), dtype=complex)
for x in range(2**$n):
    for bit in (0,) if phase else (0, 1):
        true = $predicate
        spread = x if target else x << 1
        amplitude = rng.normal() + 1j * rng.normal()
        start[spread | bit << target] = amplitude
        want[spread | (bit if phase else bit ^ true) << target] = -amplitude if phase and true else amplitude
norm = np.linalg.norm(start)
assert Statevector(start / norm).evolve(got).equiv(Statevector(want / norm), atol=1e-7, rtol=0)
""",
        n=n, phase=kind.startswith("phase"), target=target, predicate=f"bool({predicate})",
    )  # fmt: skip
    return Instance(
        "compare_register", asks,
        "from qiskit import QuantumCircuit\nfrom qiskit.circuit.library import IntegerComparatorGate",
        "() -> QuantumCircuit", body, test, {"kind": kind, "n": n, "low": low, "high": high, "geq": geq},
    )  # fmt: skip
