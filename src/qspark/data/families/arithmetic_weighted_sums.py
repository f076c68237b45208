"""Weighted sums of qubits, written to a register or compared with a threshold."""

from random import Random

from qspark.data.families._arithmetic import MAP
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "arithmetic",
    "advanced",
    oracle="unitary",
    skills=("uncomputation", "weighted-sums"),
    why="The carry synthesis of a weighted sum brings its own clean carry and control qubits.",
    tolerance=1e-7,
)
def weighted_votes(rng: Random) -> Instance:
    """A weighted sum of qubits: into a register, or compared with a threshold and undone."""
    kind = rng.choice(["sum", "threshold", "phase", "modes", "qubits"])
    weights = rng.choices([1, 2, 3], k=rng.choice([2, 3, 3]))
    while sum(weights) > 7 or sum(weights) < 3 or weights == weights[::-1]:
        weights = rng.choices([1, 2, 3], k=rng.choice([2, 3, 3]))
    n, total = len(weights), sum(weights)
    bits = total.bit_length()
    value = rng.randint(2, total - 1)
    gate = f"WeightedSumGate({n}, {weights})"
    synth = f"weighted = synth_weighted_sum_carry({gate})"
    more = bits - 1 + (1 if bits > 2 else 0)
    geq = kind == "phase" or rng.random() < 0.5
    compare = call("IntegerComparatorGate", str(bits), str(value), *([] if geq else ["geq=False"]))
    sign = ">=" if geq else "<"
    imports = ["IntegerComparatorGate", "WeightedSumGate"]
    if kind == "sum":
        body = f"""
state = QuantumRegister({n}, "state")
total = QuantumRegister({bits}, "total")
work = AncillaRegister({more}, "work")
circuit = QuantumCircuit(state, total, work)
circuit.compose(synth_weighted_sum_carry({gate}), circuit.qubits, inplace=True)
return circuit
"""
        told = (
            f"adds the weighted sum of the `state` bits (weights {weights}, first qubit first) into"
            " `total`"
        )
        layout = [("state", n), ("total", bits), ("work", more)]
        imports = ["WeightedSumGate"]
    elif kind == "modes":
        body = f"""
state = QuantumRegister({n}, "state")
total = QuantumRegister({bits}, "total")
work = AncillaRegister({more}, "work")
circuit = QuantumCircuit(state, total, work)
circuit.append({gate}, [*state, *total])
return transpile(circuit, basis_gates=["u", "cx"], optimization_level=1)
"""
        told = (
            f"adds the weighted sum of the `state` bits (weights {weights}, first qubit first) into"
            " `total` and is compiled to u and cx gates only"
        )
        layout = [("state", n), ("total", bits), ("work", more)]
        imports = ["WeightedSumGate"]
    elif kind == "qubits":
        body = f"""
weighted = {gate}
circuit = synth_weighted_sum_carry(weighted)
circuit.name = "votes"
return circuit, weighted.num_qubits - {n}
"""
        told, layout, imports = "", [], ["WeightedSumGate"]
    else:
        flag = "flag" if kind == "threshold" else "sign"
        pre = f"circuit.x({flag})\ncircuit.h({flag})\n" if kind == "phase" else ""
        post = f"circuit.h({flag})\ncircuit.x({flag})\n" if kind == "phase" else ""
        body = f"""
state = QuantumRegister({n}, "state")
{flag} = QuantumRegister(1, "{flag}")
total = AncillaRegister({bits}, "total")
work = AncillaRegister({more}, "work")
circuit = QuantumCircuit(state, {flag}, total, work)
{pre}{synth}
circuit.compose(weighted, [*state, *total, *work], inplace=True)
circuit.append({compare}, [*total, *{flag}])
circuit.compose(weighted.inverse(), [*state, *total, *work], inplace=True)
{post}return circuit
"""
        what = (
            f"where the weighted sum of the `state` bits (weights {weights}, first qubit first) is "
            f"{sign} {value}"
        )
        told = (
            f"flips `flag` exactly {what}"
            if kind == "threshold"
            else f"multiplies by -1 exactly {what}"
        )
        layout = [("state", n), (flag, 1), ("total", bits), ("work", more)]
    listed = ", ".join(f"`{name}` ({size})" for name, size in layout)
    clean = {
        "sum": "`total` and `work` start in 0, `work` ends there", "modes": ("`total` and `work` start "
                                                                            "in 0, `work` ends there"),
        "threshold": "`total` and `work` start and end in 0", "phase": ("`sign`, `total` and `work` "
                                                                       "start and end in 0"),
    }.get(kind, "")  # fmt: skip
    if kind == "qubits":
        asks = (
            (
                f"Synthesise the weighted-sum operation for weights {weights} with Qiskit's"
                " carry-register method and return a pair: the circuit (registers state, sum,"
                " carry, and control where it is needed; name 'votes') and the number of sum"
                " qubits."
            ),
            (
                f"Return (circuit, number of qubits that hold the sum) for the weighted sum of {n}"
                f" qubits with weights {weights}. The circuit is the carry-based synthesis as"
                " Qiskit lays it out (state, sum, carry, control), named 'votes'."
            ),
            (
                f"synth_weighted_sum_carry for weights {weights}, please: a tuple of the"
                " synthesised circuit, whose name must be 'votes', and the width of its sum"
                " register."
            ),
        )
    else:
        asks = (
            (
                f"Circuit over the registers {listed} (in order, with sizes) that {told}; {clean}."
                " Use defined gates only, so that it can be simulated as it is."
            ),
            (
                f"{n} qubits vote with weights {weights}. Registers: {listed}, in this order. The"
                f" circuit {told}; {clean}. It has to be simulable without further synthesis."
            ),
            (
                f"Weighted decision circuit: {told}. Layout: {listed}, this order. "
                f"{clean[0].upper() + clean[1:]}. Every gate must have a definition."
            ),
        )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector
