"""Order finding: modular multiplication under phase estimation, and what its results say."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.wording import fill


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
            f"    vector[pow({base}, k, {modulus})] = np.exp(-2j * np.pi * index * k / {order}) / "
            f"np.sqrt({order})",
            f"circuit = QuantumCircuit({work})", "circuit.prepare_state(vector, circuit.qubits)",
            "return circuit",
        ]  # fmt: skip
        told = (
            f"Build a {work}-qubit circuit that prepares the eigenstate sum_k exp(-2 pi i index k /"
            f" {order}) |{base}^k mod {modulus}> / sqrt({order}), k = 0..{order - 1}, of the"
            f" multiplication by {base} modulo {modulus}"
        )
    else:
        given = "num_bits: int, shift: int"
        lines = [
            "circuit = QuantumCircuit(num_bits)", "transform = QFTGate(num_bits)",
            "circuit.append(transform, circuit.qubits)",
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
    for result, bits in ((5, 3), (3, 4), (11, 4), (85, 8), (171, 8), (43, 8), (2, 3), \
(73, 9), (51, 8), (57, 9), (47, 9)):
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
