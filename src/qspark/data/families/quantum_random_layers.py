"""Random circuits made of layers of random unitaries."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.measures import ENTROPIES
from qspark.data.families.paulis import letters
from qspark.data.families.quantum_random import MORE
from qspark.data.families.states import HELP


@family(
    "quantum_random",
    "advanced",
    oracle="state",
    skills=("random-circuits", "layers", "seeds"),
    why="A random unitary becomes a gate by to_instruction or UnitaryGate, on the qubits given.",
    tolerance=1e-7,
)
def random_layers(rng: Random) -> Instance:
    """Brickwork circuits of random two-qubit gates and what they make."""
    pattern = rng.choice(["brick", "stairs", "local", "pairs"])
    n = 4 if pattern == "brick" else rng.choice([3, 4])
    loops = {
        "brick": ("    for low in range(layer % 2, width - 1, 2):\n"
                  "        gate = random_unitary(4, seed=generator)\n"
                  "        circuit.append(gate.to_instruction(), [low, low + 1])\n",
                  f"random two-qubit unitaries on the pairs (k, k + 1) of {n} qubits, k = 0, 2, ... in even "
                  "layers (the first is layer 0) and k = 1, 3, ... in odd ones, k ascending",
                  f"for low in range(layer % 2, {n - 1}, 2):\n            "
                  "v = act(v, random_unitary(4, seed=g).data, [low, low + 1])"),
        "stairs": ("    for low in range(width - 1):\n"
                   "        gate = random_unitary(4, seed=generator)\n"
                   "        circuit.append(gate.to_instruction(), [low, low + 1])\n",
                   f"random two-qubit unitaries on the pairs (0, 1), (1, 2), ... of {n} qubits in this order",
                   f"for low in range({n - 1}):\n            "
                   "v = act(v, random_unitary(4, seed=g).data, [low, low + 1])"),
        "local": ("    for qubit in range(width):\n"
                  "        gate = random_unitary(2, seed=generator)\n"
                  "        circuit.append(gate.to_instruction(), [qubit])\n"
                  "    for qubit in range(width - 1):\n        circuit.cz(qubit, qubit + 1)\n",
                  f"random one-qubit unitaries on the qubits 0, 1, ... of {n} in this order and then "
                  f"CZ gates on "
                  "all neighbours (k, k + 1)",
                  f"for q in range({n}):\n            v = act(v, random_unitary(2, seed=g).data, [q])\n"
                  f"        for q in range({n - 1}):\n            "
                  "v = act(v, np.diag([1, 1, 1, -1]), [q, q + 1])"),
        "pairs": ("    low, high = generator.permutation(width)[:2].tolist()\n"
                  "    gate = random_unitary(4, seed=generator)\n"
                  "    circuit.append(gate.to_instruction(), [low, high])\n",
                  f"one random two-qubit unitary on a random pair of the {n} qubits: the first two "
                  f"entries of "
                  f"generator.permutation({n}), drawn before the unitary, the first being the less "
                  f"significant",
                  f"low, high = g.permutation({n})[:2].tolist()\n        "
                  "v = act(v, random_unitary(4, seed=g).data, [low, high])"),
    }  # fmt: skip
    loop, told, oracle = loops[pattern]
    part = sorted(rng.sample(range(n), rng.choice([1, 2])))
    rest = [q for q in range(n) if q not in part]
    label = letters(rng, n)
    base = rng.choice([2, 3, 10])
    r = "np.outer(v, v.conj())"
    ends = [
        ("return circuit", "the QuantumCircuit", "v", "circuit"),
        ("return Statevector(circuit)", "the Statevector that it makes of all zeros", "v", "state"),
        (f"return entropy(partial_trace(Statevector(circuit), {rest}), base={base})",
         f"the entropy (logarithms to base {base}) of the qubits {part} at the end, starting from all zeros",
         f"sent(reduced({r}, {part}), {base})", ""),
        (f'return float(np.real(Statevector(circuit).expectation_value(Pauli("{label}"))))',
         f"the expectation value of {label} at the end, starting from all zeros",
         f"np.vdot(v, word('{label}') @ v).real", ""),
        (f"return Statevector(circuit).probabilities({part})",
         f"the array of the outcome probabilities of the qubits {part} (the first is least "
         "significant) at the end, starting from all zeros", f"np.diag(reduced({r}, {part})).real", ""),
    ]  # fmt: skip
    end, out, want, kind = rng.choice(ends)
    body = f"""
generator = np.random.default_rng(seed)
width = {n}
circuit = QuantumCircuit(width)
for {"layer" if "layer" in loop else "_"} in range(depth):
{loop}{end}
"""
    used = ["Pauli", "Statevector", "entropy", "partial_trace", "random_unitary"]
    names = [x for x in used if f"{x}(" in body]
    value = {"circuit": "Statevector(got).data", "state": "got.data"}.get(kind, "got")
    isa = {"circuit": "isinstance(got, QuantumCircuit)", "state": "isinstance(got, Statevector)"}
    return Instance(
        entry_point=rng.choice(["random_layers", "scramble", "random_circuit_figure"]),
        signature="(depth: int, seed: int)",
        asks=(
            f"Build a random circuit of `depth` layers. A layer consists of {told}. All unitaries come from "
            f"random_unitary with the one generator np.random.default_rng(seed), in the order of the gates. "
            f"Return {out}.",
            f"Scrambling: repeat `depth` times {told}. Draw every unitary with Qiskit's random_unitary "
            f"from a "
            f"single default_rng(seed), gate by gate. I need {out}.",
            f"Layers (number: `depth`): {told}. Randomness: random_unitary, seeded by the shared generator "
            f"np.random.default_rng(seed), in the order in which the gates are placed. Output: {out}.",
        ),
        imports="import numpy as np\nfrom qiskit import QuantumCircuit\n"
        f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{HELP}{ENTROPIES}{MORE}
from qiskit import QuantumCircuit
for depth, seed in ((1, 4), (2, 9), (3, 30)):
    got = candidate(depth, seed)
    g, v = np.random.default_rng(seed), np.eye({2**n})[0].astype(complex)
    for layer in range(depth):
        {oracle}
    assert {isa.get(kind, "True")}
    assert np.allclose({value}, {want}, atol=1e-7)
""",
        params={"pattern": pattern, "out": out},
    )