$map
rng = np.random.default_rng(np.random.randint(2**31))
kind, weights, bits, layout = "$kind", $weights, $bits, $layout
got = candidate()
n = len(weights)
if kind == "qubits":
    got, width = got
    assert width == bits and got.name == "votes"
    assert [r.name for r in got.qregs] == ["state", "sum", "carry"] + ["control"] * (bits > 2)
else:
    assert [(r.name, r.size) for r in got.qregs] == layout
assert isinstance(got, QuantumCircuit)
if kind == "modes":
    assert set(got.count_ops()) <= {"u", "cx"}
pairs, signs = [], []
for x in range(2**n):
    total = sum(w for k, w in enumerate(weights) if x >> k & 1)
    true = bool(total $sign $value)
    if kind in ("sum", "modes", "qubits"):
        pairs.append((x, x | total << n))
    elif kind == "threshold":
        pairs += [(x | b << n, x | (b ^ true) << n) for b in (0, 1)]
    else:
        pairs.append((x, x))
        signs.append(-1 if true else 1)
if kind == "phase":
    start = np.zeros(2**got.num_qubits, dtype=complex)
    start[: 2**n] = rng.normal(size=2**n) + 1j * rng.normal(size=2**n)
    start /= np.linalg.norm(start)
    want = start.copy()
    want[: 2**n] *= signs
    assert Statevector(start).evolve(got).equiv(Statevector(want), atol=1e-7, rtol=0)
else:
    check_map(got, pairs, rng)
""",
        map=MAP, kind=kind, weights=weights, bits=bits, layout=layout, sign=sign, value=value,
    )  # fmt: skip
    top = {
        "modes": "AncillaRegister, QuantumCircuit, QuantumRegister, transpile",
        "qubits": "QuantumCircuit",
    }.get(kind, "AncillaRegister, QuantumCircuit, QuantumRegister")
    more_lines = (
        "" if kind == "modes" else "\nfrom qiskit.synthesis import synth_weighted_sum_carry"
    )
    out = "tuple[QuantumCircuit, int]" if kind == "qubits" else "QuantumCircuit"
    return Instance(
        "weighted_sum_circuit", asks,
        f"from qiskit import {top}\nfrom qiskit.circuit.library import {', '.join(imports)}{more_lines}",
        f"() -> {out}", body, test, {"kind": kind, "weights": weights, "value": value, "geq": geq},
    )  # fmt: skip
