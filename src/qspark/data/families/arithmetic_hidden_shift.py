"""The hidden shift of a bent function, with an inner product of registers as oracle."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


@family(
    "arithmetic",
    "advanced",
    oracle="distribution",
    skills=("hidden-shift", "phase"),
    why=(
        "The inner product of two halves is a bent function that is its own dual: H shift H"
        " reveals s."
    ),
    tolerance=1e-8,
)
def hidden_shift_of_a_bent_function(rng: Random) -> Instance:
    """The hidden shift of the inner product function, with InnerProductGate as oracle."""
    form = rng.choice(["circuit", "measured", "sampler", "phases", "parity"])
    low, high = rng.choice([("x", "y"), ("left", "right"), ("u", "v"), ("low", "high")])
    n = rng.choice([2, 3] if form in ("phases", "parity") else [2, 3, 4])
    shots = rng.choice([1, 5, 20, 64])
    seed = rng.randint(2, 90)
    registers = f'{low} = QuantumRegister({n}, "{low}")\n{high} = QuantumRegister({n}, "{high}")'
    oracle = f"oracle = InnerProductGate({n})"
    core = f"""
{registers}
circuit = QuantumCircuit({low}, {high})
flips = [qubit for qubit, bit in zip(circuit.qubits, reversed(shift)) if bit == "1"]
{oracle}
circuit.h(circuit.qubits)
# X leaves |+> alone, so the shifted query needs its flips only behind the oracle
circuit.append(oracle, circuit.qubits)
circuit.x(flips)
circuit.h(circuit.qubits)
circuit.append(oracle, circuit.qubits)
circuit.h(circuit.qubits)
"""
    tails = {
        "circuit": "return circuit",
        "measured": "circuit.measure_all()\nreturn circuit",
        "sampler": (
            f"circuit.measure_all()\njob = StatevectorSampler(seed={seed}).run([circuit], "
            f"shots={shots})\nreturn job.result()[0].data.meas.get_counts()"
        ),
    }
    regs = f"the registers `{low}` and `{high}` of {n} qubits each (in this order)"
    function = f"f(z) = {low} . {high} modulo 2 for z = ({low}, {high})"
    if form == "phases":
        offset = rng.randint(1, 2**n - 1)
        core = f"""
{registers}
circuit = QuantumCircuit({low}, {high})
circuit.append(InnerProductGate({n}), circuit.qubits)
circuit.z([{", ".join(f"{high}[{k}]" for k in range(n) if offset >> k & 1)}])
return circuit
"""
        body, given, out = core, "", "QuantumCircuit"
        goal = (
            f"multiplies |{low}>|{high}> by (-1)^(({low} xor {offset}) . {high}), the bitwise inner"
            " product modulo 2, with little-endian registers"
        )
        asks = (
            f"On {regs}, build the phase oracle that {goal}.",
            f"I need a diagonal circuit over {regs}: it {goal}.",
            f"Maiorana-McFarland style oracle with shift {offset}: {regs}; the circuit {goal}.",
        )
    elif form == "parity":
        offset = rng.randint(1, 2**n - 1)
        core = f"""
{registers}
flag = QuantumRegister(1, "flag")
circuit = QuantumCircuit({low}, {high}, flag)
circuit.h(flag)
circuit.append(InnerProductGate({n}).control(1), [*flag, *{low}, *{high}])
circuit.cz({low}[{offset % n}], flag)
circuit.h(flag)
return circuit
"""
        body, given, out = core, "", "QuantumCircuit"
        goal = (
            f"flips `flag` exactly where the inner product {low} . {high} modulo 2 differs from bit"
            f" {offset % n} of {low}"
        )
        asks = (
            (
                f"Registers: `{low}` ({n}), `{high}` ({n}), `flag` (1), in this order,"
                f" little-endian. Build the circuit that {goal}."
            ),
            (
                f"I need a bit oracle on `{low}`, `{high}` ({n} qubits each) and `flag` (1 qubit),"
                f" in this order: it {goal} (bit 0 is the first qubit of a register)."
            ),
            (
                f"Compute the inner product of two {n}-bit registers coherently: a circuit over"
                f" `{low}`, `{high}`, `flag` (this order) that {goal}. Inputs are left unchanged;"
                " bit k of a register is its qubit k."
            ),
        )
    else:
        body, given = core + tails[form], "shift: str"
        out = "dict[str, int]" if form == "sampler" else "QuantumCircuit"
        goal = {
            "circuit": (
                "Return the circuit without measurements: it must take all zeros to the basis "
                "state of the shift"
            ),
            "measured": (
                "Return the circuit with a final measure_all, so that its only outcome is the shift"
            ),
            "sampler": (
                f"Run it with StatevectorSampler (seed {seed}, {shots} shots) after measure_all "
                "and return the counts"
            ),
        }[form]
        asks = (
            (
                f"Hidden shift problem: {function} and g(z) = f(z xor s), where s is the bit string"
                " `shift` (rightmost bit = first qubit). Use one phase query to g and one to f"
                f" (the bent function is its own dual) on {regs}. {goal}."
            ),
            (
                f"Find the hidden shift `shift` of the bent function {function} with Hadamards, the"
                " phase oracle of g(z) = f(z xor s), Hadamards, the phase oracle of f, Hadamards."
                f" Layout: {regs}; rightmost character = first qubit. {goal}."
            ),
            (
                f"Implement the bent-function hidden-shift algorithm for {function}; s = `shift`,"
                f" {2 * n} bits, last character on the first qubit. Qubits: {regs}. {goal}."
            ),
        )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
form, n = "$form", $n
names = ["$low", "$high"] + (["flag"] if form == "parity" else [])
def layout(circuit):
    assert isinstance(circuit, QuantumCircuit)
    assert [(r.name, r.size) for r in circuit.qregs] == [(m, 1 if m == "flag" else n) for m in names]
def dot(a, b):
    return bin(a & b).count("1") % 2
if form in ("phases", "parity"):
    got = candidate()
    layout(got)
    want = np.zeros((2**got.num_qubits,) * 2)
    for z in range(2 ** (2 * n)):
        a, b = z % 2**n, z >> n
        if form == "phases":
            want[z, z] = (-1) ** dot(a ^ $offset, b)
        else:
            bit = dot(a, b) ^ (a >> ($offset % n) & 1)
            for flag in (0, 1):
                want[z | (flag ^ bit) << 2 * n, z | flag << 2 * n] = 1
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)
else:
    rng = np.random.default_rng(np.random.randint(2**31))
    for number in (1, 4**n - 2, int(rng.integers(2, 4**n)), int(rng.integers(2, 4**n))):
        shift = format(number, f"0{2 * n}b")
        got = candidate(shift)
        if form == "sampler":
            assert dict(got) == {shift: $shots}, got
            continue
        layout(got)
        if form == "measured":
            assert got.cregs[0].name == "meas" and got.num_clbits == 2 * n
            got = got.remove_final_measurements(inplace=False)
        assert abs(Statevector(got).probabilities_dict(decimals=9).get(shift, 0) - 1) < 1e-8
""",
        form=form, n=n, low=low, high=high, shots=shots, offset=offset if form in ("phases", "parity") else 0,
    )  # fmt: skip
    primitive = "\nfrom qiskit.primitives import StatevectorSampler" if form == "sampler" else ""
    return Instance(
        "hidden_shift", asks,
        "from qiskit import QuantumCircuit, QuantumRegister\n"
        f"from qiskit.circuit.library import InnerProductGate{primitive}",
        f"({given}) -> {out}", body, test, {"form": form, "n": n},
    )  # fmt: skip
